"""Seats: on flights of removal, and on flights home from the transit state; who flies first,
and which seats are kept."""

from __future__ import annotations

from collections import Counter

import pytest

from sim.record.events import Kind
from tests.model.acts.people_worlds import (
    Tables,
    at,
    fixed,
    rows,
    stock,
    timetable,
    world,
)


def reception(**values: object) -> Tables:
    """Quantities of the country's reception."""
    return {"countries": {"there": {"reception": values}}}


def country(**values: object) -> Tables:
    """Quantities of the country."""
    return {"countries": {"there": values}}


# removals


REFUSED = country(return_uptake=0.0, removal_seats_per_week=70.0)
DAILY = reception(removal_flight_days=1)


def test_a_removal_flight_has_a_seat_for_each_person_and_keeps_those_that_are_left() -> None:
    """Ten seats a day, five groups of four: two fly and leave two seats, then with twelve seats three."""
    stocks = [stock(f"group-{i}", 4, "awaiting_removal", "there") for i in range(6)]
    scenario = world(4, *stocks, REFUSED, DAILY)
    flown = Counter(row[1] for row in rows(scenario, Kind.REMOVED_BY_FORCE))
    assert flown == {24.0: 2, 48.0: 3, 72.0: 1}
    assert [(row[1], row[7]) for row in rows(scenario, Kind.REMOVAL_FLIGHT)] == [
        (24.0, 10.0),
        (48.0, 12.0),
        (72.0, 10.0),
    ]


@pytest.mark.parametrize("waited", [(10.0, 50.0, 30.0), (50.0, 10.0, 30.0), (30.0, 50.0, 10.0)])
def test_who_has_waited_longest_flies_first(waited: tuple[float, ...]) -> None:
    stocks = [
        stock(f"group-{i}", 10, "awaiting_removal", "there", waited=fixed(h)) for i, h in enumerate(waited)
    ]
    lines = timetable(world(4, *stocks, REFUSED, DAILY))
    flown = [int(line.split()[2][-1]) for line in lines if "REMOVED_BY_FORCE" in line]
    assert flown == sorted(range(3), key=lambda i: -waited[i])


def test_of_people_who_have_waited_as_long_the_lower_key_flies_first() -> None:
    stocks = [stock(f"group-{i}", 10, "awaiting_removal", "there") for i in range(6)]
    flown = [row[3] for row in rows(world(8, *stocks, REFUSED, DAILY), Kind.REMOVED_BY_FORCE)]
    assert len(flown) == 6
    assert flown == sorted(flown)


def test_who_leaves_the_procedure_while_refused_takes_no_seat() -> None:
    scenario = world(
        4,
        stock("ada", 10, "awaiting_removal", "there"),
        REFUSED,
        DAILY,
        reception(leaves_procedure=fixed(20.0)),
    )
    assert timetable(scenario) == ["20.00 LEFT_PROCEDURE ada 10 PEOPLE"]


def test_who_accepts_a_voluntary_return_goes_when_it_is_ready() -> None:
    scenario = world(
        4,
        stock("ada", 10, "awaiting_removal", "there"),
        country(return_uptake=1.0),
        reception(voluntary=fixed(30.0)),
    )
    assert timetable(scenario) == ["30.00 RETURNED_VOLUNTARILY ada 10 PEOPLE"]


# seats home


def test_a_flight_home_has_a_seat_for_each_person_and_keeps_seats_while_somebody_wants_one() -> None:
    """Ten seats a day, those of the first day kept: five groups of four, then two,
    then with twelve seats three."""
    stocks = [stock(f"group-{i}", 4, "gave_up") for i in range(11)]
    scenario = world(
        5, *stocks, {"people": {"accepts_flight": 1.0}, "transit_state": {"seats_home_per_day": 10.0}}
    )
    flown = Counter(row[1] for row in rows(scenario, Kind.FLOWN_HOME))
    assert flown == {24.0: 5, 48.0: 2, 72.0: 3, 96.0: 1}


def test_seats_home_that_nobody_wants_at_midnight_are_lost() -> None:
    """Ada's thirty give up at 2.50 of the second day: ten seats are kept for the third, twenty for the
    fourth, and thirty they need."""
    scenario = world(
        5, stock("ada", 30), {"people": {"staging": fixed(25.0), "accepts_flight": 1.0, "try_again": 0.0},
            "sectors": {"line": {"teams": 9}}},
        {"transit_state": {"seats_home_per_day": 10.0}},
    )  # fmt: skip
    assert [row[1] for row in rows(scenario, Kind.FLOWN_HOME)] == [72.0]


@pytest.mark.parametrize(("seats", "hours"), [(30.0, [12.0, 24.0]), (2.0, [24.0])])
def test_more_seats_from_noon_on_are_filled_at_noon_and_fewer_are_not(
    seats: float, hours: list[float]
) -> None:
    """Ten a day until noon; then half a day's difference: ten more than ten kept are twenty."""
    lever = {
        "kind": "repatriation_flights",
        "where": ["*"],
        "start": at(12),
        "sizes": {"seats_home_per_day": seats - 10.0},
    }
    scenario = world(
        2, stock("ada", 20, "gave_up"), stock("ben", 8, "gave_up"), {"people": {"accepts_flight": 1.0}},
        {"transit_state": {"seats_home_per_day": 10.0}, "levers": {"more": lever}},
    )  # fmt: skip
    assert sorted({row[1] for row in rows(scenario, Kind.FLOWN_HOME)}) == hours
