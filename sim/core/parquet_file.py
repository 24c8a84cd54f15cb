"""Reading a Parquet table of a result: of the columns it was written with and whole,
or one error that names the file.

A damaged table can make Arrow raise nearly anything, or hold text that is no text;
a pipe in its place would be waited for without end. What is read here has been checked: pages against their
checksums, where they have some, every value for being one, and columns against what is expected.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import ResultError, damaged

if TYPE_CHECKING:
    import pyarrow as pa

WHOLE, NUMBER, TEXT, DATE = "whole numbers", "numbers", "text", "dates"
MOST_FOOTER = 100_000_000
"""Bytes of a name, and entries of a list, in the footer of a table: far more than any of ours has."""
LIMITS = {"thrift_string_size_limit": MOST_FOOTER, "thrift_container_size_limit": MOST_FOOTER}
NOTES = (b"pandas", b"units")
"""What the footer of a table holds as JSON; no checksum covers it."""
Columns = Mapping[str, str]
"""What a table has: names of columns, in any order, and what is in each."""


def read_whole(source: Any, **chosen: Any) -> pa.Table:
    """A table of a file or of bytes in memory, checked to the last value: pages against their checksums, and
    every value for being one."""
    import pyarrow.parquet as pq

    table = pq.read_table(source, partitioning=None, page_checksum_verification=True, **LIMITS, **chosen)
    table.validate(full=True)
    return table


def read_parquet(
    path: Path, expected: Columns, *, columns: Sequence[str] | None = None, filters: Any = None,
    may_be_empty: Sequence[str] = (),
) -> pa.Table:  # fmt: skip
    """A table, or some columns and rows of it. Cells are empty in columns that may have none,
    and nowhere else.

    Raises `ResultError` where the file is missing, no file, damaged, or of other columns.
    """
    if not path.is_file():
        raise damaged(path, "it is no file" if path.exists() else "it is missing")
    return checked(path, path, expected, columns=columns, filters=filters, may_be_empty=may_be_empty)


def checked(
    source: Any, path: Path, expected: Columns, *, columns: Sequence[str] | None = None, filters: Any = None,
    may_be_empty: Sequence[str] = (),
) -> pa.Table:  # fmt: skip
    """The same of a table in memory, or of an open file; `path` is what an error names."""
    import pyarrow.parquet as pq

    try:
        _check_columns(path, pq.read_schema(source), expected)
        table = read_whole(source, columns=columns, filters=filters)
    except ResultError:
        raise
    except MemoryError:
        raise ResultError(f"{path} could not be read: there is not enough memory for it") from None
    # Arrow raises errors of many kinds on bytes that are no Parquet: all of them say that the file is
    # damaged.
    except Exception as error:
        words = str(error).splitlines()
        raise damaged(path, words[0] if words else type(error).__name__) from None
    for name in table.column_names:
        if name not in may_be_empty and table[name].null_count:
            raise damaged(path, f"{name} has empty cells")
    return table


def _check_columns(path: Path, schema: pa.Schema, expected: Columns) -> None:
    found = {name: _kind(schema.field(name).type) for name in schema.names}
    wrong = [
        f"{name}: found {found.get(name, 'no such column')}, expected {kind}"
        for name, kind in expected.items()
        if found.get(name) != kind
    ]
    if wrong:
        raise damaged(path, "; ".join(wrong))
    for name in NOTES:
        _check_notes(path, name, (schema.metadata or {}).get(name, b"{}"))


def _check_notes(path: Path, name: bytes, notes: bytes) -> None:
    """Notes that are no JSON any more would be copied to every table that is merged from this one."""
    try:
        json.loads(notes)
    except (ValueError, RecursionError):
        raise damaged(path, f"{name.decode()} in its footer is no JSON") from None


def _kind(kind: pa.DataType) -> str:
    """What is in a column of a type, whatever its width."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return _kind(kind.value_type)
    if types.is_integer(kind):
        return WHOLE
    if types.is_floating(kind):
        return NUMBER
    if types.is_string(kind) or types.is_large_string(kind):
        return TEXT
    return DATE if types.is_timestamp(kind) else str(kind)
