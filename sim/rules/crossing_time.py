"""How long people need on foot through the border zone; the time at the line itself is drawn from a law."""

from __future__ import annotations


def zone_hours(depth_km: float, speed_kmh: float) -> float:
    """Hours a group needs to leave the border zone on foot.

    Units: km, km/h; result hours. Range: 0 and up. Source: distance over speed. Status: definition; the speed
    is estimated.

    >>> zone_hours(3.0, 1.5)
    2.0
    """
    return depth_km / max(speed_kmh, 1e-6)
