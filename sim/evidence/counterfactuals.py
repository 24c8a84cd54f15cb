"""What each lever did, in the model: twin worlds from a posterior, replication by replication on one
parameter set and one luck.

A difference is given with 90 % of the replications, so that it carries what is not known of the numbers
beside what luck does. It says what the model holds, not what would have happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.comparison.paired_runs import Comparison
from sim.core import markdown_tables
from sim.record.measures import DESCRIBED

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
MEASURES = (
    "attempts",
    "stopped",
    "summary_returns",
    "entered_unseen",
    "claims_heard",
    "person_days_stranded",
    "harmed",
    "died",
)
# Quantiles of replications and not an interval of their mean: more replications make the mean sharper, and
# what is known of the parameters no better.
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95


def twin_table(comparison: Comparison) -> pd.DataFrame:
    """Paired differences over replications, a row for each world and measure.

    Columns world, measure, label, unit, family, base, base_low,
    base_high (median and 90 % of the first world), difference, low, high (of the paired difference),
    share_low, share, share_high (of the same over the base of its replication), less,
    more (replications that differ so), runs.
    """
    import pandas as pd

    base = values_of(comparison, comparison.base)
    rows = []
    for world in comparison.others:
        theirs = values_of(comparison, world)
        for name in MEASURES:
            d = DESCRIBED[name]
            # Replication by replication, before any quantile: a difference of two medians would carry the
            # spread of both arms.
            change = theirs[name] - base[name]
            first_low, first, first_high = np.quantile(base[name], (LOW, MIDDLE, HIGH))
            low, middle, high = np.quantile(change, (LOW, MIDDLE, HIGH))
            # How many replications went which way needs no assumption on their distribution.
            counts = int((change < 0).sum()), int((change > 0).sum()), len(change)
            shares = np.quantile(shares_of(change, base[name]), (LOW, MIDDLE, HIGH))
            rows.append(
                (world, name, d.label, d.unit, d.family, first, first_low, first_high, middle, low, high,
                    *shares, *counts)
            )  # fmt: skip
    columns = [
        "world",
        "measure",
        "label",
        "unit",
        "family",
        "base",
        "base_low",
        "base_high",
        "difference",
        "low",
        "high",
        "share_low",
        "share",
        "share_high",
        "less",
        "more",
        "runs",
    ]
    return pd.DataFrame(rows, columns=columns)


def values_of(comparison: Comparison, world: str) -> dict[str, np.ndarray]:
    """One value a replication of each measure of a world."""
    totals = comparison.results[world].totals
    # Sorted by replication, so that the same place is the same pair in every arm.
    wide = totals[totals["measure"].isin(MEASURES)].pivot_table(
        index="replication", columns="measure", values="value", observed=True
    )
    return {name: wide[name].to_numpy(float) for name in MEASURES}


def twins_page(comparison: Comparison) -> str:
    """The table as a page."""
    return "\n".join(_lines(comparison)) + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    table = twin_table(comparison)
    runs = int(table["runs"].iloc[0])
    yield f"# What each lever did, in the model of {comparison.base}"
    yield ""
    yield (
        f"Twin worlds, {runs} replications each. A replication takes one parameter set of the posterior and "
        f"one luck, the same in every world, so that the "
        "difference is the policy's alone; 90 % of replications hold what is not known of the free numbers "
        "and what luck does, together. Differences say what "
        "the model holds. They do not say what would have happened, and rest on what the model leaves out."
    )
    for world in comparison.others:
        scenario = comparison.results[world].scenario.scenario
        yield from ("", f"## {scenario.title}", "")
        if scenario.about:
            yield from (" ".join(scenario.about.split()), "")
        yield from twin_rows(table[table["world"] == world], comparison.base)


def twin_rows(part: pd.DataFrame, base: str) -> Iterator[str]:
    """The table of one world: enforcement and people on one page,
    with how many replications went which way."""
    yield from markdown_tables.table(
        ("measure", f"{base}, median (90 %)", "difference, median (90 %)", "in % of each run, median (90 %)",
            "runs with less", "with more"),
        (
            (
                f"{r['label']} ({r['unit']})", markdown_tables.band(r["base"], r["base_low"], r["base_high"]),
                markdown_tables.band(r["difference"], r["low"], r["high"]), share_in_words(r), r["less"],
                r["more"],
            )
            for r in part.to_dict("records")
        ),
    )  # fmt: skip


def shares_of(change: Floats, base: Floats) -> Floats:
    """Differences over the base of their replication; those whose base is nought are left out,
    NaN where all are.

    >>> shares_of(np.array([-5.0, 1.0]), np.array([20.0, 0.0])).tolist()
    [-0.25]
    """
    # A change from nobody has no per cent; the numbers of people stand beside it.
    known = base != 0.0
    return change[known] / base[known] if known.any() else np.array([np.nan])


def share_in_words(row: Any) -> str:
    """The difference in per cent of each run: median and 90 %."""
    if np.isnan(row["share"]):
        return ""
    return f"{row['share']:+.0%} ({row['share_low']:+.0%} to {row['share_high']:+.0%})"
