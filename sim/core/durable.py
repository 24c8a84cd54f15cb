"""Writing that survives: a file appears whole or not at all, and what is promised is on the disk.

Which question this answers: how is a result written so that a kill,
a full disk or a power cut loses the piece under way and nothing else? Every write goes to a hidden name
beside its target, is flushed to the disk, and is renamed; the folder is flushed after the rename. What holds
is told by names that appear last.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import ResultError

if TYPE_CHECKING:
    import pyarrow as pa

UNDER_WAY = "."
"""What the name of a file begins with while it is written, or while it is removed."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader, or a crash, never meets half of it.
    Text is UTF-8 with its own line ends."""
    with whole_file(path) as beside:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def write_new(path: Path, content: str) -> None:
    """Write a file that must not be there yet, whole or not at all. Raises `FileExistsError`,
    or `ResultError`."""
    try:
        # Opened for creating alone: a rename would replace a file that somebody has made meanwhile.
        with raising_result_error(path), path.open("x", encoding="utf-8", newline="") as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except ResultError as error:
        if isinstance(error.__cause__, FileExistsError):
            raise error.__cause__ from None
        raise


def write_table(table: pa.Table, path: Path) -> None:
    """Write a Parquet table, whole or not at all; its pages carry checksums,
    so that a reader notices a changed byte."""
    import pyarrow.parquet as pq

    with whole_file(path) as beside:
        pq.write_table(table, beside, compression="zstd", write_page_checksum=True)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A hidden name to write to; it takes the place of `path`, flushed, when the block ends without an error.
    Its folder is made.

    Raises `ResultError` where the disk, a limit or a right does not allow it; then nothing new is left.
    """
    # A name of its own for each writer: two processes may write the same file at a time.
    beside = path.with_name(f"{UNDER_WAY}{path.name}.{uuid.uuid4().hex[:8]}.new")
    with raising_result_error(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield beside
            # Before the rename, which may reach the disk before the content does; the folder after it, since
            # a name is on the disk only with its folder.
            flush(beside)
            os.replace(beside, path)
            flush(path.parent)
        finally:
            # After an error the half that was written; after the rename nothing is there.
            beside.unlink(missing_ok=True)


def keep_folder(beside: Path, path: Path) -> None:
    """Give a folder that was written to its end its name: its files are flushed first,
    so that the name promises them."""
    for file in sorted(beside.iterdir()):
        flush(file)
    flush(beside)
    os.replace(beside, path)
    flush(path.parent)


def remove_folder(path: Path) -> None:
    """Remove a folder: it loses its name first, so that nobody meets half of it.
    One that is not there is removed already."""
    gone = path.with_name(f"{UNDER_WAY}{path.name}.{uuid.uuid4().hex[:8]}.gone")
    try:
        # One step, so that a kill leaves the whole folder under its name or under none that counts.
        os.replace(path, gone)
    except FileNotFoundError:
        return
    flush(path.parent)
    shutil.rmtree(gone, ignore_errors=True)


def clear_under_way(folder: Path) -> None:
    """Remove what an interrupted write or removal has left in a folder of ours."""
    for pattern in (f"{UNDER_WAY}*.new", f"{UNDER_WAY}*.gone"):
        for path in folder.glob(pattern):
            # A link is removed itself, never what it leads to.
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Ask the system to put a file, or the names of a folder, on the disk."""
    # For reading, since a folder cannot be opened for writing.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def raising_result_error(path: Path) -> Iterator[None]:
    """Say in words, as `ResultError` (exit code 3), that something could not be written."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise ResultError(f"{path} could not be written: {reason}") from error
