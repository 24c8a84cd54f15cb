"""The fate ledger: where everybody who was there or came is at the end, as a flow diagram."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.record.events import AT_THE_LINE, DEAD, IN_DESTINATION_STATE, IN_TRANSIT_STATE, OUT, Compartment
from sim.reporting.style.binned_counts import Array, run_index, runs_of, spread, words_if_all_zero
from sim.reporting.style.figure_description import FigureDescription, Margins, Panel
from sim.reporting.style.figure_headings import heading_of_result
from sim.reporting.style.human_strip import number
from sim.reporting.style.palette import BLACK, BLUE, GREEN, GREY, INK, ORANGE, SKY, SMALL_POINTS, TEXT_POINTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.reporting.style.figure_source import Source

PLACES: tuple[tuple[str, tuple[int, ...], str], ...] = (
    ("in the transit state", IN_TRANSIT_STATE, SKY),
    ("at the line", AT_THE_LINE, ORANGE),
    ("in the destination states", IN_DESTINATION_STATE, GREEN),
    ("gone home or sent home", OUT, GREY),
    ("dead", DEAD, BLACK),
)
ONWARD = ("gone on to another state", (Compartment.ONWARD,), BLUE)
WORDS = {
    "processing": "at a post",
    "procedure": "in a procedure",
    "recognised": "recognised",
    "removed": "removed or returned",
    "awaiting_removal": "refused, awaiting removal",
    "in_site": "in a staging site",
    "standoff": "in a stand-off",
    "died_exposure": "died of exposure",
    "died_drowning": "drowned",
    "died_violence": "killed in a stand-off",
}
HEIGHT = 5.4
COLUMNS = (0.0, 0.33, 0.66)
THICK = 0.018
GAP = 0.022
LABEL_STEP = 0.042


class Node(NamedTuple):
    """A bar of the diagram: from `low` to `high` in shares of the height."""

    low: float
    high: float
    colour: str


def persons_by_compartment(result: Source) -> dict[str, Array]:
    """People at the end, {compartment: array of replications}."""
    fates = result.fates
    runs = run_index(result, fates["replication"])
    persons = {c.name.lower(): np.zeros(runs_of(result)) for c in Compartment}
    for run, name, value in zip(runs, fates["compartment"].astype(str), fates["persons"], strict=True):
        persons[name][run] += value
    return persons


def fates(result: Source) -> FigureDescription:
    """Where people are at the end: everybody, by kind of place, by compartment; widths are persons."""
    persons = persons_by_compartment(result)
    note = (
        "widths are people, means over runs; of those who went onward or left the procedure no more is known"
    )
    nothing = words_if_all_zero("nobody was there and nobody came, in any run", persons.values())
    panel = Panel(partial(_draw, persons=persons), height=HEIGHT, nothing=nothing)
    heading = heading_of_result(result, "where everybody is at the end", note=note, banded=False)
    return FigureDescription(heading, [panel], people=result, margins=Margins(left=0.35))


def _groups() -> list[tuple[str, list[str], str]]:
    onward = {c.name.lower() for c in ONWARD[1]}
    groups = [(w, [Compartment(c).name.lower() for c in cs], colour) for w, cs, colour in PLACES]
    inside = [(w, [n for n in names if n not in onward], colour) for w, names, colour in groups]
    # People who went on are in no destination state any more; more is not known of them.
    return [*inside[:3], (ONWARD[0], sorted(onward), ONWARD[2]), *inside[3:]]


def _draw(ax: Axes, persons: dict[str, Array]) -> None:
    """The diagram from left to right: everybody, kinds of place, compartments."""
    ax.set_axis_off()
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(0.0, 1.0)
    everybody = np.sum(list(persons.values()), axis=0)
    if everybody.any():
        _draw_places(ax, persons, everybody)


def _draw_places(ax: Axes, persons: dict[str, Array], everybody: Array) -> None:
    total = float(everybody.mean())
    groups = [(w, [n for n in names if persons[n].any()], colour) for w, names, colour in _groups()]
    # That nobody died is a finding and is shown; other places without people would only take space.
    groups = [g for g in groups if g[1] or g[0] == "dead"]
    leaves = sum(max(1, len(names)) for _, names, _ in groups)
    # One scale for all columns, what is left when every leaf has its gap: widths compare across the page.
    scale = (1.0 - GAP * (leaves - 1)) / total
    # `top` goes down with gaps, `taken` without: where ribbons leave, the bar is whole.
    top, taken = 1.0, _draw_everybody(ax, total, scale).high
    places: list[tuple[float, str]] = []
    for words, names, colour in groups:
        share = sum(float(persons[n].mean()) for n in names) * scale
        extent = share + GAP * max(0, len(names) - 1)
        middle = Node(top - extent / 2.0 - share / 2.0, top - extent / 2.0 + share / 2.0, colour)
        _ribbon(ax, (COLUMNS[0] + THICK, COLUMNS[1]), Node(taken - share, taken, colour), middle)
        _bar(ax, COLUMNS[1], middle)
        inside = np.sum([persons[n] for n in names], axis=0) if names else everybody * 0.0
        _label_place(ax, middle, f"{words}\n{_persons(inside)}")
        taken -= share
        places += _leaves(ax, persons, names, middle, top, scale)
        top -= extent + GAP
    _label_leaves(ax, places)


def _draw_everybody(ax: Axes, total: float, scale: float) -> Node:
    root = Node(0.5 - scale * total / 2.0, 0.5 + scale * total / 2.0, INK)
    _bar(ax, COLUMNS[0], root)
    ax.text(
        COLUMNS[0] + THICK + 0.008, 0.5, f"{number(total)} people\nwere there or came", size=TEXT_POINTS + 1,
        color="white", va="center", weight="bold",
        bbox={"facecolor": INK, "edgecolor": "none", "pad": 2.0},
    )  # fmt: skip
    return root


def _leaves(
    ax: Axes, persons: dict[str, Array], names: list[str], middle: Node, top: float, scale: float
) -> list[tuple[float, str]]:
    taken, places = middle.high, []
    for name in names:
        width = float(persons[name].mean()) * scale
        leaf = Node(top - width, top, middle.colour)
        _ribbon(ax, (COLUMNS[1] + THICK, COLUMNS[2]), Node(taken - width, taken, middle.colour), leaf)
        _bar(ax, COLUMNS[2], leaf)
        places.append((top - width / 2.0, f"{_words(name)}: {_persons(persons[name])}"))
        taken, top = taken - width, top - width - GAP
    return places


def _words(name: str) -> str:
    return WORDS.get(name, name.replace("_", " "))


def _persons(values: Array) -> str:
    drawn = spread(values)
    band = f"  ({number(float(drawn.low))} to {number(float(drawn.high))})" if len(values) > 1 else ""
    return f"{number(float(drawn.mean))}{band}"


def _bar(ax: Axes, x: float, node: Node) -> None:
    from matplotlib.patches import Rectangle

    # One person of a hundred thousand still has a line.
    height = max(node.high - node.low, 0.002)
    ax.add_patch(Rectangle((x, node.low), THICK, height, facecolor=node.colour, edgecolor=INK, lw=0.3))


def _ribbon(ax: Axes, sides: tuple[float, float], start: Node, end: Node) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    left, right = sides
    bend = (left + right) / 2.0
    points = [(left, start.high), (bend, start.high), (bend, end.high), (right, end.high),
              (right, end.low), (bend, end.low), (bend, start.low), (left, start.low),
              (left, start.high)]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    ax.add_patch(
        PathPatch(Path(points, codes), facecolor=end.colour, alpha=0.28, lw=0.2, edgecolor=end.colour)
    )


def _label_place(ax: Axes, node: Node, words: str) -> None:
    ax.text(
        COLUMNS[1] + THICK + 0.006, (node.low + node.high) / 2.0, words, size=SMALL_POINTS + 0.5, color=INK,
        va="center", bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip


def _label_leaves(ax: Axes, places: list[tuple[float, str]]) -> None:
    """Labels beside the leaves, moved apart where leaves are thin, each joined to its own."""
    heights = spaced([y for y, _ in places], LABEL_STEP)
    for (y, words), at in zip(places, heights, strict=True):
        x = COLUMNS[2] + THICK
        ax.plot([x, x + 0.02], [y, at], color=GREY, lw=0.5)
        ax.text(x + 0.024, at, words, size=SMALL_POINTS + 0.5, color=INK, va="center")


def spaced(heights: list[float], step: float) -> list[float]:
    """Heights from high to low moved as little as needed to be at least a step apart, inside [0, 1].

    >>> [round(h, 2) for h in spaced([0.5, 0.5, 0.0], 0.1)]
    [0.5, 0.4, 0.0]
    """
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - step) if placed else height)
    floor = 0.0
    for place in range(len(placed) - 1, -1, -1):
        placed[place] = max(placed[place], floor)
        floor = placed[place] + step
    return placed
