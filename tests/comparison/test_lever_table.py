"""Levers one by one: nothing at strength zero, something at full strength, and a table that says how much."""

from __future__ import annotations

import pytest

from sim.comparison.lever_table import (
    applies,
    lever_page,
    measure_levers,
    verdicts,
    with_kind,
    without_levers,
)
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.record.log import RunRecord
from sim.record.measures import DESCRIBED
from sim.scenario.levers.expected_signs import EXPECTED, MEASURES
from sim.scenario.levers.lever_kinds import KIND_BY_NAME, LEVER_KINDS
from sim.scenario.schema import Scenario
from tests.small import content, small

LEVER_ROWS = {Kind.LEVER_ANNOUNCED, Kind.LEVER_BEGAN, Kind.LEVER_ENDED}
SITES = {"camp": {"sector": "north", "capacity": 200}}
TWO_DAYS = {"dist": "fixed", "h": 48.0}
POINTS = {"bridge": {"sector": "south", "use": 0.5}}
CLOSED = {"ford": {"sector": "north", "use": 0.5, "open": 0.0}}


def border(points: dict[str, dict[str, object]] = POINTS) -> Scenario:
    """Small, with something for every lever kind to act on,
    and procedures and answers of days rather than weeks."""
    tables = content()
    there = {**tables["countries"]["there"], "reception": {"procedure": TWO_DAYS, "voluntary": TWO_DAYS}}
    state = {"answer_probability": 1.0, "answer_delay": TWO_DAYS}
    fronts = {"line": {"where": ["there"], "posture": 0.5}}
    return without_levers(
        small(
            14,
            sites=SITES,
            crossing_points=points,
            countries={"there": there},
            transit_state=state,
            fronts=fronts,
        )
    )


def happened(run: RunRecord) -> list[tuple[object, ...]]:
    """What happened apart from levers: rows without the numbers that lever rows shift."""
    return [(*row[1:8], row[9]) for row in run.rows if row[2] not in LEVER_ROWS]


@pytest.mark.parametrize("kind", LEVER_KINDS, ids=lambda kind: kind.name)
def test_strength_zero_changes_nothing_to_the_bit(kind) -> None:  # type: ignore[no-untyped-def]
    scenario = border(POINTS | CLOSED)
    assert applies(scenario, kind)
    bare, idle = simulate(scenario, seed=4), simulate(with_kind(scenario, kind, strength=0.0), seed=4)
    assert happened(idle) == happened(bare)
    assert idle.person_hours == bare.person_hours
    assert idle.team_hours == bare.team_hours


@pytest.mark.parametrize("kind", LEVER_KINDS, ids=lambda kind: kind.name)
def test_full_strength_changes_something(kind) -> None:  # type: ignore[no-untyped-def]
    scenario = border(POINTS | CLOSED)
    changed = simulate(with_kind(scenario, kind), seed=4)
    assert happened(changed) != happened(simulate(scenario, seed=4))


def test_every_expectation_is_of_a_kind_and_a_measure_that_exist() -> None:
    assert {kind for kind, _ in EXPECTED} == set(KIND_BY_NAME)
    assert {measure for _, measure in EXPECTED} <= set(MEASURES) <= set(DESCRIBED)
    assert all(e.sign in "+-0" and e.source for e in EXPECTED.values())


def test_the_table_pairs_runs_on_the_same_luck() -> None:
    kinds = [KIND_BY_NAME["flight_restrictions"], KIND_BY_NAME["rules_of_engagement"]]
    changes = {(c.kind, c.measure): c for c in measure_levers(border(), replications=4, kinds=kinds)}
    assert changes["rules_of_engagement", "arrived"].difference[:3] == (0.0, 0.0, 0.0)
    assert changes["flight_restrictions", "arrived"].difference.high < 0.0
    assert changes["flight_restrictions", "arrived"].verdict == "as expected"
    assert changes["rules_of_engagement", "arrived"].verdict == "reported"


def test_the_page_holds_every_measure_people_included() -> None:
    changes = measure_levers(border(), replications=2, kinds=[KIND_BY_NAME["wall"]])
    page = lever_page(border(), changes, seed=0, replications=2)
    assert all(DESCRIBED[measure].label in page for measure in MEASURES)
    assert sum(verdicts(changes).values()) == len(MEASURES)
