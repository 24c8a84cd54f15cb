"""The compiled engine as the rest sees it: a scenario, a seed and a replication in, a `RunRecord` out.

The same model as `sim.model`, event for event and to the bit, at the speed of the machine.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.errors import InvariantBroken
from sim.engines.compiled import calendar_and_log
from sim.engines.compiled.made_functions import entries, forget, is_cold, layout, summary
from sim.engines.compiled.runtime import ARRAY_FULL, BROKEN, BUDGET_SPENT, DONE, Full
from sim.engines.translate.memory import Memory
from sim.engines.translate.packing import Packed, packed
from sim.model.extensions.extended import code_of, extended
from sim.model.extensions.extension_modules import Code
from sim.model.state.world import World
from sim.record.log import COMPARTMENTS, PARTIES, SLOTS, ArrayRecord, RunRecord
from sim.scenario.schema import Scenario

EVENTS_AT_ONCE = 200_000
"""After so many events Python has its turn: Ctrl-C, progress."""
# A plan holds a scenario's arrays: those of a sweep's thousands of scenarios would fill the memory.
PLANS = 8
LOG = ("time", "kind", "group", "persons", "sector", "actor", "value", "cause", "witness")
FIRST_GUESS = {"heap": 4096, "rows": 4096, "cells": 4096, "said": 1024}
# Too small is corrected by growth or a new start, and kept in the plan; too large costs memory in each run.
FIRST_RECORDS = 512
Tick = Callable[[int, int], None]


@dataclass
class ScenarioArrays:
    """A scenario in arrays, and how much room its runs were found to need."""

    scenario: Scenario
    code: Code
    """Of the scenario's extensions."""
    packed: Packed
    sizes: dict[str, int]


_plans: OrderedDict[int, ScenarioArrays] = OrderedDict()
_lock = threading.Lock()


def simulate(
    scenario: Scenario,
    *,
    seed: int = 0,
    replication: int = 0,
    keep_rows: bool = True,
    tick: Tick | None = None,
) -> RunRecord:
    """Play a scenario out once; see `sim.model.simulate.simulate`."""
    plan = _plan(scenario)
    while True:
        memory = memory_of(plan, seed, replication, keep_rows)
        try:
            code = _play(memory, plan, tick)
            break
        except Full:
            # From the beginning, since the event that found no room has changed half of what it changes.
            # Quadrupled, so that few starts suffice.
            for name in plan.sizes:
                plan.sizes[name] *= 4
    w = memory.whole
    if code == BROKEN:
        raise InvariantBroken(
            # Faults count from 1: 0 in the record says that no law is broken.
            summary(plan.code).faults[int(w["fault"][0]) - 1],
            float(w["now"][0]),
            "compiled world",
        )
    return _record(memory, scenario, seed, replication)


def _plan(scenario: Scenario) -> ScenarioArrays:
    """The scenario in numbers, and how much room its runs were found to need."""
    # Threads of one process play at once and may ask for the same plan.
    with _lock:
        # By identity: a scenario holds dictionaries and so has no hash. The entry keeps it alive, so that its
        # id is not given to another.
        found = _plans.get(id(scenario))
        if found is None or found.scenario is not scenario:
            code = code_of(scenario)
            world = _built(scenario)  # first: it asks whether code of the scenario's own may run
            arrays = packed(layout(code), world)
            found = _plans[id(scenario)] = ScenarioArrays(scenario, code, arrays, first_sizes(scenario))
            while len(_plans) > PLANS:
                _plans.popitem(last=False)
        _plans.move_to_end(id(scenario))
        return found


def _built(scenario: Scenario) -> World:
    """Everything that is there before anybody acts, the same in every replication."""
    model = extended(scenario)
    world = model.world(scenario, seed=0, replication=0, keep_rows=False)
    model.build(world)
    return world


def first_sizes(scenario: Scenario) -> dict[str, int]:
    """A first guess at how much room a run needs: the people at the start,
    and those who come in a fortnight."""
    # A group for every four persons, with two pending events and sixteen rows: too little costs growth or a
    # new start and changes nothing.
    people = sum(stock.persons for stock in scenario.initial.values())
    people += 14 * int(sum(route.people_per_day for route in scenario.routes.values()))
    groups = 1024 + people // 4
    sizes = FIRST_GUESS | {"heap": 2 * groups + 1024, "rows": 16 * groups}
    return (
        sizes
        | dict.fromkeys(layout(code_of(scenario)).growing, FIRST_RECORDS)
        | {"T_Group": groups, "T_Ticket": groups}
    )


def memory_of(plan: ScenarioArrays, seed: int, replication: int, keep_rows: bool) -> Memory:
    """The memory of one replication."""
    scenario = plan.scenario
    n, days = len(scenario.sectors), scenario.days
    wanted = {name: len(values) for name, values in plan.packed.arrays.items()}
    for name, size in plan.sizes.items():
        wanted[name] = max(wanted.get(name, 0) + 16, size)
    # The loop counts rows all the same; none is written.
    if not keep_rows:
        wanted["rows"] = 16
    wanted |= {
        "cell_at": (n + 1) * SLOTS, "said_at": (n + 1) * SLOTS * PARTIES if scenario.parties else 1,
        "stocks": len(plan.packed.arrays["A_stock"]) * (days + 1),
    }  # fmt: skip
    # New for each run, with zeros: no trace of the replication before it.
    memory = Memory(layout(plan.code), wanted)
    for name, values in plan.packed.arrays.items():
        memory.fill(name, values)
    w = memory.whole
    for name, value in plan.packed.scalars.items():
        w[name][0] = value
    w["seed"][0], w["replication"][0], w["keep_rows"][0] = seed, replication, int(keep_rows)
    return memory


def _play(memory: Memory, plan: ScenarioArrays, tick: Tick | None) -> int:
    build, advance, finish = entries(plan.code)
    w = memory.whole
    code = int(build(w))
    if code != DONE:
        return code
    day = 0
    while True:
        code = int(advance(w, float(w["p_end_h"][0]), EVENTS_AT_ONCE))
        if tick is not None:
            while day < int(w["day"][0]):
                day += 1
                tick(day, int(w["p_days"][0]))
        if code == ARRAY_FULL:
            grow(memory, plan.sizes)
        elif code != BUDGET_SPENT:
            return int(finish(w)) if code == DONE else code


def grow(memory: Memory, sizes: dict[str, int]) -> None:
    """Give every array that is three quarters full twice its room."""
    w = memory.whole
    used = {name: "next_row" if name == "rows" else f"{name}_used" for name in calendar_and_log.GROWING}
    used |= {name: f"{name[2:]}_n" for name in memory.layout.growing}
    for name, scalar in used.items():
        if 4 * int(w[scalar][0]) > 3 * len(memory.arrays[name]):
            memory.grow(name)
            # The plan remembers the room, so that the next replication begins with it.
            sizes[name] = max(sizes[name], len(memory.arrays[name]))


def _record(memory: Memory, scenario: Scenario, seed: int, replication: int) -> RunRecord:
    """What a run leaves, in the form of both engines."""
    a, w = memory.arrays, memory.whole
    run = RunRecord(replication, seed, scenario.days, len(scenario.sectors), len(scenario.countries))
    cells, said = a["cells"][: int(w["cells_used"][0])], a["said"][: int(w["said_used"][0])]
    amounts = np.column_stack([cells[name].astype(np.float64) for name in ("rows", "persons", "value")])
    reports = np.column_stack([said[name] for name in ("key", "rows", "persons", "ascribed")])
    run.stocks = a["stocks"].reshape(scenario.days + 1, -1).tolist()
    run.person_hours = a["A_person_hours"][:COMPARTMENTS].tolist()
    run.team_hours = a["A_team_hours"][: scenario.days * len(scenario.sectors)].tolist()
    run.groups = int(w["made"][0])
    rows = a["rows"][: int(w["next_row"][0])] if w["keep_rows"][0] else None
    # Copies: a column of a record array is a view, which would keep the whole memory of the run.
    log: list[Any] = [] if rows is None else [rows[name].copy() for name in LOG]
    return ArrayRecord(run, cells["key"].copy(), amounts=amounts, reports=reports, log=log)


def compile_now(scenario: Scenario | None = None) -> None:
    """Have the loop compiled, or loaded from disk, for a scenario's extensions;
    kept code that cannot be read is compiled again."""
    code = () if scenario is None else code_of(scenario)
    try:
        _play_an_empty_day(scenario)
    # Whatever Numba raises at damaged code: it unpickles and links what it finds, and both fail in many ways.
    except Exception:
        if is_cold(code):
            raise
        forget(code)
        _play_an_empty_day(scenario)


def _play_an_empty_day(scenario: Scenario | None) -> None:
    if scenario is not None:
        plan = _plan(scenario)
        memory = memory_of(plan, 0, 0, False)  # lives as long as what points at its arrays
        build, advance, finish = entries(plan.code)
        build(memory.whole)
        # Time 0.0 and no events: only the types of arguments count for compiling.
        advance(memory.whole, 0.0, 0)
        finish(memory.whole)
        return
    # The smallest scenario that is valid: machine code depends on the layout, not on the scenario.
    day = {"title": "an empty day", "start": "2000-01-01", "end": "2000-01-02"}
    sector = {"country": "there", "length_km": 1.0, "teams": 0}
    simulate(
        Scenario.model_validate(
            {"name": "empty", "scenario": day, "countries": {"there": {}}, "sectors": {"line": sector}}
        )
    )


def loop_alone(scenario: Scenario, seed: int = 0) -> tuple[int, int, float]:
    """Events served, events pending at the half of the run,
    and CPU seconds of the loop without what is around it."""
    plan = _plan(scenario)
    # Once without the clock: it compiles, and finds how much room the scenario needs.
    simulate(scenario, seed=seed, keep_rows=False)
    build, advance, _ = entries(plan.code)
    best, pending = float("inf"), 0
    # The best of three: whatever else the machine does only ever adds time.
    for _ in range(3):
        memory = memory_of(plan, seed, 0, False)
        begun = time.process_time()
        if _play(memory, plan, None) == DONE:
            best = min(best, time.process_time() - begun)
    # Room for the whole run, since nothing answers ARRAY_FULL here.
    larger = ScenarioArrays(
        scenario, plan.code, plan.packed, {name: 4 * size for name, size in plan.sizes.items()}
    )
    half = memory_of(larger, seed, 0, False)
    build(half.whole)
    advance(half.whole, float(half.whole["p_end_h"][0]) / 2.0, 1 << 62)
    pending = int(half.whole["heap_used"][0])
    return int(memory.whole["events"][0]), pending, best
