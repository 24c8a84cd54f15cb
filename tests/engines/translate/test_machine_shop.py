"""A model that is no border, translated and run: what SimPy's generators do, the made functions do, to the bit."""

from __future__ import annotations

import ast
import math
from heapq import heappop, heappush
from types import SimpleNamespace
from typing import Any

import numpy as np
import simpy
from hypothesis import given
from hypothesis import strategies as st

from sim.engines.translate.glue import glue, numbers_of_events
from sim.engines.translate.kinds import FLOAT
from sim.engines.translate.layout import F, Layout, places_of_values
from sim.engines.translate.machines import prove_no_circle, translated
from sim.engines.translate.memory import Memory, view_of
from sim.engines.translate.packing import packed
from sim.engines.translate.program import Port, Program
from tests.engines.translate import shop as model
from tests.engines.translate.shop import Machine, Why, open_shop

PROGRAM = Program(
    modules=(model,), roots=(open_shop,), world=model.Shop, ports={"now": Port("", (), FLOAT)}, rules=(), stages={},
    params=("params", model.Numbers),
)  # fmt: skip
Told = tuple[list[tuple[int, float]], int]
"""Breakdowns and idle hours of each machine, and repairs in all."""


def furnished(running: list[float], repair_h: float, end_h: float) -> Any:
    """The shop before it opens."""
    machines = [Machine(key=i, running_h=hours) for i, hours in enumerate(running)]
    return SimpleNamespace(
        params=SimpleNamespace(repair_h=repair_h, end_h=end_h), machines=machines, is_repairing=False, first_broken=None,
        last_broken=None, repaired=0,
    )  # fmt: skip


def told(machines: Any, repaired: Any) -> Told:
    return [(int(m.breakdowns), float(m.idle_h)) for m in machines], int(repaired)


class SimPyShop:
    """The shop with SimPy's own events."""

    def __init__(self, world: Any) -> None:
        self.__dict__.update(vars(world))
        self.env = simpy.Environment()
        self.waiting: dict[int, simpy.Event] = {}

    @property
    def now(self) -> float:
        return float(self.env.now)

    def wait(self, _: Machine, hours: float) -> simpy.Event:
        return self.env.timeout(hours, Why.DUE)

    def stand_by(self, machine: Machine, *_: Why) -> simpy.Event:
        self.waiting[machine.key] = self.env.event()
        return self.waiting[machine.key]

    def take(self, machine: Machine, why: Why) -> None:
        self.waiting[machine.key].succeed(why)

    def begin(self, machine: Machine, process: Any) -> None:
        self.env.process(process(self, machine))


def by_simpy(running: list[float], repair_h: float, end_h: float) -> Told:
    world: Any = SimPyShop(furnished(running, repair_h, end_h))
    open_shop(world)
    world.env.run(until=end_h)
    return told(world.machines, world.repaired)


def by_made_functions(running: list[float], repair_h: float, end_h: float) -> Told:
    """The translator's functions, over its memory, with a heap of events: what an engine adds is here in full."""
    read, code = translated(PROGRAM)
    between = glue(read, code)
    prove_no_circle(code, set(code.functions) | set(code.calls))
    layout = Layout(PROGRAM, code.frames, frozenset(read.made), {}, [("now", F)])
    heap: list[tuple[float, int, int, int, int, int]] = []

    def appoint(_: Any, time_h: float, rank: int, what: int, entity: int, occasion: int, slot: int) -> None:
        heappush(heap, (time_h, rank, int(entity), occasion, what, slot))

    names: dict[str, Any] = {"math": math, "np": np, "appoint": appoint, "WAITING": -2, "fail": None}
    names |= {name: _array(name, view_of(dtype)) for name, dtype in layout.arrays.items()}
    names |= numbers_of_events(code) | places_of_values(layout)
    names |= {f"W_{text}": wait.number for text, wait in code.waits.items()} | dict(code.constants)
    exec(compile(between, "<glue>", "exec"), names)
    for tree, path in code.functions.values():
        exec(compile(ast.fix_missing_locations(ast.Module([tree], [])), path, "exec"), names)
    whole = packed(layout, furnished(running, repair_h, end_h))
    memory = Memory(layout, {name: len(values) + 1 for name, values in whole.arrays.items()})
    for name, values in whole.arrays.items():
        memory.fill(name, values)
    for name, value in whole.scalars.items():
        memory.whole[name][0] = value
    world = memory.whole[0]
    names["shop__open_shop"](world)
    while heap and heap[0][0] < end_h:
        world.now, _, entity, occasion, what, slot = heappop(heap)
        names["serve"](world, what, slot, entity, occasion)
    return told(memory.arrays["T_Machine"][: len(running)], world.repaired)


def _array(name: str, view: Any) -> Any:
    return lambda world: view(world[f"{name}_at"], world[f"{name}_room"])


def test_two_machines_and_one_repairer_by_hand() -> None:
    """Both break down at 10: the second waits until 14 and is repaired at 18; the first breaks down again at 24."""
    assert (
        by_simpy([10.0, 10.0], 4.0, 27.0)
        == by_made_functions([10.0, 10.0], 4.0, 27.0)
        == ([(2, 4.0), (1, 8.0)], 2)
    )


@given(
    st.lists(st.floats(0.1, 9.0), min_size=1, max_size=5, unique=True).map(
        lambda hours: [h * math.pi for h in hours]
    ),
    st.floats(0.3, 4.0),
)
def test_any_shop_is_the_same_translated(running: list[float], repair_h: float) -> None:
    assert by_simpy(running, repair_h, 200.0) == by_made_functions(running, repair_h, 200.0)
