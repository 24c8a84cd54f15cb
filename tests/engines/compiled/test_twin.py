"""The hand-written twin of before, in plain Python, says what the model says: a third witness that knows
nothing of the translator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.engines.engine_choice import player
from sim.model.simulate import simulate
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from tests.small import noon, sanctioned, small
from tests.twin import engine as twin
from tests.worlds import scenarios

FEW_PEOPLE = 6.0
"""People per day: the twin takes 2 ms a row, a hundred times what the model takes."""
MOST_ROWS = 4000
"""Of a random world; those with more are longer or fuller, and no other acts are in them."""
PARTS = ("counts", "said", "stocks", "person_hours", "team_hours", "groups")


def assert_alike(scenario: Scenario, seed: int) -> None:
    plain = simulate(scenario, seed=seed)
    with np.errstate(over="ignore"):
        by_hand = twin.simulate(scenario, seed=seed)
    assert [tuple(row) for row in plain.rows] == [tuple(row) for row in by_hand.rows]
    for part in PARTS:
        assert getattr(plain, part) == getattr(by_hand, part), part


def test_a_small_world_is_what_was_written_by_hand() -> None:
    assert_alike(small(4), 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one-post", "night-3-november", "kuznica-16-november"])
def test_a_shipped_night_is_what_was_written_by_hand(name: str) -> None:
    assert_alike(load(name), 1)


@pytest.mark.slow
def test_levers_and_sanctions_are_what_was_written_by_hand() -> None:
    assert_alike(noon(FEW_PEOPLE), 1)
    assert_alike(sanctioned(FEW_PEOPLE), 1)


@pytest.mark.slow
@settings(max_examples=8)
@given(scenarios(), st.integers(0, 2**32))
def test_any_world_is_what_was_written_by_hand(scenario: Scenario, seed: int) -> None:
    assume(len(player("compiled")(scenario, seed=seed).rows) <= MOST_ROWS)
    assert_alike(scenario, seed)
