"""The transit state: its posture at each front, and whether and when it answers sanctions."""

from __future__ import annotations

import math

from sim.core.random_streams import Draw, uniform
from sim.core.units import HOURS_PER_DAY
from sim.model.state.control_values import PRESSURE, set_base
from sim.model.state.entities import LeverState
from sim.model.state.world import World
from sim.record.events import Actor, Kind
from sim.rules.transit_posture import between, posture_step, posture_target
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

POSTURE = CONTROL_INDEX["posture"]
RELIEF = CONTROL_INDEX["relief"]
INDIFFERENT = 1.0 / 3.0


# posture


def take_first_posture(world: World) -> None:
    """At the start the posture is what the scenario says it is."""
    for i, front in enumerate(world.params.fronts):
        world.posture[i] = min(front.limit, world.value[POSTURE][i])
    renew_stance(world)


def move_posture(world: World) -> None:
    """Since the last time each front's posture has moved toward the target that held: at midnights,
    and where a lever turns."""
    days = (world.now - world.posture_h) / HOURS_PER_DAY
    world.posture_h = world.now
    # Several levers may turn at one instant; the posture moves once, under the target that held before the
    # first.
    if days <= 0.0:
        return
    for i in range(len(world.posture)):
        move_front(world, i, days)
    renew_stance(world)


def move_front(world: World, i: int, days: float) -> None:
    """The posture at a front moves toward its target, for so many days."""
    state = world.params.transit_state
    target = posture_target(
        base=world.value[POSTURE][i],
        gain=state.answer_gain,
        pressure=world.value[PRESSURE][0],
        relief=world.value[RELIEF][i],
        limit=world.params.fronts[i].limit,
    )
    before = world.posture[i]
    world.posture[i] = posture_step(before, target, days, state.relaxation_days)
    if world.posture[i] != before:
        # The latest of the rows that could have moved it; a blend of causes has no row of its own.
        cause = max(world.stance_row, world.lever_behind(POSTURE, i), world.lever_behind(RELIEF, i))
        world.write(
            world.now, Kind.STANCE_CHANGED, i + 1, 0, -1, Actor.TRANSIT_STATE, world.posture[i], cause, 0
        )


def renew_stance(world: World) -> None:
    """What the posture means at the line: the base of the six stance controls of each sector."""
    params = world.params
    points = len(params.stance_points)
    for sector, front in enumerate(params.front_of):
        if front >= 0:
            for i, control in enumerate(params.stance_controls):
                base = between(world.posture[front], params.stance_points, params.stance_values[i], points)
                set_base(world, control, sector, base)


def mean_posture(world: World) -> float:
    """The posture over the fronts, each counted once; indifferent where there is none."""
    if len(world.posture) == 0:
        return INDIFFERENT
    total = 0.0
    for posture in world.posture:
        total += posture
    return total / len(world.posture)


# sanctions


def hear_sanctions(world: World) -> None:
    """How long after each sanction the transit state answers it; its pressure is felt from then on,
    and as long as it lasts."""
    for move in world.moves[PRESSURE * world.places]:
        move.lever.answer_h = answer_delay(world, move.lever)
        move.lag_h = move.lever.answer_h


def answer_delay(world: World, lever: LeverState) -> float:
    """Hours from a sanction to its answer; infinite where there is none.

    What began before the run is answered already: that answer is part of the first posture.
    """
    if not world.params.mechanisms.stance_answers or lever.start_h < 0.0:
        return math.inf
    # From the sanction's own key: whether it is answered does not depend on other sanctions of the scenario.
    luck = world.luck_of(lever.key)
    if uniform(luck, Draw.SANCTION_ANSWERED, 0) >= world.params.transit_state.answer_probability:
        return math.inf
    return world.duration(uniform(luck, Draw.SANCTION_DELAY, 0), world.params.answer_delay)
