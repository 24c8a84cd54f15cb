"""Which engine plays: the same model twice, with the same result to the bit; only the time differs.

`simpy` is the one that people read, step and explain; `compiled` the one for many runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args

from sim.foundation.errors import UsageError

if TYPE_CHECKING:
    from sim.record.log import RunRecord

Engine = Literal["simpy", "compiled"]
ENGINES: tuple[str, ...] = get_args(Engine)
Simulate = Callable[..., "RunRecord"]


def player(engine: str) -> Simulate:
    """The function that plays a scenario out. Raises `UsageError` for an engine that there is not."""
    if engine == "compiled":
        from sim.engines.compiled.engine import simulate as quick

        prepare()
        return quick
    if engine == "simpy":
        from sim.model.simulate import simulate as plain

        return plain
    raise UsageError(f"--engine: found {engine!r}, allowed: {', '.join(ENGINES)}")


def _to_errors(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _compile_apart() -> None:
    """Compile in a process of its own, which gives the memory that compiling takes back; this one then loads from disk."""
    paths = os.pathsep.join(path for path in sys.path if path)
    code = "from sim.engines.compiled.engine import compile_now; compile_now()"
    options = ["-" + "O" * sys.flags.optimize] if sys.flags.optimize else []
    subprocess.run(
        [sys.executable, *options, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
        capture_output=True,
    )


_ready: list[bool] = []


def prepare(tell: Callable[[str], Any] = _to_errors) -> None:
    """Have the compiled engine ready: compiled once for a machine and version, then loaded from disk."""
    if _ready:
        return
    from sim.engines.compiled.compile_cache import cache_folder
    from sim.engines.compiled.engine import compile_now
    from sim.engines.compiled.made import is_cold

    if is_cold():
        tell(_compiling())
        if cache_folder() is not None:
            _compile_apart()
    compile_now()
    _ready.append(True)


def _compiling() -> str:
    """What is said before the half minute in which nothing else seems to happen."""
    from sim.engines.compiled.compile_cache import PLACE, unwritable

    words = "compiling the model for this machine, {}: about half a minute"
    if (folder := unwritable()) is None:
        return words.format("once")
    return (
        words.format("for this command alone")
        + f" ({folder} cannot be written; set {PLACE} to a folder that can, and it is kept there)"
    )
