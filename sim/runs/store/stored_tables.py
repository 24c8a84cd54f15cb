"""Reading a Parquet table that an earlier command left.

Which question this answers: are these the rows that were written? Half a file,
a changed byte (pages carry checksums), a table of other columns, a pipe in the place of a file: each is one
`ResultError` that names the file and says what to do.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import ResultError
from sim.core.parquet_file import LIMITS, read_whole
from sim.core.plain_text import plain

if TYPE_CHECKING:
    import pyarrow as pa


def read_table(
    path: Path, schema: pa.Schema, remedy: str, *, filters: Any = None, may_lack: Sequence[str] = ()
) -> pa.Table:
    """Columns of a table, each of its type, checked to the last byte; some may be missing.
    Raises `ResultError`."""
    with damage_told(path, remedy):
        wanted = _without(schema, {*may_lack} - {*_names(path)}) if may_lack else schema
        return of_schema(read_whole(path, columns=wanted.names, filters=filters), wanted)


def _names(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, **LIMITS) as file:
        return list(file.schema_arrow.names)


def _without(schema: pa.Schema, names: set[str]) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([field for field in schema if field.name not in names], schema.metadata)


def check_table(path: Path, schema: pa.Schema, remedy: str) -> None:
    """Read a table to its end, some rows at a time, and keep nothing of it.
    Raises `ResultError` where it is damaged."""
    import pyarrow.parquet as pq

    with (
        damage_told(path, remedy),
        pq.ParquetFile(path, page_checksum_verification=True, **LIMITS) as file,
    ):
        of_schema(file.schema_arrow.empty_table(), schema)
        rows = 0
        for batch in file.iter_batches(columns=schema.names):
            batch.validate(full=True)
            rows += len(batch)
        if rows != file.metadata.num_rows:
            raise ValueError(f"it has {rows:,} rows and says {file.metadata.num_rows:,}")


def of_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The columns of a schema. Raises `ValueError` for one that is missing, of another type,
    or empty where it may not be."""
    import pyarrow as pa

    for field in schema:
        found = table.schema.field(field.name).type if field.name in table.column_names else "nothing"
        if found != field.type:
            raise ValueError(f"column {field.name}: found {found}, allowed: {field.type}")
        if not field.nullable and table[field.name].null_count:
            raise ValueError(f"column {field.name} has empty cells")
    return pa.table([table[name] for name in schema.names], schema=schema)


@contextmanager
def damage_told(path: Path, remedy: str) -> Iterator[None]:
    """Say in words, as `ResultError`, that a file is damaged, and what to do."""
    import pyarrow as pa

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ValueError("it is not a file")
        yield
    except (OSError, ValueError, KeyError, TypeError, OverflowError, pa.ArrowException) as error:
        words = " ".join(str(getattr(error, "strerror", None) or error).split())
        words = words.removeprefix(f"Could not open Parquet input source '{path}': ")
        raise ResultError(f"{path} is damaged: {plain(words)[:160]}; {remedy}") from None
