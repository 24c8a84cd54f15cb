"""The compiled engine as the rest sees it: a scenario, a seed and a replication in, a `RunRecord` out.

The same model as `sim.model`, event for event and to the bit, at the speed of the machine.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from sim.core.errors import InvariantBroken
from sim.record.log import COMPARTMENTS, ArrayRecord, RunRecord
from sim.scenario.schema import Scenario
from tests.twin import loop
from tests.twin.acts import (
    ARRAY_FULL,
    BROKEN,
    BUDGET_SPENT,
    DONE,
    NEVER_BELOW_NOUGHT,
    NOBODY_LOST,
    TOO_SMALL,
)
from tests.twin.furnish import Plan, first_sizes, furnish, plan_of
from tests.twin.memory import GROWING, Memory

EVENTS_AT_ONCE = 200_000
"""After so many events Python has its turn: Ctrl-C, progress."""
PLANS = 8
LOG = ("time", "kind", "group", "persons", "sector", "actor", "value", "cause", "witness")
FAULTS = {
    NOBODY_LOST: "people are not conserved",
    NEVER_BELOW_NOUGHT: "no compartment holds fewer than nobody",
}
Tick = Callable[[int, int], None]

_plans: OrderedDict[int, tuple[Plan, dict[str, int]]] = OrderedDict()
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
    plan, sizes = _plan(scenario)
    while True:
        memory = furnish(plan, seed, replication, keep_rows, sizes)
        code = _play(memory, sizes, tick)
        if code != TOO_SMALL:
            break
        for name in GROWING:
            sizes[name] *= 4
    if code == BROKEN:
        w = memory.whole
        raise InvariantBroken(
            FAULTS.get(int(w["fault"][0]), "a law of the model is broken"),
            float(w["now"][0]),
            "compiled world",
        )
    return _record(memory, scenario, seed, replication)


def _plan(scenario: Scenario) -> tuple[Plan, dict[str, int]]:
    """The scenario in numbers, and how much room its runs were found to need."""
    with _lock:
        found = _plans.get(id(scenario))
        if found is None or found[0].scenario is not scenario:
            found = _plans[id(scenario)] = (plan_of(scenario), first_sizes(scenario))
            while len(_plans) > PLANS:
                _plans.popitem(last=False)
        _plans.move_to_end(id(scenario))
        return found


def _play(memory: Memory, sizes: dict[str, int], tick: Tick | None) -> int:
    build, advance, finish = loop.run_build, loop.run_advance, loop.run_finish
    w = memory.whole
    code = int(build(w))
    if code != DONE:
        return code
    day = 0
    while True:
        code = int(advance(w, float(w["end_h"][0]), EVENTS_AT_ONCE))
        if tick is not None:
            while day < int(w["day"][0]):
                day += 1
                tick(day, int(w["days"][0]))
        if code == ARRAY_FULL:
            grow(memory, sizes)
        elif code != BUDGET_SPENT:
            return int(finish(w)) if code == DONE else code


def grow(memory: Memory, sizes: dict[str, int]) -> None:
    """Give every array that is three quarters full twice its room."""
    w = memory.whole
    for name in GROWING:
        used = int(w["next_row" if name == "rows" else f"{name}_used"][0])
        if 4 * used > 3 * len(memory.arrays[name]):
            memory.grow(name)
            sizes[name] = max(sizes[name], len(memory.arrays[name]))
            if name == "calls":
                memory.grow("part_lender")
                memory.grow("part_teams")
            if name == "groups":
                memory.grow("scratch")
                memory.grow("scratch_keys")


def _record(memory: Memory, scenario: Scenario, seed: int, replication: int) -> RunRecord:
    """What a run leaves, in the form of both engines."""
    a, w = memory.arrays, memory.whole
    run = RunRecord(replication, seed, scenario.days, len(scenario.sectors), len(scenario.countries))
    cells, said = a["cells"][: int(w["cells_used"][0])], a["said"][: int(w["said_used"][0])]
    amounts = np.column_stack([cells[name].astype(np.float64) for name in ("rows", "persons", "value")])
    reports = np.column_stack([said[name] for name in ("key", "rows", "persons", "ascribed")])
    run.stocks = a["stocks"].reshape(scenario.days + 1, -1).tolist()
    run.person_hours = a["person_hours"][:COMPARTMENTS].tolist()
    run.team_hours = a["team_hours"][: scenario.days * len(scenario.sectors)].tolist()
    run.groups = int(w["made"][0])
    rows = a["rows"][: int(w["next_row"][0])] if w["keep_rows"][0] else None
    log = [] if rows is None else [rows[name].copy() for name in LOG]
    return ArrayRecord(run, cells["key"].copy(), amounts=amounts, reports=reports, log=log)
