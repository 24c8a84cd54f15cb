"""A cache of runs by their key, in a folder or in memory alone: what is there is not run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from sim.core.errors import ResultError
from sim.engines.engine_choice import Engine, player
from sim.record.measures import DESCRIBED, Described
from sim.runs.execute import CHUNK, Pool, Progress, execute
from sim.runs.jobs import FAILED, OK, Job, Row
from sim.runs.store.finished_runs import FinishedRuns
from sim.runs.store.folder_contents import check_no_result
from sim.runs.store.job_table import REMOVE_PART, JobFound, JobRows, schema_of
from sim.runs.store.stored_tables import exactly, read_table

IDENTITY = ("key", "point", "seed", "replication", "status", "reason", "seconds", "figures")


class NamedByKey(JobRows):
    """Rows in a part that is called after the key of the first of them."""

    def name(self, runs: Sequence[Row]) -> str:
        """The key of the first row."""
        return f"{runs[0]['key']}.parquet"


class RunCache:
    """Rows of finished runs; a run that broke counts as none and is tried again by the next call.

    `only` names the measures that are held in memory beside identity and figures: by default all of them.
    `figures` is how many recorded figures a run is laid beside, where jobs ask for them. `measures` are all
    that its jobs have, those of extensions among them.
    """

    def __init__(
        self, out: Path | None = None, engine: Engine = "compiled", only: Sequence[str] | None = None,
        figures: int | None = None,
        measures: Mapping[str, Described] = DESCRIBED,
    ) -> None:  # fmt: skip
        # Raises for an engine that there is not, before the folder is read.
        player(engine)
        self.engine = engine
        self._measures = tuple(measures if only is None else only)
        self._figures = figures
        self._rows: dict[str, Row] = {}
        self._runs = None if out is None else _in_folder(out, measures)
        if out is not None:
            check_no_result(out)
        # A cache made before the extension was added lacks its columns: its runs are made again, not called
        # damaged.
        own = [name for name in measures if name not in DESCRIBED]
        expected = exactly(schema_of(measures), may_lack=own)
        for path in self._runs.parts() if self._runs is not None else ():
            rows = read_table(path, expected, REMOVE_PART).to_pylist()
            # A failed row is not read: its reason may be gone (memory, a lost worker), and the run is tried
            # again.
            self._rows.update((row["key"], self._slim(row)) for row in rows if row["status"] == OK)

    def writing(self) -> AbstractContextManager[None]:
        """Lock the folder, if there is one, while its runs are made; a second writer is refused."""
        return nullcontext() if self._runs is None else self._runs.writing()

    def rows_of(
        self, jobs: Sequence[Job], *, workers: int = 1, progress: Progress | None = None,
        pool: Pool | None = None,
        chunk: int = CHUNK, broken: bool = False,
    ) -> list[Row]:  # fmt: skip
        """The rows of jobs, in their order. Raises `ResultError` where nothing can be written, or,
        unless `broken`, a run broke."""
        known, broke, done = self._rows, list[str](), 0
        # One engine for all jobs of a cache, whatever each says: it does not enter the key.
        left = [replace(job, engine=self.engine) for job in jobs if not self._is_enough(job)]
        if left and self._runs is not None:
            self._runs.clear_interrupted()
        for rows in execute(left, workers=workers, chunk=chunk, pool=pool):
            rows = [self._slim(row) for row in rows]
            # Failed ones, too, for this call: a fit asks for them by key, and takes them as infinitely far
            # off.
            known.update((row["key"], row) for row in rows)
            broke += [row["reason"] for row in rows if row["status"] == FAILED]
            if self._runs is not None:
                # Chunk by chunk: a kill loses the chunks under way.
                self._runs.add(rows)
            done += len(rows)
            if progress is not None:
                progress(len(jobs) - len(left) + done, len(jobs), len(broke))
        # After the loop: what finished is kept, and the same command has only the broken ones to run.
        if broke and not broken:
            raise ResultError(f"{len(broke)} runs broke, the first: {broke[0]}")
        return [known[job.key] for job in jobs]

    def known(self, key: str) -> Row | None:
        """The row of a run, if it is there."""
        return self._rows.get(key)

    def _slim(self, row: Row) -> Row:
        return {name: row[name] for name in (*IDENTITY, *self._measures) if name in row}

    def _is_enough(self, job: Job) -> bool:
        """Whether the row that is there has what the job asks for: that of another question may not."""
        row = self._rows.get(job.key)
        if row is None:
            return False
        figures = row.get("figures")
        # The key does not say what was read of a run: one whose row holds fewer figures than are asked for is
        # run again.
        if job.figures and (figures is None or None in figures or self._figures not in (None, len(figures))):
            return False
        return all(row.get(name) is not None for name in self._measures)


def _in_folder(out: Path, measures: Mapping[str, Described]) -> FinishedRuns[JobFound, Row]:
    """The store of a cache: parts alone, which are never merged."""
    return FinishedRuns(
        folder=out, form=NamedByKey(lambda: measures), writer="command", part_remedy=REMOVE_PART
    )
