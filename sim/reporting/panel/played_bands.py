"""Bands of replications of a world, kept, so that what was played is not played again;
the same luck in every world."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.units import HOURS_PER_DAY
from sim.engines.engine_choice import player
from sim.record.frames import OF_COLUMN, Cells, totals_of
from sim.record.measures import MEASURE_BY_NAME, Measure
from sim.reporting.style.time_bins import MEDIUM_DAYS, SHORT_BIN_H, SHORT_DAYS, Clock, clock_of
from sim.scenario.checks.extension_checks import counted_by
from sim.scenario.load import digest

if TYPE_CHECKING:
    from sim.record.log import RunRecord
    from sim.scenario.schema import Scenario

Array = NDArray[np.float64]
Tick = Callable[[int, int], None]
"""Told of replications finished, and of how many; may raise to stop."""
# A slider that is moved back finds its runs again; without a bound a long session would fill the memory.
MOST_WORLDS = 12
DRAWN = (
    "attempts",
    "stopped",
    "entered_unseen",
    "standoffs",
    "incidents_3",
    "incidents_5",
    "stranded",
    "harmed",
    "died",
)


@dataclass(frozen=True, slots=True)
class Played:
    """What is kept of a replication: every measure in all, and those that are drawn by bin of time."""

    totals: dict[str, float]
    series: dict[str, Array]


def clock_for(scenario: Scenario) -> Clock:
    """Three hours for a week at most, days for six weeks at most, else weeks."""
    if scenario.days <= SHORT_DAYS:
        return clock_of(scenario, SHORT_BIN_H)
    return clock_of(scenario, HOURS_PER_DAY * (1 if scenario.days <= MEDIUM_DAYS else 7))


class PlayedWorlds:
    """Bands by what a world is and its seed; those used last are kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], list[Played]] = OrderedDict()

    def known(self, scenario: Scenario, seed: int) -> int:
        """How many replications of a world are there."""
        return len(self._kept.get((digest(scenario), seed), ()))

    def band(self, scenario: Scenario, seed: int, replications: int, tick: Tick) -> list[Played]:
        """The first replications of a world; finished ones stay even where `tick` stops the rest."""
        key = (digest(scenario), seed)
        band = self._kept.setdefault(key, [])
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_WORLDS:
            # Never the baseline, which every state asks for first.
            self._kept.pop(next(iter(self._kept)))
        clock = clock_for(scenario)
        simulate = player("compiled")
        for replication in range(len(band), replications):
            # Rows only where bins are shorter than the daily cells: they cost time and memory.
            keep_rows = clock.width_h < HOURS_PER_DAY
            run = simulate(scenario, seed=seed, replication=replication, keep_rows=keep_rows)
            # Before the tick, which may raise: a finished replication is kept.
            band.append(Played(totals_of(run, extra=counted_by(scenario)), _series(run, clock)))
            tick(len(band), replications)
        return band[:replications]


def _series(run: RunRecord, clock: Clock) -> dict[str, Array]:
    measures = [MEASURE_BY_NAME[name] for name in DRAWN]
    if clock.width_h < HOURS_PER_DAY:
        return {m.name: _from_rows(run, m, clock) for m in measures}
    cells = Cells(run)
    found = {}
    for measure in measures:
        chosen, amounts = cells.of(measure)
        found[measure.name] = _binned(cells.day[chosen] * HOURS_PER_DAY, amounts, clock)
    return found


def _from_rows(run: RunRecord, measure: Measure, clock: Clock) -> Array:
    _, time_h, kind, _, persons, _, actor, value, _, _ = run.columns()
    chosen = np.isin(kind, measure.kinds)
    if measure.actor is not None:
        chosen &= actor == measure.actor
    amounts = (np.ones(len(time_h)), persons, value)[OF_COLUMN[measure.of]]
    return _binned(time_h[chosen], amounts[chosen], clock)


def _binned(hours: Array, amounts: Array, clock: Clock) -> Array:
    bins = np.clip((hours // clock.width_h).astype(np.int64), 0, clock.count - 1)
    return np.asarray(np.bincount(bins, amounts, clock.count), np.float64)
