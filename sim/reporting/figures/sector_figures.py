"""Where on the line: person-attempts by sector and week, and a map with the human outcomes beside it."""

from __future__ import annotations

import math
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.record.measures import DESCRIBED
from sim.reporting.style.binned_counts import Array, BinnedCounts, has_log, spread
from sim.reporting.style.figure_description import (
    RIGHT,
    WIDE,
    WIDTH,
    FigureDescription,
    Margins,
    Panel,
    SidePanel,
)
from sim.reporting.style.figure_headings import heading_of_result
from sim.reporting.style.human_strip import number
from sim.reporting.style.palette import BLACK, GREY, INK, ORANGE, PALE, SMALL_POINTS, VERMILION, YELLOW
from sim.reporting.style.series_drawing import colour_scale
from sim.reporting.style.time_bins import weekly_clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable

    from sim.reporting.style.figure_source import Source
    from sim.scenario.schema import Scenario


class Outcome(NamedTuple):
    """A measure whose totals stand as bars beside the sectors, and how they are drawn."""

    measure: str
    label: str
    colour: str
    hatch: str = ""


ATTEMPTS = Outcome("attempts", "person-\nattempts", GREY)
HUMAN_OUTCOMES = (
    Outcome("stranded", "became\nstranded", ORANGE, "//"),
    Outcome("harmed", "harmed", YELLOW, ".."),
    Outcome("died", "died", VERMILION, "xx"),
)
COUNTED = ("attempts", *(outcome.measure for outcome in HUMAN_OUTCOMES))
MOST_SECTORS = 40
ROW_INCHES = 0.19
SIDE_WIDTH, SIDE_GAP, FIRST_GAP = 0.75, 0.18, 0.25
SIDE_STEPS = (FIRST_GAP, SIDE_WIDTH + SIDE_GAP, SIDE_WIDTH + SIDE_GAP)
SIDES_WIDTH = FIRST_GAP + 3 * SIDE_WIDTH + 2 * SIDE_GAP
COLOURS = "Blues"
MAP_INCHES, MAP_WIDTH = 6.2, 3.9
LIST_GAP, LIST_WIDTHS, LIST_STEP = 2.35, (1.05, 0.85, 0.85, 0.85), 0.12
THINNEST, THICKEST = 1.2, 8.0
NAME_CHARACTERS = 22


def heatmap(result: Source) -> FigureDescription:
    """Person-attempts by sector and week, with people stranded, harmed and dead by sector beside them."""
    clock = weekly_clock(result.scenario, has_log=has_log(result))
    binned = BinnedCounts(result, COUNTED, clock, by="sector")
    names = shown_sectors(result.scenario, binned)
    means = np.array([spread(binned.of("attempts", name)).mean for name in names])
    unit = f"person-attempts {clock.per}, mean over runs"
    # From nought: pale means few, and not only fewer than elsewhere.
    tint = _tint(float(means.max()) or 1.0)
    sides = [
        SidePanel(Panel(partial(_draw_outcome, binned=binned, names=names, outcome=outcome)), gap, SIDE_WIDTH)
        for outcome, gap in zip(HUMAN_OUTCOMES, accumulate(SIDE_STEPS), strict=True)
    ]
    panel = Panel(
        partial(_draw_cells, scenario=result.scenario, names=names, means=means, edges=clock.edges, of=tint),
        "Person-attempts", height=max(1.2, ROW_INCHES * len(names)),
        beside=(colour_scale(tint, unit, gap=SIDES_WIDTH + 0.3, width=0.14), *sides),
    )  # fmt: skip
    heading = heading_of_result(
        result, f"person-attempts by sector {clock.per}", banded=False,
        note=clock.note + _left_out(result.scenario, names),
    )  # fmt: skip
    margins = Margins(left=1.95, right=SIDES_WIDTH + 1.0 + RIGHT, gap=0.5)
    return FigureDescription(heading, [panel], clock=clock, people=result, width=WIDE, margins=margins)


def shown_sectors(scenario: Scenario, binned: BinnedCounts) -> list[str]:
    """Sectors country by country in the file's order; of a long line those with most attempts."""
    order = {country: place for place, country in enumerate(scenario.countries)}
    names = sorted(scenario.sectors, key=lambda name: order.get(scenario.sectors[name].country, 0))
    if len(names) <= MOST_SECTORS:
        return names
    most = sorted(names, key=lambda name: -float(binned.total("attempts", name).mean()))[:MOST_SECTORS]
    # Back in the line's order: neighbours stay neighbours.
    return [name for name in names if name in most]


def _left_out(scenario: Scenario, names: list[str]) -> str:
    missing = len(scenario.sectors) - len(names)
    return f" · {missing} sectors with fewer attempts are not drawn" if missing else ""


def sector_label(scenario: Scenario, name: str) -> str:
    """A sector's label, short enough for an axis."""
    words = scenario.sectors[name].label or name
    return words if len(words) <= NAME_CHARACTERS else words[: NAME_CHARACTERS - 1] + "…"


def _tint(most: float) -> ScalarMappable:
    """Colours from nought to the highest value."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    return ScalarMappable(Normalize(0.0, most), COLOURS)


def _draw_cells(
    ax: Axes, *, scenario: Scenario, names: list[str], means: Array, edges: Array, of: Any
) -> None:
    ax.grid(False)
    # Not imshow, since the last bin may be shorter than the others.
    ax.pcolormesh(edges, np.arange(len(means) + 1) - 0.5, means, cmap=of.cmap, norm=of.norm)
    if not means.any():
        ax.text(0.5, 0.5, "no person-attempt in any run", transform=ax.transAxes, ha="center", color=INK)
    _name_rows(ax, scenario, names)


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


def _draw_outcome(
    ax: Axes, *, binned: BinnedCounts, names: list[str], outcome: Outcome, white: float = 0.5
) -> None:
    """Mean totals of a measure by sector as bars, with white above the first and below the last."""
    values = [float(binned.total(outcome.measure, name).mean()) for name in names]
    most = max(values) or 1.0
    ax.barh(range(len(names)), values, 0.72, color=outcome.colour, hatch=outcome.hatch, edgecolor=INK, lw=0.4)
    for row, value in enumerate(values):
        # The number, since bars of different measures have different scales.
        ax.text(0.02 * most + value, row, number(value) if value else "0", va="center", size=6)
    ax.set_xlim(0, 1.45 * most)
    ax.set_ylim(len(names) - 1 + white, -white)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_xlabel(DESCRIBED[outcome.measure].unit.replace("-", "-\n") + " a run", size=6.5)
    ax.set_title(outcome.label, size=SMALL_POINTS, loc="left", pad=3)
    ax.grid(False)


def map_of_the_line(result: Source) -> FigureDescription:
    """The line on a map, its sectors as wide and dark as their flow,
    and human outcomes by sector beside it."""
    binned = BinnedCounts(result, COUNTED, weekly_clock(result.scenario, has_log=False), by="sector")
    among = set(shown_sectors(result.scenario, binned))
    names = [name for name in _north_to_south(result.scenario) if name in among]
    note = "sectors are coarse; the line is approximate" + _left_out(result.scenario, names)
    heading = heading_of_result(
        result, "the line, its flow, and what it does to people", note=note, banded=False
    )
    margins = Margins(left=0.75, right=WIDTH - 0.75 - MAP_WIDTH)
    return FigureDescription(heading, [_map(result.scenario, names, binned)], people=result, margins=margins)


def _map(scenario: Scenario, names: list[str], binned: BinnedCounts) -> Panel:
    if not names:
        return Panel(
            lambda ax: ax.set_xticks([]), height=MAP_INCHES,
            nothing="no sector of this scenario has points for a map",
        )  # fmt: skip
    flow = {name: float(binned.total("attempts", name).mean()) for name in names}
    tint = _tint(max(flow.values()) or 1.0)
    scale = colour_scale(tint, "person-attempts a run, mean", gap=0.12, width=0.13, share=0.45)
    return Panel(
        partial(_draw_line_of_sectors, scenario=scenario, flow=flow, tint=tint), "Person-attempts by sector",
        "latitude, degrees north", "longitude, degrees east", height=MAP_INCHES,
        beside=(scale, *_lists(scenario, names, binned)),
    )  # fmt: skip


def _north_to_south(scenario: Scenario) -> list[str]:
    drawn = [name for name, sector in scenario.sectors.items() if len(sector.path) > 1]
    return sorted(drawn, key=lambda name: (-_middle(scenario, name)[1], name))


def _middle(scenario: Scenario, name: str) -> tuple[float, float]:
    """The point half way along a sector's path."""
    points = np.array(scenario.sectors[name].path, dtype=np.float64)
    # By length along the path: its middle point may lie near one end.
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    return float(np.interp(along[-1] / 2, along, points[:, 0])), float(
        np.interp(along[-1] / 2, along, points[:, 1])
    )


def _draw_line_of_sectors(ax: Axes, scenario: Scenario, flow: dict[str, float], tint: Any) -> None:
    names, most = list(flow), max(flow.values()) or 1.0
    for name in names:
        x, y = np.array(scenario.sectors[name].path, dtype=np.float64).T
        # Width beside colour: the map is read in grey as well.
        width = THINNEST + (THICKEST - THINNEST) * math.sqrt(flow[name] / most)
        # A dark rim below, since pale sectors would vanish on white.
        ax.plot(x, y, color=BLACK, lw=width + 1.4, solid_capstyle="butt")
        ax.plot(x, y, color=tint.to_rgba(flow[name]), lw=width, solid_capstyle="butt")
    _mark_ends_and_numbers(ax, scenario, names)
    _name_countries(ax, scenario, names)
    latitude = _middle(scenario, names[len(names) // 2])[1]
    # A degree of longitude is shorter than one of latitude: at the middle of the line both have their true
    # length.
    ax.set_aspect(1.0 / math.cos(math.radians(latitude)), adjustable="datalim")
    ax.grid(True, color=PALE, lw=0.6)
    ax.margins(0.14)


def _mark_ends_and_numbers(ax: Axes, scenario: Scenario, names: list[str]) -> None:
    for place, name in enumerate(names):
        for x, y in (scenario.sectors[name].path[0], scenario.sectors[name].path[-1]):
            ax.plot(x, y, marker="o", ms=2.6, color="white", mec=BLACK, mew=0.8, zorder=4)
        ax.annotate(
            # To the left and right by turns: numbers of short neighbours would overlap.
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
            ha="right", va="center", size=8.5, color=GREY, weight="bold",
        )  # fmt: skip


def _lists(scenario: Scenario, names: list[str], binned: BinnedCounts) -> list[SidePanel]:
    """Totals by sector, one list a measure; the first names the sectors with their numbers on the map."""
    gaps = accumulate((width + LIST_STEP for width in LIST_WIDTHS[:-1]), initial=LIST_GAP)
    outcomes = (ATTEMPTS, *HUMAN_OUTCOMES)
    labels = [f"{sector_label(scenario, name)}  {row + 1}" for row, name in enumerate(names)]
    return [
        SidePanel(
            Panel(
                partial(_draw_list, binned=binned, names=names, outcome=outcome,
                        labels=labels if outcome is ATTEMPTS else [])
            ), gap, width,
        )
        for outcome, gap, width in zip(outcomes, gaps, LIST_WIDTHS, strict=True)
    ]  # fmt: skip


def _draw_list(
    ax: Axes, *, binned: BinnedCounts, names: list[str], outcome: Outcome, labels: list[str]
) -> None:
    _draw_outcome(ax, binned=binned, names=names, outcome=outcome, white=0.6)
    if labels:
        ax.set_yticks(range(len(names)), labels)
        ax.tick_params(axis="y", length=0)
