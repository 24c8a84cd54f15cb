"""What the machine can do at most: a bare heap in compiled code, one event in and one out,
as large as the loop's."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engines.compiled.calendar_and_log import EVENT, heap
from sim.engines.compiled.compiled_streams import as_word, uniform
from sim.engines.compiled.runtime import appoint, take_next
from sim.engines.translate.layout import F, N, record

WAIT_H = 24.0


def push_and_pop(w: Any, pending: int, events: int) -> float:
    """Hold so many events pending; take the first and put another in, so many times; the last time."""
    for i in range(pending):
        appoint(w, WAIT_H * uniform(as_word(i), 1, 0), 60, 0, as_word(i), 0, i)
    for n in range(events):
        take_next(w)
        e = heap(w)[w.heap_room - 1]
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

    from sim.engines.compiled import calendar_and_log, compiled_streams, runtime
    from sim.engines.compiled.numba_clones import clones_of, compiled_array, rule_modules

    world = record([("now", F), ("heap_used", N), ("heap_at", N), ("heap_room", N)])
    # The same heap, streams and layout as the engine's loop, or the ratio would compare two heaps.
    known = {calendar_and_log.heap: compiled_array(world, "heap", EVENT)}
    modules = [*rule_modules(), compiled_streams, calendar_and_log, runtime, sys.modules[__name__]]
    run = clones_of(modules, known, numba.njit)[run_push_and_pop]

    def once(held: int = pending, passed: int = events) -> float:
        whole, room = (
            np.zeros(1, world),
            np.zeros(2 * held + 64, EVENT),
        )  # live as long as the run: the world holds addresses
        whole["heap_at"][0], whole["heap_room"][0] = room.ctypes.data, len(room)
        return float(run(whole, np.int64(held), np.int64(passed)))

    # Compiles: the first call would otherwise be timed with it.
    once(4, 4)
    return once
