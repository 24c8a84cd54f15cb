"""Border-guard posts: teams in shifts, calls, and who is sent.

A team out on a call does not patrol. A call names the teams it needs and takes them all at once or
none: own teams first, then the neighbours' beyond those they keep, then the country's mobile reserve.
"""

from __future__ import annotations

import math

from sim.core.event_order import Rank, Why
from sim.core.random_streams import Draw, uniform
from sim.core.record_types import Word
from sim.core.units import HOURS_PER_DAY
from sim.model.border.dispatch import count_hours, return_teams, send
from sim.model.state.entities import UNSERVED, Call, Group, Post, Shifts, Standoff
from sim.model.state.membership import feel_teams
from sim.model.state.world import Day, World
from sim.record.events import Actor, Kind
from sim.rules.team_capacity import teams_needed
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

TEAMS = CONTROL_INDEX["teams"]
RESERVE_TEAMS = CONTROL_INDEX["reserve_teams"]


# shifts


def change_shifts(world: World, shifts: Shifts) -> Day:
    """The day of all posts: shifts begin, teams come on duty, waiting calls are looked at again.

    At midnight the tick sets every post; between, only those whose shift changes.
    """
    turns = len(world.params.turn_hours)
    for turn in range(world.params.days * turns):
        yield world.wait_until(
            shifts, HOURS_PER_DAY * (turn // turns) + world.params.turn_hours[turn % turns]
        )
        for sector in world.params.turn_posts[turn % turns]:
            begin_shift(world, world.sectors[sector], -1)


def begin_shift(world: World, post: Post, cause: int) -> None:
    """Set the teams on duty from the post's strength and the shift in force; serve whoever can be served."""
    hour = world.hour_of_day
    share = 0.0
    for part in world.params.shift_parts[post.index]:
        # Half-open, so that at a change of shifts nobody is counted in both.
        if part.from_h <= hour < part.to_h:
            share += part.share
    on_duty = int(math.floor(world.value[TEAMS][post.index] * share + 0.5))
    if on_duty != post.on_duty:
        more = on_duty > post.on_duty
        post.on_duty = on_duty
        world.write(world.now, Kind.TEAMS_ON_DUTY, 0, 0, post.index, Actor.GUARD, float(on_duty), cause)
        # Fewer teams recall nobody: those out stay out, and `free` is nought until enough are back.
        if more:
            serve_around(world, post.index)


def muster_reserves(world: World) -> None:
    """Set the teams of each country's mobile reserve; serve whoever can be served by more of them."""
    for country, reserve in enumerate(world.reserves):
        teams = int(math.floor(world.value[RESERVE_TEAMS][country] + 0.5))
        more = teams > reserve.on_duty
        reserve.on_duty = teams
        if more:
            serve_country(world, country)


def settle_hours(world: World) -> None:
    """Close the team-hours of the day that ends, before the new one begins."""
    for post in world.sectors:
        count_hours(world, post)


# calls


def call_teams(
    world: World, group: Group | None, standoff: Standoff | None, *, key: Word, luck: Word, occasion: int,
    sector: int,
    persons: int, priority: int, row: int,
) -> Call:  # fmt: skip
    """A call of a group or of a stand-off goes to the post of a sector:
    served at once if enough teams are free, else it waits."""
    response = world.params.response
    call = Call(
        key=key, luck=luck, occasion=occasion, sector=sector, persons=persons,
        needed=teams_needed(persons, response.persons_per_team), priority=priority, since=world.now,
        group=group, standoff=standoff,
    )  # fmt: skip
    call.row = world.write(world.now, Kind.CALLED, key, persons, sector, Actor.GUARD, float(call.needed), row)
    if must_wait(world, call) or not send(world, call):
        # Only calls that wait have patience: one that is served at once is never called off for want of
        # teams.
        if world.params.has_patience:
            patience = uniform(luck, Draw.PATIENCE, occasion)
            call.patience_h = world.now + world.duration(patience, world.params.patience)
        join_queue(world, call)
    return call


def must_wait(world: World, call: Call) -> bool:
    """Whether a call ahead of this one has waited so long that nobody may overtake it any more."""
    overtake_h = world.params.response.overtake_h
    ahead = world.sectors[call.sector].queue
    while ahead is not None and goes_before(world, ahead, call):
        if world.now - ahead.since >= overtake_h:
            return True
        ahead = ahead.after
    return False


def goes_before(world: World, call: Call, other: Call) -> bool:
    """Whether a call is served before another: by priority, then by how long it has waited, then by key."""
    if call.priority != other.priority:
        return call.priority < other.priority
    if call.since != other.since:
        return call.since < other.since
    # Keys and not the order of creation: both engines, and every number of workers, agree on a tie.
    return call.key < other.key


def join_queue(world: World, call: Call) -> None:
    """The call takes its place in the queue of its post."""
    post = world.sectors[call.sector]
    after = post.queue
    while after is not None and not goes_before(world, call, after):
        call.before = after
        after = after.after
    call.after = after
    if call.before is None:
        post.queue = call
    else:
        call.before.after = call
    if after is not None:
        after.before = call


def leave_queue(world: World, call: Call) -> None:
    """The call waits no longer."""
    before = call.before
    after = call.after
    if before is None:
        world.sectors[call.sector].queue = after
    else:
        before.after = after
    if after is not None:
        after.before = before


def serve_queue(world: World, post: Post) -> None:
    """Serve waiting calls in order; one that does not fit may be overtaken, but not for ever."""
    overtake_h = world.params.response.overtake_h
    call = post.queue
    while call is not None:
        # Kept before the call is served: whoever is told may leave the queue and change its links.
        following = call.after
        if send(world, call):
            leave_queue(world, call)
            tell_caller(world, call)
        elif world.now - call.since >= overtake_h:
            return
        call = following


def tell_caller(world: World, call: Call) -> None:
    """Whoever called hears that teams are on their way."""
    if call.standoff is not None:
        feel_teams(world, call.standoff)
    elif call.group is not None:
        world.take(call.group, Why.TEAMS_SENT)


def serve_around(world: World, sector: int) -> None:
    """Teams of a sector have come free: its own calls first, then its neighbours'."""
    post = world.sectors[sector]
    if post.queue is not None:
        serve_queue(world, post)
    for n in world.params.lent_by[sector]:
        neighbour = world.sectors[n]
        if neighbour.queue is not None:
            serve_queue(world, neighbour)


def serve_country(world: World, country: int) -> None:
    """Teams of a country's reserve are free: whoever waits at its posts is looked at, in order of sectors."""
    for post in world.sectors:
        if post.country == country and post.queue is not None:
            serve_queue(world, post)


# how calls end


def call_off(world: World, call: Call) -> None:
    """A call has nobody to stop any more: it leaves the queue, or its teams turn back at once."""
    if call.arrival_h == UNSERVED:
        post = world.sectors[call.sector]
        withdraw(world, call)
        serve_queue(world, post)  # calls that might not overtake it
    else:
        take_back(world, call, call.occasion)


def withdraw(world: World, call: Call) -> None:
    """A waiting call leaves the queue, and nobody speaks of it any more."""
    leave_queue(world, call)
    waited_h = world.now - call.since
    world.write(
        world.now, Kind.CALL_LEFT, call.key, call.persons, call.sector, Actor.GUARD, waited_h, call.row
    )
    world.forget(call)


def abandon_call(world: World, group: Group) -> None:
    """Nobody of the group is left to stop: its call leaves, or its teams turn back."""
    call = group.call
    if call is not None:
        group.call = None
        call_off(world, call)


def hold_then_back(world: World, call: Call) -> None:
    """Teams stay with the people they stopped, then are free again; a shift's end does not call them off."""
    call.group = None
    call.standoff = None
    u = uniform(call.luck, Draw.HOLD_TEAMS, call.occasion)
    back_h = world.now + world.duration(u, world.params.hold)
    world.at(back_h, Rank.TEAMS_BACK, call.key, call.occasion, take_back, call)


def take_back(world: World, call: Call, occasion: int) -> None:
    """Teams are free again, each with its lender; whoever waits for them is looked at,
    in order of sectors."""
    part = call.parts
    while part is not None:
        return_teams(world, call, part)
        part = part.next_part
    # A second pass: all teams are back before anybody is served, else the first lender's callers could not
    # use the others'.
    part = call.parts
    while part is not None:
        following = part.next_part
        if part.lender >= 0:
            serve_around(world, part.lender)
        else:
            serve_country(world, -1 - part.lender)
        world.forget(part)
        part = following
    world.forget(call)
