"""Twin worlds drawn: paired differences of flow, enforcement and people, over the whole run and by month."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.reporting.style.binned_counts import Tally
from sim.reporting.style.figure_files import save_figures
from sim.reporting.style.figure_page import caption, legend_above, open_sheet
from sim.reporting.style.human_strip import number
from sim.reporting.style.looks import BLUE, GREY, INK, SERIES, SMALL_POINTS, VERMILION
from sim.reporting.style.strokes import draw_line
from sim.reporting.style.time_bins import clock_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.comparison.paired_runs import Comparison

FOREST = (
    "arrived",
    "attempts",
    "prevented",
    "apprehended",
    "summary_returns",
    "entered_unseen",
    "claims_heard",
    "stranded",
    "person_days_stranded",
    "harmed",
    "died",
    "incidents_2",
    "incidents_3",
)
OVER_TIME = ("attempts", "stopped", "entered_unseen", "stranded", "harmed", "died")
ENFORCEMENT = ("prevented", "apprehended", "summary_returns", "stopped")
WEEK_H = 168.0


def forest(comparison: Comparison) -> Figure:
    """Paired differences in per cent of the base, with 95 % intervals: every kind of measure on one page."""
    base = comparison.results[comparison.base]
    height = 0.22 * len(FOREST) * max(1, len(comparison.others)) + 0.4
    note = (
        "paired differences on the same luck, 95 % intervals; open: not told apart from noise after "
        "Holm's adjustment"
    )
    sheet = open_sheet(
        base, f"differences from {comparison.base}", (height,), note=note, left=2.6, banded=False,
        people_of=comparison.base,
    )  # fmt: skip
    ax = sheet.panels[0]
    rows: Any = {(r["world"], r["measure"]): r for r in comparison.differences.to_dict("records")}
    for place, world in enumerate(comparison.others):
        for row, name in enumerate(FOREST):
            found = rows[world, name]
            scale = 100.0 / found["base"] if found["base"] else np.nan
            at = row + 0.8 * (place + 0.5) / len(comparison.others) - 0.4
            look = SERIES[place % len(SERIES)]
            told = found["verdict"] in ("more", "less")
            ax.plot([found["low"] * scale, found["high"] * scale], [at, at], color=look.colour, lw=1.4)
            ax.plot(found["difference"] * scale, at, marker=look.marker, ms=5, color=look.colour,
                    mfc=look.colour if told else "white", ls="",
                    label=world if row == 0 else None)  # fmt: skip
    for row, name in enumerate(FOREST):
        if not rows[comparison.others[0], name]["base"]:
            seen = {world: rows[world, name]["difference"] for world in comparison.others}
            ax.annotate(_without_base(comparison.base, seen), (0.0, row), (6, 0), textcoords="offset points",
                        size=SMALL_POINTS, color=GREY, va="center",
                        bbox={"fc": "white", "ec": "none", "pad": 1.5})  # fmt: skip
    ax.axvline(0.0, color=INK, lw=0.8)
    labels = [rows[comparison.others[0], name]["label"] for name in FOREST]
    ax.set_yticks(range(len(FOREST)), labels, size=SMALL_POINTS + 0.5)
    for tick, name in zip(ax.get_yticklabels(), FOREST, strict=True):
        family = rows[comparison.others[0], name]["family"]
        tick.set_color(VERMILION if family == "human" else BLUE if family == "enforcement" else INK)
    ax.set_ylim(len(FOREST) - 0.5, -0.5)
    ax.set_xlabel(
        f"difference from {comparison.base}, % of its mean (blue: enforcement, red: people)",
        size=SMALL_POINTS,
    )
    legend_above(ax)
    return sheet.figure


def _without_base(base: str, seen: dict[str, float]) -> str:
    """What a row says that has no per cent, since the base had none.

    >>> _without_base("riverland", {"no-wall": 0.0}), _without_base("riverland", {"no-wall": 1.5})
    ('none in any scenario', 'none in riverland; per run in no-wall 1.5')
    """
    some = [f"{world} {number(mean)}" for world, mean in seen.items() if mean]
    return f"none in {base}; per run in {', '.join(some)}" if some else "none in any scenario"


def differences_over_time(comparison: Comparison) -> Figure:
    """Paired differences by week: mean and percentile band of runs; enforcement and people on one page."""
    base = comparison.results[comparison.base]
    clock = clock_of(base.scenario, WEEK_H if base.scenario.days > 42 else 24.0)
    tallies = {name: Tally(result, OVER_TIME, clock) for name, result in comparison.results.items()}
    sheet = open_sheet(
        base,
        f"difference from {comparison.base} {clock.per}",
        (1.15,) * len(OVER_TIME),
        clock=clock,
        note="paired on the same luck",
        people_of=comparison.base,
    )
    for ax, name in zip(sheet.panels, OVER_TIME, strict=True):
        for place, world in enumerate(comparison.others):
            values = tallies[world].of(name) - tallies[comparison.base].of(name)
            draw_line(ax, clock.middles, values, SERIES[place % len(SERIES)], world)
        ax.axhline(0.0, color=GREY, lw=0.8)
        caption(
            ax,
            str(comparison.differences.set_index("measure").loc[[name], "label"].iloc[0]),
            f"difference\n{clock.per}",
        )
    legend_above(sheet.panels[0])
    return sheet.figure


FIGURES: dict[str, Any] = {"forest": forest, "differences": differences_over_time}


def save_comparison(comparison: Comparison, folder: Path) -> list[Path]:
    """Draw the figures of a comparison into a folder, as PNG and SVG."""
    return save_figures({name: partial(draw, comparison) for name, draw in FIGURES.items()}, folder)
