"""A fit, drawn: what was known of the free numbers before and after,
and the record beside what the fitted model says."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.reporting.style.figure_files import save_figures
from sim.reporting.style.figure_page import caption, footing_words
from sim.reporting.style.looks import BLUE, GREY, INK, ORANGE, SMALL_POINTS, VERMILION
from sim.reporting.style.small_multiples import Page, blank_page, in_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.evidence.calibration.fit_problem import Calibration, Free
    from sim.evidence.validate import Validation
    from sim.runs.posterior import Posterior

FAR = 3.0
LABEL_CHARACTERS = 36
BINS = 21
MARKERS = {"A": "o", "B": "s", "C": "^", "D": "x"}
LINES = {"last value": ":", "straight line": "--", "level shift": "-."}


def free_numbers(calibration: Calibration, posterior: Posterior) -> Figure:
    """Each free number: its prior as a line, the posterior as bars,
    on the prior's own scale (equal steps are equally likely)."""
    about = posterior.about
    note = (
        f"line: before; bars: after the fit to {calibration.fit_until.day} {calibration.fit_until:%B %Y}, "
        f"tolerance {about.get('tolerance', float('nan')):.2f}, "
        f"{len(posterior.weights)} parameter sets that say as much as "
        f"{about.get('effective_sets', float('nan')):.0f} of equal weight"
    )
    page = _page(
        calibration, "free numbers before and after", note, in_rows(len(calibration.free), 3), height=1.5
    )
    for i, (ax, free) in enumerate(zip(page.panels, calibration.free, strict=True)):
        _draw_free(ax, free, posterior.values[:, i], posterior.weights)
    return page.figure


def _draw_free(ax: Axes, free: Free, values: np.ndarray, weights: np.ndarray) -> None:
    grid = np.linspace(-FAR, FAR, 601)
    known = np.array([free.prior.value(float(z)) for z in grid])
    z = np.interp(values, known, grid)
    ax.hist(
        z,
        bins=np.linspace(-FAR, FAR, BINS + 1).tolist(),
        weights=weights,
        density=True,
        color=BLUE,
        alpha=0.55,
    )
    ax.plot(grid, np.exp(-(grid**2) / 2.0) / np.sqrt(2.0 * np.pi), color=INK, lw=1.0)
    ticks = np.array([-2.0, 0.0, 2.0])
    ax.set_xticks(ticks, [f"{free.prior.value(float(t)):.3g}" for t in ticks])
    ax.set_yticks([])
    ax.set_xlim(-FAR, FAR)
    caption(ax, "\n".join(textwrap.wrap(free.label, LABEL_CHARACTERS)), "density")


def record_and_predictions(calibration: Calibration, table: pd.DataFrame) -> Figure:
    """Every fitted series: the record, the fitted model's median and 90 % of its predictions,
    and the naive forecasts."""
    bindings = [s.binding for s in calibration.series]
    note = (
        "bars: 90 % of predictions (parameters, luck and error model), dark up to the fit's end; marks: "
        "recorded, by grade; "
        "lines: naive forecasts"
    )
    page = _page(calibration, "the record, and the fitted model", note, [1] * len(bindings), height=1.45)
    for ax, binding in zip(page.panels, bindings, strict=True):
        _draw_series(ax, table[table["binding"] == binding], calibration)
    handles, labels = page.panels[0].get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    page.panels[0].legend(
        once.values(), once.keys(), fontsize=SMALL_POINTS, ncols=2, loc="upper right", framealpha=0.9
    )
    return page.figure


def _draw_series(ax: Axes, part: pd.DataFrame, calibration: Calibration) -> None:
    from matplotlib.ticker import FuncFormatter

    at = np.arange(len(part))
    fitted = (part["use"] == "fitted").to_numpy()
    low, high = np.maximum(part["low"].to_numpy(float), 0.3), np.maximum(part["high"].to_numpy(float), 0.3)
    for chosen, alpha in ((fitted, 0.6), (~fitted, 0.3)):
        ax.vlines(at[chosen], low[chosen], high[chosen], color=BLUE, lw=7, alpha=alpha)
    ax.plot(
        at,
        np.maximum(part["median"].to_numpy(float), 0.3),
        ls="",
        marker="_",
        ms=9,
        color=BLUE,
        label="simulated, median",
    )
    ahead = part[[*LINES]].notna().all(axis=1).to_numpy()
    for name, style in LINES.items():
        if ahead.any():
            ax.plot(
                at[ahead],
                np.maximum(part[name].to_numpy(float)[ahead], 0.3),
                ls=style,
                color=ORANGE,
                lw=1.1,
                label=name,
            )
    for grade, marker in MARKERS.items():
        chosen = (part["grade"] == grade).to_numpy()
        if chosen.any():
            look: dict[str, Any] = (
                {"color": VERMILION} if marker == "x" else {"mfc": "white", "mec": VERMILION}
            )
            ax.plot(
                at[chosen],
                np.maximum(part["recorded"].to_numpy(float)[chosen], 0.3),
                ls="",
                marker=marker,
                ms=5.5,
                mew=1.4,
                label=f"recorded, grade {grade}",
                **look,
            )
    if fitted.any() and not fitted.all():
        ax.axvline(float(at[fitted].max()) + 0.5, color=GREY, lw=0.8)
    ax.set_yscale("log")
    ax.minorticks_off()
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.set_xticks(
        at,
        [_short(start, end) for start, end in zip(part["start"], part["end"], strict=True)],
        size=SMALL_POINTS - 0.5,
    )
    figures = {figure.binding: figure for figure in calibration.figures}
    label = figures[str(part["binding"].iloc[0])].label if len(part) else ""
    unit = (
        "so far" if calibration.scenario.recorded[str(part["binding"].iloc[0])].cumulative else "in the days"
    )
    caption(ax, label, unit)


def _short(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """A month as "Oct 21", other windows by their last day."""
    from datetime import timedelta

    last = end - timedelta(days=1)
    return (
        f"{start:%b %y}"
        if start.day == 1 and end.day == 1 and (end - start).days < 32
        else f"to {last.day} {last:%b %y}"
    )


def _page(calibration: Calibration, what: str, note: str, rows: list[int], *, height: float) -> Page:
    scenario = calibration.scenario
    return blank_page(
        f"{scenario.scenario.title}: {what}", note, rows, footing_words(scenario), height=height
    )


def save_validation(found: Validation, folder: Path) -> list[Path]:
    """The free numbers before and after, and the record beside the predictions, as PNG and SVG;
    the files written."""
    figures = {
        "free-numbers": lambda: free_numbers(found.calibration, found.posterior),
        "record-and-predictions": lambda: record_and_predictions(found.calibration, found.table),
    }
    return save_figures(figures, folder)
