"""The crossing itself: what barrier is met, how long it takes, what it does to bodies."""

from __future__ import annotations

import math

NO_BARRIER, COIL, FENCE, WALL = 0, 1, 2, 3


def barrier_met(u: float, wall: float, fence: float, coil: float) -> int:
    """Which barrier stands where a group crosses; shares of the sector's length, the strongest first.

    Units: u a uniform, shares of the sector's length; result a barrier's number. Range: u in (0, 1); shares 0
    to 1 and not above 1 in sum. Source: where people cross is taken even over the sector's length. Status:
    assumed.

    >>> barrier_met(0.1, 0.2, 0.5, 0.0), barrier_met(0.9, 0.2, 0.5, 0.0)
    (3, 0)
    """
    # The strongest first: where shares exceed one in sum, the weakest gives way.
    if u < wall:
        return WALL
    if u < wall + fence:
        return FENCE
    if u < wall + fence + coil:
        return COIL
    return NO_BARRIER


def standing_share(built_km: float, cut_km: float, length_km: float) -> float:
    """The share of a sector's length where a barrier stands whole.

    Units: km; result a share of the sector's length. Range: 0 and up; result 0 to 1. Source: share of a
    length. Status: definition.

    >>> standing_share(10.0, 1.0, 20.0)
    0.45
    """
    return max(0.0, min(1.0, (built_km - cut_km) / max(length_km, 1e-9)))


def zone_hours(depth_km: float, speed_kmh: float) -> float:
    """Hours a group needs to leave the border zone on foot.

    Units: km, km/h; result hours. Range: 0 and up. Source: distance over speed. Status: definition; the speed
    is estimated.

    >>> zone_hours(3.0, 1.5)
    2.0
    """
    return depth_km / max(speed_kmh, 1e-6)


def teams_needed(persons: int, persons_per_team: float) -> int:
    """Teams a call names: enough to hold everybody.

    Units: persons, persons a team can hold; result teams. Range: persons 0 and up, a team's hold above 0;
    result 1 and up. Source: the model's own design, reaction. Status: form assumed, a team's hold assumed.

    >>> teams_needed(21, 10.0)
    3
    """
    return max(1, int(math.ceil(persons / max(persons_per_team, 1e-6))))


def persons_held(persons: int, teams: int, persons_per_team: float) -> int:
    """How many of a group these teams can hold: with too few teams only a part.

    Units: persons, teams, persons a team can hold; result persons. Range: 0 and up; result 0 to `persons`.
    Source: the model's own design: with too few teams only a part is held. Status: assumed.

    >>> persons_held(25, 2, 10.0)
    20
    """
    # The product may come out just below the whole number that it is.
    return max(0, min(persons, int(math.floor(teams * persons_per_team + 1e-9))))
