"""The compiled engine is the SimPy engine, event for event: shipped scenarios,
and random ones over the whole schema.

The shipped years are compared in `tests/model/test_model_version.py`,
where they are played for their digests.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.scenario.load import digest, load
from sim.scenario.schema import Scenario
from tests.engines.compiled.equal import as_file, differences
from tests.small import noon, sanctioned, small
from tests.worlds import scenarios

SHORT = ("one-post", "night-3-november", "kuznica-16-november", "riverland")


def assert_equal(scenario: Scenario, seed: int, replication: int = 0) -> None:
    found = differences(scenario, seed, replication)
    assert not found, "\n".join([*found, as_file(scenario, seed)])


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_shipped_night_is_the_same_in_both_engines(name: str, seed: int) -> None:
    assert_equal(load(name), seed, replication=seed)


@pytest.mark.parametrize("seed", [0, 1])
def test_levers_at_noon_turn_the_clocks_of_harm_alike(seed: int) -> None:
    assert_equal(noon(), seed)


def test_a_sanction_is_answered_by_the_same_number_in_both_engines() -> None:
    assert_equal(sanctioned(), 0)
    answers = sum(row[2] == Kind.SANCTIONS_ANSWERED for row in simulate(sanctioned(), seed=0).rows)
    assert 0 < answers < 12


@given(scenarios(), st.integers(0, 2**64 - 1))
def test_any_world_is_the_same_in_both_engines(scenario: Scenario, seed: int) -> None:
    assert_equal(scenario, seed)


def test_a_counterexample_can_be_loaded_again(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "small.toml"
    path.write_text(as_file(small(5), 3))
    assert digest(load(path)) == digest(small(5).model_copy(update={"name": "small"}))
