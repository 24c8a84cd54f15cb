"""Forecasts that know nothing of the model: last value, straight line, level shift at a lever's date;
and scores against the record.

Interval score: Gneiting and Raftery (2007), doi 10.1198/016214506000001437. Averaged relative difference:
Suleimenova, Bell and Groen (2017), doi 10.1038/s41598-017-13828-9, as the displacement field uses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Intervals of predictions are of 90 %: the penalty of the score is 2 / 0.1 = 20 times the distance outside.
ALPHA = 0.1


@dataclass(frozen=True, slots=True)
class Counted:
    """A count over the days [start, end)."""

    start: date
    end: date
    value: float

    @property
    def days(self) -> int:
        """Whole days."""
        return (self.end - self.start).days

    @property
    def per_day(self) -> float:
        """The count a day."""
        return self.value / self.days

    @property
    def middle(self) -> float:
        """The middle of the days, as a number of days."""
        return self.start.toordinal() + self.days / 2.0


def last_value(known: Sequence[Counted], ahead: Sequence[Counted]) -> list[float]:
    """The last known count a day goes on."""
    # Per day: fitted and predicted windows are months and parts of months.
    return [known[-1].per_day * window.days for window in ahead]


def straight_line(known: Sequence[Counted], ahead: Sequence[Counted]) -> list[float]:
    """Least squares through the known counts a day, carried on; not below nought.
    One known count goes on as it is."""
    if len(known) < 2:
        return last_value(known, ahead)
    # Each count stands at the middle of its days: windows are of unequal length.
    slope, level = np.polyfit([k.middle for k in known], [k.per_day for k in known], 1)
    return [max(0.0, float(slope * window.middle + level)) * window.days for window in ahead]


def level_shift(known: Sequence[Counted], ahead: Sequence[Counted], at: date) -> list[float]:
    """The last known count a day until a date, the first known from then on."""
    found = []
    for window in ahead:
        # A window that the date cuts takes each level for its part of the days.
        before = min(window.days, max(0, (at - window.start).days))
        found.append(before * known[-1].per_day + (window.days - before) * known[0].per_day)
    return found


def steps(points: Sequence[Counted]) -> list[Counted]:
    """Running totals of one start as counts between one point and the next.

    >>> a = Counted(date(2030, 8, 10), date(2030, 8, 16), 395.0)
    >>> b = Counted(date(2030, 8, 10), date(2030, 9, 29), 850.0)
    >>> [(s.days, s.value) for s in steps([a, b])]
    [(6, 395.0), (44, 455.0)]
    """
    found: list[Counted] = []
    before: Counted | None = None
    for point in points:
        # Another start is another running total: it is a count by itself.
        if before is not None and before.start == point.start and before.end < point.end:
            found.append(Counted(before.end, point.end, point.value - before.value))
        else:
            found.append(point)
        before = point
    return found


# scores


def relative_difference(simulated: Floats, recorded: Floats) -> float:
    """Sum over places of |simulated - recorded| over the sum of recorded, a mean over times;
    both of shape (times, places).

    >>> relative_difference(np.array([[5.0, 5.0], [8.0, 0.0]]), np.array([[6.0, 4.0], [4.0, 4.0]]))
    0.6
    """
    # Per time first, then the mean over times: as Flee's papers take it, a month with few people counts as
    # much as one with many.
    return float((np.abs(simulated - recorded).sum(axis=1) / recorded.sum(axis=1)).mean())


def interval_score(low: Floats, high: Floats, recorded: Floats, alpha: float = ALPHA) -> Floats:
    """Width of the interval plus 2 / alpha times the distance by which the recorded figure lies outside:
    less is better.

    >>> interval_score(np.array([1.0, 1.0]), np.array([3.0, 3.0]), np.array([2.0, 4.0])).tolist()
    [2.0, 22.0]
    """
    # A proper score: the expected score is least for the true quantiles, so that intervals made too wide or
    # too narrow on purpose lose.
    outside = np.maximum(0.0, low - recorded) + np.maximum(0.0, recorded - high)
    return np.asarray(high - low + 2.0 / alpha * outside, np.float64)


def skill(simulated: Floats, naive: Floats, recorded: Floats) -> float:
    """1 - mean absolute error / that of a naive forecast: 1 is perfect, 0 as good as the naive one,
    below 0 worse."""
    return float(1.0 - np.abs(simulated - recorded).mean() / np.abs(naive - recorded).mean())


def share_between(values: Floats) -> float:
    """The share of variance that lies between the rows (sets) of an array (sets, runs),
    by one-way analysis of variance; 0 to 1."""
    runs = values.shape[1]
    # Means of sets vary by their runs' chance, too, by within / runs: taken off, else parameters would be
    # credited with it.
    within = float(values.var(axis=1, ddof=1).mean())
    between = max(0.0, float(values.mean(axis=1).var(ddof=1)) - within / runs)
    # A figure that is the same in every run has no variance to share out.
    return between / (between + within) if between + within > 0 else 0.0
