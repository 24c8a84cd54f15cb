"""In the transit state: people wait, set out, are held back, stand between the lines, march in a column,
or give up."""

from __future__ import annotations

import math

from sim.core.event_order import Why
from sim.core.random_streams import Draw, uniform
from sim.model.border import harms
from sim.model.border.after_attempt import decide, fly_home, wait_again
from sim.model.journeys.reception import admit_claim
from sim.model.state.entities import Group, Stage
from sim.model.state.waiting_lines import join, leave, leave_seats
from sim.model.state.world import Staying, World
from sim.record.events import Actor, Kind
from sim.rules.sector_choice import race_key
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

GUIDE = CONTROL_INDEX["guide"]
HOLD_BACK = CONTROL_INDEX["hold_back"]
BLOCK_RETURN = CONTROL_INDEX["block_return"]
CLAIMS_HEARD = CONTROL_INDEX["claims_heard"]
POINT_OPEN = CONTROL_INDEX["point_open"]
OPEN = 0.5


def wait_in_transit(world: World, g: Group) -> Staying:
    """People wait in the interior until they set out, or until somebody fetches them."""
    join(world, world.interior, g, world.since(g))
    if g.attempts > 0 and g.u(Draw.ACCEPTS_FLIGHT, g.tries) < world.params.people.accepts_flight_waiting:
        join(world, world.willing, g, world.since(g))
    why = yield world.wait(g, g.next_hours, Why.JOINS_COLUMN, Why.SEAT_HOME)
    leave(world, g)
    leave_seats(world, g)
    # After the wait, since only its end says how many days of rest it was.
    harms.rest(world, g)
    if why == Why.JOINS_COLUMN:
        return Stage.MARCH_IN_COLUMN
    if why == Why.SEAT_HOME:
        fly_home(world, g)
        return None
    return Stage.SET_OUT


def wait_for_home(world: World, g: Group) -> Staying:
    """They have given up: a seat on a flight, if they take one, or home by their own means."""
    if g.u(Draw.ACCEPTS_FLIGHT, 0) < world.params.people.accepts_flight:
        join(world, world.willing, g, world.since(g))
    hours = world.hours_left(g, world.params.own_means, Draw.OWN_MEANS, 0)
    why = yield world.wait(g, hours, Why.SEAT_HOME)
    leave_seats(world, g)
    if why == Why.SEAT_HOME:
        fly_home(world, g)
    else:
        world.move(g, Kind.LEFT_BY_OWN_MEANS, actor=Actor.PEOPLE)
    return None


# on the way to the line


def set_out(world: World, g: Group) -> Staying:
    """They choose a sector, or an official crossing, and walk to the line;
    escorts may stop them on the way."""
    # Ways to the line are counted apart from attempts: numbers of a way that was held back are not used
    # again.
    g.tries += 1
    point = official_crossing(world, g)
    if point >= 0:
        g.sector = world.params.sector_of_point[point]
    else:
        g.sector = choose_sector(world, g)
        g.guided = g.u(Draw.GUIDED, g.tries) < world.value[GUIDE][g.sector]
    world.move(g, Kind.SET_OUT)
    harms.expose(world, g, world.params.exposure.walking)
    yield world.wait(g, world.hours(g, world.params.walk, Draw.WALK_TIME, g.tries))
    harms.shelter(world, g)
    if g.u(Draw.HELD_BACK, g.tries) < world.value[HOLD_BACK][g.sector]:
        return Stage.HELD_BACK
    if point >= 0:
        return ask_at_crossing_point(world, g, point)
    return Stage.ATTEMPT


def official_crossing(world: World, g: Group) -> int:
    """The open crossing point that a group with a wish to claim goes to, or -1."""
    points = world.params.points
    if not g.wishes_claim:
        return -1
    for point, place in enumerate(points):
        is_open = world.value[POINT_OPEN][point] >= OPEN
        # One number for each try and point: it does not depend on which other points are open.
        if is_open and g.u(Draw.CROSSING_POINT, g.tries * len(points) + point) < place.use:
            return point
    return -1


def choose_sector(world: World, g: Group) -> int:
    """A multinomial logit over sectors: the first to arrive in an exponential race."""
    weights = world.weights[g.route]
    best = math.inf
    chosen = 0
    first = g.tries * len(weights)
    for sector, weight in enumerate(weights):
        u = uniform(g.luck, Draw.SECTOR_CHOICE, first + sector)
        if 1.0 - u < best * weight:  # no key is below (1 - u) / weight, so the logarithm is seldom needed
            key = race_key(u, weight)
            if key < best:
                best = key
                chosen = sector
    return chosen


def ask_at_crossing_point(world: World, g: Group, point: int) -> Stage:
    """They ask at an official crossing; where it has shut meanwhile, or the claim is not heard,
    they are sent back."""
    # Looked at again: days may have passed on the way.
    if world.value[POINT_OPEN][point] >= OPEN:
        world.note(g, Kind.CLAIM_LODGED, actor=Actor.PEOPLE)
        if g.u(Draw.CLAIM_HEARD, g.tries) < world.value[CLAIMS_HEARD][g.sector]:
            return admit_claim(world, g)
    world.move(g, Kind.CAME_BACK, actor=Actor.DESTINATION_STATE)
    return wait_again(world, g)


def held_back(world: World, g: Group) -> Staying:
    """Escorts stop the group on its way and let it go later; it has made no attempt."""
    world.move(g, Kind.HELD_BACK, actor=Actor.ESCORT)
    harms.expose(world, g, world.params.exposure.held)
    yield world.wait(g, world.hours(g, world.params.hold_back, Draw.HOLD_TIME, g.tries))
    harms.shelter(world, g)
    world.move(g, Kind.LET_GO, actor=Actor.ESCORT)
    return decide(world, g)


# before the line


def wait_in_strip(world: World, g: Group) -> Staying:
    """Stranded between the lines: exposed, until they try again, are fetched, or may go back."""
    strip = world.sectors[g.sector].strip
    assert strip is not None
    join(world, strip, g, world.since(g))
    harms.expose(world, g, 1.0)
    hours = world.hours_left(g, world.params.next_try_strip, Draw.STRIP_TIME, g.tries)
    hours = max(hours * world.winter, world.params.people.shortest_rest_h)
    why = yield world.wait(g, hours, Why.JOINS_COLUMN, Why.ENTERS_SITE, Why.DIVERTED)
    leave(world, g)
    harms.shelter(world, g)
    if why == Why.JOINS_COLUMN:
        return Stage.MARCH_IN_COLUMN
    if why == Why.ENTERS_SITE:
        return Stage.WAIT_IN_SITE
    if why == Why.DIVERTED:
        g.tries += 1
        g.guided = True
        return Stage.ATTEMPT
    if g.u(Draw.WAY_BLOCKED, 2 * g.tries + 1) >= world.value[BLOCK_RETURN][g.sector]:
        world.move(g, Kind.CAME_BACK)
        return decide(world, g)
    g.tries += 1
    g.guided = g.u(Draw.GUIDED, g.tries) < world.value[GUIDE][g.sector]
    return Stage.ATTEMPT


def march_in_column(world: World, g: Group) -> Staying:
    """Led to the line as one of many; whether they try there is drawn by group."""
    column = g.column
    assert column is not None
    initiator = column.initiator
    g.tries += 1
    g.sector = column.sector
    g.guided = initiator == Actor.ESCORT
    g.row = column.row
    world.move(g, Kind.JOINED_COLUMN, actor=initiator)
    harms.expose(world, g, world.params.exposure.walking)
    why = yield world.stand_by(g, Why.DUE, Why.DISPERSED)
    harms.shelter(world, g)
    if why == Why.DISPERSED:
        return Stage.ATTEMPT
    if g.u(Draw.COLUMN_TRIES, g.tries) < world.params.standoffs.attempt_share:
        g.attempts += 1
        g.trying = True
        world.move(g, Kind.ATTEMPT, actor=initiator, value=float(g.attempts))
    return Stage.MEET_IN_STANDOFF
