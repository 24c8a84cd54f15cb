"""Twin worlds from a posterior, drawn: one panel a measure, one bar a world,
enforcement and people on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.core.plain_text import plain
from sim.evidence.counterfactuals import MEASURES, twin_table
from sim.reporting.style.figure_files import save_figures
from sim.reporting.style.figure_page import caption, footing_words
from sim.reporting.style.looks import BLUE, GREY, INK, SMALL_POINTS, VERMILION
from sim.reporting.style.small_multiples import blank_page, in_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.comparison.paired_runs import Comparison

A_WORLD = 0.27
LEFT = 2.3


def differences_by_world(comparison: Comparison) -> Figure:
    """Paired differences of every world from the first: median and 90 % of replications, in units."""
    table = twin_table(comparison)
    scenario = comparison.results[comparison.base].scenario
    note = (
        f"median and 90 % of {int(table['runs'].iloc[0])} replications, each with a parameter set of the "
        f"posterior and a luck of its own, the same in "
        "every world; blue: flow and enforcement, red: people"
    )
    height = A_WORLD * len(comparison.others) + 0.25
    page = blank_page(
        f"{scenario.scenario.title}: differences by policy, in the model", note, in_rows(len(MEASURES), 2),
        footing_words(scenario),
        height=height, left=LEFT,
    )  # fmt: skip
    titles = [plain(comparison.results[w].scenario.scenario.title) for w in comparison.others]
    for i, (ax, measure) in enumerate(zip(page.panels, MEASURES, strict=True)):
        _draw(ax, table[table["measure"] == measure])
        ax.set_yticks(range(len(titles)), titles if i % 2 == 0 else [""] * len(titles), size=SMALL_POINTS)
    return page.figure


def _draw(ax: Axes, part: pd.DataFrame) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    colour = VERMILION if part["family"].iloc[0] == "human" else BLUE
    at = np.arange(len(part))
    ax.hlines(at, part["low"], part["high"], color=colour, lw=5, alpha=0.35)
    ax.plot(part["difference"], at, ls="", marker="o", ms=4.5, color=colour, mec=INK, mew=0.5)
    ax.axvline(0.0, color=GREY, lw=0.8)
    ax.set_ylim(len(part) - 0.5, -0.5)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+,.0f}" if value else "0"))
    caption(ax, f"{part['label'].iloc[0]}, {part['unit'].iloc[0]}", "")


def save_twins(comparison: Comparison, folder: Path) -> list[Path]:
    """The differences by world, as PNG and SVG; the files written."""
    return save_figures({"counterfactuals": lambda: differences_by_world(comparison)}, folder)
