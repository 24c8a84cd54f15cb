"""Candidates of a route, made anew from their addresses: who would come on a day at a rate."""

from __future__ import annotations

import itertools
import math

from sim.core.random_streams import Draw, entity_luck, key_of, key_of_name, uniform
from sim.record.events import Kind
from sim.record.log import RunRecord

HEIGHT = 6.0
"""Groups per day of a strip."""
SEED = 4


def came(run: RunRecord) -> dict[int, float]:
    """Keys of the groups that arrived, and when."""
    arrivals = [row for row in run.rows if row[2] == Kind.ARRIVED]
    assert len({row[3] for row in arrivals}) == len(arrivals), "nobody comes twice"
    return {row[3]: row[1] for row in arrivals}


def under(day: int, rate: float, since_h: float = 0.0, until_h: float = 24.0) -> dict[int, float]:
    """Candidates of a day who lie under a rate (groups per day) in a stretch of its hours,
    and when they come."""
    found = {}
    for strip in range(math.ceil(rate / HEIGHT)):
        key = key_of(key_of_name("route way"), strip, day)
        luck = entity_luck(SEED, 0, key)
        hours = 0.0
        for n in itertools.count():
            hours -= math.log(uniform(luck, Draw.ARRIVAL_GAP, n)) * 24.0 / HEIGHT
            if hours >= 24.0:
                break
            level = (strip + uniform(luck, Draw.ARRIVAL_MARK, n)) * HEIGHT
            if level < rate and since_h <= hours < until_h:
                found[key_of(key, n)] = 24.0 * day + hours
    return found


def expected(rates: list[float]) -> dict[int, float]:
    """Who comes at so many groups per day, day by day."""
    return {key: at for day, rate in enumerate(rates) for key, at in under(day, rate).items()}
