"""A folder that one command at a time writes to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.core.durable import UNDER_WAY, raising_result_error
from sim.core.errors import ResultError

LOCK = ".writing"


@contextmanager
def folder_lock(path: Path, by: str) -> Iterator[None]:
    """Lock a folder while writing; a second writer is refused.
    A folder that was made for this and stays empty goes again.

    `by` says what writes, as in "another sweep". Raises `ResultError` where it is locked, or cannot be
    written.
    """
    from filelock import FileLock, Timeout

    refuse_file(path)
    _refuse_other_lock(path / LOCK)
    # Before they are made, the innermost first: the order in which they can be removed again.
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    with raising_result_error(path):
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / LOCK)
        try:
            # No waiting: the other command may take hours, and the message says so at once.
            lock.acquire(timeout=0)
        except Timeout:
            busy = f"{path} is being written by another {by}: wait for it, or use another --out"
            raise ResultError(busy) from None
    try:
        yield
    finally:
        # Before the removal: Windows removes no file that is open.
        lock.release()
        _remove_unused(path, made)


def refuse_file(path: Path) -> None:
    """Raises `ResultError` where something that is no folder stands in the place of one."""
    if path.exists() and not path.is_dir():
        raise ResultError(f"{path} is a file: choose another folder with --out")


def _refuse_other_lock(lock: Path) -> None:
    """A lock is emptied when it is taken: a link in its place would lead to a file of somebody else."""
    if lock.is_symlink() or (lock.exists() and not lock.is_file()):
        raise ResultError(f"{lock} is a link, or no file: remove it, or choose another folder with --out")


def holds_something(path: Path) -> bool:
    """Whether a folder holds anything but a lock and what a write that was killed has left."""
    return path.is_dir() and any(not _is_left_over(entry.name) for entry in path.iterdir())


def _is_left_over(name: str) -> bool:
    """Whether a file of that name is all that a command leaves which was killed before it wrote a result: a
    lock, or a write or removal under way."""
    return name == LOCK or (name.startswith(UNDER_WAY) and name.endswith((".new", ".gone")))


def _remove_unused(path: Path, made: list[Path]) -> None:
    """A refused command leaves nothing: folders made for it go, if nothing was written to them."""
    with suppress(OSError):
        # A folder that the user made stays, empty or not.
        if made and [entry.name for entry in path.iterdir()] in ([LOCK], []):
            (path / LOCK).unlink(missing_ok=True)
            for folder in made:
                folder.rmdir()
