"""Work that is killed at its n-th step on the disk, for any n:
what kill -9 or a power cut would leave behind.

A step is a call that changes something below a folder: a folder or file made, opened for writing, flushed,
renamed or removed. Python reports such calls to an audit hook before they happen,
so that no line of the product knows of this. A file whose flush is prevented keeps half of its content, as
after a power cut. A file that Arrow opens is not reported itself, but its flush is.

    steps = steps_of(work, folder)          what an undisturbed run does, in its order
    killed_at(7, work, folder)              the same work, killed before its seventh step
    survive(work, shown, tmp_path, 12)      killed at 12 points, given again each time:
                                            ends as the undisturbed one

`work` is a function of a module, called with a folder in a child process. `shown` reads what it left,
to compare it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

Work = Callable[[Path], Any]
Step = Callable[[str, Path], None]
CHANGES: dict[str, tuple[int, int | None]] = {
    "os.mkdir": (0, 2), "os.rename": (1, 3), "os.remove": (0, 1), "os.rmdir": (0, 1),
    "os.truncate": (0, None), "open": (0, None),
}  # fmt: skip
"""Audit events that change the disk: which argument is the path,
and which the descriptor of the folder it is relative to."""
FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
DESCRIPTORS = Path("/proc/self/fd")
LONGEST_S = 120.0
ALL = os.environ.get("BORDERFLOW_KILLS") == "all"
"""Whether slow tests kill at every step, as `.ci/weekly` has them, and not at a sample."""
POSSIBLE = DESCRIPTORS.is_dir()
"""Whether this system says which file a descriptor stands for."""


def survive(
    work: Work, shown: Callable[[Path], Any], scratch: Path, points: int | None = None,
    before: Work | None = None
) -> list[str]:  # fmt: skip
    """Kill work at some points (none given: at every one), give it again each time, and compare;
    the steps killed at.

    `before` prepares each folder. The work itself runs again in this process,
    so that an error of it is seen here.
    """
    prepare = before or _nothing
    prepare(scratch / "whole")
    steps = steps_of(work, scratch / "whole")
    expected = shown(scratch / "whole")
    chosen = sample(len(steps), points)
    for step in chosen:
        folder = scratch / f"killed-{step}"
        prepare(folder)
        assert killed_at(step, work, folder), f"step {step}, {steps[step - 1]}, was not reached"
        work(folder)
        assert shown(folder) == expected, f"killed before step {step}: {steps[step - 1]}"
    return [steps[step - 1] for step in chosen]


def _nothing(_: Path) -> None:
    """No preparation."""


def sample(steps: int, points: int | None) -> list[int]:
    """Numbers of steps, evenly spread, the last among them: many faults are at the end.

    >>> sample(10, 3), sample(2, None)
    ([4, 7, 10], [1, 2])
    """
    if points is None or points >= steps:
        return list(range(1, steps + 1))
    return [steps - (points - 1 - n) * steps // points for n in range(points)]


def steps_of(work: Work, folder: Path) -> list[str]:
    """What undisturbed work does on the disk below a folder, a line a step."""
    code, steps = _in_child(work, folder, 0)
    assert code == 0, f"undisturbed work ended with {code}"
    return steps


def killed_at(step: int, work: Work, folder: Path) -> bool:
    """Whether the work was killed before its step of that number, counted from 1; else it came to its end."""
    code, _ = _in_child(work, folder, step)
    assert code in (0, -signal.SIGKILL), f"work that was to be killed at step {step} ended with {code}"
    return code != 0


def _in_child(work: Work, folder: Path, kill_at: int) -> tuple[int | None, list[str]]:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.survival.warm"])
    here, there = context.Pipe()
    child = context.Process(target=_watched, args=(work, folder.resolve(), kill_at, there))
    child.start()
    there.close()
    steps = list(_received(here))
    child.join(LONGEST_S)
    if child.exitcode is None:
        child.kill()
    return child.exitcode, steps


def _received(here: Connection) -> Iterator[str]:
    try:
        while here.poll(LONGEST_S):
            yield here.recv()
    except EOFError:
        return


def _watched(work: Work, folder: Path, kill_at: int, there: Connection) -> None:
    """In the child: tell every step, and end before the one asked for."""
    count = 0

    def step(what: str, path: Path) -> None:
        nonlocal count
        if not path.is_relative_to(folder):
            return
        count += 1
        there.send(f"{what} {path.relative_to(folder)}")
        if count == kill_at:
            if what == "flush" and path.is_file():
                os.truncate(path, path.stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    _watch(step)
    work(folder)


def _watch(step: Step) -> None:
    """Have every change of the disk by this process told before it happens.
    What the telling itself does is not told."""
    telling = False

    def tell(what: str, path: Path) -> None:
        nonlocal telling
        telling = True
        step(what, path)
        telling = False

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if telling or event not in CHANGES or not isinstance(args[0], str | bytes | os.PathLike):
            return
        if event != "open" or args[2] & FOR_WRITING:
            tell(event.removeprefix("os."), _path_of(event, args))

    flush = os.fsync

    def fsync(descriptor: int) -> None:
        tell("flush", Path(os.readlink(DESCRIPTORS / str(descriptor))))
        flush(descriptor)

    os.fsync = fsync  # type: ignore[assignment]
    sys.addaudithook(hook)


def _path_of(event: str, args: tuple[Any, ...]) -> Path:
    """The path that an event is about; a removal inside a tree names it relative to an open folder."""
    place, folder = CHANGES[event]
    path = Path(os.fsdecode(args[place]))
    if folder is None or path.is_absolute() or args[folder] < 0:
        return path.absolute()
    return Path(os.readlink(DESCRIPTORS / str(args[folder]))) / path
