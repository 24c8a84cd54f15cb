"""Reading a Parquet table that an earlier command left.

Which question this answers: are these the rows that were written? Half a file, a changed byte (pages carry
checksums), a table of other columns, text that is no text, a pipe in the place of a file: each is one
`ResultError` that names the file and says what to do.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import ResultError, damaged

if TYPE_CHECKING:
    import pyarrow as pa

WHOLE, NUMBER, TEXT, DATE = "whole numbers", "numbers", "text", "dates"
# A damaged length in a footer makes Arrow ask for as many bytes as it says.
MOST_FOOTER = 100_000_000
"""Bytes of a name, and entries of a list, in the footer of a table: far more than any of ours has."""
LIMITS = {"thrift_string_size_limit": MOST_FOOTER, "thrift_container_size_limit": MOST_FOOTER}
NOTES = (b"pandas", b"units")
"""What the footer of a table holds as JSON; no checksum covers it."""


@dataclass(frozen=True, slots=True)
class TableColumns:
    """What a table holds: for each column its type, or the kind of it whatever its width.

    `may_be_empty` names columns with empty cells, `may_lack` those that an older table does not have. With
    `schema`, the columns of that schema are read, and no others.
    """

    columns: Mapping[str, Any]
    may_be_empty: Collection[str] = ()
    may_lack: Collection[str] = ()
    schema: pa.Schema | None = None

    def without(self, names: Collection[str]) -> TableColumns:
        """The same without some columns."""
        import pyarrow as pa

        columns = {name: kind for name, kind in self.columns.items() if name not in names}
        fields = [] if self.schema is None else [f for f in self.schema if f.name in columns]
        schema = None if self.schema is None else pa.schema(fields, self.schema.metadata)
        return replace(self, columns=columns, schema=schema)


def exactly(schema: pa.Schema, may_lack: Collection[str] = ()) -> TableColumns:
    """The columns of a schema, each of its very type."""
    columns = {field.name: field.type for field in schema}
    return TableColumns(columns, [field.name for field in schema if field.nullable], may_lack, schema)


def read_whole(source: Any, **chosen: Any) -> pa.Table:
    """A table of a file or of bytes in memory, checked to the last value: pages against their checksums, and
    every value for being one."""
    import pyarrow.parquet as pq

    # No partitioning: a folder named key=value on the way to the file would add a column.
    table = pq.read_table(source, partitioning=None, page_checksum_verification=True, **LIMITS, **chosen)
    # In full: a checksum of the page does not notice text that was never UTF-8.
    table.validate(full=True)
    return table


def read_table(
    path: Path,
    expected: TableColumns,
    remedy: str,
    *,
    columns: Sequence[str] | None = None,
    filters: Any = None,
) -> pa.Table:
    """A table, or some columns and rows of it. Raises `ResultError` where it is missing or damaged."""
    with damage_named(path, remedy):
        refuse_no_file(path)
        return read_source(path, expected, columns=columns, filters=filters)


def read_source(
    source: Any, expected: TableColumns, *, columns: Sequence[str] | None = None, filters: Any = None
) -> pa.Table:
    """The same of a file, or of bytes in memory. Raises what Arrow raises, or `ValueError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Columns first, from the footer: another table is refused before its rows are read.
    with pq.ParquetFile(source, **LIMITS) as file:
        there = file.schema_arrow
    expected = expected.without(set(expected.may_lack).difference(there.names))
    check_columns(there, expected)
    if expected.schema is not None:
        columns = expected.schema.names
    table = read_whole(source, columns=columns, filters=filters)
    _check_cells(table, expected)
    if expected.schema is None:
        return table
    # Under the schema that is asked for: notes of the file go no further, and parts of one store concatenate.
    return pa.table([table[name] for name in expected.schema.names], schema=expected.schema)


def check_table(path: Path, expected: TableColumns, remedy: str) -> None:
    """Read a table to its end, some rows at a time, and keep nothing of it.
    Raises `ResultError` where it is missing or damaged."""
    import pyarrow.parquet as pq

    with damage_named(path, remedy):
        refuse_no_file(path)
        with pq.ParquetFile(path, page_checksum_verification=True, **LIMITS) as file:
            check_columns(file.schema_arrow, expected)
            rows = 0
            names = None if expected.schema is None else expected.schema.names
            for batch in file.iter_batches(columns=names):
                batch.validate(full=True)
                _check_cells(batch, expected)
                rows += len(batch)
            # Checksums cover the pages that are there, not one that is missing.
            if rows != file.metadata.num_rows:
                raise ValueError(f"it has {rows:,} rows and says {file.metadata.num_rows:,}")


def check_columns(schema: pa.Schema, expected: TableColumns) -> None:
    """Raises `ValueError` for a column that is missing or of another type, and for notes that are no JSON."""
    for name, allowed in expected.columns.items():
        found = schema.field(name).type if name in schema.names else "no such column"
        if name in schema.names and isinstance(allowed, str):
            found = _kind(found)
        if found != allowed:
            raise ValueError(f"column {name}: found {found}, allowed: {allowed}")
    for note in NOTES:
        _check_note(note, (schema.metadata or {}).get(note, b"{}"))


def _check_note(name: bytes, note: bytes) -> None:
    """A note that is no JSON any more would be copied to every table that is merged from this one."""
    try:
        json.loads(note)
    except (ValueError, RecursionError):
        raise ValueError(f"{name.decode()} in its footer is no JSON") from None


def _check_cells(table: pa.Table | pa.RecordBatch, expected: TableColumns) -> None:
    for name in table.schema.names:
        if name not in expected.may_be_empty and table.column(name).null_count:
            raise ValueError(f"column {name} has empty cells")


def _kind(kind: pa.DataType) -> str:
    """What is in a column of a type, whatever its width."""
    from pyarrow import types

    # pandas writes few different texts as categories: what counts is what they hold.
    if types.is_dictionary(kind):
        return _kind(kind.value_type)
    if types.is_integer(kind):
        return WHOLE
    if types.is_floating(kind):
        return NUMBER
    if types.is_string(kind) or types.is_large_string(kind):
        return TEXT
    return DATE if types.is_timestamp(kind) else str(kind)


def refuse_no_file(path: Path) -> None:
    """A pipe in the place of a file would be waited for without end."""
    if not path.exists():
        raise ValueError("it is missing")
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is no file")


@contextmanager
def damage_named(path: Path, remedy: str) -> Iterator[None]:
    """Turn whatever reading a file raises into a `ResultError` that names the file and what to do."""
    try:
        yield
    # It names the damage already; wrapped once more it would name the wrong file.
    except ResultError:
        raise
    except MemoryError:
        raise ResultError(f"{path} could not be read: there is not enough memory for it") from None
    # Arrow and zipfile raise errors of many kinds on bytes that are no Parquet and no archive: all of them
    # say that the file is damaged.
    except Exception as error:
        words = (getattr(error, "strerror", None) or str(error)).splitlines()
        reason = words[0] if words else type(error).__name__
        reason = reason.removeprefix(f"Could not open Parquet input source '{path}': ")
        raise damaged(path, reason, remedy) from None
