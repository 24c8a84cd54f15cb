"""The calendar: levers are announced, begin and end; triggers watch an account and act."""

from __future__ import annotations

import math

from sim.core.event_order import MASS_COLUMN_KEY, Rank
from sim.core.random_streams import key_of
from sim.core.units import HOURS_PER_DAY
from sim.model.border.guard_posts import TEAMS, begin_shift, muster_reserves
from sim.model.border.harms import turn_clocks
from sim.model.border.transit_state import move_posture
from sim.model.border.triggers import count_in_window
from sim.model.border.word_of_mouth import weigh_sectors
from sim.model.journeys.arrivals import renew_rates
from sim.model.journeys.escorts import form_column, renew_watches
from sim.model.journeys.reception import renew_seats_home
from sim.model.journeys.staging_sites import turn_sites
from sim.model.state.control_values import refresh
from sim.model.state.entities import LeverState
from sim.model.state.world import World
from sim.record.events import Actor, Kind

ANNOUNCED, BEGAN, ENDED = 0, 1, 2
TURNS = 3


# levers


def enter_levers(world: World) -> None:
    """Appoint what is dated; what began before the run stands as it is."""
    for lever in world.levers:
        if lever.is_on and not lever.is_triggered:
            appoint_lever(world, lever)


def appoint_lever(world: World, lever: LeverState) -> None:
    """Appoint the three turns of a lever that still lie ahead;
    a turn that a trigger has moved meanwhile is void."""
    for turn in range(TURNS):
        at = time_of_turn(world, lever, turn)
        # A turn of this very instant is still played: a trigger may start its lever without delay.
        if world.now <= at < world.params.end_h:
            world.at(at, Rank.LEVER, lever.index, turn, turn_if_due, lever)


def time_of_turn(world: World, lever: LeverState, turn: int) -> float:
    """When a lever is announced, begins or ends."""
    if turn == ANNOUNCED:
        return lever.announced_h
    return lever.start_h if turn == BEGAN else lever.end_h


def turn_if_due(world: World, lever: LeverState, turn: int) -> None:
    """A turn of a lever comes, if it still is of this moment."""
    # Exact comparison of floats is right here: the appointment was made with this very number.
    if time_of_turn(world, lever, turn) == world.now:
        turn_lever(world, lever, turn)


def turn_lever(world: World, lever: LeverState, turn: int) -> None:
    """A lever is announced, begins or ends: the row, what changes at once, and who will answer."""
    kind = Kind.LEVER_ANNOUNCED + turn
    lever.row = world.write(
        world.now, kind, 0, 0, -1, Actor.DESTINATION_STATE, float(lever.index), lever.row, 0
    )
    # Before the column: it forms under the controls that this turn has set.
    renew_world(world)
    expect_answer(world, lever, turn)
    if turn == BEGAN:
        for sector in world.mass_columns[lever.index]:
            lead_mass_column(world, lever, sector)


def renew_world(world: World) -> None:
    """What a jump of a control changes at once, at any hour of the day."""
    # First, by the part of the day that has passed, under the controls that held until now.
    move_posture(world)
    renew_controls(world)
    turn_clocks(world, False)
    # Before the watches of columns, which read the weights.
    weigh_sectors(world)
    renew_rates(world)
    renew_seats_home(world)
    renew_watches(world)


def renew_controls(world: World) -> None:
    """Controls as of now, and everything that follows from them at once."""
    refresh(world, world.now)
    muster_reserves(world)
    for post in world.sectors:
        begin_shift(world, post, world.lever_behind(TEAMS, post.index))
    turn_sites(world)


def lead_mass_column(world: World, lever: LeverState, sector: int) -> None:
    """A column of the lever's own size, at once."""
    size = math.floor(lever.persons * lever.strength + 0.5)
    if size > 0 and world.params.mechanisms.columns:
        leader = Actor.ESCORT if lever.by_escort else Actor.PEOPLE
        form_column(
            world,
            key_of(lever.key, MASS_COLUMN_KEY),
            sector=sector,
            target=size,
            initiator=leader,
            cause=lever.row,
            from_interior=1.0,
        )


# sanctions


def expect_answer(world: World, lever: LeverState, turn: int) -> None:
    """A sanction is announced, has begun or ended: when the transit state answers that, if it does."""
    if lever.answer_h < math.inf:
        world.at(world.now + lever.answer_h, Rank.ANSWER, lever.index, turn, answer, lever)


def answer(world: World, sanction: LeverState, turn: int) -> None:
    """The transit state answers a sanction, or its end."""
    lever = world.levers[sanction.index]  # a branch may have moved it meanwhile, or taken it away
    size = 0.0
    if turn == ANNOUNCED:
        size = sanction.pressure_announced
    elif turn == BEGAN:
        size = sanction.pressure
    size *= lever.strength
    if size != 0.0 and lever.is_on:
        world.stance_row = world.write(
            world.now, Kind.SANCTIONS_ANSWERED, 0, 0, -1, Actor.TRANSIT_STATE, size, lever.row, 0
        )
    renew_world(world)


# triggers


def pull_triggers(world: World) -> None:
    """Midnight: each triggered lever looks at what its party can know, over its window."""
    for watch in world.watches:
        seen = count_in_window(world, watch)
        lever = watch.lever
        # Half-open: at its end a lever is idle and may start again at once.
        idle = lever.start_h == math.inf or world.now >= lever.end_h
        if idle and seen >= watch.above:
            lever.announced_h = world.now
            lever.start_h = world.now + HOURS_PER_DAY * watch.delay_days
            lever.end_h = lever.start_h + HOURS_PER_DAY * watch.duration_days
            appoint_lever(world, lever)
        elif lever.start_h <= world.now < lever.end_h and seen < watch.below:
            lever.end_h = world.now
            world.at(world.now, Rank.LEVER, lever.index, ENDED, turn_lever, lever)
