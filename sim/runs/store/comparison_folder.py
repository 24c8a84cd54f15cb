"""The folder of a comparison: a result folder a world, tables, and a file that says what the comparison is.

    worlds/NAME/   comparison.json  differences.csv  by_month.csv  figures/

comparison.json is written last: where it is, the comparison was finished once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import MinLen

from sim.core.durable import UNDER_WAY, write_whole
from sim.core.errors import ResultError, damaged, remedy
from sim.runs.store.folder_lock import refuse_file
from sim.scenario.files.scenario_files import shown
from sim.scenario.files.stored_json import FileName, read_stored

WORLDS = "worlds"
COMPARISON = "comparison.json"
FORMAT: Literal[1] = 1


@dataclass(slots=True)
class Compared:
    """What comparison.json says: the worlds, the base first, and what a reader should know."""

    base: str
    worlds: Annotated[list[FileName], MinLen(2)]
    notes: list[str] = field(default_factory=list)
    format: Literal[1] = FORMAT
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    def write(self, folder: Path) -> None:
        """Write it, whole or not at all."""
        write_whole(folder / COMPARISON, json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n")


def read_compared(folder: Path) -> Compared:
    """What a folder compares. Raises `ResultError` where it holds no comparison, or a damaged one."""
    path = folder / COMPARISON
    if not path.exists():
        raise ResultError(f"{folder} holds no comparison: {COMPARISON} is missing")
    found = read_stored(path, Compared, remedy(path), FORMAT)
    names = found.worlds
    if found.base != names[0] or len(set(names)) < len(names):
        raise damaged(path, "worlds: allowed: different names of folders, the base first")
    return found


def check_place(folder: Path, worlds: Iterable[str]) -> None:
    """Whether a comparison of these worlds may go into a folder: an empty one,
    or one that compares some of them with the same base.

    Raises `ResultError` in words; nothing is changed.
    """
    asked = list(worlds)
    refuse_file(folder)
    if not folder.exists():
        return
    if (folder / COMPARISON).exists():
        there = read_compared(folder)
        # Scenario arms may be added; one that is there and not asked for would stand in the folder and in no
        # table.
        others = [name for name in there.worlds if name not in asked]
        if others or there.base != asked[0]:
            raise ResultError(
                f"{folder} holds another comparison, of {shown(', '.join(there.worlds), 300)}: choose "
                f"another folder with --out"
            )
        return
    # No comparison.json: a comparison that was killed before it wrote that last. Its runs and tables may be
    # there.
    begun = folder / WORLDS
    known = {path.name for path in begun.iterdir()} if begun.is_dir() else set()
    foreign = [p.name for p in folder.iterdir() if p.name != WORLDS and not p.name.startswith(UNDER_WAY)]
    if set(foreign) - {"differences.csv", "by_month.csv"} or known - set(asked):
        raise ResultError(
            f"{folder} is not empty and holds no comparison of these worlds: choose another with --out"
        )
