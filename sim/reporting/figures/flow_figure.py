"""Flow by country: what people tried, what became of it at the line, and what was done with them after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.record.measures import units_of
from sim.reporting.style.binned_counts import BinnedCounts, countries_by_attempts, has_log, moving_mean
from sim.reporting.style.figure_description import FigureDescription, Panel
from sim.reporting.style.figure_headings import heading_of_result
from sim.reporting.style.series_drawing import draw_lines, panel_of_counts
from sim.reporting.style.series_styles import STYLE_BY_MEASURE, cut
from sim.reporting.style.time_bins import daily_clock

if TYPE_CHECKING:
    from sim.reporting.style.figure_source import Source

AT_THE_LINE = {
    "attempts": "person-attempts",
    "prevented": "prevented at the line",
    "apprehended": "apprehended",
    "entered_unseen": "entered unseen",
}
AFTERWARDS = {
    "summary_returns": "summary returns",
    "claims_lodged": "claims lodged",
    "claims_heard": "claims heard",
}
# Two panels a country make a page long: the rest of them are drawn as one.
MOST_COUNTRIES = 4
NAME_CHARACTERS = 40
SMOOTH_FROM_DAYS = 90
SMOOTH_DAYS = 7


def flow(result: Source) -> FigureDescription:
    """Flow by country and day: attempts, prevented, apprehended, entries; summary returns and claims."""
    clock = daily_clock(result.scenario, has_log=has_log(result))
    binned = BinnedCounts(result, AT_THE_LINE | AFTERWARDS, clock)
    panels = []
    for label, names in countries_by_attempts(result, MOST_COUNTRIES):
        country = cut(label, NAME_CHARACTERS)
        panels.append(_panel(binned, names, AT_THE_LINE, f"{country}: at the line", height=1.55))
        panels.append(_panel(binned, names, AFTERWARDS, f"{country}: returns and claims", height=1.0))
    heading = heading_of_result(result, "flow by country and day")
    return FigureDescription(heading, panels, clock=clock, people=result)


def _panel(
    binned: BinnedCounts, countries: tuple[str, ...], labels: dict[str, str], caption: str, *, height: float
) -> Panel:
    clock = binned.clock
    # Day by day the line of a long run is too ragged to follow; a short run shows its days themselves.
    width = SMOOTH_DAYS if clock.count > SMOOTH_FROM_DAYS else 1
    unit = units_of(*labels).replace(" or ", "\nor ") + f"\n{clock.per}"
    series = [
        # Summed and smoothed per run; the band is taken last, of what the line shows.
        (label, moving_mean(np.sum([binned.of(name, each) for each in countries], axis=0), width),
            STYLE_BY_MEASURE[name])
        for name, label in labels.items()
    ]  # fmt: skip
    return panel_of_counts(
        draw_lines, clock.middles, series, caption=caption, height=height, nothing="nobody, in any run",
        unit=unit + (f"\n({width}-day mean)" if width > 1 else ""),
    )  # fmt: skip
