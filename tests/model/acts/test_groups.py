"""Journeys on the transit side: setting out, being held, coming back, the next try; hand-worked hours,
and numbers of their own."""

from __future__ import annotations

from collections import Counter

import pytest

from sim.model.simulate import simulate
from sim.record.events import Actor, Compartment, Kind
from sim.scenario.schema import Scenario
from tests.model.acts.people_worlds import (
    NEVER,
    alone,
    assert_independent,
    assert_share,
    at,
    by_group,
    clock,
    controls,
    exponential,
    fixed,
    rows,
    stock,
    timetable,
    world,
)

POST = {"sectors": {"line": {"teams": 1000}}}
"""Whoever tries is seen within seconds and stopped half an hour later."""
WINTER = {"people": {"winter_months": (5,), "winter_factor": 2.0}}


def test_from_the_interior_a_stopped_group_tries_again_after_the_rest_that_winter_doubles() -> None:
    assert timetable(world(2, POST, WINTER, stock("ada", 8))) == clock("""
         1.00 SET_OUT   ada 8 NOBODY
         2.00 ATTEMPT   ada 8 PEOPLE 1
         2.50 PREVENTED ada 8 GUARD  1
         2.50 CAME_BACK ada 8 NOBODY
        22.50 SET_OUT   ada 8 NOBODY
        23.50 ATTEMPT   ada 8 PEOPLE 2
        24.00 PREVENTED ada 8 GUARD  2
        24.00 CAME_BACK ada 8 NOBODY
        44.00 SET_OUT   ada 8 NOBODY
        45.00 ATTEMPT   ada 8 PEOPLE 3
        45.50 PREVENTED ada 8 GUARD  3
        45.50 CAME_BACK ada 8 NOBODY
    """)


def test_from_the_strip_they_try_again_after_a_shorter_rest_that_winter_doubles_too() -> None:
    scenario = world(1, POST, WINTER, stock("ada", 8, "stranded", "line"), controls(block_return=1.0))
    assert timetable(scenario) == clock("""
        10.00 ATTEMPT   ada 8 PEOPLE 1
        10.50 PREVENTED ada 8 GUARD  1
        10.50 STRANDED  ada 8 ESCORT
        20.50 ATTEMPT   ada 8 PEOPLE 2
        21.00 PREVENTED ada 8 GUARD  2
        21.00 STRANDED  ada 8 ESCORT
    """)


def test_outside_winter_nobody_waits_longer_and_nobody_shorter_than_the_least_rest() -> None:
    people = {"people": {"next_try": fixed(0.0), "shortest_rest_h": 3.0}}
    lines = timetable(world(1, POST, people, stock("ada", 8)))
    assert [line.split()[0] for line in lines if "SET_OUT" in line] == [
        "1.00",
        "5.50",
        "10.00",
        "14.50",
        "19.00",
        "23.50",
    ]


def test_escorts_hold_a_group_that_has_not_tried_and_it_sets_out_again_without_deciding() -> None:
    """Nobody tries again after a failed attempt here; but being held on the way is none."""
    hold = {"people": {"try_again": 0.0}, "transit_state": {"hold_time": fixed(4.0)}}
    assert timetable(world(1, hold, stock("ada", 8), controls(hold_back=1.0))) == clock("""
         1.00 SET_OUT   ada 8 NOBODY
         2.00 HELD_BACK ada 8 ESCORT
         6.00 LET_GO    ada 8 ESCORT
        16.00 SET_OUT   ada 8 NOBODY
        17.00 HELD_BACK ada 8 ESCORT
        21.00 LET_GO    ada 8 ESCORT
    """)


def test_escorts_hold_a_group_that_has_tried_and_it_decides_again() -> None:
    hold = {"people": {"try_again": 0.0}, "transit_state": {"hold_time": fixed(4.0)}}
    scenario = world(1, hold, stock("ada", 8, attempts=1), controls(hold_back=1.0))
    assert timetable(scenario) == clock("""
        10.00 SET_OUT   ada 8 NOBODY
        11.00 HELD_BACK ada 8 ESCORT
        15.00 LET_GO    ada 8 ESCORT
        15.00 GAVE_UP   ada 8 PEOPLE
    """)


def test_who_gives_up_leaves_by_own_means_counted_from_then_whatever_they_waited_before_the_start() -> None:
    people = {"people": {"try_again": 0.0, "own_means": fixed(12.0)}}
    scenario = world(1, POST, people, stock("ada", 8, waited=fixed(0.5)))
    assert timetable(scenario) == clock("""
         0.50 SET_OUT           ada 8 NOBODY
         1.50 ATTEMPT           ada 8 PEOPLE 1
         2.00 PREVENTED         ada 8 GUARD  1
         2.00 CAME_BACK         ada 8 NOBODY
         2.00 GAVE_UP           ada 8 PEOPLE
        14.00 LEFT_BY_OWN_MEANS ada 8 PEOPLE
    """)


@pytest.mark.parametrize(("seats", "gave_up"), [(0.0, 0), (0.01, 1)])
def test_a_flight_on_offer_makes_people_give_up_and_none_does_not(seats: float, gave_up: int) -> None:
    """The chance to try again is 1 less 1 while flights home are on offer, however few their seats."""
    scenario = world(
        1, POST, stock("ada", 8), {"people": {"offer_weight": 1.0, "accepts_flight": 0.0}},
        {"transit_state": {"seats_home_per_day": seats}},
    )  # fmt: skip
    assert len(rows(scenario, Kind.GAVE_UP)) == gave_up


def test_a_share_of_the_stopped_gives_up_each_time_anew() -> None:
    """Half of those who are stopped try again; of these half again: whether to is drawn once a try,
    not once for all."""
    scenario = world(2, POST, alone(persons=800), {"people": {"try_again": 0.5}})
    gave_up = Counter(row[3] for row in rows(scenario, Kind.GAVE_UP))
    tries = Counter(row[3] for row in rows(scenario, Kind.PREVENTED))
    after = Counter(tries[group] for group in gave_up)
    for stops in (1, 2, 3):
        stopped = sum(n >= stops for n in tries.values())
        assert_share(after[stops], stopped, 0.5)


def test_no_duration_of_a_group_repeats_from_try_to_try() -> None:
    """Way, crossing, rest, hold and response are drawn anew at each try."""
    scenario = world(
        20, POST, stock("ada", 8), controls(hold_back=0.5),
        {"people": {"walk": exponential(1.0), "next_try": {"dist": "uniform", "low_h": 1.0, "high_h": 9.0}},
            "response": {"log_sd": 0.5},
         "transit_state": {"hold_time": exponential(5.0)}},
    )  # fmt: skip
    run = simulate(scenario)
    for first, then in (
        ((Kind.SET_OUT,), (Kind.ATTEMPT, Kind.HELD_BACK)),
        ((Kind.HELD_BACK,), (Kind.LET_GO,)),
        ((Kind.CAME_BACK, Kind.LET_GO), (Kind.SET_OUT,)),
        ((Kind.CALLED,), (Kind.PREVENTED,)),
    ):
        begun, hours = None, []
        for row in run.rows:
            if begun is not None and row[2] in then:
                hours.append(round(row[1] - begun, 9))
                begun = None
            if row[2] in first:
                begun = row[1]
        assert len(hours) > 5
        assert len(set(hours)) == len(hours), first


def test_a_group_chooses_its_sector_anew_at_each_try() -> None:
    """Two sectors alike: half of all groups go elsewhere the second time."""
    scenario = world(
        1, alone(), {"sectors": {"line": {"teams": 500},
            "other": {"country": "there", "teams": 500, "length_km": 0.1, "response_h": 0.5}}}
    )  # fmt: skip
    tries = by_group(simulate(scenario), Kind.ATTEMPT)
    assert_independent([(two[0][5] == 0, two[1][5] == 0) for two in tries.values() if len(two) > 1])


def test_who_is_held_back_and_who_is_guided_are_decided_apart() -> None:
    """Half are held, half guided: of those who are let through, half come with a guide."""
    scenario = world(
        1, alone(persons=800), controls(hold_back=0.5, guide=0.5), {"people": {"next_try": NEVER}}
    )
    attempts = rows(scenario, Kind.ATTEMPT)
    assert_share(len(attempts), 800, 0.5)
    assert_share(sum(row[6] == Actor.ESCORT for row in attempts), len(attempts), 0.5)


def test_the_way_back_after_the_strip_is_decided_apart_from_the_way_back_before() -> None:
    """Half are blocked after their try; of these,
    half are blocked again five hours later and try from the strip."""
    scenario = world(
        1, POST, {"people": {"next_try": NEVER}}, alone(persons=800), controls(until_h=20.0, block_return=0.5)
    )
    run = simulate(scenario)
    stranded = {row[3] for row in run.rows if row[2] == Kind.STRANDED and row[1] < 4.0}
    again = {row[3] for row in run.rows if row[2] == Kind.ATTEMPT and row[1] > 4.0}
    assert_share(len(stranded), 800, 0.5)
    assert_share(len(again & stranded), len(stranded), 0.5)


def test_a_seat_home_does_not_fetch_people_who_have_set_out() -> None:
    """They would have flown while they waited for the next try;
    the first flight leaves when they are on their way."""
    flights = {"kind": "repatriation_flights", "where": ["*"], "start": at(11)}
    scenario = world(
        1, stock("ada", 8, attempts=1), {"people": {"accepts_flight_waiting": 1.0, "walk": fixed(5.0)}},
        {"levers": {"home": flights}}
    )  # fmt: skip
    assert timetable(scenario) == clock("""
        10.00 SET_OUT        ada 8 NOBODY
        15.00 ATTEMPT        ada 8 PEOPLE 2
        16.00 BREACHED       ada 8 PEOPLE
        18.00 ENTERED_UNSEEN ada 8 PEOPLE 2
    """)


def test_a_column_does_not_fetch_people_who_have_set_out_and_takes_those_who_wait() -> None:
    """Ada sets out at 1.00 and walks for ten hours;
    at 5.00 half a column of twenty is taken from the interior: Ben."""
    column = {"kind": "mass_column", "where": ["line"], "start": at(5), "persons": 20}
    scenario = world(
        1, stock("ada", 30, waited=fixed(11.0)), stock("ben", 30),
        {"people": {"staging": fixed(12.0), "walk": fixed(10.0)}},
        {"mechanisms": {"columns": True}, "columns": {"waiting_share": 1.0, "forming": fixed(1.0),
            "per_day_per_1000": 0.0}},
        {"levers": {"mass": column}}, controls(column_rate=0.0),
    )  # fmt: skip
    joined = [line for line in timetable(scenario) if "JOINED_COLUMN" in line]
    assert joined == ["5.00 JOINED_COLUMN ben 30 ESCORT"]


def test_a_groups_rows_are_one_chain_of_causes_from_its_first() -> None:
    """Without calls, levers and flights nothing but a group's own last row causes its next."""
    scenario = world(
        3,
        stock("ada", 8),
        stock("ben", 3),
        {
            "people": {"claim_wish": 0.0},
            "countries": {"there": {"reception": {"inland_check": 1.0, "onward": exponential(5.0)}}},
        },
    )
    last: dict[int, int] = {}
    run = simulate(scenario, seed=3)
    for row in run.rows:
        if row[3]:
            assert row[8] == last.get(row[3], -1), Kind(row[2]).name
            last[row[3]] = row[0]
    assert len(run.rows) > 20


def columns_twice(attempt_share: float) -> Scenario:
    """Four hundred in the strip, led to the line on two days;
    a stand-off that disperses at once leaves them in the strip."""
    columns = {
        f"column-{hour}": {"kind": "mass_column", "where": ["line"], "start": at(hour), "persons": 400}
        for hour in (2, 26)
    }
    return world(
        2, alone("stranded", "line"), controls(block_return=1.0),
        {"people": {"next_try_strip": NEVER}, "mechanisms": {"columns": True, "standoffs": True},
            "levers": columns,
         "columns": {"forming": fixed(1.0), "per_day_per_1000": 0.0, "self_per_day_per_1000": 0.0,
             "self_waiting_per_day_per_1000": 0.0},
         "standoffs": {"attempt_share": attempt_share, "up_per_h": 0.0, "breach_per_h": 0.0,
             "disperse_per_h": 100.0}},
    )  # fmt: skip


def test_who_tries_in_a_column_is_decided_anew_in_each_and_counted() -> None:
    run = simulate(columns_twice(0.5))
    tries = by_group(run, Kind.ATTEMPT)
    joined = by_group(run, Kind.JOINED_COLUMN)
    assert all(len(two) == 2 for two in joined.values())
    days = {group: {int(row[1] // 24) for row in attempts} for group, attempts in tries.items()}
    assert_independent([(0 in days.get(group, ()), 1 in days.get(group, ())) for group in joined])
    assert all([row[7] for row in attempts] == [*range(1, len(attempts) + 1)] for attempts in tries.values())


def test_hours_in_each_compartment_are_those_of_the_timetable() -> None:
    """Eight persons wait an hour, walk one, and cross for one and two; nineteen are left of the day."""
    run = simulate(world(1, stock("ada", 8)))
    hours = dict(enumerate(run.person_hours))
    assert {Compartment(place).name: h for place, h in hours.items() if h} == {
        "WAITING": 8.0, "WALKING": 8.0, "CROSSING": 24.0, "ENTERED_UNSEEN": 152.0,
    }  # fmt: skip
