"""The accounts: what each party says happened, over what happened in the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.units import HOURS_PER_DAY
from sim.record.measures import MEASURE_BY_NAME
from sim.reporting.style.binned_counts import Array, Tally, run_index, runs_of, spread
from sim.reporting.style.figure_page import (
    RIGHT,
    WIDE,
    Sheet,
    beside,
    caption,
    count_axis,
    open_sheet,
    say_nothing_to_show,
)
from sim.reporting.style.human_strip import number
from sim.reporting.style.looks import BLACK, INK, PALE, SERIES, SMALL_POINTS, Look, cut
from sim.reporting.style.strokes import draw_line
from sim.reporting.style.time_bins import Clock, weekly_clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_source import Source

SHOWN: tuple[tuple[str, str, str], ...] = (
    ("attempts", "attempts", "Attempts"),
    ("entries", "entered_unseen", "Entries unseen"),
    ("incidents", "incidents_2", "Stand-offs with objects thrown or more"),
    ("returns", "summary_returns", "Summary returns"),
    ("deaths", "died", "Deaths"),
)
"""A measure of an account, what it is in the log, and its heading."""
HAPPENED = Look(BLACK, "-", "o")
LEGEND_LINE = 0.17
SIDE_GAP, SIDE_WIDTH = 2.05, 1.9
NAME_CHARACTERS = 28
NOTE = "an account: what a party could see, admits, and adds; a country's guard speaks of that country"


def accounts(result: Source) -> Figure:
    """What each party reports over time, and over the whole run, beside what happened in the model."""
    clock = weekly_clock(result.scenario, has_log=False)
    tally = Tally(result, [log for _, log, _ in SHOWN], clock)
    parties = {name: party.label or name for name, party in result.scenario.parties.items()}
    sheet = open_sheet(
        result, "who says what", (1.25,) * len(SHOWN), clock=clock, note=NOTE, width=WIDE,
        right=SIDE_GAP + SIDE_WIDTH + RIGHT,
    )  # fmt: skip
    for ax, (measure, log, words) in zip(sheet.panels, SHOWN, strict=True):
        said = {name: reported(result, clock, name, measure) for name in parties}
        _draw_over_time(ax, clock, tally.of(log), said, parties)
        caption(ax, words, f"{MEASURE_BY_NAME[log].unit}\n{clock.per}")
        side = beside(sheet, ax, SIDE_GAP, SIDE_WIDTH)
        _draw_whole_run(side, tally.total(log), {n: v.sum(axis=1) for n, v in said.items()}, parties)
    _draw_legend(sheet)
    return sheet.figure


def _draw_legend(sheet: Sheet) -> None:
    """Which line is whose, beside the lever calendar, where there is room for long names."""
    if sheet.strip is not None:
        ax = beside(sheet, sheet.strip, SIDE_GAP - 1.8, SIDE_WIDTH + 1.8)
        ax.set_axis_off()
        handles, labels = sheet.panels[0].get_legend_handles_labels()
        room = ax.get_position().height * sheet.figure.get_figheight() > LEGEND_LINE * len(labels)
        # a short calendar has the human strip close below it
        ax.legend(
            handles,
            labels,
            loc="upper left" if room else "lower left",
            frameon=False,
            fontsize=SMALL_POINTS + 0.5,
            handlelength=3.2,
        )


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


def _draw_over_time(
    ax: Axes, clock: Clock, happened: Array, said: dict[str, Array], parties: dict[str, str]
) -> None:
    draw_line(ax, clock.middles, happened, HAPPENED, "what happened in the model")
    for place, (name, values) in enumerate(said.items()):
        draw_line(ax, clock.middles, values, SERIES[place % len(SERIES)], cut(parties[name], NAME_CHARACTERS))
    count_axis(ax)
    if not happened.any() and not any(values.any() for values in said.values()):
        say_nothing_to_show(ax, "none, and none reported, in any run")


def _draw_whole_run(ax: Axes, happened: Array, said: dict[str, Array], parties: dict[str, str]) -> None:
    rows = [("in the model", happened, HAPPENED)]
    rows += [
        (cut(parties[n], NAME_CHARACTERS), v, SERIES[i % len(SERIES)])
        for i, (n, v) in enumerate(said.items())
    ]
    for place, (_, values, look) in enumerate(rows):
        drawn = spread(values)
        at = len(rows) - 1 - place
        ax.barh(at, float(drawn.mean), 0.7, color=look.colour, hatch=look.hatch, edgecolor="white", lw=0.3)
        if len(values) > 1:
            ax.plot([float(drawn.low), float(drawn.high)], [at, at], color=INK, lw=0.9)
        ax.annotate(
            number(float(drawn.mean)),
            (float(drawn.high), at),
            xytext=(3, 0),
            textcoords="offset points",
            size=SMALL_POINTS,
            va="center",
            color=INK,
        )
    ax.set_yticks(range(len(rows)), [words for words, _, _ in reversed(rows)], size=SMALL_POINTS)
    ax.set_xticks([])
    ax.grid(axis="y", visible=False)
    ax.spines["bottom"].set_color(PALE)
    ax.set_xlim(0.0, max(ax.get_xlim()[1], 1e-9) * 1.25)
    ax.set_title("whole run", loc="left", size=SMALL_POINTS)
