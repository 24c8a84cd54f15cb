"""A circle of calls is found, the shortest; without one there is an order."""

from __future__ import annotations

import pytest

from sim.engines.translate.call_cycles import circle, order


def test_nothing_that_calls_itself_is_no_circle() -> None:
    assert circle({"a": ["b", "c"], "b": ["c"], "c": ["outside"]}) is None


def test_the_shortest_circle_is_found() -> None:
    graph = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["c"]}
    assert circle(graph) == ["c", "d"]
    assert circle({"a": ["b"], "b": ["b"]}) == ["b"]


def test_an_order_puts_what_is_called_first() -> None:
    graph = {"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "e": set()}
    found = order(graph)
    assert sorted(found) == ["a", "b", "c", "d", "e"]
    assert all(found.index(called) < found.index(name) for name in graph for called in graph[name])


def test_an_order_of_a_circle_is_refused_and_shows_it() -> None:
    with pytest.raises(ValueError, match="a -> b -> a"):
        order({"a": ["b"], "b": ["a"]})
