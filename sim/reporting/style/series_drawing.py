"""Series over time, drawn in the ways that figures share: lines with bands, stacked areas, stacked bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.reporting.style.binned_counts import Array, spread, words_if_all_zero
from sim.reporting.style.figure_description import ABOVE, Legend, Panel, SidePanel
from sim.reporting.style.palette import SMALL_POINTS
from sim.reporting.style.series_styles import SeriesStyle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable

Series = tuple[str, Array, SeriesStyle]
"""Label, values of shape (replications, bins), and style."""
# With more points markers hide the line; dash and colour still distinguish it.
FEW_POINTS = 60
BAND_ALPHA = 0.18


def panel_of_counts(
    draw: Callable[[Axes, Array, Sequence[Series]], None], at: Array, series: Sequence[Series], *,
    caption: str, unit: str, nothing: str, height: float = 1.25, legend: Legend | None = ABOVE,
    beside: Sequence[SidePanel] = (),
) -> Panel:  # fmt: skip
    """A panel of counts over time, drawn by one of the functions below; words where all are nought."""
    return Panel(
        lambda ax: draw(ax, at, series), caption, unit, height=height, counts=True, legend=legend,
        nothing=words_if_all_zero(nothing, [values for _, values, _ in series]), beside=beside,
    )  # fmt: skip


def draw_lines(ax: Axes, at: Array, series: Sequence[Series]) -> None:
    """Means over runs as lines, each with its percentile band."""
    for label, values, style in series:
        draw_line(ax, at, values, style, label)


def draw_line(ax: Axes, at: Array, values: Array, style: SeriesStyle, label: str) -> None:
    """The mean over runs as a line, the percentile band behind it; markers where points are few."""
    drawn = spread(values)
    if values.shape[0] > 1:
        ax.fill_between(at, drawn.low, drawn.high, color=style.colour, alpha=BAND_ALPHA, lw=0)
    few = len(at) <= FEW_POINTS
    ax.plot(
        at, drawn.mean, color=style.colour, ls=style.dash, lw=1.5, label=label,
        marker=style.marker if few else None, ms=3.2, markevery=max(1, len(at) // 20),
    )  # fmt: skip


def draw_stack(ax: Axes, at: Array, series: Sequence[Series]) -> None:
    """Means over runs stacked, hatched for grey; the band of the sum as two thin lines."""
    floor = np.zeros(len(at))
    for label, values, style in series:
        top = floor + spread(values).mean
        ax.fill_between(
            at, floor, top, facecolor=style.colour, hatch=style.hatch * 2, edgecolor="white", lw=0.0,
            label=label, alpha=0.85,
        )  # fmt: skip
        ax.plot(at, top, color="black", lw=0.4)
        floor = top
    whole = spread(np.sum([values for _, values, _ in series], axis=0))
    if series and series[0][1].shape[0] > 1:
        for edge in (whole.low, whole.high):
            ax.plot(at, edge, color="black", lw=0.7, ls="--")


def draw_bars(ax: Axes, at: Array, series: Sequence[Series]) -> None:
    """Means over runs as stacked bars between the edges at which bins begin and end, hatched for grey;
    the band of the sum as whiskers."""
    floor = np.zeros(len(at) - 1)
    width = np.diff(at) * 0.86
    middles = (at[1:] + at[:-1]) / 2.0
    for label, values, style in series:
        mean = spread(values).mean
        ax.bar(
            middles, mean, width, bottom=floor, color=style.colour, hatch=style.hatch, edgecolor="white",
            lw=0.3, label=label,
        )  # fmt: skip
        floor = floor + mean
    whole = spread(np.sum([values for _, values, _ in series], axis=0))
    if series and series[0][1].shape[0] > 1:
        seen = whole.high > 0
        ax.vlines(middles[seen], whole.low[seen], whole.high[seen], color="black", lw=0.8)


def colour_scale(of: ScalarMappable, unit: str, *, gap: float, width: float, share: float = 1.0) -> SidePanel:
    """The scale of a panel's colours, to its right."""
    return SidePanel(Panel(lambda ax: _draw_scale(ax, of, unit), framed=False), gap, width, share)


def _draw_scale(ax: Any, of: ScalarMappable, unit: str) -> None:
    bar = ax.figure.colorbar(of, cax=ax)
    bar.set_label(unit, size=SMALL_POINTS)
    bar.ax.tick_params(labelsize=SMALL_POINTS)


def add_colour_scale(ax: Any, of: ScalarMappable) -> None:
    """The scale of a small panel's colours, in a strip taken from the panel's own width."""
    bar = ax.figure.colorbar(of, ax=ax, fraction=0.05, pad=0.02)
    bar.ax.tick_params(labelsize=SMALL_POINTS - 1)
