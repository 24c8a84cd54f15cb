"""What the numbers of a record stand for: names of sectors, countries and parties, and the first day.

The record does not know the scenario; whoever knows it hands these names over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Places:
    """Names in the scenario's order; `country_of` gives the country index of each sector."""

    sectors: tuple[str, ...]
    countries: tuple[str, ...]
    country_of: tuple[int, ...]
    start: date
    parties: tuple[Speaker, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """A party that gives an account: its name, its side, how many incidents a day it makes up, of which country it speaks."""

    name: str
    side: str
    invents_per_day: float
    country: str
