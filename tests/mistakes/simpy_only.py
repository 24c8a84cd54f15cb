"""A plugin of pytest: every test plays by the SimPy engine, and one that does not end fails.

What a test asks of the compiled engine is given by the SimPy engine,
so that nothing here rests on equality between engines and nothing is compiled. Used by `python -m
tests.mistakes` (`-p tests.mistakes.simpy_only`).
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sim.engines import engine_choice
from sim.model.simulate import simulate

CPU_S = 150
"""The slowest of the witness tests takes 30 s of one core."""
MEMORY_BYTES = 6 * 1024**3


class Hang(BaseException):
    """A test that has taken far longer than it does of a sound model."""


def _stop(*_: Any) -> None:
    raise Hang("a hang")


def _player(_: str) -> engine_choice.Simulate:
    return simulate


def pytest_configure() -> None:
    """Put the SimPy engine in the compiled one's place; limit memory, which a loop without end would eat."""
    assert Path(engine_choice.__file__).is_relative_to(Path.cwd()), "the changed copy is what must be tested"
    stand_in = ModuleType("sim.compiled.engine")
    stand_in.simulate = simulate  # type: ignore[attr-defined]
    sys.modules["sim.compiled.engine"] = stand_in
    engine_choice.player = _player
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGVTALRM, _stop)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """Give each test a time of its own on the processor, which a busy machine does not shorten."""
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_S)
    try:
        return (yield)
    except Hang:
        pytest.fail("a hang", pytrace=False)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
