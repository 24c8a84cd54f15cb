"""Whose knowledge a thing is: which parties saw it, which of them report it, and to whom they ascribe it.

The log keeps what happened; an account is what one party says of it (`sim.record.accounts`). Each party's
seeing, admitting and misattributing is drawn from the luck of the entity it happened to, so that a policy
changes an account only through what happens and through who is let near enough to see.
"""

from __future__ import annotations

from sim.core.random_streams import Draw, uniform
from sim.core.record_types import Word
from sim.model.state.entities import Group
from sim.model.state.world import World
from sim.record.events import Actor
from sim.record.log import ASCRIBES_BIT, REPORTS_BIT
from sim.record.sightings import OCCASIONS
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

REPORTING = CONTROL_INDEX["reporting"]


def witness(world: World, seen: int, g: Group, *, occasion: int, actor: int) -> int:
    """The mask of the parties that know and speak of something that happened to a group."""
    return witness_mask(world, seen, g.luck, sector=g.sector, occasion=occasion, actor=actor)


def witness_mask(world: World, seen: int, luck: Word, *, sector: int, occasion: int, actor: int) -> int:
    """The same from an entity's luck: stand-offs have a luck of their own."""
    params = world.params
    mask = 0
    for seer in params.who_sees[seen * len(params.sectors) + sector]:
        chance = seer.chance * world.value[REPORTING][sector] if seer.needs_reporting else seer.chance
        # An address for each kind of thing and party: adding a party changes nobody else's account.
        address = (occasion * OCCASIONS + seen) * OCCASIONS + seer.party
        if falls(world, luck, Draw.WITNESS, address=address, chance=chance):
            mask |= 1 << seer.party
            if falls(world, luck, Draw.ADMITTED, address=address, chance=params.admits[seer.party][actor]):
                mask |= 1 << (REPORTS_BIT + seer.party)
                misattributes = params.misattributes[seer.party] if has_acted(world, actor) else 0.0
                if falls(world, luck, Draw.MISATTRIBUTED, address=address, chance=misattributes):
                    mask |= 1 << (ASCRIBES_BIT + seer.party)
    return mask


def falls(world: World, luck: Word, stream: int, *, address: int, chance: float) -> bool:
    """Whether a chance comes true; one of 0 or 1 needs no luck."""
    return chance >= 1.0 or (chance > 0.0 and uniform(luck, stream, address) < chance)


def has_acted(world: World, actor: int) -> bool:
    """Whether somebody can be named as having acted; nobody is blamed for the weather."""
    return actor == Actor.PEOPLE or actor == Actor.ESCORT or actor == Actor.GUARD
