"""Whether anything calls itself, by whatever way;
and an order in which everything comes after what it calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from graphlib import TopologicalSorter


def circle(graph: Mapping[str, Collection[str]]) -> list[str] | None:
    """A shortest circle: each calls the next, the last calls the first; None where nothing calls itself.

    >>> circle({"a": ["b"], "b": ["c"], "c": ["b"]})
    ['b', 'c']
    """
    shortest: list[str] | None = None
    # Sorted, so that the same model is refused with the same circle in every process.
    for name in sorted(graph):
        found = _way_back(graph, name)
        if found is not None and (shortest is None or len(found) < len(shortest)):
            shortest = found
    return shortest


def _way_back(graph: Mapping[str, Collection[str]], start: str) -> list[str] | None:
    """The shortest way from a node to itself, breadth first."""
    came_from: dict[str, str] = {}
    # Breadth first: the way that comes back first is a shortest one.
    waiting = deque([start])
    while waiting:
        caller = waiting.popleft()
        for name in sorted(graph.get(caller, ())):
            if name == start:
                return _way(came_from, start, caller)
            if name not in came_from:
                came_from[name] = caller
                waiting.append(name)
    return None


def _way(came_from: Mapping[str, str], start: str, end: str) -> list[str]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def order(graph: Mapping[str, Collection[str]]) -> list[str]:
    """Every name after all that it calls; the same for the same graph.
    A circle is a ValueError that shows it.

    >>> order({"a": ["b"], "b": ["c"]})
    ['c', 'b', 'a']
    """
    if (found := circle(graph)) is not None:
        raise ValueError(f"a circle of calls: {' -> '.join([*found, found[0]])}")
    return list(TopologicalSorter({name: sorted(graph[name]) for name in sorted(graph)}).static_order())
