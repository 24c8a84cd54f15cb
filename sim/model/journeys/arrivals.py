"""Arrivals: a Poisson process in the plane, so that twin worlds share every group that exists in both.

Strips of fixed height hold candidate groups with addressed times and marks; a group arrives when the
floor of its strip and its mark lie under the day's rate. A higher rate opens more strips; no candidate
of the lower ones moves.
"""

from __future__ import annotations

import math

from sim.core.distributions import index_in, normal_quantile, whole_share
from sim.core.event_order import Rank
from sim.core.random_streams import Draw, key_of, uniform
from sim.core.record_types import Word
from sim.core.units import DAYS_PER_WEEK, HOURS_PER_DAY
from sim.model.border.transit_state import mean_posture
from sim.model.state.entities import Group, RouteFlow, Stage
from sim.model.state.world import World
from sim.record.events import Actor, Kind
from sim.rules.arrival_rates import arrival_rate, feedback_exponent, gathering_size, stance_term, surge_step
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

ARRIVALS_FACTOR = CONTROL_INDEX["arrivals_factor"]


# the rate of a route


def open_day(world: World) -> None:
    """Midnight: the rate of every route for the day, and the groups that come under it."""
    for route, flow in enumerate(world.flows):
        if world.params.mechanisms.surge and world.day % DAYS_PER_WEEK == 0:
            begin_week(world, flow)
        # Rates are of people, candidates are groups: the mean size turns one into the other.
        flow.rate = people_per_day(world, route) / world.params.mean_group
        flow.opened = 0.0
        open_rate(world, route)


def renew_rates(world: World) -> None:
    """A lever has turned: from now on the rate is another; candidates of a higher one come too,
    those of a lower one stay away."""
    for route, flow in enumerate(world.flows):
        flow.rate = people_per_day(world, route) / world.params.mean_group
        # A rate below what was opened needs nothing here: candidates above it are refused when they come
        # (still_comes).
        if flow.rate > flow.opened:
            open_rate(world, route)


def people_per_day(world: World, route: int) -> float:
    """The present rate of people on a route."""
    spec = world.params.routes[route]
    information = world.params.information
    feedback = 0.0
    removals = 0.0
    if world.params.mechanisms.word_of_mouth:
        feedback = feedback_exponent(information.arrivals_weight, world.overall, information.prior_success)
        removals = information.removal_weight * world.removals
    return arrival_rate(
        base=spec.people_per_day,
        season=world.params.seasons[route][world.params.months[world.day]],
        flights=world.value[ARRIVALS_FACTOR][route],
        stance=stance_term(spec.stance_exponent, mean_posture(world)),
        log_surge=world.flows[route].log_surge,
        feedback=feedback,
        removals=removals,
    )


def begin_week(world: World, flow: RouteFlow) -> None:
    """The route's surge of the week."""
    surge = world.params.surge
    week = world.day // DAYS_PER_WEEK
    normal = normal_quantile(uniform(flow.luck, Draw.SURGE, week))
    # In the first week full reversion: the walk starts from its stationary law, and not from zero.
    flow.log_surge = surge_step(flow.log_surge, surge.reversion if week > 0 else 1.0, surge.sd, normal)


# candidates


def open_rate(world: World, route: int) -> None:
    """The rest of the day's candidates between the rate that was opened and the rate that holds."""
    flow = world.flows[route]
    height = world.params.routes[route].strip_per_day
    strip = 0
    while strip * height < flow.rate:
        if (strip + 1) * height > flow.opened:
            open_strip(world, route, strip, height)
        strip += 1
    flow.opened = flow.rate


def open_strip(world: World, route: int, strip: int, height: float) -> None:
    """The day's candidates of a strip: exponential gaps, uniform marks."""
    flow = world.flows[route]
    key = key_of(flow.key, strip, world.day)
    luck = world.luck_of(key)
    place = strip * len(world.flows) + route
    midnight = HOURS_PER_DAY * world.day
    at = 0.0
    n = 0
    while True:
        # Exponential gaps and not a Poisson count with sorted times: a candidate's time then depends on those
        # before it alone.
        at -= math.log(uniform(luck, Draw.ARRIVAL_GAP, n)) * HOURS_PER_DAY / height
        if at >= HOURS_PER_DAY:
            return
        level = (strip + uniform(luck, Draw.ARRIVAL_MARK, n)) * height
        # Below `opened` it has been laid out already today; before now the hour has passed under a lower
        # rate.
        if flow.opened <= level < flow.rate and midnight + at >= world.now:
            # The key names route, strip, day and candidate, so that the same group has the same random
            # numbers under every rate.
            world.at(midnight + at, Rank.ARRIVAL, key_of(key, n), n, come, place)
        n += 1


def come(world: World, place: int, n: int) -> None:
    """A candidate of a strip and route: whoever lies under the rate that holds now arrives."""
    route = place % len(world.flows)
    strip = place // len(world.flows)
    key = key_of(world.flows[route].key, strip, world.day)
    if still_comes(world, route, strip, key=key, n=n):
        arrive(world, route, key_of(key, n))


def still_comes(world: World, route: int, strip: int, *, key: Word, n: int) -> bool:
    """Whether a candidate of the day lies under the rate that holds;
    looked at only where a lever has lowered it today."""
    flow = world.flows[route]
    if flow.rate >= flow.opened:
        return True
    mark = uniform(world.luck_of(key), Draw.ARRIVAL_MARK, n)
    return (strip + mark) * world.params.routes[route].strip_per_day < flow.rate


# a group


def arrive(world: World, route: int, key: Word) -> None:
    """A group reaches the transit state, and waits."""
    g = people_of(world, key, route)
    world.enter(g.compartment, g.place, g.persons)
    g.since = world.now
    world.note(g, Kind.ARRIVED, actor=Actor.PEOPLE, value=float(route))
    g.next_hours = world.hours(g, world.params.staging, Draw.STAGING, 0)
    world.travel(g, Stage.WAIT_IN_TRANSIT)


def people_of(world: World, key: Word, route: int, most: int = 0) -> Group:
    """A group as its own random numbers make it: how many, how many minors,
    whether it wishes to claim asylum."""
    people = world.params.people
    persons = persons_of_group(world, uniform(world.luck_of(key), Draw.GROUP_SIZE, 0))
    if most > 0:
        persons = min(persons, most)
    g = world.new_group(key, persons, route)
    world.people += persons
    g.minors = whole_share(persons, people.minor_share, g.u(Draw.MINOR, 0))
    g.wishes_claim = g.u(Draw.CLAIM_WISH, 0) < people.claim_wish
    return g


def persons_of_group(world: World, u: float) -> int:
    """How many travel together: a party, or now and then a gathering of several."""
    people = world.params.people
    # One uniform says both which kind of group and how many, rescaled within its part: it is uniform again
    # there.
    if u < people.gathering_share:
        return gathering_size(
            u / people.gathering_share, people.gathering_median, people.gathering_log_sd, people.gathering_max
        )
    rest = (u - people.gathering_share) / (1.0 - people.gathering_share)
    return 1 + index_in(rest, world.params.party_sizes, len(world.params.party_sizes))
