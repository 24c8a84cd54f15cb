"""Files that a scenario names beside itself, such as a CSV file of recorded figures
or the module of an extension.

Which question this answers: which files does a table name, may they be read,
and how does what they hold come into the scenario, so that it travels with it? What a file holds is read and
judged by whoever knows its kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.errors import Fault
from sim.scenario.files.layers import outside_folder
from sim.scenario.files.scenario_files import Document
from sim.scenario.files.schema_faults import Where
from sim.scenario.files.toml_lines import KeyPath

Read = Callable[[KeyPath, str, Where, Path], tuple[Any, list[Fault]]]
"""From the key path and the name that stands there: what the file holds, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One way to name a file: in which tables (`[table.NAME]`), under which key,
    and where its content goes."""

    table: str
    key: str
    content: str
    how_to_name: str
    is_file: Callable[[str], bool]
    read: Read

    def files_named(self, document: Document) -> list[Path]:
        """The files that a scenario file and its override blocks name."""
        overrides = document.tables.get("overrides")
        blocks = [document.tables, *(overrides.values() if isinstance(overrides, dict) else ())]
        tables = [block.get(self.table) for block in blocks if isinstance(block, dict)]
        entries = [entry for table in tables if isinstance(table, dict) for entry in table.values()]
        names = [entry.get(self.key) for entry in entries if isinstance(entry, dict)]
        return [document.path.parent / name for name in names if isinstance(name, str) and self.is_file(name)]

    def filled(self, whole: dict[str, Any], where: Where, asked: Path) -> tuple[dict[str, Any], list[Fault]]:
        """The scenario with the content of every file that it names;
        `asked` is the scenario file asked for."""
        tables = whole.get(self.table)
        faults: list[Fault] = []
        if not isinstance(tables, dict):
            return whole, faults
        filled: dict[str, Any] = {}
        for name, table in tables.items():
            filled[name] = table
            if not isinstance(table, dict):
                continue
            path: KeyPath = (self.table, name)
            if self.content in table:
                problem = "has no place in a scenario file"
                faults.append(
                    where.fault(
                        (*path, self.content), problem, found=table[self.content], allowed=self.how_to_name
                    )
                )
            # Left out also where it is a fault: nothing written by hand passes for the content of a file.
            filled[name] = {key: value for key, value in table.items() if key != self.content}
            named = table.get(self.key)
            if isinstance(named, str) and self.is_file(named):
                filled[name][self.content], more = self.read((*path, self.key), named, where, asked)
                faults += more
        return {**whole, self.table: filled}, faults


def place_of(path: KeyPath, name: str, where: Where, asked: Path) -> tuple[Path, str]:
    """Where a named file lies: beside the file that names it, and why it may not be read,
    where that is outside the folder."""
    layer = where.layer(path)
    beside = layer.document.path.parent if layer is not None and layer.document is not None else asked.parent
    return beside / name, outside_folder(name, beside, asked.parent)


def names_beside(path: Path, suffix: str) -> list[str]:
    """The names of the files of a kind in the folder of a path."""
    try:
        return sorted(found.name for found in path.parent.glob("*" + suffix))
    except (OSError, ValueError):
        return []
