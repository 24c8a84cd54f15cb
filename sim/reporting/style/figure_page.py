"""The page every figure is drawn on: heading, panels, lever calendar, human strip, footing.

Heights are laid out in inches from the top, so that nothing is left to an automatic layout and no text
covers another. What goes into the panels is the business of each figure.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.reporting.style.binned_counts import BAND_WORDS
from sim.reporting.style.human_strip import STRIP_INCHES, draw_human_strip
from sim.reporting.style.lever_strip import draw_lever_strip, lanes_of, lever_bars, strip_inches
from sim.reporting.style.looks import GREY, INK, PALE, SMALL_POINTS, TEXT_POINTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_source import Source
    from sim.reporting.style.time_bins import Clock
    from sim.scenario.schema import Scenario

WIDTH = 11.0
WIDE = 13.0
LEFT, RIGHT, EDGE = 1.45, 0.3, 0.35
TITLE_LINE, NOTE_LINE, TOP = 0.23, 0.165, 0.14
PANEL_GAP = 0.4
TICKS = 0.28
FOOT = 0.34
TITLE_CHARACTERS, NOTE_CHARACTERS = 104, 165


@dataclass(slots=True)
class Sheet:
    """A figure with its panels, top down."""

    figure: Figure
    panels: list[Axes]
    width: float
    strip: Axes | None = None


def open_sheet(
    result: Source, title: str, heights: Sequence[float], *, note: str = "", clock: Clock | None = None,
    width: float = WIDTH, left: float = LEFT, right: float = RIGHT, gap: float = PANEL_GAP,
    banded: bool = True,
    people_of: str = "",
) -> Sheet:  # fmt: skip
    """A page with one panel a height (inches); with a clock,
    panels share its time axis above the lever calendar.

    `people_of` names the scenario whose runs the human strip counts, where the page shows several.
    """
    from sim.reporting.style.picture import Picture

    titles = textwrap.wrap(
        f"{result.scenario.scenario.title}: {title}", int(TITLE_CHARACTERS * width / WIDTH)
    )
    notes = textwrap.wrap(
        _run_words(result, banded) + (f" · {note}" if note else ""), int(NOTE_CHARACTERS * width / WIDTH)
    )
    head = TOP + TITLE_LINE * len(titles) + NOTE_LINE * len(notes) + 0.05
    width_in = width - left - right
    lanes = lanes_of(lever_bars(result), result.scenario.end_h, width_in) if clock is not None else []
    strip_in = strip_inches(lanes) + 0.3 if clock is not None else 0.0
    body = sum(heights) + gap * len(heights) + TICKS
    total = head + body + strip_in + STRIP_INCHES + 0.22 + FOOT
    figure = Picture(figsize=(width, total), facecolor="white")
    write_heading(figure, titles, notes)
    sheet = Sheet(figure, [], width)
    y = total - head
    for height in heights:
        y -= gap + height
        box = (left / width, y / total, width_in / width, height / total)
        sheet.panels.append(tidy(figure.add_axes(box)))
    y -= TICKS
    if clock is not None:
        y -= strip_in
        sheet.strip = figure.add_axes(
            (left / width, y / total, width_in / width, (strip_in - 0.3) / total), label="levers"
        )
        sheet.strip.set_gid("lever-strip")
        draw_lever_strip(sheet.strip, lanes, clock.limits[0])
        _label_strip(sheet.strip)
        share_time([*sheet.panels, sheet.strip], sheet.panels[-1:], clock)
    human_bottom = (FOOT + 0.02) / total
    draw_human_strip(
        figure,
        result,
        bottom=human_bottom,
        height=STRIP_INCHES / total,
        sides=(EDGE / width, 1 - RIGHT / width),
        people_of=people_of,
    )
    _write_footing(figure, result)
    return sheet


def _run_words(result: Source, banded: bool) -> str:
    runs = result.replications
    if runs == 1:
        return f"1 run, seed {result.seed}; one run, so no band"
    band = f"; mean over runs, band or whisker: {BAND_WORDS}" if banded else "; mean over runs"
    return f"{runs} runs, seed {result.seed}{band}"


def write_heading(figure: Figure, titles: list[str], notes: list[str]) -> None:
    width, total = figure.get_size_inches()
    y = total - TOP
    for line in titles:
        figure.text(EDGE / width, y / total, line, size=12, weight="bold", color=INK, va="top")
        y -= TITLE_LINE
    for line in notes:
        figure.text(EDGE / width, y / total, line, size=TEXT_POINTS, color=GREY, va="top")
        y -= NOTE_LINE


def _write_footing(figure: Figure, result: Source) -> None:
    width, total = figure.get_size_inches()
    figure.text(
        EDGE / width, 0.13 / total, footing(result), size=SMALL_POINTS, color=INK, va="bottom", style="italic"
    )


def footing(result: Source) -> str:
    """What every figure says of itself: simulated, and on how many assumed values it rests."""
    return footing_words(result.scenario)


def footing_words(scenario: Scenario | None) -> str:
    """The footing of figures of a scenario, or of one that is not there any more."""
    if scenario is None:
        return "Simulated, not observed. Rests on assumed values."
    from sim.scenario.files.scenario_files import shipped
    from sim.scenario.load import assumed_values

    file = scenario.name if scenario.name in shipped() else f"{scenario.name}.toml"
    return (
        f"Simulated, not observed. Rests on {len(assumed_values(scenario)):,} assumed values "
        f"(borderflow show {file} lists each with its source)."
    )


def beside(sheet: Sheet, panel: Axes, gap: float, width: float) -> Axes:
    """Further axes to the right of a panel, of its height; gap and width in inches."""
    box = panel.get_position()
    return tidy(sheet.figure.add_axes((box.x1 + gap / sheet.width, box.y0, width / sheet.width, box.height)))


def _label_strip(strip: Axes) -> None:
    strip.set_title(
        "Levers in force (bar rises over the ramp; dotted line: announced; diamond: one instant; dashed: "
        "triggered)",
        loc="left", size=SMALL_POINTS, color=GREY, pad=3,
    )  # fmt: skip


def tidy(ax: Axes) -> Axes:
    """Plain axes: no upper and right frame, small numbers, a pale grid."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.tick_params(labelsize=SMALL_POINTS)
    ax.grid(axis="y", color=PALE, lw=0.6)
    ax.set_axisbelow(True)
    return ax


def share_time(axes: Sequence[Axes], labelled: Sequence[Axes], clock: Clock) -> None:
    """Give axes the same date axis; only some carry its labels."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    for ax in axes:
        locator: Any = AutoDateLocator(minticks=4, maxticks=14)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
        ax.set_xlim(*clock.limits)
        ax.xaxis.get_offset_text().set_fontsize(SMALL_POINTS)
        ax.grid(axis="x", color=PALE, lw=0.6)
        ax.set_axisbelow(True)
        ax.tick_params(axis="x", labelbottom=ax in labelled, labelsize=SMALL_POINTS)


def caption(ax: Axes, words: str, unit: str, colour: str = INK) -> None:
    """A panel's heading, and the unit of its upright axis."""
    ax.set_title(words, loc="left", size=TEXT_POINTS + 0.5, weight="bold", color=colour, pad=4)
    ax.set_ylabel(unit, size=SMALL_POINTS)


def legend_above(ax: Axes, columns: int = 6) -> None:
    """A legend in one line above the panel, to the right, where nothing is drawn."""
    handles, labels = ax.get_legend_handles_labels()
    if handles:
        ax.legend(
            handles, labels, loc="lower right", bbox_to_anchor=(1.0, 0.985), ncols=columns, frameon=False,
            fontsize=SMALL_POINTS, borderaxespad=0.0, handlelength=2.6, columnspacing=1.3, handleheight=1.0,
        )  # fmt: skip


def say_nothing_to_show(ax: Axes, words: str) -> None:
    """Words in the middle of a panel that has nothing to draw."""
    ax.text(
        0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", size=TEXT_POINTS + 1, color=GREY
    )
    ax.set_yticks([])


def count_axis(ax: Axes) -> None:
    """An upright axis of counts: from nought, thousands with a comma."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.set_ylim(bottom=0.0)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=2))
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:,.0f}" if value == round(value) else f"{value:,.2g}")
    )
