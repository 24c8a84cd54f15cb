"""Who is sent to a call: own teams first, then the neighbours' beyond those they keep,
then the country's mobile reserve.

Teams go and come back here, and their hours are counted. How many a call asks for is
`sim.rules.team_capacity.teams_needed`; which call is looked at next is in `sim.model.border.guard_posts`.
"""

from __future__ import annotations

from sim.core.distributions import lognormal
from sim.core.random_streams import Draw, uniform
from sim.model.state.entities import UNSERVED, Call, LentTeams, Post, Standoff
from sim.model.state.world import World
from sim.record.events import Actor, Kind
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

RESPONSE_FACTOR = CONTROL_INDEX["response_factor"]


def send(world: World, call: Call) -> bool:
    """Send the teams a call names, all at once, or none."""
    post = world.sectors[call.sector]
    missing = call.needed
    share = world.params.response.largest_call
    # A call for more than this share of the post names at most the same share of what the region could raise:
    # the rest of the line keeps its teams.
    if missing > int(share * post.on_duty):
        missing = max(1, min(missing, int(share * strength(world, post))))
    # The post alone first, which saves the loop over neighbours where it has enough.
    if missing > post.free and missing > teams_at_hand(world, post):
        return False
    name_lenders(world, call, post, missing)
    dispatch(world, call, post)
    return True


def strength(world: World, post: Post) -> int:
    """Teams a post could raise at most: its own on duty, its neighbours' beyond those they keep,
    the reserve."""
    keep = world.params.countries[post.country].keep_teams
    teams = post.on_duty + world.reserves[post.country].on_duty
    for n in world.params.neighbours[post.index]:
        neighbour = world.sectors[n]
        if neighbour.country == post.country:
            teams += max(0, neighbour.on_duty - keep)
    return teams


def teams_at_hand(world: World, post: Post) -> int:
    """Teams that a post can send now: its own, its neighbours' beyond those they keep, the reserve's."""
    keep = world.params.countries[post.country].keep_teams
    teams = post.free + world.reserves[post.country].free
    for n in world.params.neighbours[post.index]:
        neighbour = world.sectors[n]
        if neighbour.country == post.country:
            teams += max(0, neighbour.free - keep)
    return teams


def name_lenders(world: World, call: Call, post: Post, needed: int) -> None:
    """Who sends how many: the post itself first, then its neighbours in their order, then the reserve."""
    missing = needed - lend(world, call, post.index, min(needed, post.free))
    if missing > 0:
        keep = world.params.countries[post.country].keep_teams
        for n in world.params.neighbours[post.index]:
            neighbour = world.sectors[n]
            if neighbour.country == post.country:
                missing -= lend(world, call, n, min(missing, neighbour.free - keep))
    lend(world, call, -1 - post.country, missing)


def lend(world: World, call: Call, lender: int, teams: int) -> int:
    """A lender's teams become a part of what is sent, behind the parts that there are; how many."""
    if teams <= 0:
        return 0
    # Appended in the order of lending, which is the order in which rows are written and teams return.
    part = LentTeams(lender=lender, teams=teams)
    last = call.parts
    if last is None:
        call.parts = part
        return teams
    while last.next_part is not None:
        last = last.next_part
    last.next_part = part
    return teams


def teams_of(world: World, call: Call) -> int:
    """Teams that were sent."""
    teams = 0
    part = call.parts
    while part is not None:
        teams += part.teams
        part = part.next_part
    return teams


def teams_before(world: World, standoff: Standoff) -> int:
    """Teams that have come to a stand-off."""
    teams = 0
    call = standoff.calls
    while call is not None:
        if call.arrival_h <= world.now:
            teams += teams_of(world, call)
        call = call.next_call
    return teams


def next_arrival(world: World, standoff: Standoff) -> float:
    """When the next teams come to a stand-off."""
    coming = UNSERVED
    call = standoff.calls
    while call is not None:
        if call.arrival_h > world.now:
            coming = min(coming, call.arrival_h)
        call = call.next_call
    return coming


def dispatch(world: World, call: Call, post: Post) -> None:
    """The teams set out; they are there when the slowest lender's are."""
    row = world.write(
        world.now, Kind.CALL_SERVED, call.key, call.persons, call.sector, Actor.GUARD, world.now - call.since,
        call.row
    )  # fmt: skip
    travel_h = 0.0
    part = call.parts
    while part is not None:
        # One time for all lenders: no part of a call arrives early and acts alone.
        travel_h = max(travel_h, travel_hours(world, call, part.lender))
        if part.lender >= 0:
            lender = world.sectors[part.lender]
            # Hours are settled before the count of teams out changes, at the number that held until now.
            count_hours(world, lender)
            lender.out += part.teams
            world.write(
                world.now, Kind.TEAMS_SENT, call.key, 0, part.lender, Actor.GUARD, float(part.teams), row
            )
        else:
            world.reserves[post.country].out += part.teams
            count_hours(world, post)
            post.guests += part.teams
            world.write(
                world.now, Kind.TEAMS_SENT, call.key, 0, call.sector, Actor.DESTINATION_STATE,
                float(part.teams), row
            )  # fmt: skip
        part = part.next_part
    call.row = row
    call.arrival_h = world.now + travel_h


def travel_hours(world: World, call: Call, lender: int) -> float:
    """Hours until a lender's teams reach the place: the post's own response, and the way from further off."""
    median = world.params.sectors[call.sector].response_h * world.value[RESPONSE_FACTOR][call.sector]
    u = uniform(call.luck, Draw.RESPONSE_TIME, call.occasion)
    hours = lognormal(u, median, world.params.response.log_sd)
    if lender < 0:
        way = uniform(call.luck, Draw.RESERVE_TRAVEL, call.occasion)
        return hours + world.duration(way, world.params.reserve_travel[-1 - lender])
    if lender != call.sector:
        way = uniform(call.luck, Draw.LEND_TRAVEL, call.occasion)
        return hours + world.duration(way, world.params.lend_travel[lender])
    return hours


def return_teams(world: World, call: Call, part: LentTeams) -> None:
    """The teams of one lender are free again."""
    if part.lender >= 0:
        lender = world.sectors[part.lender]
        count_hours(world, lender)
        lender.out -= part.teams
        world.write(
            world.now, Kind.TEAMS_BACK, call.key, 0, part.lender, Actor.GUARD, float(part.teams), call.row
        )
    else:
        world.reserves[-1 - part.lender].out -= part.teams
        post = world.sectors[call.sector]
        count_hours(world, post)
        post.guests -= part.teams
        world.write(
            world.now, Kind.TEAMS_BACK, call.key, 0, call.sector, Actor.DESTINATION_STATE, float(part.teams),
            call.row
        )  # fmt: skip


def count_hours(world: World, post: Post) -> None:
    """Team-hours out, up to now, within the present day: the post's own teams,
    and those of the reserve at its sector."""
    day = min(world.day, world.params.days - 1)
    cell = day * len(world.sectors) + post.index
    world.team_hours[cell] += (post.out + post.guests) * (world.now - post.out_since)
    post.out_since = world.now
