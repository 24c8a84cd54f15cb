"""Flights: who is removed or flies home on which, worked out by hand from seats,
sizes of groups and their time of waiting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sim.evidence.reduced_cases import NEVER, START, bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.scenario.schema import Scenario


def stocks(compartment: str, place: str, sizes: tuple[int, ...]) -> dict[str, Any]:
    """A group of each size; the first has waited longest."""
    return {
        f"group-{n}": {
            "compartment": compartment, "place": place, "persons": persons, "waited": fixed(100.0 - n),
        }
        for n, persons in enumerate(sizes)
    }  # fmt: skip


GROUPS: dict[str, Any] = {
    "gathering_share": 1.0, "gathering_median": 1000.0, "gathering_log_sd": 0.0, "gathering_max": 5000,
}  # fmt: skip


def removing(
    per_week: float, sizes: tuple[int, ...], days: int = 11, **tables: Any
) -> list[tuple[float, int]]:
    """Days and persons of removals, where a flight leaves every second day."""
    reception = {"removal_flight_days": 2, "leaves_procedure": NEVER}
    country = {"removal_seats_per_week": per_week, "return_uptake": 0.0, "reception": reception}
    scenario = bare(
        days,
        {"line": {"teams": 0}},
        people=GROUPS,
        countries={"there": country},
        initial=stocks("awaiting_removal", "there", sizes),
        **tables,
    )
    rows = simulate(scenario, seed=0).rows
    return [(row[1] / 24.0, row[4]) for row in rows if row[2] == Kind.REMOVED_BY_FORCE]


def test_groups_fly_together_and_seats_too_few_for_the_next_are_kept_for_it() -> None:
    """Ten seats per flight: 6 fly and 4 seats are left; with 14 the group of 13 flies and 1 is left;
    11 for 5 and 6."""
    assert removing(35.0, (6, 13, 5, 6, 4)) == [(2.0, 6), (4.0, 13), (6.0, 5), (6.0, 6), (8.0, 4)]


def test_a_group_waits_until_enough_seats_have_come_together() -> None:
    assert removing(35.0, (25, 5)) == [(6.0, 25), (6.0, 5)]


def test_seats_of_the_flight_before_last_that_nobody_waited_for_are_lost() -> None:
    """25 are refused on the fifth day: the seats of day 2 are lost, those of day 4 kept,
    so that 30 are there on day 8."""
    reception = {
        "removal_flight_days": 2, "leaves_procedure": NEVER, "procedure": fixed(104.0), "recognised": 0.0,
    }  # fmt: skip
    scenario = bare(
        11,
        {"line": {"teams": 0}},
        people=GROUPS,
        countries={"there": {"removal_seats_per_week": 35.0, "return_uptake": 0.0, "reception": reception}},
        initial={"late": {"compartment": "procedure", "place": "there", "persons": 25}},
    )
    rows = simulate(scenario, seed=0).rows
    assert [row[1] for row in rows if row[2] == Kind.REFUSED] == [104.0]
    assert [row[1] / 24.0 for row in rows if row[2] == Kind.REMOVED_BY_FORCE] == [8.0]


def home(
    seats: float, sizes: tuple[int, ...], *, waited: float = 0.0, days: int = 6, **tables: Any
) -> Scenario:
    """People who have given up, who all take a seat home."""
    return bare(
        days,
        {"line": {"teams": 0}},
        people={**GROUPS, "accepts_flight": 1.0},
        transit_state={"seats_home_per_day": seats},
        initial=stocks("gave_up", "way", sizes),
        **tables,
    )


def flown(scenario: Scenario) -> list[tuple[float, int]]:
    """Hours and persons of flights home."""
    rows = simulate(scenario, seed=0).rows
    return [(row[1], row[4]) for row in rows if row[2] == Kind.FLOWN_HOME]


def test_seats_home_that_a_large_group_leaves_empty_wait_for_it() -> None:
    """Ten seats per day, and the first midnight's still there: 7 of 20, then 16 and 4 of 13 + 10,
    then 5 of 3 + 10."""
    assert flown(home(10.0, (7, 16, 4, 5))) == [(24.0, 7), (48.0, 16), (48.0, 4), (72.0, 5)]


def test_seats_home_of_the_days_before_that_nobody_wants_are_lost() -> None:
    """35 give up on the third day: the seats of two midnights are lost, that day's kept,
    so that 40 are there at 120 h."""
    scenario = bare(
        7,
        {"line": {"teams": 1000, "length_km": 0.1, "response_h": 0.001}},
        people={**GROUPS, "accepts_flight": 1.0, "staging": fixed(60.0)},
        crossing={"time": fixed(1.0)},
        detection={"patrol_speed_kmh": 200.0, "reference_teams": 1e3, "eta": 0.0, "spots_k": 1e9},
        transit_state={"seats_home_per_day": 10.0},
        initial={"late": {"compartment": "waiting", "place": "way", "persons": 35}},
    )
    assert flown(scenario) == [(120.0, 35)]


def test_seats_home_of_a_lever_at_noon_are_half_a_days_and_a_group_takes_one_for_each_person() -> None:
    at_noon = datetime(START.year, START.month, START.day, 12)
    lever = {"kind": "repatriation_flights", "start": at_noon, "sizes": {"seats_home_per_day": 20.0}}
    scenario = home(0.0, (4, 5, 3, 9), levers={"home": lever})
    assert flown(scenario) == [(12.0, 4), (12.0, 5), (24.0, 3), (24.0, 9)]
