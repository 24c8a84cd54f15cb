"""A post's calls and shifts: small timetables, each worked out by hand for one of its rules."""

from __future__ import annotations

import pytest

from sim.evidence.reduced_cases import fixed
from sim.record.events import Kind
from tests.model.acts.lines import at_line, lines_of, told, zone

SENT = (Kind.TEAMS_SENT, Kind.TEAMS_BACK, Kind.APPREHENDED)
# order of calls

QUEUE = {
    "ada": (10, "post", 1.0), "ben": (20, "post", 1.5), "cem": (10, "post", 1.75), "dia": (10, "post", 3.5),
    "eve": (20, "post", 9.0),
}  # fmt: skip
QUEUE_TIMETABLE = """
 1.00 TEAMS_SENT  ada  1@post
 1.25 APPREHENDED ada 10
 1.75 TEAMS_SENT  cem  1@post
 2.00 APPREHENDED cem 10
 3.25 TEAMS_BACK  ada  1@post
 4.00 TEAMS_BACK  cem  1@post
 4.00 TEAMS_SENT  ben  2@post
 4.25 APPREHENDED ben 20
 6.25 TEAMS_BACK  ben  2@post
 6.25 TEAMS_SENT  dia  1@post
 6.50 APPREHENDED dia 10
 8.50 TEAMS_BACK  dia  1@post
 9.00 TEAMS_SENT  eve  2@post
 9.25 APPREHENDED eve 20
11.25 TEAMS_BACK  eve  2@post
"""
"""Two teams. Ben's call needs both and may be overtaken for half an hour: by Cem's, not by Dia's,
which comes two hours later and waits although a team is free."""


@pytest.mark.parametrize("seed", range(3))
def test_a_large_call_is_overtaken_for_half_an_hour_and_no_longer(seed: int) -> None:
    assert told(zone({"post": {"teams": 2}}, QUEUE), *SENT, seed=seed) == lines_of(QUEUE_TIMETABLE)


def test_a_waiting_call_overtakes_one_that_does_not_fit_and_has_not_waited_long() -> None:
    """Both teams are out when Ben's call (two teams) and Dia's (one) come.
    The first team back goes to Dia."""
    groups = {
        "ada": (10, "post", 1.0),
        "eli": (10, "post", 1.25),
        "ben": (20, "post", 3.0),
        "dia": (10, "post", 3.125),
        "fay": (10, "post", 4.5),
    }
    scenario = zone({"post": {"teams": 2}}, groups, response={"overtake_h": 1.0})
    assert told(scenario, Kind.TEAMS_SENT) == [
        "1.00 TEAMS_SENT ada 1@post", "1.25 TEAMS_SENT eli 1@post", "3.25 TEAMS_SENT dia 1@post",
        "5.50 TEAMS_SENT ben 2@post", "7.75 TEAMS_SENT fay 1@post",
    ]  # fmt: skip


def test_who_waits_behind_a_call_that_leaves_is_served_at_once() -> None:
    """Ben's call needs two teams of which one is free,
    and keeps Dia's waiting until Ben is out of the zone."""
    groups = {"ada": (10, "post", 1.0), "ben": (20, "post", 1.5), "dia": (10, "post", 3.0)}
    scenario = zone({"post": {"teams": 2}}, groups, hours=3.0, response={"hold": fixed(5.0)})
    assert told(scenario, *SENT, Kind.CALL_LEFT, Kind.ENTERED_UNSEEN) == lines_of("""
     1.00 TEAMS_SENT     ada  1@post
     1.25 APPREHENDED    ada 10
     4.50 CALL_LEFT      ben 20
     4.50 TEAMS_SENT     dia  1@post
     4.50 ENTERED_UNSEEN ben 20
     4.75 APPREHENDED    dia 10
     6.25 TEAMS_BACK     ada  1@post
     9.75 TEAMS_BACK     dia  1@post
    """)


def test_teams_whose_group_has_left_the_zone_turn_back_at_once() -> None:
    scenario = zone({"post": {"teams": 1, "response_h": 2.0}}, {"ada": (10, "post", 1.0)}, hours=1.0)
    assert told(scenario, *SENT, Kind.ENTERED_UNSEEN) == [
        "1.00 TEAMS_SENT ada 1@post", "2.00 TEAMS_BACK ada 1@post", "2.00 ENTERED_UNSEEN ada 10",
    ]  # fmt: skip


def test_a_call_leaves_when_its_patience_has_run_out() -> None:
    """One team, patience of half an hour: Ben's call leaves before the team is back,
    and nobody calls again for Ben."""
    groups = {"ada": (10, "post", 1.0), "ben": (10, "post", 1.25), "cem": (10, "post", 3.0)}
    scenario = zone({"post": {"teams": 1}}, groups, response={"patience": fixed(0.5)})
    assert told(scenario, *SENT, Kind.CALL_LEFT, Kind.ENTERED_UNSEEN) == lines_of("""
     1.00 TEAMS_SENT     ada  1@post
     1.25 APPREHENDED    ada 10
     1.75 CALL_LEFT      ben 10
     3.25 TEAMS_BACK     ada  1@post
     3.25 TEAMS_SENT     cem  1@post
     3.50 APPREHENDED    cem 10
     5.50 TEAMS_BACK     cem  1@post
     9.25 ENTERED_UNSEEN ben 10
    """)


@pytest.mark.parametrize("seed", range(3))
def test_a_large_group_is_served_before_a_small_one_that_called_earlier(seed: int) -> None:
    """Three teams, two of them out with Ada. Ben (two teams) calls before Leo (three),
    who is of twenty-five or more."""
    groups = {"ada": (20, "post", 1.0), "ben": (20, "post", 1.5), "leo": (30, "post", 2.0)}
    tables = {"standoffs": {"min_persons": 25}, "response": {"overtake_h": 100.0}}
    found = told(
        at_line({"post": {"teams": 3}}, groups, **tables), Kind.TEAMS_SENT, Kind.PREVENTED, seed=seed
    )
    assert found == lines_of("""
     1.00 TEAMS_SENT ada  2@post
     1.25 PREVENTED  ada 20
     3.25 TEAMS_SENT leo  3@post
     3.50 PREVENTED  leo 30
     5.50 TEAMS_SENT ben  2@post
     5.75 PREVENTED  ben 20
    """)


def test_a_breach_does_not_wait_behind_a_small_group_at_the_line() -> None:
    """Four teams, of which a call can name half. One is with Ada, two go to Leo (thirty) and hold twenty,
    an hour later; ten run on. Ben's call, for two, has waited 0.75 h for the one that is free:
    it goes to the ten at once."""
    groups = {"ada": (10, "post", 0.25), "leo": (30, "post", 0.5), "ben": (20, "post", 0.75)}
    scenario = at_line(
        {"post": {"teams": 4, "response_h": 1.0}}, groups, mechanisms={"splits": True},
        response={"largest_call": 0.5}
    )  # fmt: skip
    assert told(scenario, Kind.TEAMS_SENT, Kind.CALL_SERVED)[:6] == lines_of("""
     0.25 CALL_SERVED ada 10
     0.25 TEAMS_SENT  ada  1@post
     0.50 CALL_SERVED leo 30
     0.50 TEAMS_SENT  leo  2@post
     1.50 CALL_SERVED -   10
     1.50 TEAMS_SENT  -    1@post
    """)


def test_at_one_instant_teams_come_back_before_people_act() -> None:
    """Ada's team is free at 3.25, Ben tries at 3.25: the team's way back is a row before the try."""
    groups = {"ada": (10, "post", 1.0), "ben": (10, "post", 3.25)}
    found = told(
        zone({"post": {"teams": 1}}, groups), Kind.TEAMS_BACK, Kind.ATTEMPT, Kind.CALLED, Kind.TEAMS_SENT
    )
    assert found[3:7] == [
        "3.25 TEAMS_BACK ada 1@post", "3.25 ATTEMPT ben 10", "3.25 CALLED ben 1@post",
        "3.25 TEAMS_SENT ben 1@post",
    ]  # fmt: skip


# shifts

SHIFTS = [
    {"from_h": 0.0, "to_h": 6.0, "share": 0.5},
    {"from_h": 6.0, "to_h": 18.0, "share": 1.0},
]


def test_shifts_change_at_their_hours_and_half_a_team_is_a_team() -> None:
    found = told(zone({"post": {"teams": 3, "shifts": SHIFTS}}, {}, days=2), Kind.TEAMS_ON_DUTY)
    assert found == [
        f"{day + h:.2f} TEAMS_ON_DUTY - {teams}@post"
        for day in (0, 24)
        for h, teams in ((0.0, 2), (6.0, 3), (18.0, 0))
    ]


def test_a_larger_shift_serves_calls_that_wait() -> None:
    """Two teams until six: one is out, Ben needs two. At six a third comes on duty."""
    groups = {"ada": (10, "post", 4.0), "ben": (20, "post", 5.0)}
    found = told(zone({"post": {"teams": 3, "shifts": SHIFTS}}, groups), Kind.TEAMS_SENT)
    assert found == ["4.00 TEAMS_SENT ada 1@post", "6.00 TEAMS_SENT ben 2@post"]


def test_teams_out_at_the_end_of_their_shift_are_not_owed_by_others() -> None:
    """The post's one team is out at the shift's end; the reserve's one team is enough for the next call."""
    groups = {"ada": (10, "post", 17.5), "ben": (10, "post", 18.5)}
    reserve = {"there": {"reserve_teams": 1, "reserve_travel": fixed(1.0)}}
    found = told(zone({"post": {"teams": 1, "shifts": SHIFTS[1:]}}, groups, countries=reserve), *SENT)
    assert found == lines_of("""
     17.50 TEAMS_SENT  ada  1@post
     17.75 APPREHENDED ada 10
     18.50 TEAMS_SENT  ben  1@post reserve
     19.75 TEAMS_BACK  ada  1@post
     19.75 APPREHENDED ben 10
     21.75 TEAMS_BACK  ben  1@post reserve
    """)
