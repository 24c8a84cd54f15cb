"""What the machine can do at most: a bare heap in compiled code, one event in and one out, as large as the loop's."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.compiled.acts import appoint, take_next
from sim.compiled.luck import as_word, uniform
from sim.compiled.memory import Memory
from sim.compiled.views import heap

WAIT_H = 24.0


def push_and_pop(w: Any, pending: int, events: int) -> float:
    """Hold so many events pending; take the first and put another in, so many times; the last time."""
    for i in range(pending):
        appoint(w, WAIT_H * uniform(as_word(i), 1, 0), 60, 0, as_word(i), 0, i)
    for n in range(events):
        take_next(w)
        e = heap(w)[len(heap(w)) - 1]
        w.now = e.time
        appoint(w, w.now + WAIT_H * uniform(e.entity, 1, n + 1), 60, 0, e.entity, n, e.slot)
    return float(w.now)


def run_push_and_pop(world: Any, pending: int, events: int) -> float:
    """`push_and_pop`, from an array that holds the world alone."""
    return push_and_pop(world[0], pending, events)


def bare_heap(pending: int, events: int) -> Any:
    """A function that runs the bare heap once, compiled already."""
    import sys

    import numba

    from sim.compiled import acts, luck, views
    from sim.compiled.clones import clones_of, compiled_view, rule_modules

    known = {plain: compiled_view(dtype) for plain, dtype in views.VIEWS.items()}
    modules = [*rule_modules(), luck, views, acts, sys.modules[__name__]]
    run = clones_of(modules, known, numba.njit)[run_push_and_pop]

    def once(held: int = pending, passed: int = events) -> float:
        memory = Memory({"heap": 2 * held + 64})  # lives as long as the run: the world holds bare addresses
        return float(run(memory.whole, np.int64(held), np.int64(passed)))

    once(4, 4)
    return once
