"""After a failed attempt: with which chance a group tries again."""

from __future__ import annotations


def chance_to_try_again(
    first: float,
    fall: float,
    attempts: int,
    hardship_weight: float,
    reserve: float,
    offer_weight: float,
    offered: float,
) -> float:
    """The chance of another try after so many failed ones: falls with attempts,
    hardship and offers to go home.

    `offered` is 1 while flights home exist.

    Units: shares, attempts, shares lost per unit; result a share of groups. Range: 0 to 1, attempts 1 and up;
    result 0 to 1. Source: repeated trials, Espenshade 1990, Massey and Singer 1995 (there without a fall).
    Status: first try and fall estimated (throw-away fit), the rest assumed.

    >>> round(chance_to_try_again(0.95, 0.09, 3, 0.0, 1.0, 0.2, 0.0), 2)
    0.77
    """
    chance = first - fall * (attempts - 1) - hardship_weight * (1.0 - reserve) - offer_weight * offered
    return max(0.0, min(1.0, chance))
