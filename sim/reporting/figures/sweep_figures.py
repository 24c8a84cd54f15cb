"""A sweep drawn: an outcome against a key, two keys as a heat map, all keys as parallel lines,
sector by sector.

The people of the same runs stand on every page. Bands are percentiles over runs: where a further run would
fall, not how well the mean is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.errors import ResultError, UsageError
from sim.explore.sweep_results import SHOWN, mean_of_rows, means_by_point
from sim.record.measures import BY_SECTOR, DESCRIBED, HUMAN, Described, check_measures
from sim.reporting.style.binned_counts import BAND_WORDS, HIGH, LOW
from sim.reporting.style.figure_description import (
    FigureDescription,
    Panel,
    at_bottom,
    in_rows,
    small_multiples,
)
from sim.reporting.style.figure_headings import heading_of_sweep
from sim.reporting.style.palette import GREY, INK, SMALL_POINTS, VERMILION
from sim.reporting.style.series_drawing import BAND_ALPHA, add_colour_scale
from sim.reporting.style.series_styles import STYLE_CYCLE, SeriesStyle, cut, tail
from sim.runs.jobs import FAILED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.explore.sweep_results import SweepResult

# More lines with bands cannot be followed; the rest of the keys is taken together, and the note says so.
MOST_LINES = 5
MOST_GRID = 12
MOST_PANELS = 24
# In more cells numbers of this size overlap.
CELLS_WITH_NUMBERS = 80
# Reads alike with and without full colour vision, and from dark to light in grey.
COLOURS = "cividis"


def response(found: SweepResult, key: str = "", measures: Sequence[str] = ()) -> FigureDescription:
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
    frame = merged(found)
    panels = [
        _captioned(
            found.measures[name], along=tail(key, 34) if bottom else "",
            draw=partial(_draw_lines, frame=frame, key=key, across=across, described=found.measures[name]),
        )
        for name, bottom in zip(names, at_bottom(_rows(names)), strict=True)
    ]  # fmt: skip
    heading = heading_of_sweep(found, f"outcomes against {key}", note=note)
    return small_multiples(heading, panels, _rows(names), legend=bool(across))


def _draw_lines(ax: Axes, frame: pd.DataFrame, key: str, across: str, described: Described) -> None:
    """A line for each value of a second key, where there is one."""
    if not across:
        _draw_response(ax, frame, key, described, STYLE_CYCLE[0], "")
    for style, value in zip(STYLE_CYCLE, _values(frame[across]) if across else (), strict=False):
        part = frame[frame[across] == value]
        _draw_response(ax, part, key, described, style, f"{across} = {value}")
    _name_values(ax, frame[key])


def _draw_response(
    ax: Axes, part: pd.DataFrame, key: str, described: Described, style: SeriesStyle, label: str
) -> None:
    """Mean and band at each value; the mean of each point where points are many and values hardly repeat."""
    values = _values(part[key])
    # Bands of the few runs of one point, at each of many values, would hide the means.
    if len(values) > MOST_GRID and part.groupby(key)["point"].nunique().max() == 1:
        means = means_by_point(part, described)
        ax.plot(part.groupby("point")[key].first(), means, ls="", marker=style.marker, ms=3,
                color=style.colour, alpha=0.6, label=label)  # fmt: skip
        return
    at, at_value = _places(values), [part[part[key] == value] for value in values]
    runs = [rows[described.name].dropna().to_numpy() for rows in at_value]
    bands = np.array([np.percentile(r, (LOW, HIGH)) if len(r) else (np.nan, np.nan) for r in runs])
    # Several bands lie over one another: pale, with their edges drawn in the line's dash.
    alpha = 0.05 if label else BAND_ALPHA
    ax.fill_between(at, bands[:, 0], bands[:, 1], color=style.colour, alpha=alpha, lw=0)
    if label:
        ax.plot(at, bands, color=style.colour, lw=0.5, ls=style.dash)
    centre = [mean_of_rows(rows, described) for rows in at_value]
    ax.plot(at, centre, color=style.colour, ls=style.dash, marker=style.marker, ms=3.5, lw=1.4, label=label)


def heat(found: SweepResult, keys: Sequence[str] = (), measures: Sequence[str] = ()) -> FigureDescription:
    """Means over two keys as heat maps, one a measure, with the numbers written where they fit."""
    across, up = (*keys, *varying(found))[:2] if keys else (*varying(found), "", "")[:2]
    if not up:
        raise UsageError("a heat map needs two keys that vary")
    names = shown(found, measures)
    others = [key for key in varying(found) if key not in (across, up)]
    note = "means over runs" + (f" and all values of {', '.join(others)}" if others else "")
    frame = merged(found)
    first = [column == 0 for count in _rows(names) for column in range(count)]
    panels = [
        _captioned(
            found.measures[name], unit=tail(up, 26) if at_left else "", along=tail(across, 34), height=2.0,
            draw=partial(_draw_cells, frame=frame, keys=[up, across], described=found.measures[name]),
        )
        for name, at_left in zip(names, first, strict=True)
    ]  # fmt: skip
    return small_multiples(heading_of_sweep(found, f"{across} and {up}", note=note), panels, _rows(names))


def _draw_cells(ax: Axes, frame: pd.DataFrame, keys: list[str], described: Described) -> None:
    from pandas import Series

    cells = {place: mean_of_rows(rows, described) for place, rows in frame.groupby(keys)}
    table = Series(cells, dtype=float).unstack().sort_index(axis=0).sort_index(axis=1)
    means = table.to_numpy(float)
    image = ax.imshow(means, origin="lower", aspect="auto", cmap=COLOURS)
    # Of a measure that is the same everywhere a scale would show nothing.
    if np.ptp(means) > 0.0:
        add_colour_scale(ax, image)
    _write_cells(ax, means)
    ax.grid(visible=False)
    ax.set_xticks(range(table.shape[1]), [_word(v) for v in table.columns], size=SMALL_POINTS)
    ax.set_yticks(range(table.shape[0]), [_word(v) for v in table.index], size=SMALL_POINTS)


def _write_cells(ax: Axes, table: Any) -> None:
    if table.size > CELLS_WITH_NUMBERS:
        return
    # The scale is dark at its lower end.
    middle = (np.nanmin(table) + np.nanmax(table)) / 2.0
    for (row, column), value in np.ndenumerate(table):
        if value == value:
            ax.text(column, row, _number(value), ha="center", va="center", size=6.5,
                    color="white" if value <= middle else "black")  # fmt: skip


def parallel(found: SweepResult, measures: Sequence[str] = ()) -> FigureDescription:
    """Every point as a line through its keys and its outcomes, coloured by the first outcome:
    which go together."""
    names = shown(found, measures)
    note = f"means over runs; colour: {found.measures[names[0]].label}; keys left, outcomes right"
    heading = heading_of_sweep(found, "points as lines through keys and outcomes", note=note)
    panel = Panel(partial(_draw_points, found=found, names=names), height=4.2)
    return small_multiples(heading, [panel], [1], left=1.3)


def _draw_points(ax: Axes, found: SweepResult, names: tuple[str, ...]) -> None:
    from matplotlib import colormaps

    keys, frame = varying(found), merged(found)
    means = frame.groupby("point")[keys].first()
    means = means.assign(**{name: means_by_point(frame, found.measures[name]) for name in names})
    scaled = np.column_stack([_unit(means[name]) for name in means.columns])
    for line, colour in zip(scaled, colormaps[COLOURS](_unit(means[names[0]])), strict=True):
        ax.plot(range(len(line)), line, color=colour, lw=1.0, alpha=0.75)
    for place, name in enumerate(means.columns):
        ax.axvline(place, color=INK, lw=0.8)
        _ends(ax, place, means[name])
    ax.axvline(len(keys) - 0.5, color=GREY, lw=0.8, ls=":")
    outcomes = [f"{cut(found.measures[n].label, 26)}\n({found.measures[n].unit})" for n in names]
    words = [*(tail(key, 22) for key in keys), *outcomes]
    ax.set_xticks(range(len(words)), words, size=SMALL_POINTS, rotation=20, ha="right")
    for tick, name in zip(ax.get_xticklabels(), means.columns, strict=True):
        tick.set_color(VERMILION if name in HUMAN else INK)
    ax.set_yticks([])
    ax.set_xlim(-0.3, len(words) - 0.7)
    ax.set_ylim(-0.09, 1.09)
    ax.spines["left"].set_visible(False)


def _ends(ax: Axes, place: int, values: pd.Series) -> None:
    """What the lower and the upper end of an axis stand for; every value where they are words or few."""
    known = _values(values)
    marks = known if isinstance(known[0], str) else [known[0], known[-1]]
    for mark in marks:
        at = _unit(values)[list(values).index(mark)] if len(known) > 1 else 0.5
        shift = -0.045 if at == 0.0 else 0.045
        words = cut(mark if isinstance(mark, str) else _number(mark), 14)
        ax.text(place + 0.03, at + shift, words, size=6.5, color=INK, va="center")


def by_sector(found: SweepResult, key: str = "", measure: str = "attempts") -> FigureDescription:
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
    # In the line's order, whatever order the counts give.
    names = [name for name in dict.fromkeys(frame["sector"]) if name in busiest]
    described, rows = DESCRIBED[measure], in_rows(len(names))
    left_out = frame["sector"].nunique() - len(names)
    note = f"blue: {described.label}, band: {BAND_WORDS}; red: people harmed or dead there, a run"
    note += f"; {left_out} sectors with fewer left out" if left_out else ""
    panels = [
        Panel(
            partial(_draw_sector, frame=frame, name=name, key=key, described=described), cut(name, 30),
            described.unit if name == names[0] else "", tail(key, 34) if bottom else "", height=1.5,
        )
        for name, bottom in zip(names, at_bottom(rows), strict=True)
    ]  # fmt: skip
    heading = heading_of_sweep(found, f"{described.label} by sector, against {key}", note=note)
    return small_multiples(heading, panels, rows)


def _draw_sector(ax: Axes, frame: pd.DataFrame, name: str, key: str, described: Described) -> None:
    part = frame[frame["sector"] == name]
    _draw_response(ax, part, key, described, STYLE_CYCLE[0], "")
    _name_values(ax, frame[key])
    ax.set_ylim(bottom=0.0)
    # One scale of harm for all sectors: a panel of its own scale would make one death look like many.
    most = float(frame.groupby(["sector", key])["harm"].mean().max())
    harm, below = part.groupby(key)["harm"].mean(), ax.twinx()
    below.plot(_places(list(harm.index)), harm, color=VERMILION, ls="--", lw=1.2, marker="s", ms=2.5)
    # Up to one person at least, so that a small fraction of one does not fill the panel.
    below.set_ylim(0.0, max(1.0, 1.05 * most))
    below.tick_params(labelsize=SMALL_POINTS, colors=VERMILION)
    below.spines[["top"]].set_visible(False)


def varying(found: SweepResult) -> list[str]:
    """The keys that take more than one value."""
    columns = [str(name) for name in found.points.columns if name != "point"]
    # A sweep of one point has figures as well.
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


def _captioned(described: Described, draw: Callable[[Axes], None], **more: Any) -> Panel:
    """A panel of a measure, its caption red where it is one of people."""
    colour = VERMILION if described.family == "human" else INK
    words = {"unit": described.unit, "height": 1.6, **more}
    return Panel(draw, cut(described.label, 34), caption_colour=colour, **words)


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
    # Words keep the plan's order, which their author chose.
    return sorted(column.unique()) if column.dtype.kind in "if" else list(dict.fromkeys(column))


def _places(values: list[Any]) -> list[float]:
    """Where values stand on an axis: numbers at themselves, words one after the other."""
    return (
        [float(v) for v in values]
        if not isinstance(values[0], str)
        else [float(i) for i in range(len(values))]
    )


def _name_values(ax: Axes, column: pd.Series) -> None:
    """The values of a key along an axis, where they are words."""
    values = _values(column)
    if isinstance(values[0], str):
        ax.set_xticks(range(len(values)), [cut(v, 14) for v in values], size=SMALL_POINTS)


def _unit(column: pd.Series) -> Any:
    """Values between nought and one; words in the order they come."""
    if column.dtype.kind not in "if":
        order = list(dict.fromkeys(column))
        column = column.map(order.index).astype(float)
    low, high = float(column.min()), float(column.max())
    return ((column - low) / (high - low)).to_numpy() if high > low else np.full(len(column), 0.5)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.2g}"


def _word(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def applying(found: SweepResult, measures: Sequence[str] = ()) -> dict[str, Callable[[], FigureDescription]]:
    """The figures that a sweep can be drawn as, each by name and a function that describes it."""
    keys = varying(found)
    figures: dict[str, Callable[[], FigureDescription]] = {
        "response": lambda: response(found, measures=measures)
    }
    if len(keys) > 1:
        figures["parallel"] = lambda: parallel(found, measures)
        # In a random design every point would be a row and a column of its own.
        if all(found.points[key].nunique() <= MOST_GRID for key in keys[:2]):
            figures["heat"] = lambda: heat(found, measures=measures)
    if found.plan.get("by_sector", False):
        chosen = [name for name in measures if name in BY_SECTOR] or ["attempts"]
        figures["sectors"] = lambda: by_sector(found, measure=chosen[0])
    return figures
