"""After an attempt, or instead of one: back to the transit side if the way is free, and then again,
or home."""

from __future__ import annotations

from sim.core.random_streams import Draw
from sim.model.border import harms, word_of_mouth
from sim.model.state.entities import Group, Stage, StagingSite
from sim.model.state.witnessing import witness
from sim.model.state.world import World
from sim.record.events import Actor, Kind
from sim.record.sightings import Seen
from sim.rules.reattempt_chance import chance_to_try_again
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

BLOCK_RETURN = CONTROL_INDEX["block_return"]


# back from the line


def end_attempt(world: World, g: Group, kind: int, actor: int) -> None:
    """The attempt ends at the line; the people are still there."""
    g.trying = False
    # Prevented, withdrawn or dispersed: guards have seen the group in each of these.
    mask = witness(world, Seen.DETECTED, g, occasion=g.tries, actor=Actor.PEOPLE)
    world.note(g, kind, actor=actor, value=float(g.attempts), witness=mask)
    word_of_mouth.count(world, g.sector, g.persons, False)


def go_back(world: World, g: Group) -> Stage:
    """Back to the transit side, if an escort does not block the way."""
    harms.shelter(world, g)
    # Even occasions for the way back at once; the odd ones are for the way back after a wait in the strip.
    if g.u(Draw.WAY_BLOCKED, 2 * g.tries) < world.value[BLOCK_RETURN][g.sector]:
        g.site = site_with_room(world, g)
        if g.site is not None:
            return Stage.WAIT_IN_SITE
        world.move(g, Kind.STRANDED, actor=Actor.ESCORT)
        return Stage.WAIT_IN_STRIP
    world.move(g, Kind.CAME_BACK)
    return decide(world, g)


def site_with_room(world: World, g: Group) -> StagingSite | None:
    """The open site of the group's sector that still has room."""
    for site in world.sites:
        if site.sector == g.sector and has_room(world, site, g.persons):
            return site
    return None


def has_room(world: World, site: StagingSite, persons: int) -> bool:
    """Whether a site takes so many more."""
    line = site.line
    assert line is not None
    return site.is_open and line.persons + persons <= world.params.sites[site.index].capacity


# on the transit side


def decide(world: World, g: Group) -> Stage:
    """After a failed attempt: again, or home. Who has made no attempt tries again."""
    people = world.params.people
    # The chance falls with failed attempts: without any there is nothing that could deter (held back on the
    # way, or led in a column that dispersed).
    if g.attempts == 0:
        return wait_again(world, g)
    chance = chance_to_try_again(
        first=people.try_again,
        fall=people.try_again_fall,
        attempts=g.attempts,
        hardship_weight=people.hardship_weight,
        reserve=g.reserve,
        offer_weight=people.offer_weight,
        offered=1.0 if world.offers_home else 0.0,
    )
    if g.u(Draw.TRY_AGAIN, g.tries) < chance:
        return wait_again(world, g)
    world.note(g, Kind.GAVE_UP, actor=Actor.PEOPLE)
    return Stage.WAIT_FOR_HOME


def wait_again(world: World, g: Group) -> Stage:
    """Before the next try: longer in winter."""
    hours = world.hours(g, world.params.next_try, Draw.NEXT_TRY, g.tries)
    # A least rest: the left tail of the law would give several tries a day.
    g.next_hours = max(hours * world.winter, world.params.people.shortest_rest_h)
    return Stage.WAIT_IN_TRANSIT


def fly_home(world: World, g: Group) -> None:
    """A seat is theirs."""
    g.row = world.home_flight_row
    world.move(g, Kind.FLOWN_HOME, actor=Actor.TRANSIT_STATE)
