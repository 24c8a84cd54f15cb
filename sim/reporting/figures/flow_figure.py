"""Flow by country: what people tried, what became of it at the line, and what was done with them after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.record.measures import units_of
from sim.reporting.style.binned_counts import Array, Tally, countries_by_attempts, has_log, moving_mean
from sim.reporting.style.figure_page import caption, count_axis, legend_above, open_sheet, say_nothing_to_show
from sim.reporting.style.looks import cut, look_of
from sim.reporting.style.strokes import draw_line
from sim.reporting.style.time_bins import Clock, daily_clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_source import Source

AT_THE_LINE = (
    ("attempts", "person-attempts"),
    ("prevented", "prevented at the line"),
    ("apprehended", "apprehended"),
    ("entered_unseen", "entered unseen"),
)
AFTERWARDS = (
    ("summary_returns", "summary returns"),
    ("claims_lodged", "claims lodged"),
    ("claims_heard", "claims heard"),
)
MOST_COUNTRIES = 4
NAME_CHARACTERS = 40
SMOOTH_FROM_DAYS = 90
SMOOTH_DAYS = 7


def flow(result: Source) -> Figure:
    """Flow by country and day: attempts, prevented, apprehended, entries; summary returns and claims."""
    clock = daily_clock(result.scenario, has_log=has_log(result))
    width = SMOOTH_DAYS if clock.count > SMOOTH_FROM_DAYS else 1
    per = f"\n{clock.per}" + (f"\n({width}-day mean)" if width > 1 else "")
    tally = Tally(result, [name for name, _ in AT_THE_LINE + AFTERWARDS], clock)
    places = countries_by_attempts(result, MOST_COUNTRIES)
    sheet = open_sheet(result, "flow by country and day", (1.55, 1.0) * len(places), clock=clock)
    for place, (label, names) in enumerate(places):
        above, below = sheet.panels[2 * place : 2 * place + 2]
        _draw(above, tally, names, AT_THE_LINE, width)
        caption(above, f"{cut(label, NAME_CHARACTERS)}: at the line", _units(AT_THE_LINE) + per)
        _draw(below, tally, names, AFTERWARDS, width)
        caption(below, f"{cut(label, NAME_CHARACTERS)}: returns and claims", _units(AFTERWARDS) + per)
    return sheet.figure


def _units(series: tuple[tuple[str, str], ...]) -> str:
    return units_of(*(name for name, _ in series)).replace(" or ", "\nor ")


def _draw(
    ax: Axes, tally: Tally, names: tuple[str, ...], series: tuple[tuple[str, str], ...], width: int
) -> None:
    clock: Clock = tally.clock
    drawn: list[Array] = []
    for measure, label in series:
        values = np.sum([tally.of(measure, name) for name in names], axis=0)
        drawn.append(values)
        draw_line(ax, clock.middles, moving_mean(values, width), look_of(measure), label)
    count_axis(ax)
    legend_above(ax)
    if not any(values.any() for values in drawn):
        say_nothing_to_show(ax, "nobody, in any run")
