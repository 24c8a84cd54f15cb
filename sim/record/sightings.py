"""What there is to see, and whose doing it is: the words in which parties witness."""

from __future__ import annotations

from enum import IntEnum

from sim.record.events import Actor

OCCASIONS = 8
"""Kinds of things seen, and parties, that an occasion has addresses for."""
SIDES = {
    "guard": (Actor.GUARD, Actor.DESTINATION_STATE),
    "transit_state": (Actor.ESCORT, Actor.TRANSIT_STATE),
}


class Seen(IntEnum):
    """What there is to see; the fields of a party in this order."""

    DETECTED = 0
    UNDETECTED = 1
    INCIDENT = 2
    RETURN = 3
    HARM = 4
    DEATH = 5


SEES = ("sees_detected", "sees_undetected", "sees_incidents", "sees_returns", "sees_harm", "sees_deaths")
