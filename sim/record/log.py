"""What a run leaves behind: the log, the running counters, and the stocks at every midnight.

The SimPy engine calls `Recorder.write` for every event; the world changes the stocks (`World.enter`,
`World.leave`). The same numbers come from the log alone (`sim.record.measures`);
a law test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.record.events import Compartment

# 128 kinds and 8 actors.
SLOTS = 1024
"""Slots of a (day, sector) cell: kind x 8 + actor."""
COMPARTMENTS = len(Compartment)
PARTIES = 8
KNOWN = (1 << PARTIES) - 1
REPORTS_BIT, ASCRIBES_BIT = PARTIES, 2 * PARTIES
"""A row's witness: bits 0-7 parties that know of it, 8-15 that report it,
16-23 that ascribe it to another side."""

COLUMN_TYPES: tuple[Any, ...] = (
    np.int64, np.float64, np.int16, np.uint64, np.int32, np.int64, np.int16, np.float64, np.int64, np.int32,
)  # fmt: skip
RowTuple = tuple[int, float, int, int, int, int, int, float, int, int]


@dataclass(slots=True)
class RunRecord:
    """One replication: rows (empty without log), counters, stocks at midnights, and integrals.

    `counts[(day * (sectors + 1) + sector + 1) * SLOTS + kind * 8 + actor]` is [rows, persons, value sum];
    sector -1 (none) is slot 0. `said[cell * 8 + party]` is [rows, persons, rows ascribed to another side] of
    what a party reports of that cell. `stocks[d][compartment * (countries + 1) + country + 1]` is persons at
    midnight of day d (before the tick), one more entry at the end of the run. `person_hours[compartment]`
    and `team_hours[day * sectors + sector]` are integrals over the run.
    """

    replication: int
    seed: int
    days: int
    sectors: int
    countries: int
    rows: list[RowTuple] = field(default_factory=list)
    counts: dict[int, list[float]] = field(default_factory=dict)
    said: dict[int, list[float]] = field(default_factory=dict)
    stocks: list[list[int]] = field(default_factory=list)
    person_hours: list[float] = field(default_factory=list)
    team_hours: list[float] = field(default_factory=list)
    groups: int = 0

    def cells(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The counters as arrays: keys of cells, and rows, persons and value of each, of shape (cells, 3)."""
        keys = np.fromiter(self.counts.keys(), np.int64, len(self.counts))
        return keys, np.array(list(self.counts.values()), np.float64).reshape(-1, 3)

    def reports(self) -> NDArray[np.int64]:
        """What parties report, of shape (cells, 4): key, rows, persons, and rows ascribed to another side."""
        rows = [(key, *(int(n) for n in told)) for key, told in self.said.items()]
        return np.array(rows, np.int64).reshape(-1, 4)

    def columns(self) -> list[NDArray[Any]]:
        """The log by column: number, time_h, kind, group, persons, sector, actor, value, cause, witness."""
        # Rows of nothing make no columns; a log without rows still has its ten.
        columns = list(zip(*self.rows, strict=True)) or [()] * len(COLUMN_TYPES)
        return [np.array(column, kind) for column, kind in zip(columns, COLUMN_TYPES, strict=True)]


class ArrayRecord(RunRecord):
    """A record whose counters and log are arrays;
    as dictionaries and tuples they are made when they are asked for.

    `cell_keys` (cells,) and `amounts` (cells, 3); `reports` (cells, 4): key, rows, persons, ascribed;
    `log` nine columns, or none.
    """

    def __init__(
        self, run: RunRecord, cell_keys: NDArray[np.int64], *, amounts: NDArray[np.float64],
        reports: NDArray[np.int64],
        log: list[NDArray[Any]],
    ) -> None:  # fmt: skip
        # Not through the dataclass's own `__init__`, which would set the counters that are properties here.
        for name in (
            "replication",
            "seed",
            "days",
            "sectors",
            "countries",
            "stocks",
            "person_hours",
            "team_hours",
            "groups",
        ):
            setattr(self, name, getattr(run, name))
        self._cells, self._reports, self._log = (cell_keys, amounts), reports, log

    @cached_property
    def counts(self) -> dict[int, list[float]]:  # type: ignore[override]
        """As in `RunRecord`."""
        keys, amounts = self._cells
        return dict(zip(keys.tolist(), amounts.tolist(), strict=True))

    @cached_property
    def said(self) -> dict[int, list[float]]:  # type: ignore[override]
        """As in `RunRecord`."""
        return {row[0]: [float(n) for n in row[1:]] for row in self._reports.tolist()}

    def reports(self) -> NDArray[np.int64]:
        """As in `RunRecord`."""
        return self._reports

    @cached_property
    def rows(self) -> list[RowTuple]:  # type: ignore[override]
        """As in `RunRecord`."""
        columns = [column.tolist() for column in self.columns()]
        return list(zip(*columns, strict=True))

    def cells(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """As in `RunRecord`."""
        return self._cells

    def columns(self) -> list[NDArray[Any]]:
        """As in `RunRecord`."""
        if not self._log:
            return [np.zeros(0, kind) for kind in COLUMN_TYPES]
        return [np.arange(len(self._log[0])), *self._log]


class Recorder:
    """Writes rows and keeps the counters; the only writer of a `RunRecord`."""

    __slots__ = ("_base", "_next", "counts", "keep_rows", "rows", "run", "said", "stock", "stride")

    def __init__(self, run: RunRecord, keep_rows: bool) -> None:
        self.run = run
        # The lists of the record itself: what is written is in it at once.
        self.rows = run.rows
        self.counts = run.counts
        self.said = run.said
        self.keep_rows = keep_rows
        self._next = 0
        # One cell in: the sector -1 (none) has slot 0.
        self._base = SLOTS
        # One more, for people who are in no destination country.
        self.stride = run.countries + 1
        self.stock = [0] * (COMPARTMENTS * self.stride)
        run.person_hours = [0.0] * COMPARTMENTS
        run.team_hours = [0.0] * (run.days * run.sectors)

    def begin_day(self, day: int) -> None:
        """Counts go to this day from now on; the stocks at its midnight are kept."""
        # A copy, since the list goes on being changed.
        self.run.stocks.append(self.stock.copy())
        self._base = (day * (self.run.sectors + 1) + 1) * SLOTS

    def write(  # noqa: PLR0917 - the columns of a row in their order, as extensions write them
        self,
        time_h: float,
        kind: int,
        group: int,
        persons: int,
        sector: int,
        actor: int,
        value: float,
        cause: int,
        witness: int = 0,
    ) -> int:
        """Append one row, count it, and give its number."""
        number = self._next
        self._next = number + 1
        if self.keep_rows:
            self.rows.append((number, time_h, kind, group, persons, sector, actor, value, cause, witness))
        cell = self._base + sector * SLOTS + kind * 8 + actor
        entry = self.counts.get(cell)
        if entry is None:
            self.counts[cell] = [1, persons, value]
        else:
            entry[0] += 1
            entry[1] += persons
            entry[2] += value
        # Up to `KNOWN` there are parties that know of the row and none that reports it.
        if witness > KNOWN:
            self._count_reports(cell, persons, witness)
        return number

    def _count_reports(self, cell: int, persons: int, witness: int) -> None:
        reports, ascribes = witness >> REPORTS_BIT & KNOWN, witness >> ASCRIBES_BIT
        party = 0
        while reports:
            if reports & 1:
                entry = self.said.setdefault(cell * PARTIES + party, [0, 0, 0])
                entry[0] += 1
                entry[1] += persons
                entry[2] += ascribes >> party & 1
            reports >>= 1
            party += 1
