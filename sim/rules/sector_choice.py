"""Where people go: a multinomial logit over sectors, drawn by the Gumbel-max trick."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.core.distributions import safe_exp


class ChoiceWeights(NamedTuple):
    """The weights of a scenario in the choice of a sector, each per unit of what it weighs."""

    access: float
    success: float
    barrier: float
    distance: float
    wish: float


def sector_weight(
    length_km: float, access: float, perceived: float, barrier: float, distance_km: float, wish: float,
    constant: float,
    weights: ChoiceWeights,
) -> float:  # fmt: skip
    """The logit weight of a sector: exp(ln length + access + success - barrier - ln
    distance + wish + constant).

    Length enters as its logarithm, so that cutting a sector in two changes nothing.

    Units: km, shares, and weights per unit of each; result a relative weight. Range: length above 0, shares 0
    to 1, weights 0 to 10, access and constant any; result 0 and up. Source: logit; barrier Feigenberg 2020,
    distance Allen, Dobbin and Morten. Status: barrier and distance estimated, others assumed.

    >>> round(sector_weight(20.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, ChoiceWeights(1.0, 0.0, 0.0, 0.0, 0.0)), 9)
    20.0
    """
    utility = (
        math.log(max(length_km, 1e-9))
        + weights.access * access
        + weights.success * perceived
        - weights.barrier * barrier
        # Less than a kilometre counts as one: the logarithm would favour a near sector without bound.
        - weights.distance * math.log(max(distance_km, 1.0))
        + weights.wish * wish
        + constant
    )
    return safe_exp(utility)


def race_key(u: float, weight: float) -> float:
    """A sector's arrival in an exponential race: the smallest wins with probability weight / sum of weights.

    Units: u a uniform, weight relative; result in time units of the race. Range: u in (0, 1), weight 0 and
    up; infinite at weight 0. Source: exponential race, the Gumbel-max trick with one logarithm fewer: argmin
    E / w has the law of argmax (ln w + Gumbel). Status: definition.

    >>> race_key(0.5, 0.0)
    inf
    """
    # Never chosen, and no division by 0.
    if weight <= 0.0:
        return math.inf
    return -math.log(u) / weight
