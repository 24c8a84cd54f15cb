"""A page of small panels in rows, for figures of many worlds: heading, panels, footing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import BorderflowError
from sim.core.plain_text import plain
from sim.reporting.style.figure_page import (
    EDGE,
    FOOT,
    NOTE_CHARACTERS,
    NOTE_LINE,
    TITLE_CHARACTERS,
    TITLE_LINE,
    TOP,
    WIDTH,
    footing_words,
    tidy,
    write_heading,
)
from sim.reporting.style.looks import INK, SMALL_POINTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.explore.sweep_results import SweepResult
    from sim.scenario.schema import Scenario

GAP_X, GAP_Y, RIGHT = 0.62, 0.78, 0.35
HEAD_GAP = 0.45
COLUMNS = 4


@dataclass(slots=True)
class Page:
    """A figure with its panels, row by row; `bottom` are those with nothing below them."""

    figure: Figure
    panels: list[Axes]
    bottom: list[Axes]
    head: float

    def legend(self) -> None:
        """One legend for all panels, above them to the right."""
        handles, labels = self.panels[0].get_legend_handles_labels()
        width, height = self.figure.get_size_inches()
        at = (1.0 - RIGHT / width, 1.0 - (self.head - 0.22) / height)
        self.figure.legend(
            handles, labels, loc="lower right", ncols=len(labels), frameon=False, fontsize=SMALL_POINTS,
            bbox_to_anchor=at, borderaxespad=0.0,
        )  # fmt: skip


def in_rows(panels: int, columns: int = COLUMNS) -> list[int]:
    """How many panels stand in each row.

    >>> in_rows(9, 4)
    [4, 4, 1]
    """
    return [min(columns, panels - first) for first in range(0, panels, columns)]


def open_page(
    found: SweepResult,
    title: str,
    rows: Sequence[int],
    *,
    note: str = "",
    height: float = 1.6,
    left: float = 0.8,
) -> Page:
    """A page with so many panels in each row; heights in inches."""
    scenario = scenario_of(found)
    name = scenario.scenario.title if scenario is not None else Path(found.plan["scenario"]).stem
    runs = f"{len(found.points)} points, {found.plan['replications']} runs each, seed {found.plan['seed']}"
    note = f"{runs} · {note}" if note else runs
    return blank_page(f"{name}: {title}", note, rows, footing_words(scenario), height=height, left=left)


def blank_page(
    title: str, note: str, rows: Sequence[int], footing: str, *, height: float = 1.6, left: float = 0.8
) -> Page:
    """A page with a heading, rows of panels and a footing."""
    from sim.reporting.style.picture import Picture

    titles, notes = textwrap.wrap(plain(title), TITLE_CHARACTERS), textwrap.wrap(plain(note), NOTE_CHARACTERS)
    head = TOP + TITLE_LINE * len(titles) + NOTE_LINE * len(notes) + HEAD_GAP
    total = head + len(rows) * (height + GAP_Y) + FOOT - 0.1
    figure = Picture(figsize=(WIDTH, total), facecolor="white")
    write_heading(figure, titles, notes)
    columns = max(rows)
    width = (WIDTH - left - RIGHT - GAP_X * (columns - 1)) / columns
    page = Page(figure, [], [], head)
    for row, count in enumerate(rows):
        y = total - head - row * (height + GAP_Y) - height
        for column in range(count):
            x = left + column * (width + GAP_X)
            ax = tidy(figure.add_axes((x / WIDTH, y / total, width / WIDTH, height / total)))
            page.panels.append(ax)
            if row == len(rows) - 1 or column >= rows[row + 1]:
                page.bottom.append(ax)
    figure.text(
        EDGE / WIDTH, 0.13 / total, footing, size=SMALL_POINTS, color=INK, va="bottom", style="italic"
    )
    return page


def scenario_of(found: SweepResult) -> Scenario | None:
    """The scenario that a sweep varies, where it can still be found."""
    from sim.scenario.load import load

    try:
        return load(found.plan["scenario"])
    except BorderflowError:
        return None
