"""What is decided about people who were stopped, and how crowded centres slow procedures."""

from __future__ import annotations


def chance_of_care(
    base: float, minors_weight: float, share_minors: float, rise: float, reserve: float
) -> float:
    """The chance that one of a group is admitted for medical care; rises as the health reserve falls,
    and with the minors in it.

    Units: shares, `minors_weight` a multiple of the base for a group of minors alone;
    result the chance for one group. Range: 0 to 1, weight 0 and up. Source: the model's own design: care is a
    way to be admitted. Status: assumed.

    >>> chance_of_care(0.01, 1.0, 0.5, 0.1, 1.0)
    0.015
    """
    return max(0.0, min(1.0, base * (1.0 + minors_weight * share_minors) + rise * (1.0 - reserve)))


def crowding_factor(persons: int, places: int, weight: float) -> float:
    """How much longer procedures take in centres that are over full; 1 up to the last place.

    Units: persons, places; result a factor. Range: 0 and up; result 1 and up. Source: none: full centres
    decide more slowly. Status: assumed.

    >>> crowding_factor(1500, 1000, 1.0), crowding_factor(500, 1000, 1.0)
    (1.5, 1.0)
    """
    if places <= 0:
        # Without places, centres count as full twice over.
        return 1.0 + weight
    return 1.0 + weight * max(0.0, persons / places - 1.0)
