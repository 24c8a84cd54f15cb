"""The page every figure is drawn on: heading, panels, lever calendar, human strip, footing.

Heights are laid out in inches from the top, so that nothing is left to an automatic layout and no text
covers another. What goes into the panels is the business of each figure (`figure_description`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from sim.core.plain_text import plain
from sim.reporting.style.figure_description import RIGHT, WIDTH, FigureDescription, Legend, Panel, SidePanel
from sim.reporting.style.human_strip import STRIP_INCHES, draw_human_strip
from sim.reporting.style.lever_strip import Lane, draw_lever_strip, lanes_of, lever_bars, strip_inches
from sim.reporting.style.palette import GREY, INK, PALE, SMALL_POINTS, TEXT_POINTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.reporting.style.time_bins import Clock

# In inches and not in shares of the page: a page grows with its panels and lever lanes, and its text must not
# grow with it.
EDGE = 0.35
TITLE_LINE, NOTE_LINE, TOP = 0.23, 0.165, 0.14
# Characters of a line on a page of usual width. matplotlib wraps only while it draws, when the height of the
# page is fixed already.
TITLE_CHARACTERS, NOTE_CHARACTERS = 104, 165
COLUMN_GAP, HEAD_GAP, TICKS = 0.62, 0.45, 0.28
CALENDAR_CAPTION, PEOPLE_GAP, FOOT = 0.3, 0.22, 0.34
LEGEND_LINE, LEGEND_GAP = 0.17, 0.25


def lay_out(described: FigureDescription) -> Figure:
    """Draw what is described on a page of its own, as high as its content."""
    page = FigurePage.of(described)
    page.write_heading()
    axes = page.add_panels()
    calendar = page.add_calendar(axes)
    page.add_people()
    page.write_footing()
    drawn = list(zip(described.panels, axes, strict=True))
    drawn += [(side.panel, page.beside(ax, side)) for panel, ax in drawn for side in panel.beside]
    for panel, ax in drawn:
        _draw(panel, ax)
    for panel, ax in drawn:
        # A loop of its own: a legend of every panel needs the labels that all the others have drawn.
        if panel.legend is not None:
            _add_legend(ax, panel.legend, axes)
    page.add_shared_legend(axes[0], calendar)
    return page.figure


@dataclass(frozen=True, slots=True)
class Heights:
    """How the height of a page is divided, in inches from its foot."""

    page: float
    head: float
    """Of title and note, with the white below them."""
    rows: Sequence[float]
    """The lower edge of each row of panels."""


@dataclass(frozen=True, slots=True)
class FigurePage:
    """A figure that is being laid out."""

    described: FigureDescription
    figure: Figure
    titles: Sequence[str]
    notes: Sequence[str]
    lanes: Sequence[Lane]
    heights: Heights

    @classmethod
    def of(cls, described: FigureDescription) -> FigurePage:
        # Imported here: a description can be made, and a command's help shown, without loading matplotlib.
        from sim.reporting.style.picture import Picture

        heading, wider = described.heading, described.width / WIDTH
        # Plain before it is wrapped: a control character is shown by several, which count in the line.
        titles = textwrap.wrap(plain(heading.title), int(TITLE_CHARACTERS * wider))
        notes = textwrap.wrap(plain(heading.note), int(NOTE_CHARACTERS * wider))
        # Lanes before the figure: how many there are decides its height.
        lanes = _lanes(described)
        text = TOP + TITLE_LINE * len(titles) + NOTE_LINE * len(notes)
        heights = _in_rows(described, text) if described.rows else _stacked(described, text, lanes)
        figure = Picture(figsize=(described.width, heights.page), facecolor="white")
        return cls(described, figure, titles, notes, lanes, heights)

    def add_panels(self) -> list[Axes]:
        """Axes of each panel, row by row from the top."""
        left, rows = self.described.margins.left, self.described.rows or [1] * len(self.described.panels)
        width = (_inner_width(self.described) - COLUMN_GAP * (max(rows) - 1)) / max(rows)
        counted = zip(self.heights.rows, rows, strict=True)
        places = [(y, column) for y, count in counted for column in range(count)]
        return [
            self.axes(left + column * (width + COLUMN_GAP), y, width, panel.height)
            for panel, (y, column) in zip(self.described.panels, places, strict=True)
        ]

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Axes in a rectangle given in inches from the lower left corner."""
        across, up = self.described.width, self.heights.page
        return tidy(self.figure.add_axes((left / across, bottom / up, width / across, height / up)))

    def beside(self, ax: Axes, side: SidePanel) -> Axes:
        """Axes to the right of others, from their foot."""
        box, across = ax.get_position(), self.described.width
        left, height = box.x1 + side.gap / across, box.height * side.share_of_height
        made = self.figure.add_axes((left, box.y0, side.width / across, height))
        return tidy(made) if side.panel.framed else made

    def add_calendar(self, panels: Sequence[Axes]) -> Axes | None:
        """The lever calendar, and its time axis for all panels; the last of them carries the dates."""
        clock = self.described.clock
        if clock is None:
            return None
        high = strip_inches(self.lanes)
        bottom = self.heights.rows[-1] - TICKS - (high + CALENDAR_CAPTION)
        strip = self.axes(self.described.margins.left, bottom, _inner_width(self.described), high)
        # The id stands in the SVG, where a test asks whether every figure over time carries the strip.
        strip.set_gid("lever-strip")
        draw_lever_strip(strip, self.lanes, clock.limits[0])
        strip.set_title(
            "Levers in force (bar rises over the ramp; dotted line: announced; diamond: one instant; dashed: "
            "triggered)",
            loc="left", size=SMALL_POINTS, color=GREY, pad=3,
        )  # fmt: skip
        # Dates once, right above the calendar, which the same dates serve.
        share_time([*panels, strip], panels[-1:], clock)
        return strip

    def add_people(self) -> None:
        """The human outcomes of the same runs."""
        people, width = self.described.people, self.described.width
        if people is not None:
            draw_human_strip(
                self.figure, people, bottom=(FOOT + 0.02) / self.heights.page,
                height=STRIP_INCHES / self.heights.page,
                sides=(EDGE / width, 1 - RIGHT / width), people_of=self.described.people_of,
            )  # fmt: skip

    def write_heading(self) -> None:
        """Title and note, from the top."""
        x, y = EDGE / self.described.width, self.heights.page - TOP
        for line in self.titles:
            self.figure.text(x, y / self.heights.page, line, size=12, weight="bold", color=INK, va="top")
            y -= TITLE_LINE
        for line in self.notes:
            self.figure.text(x, y / self.heights.page, line, size=TEXT_POINTS, color=GREY, va="top")
            y -= NOTE_LINE

    def write_footing(self) -> None:
        """The line that every figure says of itself."""
        self.figure.text(
            EDGE / self.described.width, 0.13 / self.heights.page, self.described.heading.footing,
            size=SMALL_POINTS, color=INK, va="bottom", style="italic",
        )  # fmt: skip

    def add_shared_legend(self, first: Axes, calendar: Axes | None) -> None:
        """One legend for all panels, with the labels of the first."""
        handles, labels = first.get_legend_handles_labels()
        if self.described.shared_legend == "above panels":
            right = 1.0 - self.described.margins.right / self.described.width
            self.figure.legend(
                handles, labels, loc="lower right", ncols=len(labels), frameon=False, fontsize=SMALL_POINTS,
                bbox_to_anchor=(right, 1.0 - (self.heights.head - 0.22) / self.heights.page),
                borderaxespad=0.0,
            )  # fmt: skip
        elif self.described.shared_legend == "beside calendar" and calendar is not None:
            self._add_legend_beside(calendar, handles, labels)

    def _add_legend_beside(self, calendar: Axes, handles: list[Any], labels: list[str]) -> None:
        """Beside the lever calendar, where there is room for long names."""
        width = self.described.margins.right - LEGEND_GAP - RIGHT
        ax = self.beside(calendar, SidePanel(Panel(lambda _: None), LEGEND_GAP, width))
        ax.set_axis_off()
        room = ax.get_position().height * self.heights.page > LEGEND_LINE * len(labels)
        # a short calendar has the human strip close below it
        ax.legend(
            handles, labels, loc="upper left" if room else "lower left", frameon=False,
            fontsize=SMALL_POINTS + 0.5, handlelength=3.2,
        )  # fmt: skip


def _stacked(described: FigureDescription, text: float, lanes: Sequence[Lane]) -> Heights:
    """One panel below the other, above the lever calendar and the human outcomes."""
    gap, each = described.margins.gap, [panel.height for panel in described.panels]
    head = text + 0.05
    body = sum(each) + gap * len(each) + TICKS
    calendar = strip_inches(lanes) + CALENDAR_CAPTION if described.clock is not None else 0.0
    page = head + body + calendar + STRIP_INCHES + PEOPLE_GAP + FOOT
    edges = accumulate(each, lambda y, height: y - (gap + height), initial=page - head)
    return Heights(page, head, list(edges)[1:])


def _in_rows(described: FigureDescription, text: float) -> Heights:
    """Rows of panels of one height, each with a horizontal axis of its own."""
    high = described.panels[0].height
    head, step = text + HEAD_GAP, high + described.margins.gap
    page = head + len(described.rows) * step + FOOT - 0.1
    return Heights(page, head, [page - head - row * step - high for row in range(len(described.rows))])


def _inner_width(described: FigureDescription) -> float:
    return described.width - described.margins.left - described.margins.right


def _lanes(described: FigureDescription) -> list[Lane]:
    """Rows of the lever calendar, where there is one."""
    result = described.people
    if described.clock is None or result is None:
        return []
    return lanes_of(lever_bars(result), result.scenario.end_h, _inner_width(described))


def _draw(panel: Panel, ax: Axes) -> None:
    """A panel into its axes, with the words around it."""
    panel.draw(ax)
    if panel.caption or panel.unit:
        colour = panel.caption_colour
        ax.set_title(panel.caption, loc="left", size=TEXT_POINTS + 0.5, weight="bold", color=colour, pad=4)
        ax.set_ylabel(panel.unit, size=SMALL_POINTS)
    if panel.along:
        ax.set_xlabel(panel.along, size=SMALL_POINTS)
    if panel.counts:
        _count_axis(ax)
    if panel.nothing:
        ax.text(0.5, 0.5, panel.nothing, transform=ax.transAxes, ha="center", va="center",
                size=TEXT_POINTS + 1, color=GREY)  # fmt: skip
        # matplotlib's empty axes run from 0 to 1, which would read as a count.
        ax.set_yticks([])


def _add_legend(ax: Axes, legend: Legend, panels: Sequence[Axes]) -> None:
    """A legend inside a panel, or in one line above it to the right, where nothing is drawn."""
    handles, labels = ax.get_legend_handles_labels()
    if legend.of == "every panel":
        handles, labels = _every_label(panels)
    if handles and legend.inside:
        ax.legend(handles, labels, **legend.inside)
    elif handles:
        ax.legend(
            handles, labels, loc="lower right", bbox_to_anchor=(1.0, 0.985), ncols=6, frameon=False,
            fontsize=SMALL_POINTS, borderaxespad=0.0, handlelength=2.6, columnspacing=1.3, handleheight=1.0,
        )  # fmt: skip


def _every_label(panels: Sequence[Axes]) -> tuple[list[Any], list[str]]:
    """One handle for every label of any panel."""
    known: dict[str, Any] = {}
    for ax in panels:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            # A series has the same style in every panel, so the first handle stands for all.
            known.setdefault(label, handle)
    return list(known.values()), list(known)


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
        # A locator for each: matplotlib binds a locator to one axis, and shared ones would follow the last.
        locator: Any = AutoDateLocator(minticks=4, maxticks=14)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
        ax.set_xlim(*clock.limits)
        ax.xaxis.get_offset_text().set_fontsize(SMALL_POINTS)
        ax.grid(axis="x", color=PALE, lw=0.6)
        ax.set_axisbelow(True)
        ax.tick_params(axis="x", labelbottom=ax in labelled, labelsize=SMALL_POINTS)


def _count_axis(ax: Axes) -> None:
    """An upright axis of counts: from nought, thousands with a comma."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.set_ylim(bottom=0.0)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=2))
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:,.0f}" if value == round(value) else f"{value:,.2g}")
    )
