"""Crossings: how long they take, who sees them and calls, who withdraws, what a barrier does,
and what becomes of a part."""

from __future__ import annotations

import pytest

from sim.model.simulate import simulate
from sim.record.events import Kind
from tests.model.acts.people_worlds import (
    NEVER,
    Tables,
    alone,
    assert_share,
    by_group,
    clock,
    controls,
    fixed,
    rows,
    stock,
    timetable,
    world,
)

UNSEEN = {"detection": {"patrol_speed_kmh": 0.01}, "sectors": {"line": {"length_km": 10_000.0}}}
"""Patrols find nobody: what is seen is seen by sensors."""
SENSORS = {"sectors": {"line": {"sensor_coverage": 1.0, "teams": 1000}}}


@pytest.mark.parametrize(
    ("line", "hours"),
    [({}, 1.0), ({"terrain": "river"}, 3.0), ({"terrain": "bog"}, 5.0), ({"terrain": "forest"}, 7.0),
     ({"coil_km": 0.1}, 2.0), ({"fence_km": 0.1}, 4.0), ({"wall_km": 0.1}, 6.0),
     ({"wall_km": 0.1, "fence_km": 0.1, "terrain": "river"}, 18.0)],
    ids=str,
)  # fmt: skip
def test_a_crossing_takes_longer_by_ground_and_by_the_strongest_barrier(line: Tables, hours: float) -> None:
    crossing = {
        "crossing": {
            "river_factor": 3.0,
            "bog_factor": 5.0,
            "forest_factor": 7.0,
            "coil_factor": 2.0,
            "fence_factor": 4.0,
            "wall_factor": 6.0,
            "cut_share": 0.0,
        }
    }
    scenario = world(1, stock("ada", 8), {"sectors": {"line": line}}, crossing)
    assert [row[1] for row in rows(scenario, Kind.BREACHED)] == [2.0 + hours]


def test_tools_of_an_escort_shorten_the_crossing_and_it_is_the_escorts_act() -> None:
    scenario = world(1, stock("ada", 8), controls(guide=1.0), {"crossing": {"tools_factor": 0.5}})
    assert timetable(scenario) == clock("""
        1.00 SET_OUT        ada 8 NOBODY
        2.00 ATTEMPT        ada 8 ESCORT 1
        2.50 BREACHED       ada 8 ESCORT
        4.50 ENTERED_UNSEEN ada 8 PEOPLE 1
    """)


def test_a_guide_makes_a_group_harder_to_see() -> None:
    """At a hundredth of the hazard three in a hundred are seen, without a guide nearly all: 400 groups, an
    hour and two in the zone."""
    detection = {"detection": {"patrol_speed_kmh": 0.1, "reference_teams": 1.0, "guidance_factor": 0.01}}
    seen = []
    for guide in (0.0, 1.0):
        scenario = world(1, alone(), {"sectors": {"line": {"teams": 1000}}}, detection, controls(guide=guide))
        seen.append(len({row[3] for row in rows(scenario, Kind.DETECTED)}))
    assert seen[0] > 350
    assert seen[1] < 50


def test_patrols_see_less_at_night() -> None:
    """All try at 2.00; at a hundredth of the hazard three in a hundred are seen before the day has come at
    6.00, by day nearly all."""
    seen = []
    for night_to_h in (0.0, 6.0):
        night = {"night_factor": 0.01, "night_from_h": 0.0, "night_to_h": night_to_h}
        detection = {"detection": {"patrol_speed_kmh": 0.1, "reference_teams": 1.0, **night}}
        scenario = world(1, alone(), {"sectors": {"line": {"teams": 1000}}}, detection)
        seen.append(len({row[3] for row in rows(scenario, Kind.DETECTED) if row[1] < 6.0}))
    assert seen[0] > 350
    assert seen[1] < 50


def test_a_sensor_sees_at_any_moment_of_the_crossing_whoever_it_sees() -> None:
    """Half are seen, at a moment that is uniform over the hour: a quarter in its first half,
    a quarter in its second."""
    scenario = world(
        1, UNSEEN, SENSORS, alone(), {"detection": {"sensor_probability": 0.5}, "people": {"next_try": NEVER}}
    )
    moments = [row[1] - 2.0 for row in rows(scenario, Kind.DETECTED)]
    assert_share(len(moments), 400, 0.5)
    assert_share(sum(moment < 0.5 for moment in moments), 400, 0.25)
    assert_share(sum(moment >= 0.5 for moment in moments), 400, 0.25)


# calls


def test_a_call_at_the_line_and_one_in_the_zone_have_response_times_of_their_own() -> None:
    """Paired runs: the same groups at the same try, seen at the line in one, in the zone in the other."""
    took = []
    for crossing_h, end in ((100.0, Kind.PREVENTED), (0.0, Kind.APPREHENDED)):
        scenario = world(
            6, UNSEEN, SENSORS, stock("ada", 8), stock("ben", 8),
            {"crossing": {"time": fixed(crossing_h)}, "detection": {"sensor_probability": 1.0}},
            {"response": {"log_sd": 0.8, "hold": fixed(0.0)}, "people": {"next_try": NEVER},
                "sectors": {"line": {"zone_km": 30.0}}},
        )  # fmt: skip
        story = by_group(simulate(scenario), Kind.CALL_SERVED, end)
        took.append({group: round(two[1][1] - two[0][1], 9) for group, two in story.items() if len(two) > 1})
    assert took[0].keys() & took[1].keys()
    assert all(took[0][group] != took[1][group] for group in took[0].keys() & took[1].keys())


def test_a_team_goes_to_the_large_group_before_the_small_one_that_called_earlier() -> None:
    """A sensor sees Ben's eight and then Cem's twenty, each within a fifth of an hour; a team comes on duty
    at 4.00, and is back at 6.50."""
    scenario = world(
        1, UNSEEN, stock("ben", 8, waited=fixed(11.0)), stock("cem", 20, waited=fixed(10.5)),
        controls(teams=0.0, until_h=4.0),
        {"people": {"staging": fixed(12.0)}, "crossing": {"time": fixed(0.2)},
            "standoffs": {"min_persons": 20}, "detection": {"sensor_probability": 1.0}},
        {"response": {"persons_per_team": 100.0, "overtake_h": 1000.0},
            "sectors": {"line": {"teams": 1, "sensor_coverage": 1.0, "zone_km": 15.0}}},
    )  # fmt: skip
    lines = [line.split()[:3] for line in timetable(scenario, without=()) if float(line.split()[0]) < 10.0]
    assert [line[2] for line in lines if line[1] == "CALLED"] == ["ben", "cem"]
    assert [line for line in lines if line[1] == "CALL_SERVED"] == [
        ["4.00", "CALL_SERVED", "cem"],
        ["6.50", "CALL_SERVED", "ben"],
    ]


def test_teams_that_are_out_on_calls_do_not_patrol() -> None:
    """Ada's call takes the only team from 2.00 to 4.50: Ben, at the line from 2.10 to 3.10, and out of the
    zone by 5.10, is not seen before 4.50."""
    scenario = world(
        1, stock("ada", 8, waited=fixed(11.0)), stock("ben", 8, waited=fixed(10.9)),
        {"people": {"staging": fixed(12.0), "next_try": NEVER}, "sectors": {"line": {"teams": 1}}},
    )  # fmt: skip
    assert timetable(scenario) == clock("""
        1.00 SET_OUT        ada 8 NOBODY
        1.10 SET_OUT        ben 8 NOBODY
        2.00 ATTEMPT        ada 8 PEOPLE 1
        2.10 ATTEMPT        ben 8 PEOPLE 1
        2.50 PREVENTED      ada 8 GUARD 1
        2.50 CAME_BACK      ada 8 NOBODY
        3.10 BREACHED       ben 8 PEOPLE
        5.10 ENTERED_UNSEEN ben 8 PEOPLE 1
    """)


# who withdraws


def withdrawing(*more: Tables) -> list[str]:
    """One group, seen by a sensor, in a world where all withdraw who can; teams are half an hour away."""
    seen = {
        "detection": {"sensor_probability": 1.0},
        "crossing": {"withdrawal": 1.0},
        "people": {"next_try": NEVER},
    }
    return [
        line.split(" ", 1)[1]
        for line in timetable(
            world(1, UNSEEN, SENSORS, stock("ada", 8), seen, {"crossing": {"time": fixed(40.0)}}, *more)
        )
    ]


def test_a_group_that_is_seen_at_the_line_may_withdraw_and_comes_back() -> None:
    assert withdrawing() == clock("""
        SET_OUT   ada 8 NOBODY
        ATTEMPT   ada 8 PEOPLE 1
        WITHDREW  ada 8 PEOPLE 1
        CAME_BACK ada 8 NOBODY
    """)


def test_a_guided_group_does_not_withdraw() -> None:
    assert withdrawing(controls(guide=1.0))[-2:] == ["PREVENTED ada 8 GUARD 1", "CAME_BACK ada 8 NOBODY"]


def test_nobody_withdraws_from_the_zone() -> None:
    """Through at once, and seen as they enter the zone: the team comes half an hour later."""
    assert withdrawing({"crossing": {"time": fixed(0.0)}})[2:4] == [
        "BREACHED ada 8 PEOPLE",
        "APPREHENDED ada 8 GUARD 1",
    ]


# barriers and rivers


@pytest.mark.parametrize(
    ("barrier", "injury", "hurt"),
    [
        ("fence_km", "fence_injury", 8),
        ("fence_km", "wall_injury", 0),
        ("wall_km", "wall_injury", 8),
        ("wall_km", "fence_injury", 0),
        ("coil_km", "fence_injury", 8),
    ],
)
def test_each_barrier_hurts_by_its_own_share(barrier: str, injury: str, hurt: int) -> None:
    shares = {"fence_injury": 0.0, "wall_injury": 0.0, injury: 1.0}
    scenario = world(
        1,
        stock("ada", 8),
        {"sectors": {"line": {barrier: 0.1}}, "crossing": shares, "mechanisms": {"barrier_injuries": True}},
    )
    assert len(rows(scenario, Kind.HARMED_BARRIER)) == hurt


def test_who_drowns_dies_in_an_attempt_one_by_one_and_where_all_do_the_journey_ends() -> None:
    river = {
        "sectors": {"line": {"terrain": "river"}},
        "crossing": {"drowning": 1.0, "river_factor": 1.0},
        "mechanisms": {"drowning": True},
    }
    assert timetable(world(2, river, stock("ada", 3))) == clock("""
        1.00 SET_OUT         ada 3 NOBODY
        2.00 ATTEMPT         ada 3 PEOPLE 1
        3.00 BREACHED        ada 3 PEOPLE
        3.00 DIED_DROWNING   ada 1 NOBODY
        3.00 DIED_IN_ATTEMPT ada 1 NOBODY
        3.00 DIED_DROWNING   ada 1 NOBODY
        3.00 DIED_IN_ATTEMPT ada 1 NOBODY
        3.00 DIED_DROWNING   ada 1 NOBODY
        3.00 DIED_IN_ATTEMPT ada 1 NOBODY
    """)


def test_whom_a_sensor_saw_it_sees_the_next_time_by_another_number() -> None:
    """Half are seen and stopped at the first try; of these, half are seen at the second."""
    scenario = world(
        1, UNSEEN, SENSORS, alone(persons=800),
        {"detection": {"sensor_probability": 0.5}, "people": {"next_try": fixed(4.0)},
            "crossing": {"time": fixed(2.0)}},
    )  # fmt: skip
    run = simulate(scenario)
    tries = by_group(run, Kind.ATTEMPT)
    seen = {(row[3], int(row[7])) for row in run.rows if row[2] == Kind.DETECTED}
    second = [(group, 2) in seen for group, made in tries.items() if len(made) > 1]
    assert len(second) > 300
    assert_share(sum(second), len(second), 0.5)
