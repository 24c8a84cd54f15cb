"""The pages of a study: one with everything side by side, and one for each part."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.core import markdown_tables
from sim.evidence.baselines import relative_difference
from sim.evidence.counterfactuals import MEASURES, share_in_words, twin_table, twins_page
from sim.evidence.hypotheses import accounts_page
from sim.evidence.study import Studied
from sim.evidence.validate import Validation
from sim.evidence.validation_page import free_rows, validation_page
from sim.evidence.verify import verdict_in_words, verify_page
from sim.model.version import MODEL_VERSION

STUDY, THEORY, ACCOUNTS, TWINS = "study.md", "verification.md", "accounts.md", "counterfactuals.md"
PICTURES = "pictures"


def pages(found: Studied) -> dict[str, str]:
    """Every page by its file's name; the page of the study names the hash of them all."""
    study = found.study
    reference = study.fits[study.reference]
    parts = {THEORY: verify_page(reference.scenario, found.checks, 0, found.effort.checks)}
    for name, validation in found.fits.items():
        title = study.titles[name]
        parts[page_of(found, name)] = validation_page(validation, title, _about(found, name))
    if found.verdicts:
        parts[ACCOUNTS] = accounts_page(found.verdicts, found.effort.crises, found.effort.bank)
    if found.comparison is not None:
        parts[TWINS] = twins_page(found.comparison)
    # Without the foot, which holds the hash itself and the minutes: those differ between two equal studies.
    head = "\n".join(_head(found))
    told = hashlib.sha256("".join([head, *parts.values()]).encode()).hexdigest()
    return {STUDY: "\n".join([head, *_foot(found, told)]) + "\n", **parts}


def page_of(found: Studied, name: str) -> str:
    """The page of a fit."""
    return "validation.md" if name == found.study.reference else f"validation-{name}.md"


def _about(found: Studied, name: str) -> str:
    if name == found.study.reference:
        return ""
    return (
        f"The same fit, predictions and scores as [the reference's](validation.md), beside it in [the "
        f"study]({STUDY})."
    )


def _head(found: Studied) -> Iterator[str]:
    study = found.study
    yield f"# {study.reference}: the study"
    yield ""
    yield (
        f"Everything on this page and on those it links to was made by one command, `borderflow study "
        f"{study.reference}`. Recorded figures are one party's counts, and "
        "stand beside that party's account in the model. It compares models and policies in a model; it does "
        "not say who did what, nor what would have happened."
    )
    yield from ("", "## Against theory", "")
    yield f"{verdict_in_words(found.checks)} [All rows]({THEORY})."
    yield from _fits(found)
    yield from _free(found)
    yield from _scores(found)
    yield from _accounts(found)
    yield from _twins(found)


def _fits(found: Studied) -> Iterator[str]:
    yield from ("", "## The fits", "")
    yield "The same free numbers, priors, error model, figures and budget in each."
    yield ""
    yield from markdown_tables.table(
        ("fit", "tolerance", "ended because", "candidates", "parameter sets", "worth"),
        (
            (
                f"[{found.study.titles[name]}]({page_of(found, name)})",
                f"{v.posterior.about['tolerance']:.2f}", v.posterior.about["ended"],
                f"{int(v.generations['tried'].sum()):,}", len(v.posterior.weights),
                f"{v.posterior.about['effective_sets']:.0f}",
            )
            for name, v in found.fits.items()
        ),
    )  # fmt: skip
    yield ""
    yield (
        "Tolerance: the root mean square of misses that is let pass, in standard deviations of the error "
        "model; one well above the file's aim says "
        "that the model cannot come closer. Worth: how many sets of equal weight would say as much."
    )


def _free(found: Studied) -> Iterator[str]:
    reference = found.fits[found.study.reference]
    yield from ("", "## The free numbers of the reference", "")
    yield from free_rows(reference)
    yield from ("", f"![Free numbers before and after]({PICTURES}/free-numbers.png)")


def _scores(found: Studied) -> Iterator[str]:
    yield from ("", "## Predictions, scored", "")
    rows: list[tuple[Any, ...]] = []
    for name, validation in found.fits.items():
        for row in validation.scored.to_dict("records"):
            cells = [row["averaged relative difference"], row["interval score"]]
            cells += [row[f"skill over {n}"] for n in ("last value", "straight line", "level shift")]
            written = ["" if math.isnan(x) else f"{x:.2f}" for x in cells]
            rows.append((row["binding"], found.study.titles[name], row["inside 90 %"], *written))
    # By series and then by fit: what is compared stands in neighbouring rows.
    order = list(dict.fromkeys(row[0] for row in rows))
    rows.sort(key=lambda row: order.index(row[0]))
    head = (
        "series",
        "fit",
        "inside 90 %",
        "averaged relative difference",
        "interval score",
        "skill over last value",
        "straight line",
        "level shift",
    )
    yield from markdown_tables.table(head, rows)
    yield ""
    yield (
        "Figures that were not fitted. Averaged relative difference as the displacement field uses it (Flee "
        "publishes cases below 0.6); interval score over the mean "
        "recorded figure, less is better; skill: 1 is perfect, 0 as good as the naive forecast, below 0 "
        "worse. A model can score better by being too low throughout: "
        "read the tolerance and the share inside first."
    )
    if found.study.together:
        yield from (
            "",
            f"Over {' and '.join(found.study.together)} together, in the days that all of them have a figure "
            f"for:",
            "",
        )
        yield from markdown_tables.table(
            ("fit", "periods", "averaged relative difference"),
            (
                (found.study.titles[name], *_together(v, found.study.together))
                for name, v in found.fits.items()
            ),
        )
    yield from ("", f"![The record, the fitted model and naive forecasts]({PICTURES}/validation.png)")


def _together(found: Validation, bindings: tuple[str, ...]) -> tuple[str, str]:
    """How many periods all series have a predicted figure for,
    and the averaged relative difference over them."""
    # Fitted figures would score what was put in.
    part = found.table[(found.table["use"] == "predicted") & found.table["binding"].isin(bindings)]
    simulated, recorded = (
        part.pivot_table(index=["start", "end"], columns="binding", values=column).dropna()
        for column in ("median", "recorded")
    )
    # A sum over places needs all of them in a period: dropna has left whole periods alone.
    if simulated.shape[1] < len(bindings) or not len(simulated):
        return "0", ""
    return str(len(simulated)), f"{relative_difference(simulated.to_numpy(), recorded.to_numpy()):.2f}"


def _accounts(found: Studied) -> Iterator[str]:
    if found.verdicts:
        yield from ("", "## Whose account", "")
        for label, verdict in found.verdicts.items():
            yield f"- {label}: {verdict.in_words()}"
        yield from ("", f"[Confusion tables]({ACCOUNTS}).")


def _twins(found: Studied) -> Iterator[str]:
    if found.comparison is None:
        return
    table = twin_table(found.comparison)
    yield from ("", "## What each lever did, in the model", "")
    yield (
        f"Differences from {found.comparison.base}, in per cent run by run: median and 90 % of "
        f"{found.study.replications} replications, each with a parameter set "
        f"of the posterior and a luck of its own, the same in every world. [With numbers of people]({TWINS})."
    )
    yield ""
    labels = [table[table["measure"] == m]["label"].iloc[0] for m in MEASURES]
    cells: Any = {(r["world"], r["measure"]): r for r in table.to_dict("records")}
    yield from markdown_tables.table(
        ("world", *labels),
        (
            (
                found.comparison.results[world].scenario.scenario.title,
                *(share_in_words(cells[world, m]) for m in MEASURES),
            )
            for world in found.comparison.others
        ),
    )
    yield from ("", f"![Differences by world and measure]({PICTURES}/counterfactuals.png)")


def _foot(found: Studied, told: str) -> Iterator[str]:
    yield from ("", "## Time and sameness", "")
    yield (
        f"All tables above and on the linked pages, as one hash: `{told}`, by model version {MODEL_VERSION}. "
        "The same study gives the same."
    )
    yield ""
    minutes = {name: seconds / 60.0 for name, seconds in found.seconds.items()}
    rows = [(name, f"{value:.1f}") for name, value in minutes.items()]
    yield from markdown_tables.table(
        ("chapter", "minutes"), [*rows, ("all", f"{np.sum(list(minutes.values())):.0f}")]
    )
