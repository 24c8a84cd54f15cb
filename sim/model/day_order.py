"""The heart of the model: who starts, in what order, and what a day does to the world.

`sim.model.simulate` builds a world and plays it out; here is what happens in it at the start,
at each midnight and at the end.
"""

from __future__ import annotations

from sim.core.units import HOURS_PER_DAY
from sim.model.border.barriers import build_barriers
from sim.model.border.guard_posts import change_shifts, settle_hours
from sim.model.border.harms import turn_clocks
from sim.model.border.transit_state import hear_sanctions, move_posture, take_first_posture
from sim.model.border.word_of_mouth import news_arrive, weigh_sectors
from sim.model.calendar import enter_levers, pull_triggers, renew_controls
from sim.model.journeys.arrivals import open_day
from sim.model.journeys.escorts import watch_line
from sim.model.journeys.initial_groups import place_stocks
from sim.model.journeys.reception import fly_removals, open_flights_home
from sim.model.journeys.staging_sites import turn_sites
from sim.model.state.control_values import refresh
from sim.model.state.entities import Midnights
from sim.model.state.world import Day, World


def start(world: World) -> None:
    """Everybody at their place at the first midnight, every process begun."""
    draw_lucks(world)
    world.begin_counting(0)
    # Before the controls: a sanction's pressure enters them only after the delay of its answer.
    hear_sanctions(world)
    refresh(world, 0.0)
    # After the controls, whose posture it takes, and before the day, whose stance controls follow from it.
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
        # The day's number changes after the past day is closed: team hours and news belong to the day that
        # ends.
        end_day(world)
        world.day = day
        world.begin_counting(day)
        # The posture before the new controls: it has moved under the target that held until now. Triggers
        # before begin_day, so that a lever that one starts without delay is in force today.
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
    # Controls before clocks, since aid enters the hazard; on the first day there is no past day to add up.
    renew_controls(world)
    turn_clocks(world, world.day > 0)
    world.winter = world.params.people.winter_factor if world.params.is_winter[world.day] else 1.0
    # Beliefs have arrived in end_day: people who set out today know what became news at this midnight.
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
