"""Flow, incidents and people in both worlds, and their paired difference below: one small picture each.

What never changes (frames, dates, headings) is drawn once and kept; at a change only bands,
lines and the numbers of the upright axes are drawn over it, since drawing whole figures took most of the time
between a slider and its picture.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.record.measures import units_of
from sim.reporting.panel.panel_tables import Headline
from sim.reporting.panel.played_bands import Array, Played
from sim.reporting.style.binned_counts import spread
from sim.reporting.style.figure_page import tidy
from sim.reporting.style.palette import BLUE, GREY, INK, PALE, SMALL_POINTS, TEXT_POINTS
from sim.reporting.style.time_bins import Clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, DOTS = 8.8, 2.55, 100
LEFT, RIGHT, TOP, BOTTOM, BETWEEN, MIDDLE = 0.06, 0.975, 0.905, 0.095, 0.075, 0.115
BAND_ALPHA = 0.2
MOST_TICKS = 7
# Without matplotlib's offset text below the axis a tick must say the rest itself: a day names its month.
FORMATS = ["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%H:%M"]
ZEROS = ["", "%Y", "%b", "%d %b", "%H:%M", "%H:%M"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A picture: its name, its heading, and its measures; running totals where single counts are rare."""

    name: str
    heading: str
    measures: tuple[tuple[str, str], ...]
    running: bool


SUBJECTS = (
    Subject("flow", "Flow",
            (("attempts", "person-attempts"), ("stopped", "prevented or apprehended"),
                ("entered_unseen", "entered unseen")), False),
    Subject("people", "People",
            (("stranded", "became stranded in the strip"), ("harmed", "people harmed"),
                ("died", "people who died")), True),
    Subject("incidents", "Incidents",
            (("standoffs", "stand-offs"), ("incidents_3", "reached a threat of arms"),
                ("incidents_5", "reached a violent clash")), True),
)  # fmt: skip


def heading(subject: Subject, clock: Clock) -> str:
    """The heading of a picture, with what its upright axes count."""
    unit = units_of(*(name for name, _ in subject.measures))
    if subject.running:
        return f"{subject.heading}: {unit} since the start, a run"
    return f"{subject.heading}: {unit} {clock.per}, a run" + (f" ({clock.note})" if clock.note else "")


class Panes:
    """A picture's panes: a pair for each measure, drawn over a background that is kept."""

    def __init__(self, subject: Subject, clock: Clock) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.subject, self.clock = subject, clock
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, facecolor="white")
        canvas: Any = FigureCanvasAgg
        self._canvas: Any = canvas(figure)
        count = len(subject.measures)
        width = (RIGHT - LEFT - BETWEEN * (count - 1)) / count
        height = (TOP - BOTTOM - MIDDLE) / 2.0
        self._pairs: list[tuple[Pane, Pane]] = []
        for column, (_, label) in enumerate(subject.measures):
            left = LEFT + column * (width + BETWEEN)
            above = figure.add_axes((left, BOTTOM + height + MIDDLE, width, height))
            below = figure.add_axes((left, BOTTOM, width, height))
            self._pairs.append((Pane(above, clock, label, dated=False), Pane(below, clock, "", dated=True)))
        self._canvas.draw()
        # Taken once, without what is marked as animated; each change restores it and draws bands and lines
        # over it.
        self._background = self._canvas.copy_from_bbox(figure.bbox)

    def png(self, base: Sequence[Played], changed: Sequence[Played]) -> bytes:
        """Baseline (grey, dashed) and changed world (blue) above;
        the changed less the baseline with its 95 % interval below."""
        from PIL import Image

        self._canvas.restore_region(self._background)
        for (measure, _), (above, below) in zip(self.subject.measures, self._pairs, strict=True):
            a, b = (_values(band, measure, self.subject.running) for band in (base, changed))
            before, after = spread(a), spread(b)
            above.draw([(GREY, "--", *before), (BLUE, "-", *after)])
            mean, half = (b - a).mean(axis=0), _half_interval(b - a)
            below.draw([(BLUE, "-", mean, mean - half, mean + half)])
        file = io.BytesIO()
        # Not savefig, which would draw the whole figure again. Fast compression: the picture travels to a
        # browser once.
        pixels = np.asarray(self._canvas.buffer_rgba())[..., :3]
        Image.fromarray(np.ascontiguousarray(pixels)).save(file, format="PNG", compress_level=1)
        return file.getvalue()


class Pane:
    """One small plot: dates and frame drawn once, bands and lines and upright numbers at every change."""

    def __init__(self, ax: Axes, clock: Clock, label: str, *, dated: bool) -> None:
        self._ax, self._at = tidy(ax), clock.middles
        ax.set_xlim(*clock.limits)
        # The numbers of this axis change with the band, and must not stay in the kept background.
        ax.set_yticks([])
        _date(ax, dated=dated)
        words, size, weight = (
            (label, TEXT_POINTS + 1, "bold")
            if label
            else ("changed less baseline", TEXT_POINTS - 0.5, "normal")
        )
        ax.text(0.0, 1.04, words, transform=ax.transAxes, size=size, weight=weight, color=INK)
        number: Any = {"size": SMALL_POINTS, "color": INK, "ha": "right", "va": "center", "animated": True}
        # Made once and moved: texts made at every change would have to be removed again.
        self._numbers = [
            ax.text(0.0, 0.0, "", transform=ax.get_yaxis_transform(), **number) for _ in range(MOST_TICKS)
        ]
        self._rules = [ax.axhline(0.0, color=PALE, lw=0.6, animated=True) for _ in range(MOST_TICKS)]

    def draw(self, worlds: Sequence[tuple[str, str, Array, Array, Array]]) -> None:
        """Colour, dash, mean, low and high of each world, over the background."""
        ax = self._ax
        low = min(0.0, *(float(world[3].min()) for world in worlds))
        high = max(0.0, *(float(world[4].max()) for world in worlds))
        margin = 0.04 * (high - low)
        ax.set_ylim((low - margin * (low < 0), high + margin) if high > low else (-1.0, 1.0))
        self._draw_scale(low, high)
        for colour, dash, mean, floor, top in worlds:
            band = ax.fill_between(self._at, floor, top, color=colour, alpha=BAND_ALPHA, lw=0, animated=True)
            (line,) = ax.plot(self._at, mean, color=colour, ls=dash, lw=1.6, animated=True)
            for artist in (band, line):
                ax.draw_artist(artist)
                # Else every change would leave its bands in the axes.
                artist.remove()

    def _draw_scale(self, low: float, high: float) -> None:
        from matplotlib.ticker import MaxNLocator

        ticks = (
            # Few round steps: never more ticks than the MOST_TICKS texts that are made.
            MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(low, high) if high > low else np.zeros(1)
        )
        span = self._ax.get_ylim()
        shown = [float(tick) for tick in ticks if span[0] <= tick <= span[1]]
        for tick, rule, words in zip(shown, self._rules, self._numbers, strict=False):
            rule.set_ydata([tick, tick])
            rule.set(color=GREY if tick == 0.0 else PALE, lw=0.9 if tick == 0.0 else 0.6)
            words.set(y=tick, x=-0.02, text=f"{tick:,.10g}")
            self._ax.draw_artist(rule)
            self._ax.draw_artist(words)


def _date(ax: Axes, *, dated: bool) -> None:
    """Few dates below the lower plot; none below the upper one, which has the same."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator: Any = AutoDateLocator(minticks=2, maxticks=5)  # type: ignore[no-untyped-call]
    formatter: Any = ConciseDateFormatter(locator, formats=FORMATS, zero_formats=ZEROS, show_offset=False)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(formatter)
    ax.tick_params(axis="x", labelbottom=dated, labelsize=SMALL_POINTS)
    ax.grid(axis="x", color=PALE, lw=0.6)


def _values(band: Sequence[Played], measure: str, running: bool) -> Array:
    values = np.array([played.series[measure] for played in band])
    # Summed per run before any percentile: a band of daily counts does not add up to one of totals.
    return values.cumsum(axis=1) if running else values


def _half_interval(values: Array) -> Array:
    """Half of Student's 95 % interval of the mean over replications, bin by bin."""
    from scipy.stats import t

    runs = len(values)
    return np.asarray(t.ppf(0.975, runs - 1) * values.std(axis=0, ddof=1) / np.sqrt(runs))


def in_words(subject: Subject, rows: Sequence[Headline]) -> str:
    """What a picture shows, for those who do not see it."""
    known = {row.measure: row.sentence for row in rows}
    return f"{subject.heading} in the baseline and the changed world. " + " ".join(
        known[name] for name, _ in subject.measures if name in known
    )
