"""What differs between two scenarios, in words and with units."""

from __future__ import annotations

from typing import Any

from sim.scenario.checks.extension_checks import hash_of
from sim.scenario.describe.assumptions import is_named, pattern
from sim.scenario.describe.scenario_text import Table, lever_words, listing, value_words
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS
from sim.scenario.load import resolved
from sim.scenario.schema import Scenario
from sim.scenario.schema.fields import spec

ABSENT = object()
Change = tuple[KeyPath, Any, Any]


def differences(a: Scenario, b: Scenario, names: tuple[str, str] | None = None) -> list[Table]:
    """What b changes of a: values, what only one of them has, the order of entries, the evidence."""
    first, second = names or (a.name, b.name)
    changes = _changes((), _whole(a), _whole(b))
    values = [c for c in changes if c[1] is not ABSENT and c[2] is not ABSENT]
    tables = [
        Table("Values that differ", ("key", first, second, "unit", "meaning"), tuple(_value_rows(values, a))),
        Table(f"Only in {first}", ("key", "what"), tuple(_only(changes, a, 2))),
        Table(f"Only in {second}", ("key", "what"), tuple(_only(changes, b, 1))),
        Table("Order", ("table", "what"), tuple(_orders(a, b))),
    ]
    return [table for table in tables if table.rows]


def _whole(scenario: Scenario) -> dict[str, Any]:
    """Everything that a scenario says; an empty table of extensions where it has none."""
    values = resolved(scenario)
    return values | {"extensions": values.get("extensions", {})}


def _changes(path: KeyPath, a: Any, b: Any) -> list[Change]:
    """Key paths at which two resolved scenarios differ.

    A distribution, an array, a missing entry and the table of evidence count as one.
    """
    if a == b or path == ("name",):
        return []
    if isinstance(a, dict) and isinstance(b, dict) and "dist" not in a and path != ("evidence",):
        keys = [*a, *(key for key in b if key not in a)]
        return [c for key in keys for c in _changes((*path, key), a.get(key, ABSENT), b.get(key, ABSENT))]
    return [(path, a, b)]


def _value_rows(changes: list[Change], a: Scenario) -> list[tuple[str, ...]]:
    """One row a change; the same new value in every entry of a table in one row with `*`."""
    groups: dict[tuple[str, str], list[tuple[KeyPath, str]]] = {}
    for path, old, new in changes:
        before, after = _sides(path, old, new)
        key = pattern(".".join(str(step) for step in path))
        groups.setdefault((key, after), []).append((path, before))
    return [row for (key, after), group in groups.items() for row in _rows(key, group, after, a)]


def _sides(path: KeyPath, before: Any, after: Any) -> tuple[str, str]:
    if path == ("evidence",):
        return f"{len(before)} entries", f"{len(after)} entries"
    if _is_code(path):
        return f"code {hash_of(before)}", f"code {hash_of(after)}"
    return _short(value_words(before)), _short(value_words(after))


def _is_code(path: KeyPath) -> bool:
    """Whether a path is that of the code of an extension's module: that it differs is said,
    and no line of it."""
    return len(path) == 3 and (path[0], path[2]) == ("extensions", "code")


def _short(text: str, most: int = 160) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 3] + "..."


def _rows(key: str, group: list[tuple[KeyPath, str]], after: str, a: Scenario) -> list[tuple[str, ...]]:
    table = str(group[0][0][0])
    if len(group) > 1 and is_named(table) and len(group) == len(getattr(a, table)):
        before = listing(list(dict.fromkeys(text for _, text in group)), 4)
        return [(key, before, after, *_meaning(group[0][0]))]
    return [(".".join(map(str, path)), before, after, *_meaning(path)) for path, before in group]


def _meaning(path: KeyPath) -> tuple[str, str]:
    if _is_code(path):
        return "", "hash of the code of the module: the code differs"
    if len(path) == 4 and path[2] == "sizes" and path[3] in CONTROL_INDEX:
        control = CONTROLS[CONTROL_INDEX[str(path[3])]]
        return control.unit, control.about
    found = spec(path)
    return (found.unit if found.unit != "1" else "", found.about) if found else ("", "")


def _only(changes: list[Change], scenario: Scenario, missing: int) -> list[tuple[str, str]]:
    """What one of the two has and the other (at this place in a change) has not."""
    rows = []
    for change in changes:
        path = change[0]
        if change[missing] is ABSENT:
            rows.append((".".join(map(str, path)), _entry_words(path, change[3 - missing], scenario)))
    return rows


def _entry_words(path: KeyPath, value: Any, scenario: Scenario) -> str:
    if len(path) == 2 and path[0] == "levers":
        lever = scenario.levers[str(path[1])]
        dates = f"from {lever.start}" if lever.start else "by trigger"
        what = f"{lever.label + ': ' if lever.label else ''}{lever_words(scenario, lever)}"
        end = f" to {lever.end}" if lever.end else ""
        return f"{lever.kind}, {dates}{end}, {listing(lever.where, 4)}; {what}"
    if len(path) == 2 and path[0] == "extensions":
        return _extension_words(value)
    unit = _meaning(path)[0]
    return _short(f"{value_words(value)} {unit}".strip())


def _extension_words(values: dict[str, Any]) -> str:
    """An extension on one line, without its code."""
    parts = [f"module {values['module']}, code {hash_of(values['code'])}"]
    parts += [f"at {listing(values['sectors'], 4)}"] if values["sectors"] else []
    parts += [_short(value_words(values["numbers"]))] if values["numbers"] else []
    parts += [f"rows: {listing(list(values['rows']), 8)}"] if values["rows"] else []
    parts += [f"measures: {listing(list(values['measures']), 8)}"] if values["measures"] else []
    return "; ".join(parts)


def _orders(a: Scenario, b: Scenario) -> list[tuple[str, str]]:
    """Tables that hold the same names in another order, which decides ties between levers and parties."""
    rows = []
    for table in Scenario.model_fields:
        if is_named(table):
            first, second = list(getattr(a, table)), list(getattr(b, table))
            if first != second and set(first) == set(second):
                rows.append((table, "the same entries in another order"))
    return rows
