"""Barriers: built kilometre by kilometre along an order of sectors, cut by people, repaired by guards.

The order is that of the lever's `where`: `sim.scenario.levers.lever_targets.places`.
"""

from __future__ import annotations

from sim.core.random_streams import Draw
from sim.core.units import HOURS_PER_DAY
from sim.model.state.control_values import mean_degree
from sim.model.state.entities import Builder, Group
from sim.model.state.world import World
from sim.record.events import Actor, Kind
from sim.rules.barriers_met import COIL, FENCE, WALL, standing_share


def build_barriers(world: World) -> None:
    """The work of the day that ends, and its repairs; what is built stays when the lever ends."""
    yesterday = world.now - HOURS_PER_DAY
    for i, builder in enumerate(world.builders):
        degree = mean_degree(world, builder.lever, yesterday, world.now)
        left = min(builder.rate_km_per_day * degree, builder.stop_km - builder.built_km)
        for place in world.building_order[i]:
            if left <= 0.0:
                break
            left -= build(world, builder, place, left)
    repaired = world.params.crossing.repair_km_per_day
    for post in world.sectors:
        if post.cut_km > 0.0:
            post.cut_km = max(0.0, post.cut_km - repaired)
            stand(world, post.index)


def build(world: World, builder: Builder, place: int, most_km: float) -> float:
    """Kilometres that are built at a sector in a day, of at most so many."""
    barrier = builder.barrier
    km = min(most_km, world.params.sectors[place].length_km - world.built_km[place][barrier])
    if km <= 0.0:
        return 0.0
    world.built_km[place][barrier] += km
    builder.built_km += km
    world.write(
        world.now, Kind.BARRIER_BUILT, 0, 0, place, Actor.DESTINATION_STATE, world.built_km[place][barrier],
        builder.lever.row,
    )  # fmt: skip
    stand(world, place)
    return km


def stand(world: World, place: int) -> None:
    """Shares of the sector behind each barrier: the strongest counts, cuts open the strongest first."""
    post = world.sectors[place]
    length = world.params.sectors[place].length_km
    wall_km = world.built_km[place][WALL]
    fence_km = world.built_km[place][FENCE]
    coil_km = world.built_km[place][COIL]
    wall = standing_share(wall_km, post.cut_km, length)
    fence = min(1.0 - wall, standing_share(fence_km, max(0.0, post.cut_km - wall_km), length))
    coil = min(1.0 - wall - fence, standing_share(coil_km, 0.0, length))
    post.wall = wall
    post.fence = fence
    post.coil = max(0.0, coil)


def wear(world: World, group: Group, barrier: int) -> None:
    """A breach may leave the barrier open behind it."""
    crossing = world.params.crossing
    if barrier != COIL and group.u(Draw.BARRIER_CUT, group.tries) < crossing.cut_share:
        post = world.sectors[group.sector]
        length_km = world.params.sectors[group.sector].length_km
        post.cut_km = min(post.cut_km + crossing.cut_width_km, length_km)
        actor = Actor.ESCORT if group.guided else Actor.PEOPLE
        world.write(
            world.now, Kind.BARRIER_CUT, group.key, group.persons, group.sector, actor, post.cut_km, group.row
        )
        stand(world, group.sector)
