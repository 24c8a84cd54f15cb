"""How each series is drawn: one colour, dash, marker and hatch a name, the same on every figure.

Dash, marker and hatch distinguish the same series in grey. What a figure shows is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.reporting.style.palette import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, YELLOW


@dataclass(frozen=True, slots=True)
class SeriesStyle:
    """Colour, dash, marker and hatch of one series."""

    colour: str
    dash: Any = "-"
    marker: str = "o"
    hatch: str = ""


STYLE_BY_MEASURE: dict[str, SeriesStyle] = {
    "attempts": SeriesStyle(BLACK, "-", "o"),
    "prevented": SeriesStyle(BLUE, "--", "s", "//"),
    "apprehended": SeriesStyle(SKY, "-.", "^", ".."),
    "entered_unseen": SeriesStyle(VERMILION, (0, (1, 1)), "D", "xx"),
    "withdrew": SeriesStyle(GREY, (0, (5, 1, 1, 1, 1, 1)), "v", "--"),
    "summary_returns": SeriesStyle(PURPLE, "--", "s", "\\\\"),
    "claims_lodged": SeriesStyle(GREEN, "-", "o"),
    "claims_heard": SeriesStyle(ORANGE, (0, (1, 1)), "D"),
    "removed": SeriesStyle(BLUE, "-.", "^"),
    "returned_voluntarily": SeriesStyle(SKY, (0, (5, 1, 1, 1, 1, 1)), "v"),
}
STYLE_CYCLE: tuple[SeriesStyle, ...] = (
    SeriesStyle(BLUE, "-", "o", "//"),
    SeriesStyle(VERMILION, "--", "s", ".."),
    SeriesStyle(GREEN, "-.", "^", "\\\\"),
    SeriesStyle(PURPLE, (0, (1, 1)), "D", "xx"),
    SeriesStyle(ORANGE, (0, (5, 1, 1, 1, 1, 1)), "v", "||"),
    SeriesStyle(SKY, (0, (3, 1)), "P", "++"),
    SeriesStyle(GREY, (0, (4, 1, 1, 1)), "X", "--"),
    # Last, for where all others are taken: yellow on white has a contrast of 1.3 to 1.
    SeriesStyle(YELLOW, "-", "*", "oo"),
)
"""For things that a scenario names: parties, initiators, compartments."""


def nth_style(place: int) -> SeriesStyle:
    """The style of the n-th of things that a scenario names, from the first again after the last."""
    return STYLE_CYCLE[place % len(STYLE_CYCLE)]


def tail(key: str, most: int) -> str:
    """The end of a long key, which tells it from its neighbours.

    >>> tail("countries.norrow.summary_return", 17)
    '…w.summary_return'
    """
    # Cut at the front: keys share their tables and differ in their last part.
    return key if len(key) <= most else "…" + key[-(most - 1) :]


def cut(words: str, most: int) -> str:
    """Words cut to a length, with an ellipsis where something is missing.

    >>> cut("Riverland border wardens", 12)
    'Riverland b…'
    """
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
