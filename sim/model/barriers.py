"""Barriers: built kilometre by kilometre along an order of sectors, cut by people, repaired by guards."""

from __future__ import annotations

from sim.foundation.luck import Draw
from sim.foundation.units import HOURS_PER_DAY
from sim.model.world import Group, World
from sim.record.events import Actor, Kind
from sim.rules.crossing import COIL, FENCE, WALL, standing_share

KINDS = {"coil": COIL, "fence": FENCE, "wall": WALL}


class Builder:
    """A lever that builds: which barrier, how fast, along which sectors, until which length."""

    __slots__ = ("barrier", "built_km", "lever", "order", "rate_km_per_day", "stop_km")

    def __init__(self, lever: int, barrier: str, rate: float, order: list[int], stop_km: float) -> None:
        self.lever = lever
        self.barrier = KINDS[barrier]
        self.rate_km_per_day = rate
        self.order = order
        self.stop_km = stop_km
        self.built_km = 0.0


def raise_standing_barriers(world: World) -> None:
    """What stands at the start."""
    for post, sector in zip(world.sectors, world.tables.sectors, strict=True):
        post.built_km = [0.0, sector.coil_km, sector.fence_km, sector.wall_km]
    world.standing = [(0.0, 0.0, 0.0)] * len(world.sectors)
    for place in range(len(world.sectors)):
        _stand(world, place)


def terrain_factors(world: World) -> list[float]:
    """How many times longer each sector's ground makes a crossing."""
    crossing = world.scenario.crossing
    factors = {
        "land": 1.0,
        "forest": crossing.forest_factor,
        "bog": crossing.bog_factor,
        "river": crossing.river_factor,
    }
    return [factors[sector.terrain] for sector in world.tables.sectors]


def builders_of(world: World) -> list[Builder]:
    """Who builds during the run."""
    levers = world.controls.levers
    return [
        Builder(lever, barrier, rate, order, _stop_km(world, levers[lever].km, order))
        for lever, barrier, rate, order in world.controls.builders
    ]


def _stop_km(world: World, km: float | None, order: list[int]) -> float:
    length = sum(world.tables.sectors[place].length_km for place in order)
    return length if km is None else min(km, length)


def build_barriers(world: World) -> None:
    """The work of the day that ends, and its repairs; what is built stays when the lever ends."""
    yesterday = world.now - HOURS_PER_DAY
    for builder in world.builders:
        degree = world.controls.mean_degree(builder.lever, yesterday, world.now)
        left = min(builder.rate_km_per_day * degree, builder.stop_km - builder.built_km)
        for place in builder.order:
            if left <= 0.0:
                break
            left -= _build(world, builder, place, left)
    repaired = world.scenario.crossing.repair_km_per_day
    for post in world.sectors:
        if post.cut_km > 0.0:
            post.cut_km = max(0.0, post.cut_km - repaired)
            _stand(world, post.index)


def _build(world: World, builder: Builder, place: int, most_km: float) -> float:
    post = world.sectors[place]
    km = min(most_km, world.tables.sectors[place].length_km - post.built_km[builder.barrier])
    if km <= 0.0:
        return 0.0
    post.built_km[builder.barrier] += km
    builder.built_km += km
    world.write(
        world.now, Kind.BARRIER_BUILT, 0, 0, place, Actor.DESTINATION_STATE, post.built_km[builder.barrier],
        world.lever_row[builder.lever],
    )  # fmt: skip
    _stand(world, place)
    return km


def _stand(world: World, place: int) -> None:
    """Shares of the sector behind each barrier: the strongest counts, cuts open the strongest first."""
    post = world.sectors[place]
    length = world.tables.sectors[place].length_km
    wall = standing_share(post.built_km[WALL], post.cut_km, length)
    fence = min(
        1.0 - wall, standing_share(post.built_km[FENCE], max(0.0, post.cut_km - post.built_km[WALL]), length)
    )
    coil = min(1.0 - wall - fence, standing_share(post.built_km[COIL], 0.0, length))
    world.standing[place] = (wall, fence, max(0.0, coil))


def shares_standing(world: World, place: int) -> tuple[float, float, float]:
    """Shares of a sector's length behind a wall, a fence, coiled wire."""
    return world.standing[place]


def wear(world: World, group: Group, barrier: int) -> None:
    """A breach may leave the barrier open behind it."""
    crossing = world.scenario.crossing
    if barrier != COIL and group.u(Draw.BARRIER_CUT, group.tries) < crossing.cut_share:
        post = world.sectors[group.sector]
        post.cut_km = min(post.cut_km + crossing.cut_width_km, world.tables.sectors[group.sector].length_km)
        world.write(
            world.now, Kind.BARRIER_CUT, group.key, group.persons, group.sector,
            Actor.ESCORT if group.guided else Actor.PEOPLE, post.cut_km, group.row,
        )  # fmt: skip
        _stand(world, group.sector)
