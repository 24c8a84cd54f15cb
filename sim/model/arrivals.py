"""Arrivals: a Poisson process in the plane, so that twin worlds share every group that exists in both.

Strips of fixed height hold candidate groups with addressed times and marks; a group arrives when the
floor of its strip and its mark lie under the day's rate. A higher rate opens more strips; no candidate
of the lower ones moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import cast

from simpy import Event

from sim.foundation.distributions import index_in, normal_quantile, whole_share
from sim.foundation.luck import Draw, entity_luck, key_of, uniform
from sim.foundation.units import DAYS_PER_WEEK, HOURS_PER_DAY
from sim.model import groups
from sim.model.appointments import Appointment, Rank
from sim.model.transit_state import mean_posture
from sim.model.world import Group, World
from sim.record.events import Actor, Kind
from sim.rules.arrivals import arrival_rate, feedback_exponent, gathering_size, stance_term, surge_step
from sim.scenario.levers import CONTROL_INDEX

ARRIVALS_FACTOR = CONTROL_INDEX["arrivals_factor"]


class RouteFlow:
    """What a route remembers: its surge from week to week, and the rate of groups that holds and that was opened today."""

    __slots__ = ("key", "log_surge", "luck", "opened", "rate")

    def __init__(self, world: World, key: int) -> None:
        self.key = key
        self.luck = entity_luck(world.seed, world.replication, key)
        self.log_surge = 0.0
        self.rate = 0.0
        self.opened = 0.0


def people_per_day(world: World, route: int) -> float:
    """The present rate of people on a route."""
    spec = list(world.scenario.routes.values())[route]
    information = world.scenario.information
    feedback = removals = 0.0
    if world.on.word_of_mouth:
        feedback = feedback_exponent(
            information.arrivals_weight, world.news.overall, information.prior_success
        )
        removals = information.removal_weight * world.news.removals
    return arrival_rate(
        spec.people_per_day, spec.season[world.tables.months[world.day]], world.value[ARRIVALS_FACTOR][route],
        stance_term(spec.stance_exponent, mean_posture(world)), world.flows[route].log_surge, feedback, removals,
    )  # fmt: skip


def open_day(world: World) -> None:
    """Midnight: the rate of every route for the day, and the groups that come under it."""
    for route, flow in enumerate(world.flows):
        if world.on.surge and world.day % DAYS_PER_WEEK == 0:
            _surge(world, flow)
        flow.rate = people_per_day(world, route) / world.tables.mean_group
        flow.opened = 0.0
        _open(world, route)


def renew_rates(world: World) -> None:
    """A lever has turned: from now on the rate is another; candidates of a higher one come too, those of a lower one stay away."""
    for route, flow in enumerate(world.flows):
        flow.rate = people_per_day(world, route) / world.tables.mean_group
        if flow.rate > flow.opened:
            _open(world, route)


def _open(world: World, route: int) -> None:
    """The rest of the day's candidates between the rate that was opened and the rate that holds."""
    flow, height = world.flows[route], world.strip_heights[route]
    strip = 0
    while strip * height < flow.rate:
        if (strip + 1) * height > flow.opened:
            _open_strip(world, route, strip, height)
        strip += 1
    flow.opened = flow.rate


def _surge(world: World, flow: RouteFlow) -> None:
    surge = world.scenario.surge
    week = world.day // DAYS_PER_WEEK
    normal = normal_quantile(uniform(flow.luck, Draw.SURGE, week))
    flow.log_surge = surge_step(flow.log_surge, surge.reversion if week else 1.0, surge.sd, normal)


def _open_strip(world: World, route: int, strip: int, height: float) -> None:
    """The day's candidates of a strip: exponential gaps, uniform marks."""
    flow = world.flows[route]
    key = key_of(flow.key, strip, world.day)
    luck = entity_luck(world.seed, world.replication, key)
    midnight = HOURS_PER_DAY * world.day
    at, n = 0.0, 0
    while True:
        at -= math.log(uniform(luck, Draw.ARRIVAL_GAP, n)) * HOURS_PER_DAY / height
        if at >= HOURS_PER_DAY:
            return
        level = (strip + uniform(luck, Draw.ARRIVAL_MARK, n)) * height
        if flow.opened <= level < flow.rate and midnight + at >= world.now:
            group_key = key_of(key, n)
            coming = (route, group_key, strip, n)
            appointment = Appointment(world.env, midnight + at, Rank.ARRIVAL, group_key, n, coming)
            appointment.callbacks.append(world.on_arrival)
        n += 1


def welcome(world: World) -> Callable[[Event], None]:
    """What an arrival's appointment calls: whoever lies under the rate that holds now arrives."""

    def come(coming: Event) -> None:
        route, key, strip, n = cast(tuple[int, int, int, int], coming.value)
        if still_comes(world, route, strip, n):
            arrive(world, route, key)

    return come


def still_comes(world: World, route: int, strip: int, n: int) -> bool:
    """Whether a candidate of the day lies under the rate that holds; looked at only where a lever has lowered it today."""
    flow = world.flows[route]
    if flow.rate >= flow.opened:
        return True
    luck = entity_luck(world.seed, world.replication, key_of(flow.key, strip, world.day))
    return (strip + uniform(luck, Draw.ARRIVAL_MARK, n)) * world.strip_heights[route] < flow.rate


def arrive(world: World, route: int, key: int) -> None:
    """A group reaches the transit state, and waits."""
    g = people_of(world, key, route)
    world.record.enter(g.compartment, g.place, g.persons)
    g.since = world.now
    world.note(g, Kind.ARRIVED, actor=Actor.PEOPLE, value=route)
    g.next_hours = groups.first_wait(world, g)
    world.begin(g, groups.wait_in_transit)


def people_of(world: World, key: int, route: int, most: int = 0) -> Group:
    """A group as its own random numbers make it: how many, how many minors, whether it wishes to claim asylum."""
    people = world.scenario.people
    luck = entity_luck(world.seed, world.replication, key)
    u = uniform(luck, Draw.GROUP_SIZE, 0)
    if u < people.gathering_share:
        persons = gathering_size(
            u / people.gathering_share, people.gathering_median, people.gathering_log_sd, people.gathering_max
        )
    else:
        u = (u - people.gathering_share) / (1.0 - people.gathering_share)
        persons = 1 + index_in(u, world.tables.party_sizes, len(world.tables.party_sizes))
    g = world.new_group(key, min(persons, most) if most else persons, route)
    g.minors = whole_share(g.persons, people.minor_share, g.u(Draw.MINOR, 0))
    g.wishes_claim = g.u(Draw.CLAIM_WISH, 0) < people.claim_wish
    return g
