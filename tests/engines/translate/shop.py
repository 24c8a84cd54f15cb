"""A machine shop, to show that the translator knows nothing of borders: machines break down and are repaired.

A repairer has one machine in hand at a time; others wait for it, the oldest breakdown first.
"""

from __future__ import annotations

from collections.abc import Generator
from enum import IntEnum
from typing import Any, ClassVar

from sim.foundation.records import Engine, record


class Why(IntEnum):
    """What ends a wait: its time, or the repairer who comes free."""

    DUE = 0
    REPAIRER_CAME = 1


@record
class Machine:
    """It runs for a time, breaks down, and waits for the repairer."""

    rank: ClassVar[int] = 1
    key: int = 0
    turn: int = 0
    running_h: float = 0.0
    broken_since: float = 0.0
    idle_h: float = 0.0
    breakdowns: int = 0
    next_broken: Machine | None = None
    process: Engine = None


class Numbers:
    """Parameters."""

    repair_h: float
    end_h: float


class Shop:
    """What is there during a run."""

    params: Numbers
    machines: list[Machine]
    is_repairing: bool
    first_broken: Machine | None
    last_broken: Machine | None
    repaired: int

    now: Engine
    wait: Engine
    stand_by: Engine
    begin: Engine
    take: Engine


Day = Generator[Any, Why, None]


def open_shop(shop: Shop) -> None:
    """Every machine begins to run."""
    for machine in shop.machines:
        shop.begin(machine, run)


def run(shop: Shop, machine: Machine) -> Day:
    """The day of a machine."""
    while True:
        yield shop.wait(machine, machine.running_h)
        machine.breakdowns += 1
        broken_h = shop.now
        if shop.is_repairing:
            join_line(shop, machine)
            yield shop.stand_by(machine, Why.REPAIRER_CAME)
        shop.is_repairing = True
        yield shop.wait(machine, shop.params.repair_h)
        machine.idle_h += shop.now - broken_h
        shop.repaired += 1
        shop.is_repairing = False
        call_next(shop)


def join_line(shop: Shop, machine: Machine) -> None:
    """The machine waits behind those that broke down before it."""
    if shop.first_broken is None:
        shop.first_broken = machine
    else:
        shop.last_broken.next_broken = machine
    shop.last_broken = machine


def call_next(shop: Shop) -> None:
    """The repairer goes to the machine that has waited longest."""
    machine = shop.first_broken
    if machine is not None:
        shop.first_broken = machine.next_broken
        machine.next_broken = None
        shop.take(machine, Why.REPAIRER_CAME)
