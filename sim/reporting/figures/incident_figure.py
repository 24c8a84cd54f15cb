"""Stand-offs by the level they reached, for how many attempts, and who took the step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.record.events import LEVEL_REACHED, Actor, Kind
from sim.reporting.style.binned_counts import (
    Array,
    BinnedCounts,
    has_log,
    runs_of,
    spread,
    words_if_all_zero,
)
from sim.reporting.style.figure_description import (
    ABOVE,
    SIDE_RIGHT,
    WIDE,
    FigureDescription,
    Margins,
    Panel,
    SidePanel,
)
from sim.reporting.style.figure_headings import heading_of_result
from sim.reporting.style.palette import BLUE, GREEN, GREY, INK, ORANGE, PALE, SMALL_POINTS, VERMILION
from sim.reporting.style.series_drawing import Series, panel_of_counts
from sim.reporting.style.series_styles import SeriesStyle
from sim.reporting.style.time_bins import weekly_clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.reporting.style.figure_source import Source

LEVELS: tuple[tuple[str, SeriesStyle], ...] = (
    ("1 shouting", SeriesStyle("#E3E3E3", "-", "o", "")),
    ("2 objects", SeriesStyle("#A8CBE5", "--", "s", "..")),
    ("3 threat of arms", SeriesStyle("#5B9BD0", "-.", "^", "//")),
    ("4 gas, shots", SeriesStyle("#1F5F99", (0, (1, 1)), "D", "xx")),
    ("5 clash", SeriesStyle("#0A1F33", (0, (5, 1, 1, 1)), "v", "")),
)
"""Light to dark as levels rise: a single hue, whose order survives in grey."""
# Lines need other colours than bars: the palest of one hue could not be seen on white.
LINE_COLOURS = (GREY, ORANGE, BLUE, VERMILION, INK)
INITIATORS: tuple[tuple[str, SeriesStyle], ...] = (
    ("people", SeriesStyle(ORANGE, "-", "o", "//")),
    ("escort", SeriesStyle(BLUE, "--", "s", "..")),
    ("guard", SeriesStyle(GREEN, "-.", "^", "xx")),
)
MEASURES = tuple(f"incidents_{level}" for level in range(1, 6))
# Below, one stand-off more or less is a rate of 20 per 1,000, and the line shows chance alone.
FEWEST_ATTEMPTS = 50.0
HARM: tuple[tuple[str, str, SeriesStyle], ...] = (
    ("harmed_violence", "people harmed", SeriesStyle(ORANGE, "-", "o", "//")),
    ("died_violence", "people killed", SeriesStyle(VERMILION, "--", "s", "xx")),
    ("force_members_harmed", "members of forces harmed", SeriesStyle(BLUE, "-.", "^", "..")),
)


def incidents(result: Source) -> FigureDescription:
    """Stand-offs by level and week, rates per 1,000 person-attempts, who took each step, and harm in them."""
    clock = weekly_clock(result.scenario, has_log=has_log(result))
    binned = BinnedCounts(result, (*MEASURES, "attempts", *(name for name, _, _ in HARM)), clock)
    note = "a stand-off counts once for each level it reached" + (f" · {clock.note}" if clock.note else "")
    return FigureDescription(
        heading_of_result(result, f"stand-offs by level {clock.per}", note=note),
        (_counts(binned, result), _rates(binned), _harm(binned)), clock=clock, people=result, width=WIDE,
        margins=Margins(right=SIDE_RIGHT, gap=0.58),
    )  # fmt: skip


def _counts(binned: BinnedCounts, result: Source) -> Panel:
    clock = binned.clock
    series = [(label, binned.of(name), style) for name, (label, style) in zip(MEASURES, LEVELS, strict=True)]
    return panel_of_counts(
        _draw_counts, clock.edges, series, caption="Stand-offs", unit=f"stand-offs {clock.per}", height=1.7,
        nothing="no stand-off in any run", beside=(SidePanel(_initiators(result)),),
    )  # fmt: skip


def _draw_counts(ax: Axes, at: Array, series: Sequence[Series]) -> None:
    """Bars of all levels one before the other, each narrower than the level below it."""
    middles, width = (at[1:] + at[:-1]) / 2.0, np.diff(at)
    for level, (label, values, style) in enumerate(series):
        ax.bar(
            # Not stacked: whoever reached level 3 is counted in levels 1 and 2 as well.
            middles, spread(values).mean, width * (0.94 - 0.13 * level), color=style.colour,
            hatch=style.hatch, edgecolor="#444444", lw=0.4, label=label,
        )  # fmt: skip
    first = series[0][1]
    if len(first) > 1:
        ax.vlines(middles, spread(first).low, spread(first).high, color=INK, lw=0.8)


def _rates(binned: BinnedCounts) -> Panel:
    # All runs together: a ratio is total over total, as in the summary.
    enough = binned.of("attempts").sum(axis=0) >= FEWEST_ATTEMPTS
    per = binned.clock.per
    nothing = f"no rate: fewer than {FEWEST_ATTEMPTS:.0f} person-attempts {per}, all runs together"
    return Panel(
        partial(_draw_rates, binned=binned, enough=enough), "Rate, all runs together",
        "per 1,000\nperson-attempts", height=1.6, counts=True, legend=ABOVE,
        nothing=words_if_all_zero(nothing, [enough]),
        beside=(SidePanel(_whole_run(binned)),),
    )  # fmt: skip


def _draw_rates(ax: Axes, binned: BinnedCounts, enough: NDArray[np.bool_]) -> None:
    tries = binned.of("attempts").sum(axis=0)
    for name, colour, (label, style) in zip(MEASURES, LINE_COLOURS, LEVELS, strict=True):
        rate = np.full(binned.clock.count, np.nan)
        # Left out and not nought: without tries nothing is known of the rate.
        np.divide(1000.0 * binned.of(name).sum(axis=0), tries, out=rate, where=enough)
        ax.plot(
            binned.clock.middles, rate, color=colour, ls=style.dash, marker=style.marker, ms=3, lw=1.2,
            label=label,
        )  # fmt: skip


def _harm(binned: BinnedCounts) -> Panel:
    series = [(label, binned.of(name), style) for name, label, style in HARM]
    return panel_of_counts(
        _draw_side_by_side, binned.clock.edges, series, caption="Harm in stand-offs", height=1.0,
        unit=f"person-episodes {binned.clock.per}", nothing="nobody was harmed in a stand-off in any run",
    )  # fmt: skip


def _draw_side_by_side(ax: Axes, at: Array, series: Sequence[Series]) -> None:
    middles, third = (at[1:] + at[:-1]) / 2.0, np.diff(at) * 0.28
    for place, (label, values, style) in enumerate(series):
        drawn, where = spread(values), middles + (place - 1) * third
        ax.bar(where, drawn.mean, third, color=style.colour, hatch=style.hatch, edgecolor="white", lw=0.3,
               label=label)  # fmt: skip
        if len(values) > 1:
            seen = drawn.high > 0
            ax.vlines(where[seen], drawn.low[seen], drawn.high[seen], color=INK, lw=0.7)


def _initiators(result: Source) -> Panel:
    steps = initiators(result)
    nothing = "no stand-off in any run" if has_log(result) else "no log was kept"
    return Panel(
        partial(_draw_initiators, steps=steps), "Step by", "level", "stand-offs a run", legend=ABOVE,
        nothing=words_if_all_zero(nothing, [steps]),
    )  # fmt: skip


def _draw_initiators(ax: Axes, steps: Array) -> None:
    rows = np.arange(1, len(LEVELS) + 1)
    floor = np.zeros(len(LEVELS))
    for (name, style), values in zip(INITIATORS, steps.T, strict=True):
        ax.barh(rows, values, 0.7, left=floor, color=style.colour, hatch=style.hatch, edgecolor="white",
                lw=0.3, label=name)  # fmt: skip
        floor = floor + values
    _level_axis(ax)


def _whole_run(binned: BinnedCounts) -> Panel:
    tries = binned.total("attempts")
    return Panel(
        partial(_draw_whole_run, counts=[binned.of(name) for name in MEASURES], tries=tries),
        "Rate over the whole run, all runs together", "level",
        "stand-offs per 1,000 person-attempts; line: band over runs",
        nothing=words_if_all_zero("no person-attempt in any run", [tries]),
    )  # fmt: skip


def _draw_whole_run(ax: Axes, counts: list[Array], tries: Array) -> None:
    some = tries > 0
    for level, whole in enumerate(rates_of_whole_run(counts, tries) if some.any() else ()):
        # The band is of runs that had tries; the mark is of all runs together, and need not lie in its
        # middle.
        drawn, colour = spread(1000.0 * counts[level].sum(axis=1)[some] / tries[some]), LINE_COLOURS[level]
        ax.plot([drawn.low, drawn.high], [level + 1] * 2, color=colour, lw=2.0)
        ax.plot(whole, level + 1, color=colour, marker=LEVELS[level][1].marker, ms=5, ls="")
        ax.annotate(
            f"{whole:.2g}", (max(float(drawn.high), whole), level + 1), xytext=(5, 0),
            textcoords="offset points", va="center", size=SMALL_POINTS,
        )  # fmt: skip
    _level_axis(ax)
    ax.set_xlim(0.0, 1.15 * max(ax.get_xlim()[1], 0.01))


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
