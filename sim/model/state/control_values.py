"""The values of controls during a run: what is a control worth here and now?

The value is clip((latest `set` in force, else base) + sum of `add`) x product of `scale`,
held once more in its range. Values change at control instants alone: every midnight, and every jump of a
lever. A ramp is sampled at those instants. Which lever moves what is worked out before the run
(`sim.scenario.levers.lever_targets`).
"""

from __future__ import annotations

from sim.model.state.entities import LeverState, Move
from sim.model.state.world import World
from sim.rules.lever_ramp import blend, clip, mean_ramp, ramp_at, scaling
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

PRESSURE = CONTROL_INDEX["pressure"]
SET, ADD, SCALE = 0, 1, 2
"""What a move does to a control; `build` numbers them so."""


def degree(world: World, lever: LeverState, time_h: float) -> float:
    """Ramp x strength of a lever at a time."""
    return lever.strength * ramp_at(time_h, lever.start_h, lever.end_h, lever.ramp_h)


def degree_announced(world: World, lever: LeverState, time_h: float) -> float:
    """How far what a lever does by being announced holds: from then to its start."""
    return lever.strength if lever.announced_h <= time_h < lever.start_h else 0.0


def degree_of(world: World, move: Move, time_h: float) -> float:
    """How far a move is in force."""
    at = time_h - move.lag_h
    return degree_announced(world, move.lever, at) if move.announced else degree(world, move.lever, at)


def mean_degree(world: World, lever: LeverState, from_h: float, to_h: float) -> float:
    """Ramp x strength of a lever, averaged over a stretch of time."""
    return lever.strength * mean_ramp(
        from_h, to_h, start_h=lever.start_h, end_h=lever.end_h, ramp_h=lever.ramp_h
    )


def value_at(world: World, control: int, place: int, time_h: float) -> float:
    """The value of a control at a place and time."""
    target = control * world.places + place
    low, high = world.params.control_low[control], world.params.control_high[control]
    current = world.base[control][place]
    i = next_set(world, target, -1)
    while i >= 0:
        move = world.moves[target][i]
        current = blend(current, move.amount, degree_of(world, move, time_h))
        i = next_set(world, target, i)
    for move in world.moves[target]:
        if move.op == ADD:
            current += move.amount * degree_of(world, move, time_h)
    current = clip(current, low, high)
    for move in world.moves[target]:
        if move.op == SCALE:
            current *= scaling(move.amount, degree_of(world, move, time_h))
    return clip(current, low, high)


def next_set(world: World, target: int, latest: int) -> int:
    """Which `set` of a control at a place follows one that has been applied (-1: none has been);
    -1 at the end."""
    found = -1
    for i in range(len(world.moves[target])):
        comes = world.moves[target][i].op == SET and (latest < 0 or is_set_before(world, target, latest, i))
        if comes and (found < 0 or is_set_before(world, target, i, found)):
            found = i
    return found


def is_set_before(world: World, target: int, i: int, other: int) -> bool:
    """Whether a `set` is applied before another: by start, then by lever, then as they stand."""
    lever, its = world.moves[target][i].lever, world.moves[target][other].lever
    if lever.start_h != its.start_h:
        return lever.start_h < its.start_h
    if lever.index != its.index:
        return lever.index < its.index
    return i < other


def set_base(world: World, control: int, place: int, value: float) -> None:
    """Give a control a new base (the stance's controls follow the posture)."""
    if world.base[control][place] != value:
        world.base[control][place] = value
        world.stale[control][place] = 1


def refresh(world: World, time_h: float) -> None:
    """Compute, as of a time, every control that a lever or a new base has moved since the last time."""
    world.refreshed_h = time_h
    for lever in world.levers:
        now, announced = degree(world, lever, time_h), degree_announced(world, lever, time_h)
        if now != lever.degree or announced != lever.degree_announced:
            lever.degree = now
            lever.degree_announced = announced
            for target in world.moved_by[lever.index]:
                world.stale[target // world.places][target % world.places] = 1
    if len(world.moves[PRESSURE * world.places]) > 0:
        world.stale[PRESSURE][0] = 1  # a sanction is felt when it is answered, not when its lever turns
    for control in range(len(world.params.control_low)):
        for place in range(world.places):
            if world.stale[control][place] == 1:
                world.stale[control][place] = 0
                world.value[control][place] = value_at(world, control, place, time_h)
