"""The one way to wait: an appointment, ordered by (time, rank, entity, occasion) and never by creation.

Events of one instant are served by rank, then by the entity's key, then by its own count. SimPy's
`a | b`, `interrupt` and resources are not used: ties would go by creation order there.
"""

from __future__ import annotations

from collections.abc import Generator
from enum import IntEnum
from heapq import heappush
from typing import Any

from simpy import Environment, Event, Process


class Rank(IntEnum):
    """Which kind of event is served first at an instant. The midnight tick precedes everything else."""

    MIDNIGHT = 10
    LEVER = 11
    SHIFT = 12
    ANSWER = 13
    TEAMS_BACK = 20
    COLUMN = 30
    STANDOFF = 40
    HARM = 50
    GROUP = 60
    ARRIVAL = 61


class Why(IntEnum):
    """What ended a wait: the time that was waited for, or somebody who took the group first."""

    DUE = 0
    TEAMS_SENT = 1
    JOINS_COLUMN = 2
    ENTERS_SITE = 3
    SEAT_HOME = 4
    DIVERTED = 5
    SITE_CLOSED = 6
    DRIVEN = 7
    DISPERSED = 8
    BROKE_THROUGH = 9
    SEAT_ON_REMOVAL = 10
    REINFORCED = 11
    MEMBERS_LEFT = 12


class Appointment(Event):
    """An event at a time of its own choosing; void once its waiter has been taken elsewhere."""

    def __init__(
        self, env: Environment, time_h: float, rank: int, entity: int, occasion: int, value: Any = Why.DUE
    ) -> None:
        self.env = env
        self.callbacks = []
        self._value = value
        self._ok = True
        queue: Any = env._queue
        heappush(queue, (time_h, rank, (entity, occasion), self))


class Taken(Event):
    """What a process is resumed with at once, when another actor takes it out of its wait."""

    def __init__(self, why: Why | None) -> None:
        self._value = why
        self._ok = True


TAKEN = {why: Taken(why) for why in Why}
BEGIN = Taken(None)


class Life(Process):
    """A process that begins inside the call that makes it, so that nothing waits a zero delay."""

    def __init__(self, env: Environment, generator: Generator[Event, Any, Any]) -> None:
        self.env = env
        self.callbacks = []
        self._generator = generator
        self._target: Any = None

    def begin(self) -> None:
        """Run the process to its first wait."""
        self._resume(BEGIN)
