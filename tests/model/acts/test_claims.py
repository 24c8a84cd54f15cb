"""Claims: at the line, at an official crossing, and where it has shut meanwhile."""

from __future__ import annotations

import pytest

from sim.record.events import Kind
from tests.model.acts.people_worlds import (
    alone,
    assert_share,
    clock,
    controls,
    rows,
    stock,
    timetable,
    world,
)

ASKING = {"people": {"claim_wish": 1.0}, "countries": {"there": {"claims_heard": 1.0}}}


def test_where_claims_are_heard_people_report_to_the_guard_by_themselves() -> None:
    assert timetable(world(1, ASKING, stock("ada", 8), {"sectors": {"line": {"teams": 5}}})) == clock("""
        1.00 SET_OUT      ada 8 NOBODY
        2.00 ATTEMPT      ada 8 PEOPLE 1
        3.00 BREACHED     ada 8 PEOPLE
        3.00 APPREHENDED  ada 8 PEOPLE 1
        4.00 CLAIM_LODGED ada 8 PEOPLE
        4.00 CLAIM_HEARD  ada 8 DESTINATION_STATE
        4.00 ADMITTED     ada 8 DESTINATION_STATE
    """)


def test_at_an_official_crossing_a_claim_is_lodged_without_a_try() -> None:
    gate = {"crossing_points": {"gate": {"sector": "line", "use": 1.0}}}
    assert timetable(world(1, ASKING, gate, stock("ada", 8))) == clock("""
        1.00 SET_OUT      ada 8 NOBODY
        2.00 CLAIM_LODGED ada 8 PEOPLE
        2.00 CLAIM_HEARD  ada 8 DESTINATION_STATE
        2.00 ADMITTED     ada 8 DESTINATION_STATE
    """)


@pytest.mark.parametrize("shut_h", [None, 1.5])
def test_where_no_claim_is_heard_or_the_crossing_has_shut_they_are_sent_back_and_wait(
    shut_h: float | None,
) -> None:
    gate = {
        "crossing_points": {"gate": {"sector": "line", "use": 1.0}},
        "countries": {"there": {"claims_heard": 0.0 if shut_h is None else 1.0}},
    }
    close = {} if shut_h is None else controls(from_h=shut_h, until_h=3.0, point_open=0.0)
    lines = timetable(world(1, ASKING, gate, close, {"people": {"try_again": 0.0}}, stock("ada", 8)))
    lodged = ["2.00 CLAIM_LODGED ada 8 PEOPLE"] if shut_h is None else []
    sent_back = "2.00 CAME_BACK ada 8 DESTINATION_STATE"
    assert lines[1 : 3 + len(lodged)] == [*lodged, sent_back, "12.00 SET_OUT ada 8 NOBODY"]


def test_which_of_two_official_crossings_people_go_to_is_decided_point_by_point() -> None:
    """Half go to the first; of the others, half to the second."""
    line = {"country": "there", "teams": 0, "length_km": 0.1}
    points = {"first": {"sector": "line", "use": 0.5}, "second": {"sector": "other", "use": 0.5}}
    scenario = world(1, ASKING, alone(persons=800), {"sectors": {"other": line}, "crossing_points": points})
    lodged = [row[5] for row in rows(scenario, Kind.CLAIM_LODGED) if row[1] == 2.0]
    assert_share(lodged.count(0), 800, 0.5)
    assert_share(lodged.count(1), 800, 0.25)
