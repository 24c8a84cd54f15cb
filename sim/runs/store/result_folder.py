"""A result folder: finished replications are kept one by one, then merged into a few tables.

    manifest.json  events.parquet  daily.parquet  accounts.parquet  totals.parquet  summary.json  summary.csv
    parts/00003.zip   a replication that is finished and not yet merged

A part appears whole or not at all, so that whatever stops a run loses the replication under
way and nothing else. A merge writes every table beside the old one, and names them one after the other,
`totals` last: its replications are the merged ones, and parts of those are left-overs, of which any may be
gone. So the same command goes on from any moment.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.durable import (
    clear_under_way,
    remove_folder,
    told_as_result_error,
    whole_file,
    write_whole,
)
from sim.core.errors import ResultError, damaged
from sim.core.parquet_file import read_parquet
from sim.core.plain_text import csv_of
from sim.record.measures import DESCRIBED, Described
from sim.runs.manifest import MANIFEST, Manifest, read_manifest
from sim.runs.result import of_replications
from sim.runs.run_tables import TABLES, ReplicationTables
from sim.runs.store.folder_contents import check_free, clear
from sim.runs.store.folder_lock import held
from sim.runs.store.part_file import read_part_table, write_part
from sim.runs.table_columns import EXPECTED, MAY_BE_EMPTY, table_units
from sim.scenario.files.scenario_files import shown

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PARTS = "parts"
MARK = "totals"
"""The table that is named last: what it holds is merged."""
PART_NAME = re.compile(r"([0-9]{5})\.zip", re.ASCII)


class Folder:
    """A folder that holds, or will hold, the result of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self, manifest: Manifest, *, overwrite: bool, may_replace: bool = True) -> None:
        """Whether a run may go into the folder; nothing is changed. `may_replace`:
        whether the command has --overwrite.

        Raises `ResultError` if it holds another run, a damaged one, or files of somebody else.
        """
        there = check_free(self.path, overwrite=overwrite)
        if there is None:
            return
        self.parts()
        if overwrite:
            return
        if differences := there.differences(manifest):
            raise ResultError(
                f"{self.path} holds another run ({shown(there.scenario_name)}, seed {there.seed}, "
                f"{len(there.finished)} "
                f"replications), which differs in {' and '.join(differences)}; choose another folder with "
                f"--out" + (", or replace it with --overwrite" if may_replace else "")
            )
        merged, parts = self.check_finished(there), set(self.parts())
        if parts or not set(range(manifest.replications)) <= set(merged):
            for replication in sorted({*merged, *parts}):
                # All that a merge will read is read now: a damaged table is found before work begins.
                for table in TABLES:
                    self._of_replication(table, replication, parts.difference(merged))

    def check_finished(self, manifest: Manifest) -> list[int]:
        """The merged replications. Raises `ResultError` where one that its manifest
        calls finished is nowhere."""
        merged = self.merged()
        if lost := sorted(set(manifest.finished).difference(merged, self.parts())):
            path = self.path / f"{MARK}.parquet"
            raise damaged(path, f"it holds no replication {lost[0]}" if path.exists() else "it is missing")
        return merged

    def prepare(self, manifest: Manifest, *, overwrite: bool) -> list[int]:
        """Make the folder ready for a run, and say which of its replications are left to be run.
        Raises as `check` does."""
        self.check(manifest, overwrite=overwrite)
        with told_as_result_error(self.path):
            if overwrite:
                clear(self.path)
            self.path.mkdir(parents=True, exist_ok=True)
            for folder in (self.path, self.path / PARTS):
                clear_under_way(folder)
        there = read_manifest(self.path) if (self.path / MANIFEST).exists() else manifest
        left = manifest.go_on_from(there, sorted({*self.merged(), *self.parts()}))
        # The manifest is first: a folder with parts and without one would be somebody else's.
        manifest.write(self.path)
        with told_as_result_error(self.path):
            (self.path / PARTS).mkdir(exist_ok=True)
        return left

    def writing(self) -> AbstractContextManager[None]:
        """Hold the folder while writing; a second writer is refused."""
        return held(self.path, "run")

    def parts(self) -> list[int]:
        """Replications that are finished and stand in a part.
        Raises `ResultError` for anything else among the parts."""
        folder = self.path / PARTS
        if not folder.is_dir():
            return []
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        foreign = [name for name in names if not PART_NAME.fullmatch(name)]
        if foreign:
            raise ResultError(f"{folder}/{foreign[0]!r} is no part of a result: move it elsewhere")
        return [int(name.removesuffix(".zip")) for name in names]

    def merged(self) -> list[int]:
        """Replications in the merged tables: those in the one that is named last."""
        if not (self.path / f"{MARK}.parquet").exists():
            return []
        for table in TABLES:
            if not (path := self.path / f"{table}.parquet").exists():
                raise damaged(path, "it is missing")
        column = self._read(MARK, columns=["replication"])["replication"]
        return sorted(set(column.to_pylist()))

    def keep(self, part: ReplicationTables) -> None:
        """Write a finished replication, whole or not at all."""
        write_part(part, self._part(part.replication))

    def _part(self, replication: int) -> Path:
        return self.path / PARTS / f"{replication:05d}.zip"

    def merge(self, measures: Mapping[str, Described] = DESCRIBED) -> None:
        """Bring finished replications into the merged tables, in their order; parts go only afterwards."""
        old = self.merged()
        new = set(self.parts()).difference(old)
        if new:
            # The tables are written before the first is named, so that a disk that is full leaves the old
            # ones as they are.
            with ExitStack() as named:
                for table in reversed(TABLES):
                    beside = named.enter_context(whole_file(self.path / f"{table}.parquet"))
                    self._write_merged(table, beside, sorted({*old, *new}), new, table_units(table, measures))
        with told_as_result_error(self.path / PARTS):
            remove_folder(self.path / PARTS)

    def _write_merged(
        self, table: str, beside: Path, order: list[int], new: set[int], units: dict[str, str]
    ) -> None:
        import pyarrow.parquet as pq

        writer = None
        try:
            for replication in order:
                content = self._of_replication(table, replication, new)
                content = content.replace_schema_metadata({**(content.schema.metadata or {}), **units})
                writer = writer or pq.ParquetWriter(
                    beside, content.schema, compression="zstd", write_page_checksum=True
                )
                writer.write_table(content)
        finally:
            if writer is not None:
                writer.close()

    def _of_replication(self, table: str, replication: int, new: set[int]) -> pa.Table:
        if replication in new:
            return read_part_table(self._part(replication), table)
        return self._read(table, filters=[("replication", "=", replication)])

    def _read(self, table: str, *, columns: list[str] | None = None, filters: object = None) -> pa.Table:
        path = self.path / f"{table}.parquet"
        empty = MAY_BE_EMPTY.get(table, ())
        return read_parquet(path, EXPECTED[table], columns=columns, filters=filters, may_be_empty=empty)

    def read(self, table: str) -> pa.Table:
        """One merged table. Raises `ResultError` where it is missing or damaged.

        Where a merge was killed between two tables, some hold replications that `totals` does not have yet:
        not these.
        """
        merged = self.merged()
        if not merged:
            raise ResultError(f"{self.path} holds no {table}: no replication has finished")
        found = self._read(table)
        if set(found["replication"].unique().to_pylist()) <= set(merged):
            return found
        return of_replications(found, merged)

    def write_summary(self, summary: pd.DataFrame, manifest: Manifest) -> None:
        """Leave the summary as CSV and JSON."""
        write_whole(self.path / "summary.csv", csv_of(summary))
        rows = [
            {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
            for row in summary.to_dict("records")
        ]
        content = {
            "scenario": manifest.scenario_name, "seed": manifest.seed, "replications": len(manifest.finished),
            "failed": manifest.failed, "interval": "95 %", "measures": rows,
        }  # fmt: skip
        write_whole(self.path / "summary.json", json.dumps(content, indent=2, ensure_ascii=False) + "\n")
