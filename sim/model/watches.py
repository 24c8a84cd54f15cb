"""Triggers watch what one party knows, counted by day as it happens."""

from __future__ import annotations

from collections.abc import Callable

from sim.model.world import World
from sim.record.accounts import KINDS_OF, ROWS
from sim.scenario.controls import places
from sim.scenario.schema import Trigger


class Watch:
    """One trigger: its lever, its party, and what that party has counted by day."""

    __slots__ = ("by_day", "kinds", "lever", "party", "trigger", "where")

    def __init__(self, world: World, lever: int, trigger: Trigger) -> None:
        self.lever = lever
        self.trigger = trigger
        self.party = list(world.scenario.parties).index(trigger.party)
        self.kinds = frozenset(KINDS_OF[trigger.measure])
        self.where = frozenset(places(world.scenario, "sector", trigger.where))
        self.by_day = [0.0] * (world.run.days + 1)

    def count_in_window(self, day: int) -> float:
        """The count over the window that ends at the midnight of a day."""
        total = 0.0
        for d in range(max(0, day - self.trigger.window_days), day):
            total += self.by_day[d]
        return total


def keep_watch(world: World) -> None:
    """From now on every row that a trigger's party knows of is counted by it."""
    world.watches = [
        Watch(world, lever, spec.trigger)
        for lever, spec in enumerate(world.controls.levers)
        if spec.on and spec.trigger is not None
    ]
    if world.watches:
        world.write = _watched(world)


def go_on_watching(world: World) -> None:
    """After a branch: triggers that are the same keep what their party has counted."""
    known = {watch.lever: watch for watch in world.watches}
    keep_watch(world)
    for watch in world.watches:
        old = known.get(watch.lever)
        if old is not None and old.trigger == watch.trigger:
            watch.by_day = old.by_day


def _watched(world: World) -> Callable[..., int]:
    plain = world.record.write

    def write(
        time_h: float, kind: int, group: int, persons: int, sector: int, actor: int, value: float, cause: int,
        witness: int = 0,
    ) -> int:  # fmt: skip
        if witness:
            for watch in world.watches:
                if witness >> watch.party & 1 and kind in watch.kinds and sector in watch.where:
                    watch.by_day[world.day] += 1.0 if watch.trigger.measure in ROWS else persons
        return plain(time_h, kind, group, persons, sector, actor, value, cause, witness)

    return write
