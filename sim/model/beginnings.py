"""Who is there when the run begins: groups in each compartment, with the time they have already waited."""

from __future__ import annotations

from collections.abc import Callable

from sim.foundation.distributions import draw_duration
from sim.foundation.luck import Draw, key_of, key_of_name
from sim.model import groups, reception, sites
from sim.model.arrivals import people_of
from sim.model.posts import Pool
from sim.model.world import Group, Stage, World
from sim.record.events import Compartment, Kind
from sim.scenario.schema import Stock

STAGES: dict[str, tuple[Compartment, Stage]] = {
    "waiting": (Compartment.WAITING, groups.wait_in_transit),
    "gave_up": (Compartment.WAITING, groups.wait_for_home),
    "in_site": (Compartment.WAITING, sites.wait_in_site),
    "stranded": (Compartment.STRANDED, groups.wait_in_strip),
    "procedure": (Compartment.PROCEDURE, reception.stay_in_procedure),
    "awaiting_removal": (Compartment.AWAITING_REMOVAL, reception.await_removal),
}
before_start: Callable[[World, list[tuple[Group, Stage]]], None] | None = None
"""A test sets this to shuffle who is made first; the keys alone must decide."""


def place_stocks(world: World) -> None:
    """Make the groups of every stock, and begin their journeys in the order of their keys."""
    started: list[tuple[Group, Stage]] = []
    for name, stock in world.scenario.initial.items():
        compartment, stage = STAGES[stock.compartment]
        placed, n = 0, 0
        key = key_of_name("initial " + name)
        while placed < stock.persons:
            g = people_of(world, key_of(key, n), _route(world, stock), stock.persons - placed)
            _place(world, g, stock, compartment)
            started.append((g, stage))
            placed += g.persons
            n += 1
    if before_start is not None:
        before_start(world, started)
    for g, stage in sorted(started, key=lambda entry: entry[0].key):
        world.begin(g, stage)
        g.waited_h = 0.0


def _route(world: World, stock: Stock) -> int:
    names = world.tables.route_names
    return names.index(stock.place) if stock.place in names else len(names)


def _place(world: World, g: Group, stock: Stock, compartment: Compartment) -> None:
    tables = world.tables
    g.attempts = g.tries = stock.attempts
    if stock.compartment in ("stranded", "procedure", "awaiting_removal"):
        by_country = stock.place in tables.country_names
        g.sector = (
            tables.country_of.index(tables.country_names.index(stock.place))
            if by_country
            else tables.sector_names.index(stock.place)
        )
    elif stock.compartment == "in_site":
        g.site = tables.site_names.index(stock.place)
        g.sector = world.sites[g.site].sector
    g.claim_heard = stock.compartment == "procedure"
    g.compartment = compartment
    g.place = world.place_of(compartment, g)
    world.record.enter(compartment, g.place, g.persons)
    world.note(g, Kind.WAS_PRESENT, value=float(compartment))
    u = g.u(Draw.INITIAL_WAIT, 0)
    g.waited_h = draw_duration(u, tables.law(stock.waited), tables.quantiles)
    if stock.compartment == "waiting":
        law, stream = (tables.next_try, Draw.NEXT_TRY) if stock.attempts else (tables.staging, Draw.STAGING)
        g.next_hours = world.hours_left(g, law, stream, stock.attempts)


def empty_reserves(world: World) -> list[Pool]:
    """The mobile reserve of each country, all of it free."""
    return [Pool() for _ in world.tables.countries]
