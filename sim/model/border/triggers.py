"""Triggers watch what one party knows, counted by day as it happens."""

from __future__ import annotations

from sim.model.state.entities import Watch
from sim.model.state.world import World


def count(world: World, kind: int, persons: int, *, sector: int, witness: int) -> None:
    """A row that somebody knows of: every trigger whose party does, and that watches such rows there,
    counts it."""
    for watch in world.watches:
        if witness >> watch.party & 1 == 1 and is_watched(world, watch, kind, sector):
            world.watch_days[watch.index][world.day] += 1.0 if watch.by_rows else float(persons)


def is_watched(world: World, watch: Watch, kind: int, sector: int) -> bool:
    """Whether a trigger counts rows of a kind at a sector."""
    params = world.params
    if sector < 0 or params.watch_kinds[watch.index][kind] == 0:
        return False
    return params.watch_where[watch.index][sector] == 1


def count_in_window(world: World, watch: Watch) -> float:
    """What a trigger's party has counted over the window that ends at the midnight of this day."""
    total = 0.0
    for day in range(max(0, world.day - watch.window_days), world.day):
        total += world.watch_days[watch.index][day]
    return total
