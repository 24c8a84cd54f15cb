"""The calendar: levers are announced, begin and end; triggers watch an account and act."""

from __future__ import annotations

import math

from sim.foundation.luck import key_of
from sim.foundation.order import MASS_COLUMN_KEY
from sim.foundation.units import HOURS_PER_DAY
from sim.model import arrivals, information, reception
from sim.model.appointments import Appointment, Rank
from sim.model.escorts import form_column, renew_watches
from sim.model.health import turn_clocks
from sim.model.posts import TEAMS, begin_shift, muster_reserves
from sim.model.sites import turn_sites
from sim.model.transit_state import PRESSURE, move_posture
from sim.model.world import World
from sim.record.events import Actor, Kind
from sim.scenario.controls import Move

ANNOUNCED, BEGAN, ENDED = 0, 1, 2
KINDS = (Kind.LEVER_ANNOUNCED, Kind.LEVER_BEGAN, Kind.LEVER_ENDED)


def enter_levers(world: World) -> None:
    """Appoint what is dated; what began before the run stands as it is."""
    for lever, spec in enumerate(world.controls.levers):
        if spec.on and spec.trigger is None:
            appoint_lever(world, lever)


def appoint_lever(world: World, lever: int) -> None:
    """Appoint the three turns of a lever that still lie ahead; a turn that a trigger has moved meanwhile is void."""
    for turn, at in enumerate(turns_of(world, lever)):
        if world.now <= at < world.tables.end_h:
            appointment = Appointment(world.env, at, Rank.LEVER, lever, turn)
            appointment.callbacks.append(lambda _, turn=turn: _turn_if_due(world, lever, turn))  # type: ignore


def turns_of(world: World, lever: int) -> tuple[float, float, float]:
    """When a lever is announced, begins and ends."""
    times = world.controls.times[lever]
    return times.announced_h, times.start_h, times.end_h


def _turn_if_due(world: World, lever: int, turn: int) -> None:
    if turns_of(world, lever)[turn] == world.now:
        turn_lever(world, lever, turn)


def turn_lever(world: World, lever: int, turn: int) -> None:
    """A lever is announced, begins or ends: the row, what changes at once, and who will answer."""
    world.lever_row[lever] = world.write(
        world.now, KINDS[turn], 0, 0, -1, Actor.DESTINATION_STATE, float(lever), world.lever_row[lever]
    )
    renew_world(world)
    expect_answer(world, lever, turn)
    if turn == BEGAN:
        for index, sector in world.controls.columns:
            if index == lever:
                _lead_mass_column(world, lever, sector)


def renew_world(world: World) -> None:
    """What a jump of a control changes at once, at any hour of the day."""
    move_posture(world)
    renew_controls(world)
    turn_clocks(world, end_of_day=False)
    information.weigh_sectors(world)
    arrivals.renew_rates(world)
    reception.renew_seats_home(world)
    renew_watches(world)


def expect_answer(world: World, lever: int, turn: int) -> None:
    """A sanction is announced, has begun or ended: when the transit state answers that, if it does."""
    moves = [m for m in world.controls.moves.get((PRESSURE, 0), ()) if m.lever == lever]
    if moves and moves[0].lag_h < math.inf:
        answer = Appointment(world.env, world.now + moves[0].lag_h, Rank.ANSWER, lever, turn)
        answer.callbacks.append(lambda _: _answer(world, lever, moves, turn))


def _answer(world: World, lever: int, moves: list[Move], turn: int) -> None:
    size = sum(m.size for m in moves if (ANNOUNCED if m.announced else BEGAN) == turn)
    size *= world.controls.times[lever].strength
    if size != 0.0 and world.controls.levers[lever].on:  # a branch may have taken it away meanwhile
        row = world.lever_row[lever]
        world.stance_row = world.write(
            world.now, Kind.SANCTIONS_ANSWERED, 0, 0, -1, Actor.TRANSIT_STATE, size, row
        )
    renew_world(world)


def renew_controls(world: World) -> None:
    """Controls as of now, and everything that follows from them at once."""
    world.controls.refresh(world.now)
    muster_reserves(world)
    for post in world.sectors:
        begin_shift(world, post, world.lever_behind(TEAMS, post.index))
    turn_sites(world)


def appoint_turn(world: World, lever: int, turn: int) -> None:
    """A lever turns now, after the midnight tick."""
    appointment = Appointment(world.env, world.now, Rank.LEVER, lever, turn)
    appointment.callbacks.append(lambda _: turn_lever(world, lever, turn))


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
            appoint_turn(world, watch.lever, ENDED)
