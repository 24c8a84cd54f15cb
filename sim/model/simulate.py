"""The heart: who starts, in what order, and what a day does to the world.

world, seed, replication -> a run's record: rows, counters, stocks at midnights
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.core.units import HOURS_PER_DAY
from sim.model.border.barriers import build_barriers
from sim.model.border.exposure_clock import turn_clocks
from sim.model.border.guard_posts import change_shifts, settle_hours
from sim.model.border.transit_state import hear_sanctions, move_posture, take_first_posture
from sim.model.border.word_of_mouth import news_arrive, weigh_sectors
from sim.model.calendar import enter_levers, pull_triggers, renew_controls
from sim.model.extensions.extended import extended
from sim.model.journeys.arrivals import open_day
from sim.model.journeys.escorts import watch_line
from sim.model.journeys.initial_groups import place_stocks
from sim.model.journeys.reception import fly_removals, open_flights_home
from sim.model.journeys.staging_sites import turn_sites
from sim.model.state.control_values import refresh
from sim.model.state.entities import Midnights
from sim.model.state.world import Day, World
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario

Tick = Callable[[int, int], None]


# the days of a world


def start(world: World) -> None:
    """Everybody at their place at the first midnight, every process begun."""
    draw_lucks(world)
    world.begin_counting(0)
    hear_sanctions(world)
    refresh(world, 0.0)
    take_first_posture(world)
    begin_day(world)
    world.begin(world.midnights, midnights_go_by)
    world.begin(world.shifts, change_shifts)
    for centre in world.centres:
        world.begin(centre, fly_removals)
    enter_levers(world)
    turn_sites(world)
    place_stocks(world)
    # after the stocks: a column can form of people who were there on the first day
    for watch in world.line_watches:
        world.begin(watch, watch_line)
    begin_extensions(world)


def begin_extensions(world: World) -> None:
    """Actors of the scenario's own begin, where it has any: see `sim.model.extensions.extended`."""
    return


def draw_lucks(world: World) -> None:
    """The luck of what is there from the start, in this replication."""
    for flow in world.flows:
        flow.luck = world.luck_of(flow.key)
    for watch in world.line_watches:
        watch.luck = world.luck_of(world.params.sector_keys[watch.sector])


def midnights_go_by(world: World, midnights: Midnights) -> Day:
    """Midnight precedes everything else at its instant: the past day is closed, then the new one begins."""
    for day in range(1, world.params.days):
        yield world.wait_until(midnights, HOURS_PER_DAY * day)
        end_day(world)
        world.day = day
        world.begin_counting(day)
        move_posture(world)
        pull_triggers(world)
        begin_day(world)


def end_day(world: World) -> None:
    """What the past day leaves: nobody lost, hours of teams, news on its way, kilometres built."""
    world.check()
    settle_hours(world)
    news_arrive(world)
    build_barriers(world)


def begin_day(world: World) -> None:
    """The causal order of a day: levers, the season, what people believe, who comes, who flies home."""
    renew_controls(world)
    turn_clocks(world, world.day > 0)
    world.winter = world.params.people.winter_factor if world.params.is_winter[world.day] else 1.0
    weigh_sectors(world)
    open_day(world)
    open_flights_home(world)


def close_books(world: World) -> None:
    """The end: nobody lost, hours of teams, and the hours of those who are still on their way."""
    world.check()
    settle_hours(world)
    g = world.first_group
    while g is not None:
        hours = world.params.end_h - g.since
        world.person_hours[g.compartment] += g.persons * hours
        g = g.made_after


# a run


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
    world = build(scenario, seed=seed, replication=replication, keep_rows=keep_rows)
    play(world, world.params.end_h, tick)
    return finish(world)


def build(scenario: Scenario, *, seed: int, replication: int, keep_rows: bool = True) -> World:
    """The world at its first midnight, everybody at their place, every process begun."""
    model = extended(scenario)
    world = model.world(scenario, seed=seed, replication=replication, keep_rows=keep_rows)
    model.furnish(world)
    model.start(world)
    world.run.stocks[0] = world.stock.copy()
    return world


def play(world: World, until_h: float, tick: Tick | None) -> None:
    """Go on until a time, which is not reached; called at a midnight before its events, or at the start."""
    if tick is not None:
        first, last = math.floor(world.now / HOURS_PER_DAY) + 1, math.floor(until_h / HOURS_PER_DAY)
        for day in range(first, min(last + 1, world.params.days)):
            world.env.run(until=HOURS_PER_DAY * day)
            tick(day, world.params.days)
    if world.now < until_h:
        world.env.run(until=until_h)


def finish(world: World) -> RunRecord:
    """Close the books at the end: nothing at or after it happens."""
    run: RunRecord = world.run
    world.env._now = world.params.end_h
    extended(world.scenario).close_books(world)
    run.groups = world.made
    run.stocks.append(world.stock.copy())
    return run
