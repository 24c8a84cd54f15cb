"""Finished runs in a folder, each under a key of what decides its result: the one store of them.

A result folder, the store of a sweep and a cache of runs read and write it, each with its own keys and its
own form of file. What is alike stands here:

- one command at a time writes to the folder, and first clears what a killed write has left
- runs are added as they finish, in parts; a part appears whole or not at all, so that whatever stops a
  command loses the runs under way and nothing else
- a run whose key is there is not run again
- merged tables are all written beside the old ones, then named one after the other, the mark last: what the
  mark holds is merged. Parts are removed afterwards, so that a run may stand in both
- a damaged file is one `ResultError` that names it and says what to do

It leaves to its readers which runs are asked for, and to whom a folder belongs.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from sim.core.durable import clear_under_way, raising_result_error, whole_file
from sim.core.errors import ResultError
from sim.runs.store.folder_lock import folder_lock
from sim.runs.store.stored_tables import TableColumns, check_table

if TYPE_CHECKING:
    import pyarrow as pa

Key = TypeVar("Key")
Run = TypeVar("Run")


class PartForm(ABC, Generic[Key, Run]):
    """How one file holds finished runs. Users have folders of each form, so that none is given up."""

    pattern: ClassVar[re.Pattern[str]]
    """Names of parts."""

    @abstractmethod
    def name(self, runs: Sequence[Run]) -> str:
        """The name of a new part."""

    @abstractmethod
    def write(self, runs: Sequence[Run], path: Path) -> None:
        """Write runs to a path; the store gives the file its name when it is whole."""

    @abstractmethod
    def keys(self, path: Path, remedy: str) -> Iterable[Key]:
        """The keys of the runs in a part, or in the mark. Raises `ResultError` where it is damaged."""

    @abstractmethod
    def check(self, path: Path, remedy: str) -> None:
        """Read a part to its end. Raises `ResultError` where it is damaged."""


@dataclass(frozen=True, slots=True)
class MergedTable:
    """A merged table that is to be written: its blocks in order; `rows`, where that is known, is how many it
    has when no run was lost. Without a schema it has that of its first block."""

    blocks: Iterable[pa.Table]
    schema: pa.Schema | None = None
    rows: int | None = None

    def write(self, path: Path) -> int:
        """Write it block by block, so that memory stays flat; the number of its rows."""
        import pyarrow.parquet as pq

        writer, rows = None, 0
        with ExitStack() as closed:
            for block in self.blocks:
                if writer is None:
                    schema = block.schema if self.schema is None else self.schema
                    # Pages with checksums: a changed byte inside a page would otherwise be another number.
                    options = {"compression": "zstd", "write_page_checksum": True}
                    writer = closed.enter_context(pq.ParquetWriter(path, schema, **options))
                writer.write_table(block)
                rows += len(block)
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRuns(Generic[Key, Run]):
    """A folder that holds, or will hold, finished runs.

    `writer` says what writes, as in "another sweep". Parts lie in the folder itself, or in `parts_in`, where
    with `parts_only` nothing else may lie. `mark` is the merged table that is named last; none: parts are not
    merged.
    """

    folder: Path
    form: PartForm[Key, Run]
    writer: str
    part_remedy: str
    parts_in: str = ""
    parts_only: bool = False
    mark: str = ""
    merged_remedy: str = ""

    def writing(self) -> AbstractContextManager[None]:
        """Lock the folder while writing; a second writer is refused."""
        return folder_lock(self.folder, self.writer)

    def clear_interrupted(self) -> None:
        """Remove what killed writes and removals have left."""
        with raising_result_error(self.folder):
            # Called under the lock: the hidden files of a command that still writes look the same.
            for folder in (self.folder, self.parts_folder):
                clear_under_way(folder)

    @property
    def parts_folder(self) -> Path:
        """Where parts lie."""
        return self.folder / self.parts_in

    def parts(self) -> list[Path]:
        """Files of runs as they finished. Raises `ResultError` for anything else, where nothing else may lie
        among them; names that begin with a dot are of files under way."""
        folder = self.parts_folder
        # A file system lists names in any order; merged tables and messages must not depend on it.
        there = sorted(folder.iterdir()) if folder.is_dir() else []
        there = [path for path in there if not path.name.startswith(".")]
        foreign = [path.name for path in there if not self._is_part(path)]
        # A part that is misnamed would be left out of every table without a word.
        if foreign and self.parts_only:
            raise ResultError(f"{folder}/{foreign[0]!r} is no part of a result: move it elsewhere")
        return [path for path in there if path.name not in foreign]

    def _is_part(self, path: Path) -> bool:
        return self.form.pattern.fullmatch(path.name) is not None

    @property
    def is_merged(self) -> bool:
        """Whether there are merged tables."""
        return bool(self.mark) and (self.folder / self.mark).exists()

    def files(self) -> list[Path]:
        """Every file that says which runs are finished: the mark first, then parts."""
        return [*([self.folder / self.mark] if self.is_merged else []), *self.parts()]

    def remedy(self, path: Path) -> str:
        """What to do about a damaged part, or a damaged merged table."""
        return self.part_remedy if path.parent == self.parts_folder else self.merged_remedy

    def keys_in(self, path: Path) -> Iterable[Key]:
        """The keys of the finished runs in one of the files."""
        return self.form.keys(path, self.remedy(path))

    def finished(self) -> set[Key]:
        """The keys of all finished runs."""
        # A set: a kill between a merge and the removal of parts leaves runs in both.
        return {key for path in self.files() for key in self.keys_in(path)}

    def add(self, runs: Sequence[Run]) -> None:
        """Write finished runs as a part, whole or not at all."""
        with whole_file(self.parts_folder / self.form.name(runs)) as beside:
            self.form.write(runs, beside)

    def check(self, parts: Iterable[Path], merged: Mapping[str, TableColumns]) -> None:
        """Read everything that a merge will read: damage is found before any run is made."""
        for path in parts:
            self.form.check(path, self.part_remedy)
        for name, expected in merged.items() if self.is_merged else ():
            check_table(self.folder / name, expected, self.merged_remedy)

    def merge(self, tables: Mapping[str, MergedTable]) -> None:
        """Write merged tables of all runs, named in their order, the mark last; then remove the parts.

        All are written before the first is named, so that a disk that is full leaves the old ones as they
        are.
        """
        # An ExitStack closes the last first: entered in reverse, the files take their names in the order of
        # the tables, the mark last.
        with ExitStack() as named:
            for name, table in reversed(list(tables.items())):
                rows = table.write(named.enter_context(whole_file(self.folder / name)))
                # Raised before any file takes its name, so that the old tables and the parts stay.
                if table.rows not in (None, rows):
                    raise ResultError(f"{self.folder} lost jobs meanwhile: give the same command again")
        # Only now: until the mark is named, the parts are the only place that holds the new runs.
        self.remove_parts()

    def remove_parts(self) -> None:
        """Remove the parts, which are merged, and their folder, unless somebody else's files are in it.

        One after the other: a part that a kill leaves is merged, so that any of them may be gone.
        """
        with raising_result_error(self.parts_folder):
            for path in self.parts():
                path.unlink()
        # A folder with somebody else's file in it is not empty, and stays.
        with suppress(OSError):
            self.parts_folder.rmdir()
