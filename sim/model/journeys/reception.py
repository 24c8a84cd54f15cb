"""In the hands of the destination state: decisions at the post, procedures, removals; and living unseen."""

from __future__ import annotations

from sim.core.event_order import CARE_PART, HARMS_A_TRY, RECOGNISED_PART, REMOVAL_OCCASION, Why
from sim.core.random_streams import Draw
from sim.core.units import HOURS_PER_DAY
from sim.model.border import harms, word_of_mouth
from sim.model.border.after_attempt import go_back
from sim.model.state.entities import Centre, Group, Stage
from sim.model.state.waiting_lines import join, leave
from sim.model.state.witnessing import witness
from sim.model.state.world import Day, Staying, World
from sim.record.events import Actor, Kind
from sim.record.sightings import Seen
from sim.rules.case_decisions import chance_of_care, crowding_factor
from sim.rules.removal_seats import seats_of_flight
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

SUMMARY_RETURN = CONTROL_INDEX["summary_return"]
CLAIMS_HEARD = CONTROL_INDEX["claims_heard"]
PROCEDURE_FACTOR = CONTROL_INDEX["procedure_factor"]
RETURN_UPTAKE = CONTROL_INDEX["return_uptake"]
REMOVAL_SEATS = CONTROL_INDEX["removal_seats_per_week"]
SEATS_HOME = CONTROL_INDEX["seats_home_per_day"]


# at the post


def face_decision(world: World, g: Group) -> Staying:
    """At the post: care for who needs it, a claim heard or not, summary return or a return procedure."""
    yield world.wait(g, world.hours(g, world.params.processing, Draw.PROCESSING_TIME, g.tries))
    if needs_care(world, g):
        if g.persons == 1 or not world.params.mechanisms.splits:
            return admit_for_care(world, g)
        # Care is for one person: the rest of the group goes on to its decision.
        patient = world.split(g, 1, CARE_PART)
        admit_for_care(world, patient)
        world.travel(patient, Stage.STAY_IN_PROCEDURE)
    if g.wishes_claim:
        world.note(g, Kind.CLAIM_LODGED, actor=Actor.PEOPLE)
        # The number that decides at the line (surrenders) and at a crossing point too: one chance a try to be
        # heard.
        if g.u(Draw.CLAIM_HEARD, g.tries) < world.value[CLAIMS_HEARD][g.sector]:
            return admit_claim(world, g)
    if g.u(Draw.SUMMARY_RETURN, g.tries) < world.value[SUMMARY_RETURN][g.sector]:
        return return_summarily(world, g)
    g.claim_heard = False
    world.move(g, Kind.DETAINED, actor=Actor.DESTINATION_STATE)
    word_of_mouth.count(world, g.sector, g.persons, False)
    return Stage.STAY_IN_PROCEDURE


def needs_care(world: World, g: Group) -> bool:
    """Whether one of the group needs medical care."""
    handling = world.params.handling
    chance = chance_of_care(
        base=handling.care,
        minors_weight=handling.care_minors,
        share_minors=g.minors / g.persons,
        rise=handling.care_hardship,
        reserve=g.reserve,
    )
    return g.u(Draw.CARE, g.tries) < chance


def admit_for_care(world: World, g: Group) -> Stage:
    """Admitted for medical care; a procedure follows."""
    g.claim_heard = True
    world.move(g, Kind.ADMITTED_FOR_CARE, actor=Actor.DESTINATION_STATE)
    word_of_mouth.count(world, g.sector, g.persons, True)
    return Stage.STAY_IN_PROCEDURE


def admit_claim(world: World, g: Group) -> Stage:
    """A claim is heard and the group admitted to a procedure."""
    g.claim_heard = True
    world.note(g, Kind.CLAIM_HEARD, actor=Actor.DESTINATION_STATE)
    world.move(g, Kind.ADMITTED, actor=Actor.DESTINATION_STATE)
    word_of_mouth.count(world, g.sector, g.persons, True)
    return Stage.STAY_IN_PROCEDURE


def return_summarily(world: World, g: Group) -> Stage | None:
    """Brought back to the line without a procedure; with harms of its own."""
    mask = witness(world, Seen.RETURN, g, occasion=g.tries, actor=Actor.GUARD)
    world.note(g, Kind.SUMMARY_RETURN, actor=Actor.GUARD, value=float(g.attempts), witness=mask)
    if world.params.mechanisms.return_harm:
        suffer_return(world, g)
    if g.persons == 0:
        return None
    word_of_mouth.count(world, g.sector, g.persons, False)
    return go_back(world, g)


def suffer_return(world: World, g: Group) -> None:
    """Who is hurt by a summary return, and who dies after it."""
    handling = world.params.handling
    hurt = harms.each_person(world, g, Draw.RETURN_HARM, chance=handling.return_injury, occasion=g.tries)
    dead = harms.each_person(world, g, Draw.RETURN_DEATH, chance=handling.return_death, occasion=g.tries)
    for i in range(hurt):
        occasion = g.tries * HARMS_A_TRY + i % HARMS_A_TRY
        harms.harm(world, g, Kind.HARMED_RETURN, actor=Actor.GUARD, occasion=occasion)
    for i in range(dead):
        occasion = g.tries * HARMS_A_TRY + i % HARMS_A_TRY
        harms.die_of(world, g, Kind.DIED_AFTER_RETURN, actor=Actor.GUARD, occasion=occasion)


# in a centre


def stay_in_procedure(world: World, g: Group) -> Staying:
    """Weeks in a centre: a decision comes, or the group leaves before it."""
    country = world.params.country_of[g.sector]
    centre = world.centres[country]
    reception = world.params.countries[country].reception
    # The group counts itself among those who crowd the centre, whose state it sees at entry and not later.
    centre.persons += g.persons
    crowd = crowding_factor(centre.persons, reception.places, reception.crowding)
    hours = world.hours_left(g, world.params.procedure[country], Draw.PROCEDURE_TIME, g.tries)
    hours *= crowd * world.value[PROCEDURE_FACTOR][country]
    restless = crowding_factor(centre.persons, reception.places, reception.leaves_crowded)
    law = world.params.leaves_procedure[country]
    # A clock of its own: of people who were there at the start the wait so far is conditioned on for each
    # duration apart.
    leaves_h = world.hours_left(g, law, Draw.LEFT_PROCEDURE, g.tries, clock=1) / restless
    yield world.wait(g, min(hours, leaves_h))
    centre.persons -= g.persons
    if leaves_h < hours:
        world.move(g, Kind.LEFT_PROCEDURE, actor=Actor.PEOPLE)
        return None
    return decision(world, g, world.params.countries[country].reception.recognised)


def decision(world: World, g: Group, recognised: float) -> Stage | None:
    """Recognised or refused, person by person; nobody whose claim was not heard is recognised."""
    granted = (
        harms.each_person(world, g, Draw.RECOGNISED, chance=recognised, occasion=g.tries)
        if g.claim_heard
        else 0
    )
    if granted == g.persons:
        world.move(g, Kind.RECOGNISED, actor=Actor.DESTINATION_STATE)
        return None
    if granted > 0:
        part = world.split(g, granted, RECOGNISED_PART)
        world.move(part, Kind.RECOGNISED, actor=Actor.DESTINATION_STATE)
        harms.end_journey(world, part)
    world.move(g, Kind.REFUSED, actor=Actor.DESTINATION_STATE)
    return Stage.AWAIT_REMOVAL


def await_removal(world: World, g: Group) -> Staying:
    """Refused: a voluntary return, a seat on a removal flight, or they leave the procedure."""
    country = world.params.country_of[g.sector]
    if g.u(Draw.VOLUNTARY_RETURN, g.tries) < world.value[RETURN_UPTAKE][country]:
        yield world.wait(
            g, world.hours_left(g, world.params.voluntary[country], Draw.VOLUNTARY_TIME, g.tries)
        )
        world.move(g, Kind.RETURNED_VOLUNTARILY, actor=Actor.PEOPLE)
        word_of_mouth.count_removed(world, g.persons)
        return None
    centre = world.centres[country]
    assert centre.removal_line is not None
    join(world, centre.removal_line, g, world.since(g))
    law = world.params.leaves_procedure[country]
    hours = world.hours_left(g, law, Draw.LEFT_PROCEDURE, REMOVAL_OCCASION + g.tries, clock=1)
    why = yield world.wait(g, hours, Why.SEAT_ON_REMOVAL)
    leave(world, g)
    if why == Why.SEAT_ON_REMOVAL:
        g.row = centre.flight_row
        world.move(g, Kind.REMOVED_BY_FORCE, actor=Actor.DESTINATION_STATE)
        word_of_mouth.count_removed(world, g.persons)
    else:
        world.move(g, Kind.LEFT_PROCEDURE, actor=Actor.PEOPLE)
    return None


def live_unseen(world: World, g: Group) -> Staying:
    """Inside and unseen: an inland check finds them, or they go on to another state."""
    country = world.params.country_of[g.sector]
    hours = world.hours(g, world.params.onward[country], Draw.ONWARD_TIME, g.tries)
    u = g.u(Draw.INLAND_CHECK, g.tries)
    checked = world.params.countries[country].reception.inland_check
    if u < checked:
        # Given that u lies under the chance, u / checked is uniform: one number says whether and when.
        yield world.wait(g, hours * u / checked)
        world.move(g, Kind.FOUND_INLAND, actor=Actor.DESTINATION_STATE)
        return Stage.FACE_DECISION
    yield world.wait(g, hours)
    world.move(g, Kind.WENT_ONWARD, actor=Actor.PEOPLE)
    return None


# flights


def fly_removals(world: World, centre: Centre) -> Day:
    """Removal flights: seats by the week, filled by who has waited longest; a group flies together."""
    line = centre.removal_line
    assert line is not None
    days = world.params.countries[centre.index].reception.removal_flight_days
    flight = 0
    while True:
        flight += 1
        yield world.wait_until(centre, HOURS_PER_DAY * days * flight)
        per_week = world.value[REMOVAL_SEATS][centre.index]
        centre.seats = seats_of_flight(per_week, days, centre.seats, line.count)
        centre.flight_row = -1
        first = line.first
        # Strictly in order: a group too large for what is left stops the line, and its seats are kept for the
        # next flight.
        while first is not None and first.group is not None and first.group.persons <= centre.seats:
            take_seats(world, centre, first.group)
            first = line.first


def take_seats(world: World, centre: Centre, g: Group) -> None:
    """A group's seats on a removal flight; the first group's sector stands in the row of the flight."""
    if centre.flight_row < 0:
        centre.flight_row = world.write(
            world.now, Kind.REMOVAL_FLIGHT, 0, 0, g.sector, Actor.DESTINATION_STATE, centre.seats,
            world.lever_behind(REMOVAL_SEATS, centre.index),
        )  # fmt: skip
    centre.seats -= g.persons
    world.take(g, Why.SEAT_ON_REMOVAL)


def open_flights_home(world: World) -> None:
    """Midnight: the day's seats home from the transit state;
    what is left over stays where somebody is willing."""
    seats = world.value[SEATS_HOME][0]
    # Seats are kept while somebody waits for one, else a quiet month would pile up flights for the first who
    # come.
    left = world.seats_home if world.willing.count > 0 else 0.0
    offer_seats(world, seats, seats + left)


def renew_seats_home(world: World) -> None:
    """A lever has turned: more seats home, or fewer, for the rest of the day."""
    seats = world.value[SEATS_HOME][0]
    if seats != world.seats_of_day:
        rest = (world.day + 1) - world.now / HOURS_PER_DAY
        offer_seats(world, seats, max(0.0, world.seats_home + (seats - world.seats_of_day) * rest))


def offer_seats(world: World, per_day: float, seats: float) -> None:
    """Seats are filled by who has waited longest among the willing."""
    world.seats_of_day = per_day
    world.seats_home = seats
    world.offers_home = per_day > 0.0
    world.home_flight_row = -1
    first = world.willing.first
    while first is not None and first.group is not None and first.group.persons <= world.seats_home:
        take_seats_home(world, first.group)
        first = world.willing.first


def take_seats_home(world: World, g: Group) -> None:
    """A group's seats on the day's flight home."""
    if world.home_flight_row < 0:
        world.home_flight_row = world.write(
            world.now, Kind.FLIGHT_HOME, 0, 0, -1, Actor.TRANSIT_STATE, world.seats_home,
            world.lever_behind(SEATS_HOME, 0),
        )  # fmt: skip
    world.seats_home -= g.persons
    world.take(g, Why.SEAT_HOME)
