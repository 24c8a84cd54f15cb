"""Staging sites: who finds room, what shelter does, who goes home from one, and what closing one does."""

from __future__ import annotations

import pytest

from sim.model.simulate import simulate
from sim.record.events import Kind
from tests.model.acts.people_worlds import (
    NEVER,
    Tables,
    alone,
    assert_share,
    at,
    by_group,
    clock,
    controls,
    fixed,
    rows,
    stock,
    timetable,
    world,
)

BLOCKED = controls(block_return=1.0)
POST: Tables = {"sectors": {"line": {"teams": 1000}}}


def hall(capacity: int, **values: object) -> Tables:
    """A site that is open from the start."""
    return {"sites": {"hall": {"sector": "line", "capacity": capacity, "open": 1.0, **values}}}


def test_a_site_takes_a_group_that_it_has_room_for_as_a_whole() -> None:
    """Ten places: the first of two groups of six finds room, the second four places and is stranded."""
    scenario = world(
        1,
        POST,
        BLOCKED,
        hall(10),
        stock("ada", 6, waited=fixed(0.5)),
        stock("ben", 6),
        {"people": {"next_try_strip": NEVER}},
    )
    assert timetable(scenario)[-4:] == clock("""
        2.00 PREVENTED    ada 6 GUARD 1
        2.00 ENTERED_SITE ada 6 TRANSIT_STATE
        2.50 PREVENTED    ben 6 GUARD 1
        2.50 STRANDED     ben 6 ESCORT
    """)  # fmt: skip


@pytest.mark.parametrize(("shelter", "harmed"), [(0.0, True), (1.0, False)])
def test_a_full_shelter_keeps_all_harm_away(shelter: float, harmed: bool) -> None:
    cold = {"mechanisms": {"exposure": True}, "exposure": {"harm_per_10000_person_days": 5000.0}}
    scenario = world(2, cold, hall(100, shelter=shelter), stock("ada", 50, "in_site", "hall"))
    assert bool(rows(scenario, Kind.HARMED_EXPOSURE)) == harmed


CLOSES = controls(from_h=10.0, site_open=0.0)


def test_a_site_that_closes_lets_people_go_back_and_they_wait_for_the_next_try() -> None:
    scenario = world(1, hall(100, driven=0.0), CLOSES, stock("ada", 6, "in_site", "hall"))
    assert timetable(scenario) == clock("""
         0.00 SITE_OPENED - 0 TRANSIT_STATE 100
         0.00 ENTERED_SITE ada 6 TRANSIT_STATE
        10.00 SITE_CLOSED - 6 TRANSIT_STATE
        10.00 LEFT_SITE ada 6 TRANSIT_STATE
        10.00 CAME_BACK ada 6 TRANSIT_STATE
        20.00 SET_OUT   ada 6 NOBODY
        21.00 ATTEMPT   ada 6 PEOPLE 1
        22.00 BREACHED  ada 6 PEOPLE
    """)


def test_a_site_that_closes_drives_people_to_the_line_with_a_guide() -> None:
    scenario = world(
        1,
        hall(100, driven=1.0),
        CLOSES,
        stock("ada", 6, "in_site", "hall"),
        {"crossing": {"tools_factor": 0.5}},
    )
    assert timetable(scenario)[2:] == clock("""
        10.00 SITE_CLOSED - 6 TRANSIT_STATE
        10.00 LEFT_SITE      ada 6 TRANSIT_STATE
        10.00 ATTEMPT        ada 6 ESCORT 1
        10.50 BREACHED       ada 6 ESCORT
        12.50 ENTERED_UNSEEN ada 6 PEOPLE 1
    """)  # fmt: skip


def test_a_quarter_is_driven_where_that_is_the_share() -> None:
    scenario = world(1, hall(1000, driven=0.25), CLOSES, alone("in_site", "hall"))
    assert_share(len([row for row in rows(scenario, Kind.ATTEMPT) if row[1] == 10.0]), 400, 0.25)


def test_driven_people_try_with_random_numbers_of_their_own() -> None:
    """Stopped at their first try, held in the hall, and driven at 10.00:
    the team needs another time to reach them."""
    scenario = world(
        1, POST, BLOCKED, hall(100, driven=1.0), CLOSES, stock("ada", 6), {"response": {"log_sd": 0.5}}
    )
    run = simulate(scenario)
    served, stopped = (
        [row[1] for row in run.rows if row[2] == kind] for kind in (Kind.CALL_SERVED, Kind.PREVENTED)
    )
    hours = [round(end - begun, 6) for begun, end in zip(served, stopped, strict=True)]
    assert len(hours) > 1
    assert hours[0] != hours[1]


def test_who_has_left_a_site_is_not_fetched_by_a_flight_home() -> None:
    """They would have flown from the hall; the seats come an hour after it has closed."""
    flights = {"levers": {"home": {"kind": "repatriation_flights", "where": ["*"], "start": at(11)}}}
    scenario = world(
        1,
        hall(100, driven=0.0),
        CLOSES,
        stock("ada", 6, "in_site", "hall"),
        flights,
        {"people": {"accepts_flight": 1.0}},
    )
    assert timetable(scenario)[-3:] == clock("""
        20.00 SET_OUT  ada 6 NOBODY
        21.00 ATTEMPT  ada 6 PEOPLE 1
        22.00 BREACHED ada 6 PEOPLE
    """)


def test_a_flight_home_fetches_people_from_a_site_and_leaves_their_places_to_others() -> None:
    """Ada's six have the ten places until midnight, when they fly home; Ben's six, stopped in the night,
    find them free."""
    scenario = world(
        2, POST, BLOCKED, hall(10), stock("ada", 6, "in_site", "hall"), stock("ben", 6),
        {"people": {"accepts_flight": 1.0, "staging": fixed(25.0)},
            "transit_state": {"seats_home_per_day": 10.0}},
    )  # fmt: skip
    assert timetable(scenario)[-3:] == clock("""
        26.00 ATTEMPT      ben 6 PEOPLE 1
        26.50 PREVENTED    ben 6 GUARD  1
        26.50 ENTERED_SITE ben 6 TRANSIT_STATE
    """)


@pytest.mark.parametrize("waited", [(10.0, 50.0), (50.0, 10.0)])
def test_a_site_that_opens_takes_those_who_are_longest_in_the_strip(waited: tuple[float, float]) -> None:
    stocks = [stock(f"group-{i}", 6, "stranded", "line", waited=fixed(h)) for i, h in enumerate(waited)]
    scenario = world(
        1,
        hall(10, open=0.0),
        *stocks,
        controls(from_h=8.0, site_open=1.0),
        {"people": {"next_try_strip": NEVER}},
    )
    longest = waited.index(max(waited))
    assert timetable(scenario)[1:] == [f"8.00 ENTERED_SITE group-{longest} 6 TRANSIT_STATE"]


def test_who_dies_in_a_site_leaves_a_place() -> None:
    """Ada's nine leave one of ten places; eight of them have died by the third day,
    when Ben's nine find room."""
    deadly = {
        "mechanisms": {"exposure": True},
        "exposure": {"death_per_10000_person_days": 10_000.0, "harm_per_10000_person_days": 0.0, "site": 1.0},
    }
    scenario = world(
        3, POST, BLOCKED, hall(10, shelter=0.0), deadly, stock("ada", 9, "in_site", "hall"), stock("ben", 9),
        {"people": {"staging": fixed(60.0), "accepts_flight": 0.0}, "sectors": {"line": {"aid_access": 0.0}}},
    )  # fmt: skip
    story = by_group(simulate(scenario), Kind.DIED_EXPOSURE, Kind.ENTERED_SITE)
    died = sum(row[1] < 60.0 for found in story.values() for row in found if row[2] == Kind.DIED_EXPOSURE)
    entered = [row[1] for found in story.values() for row in found if row[2] == Kind.ENTERED_SITE]
    assert died >= 8
    assert [round(hour, 2) for hour in entered] == [0.0, 61.5]
