"""Values of controls from ramps of levers: the twin of `sim.scenario.levers.lever_targets.ControlTable`, on flat arrays."""

from __future__ import annotations

from typing import Any

from sim.rules.lever_ramp import blend, clip, mean_ramp, ramp_at, scaling
from sim.scenario.levers.lever_targets import PRESSURE
from tests.twin.views import (
    base,
    high,
    lever_first,
    lever_targets,
    levers,
    low,
    move_first,
    moves,
    order,
    stale,
    value,
)

SET, ADD, SCALE = 0, 1, 2


def degree(w: Any, lever: int, time_h: float) -> float:
    """Ramp x strength of a lever at a time."""
    t = levers(w)[lever]
    return t.strength * ramp_at(time_h, t.start_h, t.end_h, t.ramp_h)


def degree_announced(w: Any, lever: int, time_h: float) -> float:
    """An announcement holds from being announced to the start."""
    t = levers(w)[lever]
    return t.strength if t.announced_h <= time_h and time_h < t.start_h else 0.0


def degree_of_move(w: Any, move: Any, time_h: float) -> float:
    """How far what a lever does to a control is in force."""
    at = time_h - move.lag_h
    return degree_announced(w, move.lever, at) if move.announced else degree(w, move.lever, at)


def mean_degree(w: Any, lever: int, from_h: float, to_h: float) -> float:
    """Ramp x strength of a lever, averaged over a stretch of time."""
    t = levers(w)[lever]
    return t.strength * mean_ramp(from_h, to_h, t.start_h, t.end_h, t.ramp_h)


def value_at(w: Any, target: int, time_h: float) -> float:
    """The value of a control at a place (`target`) and time."""
    control = target // w.stride
    first, last = move_first(w)[target], move_first(w)[target + 1]
    m = moves(w)
    current = base(w)[target]
    for i in range(order_of_sets(w, first, last)):
        move = m[order(w)[i]]
        current = blend(current, move.amount, degree_of_move(w, move, time_h))
    for i in range(first, last):
        if m[i].op == ADD:
            current += m[i].amount * degree_of_move(w, m[i], time_h)
    current = clip(current, low(w)[control], high(w)[control])
    for i in range(first, last):
        if m[i].op == SCALE:
            current *= scaling(m[i].amount, degree_of_move(w, m[i], time_h))
    return clip(current, low(w)[control], high(w)[control])


def order_of_sets(w: Any, first: int, last: int) -> int:
    """Put the `set` moves into `order`: by start, then by lever, then as they stand; how many there are."""
    found, m, t = order(w), moves(w), levers(w)
    n = 0
    for i in range(first, last):
        if m[i].op != SET:
            continue
        at = n
        start, lever = t[m[i].lever].start_h, m[i].lever
        while at > 0:
            other = m[found[at - 1]].lever
            if t[other].start_h < start or (t[other].start_h == start and other <= lever):
                break
            found[at] = found[at - 1]
            at -= 1
        found[at] = i
        n += 1
    return n


def set_base(w: Any, control: int, place: int, amount: float) -> None:
    """Give a control a new base."""
    target = control * w.stride + place
    if base(w)[target] != amount:
        base(w)[target] = amount
        stale(w)[target] = 1


def refresh(w: Any, time_h: float) -> None:
    """Compute, as of now, every control that a lever or a new base has moved since the last time."""
    for lever in range(w.levers_n):
        t = levers(w)[lever]
        now, announced = degree(w, lever, time_h), degree_announced(w, lever, time_h)
        if now != t.degree or announced != t.degree_announced:
            t.degree, t.degree_announced = now, announced
            for i in range(lever_first(w)[lever], lever_first(w)[lever + 1]):
                stale(w)[lever_targets(w)[i]] = 1
    flags = stale(w)
    pressure = PRESSURE * w.stride
    if move_first(w)[pressure + 1] > move_first(w)[pressure]:
        flags[pressure] = 1
    for target in range(len(flags)):
        if flags[target]:
            flags[target] = 0
            value(w)[target] = value_at(w, target, time_h)


def lever_behind(w: Any, target: int) -> int:
    """The latest row of a lever that moves a control at a place, -1 where none has begun."""
    latest = -1
    for i in range(move_first(w)[target], move_first(w)[target + 1]):
        latest = max(latest, levers(w)[moves(w)[i].lever].row)
    return latest
