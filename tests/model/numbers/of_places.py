"""Rows of the table: countries with their reception, sectors with their posts, fronts, routes, sites,
crossing points."""

from __future__ import annotations

from datetime import date

from sim.record.events import Actor, Kind
from tests.model.numbers.readings import (
    hours_between,
    hours_of_teams,
    mean_hour,
    measure,
    persons,
    reports,
    rows,
    values,
)
from tests.model.numbers.small_worlds import (
    CAMP,
    COERCIVE,
    COLD,
    CROWDS,
    DOWN,
    GATE,
    INSIDE,
    NEIGHBOURS,
    NO_TEAMS,
    REFUSED,
    ROAD,
    STRANDED,
    TWO,
    UP,
    exponential,
    fixed,
    merged,
    row,
    uniform,
)

AT_HILL = persons(Kind.SET_OUT, sector=0)
SLOW = {"crossing": {"time": fixed(100.0)}, "response": {"hold": fixed(6.0)}}
TWO_COUNTRIES = {
    "countries": {"yonder": {}},
    "sectors": {"lake": {"country": "yonder", "length_km": 20.0, "teams": 40}},
}
FEW = merged(SLOW, {"sectors": {"hill": {"teams": 1}}})
RESERVE = {"countries": {"there": {"reserve_teams": 10}}}
LENT = merged(
    SLOW,
    NEIGHBOURS,
    {"sectors": {"hill": {"teams": 3}}, "response": {"hold": fixed(10.0), "largest_call": 1.0}},
)
STOP_HOURS = hours_between(Kind.DETECTED, Kind.PREVENTED)
COUNTRIES = (
    row("countries.*.constant", -2.0, 2.0, AT_HILL, UP, TWO_COUNTRIES, at="countries.there.constant"),
    row("countries.*.reserve_teams", 0, 5, rows(Kind.TEAMS_SENT, actor=Actor.DESTINATION_STATE), UP, FEW),
    row("countries.*.reserve_travel", fixed(1.0), fixed(6.0), STOP_HOURS, UP, FEW, RESERVE),
    row("countries.*.keep_teams", 0, 39, rows(Kind.TEAMS_SENT, sector=1), DOWN, LENT),
    row("countries.*.summary_return", 0.1, 0.9, measure("summary_returns"), UP),
    row("countries.*.claims_heard", 0.1, 0.9, measure("claims_heard"), UP, {"people": {"claim_wish": 1.0}}),
    row("countries.*.removal_seats_per_week", 20.0, 200.0, measure("removed"), UP, REFUSED),
    row("countries.*.return_uptake", 0.1, 0.9, measure("returned_voluntarily"), UP, REFUSED,
        {"countries": {"there": {"reception": {"voluntary": fixed(10.0)}}}}),
)  # fmt: skip
DECIDED = mean_hour(Kind.REFUSED)
FULL = {
    "countries": {
        "there": {
            "reception": {"places": 50, "leaves_procedure": uniform(10.0, 90.0), "procedure": fixed(1e5)}
        }
    }
}
UNSEEN = {"sectors": {"hill": {"teams": 0}}, "countries": {"there": {"reception": {"onward": fixed(20.0)}}}}
RECEPTION = (
    row("countries.*.reception.places", 100, 400, DECIDED, DOWN, INSIDE),
    row("countries.*.reception.procedure", fixed(10.0), fixed(40.0), DECIDED, UP, INSIDE),
    row("countries.*.reception.crowding", 0.0, 0.5, DECIDED, UP, INSIDE),
    row("countries.*.reception.recognised", 0.1, 0.9, measure("recognised"), UP, INSIDE),
    row("countries.*.reception.leaves_procedure", exponential(20.0), exponential(200.0),
        measure("left_procedure"), DOWN, INSIDE),
    row("countries.*.reception.leaves_crowded", 0.0, 5.0, mean_hour(Kind.LEFT_PROCEDURE), DOWN, INSIDE, FULL),
    row("countries.*.reception.voluntary", fixed(5.0), fixed(50.0), mean_hour(Kind.RETURNED_VOLUNTARILY), UP,
        REFUSED, {"countries": {"there": {"return_uptake": 1.0}}}),
    row("countries.*.reception.removal_flight_days", 1, 3, rows(Kind.REMOVAL_FLIGHT), DOWN, REFUSED),
    row("countries.*.reception.onward", fixed(5.0), fixed(40.0),
        hours_between(Kind.ENTERED_UNSEEN, Kind.WENT_ONWARD), UP, UNSEEN),
    row("countries.*.reception.inland_check", 0.1, 0.9, measure("found_inland"), UP, UNSEEN),
)  # fmt: skip

SEEN = rows(Kind.DETECTED)
HELD_AT_LINE = merged(COLD, STRANDED, COERCIVE, {"people": {"next_try_strip": fixed(1000.0)}})
SHIFT = {"sectors": {"hill": {"shifts": ({"from_h": 6.0, "to_h": 18.0, "share": 0.5},)}}}
MET = (Kind.BREACHED,)
PRESS = {"parties": {"press": {"side": "aid_and_press", "sees_detected": 1.0, "needs_reporting": True}}}
SECTORS = (
    row("sectors.*.length_km", 5.0, 100.0, SEEN, DOWN),
    row("sectors.*.access", -2.0, 2.0, AT_HILL, UP, TWO, at="sectors.hill.access"),
    row("sectors.*.teams", 1, 100, SEEN, UP),
    row("sectors.*.shifts[].from_h", 2.0, 12.0, hours_of_teams(0), DOWN, SHIFT),
    row("sectors.*.shifts[].to_h", 10.0, 22.0, hours_of_teams(0), UP, SHIFT),
    row("sectors.*.shifts[].share", 0.1, 1.0, hours_of_teams(0), UP, SHIFT),
    row("sectors.*.response_h", 0.1, 3.0, STOP_HOURS, UP, SLOW),
    row("sectors.*.lend_travel", fixed(1.0), fixed(8.0), STOP_HOURS, UP, LENT),
    row("sectors.*.zone_km", 0.5, 20.0, measure("apprehended"), UP),
    row("sectors.*.sensor_coverage", 0.1, 0.9, SEEN, UP, {"sectors": {"hill": {"teams": 1}}}),
    row("sectors.*.coil_km", 0.0, 15.0, values(*MET), UP, NO_TEAMS),
    row("sectors.*.fence_km", 0.0, 15.0, values(*MET), UP, NO_TEAMS),
    row("sectors.*.wall_km", 0.0, 15.0, values(*MET), UP, NO_TEAMS),
    row("sectors.*.aid_access", 0.0, 1.0, measure("harmed_exposure"), DOWN, HELD_AT_LINE),
    row("sectors.*.reporting", 0.1, 0.9, reports(Kind.PREVENTED, Kind.APPREHENDED), UP, PRESS),
    row("sectors.*.restraint", 0.0, 1.0, rows(*range(55, 60), actor=Actor.GUARD), DOWN, CROWDS),
)  # fmt: skip

FRONT = {"fronts": {"front": {"where": ["there"], "posture": 1.0, "limit": 1.0}}}
FRONTS = (
    row("fronts.*.posture", 1 / 3, 0.9, measure("guided_attempts"), UP, FRONT),
    row("fronts.*.limit", 0.4, 0.9, measure("guided_attempts"), UP, FRONT),
)
ROUTES = (
    row("routes.*.people_per_day", 10.0, 50.0, measure("arrived"), UP, ROAD),
    row("routes.*.strip_per_day", 2.0, 20.0, measure("arrived"), "changes", ROAD,
        note="how candidates are addressed, not how many come"),
    row("routes.*.season[]", 0.5, 2.0, measure("arrived"), UP, ROAD),
    row("routes.*.stance_exponent", 0.0, 2.0, measure("arrived"), UP, ROAD, COERCIVE),
    row("routes.*.distance_km.*", 10.0, 1000.0, AT_HILL, DOWN, TWO,
        {"choice": {"distance_weight": 1.0}, "routes": {"way": {"distance_km": {"hill": 100.0,
            "lake": 100.0}}}}, at="routes.way.distance_km.hill"),
)  # fmt: skip
CLOSING = merged(CAMP, COERCIVE, {
    "initial": {"here": {"compartment": "in_site", "place": "camp"}},
    "levers": {"closing": {"kind": "closing", "start": date(2029, 5, 4)}},
    "lever_kinds": {"closing": {"effects": ({"control": "site_open", "op": "set", "size": 0.0},)}},
})  # fmt: skip
SITES = (
    row("sites.*.capacity", 20, 150, persons(Kind.ENTERED_SITE), UP, COERCIVE, CAMP),
    row("sites.*.shelter", 0.0, 1.0, measure("harmed_exposure"), DOWN, CAMP, COLD,
        {"initial": {"here": {"compartment": "in_site", "place": "camp"}}}),
    row("sites.*.open", 0.0, 1.0, persons(Kind.ENTERED_SITE), UP, COERCIVE, CAMP),
    row("sites.*.driven", 0.1, 0.9, measure("guided_attempts"), UP, CLOSING),
)  # fmt: skip
POINTS = (
    row("crossing_points.*.open", 0.0, 1.0, measure("attempts"), DOWN, GATE),
    row("crossing_points.*.use", 0.1, 0.9, measure("attempts"), DOWN, GATE),
)
