"""How a lever's ramp and strength turn into the value of a control (the model's own design)."""

from __future__ import annotations

import math


def ramp_at(time_h: float, start_h: float, end_h: float, ramp_h: float) -> float:
    """How far a lever is in force, from 0 to 1: half-open, linear over its ramp, over at its end.

    Units: hours since the start of the run; result a share. Range: hours any, ramp 0 and up; result 0 to 1.
    Source: the model's own design. Status: definition.

    >>> ramp_at(36.0, 24.0, 100.0, 24.0), ramp_at(100.0, 24.0, 100.0, 24.0)
    (0.5, 0.0)
    """
    if time_h < start_h or time_h >= end_h:
        return 0.0
    if ramp_h <= 0.0:
        return 1.0
    return min(1.0, (time_h - start_h) / ramp_h)


def mean_ramp(from_h: float, to_h: float, start_h: float, end_h: float, ramp_h: float) -> float:
    """How far a lever was in force on average over a stretch of time: the mean of `ramp_at`, exact.

    Units: hours since the start of the run; result a share. Range: to_h above from_h, ramp 0 and up;
    result 0 to 1. Source: the integral of the ramp. Status: definition.

    >>> mean_ramp(0.0, 24.0, 6.0, 100.0, 0.0), mean_ramp(0.0, 24.0, 0.0, 100.0, 24.0)
    (0.75, 0.5)
    """
    begins, ends = max(from_h, start_h), min(to_h, end_h)
    if begins >= ends:
        return 0.0
    rising = 0.0
    if ramp_h > 0.0:
        short = max(0.0, ramp_h - (begins - start_h))
        left = max(0.0, ramp_h - (ends - start_h))
        # What the ramp lacks to the full degree: the triangle above it, between the two times.
        rising = (short * short - left * left) / (2.0 * ramp_h)
    return (ends - begins - rising) / (to_h - from_h)


def blend(current: float, target: float, degree: float) -> float:
    """A `set` lever at some degree (ramp x strength): moves from what it replaces to its size.

    Units: those of the control; degree a share. Range: any; degree 0 to 1. Source: the model's own design,
    `set`. Status: definition.

    >>> blend(2.0, 6.0, 0.25)
    3.0
    """
    # Exactly the size: current + (target - current) may miss it by a rounding.
    if degree >= 1.0:
        return target
    return current + degree * (target - current)


def scaling(size: float, degree: float) -> float:
    """A `scale` lever at some degree (ramp x strength): the factor exp(degree log size).

    A size of 0 at a degree above 0 is a full stop in proportion: 1 - degree.

    Units: factor; degree a share. Range: size 0 and up, degree 0 to 1; result 0 and up. Source: DESIGN
    section 5, `scale`. Status: definition.

    >>> scaling(4.0, 0.5)
    2.0
    """
    if degree <= 0.0:
        return 1.0
    if size <= 0.0:
        # The logarithm of 0 has no part: a scale to nothing takes away in proportion.
        return max(0.0, 1.0 - degree)
    if degree >= 1.0:
        return size
    return math.exp(degree * math.log(size))


def clip(value: float, low: float, high: float) -> float:
    """The value held in its range.

    Units: those of the control. Range: any, low at most high; result low to high. Source:
    the model's own design. Status: definition.

    >>> clip(1.5, 0.0, 1.0)
    1.0
    """
    return max(low, min(high, value))
