"""Where on the line: person-attempts by sector and week, and a map with the human outcomes beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.record.measures import DESCRIBED
from sim.reporting.style.binned_counts import Array, Tally, has_log, spread
from sim.reporting.style.figure_page import (
    RIGHT,
    WIDE,
    WIDTH,
    beside,
    caption,
    open_sheet,
    say_nothing_to_show,
    tidy,
)
from sim.reporting.style.human_strip import number
from sim.reporting.style.looks import BLACK, GREY, INK, ORANGE, PALE, SMALL_POINTS, VERMILION, YELLOW
from sim.reporting.style.time_bins import weekly_clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_page import Sheet
    from sim.reporting.style.figure_source import Source
    from sim.scenario.schema import Scenario

MOST_SECTORS = 40
ROW_INCHES = 0.19
BESIDE = (
    ("stranded", "became\nstranded", ORANGE, "//"),
    ("harmed", "harmed", YELLOW, ".."),
    ("died", "died", VERMILION, "xx"),
)
SIDE_WIDTH, SIDE_GAP, FIRST_GAP = 0.75, 0.18, 0.25
COLOURS = "Blues"
MAP_INCHES, MAP_WIDTH = 6.2, 3.9
THINNEST, THICKEST = 1.2, 8.0
NAME_CHARACTERS = 22


def heatmap(result: Source) -> Figure:
    """Person-attempts by sector and week, with people stranded, harmed and dead by sector beside them."""
    clock = weekly_clock(result.scenario, has_log=has_log(result))
    tally = Tally(result, ("attempts", *(name for name, *_ in BESIDE)), clock, by="sector")
    names = shown_sectors(result.scenario, tally)
    height = max(1.2, ROW_INCHES * len(names))
    note = f"{clock.note}" + _left_out(result.scenario, names)
    room = FIRST_GAP + 3 * SIDE_WIDTH + 2 * SIDE_GAP + 1.0
    sheet = open_sheet(
        result, f"person-attempts by sector {clock.per}", (height,), clock=clock, note=note, width=WIDE,
        left=1.95, right=room + RIGHT, gap=0.5, banded=False,
    )  # fmt: skip
    ax = sheet.panels[0]
    _draw_cells(
        sheet,
        ax,
        np.array([spread(tally.of("attempts", name)).mean for name in names]),
        clock.edges,
        clock.per,
    )
    _name_rows(ax, result.scenario, names)
    caption(ax, "Person-attempts", "")
    _draw_beside(sheet, ax, tally, names)
    return sheet.figure


def shown_sectors(scenario: Scenario, tally: Tally) -> list[str]:
    """Sectors country by country in the file's order; of a long line those with most attempts."""
    order = {country: place for place, country in enumerate(scenario.countries)}
    names = sorted(scenario.sectors, key=lambda name: order.get(scenario.sectors[name].country, 0))
    if len(names) <= MOST_SECTORS:
        return names
    most = sorted(names, key=lambda name: -float(tally.total("attempts", name).mean()))[:MOST_SECTORS]
    return [name for name in names if name in most]


def _left_out(scenario: Scenario, names: list[str]) -> str:
    missing = len(scenario.sectors) - len(names)
    return f" · {missing} sectors with fewer attempts are not drawn" if missing else ""


def sector_label(scenario: Scenario, name: str) -> str:
    """A sector's label, short enough for an axis."""
    words = scenario.sectors[name].label or name
    return (
        words if len(words) <= NAME_CHARACTERS else words[: NAME_CHARACTERS - 1] + "\N{HORIZONTAL ELLIPSIS}"
    )


def _draw_cells(sheet: Sheet, ax: Axes, values: Array, edges: Array, per: str) -> None:
    ax.grid(False)
    top = float(values.max()) if values.any() else 1.0
    cells = ax.pcolormesh(edges, np.arange(len(values) + 1) - 0.5, values, cmap=COLOURS, vmin=0.0, vmax=top)
    _add_scale(sheet, ax, cells, f"person-attempts {per}, mean over runs")
    if not values.any():
        ax.text(0.5, 0.5, "no person-attempt in any run", transform=ax.transAxes, ha="center", color=INK)


def _add_scale(sheet: Sheet, ax: Axes, cells: ScalarMappable, unit: str) -> None:
    box = ax.get_position()
    x = box.x1 + (FIRST_GAP + 3 * SIDE_WIDTH + 2 * SIDE_GAP + 0.3) / sheet.width
    scale = sheet.figure.add_axes((x, box.y0, 0.14 / sheet.width, box.height), label="scale")
    bar = sheet.figure.colorbar(cells, cax=scale)
    bar.set_label(unit, size=SMALL_POINTS)
    bar.ax.tick_params(labelsize=SMALL_POINTS)


def _name_rows(ax: Axes, scenario: Scenario, names: list[str]) -> None:
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_yticks(range(len(names)), [sector_label(scenario, name) for name in names])
    ax.tick_params(axis="y", length=0)
    for row in range(1, len(names)):
        if scenario.sectors[names[row]].country != scenario.sectors[names[row - 1]].country:
            ax.axhline(row - 0.5, color=BLACK, lw=1.2)
    for country in dict.fromkeys(scenario.sectors[name].country for name in names):
        rows = [row for row, name in enumerate(names) if scenario.sectors[name].country == country]
        ax.annotate(
            scenario.countries[country].label or country, (0, sum(rows) / len(rows)),
            xycoords=("axes fraction", "data"),
            xytext=(-118, 0), textcoords="offset points", rotation=90, ha="center", va="center",
            size=SMALL_POINTS,
            weight="bold",
        )  # fmt: skip


def _draw_beside(sheet: Sheet, ax: Axes, tally: Tally, names: list[str]) -> None:
    gap = FIRST_GAP
    for name, label, colour, hatch in BESIDE:
        bars = beside(sheet, ax, gap, SIDE_WIDTH)
        _draw_outcome(bars, tally, names, (name, label, colour, hatch))
        bars.set_ylim(ax.get_ylim())
        bars.set_yticks([])
        gap += SIDE_WIDTH + SIDE_GAP


def _draw_outcome(bars: Axes, tally: Tally, names: list[str], outcome: tuple[str, str, str, str]) -> None:
    measure, label, colour, hatch = outcome
    values = [float(tally.total(measure, name).mean()) for name in names]
    bars.barh(range(len(names)), values, 0.72, color=colour, hatch=hatch, edgecolor=INK, lw=0.4)
    for row, value in enumerate(values):
        bars.text(
            0.02 * (max(values) or 1.0) + value, row, number(value) if value else "0", va="center", size=6
        )
    bars.set_xlim(0, 1.45 * (max(values) or 1.0))
    bars.set_xticks([])
    bars.set_xlabel(DESCRIBED[measure].unit.replace("-", "-\n") + " a run", size=6.5)
    bars.set_title(label, size=SMALL_POINTS, loc="left", pad=3)
    bars.grid(False)


def map_of_the_line(result: Source) -> Figure:
    """The line on a map, its sectors as wide and dark as their flow,
    and human outcomes by sector beside it."""
    clock = weekly_clock(result.scenario, has_log=False)
    tally = Tally(result, ("attempts", *(name for name, *_ in BESIDE)), clock, by="sector")
    names = [
        name
        for name in _north_to_south(result.scenario)
        if name in set(shown_sectors(result.scenario, tally))
    ]
    note = "sectors are coarse; the line is approximate" + _left_out(result.scenario, names)
    sheet = open_sheet(
        result, "the line, its flow, and what it does to people", (MAP_INCHES,), note=note, left=0.75,
        right=WIDTH - 0.75 - MAP_WIDTH, banded=False,
    )  # fmt: skip
    ax = sheet.panels[0]
    flow = {name: float(tally.total("attempts", name).mean()) for name in names}
    if not names:
        say_nothing_to_show(ax, "no sector of this scenario has points for a map")
        ax.set_xticks([])
        return sheet.figure
    _draw_line_of_sectors(sheet, ax, result.scenario, names, flow)
    _draw_list(sheet, ax, result.scenario, names, tally)
    return sheet.figure


def _north_to_south(scenario: Scenario) -> list[str]:
    drawn = [name for name, sector in scenario.sectors.items() if len(sector.path) > 1]
    return sorted(drawn, key=lambda name: (-_middle(scenario, name)[1], name))


def _middle(scenario: Scenario, name: str) -> tuple[float, float]:
    """The point half way along a sector's path."""
    points = np.array(scenario.sectors[name].path, dtype=np.float64)
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    return float(np.interp(along[-1] / 2, along, points[:, 0])), float(
        np.interp(along[-1] / 2, along, points[:, 1])
    )


def _draw_line_of_sectors(
    sheet: Sheet, ax: Axes, scenario: Scenario, names: list[str], flow: dict[str, float]
) -> None:
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    most = max(flow.values()) or 1.0
    tint: Any = ScalarMappable(Normalize(0.0, most), colormaps[COLOURS])
    for name in names:
        x, y = np.array(scenario.sectors[name].path, dtype=np.float64).T
        share = flow[name] / most
        width = THINNEST + (THICKEST - THINNEST) * math.sqrt(share)
        ax.plot(x, y, color=BLACK, lw=width + 1.4, solid_capstyle="butt")
        ax.plot(x, y, color=tint.to_rgba(flow[name]), lw=width, solid_capstyle="butt")
    _mark_ends_and_numbers(ax, scenario, names)
    _name_countries(ax, scenario, names)
    ax.set_aspect(
        1.0 / math.cos(math.radians(_middle(scenario, names[len(names) // 2])[1])), adjustable="datalim"
    )
    ax.set_xlabel("longitude, degrees east", size=SMALL_POINTS)
    caption(ax, "Person-attempts by sector", "latitude, degrees north")
    ax.grid(True, color=PALE, lw=0.6)
    ax.margins(0.14)
    box = ax.get_position()
    scale = sheet.figure.add_axes(
        (box.x1 + 0.12 / sheet.width, box.y0, 0.13 / sheet.width, box.height * 0.45), label="scale"
    )
    bar = sheet.figure.colorbar(tint, cax=scale)
    bar.set_label("person-attempts a run, mean", size=SMALL_POINTS)
    bar.ax.tick_params(labelsize=SMALL_POINTS)


def _mark_ends_and_numbers(ax: Axes, scenario: Scenario, names: list[str]) -> None:
    for place, name in enumerate(names):
        for x, y in (scenario.sectors[name].path[0], scenario.sectors[name].path[-1]):
            ax.plot(x, y, marker="o", ms=2.6, color="white", mec=BLACK, mew=0.8, zorder=4)
        ax.annotate(
            str(place + 1), _middle(scenario, name), xytext=(9 if place % 2 else -9, 0),
            textcoords="offset points",
            ha="center", va="center", size=6.5, zorder=5,
            bbox={"boxstyle": "circle,pad=0.18", "fc": "white", "ec": GREY, "lw": 0.6},
        )  # fmt: skip


def _name_countries(ax: Axes, scenario: Scenario, names: list[str]) -> None:
    for country in dict.fromkeys(scenario.sectors[name].country for name in names):
        middles = np.array(
            [_middle(scenario, name) for name in names if scenario.sectors[name].country == country]
        )
        x, y = middles[:, 0].min(), middles[:, 1].mean()
        ax.annotate(
            scenario.countries[country].label or country, (x, y), xytext=(-30, 0), textcoords="offset points",
            ha="right", va="center", size=TEXT, color=GREY, weight="bold",
        )  # fmt: skip


TEXT = 8.5


def _draw_list(sheet: Sheet, ax: Axes, scenario: Scenario, names: list[str], tally: Tally) -> None:
    box = ax.get_position()
    left = box.x1 + 2.35 / sheet.width
    widths = (1.05, 0.85, 0.85, 0.85)
    rows = (("attempts", "person-\nattempts", GREY, ""), *BESIDE)
    for place, (width, outcome) in enumerate(zip(widths, rows, strict=True)):
        bars = tidy(sheet.figure.add_axes((left, box.y0, width / sheet.width, box.height)))
        _draw_outcome(bars, tally, names, outcome)
        bars.set_ylim(len(names) - 0.4, -0.6)
        if place:
            bars.set_yticks([])
        else:
            labels = [f"{sector_label(scenario, name)}  {row + 1}" for row, name in enumerate(names)]
            bars.set_yticks(range(len(names)), labels)
            bars.tick_params(axis="y", length=0)
        left += (width + 0.12) / sheet.width
