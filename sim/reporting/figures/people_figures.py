"""What the crisis does to people: stranded, harmed, dead, heard; and where everyone is over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.reporting.style.binned_counts import Array, BinnedCounts, has_log, stock
from sim.reporting.style.figure_description import FigureDescription, Panel
from sim.reporting.style.figure_headings import heading_of_result
from sim.reporting.style.palette import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, YELLOW
from sim.reporting.style.series_drawing import draw_bars, draw_lines, draw_stack, panel_of_counts
from sim.reporting.style.series_styles import STYLE_BY_MEASURE, SeriesStyle
from sim.reporting.style.time_bins import clock_of, weekly_clock

if TYPE_CHECKING:
    from sim.reporting.style.figure_source import Source

Named = tuple[tuple[str, str, SeriesStyle], ...]
# The same colour and hatch for a cause of harm as for the same cause of death.
HARM: Named = (
    ("harmed_exposure", "exposure", SeriesStyle(BLUE, hatch="//")),
    ("harmed_return", "summary return", SeriesStyle(PURPLE, "--", "s", "\\\\")),
    ("harmed_violence", "stand-off", SeriesStyle(VERMILION, "-.", "^", "xx")),
    ("harmed_barrier", "barrier", SeriesStyle(ORANGE, "-", "D", "..")),
)
DEATH: Named = (
    ("died_exposure", "exposure", SeriesStyle(BLUE, "-", "o", "//")),
    ("died_after_return", "after a summary return", SeriesStyle(PURPLE, "--", "s", "\\\\")),
    ("died_violence", "stand-off", SeriesStyle(VERMILION, "-.", "^", "xx")),
    ("died_drowning", "drowned", SeriesStyle(SKY, "-", "v", "--")),
)
CLAIMS = {
    "claims_lodged": "claims lodged",
    "claims_heard": "claims heard",
    "summary_returns": "summary returns",
}

Layers = tuple[tuple[tuple[str, ...], str, SeriesStyle], ...]
WHERE: tuple[tuple[str, Layers], ...] = (
    ("In the transit state", (
        (("waiting",), "waiting", SeriesStyle(SKY)),
        (("in_site",), "in a staging site", SeriesStyle(BLUE, hatch="//")),
        (("held_by_escort",), "held by escorts", SeriesStyle(GREY, hatch="xx")),
        (("walking", "in_column"), "walking or in a column", SeriesStyle(YELLOW, hatch="..")),
    )),
    ("At the line", (
        (("stranded",), "stranded in the strip", SeriesStyle(ORANGE, hatch="//")),
        (("standoff",), "in a stand-off", SeriesStyle(VERMILION, hatch="xx")),
        (("crossing",), "crossing", SeriesStyle(YELLOW)),
    )),
    ("In the destination states", (
        (("processing", "procedure"), "in processing or procedure", SeriesStyle(GREEN)),
        (("recognised",), "recognised", SeriesStyle(SKY, hatch="..")),
        (("awaiting_removal",), "refused, awaiting removal", SeriesStyle(PURPLE, hatch="\\\\")),
        (("left_procedure",), "left the procedure", SeriesStyle(GREY, hatch="--")),
        (("entered_unseen",), "entered unseen", SeriesStyle(VERMILION, hatch="xx")),
    )),
    ("Gone on or gone home, since the start", (
        (("onward",), "onward", SeriesStyle(BLUE, hatch="//")),
        (("removed",), "removed or returned", SeriesStyle(PURPLE, hatch="\\\\")),
        (("flown_home",), "flown home", SeriesStyle(SKY, hatch="..")),
        (("left_by_own_means",), "left by own means", SeriesStyle(YELLOW)),
    )),
)  # fmt: skip
DEAD_WHERE = ("died_exposure", "died_drowning", "died_after_return", "died_violence")


def people(result: Source) -> FigureDescription:
    """Human outcomes: people stranded, harmed and dead by cause, claims heard against claims lodged."""
    clock = weekly_clock(result.scenario, has_log=has_log(result))
    binned = BinnedCounts(result, [*(name for name, _, _ in HARM + DEATH), *CLAIMS], clock)
    stranded = [("stranded in the strip at midnight", stock(result, ("stranded",)), SeriesStyle(ORANGE))]
    claims = [
        (label, binned.of(name).cumsum(axis=1), STYLE_BY_MEASURE[name]) for name, label in CLAIMS.items()
    ]
    panels = (
        panel_of_counts(
            # At midnights and not in bins: a stock does not add up over days.
            draw_lines, _midnights(result, stranded[0][1].shape[1]), stranded, height=1.35, legend=None,
            caption="Stranded between the lines", unit="persons",
            nothing="nobody was stranded at any midnight, in any run",
        ),
        _causes(binned, HARM, "Harmed, by cause", "person-episodes", "nobody was harmed in any run"),
        _causes(binned, DEATH, "Died, by cause", "deaths", "nobody died in any run"),
        panel_of_counts(
            draw_lines, clock.middles, claims, caption="Claims and summary returns, since the start",
            unit="person-episodes", nothing="no claim and no summary return in any run",
        ),
    )  # fmt: skip
    heading = heading_of_result(result, "what it does to people", note=clock.note)
    return FigureDescription(heading, panels, clock=clock, people=result)


def _causes(binned: BinnedCounts, causes: Named, caption: str, unit: str, nothing: str) -> Panel:
    series = [(label, binned.of(name), style) for name, label, style in causes]
    return panel_of_counts(
        draw_bars, binned.clock.edges, series, caption=caption, unit=f"{unit}\n{binned.clock.per}",
        nothing=nothing,
    )  # fmt: skip


def _midnights(result: Source, count: int) -> Array:
    """The first midnights of a run on a date axis."""
    return clock_of(result.scenario, 24.0).at(24.0 * np.arange(count))


def compartments(result: Source) -> FigureDescription:
    """Where people are at each midnight, stacked; the dead on a scale of their own."""
    panels = [_stacked(result, caption, layers) for caption, layers in WHERE]
    # Apart from the living: beside thousands of others a layer of a few could not be seen.
    dead = stock(result, DEAD_WHERE)
    panels.append(
        panel_of_counts(
            draw_lines, _midnights(result, dead.shape[1]), [("dead", dead, SeriesStyle(BLACK))], height=0.8,
            legend=None, caption="Dead, since the start", unit="persons", nothing="nobody died in any run",
        )
    )  # fmt: skip
    heading = heading_of_result(result, "where people are at midnight", note="dashed: band of the sum")
    return FigureDescription(heading, panels, clock=clock_of(result.scenario, 24.0), people=result)


def _stacked(result: Source, caption: str, layers: Layers) -> Panel:
    series = [(label, stock(result, names), style) for names, label, style in layers]
    return panel_of_counts(
        draw_stack, _midnights(result, series[0][1].shape[1]), series, caption=caption, unit="persons",
        nothing="nobody, in any run",
    )  # fmt: skip
