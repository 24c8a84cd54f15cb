"""Rows of the table: crossing, detection, response, handling, stand-offs and columns."""

from __future__ import annotations

from sim.record.events import Actor, Kind
from tests.model.numbers.readings import (
    hours_between,
    largest_value,
    mean_value,
    measure,
    persons,
    rows,
    spread_between,
    values,
)
from tests.model.numbers.small_worlds import (
    COERCIVE,
    COILED,
    COLD,
    COLUMNS,
    CROWDS,
    DOWN,
    FACILITATING,
    FENCED,
    NO_TEAMS,
    UP,
    WALLED,
    WET,
    fixed,
    merged,
    row,
)

SLOW_CROSSING = {"crossing": {"time": fixed(100.0)}}
"""Nobody is through before a team comes."""
BREACH_HOURS = hours_between(Kind.ATTEMPT, Kind.BREACHED)
CROSSING = (
    row("crossing.time", fixed(1.0), fixed(4.0), BREACH_HOURS, UP, NO_TEAMS),
    row("crossing.coil_factor", 1.0, 3.0, BREACH_HOURS, UP, NO_TEAMS, COILED),
    row("crossing.fence_factor", 1.0, 3.0, BREACH_HOURS, UP, NO_TEAMS, FENCED),
    row("crossing.wall_factor", 1.0, 3.0, BREACH_HOURS, UP, NO_TEAMS, WALLED),
    row("crossing.river_factor", 1.0, 3.0, BREACH_HOURS, UP, NO_TEAMS, WET),
    row("crossing.bog_factor", 1.0, 3.0, BREACH_HOURS, UP, NO_TEAMS,
        {"sectors": {"hill": {"terrain": "bog"}}}),
    row("crossing.forest_factor", 1.0, 3.0, BREACH_HOURS, UP, NO_TEAMS,
        {"sectors": {"hill": {"terrain": "forest"}}}),
    row("crossing.tools_factor", 0.2, 1.0, BREACH_HOURS, UP, NO_TEAMS, FACILITATING),
    row("crossing.walking_speed_kmh", 0.5, 4.0, hours_between(Kind.BREACHED, Kind.ENTERED_UNSEEN), DOWN,
        NO_TEAMS),
    row("crossing.withdrawal", 0.1, 0.9, measure("withdrew"), UP),
    row("crossing.fence_injury", 0.1, 0.9, measure("harmed_barrier"), UP, FENCED,
        {"mechanisms": {"barrier_injuries": True}}),
    row("crossing.wall_injury", 0.1, 0.9, measure("harmed_barrier"), UP, WALLED,
        {"mechanisms": {"barrier_injuries": True}}),
    row("crossing.drowning", 0.1, 0.9, measure("died_drowning"), UP, WET, {"mechanisms": {"drowning": True}}),
    row("crossing.cut_share", 0.1, 0.9, rows(Kind.BARRIER_CUT), UP, WALLED, NO_TEAMS),
    row("crossing.cut_width_km", 0.01, 0.1, values(Kind.BARRIER_CUT), UP, WALLED, NO_TEAMS),
    row("crossing.repair_km_per_day", 0.0, 2.0, mean_value(Kind.BARRIER_CUT), DOWN, WALLED, NO_TEAMS),
)  # fmt: skip

SEEN = rows(Kind.DETECTED)
LARGE = {
    "people": {"party_size_mean": 12.0},
    "initial": {"here": {"persons": 2000}},
    "sectors": {"hill": {"teams": 400}},
}
GUARDED = {"mechanisms": {"standoffs": False}}
DETECTION = (
    row("detection.patrol_speed_kmh", 0.5, 8.0, SEEN, UP),
    row("detection.reference_teams", 1.0, 30.0, SEEN, UP),
    row("detection.eta", 0.0, 1.0, SEEN, UP,
        note="more teams are free than at which returns start to diminish"),
    row("detection.spots_k", 0.1, 5.0, SEEN, UP),
    row("detection.size_reference", 2.0, 40.0, SEEN, DOWN, LARGE, {"detection": {"size_exponent": 1.0}}),
    row("detection.size_exponent", 0.0, 1.5, SEEN, UP, LARGE, {"detection": {"size_reference": 2.0}}),
    row("detection.night_factor", 0.1, 1.0, SEEN, UP),
    row("detection.night_from_h", 14.0, 23.0, SEEN, UP, {"detection": {"night_factor": 0.1}}),
    row("detection.night_to_h", 1.0, 10.0, SEEN, DOWN, {"detection": {"night_factor": 0.1}}),
    row("detection.guidance_factor", 0.1, 1.0, SEEN, UP, FACILITATING),
    row("detection.sensor_probability", 0.1, 0.9, SEEN, UP,
        {"sectors": {"hill": {"teams": 1, "sensor_coverage": 1.0}}}),
)  # fmt: skip

BUSY = merged(SLOW_CROSSING, {"response": {"hold": fixed(4.0)}, "sectors": {"hill": {"teams": 6}}})
MIXED = merged(SLOW_CROSSING, {
    "people": {"gathering_share": 0.05, "gathering_median": 26.0, "gathering_log_sd": 0.0},
    "response": {"hold": fixed(1.0), "persons_per_team": 10.0, "largest_call": 1.0},
    "standoffs": {"min_persons": 500}, "initial": {"here": {"persons": 400}},
    "sectors": {"hill": {"teams": 3}},
})  # fmt: skip
"""Single people, and gatherings for whom the post needs all its teams."""


def wait_of_large_calls(run):  # type: ignore[no-untyped-def]
    """Hours that served calls for gatherings had waited, together."""
    return float(sum(r[7] for r in run.rows if r[2] == Kind.CALL_SERVED and r[4] > 10))


RESPONSE = (
    row("response.persons_per_team", 2.0, 20.0, mean_value(Kind.CALLED), DOWN, LARGE),
    row("response.largest_call", 0.1, 1.0, mean_value(Kind.TEAMS_SENT), UP, CROWDS, GUARDED,
        {"sectors": {"hill": {"teams": 6}}, "response": {"persons_per_team": 5.0}}),
    row("response.hold", fixed(1.0), fixed(6.0), measure("team_hours_out"), UP),
    row("response.patience", fixed(0.2), fixed(20.0), rows(Kind.CALL_LEFT), DOWN, BUSY),
    row("response.overtake_h", 0.0, 20.0, wait_of_large_calls, UP, MIXED),
    row("response.log_sd", 0.1, 1.0, spread_between(Kind.DETECTED, Kind.PREVENTED), UP, SLOW_CROSSING),
)  # fmt: skip
CLAIMED = {"people": {"claim_wish": 1.0}}
HANDLING = (
    row("handling.processing", fixed(1.0), fixed(12.0), hours_between(Kind.APPREHENDED, Kind.SUMMARY_RETURN),
        UP),
    row("handling.registration", fixed(1.0), fixed(24.0), hours_between(Kind.APPREHENDED, Kind.CLAIM_LODGED),
        UP, CLAIMED),
    row("handling.care", 0.1, 0.9, measure("admitted_for_care"), UP),
    row("handling.care_minors", 0.0, 50.0, measure("admitted_for_care"), UP,
        {"people": {"minor_share": 0.5}, "handling": {"care": 0.02}}),
    row("handling.care_hardship", 0.0, 1.0, measure("admitted_for_care"), UP, COLD,
        {"exposure": {"reserve_per_day": 10.0, "recovery_per_day": 0.0}}),
    row("handling.return_injury", 0.1, 0.9, measure("harmed_return"), UP,
        {"mechanisms": {"return_harm": True}}),
    row("handling.return_death", 0.1, 0.9, measure("died_after_return"), UP,
        {"mechanisms": {"return_harm": True}}),
)  # fmt: skip

LEVELS = rows(
    Kind.REACHED_LEVEL_1,
    Kind.REACHED_LEVEL_2,
    Kind.REACHED_LEVEL_3,
    Kind.REACHED_LEVEL_4,
    Kind.REACHED_LEVEL_5,
)
STEPS = (
    Kind.REACHED_LEVEL_1,
    Kind.REACHED_LEVEL_2,
    Kind.REACHED_LEVEL_3,
    Kind.REACHED_LEVEL_4,
    Kind.REACHED_LEVEL_5,
)
HOT = merged(CROWDS, {"standoffs": {"up_per_h": 3.0, "breach_per_h": 0.0}})
"""Stand-offs that reach the top."""
STANDOFFS = (
    row("standoffs.escorted_share", 0.0, 0.8, measure("standoffs"), UP, COERCIVE, SLOW_CROSSING,
        {"mechanisms": {"standoffs": True}, "transit_state": {"diversion": 0.0}}),
    row("standoffs.min_persons", 20, 60, measure("standoffs"), DOWN, CROWDS),
    row("standoffs.up_per_h", 0.2, 2.0, LEVELS, UP, CROWDS),
    row("standoffs.down_per_h", 0.2, 4.0, LEVELS, DOWN, CROWDS),
    row("standoffs.people_share", 0.1, 0.9, rows(*STEPS, actor=Actor.PEOPLE), UP, CROWDS),
    row("standoffs.escort_share", 0.0, 0.9, rows(*STEPS, actor=Actor.ESCORT), UP, CROWDS, COERCIVE),
    row("standoffs.guard_share", 0.0, 0.9, rows(*STEPS, actor=Actor.GUARD), UP, CROWDS),
    row("standoffs.numbers_exponent", 0.0, 1.5, LEVELS, UP, CROWDS,
        {"standoffs": {"numbers_reference": 1.0}}),
    row("standoffs.numbers_reference", 1.0, 100.0, LEVELS, DOWN, CROWDS,
        {"standoffs": {"numbers_exponent": 1.0}}),
    row("standoffs.calm_by_restraint", 0.0, 10.0, LEVELS, DOWN, CROWDS),
    row("standoffs.disperse_per_h", 0.1, 4.0, hours_between(Kind.STANDOFF_BEGAN, Kind.STANDOFF_ENDED), DOWN,
        CROWDS),
    row("standoffs.breach_per_h", 0.0, 1.0, rows(Kind.BREACHED), UP, CROWDS,
        {"mechanisms": {"splits": True}}),
    row("standoffs.breach_share", 0.05, 0.9, persons(Kind.BREACHED), UP, CROWDS,
        {"standoffs": {"breach_per_h": 1.0}, "mechanisms": {"splits": True}}),
    row("standoffs.injury", 0.01, 0.5, measure("harmed_violence"), UP, HOT),
    row("standoffs.death", 0.01, 0.5, measure("died_violence"), UP, HOT),
    row("standoffs.guard_injury", 0.05, 0.9, measure("force_members_harmed"), UP, HOT),
    row("standoffs.reinforce_level", 1, 5, rows(Kind.CALLED), DOWN, HOT),
    row("standoffs.attempt_share", 0.1, 0.9, measure("attempts"), UP, COLUMNS,
        {"columns": {"self_per_day_per_1000": 20.0}}),
)  # fmt: skip

LED = {"columns": {"self_per_day_per_1000": 12.0}}
RECRUITED = {
    "columns": {"self_waiting_per_day_per_1000": 20.0, "waiting_share": 1.0, "size_median": 40.0},
    "initial": {"here": {"compartment": "waiting", "place": "way"}},
    "people": {"staging": fixed(1000.0)},
}
COLUMN_ROWS = (
    row("columns.per_day_per_1000", 0.5, 10.0, measure("columns"), UP, COERCIVE, COLUMNS),
    row("columns.self_per_day_per_1000", 0.5, 10.0, measure("columns"), UP, COLUMNS),
    row("columns.self_waiting_per_day_per_1000", 0.5, 10.0, measure("columns"), UP, COLUMNS, RECRUITED),
    row("columns.size_median", 30.0, 100.0, mean_value(Kind.COLUMN_FORMED), UP, COLUMNS, LED),
    row("columns.size_log_sd", 0.0, 1.5, largest_value(Kind.COLUMN_FORMED), UP, COLUMNS, LED),
    row("columns.max_persons", 30, 100, largest_value(Kind.COLUMN_FORMED), UP, COLUMNS, LED,
        {"columns": {"size_median": 120.0}}),
    row("columns.forming", fixed(1.0), fixed(8.0), hours_between(Kind.COLUMN_FORMED, Kind.COLUMN_AT_LINE), UP,
        COLUMNS, LED),
    row("columns.waiting_share", 0.5, 1.0, measure("column_persons"), UP, COLUMNS, RECRUITED),
)  # fmt: skip
