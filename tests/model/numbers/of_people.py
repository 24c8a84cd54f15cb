"""Rows of the table: the switches of mechanisms, who travels, and what people do between tries."""

from __future__ import annotations

from datetime import date

from sim.record.events import Kind
from tests.model.numbers.readings import (
    hours_between,
    largest_size,
    mean_hour,
    mean_size,
    measure,
    rows,
    spread_of_size,
    swing_of_weeks,
)
from tests.model.numbers.small_worlds import (
    COERCIVE,
    COLD,
    COLUMNS,
    CROWDS,
    DOWN,
    FENCED,
    ROAD,
    STRANDED,
    TALK,
    TRY_AGAIN,
    UP,
    WET,
    exponential,
    fixed,
    merged,
    row,
    uniform,
)

WINTER = date(2021, 12, 6)
SANCTION = {
    "fronts": {"front": {"where": ["there"], "posture": 0.2}},
    "transit_state": {"answer_probability": 1.0, "answer_delay": fixed(5.0)},
    "levers": {"sanction": {"kind": "sanctions", "start": date(2029, 5, 4)}},
}
SIZES = {"people": {"party_size_mean": 8.0}, "initial": {"here": {"persons": 2000}}}
GATHERINGS = merged(SIZES, {"people": {"gathering_share": 1.0}})
AGAIN = merged(
    TRY_AGAIN, {"countries": {"there": {"summary_return": 1.0}}, "crossing": {"time": fixed(10.0)}}
)
TIRED = merged(AGAIN, COLD, {"exposure": {"reserve_per_day": 10.0, "recovery_per_day": 0.0}})
SEATS = {"transit_state": {"seats_home_per_day": 20.0}}
GAVE_UP = {"initial": {"here": {"compartment": "gave_up"}}}
SINGLE_STANDOFF = merged(CROWDS, {"initial": {"here": {"persons": 600}}})
DIVERTED = merged(COERCIVE, SINGLE_STANDOFF, {
    "transit_state": {"diversion": 1.0},
    "people": {"next_try_strip": fixed(1000.0)},
    "standoffs": {"min_persons": 500},
    "initial": {"here": {"persons": 200}, "stuck": {"compartment": "stranded", "place": "hill",
        "persons": 100}},
})  # fmt: skip

MECHANISMS = (
    row("mechanisms.word_of_mouth", False, True, measure("arrived"), UP, TALK, days=12),
    row("mechanisms.surge", False, True, swing_of_weeks, UP, ROAD, {"surge": {"sd": 1.0}}, days=70),
    row("mechanisms.columns", False, True, measure("columns"), UP, COLUMNS,
        {"columns": {"self_per_day_per_1000": 20.0}}),
    row("mechanisms.standoffs", False, True, measure("standoffs"), UP, CROWDS),
    row("mechanisms.diversion", False, True, measure("diversions"), UP, COERCIVE, COLUMNS, {
        "columns": {"self_waiting_per_day_per_1000": 50.0, "waiting_share": 1.0, "max_persons": 60},
        "transit_state": {"diversion": 1.0},
        "initial": {"more": {"compartment": "waiting", "place": "way", "persons": 200}},
    }),
    row("mechanisms.exposure", False, True, measure("harmed_exposure"), UP, COLD),
    row("mechanisms.barrier_injuries", False, True, measure("harmed_barrier"), UP, FENCED,
        {"crossing": {"fence_injury": 0.5}}),
    row("mechanisms.return_harm", False, True, measure("harmed_return"), UP,
        {"handling": {"return_injury": 0.5}}),
    row("mechanisms.drowning", False, True, measure("died_drowning"), UP, WET,
        {"crossing": {"drowning": 0.5}}),
    row("mechanisms.stance_answers", False, True, rows(Kind.STANCE_CHANGED), UP, SANCTION),
    row("mechanisms.splits", False, True, rows(Kind.SPLIT), UP, CROWDS,
        {"mechanisms": {"standoffs": False}, "sectors": {"hill": {"teams": 2}}}),
)  # fmt: skip
PEOPLE = (
    row("people.party_size_mean", 2.0, 20.0, mean_size(Kind.WAS_PRESENT), UP, SIZES),
    row("people.party_size_shape", 0.2, 50.0, spread_of_size(Kind.WAS_PRESENT), DOWN, SIZES),
    row("people.gathering_share", 0.0, 0.3, mean_size(Kind.WAS_PRESENT), UP, SIZES),
    row("people.gathering_median", 20.0, 60.0, mean_size(Kind.WAS_PRESENT), UP, GATHERINGS),
    row("people.gathering_log_sd", 0.1, 1.0, spread_of_size(Kind.WAS_PRESENT), UP, GATHERINGS),
    row("people.gathering_max", 50, 300, largest_size(Kind.WAS_PRESENT), UP, GATHERINGS),
    row("people.minor_share", 0.0, 1.0, measure("admitted_for_care"), UP,
        {"handling": {"care": 0.1, "care_minors": 5.0}}),
    row("people.claim_wish", 0.1, 0.9, measure("claims_lodged"), UP),
    row("people.staging", uniform(0.0, 20.0), uniform(0.0, 48.0), mean_hour(Kind.SET_OUT), UP),
    row("people.walk", fixed(2.0), fixed(20.0), hours_between(Kind.SET_OUT, Kind.ATTEMPT), UP),
    row("people.try_again", 0.1, 0.9, measure("attempts"), UP, AGAIN),
    row("people.try_again_fall", 0.0, 0.5, measure("attempts"), DOWN, AGAIN),
    row("people.hardship_weight", 0.0, 1.0, measure("gave_up"), UP, TIRED),
    row("people.offer_weight", 0.0, 1.0, measure("gave_up"), UP, AGAIN,
        {"transit_state": {"seats_home_per_day": 0.5}}),
    row("people.next_try", fixed(2.0), fixed(30.0), hours_between(Kind.CAME_BACK, Kind.SET_OUT), UP, AGAIN),
    row("people.next_try_strip", fixed(5.0), fixed(60.0), mean_hour(Kind.ATTEMPT), UP, STRANDED, COERCIVE),
    row("people.shortest_rest_h", 0.1, 30.0, hours_between(Kind.CAME_BACK, Kind.SET_OUT), UP, AGAIN,
        {"people": {"next_try": fixed(0.0)}}),
    row("people.winter_factor", 1.0, 3.0, hours_between(Kind.CAME_BACK, Kind.SET_OUT), UP, AGAIN,
        {"people": {"winter_months": (12,), "next_try": fixed(8.0)}}, start=WINTER),
    row("people.winter_months[]", 6, 12, hours_between(Kind.CAME_BACK, Kind.SET_OUT), UP, AGAIN,
        {"people": {"winter_months": (1,), "winter_factor": 3.0, "next_try": fixed(8.0)}}, start=WINTER),
    row("people.own_means", exponential(20.0), exponential(200.0), measure("left_by_own_means"), DOWN,
        GAVE_UP),
    row("people.accepts_flight_waiting", 0.1, 0.9, measure("flown_home"), UP, AGAIN,
        {"transit_state": {"seats_home_per_day": 20.0}}),
    row("people.accepts_flight", 0.2, 0.8, measure("flown_home"), UP, GAVE_UP,
        {"transit_state": {"seats_home_per_day": 1000.0}}),
)  # fmt: skip
