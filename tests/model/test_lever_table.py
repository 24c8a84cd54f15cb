"""Levers, by what they move: more is more; half is between; a ramp, a later hour and an end are less;
and a trigger is a date.

Every control has a world of its own in `tests.model.numbers.of_controls`.
A lever of the scenario's own kind moves it there by each operation, and the figure that the control moves
comes out in order. All runs of a control use common random numbers.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from sim.engines.engine_choice import player
from sim.record.log import RunRecord
from sim.scenario.levers.lever_kinds import CONTROLS, LEVER_KINDS
from sim.scenario.schema import Scenario
from tests.comparison.test_lever_table import CLOSED, POINTS, border
from tests.engines.compiled.equal import differences
from tests.model.numbers.of_controls import (
    AT_A_FLIGHT,
    CONTROL_ROWS,
    DAYS,
    EVENTS,
    FIRST_DAY,
    HALF_WAY,
    LAST_DAY,
    LEVER,
    NEXT_DAY,
    SWITCHED,
    SWITCHES,
    Moved,
    at,
)
from tests.model.numbers.of_harm_and_belief import IN_CAMP
from tests.model.numbers.readings import happened
from tests.model.numbers.small_worlds import merged

ACTIONS = tuple(row.control for row in CONTROL_ROWS if row.is_action)
ROW_OF = {row.control: row for row in CONTROL_ROWS}
SEED = 0
BUSY = {
    "routes": {"way": {"people_per_day": 150.0}},
    "people": {"staging": {"dist": "exponential", "mean_h": 12.0}, "claim_wish": 0.6},
    "initial": {"inside": {"compartment": "procedure", "place": "there", "persons": 200}},
}
BORDER = merged(border(POINTS | CLOSED).model_dump(), BUSY)
GUARD = {"parties": {"guard": {"side": "guard", "sees_detected": 1.0}}}


def play(scenario: Scenario) -> RunRecord:
    """One run of it."""
    return player("compiled")(scenario, seed=SEED)


@cache
def bare(control: str) -> float:
    """The control's figure without the lever."""
    return ROW_OF[control].reading(play(ROW_OF[control].world()))


@cache
def whole(control: str) -> float:
    """The control's figure with the larger lever by `add`, from the first day to the end."""
    return figure(ROW_OF[control])


def figure(row: Moved, op: str = "add", size: float | None = None, **fields: Any) -> float:
    """The control's figure with a lever."""
    return row.reading(play(row.with_lever(op, row.adds[1] if size is None else size, **fields)))


def cases(without: tuple[str, ...] = ()) -> Any:
    """Every control but some."""
    rows = [row for row in CONTROL_ROWS if row.control not in without]
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.control)


def test_every_control_has_a_world() -> None:
    assert [row.control for row in CONTROL_ROWS] == [control.name for control in CONTROLS]


@cases(without=EVENTS)
def test_adding_more_moves_the_figure_further(row: Moved) -> None:
    strictly = row.control not in SWITCHES
    small = figure(row, "add", row.adds[0])
    assert row.ordered(bare(row.control), small, whole(row.control), strictly=strictly)
    assert row.ordered(bare(row.control), whole(row.control))


@pytest.mark.parametrize("op", ["set", "scale"])
@cases(without=ACTIONS)
def test_setting_and_scaling_move_the_figure_both_ways(row: Moved, op: str) -> None:
    low, high = (figure(row, op, size) for size in (row.sets if op == "set" else row.scales))
    assert row.ordered(low, bare(row.control), high, strictly=row.control not in SWITCHES)
    assert row.ordered(low, high)


@cases()
def test_half_a_strength_lies_between_none_and_all(row: Moved) -> None:
    idle, half = (play(row.with_lever("add", row.adds[1], strength=strength)) for strength in (0.0, 0.5))
    assert happened(idle) == happened(play(row.world()))
    strictly = row.control not in SWITCHES
    assert row.ordered(bare(row.control), row.reading(half), whole(row.control), strictly=strictly)


@cases(without=EVENTS)
def test_a_ramp_of_months_is_less_than_full_effect_at_once(row: Moved) -> None:
    assert row.ordered(figure(row, ramp_days=60.0), whole(row.control))
    assert row.ordered(bare(row.control), figure(row, ramp_days=60.0), strictly=False)
    if row.control not in SWITCHES:
        assert row.ordered(bare(row.control), figure(row, ramp_days=DAYS / 2), whole(row.control))


@cases(without=AT_A_FLIGHT)
def test_a_lever_that_starts_early_in_the_day_does_more_than_one_that_starts_late(row: Moved) -> None:
    early, late = (figure(row, start=at(NEXT_DAY, hour)) for hour in (2, 20))
    assert row.ordered(bare(row.control), late, early, whole(row.control), strictly=False)
    assert row.ordered(late, early)


@cases(without=EVENTS)
def test_effects_end_with_the_lever_and_what_is_built_stays(row: Moved) -> None:
    brief = figure(row, end=HALF_WAY)
    assert row.ordered(bare(row.control), brief)
    assert row.ordered(brief, whole(row.control))


@cases(without=ACTIONS)
def test_an_effect_while_announced_is_that_of_a_lever_in_force(row: Moved) -> None:
    announced = row.with_lever("add", row.adds[1], "announced", announced=FIRST_DAY, start=LAST_DAY)
    in_force = row.with_lever("add", row.adds[1], end=LAST_DAY)
    assert happened(play(announced)) == happened(play(in_force))
    assert happened(play(announced)) != happened(play(row.world()))


@cases()
def test_a_trigger_acts_as_a_lever_of_its_dates_does(row: Moved) -> None:
    trigger = {"party": "guard", "measure": "attempts", "above": 0.0}
    dated = with_guard(row.with_lever("add", row.adds[1], start=NEXT_DAY))
    watched = with_guard(row.with_lever("add", row.adds[1], start=None, trigger=trigger))
    assert happened(play(watched)) == happened(play(dated))


def with_guard(scenario: Scenario) -> Scenario:
    """The scenario with a party whose account a trigger can look at."""
    return Scenario.model_validate(merged(scenario.model_dump(), GUARD))


@pytest.mark.slow
@cases()
def test_both_engines_say_the_same_of_levers_at_odd_hours(row: Moved) -> None:
    lever = row.with_lever("add", row.adds[1], start=at(NEXT_DAY, 2), end=at(LAST_DAY, 20), ramp_days=1.5)
    assert lever.levers[LEVER].ramp_days == 1.5
    assert not differences(lever, SEED)


def test_seats_on_removals_are_those_of_the_hour_of_the_flight() -> None:
    """The exception to hours of the day: between two flights it makes no difference when seats are added."""
    row = ROW_OF["removal_seats_per_week"]
    early, late = (figure(row, start=at(NEXT_DAY, hour)) for hour in (2, 20))
    assert bare(row.control) < early == late < whole(row.control)


def test_shelter_acts_on_people_who_are_in_the_site_already() -> None:
    row = ROW_OF["site_shelter"]._replace(tables=(IN_CAMP, {"sites": {"camp": {"shelter": 0.3}}}))
    bare_harm = row.reading(play(row.world()))
    assert figure(row, start=NEXT_DAY) < bare_harm


@cache
def built_in(kind: str, **fields: Any) -> list[tuple[object, ...]]:
    """What happens in a border of two weeks with one lever of a built-in kind,
    from 2 in the night of the fourth day."""
    lever = {"kind": kind, "start": at(date(2021, 7, 4), 2), **fields}
    if kind == "mass_column":
        lever |= {"where": ["north"], "persons": 60}
    return happened(play(Scenario.model_validate(merged(BORDER, {"levers": {LEVER: lever}}))))


def kinds(*without: str) -> Any:
    """Every built-in kind but some."""
    return pytest.mark.parametrize("kind", [kind.name for kind in LEVER_KINDS if kind.name not in without])


@kinds(*SWITCHED)
def test_a_built_in_kind_at_half_strength_is_neither_none_nor_all(kind: str) -> None:
    assert len({tuple(built_in(kind, strength=strength)) for strength in (0.0, 0.5, 1.0)}) == 3


@kinds("mass_column")
def test_a_built_in_kind_with_a_ramp_leaves_another_log(kind: str) -> None:
    assert built_in(kind, ramp_days=60.0) != built_in(kind)


@kinds("deportations")
def test_a_built_in_kind_at_another_hour_of_the_day_leaves_another_log(kind: str) -> None:
    assert built_in(kind, start=at(date(2021, 7, 4), 20)) != built_in(kind)


@kinds("mass_column")
def test_a_built_in_kind_that_ends_leaves_another_log(kind: str) -> None:
    assert built_in(kind, end=date(2021, 7, 6)) != built_in(kind)
