"""A result folder: finished replications are kept one by one, then merged into a few tables.

    manifest.json  events.parquet  daily.parquet  accounts.parquet  totals.parquet  summary.json  summary.csv
    parts/00003/   a replication that is finished and not yet merged

A part appears whole or not at all (written beside, then renamed), so that whatever stops a run loses
the replication under way and nothing else; the same command goes on from there.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.manifest import MANIFEST, Manifest, read_manifest
from sim.experiments.parts import TABLES, Part
from sim.foundation.durable import write_whole
from sim.foundation.errors import ResultError
from sim.foundation.plaintext import csv_of
from sim.record.measures import DESCRIBED

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PARTS = "parts"
LOCK = ".writing"
SUMMARIES = ("summary.json", "summary.csv")
OURS = (MANIFEST, *SUMMARIES, *(f"{name}.parquet" for name in TABLES), PARTS, "figures", "report.html", LOCK)


class Folder:
    """A folder that holds, or will hold, the result of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self, manifest: Manifest, *, overwrite: bool) -> list[int]:
        """Make the folder ready for a run, and tell which of its replications are finished already.

        Raises `ResultError` if it holds another run, or files of somebody else.
        """
        known = self._known(manifest, overwrite)
        try:
            (self.path / PARTS).mkdir(parents=True, exist_ok=True)
            for unfinished in (self.path / PARTS).glob(".*"):
                shutil.rmtree(unfinished)
        except OSError as error:
            raise ResultError(f"{self.path} cannot be written: {error}") from None
        finished = sorted({*known, *self.parts()})
        manifest.finished = finished
        manifest.write(self.path)
        return finished

    def _known(self, manifest: Manifest, overwrite: bool) -> list[int]:
        if self.path.exists() and not self.path.is_dir():
            raise ResultError(f"{self.path} is a file: choose another folder with --out")
        if not self.path.exists() or all(p.name == LOCK for p in self.path.iterdir()):
            return []
        if overwrite:
            self._clear()
            return []
        if not (self.path / MANIFEST).exists():
            raise ResultError(
                f"{self.path} is not empty and holds no result of borderflow: choose another with --out"
            )
        there = read_manifest(self.path)
        if differences := there.differences(manifest):
            raise ResultError(
                f"{self.path} holds another run ({there.scenario_name}, seed {there.seed}, {len(there.finished)} "
                f"replications): {' and '.join(differences)} differ; choose another folder with --out, or replace "
                "it with --overwrite"
            )
        return self.merged()

    def _clear(self) -> None:
        for name in OURS:
            path = self.path / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder while writing; a second writer is refused."""
        from filelock import FileLock, Timeout

        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / LOCK)
            lock.acquire(timeout=0)
        except Timeout:
            raise ResultError(
                f"{self.path} is being written by another run: wait for it, or use another --out"
            ) from None
        except OSError as error:
            raise ResultError(f"{self.path} cannot be written: {error}") from None
        try:
            yield
        finally:
            lock.release()

    def parts(self) -> list[int]:
        """Replications that are finished and not yet merged."""
        folder = self.path / PARTS
        return sorted(int(p.name) for p in folder.iterdir() if p.name.isdigit()) if folder.is_dir() else []

    def merged(self) -> list[int]:
        """Replications in the merged tables."""
        import pyarrow.parquet as pq

        if any(not (self.path / f"{name}.parquet").exists() for name in TABLES):
            return []
        column = pq.read_table(self.path / "totals.parquet", columns=["replication"])["replication"]
        return sorted(set(column.to_pylist()))

    def keep(self, part: Part) -> None:
        """Write a finished replication, whole or not at all."""
        import pyarrow.parquet as pq

        name = f"{part.replication:05d}"
        beside = self.path / PARTS / f".{name}"
        shutil.rmtree(beside, ignore_errors=True)
        try:
            beside.mkdir(parents=True)
            for table, content in part.tables.items():
                pq.write_table(content, beside / f"{table}.parquet", compression="zstd")
            os.replace(beside, self.path / PARTS / name)
        except OSError as error:
            shutil.rmtree(beside, ignore_errors=True)
            raise ResultError(
                f"replication {part.replication} could not be written to {self.path}: {error}"
            ) from error

    def merge(self) -> None:
        """Bring finished replications into the merged tables, in their order; parts go only afterwards."""
        parts = self.parts()
        if parts:
            old = self.merged()
            order = sorted({*old, *parts})
            for table in TABLES:
                self._merge_table(table, order, set(parts))
            for table in TABLES:
                os.replace(self.path / f".{table}.new", self.path / f"{table}.parquet")
        shutil.rmtree(self.path / PARTS, ignore_errors=True)

    def _merge_table(self, table: str, order: list[int], parts: set[int]) -> None:
        import pyarrow.parquet as pq

        old = self.path / f"{table}.parquet"
        writer = None
        try:
            for replication in order:
                source = (
                    self.path / PARTS / f"{replication:05d}" / f"{table}.parquet"
                    if replication in parts
                    else old
                )
                filters = None if replication in parts else [("replication", "=", replication)]
                content = pq.read_table(source, filters=filters)
                content = content.replace_schema_metadata(
                    {**(content.schema.metadata or {}), **_units(table)}
                )
                writer = writer or pq.ParquetWriter(
                    self.path / f".{table}.new", content.schema, compression="zstd"
                )
                writer.write_table(content)
        finally:
            if writer is not None:
                writer.close()

    def read(self, table: str) -> pa.Table:
        """One merged table. Raises `ResultError` where it is missing or damaged."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.path / f"{table}.parquet"
        try:
            return pq.read_table(path)
        except FileNotFoundError:
            raise ResultError(f"{self.path} holds no {table}: no replication has finished") from None
        except (OSError, pa.ArrowException) as error:
            raise ResultError(f"{path} is damaged: {error}") from None

    def write_summary(self, summary: pd.DataFrame, manifest: Manifest) -> None:
        """Leave the summary as CSV and JSON."""
        write_whole(self.path / "summary.csv", csv_of(summary))
        rows = [
            {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()}
            for row in summary.to_dict("records")
        ]
        content = {
            "scenario": manifest.scenario_name, "seed": manifest.seed, "replications": len(manifest.finished),
            "failed": manifest.failed, "interval": "95 %", "measures": rows,
        }  # fmt: skip
        write_whole(self.path / "summary.json", json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _units(table: str) -> dict[str, str]:
    """Units of measures, for the metadata of a table of measures."""
    if table not in ("daily", "totals"):
        return (
            {"units": json.dumps({"time_h": "h since the scenario's start", "persons": "persons"})}
            if table == "events"
            else {}
        )
    units = {name: described.unit for name, described in DESCRIBED.items()}
    return {"units": json.dumps({**units, "stock_*": "persons at the midnight that begins the day"})}
