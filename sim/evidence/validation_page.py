"""The page of a validation: the fit, what it could learn, predictions beside the record and naive forecasts,
scores."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sim.core import markdown_tables
from sim.evidence.calibration.calibration_problem import Calibration
from sim.evidence.validate import NAIVE, SCORES, Validation, months_without, sequence_changes, share_table
from sim.runs.result import Result

USES = {
    "fitted": "Fitted",
    "predicted": "Predicted, and scored",
    "seen": "Of days inside the fit's, not fitted",
    "shown": "Shown, not scored: grade D, lists that pick large events, single days that were quoted for "
    "being high, low or first",
}


def validation_page(found: Validation, title: str = "", about: str = "") -> str:
    """The page in Markdown: `title` in place of the scenario's name, `about` before anything else is said."""
    name = title or found.calibration.scenario.name
    lines = [f"# {name}: the fitted model against the record", "", *([about, ""] if about else [])]
    lines += [*_lines(found), *_whole_lines(found.calibration, found.whole)]
    return "\n".join(lines) + "\n"


def _whole_lines(calibration: Calibration, whole: Result) -> Iterator[str]:
    sequences, shares, months = (
        sequence_changes(whole, calibration.sequences),
        share_table(calibration, whole),
        months_without(calibration, whole),
    )
    if len(sequences):
        yield from ("", "## Recorded sequences under the posterior", "")
        yield (
            "A day, or persons where people are counted at one time; "
            f"medians and 90 % over {whole.replications} runs. A sequence has no control."
        )
        yield ""
        yield from markdown_tables.table(
            ("sequence", "what", "recorded", "simulated", "change recorded", "change simulated"),
            (
                (
                    r["sequence"], r["what"], _from_to(r["recorded before"], r["recorded after"]),
                    _from_to(r["simulated before"], r["simulated after"]),
                    markdown_tables.number(r["change recorded"]),
                    markdown_tables.band(r["change median"], r["change low"], r["change high"]),
                )
                for r in sequences.to_dict("records")
            ),
        )  # fmt: skip
    if len(shares):
        yield from ("", "## Shares of sectors in what a party counts", "")
        yield from markdown_tables.table(
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
        yield from markdown_tables.table(
            ("series", "month", "recorded", "simulated, median (90 %)"),
            (
                (r["binding"], r["month"], "none", markdown_tables.band(r["median"], r["low"], r["high"]))
                for r in months.to_dict("records")
            ),
        )


def _from_to(before: float, after: float) -> str:
    return (
        markdown_tables.number(after)
        if math.isnan(before)
        else f"{markdown_tables.number(before)} to {markdown_tables.number(after)}"
    )


def _lines(found: Validation) -> Iterator[str]:
    calibration, posterior, scored, table = found.calibration, found.posterior, found.scored, found.table
    about = posterior.about
    yield (
        "A statement about the model: which of its numbers go with "
        "the record under the priors and the error model of the calibration file, and what follows for "
        "figures that were not fitted. Recorded "
        "figures are one party's counts, and stand beside that party's account in the model."
    )
    yield from ("", "## The fit", "")
    yield (
        f"To figures of days up to {calibration.fit_until}, {len(calibration.fitted)} of them. It ended "
        f"because: {about['ended']}. The last "
        f"tolerance is {about['tolerance']:.2f} standard deviations of the error model (1 was aimed at); its "
        f"{len(posterior.weights)} parameter sets "
        f"are worth {about['effective_sets']:.0f} of equal weight."
    )
    yield ""
    yield from markdown_tables.table(
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
            for g in found.generations.itertuples()
        ),
    )
    yield from ("", "## The free numbers", "")
    yield from free_rows(found)
    yield from ("", "## Scores", "")
    yield from markdown_tables.table(
        SCORES, (tuple(_score(x) for x in row) for row in scored.itertuples(index=False))
    )
    yield ""
    yield (
        f"Over predicted figures only, {found.runs} runs. Averaged relative difference as the displacement "
        f"field uses it (Flee's published cases lie below 0.6); "
        "interval score over the mean recorded figure, less is better; skill: 1 is perfect, 0 as good as the "
        "naive forecast, below 0 worse. "
        "The naive forecasts know the dates of levers, too."
    )
    for use, words in USES.items():
        part = table[table["use"] == use]
        if len(part):
            yield from ("", f"## {words}", "")
            yield from markdown_tables.table(
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
        "The 90 % hold parameters, luck and the error model where one is given. *By parameters*: the share "
        "of the variance of the logarithm "
        "that lies between parameter sets; the rest is luck."
    )


def free_rows(found: Validation) -> Iterator[str]:
    """The free numbers before and after, and what came back of made-up truths."""
    quantiles = found.posterior.quantiles()
    rows = []
    for i, free in enumerate(found.calibration.free):
        # The middle 90 % of a normal, through the prior's quantiles: the posterior beside it is given as 90
        # %, too.
        low, middle, high = (free.prior.value(z) for z in (-1.645, 0.0, 1.645))
        told = ("", "", "")
        if found.recovery is not None:
            r = found.recovery.iloc[i]
            told = (f"{r['covered_90']:.0%}", f"{r['width']:.2f}", f"{r['rank_uniform_p']:.2f}")
        after_low, after, after_high = (float(x) for x in quantiles[i])
        rows.append(
            (
                free.label,
                markdown_tables.band(middle, low, high),
                markdown_tables.band(after, after_low, after_high),
                *told,
            )
        )
    yield from markdown_tables.table(
        ("", "before", "after", "recovered in 90 %", "width left", "ranks uniform, p"), rows
    )
    yield ""
    yield (
        "Medians and 90 %. *Recovered*: of 100 made-up truths drawn from the prior, the share whose 90 % "
        "interval held the truth; *width left*: the "
        "posterior's standard deviation over the prior's, a mean over those truths (near 1: the figures say "
        "nothing of it)."
    )


def _row(row: dict[Any, Any]) -> tuple[str, ...]:
    naive = [markdown_tables.number(row[name]) for name in NAIVE]
    return (
        row["figure"], row["grade"], markdown_tables.number(row["recorded"]),
        markdown_tables.number(row["median"]),
        f"{markdown_tables.number(row['low'])} to {markdown_tables.number(row['high'])}",
        "yes" if row["inside"] else "no", *naive, f"{row['by parameters']:.0%}",
    )  # fmt: skip


def _score(value: Any) -> str:
    return ("" if math.isnan(value) else f"{value:.2f}") if isinstance(value, float) else str(value)
