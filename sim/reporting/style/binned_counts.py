"""What the frames of a result hold, as arrays of (replications, bins of time).

Counts come from the daily frame, where an absent cell is nobody; for bins shorter than a day they come
from the log. Percentiles over replications are taken here and named by whoever draws them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.units import HOURS_PER_DAY
from sim.record.events import Actor
from sim.record.labels import kind_name
from sim.record.measures import MEASURE_BY_NAME
from sim.reporting.style.time_bins import Clock
from sim.scenario.checks.extension_checks import counted_by, kind_names

if TYPE_CHECKING:
    import pandas as pd

    from sim.reporting.style.figure_source import Source

Array = NDArray[np.float64]
LOW, HIGH = 5.0, 95.0
BAND_WORDS = "5th to 95th percentile over runs"
EVERYWHERE = "*"


class Spread(NamedTuple):
    """Mean and percentile band over replications; each of the shape of one replication."""

    mean: Array
    low: Array
    high: Array


def spread(values: Array) -> Spread:
    """Mean, 5th and 95th percentile over the first axis (replications)."""
    if not values.size:
        # A percentile of nothing raises; a panel without runs is drawn empty.
        empty = np.zeros(values.shape[1:])
        return Spread(empty, empty, empty)
    low, high = np.percentile(values, (LOW, HIGH), axis=0)
    return Spread(values.mean(axis=0), np.asarray(low), np.asarray(high))


def words_if_all_zero(words: str, values: Iterable[Array]) -> str:
    """Words for a panel that has nothing to show: none where any value is not nought."""
    return "" if any(each.any() for each in values) else words


def has_log(result: Source) -> bool:
    """Whether events were kept."""
    return len(result.events) > 0


def runs_of(result: Source) -> int:
    """Replications, at least one, so that an array has a first axis."""
    return max(1, int(result.replications))


class BinnedCounts:
    """Counts of some measures by bin of time and place (a country or a sector)."""

    def __init__(self, result: Source, measures: Iterable[str], clock: Clock, by: str = "country") -> None:
        self.clock = clock
        self.runs = runs_of(result)
        names = tuple(measures)
        frame = (
            _from_log(result, names, by) if clock.width_h < HOURS_PER_DAY else _from_days(result, names, by)
        )
        # A row at the very hour of the end lies past the last edge and belongs to the last bin.
        bins = np.clip(
            (frame["hour"].to_numpy(np.float64) // clock.width_h).astype(np.int64), 0, clock.count - 1
        )
        runs = run_index(result, frame["replication"])
        self._cells: dict[tuple[str, str], Array] = {}
        values = frame["value"].to_numpy(np.float64)
        cells: Any = frame.groupby(["measure", "place"], sort=False, observed=True).indices
        for key, rows in cells.items():
            cell = np.zeros((self.runs, clock.count))
            # Not `cell[...] +=`, which adds once where several rows fall into one bin.
            np.add.at(cell, (runs[rows], bins[rows]), values[rows])
            self._cells[(str(key[0]), str(key[1]))] = cell

    def of(self, measure: str, place: str = EVERYWHERE) -> Array:
        """Counts of a measure at a place, of shape (replications, bins); `*` is everywhere."""
        nothing = np.zeros((self.runs, self.clock.count))
        if place != EVERYWHERE:
            return self._cells.get((measure, place), nothing)
        return sum((cell for (name, _), cell in self._cells.items() if name == measure), nothing)

    def total(self, measure: str, place: str = EVERYWHERE) -> Array:
        """Counts of a measure over the whole run, by replication."""
        return self.of(measure, place).sum(axis=1)


def run_index(result: Source, column: pd.Series[Any]) -> NDArray[np.int64]:
    """Replication numbers of a frame as places in an array: the n-th lowest number is n."""
    numbers = column.to_numpy(np.int64)
    # From the daily table, which has every replication: in a log, one in which nothing of this happened is
    # missing.
    known = (
        np.unique(result.daily["replication"].to_numpy(np.int64)) if len(result.daily) else np.unique(numbers)
    )
    # Numbers may have gaps, as in a comparison that leaves out a replication which one scenario lacks. A run
    # without any cell shows no number, so that there numbers are places.
    if np.array_equal(known, np.arange(len(known))) or len(known) < runs_of(result):
        return np.clip(numbers, 0, runs_of(result) - 1)
    return np.clip(np.searchsorted(known, numbers), 0, runs_of(result) - 1)


def _from_days(result: Source, names: tuple[str, ...], by: str) -> pd.DataFrame:
    daily = result.daily
    frame = daily[daily["measure"].isin(names)]
    return frame.assign(
        hour=frame["day"].to_numpy(np.float64) * HOURS_PER_DAY,
        measure=frame["measure"].astype(str),
        place=frame[by].astype(str),
    )


def _from_log(result: Source, names: tuple[str, ...], by: str) -> pd.DataFrame:
    import pandas as pd

    events = result.events
    kinds = events["kind"]
    counted = MEASURE_BY_NAME | {m.name: m for m in counted_by(result.scenario)}
    own = kind_names(result.scenario)
    parts = []
    for name in names:
        measure = counted[name]
        chosen = kinds.isin([kind_name(kind, own) for kind in measure.kinds])
        if measure.actor is not None:
            chosen &= events["actor"] == Actor(measure.actor).name.lower()
        rows = events[chosen]
        # Neither: the measure counts rows, each as one.
        value = {"persons": rows["persons"], "value": rows["value"]}.get(measure.of)
        parts.append(
            pd.DataFrame(
                {
                    "replication": rows["replication"].to_numpy(),
                    "hour": rows["time_h"].to_numpy(np.float64),
                    "place": rows[by].astype(str).to_numpy(),
                    "measure": name,
                    "value": np.ones(len(rows)) if value is None else value.to_numpy(np.float64),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def moving_mean(values: Array, width: int) -> Array:
    """Centred moving mean along the last axis, over what exists at the ends."""
    if width <= 1 or values.shape[-1] == 0:
        return values
    # Differences of cumulative sums: one pass, however wide the window; shorter windows at the ends, not
    # zeros.
    half = width // 2
    cumulative = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    places = np.arange(values.shape[-1])
    low, high = np.maximum(places - half, 0), np.minimum(places + half + 1, values.shape[-1])
    return np.asarray((cumulative[..., high] - cumulative[..., low]) / (high - low))


def stock(result: Source, compartments: Iterable[str], place: str = EVERYWHERE) -> Array:
    """People in some compartments at each midnight, of shape (replications, days)."""
    daily = result.daily
    days = max(1, result.scenario.days)
    names = {f"stock_{compartment}" for compartment in compartments}
    frame = daily[daily["measure"].isin(names)]
    if place != EVERYWHERE:
        frame = frame[frame["country"].astype(str) == place]
    # One more than days: a stock stands at each midnight, those of the start and of the end included.
    values = np.zeros((runs_of(result), days + 1))
    day = np.clip(frame["day"].to_numpy(np.int64), 0, days)
    np.add.at(values, (run_index(result, frame["replication"]), day), frame["value"].to_numpy(np.float64))
    return values if (daily["day"] >= days).any() else values[:, :days]


def countries_by_attempts(result: Source, most: int) -> list[tuple[str, tuple[str, ...]]]:
    """Countries in the scenario's order, those beyond `most` as one: (label, names)."""
    countries = result.scenario.countries
    names = list(countries)
    if len(names) <= most:
        return [(countries[name].label or name, (name,)) for name in names]
    daily = result.daily
    attempts = daily[daily["measure"] == "attempts"]
    sums = attempts.groupby(attempts["country"].astype(str))["value"].sum().to_dict()
    # Ties in the file's order, so that equal results draw equal figures.
    ranked = sorted(names, key=lambda name: (-float(sums.get(name, 0.0)), names.index(name)))
    # In the scenario's order and not by size: the same country keeps its place from run to run.
    kept = [name for name in names if name in ranked[: most - 1]]
    rest = tuple(name for name in names if name not in kept)
    return [(countries[n].label or n, (n,)) for n in kept] + [(f"{len(rest)} other countries", rest)]
