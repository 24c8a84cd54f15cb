"""Where marks stand on the map of a frame, and how large: the same for the page and for the GIF."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

LEAST, LARGEST = 3.0, 26.0
"""Radii of one person and of the most people that any frame has in one place;
areas go with numbers between."""
BESIDE = (("walking", 40.0), ("column", 72.0), ("held", 104.0))
"""On the way on the transit side, right of the line, and how far from it."""
TEAM, TEAMS_SHOWN = 6.0, 10
CROWDED = 12
"""With more sectors marks are smaller, and labels are numbers."""

Mark = tuple[str, float, float, float]
"""Kind, x, y, and radius or level."""


def most_people(scenes: Sequence[dict[str, Any]]) -> int:
    """The most people in one place of any frame."""
    return max(
        (max(s["at_line"] + s["stranded"],
            *(s[key] for key, _ in BESIDE)) for scene in scenes for s in scene["sectors"].values()),
        default=0,
    )  # fmt: skip


def marks(places: Sequence[dict[str, Any]], scene: dict[str, Any], most: int) -> list[Mark]:
    """The marks of a frame, those below first: people at the line or stranded, on the way, teams out,
    stand-offs."""
    size = 1.0 if len(places) <= CROWDED else 0.6
    # Rounded to a tenth of a unit, which no screen shows: the page is shorter, and the same on every machine.
    found: list[Mark] = []
    for place in places:
        sector = scene["sectors"][place["name"]]
        x, y = middle(place)
        people = sector["at_line"] + sector["stranded"]
        found += [("people", x, y, size * radius(people, most))] if people else []
        found += [
            (key, round(x + size * away, 1), y, size * radius(sector[key], most))
            for key, away in BESIDE
            if sector[key]
        ]
        out = min(sector["out"] + sector["reserve"], TEAMS_SHOWN)
        found += [("team", round(x - 30.0 - (TEAM + 2.0) * n, 1), y + 9.0, TEAM) for n in range(out)]
        found += [("standoff", x, y, sector["level"])] if sector["level"] >= 0 else []
    return found


def middle(place: dict[str, Any]) -> tuple[float, float]:
    """The middle of a sector on the map."""
    (x0, y0), (x1, y1) = place["points"][0], place["points"][-1]
    return round((x0 + x1) / 2.0, 1), round((y0 + y1) / 2.0, 1)


def radius(persons: int, most: int) -> float:
    """The radius of a circle whose area goes with persons.

    >>> radius(0, 100), radius(100, 100)
    (3.0, 26.0)
    """
    # By the root: eyes compare areas. One person still has a circle that can be seen.
    return round(LEAST + (LARGEST - LEAST) * math.sqrt(persons / max(most, 1)), 1)
