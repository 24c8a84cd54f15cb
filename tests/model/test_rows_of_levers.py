"""What the log says of levers: a row that a lever causes at once names it,
and a lever that ended does not end again."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sim.model.simulate import simulate
from sim.record.events import Actor, Kind
from sim.record.frames import totals_of
from sim.record.log import RunRecord
from tests.model.numbers.of_places import FEW, RESERVE
from tests.model.numbers.of_policy import WATCHED
from tests.model.numbers.small_worlds import CAMP, Tables, uniform, world

AT_TWO = datetime(2029, 5, 4, 2)
FRONT: Tables = {
    "fronts": {"front": {"where": ["there"], "posture": 0.5}},
    "transit_state": {"relaxation_days": 0.5},
}
CLOSED: Tables = {"sites": {"camp": {"open": 0.0}}}
CASES = {
    "teams come on duty": (Kind.TEAMS_ON_DUTY, "reinforced_controls", ()),
    "a site opens": (Kind.SITE_OPENED, "staging_site", (CAMP, CLOSED)),
    "a site closes": (Kind.SITE_CLOSED, "staging_site", (CAMP, CLOSED)),
    "the posture rises": (Kind.STANCE_CHANGED, "stance", (FRONT,)),
    "the posture falls": (Kind.STANCE_CHANGED, "diplomacy", (FRONT,)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_row_that_a_lever_causes_names_it(case: str) -> None:
    kind, lever, tables = CASES[case]
    run = simulate(
        world(*tables, {"levers": {"x": {"kind": lever, "start": AT_TWO, "end": date(2029, 5, 6)}}}), seed=0
    )
    caused = [row for row in run.rows if row[2] == kind and row[1] >= 26.0]
    assert caused
    assert all(row[8] >= 0 for row in caused)
    turns = {Kind.LEVER_ANNOUNCED, Kind.LEVER_BEGAN, Kind.LEVER_ENDED}  # announced and begun in one instant
    assert {run.rows[row[8]][2] for row in caused} <= turns


def test_a_triggered_lever_that_stands_down_ends_once() -> None:
    trigger = {"duration_days": 2.5, "below": 5.0}
    brief = {"levers": {"army": {"trigger": trigger}}, "people": {"staging": uniform(0.0, 20.0)}}
    run = simulate(world(WATCHED, brief), seed=0)
    began, ended = (
        [row[1] for row in run.rows if row[2] == kind] for kind in (Kind.LEVER_BEGAN, Kind.LEVER_ENDED)
    )
    assert (began, ended) == ([24.0], [48.0])


def test_team_hours_out_hold_those_of_the_mobile_reserve() -> None:
    run = simulate(world(FEW, RESERVE), seed=0)
    assert hours_of(run, Actor.DESTINATION_STATE) > 0.0
    total = hours_of(run, Actor.GUARD) + hours_of(run, Actor.DESTINATION_STATE)
    assert totals_of(run)["team_hours_out"] == pytest.approx(total)


def hours_of(run: RunRecord, actor: Actor) -> float:
    """Hours out, from the log alone, of posts' teams (guard) or of the reserve (destination state)."""
    signs = {Kind.TEAMS_SENT: 1.0, Kind.TEAMS_BACK: -1.0}
    rows = (row for row in run.rows if row[2] in signs and row[6] == actor)
    return sum(signs[Kind(row[2])] * row[7] * (24.0 * run.days - row[1]) for row in rows)
