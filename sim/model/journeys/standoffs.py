"""Stand-offs: a ladder from contact to a violent clash, each step with whoever started it.

A continuous-time Markov chain. One addressed exponential threshold a step is spent at the present
rate, and what is left of it is rescaled when numbers or teams change.
"""

from __future__ import annotations

import math

from sim.core.event_order import STANDOFF_KEY, Priority, Why
from sim.core.random_streams import Draw, key_of, uniform
from sim.model.border import harms
from sim.model.border.after_attempt import end_attempt, go_back
from sim.model.border.dispatch import next_arrival, teams_before
from sim.model.border.guard_posts import call_teams
from sim.model.journeys.crossing import breach
from sim.model.journeys.standoff_ends import (
    BREACHED,
    CLASHED,
    DISPERSED,
    GOES_ON,
    end,
    end_with_nobody,
    injure,
)
from sim.model.state.entities import Call, Group, Stage, Standoff
from sim.model.state.membership import persons_of
from sim.model.state.witnessing import witness_mask
from sim.model.state.world import Day, Staying, World
from sim.record.events import Actor, Kind
from sim.record.sightings import Seen
from sim.rules.barriers_met import NO_BARRIER
from sim.rules.escalation_rates import StepRates, pressing, rate_of_any_step, step_rates
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

AGGRESSION = CONTROL_INDEX["aggression"]
RESTRAINT = CONTROL_INDEX["restraint"]
TOP = 5


# a group before the guards


def meet_in_standoff(world: World, g: Group) -> Staying:
    """The group stands before teams, alone or in a column, until it ends one way or another."""
    world.move(g, Kind.JOINED_STANDOFF, actor=Actor.ESCORT if g.guided else Actor.PEOPLE)
    harms.expose(world, g, world.params.exposure.zone)
    if g.standoff is None:
        stand_alone(world, g)
    why = yield world.stand_by(g, Why.DISPERSED, Why.BROKE_THROUGH)
    g.standoff = None
    if why == Why.BROKE_THROUGH:
        # They break through where guards stand: no barrier is counted against them, and they are seen at
        # once.
        breach(world, g, NO_BARRIER)
        g.detected_h = world.now
        return Stage.CROSS_ZONE
    # In a column not everybody tries (standoffs.attempt_share): others come back without an attempt that
    # ended.
    if g.trying:
        end_attempt(world, g, Kind.PREVENTED, Actor.GUARD)
    return go_back(world, g)


def stand_alone(world: World, g: Group) -> None:
    """A single group's stand-off, with the teams that its call has brought."""
    key = key_of(g.key, g.tries, STANDOFF_KEY)
    initiator = Actor.ESCORT if g.guided else Actor.PEOPLE
    standoff = Standoff(key=key, luck=world.luck_of(key), sector=g.sector, initiator=initiator, members=g)
    g.standoff = standoff
    call = g.call
    if call is not None:
        g.call = None
        # From here on the call answers to the stand-off, and is not dropped when the group goes.
        call.group = None
        add_call(world, standoff, call)
    begin_standoff(world, standoff, g.row)


# the ladder


def begin_standoff(world: World, standoff: Standoff, cause: int) -> None:
    """Contact: the ladder starts."""
    standoff.row = world.write(
        world.now, Kind.STANDOFF_BEGAN, standoff.key, persons_of(world, standoff.members), standoff.sector,
        standoff.initiator, 0.0, cause,
    )  # fmt: skip
    world.begin(standoff, climb)


def climb(world: World, standoff: Standoff) -> Day:
    """Up and down the ladder, until people disperse, a part breaks through, or it comes to a clash."""
    standoff.running = True
    divert(world, standoff)
    standoff.threshold = new_threshold(world, standoff)
    while True:
        rates = rates_of_steps(world, standoff)
        total = rate_of_any_step(rates)
        begun = world.now
        due = begun + standoff.threshold / total if total > 0.0 else math.inf
        coming = next_arrival(world, standoff)
        # A finite time beyond the end: without any rate and any teams on their way the event must still have
        # a place in the queue.
        at = min(due, coming, 2.0 * world.params.end_h)
        # While it runs, what it causes must not take it out of its own wait (feel_teams, feel_losses).
        standoff.running = False
        why = yield world.wait_until(standoff, at, Why.REINFORCED, Why.MEMBERS_LEFT)
        standoff.running = True
        # At a tie the step comes before the teams: its rates are those of the teams that were there.
        if why == Why.DUE and due <= coming:
            ended = take_step(world, standoff, rates)
            if ended != GOES_ON:
                end(world, standoff, ended)
                return
            standoff.threshold = new_threshold(world, standoff)
        else:
            standoff.threshold = max(0.0, standoff.threshold - (world.now - begun) * total)
            if why == Why.MEMBERS_LEFT and persons_of(world, standoff.members) == 0:
                end_with_nobody(world, standoff)
                return


def new_threshold(world: World, standoff: Standoff) -> float:
    """How much rate it takes until the next step."""
    return -math.log(uniform(standoff.luck, Draw.STANDOFF_THRESHOLD, standoff.turn))


def rates_of_steps(world: World, standoff: Standoff) -> StepRates:
    """The rates of each way out of the present level."""
    s = world.params.standoffs
    teams = teams_before(world, standoff)
    press = pressing(persons_of(world, standoff.members), teams, s.numbers_reference, s.numbers_exponent)
    return step_rates(
        level=standoff.level,
        top=TOP,
        ladder=world.params.ladder,
        teams=teams,
        aggression=world.value[AGGRESSION][standoff.sector],
        restraint=world.value[RESTRAINT][standoff.sector],
        press=press,
    )


def take_step(world: World, standoff: Standoff, rates: StepRates) -> float:
    """Which step it is; how the stand-off ends if it does by it."""
    x = uniform(standoff.luck, Draw.STANDOFF_STEP, standoff.turn) * rate_of_any_step(rates)
    x -= rates.people
    if x < 0.0:
        return step_up(world, standoff, Actor.PEOPLE)
    x -= rates.escort
    if x < 0.0:
        return step_up(world, standoff, Actor.ESCORT)
    x -= rates.guard
    if x < 0.0:
        return step_up(world, standoff, Actor.GUARD)
    x -= rates.down
    if x < 0.0:
        standoff.level -= 1
        write_step(world, standoff, Kind.STEPPED_DOWN, Actor.GUARD)
        return GOES_ON
    return BREACHED if x - rates.breach < 0.0 else DISPERSED


def step_up(world: World, standoff: Standoff, actor: int) -> float:
    """A level higher; at the top people are hurt, and it ends."""
    standoff.level += 1
    # A stand-off counts once for each level it reached: going down and up again is no new incident.
    if standoff.level > standoff.reached:
        standoff.reached = standoff.level
        write_step(world, standoff, Kind.REACHED_LEVEL_1 + standoff.level - 1, actor)
        if standoff.level == world.params.standoffs.reinforce_level:
            call_for(world, standoff, Priority.THREAT)
    if standoff.level < TOP:
        return GOES_ON
    injure(world, standoff, actor)
    return CLASHED


def write_step(world: World, standoff: Standoff, kind: int, actor: int) -> None:
    """A row about the level, with whoever sees it."""
    mask = witness_mask(
        world, Seen.INCIDENT, standoff.luck, sector=standoff.sector, occasion=standoff.turn, actor=actor
    )
    standoff.row = world.write(
        world.now, kind, standoff.key, persons_of(world, standoff.members), standoff.sector, actor,
        float(standoff.level), standoff.row, mask,
    )  # fmt: skip


def divert(world: World, standoff: Standoff) -> None:
    """An escort covers a small group's crossing elsewhere in the sector with this stand-off."""
    if not world.params.mechanisms.diversion:
        return
    probability = world.params.transit_state.diversion * world.value[AGGRESSION][standoff.sector]
    if uniform(standoff.luck, Draw.DIVERSION, 0) >= probability:
        return
    strip = world.sectors[standoff.sector].strip
    first = strip.first if strip is not None else None
    g = first.group if first is not None else None
    # Small groups only: a large one would be a stand-off itself.
    if g is not None and g.persons < world.params.standoffs.min_persons:
        g.row = standoff.row
        world.note(g, Kind.DIVERSION, actor=Actor.ESCORT)
        world.take(g, Why.DIVERTED)


# its teams


def call_for(world: World, standoff: Standoff, priority: int) -> None:
    """More teams are called; the stand-off feels them when they arrive."""
    call = call_teams(
        world,
        None,
        standoff,
        key=standoff.key,
        luck=standoff.luck,
        occasion=standoff.calls_made,
        sector=standoff.sector,
        persons=persons_of(world, standoff.members),
        priority=priority,
        row=standoff.row,
    )
    add_call(world, standoff, call)


def add_call(world: World, standoff: Standoff, call: Call) -> None:
    """A call is the stand-off's, behind those it has made before."""
    call.standoff = standoff
    standoff.calls_made += 1
    last = standoff.calls
    if last is None:
        standoff.calls = call
        return
    while last.next_call is not None:
        last = last.next_call
    last.next_call = call
