"""The transit state: its posture at each front, and its answers to sanctions."""

from __future__ import annotations

from sim.foundation.distributions import draw_duration
from sim.foundation.luck import Draw, entity_luck, uniform
from sim.model.appointments import Appointment, Rank
from sim.model.world import World
from sim.record.events import Actor, Kind
from sim.rules.transit import between, posture_step, posture_target
from sim.scenario.controls import effects_of
from sim.scenario.levers import CONTROL_INDEX, STANCE_CONTROLS

POSTURE = CONTROL_INDEX["posture"]
RELIEF = CONTROL_INDEX["relief"]
STANCE = tuple(CONTROL_INDEX[name] for name in STANCE_CONTROLS)


def take_first_posture(world: World) -> None:
    """At the start the posture is what the scenario says it is."""
    fronts = world.scenario.fronts.values()
    world.posture = [min(front.limit, world.value[POSTURE][i]) for i, front in enumerate(fronts)]
    renew_stance(world)


def move_posture(world: World) -> None:
    """A day later: each front's posture moves toward its target."""
    state = world.scenario.transit_state
    for i, front in enumerate(world.scenario.fronts.values()):
        target = posture_target(
            world.value[POSTURE][i], state.answer_gain, world.answered, world.value[RELIEF][i], front.limit
        )
        before = world.posture[i]
        world.posture[i] = posture_step(before, target, state.relaxation_days)
        if world.posture[i] != before:
            world.write(
                world.now,
                Kind.STANCE_CHANGED,
                i + 1,
                0,
                -1,
                Actor.TRANSIT_STATE,
                world.posture[i],
                world.stance_row,
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


def consider_answer(world: World, lever: int) -> None:
    """A sanction has begun: whether it is answered, and when."""
    size = sum(
        e.size for e in effects_of(world.scenario, world.controls.levers[lever]) if e.control == "pressure"
    )
    size *= world.controls.times[lever].strength
    if size <= 0.0 or not world.on.stance_answers:
        return
    luck = entity_luck(world.seed, world.replication, world.tables.lever_keys[lever])
    state = world.scenario.transit_state
    if uniform(luck, Draw.SANCTION_ANSWERED, 0) >= state.answer_probability:
        return
    u = uniform(luck, Draw.SANCTION_DELAY, 0)
    delay = draw_duration(u, world.tables.answer_delay, world.tables.quantiles)
    answer = Appointment(world.env, world.now + delay, Rank.ANSWER, lever, 0)
    answer.callbacks.append(lambda _: _answer(world, lever, size))


def _answer(world: World, lever: int, size: float) -> None:
    world.answered += size
    world.stance_row = world.write(
        world.now, Kind.SANCTIONS_ANSWERED, 0, 0, -1, Actor.TRANSIT_STATE, size, world.lever_row[lever]
    )
