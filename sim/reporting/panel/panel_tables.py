"""The headline measures of both worlds and their paired difference, in rows of words;
people beside enforcement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.comparison.paired_runs import holm, paired, verdict
from sim.record.measures import DESCRIBED, Described
from sim.reporting.panel.played_bands import Played

HEADLINES = (
    "attempts", "entered_unseen", "stopped", "summary_returns", "stranded", "person_days_stranded", "harmed",
    "died",
    "claims_lodged", "claims_heard", "standoffs", "incidents_3", "incidents_5",
)  # fmt: skip
FAMILIES = {
    "flow": "flow",
    "enforcement": "enforcement",
    "incident": "incidents",
    "human": "people",
    "post": "posts",
}


@dataclass(frozen=True, slots=True)
class Headline:
    """A measure in the baseline and the changed world, a run; the difference with its 95 % interval."""

    measure: str
    label: str
    unit: str
    family: str
    base: float
    mean: float
    difference: float
    low: float
    high: float
    verdict: str

    @property
    def words(self) -> list[str]:
        """The cells of a table's row."""
        band = "" if math.isnan(self.low) else f"{written(self.low)} to {written(self.high)}"
        return [
            self.label,
            self.unit,
            written(self.base),
            written(self.mean),
            signed(self.difference),
            band,
            self.verdict,
        ]

    @property
    def sentence(self) -> str:
        """The row as a sentence, for those who do not see the picture."""
        band = f" ({written(self.low)} to {written(self.high)})" if self.difference else ""
        return (
            f"{self.label}: baseline {written(self.base)}, changed {written(self.mean)}, difference "
            f"{signed(self.difference)}{band}."
        )


def headlines(
    base: Sequence[Played], changed: Sequence[Played], known: Mapping[str, Described] = DESCRIBED
) -> list[Headline]:
    """One row a measure; Holm's adjustment is over these rows.
    `known` are the measures that both worlds have.

    Those of extensions follow the headlines.
    """
    names = (*HEADLINES, *(name for name in known if name not in DESCRIBED))
    ours, theirs = _totals(base, known), _totals(changed, known)
    rows = [paired(name, ours, theirs, known) for name in names]
    # Over all rows, since somebody who moves sliders looks for the row that stands out.
    adjusted = holm([float(row["p"]) for row in rows])
    return [
        Headline(
            name, known[name].label, known[name].unit, FAMILIES[known[name].family],
            row["base"], row["mean"], row["difference"], row["low"], row["high"], verdict(row, p),
        )
        for name, row, p in zip(names, rows, adjusted, strict=True)
    ]  # fmt: skip


def _totals(band: Sequence[Played], known: Mapping[str, Described]) -> dict[str, dict[int, float]]:
    return {name: {run: played.totals[name] for run, played in enumerate(band)} for name in known}


def written(value: float) -> str:
    """A number of a table: thousands with a comma, small ones with two digits that count.

    >>> written(1234.5), written(12.34), written(0.0123), written(0.0)
    ('1,234', '12.3', '0.012', '0')
    """
    if math.isnan(value):
        return "-"
    if abs(value) >= 100 or value == 0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}"


def signed(value: float) -> str:
    """A difference with its sign."""
    return f"+{written(value)}" if value > 0 else written(value)
