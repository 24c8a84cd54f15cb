"""Removal: how many seats a flight has for people who must, or wish to, leave."""

from __future__ import annotations

from sim.core.units import DAYS_PER_WEEK


def seats_of_flight(seats_per_week: float, days_between: float, left_over: float, waiting: int) -> float:
    """Seats on a removal flight: its part of a week's, and those a group too large left empty last time.

    Seats are kept while somebody waits for one and lost when nobody does; groups fly together.

    Units: persons a week, days, persons, groups; result persons. Range: 0 and up. Source:
    the model's own design, a queue for seats. Status: form assumed, seats as the scenario says.

    >>> seats_of_flight(14.0, 7.0, 3.0, 1), seats_of_flight(14.0, 7.0, 3.0, 0)
    (17.0, 14.0)
    """
    seats = seats_per_week * days_between / DAYS_PER_WEEK
    # Only while somebody waits: seats that nobody asked for do not pile up from flight to flight.
    return seats + left_over if waiting > 0 else seats
