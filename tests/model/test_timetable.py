"""A small night worked out by hand: every row of the log, at its hour, in its order."""

from __future__ import annotations

from itertools import groupby

import pytest

from sim.evidence.reduced_cases import bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Kind

NIGHT = bare(
    1,
    {"line": {"teams": 1, "response_h": 0.5, "zone_km": 4.0, "sensor_coverage": 1.0}},
    people={"staging": fixed(2.0), "walk": fixed(1.0)},
    crossing={"time": fixed(0.0), "walking_speed_kmh": 1.0},
    response={"hold": fixed(2.0), "persons_per_team": 10.0, "log_sd": 0.0},
    handling={"processing": fixed(1.0)},
    initial={"three": {"compartment": "waiting", "place": "way", "persons": 3}},
)
"""One team, three people who travel alone. They wait two hours, walk one,
are through the line at once and seen by a sensor; the zone takes four hours. The team needs half an hour to
reach somebody and stays two; the post decides within one. Nobody tries again."""

TRY = ["ATTEMPT", "BREACHED", "DETECTED", "CALLED"]
RETURNED = ["SUMMARY_RETURN", "CAME_BACK", "GAVE_UP"]
TIMETABLE = [
    (0.0, ["TEAMS_ON_DUTY", "WAS_PRESENT", "WAS_PRESENT", "WAS_PRESENT"]),
    (2.0, ["SET_OUT", "SET_OUT", "SET_OUT"]),
    (3.0, [*TRY, "CALL_SERVED", "TEAMS_SENT", *TRY, *TRY]),  # the first is called for, the others' calls wait
    (3.5, ["APPREHENDED"]),
    (4.5, RETURNED),
    (5.5, ["TEAMS_BACK", "CALL_SERVED", "TEAMS_SENT"]),  # the second has an hour and a half left in the zone
    (6.0, ["APPREHENDED"]),
    (7.0, [*RETURNED, "CALL_LEFT", "ENTERED_UNSEEN"]),  # the third is out of the zone before the team is free
    (8.0, ["TEAMS_BACK"]),
]


@pytest.mark.parametrize("seed", range(5))
def test_a_night_goes_by_the_timetable_whatever_the_luck(seed: int) -> None:
    rows = [(row[1], Kind(row[2]).name) for row in simulate(NIGHT, seed=seed).rows]
    found = {time_h: [kind for _, kind in at] for time_h, at in groupby(rows, key=lambda row: row[0])}
    assert list(found) == [time_h for time_h, _ in TIMETABLE]
    for time_h, expected in TIMETABLE:
        assert sorted(found[time_h]) == sorted(expected), f"{time_h} h"


def test_everybody_is_where_the_timetable_leaves_them() -> None:
    run = simulate(NIGHT, seed=0)
    returned = [row for row in run.rows if row[2] == Kind.SUMMARY_RETURN]
    unseen = [row for row in run.rows if row[2] == Kind.ENTERED_UNSEEN]
    assert len({row[3] for row in returned} | {row[3] for row in unseen}) == 3
    served = {row[3]: row[7] for row in run.rows if row[2] == Kind.CALL_SERVED}
    assert sorted(served.values()) == [0.0, 2.5]
    assert sum(run.team_hours) == pytest.approx(5.0)
