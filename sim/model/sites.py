"""Staging sites: places where people wait under control, and what closing one does."""

from __future__ import annotations

from sim.foundation.luck import Draw
from sim.model import groups, health
from sim.model.appointments import Why
from sim.model.waiting import WaitingLine
from sim.model.world import Group, Staying, World
from sim.record.events import Actor, Kind
from sim.scenario.levers import CONTROL_INDEX

SITE_OPEN = CONTROL_INDEX["site_open"]
SITE_SHELTER = CONTROL_INDEX["site_shelter"]
OPEN = 0.5


class Site:
    """A site: where it is, whether it is open, who waits in it."""

    __slots__ = ("capacity", "driven", "index", "is_open", "line", "row", "sector", "shelter")

    def __init__(self, index: int, sector: int, capacity: int, driven: float) -> None:
        self.index = index
        self.sector = sector
        self.capacity = capacity
        self.driven = driven
        self.is_open = False
        self.shelter = 0.0
        self.line = WaitingLine()
        self.row = -1

    def has_room(self, persons: int) -> bool:
        """Whether it takes so many more."""
        return self.is_open and self.line.persons + persons <= self.capacity


def site_with_room(world: World, g: Group) -> int:
    """The open site of the group's sector that still has room, or -1."""
    for site in world.sites:
        if site.sector == g.sector and site.has_room(g.persons):
            return site.index
    return -1


def wait_in_site(world: World, g: Group) -> Staying:
    """Held in a site: their own clock stands, until a column, a seat home, or the site's end."""
    site = world.sites[g.site]
    world.move(g, Kind.ENTERED_SITE, actor=Actor.TRANSIT_STATE, cause=site.row if g.row < 0 else None)
    site.line.add(g, world.since(g))
    if g.u(Draw.ACCEPTS_FLIGHT, g.tries) < world.scenario.people.accepts_flight:
        world.willing.add(g, world.since(g))
    health.expose(world, g, world.scenario.exposure.site * (1.0 - site.shelter))
    why = yield world.stand_by(g)
    site.line.leave(g)
    world.willing.leave(g)
    health.shelter(world, g)
    g.site = -1
    if why == Why.SEAT_HOME:
        return groups.fly_home(world, g)
    if why == Why.JOINS_COLUMN:
        return groups.march_in_column
    world.note(g, Kind.LEFT_SITE, actor=Actor.TRANSIT_STATE, cause=site.row)
    if why == Why.DRIVEN:
        g.tries += 1
        g.guided = True
        return groups.attempt
    world.move(g, Kind.CAME_BACK, actor=Actor.TRANSIT_STATE)
    return groups.wait_again(world, g)


def turn_sites(world: World) -> None:
    """Sites that open take people from the strip, oldest first; sites that close let people go, or drive them."""
    for site in world.sites:
        _shelter(world, site, world.value[SITE_SHELTER][site.index])
        is_open = world.value[SITE_OPEN][site.index] >= OPEN
        if is_open and not site.is_open:
            _open(world, site)
        elif site.is_open and not is_open:
            _close(world, site)


def _shelter(world: World, site: Site, shelter: float) -> None:
    """Another shelter is felt at once by everybody who is there."""
    if shelter != site.shelter:
        site.shelter = shelter
        for group in site.line.in_order():
            health.expose(world, group, world.scenario.exposure.site * (1.0 - shelter))


def _open(world: World, site: Site) -> None:
    site.is_open = True
    site.row = world.write(
        world.now,
        Kind.SITE_OPENED,
        0,
        0,
        site.sector,
        Actor.TRANSIT_STATE,
        float(site.capacity),
        world.lever_behind(SITE_OPEN, site.index),
    )
    for group in world.strips[site.sector].in_order():
        if site.has_room(group.persons):
            group.site = site.index
            world.take(group, Why.ENTERS_SITE)


def _close(world: World, site: Site) -> None:
    site.is_open = False
    site.row = world.write(
        world.now,
        Kind.SITE_CLOSED,
        0,
        site.line.persons,
        site.sector,
        Actor.TRANSIT_STATE,
        0.0,
        max(site.row, world.lever_behind(SITE_OPEN, site.index)),
    )
    for group in site.line.in_order():
        driven = group.u(Draw.SITE_DRIVEN, group.tries) < site.driven
        world.take(group, Why.DRIVEN if driven else Why.SITE_CLOSED)
