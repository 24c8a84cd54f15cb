"""Runs kept by their key, in a folder or in memory alone: what is there is not run again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.experiments.engines import Engine, player
from sim.experiments.execute import CHUNK, Pool, Progress, execute
from sim.experiments.jobs import FAILED, Job, Row
from sim.experiments.store import WHOLE, table_of
from sim.foundation.errors import ResultError

IDENTITY = ("key", "point", "seed", "replication", "status", "reason", "seconds", "figures")


class KeptRuns:
    """Rows of finished runs; a run that broke is not kept and is tried again by the next call.

    `only` names the measures that are kept beside identity and figures: by default all of them.
    """

    def __init__(
        self, out: Path | None = None, engine: Engine = "compiled", only: Sequence[str] | None = None
    ) -> None:
        player(engine)
        self.engine = engine
        self.out = out
        self._only = None if only is None else {*IDENTITY, *only}
        self._rows: dict[str, Row] = {}
        for path in sorted(out.glob(WHOLE)) if out is not None and out.is_dir() else ():
            self._rows.update(
                (row["key"], self._slim(row)) for row in _rows_in(path) if row["status"] != FAILED
            )

    def rows_of(
        self, jobs: Sequence[Job], *, workers: int = 1, progress: Progress | None = None, pool: Pool | None = None,
        chunk: int = CHUNK, broken: bool = False,
    ) -> list[Row]:  # fmt: skip
        """The rows of jobs, in their order. Raises `ResultError` where nothing can be written, or, unless `broken`, a run broke."""
        known, broke, done = self._rows, list[str](), 0
        left = [replace(job, engine=self.engine) for job in jobs if job.key not in known]
        for rows in execute(left, workers=workers, chunk=chunk, pool=pool):
            rows = [self._slim(row) for row in rows]
            known.update((row["key"], row) for row in rows)
            broke += [row["reason"] for row in rows if row["status"] == FAILED]
            self._keep(rows)
            done += len(rows)
            if progress is not None:
                progress(len(jobs) - len(left) + done, len(jobs), len(broke))
        if broke and not broken:
            raise ResultError(f"{len(broke)} runs broke, the first: {broke[0]}")
        return [known[job.key] for job in jobs]

    def known(self, key: str) -> Row | None:
        """The row of a run, if it is there."""
        return self._rows.get(key)

    def _slim(self, row: Row) -> Row:
        return row if self._only is None else {name: row[name] for name in row if name in self._only}

    def _keep(self, rows: list[Row]) -> None:
        """Write a chunk, whole or not at all."""
        import pyarrow.parquet as pq

        if self.out is None:
            return
        name = f"{rows[0]['key']}.parquet"
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            pq.write_table(table_of(rows), self.out / f".{name}")
            os.replace(self.out / f".{name}", self.out / name)
        except OSError as error:
            raise ResultError(f"runs could not be written to {self.out}: {error}") from error


def _rows_in(path: Path) -> list[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_table(path).to_pylist())
    except (OSError, pa.ArrowInvalid) as error:
        raise ResultError(f"{path} is no table of runs: {error}") from None
