"""Triggers watch an account: what one party can know, counted by day as it happens."""

from __future__ import annotations

from sim.model.witnesses import Seen, witness_mask
from sim.model.world import World
from sim.record.events import LEVEL_REACHED, Kind
from sim.scenario.controls import places
from sim.scenario.schema import Trigger

SEEN_OF: dict[int, Seen] = {
    Kind.WITHDREW: Seen.DETECTED,
    Kind.PREVENTED: Seen.DETECTED,
    Kind.APPREHENDED: Seen.DETECTED,
    Kind.ENTERED_UNSEEN: Seen.UNDETECTED,
    Kind.SUMMARY_RETURN: Seen.RETURN,
    Kind.DIED_EXPOSURE: Seen.DEATH,
    Kind.DIED_DROWNING: Seen.DEATH,
    Kind.DIED_AFTER_RETURN: Seen.DEATH,
    Kind.DIED_VIOLENCE: Seen.DEATH,
    **dict.fromkeys(LEVEL_REACHED, Seen.INCIDENT),
}
MEASURES: dict[str, tuple[Seen, ...]] = {
    "attempts": (Seen.DETECTED, Seen.UNDETECTED),
    "entries": (Seen.UNDETECTED,),
    "incidents": (Seen.INCIDENT,),
    "deaths": (Seen.DEATH,),
    "returns": (Seen.RETURN,),
}


class Watch:
    """One trigger: its lever, its party, and what that party has counted by day."""

    __slots__ = ("by_day", "lever", "party", "seen", "trigger", "where")

    def __init__(self, world: World, lever: int, trigger: Trigger) -> None:
        self.lever = lever
        self.trigger = trigger
        self.party = list(world.scenario.parties).index(trigger.party)
        self.seen = MEASURES[trigger.measure]
        self.where = frozenset(places(world.scenario, "sector", trigger.where))
        self.by_day = [0.0] * (world.run.days + 1)

    def count_in_window(self, day: int) -> float:
        """The count over the window that ends at the midnight of a day."""
        total = 0.0
        for d in range(max(0, day - self.trigger.window_days), day):
            total += self.by_day[d]
        return total


def keep_watch(world: World) -> None:
    """From now on every row that a trigger's party could know of is shown to it."""
    world.watches = [
        Watch(world, lever, spec.trigger)
        for lever, spec in enumerate(world.controls.levers)
        if spec.on and spec.trigger is not None
    ]
    if world.watches:
        world.write = _watched(world)  # type: ignore[method-assign]


def _watched(world: World):  # type: ignore[no-untyped-def]
    plain = world.record.write

    def write(
        time_h: float, kind: int, group: int, persons: int, sector: int, actor: int, value: float, cause: int,
        witness: int = 0,
    ) -> int:  # fmt: skip
        row = plain(time_h, kind, group, persons, sector, actor, value, cause, witness)
        seen = SEEN_OF.get(kind)
        if seen is not None:
            _show(world, seen, group, persons, sector, value, witness)
        return row

    return write


def _show(world: World, seen: Seen, key: int, persons: int, sector: int, value: float, witness: int) -> None:
    watches = [w for w in world.watches if seen in w.seen and sector in w.where]
    if not watches:
        return
    if seen in (Seen.DETECTED, Seen.UNDETECTED, Seen.RETURN):
        witness = witness_mask(world, seen, world.luck_of(key), sector, int(value))
    counted = 1.0 if seen == Seen.INCIDENT else float(persons)
    for watch in watches:
        if witness >> watch.party & 1:
            watch.by_day[world.day] += counted
