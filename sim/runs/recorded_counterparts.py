"""What of a run is laid beside a recorded figure: the account of the party that counted it,
over the same days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import UsageError
from sim.observations.recorded_series import RecordedPoint, RecordedSeries
from sim.record.accounts import KINDS_OF, ROWS, invented
from sim.record.frames import Cells
from sim.record.log import PARTIES, SLOTS, RunRecord
from sim.record.measures import MEASURE_BY_NAME
from sim.runs.run_tables import places_of
from sim.scenario.checks.recorded_figures import series_of
from sim.scenario.schema import RecordedBinding, Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
IN_DAILY: dict[str, tuple[str, ...]] = {
    "attempts": ("attempts",),
    "entries": ("entered_unseen",),
    "registered": ("admitted", "detained"),
    "onward": ("onward",),
    "deaths": ("died",),
    "returns": ("summary_returns",),
    "stock_in_site": ("stock_in_site",),
}
"""What a binding without a party is in the daily counts: the model's own course, which no record is."""


class Bound(NamedTuple):
    """A recorded series, its binding, and those of its figures that lie in the run's days."""

    name: str
    binding: RecordedBinding
    series: RecordedSeries
    points: list[RecordedPoint]


def bound_series(scenario: Scenario) -> list[Bound]:
    """The recorded series that a scenario is compared with, in its order,
    those with a figure in the run's days."""
    found = []
    for name, binding in scenario.recorded.items():
        known = series_of(name, binding)
        points = known.comparable(scenario.scenario.start, scenario.scenario.end)
        if points:
            found.append(Bound(name, binding, known, list(points)))
    return found


@dataclass(frozen=True, slots=True)
class Figure:
    """One recorded figure that a run is laid beside: `binding` names the scenario's table,
    `point` the figure."""

    binding: str
    label: str
    point: RecordedPoint

    def __str__(self) -> str:
        return f"{self.label}, {window_in_words(self.point.start, self.point.end)}"


def window_in_words(start: date, end: date) -> str:
    """Days [start, end) in few words.

    >>> (window_in_words(date(2030, 10, 1), date(2030, 11, 1)),
    ...  window_in_words(date(2030, 8, 10), date(2030, 8, 16)))
    ('October 2030', '10 August to 15 August 2030')
    """
    # 31 days after the first of a month always lie in the next month.
    if start.day == 1 and end == (start + timedelta(days=31)).replace(day=1):
        return f"{start:%B %Y}"
    last = end - timedelta(days=1)
    first = f"{start.day} {start:%B}" + ("" if start.year == last.year else f" {start.year}")
    whole = f"{last.day} {last:%B %Y}"
    return whole if last == start else f"{first} to {whole}"


class BindingReading(NamedTuple):
    """How a binding is read: sectors (none: everywhere), names of places with those that fronts stand for,
    windows of days.

    A party's incidents that did not happen are told of its country; they count where the places hold it.
    """

    binding: RecordedBinding
    sectors: Ints | None
    places: frozenset[str]
    windows: list[tuple[int, int]]


class Gauge:
    """Reads, from the counters of a run, what stands beside every recorded figure: a number a figure,
    in their order.

    Made once for a scenario; it holds for every change of numbers that leaves countries, sectors, parties,
    dates and `[recorded.*]` as they are. Needs no log.
    """

    def __init__(self, scenario: Scenario) -> None:
        bound = bound_series(scenario)
        self.figures = tuple(Figure(b.name, b.series.label, p) for b in bound for p in b.points)
        self._parties = list(scenario.parties)
        self._speakers = {speaker.name: speaker for speaker in places_of(scenario).parties}
        self._sectors = len(scenario.sectors)
        self._days = scenario.days
        start = scenario.scenario.start
        self._readings = [
            BindingReading(
                b.binding, _sectors_of(scenario, b.binding.where),
                frozenset(places_named(scenario, b.binding.where)),
                [((p.start - start).days, (p.end - start).days) for p in b.points],
            )
            for b in bound
        ]  # fmt: skip

    def read(self, run: RunRecord) -> Floats:
        """The simulated counterparts, of shape (figures,).
        Raises `UsageError` for a run of another scenario."""
        if (run.days, run.sectors) != (self._days, self._sectors):
            raise UsageError("the run is of another scenario than the gauge")
        # Decoded once for all figures: a fit reads thousands of runs.
        cells, reports = Cells(run), _Said(run)
        values: list[float] = []
        for reading in self._readings:
            # Running sums from zero: windows of one series may overlap, and each is one subtraction.
            upto = np.concatenate([[0.0], self._by_day(run, reading, cells, reports).cumsum()])
            values += [float(upto[last] - upto[first]) for first, last in reading.windows]
        return np.array(values)

    def _by_day(self, run: RunRecord, reading: BindingReading, cells: Cells, reports: _Said) -> Floats:
        binding, sectors = reading.binding, reading.sectors
        if binding.party is None:
            return sum(
                (_happened(cells, name, sectors, run.days) for name in IN_DAILY[binding.measure]),
                np.zeros(run.days),
            )
        party = self._parties.index(binding.party)
        found = reports.by_day(binding.measure, party, sectors, run.days)
        speaker = self._speakers[binding.party]
        # A party of several countries has no name of a country here: what it invents counts only where the
        # places are everywhere.
        if binding.measure == "incidents" and reading.places & {"*", speaker.country}:
            found = found + np.array(invented(run, speaker), np.float64)
        return found


def places_named(scenario: Scenario, where: Sequence[str]) -> list[str]:
    """Countries and sectors; a front stands for those it covers."""
    return [
        place
        for name in where
        for place in (scenario.fronts[name].where if name in scenario.fronts else (name,))
    ]


def _sectors_of(scenario: Scenario, where: Sequence[str]) -> Ints | None:
    """Indices of the sectors that names of countries, fronts and sectors stand for; None for everywhere."""
    if "*" in where:
        return None
    names = set(places_named(scenario, where))
    return np.array(
        [i for i, (name, s) in enumerate(scenario.sectors.items()) if name in names or s.country in names],
        np.int64,
    )


def _happened(cells: Cells, name: str, sectors: Ints | None, days: int) -> Floats:
    """A counted measure by day, over some sectors."""
    chosen, amounts = cells.of(MEASURE_BY_NAME[name])
    day = cells.day[chosen]
    if sectors is not None:
        inside = np.isin(cells.sector[chosen], sectors)
        day, amounts = day[inside], amounts[inside]
    return np.bincount(day, amounts, days).astype(np.float64)


class _Said:
    """What parties report, cell by cell."""

    def __init__(self, run: RunRecord) -> None:
        self.told = run.reports()
        cell, self.party = np.divmod(self.told[:, 0], PARTIES)
        place, slot = np.divmod(cell, SLOTS)
        # Eight actors to a kind: see SLOTS in sim.record.log.
        self.kind = slot >> 3
        self.day, self.sector = np.divmod(place, run.sectors + 1)

    def by_day(self, measure: str, party: int, sectors: Ints | None, days: int) -> Floats:
        chosen = (self.party == party) & np.isin(self.kind, KINDS_OF[measure])
        if sectors is not None:
            # Place 0 of a day is no sector at all, so that sectors are counted from 1.
            chosen &= np.isin(self.sector - 1, sectors)
        # Incidents are counted in events, all else in persons.
        column = 1 if measure in ROWS else 2
        return np.bincount(self.day[chosen], self.told[chosen, column], days).astype(np.float64)
