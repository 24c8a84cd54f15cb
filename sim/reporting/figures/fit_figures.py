"""A fit, drawn: what was known of the free numbers before and after,
and the record beside what the fitted model says."""

from __future__ import annotations

import textwrap
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.reporting.style.figure_description import (
    FigureDescription,
    Legend,
    Panel,
    in_rows,
    small_multiples,
)
from sim.reporting.style.figure_files import save_figures
from sim.reporting.style.figure_headings import heading_of_scenario
from sim.reporting.style.palette import BLUE, GREY, INK, ORANGE, SMALL_POINTS
from sim.reporting.style.recorded_marks import draw_recorded

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.evidence.calibration.calibration_problem import Calibration, Free
    from sim.evidence.validate import Validation
    from sim.runs.posterior import Posterior

# In standard deviations of the prior's normal scale, where all but 3 in 1,000 lie.
FAR = 3.0
LOWEST = 0.3
"""Where nought stands on a logarithmic axis."""
LABEL_CHARACTERS = 36
BINS = 21
LINES = {"last value": ":", "straight line": "--", "level shift": "-."}
INSIDE = Legend({"loc": "upper right", "ncols": 2, "fontsize": SMALL_POINTS, "framealpha": 0.9})


def free_numbers(calibration: Calibration, posterior: Posterior) -> FigureDescription:
    """Each free number: its prior as a line, the posterior as bars,
    on the prior's own scale (equal steps are equally likely)."""
    about = posterior.about
    note = (
        f"line: before; bars: after the fit to {calibration.fit_until.day} {calibration.fit_until:%B %Y}, "
        f"tolerance {about.get('tolerance', float('nan')):.2f}, "
        f"{len(posterior.weights)} parameter sets that say as much as "
        f"{about.get('effective_sets', float('nan')):.0f} of equal weight"
    )
    panels = [
        Panel(
            partial(_draw_free, free=free, values=posterior.values[:, i], weights=posterior.weights),
            "\n".join(textwrap.wrap(free.label, LABEL_CHARACTERS)), "density", height=1.5,
        )
        for i, free in enumerate(calibration.free)
    ]  # fmt: skip
    heading = heading_of_scenario(calibration.scenario, "free numbers before and after", note)
    return small_multiples(heading, panels, in_rows(len(panels), 3))


def _draw_free(ax: Axes, free: Free, values: np.ndarray, weights: np.ndarray) -> None:
    grid = np.linspace(-FAR, FAR, 601)
    known = np.array([free.prior.value(float(z)) for z in grid])
    bins = np.linspace(-FAR, FAR, BINS + 1).tolist()
    # Back to the prior's scale by interpolation: a prior gives values of z, and not the inverse.
    z = np.interp(values, known, grid)
    ax.hist(z, bins=bins, weights=weights, density=True, color=BLUE, alpha=0.55)
    # On this scale every prior is the same normal curve, so that panels compare.
    ax.plot(grid, np.exp(-(grid**2) / 2.0) / np.sqrt(2.0 * np.pi), color=INK, lw=1.0)
    ticks = np.array([-2.0, 0.0, 2.0])
    ax.set_xticks(ticks, [f"{free.prior.value(float(t)):.3g}" for t in ticks])
    ax.set_yticks([])
    ax.set_xlim(-FAR, FAR)


def record_and_predictions(calibration: Calibration, table: pd.DataFrame) -> FigureDescription:
    """Every fitted series: the record, the fitted model's median and 90 % of its predictions,
    and the naive forecasts."""
    note = (
        "bars: 90 % of predictions (parameters, luck and error model), dark up to the fit's end; marks: "
        "recorded, by grade; "
        "lines: naive forecasts"
    )
    labels = {figure.binding: figure.label for figure in calibration.figures}
    panels: list[Panel] = []
    for binding in (series.binding for series in calibration.series):
        unit = "so far" if calibration.scenario.recorded[binding].cumulative else "in the days"
        part = table[table["binding"] == binding]
        legend = None if panels else INSIDE
        label = labels.get(binding, "")
        panels.append(Panel(partial(_draw_series, part=part), label, unit, height=1.45, legend=legend))
    heading = heading_of_scenario(calibration.scenario, "the record, and the fitted model", note)
    return small_multiples(heading, panels, [1] * len(panels))


def _draw_series(ax: Axes, part: pd.DataFrame) -> None:
    at = np.arange(len(part))
    # A logarithmic axis has no nought; what lies below stands at its foot.
    shown = part[["low", "high", "median", "recorded", *LINES]].clip(lower=LOWEST)
    fitted = (part["use"] == "fitted").to_numpy()
    for chosen, alpha in ((fitted, 0.6), (~fitted, 0.3)):
        ax.vlines(at[chosen], shown["low"][chosen], shown["high"][chosen], color=BLUE, lw=7, alpha=alpha)
    ax.plot(at, shown["median"], ls="", marker="_", ms=9, color=BLUE, label="simulated, median")
    # Forecasts begin where the fit ends: before, there is nothing to forecast.
    ahead = part[[*LINES]].notna().all(axis=1).to_numpy()
    for name, dash in LINES.items() if ahead.any() else ():
        ax.plot(at[ahead], shown[name][ahead], ls=dash, color=ORANGE, lw=1.1, label=name)
    draw_recorded(ax, at, shown["recorded"].to_numpy(), part["grade"].to_numpy())
    if fitted.any() and not fitted.all():
        ax.axvline(float(at[fitted].max()) + 0.5, color=GREY, lw=0.8)
    _axes_of_windows(ax, part)


def _axes_of_windows(ax: Axes, part: pd.DataFrame) -> None:
    from matplotlib.ticker import FuncFormatter

    ax.set_yscale("log")
    ax.minorticks_off()
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    windows = [_short(start, end) for start, end in zip(part["start"], part["end"], strict=True)]
    ax.set_xticks(range(len(windows)), windows, size=SMALL_POINTS - 0.5)


def _short(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """A month as "Oct 21", other windows by their last day."""
    from datetime import timedelta

    last = end - timedelta(days=1)
    return (
        f"{start:%b %y}"
        if start.day == 1 and end.day == 1 and (end - start).days < 32
        else f"to {last.day} {last:%b %y}"
    )


def save_validation(found: Validation, folder: Path) -> list[Path]:
    """The free numbers before and after, and the record beside the predictions, as PNG and SVG;
    the files written."""
    figures = {
        "free-numbers": lambda: free_numbers(found.calibration, found.posterior),
        "record-and-predictions": lambda: record_and_predictions(found.calibration, found.table),
    }
    return save_figures(figures, folder)
