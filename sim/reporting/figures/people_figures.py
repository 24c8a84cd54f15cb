"""What the crisis does to people: stranded, harmed, dead, heard; and where everyone is over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.reporting.style.binned_counts import Array, Tally, has_log, stock
from sim.reporting.style.figure_page import caption, count_axis, legend_above, open_sheet, say_nothing_to_show
from sim.reporting.style.looks import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    Look,
    look_of,
)
from sim.reporting.style.strokes import draw_bars, draw_line, draw_stack
from sim.reporting.style.time_bins import Clock, clock_of, weekly_clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_source import Source

Named = tuple[tuple[str, str, Look], ...]
HARM: Named = (
    ("harmed_exposure", "exposure", Look(BLUE, "-", "o", "//")),
    ("harmed_return", "summary return", Look(PURPLE, "--", "s", "\\\\")),
    ("harmed_violence", "stand-off", Look(VERMILION, "-.", "^", "xx")),
    ("harmed_barrier", "barrier", Look(ORANGE, "-", "D", "..")),
)
DEATH: Named = (
    ("died_exposure", "exposure", Look(BLUE, "-", "o", "//")),
    ("died_after_return", "after a summary return", Look(PURPLE, "--", "s", "\\\\")),
    ("died_violence", "stand-off", Look(VERMILION, "-.", "^", "xx")),
    ("died_drowning", "drowned", Look(SKY, "-", "v", "--")),
)
CLAIMS: tuple[tuple[str, str], ...] = (("claims_lodged", "lodged"), ("claims_heard", "heard"))
COUNTED = (*(n for n, _, _ in HARM), "harmed", *(n for n, _, _ in DEATH), "claims_lodged",
           "claims_heard", "summary_returns", "stranded")  # fmt: skip

WHERE: tuple[tuple[str, tuple[tuple[tuple[str, ...], str, Look], ...]], ...] = (
    (
        "In the transit state",
        (
            (("waiting",), "waiting", Look(SKY, "-", "o", "")),
            (("in_site",), "in a staging site", Look(BLUE, "-", "o", "//")),
            (("held_by_escort",), "held by escorts", Look(GREY, "-", "o", "xx")),
            (("walking", "in_column"), "walking or in a column", Look(YELLOW, "-", "o", "..")),
        ),
    ),
    (
        "At the line",
        (
            (("stranded",), "stranded in the strip", Look(ORANGE, "-", "o", "//")),
            (("standoff",), "in a stand-off", Look(VERMILION, "-", "o", "xx")),
            (("crossing",), "crossing", Look(YELLOW, "-", "o", "")),
        ),
    ),
    (
        "In the destination states",
        (
            (("processing", "procedure"), "in processing or procedure", Look(GREEN, "-", "o", "")),
            (("recognised",), "recognised", Look(SKY, "-", "o", "..")),
            (("awaiting_removal",), "refused, awaiting removal", Look(PURPLE, "-", "o", "\\\\")),
            (("left_procedure",), "left the procedure", Look(GREY, "-", "o", "--")),
            (("entered_unseen",), "entered unseen", Look(VERMILION, "-", "o", "xx")),
        ),
    ),
    (
        "Gone on or gone home, since the start",
        (
            (("onward",), "onward", Look(BLUE, "-", "o", "//")),
            (("removed",), "removed or returned", Look(PURPLE, "-", "o", "\\\\")),
            (("flown_home",), "flown home", Look(SKY, "-", "o", "..")),
            (("left_by_own_means",), "left by own means", Look(YELLOW, "-", "o", "")),
        ),
    ),
)
DEAD_WHERE = ("died_exposure", "died_drowning", "died_after_return", "died_violence")


def people(result: Source) -> Figure:
    """Human outcomes: people stranded, harmed and dead by cause, claims heard against claims lodged."""
    clock = weekly_clock(result.scenario, has_log=has_log(result))
    tally = Tally(result, COUNTED, clock)
    sheet = open_sheet(
        result, "what it does to people", (1.35, 1.25, 1.25, 1.25), clock=clock, note=clock.note
    )
    _draw_stranded(sheet.panels[0], result)
    _draw_causes(
        sheet.panels[1],
        clock,
        [(label, tally.of(name), look) for name, label, look in HARM],
        "nobody was harmed in any run",
    )
    caption(sheet.panels[1], "Harmed, by cause", f"person-episodes\n{clock.per}")
    _draw_causes(
        sheet.panels[2],
        clock,
        [(label, tally.of(name), look) for name, label, look in DEATH],
        "nobody died in any run",
    )
    caption(sheet.panels[2], "Died, by cause", f"deaths\n{clock.per}")
    _draw_claims(sheet.panels[3], clock, tally)
    return sheet.figure


def _draw_stranded(ax: Axes, result: Source) -> None:
    values = stock(result, ("stranded",))
    clock = clock_of(result.scenario, 24.0)
    at = clock.at(24.0 * np.arange(values.shape[1]))
    draw_line(ax, at, values, Look(ORANGE, "-", "o"), "stranded in the strip at midnight")
    caption(ax, "Stranded between the lines", "persons")
    count_axis(ax)
    if not values.any():
        say_nothing_to_show(ax, "nobody was stranded at any midnight, in any run")


def _draw_causes(ax: Axes, clock: Clock, layers: list[tuple[str, Array, Look]], nothing: str) -> None:
    draw_bars(ax, clock.edges, layers)
    count_axis(ax)
    legend_above(ax)
    if not any(values.any() for _, values, _ in layers):
        say_nothing_to_show(ax, nothing)


def _draw_claims(ax: Axes, clock: Clock, tally: Tally) -> None:
    for name, label in CLAIMS:
        draw_line(ax, clock.middles, tally.of(name).cumsum(axis=1), look_of(name), f"claims {label}")
    draw_line(
        ax,
        clock.middles,
        tally.of("summary_returns").cumsum(axis=1),
        look_of("summary_returns"),
        "summary returns",
    )
    caption(ax, "Claims and summary returns, since the start", "person-episodes")
    count_axis(ax)
    legend_above(ax)
    if not any(tally.of(name).any() for name in ("claims_lodged", "claims_heard", "summary_returns")):
        say_nothing_to_show(ax, "no claim and no summary return in any run")


def compartments(result: Source) -> Figure:
    """Where people are at each midnight, stacked; the dead on a scale of their own."""
    heights = (*(1.25 for _ in WHERE), 0.8)
    clock = clock_of(result.scenario, 24.0)
    sheet = open_sheet(
        result, "where people are at midnight", heights, clock=clock, note="dashed: band of the sum"
    )
    for ax, (words, layers) in zip(sheet.panels, WHERE, strict=False):
        drawn = [(label, stock(result, names), look) for names, label, look in layers]
        at = clock.at(24.0 * np.arange(drawn[0][1].shape[1]))
        draw_stack(ax, at, drawn)
        caption(ax, words, "persons")
        count_axis(ax)
        legend_above(ax)
        if not any(values.any() for _, values, _ in drawn):
            say_nothing_to_show(ax, "nobody, in any run")
    _draw_dead(sheet.panels[-1], result, clock)
    return sheet.figure


def _draw_dead(ax: Axes, result: Source, clock: Clock) -> None:
    values = stock(result, DEAD_WHERE)
    draw_line(ax, clock.at(24.0 * np.arange(values.shape[1])), values, Look(BLACK, "-", "o"), "dead")
    caption(ax, "Dead, since the start", "persons")
    count_axis(ax)
    if not values.any():
        say_nothing_to_show(ax, "nobody died in any run")
