"""Staging sites: places where people wait under control, and what closing one does."""

from __future__ import annotations

from sim.core.event_order import Why
from sim.core.random_streams import Draw
from sim.model.border import harms
from sim.model.border.after_attempt import fly_home, has_room, wait_again
from sim.model.state.entities import Group, Stage, StagingSite
from sim.model.state.waiting_lines import join, leave, leave_seats
from sim.model.state.world import Staying, World
from sim.record.events import Actor, Kind
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

SITE_OPEN = CONTROL_INDEX["site_open"]
SITE_SHELTER = CONTROL_INDEX["site_shelter"]
OPEN = 0.5


def wait_in_site(world: World, g: Group) -> Staying:
    """Held in a site: their own clock stands, until a column, a seat home, or the site's end."""
    site = g.site
    assert site is not None
    assert site.line is not None
    if g.row < 0:
        g.row = site.row
    world.move(g, Kind.ENTERED_SITE, actor=Actor.TRANSIT_STATE)
    join(world, site.line, g, world.since(g))
    if g.u(Draw.ACCEPTS_FLIGHT, g.tries) < world.params.people.accepts_flight:
        join(world, world.willing, g, world.since(g))
    harms.expose(world, g, world.params.exposure.site * (1.0 - site.shelter))
    why = yield world.stand_by(g, Why.JOINS_COLUMN, Why.SEAT_HOME, Why.DRIVEN, Why.SITE_CLOSED)
    leave(world, g)
    leave_seats(world, g)
    harms.shelter(world, g)
    g.site = None
    if why == Why.SEAT_HOME:
        fly_home(world, g)
        return None
    if why == Why.JOINS_COLUMN:
        return Stage.MARCH_IN_COLUMN
    g.row = site.row
    world.note(g, Kind.LEFT_SITE, actor=Actor.TRANSIT_STATE)
    if why == Why.DRIVEN:
        g.tries += 1
        g.guided = True
        return Stage.ATTEMPT
    world.move(g, Kind.CAME_BACK, actor=Actor.TRANSIT_STATE)
    return wait_again(world, g)


def turn_sites(world: World) -> None:
    """Sites that open take people from the strip, oldest first; sites that close let people go,
    or drive them."""
    for site in world.sites:
        shelter_site(world, site, world.value[SITE_SHELTER][site.index])
        is_open = world.value[SITE_OPEN][site.index] >= OPEN
        if is_open and not site.is_open:
            open_site(world, site)
        elif site.is_open and not is_open:
            close_site(world, site)


def shelter_site(world: World, site: StagingSite, shelter: float) -> None:
    """Another shelter is felt at once by everybody who is there."""
    if shelter == site.shelter:
        return
    site.shelter = shelter
    assert site.line is not None
    ticket = site.line.first
    while ticket is not None:
        if ticket.group is not None:
            harms.expose(world, ticket.group, world.params.exposure.site * (1.0 - shelter))
        ticket = ticket.after


def open_site(world: World, site: StagingSite) -> None:
    """A site opens, and takes from the strip whom it has room for."""
    strip = world.sectors[site.sector].strip
    assert strip is not None
    site.is_open = True
    site.row = world.write(
        world.now, Kind.SITE_OPENED, 0, 0, site.sector, Actor.TRANSIT_STATE,
        float(world.params.sites[site.index].capacity), world.lever_behind(SITE_OPEN, site.index),
    )  # fmt: skip
    ticket = strip.first
    while ticket is not None:
        following = ticket.after
        g = ticket.group
        if g is not None and has_room(world, site, g.persons):
            g.site = site
            world.take(g, Why.ENTERS_SITE)
        ticket = following


def close_site(world: World, site: StagingSite) -> None:
    """A site closes: whoever is in it is driven to the line, or let go."""
    line = site.line
    assert line is not None
    site.is_open = False
    site.row = world.write(
        world.now, Kind.SITE_CLOSED, 0, line.persons, site.sector, Actor.TRANSIT_STATE, 0.0,
        max(site.row, world.lever_behind(SITE_OPEN, site.index)),
    )  # fmt: skip
    ticket = line.first
    while ticket is not None:
        following = ticket.after
        if ticket.group is not None:
            send_away(world, site, ticket.group)
        ticket = following


def send_away(world: World, site: StagingSite, g: Group) -> None:
    """A group of a site that closes is driven to the line, or let go."""
    if g.u(Draw.SITE_DRIVEN, g.tries) < world.params.sites[site.index].driven:
        world.take(g, Why.DRIVEN)
    else:
        world.take(g, Why.SITE_CLOSED)
