"""Which assumption matters and where it breaks, drawn: tornado, indices, breaking point;
the people beside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.explore.sweep_results import means_by_point
from sim.record.measures import DESCRIBED, HUMAN, Described
from sim.reporting.style.figure_page import caption, footing_words, say_nothing_to_show
from sim.reporting.style.looks import BLACK, BLUE, GREY, INK, ORANGE, SMALL_POINTS, VERMILION, tail
from sim.reporting.style.small_multiples import blank_page, in_rows, open_page
from sim.runs.jobs import FAILED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.explore.breaking_point import Breakpoint
    from sim.explore.sensitivity import Sensitivity
    from sim.explore.sweep_results import SweepResult

MOST_KEYS = 12
MOST_NAMED = 4
THIRD = 1.0 / 3.0
KEY_CHARACTERS = 34
KEY_INCHES = 2.4


def tornado(found: SweepResult, sensitivity: Sensitivity, measures: Sequence[str]) -> Figure:
    """How far the mean outcome moves with each key over its range, the farthest first.

    Morris: the mean elementary effect, with its spread over the other keys. Sobol:
    the means over the points in the lowest and in the highest third of the range.
    """
    names = (*measures, *(name for name in HUMAN if name not in measures))
    morris = sensitivity.method == "morris"
    note = (
        "Morris: mean change from the lower to the upper end; whisker: how far it depends on the other keys"
        if morris
        else "mean over points in the lowest third of a key's range (open) and in the highest (full)"
    )
    page = open_page(
        found, "how outcomes move with each key", [1] * len(names), note=note, left=KEY_INCHES, height=1.7
    )
    for ax, name in zip(page.panels, names, strict=True):
        if morris:
            part = sensitivity.indices[sensitivity.indices["measure"] == name]
            _draw_effects(ax, part.pivot(index="key", columns="index", values="value"))
        else:
            means = means_by_point(found.rows[found.rows["status"] != FAILED], found.measures[name])
            _draw_thirds(ax, found.points.set_index("point").loc[means.index], means)
        _name(ax, found.measures[name])
        ax.set_xlabel(found.measures[name].unit, size=SMALL_POINTS)
    return page.figure


def _draw_effects(ax: Axes, table: pd.DataFrame) -> None:
    if table.empty:
        say_nothing_to_show(ax, "does not vary")
        return
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
    return float(outcome[values <= low + step].mean()), float(outcome[values >= high - step].mean())


def _key_rows(ax: Axes, keys: Sequence[str]) -> None:
    ax.set_yticks(range(len(keys)), [tail(key, KEY_CHARACTERS) for key in keys], size=SMALL_POINTS - 0.5)
    ax.set_ylim(len(keys) - 0.4, -0.6)
    ax.grid(axis="x", lw=0.5)


def indices(found: SweepResult, sensitivity: Sensitivity, measures: Sequence[str]) -> Figure:
    """Indices of each key: for Morris mean effect against its spread,
    for Sobol first-order and total shares."""
    names = (*measures, *(name for name in HUMAN if name not in measures))
    noise = dict(zip(sensitivity.noise["measure"], sensitivity.noise["noise"], strict=True))
    morris = sensitivity.method == "morris"
    note = (
        "Morris: right, a key moves the outcome; up, by how much depends on the others"
        if morris
        else (
            "Sobol: share of the variance by the key alone (blue) and with its interactions (open), 95 % "
            "intervals"
        )
    )
    rows = in_rows(len(names), 3) if morris else [1] * len(names)
    page = open_page(found, "influence of each key", rows, height=2.2 if morris else 1.7, note=note,
                     left=0.9 if morris else KEY_INCHES)  # fmt: skip
    for ax, name in zip(page.panels, names, strict=True):
        part = sensitivity.indices[sensitivity.indices["measure"] == name]
        table = part.pivot(index="key", columns="index", values="value")
        if table.empty:
            say_nothing_to_show(ax, "does not vary")
        elif morris:
            _draw_morris(ax, table)
        else:
            _draw_sobol(ax, table, part.pivot(index="key", columns="index", values="confidence"))
        share = noise.get(name, np.nan)
        _name(
            ax, found.measures[name], found.measures[name].unit if morris else "",
            "" if share != share else f"  ({share:.0%} is luck)",
        )  # fmt: skip
    return page.figure


def _draw_morris(ax: Axes, table: pd.DataFrame) -> None:
    ax.plot(table["mu_star"], table["sigma"], ls="", marker="o", ms=4, color=BLUE)
    for key, row in table.nlargest(MOST_NAMED, "mu_star").iterrows():
        ax.annotate(
            tail(str(key), 24),
            (row["mu_star"], row["sigma"]),
            xytext=(4, 3),
            textcoords="offset points",
            size=6,
            color=INK,
        )
    ax.set_xlim(0.0, 1.5 * max(float(table["mu_star"].max()), 1e-9))
    ax.set_ylim(0.0, 1.25 * max(float(table["sigma"].max()), 1e-9))
    ax.set_xlabel("mean of absolute elementary effects", size=SMALL_POINTS)


def _draw_sobol(ax: Axes, table: pd.DataFrame, sure: pd.DataFrame) -> None:
    order = list(table["ST"].nlargest(MOST_KEYS).index)
    at = np.arange(len(order))
    for shift, index, face in ((-0.16, "S1", BLUE), (0.16, "ST", "white")):
        ax.errorbar(
            table.loc[order, index],
            at + shift,
            xerr=sure.loc[order, index],
            ls="",
            marker="o",
            ms=4,
            color=BLUE,
            mfc=face,
            lw=1.0,
        )
    ax.axvline(0.0, color=GREY, lw=0.8)
    _key_rows(ax, order)


def breaking_point(found: Breakpoint) -> Figure:
    """The share of runs in which the condition holds along the key, with exact intervals,
    and the people along it."""
    from scipy.stats import binomtest

    from sim.scenario.load import load

    scenario = load(found.scenario)
    page = blank_page(
        f"{scenario.scenario.title}: where {found.condition}",
        f"{found.replications} runs at each value; whiskers: exact 95 % intervals",
        [1, len(HUMAN)], footing_words(scenario), height=1.9,
    )  # fmt: skip
    curve, *people = page.panels
    values = [tried.value for tried in found.grid]
    for value, share, _ in found.grid:
        sure = binomtest(round(share * found.replications), found.replications).proportion_ci(method="exact")
        curve.plot([value, value], [sure.low, sure.high], color=BLUE, lw=1.2)
        curve.plot(value, share, marker="o", ms=5, color=BLUE)
    curve.axhline(0.5, color=GREY, lw=0.8, ls="--")
    curve.set_ylim(-0.03, 1.03)
    caption(curve, f"share of runs with {found.condition}", "share of runs")
    curve.set_xlabel(tail(found.key, 60), size=SMALL_POINTS)
    _mark(page.panels, found)
    looks = dict(zip(HUMAN, (VERMILION, ORANGE, GREY, BLACK), strict=True))
    for ax, name in zip(people, HUMAN, strict=True):
        ax.plot(values, [tried.people[name] for tried in found.grid], color=looks[name], marker="s", ms=3.5)
        ax.set_ylim(bottom=0.0)
        _name(ax, DESCRIBED[name], DESCRIBED[name].unit)
    return page.figure


def _mark(panels: Sequence[Axes], found: Breakpoint) -> None:
    """The breaking point and its interval, across all panels."""
    if not np.isfinite(found.value):
        return
    for ax in panels:
        ends = [found.grid[0].value, found.grid[-1].value]
        ax.axvspan(max(found.low, ends[0]), min(found.high, ends[1]), color=VERMILION, alpha=0.12, lw=0)
        ax.axvline(found.value, color=VERMILION, lw=1.0)


def _name(ax: Axes, described: Described, unit: str = "", more: str = "") -> None:
    caption(ax, f"{described.label}{more}", unit, VERMILION if described.name in HUMAN else INK)


def figures_of(sensitivity: Sensitivity, store: Path, measures: Sequence[str]) -> dict[str, Any]:
    """The figures of a sensitivity analysis, each by name and a function that draws it."""
    from sim.explore.sweep_results import open_store

    found = open_store(store)
    return {
        "tornado": lambda: tornado(found, sensitivity, measures),
        "indices": lambda: indices(found, sensitivity, measures),
    }
