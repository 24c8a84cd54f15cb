"""Paired runs drawn: differences of flow, enforcement and people, over the whole run and by week."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.reporting.style.binned_counts import BinnedCounts
from sim.reporting.style.figure_description import ABOVE, FigureDescription, Margins, Panel
from sim.reporting.style.figure_files import save_figures
from sim.reporting.style.figure_headings import heading_of_result
from sim.reporting.style.human_strip import number
from sim.reporting.style.palette import BLUE, GREY, INK, SMALL_POINTS, VERMILION
from sim.reporting.style.series_drawing import Series, draw_lines
from sim.reporting.style.series_styles import nth_style
from sim.reporting.style.time_bins import clock_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from sim.comparison.paired_runs import Comparison
    from sim.reporting.style.time_bins import Clock

FOREST = (
    "arrived", "attempts", "prevented", "apprehended", "summary_returns", "entered_unseen", "claims_heard",
    "stranded", "person_days_stranded", "harmed", "died", "incidents_2", "incidents_3",
)  # fmt: skip
OVER_TIME = ("attempts", "stopped", "entered_unseen", "stranded", "harmed", "died")
WEEK_H = 168.0
ROW_INCHES = 0.22
FAMILY_COLOURS = {"human": VERMILION, "enforcement": BLUE}


def forest(comparison: Comparison) -> FigureDescription:
    """Paired differences in per cent of the base, with 95 % intervals: every kind of measure on one page."""
    base = comparison.results[comparison.base]
    note = (
        "paired differences on the same luck, 95 % intervals; open: not told apart from noise after "
        "Holm's adjustment"
    )
    panel = Panel(
        partial(_draw_forest, comparison=comparison),
        along=f"difference from {comparison.base}, % of its mean (blue: enforcement, red: people)",
        height=ROW_INCHES * len(FOREST) * max(1, len(comparison.others)) + 0.4, legend=ABOVE,
    )  # fmt: skip
    heading = heading_of_result(base, f"differences from {comparison.base}", note=note, banded=False)
    return FigureDescription(
        heading, [panel], people=base, people_of=comparison.base, margins=Margins(left=2.6)
    )  # fmt: skip


def _draw_forest(ax: Axes, comparison: Comparison) -> None:
    found: Any = {(r["world"], r["measure"]): r for r in comparison.differences.to_dict("records")}
    others = comparison.others
    for place, scenario in enumerate(others):
        for row, name in enumerate(FOREST):
            # Scenarios share the row of a measure, spread over four fifths of it.
            at = row + 0.8 * (place + 0.5) / len(others) - 0.4
            _draw_interval(ax, found[scenario, name], at, place, label=scenario if row == 0 else None)
    for row, name in enumerate(FOREST):
        # The base is the same for every other scenario, so the row of the first is enough.
        if not found[others[0], name]["base"]:
            seen = {scenario: found[scenario, name]["difference"] for scenario in others}
            ax.annotate(_without_base(comparison.base, seen), (0.0, row), (6, 0), textcoords="offset points",
                        size=SMALL_POINTS, color=GREY, va="center",
                        bbox={"fc": "white", "ec": "none", "pad": 1.5})  # fmt: skip
    ax.axvline(0.0, color=INK, lw=0.8)
    _name_measures(ax, [found[others[0], name] for name in FOREST])


def _draw_interval(ax: Axes, found: Any, at: float, place: int, label: str | None) -> None:
    """A difference with its interval, full where it is distinguishable from noise."""
    # In per cent all measures share one axis; a base of none has no per cent, and its row says so in words.
    scale = 100.0 / found["base"] if found["base"] else np.nan
    style = nth_style(place)
    # By fill and not by colour, which says the scenario.
    face = style.colour if found["verdict"] in ("more", "less") else "white"
    ax.plot([found["low"] * scale, found["high"] * scale], [at, at], color=style.colour, lw=1.4)
    ax.plot(found["difference"] * scale, at, marker=style.marker, ms=5, color=style.colour, mfc=face, ls="",
            label=label)  # fmt: skip


def _name_measures(ax: Axes, rows: Sequence[Any]) -> None:
    ax.set_yticks(range(len(rows)), [row["label"] for row in rows], size=SMALL_POINTS + 0.5)
    for tick, row in zip(ax.get_yticklabels(), rows, strict=True):
        tick.set_color(FAMILY_COLOURS.get(row["family"], INK))
    ax.set_ylim(len(rows) - 0.5, -0.5)


def _without_base(base: str, seen: dict[str, float]) -> str:
    """What a row says that has no per cent, since the base had none.

    >>> _without_base("riverland", {"no-lights": 0.0}), _without_base("riverland", {"no-lights": 1.5})
    ('none in any scenario', 'none in riverland; per run in no-lights 1.5')
    """
    some = [f"{world} {number(mean)}" for world, mean in seen.items() if mean]
    return f"none in {base}; per run in {', '.join(some)}" if some else "none in any scenario"


def differences_over_time(comparison: Comparison) -> FigureDescription:
    """Paired differences by week: mean and percentile band of runs; enforcement and people on one page."""
    base = comparison.results[comparison.base]
    # Never hours: scenarios of a comparison may have been run without a log.
    clock = clock_of(base.scenario, WEEK_H if base.scenario.days > 42 else 24.0)
    binned = {name: BinnedCounts(result, OVER_TIME, clock) for name, result in comparison.results.items()}
    labels = comparison.differences.drop_duplicates("measure").set_index("measure")["label"]
    panels: list[Panel] = []
    for name in OVER_TIME:
        series: list[Series] = [
            # Run by run, before any percentile: what both share falls out.
            (scenario, binned[scenario].of(name) - binned[comparison.base].of(name), nth_style(place))
            for place, scenario in enumerate(comparison.others)
        ]
        panels.append(
            Panel(
                partial(_draw_differences, clock=clock, series=series), str(labels[name]),
                f"difference\n{clock.per}", height=1.15, legend=None if panels else ABOVE,
            )
        )  # fmt: skip
    title = f"difference from {comparison.base} {clock.per}"
    heading = heading_of_result(base, title, note="paired on the same luck")
    return FigureDescription(heading, panels, clock=clock, people=base, people_of=comparison.base)


def _draw_differences(ax: Axes, clock: Clock, series: Sequence[Series]) -> None:
    draw_lines(ax, clock.middles, series)
    ax.axhline(0.0, color=GREY, lw=0.8)


FIGURES: dict[str, Callable[[Comparison], FigureDescription]] = {
    "forest": forest,
    "differences": differences_over_time,
}


def save_comparison(comparison: Comparison, folder: Path) -> list[Path]:
    """Draw the figures of a comparison into a folder, as PNG and SVG."""
    return save_figures({name: partial(figure, comparison) for name, figure in FIGURES.items()}, folder)
