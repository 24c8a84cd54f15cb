"""What stands where a group crosses: which barrier, and on which share of the line one stands whole."""

from __future__ import annotations

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
