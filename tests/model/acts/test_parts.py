"""Parts of a group that are not held and go on by themselves; stand-offs of groups,
and who is led past one."""

from __future__ import annotations

import pytest

from sim.record.events import Kind
from tests.model.acts.people_worlds import (
    NEVER,
    clock,
    controls,
    fixed,
    rows,
    stock,
    timetable,
    world,
)

UNSEEN = {"detection": {"patrol_speed_kmh": 0.01}, "sectors": {"line": {"length_km": 10_000.0}}}
"""Patrols find nobody: what is seen is seen by sensors."""


FEW = {"sectors": {"line": {"teams": 2}}, "mechanisms": {"splits": True}, "people": {"next_try": NEVER}}
"""Two teams hold twenty."""


def test_who_cannot_be_held_at_the_line_goes_on_in_everybodys_sight_and_is_called_for() -> None:
    """The teams are free again at 3.00 and reach the part at 3.50; the part wishes what the group wished,
    and no claim is heard."""
    more = {
        "people": {"claim_wish": 1.0},
        "response": {"hold": fixed(0.5)},
        "countries": {"there": {"claims_heard": 0.0}},
    }
    assert timetable(world(1, FEW, stock("ada", 25), more), without=()) == clock("""
        1.00 SET_OUT        ada  25 NOBODY
        2.00 ATTEMPT        ada  25 PEOPLE 1
        2.00 DETECTED       ada  25 GUARD  1
        2.00 CALLED         ada  25 GUARD  3
        2.00 CALL_SERVED    ada  25 GUARD
        2.00 TEAMS_SENT     ada   0 GUARD  2
        2.50 SPLIT          ada'  5 NOBODY
        2.50 BREACHED       ada'  5 PEOPLE
        2.50 PREVENTED      ada  20 GUARD  1
        2.50 CAME_BACK      ada  20 NOBODY
        2.50 DETECTED       ada'  5 GUARD  1
        2.50 CALLED         ada'  5 GUARD  1
        3.00 TEAMS_BACK     ada   0 GUARD  2
        3.00 CALL_SERVED    ada'  5 GUARD  0.5
        3.00 TEAMS_SENT     ada'  0 GUARD  1
        3.50 APPREHENDED    ada'  5 GUARD  1
        4.00 TEAMS_BACK     ada'  0 GUARD  1
        5.00 CLAIM_LODGED   ada'  5 PEOPLE
        5.00 SUMMARY_RETURN ada'  5 GUARD  1
        5.00 CAME_BACK      ada'  5 NOBODY
    """)


def test_who_cannot_be_held_in_the_zone_goes_on_from_there_without_another_breach() -> None:
    """Through at once, seen on entering; the part of five has its two hours from 2.50 on,
    and the teams stay out until 12.50."""
    more = {"crossing": {"time": fixed(0.0)}, "response": {"hold": fixed(10.0)}}
    assert timetable(
        world(
            1,
            FEW,
            UNSEEN,
            {"detection": {"sensor_probability": 1.0}, "sectors": {"line": {"sensor_coverage": 1.0}}},
            stock("ada", 25),
            more,
        )
    ) == clock("""
        1.00 SET_OUT        ada  25 NOBODY
        2.00 ATTEMPT        ada  25 PEOPLE 1
        2.00 BREACHED       ada  25 PEOPLE
        2.50 SPLIT          ada'  5 NOBODY
        2.50 APPREHENDED    ada  20 GUARD  1
        4.00 SUMMARY_RETURN ada  20 GUARD  1
        4.00 CAME_BACK      ada  20 NOBODY
        4.50 CALL_LEFT      ada'  5 GUARD  2
        4.50 ENTERED_UNSEEN ada'  5 PEOPLE 1
    """)


def test_a_part_that_drowns_on_its_way_died_in_the_attempt_of_its_group() -> None:
    river = {
        "sectors": {"line": {"terrain": "river"}},
        "crossing": {"drowning": 1.0, "river_factor": 1.0},
        "mechanisms": {"drowning": True},
    }
    lines = timetable(world(1, FEW, river, stock("ada", 23)))
    assert lines[2:] == clock("""
        2.50 SPLIT           ada'  3 NOBODY
        2.50 BREACHED        ada'  3 PEOPLE
        2.50 DIED_DROWNING   ada'  1 NOBODY
        2.50 DIED_IN_ATTEMPT ada'  1 NOBODY
        2.50 DIED_DROWNING   ada'  1 NOBODY
        2.50 DIED_IN_ATTEMPT ada'  1 NOBODY
        2.50 DIED_DROWNING   ada'  1 NOBODY
        2.50 DIED_IN_ATTEMPT ada'  1 NOBODY
        2.50 PREVENTED       ada  20 GUARD  1
        2.50 CAME_BACK       ada  20 NOBODY
    """)


def test_parts_that_leave_a_group_at_two_tries_are_two_groups() -> None:
    """Two teams hold twenty at the first try; one is left at the second, ten hours later, and holds ten."""
    more = {"people": {"next_try": fixed(10.0)}, "response": {"hold": fixed(0.1)}}
    scenario = world(1, FEW, stock("ada", 25), more, controls(from_h=10.0, teams=1.0))
    parts = [(round(row[1], 2), row[3], row[4]) for row in rows(scenario, Kind.SPLIT) if row[4] in (5, 10)]
    assert [(hour, persons) for hour, _, persons in parts] == [(2.5, 5), (14.0, 10)]
    assert len({key for _, key, _ in parts}) == 2


# stand-offs


@pytest.mark.parametrize(("persons", "standoffs"), [(19, 0), (20, 1)])
def test_a_group_stands_off_from_the_least_size_on(persons: int, standoffs: int) -> None:
    scenario = world(
        1, stock("ada", persons), {"sectors": {"line": {"teams": 9}}, "mechanisms": {"standoffs": True},
            "standoffs": {"min_persons": 20}},
        {"people": {"next_try": NEVER}},
    )  # fmt: skip
    assert len(rows(scenario, Kind.STANDOFF_BEGAN)) == standoffs


def test_an_escort_leads_a_small_group_past_a_stand_off() -> None:
    """Ada's twenty stand off at 2.50; Ben's five wait in the strip and are taken across, by an escort,
    with its tools."""
    scenario = world(
        1, stock("ada", 20), stock("ben", 5, "stranded", "line"), controls(aggression=1.0),
        {"sectors": {"line": {"teams": 2}}, "mechanisms": {"standoffs": True, "diversion": True},
            "transit_state": {"diversion": 1.0}},
        {"people": {"next_try_strip": NEVER, "next_try": NEVER},
            "standoffs": {"min_persons": 20, "up_per_h": 0.0}, "crossing": {"tools_factor": 0.5}},
    )  # fmt: skip
    assert [line for line in timetable(scenario) if " ben " in line] == clock("""
        2.50 DIVERSION      ben 5 ESCORT
        2.50 ATTEMPT        ben 5 ESCORT 1
        3.00 BREACHED       ben 5 ESCORT
        5.00 ENTERED_UNSEEN ben 5 PEOPLE 1
    """)
