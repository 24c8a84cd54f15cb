"""Rows of the table: parties, levers with triggers, kinds of the scenario's own, stocks, the run's dates,
and durations."""

from __future__ import annotations

from datetime import date

from sim.record.events import Kind
from sim.record.log import ASCRIBES_BIT
from tests.model.numbers.readings import (
    hours_between,
    mean_hour,
    mean_value,
    measure,
    reports,
    rows,
    spread_between,
    values,
)
from tests.model.numbers.small_worlds import (
    COERCIVE,
    COLD,
    CROWDS,
    DOWN,
    GUARD,
    INSIDE,
    REFUSED,
    STRANDED,
    UP,
    fixed,
    merged,
    row,
    uniform,
)

ENDS = (Kind.WITHDREW, Kind.PREVENTED, Kind.APPREHENDED, Kind.ENTERED_UNSEEN)
STEPS = (
    Kind.REACHED_LEVEL_1,
    Kind.REACHED_LEVEL_2,
    Kind.REACHED_LEVEL_3,
    Kind.REACHED_LEVEL_4,
    Kind.REACHED_LEVEL_5,
)
SPEAKER = {"parties": {"speaker": {"side": "guard"}}}
SEES = {"parties": {"speaker": {"side": "guard", "sees_incidents": 1.0, "sees_returns": 1.0}}}
DEADLY = merged(
    COLD,
    STRANDED,
    COERCIVE,
    {"exposure": {"death_per_10000_person_days": 3000.0}, "people": {"next_try_strip": fixed(1000.0)}},
)
RESTLESS = {"sectors": {"hill": {"restraint": 0.0}}, "standoffs": {"guard_share": 0.5}}


PARTIES = (
    row("parties.*.sees_detected", 0.1, 0.9, reports(*ENDS), UP, SPEAKER),
    row("parties.*.sees_undetected", 0.1, 0.9, reports(*ENDS), UP, SPEAKER),
    row("parties.*.sees_incidents", 0.1, 0.9, reports(*STEPS), UP, SPEAKER, CROWDS),
    row("parties.*.sees_returns", 0.1, 0.9, reports(Kind.SUMMARY_RETURN), UP, SPEAKER),
    row("parties.*.sees_harm", 0.1, 0.9, reports(Kind.HARMED_EXPOSURE), UP, SPEAKER, COLD),
    row("parties.*.sees_deaths", 0.1, 0.9, reports(Kind.DIED_EXPOSURE), UP, SPEAKER, DEADLY),
    row("parties.*.needs_reporting", False, True, reports(Kind.SUMMARY_RETURN), DOWN, SEES,
        {"sectors": {"hill": {"reporting": 0.3}}}),
    row("parties.*.admits_own", 0.1, 0.9, reports(Kind.SUMMARY_RETURN), UP, SEES),
    row("parties.*.admits_other", 0.1, 0.9, reports(*STEPS), UP, SEES, CROWDS),
    row("parties.*.misattributes", 0.1, 0.9, reports(*STEPS, bit=ASCRIBES_BIT), UP, SEES, CROWDS, RESTLESS),
)  # fmt: skip

MAY_4 = date(2029, 5, 4)
TRIGGER = {
    "party": "guard", "measure": "attempts", "window_days": 1, "above": 5.0, "below": 0.0, "delay_days": 0.0,
    "duration_days": 1.5,
}  # fmt: skip
WATCHED = merged(GUARD, {"levers": {"army": {"kind": "reinforced_controls", "trigger": TRIGGER}}})
BEGAN, ENDED = Kind.LEVER_BEGAN, Kind.LEVER_ENDED
TRIGGERS = (
    row("levers.*.trigger.window_days", 1, 4, rows(BEGAN), UP, WATCHED,
        {"levers": {"army": {"trigger": {"above": 30.0, "duration_days": 0.2}}}}),
    row("levers.*.trigger.above", 3.0, 55.0, mean_hour(BEGAN), UP, WATCHED,
        {"parties": {"guard": {"sees_detected": 1.0, "sees_undetected": 1.0}},
            "levers": {"army": {"trigger": {"window_days": 4, "duration_days": 9.0}}},
            "people": {"staging": uniform(0.0, 60.0)}}),
    row("levers.*.trigger.below", 0.0, 5.0, mean_hour(ENDED), DOWN, WATCHED,
        {"levers": {"army": {"trigger": {"duration_days": 2.5}}}, "people": {"staging": uniform(0.0, 20.0)}}),
    row("levers.*.trigger.delay_days", 0.0, 0.7, mean_hour(BEGAN), UP, WATCHED, days=3),
    row("levers.*.trigger.duration_days", 0.3, 1.5, mean_hour(ENDED), UP, WATCHED, days=3),
)  # fmt: skip

BUILT = values(Kind.BARRIER_BUILT)
WALL = {"levers": {"wall": {"kind": "wall", "start": MAY_4, "sizes": {"wall_km_per_day": 2.0}}}}
ARMY = {"levers": {"army": {"kind": "reinforced_controls", "start": MAY_4, "sizes": {"teams": 3.0}}}}
COLUMN = {
    "mechanisms": {"columns": True, "standoffs": True},
    "levers": {"column": {"kind": "mass_column", "start": MAY_4, "where": ["hill"], "persons": 60}},
    "initial": {"here": {"compartment": "stranded", "place": "hill", "persons": 300}},
    "people": {"next_try_strip": fixed(1000.0)},
}
ON_DUTY = values(Kind.TEAMS_ON_DUTY)
NEWS_OF_WALL = merged(
    {"sectors": {"lake": {"country": "there", "length_km": 20.0}}, "choice": {"barrier_weight": 5.0}},
    {"levers": {"wall": {"kind": "wall", "where": ["hill"], "announced": MAY_4, "start": date(2029, 5, 6),
        "sizes": {"perceived_barrier": 1.0}}}},
)  # fmt: skip
OWN = {
    "lever_kinds": {"army": {"effects": ({"control": "teams", "op": "scale", "size": 2.0},)}},
    "levers": {"army": {"kind": "army", "start": MAY_4}},
}
AT_HILL = rows(Kind.SET_OUT, sector=0)
LEVERS = (
    row("levers.*.announced", MAY_4, date(2029, 5, 5), AT_HILL, UP, NEWS_OF_WALL),
    row("levers.*.start", MAY_4, date(2029, 5, 6), BUILT, DOWN, WALL),
    row("levers.*.end", date(2029, 5, 5), date(2029, 5, 6), BUILT, UP, WALL),
    row("levers.*.ramp_days", 0.0, 4.0, BUILT, DOWN, WALL),
    row("levers.*.strength", 0.2, 1.0, BUILT, UP, WALL),
    row("levers.*.sizes.*", 0.5, 4.0, BUILT, UP, WALL),
    row("levers.*.km", 1.0, 3.0, BUILT, UP, WALL),
    row("levers.*.persons", 30, 200, measure("column_persons"), UP, COLUMN),
    row("levers.*.on", False, True, BUILT, UP, WALL),
    row("lever_kinds.*.effects[].size", 0.1, 4.0, ON_DUTY, UP, OWN),
)  # fmt: skip
WAITED = (
    ("stranded", mean_hour(Kind.ATTEMPT), (STRANDED, COERCIVE, {"people": {"next_try_strip": fixed(40.0)}})),
    (
        "gave_up",
        mean_hour(Kind.LEFT_BY_OWN_MEANS),
        ({"people": {"own_means": fixed(40.0)}, "initial": {"here": {"compartment": "gave_up"}}},),
    ),
    ("procedure", mean_hour(Kind.REFUSED), (INSIDE,)),
    (
        "awaiting_removal",
        mean_hour(Kind.REMOVED_BY_FORCE, Kind.LEFT_PROCEDURE),
        (
            REFUSED,
            {
                "countries": {
                    "there": {"removal_seats_per_week": 0.0, "reception": {"leaves_procedure": fixed(40.0)}}
                }
            },
        ),
    ),
)
STOCKS = (
    row("initial.*.persons", 50, 300, measure("attempts"), UP),
    row("initial.*.waited", fixed(0.0), fixed(20.0), mean_hour(Kind.SET_OUT), DOWN,
        {"people": {"staging": fixed(40.0)}}),
    *(
        row("initial.*.waited", fixed(0.0), fixed(20.0), reading, DOWN, *tables,
            note=f"people who are {word}")
        for word, reading, tables in WAITED
    ),
    row("initial.*.attempts", 0, 4, mean_value(Kind.ATTEMPT), UP),
)  # fmt: skip
DATES = (
    row("scenario.start", date(2029, 5, 3), date(2029, 5, 5), measure("attempts"), DOWN,
        {"people": {"staging": uniform(0.0, 90.0)}}),
    row("scenario.end", date(2029, 5, 5), date(2029, 5, 7), measure("attempts"), UP,
        {"people": {"staging": uniform(0.0, 90.0)}}),
)  # fmt: skip

WALKED, SPREAD = hours_between(Kind.SET_OUT, Kind.ATTEMPT), spread_between(Kind.SET_OUT, Kind.ATTEMPT)
LOGNORMAL = {"people": {"walk": {"dist": "lognormal", "median_h": 6.0, "log_sd": 0.2}}}
GAMMA = {"people": {"walk": {"dist": "gamma", "mean_h": 6.0, "shape": 2.0}}}
WEIBULL = {"people": {"walk": {"dist": "weibull", "scale_h": 6.0, "shape": 2.0}}}
BETWEEN = {"people": {"walk": uniform(1.0, 9.0)}}
DURATIONS = (
    row("Fixed.h", 1.0, 9.0, WALKED, UP, {"people": {"walk": fixed(1.0)}}, at="people.walk.h"),
    row("Exponential.mean_h", 1.0, 9.0, WALKED, UP,
        {"people": {"walk": {"dist": "exponential", "mean_h": 1.0}}}, at="people.walk.mean_h"),
    row("Lognormal.median_h", 1.0, 9.0, WALKED, UP, LOGNORMAL, at="people.walk.median_h"),
    row("Lognormal.log_sd", 0.1, 0.5, SPREAD, UP, LOGNORMAL, at="people.walk.log_sd"),
    row("Gamma.mean_h", 1.0, 9.0, WALKED, UP, GAMMA, at="people.walk.mean_h"),
    row("Gamma.shape", 0.8, 9.0, SPREAD, DOWN, GAMMA, at="people.walk.shape"),
    row("Weibull.scale_h", 1.0, 9.0, WALKED, UP, WEIBULL, at="people.walk.scale_h"),
    row("Weibull.shape", 0.8, 9.0, SPREAD, DOWN, WEIBULL, at="people.walk.shape"),
    row("Uniform.low_h", 1.0, 8.0, WALKED, UP, BETWEEN, at="people.walk.low_h"),
    row("Uniform.high_h", 2.0, 12.0, WALKED, UP, BETWEEN, at="people.walk.high_h"),
)  # fmt: skip
