"""One thread that always plays the newest state: what was asked before and is
still under way is overtaken."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Thread

Stopped = Callable[[], bool]
Job = Callable[[Stopped], None]


class NewestStateWorker:
    """Does the job asked for last; a job asks now and then whether it should stop."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._job: Job | None = None
        self._number = 0
        self._busy = False
        # A thread of its own: while the kernel's thread plays it would hear neither a new state nor Stop. A
        # daemon, so that a run under way does not keep the kernel alive.
        Thread(target=self._work, name="panel", daemon=True).start()

    def ask(self, job: Job) -> None:
        """Do this as soon as what is under way has seen that it is overtaken."""
        with self._changed:
            self._job = job
            self._number += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Stop what is under way."""
        with self._changed:
            self._job = None
            self._number += 1

    def wait(self, seconds: float) -> bool:
        """Until nothing is left to do; whether that was so within the time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._job is None and not self._busy, seconds)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._job is not None)
                job, number = self._job, self._number
                # Both at once under the lock: `wait` must not see an instant in which nothing seems to be
                # left.
                self._job, self._busy = None, True
            try:
                if job is not None:
                    # Read without the lock: one look that comes too late costs one more replication. The
                    # default binds this job's number.
                    job(lambda number=number: number != self._number)  # type: ignore[misc]
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()
