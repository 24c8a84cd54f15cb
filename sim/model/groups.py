"""A group's way: each stage reads top to bottom as what the people do, and names the stage that follows.

wait_in_transit -> set_out -> attempt -> cross_zone -> face_decision -> stay_in_procedure -> await_removal
      ^  |             |         |           +-> live_unseen
      |  +- march_in_column      +-> wait_in_strip / wait_in_site
      +------------------- back on the transit side; or wait_for_home
"""

from __future__ import annotations

import math
from collections.abc import Generator
from enum import Enum

from simpy import Event

from sim.foundation.distributions import draw_duration
from sim.foundation.luck import Draw, uniform
from sim.foundation.order import HARMS_A_TRY, HELD_PART, PASSED_PART, Priority
from sim.model import health, reception, sites, standoffs
from sim.model.appointments import Why
from sim.model.barriers import shares_standing, wear
from sim.model.posts import UNSERVED, abandon_call, call_off, call_teams, hold_then_back
from sim.model.witnesses import Seen, witness
from sim.model.world import Group, Stage, Staying, World
from sim.record.events import Actor, Kind
from sim.rules.choice import race_key
from sim.rules.crossing import NO_BARRIER, WALL, barrier_met, persons_held, zone_hours
from sim.rules.detection import NEVER, detection_time_h, is_night, patrol_hazard, sensor_time_h, size_factor
from sim.rules.return_home import chance_to_try_again
from sim.scenario.levers import CONTROL_INDEX

GUIDE = CONTROL_INDEX["guide"]
HOLD_BACK = CONTROL_INDEX["hold_back"]
BLOCK_RETURN = CONTROL_INDEX["block_return"]
AGGRESSION = CONTROL_INDEX["aggression"]
ZONE_KM = CONTROL_INDEX["zone_km"]
SENSOR_COVERAGE = CONTROL_INDEX["sensor_coverage"]
CLAIMS_HEARD = CONTROL_INDEX["claims_heard"]
POINT_OPEN = CONTROL_INDEX["point_open"]
OPEN = 0.5


# in the transit state


def wait_in_transit(world: World, g: Group) -> Staying:
    """People wait in the interior until they set out, or until somebody fetches them."""
    world.interior.add(g, world.since(g))
    if g.attempts and g.u(Draw.ACCEPTS_FLIGHT, g.tries) < world.scenario.people.accepts_flight_waiting:
        world.willing.add(g, world.since(g))
    why = yield world.wait(g, g.next_hours)
    world.interior.leave(g)
    world.willing.leave(g)
    health.rest(world, g)
    if why == Why.JOINS_COLUMN:
        return march_in_column
    if why == Why.SEAT_HOME:
        return fly_home(world, g)
    return set_out


def set_out(world: World, g: Group) -> Staying:
    """They choose a sector and walk to the line; escorts may stop them on the way."""
    g.tries += 1
    point = official_crossing(world, g)
    if point >= 0:
        return (yield from go_to_crossing_point(world, g, point))
    g.sector = choose_sector(world, g)
    g.guided = g.u(Draw.GUIDED, g.tries) < world.value[GUIDE][g.sector]
    return held_back if (yield from walk_to_line(world, g)) else attempt


def walk_to_line(world: World, g: Group) -> Generator[Event, Why, bool]:
    """They walk to the line, or to an official crossing on it; whether escorts stop them on the way."""
    world.move(g, Kind.SET_OUT)
    health.expose(world, g, world.scenario.exposure.walking)
    yield world.wait(g, world.hours(g, world.tables.walk, Draw.WALK_TIME, g.tries))
    health.shelter(world, g)
    return g.u(Draw.HELD_BACK, g.tries) < world.value[HOLD_BACK][g.sector]


def held_back(world: World, g: Group) -> Staying:
    """Escorts stop the group on its way and let it go later; it has made no attempt."""
    world.move(g, Kind.HELD_BACK, actor=Actor.ESCORT)
    health.expose(world, g, world.scenario.exposure.held)
    yield world.wait(g, world.hours(g, world.tables.hold_back, Draw.HOLD_TIME, g.tries))
    health.shelter(world, g)
    world.move(g, Kind.LET_GO, actor=Actor.ESCORT)
    return decide(world, g) if g.attempts else wait_again(world, g)


def choose_sector(world: World, g: Group) -> int:
    """A multinomial logit over sectors: the first to arrive in an exponential race."""
    weights = world.choice_weights[g.route]
    best, chosen = math.inf, 0
    first = g.tries * len(weights)
    for sector, weight in enumerate(weights):
        u = uniform(g.luck, Draw.SECTOR_CHOICE, first + sector)
        if 1.0 - u < best * weight:  # no key is below (1 - u) / weight, so the logarithm is seldom needed
            key = race_key(u, weight)
            if key < best:
                best, chosen = key, sector
    return chosen


def official_crossing(world: World, g: Group) -> int:
    """The open crossing point that a group with a wish to claim goes to, or -1."""
    if not g.wishes_claim:
        return -1
    for point, place in enumerate(world.points):
        is_open = world.value[POINT_OPEN][point] >= OPEN
        if is_open and g.u(Draw.CROSSING_POINT, g.tries * len(world.points) + point) < place.use:
            return point
    return -1


def go_to_crossing_point(world: World, g: Group, point: int) -> Staying:
    """They ask at an official crossing; where it has shut meanwhile, or the claim is not heard, they are sent back."""
    g.sector = world.tables.sector_names.index(world.points[point].sector)
    if (yield from walk_to_line(world, g)):
        return held_back
    if world.value[POINT_OPEN][point] >= OPEN:
        world.note(g, Kind.CLAIM_LODGED, actor=Actor.PEOPLE)
        if g.u(Draw.CLAIM_HEARD, g.tries) < world.value[CLAIMS_HEARD][g.sector]:
            return admit_claim(world, g)
    world.move(g, Kind.CAME_BACK, actor=Actor.DESTINATION_STATE)
    return wait_again(world, g)


def admit_claim(world: World, g: Group) -> Stage:
    """A claim is heard and the group admitted to a procedure."""
    g.claim_heard = True
    world.note(g, Kind.CLAIM_HEARD, actor=Actor.DESTINATION_STATE)
    world.move(g, Kind.ADMITTED, actor=Actor.DESTINATION_STATE)
    world.news.count(g.sector, g.persons, success=True)
    return reception.stay_in_procedure


def wait_again(world: World, g: Group) -> Stage:
    """Before the next try: longer in winter."""
    hours = world.hours(g, world.tables.next_try, Draw.NEXT_TRY, g.tries)
    g.next_hours = max(hours * world.winter, world.scenario.people.shortest_rest_h)
    return wait_in_transit


def decide(world: World, g: Group) -> Stage:
    """After a failed attempt: again, or home."""
    people = world.scenario.people
    chance = chance_to_try_again(
        people.try_again, people.try_again_fall, g.attempts, people.hardship_weight, g.reserve,
        people.offer_weight, 1.0 if world.offers_home else 0.0,
    )  # fmt: skip
    if g.u(Draw.TRY_AGAIN, g.tries) < chance:
        return wait_again(world, g)
    world.note(g, Kind.GAVE_UP, actor=Actor.PEOPLE)
    return wait_for_home


def wait_for_home(world: World, g: Group) -> Staying:
    """They have given up: a seat on a flight, if they take one, or home by their own means."""
    if g.u(Draw.ACCEPTS_FLIGHT, 0) < world.scenario.people.accepts_flight:
        world.willing.add(g, world.since(g))
    why = yield world.wait(g, world.hours_left(g, world.tables.own_means, Draw.OWN_MEANS, 0))
    world.willing.leave(g)
    if why == Why.SEAT_HOME:
        return fly_home(world, g)
    world.move(g, Kind.LEFT_BY_OWN_MEANS, actor=Actor.PEOPLE)
    return None


def fly_home(world: World, g: Group) -> Stage | None:
    """A seat is theirs."""
    world.move(g, Kind.FLOWN_HOME, actor=Actor.TRANSIT_STATE, cause=world.home_flight_row)
    return None


# at the line


def attempt(world: World, g: Group) -> Staying:
    """One try: a crossing takes a time, somebody may see it, a dispatched call races it."""
    g.attempts += 1
    g.trying = True
    world.move(g, Kind.ATTEMPT, actor=Actor.ESCORT if g.guided else Actor.PEOPLE, value=g.attempts)
    health.expose(world, g, world.scenario.exposure.zone)
    barrier = barrier_met(g.u(Draw.BARRIER_MET, g.tries), *shares_standing(world, g.sector))
    crossing_h = crossing_hours(world, g, barrier)
    if surrenders(world, g):
        return (yield from surrender(world, g, barrier, crossing_h))
    g.call = None
    begun = world.now
    detected_h = begun + detection_hours(world, g, crossing_h)
    outcome = yield from race(world, g, begun + crossing_h, detected_h, at_line=True)
    if outcome is Race.WITHDREW:
        end_attempt(world, g, Kind.WITHDREW, Actor.PEOPLE)
        return go_back(world, g)
    if outcome is Race.MET:
        if stands_off(world, g):
            return standoffs.meet_in_standoff
        return stopped_at_line(world, g)
    breach(world, g, barrier)
    if g.persons == 0:
        abandon_call(world, g)
        return None
    g.detected_h = detected_h
    return cross_zone


def cross_zone(world: World, g: Group) -> Staying:
    """Through the line, and into the zone: until a team comes, or they are out of it unseen."""
    hours = zone_hours(world.value[ZONE_KM][g.sector], world.scenario.crossing.walking_speed_kmh)
    outcome = yield from race(world, g, world.now + hours, g.detected_h, at_line=False)
    if outcome is Race.MET:
        return apprehended(world, g)
    health.shelter(world, g)
    abandon_call(world, g)
    g.trying = False
    seen = Seen.DETECTED if g.detected_at == g.tries else Seen.UNDETECTED
    world.move(
        g, Kind.ENTERED_UNSEEN, actor=Actor.PEOPLE, value=g.attempts, witness=witness(world, seen, g, g.tries)
    )
    world.news.count(g.sector, g.persons, success=True)
    return reception.live_unseen


class Race(Enum):
    """How a race between a crossing and a call ends."""

    PASSED = "passed"
    MET = "met"
    WITHDREW = "withdrew"


def race(
    world: World, g: Group, finish_h: float, detected_h: float, *, at_line: bool
) -> Generator[Event, Why, Race]:
    """Both times are drawn; the group waits once for whichever is first, again only when one changes."""
    while True:
        call = g.call
        if call is None:
            due = min(finish_h, detected_h)
        else:
            due = min(finish_h, call.arrival_h if call.arrival_h < UNSERVED else call.patience_h)
        why = yield world.wait_until(g, max(due, world.now))
        if why == Why.TEAMS_SENT:
            continue
        if call is not None and call.arrival_h <= due:
            return Race.MET
        if due >= finish_h:
            return Race.PASSED
        if call is not None:
            call_off(world, call)
            g.call, detected_h = None, NEVER
            continue
        detected_h = NEVER
        g.detected_h = NEVER
        g.detected_at = g.tries
        world.note(g, Kind.DETECTED, actor=Actor.GUARD, value=g.attempts)
        if at_line and not g.guided and g.u(Draw.WITHDRAWAL, g.tries) < world.scenario.crossing.withdrawal:
            return Race.WITHDREW
        call_for(world, g, at_line)


def call_for(world: World, g: Group, at_line: bool) -> None:
    """Whoever saw the group calls for teams; it is told when they are sent."""
    small = g.persons < world.scenario.standoffs.min_persons
    priority = (Priority.SMALL if small else Priority.LARGE) if at_line else Priority.BREACH
    g.call = call_teams(
        world, key=g.key, luck=g.luck, occasion=2 * g.tries + (not at_line), sector=g.sector, persons=g.persons,
        priority=priority, row=g.row, served=lambda: world.take(g, Why.TEAMS_SENT),
    )  # fmt: skip


def crossing_hours(world: World, g: Group, barrier: int) -> float:
    """How long it takes to get through, by barrier, terrain, and tools lent."""
    crossing = world.scenario.crossing
    hours = world.hours(g, world.tables.crossing, Draw.CROSSING_TIME, g.tries)
    hours *= (1.0, crossing.coil_factor, crossing.fence_factor, crossing.wall_factor)[barrier]
    hours *= world.terrain_factor[g.sector]
    return hours * crossing.tools_factor if g.guided else hours


def detection_hours(world: World, g: Group, crossing_h: float) -> float:
    """Hours after which a patrol or a sensor sees the group; teams free now are held for the whole try."""
    d = world.scenario.detection
    post = world.sectors[g.sector]
    night = d.night_factor if is_night(world.hour_of_day, d.night_from_h, d.night_to_h) else 1.0
    hazard = patrol_hazard(
        d.patrol_speed_kmh, d.reference_teams, post.free, d.eta, world.tables.sectors[g.sector].length_km,
        size_factor(g.persons, d.size_reference, d.size_exponent), night, d.guidance_factor if g.guided else 1.0,
    )  # fmt: skip
    by_patrol = detection_time_h(g.u(Draw.PATROL_DETECTION, g.tries), hazard, d.spots_k)
    coverage = world.value[SENSOR_COVERAGE][g.sector]
    if coverage <= 0.0:
        return by_patrol
    by_sensor = sensor_time_h(
        g.u(Draw.SENSOR_DETECTION, g.tries),
        g.u(Draw.SENSOR_MOMENT, g.tries),
        coverage,
        d.sensor_probability,
        crossing_h,
    )
    return min(by_patrol, by_sensor)


def surrenders(world: World, g: Group) -> bool:
    """Where claims are heard, a group that wishes to claim does not race."""
    return g.wishes_claim and g.u(Draw.CLAIM_HEARD, g.tries) < world.value[CLAIMS_HEARD][g.sector]


def surrender(world: World, g: Group, barrier: int, crossing_h: float) -> Staying:
    """They cross and report to the guard, or register by themselves within days."""
    yield world.wait(g, crossing_h)
    breach(world, g, barrier)
    if g.persons == 0:
        return None
    health.shelter(world, g)
    g.trying = False
    mask = witness(world, Seen.DETECTED, g, g.tries)
    world.move(g, Kind.APPREHENDED, actor=Actor.PEOPLE, value=g.attempts, witness=mask)
    yield world.wait(g, world.hours(g, world.tables.registration, Draw.SELF_REGISTRATION, g.tries))
    world.note(g, Kind.CLAIM_LODGED, actor=Actor.PEOPLE)
    return admit_claim(world, g)


def breach(world: World, g: Group, barrier: int) -> None:
    """The group is through the line; barriers and rivers take their toll, person by person."""
    crossing = world.scenario.crossing
    world.note(g, Kind.BREACHED, actor=Actor.ESCORT if g.guided else Actor.PEOPLE, value=barrier)
    if barrier != NO_BARRIER:
        wear(world, g, barrier)
        if world.on.barrier_injuries:
            injury = crossing.wall_injury if barrier == WALL else crossing.fence_injury
            for i in range(health.each_person(g, Draw.BARRIER_INJURY, injury, g.tries)):
                health.harm(
                    world,
                    g,
                    Kind.HARMED_BARRIER,
                    actor=Actor.NOBODY,
                    occasion=g.tries * HARMS_A_TRY + i % HARMS_A_TRY,
                )
    if world.on.drowning and world.tables.sectors[g.sector].terrain == "river":
        for i in range(health.each_person(g, Draw.DROWNING, crossing.drowning, g.tries)):
            health.die_of(
                world,
                g,
                Kind.DIED_DROWNING,
                actor=Actor.NOBODY,
                occasion=g.tries * HARMS_A_TRY + i % HARMS_A_TRY,
            )


def stands_off(world: World, g: Group) -> bool:
    """A large group that meets teams stands off; so does an escorted one, sometimes."""
    if not world.on.standoffs:
        return False
    rules = world.scenario.standoffs
    if g.persons >= rules.min_persons:
        return True
    return (
        g.guided
        and g.u(Draw.ESCORT_STAYS, g.tries) < rules.escorted_share * world.value[AGGRESSION][g.sector]
    )


def part_slips_by(world: World, g: Group, *, through: bool) -> None:
    """With too few teams only a part is held: the rest goes on as a group of its own."""
    if g.call is None or not world.on.splits:
        return
    held = persons_held(g.persons, g.call.teams, world.scenario.response.persons_per_team)
    if 0 < held < g.persons:
        rest = world.split(g, g.persons - held, PASSED_PART if through else HELD_PART)
        health.recount(world, g)
        run_on(world, rest, breaching=not through)


def run_on(world: World, part: Group, *, breaching: bool) -> None:
    """A part that nobody held goes on, seen by everybody."""
    if breaching:
        breach(world, part, NO_BARRIER)
    if part.persons > 0:
        part.detected_h = world.now
        health.expose(world, part, world.scenario.exposure.zone)
        world.begin(part, cross_zone)
    else:
        del world.groups[part.key]


def stopped_at_line(world: World, g: Group) -> Stage:
    """Teams reach the group before it is through."""
    part_slips_by(world, g, through=False)
    hold_call(world, g)
    end_attempt(world, g, Kind.PREVENTED, Actor.GUARD)
    return go_back(world, g)


def hold_call(world: World, g: Group) -> None:
    """The teams stay with the people they stopped for a while."""
    if g.call is not None:
        call, g.call = g.call, None
        hold_then_back(world, call)


def apprehended(world: World, g: Group) -> Stage:
    """Teams reach the group inside the zone."""
    part_slips_by(world, g, through=True)
    hold_call(world, g)
    health.shelter(world, g)
    g.trying = False
    mask = witness(world, Seen.DETECTED, g, g.tries)
    world.move(g, Kind.APPREHENDED, actor=Actor.GUARD, value=g.attempts, witness=mask)
    return reception.face_decision


def end_attempt(world: World, g: Group, kind: Kind, actor: Actor) -> None:
    """The attempt ends at the line; the people are still there."""
    g.trying = False
    world.note(g, kind, actor=actor, value=g.attempts, witness=witness(world, Seen.DETECTED, g, g.tries))
    world.news.count(g.sector, g.persons, success=False)


def go_back(world: World, g: Group) -> Stage:
    """Back to the transit side, if an escort does not block the way."""
    health.shelter(world, g)
    if g.u(Draw.WAY_BLOCKED, 2 * g.tries) < world.value[BLOCK_RETURN][g.sector]:
        g.site = sites.site_with_room(world, g)
        if g.site >= 0:
            return sites.wait_in_site
        world.move(g, Kind.STRANDED, actor=Actor.ESCORT)
        return wait_in_strip
    world.move(g, Kind.CAME_BACK)
    return decide(world, g) if g.attempts else wait_again(world, g)


def wait_in_strip(world: World, g: Group) -> Staying:
    """Stranded between the lines: exposed, until they try again, are fetched, or may go back."""
    strip = world.strips[g.sector]
    strip.add(g, world.since(g))
    health.expose(world, g, 1.0)
    hours = world.hours_left(g, world.tables.next_try_strip, Draw.STRIP_TIME, g.tries)
    why = yield world.wait(g, max(hours * world.winter, world.scenario.people.shortest_rest_h))
    strip.leave(g)
    health.shelter(world, g)
    if why == Why.JOINS_COLUMN:
        return march_in_column
    if why == Why.ENTERS_SITE:
        return sites.wait_in_site
    if why == Why.DIVERTED:
        g.tries += 1
        g.guided = True
        return attempt
    if g.u(Draw.WAY_BLOCKED, 2 * g.tries + 1) >= world.value[BLOCK_RETURN][g.sector]:
        world.move(g, Kind.CAME_BACK)
        return decide(world, g) if g.attempts else wait_again(world, g)
    g.tries += 1
    g.guided = g.u(Draw.GUIDED, g.tries) < world.value[GUIDE][g.sector]
    return attempt


def march_in_column(world: World, g: Group) -> Staying:
    """Led to the line as one of many; whether they try there is drawn by group."""
    column = g.column
    assert column is not None
    g.tries += 1
    g.sector = column.sector
    g.guided = column.initiator == Actor.ESCORT
    world.move(g, Kind.JOINED_COLUMN, actor=column.initiator, cause=column.row)
    health.expose(world, g, world.scenario.exposure.walking)
    why = yield world.stand_by(g)
    health.shelter(world, g)
    if why == Why.DISPERSED:
        g.column = None
        return attempt
    if g.u(Draw.COLUMN_TRIES, g.tries) < world.scenario.standoffs.attempt_share:
        g.attempts += 1
        g.trying = True
        world.move(g, Kind.ATTEMPT, actor=column.initiator, value=g.attempts)
    return standoffs.meet_in_standoff


def first_wait(world: World, g: Group) -> float:
    """Hours from arrival in the transit state to the first departure."""
    return draw_duration(g.u(Draw.STAGING, 0), world.tables.staging, world.tables.quantiles)
