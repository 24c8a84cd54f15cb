"""Which assumption matters and where it breaks, drawn: tornado, indices, breaking point;
the people beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.explore.sweep_results import means_by_point
from sim.record.measures import DESCRIBED, HUMAN, Described
from sim.reporting.style.figure_description import FigureDescription, Panel, in_rows, small_multiples
from sim.reporting.style.figure_headings import heading_of_scenario, heading_of_sweep
from sim.reporting.style.palette import BLACK, BLUE, GREY, INK, ORANGE, SMALL_POINTS, VERMILION
from sim.reporting.style.series_styles import tail
from sim.runs.jobs import FAILED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.explore.breaking_point import Breakpoint
    from sim.explore.sensitivity import Sensitivity
    from sim.explore.sweep_results import SweepResult

# The most influential keys: a screening may rank every assumed number of a scenario.
MOST_KEYS = 12
MOST_NAMED = 4
THIRD = 1.0 / 3.0
KEY_CHARACTERS = 34
KEY_INCHES = 2.4
COLOURS = dict(zip(HUMAN, (VERMILION, ORANGE, GREY, BLACK), strict=True))
NOTES = {
    ("tornado", "morris"): "Morris: mean change from the lower to the upper end; whisker: how far it depends "
    "on the other keys",
    ("tornado", "sobol"): "mean over points in the lowest third of a key's range (open) and in the highest "
    "(full)",
    ("indices", "morris"): "Morris: right, a key moves the outcome; up, by how much depends on the others",
    ("indices", "sobol"): "Sobol: share of the variance by the key alone (blue) and with its interactions "
    "(open), 95 % intervals",
}


def tornado(found: SweepResult, sensitivity: Sensitivity, measures: Sequence[str]) -> FigureDescription:
    """How far the mean outcome moves with each key over its range, the farthest first.

    Morris: the mean elementary effect, with its spread over the other keys. Sobol:
    the means over the points in the lowest and in the highest third of the range.
    """
    heading = heading_of_sweep(
        found, "how outcomes move with each key", note=NOTES["tornado", sensitivity.method]
    )
    panels = [_effects(found, sensitivity, name) for name in _with_people(measures)]
    return small_multiples(heading, panels, [1] * len(panels), left=KEY_INCHES)


def _with_people(measures: Sequence[str]) -> tuple[str, ...]:
    return (*measures, *(name for name in HUMAN if name not in measures))


def _effects(found: SweepResult, sensitivity: Sensitivity, name: str) -> Panel:
    described = found.measures[name]
    if sensitivity.method == "morris":
        table = _table(sensitivity, name, "value")
        if table.empty:
            return _panel(None, described, along=described.unit)
        return _panel(partial(_draw_effects, table=table), described, along=described.unit)
    means = means_by_point(found.rows[found.rows["status"] != FAILED], described)
    # Points in which every run failed have no mean, and are left out on both sides.
    points = found.points.set_index("point").loc[means.index]
    return _panel(partial(_draw_thirds, points=points, outcome=means), described, along=described.unit)


def _table(sensitivity: Sensitivity, name: str, values: str) -> pd.DataFrame:
    """Indices of a measure, or their intervals: a row for each key."""
    part = sensitivity.indices[sensitivity.indices["measure"] == name]
    return part.pivot(index="key", columns="index", values=values)


def _draw_effects(ax: Axes, table: pd.DataFrame) -> None:
    order = list(table["mu_star"].nlargest(MOST_KEYS).index)
    chosen = table.loc[order]
    ax.barh(range(len(order)), chosen["mu"], 0.55, color=BLUE, alpha=0.4)
    ax.errorbar(chosen["mu"], range(len(order)), xerr=chosen["sigma"], ls="", color=INK, lw=0.8)
    ax.axvline(0.0, color=INK, lw=0.8)
    _key_rows(ax, order)


def _draw_thirds(ax: Axes, points: pd.DataFrame, outcome: pd.Series) -> None:
    ends = {key: _ends(points[key].to_numpy(float), outcome.to_numpy(float)) for key in points.columns}
    order = sorted(ends, key=lambda key: -abs(ends[key][1] - ends[key][0]))[:MOST_KEYS]
    for place, key in enumerate(order):
        low, high = ends[key]
        ax.plot([low, high], [place, place], color=BLUE, lw=5, alpha=0.35, solid_capstyle="butt")
        ax.plot(low, place, marker="o", ms=4.5, color=BLUE, mfc="white")
        ax.plot(high, place, marker="o", ms=4.5, color=BLUE)
    ax.axvline(float(outcome.mean()), color=INK, lw=0.8)
    _key_rows(ax, order)


def _ends(values: Any, outcome: Any) -> tuple[float, float]:
    low, high = values.min(), values.max()
    step = (high - low) * THIRD
    # Thirds and not ends: a random design has hardly a point at the very end of a range.
    return float(outcome[values <= low + step].mean()), float(outcome[values >= high - step].mean())


def _key_rows(ax: Axes, keys: Sequence[str]) -> None:
    ax.set_yticks(range(len(keys)), [tail(key, KEY_CHARACTERS) for key in keys], size=SMALL_POINTS - 0.5)
    # The most influential key above.
    ax.set_ylim(len(keys) - 0.4, -0.6)
    ax.grid(axis="x", lw=0.5)


def indices(found: SweepResult, sensitivity: Sensitivity, measures: Sequence[str]) -> FigureDescription:
    """Indices of each key: for Morris mean effect against its spread,
    for Sobol first-order and total shares."""
    morris = sensitivity.method == "morris"
    panels = [_indices(found, sensitivity, name) for name in _with_people(measures)]
    heading = heading_of_sweep(found, "influence of each key", note=NOTES["indices", sensitivity.method])
    rows = in_rows(len(panels), 3) if morris else [1] * len(panels)
    return small_multiples(heading, panels, rows, left=0.9 if morris else KEY_INCHES)


def _indices(found: SweepResult, sensitivity: Sensitivity, name: str) -> Panel:
    noise = dict(zip(sensitivity.noise["measure"], sensitivity.noise["noise"], strict=True))
    share, described = noise.get(name, np.nan), found.measures[name]
    more = "" if share != share else f"  ({share:.0%} is luck)"
    table, morris = _table(sensitivity, name, "value"), sensitivity.method == "morris"
    unit, height = (described.unit, 2.2) if morris else ("", 1.7)
    if table.empty:
        return _panel(None, described, more, unit, height=height)
    if morris:
        along = "mean of absolute elementary effects"
        return _panel(partial(_draw_morris, table=table), described, more, unit, along=along, height=height)
    sure = _table(sensitivity, name, "confidence")
    return _panel(partial(_draw_sobol, table=table, sure=sure), described, more, unit, height=height)


def _draw_morris(ax: Axes, table: pd.DataFrame) -> None:
    ax.plot(table["mu_star"], table["sigma"], ls="", marker="o", ms=4, color=BLUE)
    for key, row in table.nlargest(MOST_NAMED, "mu_star").iterrows():
        ax.annotate(tail(str(key), 24), (row["mu_star"], row["sigma"]), xytext=(4, 3),
                    textcoords="offset points", size=6, color=INK)  # fmt: skip
    ax.set_xlim(0.0, 1.5 * max(float(table["mu_star"].max()), 1e-9))
    ax.set_ylim(0.0, 1.25 * max(float(table["sigma"].max()), 1e-9))


def _draw_sobol(ax: Axes, table: pd.DataFrame, sure: pd.DataFrame) -> None:
    order = list(table["ST"].nlargest(MOST_KEYS).index)
    at = np.arange(len(order))
    # Beside each other in one row: their distance is what a key does with others only.
    for shift, index, face in ((-0.16, "S1", BLUE), (0.16, "ST", "white")):
        ax.errorbar(
            table.loc[order, index], at + shift, xerr=sure.loc[order, index], ls="", marker="o", ms=4,
            color=BLUE, mfc=face, lw=1.0,
        )  # fmt: skip
    ax.axvline(0.0, color=GREY, lw=0.8)
    _key_rows(ax, order)


def breaking_point(found: Breakpoint) -> FigureDescription:
    """The share of runs in which the condition holds along the key, with exact intervals,
    and the people along it."""
    from sim.scenario.load import load

    heading = heading_of_scenario(
        load(found.scenario), f"where {found.condition}",
        f"{found.replications} runs at each value; whiskers: exact 95 % intervals",
    )  # fmt: skip
    curve = Panel(
        partial(_draw_curve, found=found), f"share of runs with {found.condition}", "share of runs",
        tail(found.key, 60), height=1.9,
    )  # fmt: skip
    people = [
        _panel(partial(_draw_people, found=found, name=name), DESCRIBED[name], "", unit, height=1.9)
        for name, unit in ((name, DESCRIBED[name].unit) for name in HUMAN)
    ]
    return small_multiples(heading, [curve, *people], [1, len(people)])


def _draw_curve(ax: Axes, found: Breakpoint) -> None:
    from scipy.stats import binomtest

    for value, share, _ in found.grid:
        # Exact: at shares near 0 and 1 a normal interval would leave the axis or be empty.
        sure = binomtest(round(share * found.replications), found.replications).proportion_ci(method="exact")
        ax.plot([value, value], [sure.low, sure.high], color=BLUE, lw=1.2)
        ax.plot(value, share, marker="o", ms=5, color=BLUE)
    ax.axhline(0.5, color=GREY, lw=0.8, ls="--")
    ax.set_ylim(-0.03, 1.03)
    _mark(ax, found)


def _draw_people(ax: Axes, found: Breakpoint, name: str) -> None:
    _mark(ax, found)
    values, means = [tried.value for tried in found.grid], [tried.people[name] for tried in found.grid]
    ax.plot(values, means, color=COLOURS[name], marker="s", ms=3.5)
    ax.set_ylim(bottom=0.0)


def _mark(ax: Axes, found: Breakpoint) -> None:
    """The breaking point and its interval."""
    if np.isfinite(found.value):
        ends = [found.grid[0].value, found.grid[-1].value]
        # Cut at the ends of the grid: nothing was run beyond them.
        ax.axvspan(max(found.low, ends[0]), min(found.high, ends[1]), color=VERMILION, alpha=0.12, lw=0)
        ax.axvline(found.value, color=VERMILION, lw=1.0)


def _panel(
    draw: Callable[[Axes], None] | None, described: Described, more: str = "", unit: str = "", *,
    along: str = "", height: float = 1.7,
) -> Panel:  # fmt: skip
    """A panel of a measure, its caption red where it is one of people; empty where it does not vary."""
    colour, caption = VERMILION if described.name in HUMAN else INK, f"{described.label}{more}"
    if draw is None:
        return Panel(lambda _: None, caption, unit, along, height, colour, nothing="does not vary")
    return Panel(draw, caption, unit, along, height, colour)


def figures_of(
    sensitivity: Sensitivity, store: Path, measures: Sequence[str]
) -> dict[str, Callable[[], FigureDescription]]:
    """The figures of a sensitivity analysis, each by name and a function that describes it."""
    from sim.explore.sweep_results import open_store

    found = open_store(store)
    return {
        "tornado": lambda: tornado(found, sensitivity, measures),
        "indices": lambda: indices(found, sensitivity, measures),
    }
