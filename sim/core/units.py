"""Hours and days inside, dates at the edges.

The clock of a run is float hours since the scenario's first midnight, in one fixed UTC offset.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

HOURS_PER_DAY = 24.0
DAYS_PER_WEEK = 7


def hour_of(start: date, when: date | datetime) -> float:
    """Hours from the scenario's first midnight to a date (its midnight) or a local date-time.

    >>> hour_of(date(2030, 7, 1), datetime(2030, 7, 2, 6))
    30.0
    """
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day)
    return (when.replace(tzinfo=None) - datetime(start.year, start.month, start.day)) / timedelta(hours=1)


def date_of(start: date, time_h: float) -> datetime:
    """The local date-time of an hour of the run.

    >>> date_of(date(2030, 7, 1), 30.0)
    datetime.datetime(2030, 7, 2, 6, 0)
    """
    return datetime(start.year, start.month, start.day) + timedelta(hours=time_h)
