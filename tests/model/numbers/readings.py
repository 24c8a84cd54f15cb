"""Figures read from a run: rows, persons, moments and values of a kind, measures,
and what a party reports."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from statistics import fmean, pstdev

from sim.record.events import Actor, Kind
from sim.record.frames import totals_of
from sim.record.log import KNOWN, REPORTS_BIT, RowTuple, RunRecord

Reading = Callable[[RunRecord], float]
LEVER_ROWS = frozenset({Kind.LEVER_ANNOUNCED, Kind.LEVER_BEGAN, Kind.LEVER_ENDED})


def happened(run: RunRecord) -> list[tuple[object, ...]]:
    """What happened apart from levers' own rows, without the row numbers that those shift."""
    return [(*row[1:8], row[9]) for row in run.rows if row[2] not in LEVER_ROWS]


def measure(name: str) -> Reading:
    """A measure of the run."""
    return lambda run: totals_of(run)[name]


def rows(*kinds: Kind, actor: Actor | None = None, sector: int | None = None) -> Reading:
    """How many rows of some kinds there are, of one actor or at one sector where named."""
    return lambda run: float(len(chosen(run, kinds, actor, sector)))


def persons(*kinds: Kind, actor: Actor | None = None, sector: int | None = None) -> Reading:
    """The persons of those rows."""
    return lambda run: float(sum(row[4] for row in chosen(run, kinds, actor, sector)))


def values(*kinds: Kind, actor: Actor | None = None, sector: int | None = None) -> Reading:
    """The sum of the values of those rows."""
    return lambda run: sum(row[7] for row in chosen(run, kinds, actor, sector))


def mean_value(*kinds: Kind) -> Reading:
    """The mean of the values of those rows."""
    return lambda run: fmean(row[7] for row in chosen(run, kinds))


def largest_value(*kinds: Kind) -> Reading:
    """The largest value of those rows."""
    return lambda run: max(row[7] for row in chosen(run, kinds))


def mean_hour(*kinds: Kind) -> Reading:
    """When those rows happen, hours since the start."""
    return lambda run: fmean(row[1] for row in chosen(run, kinds))


def hours_left(*kinds: Kind) -> Reading:
    """Person-hours from those rows to the end of the run: more people, and earlier, are more."""
    return lambda run: sum(row[4] * (24.0 * run.days - row[1]) for row in chosen(run, kinds))


def mean_size(*kinds: Kind) -> Reading:
    """Persons a group of those rows."""
    return lambda run: fmean(row[4] for row in chosen(run, kinds))


def spread_of_size(*kinds: Kind) -> Reading:
    """The standard deviation of persons a group of those rows."""
    return lambda run: pstdev(row[4] for row in chosen(run, kinds))


def largest_size(*kinds: Kind) -> Reading:
    """The largest group of those rows."""
    return lambda run: float(max(row[4] for row in chosen(run, kinds)))


def hours_between(first: Kind, second: Kind) -> Reading:
    """The mean hours from a group's last row of one kind to its next of another."""
    return lambda run: fmean(delays(run, first, second))


def spread_between(first: Kind, second: Kind) -> Reading:
    """The standard deviation of those hours."""
    return lambda run: pstdev(delays(run, first, second))


def share_by_night(kind: Kind) -> Reading:
    """The share of rows between 18 and 6."""
    return lambda run: fmean(not 6.0 <= row[1] % 24.0 < 18.0 for row in chosen(run, (kind,)))


def swing_of_weeks(run: RunRecord) -> float:
    """How far weekly arrivals lie from their mean, in shares of it."""
    weeks = arrivals_by_week(run)
    return pstdev(weeks) / fmean(weeks)


def steps_of_weeks(run: RunRecord) -> float:
    """How far weekly arrivals change from one week to the next, over how far they lie from their mean."""
    weeks = arrivals_by_week(run)
    return fmean(abs(b - a) for a, b in itertools.pairwise(weeks)) / pstdev(weeks)


def arrivals_by_week(run: RunRecord) -> list[float]:
    """Persons who arrived in each whole week."""
    weeks = [0.0] * (run.days // 7)
    for row in chosen(run, (Kind.ARRIVED,)):
        if int(row[1] // 168.0) < len(weeks):
            weeks[int(row[1] // 168.0)] += row[4]
    return weeks


def reports(*kinds: Kind, party: int = 0, bit: int = REPORTS_BIT) -> Reading:
    """How many rows of some kinds a party reports (or ascribes to another side)."""
    return lambda run: float(sum(row[9] >> bit >> party & 1 for row in chosen(run, kinds)))


def told(run: RunRecord) -> float:
    """Rows that some party knows of."""
    return float(sum(row[9] & KNOWN != 0 for row in run.rows))


def hours_of_teams(sector: int) -> Reading:
    """Team-hours on duty at a sector."""

    def reading(run: RunRecord) -> float:
        total, on_duty, since = 0.0, 0.0, 0.0
        for row in chosen(run, (Kind.TEAMS_ON_DUTY,), None, sector):
            total += on_duty * (row[1] - since)
            on_duty, since = row[7], row[1]
        return total + on_duty * (24.0 * run.days - since)

    return reading


def chosen(
    run: RunRecord, kinds: tuple[Kind, ...], actor: Actor | None = None, sector: int | None = None
) -> list[RowTuple]:
    """The rows of some kinds, of one actor or at one sector where named."""
    return [
        row
        for row in run.rows
        if row[2] in kinds and (actor is None or row[6] == actor) and (sector is None or row[5] == sector)
    ]


def delays(run: RunRecord, first: Kind, second: Kind) -> list[float]:
    """Hours from each group's last row of one kind to its next of another."""
    since: dict[int, float] = {}
    found = []
    for row in run.rows:
        if row[2] == second and row[3] in since:
            found.append(row[1] - since.pop(row[3]))
        if row[2] == first:
            since[row[3]] = row[1]
    return found
