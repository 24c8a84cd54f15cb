"""Scenarios compared under a posterior, drawn: one panel a measure, one bar a scenario,
enforcement and people on one page."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.core.plain_text import plain
from sim.evidence.counterfactuals import MEASURES, twin_table
from sim.reporting.style.figure_description import FigureDescription, Panel, in_rows, small_multiples
from sim.reporting.style.figure_files import save_figures
from sim.reporting.style.figure_headings import heading_of_scenario
from sim.reporting.style.palette import BLUE, GREY, INK, SMALL_POINTS, VERMILION

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.comparison.paired_runs import Comparison

SCENARIO_INCHES = 0.27
LEFT = 2.3


def differences_by_scenario(comparison: Comparison) -> FigureDescription:
    """Paired differences of every scenario from the first: median and 90 % of replications, in units."""
    table = twin_table(comparison)
    note = (
        f"median and 90 % of {int(table['runs'].iloc[0])} replications, each with a parameter set of the "
        f"posterior and a luck of its own, the same in "
        "every world; blue: flow and enforcement, red: people"
    )
    # Plain here: AsText makes the scenario of one result plain, and not those of a comparison.
    names = [plain(comparison.results[w].scenario.scenario.title) for w in comparison.others]
    panels = []
    for place, measure in enumerate(MEASURES):
        part = table[table["measure"] == measure]
        # Two panels a row share the names at the left.
        beside = names if place % 2 == 0 else [""] * len(names)
        caption = f"{part['label'].iloc[0]}, {part['unit'].iloc[0]}"
        height = SCENARIO_INCHES * len(names) + 0.25
        panels.append(Panel(partial(_draw, part=part, names=beside), caption, height=height))
    scenario = comparison.results[comparison.base].scenario
    heading = heading_of_scenario(scenario, "differences by policy, in the model", note)
    return small_multiples(heading, panels, in_rows(len(panels), 2), left=LEFT)


def _draw(ax: Axes, part: pd.DataFrame, names: list[str]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    colour = VERMILION if part["family"].iloc[0] == "human" else BLUE
    at = np.arange(len(part))
    ax.hlines(at, part["low"], part["high"], color=colour, lw=5, alpha=0.35)
    ax.plot(part["difference"], at, ls="", marker="o", ms=4.5, color=colour, mec=INK, mew=0.5)
    ax.axvline(0.0, color=GREY, lw=0.8)
    # The first scenario above, as in the table.
    ax.set_ylim(len(part) - 0.5, -0.5)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+,.0f}" if value else "0"))
    ax.set_yticks(range(len(names)), names, size=SMALL_POINTS)


def save_counterfactuals(comparison: Comparison, folder: Path) -> list[Path]:
    """The differences by scenario, as PNG and SVG; the files written."""
    return save_figures({"counterfactuals": lambda: differences_by_scenario(comparison)}, folder)
