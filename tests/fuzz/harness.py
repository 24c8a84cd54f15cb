"""Playing mutants in this process: each in a fresh box, in bounded time and memory,
watched for what it writes."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.errors import BorderflowError
from sim.core.plain_text import plain
from tests.fuzz.mutate import mutant
from tests.fuzz.registry import Kind, Sample

MOST_MEMORY = 1_000_000_000
REFUSALS = (2, 3)
MOST_WORDS = 200_000
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
WRITES = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.truncate",
    "os.symlink",
    "os.link",
    "os.chmod",
    "shutil.rmtree",
}


class Hang(BaseException):
    """An attempt took longer than its kind allows; no `except Exception` of a reader holds it up."""


class WroteOutside(BaseException):
    """An attempt opened a file to write, or moved or removed one, outside its box."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A mutant that ended otherwise than it may: its number, what happened, and where."""

    number: int
    what: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mutants were read, how many were refused, and which failed."""

    read: int
    refused: int
    failures: tuple[Failure, ...]


def play(kind: Kind, numbers: range, seed: int = 0) -> Tally:
    """Play some mutants of a kind."""
    samples = kind.samples()
    with tempfile.TemporaryDirectory() as root, _bounded_memory():
        ends = [_played(kind, samples, number, seed, Path(root)) for number in numbers]
    failures = tuple(end for end in ends if isinstance(end, Failure))
    return Tally(ends.count("read"), ends.count("refused"), failures)


def _played(kind: Kind, samples: list[Sample], number: int, seed: int, root: Path) -> str | Failure:
    """Play one mutant: "read", "refused", or how it failed."""
    luck = random.Random(f"{kind.name} {seed} {number}")
    box = root / "box"
    box.mkdir()
    mutant(luck.choice(samples), kind.mutable, luck, box)
    before, back = _names(box), Path.cwd()
    os.chdir(box)
    try:
        end = _attempted(kind, box, number)
    finally:
        os.chdir(back)
    new = [
        name
        for name in sorted(_names(box) - before)
        if end != "read" or name.split("/")[0] not in kind.writes
    ]
    if new and not isinstance(end, Failure):
        end = Failure(number, f"{end}, and left {', '.join(new[:5])}")
    shutil.rmtree(box)
    return end


def _attempted(kind: Kind, box: Path, number: int) -> str | Failure:
    try:
        with _bounded_time(kind.seconds), _watched(box):
            kind.attempt(box)
    except BorderflowError as error:
        return _judged(error.exit_code, str(error), number)
    except SystemExit as error:
        return _judged(error.code, "", number)
    except (Exception, Hang, WroteOutside) as error:
        if hasattr(error, "exit_code"):
            return _judged(error.exit_code, str(error), number)
        return Failure(
            number,
            f"{type(error).__name__} at {_place(error)}: {str(error)[:80]!r}",
            traceback.format_exc(limit=-12),
        )
    return "read"


def _judged(code: object, words: str, number: int) -> str | Failure:
    """A refusal, if its exit code and its words are such that a person can read them."""
    if code in (0, None):
        return "read"
    if code not in REFUSALS:
        return Failure(number, f"exit code {code}: {words[:200]!r}")
    if len(words) > MOST_WORDS or plain(words) != words:
        return Failure(number, f"words that no terminal should be given: {words[:200]!r}")
    return "refused"


def _place(error: BaseException) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}sim{os.sep}" in f.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "a library"


def _names(box: Path) -> set[str]:
    return {str(path.relative_to(box)) for path in box.rglob("*")}


@contextmanager
def _bounded_time(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hang(f"more than {seconds:g} s")

    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


@contextmanager
def _bounded_memory() -> Iterator[None]:
    """At most 1 GB more address space than now: what needs more gets a MemoryError, which is a failure."""
    old = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MOST_MEMORY, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, old)


_watched_box: list[str] = []
"""The box that the audit hook works for, while one does: a hook cannot be taken off again."""
_hooked: list[bool] = []


@contextmanager
def _watched(box: Path) -> Iterator[None]:
    """Stop what Python code of this process would write, move or remove outside a folder."""
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    _watched_box[:] = [os.path.realpath(box)]
    try:
        yield
    finally:
        _watched_box.clear()


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watched_box or not (event in WRITES or event == "open"):
        return
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITING):
        return
    if isinstance(arguments[0], (str, bytes, os.PathLike)):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if not path.startswith(_watched_box[0]) and "__pycache__" not in path and path != os.devnull:
            raise WroteOutside(f"{event} {path}")
