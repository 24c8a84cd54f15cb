"""Reading a text file that somebody else wrote, in bounded time and memory.

Which question this answers: what are the characters of this file? It is a regular file (no pipe, no device),
it is no larger than a bound, it is UTF-8, and a byte order mark is not part of it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

MOST_BYTES = 2_000_000
"""More than any file that a person writes by hand needs."""
MOST_NAME = 200
"""Bytes of a name: file systems take 255, and a file under way has a longer name
than the one it will have."""


class UnreadableFile(Exception):
    """A file that cannot be read as text: `problem` in words, and where it can be told `found`,
    `allowed` and `line`."""

    def __init__(self, problem: str, found: str = "", allowed: str = "", line: int = 0) -> None:
        super().__init__(problem, found, allowed, line)
        self.problem, self.found, self.allowed, self.line = problem, found, allowed, line

    def __str__(self) -> str:
        return "; ".join([self.problem, *([f"found {self.found}"] if self.found else []),
                          *([f"allowed: {self.allowed}"] if self.allowed else [])])  # fmt: skip


def is_file_name(name: str) -> bool:
    """Whether a text is the plain name of a file or folder inside another: no path, not hidden, printable,
    not too long.

    >>> names = ("base", "figures.csv", "..", "a/b", ".hidden", "a" * 300, chr(0x202E))
    >>> [is_file_name(name) for name in names]
    [True, True, False, False, False, False, False]
    """
    # Names with a dot in front are those of files under way (`sim.core.durable`).
    is_plain = name.isprintable() and not name.startswith(".") and not set(name) & set("/\\")
    return bool(name.strip()) and is_plain and len(name.encode("utf-8")) <= MOST_NAME


def read_text(path: Path, most_bytes: int = MOST_BYTES) -> str:
    """The text of a file. Raises `UnreadableFile`, and nothing else, in every way in which that can fail."""
    try:
        raw = _bytes(path, most_bytes)
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        allowed = "UTF-8; a spreadsheet saves it as 'CSV UTF-8'" if path.suffix.lower() == ".csv" else "UTF-8"
        raise UnreadableFile(
            "is not UTF-8 text", allowed=allowed, line=raw[: error.start].count(b"\n") + 1
        ) from None
    except FileNotFoundError:
        raise UnreadableFile("does not exist") from None
    # ValueError is that of a null byte in the name.
    except (OSError, ValueError, RuntimeError) as error:
        raise UnreadableFile(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _bytes(path: Path, most: int) -> bytes:
    """The content of a regular file of a sane size: the size is looked at first, and holds while reading."""
    # Before it is opened: opening a pipe waits for a writer, and a device has no end.
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnreadableFile("is not a file")
    with path.open("rb") as file:
        # One byte more than allowed tells a file that is too large, even one that grows while it is read.
        raw = file.read(most + 1)
    if len(raw) > most:
        raise UnreadableFile("is too large", f"{os.stat(path).st_size:,} bytes", f"at most {most:,} bytes")
    return raw
