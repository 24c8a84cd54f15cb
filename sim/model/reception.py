"""In the hands of the destination state: decisions at the post, procedures, removals; and living unseen."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from simpy import Event

from sim.foundation.luck import Draw
from sim.foundation.order import CARE_PART, FLIGHTS, HARMS_A_TRY, RECOGNISED_PART, REMOVAL_OCCASION
from sim.foundation.units import HOURS_PER_DAY
from sim.model import groups, health
from sim.model.appointments import Appointment, Rank, Why
from sim.model.waiting import WaitingLine
from sim.model.witnesses import Seen, witness
from sim.model.world import Group, Stage, Staying, World
from sim.record.events import Actor, Kind
from sim.rules.handling import chance_of_care, crowding_factor
from sim.rules.removal import seats_of_flight
from sim.scenario.levers import CONTROL_INDEX

SUMMARY_RETURN = CONTROL_INDEX["summary_return"]
CLAIMS_HEARD = CONTROL_INDEX["claims_heard"]
PROCEDURE_FACTOR = CONTROL_INDEX["procedure_factor"]
RETURN_UPTAKE = CONTROL_INDEX["return_uptake"]
REMOVAL_SEATS = CONTROL_INDEX["removal_seats_per_week"]
SEATS_HOME = CONTROL_INDEX["seats_home_per_day"]


class Centre:
    """A state's reception: people in procedures, and the line for removal."""

    __slots__ = ("flight_row", "persons", "places", "removal_line", "seats")

    def __init__(self, places: int) -> None:
        self.places = places
        self.persons = 0
        self.removal_line = WaitingLine()
        self.seats = 0.0
        self.flight_row = -1


def face_decision(world: World, g: Group) -> Staying:
    """At the post: care for who needs it, a claim heard or not, summary return or a return procedure."""
    yield world.wait(g, world.hours(g, world.tables.processing, Draw.PROCESSING_TIME, g.tries))
    handling = world.scenario.handling
    share_minors = g.minors / g.persons
    if g.u(Draw.CARE, g.tries) < chance_of_care(
        handling.care, handling.care_minors, share_minors, handling.care_hardship, g.reserve
    ):
        if g.persons == 1 or not world.on.splits:
            return admit_for_care(world, g)
        patient = world.split(g, 1, CARE_PART)
        world.begin(patient, _admitted_for_care)
    if g.wishes_claim:
        world.note(g, Kind.CLAIM_LODGED, actor=Actor.PEOPLE)
        if g.u(Draw.CLAIM_HEARD, g.tries) < world.value[CLAIMS_HEARD][g.sector]:
            return groups.admit_claim(world, g)
    if g.u(Draw.SUMMARY_RETURN, g.tries) < world.value[SUMMARY_RETURN][g.sector]:
        return return_summarily(world, g)
    g.claim_heard = False
    world.move(g, Kind.DETAINED, actor=Actor.DESTINATION_STATE)
    world.news.count(g.sector, g.persons, success=False)
    return stay_in_procedure


def admit_for_care(world: World, g: Group) -> Stage:
    """Admitted for medical care; a procedure follows."""
    g.claim_heard = True
    world.move(g, Kind.ADMITTED_FOR_CARE, actor=Actor.DESTINATION_STATE)
    world.news.count(g.sector, g.persons, success=True)
    return stay_in_procedure


def _admitted_for_care(world: World, g: Group) -> Staying:
    following: Stage | None = admit_for_care(world, g)
    return (yield from following(world, g)) if following is not None else None


def return_summarily(world: World, g: Group) -> Stage | None:
    """Brought back to the line without a procedure; with harms of its own."""
    handling = world.scenario.handling
    mask = witness(world, Seen.RETURN, g, g.tries, Actor.GUARD)
    world.note(g, Kind.SUMMARY_RETURN, actor=Actor.GUARD, value=g.attempts, witness=mask)
    if world.on.return_harm:
        hurt = health.each_person(g, Draw.RETURN_HARM, handling.return_injury, g.tries)
        dead = health.each_person(g, Draw.RETURN_DEATH, handling.return_death, g.tries)
        for i in range(hurt):
            health.harm(
                world,
                g,
                Kind.HARMED_RETURN,
                actor=Actor.GUARD,
                occasion=g.tries * HARMS_A_TRY + i % HARMS_A_TRY,
            )
        for i in range(dead):
            health.die_of(
                world,
                g,
                Kind.DIED_AFTER_RETURN,
                actor=Actor.GUARD,
                occasion=g.tries * HARMS_A_TRY + i % HARMS_A_TRY,
            )
    if g.persons == 0:
        return None
    world.news.count(g.sector, g.persons, success=False)
    return groups.go_back(world, g)


def stay_in_procedure(world: World, g: Group) -> Staying:
    """Weeks in a centre: a decision comes, or the group leaves before it."""
    country = world.tables.country_of[g.sector]
    centre = world.centres[country]
    reception = world.tables.countries[country].reception
    centre.persons += g.persons
    crowd = crowding_factor(centre.persons, centre.places, reception.crowding)
    hours = world.hours_left(g, world.tables.procedure[country], Draw.PROCEDURE_TIME, g.tries)
    hours *= crowd * world.value[PROCEDURE_FACTOR][country]
    restless = crowding_factor(centre.persons, centre.places, reception.leaves_crowded)
    law = world.tables.leaves_procedure[country]
    leaves_h = world.hours_left(g, law, Draw.LEFT_PROCEDURE, g.tries, clock=1) / restless
    yield world.wait(g, min(hours, leaves_h))
    centre.persons -= g.persons
    if leaves_h < hours:
        world.move(g, Kind.LEFT_PROCEDURE, actor=Actor.PEOPLE)
        return None
    return decision(world, g, reception.recognised)


def decision(world: World, g: Group, recognised: float) -> Stage | None:
    """Recognised or refused, person by person; nobody whose claim was not heard is recognised."""
    granted = health.each_person(g, Draw.RECOGNISED, recognised, g.tries) if g.claim_heard else 0
    if granted == g.persons:
        world.move(g, Kind.RECOGNISED, actor=Actor.DESTINATION_STATE)
        return None
    if granted:
        part = world.split(g, granted, RECOGNISED_PART)
        world.move(part, Kind.RECOGNISED, actor=Actor.DESTINATION_STATE)
        del world.groups[part.key]
    world.move(g, Kind.REFUSED, actor=Actor.DESTINATION_STATE)
    return await_removal


def await_removal(world: World, g: Group) -> Staying:
    """Refused: a voluntary return, a seat on a removal flight, or they leave the procedure."""
    country = world.tables.country_of[g.sector]
    if g.u(Draw.VOLUNTARY_RETURN, g.tries) < world.value[RETURN_UPTAKE][country]:
        yield world.wait(
            g, world.hours_left(g, world.tables.voluntary[country], Draw.VOLUNTARY_TIME, g.tries)
        )
        world.move(g, Kind.RETURNED_VOLUNTARILY, actor=Actor.PEOPLE)
        world.news.removed(g.persons)
        return None
    line = world.centres[country].removal_line
    line.add(g, world.since(g))
    law = world.tables.leaves_procedure[country]
    hours = world.hours_left(g, law, Draw.LEFT_PROCEDURE, REMOVAL_OCCASION + g.tries, clock=1)
    why = yield world.wait(g, hours)
    line.leave(g)
    if why == Why.SEAT_ON_REMOVAL:
        world.move(
            g, Kind.REMOVED_BY_FORCE, actor=Actor.DESTINATION_STATE, cause=world.centres[country].flight_row
        )
        world.news.removed(g.persons)
    else:
        world.move(g, Kind.LEFT_PROCEDURE, actor=Actor.PEOPLE)
    return None


def live_unseen(world: World, g: Group) -> Staying:
    """Inside and unseen: an inland check finds them, or they go on to another state."""
    country = world.tables.country_of[g.sector]
    hours = world.hours(g, world.tables.onward[country], Draw.ONWARD_TIME, g.tries)
    u = g.u(Draw.INLAND_CHECK, g.tries)
    checked = world.tables.countries[country].reception.inland_check
    if u < checked:
        yield world.wait(g, hours * u / checked)
        world.move(g, Kind.FOUND_INLAND, actor=Actor.DESTINATION_STATE)
        return face_decision
    yield world.wait(g, hours)
    world.move(g, Kind.WENT_ONWARD, actor=Actor.PEOPLE)
    return None


def fly_removals(world: World, country: int) -> Generator[Event, Any, None]:
    """Removal flights: seats by the week, filled by who has waited longest; a group flies together."""
    centre = world.centres[country]
    days = world.tables.countries[country].reception.removal_flight_days
    flight = 0
    while True:
        flight += 1
        yield Appointment(world.env, HOURS_PER_DAY * days * flight, Rank.SHIFT, FLIGHTS + country, flight)
        per_week = world.value[REMOVAL_SEATS][country]
        centre.seats = seats_of_flight(per_week, days, centre.seats, len(centre.removal_line))
        centre.flight_row = -1
        while (first := centre.removal_line.first()) is not None and first.persons <= centre.seats:
            if centre.flight_row < 0:
                cause = world.lever_behind(REMOVAL_SEATS, country)
                centre.flight_row = world.write(
                    world.now,
                    Kind.REMOVAL_FLIGHT,
                    0,
                    0,
                    first.sector,
                    Actor.DESTINATION_STATE,
                    centre.seats,
                    cause,
                )
            centre.seats -= first.persons
            world.take(first, Why.SEAT_ON_REMOVAL)


def open_flights_home(world: World) -> None:
    """Midnight: the day's seats home from the transit state; what is left over stays where somebody is willing."""
    seats = world.value[SEATS_HOME][0]
    left = world.seats_home if len(world.willing) else 0.0
    _offer_seats(world, seats, seats + left)


def renew_seats_home(world: World) -> None:
    """A lever has turned: more seats home, or fewer, for the rest of the day."""
    seats = world.value[SEATS_HOME][0]
    if seats != world.seats_of_day:
        rest = (world.day + 1) - world.now / HOURS_PER_DAY
        _offer_seats(world, seats, max(0.0, world.seats_home + (seats - world.seats_of_day) * rest))


def _offer_seats(world: World, per_day: float, seats: float) -> None:
    """Seats are filled by who has waited longest among the willing."""
    world.seats_of_day, world.seats_home = per_day, seats
    world.offers_home = per_day > 0.0
    world.home_flight_row = -1
    while (first := world.willing.first()) is not None and first.persons <= world.seats_home:
        if world.home_flight_row < 0:
            world.home_flight_row = world.write(
                world.now,
                Kind.FLIGHT_HOME,
                0,
                0,
                -1,
                Actor.TRANSIT_STATE,
                world.seats_home,
                world.lever_behind(SEATS_HOME, 0),
            )
        world.seats_home -= first.persons
        world.take(first, Why.SEAT_HOME)
