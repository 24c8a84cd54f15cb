"""What exposure does to people: a clock of exposure a sector, and the next harm met on it.

Exposure is counted in summer days without aid. Every sector has a clock of it; a group's next harm
is due when the clock has moved by its addressed threshold over its rate. No daily pass over groups:
only those whose harm falls before the next midnight get an appointment.
"""

from __future__ import annotations

import math

from sim.core.event_order import PERSONS_A_TRY, TURNS_A_TOKEN, Rank
from sim.core.random_streams import Draw, uniform
from sim.core.units import HOURS_PER_DAY
from sim.model.border.guard_posts import abandon_call
from sim.model.state.entities import ExposureClock, Group
from sim.model.state.membership import feel_losses, leave_members
from sim.model.state.waiting_lines import leave, leave_seats, lose
from sim.model.state.witnessing import witness
from sim.model.state.world import World
from sim.record.events import Actor, Kind
from sim.record.sightings import Seen
from sim.rules.exposure import (
    day_hazard,
    event_rate,
    exposure_by,
    hour_of_exposure,
    reserve_after,
    reserve_recovered,
)
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

AID_ACCESS = CONTROL_INDEX["aid_access"]


# clocks


def reading(world: World, clock: ExposureClock, time_h: float) -> float:
    """Exposure from the start until a time of today."""
    hour = time_h - HOURS_PER_DAY * math.floor(clock.from_h / HOURS_PER_DAY)
    return clock.before + exposure_by(hour, clock.hazard, world.params.exposure.night_factor) - clock.offset


def time_of(world: World, clock: ExposureClock, shown: float) -> float:
    """The hour of today at which the clock shows a reading."""
    midnight = HOURS_PER_DAY * math.floor(clock.from_h / HOURS_PER_DAY)
    return midnight + hour_of_exposure(
        shown - clock.before + clock.offset, clock.hazard, world.params.exposure.night_factor
    )


def by_midnight(world: World, clock: ExposureClock) -> float:
    """What the clock will show at the next midnight."""
    return clock.before + clock.hazard - clock.offset


def turn_clocks(world: World, end_of_day: bool) -> None:
    """Set every clock to the hazard in force from now on, and appoint the harms that fall before midnight.

    At midnight the past day is added up; at a lever's jump the part of the day so far is.
    """
    exposure = world.params.exposure
    month = exposure.month_factors[world.params.months[world.day]]
    for sector, clock in enumerate(world.clocks):
        hazard = day_hazard(month, world.value[AID_ACCESS][sector], exposure.aid_factor, clock.ground)
        # A lever that leaves this sector's hazard as it is need not turn the clock, which appoints every harm
        # of the day anew.
        if end_of_day or hazard != clock.hazard:
            shown = by_midnight(world, clock) if end_of_day else reading(world, clock, world.now)
            clock.before = shown
            clock.hazard = hazard
            clock.from_h = world.now
            # Appointments cannot be taken out of the queue: the count makes those of the old hazard void when
            # they come due.
            clock.turns += 1
            clock.offset = exposure_by(world.now - HOURS_PER_DAY * world.day, hazard, exposure.night_factor)
            appoint_due(world, clock)


def appoint_due(world: World, clock: ExposureClock) -> None:
    """Appoint the harms of a clock that fall before midnight."""
    limit = by_midnight(world, clock)
    g = clock.aimed
    while g is not None:
        if g.aim < limit:
            appoint_harm(world, clock, g)
        g = g.aimed_after


def appoint_harm(world: World, clock: ExposureClock, g: Group) -> None:
    """The group's next harm falls today; the appointment is void once the group aims anew,
    or the clock turns."""
    # Rounding in the inverse of the clock may give an hour just before now.
    at = max(world.now, time_of(world, clock, g.aim))
    world.at(at, Rank.HARM, g.key, g.exposure_token * TURNS_A_TOKEN + clock.turns, fall_due, g)


def fall_due(world: World, g: Group, occasion: int) -> None:
    """The harm comes, if it still is the one that was worked out, and the clock has not turned since."""
    clock = g.aimed
    if clock is not None and occasion == g.exposure_token * TURNS_A_TOKEN + clock.turns:
        suffer(world, g)


# a group on a clock


def expose(world: World, g: Group, situation: float) -> None:
    """The group is now in a situation that wears it down (strip 1, zone, way, site)."""
    if not world.params.mechanisms.exposure:
        return
    if g.situation > 0.0:
        settle(world, g)
    # What is left of a threshold outlasts days indoors: with a new number at every rest, a policy that moves
    # rests would redraw harms.
    elif g.threshold <= 0.0:
        next_threshold(world, g)
    g.situation = situation
    aim(world, g)


def shelter(world: World, g: Group) -> None:
    """The group is out of the cold."""
    if g.situation > 0.0:
        settle(world, g)
        g.situation = 0.0
        g.exposure_token += 1
        drop_aim(world, g)


def rest(world: World, g: Group) -> None:
    """Days in the interior give part of the reserve back."""
    days = (world.now - g.since) / HOURS_PER_DAY
    g.reserve = reserve_recovered(g.reserve, days, world.params.exposure.recovery_per_day)


def recount(world: World, g: Group) -> None:
    """The group has fewer persons than its next harm was worked out for."""
    if g.situation > 0.0 and g.persons > 0:
        # What has passed is spent at the old rate first: the harm then falls due later in proportion to fewer
        # persons.
        settle(world, g)
        aim(world, g)


def next_threshold(world: World, g: Group) -> None:
    """How much exposure the group takes until the next harm."""
    g.harms += 1
    g.threshold = -math.log(g.u(Draw.EXPOSURE_THRESHOLD, g.harms))


def settle(world: World, g: Group) -> None:
    """Spend the threshold, and the reserve, on the exposure since the last mark."""
    shown = reading(world, world.clocks[g.sector], world.now)
    passed = max(0.0, shown - g.exposure_mark)
    g.threshold = max(0.0, g.threshold - passed * g.exposure_rate)
    # The rate uses the reserve of the last settlement, constant in between: a harm then has a closed form in
    # clock time.
    g.reserve = reserve_after(g.reserve, passed, g.situation, world.params.exposure.reserve_per_day)
    g.exposure_mark = shown


def aim(world: World, g: Group) -> None:
    """Work out where on the clock the next harm is, and appoint it if that is today."""
    exposure = world.params.exposure
    clock = world.clocks[g.sector]
    # One clock for harms and deaths: which of the two it is, is drawn when it falls due.
    per_10000 = exposure.harm_per_10000_person_days + exposure.death_per_10000_person_days
    g.exposure_rate = event_rate(g.persons, g.situation, g.reserve, exposure.frailty, per_10000)
    g.exposure_mark = reading(world, clock, world.now)
    g.exposure_token += 1
    drop_aim(world, g)
    if g.exposure_rate > 0.0:
        g.aim = g.exposure_mark + g.threshold / g.exposure_rate
        take_aim(world, clock, g)
        if g.aim < by_midnight(world, clock):
            appoint_harm(world, clock, g)


def take_aim(world: World, clock: ExposureClock, g: Group) -> None:
    """The group is one of those whose next harm is worked out on a clock."""
    first = clock.aimed
    g.aimed = clock
    g.aimed_before = None
    g.aimed_after = first
    if first is not None:
        first.aimed_before = g
    clock.aimed = g


def drop_aim(world: World, g: Group) -> None:
    """No harm is worked out for the group any more."""
    clock = g.aimed
    if clock is None:
        return
    before = g.aimed_before
    after = g.aimed_after
    if before is None:
        clock.aimed = after
    else:
        before.aimed_after = after
    if after is not None:
        after.aimed_before = before
    g.aimed = None
    g.aimed_before = None
    g.aimed_after = None


# harms


def suffer(world: World, g: Group) -> None:
    """One person of the group is harmed by exposure, or dies of it."""
    exposure = world.params.exposure
    settle(world, g)
    total = exposure.harm_per_10000_person_days + exposure.death_per_10000_person_days
    deadly = g.u(Draw.EXPOSURE_DEATH, g.harms) * total < exposure.death_per_10000_person_days
    mask = witness(world, Seen.DEATH if deadly else Seen.HARM, g, occasion=g.harms, actor=Actor.WEATHER)
    if deadly:
        die(world, g, Kind.DIED_EXPOSURE, actor=Actor.WEATHER, witness_mask=mask)
    else:
        world.write(world.now, Kind.HARMED_EXPOSURE, g.key, 1, g.sector, Actor.WEATHER, 0.0, g.row, mask)
    if g.persons > 0:
        next_threshold(world, g)
        aim(world, g)
    else:
        end_empty(world, g)


def harm(world: World, g: Group, kind: int, *, actor: int, occasion: int) -> None:
    """One person of a group is harmed by something other than exposure."""
    mask = witness(world, Seen.HARM, g, occasion=occasion, actor=actor)
    world.write(world.now, kind, g.key, 1, g.sector, actor, 0.0, g.row, mask)


def die_of(world: World, g: Group, kind: int, *, actor: int, occasion: int) -> None:
    """One person of a group dies of something other than exposure."""
    if g.persons > 0:
        mask = witness(world, Seen.DEATH, g, occasion=occasion, actor=actor)
        die(world, g, kind, actor=actor, witness_mask=mask)
        recount(world, g)


def die(world: World, g: Group, kind: int, *, actor: int, witness_mask: int) -> None:
    """One person dies; the lines in which the group waits count one fewer, and a stand-off feels it."""
    lose(world, g, 1)
    world.bury(g, kind, actor=actor, witness=witness_mask)
    standoff = g.standoff
    if standoff is not None:
        feel_losses(world, standoff)


def each_person(world: World, g: Group, stream: int, *, chance: float, occasion: int) -> int:
    """How many of a group this falls on, drawn person by person: the same persons under every policy."""
    if chance <= 0.0:
        return 0
    # A block of addresses a try; a group larger than it would share numbers with its next try.
    first = occasion * PERSONS_A_TRY
    struck = 0
    for i in range(g.persons):
        if uniform(g.luck, stream, first + i) < chance:
            struck += 1
    return struck


# the end of a journey


def end_empty(world: World, g: Group) -> None:
    """Nobody of a waiting group is left: it leaves every line, its call is dropped, its journey ends."""
    world.stop(g)
    leave(world, g)
    leave_seats(world, g)
    abandon_call(world, g)
    end_journey(world, g)


def end_journey(world: World, g: Group) -> None:
    """The group's way is over: no harm and no others wait for it,
    and it is no longer one of those on their way."""
    g.situation = 0.0
    g.exposure_token += 1
    drop_aim(world, g)
    leave_members(world, g)
    leave_the_way(world, g)
    world.forget(g)


def leave_the_way(world: World, g: Group) -> None:
    """The group is no longer in the chain of those who are on their way."""
    before = g.made_before
    after = g.made_after
    if before is None:
        world.first_group = after
    else:
        before.made_after = after
    if after is None:
        world.last_group = before
    else:
        after.made_before = before
