"""Levers in time: what the teams on duty at a post are, hour by hour, under levers that announce, begin,
rise and end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sim.evidence.reduced_cases import NEVER, START, bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.scenario.schema import Scenario

BASE = 2


def at(day: int, hour: int = 0) -> datetime:
    """A local date-time of the run."""
    return datetime(START.year, START.month, START.day + day, hour)


def guarded(levers: dict[str, Any], **tables: Any) -> Scenario:
    """Three posts of two countries, with levers that set, add or scale their teams by sizes of their own."""
    ops = {op: {"effects": [{"control": "teams", "op": op, "size": 1.0}]} for op in ("set", "add", "scale")}
    early = {"early": {"effects": [{"control": "teams", "op": "add", "size": 1.0, "phase": "announced"}]}}
    levers = {name: {"where": ["hill"], **lever} for name, lever in levers.items()}
    for lever in levers.values():
        lever["sizes"] = {"teams": lever.pop("size")}
    post = {"teams": BASE}
    return bare(
        5,
        {"hill": post, "lake": {**post, "country": "here"}, "moor": {**post, "country": "here"}},
        countries={"there": {}, "here": {}},
        lever_kinds=ops | early,
        levers=levers,
        **tables,
    )


def teams(scenario: Scenario, sector: int = 0) -> dict[float, float]:
    """Teams on duty at a post from each hour on at which they change."""
    rows = simulate(scenario, seed=0).rows
    return {row[1]: row[7] for row in rows if row[2] == Kind.TEAMS_ON_DUTY and row[5] == sector}


def test_an_announcement_holds_until_the_lever_begins() -> None:
    lever = {"kind": "early", "size": 3.0, "announced": at(0, 6), "start": at(1, 18), "end": at(3)}
    assert teams(guarded({"a": lever})) == {0.0: 2.0, 6.0: 5.0, 42.0: 2.0}


def test_a_lever_acts_from_its_start_up_to_its_end() -> None:
    lever = {"kind": "add", "size": 3.0, "start": at(1, 7), "end": at(2, 5)}
    assert teams(guarded({"a": lever})) == {0.0: 2.0, 31.0: 5.0, 53.0: 2.0}


def test_a_ramp_is_read_at_each_midnight_and_at_turns() -> None:
    """A ramp of 4 days toward 8 more from 12 h on: 8 x 12/96 = 1 at 24 h, 3 at 48 h, 5 at 72 h, 7 at 96 h."""
    lever = {"kind": "add", "size": 8.0, "start": at(0, 12), "ramp_days": 4.0}
    assert teams(guarded({"a": lever})) == {0.0: 2.0, 24.0: 3.0, 48.0: 5.0, 72.0: 7.0, 96.0: 9.0}


def test_half_a_strength_adds_half_and_sets_half_way() -> None:
    add = {"kind": "add", "size": 8.0, "start": at(1), "strength": 0.5}
    assert teams(guarded({"a": add})) == {0.0: 2.0, 24.0: 6.0}
    put = {"kind": "set", "size": 12.0, "start": at(1), "strength": 0.5}
    assert teams(guarded({"a": put})) == {0.0: 2.0, 24.0: 7.0}


def test_of_levers_that_set_the_latest_to_begin_holds_whatever_their_order_in_the_file() -> None:
    late = {"kind": "set", "size": 9.0, "start": at(2), "end": at(3)}
    early = {"kind": "set", "size": 4.0, "start": at(1)}
    by_hand = {0.0: 2.0, 24.0: 4.0, 48.0: 9.0, 72.0: 4.0}
    assert teams(guarded({"late": late, "early": early})) == by_hand
    assert teams(guarded({"early": early, "late": late})) == by_hand


def test_levers_that_set_come_first_then_those_that_add_then_those_that_scale() -> None:
    """(3 + 4 + 1) x 2 x 0.25 = 4."""
    levers = {
        "x": {"kind": "scale", "size": 2.0, "start": at(1)},
        "a": {"kind": "add", "size": 4.0, "start": at(1)},
        "s": {"kind": "set", "size": 3.0, "start": at(1)},
        "y": {"kind": "scale", "size": 0.25, "start": at(1)},
        "b": {"kind": "add", "size": 1.0, "start": at(1)},
    }
    assert teams(guarded(levers))[24.0] == 4.0


def test_a_control_is_held_in_its_range_before_and_after_it_is_scaled() -> None:
    """The most teams are 100,000: twice as many are held to that and then halved;
    that doubled is held to it again."""
    more = {"kind": "add", "size": 200_000.0, "start": at(1)}
    half, twice = ({"kind": "scale", "size": size, "start": at(2)} for size in (0.5, 2.0))
    assert teams(guarded({"more": more, "half": half})) == {0.0: 2.0, 24.0: 100_000.0, 48.0: 50_000.0}
    assert teams(guarded({"more": more, "twice": twice})) == {0.0: 2.0, 24.0: 100_000.0}


@pytest.mark.parametrize(
    ("where", "moved"),
    [(["hill"], {0}), (["here"], {1, 2}), (["east"], {1, 2}), (["west"], {0, 2}), (["*"], {0, 1, 2})],
    ids=lambda value: "-".join(value) if isinstance(value, list) else None,
)
def test_a_lever_acts_at_the_sectors_countries_and_fronts_that_it_names(
    where: list[str], moved: set[int]
) -> None:
    fronts = {"east": {"where": ["here"]}, "west": {"where": ["hill", "moor"]}}
    scenario = guarded({"a": {"kind": "add", "size": 3.0, "start": at(1), "where": where}}, fronts=fronts)
    assert {sector for sector in range(3) if teams(scenario, sector).get(24.0) == 5.0} == moved


def test_what_began_before_the_run_is_in_force_from_its_first_hour() -> None:
    before = datetime(START.year, START.month, START.day) - timedelta(days=3)
    assert teams(guarded({"a": {"kind": "add", "size": 3.0, "start": before, "end": at(1)}})) == {
        0.0: 5.0,
        24.0: 2.0,
    }


def test_a_lever_is_announced_begins_and_ends_by_the_calendar() -> None:
    lever = {"kind": "add", "size": 1.0, "announced": at(0, 3), "start": at(1, 4), "end": at(2, 5)}
    turns = [
        (row[1], Kind(row[2]).name)
        for row in simulate(guarded({"a": lever}), seed=0).rows
        if row[2] in (Kind.LEVER_ANNOUNCED, Kind.LEVER_BEGAN, Kind.LEVER_ENDED)
    ]
    assert turns == [(3.0, "LEVER_ANNOUNCED"), (28.0, "LEVER_BEGAN"), (53.0, "LEVER_ENDED")]


def test_a_mass_column_has_its_levers_persons_times_its_strength() -> None:
    scenario = bare(
        1,
        {"line": {"teams": 0}},
        mechanisms={"columns": True},
        people={"next_try_strip": NEVER},
        columns={"forming": NEVER, "per_day_per_1000": 0.0, "self_per_day_per_1000": 0.0,
            "self_waiting_per_day_per_1000": 0.0},
        initial={"strip": {"compartment": "stranded", "place": "line", "persons": 500}},
        levers={"mass": {"kind": "mass_column", "where": ["line"], "start": at(0, 5), "persons": 200,
            "strength": 0.3}},
    )  # fmt: skip
    rows = simulate(scenario, seed=0).rows
    joined = [(row[1], row[4]) for row in rows if row[2] == Kind.JOINED_COLUMN]
    assert joined == [(5.0, 1)] * 60


def test_people_wait_longer_for_the_next_try_in_the_winter_months_alone() -> None:
    """Everybody is turned back at once and tries again after 20 hours;
    after 50 where the try was in December."""
    start = date(2021, 11, 29)
    scenario = bare(
        4,
        {"line": {"teams": 1000, "length_km": 0.1, "response_h": 0.001}},
        scenario={"start": start, "end": start + timedelta(days=4)},
        people={"try_again": 1.0, "next_try": fixed(20.0), "winter_factor": 2.5, "winter_months": [12]},
        crossing={"time": fixed(1.0)},
        detection={"patrol_speed_kmh": 200.0, "reference_teams": 1e3, "eta": 0.0, "spots_k": 1e9},
        initial={"one": {"compartment": "waiting", "place": "way", "persons": 1}},
    )
    hours = [row[1] for row in simulate(scenario, seed=0).rows if row[2] == Kind.SET_OUT]
    assert hours == pytest.approx([0.0, 20.0, 40.0, 60.0], abs=0.1)
    later = scenario.model_copy(
        update={"scenario": scenario.scenario.model_copy(update={"start": date(2021, 11, 30)})}
    )
    hours = [row[1] for row in simulate(later, seed=0).rows if row[2] == Kind.SET_OUT]
    assert hours == pytest.approx([0.0, 20.0, 40.0], abs=0.1)
