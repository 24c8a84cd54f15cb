"""Luck with an address on 64-bit machine words: the numbers of `sim.core.random_streams`, to the bit.

A word is unsigned everywhere; a signed one would silently give another number.
A test holds both to one another.
"""

from __future__ import annotations

import numpy as np

from sim.core.random_streams import GOLDEN_GAMMA, OCCASION_BITS, TWO_POW_MINUS_52

# Every constant is unsigned as well: Numba takes the sum of a signed and an unsigned 64-bit number as a
# float.
GAMMA = np.uint64(GOLDEN_GAMMA)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
BY_30, BY_27, BY_31, BY_12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
BY_STREAM, ONE = np.uint64(OCCASION_BITS), np.uint64(1)


def mix(z: np.uint64) -> np.uint64:
    """SplitMix64's output function."""
    z = (z ^ (z >> BY_30)) * FIRST
    z = (z ^ (z >> BY_27)) * SECOND
    return z ^ (z >> BY_31)


def key_of_two(a: np.uint64, b: np.uint64) -> np.uint64:
    """The key of something that has a name in two numbers."""
    return mix(mix(GAMMA + a) + GAMMA + b)


def key_of_three(a: np.uint64, b: np.uint64, c: np.uint64) -> np.uint64:
    """The key of something that has a name in three numbers; also the luck of (seed, replication, key)."""
    return mix(key_of_two(a, b) + GAMMA + c)


def uniform(luck: np.uint64, stream: int, occasion: int) -> float:
    """The number at an address, on (0, 1)."""
    z = mix(luck + GAMMA * ((np.uint64(stream) << BY_STREAM) + np.uint64(occasion) + ONE))
    # The expression of `sim.core.random_streams`, in the same order, so that every bit is the same.
    return (np.float64(z >> BY_12) + 0.5) * TWO_POW_MINUS_52


def as_word(number: int) -> np.uint64:
    """A whole number that is not negative, as part of a key."""
    return np.uint64(number)
