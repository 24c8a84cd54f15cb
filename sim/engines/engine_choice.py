"""Which engine plays: the same model twice, with the same result to the bit; only the time differs.

`simpy` is the one that people read, step and explain; `compiled` the one for many runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, get_args

from sim.core import LOGGER
from sim.core.errors import UsageError

if TYPE_CHECKING:
    from sim.record.log import RunRecord
    from sim.scenario.schema import Scenario

Engine = Literal["simpy", "compiled"]
ENGINES: tuple[str, ...] = get_args(Engine)
Simulate = Callable[..., "RunRecord"]


def player(engine: str, scenario: Scenario | None = None) -> Simulate:
    """The function that plays a scenario out, ready for one with its extensions where it is given.

    Raises `UsageError` for an engine that there is not,
    and for extensions that may not run or that the engine cannot run.
    """
    if engine == "compiled":
        prepare(scenario=scenario)
        return _compiled
    if engine == "simpy":
        from sim.model.simulate import simulate as plain

        return plain
    raise UsageError(f"--engine: found {engine!r}, allowed: {', '.join(ENGINES)}")


def _compiled(scenario: Scenario, **how: Any) -> RunRecord:
    """Play a scenario by the compiled engine, compiled with its extensions."""
    from sim.engines.compiled.engine import simulate

    # Of each scenario that is played, since the player of a sweep is asked for once and its scenarios may
    # differ.
    if scenario.extensions:
        prepare(scenario=scenario)
    return simulate(scenario, **how)


def _to_errors(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _compile_apart(scenario: Scenario | None) -> None:
    """Compile in a process of its own, which gives the memory that compiling takes back;
    this one then loads from disk."""
    from sim.scenario.load import resolved

    paths = os.pathsep.join(path for path in sys.path if path)
    code = "from sim.engines.compiled.engine import compile_now; compile_now()"
    given = b""
    if scenario is not None:
        code = (
            "import json, sys; from sim.engines.compiled.engine import compile_now; from sim.scenario.load "
            "import restored; "
            "compile_now(restored(json.load(sys.stdin)))"
        )
        given = json.dumps(resolved(scenario)).encode()
    # The key of compiled code holds the level of optimisation: the child must have the same, or it fills
    # another folder.
    options = ["-" + "O" * sys.flags.optimize] if sys.flags.optimize else []
    # What goes wrong there goes wrong here, too: `compile_now` then compiles in this process and says why.
    subprocess.run(
        [sys.executable, *options, "-c", code],
        input=given,
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
        capture_output=True,
    )


_ready: list[tuple[Any, ...]] = []
"""The code of extensions that the compiled engine is ready for; of none, an empty tuple."""


def prepare(tell: Callable[[str], Any] = _to_errors, scenario: Scenario | None = None) -> None:
    """Have the compiled engine ready for a scenario: compiled once for a machine, a version and its
    extensions, then loaded from disk."""
    from sim.model.extensions.extended import code_of, extended

    code = () if scenario is None else code_of(scenario)
    if code in _ready:
        return
    if scenario is not None and code:
        extended(scenario)
        with _named_faults(scenario):
            _made_ready(tell, scenario)
    else:
        _made_ready(tell, None)
    _ready.append(code)


def _made_ready(tell: Callable[[str], Any], scenario: Scenario | None) -> None:
    from sim.engines.compiled.compile_cache import cache_folder
    from sim.engines.compiled.engine import compile_now
    from sim.engines.compiled.made_functions import is_cold
    from sim.model.extensions.extended import code_of

    if is_cold(() if scenario is None else code_of(scenario)):
        LOGGER.info("compiling %s", "the model" if scenario is None else f"the model for {scenario.name}")
        tell(_compiling())
        # Without a folder a child could hand nothing on.
        if cache_folder() is not None:
            _compile_apart(scenario)
    compile_now(scenario)


@contextmanager
def _named_faults(scenario: Scenario) -> Iterator[None]:
    """What of an extension cannot be compiled is named by its file and line."""
    from numba.core.errors import NumbaError

    from sim.engines.translate.outside_subset import OutsideSubset

    try:
        yield
    # Three ways to be refused: the translator, the proof that nothing calls itself, Numba's own types.
    except (OutsideSubset, RecursionError, NumbaError) as error:
        raise UsageError(
            f"the extensions of {scenario.name} cannot be compiled: {error}\nThe SimPy engine runs them as "
            f"they are: --engine simpy"
        ) from error


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
