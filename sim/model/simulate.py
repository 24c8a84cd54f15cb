"""The heart: who starts, in what order, and what a day does to the world.

world, seed, replication -> a run's record: rows, counters, stocks at midnights
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from simpy import Event

from sim.foundation.units import HOURS_PER_DAY
from sim.model import (
    arrivals,
    barriers,
    beginnings,
    calendar,
    escorts,
    health,
    information,
    posts,
    reception,
    sites,
    transit_state,
    watches,
)
from sim.model.appointments import Appointment, Life, Rank
from sim.model.waiting import WaitingLine
from sim.model.witnesses import Witnesses
from sim.model.world import World
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario

Tick = Callable[[int, int], None]


def simulate(
    scenario: Scenario,
    *,
    seed: int = 0,
    replication: int = 0,
    keep_rows: bool = True,
    tick: Tick | None = None,
) -> RunRecord:
    """Play a scenario out once.

    `tick(day, days)` is called at every midnight, for progress. The same scenario, seed and replication
    give the same record to the bit. Raises `InvariantBroken` if the run breaks a law of the model.
    """
    world = build(scenario, seed=seed, replication=replication, keep_rows=keep_rows, tick=tick)
    world.env.run(until=world.tables.end_h)
    return finish(world)


def build(
    scenario: Scenario, *, seed: int, replication: int, keep_rows: bool = True, tick: Tick | None = None
) -> World:
    """The world at its first midnight, everybody at their place, every process begun."""
    world = World(scenario, seed=seed, replication=replication, keep_rows=keep_rows)
    furnish(world)
    world.record.begin_day(0)
    transit_state.hear_sanctions(world)
    world.controls.refresh(0.0)
    transit_state.take_first_posture(world)
    begin_day(world)
    for process in (
        _midnights(world, tick),
        posts.change_shifts(world),
        *(reception.fly_removals(world, c) for c in range(len(world.centres))),
    ):
        Life(world.env, process).begin()
    calendar.enter_levers(world)
    sites.turn_sites(world)
    beginnings.place_stocks(world)
    for watch in world.line_watches:
        watch.life.begin()  # after the stocks: a column can form of people who were there on the first day
    world.run.stocks[0] = world.record.stock.copy()
    return world


def furnish(world: World) -> None:
    """Posts, lines, clocks, centres, sites, news: everything that is there before anybody acts."""
    scenario, tables = world.scenario, world.tables
    world.sectors = [posts.Post(i, country) for i, country in enumerate(tables.country_of)]
    world.reserves = beginnings.empty_reserves(world)
    barriers.raise_standing_barriers(world)
    world.builders = barriers.builders_of(world)
    world.interior, world.willing = WaitingLine(), WaitingLine()
    world.strips = [WaitingLine() for _ in world.sectors]
    world.sites = [
        sites.Site(i, tables.sector_names.index(s.sector), s.capacity, s.driven)
        for i, s in enumerate(scenario.sites.values())
    ]
    world.clocks = [health.ExposureClock() for _ in world.sectors]
    world.centres = [reception.Centre(c.reception.places) for c in tables.countries]
    world.news = information.News(world)
    world.flows = [arrivals.RouteFlow(world, key) for key in tables.route_keys]
    world.line_watches = [escorts.LineWatch(world, s) for s in range(len(world.sectors))]
    world.on_arrival = arrivals.welcome(world)
    read_scenario(world)
    watches.keep_watch(world)


def read_scenario(world: World) -> None:
    """What the world keeps of the scenario in a form of its own: at the start, and where a world branches."""
    scenario, tables = world.scenario, world.tables
    world.lent_by = [
        [post.index for post in world.sectors if s in tables.neighbours[post.index]]
        for s in range(len(world.sectors))
    ]
    world.points = list(scenario.crossing_points.values())
    world.terrain_factor = barriers.terrain_factors(world)
    world.distances = information.distances_of_routes(world)
    world.strip_heights = [route.strip_per_day for route in scenario.routes.values()]
    world.witnesses = Witnesses(world)
    for clock, sector in zip(world.clocks, tables.sectors, strict=True):
        wet = sector.terrain in ("bog", "river")
        clock.ground = scenario.exposure.bog_factor if wet else 1.0
        clock.night_factor = scenario.exposure.night_factor
    for centre, country in zip(world.centres, tables.countries, strict=True):
        centre.places = country.reception.places
    for site, spec in zip(world.sites, scenario.sites.values(), strict=True):
        site.capacity, site.driven = spec.capacity, spec.driven


def _midnights(world: World, tick: Tick | None) -> Generator[Event, Any, None]:
    """Midnight precedes everything else at its instant: the past day is closed, then the new one begins."""
    for day in range(1, world.tables.days):
        yield Appointment(world.env, HOURS_PER_DAY * day, Rank.MIDNIGHT, 0, day)
        end_day(world)
        world.day = day
        world.record.begin_day(day)
        transit_state.move_posture(world)
        calendar.pull_triggers(world)
        begin_day(world)
        if tick is not None:
            tick(day, world.tables.days)


def end_day(world: World) -> None:
    """What the past day leaves: nobody lost, hours of teams, news on its way, kilometres built."""
    world.check()
    posts.settle_hours(world)
    world.news.arrive()
    barriers.build_barriers(world)


def begin_day(world: World) -> None:
    """The causal order of a day: levers, the season, what people believe, who comes, who flies home."""
    calendar.renew_controls(world)
    health.turn_clocks(world, end_of_day=world.day > 0)
    people = world.scenario.people
    winter = world.tables.months[world.day] + 1 in people.winter_months
    world.winter = people.winter_factor if winter else 1.0
    information.weigh_sectors(world)
    arrivals.open_day(world)
    reception.open_flights_home(world)


def finish(world: World) -> RunRecord:
    """Close the books at the end: nothing at or after it happens."""
    world.env._now = world.tables.end_h
    world.check()
    posts.settle_hours(world)
    for group in world.groups.values():
        hours = world.tables.end_h - group.since
        world.run.person_hours[group.compartment] += group.persons * hours
    world.run.stocks.append(world.record.stock.copy())
    return world.run
