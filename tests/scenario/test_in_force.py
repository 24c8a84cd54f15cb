"""Levers in force are named where an event's chance depends on what they move, with how much,
and nowhere else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from sim.comparison.explain import explain_event
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.record.frames import event_table
from sim.runs.run_tables import places_of
from sim.scenario.levers.in_force import READS, EventPlace, InForce
from sim.scenario.levers.lever_kinds import CONTROLS
from sim.scenario.schema import Scenario
from tests.small import small

NOT_READ = {"reporting", "column_now"}
"""What moves accounts only, and what is the cause in the log itself."""


def flood(**lever: Any) -> Scenario:
    """A quiet route, and a lever that multiplies who comes by it."""
    sized = {
        "kind": "flight_restrictions",
        "label": "charter flights",
        "sizes": {"arrivals_factor": 200.0},
        "where": ["air"],
    }
    return small(
        6,
        routes={"air": {"label": "by air", "people_per_day": 6.0}, "land": {"people_per_day": 20.0}},
        levers={"opened": {**sized, "start": date(2021, 7, 3), "end": date(2021, 7, 5), **lever}},
        initial={},
    )


def log_of(scenario: Scenario) -> pd.DataFrame:
    return event_table(simulate(scenario, seed=1, replication=0), places_of(scenario)).to_pandas()


def arrival(rows: pd.DataFrame, route: int, first_day: int, last_day: int) -> int:
    """The number of an arrival by a route in some days."""
    chosen = rows[(rows["kind"] == "arrived") & (rows["value"] == route)]
    return int(
        chosen[(chosen["time_h"] >= 24 * first_day) & (chosen["time_h"] < 24 * last_day)]["number"].iloc[-1]
    )


def told(scenario: Scenario, rows: pd.DataFrame, number: int) -> str:
    return "\n".join(explain_event(rows, scenario, number))


def test_a_lever_that_multiplies_arrivals_is_named_with_its_factor() -> None:
    scenario = flood()
    rows = log_of(scenario)
    words = told(scenario, rows, arrival(rows, 0, 2, 4))
    assert "nothing in the run led to it" not in words
    assert "charter flights (flight restrictions): times the arrivals of the route, by air: x 200" in words
    assert "what was in force, not what made this one happen" in words


@pytest.mark.parametrize(("route", "first", "last"), [(1, 2, 4), (0, 0, 2), (0, 4, 6)])
def test_it_is_not_named_on_another_route_nor_before_it_began_or_after_it_ended(
    route: int, first: int, last: int
) -> None:
    scenario = flood()
    rows = log_of(scenario)
    words = told(scenario, rows, arrival(rows, route, first, last))
    assert "charter flights" not in words
    assert "nothing in the run led to it" in words


def test_every_event_of_a_chain_has_its_levers_each_once() -> None:
    scenario = flood()
    rows = log_of(scenario)
    by_air = set(rows[(rows["kind"] == "arrived") & (rows["value"] == 0)]["group"])
    later = rows[rows["group"].isin(by_air) & (rows["kind"] == "attempt") & (rows["time_h"] > 72)]
    words = told(scenario, rows, int(later["number"].iloc[0]))
    assert words.count("charter flights") == 1


def in_force(
    levers: dict[str, dict[str, Any]], kind: int, where: EventPlace, time_h: float
) -> list[tuple[str, str, str]]:
    scenario = small(10, levers=levers)
    found = InForce(scenario, ()).on(kind, where, time_h)
    return [(moved.control.name, moved.place, moved.effect) for moved in found]


def test_sizes_follow_ramp_and_strength() -> None:
    levers = {
        "x": {"kind": "summary_returns", "where": ["north"], "start": date(2021, 7, 1), "ramp_days": 4.0}
    }
    north = EventPlace("north", "there")
    assert in_force(levers, Kind.SUMMARY_RETURN, north, 48.0) == [
        ("summary_return", "north", "set to 0.9, 50% of the way"),
        ("claims_heard", "north", "set to 0.05, 50% of the way")
    ]  # fmt: skip
    assert in_force(levers, Kind.SUMMARY_RETURN, EventPlace("south", "there"), 48.0) == []
    assert in_force(levers, Kind.ARRIVED, EventPlace(route="way"), 48.0) == []


def test_the_posture_stands_behind_what_escorts_do_and_behind_arrivals() -> None:
    levers = {"x": {"kind": "stance", "start": date(2021, 7, 1)}}
    for kind in (Kind.ARRIVED, Kind.STRANDED, Kind.HELD_BACK, Kind.COLUMN_FORMED):
        where = EventPlace(route="way") if kind == Kind.ARRIVED else EventPlace("north", "there")
        assert ("posture", "line", "set to 1") in in_force(levers, kind, where, 30.0)


def test_a_wall_that_has_ended_still_stands() -> None:
    levers = {"x": {"kind": "wall", "where": ["north"], "start": date(2021, 7, 2), "end": date(2021, 7, 4)}}
    found = in_force(levers, Kind.ENTERED_UNSEEN, EventPlace("north", "there"), 150.0)
    assert found == [("wall_km_per_day", "north", "1.2 km/day; what is built stays")]
    assert in_force(levers, Kind.ENTERED_UNSEEN, EventPlace("north", "there"), 3.0) == []


def test_a_triggered_lever_is_in_force_when_the_log_says_so() -> None:
    trigger = {"party": "guards", "measure": "attempts", "above": 1.0}
    scenario = small(10, levers={"x": {"kind": "summary_returns", "where": ["*"], "trigger": trigger}})
    levers = InForce(scenario, [(30.0, Kind.LEVER_BEGAN, 0), (60.0, Kind.LEVER_ENDED, 0)])
    north = EventPlace("north", "there")
    there = [bool(list(levers.on(Kind.SUMMARY_RETURN, north, t))) for t in (29.0, 31.0, 59.0, 61.0)]
    assert there == [False, True, True, False]


def test_every_control_that_a_lever_can_move_is_read_by_some_kind_of_event() -> None:
    read = {name for names in READS.values() for name in names}
    assert read == {control.name for control in CONTROLS} - NOT_READ
