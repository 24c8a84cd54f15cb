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
    """What a route remembers from week to week: its surge."""

    __slots__ = ("key", "log_surge", "luck")

    def __init__(self, world: World, key: int) -> None:
        self.key = key
        self.luck = entity_luck(world.seed, world.replication, key)
        self.log_surge = 0.0


def people_per_day(world: World, route: int) -> float:
    """The day's rate of people on a route."""
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
        rate = people_per_day(world, route) / world.tables.mean_group
        height = world.strip_heights[route]
        strip = 0
        while strip * height < rate:
            _open_strip(world, route, strip, height, rate)
            strip += 1


def _surge(world: World, flow: RouteFlow) -> None:
    surge = world.scenario.surge
    week = world.day // DAYS_PER_WEEK
    normal = normal_quantile(uniform(flow.luck, Draw.SURGE, week))
    flow.log_surge = surge_step(flow.log_surge, surge.reversion if week else 1.0, surge.sd, normal)


def _open_strip(world: World, route: int, strip: int, height: float, rate: float) -> None:
    """The day's candidates of a strip: exponential gaps, uniform marks."""
    key = key_of(world.flows[route].key, strip, world.day)
    luck = entity_luck(world.seed, world.replication, key)
    midnight = HOURS_PER_DAY * world.day
    at, n = 0.0, 0
    while True:
        at -= math.log(uniform(luck, Draw.ARRIVAL_GAP, n)) * HOURS_PER_DAY / height
        if at >= HOURS_PER_DAY:
            return
        if (strip + uniform(luck, Draw.ARRIVAL_MARK, n)) * height < rate:
            group_key = key_of(key, n)
            coming = Appointment(world.env, midnight + at, Rank.ARRIVAL, group_key, 0, (route, group_key))
            coming.callbacks.append(world.on_arrival)
        n += 1


def welcome(world: World) -> Callable[[Event], None]:
    """What an arrival's appointment calls."""

    def come(coming: Event) -> None:
        route, key = cast(tuple[int, int], coming.value)
        arrive(world, route, key)

    return come


def arrive(world: World, route: int, key: int) -> None:
    """A group reaches the transit state, and waits."""
    g = people_of(world, key, route)
    world.record.enter(g.compartment, g.place, g.persons)
    g.since = world.now
    world.note(g, Kind.ARRIVED, actor=Actor.PEOPLE, value=route)
    g.next_hours = groups.first_wait(world, g)
    world.begin(g, groups.wait_in_transit)


def people_of(world: World, key: int, route: int, most: int = 0) -> Group:
    """A group as its own luck makes it: how many, how many minors, whether it wishes to claim asylum."""
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
