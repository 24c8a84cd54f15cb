"""Word of mouth: what people believe about a sector from whole-number counts of what happened."""

from __future__ import annotations

from sim.core.distributions import safe_exp


def fading(memory_days: float) -> float:
    """The share of remembered counts that a day leaves; their mean age is the memory.

    Units: days; result a share. Range: memory above 0; result 0 to 1. Source: exponential weighting. Status:
    definition; the memory is estimated.

    >>> round(fading(8.0), 4)
    0.8825
    """
    return safe_exp(-1.0 / max(memory_days, 1e-6))


def shrunk_share(successes: float, attempts: float, prior: float, prior_persons: float) -> float:
    """A remembered share of successes, shrunk toward a prior worth so many persons.

    A pure moving average freezes where nobody tries; shrinking lets it drift back (the model's own design).

    Units: persons, shares of attempts; result a share. Range: 0 and up, successes at most attempts, prior 0
    to 1; result 0 to 1. Source: shrinkage, as the mean of a beta prior; the model's own design. Status:
    prior's weight assumed.

    >>> shrunk_share(0.0, 0.0, 0.2, 100.0)
    0.2
    """
    return (successes + prior * prior_persons) / max(attempts + prior_persons, 1e-9)
