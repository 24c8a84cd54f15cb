"""The accounts: what each party says happened, over what happened in the model."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.core.units import HOURS_PER_DAY
from sim.record.measures import MEASURE_BY_NAME
from sim.reporting.style.binned_counts import Array, BinnedCounts, run_index, runs_of, spread
from sim.reporting.style.figure_description import RIGHT, WIDE, FigureDescription, Margins, Panel, SidePanel
from sim.reporting.style.figure_headings import heading_of_result
from sim.reporting.style.human_strip import number
from sim.reporting.style.palette import BLACK, INK, PALE, SMALL_POINTS
from sim.reporting.style.series_drawing import Series, draw_lines, panel_of_counts
from sim.reporting.style.series_styles import SeriesStyle, cut, nth_style
from sim.reporting.style.time_bins import Clock, weekly_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from sim.reporting.style.figure_source import Source

SHOWN: tuple[tuple[str, str, str], ...] = (
    ("attempts", "attempts", "Attempts"),
    ("entries", "entered_unseen", "Entries unseen"),
    ("incidents", "incidents_2", "Stand-offs with objects thrown or more"),
    ("returns", "summary_returns", "Summary returns"),
    ("deaths", "died", "Deaths"),
)
"""A measure of an account, what it is in the log, and its heading."""
# Black is in no party's cycle: what happened is not one more account.
HAPPENED = SeriesStyle(BLACK, "-", "o")
SIDE_GAP, SIDE_WIDTH = 2.05, 1.9
NAME_CHARACTERS = 28
NOTE = "an account: what a party could see, admits, and adds; a country's guard speaks of that country"


def accounts(result: Source) -> FigureDescription:
    """What each party reports over time, and over the whole run, beside what happened in the model."""
    # Accounts are daily: no log makes them finer.
    clock = weekly_clock(result.scenario, has_log=False)
    binned = BinnedCounts(result, [log for _, log, _ in SHOWN], clock)
    panels = []
    for measure, log, words in SHOWN:
        series = [("what happened in the model", binned.of(log), HAPPENED), *_said(result, clock, measure)]
        whole = SidePanel(Panel(partial(_draw_whole_run, series=series)), SIDE_GAP, SIDE_WIDTH)
        panels.append(
            panel_of_counts(
                draw_lines, clock.middles, series, caption=words, legend=None, beside=(whole,),
                unit=f"{MEASURE_BY_NAME[log].unit}\n{clock.per}",
                nothing="none, and none reported, in any run",
            )
        )  # fmt: skip
    return FigureDescription(
        heading_of_result(result, "who says what", note=NOTE), panels, clock=clock, people=result,
        width=WIDE, margins=Margins(right=SIDE_GAP + SIDE_WIDTH + RIGHT), shared_legend="beside calendar",
    )  # fmt: skip


def _said(result: Source, clock: Clock, measure: str) -> list[Series]:
    """What each party reports of a measure."""
    parties = result.scenario.parties
    return [
        (cut(parties[name].label or name, NAME_CHARACTERS), reported(result, clock, name, measure),
            nth_style(place))
        for place, name in enumerate(parties)
    ]  # fmt: skip


def reported(result: Source, clock: Clock, party: str, measure: str) -> Array:
    """What a party reports of a measure, of shape (replications, bins)."""
    frame = result.accounts
    rows = frame[(frame["party"] == party) & (frame["measure"] == measure)]
    values = np.zeros((runs_of(result), clock.count))
    bins = np.clip(
        rows["day"].to_numpy(np.int64) * HOURS_PER_DAY // clock.width_h, 0, clock.count - 1
    ).astype(np.int64)
    np.add.at(values, (run_index(result, rows["replication"]), bins), rows["value"].to_numpy(np.float64))
    return values


def _draw_whole_run(ax: Axes, series: Sequence[Series]) -> None:
    """Totals of the whole run as bars, what happened first."""
    for place, (_, values, style) in enumerate(series):
        totals = values.sum(axis=1)
        mean, low, high = (float(value) for value in spread(totals))
        # From above, in the order of the legend.
        at = len(series) - 1 - place
        ax.barh(at, mean, 0.7, color=style.colour, hatch=style.hatch, edgecolor="white", lw=0.3)
        if len(totals) > 1:
            ax.plot([low, high], [at, at], color=INK, lw=0.9)
        ax.annotate(
            number(mean), (high, at), xytext=(3, 0), textcoords="offset points", size=SMALL_POINTS,
            va="center", color=INK,
        )  # fmt: skip
    names = ["in the model", *(label for label, _, _ in series[1:])]
    ax.set_yticks(range(len(names)), names[::-1], size=SMALL_POINTS)
    ax.set_xticks([])
    ax.grid(axis="y", visible=False)
    ax.spines["bottom"].set_color(PALE)
    # Room for the number behind the longest bar.
    ax.set_xlim(0.0, max(ax.get_xlim()[1], 1e-9) * 1.25)
    ax.set_title("whole run", loc="left", size=SMALL_POINTS)
