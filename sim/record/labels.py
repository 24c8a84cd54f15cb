"""What the numbers of a record stand for: names of sectors, countries, parties and own kinds of rows,
and the first day.

The record does not know the scenario; whoever knows it hands these names over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sim.record.events import Kind
from sim.record.measures import Measure

# Above the model's own kinds, and up to the 128 for which a counter's key has room.
FIRST_KIND, LAST_KIND = 100, 127
"""Numbers of the kinds of rows that extensions have."""


@dataclass(frozen=True, slots=True)
class Places:
    """Names in the scenario's order; `country_of` gives the country index of each sector.

    `kinds` are the names of the kinds of rows of extensions, from `FIRST_KIND` on;
    `measures` are sums over such rows.
    """

    sectors: tuple[str, ...]
    countries: tuple[str, ...]
    country_of: tuple[int, ...]
    start: date
    parties: tuple[Speaker, ...] = ()
    kinds: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """A party that gives an account: its name, its side, how many incidents a day it makes up,
    of which country it speaks."""

    name: str
    side: str
    invents_per_day: float
    country: str


def kind_name(kind: int, own: Sequence[str] = ()) -> str:
    """What a kind of row is called in the log; `own` are the names of kinds of extensions,
    from `FIRST_KIND` on.

    >>> kind_name(Kind.ARRIVED), kind_name(101, ("drones.took_off", "drones.landed"))
    ('arrived', 'drones.landed')
    """
    return own[kind - FIRST_KIND] if kind >= FIRST_KIND else Kind(kind).name.lower()
