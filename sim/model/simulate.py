"""A scenario played out once by the SimPy engine: the world is built, goes on until the end,
and its books are closed.

scenario, seed, replication -> a run's record: rows, counters, stocks at midnights.
What a day does is in `sim.model.day_order`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.core.units import HOURS_PER_DAY
from sim.model.extensions.extended import extended
from sim.model.state.world import World
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario

Tick = Callable[[int, int], None]


def simulate(
    scenario: Scenario,
    *,
    seed: int = 0,
    replication: int = 0,
    keep_rows: bool = True,
    tick: Tick | None = None,
) -> RunRecord:
    """Play a scenario out once.

    `tick(day, days)` is called at every midnight, for progress. The same scenario, seed and replication
    give the same record to the bit. Raises `InvariantBroken` if the run breaks a law of the model.
    """
    world = build(scenario, seed=seed, replication=replication, keep_rows=keep_rows)
    play(world, world.params.end_h, tick)
    return finish(world)


def build(scenario: Scenario, *, seed: int, replication: int, keep_rows: bool = True) -> World:
    """The world at its first midnight, everybody at their place, every process begun."""
    model = extended(scenario)
    world = model.world(scenario, seed=seed, replication=replication, keep_rows=keep_rows)
    model.build(world)
    model.start(world)
    world.run.stocks[0] = world.stock.copy()
    return world


def play(world: World, until_h: float, tick: Tick | None) -> None:
    """Go on until a time, which is not reached; called at a midnight before its events, or at the start."""
    if tick is not None:
        first, last = math.floor(world.now / HOURS_PER_DAY) + 1, math.floor(until_h / HOURS_PER_DAY)
        for day in range(first, min(last + 1, world.params.days)):
            world.env.run(until=HOURS_PER_DAY * day)
            tick(day, world.params.days)
    if world.now < until_h:
        world.env.run(until=until_h)


def finish(world: World) -> RunRecord:
    """Close the books at the end: nothing at or after it happens."""
    run: RunRecord = world.run
    world.env._now = world.params.end_h
    extended(world.scenario).close_books(world)
    run.groups = world.made
    run.stocks.append(world.stock.copy())
    return run
