"""The posture of the transit state: what sanctions and talks do to it, and what it means at the line."""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.distributions import safe_exp


def posture_target(base: float, gain: float, pressure: float, relief: float, limit: float) -> float:
    """Where the posture is heading: base, plus the answer to sanctions pressure, minus what talks take off.

    0 cooperative, 1/3 indifferent, 2/3 facilitating, 1 coercive.

    Units: posture 0 to 1, gain of it per unit of pressure, relief of it; result posture. Range: 0
    and up; result 0 to `limit`. Source: the model's own design. Status: assumed.

    >>> posture_target(0.25, 0.5, 1.0, 0.25, 1.0)
    0.5
    """
    return max(0.0, min(limit, base + gain * pressure - relief))


def posture_step(posture: float, target: float, days: float, relaxation_days: float) -> float:
    """The posture some days later: it moves to its target by 63 % in the relaxation time.

    Units: posture, days; result posture. Range: posture 0 to 1, days 0 and up, relaxation above 0. Source:
    exponential approach, so that two half days are one day. Status: assumed.

    >>> posture_step(0.5, 0.5, 1.0, 7.0)
    0.5
    """
    return posture + (target - posture) * (1.0 - safe_exp(-days / max(relaxation_days, 1e-6)))


def between(posture: float, points: Sequence[float], values: Sequence[float], count: int) -> float:
    """A stance control at a posture, linear between the presets; `points` rise from 0 to 1.

    Units: postures; values as the control has them. Range: posture 0 to 1; `count` of points, which rise from
    0 to 1. Source: linear interpolation. Status: presets assumed or estimated
    (sim.scenario.levers.lever_kinds).

    >>> between(0.5, (0.0, 1.0), (0.0, 3.0), 2)
    1.5
    """
    if posture <= points[0]:
        return values[0]
    for i in range(1, count):
        if posture <= points[i]:
            return values[i - 1] + (posture - points[i - 1]) / (points[i] - points[i - 1]) * (
                values[i] - values[i - 1]
            )
    return values[count - 1]
