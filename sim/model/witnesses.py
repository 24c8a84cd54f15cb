"""Whose knowledge a thing is: which parties saw it, which of them report it, and to whom they ascribe it.

The log keeps what happened; an account is what one party says of it (`sim.record.accounts`). Each party's
seeing, admitting and misattributing is drawn from the luck of the entity it happened to, so that a policy
changes an account only through what happens and through who is let near enough to see.
"""

from __future__ import annotations

from sim.foundation.luck import Draw, uniform
from sim.model.world import Group, World
from sim.record.events import Actor
from sim.record.log import ASCRIBES_BIT, REPORTS_BIT
from sim.record.witness import ACTED, OCCASIONS, SEES, SIDES, Seen
from sim.scenario.levers import CONTROL_INDEX
from sim.scenario.schema import Party

REPORTING = CONTROL_INDEX["reporting"]

__all__ = ["Seen", "Witnesses", "witness", "witness_mask"]


class Witnesses:
    """The parties of a scenario in numbers: what each sees and admits, and of which sectors it speaks."""

    def __init__(self, world: World) -> None:
        parties = list(world.scenario.parties.values())
        self.admits = [tuple(_admits(p, actor) for actor in Actor) for p in parties]
        self.misattributes = [p.misattributes for p in parties]
        self.who_sees = [
            [
                [
                    (i, getattr(p, name), p.needs_reporting)
                    for i, p in enumerate(parties)
                    if getattr(p, name) > 0.0 and (not p.countries or sector.country in p.countries)
                ]
                for sector in world.tables.sectors
            ]
            for name in SEES
        ]
        """By what there is to see and sector: the parties that could, their chance, and whether it needs reporters."""


def _admits(party: Party, actor: int) -> float:
    return party.admits_own if actor in SIDES.get(party.side, ()) else party.admits_other


def witness(world: World, seen: Seen, group: Group, occasion: int, actor: int = Actor.PEOPLE) -> int:
    """The mask of the parties that know and speak of something that happened to a group."""
    return witness_mask(world, seen, group.luck, group.sector, occasion, actor)


def witness_mask(world: World, seen: int, luck: int, sector: int, occasion: int, actor: int) -> int:
    """The same from an entity's luck: stand-offs have a luck of their own. A chance of 0 or 1 needs no luck."""
    parties = world.witnesses
    mask = 0
    for i, chance, needs_reporting in parties.who_sees[seen][sector]:
        if needs_reporting:
            chance = chance * world.value[REPORTING][sector]
        address = (occasion * OCCASIONS + seen) * OCCASIONS + i
        if _falls(luck, Draw.WITNESS, address, chance):
            mask |= 1 << i
            if _falls(luck, Draw.ADMITTED, address, parties.admits[i][actor]):
                mask |= 1 << (REPORTS_BIT + i)
                if actor in ACTED and _falls(luck, Draw.MISATTRIBUTED, address, parties.misattributes[i]):
                    mask |= 1 << (ASCRIBES_BIT + i)
    return mask


def _falls(luck: int, stream: int, address: int, chance: float) -> bool:
    return chance >= 1.0 or (chance > 0.0 and uniform(luck, stream, address) < chance)
