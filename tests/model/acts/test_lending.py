"""Teams that a post does not have itself: the neighbours', the reserve's, and how long each is on the way."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pytest

from sim.core.random_streams import Draw, entity_luck, uniform
from sim.evidence.reduced_cases import START, exponential, fixed
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.scenario.schema import Scenario
from tests.model.acts.lines import lines_of, setting, told, zone

SENT = (Kind.TEAMS_SENT, Kind.TEAMS_BACK, Kind.APPREHENDED)
IN_ZONE = 3
"""The occasion of a call in the zone at a group's first try: twice the try and one."""


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
    """Ada's call for four takes the post's team, two of the left's three and one of the right's two;
    it is met when the slowest, from the left, are there. Nothing is left for Ben."""
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
    """Left's teams are with Cem until 3.25. Then one is lent to Ben's call;
    left itself borrows from nobody."""
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
        **setting(datetime(START.year, START.month, START.day, 5), reserve_teams=1.0),
    )
    assert told(scenario, *SENT)[:2] == ["5.00 TEAMS_SENT ada 1@post reserve", "6.25 APPREHENDED ada 10"]


# ways and holds


def test_a_response_twice_as_slow_takes_twice_as_long() -> None:
    scenario = zone({"post": {"teams": 1}}, {"ada": (10, "post", 1.0)}, **setting(response_factor=2.0))
    assert told(scenario, Kind.APPREHENDED) == ["1.50 APPREHENDED ada 10"]


@pytest.mark.parametrize("seed", range(3))
def test_each_way_and_each_hold_is_of_the_numbers_of_its_own_address(seed: int) -> None:
    """The way of a neighbour's team and of the reserve, and the time that teams hold people, are exponential:
    minus the logarithm of the caller's number of that stream at the call's occasion."""
    scenario = zone(
        {"left": {"teams": 1, "lend_travel": exponential(1.0)}, "mid": {"teams": 0, "neighbours": ["left"]},
            "far": {"teams": 0}},
        {"ada": (10, "mid", 1.0), "ben": (10, "far", 2.0)},
        hours=100.0, days=3, response={"hold": exponential(3.0)},
        countries={"there": {"keep_teams": 0, "reserve_teams": 1, "reserve_travel": exponential(2.0)}},
    )  # fmt: skip
    rows = simulate(scenario, seed=seed).rows
    keys = [row[3] for row in rows if row[2] == Kind.WAS_PRESENT]
    caught = {row[3]: row[1] for row in rows if row[2] == Kind.APPREHENDED}
    back = {row[3]: row[1] for row in rows if row[2] == Kind.TEAMS_BACK}
    ways = ((1.0, Draw.LEND_TRAVEL, 1.0), (2.0, Draw.RESERVE_TRAVEL, 2.0))
    for key, (at_h, stream, mean_h) in zip(keys, ways, strict=True):
        luck = entity_luck(seed, 0, key)
        assert caught[key] == pytest.approx(at_h + 0.25 - mean_h * math.log(uniform(luck, stream, IN_ZONE)))
        held_h = -3.0 * math.log(uniform(luck, Draw.HOLD_TEAMS, IN_ZONE))
        assert back[key] == pytest.approx(caught[key] + held_h)
