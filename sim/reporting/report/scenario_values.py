"""What a scenario rests on: every value with unit, range, meaning, status and source,
and the sources by themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sim.reporting.report.report_blocks import CaptionedTable, Words, counted
from sim.scenario.describe.assumptions import Assumed, numbers, pattern
from sim.scenario.describe.scenario_text import listing, number, value_words
from sim.scenario.schema import Scenario
from sim.scenario.schema.fields import range_words, spec

STATUSES = {
    "measured": "counted or recorded by somebody, who is named",
    "estimated": "from a fit, which is named",
    "assumed": "by nobody measured; chosen so that the model can run",
}
MOST_SOURCES = 3


def basis(scenario: Scenario) -> list[Any]:
    """How much is measured, estimated and assumed; then every value."""
    found = numbers(scenario)
    return [_counts(found), Words(_how_to_read()), *_tables(found)]


def status_counts(scenario: Scenario) -> Counter[str]:
    """How many values have which status."""
    return Counter(value.status for value in numbers(scenario))


def _counts(found: list[Assumed]) -> CaptionedTable:
    counts = Counter(value.status for value in found)
    rows = [
        (status, f"{counts[status]:,}", f"{counts[status] / max(1, len(found)):.0%}", meaning)
        for status, meaning in STATUSES.items()
    ]
    return CaptionedTable(
        f"The {len(found):,} values of the scenario, by status",
        ("status", "values", "share", "meaning"),
        tuple(rows),
    )


def _how_to_read() -> str:
    return (
        "Below, a star stands for every entry of a table, and values of one key and status share a row. What "
        "a scenario sets and says "
        "nothing of counts as assumed."
    )


def _tables(found: list[Assumed]) -> list[CaptionedTable]:
    """One table a part of the scenario; alike keys of one status in a row."""
    parts: dict[str, dict[tuple[str, str], list[Assumed]]] = {}
    for value in found:
        # By status too: a row must not hide one measured value among assumed ones.
        parts.setdefault(value.key.split(".")[0], {}).setdefault(
            (pattern(value.key), value.status), []
        ).append(value)
    columns = ("key", "value", "unit", "range", "meaning", "status", "source")
    return [
        CaptionedTable(f"Values: {part.replace('_', ' ')} ({counted(sum(map(len, keys.values())), 'value')})",
            columns,
              tuple(_row(key, group) for (key, _), group in keys.items()))
        for part, keys in parts.items()
    ]  # fmt: skip


def _row(key: str, group: list[Assumed]) -> tuple[str, ...]:
    first = group[0]
    units = listing(list(dict.fromkeys(value.unit for value in group if value.unit)), 3)
    return (
        first.key if len(group) == 1 else key, _values(group), units, _range(first.key),
        listing(list(dict.fromkeys(value.about for value in group if value.about)), 3), first.status,
        _sources(group),
    )  # fmt: skip


def _values(group: list[Assumed]) -> str:
    if len(group) == 1:
        return value_words(group[0].value)
    plain = [value.value for value in group if isinstance(value.value, (int, float))]
    span = f"{number(min(plain))} to {number(max(plain))}" if plain else "various"
    return f"{len(group)} values, {span}"


def _range(key: str) -> str:
    """The legal range of a key, from the schema; "" where it has none."""
    found = spec(tuple(key.split(".")))
    # The range of a size is its control's, and not one that a schema's field declares.
    if found is None or ".sizes." in key:
        return ""
    return range_words(found.low, found.high).removeprefix(" from").strip()


def _sources(group: list[Assumed]) -> str:
    """The sources of a row, each once."""
    sources = list(dict.fromkeys(value.source or "no source" for value in group))
    more = len(sources) - MOST_SOURCES
    return " | ".join(sources[:MOST_SOURCES]) + (f" | and {counted(more, 'more source')}" if more > 0 else "")


def sources_table(scenario: Scenario) -> CaptionedTable:
    """Every source that a value names, the ones with most values first."""
    by_source: dict[str, Counter[str]] = defaultdict(Counter)
    for value in numbers(scenario):
        by_source[value.source or "no source is given"][value.status] += 1
    # Sorting is stable: sources of equal weight keep the order of the scenario.
    ranked = sorted(by_source.items(), key=lambda item: -sum(item[1].values()))
    rows = tuple(
        (source, f"{sum(c.values()):,}", *(f"{c[status]:,}" for status in STATUSES)) for source, c in ranked
    )
    return CaptionedTable("Sources named by values of the scenario", ("source", "values", *STATUSES), rows)


def lever_sources(scenario: Scenario) -> CaptionedTable | None:
    """Where it is recorded that each lever acted, and when."""
    rows = tuple(
        (name, lever.label or "-", lever.actor or "-", lever.status, lever.source or "no source is given")
        for name, lever in scenario.levers.items()
        # One that is switched off changes nothing, and needs no source here.
        if lever.on
    )
    columns = ("lever", "measure", "actor", "status of its dates and place", "source")
    return CaptionedTable("Sources of the levers in force", columns, rows) if rows else None
