"""A sweep drawn: an outcome against a key, two keys as a heat map, all keys as parallel lines,
sector by sector.

The people of the same runs stand on every page. Bands are percentiles over runs: where a further run would
fall, not how well the mean is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.errors import ResultError, UsageError
from sim.explore.sweep_results import SHOWN, mean_of_rows, means_by_point
from sim.record.measures import BY_SECTOR, DESCRIBED, HUMAN, Described, check_measures
from sim.reporting.style.binned_counts import BAND_WORDS, HIGH, LOW
from sim.reporting.style.figure_page import caption
from sim.reporting.style.looks import GREY, INK, SERIES, SMALL_POINTS, VERMILION, Look, cut, tail
from sim.reporting.style.small_multiples import in_rows, open_page
from sim.reporting.style.strokes import BAND_ALPHA
from sim.runs.jobs import FAILED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.explore.sweep_results import SweepResult

MOST_LINES = 5
MOST_GRID = 12
MOST_PANELS = 24
CELLS_WITH_NUMBERS = 80
COLOURS = "cividis"


def response(found: SweepResult, key: str = "", measures: Sequence[str] = ()) -> Figure:
    """Outcomes against one key: mean and percentile band of runs at each value,
    a line for each value of one other key.

    A random design, where values hardly repeat, is shown as the means of its points.
    Raises `UsageError` for a key that does not vary.
    """
    key = key or varying(found)[0]
    names = shown(found, measures)
    across, pooled = _lines_of(found, key)
    note = f"mean over runs, band: {BAND_WORDS}" if _repeats(found, key) else "each dot the mean of one point"
    if pooled:
        note += f"; runs at all values of {', '.join(pooled)} taken together"
    page = open_page(found, f"outcomes against {key}", _rows(names), note=note)
    frame = merged(found)
    for ax, name in zip(page.panels, names, strict=True):
        groups = (
            [("", frame)] if not across else [(v, frame[frame[across] == v]) for v in _values(frame[across])]
        )
        for look, (value, part) in zip(SERIES, groups, strict=False):
            _draw_response(ax, part, key, found.measures[name], look, f"{across} = {value}" if across else "")
        _name(ax, found.measures[name])
        _key_axis(ax, frame[key], key if ax in page.bottom else "")
    if across:
        page.legend()
    return page.figure


def _draw_response(
    ax: Axes, part: pd.DataFrame, key: str, described: Described, look: Look, label: str
) -> None:
    name = described.name
    values = _values(part[key])
    at = _places(values)
    if len(values) > MOST_GRID and part.groupby(key)["point"].nunique().max() == 1:
        means = means_by_point(part, described)
        ax.plot(
            part.groupby("point")[key].first(),
            means,
            ls="",
            marker=look.marker,
            ms=3,
            color=look.colour,
            alpha=0.6,
            label=label,
        )
        return
    at_value = [part[part[key] == value] for value in values]
    runs = [rows[name].dropna().to_numpy() for rows in at_value]
    bands = np.array([np.percentile(r, (LOW, HIGH)) if len(r) else (np.nan, np.nan) for r in runs])
    centre = [mean_of_rows(rows, described) for rows in at_value]
    alone = not label
    ax.fill_between(
        at, bands[:, 0], bands[:, 1], color=look.colour, alpha=BAND_ALPHA if alone else 0.05, lw=0
    )
    if not alone:
        ax.plot(at, bands, color=look.colour, lw=0.5, ls=look.dash)
    ax.plot(at, centre, color=look.colour, ls=look.dash, marker=look.marker, ms=3.5, lw=1.4, label=label)


def heat(found: SweepResult, keys: Sequence[str] = (), measures: Sequence[str] = ()) -> Figure:
    """Means over two keys as heat maps, one a measure, with the numbers written where they fit."""
    across, up = (*keys, *varying(found))[:2] if keys else (*varying(found), "", "")[:2]
    if not up:
        raise UsageError("a heat map needs two keys that vary")
    from pandas import Series

    names = shown(found, measures)
    others = [key for key in varying(found) if key not in (across, up)]
    note = "means over runs" + (f" and all values of {', '.join(others)}" if others else "")
    page = open_page(found, f"{across} and {up}", _rows(names), note=note, height=2.0)
    frame = merged(found)
    left = min(ax.get_position().x0 for ax in page.panels)
    for ax, name in zip(page.panels, names, strict=True):
        described = found.measures[name]
        cells = {place: mean_of_rows(rows, described) for place, rows in frame.groupby([up, across])}
        table = Series(cells, dtype=float).unstack().sort_index(axis=0).sort_index(axis=1)
        image = ax.imshow(table.to_numpy(float), origin="lower", aspect="auto", cmap=COLOURS)
        if np.ptp(table.to_numpy(float)) > 0.0:
            bar = page.figure.colorbar(image, ax=ax, fraction=0.05, pad=0.02)
            bar.ax.tick_params(labelsize=SMALL_POINTS - 1)
        _write_cells(ax, table.to_numpy(float))
        ax.grid(visible=False)
        ax.set_xticks(range(table.shape[1]), [_word(v) for v in table.columns], size=SMALL_POINTS)
        ax.set_yticks(range(table.shape[0]), [_word(v) for v in table.index], size=SMALL_POINTS)
        _name(ax, found.measures[name])
        ax.set_xlabel(tail(across, 34), size=SMALL_POINTS)
        ax.set_ylabel(tail(up, 26) if ax.get_position().x0 == left else "", size=SMALL_POINTS)
    return page.figure


def _write_cells(ax: Axes, table: Any) -> None:
    if table.size > CELLS_WITH_NUMBERS:
        return
    middle = (np.nanmin(table) + np.nanmax(table)) / 2.0
    for (row, column), value in np.ndenumerate(table):
        if value == value:
            ax.text(column, row, _number(value), ha="center", va="center", size=6.5,
                    color="white" if value <= middle else "black")  # fmt: skip


def parallel(found: SweepResult, measures: Sequence[str] = ()) -> Figure:
    """Every point as a line through its keys and its outcomes, coloured by the first outcome:
    which go together."""
    names = shown(found, measures)
    frame = merged(found)
    means = frame.groupby("point")[varying(found)].first()
    means = means.assign(**{name: means_by_point(frame, found.measures[name]) for name in names})
    page = open_page(
        found, "points as lines through keys and outcomes", [1],
        note=f"means over runs; colour: {found.measures[names[0]].label}; keys left, outcomes right",
        height=4.2, left=1.3,
    )  # fmt: skip
    ax = page.panels[0]
    from matplotlib import colormaps

    columns = list(means.columns)
    scaled = np.column_stack([_unit(means[name]) for name in columns])
    colours = colormaps[COLOURS](_unit(means[names[0]]))
    for line, colour in zip(scaled, colours, strict=True):
        ax.plot(range(len(columns)), line, color=colour, lw=1.0, alpha=0.75)
    for place, name in enumerate(columns):
        ax.axvline(place, color=INK, lw=0.8)
        _ends(ax, place, means[name])
    ax.axvline(len(varying(found)) - 0.5, color=GREY, lw=0.8, ls=":")
    words = [
        tail(n, 22)
        if n in varying(found)
        else f"{cut(found.measures[n].label, 26)}\n({found.measures[n].unit})"
        for n in columns
    ]
    ax.set_xticks(range(len(columns)), words, size=SMALL_POINTS, rotation=20, ha="right")
    for tick, name in zip(ax.get_xticklabels(), columns, strict=True):
        tick.set_color(VERMILION if name in HUMAN else INK)
    ax.set_yticks([])
    ax.set_xlim(-0.3, len(columns) - 0.7)
    ax.set_ylim(-0.09, 1.09)
    ax.spines["left"].set_visible(False)
    return page.figure


def _ends(ax: Axes, place: int, values: pd.Series) -> None:
    """What the lower and the upper end of an axis stand for; every value where they are words or few."""
    known = _values(values)
    marks = known if isinstance(known[0], str) else [known[0], known[-1]]
    for mark in marks:
        at = _unit(values)[list(values).index(mark)] if len(known) > 1 else 0.5
        shift = -0.045 if at == 0.0 else 0.045
        ax.text(
            place + 0.03,
            at + shift,
            cut(mark if isinstance(mark, str) else _number(mark), 14),
            size=6.5,
            color=INK,
            va="center",
        )


def by_sector(found: SweepResult, key: str = "", measure: str = "attempts") -> Figure:
    """One small panel a sector: a measure against a key, and below it the people harmed or dead there.

    Raises `ResultError` for a store without a table by sector,
    `UsageError` for a measure that it does not hold.
    """
    if measure not in BY_SECTOR:
        raise UsageError(f"measure: found {measure!r}, by sector there are: {', '.join(BY_SECTOR)}")
    key = key or varying(found)[0]
    frame = found.sectors.merge(found.points, on="point")
    frame["harm"] = frame["harmed"] + frame["died"]
    busiest = frame.groupby("sector", sort=False)[measure].sum().nlargest(MOST_PANELS).index
    names = [name for name in dict.fromkeys(frame["sector"]) if name in busiest]
    label = DESCRIBED[measure].label
    left_out = frame["sector"].nunique() - len(names)
    note = f"blue: {label}, band: {BAND_WORDS}; red: people harmed or dead there, a run"
    page = open_page(
        found,
        f"{label} by sector, against {key}",
        in_rows(len(names)),
        height=1.5,
        note=note + (f"; {left_out} sectors with fewer left out" if left_out else ""),
    )
    for ax, name in zip(page.panels, names, strict=True):
        part = frame[frame["sector"] == name]
        _draw_response(ax, part, key, DESCRIBED[measure], SERIES[0], "")
        caption(ax, cut(name, 30), DESCRIBED[measure].unit if ax is page.panels[0] else "")
        _key_axis(ax, frame[key], key if ax in page.bottom else "")
        ax.set_ylim(bottom=0.0)
        below: Any = ax.twinx()
        harm = part.groupby(key)["harm"].mean()
        below.plot(_places(list(harm.index)), harm, color=VERMILION, ls="--", lw=1.2, marker="s", ms=2.5)
        below.set_ylim(0.0, max(1.0, 1.05 * float(frame.groupby(["sector", key])["harm"].mean().max())))
        below.tick_params(labelsize=SMALL_POINTS, colors=VERMILION)
        below.spines[["top"]].set_visible(False)
    return page.figure


def varying(found: SweepResult) -> list[str]:
    """The keys that take more than one value."""
    columns = [str(name) for name in found.points.columns if name != "point"]
    return [name for name in columns if found.points[name].nunique() > 1] or columns


def shown(found: SweepResult, measures: Sequence[str]) -> tuple[str, ...]:
    """The measures of a page: those asked for, and always those of people."""
    check_measures(measures, known=found.measures)
    return (
        *dict.fromkeys(name for name in measures or found.plan["outcomes"] or SHOWN if name not in HUMAN),
        *HUMAN,
    )


def merged(found: SweepResult) -> pd.DataFrame:
    """Finished rows with the values of their points. Raises `ResultError` where none succeeded."""
    rows = found.rows[found.rows["status"] != FAILED]
    if not len(rows):
        raise ResultError(f"{found.path} holds no run that succeeded: there is nothing to draw")
    return rows.merge(found.points, on="point")


def _rows(names: tuple[str, ...]) -> list[int]:
    """Panels in rows: what was asked for above, the people below."""
    return [*in_rows(len(names) - len(HUMAN)), *in_rows(len(HUMAN))]


def _lines_of(found: SweepResult, key: str) -> tuple[str, list[str]]:
    """The key that makes lines of their own, if one does, and those that are taken together."""
    if key not in found.points.columns:
        raise UsageError(f"{key} does not vary; there are: {', '.join(varying(found))}")
    others = [name for name in varying(found) if name != key]
    across = next((name for name in others if found.points[name].nunique() <= MOST_LINES), "")
    across = across if _repeats(found, key) else ""
    return across, [name for name in others if name != across]


def _repeats(found: SweepResult, key: str) -> bool:
    return len(varying(found)) == 1 or found.points[key].nunique() < len(found.points)


def _values(column: pd.Series) -> list[Any]:
    return sorted(column.unique()) if column.dtype.kind in "if" else list(dict.fromkeys(column))


def _places(values: list[Any]) -> list[float]:
    """Where values stand on an axis: numbers at themselves, words one after the other."""
    return (
        [float(v) for v in values]
        if not isinstance(values[0], str)
        else [float(i) for i in range(len(values))]
    )


def _key_axis(ax: Axes, column: pd.Series, label: str) -> None:
    values = _values(column)
    if isinstance(values[0], str):
        ax.set_xticks(range(len(values)), [cut(v, 14) for v in values], size=SMALL_POINTS)
    ax.set_xlabel(tail(label, 34), size=SMALL_POINTS)


def _unit(column: pd.Series) -> Any:
    """Values between nought and one; words in the order they come."""
    if column.dtype.kind not in "if":
        order = list(dict.fromkeys(column))
        column = column.map(order.index).astype(float)
    low, high = float(column.min()), float(column.max())
    return ((column - low) / (high - low)).to_numpy() if high > low else np.full(len(column), 0.5)


def _name(ax: Axes, described: Described) -> None:
    caption(ax, cut(described.label, 34), described.unit, VERMILION if described.family == "human" else INK)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.2g}"


def _word(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def applying(found: SweepResult, measures: Sequence[str] = ()) -> dict[str, Callable[[], Figure]]:
    """The figures that a sweep can be drawn as, each by name and a function that draws it."""
    keys = varying(found)
    figures: dict[str, Callable[[], Figure]] = {"response": lambda: response(found, measures=measures)}
    if len(keys) > 1:
        figures["parallel"] = lambda: parallel(found, measures)
        if all(found.points[key].nunique() <= MOST_GRID for key in keys[:2]):
            figures["heat"] = lambda: heat(found, measures=measures)
    if found.plan.get("by_sector", False):
        chosen = [name for name in measures if name in BY_SECTOR] or ["attempts"]
        figures["sectors"] = lambda: by_sector(found, measure=chosen[0])
    return figures
