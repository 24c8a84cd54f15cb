"""Run jobs somewhere: in this process, in processes of this machine, or on a Dask cluster.

Results come in the order of the jobs whatever ran them, chunk by chunk, with few chunks on their way at any
time, so that memory stays flat. The work of a lost worker is given out once more, then told as failed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any

from sim.core.bounds import check_workers
from sim.core.errors import UsageError
from sim.model.extensions.extended import check_trust
from sim.runs.jobs import Job, Row, do_all, lost
from sim.runs.workers import Workers, main_hidden

# For callers who do not know how long a job takes; a sweep measures one and asks for chunks of a second.
CHUNK = 8
# One is run and two wait: a worker stays busy while the oldest chunk, which is handed on first, is awaited.
AHEAD = 3
"""Chunks on their way for each worker."""
LOCAL = "local"
Chunk = tuple[Job, ...]


class Pool:
    """Where jobs run: this process, processes of this machine, or a Dask cluster;
    kept from one call of `execute` to the next.

    One worker and no cluster: in this process. `cluster`: the address of a Dask scheduler,
    or "local" for one of `workers` worker processes on this machine. Raises `UsageError` for fewer than one
    worker, and for a scheduler that does not answer.
    """

    def __init__(self, workers: int = 1, cluster: str | None = None) -> None:
        check_workers(workers)
        self.workers, self.cluster = workers, cluster
        # Processes and clients are made when they are first asked for: a call that finds every run in its
        # store starts none.
        self._opened = ExitStack()
        self._processes: Workers | None = None
        self._client: Any = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.end_processes()
        self._opened.close()

    def ready(self) -> Pool:
        """Have a cluster answer now, before anything is written. Raises `UsageError` where none does."""
        if self.cluster is not None:
            self.client()
        return self

    def processes(self) -> Workers:
        """Worker processes, begun when they are first needed."""
        if self._processes is None:
            self._processes = Workers(self.workers)
        return self._processes

    def end_processes(self) -> None:
        """End the worker processes at once, whatever they are doing; the next call begins new ones."""
        if self._processes is not None:
            self._processes.end()
            self._processes = None

    def client(self) -> Any:
        """A client of the cluster."""
        if self._client is None:
            self._client = self._opened.enter_context(_client(self.cluster or LOCAL, self.workers))
        return self._client


def check_pool(workers: int, cluster: str | None) -> None:
    """Refuse workers or a scheduler that cannot be had, for work whose first pool comes late.
    Raises `UsageError`."""
    with Pool(workers, cluster) as pool:
        # A local cluster would be started here only to be ended again.
        if cluster != LOCAL:
            pool.ready()


def execute(
    jobs: Iterable[Job], *, workers: int = 1, cluster: str | None = None, chunk: int = CHUNK,
    pool: Pool | None = None,
) -> Iterator[list[Row]]:  # fmt: skip
    """Results of jobs, in their order, a chunk at a time; in a pool of its own, or one that is kept.

    Raises `UsageError` for fewer than one worker.
    """
    if chunk < 1:
        raise UsageError(f"chunk: found {chunk}, allowed: 1 or more")
    if pool is None:
        with Pool(workers, cluster) as own:
            yield from execute(jobs, chunk=chunk, pool=own)
        return
    chunks = _chunks(jobs, chunk)
    if pool.cluster is not None:
        yield from _on_cluster(chunks, pool)
    elif pool.workers == 1:
        yield from map(do_all, chunks)
    else:
        yield from _in_processes(chunks, pool)


def _chunks(jobs: Iterable[Job], size: int) -> Iterator[Chunk]:
    # Lazily, job by job: a sweep of millions of jobs never holds their scenarios at one time.
    waiting = map(_trusted, jobs)
    while chunk := tuple(islice(waiting, size)):
        yield chunk


def _trusted(job: Job) -> Job:
    """Code of a scenario's own runs only where somebody has allowed it; a worker trusts what it is sent."""
    if job.scenario.extensions:
        check_trust(job.scenario)
    return job


def _in_processes(chunks: Iterator[Chunk], pool: Pool) -> Iterator[list[Row]]:
    """A pool that is made anew when a worker is lost; what was on its way is given out once more."""
    again: deque[Chunk] = deque()
    more = True
    while more or again:
        # The caller may stop in the middle (GeneratorExit, Ctrl-C): processes that are under way are then
        # ended, too.
        whole = False
        try:
            broken = yield from _through(pool.processes(), _again_then(again, chunks), AHEAD * pool.workers)
            whole = not broken
        finally:
            if not whole:
                pool.end_processes()
        more = bool(broken)
        if broken:
            # The oldest chunk is the likeliest to have killed its worker, and comes first in the order of
            # results. Those behind it go out again as they are.
            first, *rest = broken
            yield from _one_by_one(first)
            again = deque(rest)


def _again_then(again: deque[Chunk], chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    # Before new chunks: results come in the order of the jobs.
    while again:
        yield again.popleft()
    yield from chunks


def _through(pool: Executor, chunks: Iterator[Chunk], most: int) -> Any:
    """Give chunks to a pool, hand their results on in order;
    the chunks that were on their way when it broke."""
    way: deque[tuple[Chunk, Future[list[Row]]]] = deque()
    for chunk in chunks:
        try:
            way.append((chunk, pool.submit(do_all, chunk)))
        except BrokenProcessPool:
            # A pool can break while nothing is awaited: the chunk that was refused is lost like those under
            # way.
            return [*(c for c, _ in way), chunk]
        if len(way) >= most:
            broken = yield from _hand_on(way)
            if broken:
                return broken
    while way:
        broken = yield from _hand_on(way)
        if broken:
            return broken
    return []


def _hand_on(way: deque[tuple[Chunk, Future[list[Row]]]]) -> Any:
    try:
        # The oldest, not whichever is finished first: a store is equal whatever ran its jobs.
        rows = way[0][1].result()
    except BrokenProcessPool:
        return [chunk for chunk, _ in way]
    way.popleft()
    yield rows
    return []


def _one_by_one(chunk: Chunk) -> Iterator[list[Row]]:
    """The chunk whose worker was lost, each job in a process of its own:
    the one that kills it is a failed row."""
    rows: list[Row] = []
    for job in chunk:
        # A process for each job: the next one must not lose its worker to this one.
        alone = Workers(1)
        try:
            rows += alone.submit(do_all, (job,)).result()
        except BrokenProcessPool:
            rows.append(lost(job, "the worker process was lost twice"))
        finally:
            alone.end()
    yield rows


def _on_cluster(chunks: Iterator[Chunk], pool: Pool) -> Iterator[list[Row]]:
    client = pool.client()
    way: deque[Any] = deque()
    # A cluster may have more workers than were asked for, as one of SLURM that was scaled.
    most = AHEAD * max(pool.workers, len(client.scheduler_info()["workers"]))
    for chunk in chunks:
        # Not pure: Dask would hash each job's scenario to find equal calls, and jobs have keys of their own.
        way.append((chunk, client.submit(do_all, chunk, pure=False, retries=1)))
        if len(way) >= most:
            yield _gathered(way)
    while way:
        yield _gathered(way)


def _gathered(way: deque[Any]) -> list[Row]:
    from distributed.scheduler import KilledWorker

    chunk, future = way.popleft()
    try:
        rows: list[Row] = future.result()
    except KilledWorker:
        rows = [lost(job, "the worker of the cluster was lost") for job in chunk]
    return rows


@contextmanager
def _client(address: str, workers: int) -> Iterator[Any]:
    """A client of a scheduler that is there, or of a local one made for this."""
    try:
        import distributed
    except ImportError:
        raise UsageError("a cluster needs Dask: pip install 'borderflow[cluster]'") from None
    dask: Any = distributed
    if address == LOCAL:
        with main_hidden():
            # One thread each: the CPU time of a row is that of its process, and threads would add up theirs.
            cluster = dask.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        with cluster, dask.Client(cluster) as client:
            yield client
        return
    try:
        opened = dask.Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise UsageError(f"--cluster {address}: no scheduler answers there: {error}") from None
    with opened as client:
        yield client


Progress = Callable[[int, int, int], None]
"""Told of jobs finished, jobs in all, and failures so far."""
Tell = Callable[[str], Progress]
"""Told what is played next; what it gives is told how far that is."""


def silent(_: str) -> Progress:
    """Tells nobody."""
    return lambda *_: None
