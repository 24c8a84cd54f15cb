"""What exposure does to people: a clock of exposure a sector, and the next harm met on it.

Exposure is counted in summer days without aid. Every sector has a clock of it; a group's next harm
is due when the clock has moved by its addressed threshold over its rate. No daily pass over groups:
only those whose harm falls before the next midnight get an appointment.
"""

from __future__ import annotations

import math
from heapq import heappop, heappush

from sim.foundation.luck import Draw, uniform
from sim.foundation.order import PERSONS_A_TRY, TURNS_A_TOKEN
from sim.foundation.units import HOURS_PER_DAY
from sim.model.appointments import Appointment, Rank
from sim.model.posts import abandon_call
from sim.model.waiting import WaitingLine
from sim.model.witnesses import Seen, witness
from sim.model.world import Group, World
from sim.record.events import Actor, Kind
from sim.rules.exposure import (
    day_hazard,
    event_rate,
    exposure_by,
    hour_of_exposure,
    reserve_after,
    reserve_recovered,
)
from sim.scenario.levers import CONTROL_INDEX

AID_ACCESS = CONTROL_INDEX["aid_access"]


class ExposureClock:
    """Exposure at one sector since the start: past days, and today's hazard and course."""

    __slots__ = ("before", "due", "from_h", "ground", "hazard", "night_factor", "offset", "today", "turns")

    def __init__(self) -> None:
        self.ground = 1.0
        self.night_factor = 1.0
        self.before = 0.0
        self.hazard = 0.0
        self.from_h = 0.0
        self.turns = 0
        self.offset = 0.0
        self.due: list[tuple[float, int, int, Group]] = []
        self.today: list[tuple[float, int, int, Group]] = []

    def reading(self, time_h: float) -> float:
        """Exposure from the start until a time of today."""
        hour = time_h - HOURS_PER_DAY * math.floor(self.from_h / HOURS_PER_DAY)
        return self.before + exposure_by(hour, self.hazard, self.night_factor) - self.offset

    def time_of(self, reading: float) -> float:
        """The hour of today at which the clock shows a reading."""
        midnight = HOURS_PER_DAY * math.floor(self.from_h / HOURS_PER_DAY)
        return midnight + hour_of_exposure(
            reading - self.before + self.offset, self.hazard, self.night_factor
        )

    @property
    def by_midnight(self) -> float:
        """What the clock will show at the next midnight."""
        return self.before + self.hazard - self.offset


def turn_clocks(world: World, end_of_day: bool) -> None:
    """Set every clock to the hazard in force from now on, and appoint the harms that fall before midnight.

    At midnight the past day is added up; at a lever's jump the part of the day so far is.
    """
    exposure = world.scenario.exposure
    now = world.now
    month = exposure.month_factors[world.tables.months[world.day]]
    for sector, clock in enumerate(world.clocks):
        hazard = day_hazard(month, world.value[AID_ACCESS][sector], exposure.aid_factor, clock.ground)
        if not end_of_day and hazard == clock.hazard:
            continue
        shown = clock.by_midnight if end_of_day else clock.reading(now)
        clock.before, clock.hazard, clock.from_h = shown, hazard, now
        clock.turns += 1
        clock.offset = exposure_by(now - HOURS_PER_DAY * world.day, hazard, clock.night_factor)
        for entry in clock.today:
            heappush(clock.due, entry)
        clock.today = []
        _appoint_due(world, clock)


def _appoint_due(world: World, clock: ExposureClock) -> None:
    limit = clock.by_midnight
    while clock.due and clock.due[0][0] < limit:
        entry = heappop(clock.due)
        if entry[3].exposure_token == entry[2]:
            _appoint(world, clock, entry)


def _appoint(world: World, clock: ExposureClock, entry: tuple[float, int, int, Group]) -> None:
    reading, _, token, group = entry
    clock.today.append(entry)
    at = max(world.now, clock.time_of(reading))
    turns = clock.turns
    harm = Appointment(world.env, at, Rank.HARM, group.key, token * TURNS_A_TOKEN + turns)
    harm.callbacks.append(lambda _: _fall_due(world, clock, group, token, turns))


def _fall_due(world: World, clock: ExposureClock, group: Group, token: int, turns: int) -> None:
    if group.exposure_token == token and clock.turns == turns:
        suffer(world, group)


def expose(world: World, group: Group, situation: float) -> None:
    """The group is now in a situation that wears it down (strip 1, zone, way, site)."""
    if not world.on.exposure:
        return
    if group.situation > 0.0:
        _settle(world, group)
    elif group.threshold <= 0.0:
        _next_threshold(group)
    group.situation = situation
    _aim(world, group)


def shelter(world: World, group: Group) -> None:
    """The group is out of the cold."""
    if group.situation > 0.0:
        _settle(world, group)
        group.situation = 0.0
        group.exposure_token += 1


def rest(world: World, group: Group) -> None:
    """Days in the interior give part of the reserve back."""
    days = (world.now - group.since) / HOURS_PER_DAY
    group.reserve = reserve_recovered(group.reserve, days, world.scenario.exposure.recovery_per_day)


def _next_threshold(group: Group) -> None:
    group.harms += 1
    group.threshold = -math.log(group.u(Draw.EXPOSURE_THRESHOLD, group.harms))


def _settle(world: World, group: Group) -> None:
    """Spend the threshold, and the reserve, on the exposure since the last mark."""
    shown = world.clocks[group.sector].reading(world.now)
    passed = max(0.0, shown - group.exposure_mark)
    group.threshold = max(0.0, group.threshold - passed * group.exposure_rate)
    group.reserve = reserve_after(
        group.reserve, passed, group.situation, world.scenario.exposure.reserve_per_day
    )
    group.exposure_mark = shown


def _aim(world: World, group: Group) -> None:
    """Work out where on the clock the next harm is, and appoint it if that is today."""
    exposure = world.scenario.exposure
    clock = world.clocks[group.sector]
    per_10000 = exposure.harm_per_10000_person_days + exposure.death_per_10000_person_days
    group.exposure_rate = event_rate(
        group.persons, group.situation, group.reserve, exposure.frailty, per_10000
    )
    group.exposure_mark = clock.reading(world.now)
    group.exposure_token += 1
    if group.exposure_rate <= 0.0:
        return
    entry = (
        group.exposure_mark + group.threshold / group.exposure_rate, group.key, group.exposure_token, group,
    )  # fmt: skip
    if entry[0] < clock.by_midnight:
        _appoint(world, clock, entry)
    else:
        heappush(clock.due, entry)


def suffer(world: World, group: Group) -> None:
    """One person of the group is harmed by exposure, or dies of it."""
    exposure = world.scenario.exposure
    _settle(world, group)
    total = exposure.harm_per_10000_person_days + exposure.death_per_10000_person_days
    deadly = group.u(Draw.EXPOSURE_DEATH, group.harms) * total < exposure.death_per_10000_person_days
    mask = witness(world, Seen.DEATH if deadly else Seen.HARM, group, group.harms, Actor.WEATHER)
    if deadly:
        die(world, group, Kind.DIED_EXPOSURE, actor=Actor.WEATHER, witness_mask=mask)
    else:
        world.write(
            world.now, Kind.HARMED_EXPOSURE, group.key, 1, group.sector, Actor.WEATHER, 0.0, group.row, mask
        )
    if group.persons > 0:
        _next_threshold(group)
        _aim(world, group)
    elif group.journey is not None:
        end_empty(world, group)


def harm(world: World, group: Group, kind: int, *, actor: int, occasion: int) -> None:
    """One person of a group is harmed by something other than exposure."""
    mask = witness(world, Seen.HARM, group, occasion, actor)
    world.write(world.now, kind, group.key, 1, group.sector, actor, 0.0, group.row, mask)


def die_of(world: World, group: Group, kind: int, *, actor: int, occasion: int) -> None:
    """One person of a group dies of something other than exposure."""
    if group.persons > 0:
        die(world, group, kind, actor=actor, witness_mask=witness(world, Seen.DEATH, group, occasion, actor))
        recount(world, group)


def die(world: World, group: Group, kind: int, *, actor: int, witness_mask: int) -> None:
    """One person dies; the lines in which the group waits count one fewer."""
    for line in _lines_of(world, group):
        line.lose(group, 1)
    world.bury(group, kind, actor=actor, cause=group.row, witness=witness_mask)
    if group.crowd is not None:
        group.crowd.wake()


def recount(world: World, group: Group) -> None:
    """The group has fewer persons than its next harm was worked out for."""
    if group.situation > 0.0 and group.persons > 0:
        _settle(world, group)
        _aim(world, group)


def end_empty(world: World, group: Group) -> None:
    """Nobody of a waiting group is left: it leaves every line, its call is dropped, its journey ends."""
    if group.appointment is not None:
        group.appointment.callbacks = []
        group.appointment = None
    for line in _lines_of(world, group):
        line.leave(group)
    abandon_call(world, group)
    group.exposure_token += 1
    group.situation = 0.0
    journey, group.journey = group.journey, None
    if journey is not None:
        journey._generator.close()
    world.groups.pop(group.key, None)


def _lines_of(world: World, group: Group) -> list[WaitingLine]:
    lines = [world.interior, world.willing, world.strips[group.sector]]
    return [*lines, world.sites[group.site].line] if group.site >= 0 else lines


def each_person(group: Group, stream: int, chance: float, occasion: int) -> int:
    """How many of a group this falls on, drawn person by person: the same persons under every policy."""
    if chance <= 0.0:
        return 0
    first = occasion * PERSONS_A_TRY
    luck = group.luck
    return sum(uniform(luck, stream, first + i) < chance for i in range(group.persons))
