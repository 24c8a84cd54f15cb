"""From where to where a slider goes, and in which steps: legal values around the scenario's own."""

from __future__ import annotations

import math
from typing import NamedTuple

STEPS = 100
TWICE = 2.0


class SliderRange(NamedTuple):
    """Both ends of a slider, and its step."""

    low: float
    high: float
    step: float


def range_around(value: float, low: float | None, high: float | None, *, whole: bool) -> SliderRange:
    """The legal range where it is a share, else from nought (or its legal end) to twice the value.

    >>> range_around(0.9, 0.0, 1.0, whole=False)
    SliderRange(low=0.0, high=1.0, step=0.01)
    >>> range_around(250, 1, 100_000, whole=True)
    SliderRange(low=1.0, high=500.0, step=1.0)
    """
    least = -math.inf if low is None else low
    most = math.inf if high is None else high
    # A share is meant over its whole range; of other bounds most are far from any value in use.
    if (least, most) == (0.0, 1.0):
        return SliderRange(0.0, 1.0, 1.0 / STEPS)
    # Twice 0 is 0: such a slider goes to 1, or to the legal end below it.
    reach = TWICE * abs(value) or min(most, 1.0) or 1.0
    below = max(least, -reach if value < 0.0 else 0.0 if least <= 0.0 else least)
    above = max(min(most, reach), below + (1.0 if whole else 0.0), value)
    return SliderRange(float(below), float(above), _step(above - below, whole=whole))


def _step(width: float, *, whole: bool) -> float:
    """A round step that makes at least a hundred of the width; whole numbers go by ones."""
    if whole or width <= 0.0:
        return 1.0
    return float(f"1e{math.floor(math.log10(width / STEPS))}")
