"""The table of finished jobs that sweeps and caches of runs write: its columns, and a part of such rows."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.record.measures import BY_SECTOR, DESCRIBED, Described
from sim.runs.jobs import SECTOR, Row
from sim.runs.store.finished_runs import PartForm
from sim.runs.store.stored_tables import check_table, exactly, read_table

if TYPE_CHECKING:
    import pyarrow as pa

REMOVE_PART = "remove it, and the same command runs its jobs again"
TIMED = ["key", "point", "seed", "replication", "status", "seconds"]
SECTOR_COLUMNS = [SECTOR + name for name in BY_SECTOR]
# Seconds differ from run to run, so that stores could not be compared byte by byte; the lists have a table of
# their own.
APART = ("seconds", "figures", "sectors", *SECTOR_COLUMNS)
"""Columns of parts that do not go into `rows.parquet`."""


def identity_schema() -> pa.Schema:
    """Columns that say which job a row is of; none of them is ever empty."""
    import pyarrow as pa

    types = {
        "key": pa.string(),
        "point": pa.int64(),
        # A seed may be 2**64 - 1, which a signed column cannot hold.
        "seed": pa.uint64(),
        "replication": pa.int64(),
        "status": pa.string(),
    }
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in types.items()])


def schema_of(measures: Mapping[str, Described] = DESCRIBED) -> pa.Schema:
    """Columns of parts: identity, status, seconds, every measure,
    and lists by figure and sector (empty unless asked for)."""
    import pyarrow as pa

    units = {name: described.unit for name, described in measures.items()}
    fields: list[Any] = [*identity_schema(), ("reason", pa.string()), ("seconds", pa.float64())]
    fields += [(name, pa.float64()) for name in measures]
    fields += [
        ("figures", pa.list_(pa.float64())),
        ("sectors", pa.list_(pa.string())),
        *((name, pa.list_(pa.float64())) for name in SECTOR_COLUMNS),
    ]
    return pa.schema(fields, metadata={"units": json.dumps(units)})


def rows_schema(measures: Mapping[str, Described] = DESCRIBED) -> pa.Schema:
    """Columns of the merged table of jobs."""
    whole = schema_of(measures)
    return columns_of(whole, [name for name in whole.names if name not in APART])


def sector_schema() -> pa.Schema:
    """Columns of the table by sector."""
    import pyarrow as pa

    names = [("point", pa.int64()), ("replication", pa.int64()), ("sector", pa.string())]
    fields = [pa.field(name, kind, nullable=False) for name, kind in names]
    return pa.schema([*fields, *((name, pa.float64()) for name in BY_SECTOR)])


def table_of(rows: Sequence[Row], measures: Mapping[str, Described] = DESCRIBED) -> pa.Table:
    """Results as a table; measures of a failed job are empty."""
    import pyarrow as pa

    schema = schema_of(measures)
    # With the schema, not types guessed from the rows: a part of failed jobs alone has no numbers to guess
    # from.
    return pa.table({name: [row.get(name) for row in rows] for name in schema.names}, schema=schema)


def columns_of(schema: pa.Schema, names: list[str]) -> pa.Schema:
    """Some columns of a schema, with its metadata."""
    import pyarrow as pa

    return pa.schema([schema.field(name) for name in names], metadata=schema.metadata)


class JobFound(NamedTuple):
    """A job that stands in a table of jobs: its key, its place in a plan, and how it ended."""

    key: str
    point: int
    replication: int
    status: str


class JobRows(PartForm[JobFound, Row]):
    """A part that holds rows of jobs, a Parquet table; a reader of it says how parts are called.

    `measures` gives those of the rows when they are needed: a store that is to begin has none yet.
    """

    pattern = re.compile(r".+\.parquet", re.DOTALL)

    def __init__(self, measures: Callable[[], Mapping[str, Described]]) -> None:
        self._measures = measures

    @abstractmethod
    def name(self, runs: Sequence[Row]) -> str:
        """The name of a new part."""

    def write(self, runs: Sequence[Row], path: Path) -> None:
        """Write rows; pages carry checksums, so that a reader notices a changed byte."""
        import pyarrow.parquet as pq

        pq.write_table(table_of(runs, self._measures()), path, compression="zstd", write_page_checksum=True)

    def keys(self, path: Path, remedy: str) -> Iterable[JobFound]:
        """The jobs of a part, or of the merged table of jobs."""
        table = read_table(path, exactly(identity_schema()), remedy)
        return map(JobFound, *(table[name].to_pylist() for name in JobFound._fields))

    def check(self, path: Path, remedy: str) -> None:
        """Read a part to its end."""
        check_table(path, exactly(schema_of(self._measures())), remedy)
