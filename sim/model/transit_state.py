"""The transit state: its posture at each front, and whether and when it answers sanctions."""

from __future__ import annotations

import math

from sim.foundation.distributions import draw_duration
from sim.foundation.luck import Draw, entity_luck, uniform
from sim.foundation.units import HOURS_PER_DAY
from sim.model.world import World
from sim.record.events import Actor, Kind
from sim.rules.transit import between, posture_step, posture_target
from sim.scenario.levers import CONTROL_INDEX, STANCE_CONTROLS

POSTURE = CONTROL_INDEX["posture"]
RELIEF = CONTROL_INDEX["relief"]
PRESSURE = CONTROL_INDEX["pressure"]
STANCE = tuple(CONTROL_INDEX[name] for name in STANCE_CONTROLS)


def take_first_posture(world: World) -> None:
    """At the start the posture is what the scenario says it is."""
    fronts = world.scenario.fronts.values()
    world.posture = [min(front.limit, world.value[POSTURE][i]) for i, front in enumerate(fronts)]
    renew_stance(world)


def move_posture(world: World) -> None:
    """Since the last time each front's posture has moved toward the target that held: at midnights, and where a lever turns."""
    state = world.scenario.transit_state
    days = (world.now - world.posture_h) / HOURS_PER_DAY
    world.posture_h = world.now
    if days <= 0.0:
        return
    for i, front in enumerate(world.scenario.fronts.values()):
        target = posture_target(
            world.value[POSTURE][i],
            state.answer_gain,
            world.value[PRESSURE][0],
            world.value[RELIEF][i],
            front.limit,
        )
        before = world.posture[i]
        world.posture[i] = posture_step(before, target, days, state.relaxation_days)
        if world.posture[i] != before:
            world.write(
                world.now,
                Kind.STANCE_CHANGED,
                i + 1,
                0,
                -1,
                Actor.TRANSIT_STATE,
                world.posture[i],
                max(world.stance_row, world.lever_behind(POSTURE, i), world.lever_behind(RELIEF, i)),
            )
    renew_stance(world)


def renew_stance(world: World) -> None:
    """What the posture means at the line: the base of the six stance controls of each sector."""
    points, values = world.tables.stance_points, world.tables.stance_values
    for sector, front in enumerate(world.tables.front_of):
        if front >= 0:
            for control, row in zip(STANCE, values, strict=True):
                world.controls.set_base(
                    control, sector, between(world.posture[front], points, row, len(points))
                )


def mean_posture(world: World) -> float:
    """The posture over the fronts, each counted once; indifferent where there is none."""
    if not world.posture:
        return 1.0 / 3.0
    total = 0.0
    for posture in world.posture:
        total += posture
    return total / len(world.posture)


def hear_sanctions(world: World) -> None:
    """How long after each sanction the transit state answers it; its pressure is felt from then on, and as long as it lasts."""
    for move in world.controls.moves.get((PRESSURE, 0), ()):
        move.lag_h = answer_delay(world, move.lever)


def answer_delay(world: World, lever: int) -> float:
    """Hours from a sanction to its answer; infinite where there is none.

    What began before the run is answered already: that answer is part of the first posture.
    """
    state = world.scenario.transit_state
    luck = entity_luck(world.seed, world.replication, world.tables.lever_keys[lever])
    if not world.on.stance_answers or world.controls.times[lever].start_h < 0.0:
        return math.inf
    if uniform(luck, Draw.SANCTION_ANSWERED, 0) >= state.answer_probability:
        return math.inf
    return draw_duration(
        uniform(luck, Draw.SANCTION_DELAY, 0), world.tables.answer_delay, world.tables.quantiles
    )
