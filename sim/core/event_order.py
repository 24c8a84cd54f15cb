"""What both engines order events by, end waits with, and make addresses of.

Events are served by (time, rank, entity, occasion). Numbers here are part of every result: they are added to,
never changed.
"""

from __future__ import annotations

from enum import IntEnum


class Rank(IntEnum):
    """Which kind of event is served first at an instant. The midnight tick precedes everything else."""

    MIDNIGHT = 10
    # After the tick, before everything else: whatever happens at this instant sees the new controls.
    LEVER = 11
    # After LEVER: a shift that begins at that hour counts the teams that the lever gives.
    SHIFT = 12
    ANSWER = 13
    # Before people: teams that come back at an instant can answer whoever calls at it.
    TEAMS_BACK = 20
    COLUMN = 30
    STANDOFF = 40
    # Before GROUP: who dies at the instant of a next step does not take it.
    HARM = 50
    GROUP = 60
    ARRIVAL = 61
    EXTENSION = 70


class Why(IntEnum):
    """What ended a wait: the time that was waited for, or somebody who took the group first."""

    DUE = 0
    TEAMS_SENT = 1
    JOINS_COLUMN = 2
    ENTERS_SITE = 3
    SEAT_HOME = 4
    DIVERTED = 5
    SITE_CLOSED = 6
    DRIVEN = 7
    DISPERSED = 8
    BROKE_THROUGH = 9
    SEAT_ON_REMOVAL = 10
    REINFORCED = 11
    MEMBERS_LEFT = 12
    RATE_CHANGED = 13
    SIGNAL = 14


class Priority(IntEnum):
    """Classes of calls, the most urgent first; size decides within the lowest."""

    THREAT = 0
    BREACH = 1
    LARGE = 2
    SMALL = 3


FLIGHTS = 100_000
"""Removal flights share a rank with shifts; their entities are countries from this number on."""
COLUMN_KEY, MASS_COLUMN_KEY, STANDOFF_KEY = 501, 502, 77
"""Last parts of keys: of a column at a sector, of a lever's column, of a single group's stand-off."""
HELD_PART, PASSED_PART, BROKEN_PART, CARE_PART, RECOGNISED_PART = 0, 1, 2, 8, 9
"""Which part of a group it is that goes its own way."""
PERSONS_A_TRY, HARMS_A_TRY, TURNS_A_TOKEN = 4096, 64, 1_000_000
"""How many occasions each try, or each aim of the exposure clock, has to itself."""
REMOVAL_OCCASION = 4096
WAIT_DRAWS = 64
"""How many draws a wait that has lasted some time may take to find a longer one, for each clock."""
