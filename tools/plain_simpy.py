"""What a modeller would write in an afternoon: bare SimPy, to measure the engine against.

Neither is part of the model. `timeouts` is the most that SimPy alone can do; `tutorial_post` is a post
as the SimPy documentation would build it: one process a group, one resource, a sequence of random numbers.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

from simpy import Environment, Event, Resource


def timeouts(processes: int, events: int) -> int:
    """A loop of random timeouts with so many live processes; the events that were served."""
    env = Environment()
    luck = random.Random(1)

    def wait() -> Generator[Event, Any, None]:
        while True:
            yield env.timeout(luck.random())

    for _ in range(processes):
        env.process(wait())
    for _ in range(events):
        env.step()
    return events


def tutorial_post(
    hours: float, *, groups_per_h: float, teams: int, hold_h: float, response_h: float, seed: int = 1
) -> list[tuple[float, str, int]]:
    """A post as a queue, as a tutorial has it: groups arrive, ask for a team, are held, and go;
    one row an event."""
    env = Environment()
    luck = random.Random(seed)
    post = Resource(env, capacity=teams)
    rows: list[tuple[float, str, int]] = []

    def group(name: int) -> Generator[Event, Any, None]:
        rows.append((env.now, "attempt", name))
        with post.request() as team:
            yield team
            rows.append((env.now, "team sent", name))
            yield env.timeout(luck.expovariate(1.0 / response_h))
            rows.append((env.now, "prevented", name))
            yield env.timeout(luck.expovariate(1.0 / hold_h))
            rows.append((env.now, "team back", name))

    def arrivals() -> Generator[Event, Any, None]:
        name = 0
        while True:
            yield env.timeout(luck.expovariate(groups_per_h))
            name += 1
            env.process(group(name))

    env.process(arrivals())
    env.run(until=hours)
    return rows
