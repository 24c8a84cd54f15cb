"""Stand-offs by the level they reached, for how many attempts, and who took the step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.record.events import LEVEL_REACHED, Actor, Kind
from sim.reporting.style.binned_counts import Array, Tally, has_log, runs_of, spread
from sim.reporting.style.figure_page import (
    RIGHT,
    WIDE,
    beside,
    caption,
    count_axis,
    legend_above,
    open_sheet,
    say_nothing_to_show,
)
from sim.reporting.style.looks import BLUE, GREEN, GREY, INK, ORANGE, PALE, SMALL_POINTS, VERMILION, Look
from sim.reporting.style.time_bins import weekly_clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_source import Source
    from sim.reporting.style.time_bins import Clock

LEVELS: tuple[tuple[str, Look], ...] = (
    ("1 shouting", Look("#E3E3E3", "-", "o", "")),
    ("2 objects", Look("#A8CBE5", "--", "s", "..")),
    ("3 threat of arms", Look("#5B9BD0", "-.", "^", "//")),
    ("4 gas, shots", Look("#1F5F99", (0, (1, 1)), "D", "xx")),
    ("5 clash", Look("#0A1F33", (0, (5, 1, 1, 1)), "v", "")),
)
"""Light to dark as levels rise: a single hue, whose order survives in grey."""
LINE_COLOURS = (GREY, ORANGE, BLUE, VERMILION, INK)
INITIATORS: tuple[tuple[str, Look], ...] = (
    ("people", Look(ORANGE, "-", "o", "//")),
    ("escort", Look(BLUE, "--", "s", "..")),
    ("guard", Look(GREEN, "-.", "^", "xx")),
)
MEASURES = tuple(f"incidents_{level}" for level in range(1, 6))
FEWEST_ATTEMPTS = 50.0
SIDE_GAP, SIDE_WIDTH = 0.75, 2.9
HEIGHTS = (1.7, 1.6, 1.0)


def incidents(result: Source) -> Figure:
    """Stand-offs by level and week, rates per 1,000 person-attempts, who took each step, and harm in them."""
    clock = weekly_clock(result.scenario, has_log=has_log(result))
    tally = Tally(
        result, (*MEASURES, "attempts", "harmed_violence", "died_violence", "force_members_harmed"), clock
    )
    counts = [tally.of(name) for name in MEASURES]
    note = "a stand-off counts once for each level it reached" + (f" · {clock.note}" if clock.note else "")
    sheet = open_sheet(
        result,
        f"stand-offs by level {clock.per}",
        HEIGHTS,
        clock=clock,
        note=note,
        width=WIDE,
        right=SIDE_GAP + SIDE_WIDTH + RIGHT,
        gap=0.58,
    )
    _draw_counts(sheet.panels[0], clock, counts)
    _draw_rates(sheet.panels[1], clock, counts, tally.of("attempts"))
    _draw_harm(sheet.panels[2], clock, tally)
    _draw_initiators(beside(sheet, sheet.panels[0], SIDE_GAP, SIDE_WIDTH), result)
    _draw_whole_run(beside(sheet, sheet.panels[1], SIDE_GAP, SIDE_WIDTH), counts, tally.of("attempts"))
    return sheet.figure


def _draw_counts(ax: Axes, clock: Clock, counts: list[Array]) -> None:
    width = np.diff(clock.edges)
    for level, (label, look) in enumerate(LEVELS):
        drawn = spread(counts[level])
        ax.bar(
            clock.middles, drawn.mean, width * (0.94 - 0.13 * level), color=look.colour, hatch=look.hatch,
            edgecolor="#444444", lw=0.4, label=label,
        )  # fmt: skip
    if counts[0].shape[0] > 1:
        first = spread(counts[0])
        ax.vlines(clock.middles, first.low, first.high, color=INK, lw=0.8)
    caption(ax, "Stand-offs", f"stand-offs {clock.per}")
    count_axis(ax)
    legend_above(ax)
    if not counts[0].any():
        say_nothing_to_show(ax, "no stand-off in any run")


def _draw_rates(ax: Axes, clock: Clock, counts: list[Array], attempts: Array) -> None:
    tries = attempts.sum(axis=0)
    enough = tries >= FEWEST_ATTEMPTS
    for level, (label, look) in enumerate(LEVELS):
        rate = np.full(clock.count, np.nan)
        np.divide(1000.0 * counts[level].sum(axis=0), tries, out=rate, where=enough)
        ax.plot(
            clock.middles, rate, color=LINE_COLOURS[level], ls=look.dash, marker=look.marker, ms=3, lw=1.2,
            label=label,
        )  # fmt: skip
    caption(ax, "Rate, all runs together", "per 1,000\nperson-attempts")
    count_axis(ax)
    legend_above(ax)
    if not enough.any():
        say_nothing_to_show(
            ax, f"no rate: fewer than {FEWEST_ATTEMPTS:.0f} person-attempts {clock.per}, all runs together"
        )


def _draw_harm(ax: Axes, clock: Clock, tally: Tally) -> None:
    named = (
        ("harmed_violence", "people harmed", Look(ORANGE, "-", "o", "//")),
        ("died_violence", "people killed", Look(VERMILION, "--", "s", "xx")),
        ("force_members_harmed", "members of forces harmed", Look(BLUE, "-.", "^", "..")),
    )
    third = np.diff(clock.edges) * 0.28
    for place, (name, label, look) in enumerate(named):
        drawn = spread(tally.of(name))
        at = clock.middles + (place - 1) * third
        ax.bar(
            at, drawn.mean, third, color=look.colour, hatch=look.hatch, edgecolor="white", lw=0.3, label=label
        )
        if tally.runs > 1:
            seen = drawn.high > 0
            ax.vlines(at[seen], drawn.low[seen], drawn.high[seen], color=INK, lw=0.7)
    caption(ax, "Harm in stand-offs", f"person-episodes {clock.per}")
    count_axis(ax)
    legend_above(ax)
    if not any(tally.of(name).any() for name, _, _ in named):
        say_nothing_to_show(ax, "nobody was harmed in a stand-off in any run")


def _draw_initiators(ax: Axes, result: Source) -> None:
    steps = initiators(result)
    rows = np.arange(1, len(LEVELS) + 1)
    floor = np.zeros(len(LEVELS))
    for place, (name, look) in enumerate(INITIATORS):
        ax.barh(
            rows,
            steps[:, place],
            0.7,
            left=floor,
            color=look.colour,
            hatch=look.hatch,
            edgecolor="white",
            lw=0.3,
            label=name,
        )
        floor = floor + steps[:, place]
    _level_axis(ax)
    caption(ax, "Step by", "level")
    ax.set_xlabel("stand-offs a run", size=SMALL_POINTS)
    legend_above(ax)
    if not steps.any():
        say_nothing_to_show(ax, "no log was kept" if not has_log(result) else "no stand-off in any run")


def _draw_whole_run(ax: Axes, counts: list[Array], attempts: Array) -> None:
    tries = attempts.sum(axis=1)
    some = tries > 0
    for level, (_, look) in enumerate(LEVELS):
        rates = 1000.0 * counts[level].sum(axis=1)[some] / tries[some]
        if len(rates):
            drawn, whole = spread(rates), rates_of_whole_run(counts, tries)[level]
            ax.plot([drawn.low, drawn.high], [level + 1] * 2, color=LINE_COLOURS[level], lw=2.0)
            ax.plot(whole, level + 1, color=LINE_COLOURS[level], marker=look.marker, ms=5, ls="")
            ax.annotate(
                f"{whole:.2g}", (max(float(drawn.high), whole), level + 1), xytext=(5, 0),
                textcoords="offset points", va="center", size=SMALL_POINTS,
            )  # fmt: skip
    _level_axis(ax)
    ax.set_xlim(0.0, 1.15 * max(ax.get_xlim()[1], 0.01))
    caption(ax, "Rate over the whole run, all runs together", "level")
    ax.set_xlabel("stand-offs per 1,000 person-attempts; line: band over runs", size=SMALL_POINTS)
    if not some.any():
        say_nothing_to_show(ax, "no person-attempt in any run")


def rates_of_whole_run(counts: Sequence[Array], tries: Array) -> list[float]:
    """Stand-offs that reached each level per 1,000 person-attempts, all runs together,
    as the summary has it."""
    whole = float(tries.sum())
    return [1000.0 * float(level.sum()) / whole if whole else np.nan for level in counts]


def _level_axis(ax: Axes) -> None:
    ax.set_ylim(len(LEVELS) + 0.6, 0.3)
    ax.set_yticks(range(1, len(LEVELS) + 1))
    ax.grid(axis="x", color=PALE, lw=0.6)


def initiators(result: Source) -> Array:
    """Steps up by level and initiator, a run, of shape (levels, initiators)."""
    steps = np.zeros((len(LEVEL_REACHED), len(INITIATORS)))
    if not has_log(result):
        return steps
    kinds, actors = result.events["kind"], result.events["actor"]
    for level, kind in enumerate(LEVEL_REACHED):
        reached = actors[kinds == Kind(kind).name.lower()]
        for place, (name, _) in enumerate(INITIATORS):
            steps[level, place] = float((reached == Actor[name.upper()].name.lower()).sum())
    return steps / runs_of(result)
