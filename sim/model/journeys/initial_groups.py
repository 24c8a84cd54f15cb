"""Who is there when the run begins: groups in each compartment, with the time they have already waited."""

from __future__ import annotations

from sim.core.random_streams import Draw, key_of, key_of_name
from sim.model.journeys.arrivals import people_of
from sim.model.state.entities import Group, Stage, StagingSite, StockState
from sim.model.state.membership import in_order_of_keys
from sim.model.state.world import World
from sim.record.events import Compartment, Kind
from sim.scenario.params import Params
from sim.scenario.schema import Scenario

PLACES: dict[str, tuple[Compartment, Stage]] = {
    "waiting": (Compartment.WAITING, Stage.WAIT_IN_TRANSIT),
    "gave_up": (Compartment.WAITING, Stage.WAIT_FOR_HOME),
    "in_site": (Compartment.WAITING, Stage.WAIT_IN_SITE),
    "stranded": (Compartment.STRANDED, Stage.WAIT_IN_STRIP),
    "procedure": (Compartment.PROCEDURE, Stage.STAY_IN_PROCEDURE),
    "awaiting_removal": (Compartment.AWAITING_REMOVAL, Stage.AWAIT_REMOVAL),
}
"""Where people of each kind of stock are, and the stage that they begin with;
a site is entered by its stage."""


def place_stocks(world: World) -> None:
    """Make the groups of every stock, and begin their journeys in the order of their keys."""
    first: Group | None = None
    for stock in world.stocks:
        placed = 0
        n = 0
        while placed < stock.persons:
            g = people_of(world, key_of(stock.key, n), stock.route, stock.persons - placed)
            place(world, g, stock)
            g.next_member = first
            first = g
            placed += g.persons
            n += 1
    following = in_order_of_keys(world, first)
    while following is not None:
        g = following
        following = g.next_member
        g.next_member = None
        world.travel(g, g.begins)
        g.waited_h = 0.0


def place(world: World, g: Group, stock: StockState) -> None:
    """A group of a stock stands where the scenario says, and has waited for some time."""
    g.attempts = stock.attempts
    g.tries = stock.attempts
    g.sector = stock.sector
    g.site = stock.site
    g.claim_heard = stock.claim_heard
    g.begins = stock.stage
    g.compartment = stock.compartment
    g.place = world.place_of(g.compartment, g.sector)
    world.enter(g.compartment, g.place, g.persons)
    world.note(g, Kind.WAS_PRESENT, value=float(g.compartment))
    g.waited_h = world.duration(g.u(Draw.INITIAL_WAIT, 0), stock.waited)
    if stock.waits and stock.attempts > 0:
        g.next_hours = world.hours_left(g, world.params.next_try, Draw.NEXT_TRY, stock.attempts)
    elif stock.waits:
        g.next_hours = world.hours_left(g, world.params.staging, Draw.STAGING, 0)


def stocks_of(scenario: Scenario, params: Params, sites: list[StagingSite]) -> list[StockState]:
    """The initial stocks of a scenario in numbers."""
    return [_stock_of(scenario, params, sites, name) for name in scenario.initial]


def _stock_of(scenario: Scenario, params: Params, sites: list[StagingSite], name: str) -> StockState:
    stock = scenario.initial[name]
    compartment, stage = PLACES[stock.compartment]
    site = sites[params.site_names.index(stock.place)] if stock.compartment == "in_site" else None
    of_route = stock.place in params.route_names
    return StockState(
        key=key_of_name("initial " + name),
        persons=stock.persons,
        route=params.route_names.index(stock.place) if of_route else len(params.route_names),
        compartment=int(compartment),
        stage=stage,
        attempts=stock.attempts,
        sector=_sector_of(params, stock.compartment, stock.place) if site is None else site.sector,
        site=site,
        claim_heard=stock.compartment == "procedure",
        waits=stock.compartment == "waiting",
        waited=params.law(stock.waited),
    )


def _sector_of(params: Params, compartment: str, place: str) -> int:
    """The sector that a stock is placed at: a named one, the first of a named country,
    or -1 in the transit state."""
    if compartment not in ("stranded", "procedure", "awaiting_removal"):
        return -1
    if place in params.country_names:
        return params.country_of.index(params.country_names.index(place))
    return params.sector_names.index(place)
