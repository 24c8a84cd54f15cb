"""The words of the log: where people are, what can happen, who acted.

One flat row an event. Numbers are frozen: a log written today reads the same in ten years.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Compartment(IntEnum):
    """Where a person is. Every person is in exactly one at any time."""

    WAITING = 0
    IN_SITE = 1
    HELD_BY_ESCORT = 2
    WALKING = 3
    IN_COLUMN = 4
    CROSSING = 5
    STANDOFF = 6
    STRANDED = 7
    PROCESSING = 8
    PROCEDURE = 9
    RECOGNISED = 10
    AWAITING_REMOVAL = 11
    LEFT_PROCEDURE = 12
    ENTERED_UNSEEN = 13
    ONWARD = 14
    REMOVED = 15
    FLOWN_HOME = 16
    LEFT_BY_OWN_MEANS = 17
    DIED_EXPOSURE = 18
    DIED_DROWNING = 19
    DIED_AFTER_RETURN = 20
    DIED_VIOLENCE = 21


IN_TRANSIT_STATE = (0, 1, 2, 3, 4)
AT_THE_LINE = (5, 6, 7)
IN_DESTINATION_STATE = (8, 9, 10, 11, 12, 13, 14)
OUT = (15, 16, 17)
DEAD = (18, 19, 20, 21)


PLACED = frozenset(
    {
        Compartment.CROSSING,
        Compartment.STANDOFF,
        Compartment.STRANDED,
        Compartment.PROCESSING,
        Compartment.PROCEDURE,
        Compartment.RECOGNISED,
        Compartment.AWAITING_REMOVAL,
        Compartment.LEFT_PROCEDURE,
        Compartment.ENTERED_UNSEEN,
        Compartment.ONWARD,
        Compartment.REMOVED,
        Compartment.DIED_EXPOSURE,
        Compartment.DIED_DROWNING,
        Compartment.DIED_AFTER_RETURN,
        Compartment.DIED_VIOLENCE,
    }
)
"""Compartments that lie in a destination state, so that a country can be told."""


class Actor(IntEnum):
    """Who acted, as the simulated world has it; what each party says is a view of the log."""

    NOBODY = 0
    PEOPLE = 1
    ESCORT = 2
    GUARD = 3
    TRANSIT_STATE = 4
    DESTINATION_STATE = 5
    WEATHER = 6


class Kind(IntEnum):
    """What a row says. `MOVES_TO` gives the compartment that a kind puts its group in."""

    # the world
    LEVER_ANNOUNCED = 1
    LEVER_BEGAN = 2
    LEVER_ENDED = 3
    STANCE_CHANGED = 4
    SANCTIONS_ANSWERED = 5
    TEAMS_ON_DUTY = 6
    BARRIER_BUILT = 7
    BARRIER_CUT = 8
    SITE_OPENED = 9
    SITE_CLOSED = 10
    REMOVAL_FLIGHT = 11
    FLIGHT_HOME = 12
    # coming, waiting, setting out
    WAS_PRESENT = 20
    ARRIVED = 21
    SPLIT = 22
    SET_OUT = 23
    HELD_BACK = 24
    LET_GO = 25
    ENTERED_SITE = 26
    LEFT_SITE = 27
    GAVE_UP = 28
    # at the line
    ATTEMPT = 30
    DETECTED = 31
    CALLED = 32
    TEAMS_SENT = 33
    TEAMS_BACK = 34
    CALL_LEFT = 35
    BREACHED = 36
    WITHDREW = 37
    PREVENTED = 38
    APPREHENDED = 39
    ENTERED_UNSEEN = 40
    DIED_IN_ATTEMPT = 41
    CAME_BACK = 42
    STRANDED = 43
    CALL_SERVED = 44
    # columns and stand-offs
    COLUMN_FORMED = 50
    JOINED_COLUMN = 51
    COLUMN_AT_LINE = 52
    STANDOFF_BEGAN = 53
    JOINED_STANDOFF = 54
    REACHED_LEVEL_1 = 55
    REACHED_LEVEL_2 = 56
    REACHED_LEVEL_3 = 57
    REACHED_LEVEL_4 = 58
    REACHED_LEVEL_5 = 59
    STEPPED_DOWN = 60
    STANDOFF_ENDED = 61
    DIVERSION = 62
    # in the hands of the destination state
    CLAIM_LODGED = 70
    CLAIM_HEARD = 71
    ADMITTED = 72
    ADMITTED_FOR_CARE = 73
    SUMMARY_RETURN = 74
    DETAINED = 75
    RECOGNISED = 76
    REFUSED = 77
    LEFT_PROCEDURE = 78
    REMOVED_BY_FORCE = 79
    RETURNED_VOLUNTARILY = 80
    FOUND_INLAND = 81
    WENT_ONWARD = 82
    # home
    FLOWN_HOME = 85
    LEFT_BY_OWN_MEANS = 86
    # harm, by cause
    HARMED_EXPOSURE = 90
    HARMED_RETURN = 91
    HARMED_VIOLENCE = 92
    HARMED_BARRIER = 93
    DIED_EXPOSURE = 95
    DIED_DROWNING = 96
    DIED_AFTER_RETURN = 97
    DIED_VIOLENCE = 98
    FORCE_MEMBER_HARMED = 99


MOVES_TO: dict[int, int] = {
    Kind.ARRIVED: Compartment.WAITING,
    Kind.SET_OUT: Compartment.WALKING,
    Kind.HELD_BACK: Compartment.HELD_BY_ESCORT,
    Kind.LET_GO: Compartment.WAITING,
    Kind.ENTERED_SITE: Compartment.IN_SITE,
    Kind.ATTEMPT: Compartment.CROSSING,
    Kind.APPREHENDED: Compartment.PROCESSING,
    Kind.ENTERED_UNSEEN: Compartment.ENTERED_UNSEEN,
    Kind.CAME_BACK: Compartment.WAITING,
    Kind.STRANDED: Compartment.STRANDED,
    Kind.JOINED_COLUMN: Compartment.IN_COLUMN,
    Kind.JOINED_STANDOFF: Compartment.STANDOFF,
    Kind.ADMITTED: Compartment.PROCEDURE,
    Kind.ADMITTED_FOR_CARE: Compartment.PROCEDURE,
    Kind.DETAINED: Compartment.PROCEDURE,
    Kind.RECOGNISED: Compartment.RECOGNISED,
    Kind.REFUSED: Compartment.AWAITING_REMOVAL,
    Kind.LEFT_PROCEDURE: Compartment.LEFT_PROCEDURE,
    Kind.REMOVED_BY_FORCE: Compartment.REMOVED,
    Kind.RETURNED_VOLUNTARILY: Compartment.REMOVED,
    Kind.FOUND_INLAND: Compartment.PROCESSING,
    Kind.WENT_ONWARD: Compartment.ONWARD,
    Kind.FLOWN_HOME: Compartment.FLOWN_HOME,
    Kind.LEFT_BY_OWN_MEANS: Compartment.LEFT_BY_OWN_MEANS,
    Kind.DIED_EXPOSURE: Compartment.DIED_EXPOSURE,
    Kind.DIED_DROWNING: Compartment.DIED_DROWNING,
    Kind.DIED_AFTER_RETURN: Compartment.DIED_AFTER_RETURN,
    Kind.DIED_VIOLENCE: Compartment.DIED_VIOLENCE,
}
"""WAS_PRESENT puts its group in compartment int(value). SPLIT makes the group of the row: `persons` leave
the group of the row named by `cause` and stay in its compartment. A DIED row moves its `persons` alone."""

ATTEMPT_ENDS = (
    Kind.WITHDREW,
    Kind.PREVENTED,
    Kind.APPREHENDED,
    Kind.ENTERED_UNSEEN,
    Kind.DIED_IN_ATTEMPT,
)
LEVEL_REACHED = (
    Kind.REACHED_LEVEL_1,
    Kind.REACHED_LEVEL_2,
    Kind.REACHED_LEVEL_3,
    Kind.REACHED_LEVEL_4,
    Kind.REACHED_LEVEL_5,
)


class Row(NamedTuple):
    """One event. `cause` is the number of the row that caused it, -1 where nothing in the run did.

    `time_h` hours since the start; `group` the 64-bit key of a group, column or stand-off, 0 for none;
    `sector` an index into the scenario's sectors, -1 for none; `value` as the kind says (attempt number,
    hours, teams, km, lever index); `witness` says who speaks of it (ends of attempts, summary returns, steps
    of stand-offs, harms and deaths; 0 elsewhere): bits 0-7 the parties that know, 8-15 those that report
    it, 16-23 those that ascribe it to another side, parties in the scenario's order.
    """

    number: int
    time_h: float
    kind: int
    group: int
    persons: int
    sector: int
    actor: int
    value: float
    cause: int
    witness: int
