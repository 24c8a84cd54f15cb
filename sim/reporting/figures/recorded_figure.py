"""Simulated against recorded: each recorded series beside the account of the party that counted it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.core.errors import UsageError
from sim.evidence.sequences import bound_rows
from sim.reporting.style.binned_counts import Array, run_index, runs_of, spread
from sim.reporting.style.figure_description import FigureDescription, Legend, Margins, Panel
from sim.reporting.style.figure_headings import heading_of_result
from sim.reporting.style.palette import BLUE, GREY, SMALL_POINTS
from sim.reporting.style.recorded_marks import draw_recorded
from sim.reporting.style.time_bins import clock_of
from sim.runs.recorded_counterparts import Bound, bound_series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.reporting.style.figure_source import Source
    from sim.reporting.style.time_bins import Clock

SEEN_FIRST = 20.0
NOTE = "a recorded figure is one party's count, beside what that party reports in the run"
EVERY_LABEL = Legend(
    {"loc": "center right", "ncols": 2, "fontsize": SMALL_POINTS, "framealpha": 0.9}, of="every panel"
)


def recorded(result: Source) -> FigureDescription:
    """Each recorded figure, and the simulated one of the same days with its band.
    Raises `UsageError` where there is none."""
    bound = bound_series(result.scenario)
    if not bound:
        raise UsageError(f"scenario '{result.scenario.name}' is compared with no recorded figure of its days")
    clock = clock_of(result.scenario, 24.0)
    # The legend of all panels covers the fewest marks there.
    emptiest = min(bound, key=lambda each: len(each.points))
    panels = [
        Panel(
            partial(_draw, values=simulated(result, each), bound=each, clock=clock), _caption(result, each),
            f"{each.series.unit}\n{'so far' if each.series.cumulative else 'in the days'}", height=1.3,
            legend=EVERY_LABEL if each is emptiest else None,
        )
        for each in bound
    ]  # fmt: skip
    heading = heading_of_result(result, "simulated against recorded", note=NOTE)
    return FigureDescription(heading, panels, clock=clock, people=result, margins=Margins(gap=0.5))


def simulated(result: Source, bound: Bound) -> Array:
    """The same quantity over the same days, of shape (replications, points)."""
    rows = bound_rows(result, bound.binding)
    start = result.scenario.scenario.start
    by_day = np.zeros((runs_of(result), result.scenario.days + 1))
    day = np.clip(rows["day"].to_numpy(np.int64), 0, result.scenario.days)
    np.add.at(by_day, (run_index(result, rows["replication"]), day), rows["value"].to_numpy(np.float64))
    # Sums up to each midnight: a window of any length is one difference.
    upto = np.concatenate([np.zeros((by_day.shape[0], 1)), by_day.cumsum(axis=1)], axis=1)
    first = [(p.start - start).days for p in bound.points]
    last = [(p.end - start).days for p in bound.points]
    return upto[:, last] - upto[:, first]


def _draw(ax: Axes, values: Array, bound: Bound, clock: Clock) -> None:
    drawn = spread(values)
    low, high = _edges(bound, clock)
    at = high if bound.series.cumulative else (low + high) / 2.0
    if not bound.series.cumulative:
        ax.hlines(drawn.mean, low, high, color=BLUE, lw=1.6, label="simulated, mean")
    # A line for each running total. Sorted: a set of dates comes in another order in every process, and the
    # SVG with it.
    for begun in sorted({p.start for p in bound.points}) if bound.series.cumulative else ():
        chosen = [i for i, p in enumerate(bound.points) if p.start == begun]
        ax.plot(at[chosen], drawn.mean[chosen], color=BLUE, lw=1.6, marker="_", ms=9, label="simulated, mean")
    if len(values) > 1:
        ax.vlines(
            # A logarithmic axis has no nought to begin a whisker at.
            at, np.maximum(drawn.low, 1e-9), drawn.high, color=BLUE, lw=3.5, alpha=0.35,
            label="simulated, band over runs",
        )  # fmt: skip
    known = np.array([p.value for p in bound.points])
    draw_recorded(ax, at, known, np.array([p.grade for p in bound.points]))
    _scale(ax, known, np.concatenate([drawn.mean, drawn.high]))


def _edges(bound: Bound, clock: Clock) -> tuple[Array, Array]:
    low = clock.at([24.0 * (p.start - clock.start.date()).days for p in bound.points])
    high = clock.at([24.0 * (p.end - clock.start.date()).days for p in bound.points])
    return low, high


def _caption(result: Source, bound: Bound) -> str:
    party = bound.binding.party
    if party is None:
        return f"{bound.series.label} (simulated: what happened in the model)"
    return f"{bound.series.label} (simulated: what {result.scenario.parties[party].label or party} reports)"


def _scale(ax: Axes, recorded_values: Array, drawn: Array) -> None:
    """A logarithmic axis where figures differ by more than twentyfold and none is nought."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    known = [v for v in [*recorded_values, *drawn] if v > 0]
    # Where a recorded nought must be shown, the axis stays linear.
    if known and max(known) > SEEN_FIRST * min(known) and recorded_values.min() > 0:
        ax.set_yscale("log")
        ax.set_ylim(max(0.5, 0.6 * min(known)), 1.8 * max(known))
        ax.minorticks_off()
    else:
        ax.set_ylim(0.0, 1.2 * max([*known, 1.0]))
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.tick_params(labelsize=SMALL_POINTS)
    ax.axhline(0.0, color=GREY, lw=0.4)
