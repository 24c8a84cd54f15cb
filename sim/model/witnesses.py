"""Whose knowledge an incident, a harm or a death is: which parties saw it."""

from __future__ import annotations

from enum import IntEnum

from sim.foundation.luck import Draw, uniform
from sim.model.world import Group, World
from sim.scenario.levers import CONTROL_INDEX

REPORTING = CONTROL_INDEX["reporting"]
OCCASIONS = 8


class Seen(IntEnum):
    """What there is to see; the fields of a party in this order."""

    DETECTED = 0
    UNDETECTED = 1
    INCIDENT = 2
    RETURN = 3
    HARM = 4
    DEATH = 5


SEES = ("sees_detected", "sees_undetected", "sees_incidents", "sees_returns", "sees_harm", "sees_deaths")


class Witnesses:
    """The parties of a scenario in numbers: what each sees, and of which sectors it speaks."""

    def __init__(self, world: World) -> None:
        parties = world.scenario.parties.values()
        self.sees = [tuple(getattr(p, name) for name in SEES) for p in parties]
        self.needs_reporting = [p.needs_reporting for p in parties]
        self.speaks_of = [
            [not p.countries or s.country in p.countries for s in world.tables.sectors] for p in parties
        ]


def witness(world: World, seen: Seen, group: Group, occasion: int) -> int:
    """A bit mask of the parties that know of something that happened to a group."""
    return witness_mask(world, seen, group.luck, group.sector, occasion)


def witness_mask(world: World, seen: int, luck: int, sector: int, occasion: int) -> int:
    """The same from an entity's luck: stand-offs have a luck of their own."""
    parties = world.witnesses
    mask = 0
    for i, sees in enumerate(parties.sees):
        if not parties.speaks_of[i][sector]:
            continue
        chance = sees[seen]
        if parties.needs_reporting[i]:
            chance = chance * world.value[REPORTING][sector]
        if uniform(luck, Draw.WITNESS, (occasion * OCCASIONS + seen) * OCCASIONS + i) < chance:
            mask |= 1 << i
    return mask
