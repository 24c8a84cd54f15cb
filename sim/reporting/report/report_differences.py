"""Worlds set against the first on the same luck: paired differences, whole and by month,
and what the worlds change."""

from __future__ import annotations

from typing import Any

from sim.comparison.paired_runs import Comparison
from sim.record.measures import DESCRIBED
from sim.reporting.report.report_blocks import (
    FAMILIES,
    CaptionedTable,
    Listing,
    Words,
    band,
    number,
    of_scenario,
)
from sim.reporting.report.report_subject import ReportSubject

SAID = (
    "attempts",
    "stopped",
    "entered_unseen",
    "summary_returns",
    "stranded",
    "harmed",
    "died",
    "claims_heard",
)
MONTHLY = (
    "attempts",
    "stopped",
    "entered_unseen",
    "summary_returns",
    "stranded",
    "harmed",
    "died",
    "claims_heard",
)
VERDICTS = {
    "exactly none": "the same in every run",
    "more": "more, told apart from chance",
    "less": "less, told apart from chance",
    "unclear": "not told apart from chance",
}


def _found(study: ReportSubject) -> Comparison:
    assert study.comparison is not None
    return study.comparison


def difference_sentences(study: ReportSubject) -> list[Any]:
    """Each other world against the base, in a sentence a measure."""
    found = _found(study)
    blocks: list[Any] = []
    for world in found.others:
        rows = _rows(found, world)
        blocks.append(Words(f"{world} less {found.base}, run by run on the same luck:"))
        blocks.append(Listing(tuple(_sentence(rows[name]) for name in SAID)))
    return blocks


def _rows(found: Comparison, world: str) -> dict[str, Any]:
    frame = found.differences
    return {str(row["measure"]): row for row in frame[frame["world"] == world].to_dict("records")}


def _sentence(row: Any) -> str:
    if row["verdict"] == "exactly none":
        return f"{row['label']}: the same in every run ({number(row['base'])} {row['unit']})."
    return (
        f"{row['label']}: {signed(row['difference'])} {row['unit']} a run, beside {number(row['base'])} in "
        f"the base "
        f"(95 % interval {band(row['low'], row['high'])}; {_verdict(row)})."
    )


def _verdict(row: Any) -> str:
    """Whether a difference is told apart, and where only the adjustment for many measures says no."""
    apart = row["low"] > 0.0 or row["high"] < 0.0
    # An interval without nought beside "not told apart" would look like a mistake: the adjustment is named.
    if row["verdict"] == "unclear" and apart:
        return "told apart by itself, and not after adjustment for the number of measures looked at"
    return VERDICTS[row["verdict"]]


def signed(value: float) -> str:
    """A difference with its sign.

    >>> signed(12.0), signed(-0.5), signed(0.0)
    ('+12', '-0.5', '0')
    """
    return f"+{number(value)}" if value > 0 else number(value)


def difference_tables(study: ReportSubject) -> list[Any]:
    """For each other world: every measure over the whole run, then by month."""
    found = _found(study)
    blocks: list[Any] = [Words(
        "The same people come with the same luck in every world, so what both share falls out of the "
        "difference. Told apart: after "
        "Holm's adjustment for the number of measures looked at. Gain: by how much pairing cut the variance "
        "(1: nothing)."
    )]  # fmt: skip
    for world in found.others:
        blocks += [_whole(found, world), *_by_month(found, world)]
    return [*blocks, *([Listing(tuple(found.notes))] if found.notes else [])]


def _whole(found: Comparison, world: str) -> CaptionedTable:
    rows: list[tuple[str, ...]] = []
    every = _rows(found, world)
    for family, words in FAMILIES.items():
        rows.append((words,))
        rows += [
            (
                r["label"], number(r["base"]), number(r["mean"]), signed(r["difference"]),
                band(r["low"], r["high"]), r["unit"],
                _verdict(r), number(r["gain"]),
            )
            for r in every.values() if r["family"] == family
        ]  # fmt: skip
    columns = ("measure", found.base, world, "difference", "95 % interval", "unit", "told apart", "gain")
    return CaptionedTable(f"{world} less {found.base}: paired differences a run", columns, tuple(rows))


def _by_month(found: Comparison, world: str) -> list[CaptionedTable]:
    """By month, where there is more than one."""
    frame = found.by_month
    frame = frame[frame["world"] == world]
    # Months are written year first, so that sorted text is in order of time.
    months = sorted(set(frame["month"]))
    # A single month is the whole run.
    if len(months) < 2:
        return []
    cells = {(r["month"], r["measure"]): r for r in frame.to_dict("records")}
    rows = tuple((month, *(_cell(cells.get((month, name))) for name in MONTHLY)) for month in months)
    columns = ("month", *(f"{DESCRIBED[name].label} ({DESCRIBED[name].unit})" for name in MONTHLY))
    return [CaptionedTable(f"{world} less {found.base} by month, with 95 % intervals", columns, rows)]


def _cell(row: Any) -> str:
    # A cell without a row is a month in which neither scenario had any.
    if row is None or (row["difference"] == 0.0 and row["low"] == 0.0 == row["high"]):
        return "0"
    interval = band(row["low"], row["high"])
    return signed(row["difference"]) + ("" if interval == "-" else f" ({interval})")


def changes(study: ReportSubject) -> list[Any]:
    """What each other world changes of the base, value by value."""
    from sim.scenario.describe.scenario_differences import differences

    found = _found(study)
    base = study.results[found.base].scenario
    blocks: list[Any] = []
    for world in found.others:
        tables = differences(base, study.results[world].scenario, (found.base, world))
        blocks.append(
            Words(
                f"What {world} changes of {found.base}:"
                if tables
                else f"{world} changes nothing of {found.base}."
            )
        )
        blocks += [of_scenario(table) for table in tables]
    return blocks
