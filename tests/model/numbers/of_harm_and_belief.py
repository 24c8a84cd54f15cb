"""Rows of the table: exposure, word of mouth, choice of sector, surges, and the transit state."""

from __future__ import annotations

from datetime import date

from sim.record.events import Kind
from tests.model.numbers.readings import (
    hours_between,
    largest_value,
    mean_hour,
    measure,
    persons,
    rows,
    share_by_night,
    steps_of_weeks,
    swing_of_weeks,
)
from tests.model.numbers.small_worlds import (
    CAMP,
    COERCIVE,
    COLD,
    COLUMNS,
    DOWN,
    NO_TEAMS,
    REFUSED,
    ROAD,
    STRANDED,
    TALK,
    TRY_AGAIN,
    TWO,
    UP,
    fixed,
    merged,
    row,
)

STUCK = merged(COLD, STRANDED, COERCIVE, {"people": {"next_try_strip": fixed(1000.0)}})
HARM = measure("harmed_exposure")
HELD = {
    "fronts": {"front": {"where": ["there"], "posture": 0.0}},
    "transit_state": {"hold_time": fixed(60.0)},
}
IN_CAMP = merged(CAMP, COLD, {"initial": {"here": {"compartment": "in_site", "place": "camp"}}})
RESTED = merged(COLD, NO_TEAMS, TRY_AGAIN, {
    "people": {"next_try": fixed(20.0), "walk": fixed(10.0)},
    "crossing": {"time": fixed(8.0)},
    "sectors": {"hill": {"teams": 40}},
    "exposure": {"reserve_per_day": 10.0, "frailty": 5.0, "walking": 1.0,
        "harm_per_10000_person_days": 1000.0},
})  # fmt: skip
"""Days in the cold, days in the interior, and days in the cold again."""
EXPOSURE = (
    row("exposure.harm_per_10000_person_days", 500.0, 5000.0, HARM, UP, STUCK),
    row("exposure.death_per_10000_person_days", 500.0, 5000.0, measure("died_exposure"), UP, STUCK),
    row("exposure.month_factors[]", 1.0, 3.0, HARM, UP, STUCK),
    row("exposure.night_factor", 0.2, 5.0, share_by_night(Kind.HARMED_EXPOSURE), UP, STUCK),
    row("exposure.aid_factor", 0.1, 1.0, HARM, UP, STUCK, {"sectors": {"hill": {"aid_access": 1.0}}}),
    row("exposure.walking", 0.1, 2.0, HARM, UP, COLD, {"people": {"walk": fixed(40.0)}}),
    row("exposure.zone", 0.1, 2.0, HARM, UP, COLD, NO_TEAMS, {"crossing": {"time": fixed(30.0)}}),
    row("exposure.held", 0.1, 2.0, HARM, UP, COLD, HELD),
    row("exposure.site", 0.1, 2.0, HARM, UP, IN_CAMP),
    row("exposure.bog_factor", 1.0, 3.0, HARM, UP, STUCK, {"sectors": {"hill": {"terrain": "bog"}}}),
    row("exposure.reserve_per_day", 0.0, 2.0, HARM, UP, STUCK,
        {"exposure": {"frailty": 5.0, "harm_per_10000_person_days": 1000.0}}),
    row("exposure.recovery_per_day", 0.0, 10.0, HARM, DOWN, RESTED),
    row("exposure.frailty", 0.0, 5.0, HARM, UP, STUCK,
        {"exposure": {"reserve_per_day": 2.0, "harm_per_10000_person_days": 1000.0}}),
)  # fmt: skip

ARRIVED = measure("arrived")
TWO_FATES = merged(TALK, TWO, {
    "sectors": {"hill": {"teams": 0}, "lake": {"teams": 400, "response_h": 0.01}},
    "detection": {"patrol_speed_kmh": 200.0}, "people": {"staging": fixed(30.0)},
    "initial": {"here": {"persons": 100}},
    "information": {"sector_prior_persons": 5.0, "choice_weight": 4.0},
})  # fmt: skip
"""At the hill everybody gets through, at the lake nobody does."""
AT_HILL = persons(Kind.SET_OUT, sector=0)
FLOWN_OUT = merged(REFUSED, {
    "mechanisms": {"word_of_mouth": True},
    "countries": {"there": {"removal_seats_per_week": 700.0}},
    "people": {"staging": fixed(1e6)},
    "routes": {"way": {"people_per_day": 60.0, "strip_per_day": 20.0}},
    "information": {"removal_delay_days": 1, "removal_weight": 0.01, "removal_memory_days": 5.0},
})  # fmt: skip
INFORMATION = (
    row("information.delay_days", 1, 6, ARRIVED, DOWN, TALK, days=10),
    row("information.memory_days", 0.5, 20.0, ARRIVED, UP, TALK, {"information": {"arrivals_weight": 0.8}},
        days=10),
    row("information.prior_success", 0.1, 0.9, ARRIVED, DOWN, TALK, days=10),
    row("information.sector_prior_persons", 1.0, 10000.0, AT_HILL, DOWN, TWO_FATES, days=10),
    row("information.country_prior_persons", 1.0, 10000.0, ARRIVED, DOWN, TALK, days=10),
    row("information.arrivals_weight", 0.0, 3.0, ARRIVED, UP, TALK, days=10),
    row("information.choice_weight", 0.0, 8.0, AT_HILL, UP, TWO_FATES, days=10),
    row("information.removal_delay_days", 0, 8, ARRIVED, UP, FLOWN_OUT, days=10),
    row("information.removal_memory_days", 1.0, 50.0, ARRIVED, DOWN, FLOWN_OUT, days=10),
    row("information.removal_weight", 0.0, 0.01, ARRIVED, DOWN, FLOWN_OUT, days=10),
)  # fmt: skip

CHOICE = (
    row("choice.access_weight", 0.0, 3.0, AT_HILL, UP, TWO, {"sectors": {"hill": {"access": 1.0}}}),
    row("choice.barrier_weight", 0.0, 3.0, AT_HILL, DOWN, TWO, {"sectors": {"hill": {"wall_km": 20.0}}}),
    row("choice.distance_weight", 0.0, 2.0, AT_HILL, DOWN, TWO,
        {"routes": {"way": {"distance_km": {"hill": 300.0, "lake": 100.0}}}}),
    row("choice.wish_weight", 0.0, 4.0, AT_HILL, UP, TWO,
        {"fronts": {"front": {"where": ["hill"], "posture": 2 / 3}}}),
)  # fmt: skip
SURGE = (
    row("surge.sd", 0.1, 1.0, swing_of_weeks, UP, ROAD, {"mechanisms": {"surge": True}}, days=70),
    row("surge.reversion", 0.02, 1.0, steps_of_weeks, UP, ROAD,
        {"mechanisms": {"surge": True}, "surge": {"sd": 0.5}, "routes": {"way": {"people_per_day": 20.0}}},
        days=140),
)  # fmt: skip

SANCTIONED = {
    "mechanisms": {"stance_answers": True},
    "initial": {"here": {"persons": 0}},
    "fronts": {"front": {"where": ["there"], "posture": 0.1}},
    "transit_state": {"answer_probability": 1.0, "answer_delay": fixed(5.0), "relaxation_days": 2.0},
    "levers": {f"sanction-{day}": {"kind": "sanctions", "start": date(2029, 5, day),
        "sizes": {"pressure": 0.1}} for day in range(4, 14)},
}  # fmt: skip
TRANSIT_STATE = (
    row("transit_state.answer_probability", 0.1, 0.9, rows(Kind.SANCTIONS_ANSWERED), UP, SANCTIONED, days=12),
    row("transit_state.answer_delay", fixed(5.0), fixed(60.0), mean_hour(Kind.SANCTIONS_ANSWERED), UP,
        SANCTIONED, days=12),
    row("transit_state.answer_gain", 0.1, 1.0, largest_value(Kind.STANCE_CHANGED), UP, SANCTIONED, days=12),
    row("transit_state.relaxation_days", 1.0, 30.0, largest_value(Kind.STANCE_CHANGED), DOWN, SANCTIONED,
        days=12),
    row("transit_state.hold_time", fixed(5.0), fixed(30.0), hours_between(Kind.HELD_BACK, Kind.LET_GO), UP,
        HELD),
    row("transit_state.diversion", 0.0, 1.0, measure("diversions"), UP, COERCIVE, COLUMNS,
        {"mechanisms": {"diversion": True}, "columns": {"self_per_day_per_1000": 10.0}}),
    row("transit_state.seats_home_per_day", 5.0, 30.0, measure("flown_home"), UP,
        {"initial": {"here": {"compartment": "gave_up"}}}),
)  # fmt: skip
