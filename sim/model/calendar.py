"""The calendar: levers are announced, begin and end; triggers watch an account and act."""

from __future__ import annotations

import math

from sim.foundation.luck import key_of
from sim.foundation.order import MASS_COLUMN_KEY
from sim.foundation.units import HOURS_PER_DAY
from sim.model.appointments import Appointment, Rank
from sim.model.escorts import form_column
from sim.model.health import turn_clocks
from sim.model.posts import begin_shift
from sim.model.sites import turn_sites
from sim.model.transit_state import consider_answer
from sim.model.world import World
from sim.record.events import Actor, Kind

ANNOUNCED, BEGAN, ENDED = 0, 1, 2
KINDS = (Kind.LEVER_ANNOUNCED, Kind.LEVER_BEGAN, Kind.LEVER_ENDED)


def enter_levers(world: World) -> None:
    """Appoint what is dated; what began before the run stands as it is."""
    for lever, spec in enumerate(world.controls.levers):
        if spec.on and spec.trigger is None:
            appoint_lever(world, lever)


def appoint_lever(world: World, lever: int) -> None:
    """Appoint the three turns of a lever that still lie ahead."""
    times = world.controls.times[lever]
    for turn, at in ((ANNOUNCED, times.announced_h), (BEGAN, times.start_h), (ENDED, times.end_h)):
        if world.now <= at < world.tables.end_h:
            appointment = Appointment(world.env, at, Rank.LEVER, lever, turn)
            appointment.callbacks.append(lambda _, turn=turn: turn_lever(world, lever, turn))  # type: ignore


def turn_lever(world: World, lever: int, turn: int) -> None:
    """A lever is announced, begins or ends: the row, the controls, and whoever answers at once."""
    world.lever_row[lever] = world.write(
        world.now, KINDS[turn], 0, 0, -1, Actor.DESTINATION_STATE, float(lever), world.lever_row[lever]
    )
    renew_controls(world)
    turn_clocks(world, end_of_day=False)
    if turn == BEGAN:
        consider_answer(world, lever)
        for index, sector in world.controls.columns:
            if index == lever:
                _lead_mass_column(world, lever, sector)


def renew_controls(world: World) -> None:
    """Controls as of now, and everything that follows from them at once."""
    world.controls.refresh(world.now)
    for post in world.sectors:
        begin_shift(world, post)
    turn_sites(world)


def _lead_mass_column(world: World, lever: int, sector: int) -> None:
    spec = world.controls.levers[lever]
    strength = world.controls.times[lever].strength
    size = math.floor((spec.persons or 0) * strength + 0.5)
    if size > 0 and world.on.columns:
        key = key_of(world.tables.lever_keys[lever], MASS_COLUMN_KEY)
        leader = Actor.ESCORT if spec.led_by == "escort" else Actor.PEOPLE
        form_column(world, key, sector, size, leader, world.lever_row[lever], 1.0)


def pull_triggers(world: World) -> None:
    """Midnight: each triggered lever looks at what its party can know, over its window."""
    for watch in world.watches:
        count = watch.count_in_window(world.day)
        times = world.controls.times[watch.lever]
        idle = times.start_h == math.inf or world.now >= times.end_h
        if idle and count >= watch.trigger.above:
            times.announced_h = world.now
            times.start_h = world.now + HOURS_PER_DAY * watch.trigger.delay_days
            times.end_h = times.start_h + HOURS_PER_DAY * watch.trigger.duration_days
            appoint_lever(world, watch.lever)
        elif times.start_h <= world.now < times.end_h and count < watch.trigger.below:
            times.end_h = world.now
            turn_lever(world, watch.lever, ENDED)
