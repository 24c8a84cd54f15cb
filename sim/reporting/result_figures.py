"""All figures of a result, by name: drawn one at a time in a notebook, or all into a folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.reporting.figures.account_figure import accounts
from sim.reporting.figures.fate_figure import fates
from sim.reporting.figures.flow_figure import flow
from sim.reporting.figures.incident_figure import incidents
from sim.reporting.figures.people_figures import compartments, people
from sim.reporting.figures.post_figure import posts
from sim.reporting.figures.recorded_figure import recorded
from sim.reporting.figures.sector_figures import heatmap, map_of_the_line
from sim.reporting.style.figure_files import drawn, save_figures
from sim.reporting.style.figure_source import AsText
from sim.runs.recorded_counterparts import bound_series

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_description import FigureDescription
    from sim.reporting.style.figure_source import Source
    from sim.runs.result import Result

FIGURES: dict[str, Callable[[Source], FigureDescription]] = {
    "flow": flow,
    "people": people,
    "incidents": incidents,
    "compartments": compartments,
    "heatmap": heatmap,
    "posts": posts,
    "fates": fates,
    "accounts": accounts,
    "recorded": recorded,
    "map": map_of_the_line,
}
"""Name and figure, in the order they are shown."""
# Only those that could otherwise be empty in any run: a count of nobody is drawn, with words that say so.
APPLIES: dict[str, Callable[[Source], bool]] = {
    "accounts": lambda result: bool(result.scenario.parties),
    "recorded": lambda result: bool(bound_series(result.scenario)),
    "map": lambda result: any(sector.path for sector in result.scenario.sectors.values()),
}
"""Figures that need something of the scenario: parties, recorded series, lon/lat points."""


class Plots:
    """The figures of a result, one method each."""

    def __init__(self, result: Source) -> None:
        self._result = result

    def __getattr__(self, name: str) -> Callable[[], Figure]:
        if name not in FIGURES:
            raise AttributeError(f"no figure is called {name!r}; there are: {', '.join(FIGURES)}")
        return lambda: draw(name, self._result)

    def __dir__(self) -> list[str]:
        return list(FIGURES)

    def __repr__(self) -> str:
        return f"<figures: {', '.join(FIGURES)}>"


def illustrate(result: Result) -> Result:
    """Give a result its figures, under `.plot`."""
    # An attribute set from here: sim.runs, which defines the result, imports nothing of figures.
    result.plot = Plots(result)
    return result


def describe(name: str, result: Source) -> FigureDescription:
    """What one figure shows, by its name."""
    # Every figure by this door, so that none sees a text that is not plain.
    return FIGURES[name](AsText(result))


def draw(name: str, result: Source) -> Figure:
    """One figure, by its name."""
    return drawn(describe(name, result))


def save_all(result: Source, folder: Path) -> list[Path]:
    """Draw every figure that applies into a folder, as PNG and SVG; the files written.
    The same result gives the same bytes."""
    applying = [name for name in FIGURES if name not in APPLIES or APPLIES[name](result)]
    return save_figures({name: partial(describe, name, result) for name in applying}, folder)
