"""Intervals over replications: how sure a mean is, and what a count of rare things allows to say.

A ratio has one definition everywhere: the total of its numerator over the total of its denominator,
over all replications. Its interval is that of the jackknife (Quenouille 1956, Tukey 1958); of rare things,
that of their count.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.record.measures import COUNTS, DESCRIBED, Described, Ratio

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
# At this level one Poisson count in twenty is widened for nothing; coverage measured so is 96 % and above
# (docs/how-to/uncertainty.md).
OVER_DISPERSED_P = 0.05
SUMMARY_COLUMNS = (
    "measure", "label", "unit", "family", "mean", "low", "high", "method", "replications",
    "runs_for_10_percent",
)  # fmt: skip
TENTH = 0.1
RARE_ENOUGH = 0.01
"""A count a run below which what was never seen is called settled."""


class Interval(NamedTuple):
    """A mean over replications, its interval at 95 %, and how the interval was made."""

    mean: float
    low: float
    high: float
    method: str


def interval_of_mean(values: Sequence[float], level: float = LEVEL) -> Interval:
    """Student's t over replications; with one there is no interval. NaN (an empty denominator) is left out.

    >>> interval_of_mean([1.0, 2.0, 3.0]).mean
    2.0
    """
    # A run without a denominator says nothing of the ratio: zero in its place would pull the mean down.
    known = [v for v in values if not math.isnan(v)]
    n = len(known)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, "nothing to divide by in any run")
    # fsum rounds once: the mean does not depend on the order of replications.
    mean = math.fsum(known) / n
    if n == 1:
        return Interval(mean, math.nan, math.nan, "one run")
    from scipy.stats import t

    variance = math.fsum((v - mean) ** 2 for v in known) / (n - 1)
    # Student's t and not the normal: with 5 runs 1.96 standard errors cover 88 % where 95 % are claimed.
    # Measured for t: 94.6 %.
    half = float(t.ppf(0.5 + level / 2.0, n - 1)) * math.sqrt(variance / n)
    left_out = f", {len(values) - n} runs without a denominator" if n < len(values) else ""
    return Interval(mean, mean - half, mean + half, f"t, {n} runs{left_out}")


def interval_of_count(counts: Sequence[float], level: float = LEVEL) -> Interval:
    """An exact Poisson interval (Garwood 1936) for the mean count a run,
    wider when runs differ by more than chance.

    Where the index of dispersion over runs is above 1 at the 5 % level the total is divided by it first
    and the bounds multiplied (quasi-Poisson), and the method says so. None seen: an upper bound.

    >>> round(interval_of_count([0, 0, 0]).high, 3)
    1.23
    """
    from scipy.stats import chi2

    n = len(counts)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, "no run")
    total = math.fsum(counts)
    mean = total / n
    spread = dispersion(counts)
    # Fisher's index of dispersion: under Poisson, (n - 1) x variance / mean is about chi-squared with n - 1
    # degrees of freedom.
    beyond_chance = n > 1 and total > 0 and chi2.sf(spread * (n - 1), n - 1) < OVER_DISPERSED_P
    # Wider than Poisson only where runs differ by more than chance: few runs show some spread by chance
    # alone.
    scale = max(1.0, spread) if beyond_chance else 1.0
    tail = (1.0 - level) / 2.0
    seen = total / scale
    # Garwood's bounds through the chi-squared law. With none seen the lower one has 0 degrees of freedom,
    # which SciPy answers with NaN: it is 0.
    low = scale * float(chi2.ppf(tail, 2.0 * seen)) / 2.0 / n if total > 0 else 0.0
    high = scale * float(chi2.isf(tail, 2.0 * seen + 2.0)) / 2.0 / n
    method = f"exact Poisson, {total:g} in {n} runs" + (
        f", over-dispersed x {scale:.1f}" if scale > 1.0 else ""
    )
    return Interval(
        mean,
        low,
        high,
        method
        if total > 0
        else (
            f"none in {n} runs: upper bound; {runs_to_settle():,} runs without any would put it below "
            f"{RARE_ENOUGH:g}"
        ),
    )


def runs_to_settle(below: float = RARE_ENOUGH, level: float = LEVEL) -> int:
    """How many runs without any put the upper bound of a count below so many a run.

    >>> runs_to_settle(0.01)
    369
    """
    # The upper bound of the two-sided interval, 3.69 over the runs, and not the rule of three (3.00,
    # one-sided 95 %): tables and advice agree.
    return math.ceil(-math.log((1.0 - level) / 2.0) / below)


def runs_for(interval: Interval, runs: int, precision: float = TENTH) -> float:
    """About how many runs would bring the half-width of an interval to a share of its mean;
    infinite where the mean is nought.

    >>> runs_for(Interval(10.0, 8.0, 12.0, ""), 25)
    100.0
    """
    # A half-width falls with the square root of the number of runs.
    half = (interval.high - interval.low) / 2.0
    if interval.mean == 0.0 or math.isnan(half):
        return math.inf
    # The small number keeps a whole number, off by rounding, from being rounded up.
    return float(math.ceil(runs * (half / (precision * abs(interval.mean))) ** 2 - 1e-9))


def dispersion(counts: Sequence[float]) -> float:
    """Variance over mean of counts; 1 for Poisson, 0 where nothing was counted."""
    n = len(counts)
    mean = math.fsum(counts) / n if n else 0.0
    # No spread can be measured: 0 is below 1, so that the interval stays Poisson.
    if n < 2 or mean == 0.0:
        return 0.0
    return math.fsum((c - mean) ** 2 for c in counts) / (n - 1) / mean


def interval_of_rate(counts: Sequence[float], exposures: Sequence[float], per: float) -> Interval:
    """A rate of rare counts: all counts over all exposure, with the interval of the counts."""
    exposure = math.fsum(exposures)
    if exposure == 0.0:
        return Interval(math.nan, math.nan, math.nan, "nothing to divide by in any run")
    # Exposure is taken as known: of rare things the count carries nearly all of the uncertainty.
    found = interval_of_count(counts)
    scale = per * len(counts) / exposure
    return Interval(
        found.mean * scale, found.low * scale, found.high * scale, f"{found.method}, over {exposure:,.0f}"
    )


Totals = Mapping[str, Sequence[float]]
"""A value a replication of every measure, by name."""


def estimate(described: Described, totals: Totals) -> float:
    """A measure over all replications: the mean of a count, the ratio of totals of a ratio;
    NaN where nothing is to divide by."""
    ratio = described.ratio
    if ratio is not None:
        # Not the mean of the runs' ratios, in which a run with three attempts weighs as much as one with
        # thousands.
        below = math.fsum(totals[ratio.denominator])
        return ratio.per * math.fsum(totals[ratio.numerator]) / below if below else math.nan
    known = [v for v in totals[described.name] if not math.isnan(v)]
    return math.fsum(known) / len(known) if known else math.nan


def per_run(described: Described, totals: Totals) -> list[float]:
    """One value a replication whose mean is `estimate`, and whose spread is that of its interval: for
    differences and their tests.

    A count is itself. A ratio has the jackknife's pseudo-values,
    moved so that their mean is the ratio of totals; NaN where the ratio without that replication is not
    defined. (The delta method covers less: 0.92 for 0.93 at 10 uneven runs.)
    """
    if described.ratio is None:
        return [float(v) for v in totals[described.name]]
    ratio = described.ratio
    return pseudo_values(totals[ratio.numerator], totals[ratio.denominator], ratio.per)


def pseudo_values(counts: Sequence[float], exposures: Sequence[float], per: float = 1.0) -> list[float]:
    """The jackknife's pseudo-values of a ratio of totals, moved so that their mean is the ratio.

    >>> pseudo_values([1.0, 3.0], [4.0, 4.0])
    [0.25, 0.75]
    """
    n, above, below = len(counts), math.fsum(counts), math.fsum(exposures)
    # One run has no other to leave out; its pseudo-value is the ratio itself.
    if n == 1 or not below:
        return [per * above / below if below else math.nan] * n
    # The ratio without run i is found - rest / others, its pseudo-value found + (n - 1) rest / others: so
    # written, no difference of two nearly equal ratios loses digits.
    found = above / below
    without = [(below - d, c - found * d) for c, d in zip(counts, exposures, strict=True)]
    moves = [(n - 1) * rest / others if others > 0.0 else math.nan for others, rest in without]
    # Moved to the ratio of totals: the jackknife's own mean corrects the bias, and would differ from the
    # number that tables show.
    middle = math.fsum(moves) / n
    return [per * (found + move - middle) for move in moves]


def interval_of_ratio(ratio: Ratio, totals: Totals) -> Interval:
    """A ratio of totals: the interval of the count above where that is rare or was never seen,
    of the jackknife else."""
    counts, exposures = totals[ratio.numerator], totals[ratio.denominator]
    above, described = DESCRIBED[ratio.numerator], DESCRIBED[ratio.name]
    # A count that was never seen has no variance: the jackknife would give zero to zero.
    if above.rare or (above.unit in COUNTS and not any(counts)):
        return interval_of_rate(counts, exposures, ratio.per)
    mean = estimate(described, totals)
    values = per_run(described, totals)
    if math.isnan(mean):
        return Interval(math.nan, math.nan, math.nan, "nothing to divide by in any run")
    # All exposure lies in one run: without it there is no ratio.
    if len(values) < 2 or any(map(math.isnan, values)):
        return Interval(
            mean, math.nan, math.nan, "one run" + (" with a denominator" if len(values) > 1 else "")
        )
    found = interval_of_mean(values)
    return Interval(mean, found.low, found.high, f"ratio of totals, jackknife, {len(values)} runs")


def interval_of(described: Described, totals: Totals) -> Interval:
    """The interval that suits a measure, from the totals of every measure by name.

    Counts of rare things, and counts of which none was seen, get an exact one; no measure is below
    nought and no share above one, so no interval reaches there.
    """
    values = totals[described.name]
    # Of counts as 0, 0, 1 the t interval reaches below zero, and of 0, 0, 0 it is zero wide.
    if described.rare or (described.unit in COUNTS and not any(values)):
        return interval_of_count(values)
    found = (
        interval_of_mean(values) if described.ratio is None else interval_of_ratio(described.ratio, totals)
    )
    most = 1.0 if described.unit == "share" else math.inf
    return (
        found._replace(low=max(0.0, found.low), high=min(most, found.high))
        # NaN (no interval) passes untouched: max and min would turn it into a bound.
        if found.low == found.low
        else found
    )


def summarise(totals: pd.DataFrame, known: Mapping[str, Described] = DESCRIBED) -> pd.DataFrame:
    """Means over replications with intervals, one row a measure; columns `SUMMARY_COLUMNS`.

    `totals` has columns replication, measure, value; `known` are the measures,
    those of extensions among them.
    """
    import pandas as pd

    by_measure = {str(name): list(group) for name, group in totals.groupby("measure", observed=True)["value"]}
    rows = []
    # In the order of the measures' definition, not of the table: summaries of two runs line up.
    for described in known.values():
        values = by_measure.get(described.name, [])
        if values:
            interval = interval_of(described, by_measure)
            rows.append(
                (
                    described.name,
                    described.label,
                    described.unit,
                    described.family,
                    *interval,
                    len(values),
                    runs_for(interval, len(values)),
                )  # fmt: skip
            )
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))
