"""A post's calls and teams: small timetables, each worked out by hand for one of its rules."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pytest

from sim.experiments.bare import START, exponential, fixed
from sim.foundation.luck import Draw, entity_luck, uniform
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.scenario.schema import Scenario
from tests.model.acts.lines import at_line, lines_of, setting, told, zone

SENT = (Kind.TEAMS_SENT, Kind.TEAMS_BACK, Kind.APPREHENDED)
IN_ZONE = 3
"""The occasion of a call in the zone at a group's first try: twice the try and one."""


def hour(h: int) -> datetime:
    """An hour of the first day."""
    return datetime(START.year, START.month, START.day, h)


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
"""Two teams. Ben's call needs both and may be overtaken for half an hour: by Cem's, not by Dia's, which comes two hours
later and waits although a team is free."""


@pytest.mark.parametrize("seed", range(3))
def test_a_large_call_is_overtaken_for_half_an_hour_and_no_longer(seed: int) -> None:
    assert told(zone({"post": {"teams": 2}}, QUEUE), *SENT, seed=seed) == lines_of(QUEUE_TIMETABLE)


def test_a_waiting_call_overtakes_one_that_does_not_fit_and_has_not_waited_long() -> None:
    """Both teams are out when Ben's call (two teams) and Dia's (one) come. The first team back goes to Dia."""
    groups = {"ada": (10, "post", 1.0), "eli": (10, "post", 1.25), "ben": (20, "post", 3.0), "dia": (10, "post", 3.125),
              "fay": (10, "post", 4.5)}  # fmt: skip
    scenario = zone({"post": {"teams": 2}}, groups, response={"overtake_h": 1.0})
    assert told(scenario, Kind.TEAMS_SENT) == [
        "1.00 TEAMS_SENT ada 1@post", "1.25 TEAMS_SENT eli 1@post", "3.25 TEAMS_SENT dia 1@post",
        "5.50 TEAMS_SENT ben 2@post", "7.75 TEAMS_SENT fay 1@post",
    ]  # fmt: skip


def test_who_waits_behind_a_call_that_leaves_is_served_at_once() -> None:
    """Ben's call needs two teams of which one is free, and keeps Dia's waiting until Ben is out of the zone."""
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
    """One team, patience of half an hour: Ben's call leaves before the team is back, and nobody calls again for Ben."""
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
    """Three teams, two of them out with Ada. Ben (two teams) calls before Leo (three), who is of twenty-five or more."""
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
    """Four teams, of which a call can name half. One is with Ada, two go to Leo (thirty) and hold twenty, an hour later; ten
    run on. Ben's call, for two, has waited 0.75 h for the one that is free: it goes to the ten at once."""
    groups = {"ada": (10, "post", 0.25), "leo": (30, "post", 0.5), "ben": (20, "post", 0.75)}
    scenario = at_line(
        {"post": {"teams": 4, "response_h": 1.0}}, groups, mechanisms={"splits": True}, response={"largest_call": 0.5}
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
        "3.25 TEAMS_BACK ada 1@post", "3.25 ATTEMPT ben 10", "3.25 CALLED ben 1@post", "3.25 TEAMS_SENT ben 1@post",
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


# lending

MIDDLE = {
    "left": {"teams": 3, "lend_travel": fixed(2.0)},
    "mid": {"teams": 1, "lend_travel": fixed(5.0), "neighbours": ["abroad", "left", "right"]},
    "right": {"teams": 2, "lend_travel": fixed(1.0)},
    "abroad": {"teams": 9, "country": "other"},
}
COUNTRIES: dict[str, Any] = {"there": {"keep_teams": 1}, "other": {"keep_teams": 0}}


def middle(*, groups: dict[str, tuple[int, str, float]], **tables: Any) -> Scenario:
    """A post with two neighbours of its own country and one abroad."""
    return zone(MIDDLE, groups, countries=COUNTRIES, **tables)


def test_own_teams_go_first_then_the_neighbours_but_for_those_they_keep_and_none_from_abroad() -> None:
    """Ada's call for four takes the post's team, two of the left's three and one of the right's two; it is met when the
    slowest, from the left, are there. Nothing is left for Ben."""
    groups = {"ada": (40, "mid", 1.0), "ben": (20, "mid", 1.5)}
    assert told(middle(groups=groups), *SENT) == lines_of("""
     1.00 TEAMS_SENT  ada  1@mid
     1.00 TEAMS_SENT  ada  2@left
     1.00 TEAMS_SENT  ada  1@right
     3.25 APPREHENDED ada 40
     5.25 TEAMS_BACK  ada  1@mid
     5.25 TEAMS_BACK  ada  2@left
     5.25 TEAMS_BACK  ada  1@right
     5.25 TEAMS_SENT  ben  1@mid
     5.25 TEAMS_SENT  ben  1@left
     7.50 APPREHENDED ben 20
     9.50 TEAMS_BACK  ben  1@mid
     9.50 TEAMS_BACK  ben  1@left
    """)


def test_a_call_names_no_more_than_the_post_could_raise() -> None:
    """Four, though seventy persons need seven: neighbours keep a team each."""
    assert told(middle(groups={"ada": (70, "mid", 1.0)}), Kind.TEAMS_SENT) == lines_of("""
     1.00 TEAMS_SENT ada 1@mid
     1.00 TEAMS_SENT ada 2@left
     1.00 TEAMS_SENT ada 1@right
    """)


def test_a_neighbours_teams_that_come_back_serve_calls_of_the_post_that_borrows() -> None:
    """Left's teams are with Cem until 3.25. Then one is lent to Ben's call; left itself borrows from nobody."""
    scenario = zone(
        {"left": MIDDLE["left"], "mid": {"teams": 1, "neighbours": ["left"]}},
        {"cem": (20, "left", 1.0), "ben": (20, "mid", 1.5)},
        countries={"there": {"keep_teams": 1}},
    )
    assert told(scenario, *SENT)[:6] == lines_of("""
     1.00 TEAMS_SENT  cem  2@left
     1.25 APPREHENDED cem 20
     3.25 TEAMS_BACK  cem  2@left
     3.25 TEAMS_SENT  ben  1@mid
     3.25 TEAMS_SENT  ben  1@left
     5.50 APPREHENDED ben 20
    """)


# how much a call can name


def test_a_call_names_a_share_of_the_posts_teams() -> None:
    scenario = zone({"post": {"teams": 4}}, {"ada": (40, "post", 1.0)}, response={"largest_call": 0.5})
    assert told(scenario, Kind.TEAMS_SENT) == ["1.00 TEAMS_SENT ada 2@post"]


def test_that_share_is_of_all_teams_the_post_could_raise() -> None:
    """Half of eight: four of its own, two of the neighbour's, two of the reserve."""
    scenario = zone(
        {"post": {"teams": 4, "neighbours": ["next"]}, "next": {"teams": 2}}, {"ada": (80, "post", 1.0)},
        response={"largest_call": 0.5}, countries={"there": {"keep_teams": 0, "reserve_teams": 2}},
    )  # fmt: skip
    assert told(scenario, Kind.TEAMS_SENT) == ["1.00 TEAMS_SENT ada 4@post"]


# the reserve


def test_the_reserve_is_sent_last_and_serves_who_waits_when_it_is_back() -> None:
    groups = {"ada": (30, "post", 1.0), "ben": (20, "empty", 1.5)}
    scenario = zone(
        {"post": {"teams": 1}, "empty": {"teams": 0}},
        groups,
        countries={"there": {"reserve_teams": 2, "reserve_travel": fixed(1.0)}},
    )
    assert told(scenario, *SENT) == lines_of("""
     1.00 TEAMS_SENT  ada  1@post
     1.00 TEAMS_SENT  ada  2@post reserve
     2.25 APPREHENDED ada 30
     4.25 TEAMS_BACK  ada  1@post
     4.25 TEAMS_BACK  ada  2@post reserve
     4.25 TEAMS_SENT  ben  2@empty reserve
     5.50 APPREHENDED ben 20
     7.50 TEAMS_BACK  ben  2@empty reserve
    """)
    assert simulate(scenario, seed=0).team_hours == [3 * 3.25, 2 * 3.25]


def test_a_reserve_that_grows_serves_calls_that_wait() -> None:
    scenario = zone(
        {"post": {"teams": 0}},
        {"ada": (10, "post", 1.0)},
        countries={"there": {"reserve_travel": fixed(1.0)}},
        **setting(hour(5), reserve_teams=1.0),
    )
    assert told(scenario, *SENT)[:2] == ["5.00 TEAMS_SENT ada 1@post reserve", "6.25 APPREHENDED ada 10"]


# ways and holds


def test_a_response_twice_as_slow_takes_twice_as_long() -> None:
    scenario = zone({"post": {"teams": 1}}, {"ada": (10, "post", 1.0)}, **setting(response_factor=2.0))
    assert told(scenario, Kind.APPREHENDED) == ["1.50 APPREHENDED ada 10"]


@pytest.mark.parametrize("seed", range(3))
def test_each_way_and_each_hold_is_of_the_numbers_of_its_own_address(seed: int) -> None:
    """The way of a neighbour's team and of the reserve, and the time that teams hold people, are exponential: minus the
    logarithm of the caller's number of that stream at the call's occasion."""
    scenario = zone(
        {"left": {"teams": 1, "lend_travel": exponential(1.0)}, "mid": {"teams": 0, "neighbours": ["left"]}, "far": {"teams": 0}},
        {"ada": (10, "mid", 1.0), "ben": (10, "far", 2.0)},
        hours=100.0, response={"hold": exponential(3.0)},
        countries={"there": {"keep_teams": 0, "reserve_teams": 1, "reserve_travel": exponential(2.0)}},
    )  # fmt: skip
    rows = simulate(scenario, seed=seed).rows
    keys = [row[3] for row in rows if row[2] == Kind.WAS_PRESENT]
    caught = {row[3]: row[1] for row in rows if row[2] == Kind.APPREHENDED}
    back = {row[3]: row[1] for row in rows if row[2] == Kind.TEAMS_BACK}
    ways = ((1.0, Draw.LEND_TRAVEL, 1.0), (2.0, Draw.RESERVE_TRAVEL, 2.0))
    assert caught
    for key, (at_h, stream, mean_h) in zip(keys, ways, strict=True):
        if key in caught:
            luck = entity_luck(seed, 0, key)
            assert caught[key] == pytest.approx(
                at_h + 0.25 - mean_h * math.log(uniform(luck, stream, IN_ZONE))
            )
            if key in back:
                held_h = -3.0 * math.log(uniform(luck, Draw.HOLD_TEAMS, IN_ZONE))
                assert back[key] == pytest.approx(caught[key] + held_h)
