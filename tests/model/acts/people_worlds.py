"""Tiny worlds for the acts of people: one stretch of line, groups as large as their stock,
hours that are round.

Nobody is there to stop anybody, nothing harms, everybody tries again;
a test lays its own differences over that. A timetable names groups by their stock,
a part of a group by the group and a prime.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sim.evidence.reduced_cases import NEVER, START, bare, exponential, fixed
from sim.model.simulate import simulate
from sim.record.events import Actor, Kind
from sim.record.log import RowTuple, RunRecord
from sim.scenario.schema import Scenario
from tests.model.numbers.small_worlds import Tables, merged

__all__ = [
    "NEVER",
    "Tables",
    "at",
    "clock",
    "controls",
    "exponential",
    "fixed",
    "merged",
    "rows",
    "timetable",
    "world",
]

PLAIN: Tables = {
    "people": {
        "gathering_share": 1.0, "gathering_median": 2000.0, "gathering_log_sd": 0.0, "gathering_max": 5000,
        "staging": fixed(1.0), "walk": fixed(1.0), "try_again": 1.0, "next_try": fixed(10.0),
        "next_try_strip": fixed(5.0),
    },
    "crossing": {"time": fixed(1.0), "walking_speed_kmh": 1.5},
    "detection": {"patrol_speed_kmh": 200.0, "reference_teams": 1000.0, "eta": 0.0, "spots_k": 1e9},
    "response": {"hold": fixed(2.0), "persons_per_team": 10.0, "largest_call": 1.0},
    "handling": {"processing": fixed(1.5), "registration": fixed(1.0)},
    "sectors": {"line": {"country": "there", "teams": 0, "length_km": 0.1, "response_h": 0.5,
        "zone_km": 3.0}},
    "countries": {"there": {"summary_return": 1.0,
        "reception": {"inland_check": 0.0, "onward": NEVER, "leaves_procedure": NEVER}}},
}  # fmt: skip
"""They wait an hour, walk one and take one to get through; the zone takes two, a decision an hour and a half.
While a team is free a group is seen within seconds; it needs half an hour to reach them, and stays two.
The next try is ten hours later, five from the strip."""
MUTE = frozenset(
    {Kind.TEAMS_ON_DUTY, Kind.LEVER_BEGAN, Kind.LEVER_ENDED, Kind.LEVER_ANNOUNCED, Kind.WAS_PRESENT}
)
CALLS = frozenset({Kind.DETECTED, Kind.CALLED, Kind.CALL_SERVED, Kind.TEAMS_SENT, Kind.TEAMS_BACK})


def world(days: int, *differences: Tables) -> Scenario:
    """A tiny world with differences laid over it."""
    tables = merged(PLAIN, *differences)
    return bare(days, tables.pop("sectors"), **tables)


def alone(compartment: str = "waiting", place: str = "way", persons: int = 400) -> Tables:
    """So many people who travel alone."""
    return {
        "people": {"gathering_share": 0.0, "party_size_mean": 1.0},
        "initial": {"all": {"compartment": compartment, "place": place, "persons": persons}},
    }


def stock(name: str, persons: int, compartment: str = "waiting", place: str = "way", **more: Any) -> Tables:
    """A group that is there at the start."""
    return {"initial": {name: {"compartment": compartment, "place": place, "persons": persons, **more}}}


def at(hours: float) -> datetime:
    """A moment of the run."""
    return datetime(START.year, START.month, START.day) + timedelta(hours=hours)


def controls(from_h: float = 0.0, until_h: float | None = None, where: str = "*", **values: float) -> Tables:
    """Controls set to values from an hour on, by a lever of their own."""
    name = "-".join(
        ["set", *(control.replace("_", "-") for control in values), f"{from_h:g}".replace(".", "-")]
    )
    effects = [{"control": control, "op": "set", "size": value} for control, value in values.items()]
    lever = {"kind": name, "where": [where], "start": at(from_h)}
    if until_h is not None:
        lever["end"] = at(until_h)
    return {"lever_kinds": {name: {"effects": effects}}, "levers": {name: lever}}


def timetable(scenario: Scenario, *, without: Collection[int] = CALLS, seed: int = 0) -> list[str]:
    """What happens: hour, kind, group, persons, actor, and the value where the row has one."""
    names: dict[int, str] = {0: "-"}
    stocks = iter(scenario.initial)
    lines = []
    run = simulate(scenario, seed=seed)
    for _, time_h, kind, group, persons, _, actor, value, cause, _ in run.rows:
        if kind == Kind.WAS_PRESENT:
            names[group] = next(stocks)
        elif kind == Kind.SPLIT:
            names[group] = names[run.rows[cause][3]] + "'"
        if kind not in MUTE and kind not in without:
            said = f"{time_h:.2f} {Kind(kind).name} {names.get(group, '?')} {persons} {Actor(actor).name}"
            lines.append(f"{said} {value:g}" if value else said)
    return lines


def clock(text: str) -> list[str]:
    """A timetable as written: a line a row, spaces as they come."""
    return [" ".join(line.split()) for line in text.strip().splitlines()]


def rows(scenario: Scenario, *kinds: Kind, seed: int = 0) -> list[RowTuple]:
    """The rows of some kinds of one run, in order."""
    return [row for row in simulate(scenario, seed=seed).rows if row[2] in kinds]


def by_group(run: RunRecord, *kinds: Kind) -> dict[int, list[RowTuple]]:
    """The rows of some kinds of each group."""
    found: dict[int, list[RowTuple]] = {}
    for row in run.rows:
        if row[2] in kinds:
            found.setdefault(row[3], []).append(row)
    return found


def assert_independent(pairs: Collection[tuple[bool, bool]]) -> None:
    """Two decisions of chance one half each have numbers of their own:
    a quarter of all in each of the four cells.

    For 400 pairs a cell has a standard deviation of 8.7; a limit of 5 of them is a false alarm in less than
    1 of 100,000 seeds. Two decisions that share a number leave two cells empty.
    """
    assert len(pairs) >= 380
    quarter, spread = len(pairs) / 4, (len(pairs) * 3 / 16) ** 0.5
    for cell in ((False, False), (False, True), (True, False), (True, True)):
        count = sum(pair == cell for pair in pairs)
        assert abs(count - quarter) < 5 * spread, f"{cell}: {count} of {len(pairs)}"


def assert_share(count: int, out_of: int, expected: float) -> None:
    """A count is within 5 standard deviations of a binomial's mean:
    a false alarm in less than 1 of 1,000,000 seeds."""
    assert abs(count - out_of * expected) < 5 * (out_of * expected * (1 - expected)) ** 0.5 + 1e-9, (
        f"{count} of {out_of}"
    )
