"""Stand-offs: a ladder from contact to a violent clash, each step with whoever started it.

A continuous-time Markov chain. One addressed exponential threshold a step is spent at the present
rate, and what is left of it is rescaled when numbers or teams change.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from simpy import Event

from sim.foundation.distributions import whole_share
from sim.foundation.luck import Draw, entity_luck, key_of, uniform
from sim.foundation.order import BROKEN_PART, HARMS_A_TRY, STANDOFF_KEY, Priority
from sim.model import groups, health
from sim.model.appointments import TAKEN, Appointment, Life, Rank, Why
from sim.model.posts import UNSERVED, Call, call_teams, hold_then_back, serve_queue, withdraw
from sim.model.witnesses import Seen, witness_mask
from sim.model.world import Group, Staying, World
from sim.record.events import LEVEL_REACHED, Actor, Kind
from sim.rules.standoff import StepRates, pressing, rate_of_any_step, step_rates
from sim.scenario.levers import CONTROL_INDEX

AGGRESSION = CONTROL_INDEX["aggression"]
RESTRAINT = CONTROL_INDEX["restraint"]
TOP = 5
DISPERSED, BREACHED, CLASHED, NOBODY_LEFT = 0.0, 1.0, 2.0, 3.0


class Standoff:
    """People and teams face to face at one place."""

    __slots__ = (
        "appointment", "calls", "initiator", "key", "level", "life", "luck", "members", "reached", "row", "running",
        "sector", "step", "threshold",
    )  # fmt: skip

    def __init__(self, world: World, key: int, members: list[Group], sector: int, initiator: int) -> None:
        self.key = key
        self.luck = entity_luck(world.seed, world.replication, key)
        self.members = members
        self.sector = sector
        self.initiator = initiator
        self.calls: list[Call] = []
        self.level = 0
        self.reached = 0
        self.step = 0
        self.threshold = 0.0
        self.row = -1
        self.running = False
        self.life: Life | None = None
        self.appointment: Appointment | None = None

    @property
    def persons(self) -> int:
        """Everybody in it."""
        return sum(g.persons for g in self.members)

    def teams(self, now: float) -> int:
        """Teams that have arrived."""
        return sum(call.teams for call in self.calls if call.arrival_h <= now)

    def begin(self, world: World, cause: int) -> None:
        """Contact: the ladder starts."""
        self.row = world.write(
            world.now, Kind.STANDOFF_BEGAN, self.key, self.persons, self.sector, self.initiator, 0.0, cause
        )
        self.life = Life(world.env, _climb(world, self))
        self.life.begin()

    def wake(self) -> None:
        """Numbers or teams have changed: what is left of the threshold is spent at another rate."""
        if self.appointment is not None and self.life is not None and not self.running:
            self.appointment.callbacks = []
            self.life._resume(TAKEN[Why.REINFORCED])


def meet_in_standoff(world: World, g: Group) -> Staying:
    """The group stands before teams, alone or in a column, until it ends one way or another."""
    crowd = g.crowd
    world.move(g, Kind.JOINED_STANDOFF, actor=Actor.ESCORT if g.guided else Actor.PEOPLE)
    health.expose(world, g, world.scenario.exposure.zone)
    if crowd is None:
        key = key_of(g.key, g.tries, STANDOFF_KEY)
        g.crowd = crowd = Standoff(world, key, [g], g.sector, Actor.ESCORT if g.guided else Actor.PEOPLE)
        if g.call is not None:
            crowd.calls.append(g.call)
            g.call = None
        crowd.begin(world, g.row)
    why = yield world.stand_by(g)
    g.crowd = g.column = None
    if why == Why.BROKE_THROUGH:
        groups.breach(world, g, 0)
        g.detected_h = world.now
        return groups.cross_zone
    if g.trying:
        groups.end_attempt(world, g, Kind.PREVENTED, Actor.GUARD)
    return groups.go_back(world, g)


def _climb(world: World, crowd: Standoff) -> Generator[Event, Any, None]:
    """Up and down the ladder, until people disperse, a part breaks through, or it comes to a clash."""
    _divert(world, crowd)
    crowd.threshold = _threshold(crowd)
    while crowd.persons > 0:
        rates = _rates(world, crowd)
        begun = world.now
        total = rate_of_any_step(rates)
        due = begun + crowd.threshold / total if total > 0.0 else math.inf
        coming = min((c.arrival_h for c in crowd.calls if c.arrival_h > begun), default=UNSERVED)
        why = yield _appoint(world, crowd, min(due, coming))
        crowd.running = True
        if why == Why.DUE and due <= coming:
            ended = _take_step(world, crowd, rates)
            if ended is not None:
                _end(world, crowd, ended)
                return
            crowd.threshold = _threshold(crowd)
        else:
            crowd.threshold = max(0.0, crowd.threshold - (world.now - begun) * total)
        crowd.running = False
    _end(world, crowd, NOBODY_LEFT)


def _appoint(world: World, crowd: Standoff, at: float) -> Event:
    crowd.step += 1
    appointment = Appointment(
        world.env, min(at, 2.0 * world.tables.end_h), Rank.STANDOFF, crowd.key, crowd.step
    )
    crowd.appointment = appointment
    return appointment


def _threshold(crowd: Standoff) -> float:
    return -math.log(uniform(crowd.luck, Draw.STANDOFF_THRESHOLD, crowd.step))


def _rates(world: World, crowd: Standoff) -> StepRates:
    s = world.scenario.standoffs
    teams = crowd.teams(world.now)
    press = pressing(crowd.persons, teams, s.numbers_reference, s.numbers_exponent)
    return step_rates(
        crowd.level, TOP, s.up_per_h, s.down_per_h, s.people_share, s.escort_share,
        s.guard_share if teams > 0 else 0.0,
        world.value[AGGRESSION][crowd.sector], world.value[RESTRAINT][crowd.sector], press, s.calm_by_restraint,
        s.breach_per_h, s.disperse_per_h,
    )  # fmt: skip


def _take_step(world: World, crowd: Standoff, rates: StepRates) -> float | None:
    """Which step it is; a number if the stand-off ends by it."""
    x = uniform(crowd.luck, Draw.STANDOFF_STEP, crowd.step) * rate_of_any_step(rates)
    for actor, rate in (
        (Actor.PEOPLE, rates.people),
        (Actor.ESCORT, rates.escort),
        (Actor.GUARD, rates.guard),
    ):
        x -= rate
        if x < 0.0:
            return _step_up(world, crowd, actor)
    x -= rates.down
    if x < 0.0:
        crowd.level -= 1
        _write(world, crowd, Kind.STEPPED_DOWN, Actor.GUARD, float(crowd.level))
        return None
    return BREACHED if x - rates.breach < 0.0 else DISPERSED


def _step_up(world: World, crowd: Standoff, actor: int) -> float | None:
    crowd.level += 1
    if crowd.level > crowd.reached:
        crowd.reached = crowd.level
        _write(world, crowd, LEVEL_REACHED[crowd.level - 1], actor, float(crowd.level))
        if crowd.level == world.scenario.standoffs.reinforce_level:
            call_for(world, crowd, Priority.THREAT)
    if crowd.level < TOP:
        return None
    _injure(world, crowd, actor)
    return CLASHED


def _write(world: World, crowd: Standoff, kind: int, actor: int, value: float) -> None:
    mask = witness_mask(world, Seen.INCIDENT, crowd.luck, crowd.sector, crowd.step, actor)
    crowd.row = world.write(
        world.now, kind, crowd.key, crowd.persons, crowd.sector, actor, value, crowd.row, mask
    )


def call_for(world: World, crowd: Standoff, priority: int) -> None:
    """More teams are called; the stand-off feels them when they arrive."""
    crowd.calls.append(
        call_teams(
            world,
            key=crowd.key,
            luck=crowd.luck,
            occasion=len(crowd.calls),
            sector=crowd.sector,
            persons=crowd.persons,
            priority=priority,
            row=crowd.row,
            served=crowd.wake,
        )  # fmt: skip
    )


def _divert(world: World, crowd: Standoff) -> None:
    """An escort covers a small group's crossing elsewhere in the sector with this stand-off."""
    if not world.on.diversion:
        return
    probability = world.scenario.transit_state.diversion * world.value[AGGRESSION][crowd.sector]
    if uniform(crowd.luck, Draw.DIVERSION, 0) >= probability:
        return
    group = world.strips[crowd.sector].first()
    if group is not None and group.persons < world.scenario.standoffs.min_persons:
        world.note(group, Kind.DIVERSION, actor=Actor.ESCORT, cause=crowd.row)
        world.take(group, Why.DIVERTED)


def _injure(world: World, crowd: Standoff, actor: int) -> None:
    """The top of the ladder: who is hurt is drawn person by person, and team by team."""
    rules = world.scenario.standoffs
    for group in sorted(crowd.members, key=lambda g: g.key):
        hurt = health.each_person(group, Draw.STANDOFF_INJURY, rules.injury, group.tries)
        dead = health.each_person(group, Draw.STANDOFF_DEATH, rules.death, group.tries)
        group.row, before = crowd.row, group.row
        for i in range(hurt):
            health.harm(
                world,
                group,
                Kind.HARMED_VIOLENCE,
                actor=actor,
                occasion=group.tries * HARMS_A_TRY + i % HARMS_A_TRY,
            )
        for i in range(dead):
            health.die_of(
                world,
                group,
                Kind.DIED_VIOLENCE,
                actor=actor,
                occasion=group.tries * HARMS_A_TRY + i % HARMS_A_TRY,
            )
        group.row = before
        if group.persons == 0:
            health.end_empty(world, group)
    for team in range(crowd.teams(world.now)):
        if uniform(crowd.luck, Draw.GUARD_INJURY, team) < rules.guard_injury:
            world.write(
                world.now, Kind.FORCE_MEMBER_HARMED, crowd.key, 1, crowd.sector, Actor.PEOPLE, 0.0, crowd.row
            )


def _end(world: World, crowd: Standoff, how: float) -> None:
    """Everybody goes their way, in the order of their keys; teams hold on for a while."""
    crowd.running = True
    world.write(
        world.now, Kind.STANDOFF_ENDED, crowd.key, crowd.persons, crowd.sector, Actor.NOBODY, how, crowd.row
    )
    for call in crowd.calls:
        if call.arrival_h == UNSERVED:
            withdraw(world, call)
        else:
            hold_then_back(world, call)
    serve_queue(world, world.sectors[crowd.sector])
    for group in sorted((g for g in crowd.members if g.persons > 0), key=lambda g: g.key):
        if how == BREACHED and group.trying:
            _break_through(world, group)
        else:
            world.take(group, Why.DISPERSED)


def _break_through(world: World, group: Group) -> None:
    """A part of a group gets through the line; the rest is stopped."""
    share = world.scenario.standoffs.breach_share
    through = whole_share(group.persons, share, group.u(Draw.STANDOFF_BREACH, group.tries))
    if through >= group.persons:
        world.take(group, Why.BROKE_THROUGH)
        return
    if through > 0 and world.on.splits:
        part = world.split(group, through, BROKEN_PART)
        health.recount(world, group)
        groups.run_on(world, part, breaching=True)
    world.take(group, Why.DISPERSED)
