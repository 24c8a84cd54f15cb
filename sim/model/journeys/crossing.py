"""One try at the line: a crossing races whoever may see it and the teams that are called,
then the zone behind the line."""

from __future__ import annotations

from collections.abc import Generator
from enum import IntEnum

from simpy import Event

from sim.core.event_order import HARMS_A_TRY, HELD_PART, PASSED_PART, Priority, Why
from sim.core.random_streams import Draw
from sim.model.border import harms, word_of_mouth
from sim.model.border.after_attempt import end_attempt, go_back
from sim.model.border.barriers import wear
from sim.model.border.dispatch import teams_of
from sim.model.border.guard_posts import abandon_call, call_teams, hold_then_back
from sim.model.journeys.reception import admit_claim
from sim.model.state.entities import UNSERVED, Group, Stage
from sim.model.state.witnessing import witness
from sim.model.state.world import Staying, World
from sim.record.events import Actor, Kind
from sim.record.sightings import Seen
from sim.rules.barriers_met import COIL, FENCE, NO_BARRIER, WALL, barrier_met
from sim.rules.crossing_time import zone_hours
from sim.rules.detection import NEVER, detection_time_h, is_night, patrol_hazard, sensor_time_h, size_factor
from sim.rules.team_capacity import persons_held
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

AGGRESSION = CONTROL_INDEX["aggression"]
ZONE_KM = CONTROL_INDEX["zone_km"]
SENSOR_COVERAGE = CONTROL_INDEX["sensor_coverage"]
CLAIMS_HEARD = CONTROL_INDEX["claims_heard"]


class Race(IntEnum):
    """How a race between a crossing and a call ends."""

    PASSED = 0
    MET = 1
    WITHDREW = 2


# at the line


def attempt(world: World, g: Group) -> Staying:
    """One try: a crossing takes a time, somebody may see it, a dispatched call races it."""
    g.attempts += 1
    g.trying = True
    world.move(g, Kind.ATTEMPT, actor=Actor.ESCORT if g.guided else Actor.PEOPLE, value=float(g.attempts))
    harms.expose(world, g, world.params.exposure.zone)
    post = world.sectors[g.sector]
    barrier = barrier_met(g.u(Draw.BARRIER_MET, g.tries), post.wall, post.fence, post.coil)
    crossing_h = crossing_hours(world, g, barrier)
    # Before detection is drawn: who means to be found is not searched for.
    if surrenders(world, g):
        following = yield from surrender(world, g, barrier, crossing_h)
        return following
    detected_h = world.now + detection_hours(world, g, crossing_h)
    outcome = yield from race(world, g, finish_h=world.now + crossing_h, detected_h=detected_h, at_line=True)
    if outcome == Race.WITHDREW:
        end_attempt(world, g, Kind.WITHDREW, Actor.PEOPLE)
        return go_back(world, g)
    if outcome == Race.MET:
        return Stage.MEET_IN_STANDOFF if stands_off(world, g) else stopped_at_line(world, g)
    breach(world, g, barrier)
    if g.persons == 0:
        abandon_call(world, g)
        return None
    # One search covers line and zone: a moment of detection beyond the line still holds inside.
    g.detected_h = detected_h
    return Stage.CROSS_ZONE


def cross_zone(world: World, g: Group) -> Staying:
    """Through the line, and into the zone: until a team comes, or they are out of it unseen."""
    hours = zone_hours(world.value[ZONE_KM][g.sector], world.params.crossing.walking_speed_kmh)
    outcome = yield from race(world, g, finish_h=world.now + hours, detected_h=g.detected_h, at_line=False)
    if outcome == Race.MET:
        return apprehended(world, g)
    harms.shelter(world, g)
    abandon_call(world, g)
    g.trying = False
    seen = Seen.DETECTED if g.detected_at == g.tries else Seen.UNDETECTED
    mask = witness(world, seen, g, occasion=g.tries, actor=Actor.PEOPLE)
    world.move(g, Kind.ENTERED_UNSEEN, actor=Actor.PEOPLE, value=float(g.attempts), witness=mask)
    # News counts an entry as a success when they are out of the zone, not at the line, since teams may still
    # apprehend them there.
    word_of_mouth.count(world, g.sector, g.persons, True)
    return Stage.LIVE_UNSEEN


# a race between people and teams


def race(
    world: World, g: Group, *, finish_h: float, detected_h: float, at_line: bool
) -> Generator[Event, Why, Race]:
    """Both times are drawn; the group waits once for whichever is first, again only when one changes."""
    while True:
        call = g.call
        if call is None:
            due = min(finish_h, detected_h)
        elif call.arrival_h < UNSERVED:
            due = min(finish_h, call.arrival_h)
        else:
            due = min(finish_h, call.patience_h)
        why = yield world.wait_until(g, max(due, world.now), Why.TEAMS_SENT)
        if why == Why.TEAMS_SENT:
            continue
        # Teams that arrive at the instant at which the group is through are in time: a tie goes to the
        # guards.
        if call is not None and call.arrival_h <= due:
            return Race.MET
        if due >= finish_h:
            return Race.PASSED
        # Seen once in a race: after this only teams, patience and the crossing itself can end the wait.
        detected_h = NEVER
        if call is not None:
            abandon_call(world, g)
        elif withdraws_when_seen(world, g, at_line):
            return Race.WITHDREW
        else:
            call_for(world, g, at_line)


def withdraws_when_seen(world: World, g: Group, at_line: bool) -> bool:
    """Somebody sees the group; whether it gives up its try at that."""
    g.detected_h = NEVER
    g.detected_at = g.tries
    world.note(g, Kind.DETECTED, actor=Actor.GUARD, value=float(g.attempts))
    # Who is through the line has nothing to withdraw from.
    return at_line and not g.guided and g.u(Draw.WITHDRAWAL, g.tries) < world.params.crossing.withdrawal


def call_for(world: World, g: Group, at_line: bool) -> None:
    """Whoever saw the group calls for teams; it is told when they are sent."""
    priority = Priority.BREACH
    if at_line:
        small = g.persons < world.params.standoffs.min_persons
        priority = Priority.SMALL if small else Priority.LARGE
    # Two occasions a try: a call at the line and a later one in the zone have random numbers of their own.
    occasion = 2 * g.tries + (0 if at_line else 1)
    g.call = call_teams(
        world,
        g,
        None,
        key=g.key,
        luck=g.luck,
        occasion=occasion,
        sector=g.sector,
        persons=g.persons,
        priority=priority,
        row=g.row,
    )


def crossing_hours(world: World, g: Group, barrier: int) -> float:
    """How long it takes to get through, by barrier, terrain, and tools lent."""
    hours = world.hours(g, world.params.crossing_time, Draw.CROSSING_TIME, g.tries)
    hours *= barrier_factor(world, barrier)
    hours *= world.params.terrain_factor[g.sector]
    return hours * world.params.crossing.tools_factor if g.guided else hours


def barrier_factor(world: World, barrier: int) -> float:
    """How many times longer a barrier makes a crossing."""
    if barrier == WALL:
        return world.params.crossing.wall_factor
    if barrier == FENCE:
        return world.params.crossing.fence_factor
    return world.params.crossing.coil_factor if barrier == COIL else 1.0


def detection_hours(world: World, g: Group, crossing_h: float) -> float:
    """Hours after which a patrol or a sensor sees the group; teams free now are held for the whole try."""
    d = world.params.detection
    post = world.sectors[g.sector]
    # Night and free teams are those of the moment at which the try begins; docs/verification.md measures the
    # error.
    night = d.night_factor if is_night(world.hour_of_day, d.night_from_h, d.night_to_h) else 1.0
    hazard = patrol_hazard(
        speed_kmh=d.patrol_speed_kmh,
        reference_teams=d.reference_teams,
        free_teams=post.free,
        eta=d.eta,
        length_km=world.params.sectors[g.sector].length_km,
        size=size_factor(g.persons, d.size_reference, d.size_exponent),
        night=night,
        guidance=d.guidance_factor if g.guided else 1.0,
    )
    by_patrol = detection_time_h(g.u(Draw.PATROL_DETECTION, g.tries), hazard, d.spots_k)
    coverage = world.value[SENSOR_COVERAGE][g.sector]
    # Only saves two draws: numbers are addressed, so that leaving them out shifts no other.
    if coverage <= 0.0:
        return by_patrol
    by_sensor = sensor_time_h(
        u_seen=g.u(Draw.SENSOR_DETECTION, g.tries),
        u_moment=g.u(Draw.SENSOR_MOMENT, g.tries),
        coverage=coverage,
        probability=d.sensor_probability,
        crossing_h=crossing_h,
    )
    return min(by_patrol, by_sensor)


# people who cross to be found


def surrenders(world: World, g: Group) -> bool:
    """Where claims are heard, a group that wishes to claim does not race."""
    return g.wishes_claim and g.u(Draw.CLAIM_HEARD, g.tries) < world.value[CLAIMS_HEARD][g.sector]


def surrender(world: World, g: Group, barrier: int, crossing_h: float) -> Staying:
    """They cross and report to the guard, or register by themselves within days."""
    # They wait out the crossing as others do: barriers and rivers hurt those who mean to be found as well.
    yield world.wait(g, crossing_h)
    breach(world, g, barrier)
    if g.persons == 0:
        return None
    harms.shelter(world, g)
    g.trying = False
    mask = witness(world, Seen.DETECTED, g, occasion=g.tries, actor=Actor.PEOPLE)
    world.move(g, Kind.APPREHENDED, actor=Actor.PEOPLE, value=float(g.attempts), witness=mask)
    yield world.wait(g, world.hours(g, world.params.registration, Draw.SELF_REGISTRATION, g.tries))
    world.note(g, Kind.CLAIM_LODGED, actor=Actor.PEOPLE)
    return admit_claim(world, g)


# through the line


def breach(world: World, g: Group, barrier: int) -> None:
    """The group is through the line; barriers and rivers take their toll, person by person."""
    world.note(
        g, Kind.BREACHED, actor=Actor.ESCORT if g.guided else Actor.PEOPLE, value=float(barrier)
    )  # fmt: skip
    if barrier != NO_BARRIER:
        wear(world, g, barrier)
        if world.params.mechanisms.barrier_injuries:
            be_hurt_by_barrier(world, g, barrier)
    if world.params.mechanisms.drowning and world.params.is_river[g.sector]:
        dead = harms.each_person(
            world, g, Draw.DROWNING, chance=world.params.crossing.drowning, occasion=g.tries
        )
        for i in range(dead):
            # The occasion addresses who knows of this death; beyond HARMS_A_TRY in one try witnesses repeat,
            # not deaths.
            occasion = g.tries * HARMS_A_TRY + i % HARMS_A_TRY
            harms.die_of(world, g, Kind.DIED_DROWNING, actor=Actor.NOBODY, occasion=occasion)


def be_hurt_by_barrier(world: World, g: Group, barrier: int) -> None:
    """Who is hurt by a wall, a fence or wire."""
    crossing = world.params.crossing
    # Coiled wire injures as a fence does: the scenario has one chance for both.
    injury = crossing.wall_injury if barrier == WALL else crossing.fence_injury
    for i in range(harms.each_person(world, g, Draw.BARRIER_INJURY, chance=injury, occasion=g.tries)):
        occasion = g.tries * HARMS_A_TRY + i % HARMS_A_TRY
        harms.harm(world, g, Kind.HARMED_BARRIER, actor=Actor.NOBODY, occasion=occasion)


def run_on(world: World, part: Group, breaching: bool) -> None:
    """A part that nobody held goes on, seen by everybody."""
    if breaching:
        breach(world, part, NO_BARRIER)
    if part.persons > 0:
        # Detected at once, so that the race in the zone begins with a call.
        part.detected_h = world.now
        harms.expose(world, part, world.params.exposure.zone)
        world.travel(part, Stage.CROSS_ZONE)
    else:
        harms.end_journey(world, part)


# met by teams


def stands_off(world: World, g: Group) -> bool:
    """A large group that meets teams stands off; so does an escorted one, sometimes."""
    rules = world.params.standoffs
    if not world.params.mechanisms.standoffs:
        return False
    if g.persons >= rules.min_persons:
        return True
    chance = rules.escorted_share * world.value[AGGRESSION][g.sector]
    return g.guided and g.u(Draw.ESCORT_STAYS, g.tries) < chance


def stopped_at_line(world: World, g: Group) -> Stage:
    """Teams reach the group before it is through."""
    # Before the end of the attempt: the part that slips by is still trying, and must not be counted as
    # prevented.
    part_slips_by(world, g, through=False)
    hold_call(world, g)
    end_attempt(world, g, Kind.PREVENTED, Actor.GUARD)
    return go_back(world, g)


def apprehended(world: World, g: Group) -> Stage:
    """Teams reach the group inside the zone."""
    part_slips_by(world, g, through=True)
    hold_call(world, g)
    harms.shelter(world, g)
    g.trying = False
    mask = witness(world, Seen.DETECTED, g, occasion=g.tries, actor=Actor.PEOPLE)
    world.move(g, Kind.APPREHENDED, actor=Actor.GUARD, value=float(g.attempts), witness=mask)
    return Stage.FACE_DECISION


def part_slips_by(world: World, g: Group, through: bool) -> None:
    """With too few teams only a part is held: the rest goes on as a group of its own."""
    call = g.call
    if call is None or not world.params.mechanisms.splits:
        return
    held = persons_held(g.persons, teams_of(world, call), world.params.response.persons_per_team)
    if 0 < held < g.persons:
        rest = world.split(g, g.persons - held, PASSED_PART if through else HELD_PART)
        harms.recount(world, g)
        run_on(world, rest, breaching=not through)


def hold_call(world: World, g: Group) -> None:
    """The teams stay with the people they stopped for a while."""
    call = g.call
    if call is not None:
        g.call = None
        hold_then_back(world, call)
