"""Runs kept by their key, in a folder or in memory alone: what is there is not run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from sim.core.durable import clear_under_way, told_as_result_error, write_table
from sim.core.errors import ResultError
from sim.engines.player import Engine, player
from sim.record.measures import DESCRIBED, Described
from sim.runs.execute import CHUNK, Pool, Progress, execute
from sim.runs.jobs import FAILED, OK, Job, Row
from sim.runs.store.folder_contents import check_no_result
from sim.runs.store.folder_lock import held
from sim.runs.store.job_table import REMOVE_PART, WHOLE, schema_of, table_of
from sim.runs.store.stored_tables import read_table

IDENTITY = ("key", "point", "seed", "replication", "status", "reason", "seconds", "figures")


class KeptRuns:
    """Rows of finished runs; a run that broke is not kept and is tried again by the next call.

    `only` names the measures that are kept beside identity and figures: by default all of them.
    `figures` is how many recorded figures a run is laid beside, where jobs ask for them. `measures` are all
    that its jobs have, those of extensions among them.
    """

    def __init__(
        self, out: Path | None = None, engine: Engine = "compiled", only: Sequence[str] | None = None,
        figures: int | None = None,
        measures: Mapping[str, Described] = DESCRIBED,
    ) -> None:  # fmt: skip
        player(engine)
        self.engine = engine
        self.out = out
        self._measures = tuple(measures if only is None else only)
        self._figures = figures
        self._described = measures
        self._rows: dict[str, Row] = {}
        if out is not None:
            check_no_result(out)
        for path in sorted(out.glob(WHOLE)) if out is not None and out.is_dir() else ():
            own = [name for name in measures if name not in DESCRIBED]
            rows = read_table(path, schema_of(measures), REMOVE_PART, may_lack=own).to_pylist()
            self._rows.update((row["key"], self._slim(row)) for row in rows if row["status"] == OK)

    def writing(self) -> AbstractContextManager[None]:
        """Hold the folder, if there is one, while its runs are made; a second writer is refused."""
        return nullcontext() if self.out is None else held(self.out, "command")

    def rows_of(
        self, jobs: Sequence[Job], *, workers: int = 1, progress: Progress | None = None,
        pool: Pool | None = None,
        chunk: int = CHUNK, broken: bool = False,
    ) -> list[Row]:  # fmt: skip
        """The rows of jobs, in their order. Raises `ResultError` where nothing can be written, or,
        unless `broken`, a run broke."""
        known, broke, done = self._rows, list[str](), 0
        left = [replace(job, engine=self.engine) for job in jobs if not self._is_enough(job)]
        if left and self.out is not None and self.out.is_dir():
            clear_under_way(self.out)
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
        return {name: row[name] for name in (*IDENTITY, *self._measures) if name in row}

    def _is_enough(self, job: Job) -> bool:
        """Whether the row that is there tells what the job asks for:
        one that was kept for another question may not."""
        row = self._rows.get(job.key)
        if row is None:
            return False
        told = row.get("figures")
        if job.figures and (told is None or None in told or self._figures not in (None, len(told))):
            return False
        return all(row.get(name) is not None for name in self._measures)

    def _keep(self, rows: list[Row]) -> None:
        """Write a chunk, whole or not at all."""
        if self.out is None:
            return
        with told_as_result_error(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
        write_table(table_of(rows, self._described), self.out / f"{rows[0]['key']}.parquet")
