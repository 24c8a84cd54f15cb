"""The transit state: what its posture is, how it moves, and which sanctions it answers, when and how much."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from sim.core.random_streams import Draw, entity_luck, key_of_name, uniform
from sim.evidence.reduced_cases import START, bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.scenario.schema import Scenario

RELAXATION_DAYS = 3.0


def at(day: int, hour: int = 0) -> datetime:
    """A local date-time of the run."""
    return datetime(START.year, START.month, START.day + day, hour)


def fronts(levers: dict[str, Any], days: int = 3, **tables: Any) -> Scenario:
    """Two fronts, of a sector each; the second may go no further than 0.8."""
    return bare(
        days,
        {"hill": {"teams": 0}, "lake": {"teams": 0}},
        mechanisms={"stance_answers": True},
        fronts={"calm": {"where": ["hill"], "posture": 0.2},
            "hard": {"where": ["lake"], "posture": 0.9, "limit": 0.8}},
        transit_state={"relaxation_days": RELAXATION_DAYS, "answer_probability": 1.0,
            "answer_delay": fixed(10.0), "answer_gain": 0.5,
                       **tables.pop("transit_state", {})},
        levers={name: {"where": ["*"], **lever} for name, lever in levers.items()},
        **tables,
    )  # fmt: skip


def postures(scenario: Scenario) -> dict[int, dict[float, float]]:
    """Postures by front (1 and 2) and hour, where they changed."""
    found: dict[int, dict[float, float]] = {1: {}, 2: {}}
    for row in simulate(scenario, seed=0).rows:
        if row[2] == Kind.STANCE_CHANGED:
            found[row[3]][row[1]] = row[7]
    return found


def moved(posture: float, target: float, days: float) -> float:
    """The posture some days later: what is left of the way falls by 63 % in the relaxation time."""
    return target + (posture - target) * math.exp(-days / RELAXATION_DAYS)


def test_a_posture_begins_within_its_fronts_limit_and_rests_there() -> None:
    assert postures(fronts({})) == {1: {}, 2: {}}


def test_talks_at_one_front_lower_its_posture_alone_step_by_step() -> None:
    talks = {"kind": "diplomacy", "where": ["hard"], "start": at(0, 12), "sizes": {"relief": 0.5}}
    found = postures(fronts({"talks": talks}))
    assert found[1] == {}
    first = moved(0.8, 0.4, 0.5)
    assert found[2] == pytest.approx({24.0: first, 48.0: moved(first, 0.4, 1.0)})


def test_a_dated_posture_is_approached_from_the_hour_of_the_lever() -> None:
    stance = {"kind": "stance", "where": ["calm"], "start": at(1, 6), "sizes": {"posture": 1.0}}
    found = postures(fronts({"stance": stance}))
    assert found == {1: pytest.approx({48.0: moved(0.2, 1.0, 0.75)}), 2: {}}


def answers(levers: dict[str, Any], **tables: Any) -> list[tuple[float, float]]:
    """Hours and sizes of the answers to sanctions."""
    rows = simulate(fronts(levers, **tables), seed=0).rows
    return [(row[1], row[7]) for row in rows if row[2] == Kind.SANCTIONS_ANSWERED]


def test_a_sanction_is_answered_once_after_its_delay_and_by_its_strength() -> None:
    lever = {
        "kind": "sanctions",
        "announced": at(0, 2),
        "start": at(0, 20),
        "end": at(1, 20),
        "strength": 0.25,
        "sizes": {"pressure": 2.0},
    }
    assert answers({"s": lever}) == [(30.0, pytest.approx(0.5))]


def test_a_sanction_that_presses_when_announced_is_answered_then() -> None:
    effect = {"control": "pressure", "op": "add", "size": 1.5, "phase": "announced"}
    kinds = {"threat": {"effects": [effect]}}
    lever = {"kind": "threat", "announced": at(0, 2), "start": at(0, 20), "end": at(1, 20)}
    assert answers({"s": lever}, lever_kinds=kinds) == [(12.0, 1.5)]


def test_each_sanction_is_answered_by_its_own_numbers() -> None:
    """Forty sanctions of the first midnight: which are answered, and when,
    stands at addresses of their names."""
    names = [f"sanction-{n}" for n in range(40)]
    luck = [entity_luck(0, 0, key_of_name("lever " + name)) for name in names]
    delays = [-30.0 * math.log(uniform(u, Draw.SANCTION_DELAY, 0)) for u in luck]
    chosen = [uniform(u, Draw.SANCTION_ANSWERED, 0) < 0.5 for u in luck]
    by_hand = sorted(
        delay for delay, is_chosen in zip(delays, chosen, strict=True) if is_chosen and delay < 72.0
    )
    law = {"answer_probability": 0.5, "answer_delay": {"dist": "exponential", "mean_h": 30.0}}
    levers = {name: {"kind": "sanctions", "start": START} for name in names}
    found = answers(levers, transit_state=law)
    assert len(found) > 10
    assert [hour for hour, _ in found] == pytest.approx(by_hand, abs=1e-6)


def test_each_sector_has_the_stance_of_its_own_front() -> None:
    """Escorts hold back 7 in 10 where the front cooperates; where it is indifferent, nobody."""
    scenario = bare(
        1,
        {"hill": {"teams": 0}, "lake": {"teams": 0}},
        fronts={
            "open": {"where": ["hill"], "posture": 1.0 / 3.0},
            "shut": {"where": ["lake"], "posture": 0.0},
        },
        people={"walk": fixed(1.0)},
        initial={"here": {"compartment": "waiting", "place": "way", "persons": 400}},
    )
    held = Counter(row[5] for row in simulate(scenario, seed=0).rows if row[2] == Kind.HELD_BACK)
    assert held[0] == 0
    assert held[1] > 100
