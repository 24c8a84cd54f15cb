"""Branch a world at a midnight: the past is shared to the bit, from then on another scenario's values hold.

What is there stays: people and what they have decided, kilometres built, teams out, news, the posture.
What the other scenario says counts from the next time it is read: controls and levers at that midnight,
a duration or a share when it is next drawn. A lever can be switched off or moved,
and one that did not act can begin.
"""

from __future__ import annotations

from heapq import heapify
from typing import Any

from sim.core.errors import UsageError
from sim.core.event_order import Rank
from sim.core.units import HOURS_PER_DAY
from sim.model.border.transit_state import hear_sanctions, renew_stance
from sim.model.calendar import BEGAN, ENDED, appoint_lever, turn_lever
from sim.model.extensions.extended import extended
from sim.model.initial_state import read_levers, read_scenario
from sim.model.simulate import Tick, build, finish, play
from sim.model.state.control_values import refresh
from sim.model.state.entities import Builder, LeverState, Watch
from sim.model.state.world import World
from sim.record.log import RunRecord
from sim.scenario.params import Params
from sim.scenario.schema import Scenario

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
    world = build(before, seed=seed, replication=replication, keep_rows=keep_rows)
    play(world, HOURS_PER_DAY * at_day, tick)
    extended(after).rebase(world, after)
    play(world, world.params.end_h, tick)
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
    if before.extensions != after.extensions:
        raise UsageError("a branch cannot change [extensions]: the world is made of them")
    for name, country in before.countries.items():
        if country.reception.removal_flight_days != after.countries[name].reception.removal_flight_days:
            raise UsageError(f"a branch cannot change countries.{name}.reception.removal_flight_days")


def rebase(world: World, after: Scenario) -> None:
    """From now on the world reads another scenario; called at a midnight, before its tick.

    Controls are computed as of the last time they were, since the tick works with those of the day that
    ends; the tick itself then computes those of the new day.
    """
    before, levers, refreshed_h = world.scenario, world.levers, world.refreshed_h
    builders, watches, watch_days = world.builders, world.watches, world.watch_days
    acted = [_acts(world, lever) for lever in levers]
    _cancel_turns(world)
    world.scenario, world.params = after, Params(after)
    read_scenario(world)
    read_levers(world)
    _keep_levers(world, before, levers)
    _keep_counts(world, before, watches, watch_days)
    _keep_built(world, builders)
    hear_sanctions(world)
    renew_stance(world)
    refresh(world, refreshed_h)
    _appoint_turns(world, acted)


def _keep_levers(world: World, before: Scenario, levers: list[LeverState]) -> None:
    """A lever's latest row is still its latest; one with the same trigger stands as it stood."""
    specs = zip(before.levers.values(), world.scenario.levers.values(), strict=True)
    for lever, old, (was, spec) in zip(world.levers, levers, specs, strict=True):
        lever.row = old.row
        if spec.trigger is not None and spec.trigger == was.trigger:
            lever.announced_h, lever.start_h, lever.end_h = old.announced_h, old.start_h, old.end_h
            lever.ramp_h, lever.strength = old.ramp_h, old.strength


def _keep_counts(world: World, before: Scenario, watches: list[Watch], watch_days: list[list[float]]) -> None:
    """Triggers that are the same keep what their party has counted."""
    known = {watch.lever.index: watch_days[watch.index] for watch in watches}
    was, now = list(before.levers.values()), list(world.scenario.levers.values())
    for watch in world.watches:
        lever = watch.lever.index
        if lever in known and was[lever].trigger == now[lever].trigger:
            world.watch_days[watch.index] = known[lever]


def _keep_built(world: World, builders: list[Builder]) -> None:
    """What a lever has built counts toward the length at which it stops."""
    built = {(b.lever.index, b.barrier): b.built_km for b in builders}
    for builder in world.builders:
        builder.built_km = built.get((builder.lever.index, builder.barrier), 0.0)


def _acts(world: World, lever: LeverState) -> bool:
    return lever.is_on and lever.start_h <= world.now < lever.end_h


def _cancel_turns(world: World) -> None:
    """Turns of levers that still lay ahead are struck out; those of the other scenario are appointed anew."""
    queue: Any = world.env._queue
    queue[:] = [entry for entry in queue if entry[1] != Rank.LEVER]
    heapify(queue)


def _appoint_turns(world: World, acted: list[bool]) -> None:
    """Levers turn on their dates; those whose dates the branch has put behind turn at once,
    after the tick."""
    for lever in world.levers:
        acts = _acts(world, lever)
        if lever.is_on:
            appoint_lever(world, lever)
        if acted[lever.index] and not acts:
            world.at(world.now, Rank.LEVER, lever.index, ENDED, turn_lever, lever)
        elif acts and not acted[lever.index] and lever.start_h < world.now:
            world.at(world.now, Rank.LEVER, lever.index, BEGAN, turn_lever, lever)
