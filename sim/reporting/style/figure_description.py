"""What a figure shows, as data: a heading, panels that each know how to draw themselves, their surroundings.

A figure is a function from a result to a `FigureDescription`. It draws nothing itself: the page
(`figure_page.lay_out`) makes the axes and draws every panel, once. Lengths are in inches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sim.reporting.style.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.reporting.style.figure_source import Source
    from sim.reporting.style.time_bins import Clock

WIDTH = 11.0
WIDE = 13.0
RIGHT = 0.3
SIDE_GAP, SIDE_WIDTH = 0.75, 2.9
SIDE_RIGHT = SIDE_GAP + SIDE_WIDTH + RIGHT
"""The right margin of a page with side panels."""
COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Legend:
    """The legend of a panel: in one line above it, or inside it with options of matplotlib's legend."""

    inside: Mapping[str, Any] = field(default_factory=dict)
    of: Literal["this panel", "every panel"] = "this panel"


ABOVE = Legend()


@dataclass(frozen=True, slots=True)
class Panel:
    """One set of axes: what draws it, and the words around it."""

    draw: Callable[[Axes], object]
    caption: str = ""
    unit: str = ""
    """What the upright axis counts."""
    along: str = ""
    """What the horizontal axis counts."""
    height: float = 1.25
    caption_colour: str = INK
    counts: bool = False
    """Whether the upright axis counts from nought."""
    legend: Legend | None = None
    nothing: str = ""
    """Words in the middle of a panel that has nothing to show; none where it has."""
    beside: Sequence[SidePanel] = ()
    framed: bool = True
    """Whether the axes have the frame and the grid of every figure; a colour scale has its own."""


@dataclass(frozen=True, slots=True)
class SidePanel:
    """A panel to the right of another: how far from it, how wide, and which share of its height."""

    panel: Panel
    gap: float = SIDE_GAP
    width: float = SIDE_WIDTH
    share_of_height: float = 1.0


@dataclass(frozen=True, slots=True)
class Margins:
    """White around the panels."""

    left: float = 1.45
    right: float = RIGHT
    gap: float = 0.4
    """Above each row of panels."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Title and note at the top of a page, and the line at its foot."""

    title: str
    note: str
    footing: str


@dataclass(frozen=True, slots=True)
class FigureDescription:
    """A page: a heading, rows of panels, and the lever calendar and human outcomes of a result."""

    heading: Heading
    panels: Sequence[Panel]
    rows: Sequence[int] = ()
    """How many panels stand in each row, all of one height; without it they stand one below the other."""
    clock: Clock | None = None
    """The time axis that all panels share, above the lever calendar of `people`."""
    people: Source | None = None
    """The result whose human outcomes stand at the foot of the page."""
    people_of: str = ""
    """The scenario that `people` are of, where the page shows several."""
    width: float = WIDTH
    margins: Margins = field(default_factory=Margins)
    shared_legend: Literal["", "above panels", "beside calendar"] = ""
    """Where one legend for all panels stands, with the labels of the first."""


def small_multiples(
    heading: Heading, panels: Sequence[Panel], rows: Sequence[int], *, left: float = 0.8, legend: bool = False
) -> FigureDescription:
    """A page of small panels in rows, each with a horizontal axis of its own, for figures of many runs."""
    margins = Margins(left, right=0.35, gap=0.78)
    shared: Literal["", "above panels"] = "above panels" if legend else ""
    return FigureDescription(heading, panels, rows, margins=margins, shared_legend=shared)


def in_rows(panels: int, columns: int = COLUMNS) -> list[int]:
    """How many panels stand in each row.

    >>> in_rows(9, 4)
    [4, 4, 1]
    """
    return [min(columns, panels - first) for first in range(0, panels, columns)]


def at_bottom(rows: Sequence[int]) -> list[bool]:
    """Whether nothing stands below each panel.

    >>> at_bottom([3, 1])
    [False, True, True, True]
    """
    below = [*rows[1:], 0]
    return [column >= under for count, under in zip(rows, below, strict=True) for column in range(count)]
