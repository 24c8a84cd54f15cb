"""Lines with bands and stacked areas over time: the strokes that the figures share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.reporting.style.binned_counts import Array, spread
from sim.reporting.style.looks import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW_POINTS = 60
BAND_ALPHA = 0.18


def draw_line(ax: Axes, at: Array, values: Array, look: Look, label: str) -> None:
    """The mean over runs as a line, the percentile band behind it; markers where points are few."""
    drawn = spread(values)
    if values.shape[0] > 1:
        ax.fill_between(at, drawn.low, drawn.high, color=look.colour, alpha=BAND_ALPHA, lw=0)
    few = len(at) <= FEW_POINTS
    ax.plot(
        at, drawn.mean, color=look.colour, ls=look.dash, lw=1.5, label=label,
        marker=look.marker if few else None, ms=3.2, markevery=max(1, len(at) // 20),
    )  # fmt: skip


def draw_stack(ax: Axes, at: Array, layers: list[tuple[str, Array, Look]]) -> None:
    """Means over runs stacked, hatched for grey; the band of the sum as two thin lines."""
    floor = np.zeros(len(at))
    for label, values, look in layers:
        top = floor + spread(values).mean
        ax.fill_between(
            at,
            floor,
            top,
            facecolor=look.colour,
            hatch=look.hatch * 2,
            edgecolor="white",
            lw=0.0,
            label=label,
            alpha=0.85,
        )
        ax.plot(at, top, color="black", lw=0.4)
        floor = top
    whole = spread(np.sum([values for _, values, _ in layers], axis=0))
    if layers and layers[0][1].shape[0] > 1:
        for edge in (whole.low, whole.high):
            ax.plot(at, edge, color="black", lw=0.7, ls="--")


def draw_bars(ax: Axes, edges: Array, layers: list[tuple[str, Array, Look]]) -> None:
    """Means over runs as stacked bars from edge to edge, hatched for grey;
    the band of the sum as whiskers."""
    floor = np.zeros(len(edges) - 1)
    width = np.diff(edges) * 0.86
    middles = (edges[1:] + edges[:-1]) / 2.0
    for label, values, look in layers:
        mean = spread(values).mean
        ax.bar(
            middles,
            mean,
            width,
            bottom=floor,
            color=look.colour,
            hatch=look.hatch,
            edgecolor="white",
            lw=0.3,
            label=label,
        )
        floor = floor + mean
    whole = spread(np.sum([values for _, values, _ in layers], axis=0))
    if layers and layers[0][1].shape[0] > 1:
        seen = whole.high > 0
        ax.vlines(middles[seen], whole.low[seen], whole.high[seen], color="black", lw=0.8)
