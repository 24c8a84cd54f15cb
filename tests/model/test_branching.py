"""A branch: the past shared to the bit, and nothing changed where nothing was changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import UsageError
from sim.model.branching import simulate_branch
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario
from tests.small import content, small
from tests.worlds import scenarios


def same(a: RunRecord, b: RunRecord) -> bool:
    """Whether two records are equal to the bit."""
    names = ("rows", "counts", "said", "stocks", "person_hours", "team_hours")
    return all(getattr(a, name) == getattr(b, name) for name in names)


@given(scenarios(), st.integers(0, 3), st.integers(0, 10_000))
def test_a_branch_that_changes_nothing_is_the_run_to_the_bit(
    scenario: Scenario, seed: int, draw: int
) -> None:
    if scenario.days > 1:
        day = 1 + draw % (scenario.days - 1)
        assert same(simulate_branch(scenario, scenario, day, seed=seed), simulate(scenario, seed=seed))


def changed(**tables: Any) -> Scenario:
    return small(12, **tables)


@pytest.mark.parametrize("day", [1, 4, 9])
def test_the_past_is_shared_to_the_bit_and_the_future_differs(day: int) -> None:
    after = changed(people={**content()["people"], "try_again": 0.1})
    plain, branched = simulate(small(12), seed=3), simulate_branch(small(12), after, day, seed=3)
    past = [row for row in plain.rows if row[1] < 24.0 * day]
    assert branched.rows[: len(past)] == past
    assert branched.rows != plain.rows
    assert branched.stocks[: day + 1] == plain.stocks[: day + 1]


def wall_at(**lever: Any) -> Scenario:
    wall = content()["levers"]["wall"]
    return changed(levers={"wall": {**wall, **lever}})


def turns(run: RunRecord) -> list[tuple[float, str]]:
    kinds = (Kind.LEVER_BEGAN, Kind.LEVER_ENDED)
    return [(row[1], Kind(row[2]).name) for row in run.rows if row[2] in kinds]


def built_km(run: RunRecord) -> float:
    return max((row[7] for row in run.rows if row[2] == Kind.BARRIER_BUILT), default=0.0)


def test_a_lever_in_force_ends_at_the_branch_and_what_is_built_stays() -> None:
    off = simulate_branch(small(12), wall_at(on=False), 7, seed=3)
    assert turns(off) == [(72.0, "LEVER_BEGAN"), (168.0, "LEVER_ENDED")]
    assert 0.0 < built_km(off) < built_km(simulate(small(12), seed=3))


def test_a_lever_moved_behind_the_branch_begins_there() -> None:
    late = wall_at(start="2021-07-10")
    assert turns(simulate_branch(late, small(12), 6, seed=3)) == [(144.0, "LEVER_BEGAN")]


def test_a_lever_moved_ahead_of_the_branch_has_its_new_date() -> None:
    later = simulate_branch(wall_at(start="2021-07-08"), wall_at(start="2021-07-10"), 5, seed=3)
    assert turns(later) == [(216.0, "LEVER_BEGAN")]


@pytest.mark.parametrize(
    ("after", "day", "words"),
    [
        (small(12), 0, "lies inside the run"),
        (small(12), 12, "lies inside the run"),
        (small(13), 3, "keeps the days"),
        (changed(levers={}), 3, r"names in \[levers\]"),
        (changed(routes={"way": {"people_per_day": 60.0, "strip_per_day": 9.0}}), 3, "strip_per_day"),
    ],
)
def test_what_is_another_world_is_refused(after: Scenario, day: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        simulate_branch(small(12), after, day)
