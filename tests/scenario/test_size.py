"""How large a run is, before it begins: nothing is said of a small one, a large one has its size,
an enormous one is refused."""

from __future__ import annotations

import pytest

from sim.core.errors import ScenarioError
from sim.scenario.checks.run_size import MOST_PEOPLE, people_of, size_in_words
from sim.scenario.load import load, shipped


def test_people_are_those_at_the_start_and_those_who_come() -> None:
    world = load("one-post")
    stocks = sum(stock.persons for stock in world.initial.values())
    rates = sum(route.people_per_day for route in world.routes.values())
    assert people_of(world) == stocks + 7 * rates == 840.0


def test_nothing_is_said_of_the_shipped_scenarios() -> None:
    assert [name for name in shipped() if size_in_words(load(name), log=True)] == []


def test_a_large_run_says_people_events_and_memory() -> None:
    world = load("one-post", sets=["routes.*.people_per_day=1000000"])
    words = size_in_words(world, log=True)
    assert "about 7,000,000 people and 28,000,000 events, and 6.7 GB" in words and "--no-log" in words
    assert "1.1 GB" in size_in_words(world, log=False)


def test_an_enormous_run_is_refused_with_the_bound() -> None:
    with pytest.raises(
        ScenarioError, match=rf"about 1\d\d,000,000 persons; allowed: at most {MOST_PEOPLE:,} persons"
    ):
        load("one-post", sets=["routes.*.people_per_day=1000000", "scenario.end=2030-09-29"])
