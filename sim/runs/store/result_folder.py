"""A result folder: finished replications are added one by one, then merged into a few tables.

    manifest.json  events.parquet  daily.parquet  accounts.parquet  totals.parquet  summary.json  summary.csv
    parts/00003.zip   a replication that is finished and not yet merged

The key of a replication is its number, since a folder holds those of one manifest: of one scenario, seed and
model version. `totals` is the mark: its replications are the merged ones, and parts of those are left-overs,
of which any may be gone. So the same command goes on from any moment.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.durable import raising_result_error, write_whole
from sim.core.errors import ResultError, damaged, remedy
from sim.core.plain_text import csv_of
from sim.record.measures import DESCRIBED, Described
from sim.runs.manifest import MANIFEST, Manifest, read_manifest
from sim.runs.result import of_replications
from sim.runs.run_tables import TABLES, ReplicationTables
from sim.runs.store.finished_runs import FinishedRuns, MergedTable
from sim.runs.store.folder_contents import check_free, clear
from sim.runs.store.replication_archive import ReplicationArchive
from sim.runs.store.stored_tables import read_table
from sim.runs.table_columns import EXPECTED, table_units
from sim.scenario.files.scenario_files import shown

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MARK = TABLES[-1]


def file_of(table: str) -> str:
    """The file of a merged table."""
    return f"{table}.parquet"


MERGED = {file_of(table): EXPECTED[table] for table in TABLES}
"""The merged tables, and the columns of each."""


class ResultFolder:
    """A folder that holds, or will hold, the result of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._form = ReplicationArchive()
        # A manifest may promise replications of a part: removing one part alone would not do.
        self._remedy = remedy(path / MANIFEST)
        self._runs = FinishedRuns(
            folder=path, form=self._form, writer="run", parts_in="parts", parts_only=True,
            mark=file_of(MARK), part_remedy=self._remedy, merged_remedy=self._remedy,
        )  # fmt: skip

    def check(self, manifest: Manifest, *, overwrite: bool, may_replace: bool = True) -> None:
        """Whether a run may go into the folder; nothing is changed. `may_replace`:
        whether the command has --overwrite.

        Raises `ResultError` if it holds another run, a damaged one, or files of somebody else.
        """
        there = check_free(self.path, overwrite=overwrite)
        if there is None:
            return
        # Raises for a foreign file among the parts, with --overwrite, too: it would be removed with them.
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
        merged = self.check_finished(there)
        # Only where a merge will follow: reading every table to its end takes as long as the tables are
        # large.
        if self.parts() or not set(range(manifest.replications)) <= set(merged):
            self._runs.check(self._new_parts(merged).values(), MERGED)

    def check_finished(self, manifest: Manifest) -> list[int]:
        """The merged replications. Raises `ResultError` where one that its manifest
        calls finished is nowhere."""
        merged = self.merged()
        if lost := sorted(set(manifest.finished).difference(merged, self.parts())):
            path = self.path / file_of(MARK)
            raise damaged(path, f"it holds no replication {lost[0]}" if path.exists() else "it is missing")
        return merged

    def prepare(self, manifest: Manifest, *, overwrite: bool) -> list[int]:
        """Make the folder ready for a run, and say which of its replications are left to be run.
        Raises as `check` does."""
        self.check(manifest, overwrite=overwrite)
        if overwrite:
            with raising_result_error(self.path):
                clear(self.path)
        # Under the lock, and after the checks: a refused command removes nothing.
        self._runs.clear_interrupted()
        # Read anew under the lock: another command may have ended since the first check.
        there = read_manifest(self.path) if (self.path / MANIFEST).exists() else manifest
        left = manifest.go_on_from(there, sorted(self._runs.finished()))
        # The manifest is first: a folder with parts and without one would be somebody else's.
        manifest.write(self.path)
        return left

    def writing(self) -> AbstractContextManager[None]:
        """Lock the folder while writing; a second writer is refused."""
        return self._runs.writing()

    def parts(self) -> list[int]:
        """Replications that are finished and stand in a part.
        Raises `ResultError` for anything else among the parts."""
        return [key for path in self._runs.parts() for key in self._runs.keys_in(path)]

    def merged(self) -> list[int]:
        """Replications in the merged tables: those in the one that is named last."""
        if not self._runs.is_merged:
            return []
        for name in MERGED:
            if not (path := self.path / name).exists():
                raise damaged(path, "it is missing")
        return sorted(self._runs.keys_in(self.path / file_of(MARK)))

    def add(self, part: ReplicationTables) -> None:
        """Write a finished replication, whole or not at all."""
        self._runs.add([part])

    def merge(self, measures: Mapping[str, Described] = DESCRIBED) -> None:
        """Bring finished replications into the merged tables, in their order; parts go only afterwards."""
        merged = self.merged()
        new = self._new_parts(merged)
        # A call that was killed after its merge left parts that are all merged.
        if not new:
            self._runs.remove_parts()
            return
        # By number, whatever finished first: a folder made in two calls equals one made in one.
        order = sorted({*merged, *new})
        self._runs.merge(
            {
                file_of(table): MergedTable(self._blocks(table, order, new, table_units(table, measures)))
                for table in TABLES
            }
        )

    def _new_parts(self, merged: list[int]) -> dict[int, Path]:
        """Parts of replications that are not merged yet."""
        keyed = {key: path for path in self._runs.parts() for key in self._runs.keys_in(path)}
        return {key: path for key, path in keyed.items() if key not in merged}

    def _blocks(
        self, table: str, order: list[int], new: Mapping[int, Path], units: Mapping[str, str]
    ) -> Iterator[pa.Table]:
        for replication in order:
            if replication in new:
                content = self._form.read(new[replication], table, self._remedy)
            else:
                # One replication at a time: memory holds no whole log, however many replications are merged.
                content = self._read(table, filters=[("replication", "=", replication)])
            yield content.replace_schema_metadata({**(content.schema.metadata or {}), **units})

    def _read(self, table: str, *, filters: object = None) -> pa.Table:
        return read_table(self.path / file_of(table), EXPECTED[table], self._remedy, filters=filters)

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
            # JSON has no NaN and no infinity; other readers refuse Python's.
            {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
            for row in summary.to_dict("records")
        ]
        content = {
            "scenario": manifest.scenario_name, "seed": manifest.seed, "replications": len(manifest.finished),
            "failed": manifest.failed, "interval": "95 %", "measures": rows,
        }  # fmt: skip
        write_whole(self.path / "summary.json", json.dumps(content, indent=2, ensure_ascii=False) + "\n")
