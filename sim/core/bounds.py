"""How much may be asked for at once, said before any work begins.

Which question this answers: is this number of runs, points, workers, or this seed,
one that can be carried out at all? What a single run may hold is the scenario's own
affair (its schema has ranges).
"""

from __future__ import annotations

import math

from sim.core.errors import UsageError

# The random streams mix the seed as a word of 64 bits.
MOST_SEED = 2**64 - 1
MOST_REPLICATIONS = 1_000_000
MOST_KEPT = 99_999
"""Replications of a run whose tables are kept: a result folder counts them in five digits."""
MOST_POINTS = 1_000_000
MOST_JOBS = 10_000_000
"""Points times replications: the keys of so many take about 2 GB."""
MOST_WORKERS = 1024


def check_seed(seed: int) -> None:
    """Refuse a seed that the random streams cannot take."""
    if not 0 <= seed <= MOST_SEED:
        raise UsageError(f"seed: found {in_digits(seed)}, allowed: 0 to 2**64 - 1")


def check_runs(
    count: int, what: str = "replications", fewest: int = 1, most: int = MOST_REPLICATIONS
) -> None:
    """Refuse a number of runs (or of whatever `what` names) that is too small or could never end."""
    if not fewest <= count <= most:
        raise UsageError(f"{what}: found {in_digits(count)}, allowed: {fewest} to {most:,}")


def check_workers(workers: int) -> None:
    """Refuse a number of worker processes that no machine has."""
    check_runs(workers, "workers", 1, MOST_WORKERS)


def as_float(value: float) -> float:
    """A number as a float: a whole number of more digits than a float holds is an infinity, and no error.

    >>> as_float(3), as_float(10**400), as_float(-(10**400))
    (3.0, inf, -inf)
    """
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, 1 if value > 0 else -1)


def in_digits(value: int) -> str:
    """A whole number with commas; one of very many digits in words, since Python refuses to write it."""
    return f"{value:,}" if abs(value) < 10**30 else "a number of very many digits"
