"""Worker processes that never import the script that started them,
and that end at once when they are told to.

Which question this answers: how do runs share the cores of a machine without a guard `if
__name__ == "__main__"` in the user's script? Python's spawned processes import the script again, and without
the guard each of them begins the same sweep. A worker of ours needs nothing of the script,
so that it is kept from seeing it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Thread
from types import ModuleType
from typing import Any

# A command that was told to end must not hang for a process that does not die.
MOST_SECONDS_TO_END = 10.0


@contextmanager
def main_hidden() -> Iterator[None]:
    """Processes that are started meanwhile do not import the main script:
    an empty module stands in its place."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def interrupt_held_back() -> Iterator[None]:
    """A process that is started meanwhile never sees Ctrl-C, not even while it imports what it needs."""
    # Windows has no signal masks: begin_worker ignores Ctrl-C there, once the worker has started.
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # A child inherits the mask: Ctrl-C before its first line would print a traceback from each worker.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class WorkerProcess(SpawnProcess):
    """A process that does not import the main script, and leaves Ctrl-C to the one that started it."""

    def start(self) -> None:
        with main_hidden(), interrupt_held_back():
            super().start()


class Started(SpawnContext):
    """How worker processes are started; `processes` are those that were."""

    def __init__(self) -> None:
        self.processes: list[WorkerProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> WorkerProcess:  # type: ignore[override]  # noqa: N802
        # ProcessPoolExecutor keeps its processes in a private attribute that `shutdown` clears.
        self.processes.append(WorkerProcess(*args, **kwargs))
        return self.processes[-1]


class Workers(ProcessPoolExecutor):
    """A pool of workers that can be ended while they work."""

    def __init__(self, workers: int) -> None:
        self._started = Started()
        super().__init__(workers, mp_context=self._started, initializer=begin_worker)

    def end(self) -> None:
        """End at once: nothing that a worker has not handed over is kept, since only the parent writes."""
        manager = getattr(
            self, "_executor_manager_thread", None
        )  # `shutdown` forgets it, and so would not wait for it
        # Chunks that wait are taken back first, so that no worker begins another.
        self.shutdown(wait=False, cancel_futures=True)
        for process in self._started.processes:
            if process.pid is not None:
                process.kill()
        self.shutdown(wait=True)
        if manager is not None:
            manager.join(MOST_SECONDS_TO_END)  # else Python's own end may meet it while it closes its pipe


def begin_worker() -> None:
    """A worker ends with its parent, since nobody else asks it for anything;
    Ctrl-C is the parent's to answer (on Windows, too)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def end() -> None:
            parent.join()
            # sys.exit would end this thread alone.
            os._exit(1)

        Thread(target=end, daemon=True).start()
