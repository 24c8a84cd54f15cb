"""Luck has an address: a random number is looked up, never drawn from a sequence.

The address is (seed, replication, entity key, stream, occasion). An entity mixes the first three
once, at birth (`entity_luck`); each number is then one mix more (`uniform`). The mixer is the
output function of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
generators", with the constants of variant 13 by Stafford). Nothing here holds state, so neither
the order of processes nor a policy can shift a number.
"""

from __future__ import annotations

from enum import IntEnum

MASK = 0xFFFFFFFFFFFFFFFF
# The increment of SplitMix64: 2^64 over the golden ratio, made odd.
GOLDEN_GAMMA = 0x9E3779B97F4A7C15
OCCASION_BITS = 40
TWO_POW_MINUS_52 = 2.0**-52


class Draw(IntEnum):
    """The streams of luck. A number once given is never given again; a test freezes the list."""

    ARRIVAL_GAP = 1
    ARRIVAL_MARK = 2
    SURGE = 3
    GROUP_SIZE = 4
    MINOR = 5
    CLAIM_WISH = 6
    STAGING = 7
    SECTOR_CHOICE = 8
    HELD_BACK = 9
    HOLD_TIME = 10
    WALK_TIME = 11
    GUIDED = 12
    BARRIER_MET = 13
    CROSSING_TIME = 14
    PATROL_DETECTION = 15
    SENSOR_DETECTION = 16
    SENSOR_MOMENT = 17
    RESPONSE_TIME = 18
    WITHDRAWAL = 19
    HOLD_TEAMS = 20
    PROCESSING_TIME = 21
    CARE = 22
    CLAIM_HEARD = 23
    SUMMARY_RETURN = 24
    RETURN_HARM = 25
    WAY_BLOCKED = 26
    STRIP_TIME = 27
    TRY_AGAIN = 28
    NEXT_TRY = 29
    OWN_MEANS = 30
    PROCEDURE_TIME = 31
    LEFT_PROCEDURE = 32
    RECOGNISED = 33
    VOLUNTARY_RETURN = 34
    VOLUNTARY_TIME = 35
    INLAND_CHECK = 36
    ONWARD_TIME = 37
    EXPOSURE_THRESHOLD = 38
    EXPOSURE_DEATH = 39
    EXPOSURE_PERSON = 40
    DROWNING = 41
    BARRIER_INJURY = 42
    COLUMN_THRESHOLD = 43
    COLUMN_SIZE = 44
    COLUMN_FORMING = 45
    STANDOFF_THRESHOLD = 46
    STANDOFF_STEP = 47
    STANDOFF_BREACH = 48
    STANDOFF_INJURY = 49
    DIVERSION = 50
    SANCTION_ANSWERED = 51
    SANCTION_DELAY = 52
    SITE_DRIVEN = 53
    WITNESS = 54
    ADMITTED = 55
    MISATTRIBUTED = 56
    INVENTED = 57
    BARRIER_CUT = 58
    CROSSING_POINT = 59
    INITIAL_WAIT = 60
    PARTIAL_HOLD = 61
    SELF_REGISTRATION = 62
    ACCEPTS_FLIGHT = 63
    RESERVE_TRAVEL = 64
    COLUMN_INITIATOR = 65
    PATIENCE = 66
    ESCORT_STAYS = 67
    COLUMN_TRIES = 68
    RETURN_DEATH = 69
    STANDOFF_DEATH = 70
    INITIAL_KEY = 71
    LEND_TRAVEL = 72
    GUARD_INJURY = 73


def mix(z: int) -> int:
    """SplitMix64's output function: a bijection of 64-bit words.

    >>> hex(mix(GOLDEN_GAMMA))
    '0xe220a8397b1dcdaf'
    """
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def key_of(*parts: int) -> int:
    """A 64-bit key for something that has a name in numbers, e.g. (route, strip, day, candidate)."""
    key = 0
    for part in parts:
        # Mixed after every part: the same numbers in another order make another key.
        key = mix((key + GOLDEN_GAMMA + part) & MASK)
    return key


def key_of_name(name: str) -> int:
    """A 64-bit key for a named thing, the same on every machine (FNV-1a, then mixed)."""
    # Not Python's `hash`, which differs from process to process.
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    return mix(h)


def entity_luck(seed: int, replication: int, key: int) -> int:
    """The luck of one entity in one replication: the base of all its draws."""
    return key_of(seed, replication, key)


def uniform(luck: int, stream: int, occasion: int) -> float:
    """The number at an address: uniform on (0, 1), never 0 and never 1.

    `luck` is an entity's luck, `stream` a `Draw`, `occasion` the entity's own count (0 to 2^40 - 1).

    >>> uniform(1, Draw.CROSSING_TIME, 3) == uniform(1, Draw.CROSSING_TIME, 3)
    True
    """
    # One is added because the sequence that begins at `luck` makes its first number after one increment.
    z = (luck + GOLDEN_GAMMA * ((stream << OCCASION_BITS) + occasion + 1)) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    # The half keeps the number off 0 and 1, whose logarithms the model takes; 52 bits, so that adding it is
    # exact.
    return (((z ^ (z >> 31)) >> 12) + 0.5) * TWO_POW_MINUS_52
