"""The state of a panel as a scenario file: what differs from the scenario that it extends,
and where the values come from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sim.core.durable import write_new
from sim.reporting.panel.panel_state import PanelState
from sim.scenario.files.changes import apply_sets, apply_without
from sim.scenario.files.layers import chain, compose, layers_of, merged
from sim.scenario.files.scenario_files import SUFFIX, find, shipped
from sim.scenario.files.schema_faults import raise_all

BARE = re.compile(r"[A-Za-z0-9_-]+")
SOURCE = "set by hand in a panel: a what-if"


def scenario_text(state: PanelState) -> str:
    """A file that extends the panel's scenario and changes what the panel changes;
    values set by hand are marked as assumed."""
    path = find(state.scenario)
    layers, faults = layers_of(chain(path), ())
    whole, more = compose(layers)
    table: dict[str, Any] = {}
    for apply, changes in ((apply_sets, state.sets), (apply_without, state.without)):
        whole, added, broken = apply(whole, changes)
        more += broken
        for layer in added:
            table = merged(table, layer.table)
    raise_all([*faults, *more])
    title = str(whole["scenario"]["title"])
    about = (
        "Written by a panel. A what-if, not a claim about what would have happened. The same by hand:\n"
        + state.command
    )
    # Cut to the lengths that the schema allows, or the file would not load.
    meta = {**table.pop("scenario", {}), "title": f"What if: {title}"[:200], "about": about[:4000]}
    keys = [key.removesuffix("*") for key, value in state.changes.items() if not isinstance(value, bool)]
    # Whoever moved a slider measured nothing; the scenario's own source says nothing of this value.
    evidence = {key.rstrip("."): {"status": "assumed", "source": SOURCE} for key in keys}
    everything = {"scenario": meta, **table, **({"evidence": evidence} if evidence else {})}
    head = f"# A difference from {path.stem}, written by a panel.\n\nextends = {_word(_extends(state))}\n"
    return head + "".join(_tables((), everything))


def file_name(state: PanelState) -> str:
    """A name for the file, beside the scenario that it extends."""
    return f"{find(state.scenario).stem[:40]}-what-if{SUFFIX}"


def save(state: PanelState, folder: Path) -> Path:
    """Write the file into a folder under a name that is free, and give its path."""
    text, name = scenario_text(state), Path(file_name(state))
    # Found free by writing and not by looking: another panel may take the name in between.
    for number in range(1, 1000):
        path = folder / (name.name if number == 1 else f"{name.stem}-{number}{SUFFIX}")
        try:
            write_new(path, text)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{folder} holds a thousand files of this name")


def home_of(state: PanelState) -> Path | None:
    """The folder in which a file that extends a scenario of the user's own must stand;
    none for shipped ones."""
    path = find(state.scenario)
    return None if path in shipped().values() else path.parent


def _extends(state: PanelState) -> str:
    path = find(state.scenario)
    return path.stem if path in shipped().values() else path.name


def _tables(path: Sequence[str], table: dict[str, Any]) -> Iterator[str]:
    """A table as TOML: its values, then the tables below it."""
    # A distribution is one value and stands in its line. Values first: behind the head of a table below they
    # would belong to that one.
    values = {key: value for key, value in table.items() if not isinstance(value, dict) or "dist" in value}
    if values:
        yield f"\n[{'.'.join(map(_key, path))}]\n"
        yield from (f"{_key(key)} = {_word(value)}\n" for key, value in values.items())
    for key, value in table.items():
        if key not in values:
            yield from _tables((*path, key), value)


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _word(key)


def _word(value: Any) -> str:
    """A value as TOML has it.

    >>> _word({"dist": "fixed", "h": 2.0}), _word(True), _word("a \\"b\\"")
    ('{ dist = "fixed", h = 2.0 }', 'true', '"a \\\\"b\\\\""')
    """
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_word(v)}" for k, v in value.items() if v is not None) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_word, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    # TOML knows no pairs of surrogates, which JSON writes for a character beyond the first 65,536.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
