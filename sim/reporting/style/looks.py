"""How each thing is drawn: one colour, dash, marker and hatch a name, the same on every figure.

Colours are those of Okabe and Ito, told apart by the colour-blind; dash, marker and hatch tell the same
things apart in grey. What a figure shows is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, PALE, INK = "#767676", "#DDDDDD", "#222222"
TEXT_POINTS = 8.0
SMALL_POINTS = 7.0


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, dash, marker and hatch of one thing."""

    colour: str
    dash: Any = "-"
    marker: str = "o"
    hatch: str = ""


LOOKS: dict[str, Look] = {
    "attempts": Look(BLACK, "-", "o"),
    "prevented": Look(BLUE, "--", "s", "//"),
    "apprehended": Look(SKY, "-.", "^", ".."),
    "entered_unseen": Look(VERMILION, (0, (1, 1)), "D", "xx"),
    "withdrew": Look(GREY, (0, (5, 1, 1, 1, 1, 1)), "v", "--"),
    "summary_returns": Look(PURPLE, "--", "s", "\\\\"),
    "claims_lodged": Look(GREEN, "-", "o"),
    "claims_heard": Look(ORANGE, (0, (1, 1)), "D"),
    "removed": Look(BLUE, "-.", "^"),
    "returned_voluntarily": Look(SKY, (0, (5, 1, 1, 1, 1, 1)), "v"),
}
SERIES: tuple[Look, ...] = (
    Look(BLUE, "-", "o", "//"),
    Look(VERMILION, "--", "s", ".."),
    Look(GREEN, "-.", "^", "\\\\"),
    Look(PURPLE, (0, (1, 1)), "D", "xx"),
    Look(ORANGE, (0, (5, 1, 1, 1, 1, 1)), "v", "||"),
    Look(SKY, (0, (3, 1)), "P", "++"),
    Look(GREY, (0, (4, 1, 1, 1)), "X", "--"),
    Look(YELLOW, "-", "*", "oo"),
)
"""For things that a scenario names: parties, initiators, compartments."""


def look_of(name: str, place: int = 0) -> Look:
    """The look of a named measure, else the one at a place in the row of looks."""
    return LOOKS.get(name, SERIES[place % len(SERIES)])


def tail(key: str, most: int) -> str:
    """The end of a long key, which tells it from its neighbours.

    >>> tail("countries.poland.summary_return", 17)
    '…d.summary_return'
    """
    return key if len(key) <= most else "…" + key[-(most - 1) :]


def cut(words: str, most: int) -> str:
    """Words cut to a length, with an ellipsis where something is missing.

    >>> cut("Lithuanian State Border Guard", 12)
    'Lithuanian…'
    """
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
