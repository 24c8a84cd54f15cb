"""Luck: the generator as published, addresses that never collide,
and numbers that look random along every axis.

The battery asks the real function, as the model calls it. All of its tests together raise a false alarm with
probability below 1 in 1,000 (Bonferroni over the p-values of a test function, 2e-4 each); the addresses are
fixed, so that what passes once passes always.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from scipy import stats

from sim.core.random_streams import (
    GOLDEN_GAMMA,
    MASK,
    OCCASION_BITS,
    Draw,
    entity_luck,
    key_of,
    key_of_name,
    mix,
    uniform,
)

FALSE_ALARM = 2e-4
SEED = 20211103
BITS = 52


# the generator


def test_the_mixer_is_that_of_splitmix64() -> None:
    """Test vectors of the reference implementation (Vigna, splitmix64.c), seed 1234567."""
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert [mix((1234567 + n * GOLDEN_GAMMA) & MASK) for n in range(1, 6)] == published


def test_a_number_is_the_upper_52_bits_of_the_sequence_of_its_entity() -> None:
    for luck, stream, occasion in [(0, 1, 0), (1234567, 14, 3), (MASK, 73, 2**OCCASION_BITS - 1)]:
        z = mix((luck + GOLDEN_GAMMA * (stream * 2**40 + occasion + 1)) & MASK)
        assert uniform(luck, stream, occasion) == ((z >> 12) + 0.5) / 2**52


def unmix(z: int) -> int:
    """The inverse of the mixer: it exists because each of its steps is one to one."""
    z = _unshift(z, 31)
    z = z * pow(0x94D049BB133111EB, -1, 2**64) & MASK
    z = _unshift(z, 27)
    z = z * pow(0xBF58476D1CE4E5B9, -1, 2**64) & MASK
    return _unshift(z, 30)


def _unshift(z: int, by: int) -> int:
    x = z
    for _ in range(64 // by + 1):
        x = z ^ (x >> by)
    return x


def test_the_mixer_is_one_to_one() -> None:
    words = [0, 1, MASK, GOLDEN_GAMMA, *(key_of(n) for n in range(2000))]
    assert all(unmix(mix(z)) == z == mix(unmix(z)) for z in words)


@pytest.mark.parametrize(("word", "number"), [(0, 2.0**-53), (MASK, 1.0 - 2.0**-53), (2**63, 0.5 + 2.0**-53)])
def test_a_number_is_never_0_and_never_1(word: int, number: float) -> None:
    """The extreme words of the generator, at the address where they fall."""
    luck = (unmix(word) - GOLDEN_GAMMA * ((Draw.CARE << OCCASION_BITS) + 1)) & MASK
    assert uniform(luck, Draw.CARE, 0) == number


def test_names_are_hashed_by_fnv_1a() -> None:
    """Test vectors of the algorithm's authors (Fowler, Noll, Vo), mixed."""
    published = {"": 0xCBF29CE484222325, "a": 0xAF63DC4C8601EC8C, "foobar": 0x85944171F73967E8}
    assert {name: key_of_name(name) for name in published} == {name: mix(h) for name, h in published.items()}


FROZEN = {
    "ARRIVAL_GAP": 1, "ARRIVAL_MARK": 2, "SURGE": 3, "GROUP_SIZE": 4, "MINOR": 5, "CLAIM_WISH": 6,
    "STAGING": 7,
    "SECTOR_CHOICE": 8, "HELD_BACK": 9, "HOLD_TIME": 10, "WALK_TIME": 11, "GUIDED": 12, "BARRIER_MET": 13,
    "CROSSING_TIME": 14, "PATROL_DETECTION": 15, "SENSOR_DETECTION": 16, "SENSOR_MOMENT": 17,
    "RESPONSE_TIME": 18,
    "WITHDRAWAL": 19, "HOLD_TEAMS": 20, "PROCESSING_TIME": 21, "CARE": 22, "CLAIM_HEARD": 23,
    "SUMMARY_RETURN": 24,
    "RETURN_HARM": 25, "WAY_BLOCKED": 26, "STRIP_TIME": 27, "TRY_AGAIN": 28, "NEXT_TRY": 29, "OWN_MEANS": 30,
    "PROCEDURE_TIME": 31, "LEFT_PROCEDURE": 32, "RECOGNISED": 33, "VOLUNTARY_RETURN": 34,
    "VOLUNTARY_TIME": 35,
    "INLAND_CHECK": 36, "ONWARD_TIME": 37, "EXPOSURE_THRESHOLD": 38, "EXPOSURE_DEATH": 39,
    "EXPOSURE_PERSON": 40,
    "DROWNING": 41, "BARRIER_INJURY": 42, "COLUMN_THRESHOLD": 43, "COLUMN_SIZE": 44, "COLUMN_FORMING": 45,
    "STANDOFF_THRESHOLD": 46, "STANDOFF_STEP": 47, "STANDOFF_BREACH": 48, "STANDOFF_INJURY": 49,
    "DIVERSION": 50,
    "SANCTION_ANSWERED": 51, "SANCTION_DELAY": 52, "SITE_DRIVEN": 53, "WITNESS": 54, "ADMITTED": 55,
    "MISATTRIBUTED": 56, "INVENTED": 57, "BARRIER_CUT": 58, "CROSSING_POINT": 59, "INITIAL_WAIT": 60,
    "PARTIAL_HOLD": 61, "SELF_REGISTRATION": 62, "ACCEPTS_FLIGHT": 63, "RESERVE_TRAVEL": 64,
    "COLUMN_INITIATOR": 65,
    "PATIENCE": 66, "ESCORT_STAYS": 67, "COLUMN_TRIES": 68, "RETURN_DEATH": 69, "STANDOFF_DEATH": 70,
    "INITIAL_KEY": 71, "LEND_TRAVEL": 72, "GUARD_INJURY": 73,
}  # fmt: skip
"""A number once given is never given again: add a line, never change or reuse one."""


def test_the_list_of_streams_is_frozen() -> None:
    assert {draw.name: int(draw) for draw in Draw} == FROZEN


# addresses


def test_addresses_do_not_collide() -> None:
    """A million addresses give a million different numbers (two alike by chance: once in 7,000 such sets)."""
    keys = [
        key_of(route, strip, day, n)
        for route in range(2)
        for strip in range(5)
        for day in range(20)
        for n in range(5)
    ]
    lucks = [
        entity_luck(seed, replication, key) for seed in (0, 1) for replication in (0, 1) for key in keys[:250]
    ]
    occasions = (*range(8), 4096, 4097, 8192, 2**24, 2**24 + 1, 2**39, 2**40 - 1)
    addresses = itertools.product(lucks, map(int, Draw), occasions)
    numbers = [uniform(luck, stream, occasion) for luck, stream, occasion in addresses]
    assert len(numbers) == 1000 * len(Draw) * len(occasions) > 1_000_000
    assert len(set(numbers)) == len(numbers)


def test_entities_have_keys_and_lucks_of_their_own() -> None:
    keys = {key_of(a, b, c) for a in range(100) for b in range(100) for c in range(30)}
    assert len(keys) == 300_000
    assert len({key_of(a, b) for a in range(500) for b in range(500)}) == 250_000, (
        "order of the parts matters"
    )
    lucks = {entity_luck(s, r, k) for s in range(40) for r in range(40) for k in range(100)}
    assert len(lucks) == 160_000


# the battery: numbers in the order of one axis, all else fixed

GROUPS = [key_of(SEED, 0, n) for n in range(40_000)]
LUCK = entity_luck(SEED, 0, GROUPS[0])
COUNT = 40_000


def along_occasions() -> Iterable[float]:
    return (uniform(LUCK, Draw.CROSSING_TIME, n) for n in range(COUNT))


def along_streams() -> Iterable[float]:
    lucks = [entity_luck(SEED, 0, key) for key in GROUPS[: COUNT // len(Draw) + 1]]
    return (uniform(luck, draw, 1) for luck in lucks for draw in map(int, Draw))


def along_groups() -> Iterable[float]:
    return (uniform(entity_luck(SEED, 0, key), Draw.CROSSING_TIME, 1) for key in GROUPS)


def along_counted_keys() -> Iterable[float]:
    return (uniform(entity_luck(SEED, 0, n), Draw.CROSSING_TIME, 1) for n in range(COUNT))


def along_replications() -> Iterable[float]:
    return (uniform(entity_luck(SEED, r, GROUPS[1]), Draw.CROSSING_TIME, 1) for r in range(COUNT))


def along_seeds() -> Iterable[float]:
    return (uniform(entity_luck(s, 0, GROUPS[1]), Draw.CROSSING_TIME, 1) for s in range(COUNT))


def along_persons() -> Iterable[float]:
    """Persons of a group at one occasion, as harms are drawn: occasions from a multiple of 4,096 on."""
    return (uniform(LUCK, Draw.RECOGNISED, try_ * 4096 + i) for try_ in range(COUNT // 8) for i in range(8))


AXES = [
    along_occasions, along_streams, along_groups, along_counted_keys, along_replications, along_seeds,
    along_persons,
]  # fmt: skip


def uniformity(x: np.ndarray) -> float:
    """Chi-square over 256 equal bins."""
    return float(stats.chisquare(np.bincount((x * 256).astype(int), minlength=256)).pvalue)


def tails(x: np.ndarray) -> float:
    """Kolmogorov-Smirnov against the uniform law."""
    return float(stats.kstest(x, "uniform").pvalue)


def pairs(x: np.ndarray) -> float:
    """Chi-square of neighbours over a grid of 16 x 16, pairs apart from one another."""
    cells = (x * 16).astype(int)
    even = len(cells) // 2 * 2
    return float(stats.chisquare(np.bincount(cells[:even:2] * 16 + cells[1:even:2], minlength=256)).pvalue)


def serial_correlation(x: np.ndarray) -> float:
    """Correlation of neighbours, normal for many numbers."""
    z = float(np.corrcoef(x[:-1], x[1:])[0, 1]) * math.sqrt(len(x))
    return float(2 * stats.norm.sf(abs(z)))


def runs(x: np.ndarray) -> float:
    """Runs above and below one half (Wald and Wolfowitz)."""
    above = x > 0.5
    n1, n0 = int(above.sum()), int((~above).sum())
    count = 1 + int((above[1:] != above[:-1]).sum())
    mean = 2 * n1 * n0 / (n1 + n0) + 1
    sd = math.sqrt((mean - 1) * (mean - 2) / (n1 + n0 - 1))
    return float(2 * stats.norm.sf(abs(count - mean) / sd))


def lowest_bits(x: np.ndarray) -> float:
    """Chi-square over the lowest 8 of the 52 bits: not only the leading ones are random."""
    words = (x * 2.0**BITS - 0.5).astype(np.uint64) & np.uint64(255)
    return float(stats.chisquare(np.bincount(words.astype(int), minlength=256)).pvalue)


TESTS: list[Callable[[np.ndarray], float]] = [uniformity, tails, pairs, serial_correlation, runs, lowest_bits]


@pytest.mark.parametrize("axis", AXES, ids=lambda f: f.__name__)
def test_numbers_along_an_axis_look_independent_and_uniform(axis: Callable[[], Iterable[float]]) -> None:
    x = np.fromiter(axis(), float)
    values = {test.__name__: test(x) for test in TESTS}
    assert min(values.values()) > FALSE_ALARM / (len(AXES) * len(TESTS)), values


def test_a_groups_numbers_are_uncorrelated_across_streams_and_occasions() -> None:
    """Every pair of 146 addresses (all streams, two occasions) over 3,000 groups:
    the largest of 10,585 correlations."""
    groups = 3000
    lucks = [entity_luck(SEED, 1, key) for key in GROUPS[:groups]]
    table = np.array([[uniform(luck, d, n) for d in map(int, Draw) for n in (1, 2)] for luck in lucks])
    correlations = np.corrcoef(table.T)[np.triu_indices(table.shape[1], 1)]
    assert stats.norm.sf(np.abs(correlations).max() * math.sqrt(groups)) > FALSE_ALARM / 2 / len(correlations)


def flips(
    change: Callable[[int], tuple[tuple[int, int, int], tuple[int, int, int]]], trials: int
) -> np.ndarray:
    """How often each of the 52 bits of a number flips between an address and its neighbour."""
    counts = np.zeros(BITS)
    places = np.arange(BITS, dtype=np.uint64)
    for n in range(trials):
        a, b = (int(uniform(*address) * 2**BITS - 0.5) for address in change(n))
        counts += (np.uint64(a ^ b) >> places) & np.uint64(1)
    return counts


def test_one_bit_of_an_address_changes_half_of_the_numbers_bits() -> None:
    """Avalanche: each bit of luck, stream and occasion against each bit of the number, 500 addresses each."""
    trials = 500

    def luck_bit(bit: int) -> Callable[[int], tuple[tuple[int, int, int], tuple[int, int, int]]]:
        return lambda n: ((GROUPS[n], 14, n), (GROUPS[n] ^ (1 << bit), 14, n))

    def occasion_bit(bit: int) -> Callable[[int], tuple[tuple[int, int, int], tuple[int, int, int]]]:
        return lambda n: ((GROUPS[n], 14, n), (GROUPS[n], 14, n ^ (1 << bit)))

    def stream_bit(bit: int) -> Callable[[int], tuple[tuple[int, int, int], tuple[int, int, int]]]:
        return lambda n: ((GROUPS[n], 14, n), (GROUPS[n], 14 ^ (1 << bit), n))

    changes = [
        *(luck_bit(bit) for bit in range(64)),
        *(occasion_bit(bit) for bit in range(OCCASION_BITS)),
        *(stream_bit(bit) for bit in range(7)),
    ]
    counts = np.array([flips(change, trials) for change in changes])
    off = np.abs(counts - trials / 2).max()
    chance = 2 * float(stats.binom.sf(trials / 2 + off - 1, trials, 0.5))
    assert chance > FALSE_ALARM / counts.size, (
        f"a bit flips {trials / 2 + off:.0f} or as rarely of {trials} times"
    )


@pytest.mark.parametrize("part", range(3), ids=["seed", "replication", "key"])
def test_one_bit_of_seed_replication_or_key_changes_half_of_the_numbers_bits(part: int) -> None:
    trials, counts = 200, []
    for bit in range(64):

        def change(n: int, bit: int = bit) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
            parts = [n, n % 7, GROUPS[n]]
            changed = [p ^ (1 << bit) if i == part else p for i, p in enumerate(parts)]
            return (entity_luck(*parts), 14, 1), (entity_luck(*changed), 14, 1)

        counts.append(flips(change, trials))
    off = max(float(np.abs(c - trials / 2).max()) for c in counts)
    chance = 2 * float(stats.binom.sf(trials / 2 + off - 1, trials, 0.5))
    assert chance > FALSE_ALARM / 3 / (64 * BITS)
