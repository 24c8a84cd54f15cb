"""The compiled engine as its users lean on it: luck, memory that grows, faults, threads, caches,
plain Python, checked bounds."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core import random_streams as plain
from sim.core.errors import InvariantBroken, UsageError
from sim.engines.compiled import compiled_streams, engine
from sim.engines.compiled.calendar_and_log import GROWING
from sim.engines.compiled.made_functions import layout
from sim.engines.compiled.numba_clones import rule_modules
from sim.model.simulate import simulate as in_simpy
from sim.scenario.load import load
from tests.engines.compiled.equal import differences
from tests.small import small

ROOT = Path(__file__).parents[3]
WORDS = st.integers(0, 2**64 - 1)
EQUAL = """
import sys
from sim.scenario.load import load
from tests.engines.compiled.equal import differences
from tests.small import small
found = differences(load("one-post"), 5) + differences(small(4), 2)
print(found)
sys.exit(bool(found))
"""


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True,
        text=True, check=False, timeout=600,
    )  # fmt: skip


@given(WORDS, st.integers(0, 255), st.integers(0, 2**40 - 2))
def test_luck_on_machine_words_is_luck(key: int, stream: int, occasion: int) -> None:
    with np.errstate(over="ignore"):
        assert compiled_streams.uniform(np.uint64(key), stream, occasion) == plain.uniform(
            key, stream, occasion
        )


@given(WORDS, WORDS, WORDS)
def test_keys_on_machine_words_are_keys(a: int, b: int, c: int) -> None:
    with np.errstate(over="ignore"):
        assert int(compiled_streams.key_of_two(np.uint64(a), np.uint64(b))) == plain.key_of(a, b)
        assert int(compiled_streams.key_of_three(np.uint64(a), np.uint64(b), np.uint64(c))) == plain.key_of(
            a, b, c
        )


def test_compiled_luck_is_luck() -> None:
    import numba

    from sim.engines.compiled.numba_clones import clones_of

    quick = clones_of([compiled_streams], {}, numba.njit)[compiled_streams.uniform]
    numbers = np.random.default_rng(7).integers(0, 2**63, 20_000)
    for n in numbers:
        n = int(n)
        assert quick(np.uint64(2 * n), n % 74, n % 2**40) == plain.uniform(2 * n, n % 74, n % 2**40)


def test_arrays_grow_and_runs_begin_anew_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """From almost no room: soft growth between events,
    and new starts where one event needs more than there is."""
    tiny = dict.fromkeys((*GROWING, *layout().growing), 17)
    monkeypatch.setattr(engine, "first_sizes", lambda _: dict(tiny))
    scenario = small(6)
    assert differences(scenario, 4) == []
    assert engine._plan(scenario).sizes["heap"] > 17


def test_a_broken_law_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    real = engine.memory_of

    def robbed(*how: object) -> object:
        memory = real(*how)  # type: ignore[arg-type]
        memory.whole["people"][0] = 3
        return memory

    monkeypatch.setattr(engine, "memory_of", robbed)
    with pytest.raises(InvariantBroken, match="people are not conserved"):
        engine.simulate(small(3), seed=1)


def test_progress_is_told_day_by_day() -> None:
    days: list[tuple[int, int]] = []
    engine.simulate(small(5), seed=1, tick=lambda day, of: days.append((day, of)))
    assert days == [(d, 5) for d in range(1, 5)]


def test_threads_of_one_process_play_at_once_and_alike() -> None:
    scenario = small(5)
    alone = [engine.simulate(scenario, seed=1, replication=r).rows for r in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda r: engine.simulate(scenario, seed=1, replication=r).rows, range(8)))
    assert alone == together


def test_the_loop_lets_other_threads_run() -> None:
    """While the reference plays, a counting thread gets on: the GIL is released."""
    counted, playing = [0], threading.Event()

    def count() -> None:
        while not playing.is_set():
            counted[0] += 1

    scenario = load("riverland")
    engine.simulate(scenario, seed=1, keep_rows=False)
    counter = threading.Thread(target=count)
    counter.start()
    for r in range(5):
        engine.simulate(scenario, seed=1, replication=r, keep_rows=False)
    playing.set()
    counter.join()
    assert counted[0] > 1000


def test_an_unknown_engine_is_refused() -> None:
    from sim.engines.engine_choice import player

    with pytest.raises(UsageError, match="allowed: simpy, compiled"):
        player("quantum")


def test_every_rule_has_a_module_in_the_loop() -> None:
    assert len(rule_modules()) > 10


@pytest.mark.slow
def test_as_plain_python_the_loop_says_the_same() -> None:
    done = python(EQUAL, NUMBA_DISABLE_JIT="1")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_with_every_index_checked_nothing_leaves_its_array() -> None:
    done = python(EQUAL.replace("small(4), 2", 'load("riverland"), 2'), NUMBA_BOUNDSCHECK="1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_a_log_no_row_is_kept_and_nothing_else_changes() -> None:
    quick, full = engine.simulate(small(5), seed=3, keep_rows=False), in_simpy(small(5), seed=3)
    assert quick.rows == []
    assert quick.counts == full.counts
