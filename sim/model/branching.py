"""Branch a world at a midnight: the past is shared to the bit, from then on another scenario's values hold.

What is there stays: people and what they have decided, kilometres built, teams out, news, the posture. What the
other scenario says counts from the next time it is read: controls and levers at that midnight, a duration or
a share when it is next drawn. A lever can be switched off or moved, and one that did not act can begin.
"""

from __future__ import annotations

from heapq import heapify
from typing import Any

from sim.foundation.errors import UsageError
from sim.foundation.units import HOURS_PER_DAY
from sim.model import barriers, watches
from sim.model.appointments import Rank
from sim.model.calendar import BEGAN, ENDED, appoint_lever, appoint_turn
from sim.model.simulate import Tick, build, finish, read_scenario
from sim.model.transit_state import hear_sanctions, renew_stance
from sim.model.world import World
from sim.record.log import RunRecord
from sim.scenario.controls import ControlTable
from sim.scenario.schema import Scenario
from sim.scenario.tables import Tables

SAME_NAMES = ("countries", "sectors", "fronts", "routes", "sites", "crossing_points", "parties", "levers")
SAME_VALUES = {
    "sectors": ("country", "terrain", "length_km", "shifts"),
    "fronts": ("where",),
    "routes": ("strip_per_day",),
    "sites": ("sector",),
    "crossing_points": ("sector",),
}
"""What a world is made of, and a branch cannot change."""


def simulate_branch(
    before: Scenario,
    after: Scenario,
    at_day: int,
    *,
    seed: int = 0,
    replication: int = 0,
    keep_rows: bool = True,
    tick: Tick | None = None,
) -> RunRecord:
    """Play `before` until the midnight that begins a day, and `after` from then on.

    The rows before that midnight are those of `before` to the bit. Raises `UsageError` where the two
    scenarios are not one world.
    """
    check_branch(before, after, at_day)
    world = build(before, seed=seed, replication=replication, keep_rows=keep_rows, tick=tick)
    world.env.run(until=HOURS_PER_DAY * at_day)
    rebase(world, after)
    world.env.run(until=world.tables.end_h)
    return finish(world)


def check_branch(before: Scenario, after: Scenario, at_day: int) -> None:
    """Whether one scenario can go on where the other was. Raises `UsageError`."""
    if not 0 < at_day < before.days:
        raise UsageError(
            f"a branch lies inside the run, on day 1 to {before.days - 1} after the first: found {at_day}"
        )
    if before.scenario.start != after.scenario.start or before.days != after.days:
        raise UsageError("a branch keeps the days of the run: scenario.start and scenario.end differ")
    for table in SAME_NAMES:
        ours, theirs = getattr(before, table), getattr(after, table)
        if list(ours) != list(theirs):
            raise UsageError(f"a branch keeps the names in [{table}]: they differ")
        for name, field in ((n, f) for n in ours for f in SAME_VALUES.get(table, ())):
            if getattr(ours[name], field) != getattr(theirs[name], field):
                raise UsageError(f"a branch cannot change {table}.{name}.{field}: the world is made of it")
    for name, country in before.countries.items():
        if country.reception.removal_flight_days != after.countries[name].reception.removal_flight_days:
            raise UsageError(f"a branch cannot change countries.{name}.reception.removal_flight_days")


def rebase(world: World, after: Scenario) -> None:
    """From now on the world reads another scenario; called at a midnight, before its tick.

    Controls are computed as of the last time they were, since the tick works with those of the day that
    ends; the tick itself then computes those of the new day.
    """
    levers, controls = world.controls.levers, world.controls
    acted = [_acts(world, lever) for lever in range(len(levers))]
    built = {(b.lever, b.barrier): b.built_km for b in world.builders}
    _cancel_turns(world)
    world.scenario, world.on = after, after.mechanisms
    world.tables = Tables(after)
    world.controls = ControlTable(after)
    world.value = world.controls.values
    for lever, spec in enumerate(world.controls.levers):
        if spec.trigger is not None and spec.trigger == levers[lever].trigger:
            world.controls.times[lever] = controls.times[lever]
    read_scenario(world)
    hear_sanctions(world)
    watches.go_on_watching(world)
    world.builders = barriers.builders_of(world)
    for builder in world.builders:
        builder.built_km = built.get((builder.lever, builder.barrier), 0.0)
    renew_stance(world)
    world.controls.refresh(controls.refreshed_h)
    _appoint_turns(world, acted)


def _acts(world: World, lever: int) -> bool:
    times = world.controls.times[lever]
    return world.controls.levers[lever].on and times.start_h <= world.now < times.end_h


def _cancel_turns(world: World) -> None:
    """Turns of levers that still lay ahead are struck out; those of the other scenario are appointed anew."""
    queue: Any = world.env._queue
    queue[:] = [entry for entry in queue if entry[1] != Rank.LEVER]
    heapify(queue)


def _appoint_turns(world: World, acted: list[bool]) -> None:
    """Levers turn on their dates; those whose dates the branch has put behind turn at once, after the tick."""
    for lever, spec in enumerate(world.controls.levers):
        acts = _acts(world, lever)
        if spec.on:
            appoint_lever(world, lever)
        if acted[lever] and not acts:
            appoint_turn(world, lever, ENDED)
        elif acts and not acted[lever] and world.controls.times[lever].start_h < world.now:
            appoint_turn(world, lever, BEGAN)
