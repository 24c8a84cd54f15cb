"""Border-guard posts: teams in shifts, calls, and who is sent.

A team out on a call does not patrol. A call names the teams it needs and takes them all at once or
none: own teams first, then the neighbours' beyond those they keep, then the country's mobile reserve.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Callable, Generator
from typing import Any

from simpy import Event

from sim.foundation.distributions import draw_duration, lognormal
from sim.foundation.luck import Draw, uniform
from sim.foundation.units import HOURS_PER_DAY
from sim.model.appointments import Appointment, Rank
from sim.model.world import Group, World
from sim.record.events import Actor, Kind
from sim.rules.crossing import teams_needed
from sim.scenario.levers import CONTROL_INDEX

TEAMS = CONTROL_INDEX["teams"]
RESPONSE_FACTOR = CONTROL_INDEX["response_factor"]
RESERVE_TEAMS = CONTROL_INDEX["reserve_teams"]
UNSERVED = math.inf


class Pool:
    """Teams of one place: on duty, and out on calls."""

    __slots__ = ("on_duty", "out")

    def __init__(self) -> None:
        self.on_duty = 0
        self.out = 0

    @property
    def free(self) -> int:
        """Teams on duty that are not out; a shift's end can leave more out than are on duty."""
        return max(0, self.on_duty - self.out)


class Post(Pool):
    """The post of a sector: its teams, the reserve's teams that are its guests, its waiting calls, the barrier in front of it."""

    __slots__ = ("built_km", "country", "cut_km", "guests", "index", "out_since", "queue")

    def __init__(self, index: int, country: int) -> None:
        super().__init__()
        self.index = index
        self.country = country
        self.queue: list[Call] = []
        self.out_since = 0.0
        self.guests = 0
        self.built_km = [0.0, 0.0, 0.0, 0.0]
        self.cut_km = 0.0


class Call:
    """A call for teams: who calls, how many are needed, and since when."""

    __slots__ = (
        "arrival_h", "key", "luck", "needed", "occasion", "parts", "patience_h", "persons", "priority", "row",
        "sector", "served", "since",
    )  # fmt: skip

    def __init__(
        self, *, key: int, luck: int, occasion: int, sector: int, persons: int, needed: int, priority: int,
        since: float, row: int, served: Callable[[], None],
    ) -> None:  # fmt: skip
        self.key = key
        self.luck = luck
        self.occasion = occasion
        self.sector = sector
        self.persons = persons
        self.needed = needed
        self.priority = priority
        self.since = since
        self.row = row
        self.served = served
        self.arrival_h = UNSERVED
        self.patience_h = UNSERVED
        self.parts: list[tuple[int, int]] = []

    def __lt__(self, other: Call) -> bool:
        return (self.priority, self.since, self.key) < (other.priority, other.since, other.key)

    @property
    def teams(self) -> int:
        """Teams that were sent."""
        return sum(teams for _, teams in self.parts)


def turns_of_shifts(world: World) -> list[tuple[float, list[Post]]]:
    """The hours of a day at which shifts change, each with the posts where they do, in their order."""
    turns: dict[float, list[Post]] = {}
    for post in world.sectors:
        for hour in {
            h % HOURS_PER_DAY for s in world.tables.sectors[post.index].shifts for h in (s.from_h, s.to_h)
        }:
            turns.setdefault(hour, []).append(post)
    return sorted((hour, posts) for hour, posts in turns.items() if hour > 0.0)


def change_shifts(world: World) -> Generator[Event, Any, None]:
    """The day of all posts: shifts begin, teams come on duty, waiting calls are looked at again.

    At midnight the tick sets every post; between, only those whose shift changes.
    """
    turns = turns_of_shifts(world)
    for day in range(world.tables.days if turns else 0):
        for turn, (hour, posts) in enumerate(turns):
            yield Appointment(world.env, HOURS_PER_DAY * day + hour, Rank.SHIFT, 0, len(turns) * day + turn)
            for post in posts:
                begin_shift(world, post, -1)


def begin_shift(world: World, post: Post, cause: int) -> None:
    """Set the teams on duty from the post's strength and the shift in force; serve whoever can be served."""
    hour = world.hour_of_day
    share = 0.0
    for from_h, to_h, part in world.tables.shifts[post.index]:
        if from_h <= hour < to_h:
            share += part
    on_duty = math.floor(world.value[TEAMS][post.index] * share + 0.5)
    if on_duty != post.on_duty:
        more = on_duty > post.on_duty
        post.on_duty = on_duty
        world.write(world.now, Kind.TEAMS_ON_DUTY, 0, 0, post.index, Actor.GUARD, float(on_duty), cause)
        if more:
            serve_around(world, post.index)


def muster_reserves(world: World) -> None:
    """Set the teams of each country's mobile reserve; serve whoever can be served by more of them."""
    for country, reserve in enumerate(world.reserves):
        teams = math.floor(world.value[RESERVE_TEAMS][country] + 0.5)
        more = teams > reserve.on_duty
        reserve.on_duty = teams
        if more:
            serve_country(world, country)


def call_teams(
    world: World, *, key: int, luck: int, occasion: int, sector: int, persons: int, priority: int, row: int,
    served: Callable[[], None],
) -> Call:  # fmt: skip
    """A call goes to the post of a sector: served at once if enough teams are free, else it waits."""
    response = world.scenario.response
    call = Call(
        key=key, luck=luck, occasion=occasion, sector=sector, persons=persons,
        needed=teams_needed(persons, response.persons_per_team), priority=priority,
        since=world.now, row=row, served=served,
    )  # fmt: skip
    call.row = world.write(world.now, Kind.CALLED, key, persons, sector, Actor.GUARD, float(call.needed), row)
    if must_wait(world, call) or not send(world, call):
        if world.tables.patience is not None:
            patience = uniform(luck, Draw.PATIENCE, occasion)
            call.patience_h = world.now + draw_duration(
                patience, world.tables.patience, world.tables.quantiles
            )
        insort(world.sectors[sector].queue, call)
    return call


def must_wait(world: World, call: Call) -> bool:
    """Whether a call ahead of this one has waited so long that nobody may overtake it any more."""
    overtake_h = world.scenario.response.overtake_h
    ahead = (waiting for waiting in world.sectors[call.sector].queue if waiting < call)
    return any(world.now - waiting.since >= overtake_h for waiting in ahead)


def strength(world: World, post: Post) -> int:
    """Teams a post could raise at most: its own on duty, its neighbours' beyond those they keep, the reserve."""
    keep = world.tables.countries[post.country].keep_teams
    lent = sum(
        max(0, world.sectors[n].on_duty - keep)
        for n in world.tables.neighbours[post.index]
        if world.sectors[n].country == post.country
    )
    return post.on_duty + lent + world.reserves[post.country].on_duty


def send(world: World, call: Call) -> bool:
    """Send the teams a call names, all at once, or none."""
    post = world.sectors[call.sector]
    share = world.scenario.response.largest_call
    missing = call.needed
    if missing > int(share * post.on_duty):
        missing = max(1, min(missing, int(share * strength(world, post))))
    parts = []
    own = min(missing, post.free)
    if own:
        parts.append((post.index, own))
        missing -= own
    if missing:
        keep = world.tables.countries[post.country].keep_teams
        for n in world.tables.neighbours[post.index]:
            neighbour = world.sectors[n]
            lent = min(missing, neighbour.free - keep) if neighbour.country == post.country else 0
            if lent > 0:
                parts.append((n, lent))
                missing -= lent
    if missing:
        reserve = world.reserves[post.country]
        lent = min(missing, reserve.free)
        if lent > 0:
            parts.append((-1 - post.country, lent))
            missing -= lent
    if missing:
        return False
    call.parts = parts
    _dispatch(world, call, post)
    return True


def _dispatch(world: World, call: Call, post: Post) -> None:
    now = world.now
    row = world.write(
        now, Kind.CALL_SERVED, call.key, call.persons, call.sector, Actor.GUARD, now - call.since, call.row
    )
    travel_h = 0.0
    for lender, teams in call.parts:
        travel_h = max(travel_h, _travel_h(world, call, lender))
        if lender >= 0:
            _count_hours(world, world.sectors[lender])
            world.sectors[lender].out += teams
            world.write(now, Kind.TEAMS_SENT, call.key, 0, lender, Actor.GUARD, float(teams), row)
        else:
            world.reserves[post.country].out += teams
            _count_hours(world, post)
            post.guests += teams
            world.write(
                now, Kind.TEAMS_SENT, call.key, 0, call.sector, Actor.DESTINATION_STATE, float(teams), row
            )
    call.row = row
    call.arrival_h = now + travel_h


def _travel_h(world: World, call: Call, lender: int) -> float:
    """Hours until a lender's teams reach the place: the post's own response, and the way from further off."""
    tables = world.tables
    sector = tables.sectors[call.sector]
    median = sector.response_h * world.value[RESPONSE_FACTOR][call.sector]
    hours = lognormal(
        uniform(call.luck, Draw.RESPONSE_TIME, call.occasion), median, world.scenario.response.log_sd
    )
    if lender < 0:
        u = uniform(call.luck, Draw.RESERVE_TRAVEL, call.occasion)
        return hours + draw_duration(u, tables.reserve_travel[-1 - lender], tables.quantiles)
    if lender != call.sector:
        u = uniform(call.luck, Draw.LEND_TRAVEL, call.occasion)
        return hours + draw_duration(u, tables.lend_travel[lender], tables.quantiles)
    return hours


def serve_queue(world: World, post: Post) -> None:
    """Serve waiting calls in order; one that does not fit may be overtaken, but not for ever."""
    overtake_h = world.scenario.response.overtake_h
    waiting = list(post.queue)
    for call in waiting:
        if call not in post.queue:
            continue
        if send(world, call):
            post.queue.remove(call)
            call.served()
        elif world.now - call.since >= overtake_h:
            return


def serve_around(world: World, sector: int) -> None:
    """Teams of a sector have come free: its own calls first, then its neighbours'."""
    post = world.sectors[sector]
    if post.queue:
        serve_queue(world, post)
    for n in world.lent_by[sector]:
        neighbour = world.sectors[n]
        if neighbour.queue:
            serve_queue(world, neighbour)


def call_off(world: World, call: Call) -> None:
    """A call has nobody to stop any more: it leaves the queue, or its teams turn back at once."""
    if call.arrival_h == UNSERVED:
        withdraw(world, call)
        serve_queue(world, world.sectors[call.sector])  # calls that might not overtake it
    else:
        take_back(world, call)


def withdraw(world: World, call: Call) -> None:
    """A waiting call leaves the queue."""
    world.sectors[call.sector].queue.remove(call)
    waited_h = world.now - call.since
    call.row = world.write(
        world.now, Kind.CALL_LEFT, call.key, call.persons, call.sector, Actor.GUARD, waited_h, call.row
    )


def abandon_call(world: World, group: Group) -> None:
    """Nobody of the group is left to stop: its call leaves, or its teams turn back."""
    if group.call is not None:
        call, group.call = group.call, None
        call_off(world, call)


def hold_then_back(world: World, call: Call) -> None:
    """Teams stay with the people they stopped, then are free again; a shift's end does not call them off."""
    u = uniform(call.luck, Draw.HOLD_TEAMS, call.occasion)
    at = world.now + draw_duration(u, world.tables.hold, world.tables.quantiles)
    back = Appointment(world.env, at, Rank.TEAMS_BACK, call.key, call.occasion)
    back.callbacks.append(lambda _: take_back(world, call))


def take_back(world: World, call: Call) -> None:
    """Teams are free again, each with its lender; whoever waits for them is looked at, in order of sectors."""
    parts, call.parts = call.parts, []
    for lender, teams in parts:
        if lender >= 0:
            _count_hours(world, world.sectors[lender])
            world.sectors[lender].out -= teams
            world.write(world.now, Kind.TEAMS_BACK, call.key, 0, lender, Actor.GUARD, float(teams), call.row)
        else:
            world.reserves[-1 - lender].out -= teams
            _count_hours(world, world.sectors[call.sector])
            world.sectors[call.sector].guests -= teams
            world.write(
                world.now,
                Kind.TEAMS_BACK,
                call.key,
                0,
                call.sector,
                Actor.DESTINATION_STATE,
                float(teams),
                call.row,
            )
    for lender, _ in parts:
        if lender >= 0:
            serve_around(world, lender)
        else:
            serve_country(world, -1 - lender)


def serve_country(world: World, country: int) -> None:
    """Teams of a country's reserve are free: whoever waits at its posts is looked at, in order of sectors."""
    for post in world.sectors:
        if post.country == country and post.queue:
            serve_queue(world, post)


def _count_hours(world: World, post: Post) -> None:
    """Team-hours out, up to now, within the present day: the post's own teams, and those of the reserve at its sector."""
    now = world.now
    day = min(world.day, world.run.days - 1)
    world.run.team_hours[day * world.run.sectors + post.index] += (post.out + post.guests) * (
        now - post.out_since
    )
    post.out_since = now


def settle_hours(world: World) -> None:
    """Close the team-hours of the day that ends, before the new one begins."""
    for post in world.sectors:
        _count_hours(world, post)
