"""The store of a sweep: a folder that keeps every finished job, whatever stops the sweep.

    plan.json       what was asked for
    points.parquet  point, and the value of every key that varies
    parts/          results as they come, a file a chunk, each whole or not at all
    rows.parquet    when all is done: every job, by point and replication
    timings.parquet CPU seconds of each job, apart, since no two runs have the same
    sectors.parquet where the plan asks for it: point, replication, sector, and some measures

Rows are keyed by content (scenario as resolved, seed, replication, model version): nothing is computed twice.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.jobs import FAILED, SECTOR, Row
from sim.experiments.plan import Plan, Point
from sim.foundation.durable import write_whole
from sim.foundation.errors import ResultError
from sim.record.measures import BY_SECTOR, DESCRIBED

if TYPE_CHECKING:
    import pyarrow as pa

PLAN, POINTS, ROWS, TIMINGS, SECTORS, PARTS, LOCK = (
    "plan.json", "points.parquet", "rows.parquet", "timings.parquet", "sectors.parquet", "parts", ".writing",
)  # fmt: skip
BLOCK = 50_000
"""Rows merged at a time: memory stays flat."""
WHOLE = "[!.]*.parquet"
"""Files that were written to their end: one under way begins with a dot."""
GROWS = ("replications",)
"""What of a plan may grow from one run of a sweep to the next."""


Window = tuple[tuple[int, int], tuple[int, int]]
"""Points [from, to) and replications [from, to)."""


def _windows(points: int, replications: int) -> Iterator[Window]:
    """Windows of about `BLOCK` rows, in the order of rows."""
    at_once = max(1, BLOCK // replications)
    for first in range(0, points, at_once):
        for r in range(0, replications, BLOCK):
            yield (first, first + at_once), (r, min(r + BLOCK, replications))


class Store:
    """A folder that holds, or will hold, the results of one plan."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store while writing; a second writer is refused."""
        from filelock import FileLock, Timeout

        try:
            (self.path / PARTS).mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / LOCK)
            lock.acquire(timeout=0)
        except Timeout:
            raise ResultError(
                f"{self.path} is being written by another sweep: wait for it, or use another --out"
            ) from None
        except OSError as error:
            raise ResultError(f"{self.path} cannot be written: {error}") from None
        try:
            yield
        finally:
            lock.release()

    def check(self, plan: Plan) -> None:
        """Whether the store is of this plan, or empty. Raises `ResultError` in words."""
        if self.path.is_file():
            raise ResultError(f"{self.path} is a file: choose another folder with --out")
        if not (self.path / PLAN).exists():
            if self.path.is_dir() and any(p.name not in (LOCK, PARTS) for p in self.path.iterdir()):
                raise ResultError(f"{self.path} is not empty and holds no sweep: choose another with --out")
            return
        there, asked = json.loads((self.path / PLAN).read_text(encoding="utf-8")), json.loads(plan.text())
        differ = [n for n in asked if n not in GROWS and (there.get(n) or None) != (asked[n] or None)]
        if differ:
            raise ResultError(
                f"{self.path} holds another sweep ({', '.join(differ)} differ): choose another with --out"
            )
        if there["replications"] > asked["replications"]:
            raise ResultError(
                f"{self.path} holds {there['replications']} replications a point: ask for no fewer"
            )

    def begin(self, plan: Plan, points: list[Point]) -> None:
        """Write what is asked for."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        for half in (self.path / PARTS).glob(".*"):
            half.unlink()
        keys = sorted({key for point in points for key in point})
        columns: dict[str, Any] = {"point": list(range(len(points)))}
        columns |= {key: [point.get(key, "") for point in points] for key in keys}
        beside = self.path / f".{POINTS}"
        pq.write_table(pa.table(columns), beside)
        os.replace(beside, self.path / POINTS)
        write_whole(self.path / PLAN, plan.text())

    def parts(self) -> list[Path]:
        """Results as they came."""
        return sorted((self.path / PARTS).glob(WHOLE))

    def finished(self) -> set[str]:
        """Keys of the jobs that are there; failed ones are tried again by the next sweep."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        known: set[str] = set()
        for path in [*self.parts(), *([self.path / ROWS] if (self.path / ROWS).exists() else [])]:
            table = pq.read_table(path, columns=["key", "status"])
            known.update(table.filter(pc.not_equal(table["status"], FAILED))["key"].to_pylist())
        return known

    def keep(self, rows: list[Row]) -> None:
        """Write a chunk of results, whole or not at all."""
        import pyarrow.parquet as pq

        name = f"{int(rows[0]['point']):08d}-{int(rows[0]['replication']):05d}-{uuid.uuid4().hex[:8]}.parquet"
        beside = self.path / PARTS / f".{name}"
        try:
            pq.write_table(table_of(rows), beside, compression="zstd")
            os.replace(beside, self.path / PARTS / name)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise ResultError(f"results could not be written to {self.path}: {error}") from error

    def merge(self, points: int, replications: int, *, by_sector: bool = False) -> None:
        """Bring all results into whole tables, by point and replication, block by block."""
        import pyarrow.parquet as pq

        whole = schema_of()
        tables = {
            ROWS: _only(whole, [n for n in whole.names if n not in APART]),
            TIMINGS: _only(whole, TIMED),
        }
        if by_sector:
            tables[SECTORS] = sector_schema()
        for name, schema in tables.items():
            block = _sector_block if name == SECTORS else _block
            there = [self.path / name] if (self.path / name).exists() else []
            with pq.ParquetWriter(self.path / f".{name}", schema, compression="zstd") as writer:
                for window in _windows(points, replications):
                    writer.write_table(block(there, self.parts(), schema, window))
        for name in tables:
            os.replace(self.path / f".{name}", self.path / name)
        for part in self.parts():
            part.unlink()


TIMED = ["key", "point", "seed", "replication", "status", "seconds"]
SECTOR_COLUMNS = [SECTOR + name for name in BY_SECTOR]
APART = ("seconds", "figures", "sectors", *SECTOR_COLUMNS)
"""Columns of parts that do not go into `rows.parquet`."""


def schema_of() -> pa.Schema:
    """Columns of parts: identity, status, seconds, every measure, and lists by figure and sector (empty unless asked for)."""
    import pyarrow as pa

    fields = [("key", pa.string()), ("point", pa.int64()), ("seed", pa.uint64()), ("replication", pa.int64()),
              ("status", pa.string()), ("reason", pa.string()), ("seconds", pa.float64())]  # fmt: skip
    units = {name: described.unit for name, described in DESCRIBED.items()}
    fields += [(name, pa.float64()) for name in DESCRIBED]
    fields += [
        ("figures", pa.list_(pa.float64())),
        ("sectors", pa.list_(pa.string())),
        *((name, pa.list_(pa.float64())) for name in SECTOR_COLUMNS),
    ]
    return pa.schema(fields, metadata={"units": json.dumps(units)})


def sector_schema() -> pa.Schema:
    """Columns of the table by sector."""
    import pyarrow as pa

    fields = [("point", pa.int64()), ("replication", pa.int64()), ("sector", pa.string())]
    return pa.schema([*fields, *((name, pa.float64()) for name in BY_SECTOR)])


def table_of(rows: list[Row]) -> pa.Table:
    """Results as a table; measures of a failed job are empty."""
    import pyarrow as pa

    schema = schema_of()
    return pa.table({name: [row.get(name) for row in rows] for name in schema.names}, schema=schema)


def _only(schema: pa.Schema, names: list[str]) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([schema.field(name) for name in names], metadata=schema.metadata)


def _block(there: list[Path], parts: list[Path], schema: pa.Schema, window: Window) -> pa.Table:
    """The rows of a block of points, once each: of a job tried again the row that succeeded."""
    import pyarrow as pa

    read = _read([*there, *parts], schema.names, window)
    frame = pa.concat_tables(read, promote_options="default").to_pandas()
    frame["_failed"] = frame["status"] == FAILED
    frame = frame.sort_values(["point", "replication", "_failed"], kind="stable")
    frame = frame.drop_duplicates(["point", "replication"]).drop(columns="_failed")
    return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)


def _sector_block(there: list[Path], parts: list[Path], schema: pa.Schema, window: Window) -> pa.Table:
    """The rows by sector of a block of points: lists of parts opened, sectors in the order of the scenario."""
    import pandas as pd
    import pyarrow as pa

    known = [table.to_pandas() for table in _read(there, schema.names, window)]
    lists = ["point", "replication", "sectors", *SECTOR_COLUMNS]
    for table in _read(parts, lists, window):
        opened = table.to_pandas().dropna(subset="sectors").explode(["sectors", *SECTOR_COLUMNS])
        opened.columns = pd.Index(schema.names)
        known.append(opened)
    frame = pd.concat(known, ignore_index=True).astype(dict.fromkeys(BY_SECTOR, float))
    frame = frame.drop_duplicates(["point", "replication", "sector"])
    frame = frame.sort_values(["point", "replication"], kind="stable")
    return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)


def _read(paths: list[Path], columns: list[str], window: Window) -> list[pa.Table]:
    """Some columns of tables, of the rows in a window."""
    import pyarrow.parquet as pq

    names = ("point", "replication")
    within = [
        (name, sign, bound)
        for name, bounds in zip(names, window, strict=True)
        for sign, bound in zip((">=", "<"), bounds, strict=True)
    ]
    return [pq.read_table(path, columns=columns, filters=within) for path in paths]
