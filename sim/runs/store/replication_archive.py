"""One finished replication as one file: its tables as Parquet in a ZIP archive,
which checks its content when it is read.

One file and not a folder of four: it appears whole by one renaming, and one flush to the disk promises it.
Flushing took 4.5 ms a file where this was measured, as long as a small border takes to be run in the compiled
engine.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.runs.run_tables import TABLES, ReplicationTables
from sim.runs.store.finished_runs import PartForm
from sim.runs.store.stored_tables import damage_named, read_source, read_table, refuse_no_file
from sim.runs.table_columns import EXPECTED

if TYPE_CHECKING:
    import pyarrow as pa


class ReplicationArchive(PartForm[int, ReplicationTables]):
    """A part that holds the tables of one replication; its number is the key, and stands in the name."""

    pattern = re.compile(r"([0-9]{5})\.zip", re.ASCII)

    def name(self, runs: Sequence[ReplicationTables]) -> str:
        """The number of the replication."""
        (run,) = runs
        return f"{run.replication:05d}.zip"

    def write(self, runs: Sequence[ReplicationTables], path: Path) -> None:
        """Write the tables of a replication."""
        import pyarrow.parquet as pq

        (run,) = runs
        # Stored: Parquet's pages are compressed already. Pages have no checksums here, since the archive
        # keeps one of each table.
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, table in run.tables.items():
                content = io.BytesIO()
                pq.write_table(table, content, compression="zstd")
                archive.writestr(f"{name}.parquet", content.getvalue())

    def keys(self, path: Path, remedy: str) -> Iterable[int]:
        """The number in the name of a part, or those in a merged table."""
        # From the name: to list what is finished, no archive is opened.
        if self.pattern.fullmatch(path.name):
            return [int(path.stem)]
        column = read_table(path, EXPECTED[path.stem], remedy, columns=["replication"])["replication"]
        return set(column.to_pylist())

    def check(self, path: Path, remedy: str) -> None:
        """Read every table of a part."""
        for name in TABLES:
            self.read(path, name, remedy)

    def read(self, path: Path, name: str, remedy: str) -> pa.Table:
        """One table of a part. Raises `ResultError` where it is damaged."""
        with damage_named(path, remedy):
            refuse_no_file(path)
            with zipfile.ZipFile(path) as archive:
                content = io.BytesIO(archive.read(f"{name}.parquet"))
            return read_source(content, EXPECTED[name])
