"""The page of a validation: the fit, what it could learn, predictions beside the record and naive forecasts, scores."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.calibrate import GENERATIONS, RECOVERY
from sim.experiments.calibration import Calibration
from sim.experiments.posterior import Posterior
from sim.experiments.result import Result
from sim.experiments.validate import NAIVE, SCORES, months_without, sequence_changes, share_table

if TYPE_CHECKING:
    import pandas as pd

USES = {
    "fitted": "Fitted",
    "predicted": "Predicted, and scored",
    "seen": "Of days inside the fit's, not fitted",
    "shown": "Shown, not scored: grade D, lists that pick large events, single days that were quoted for being high, low or first",
}


def validation_page(
    calibration: Calibration, posterior: Posterior, table: pd.DataFrame, scored: pd.DataFrame, fit: Path, runs: int,
    whole: Result,
) -> str:  # fmt: skip
    """The page in Markdown, from the tables of a fit's folder, its predictions, and whole runs from the posterior."""
    lines = [*_lines(calibration, posterior, table, scored, fit, runs), *_whole_lines(calibration, whole)]
    return "\n".join(lines) + "\n"


def _whole_lines(calibration: Calibration, whole: Result) -> Iterator[str]:
    sequences, shares, months = (
        sequence_changes(whole),
        share_table(calibration, whole),
        months_without(calibration, whole),
    )
    if len(sequences):
        yield from ("", "## Recorded sequences under the posterior", "")
        yield f"A day, or persons where people are counted at one time; medians and 90 % over {whole.replications} runs. A sequence has no control."
        yield ""
        yield from _table(
            ("sequence", "what", "recorded", "simulated", "change recorded", "change simulated"),
            (
                (
                    r["sequence"], r["what"], _from_to(r["recorded before"], r["recorded after"]),
                    _from_to(r["simulated before"], r["simulated after"]), _number(r["change recorded"]),
                    _band(r["change median"], r["change low"], r["change high"]),
                )
                for r in sequences.to_dict("records")
            ),
        )  # fmt: skip
    if len(shares):
        yield from ("", "## Shares of sectors in what a party counts", "")
        yield from _table(
            ("party", "sector", "recorded", "simulated, median", "90 %"),
            (
                (
                    r["party"],
                    r["sector"],
                    f"{r['recorded']:.1%}",
                    f"{r['median']:.1%}",
                    f"{r['low']:.1%} to {r['high']:.1%}",
                )
                for r in shares.to_dict("records")
            ),
        )
    if len(months):
        yield from ("", "## Months without a recorded death", "")
        yield from _table(
            ("series", "month", "recorded", "simulated, median (90 %)"),
            (
                (r["binding"], r["month"], "none", _band(r["median"], r["low"], r["high"]))
                for r in months.to_dict("records")
            ),
        )


def _from_to(before: float, after: float) -> str:
    return _number(after) if math.isnan(before) else f"{_number(before)} to {_number(after)}"


def _band(median: float, low: float, high: float) -> str:
    return "" if math.isnan(median) else f"{_number(median)} ({_number(low)} to {_number(high)})"


def _lines(
    calibration: Calibration,
    posterior: Posterior,
    table: pd.DataFrame,
    scored: pd.DataFrame,
    fit: Path,
    runs: int,
) -> Iterator[str]:
    import pandas as pd

    name = calibration.scenario.name
    about = posterior.about
    yield f"# {name}: the fitted model against the record"
    yield ""
    yield (
        f"Made by `borderflow calibrate {name}` and `borderflow validate {name}`. A statement about the model: which of its numbers go with "
        "the record under the priors and the error model of the calibration file, and what follows for figures that were not fitted. Recorded "
        "figures are one party's counts, and stand beside that party's account in the model."
    )
    yield from ("", "## The fit", "")
    yield (
        f"To figures of days up to {calibration.fit_until}, {len(calibration.fitted)} of them. It ended because: {about['ended']}. The last "
        f"tolerance is {about['tolerance']:.2f} standard deviations of the error model (1 was aimed at); its {len(posterior.weights)} parameter sets "
        f"are worth {about['effective_sets']:.0f} of equal weight."
    )
    yield ""
    generations = pd.read_csv(fit / GENERATIONS)
    yield from _table(
        ("generation", "tolerance", "tried", "let pass", "mean distance", "worth"),
        (
            (
                g.number,
                f"{g.tolerance:.2f}",
                f"{g.tried:,}",
                g.accepted,
                f"{g.distance:.2f}",
                f"{g.effective:.0f}",
            )
            for g in generations.itertuples()
        ),
    )
    yield from ("", "## The free numbers", "")
    recovery = pd.read_csv(fit / RECOVERY) if (fit / RECOVERY).exists() else None
    quantiles = posterior.quantiles()
    rows = []
    for i, free in enumerate(calibration.free):
        low, middle, high = (free.prior.value(z) for z in (-1.645, 0.0, 1.645))
        told = ("", "", "")
        if recovery is not None:
            r = recovery.iloc[i]
            told = (f"{r['covered_90']:.0%}", f"{r['width']:.2f}", f"{r['rank_uniform_p']:.2f}")
        after = [_number(float(x)) for x in quantiles[i]]
        rows.append(
            (
                free.label,
                f"{_number(middle)} ({_number(low)} to {_number(high)})",
                f"{after[1]} ({after[0]} to {after[2]})",
                *told,
            )
        )
    yield from _table(("", "before", "after", "recovered in 90 %", "width left", "ranks uniform, p"), rows)
    yield ""
    yield (
        "Medians and 90 %. *Recovered*: of 100 made-up truths drawn from the prior, the share whose 90 % interval held the truth; *width left*: the "
        "posterior's standard deviation over the prior's, a mean over those truths (near 1: the figures say nothing of it)."
    )
    yield from ("", "## Scores", "")
    yield from _table(SCORES, (tuple(_score(x) for x in row) for row in scored.itertuples(index=False)))
    yield ""
    yield (
        f"Over predicted figures only, {runs} runs. Averaged relative difference as the displacement field uses it (Flee's published cases lie below 0.6); "
        "interval score over the mean recorded figure, less is better; skill: 1 is perfect, 0 as good as the naive forecast, below 0 worse. "
        "The naive forecasts know the dates of levers, too."
    )
    for use, words in USES.items():
        part = table[table["use"] == use]
        if len(part):
            yield from ("", f"## {words}", "")
            yield from _table(
                (
                    "figure",
                    "grade",
                    "recorded",
                    "simulated, median",
                    "90 %",
                    "inside",
                    *NAIVE,
                    "by parameters",
                ),
                (_row(row) for row in part.to_dict("records")),
            )
    yield ""
    yield (
        "The 90 % hold parameters, luck and the error model where one is given. *By parameters*: the share of the variance of the logarithm "
        "that lies between parameter sets; the rest is luck."
    )


def _row(row: dict[Any, Any]) -> tuple[str, ...]:
    naive = [_number(row[name]) for name in NAIVE]
    return (
        row["figure"], row["grade"], _number(row["recorded"]), _number(row["median"]),
        f"{_number(row['low'])} to {_number(row['high'])}", "yes" if row["inside"] else "no", *naive, f"{row['by parameters']:.0%}",
    )  # fmt: skip


def _score(value: Any) -> str:
    return ("" if math.isnan(value) else f"{value:.2f}") if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    """A number in a table.

    >>> _number(17447.0), _number(0.91), _number(float("nan"))
    ('17,447', '0.91', '')
    """
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.2g}"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    names = list(head)
    yield "| " + " | ".join(names) + " |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"
