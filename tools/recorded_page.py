"""The part of docs/record.md that is made from the tables: every figure with window, grade and source.

python -m tools.recorded_page docs/record.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from sim.core.durable import write_whole
from sim.core.errors import UsageError
from sim.observations.recorded_series import (
    GRADES,
    KINDS,
    RecordedIncident,
    RecordedPoint,
    RecordedSeries,
    folders,
    incidents,
    names,
    series,
)

BEGIN = "<!-- made from scenarios/recorded by: python -m tools.recorded_page docs/record.md -->"
END = "<!-- end of the made part -->"


def generated_part() -> str:
    """Every table as Markdown, between its two marks."""
    shown = [series(name) for name in names()]
    blocks = [_keys(), _overview(shown)]
    blocks += [_series_block(s) for s in shown if not s.listed]
    blocks.append(_incident_block())
    return "\n\n".join([BEGIN, *blocks, END])


def refreshed(page: str) -> str:
    """A page with its made part written anew."""
    # A page without its marks, or with two, would lose text that somebody wrote.
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise UsageError(f"the page has no part to make: allowed: one line {BEGIN!r}, then one line {END!r}")
    before, rest = page.split(BEGIN)
    return before + generated_part() + rest.split(END)[1]


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [list(header)]
    lines += [["---"] * len(lines[0]), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _keys() -> str:
    grades = [f"- **{grade}** {meaning}" for grade, meaning in GRADES.items()]
    kinds = [f"- *{kind.replace('_', ' ')}*: {meaning}" for kind, meaning in KINDS.items()]
    return "### Grades and kinds\n\n" + "\n".join([*grades, "", *kinds])


def _overview(shown: list[RecordedSeries]) -> str:
    rows = (
        (
            f"`{s.name}`",
            s.counts,
            s.unit,
            str(len(s.points)),
            "".join(sorted({p.grade for p in s.points})),
            _span(s),
        )
        for s in shown
    )
    return "### Series\n\n" + table(
        ("name", "what is counted", "unit", "figures", "grades", "days covered"), rows
    )


def _span(s: RecordedSeries) -> str:
    # Windows are half-open; a reader wants the last day that counts.
    return f"{min(p.start for p in s.points)} to {max(p.end for p in s.points) - timedelta(days=1)}"


def _series_block(s: RecordedSeries) -> str:
    totals = " (running totals)" if s.cumulative else ""
    rows = (
        (_window(p), f"{p.value:,.0f}", p.grade, p.kind.replace("_", " "), _address(p.source))
        for p in s.points
    )
    return f"#### {s.label}{totals}\n\n" + table(("days", s.unit, "grade", "kind", "source"), rows)


def _window(point: RecordedPoint | RecordedIncident) -> str:
    last = point.end - timedelta(days=1)
    return f"{point.start}" if last == point.start else f"{point.start} to {last}"


def _address(source: str) -> str:
    # In angle brackets Markdown makes a link of an address whatever characters it holds.
    return f"<{source}>" if source.startswith("http") else source


def _incident_block() -> str:
    header = (
        "days",
        "place",
        "what",
        "persons",
        "crossed",
        "died",
        "forces hurt",
        "level",
        "who says what",
        "grade",
        "source",
    )
    rows = (
        (_window(i), ", ".join(filter(None, (i.country, i.place))), i.type, _persons(i), _number(i.crossed),
         _number(i.dead), _number(i.forces_harmed), _number(i.level), i.accounts, i.grade, _address(i.source))
        for folder in folders()
        for i in incidents(folder)
    )  # fmt: skip
    return "#### Incidents\n\n" + table(header, rows)


def _persons(i: RecordedIncident) -> str:
    if i.persons_low is None:
        return ""
    if i.persons_high is None:
        return f"{i.persons_low:,} or more"
    return (
        f"{i.persons_low:,}"
        if i.persons_low == i.persons_high
        else f"{i.persons_low:,} to {i.persons_high:,}"
    )


def _number(count: int | None) -> str:
    return "" if count is None else str(count)


def main() -> None:
    """Write the made part of a page anew."""
    page = Path(sys.argv[1])
    write_whole(page, refreshed(page.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
