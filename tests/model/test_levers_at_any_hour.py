"""A lever acts from the hour at which it begins: laws and hand-worked values, the same in both engines."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from sim.engines.compiled.engine import simulate as simulate_compiled
from sim.evidence.reduced_cases import NEVER, START, bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario

ENGINES = pytest.mark.parametrize("play", [simulate, simulate_compiled], ids=["simpy", "compiled"])
Play = Callable[..., RunRecord]


def at(day: int, hour: int = 0) -> datetime:
    """A local date-time of the run."""
    return datetime(START.year, START.month, START.day + day, hour)


def route(**levers: dict[str, Any]) -> Scenario:
    """People come by one route and stay; levers act on it."""
    return bare(
        2,
        {"line": {"teams": 0}},
        people={"staging": NEVER},
        routes={"way": {"people_per_day": 40.0}},
        lever_kinds={
            "flow": {"effects": [{"control": "arrivals_factor", "op": "scale", "size": 3.0}]},
            "stop": {"effects": [{"control": "arrivals_factor", "op": "set", "size": 0.0}]},
        },
        levers={name: {"where": ["way"], **lever} for name, lever in levers.items()},
    )


def arrivals(play: Play, scenario: Scenario, seed: int = 3) -> dict[int, float]:
    """Keys of the groups that arrive, and when."""
    return {row[3]: row[1] for row in play(scenario, seed=seed).rows if row[2] == Kind.ARRIVED}


@ENGINES
def test_a_rate_raised_at_ten_brings_from_ten_on_whom_it_would_have_brought_all_day(play: Play) -> None:
    plain, whole = arrivals(play, route()), arrivals(play, route(more={"kind": "flow", "start": at(0)}))
    raised = arrivals(play, route(more={"kind": "flow", "start": at(0, 10)}))
    expected = {k: t for k, t in plain.items() if t < 10.0} | {k: t for k, t in whole.items() if t >= 10.0}
    assert raised == expected
    assert len([t for t in raised.values() if 10.0 <= t < 24.0]) > len(
        [t for t in plain.values() if 10.0 <= t < 24.0]
    )


@ENGINES
def test_a_rate_that_falls_and_rises_within_a_day_brings_nobody_twice_and_leaves_nobody_out(
    play: Play,
) -> None:
    plain, whole = arrivals(play, route()), arrivals(play, route(more={"kind": "flow", "start": at(0)}))
    moved = arrivals(
        play,
        route(
            none={"kind": "stop", "start": at(0, 2), "end": at(0, 8)},
            more={"kind": "flow", "start": at(0, 8), "end": at(0, 15)},
            again={"kind": "flow", "start": at(0, 20)},
        ),
    )
    expected = {k: t for k, t in plain.items() if t < 2.0 or 15.0 <= t < 20.0}
    expected |= {k: t for k, t in whole.items() if 8.0 <= t < 15.0 or t >= 20.0}
    assert moved == expected
    assert any(2.0 <= t < 8.0 for t in plain.values())


def pressed(kinds: dict[str, Any], levers: dict[str, Any], delay_h: float = 12.0, days: int = 4) -> Scenario:
    """A front that begins indifferent and answers every sanction after the same hours."""
    return bare(
        days,
        {"line": {"teams": 0}},
        mechanisms={"stance_answers": True},
        fronts={"front": {"where": ["there"], "posture": 0.2}},
        transit_state={
            "answer_probability": 1.0, "answer_delay": fixed(delay_h), "answer_gain": 0.5,
            "relaxation_days": 2.0,
        },
        lever_kinds=kinds,
        levers={name: {"where": ["*"], **lever} for name, lever in levers.items()},
    )  # fmt: skip


def postures(play: Play, scenario: Scenario) -> dict[float, float]:
    """The posture by hour, where it changed."""
    return {row[1]: row[7] for row in play(scenario).rows if row[2] == Kind.STANCE_CHANGED}


def approach(posture: float, target: float, days: float) -> float:
    """The posture some days on its way to a target."""
    return posture + (target - posture) * (1.0 - math.exp(-days / 2.0))


@ENGINES
def test_the_posture_follows_a_sanction_from_its_answer_on_and_falls_back_after_its_end(play: Play) -> None:
    scenario = pressed({}, {"s": {"kind": "sanctions", "start": at(0, 6), "end": at(2, 6)}})
    found = postures(play, scenario)
    at_24 = approach(0.2, 0.7, 0.25)
    at_48 = approach(at_24, 0.7, 1.0)
    assert found[24.0] == pytest.approx(at_24, abs=1e-12)  # begun at 6, answered at 18
    assert found[48.0] == pytest.approx(at_48, abs=1e-12)
    at_54 = approach(at_48, 0.7, 0.25)
    assert found[54.0] == pytest.approx(at_54, abs=1e-12)  # ended, and felt for twelve hours more
    at_66 = approach(at_54, 0.7, 0.5)
    assert found[66.0] == pytest.approx(at_66, abs=1e-12)
    assert found[72.0] == pytest.approx(approach(at_66, 0.2, 0.25), abs=1e-12)


@ENGINES
def test_every_operation_of_a_sanction_gives_the_pressure_it_says(play: Play) -> None:
    kinds = {
        "first": {"effects": [{"control": "pressure", "op": "add", "size": 0.8}]},
        "halved": {"effects": [{"control": "pressure", "op": "scale", "size": 0.5}]},
        "fixed": {"effects": [{"control": "pressure", "op": "set", "size": 0.3}]},
    }
    both = {"a": {"kind": "first", "start": at(0)}}
    for kind, pressure in (("halved", 0.4), ("fixed", 0.3 + 0.8), ("first", 1.6)):
        levers = both | {"b": {"kind": kind, "start": at(0)}}
        found = postures(play, pressed(kinds, levers, delay_h=0.0))
        assert found[24.0] == pytest.approx(approach(0.2, min(1.0, 0.2 + 0.5 * pressure), 1.0), abs=1e-12), (
            kind
        )


@ENGINES
def test_a_ramp_of_a_sanction_raises_the_pressure_day_by_day(play: Play) -> None:
    scenario = pressed({}, {"s": {"kind": "sanctions", "start": at(0), "ramp_days": 4.0}}, delay_h=0.0)
    found = postures(play, scenario)
    first = approach(
        0.2, 0.2 + 0.5 * 0.25, 1.0
    )  # the value of midnight holds for the day: nothing on the first
    assert 24.0 not in found
    assert found[48.0] == pytest.approx(first, abs=1e-12)
    assert found[72.0] == pytest.approx(approach(first, 0.2 + 0.5 * 0.5, 1.0), abs=1e-12)


@ENGINES
def test_a_sanction_of_before_the_run_is_part_of_the_first_posture(play: Play) -> None:
    early = datetime(START.year, START.month, START.day - 1)
    assert postures(play, pressed({}, {"s": {"kind": "sanctions", "start": early}})) == {}


@ENGINES
def test_a_wall_begun_at_noon_has_half_a_days_length_at_midnight(play: Play) -> None:
    scenario = bare(
        3,
        {"line": {"teams": 0}},
        levers={"wall": {"kind": "wall", "where": ["line"], "start": at(0, 12), "end": at(1, 18)}},
    )
    built = [(row[1], row[7]) for row in play(scenario).rows if row[2] == Kind.BARRIER_BUILT]
    assert built == [(24.0, pytest.approx(0.6)), (48.0, pytest.approx(0.6 + 0.75 * 1.2))]


@ENGINES
def test_seats_home_from_eighteen_on_are_a_quarter_of_the_days(play: Play) -> None:
    scenario = bare(
        2,
        {"line": {"teams": 0}},
        people={"accepts_flight": 1.0},
        initial={"done": {"compartment": "gave_up", "place": "way", "persons": 50}},
        levers={"home": {"kind": "repatriation_flights", "where": ["*"], "start": at(0, 18), "end": at(1, 12),
            "sizes": {"seats_home_per_day": 40.0}}},
    )  # fmt: skip
    flown = [row[1] for row in play(scenario).rows if row[2] == Kind.FLOWN_HOME]
    assert flown == [18.0] * 10 + [24.0] * 40


@ENGINES
def test_a_rate_of_columns_raised_at_noon_leads_them_from_noon_on(play: Play) -> None:
    def led(**levers: dict[str, Any]) -> list[float]:
        scenario = bare(
            1,
            {"line": {"teams": 0}},
            mechanisms={"columns": True},
            people={"next_try_strip": NEVER},
            columns={
                "per_day_per_1000": 20.0,
                "self_per_day_per_1000": 0.0,
                "self_waiting_per_day_per_1000": 0.0,
                "size_median": 40.0,
                "size_log_sd": 0.0,
                "forming": NEVER,
            },
            standoffs={"min_persons": 10},
            initial={"strip": {"compartment": "stranded", "place": "line", "persons": 1000}},
            lever_kinds={"lead": {"effects": [{"control": "column_rate", "op": "set", "size": 1.0}]}},
            levers={name: {"kind": "lead", "where": ["line"], **lever} for name, lever in levers.items()},
        )
        return [row[1] for row in play(scenario).rows if row[2] == Kind.COLUMN_FORMED]

    assert led() == []
    whole, from_noon = led(lever={"start": at(0)}), led(lever={"start": at(0, 12)})
    assert len(whole) > 5
    assert from_noon[0] == pytest.approx(whole[0] + 12.0, abs=1e-9)  # the same threshold, spent from noon on
    assert led(lever={"start": at(0), "end": at(0, 12)}) == [t for t in whole if t < 12.0]


@ENGINES
def test_a_triggered_lever_that_stands_down_early_ends_once(play: Play) -> None:
    scenario = bare(
        12,
        {"line": {"teams": 1, "sensor_coverage": 1.0}},
        parties={"guard": {"side": "guard", "sees_detected": 1.0}},
        initial={"some": {"compartment": "waiting", "place": "way", "persons": 5}},
        levers={
            "more": {
                "kind": "reinforced_controls", "where": ["line"],
                "trigger": {"party": "guard", "measure": "attempts", "window_days": 2, "above": 1.0,
                    "below": 1.0, "duration_days": 6.0},
            }
        },
    )  # fmt: skip
    turns = [
        (row[1], Kind(row[2]))
        for row in play(scenario).rows
        if row[2] in (Kind.LEVER_BEGAN, Kind.LEVER_ENDED)
    ]
    assert turns == [(24.0, Kind.LEVER_BEGAN), (72.0, Kind.LEVER_ENDED)]


def asking(**tables: Any) -> Scenario:
    """People who wish to claim and go to an official crossing, an hour's walk away."""
    return bare(
        2,
        {"line": {"teams": 0}},
        people={"claim_wish": 1.0, "walk": fixed(1.0), "next_try": fixed(100.0)},
        countries={"there": {"summary_return": 1.0, "claims_heard": 1.0,
            "reception": {"onward": NEVER, "inland_check": 0.0}}},
        handling={"registration": fixed(1.0)},
        crossing_points={"gate": {"sector": "line", "use": 1.0}},
        initial={"some": {"compartment": "waiting", "place": "way", "persons": 5}},
        **tables,
    )  # fmt: skip


def kinds(play: Play, scenario: Scenario) -> list[Kind]:
    """The kinds of rows of a run."""
    return [Kind(row[2]) for row in play(scenario).rows]


@ENGINES
def test_escorts_stop_people_on_the_way_to_an_official_crossing(play: Play) -> None:
    hold = {"hold": {"effects": [{"control": "hold_back", "op": "set", "size": 1.0}]}}
    lever = {"hold": {"kind": "hold", "where": ["line"], "start": START}}
    assert kinds(play, asking()).count(Kind.CLAIM_HEARD) == 5
    held = kinds(play, asking(lever_kinds=hold, levers=lever))
    assert held.count(Kind.HELD_BACK) >= 5
    assert Kind.CLAIM_LODGED not in held


@ENGINES
def test_at_a_crossing_that_has_shut_nobody_lodges_a_claim(play: Play) -> None:
    shut = {
        "shut": {
            "kind": "crossing_point_closure",
            "where": ["line"],
            "start": datetime(START.year, START.month, START.day, 0, 30),
        }
    }
    found = kinds(play, asking(levers=shut))
    assert (found.count(Kind.CAME_BACK), found.count(Kind.CLAIM_LODGED)) == (5, 0)


@ENGINES
def test_a_closed_crossing_sends_people_who_wish_to_claim_over_the_line(play: Play) -> None:
    shut = {"shut": {"kind": "crossing_point_closure", "where": ["line"], "start": START}}
    found = kinds(play, asking(levers=shut))
    assert (found.count(Kind.ATTEMPT), found.count(Kind.CLAIM_HEARD)) == (5, 5)
    assert Kind.ATTEMPT not in kinds(play, asking())


@ENGINES
def test_who_waits_for_the_next_try_takes_a_flight_by_a_share_of_its_own(play: Play) -> None:
    def flown(waiting: float) -> int:
        scenario = bare(
            2,
            {"line": {"teams": 0}},
            people={
                "next_try": fixed(40.0),
                "offer_weight": 1.0 - waiting,
                "accepts_flight_waiting": waiting,
            },
            transit_state={"seats_home_per_day": 100.0},
            initial={"some": {"compartment": "waiting", "place": "way", "persons": 20, "attempts": 1}},
        )
        return sum(row[2] == Kind.FLOWN_HOME for row in play(scenario).rows)

    assert (flown(0.0), flown(1.0)) == (0, 20)
