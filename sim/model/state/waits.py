"""The one way to wait: an appointment, ordered by (time, rank, entity, occasion) and never by creation.

Events of one instant are served by rank, then by the entity's key, then by its own count. SimPy's
`a | b`, `interrupt` and resources are not used: ties would go by creation order there.
"""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappush
from typing import Any

from simpy import Environment, Event, Process

from sim.core.event_order import Why

__all__ = ["BEGIN", "TAKEN", "Act", "Appointment", "Life", "Taken"]


class Appointment(Event):
    """An event at a time of its own choosing; void once its waiter has been taken elsewhere."""

    def __init__(self, env: Environment, time_h: float, *, rank: int, entity: int, occasion: int) -> None:
        self.env = env
        self.callbacks = []
        self._value = Why.DUE
        self._ok = True
        queue: Any = env._queue
        heappush(queue, (time_h, rank, (entity, occasion), self))


class Act(Appointment):
    """An appointment of nobody who waits: something is done to somebody at a time."""

    def __init__(
        self,
        env: Environment,
        time_h: float,
        *,
        rank: int,
        entity: int,
        occasion: int,
        act: Any,
        world: Any,
        of: Any,
    ) -> None:
        super().__init__(env, time_h, rank=rank, entity=entity, occasion=occasion)
        self.callbacks = [_perform]
        self.act, self.world, self.of, self.occasion = act, world, of, occasion


def _perform(act: Act) -> None:
    act.act(act.world, act.of, act.occasion)


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
