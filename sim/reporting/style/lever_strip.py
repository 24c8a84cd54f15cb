"""The lever calendar under a time plot: which lever was in force when, by who pulled it.

Bars rise over a lever's ramp; a thin line runs from its announcement to its start; a diamond is a lever
of one instant. Names are packed into lanes so that none covers another. Where there are too many lanes,
levers of one actor and kind share a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from sim.core.units import HOURS_PER_DAY, hour_of
from sim.reporting.style.palette import GREY, INK, PALE
from sim.reporting.style.series_styles import cut
from sim.scenario.levers.lever_kinds import KIND_BY_NAME

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.reporting.style.figure_source import Source
    from sim.scenario.schema import Lever, Scenario

# The height of a lane holds one line of NAME_POINTS with white around it.
NAME_POINTS = 6.5
LANE_INCHES = 0.165
MAX_LANES = 14
PAD_POINTS = 5.0
ACTOR_CHARACTERS = 24
NAME_CHARACTERS = 46
EVENT_CONTROL = "column_now"
BAR_FILL = "#C9D6E3"


@dataclass(frozen=True, slots=True)
class Bar:
    """One lever, or several of one actor and kind: its name and when it acts, in hours of the run."""

    actor: str
    kind: str
    name: str
    spans: tuple[tuple[float, float, float], ...]
    """(start, full effect, end) of each stretch in force."""
    announced_h: float | None = None
    is_event: bool = False
    is_triggered: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the strip: bars that do not cover one another, each with the place of its name."""

    actor: str
    bars: tuple[tuple[Bar, float], ...]


def lever_bars(result: Source) -> list[Bar]:
    """The levers that are switched on and touch the run, in the file's order."""
    scenario = result.scenario
    bars = []
    for name, lever in scenario.levers.items():
        if not lever.on:
            continue
        spans = _spans(result, name, lever)
        # A lever with a trigger is listed even if it never acted: that it did not is an outcome.
        if spans or lever.trigger is not None:
            bars.append(_bar(scenario, name, lever, spans, logged=len(result.events) > 0))
    return bars


def _bar(
    scenario: Scenario,
    name: str,
    lever: Lever,
    spans: tuple[tuple[float, float, float], ...],
    *,
    logged: bool,
) -> Bar:
    remark = " (strength 0)" if lever.strength == 0.0 else ""
    if lever.trigger is not None:
        remark += (
            " (triggered)" if spans else " (never triggered)" if logged else " (no log: when is not known)"
        )
    announced = None if lever.announced is None else hour_of(scenario.scenario.start, lever.announced)
    # An announcement at or after the start is no time of waiting: its line would run backwards.
    if announced is not None and (announced >= scenario.end_h or (spans and announced >= spans[0][0])):
        announced = None
    return Bar(
        actor=lever.actor or _place(scenario, lever),
        kind=lever.kind,
        # The name is cut and never the remark, which says whether the lever acted at all.
        name=cut(lever.label or name.replace("-", " "), NAME_CHARACTERS - len(remark)) + remark,
        spans=spans,
        announced_h=announced,
        is_event=acts_at_once(scenario, lever.kind),
        is_triggered=lever.trigger is not None,
    )


def _place(scenario: Scenario, lever: Lever) -> str:
    countries = {scenario.sectors[place].country for place in lever.where if place in scenario.sectors}
    countries |= {place for place in lever.where if place in scenario.countries}
    if len(countries) == 1:
        country = countries.pop()
        return scenario.countries[country].label or country
    return "several" if countries else "everywhere"


def acts_at_once(scenario: Scenario, kind: str) -> bool:
    own = scenario.lever_kinds.get(kind)
    effects = own.effects if own is not None else KIND_BY_NAME[kind].effects if kind in KIND_BY_NAME else ()
    return bool(effects) and all(effect.control == EVENT_CONTROL for effect in effects)


def _spans(result: Source, name: str, lever: Lever) -> tuple[tuple[float, float, float], ...]:
    if lever.trigger is not None:
        return _triggered_spans(result, name)
    scenario = result.scenario
    begin = hour_of(scenario.scenario.start, lever.start) if lever.start is not None else 0.0
    end = hour_of(scenario.scenario.start, lever.end) if lever.end is not None else scenario.end_h
    if begin >= scenario.end_h or end <= 0.0:
        return ()
    return ((begin, min(begin + lever.ramp_days * HOURS_PER_DAY, end), min(end, scenario.end_h)),)


def _triggered_spans(result: Source, name: str) -> tuple[tuple[float, float, float], ...]:
    """From the first time a triggered lever began in any run to the last time it ended."""
    if not len(result.events):
        return ()
    index = list(result.scenario.levers).index(name)
    events = result.events[result.events["value"] == float(index)]
    kinds = events["kind"]
    began, ended = events[kinds == "lever_began"], events[kinds == "lever_ended"]
    if not len(began):
        return ()
    start = float(began["time_h"].min())
    # Fewer ends than beginnings: in some run it is still in force.
    end = result.scenario.end_h if len(ended) < len(began) else float(ended["time_h"].max())
    return ((start, start, end),)


# Asked for again when levers are joined, and by every figure of a result.
@cache
def text_points(words: str, size: float) -> float:
    """Width of words in points, as the figure's font sets them."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size)
    # From the font alone: the width is needed before there is a figure to measure it in.
    return float(text_to_path.get_text_width_height_descent(words, font, False)[0])


def lanes_of(bars: list[Bar], end_h: float, width_inches: float) -> list[Lane]:
    """Bars packed by actor into lanes in which no name covers another."""
    lanes = _pack(bars, end_h, width_inches)
    # Single levers as long as they fit: a calendar of hundreds of lanes would be higher than its panels.
    if len(lanes) <= MAX_LANES:
        return lanes
    return _pack(_joined(bars, ("actor", "kind")), end_h, width_inches)


def _joined(bars: Iterable[Bar], keys: tuple[str, ...]) -> list[Bar]:
    groups: dict[tuple[str, ...], list[Bar]] = {}
    for bar in bars:
        groups.setdefault(tuple(getattr(bar, key) for key in keys), []).append(bar)
    joined = []
    for several in groups.values():
        first = several[0]
        if len(several) > 1:
            spans = tuple(span for bar in several for span in bar.spans)
            name = f"{first.kind.replace('_', ' ')} ({len(several)})"
            first = replace(first, name=name, spans=spans, announced_h=None)
        joined.append(first)
    return joined


def _pack(bars: list[Bar], end_h: float, width_inches: float) -> list[Lane]:
    # 72 points are an inch; widths of names then compare with hours of levers.
    hours_per_point = end_h / (width_inches * 72.0)
    lanes = []
    for actor in dict.fromkeys(bar.actor for bar in bars):
        rows: list[tuple[float, list[tuple[Bar, float]]]] = []
        # First fit in order of begin fills few lanes.
        for bar in sorted((b for b in bars if b.actor == actor), key=_begins):
            needed = text_points(bar.name, NAME_POINTS) * hours_per_point
            begins = max(0.0, _begins(bar))
            after_mark = 7.0 * hours_per_point if bar.is_event else 2.0 * hours_per_point
            # Near the end the name moves left over its own bar, so that it stays inside the axes.
            name_at = max(0.0, min(begins + after_mark, end_h - needed))
            left = min(begins, name_at)
            right = max([name_at + needed, *(span[2] for span in bar.spans if not bar.is_event)])
            right += PAD_POINTS * hours_per_point
            for row, (taken, inside) in enumerate(rows):
                if taken <= left:
                    inside.append((bar, name_at))
                    rows[row] = (right, inside)
                    break
            else:
                rows.append((right, [(bar, name_at)]))
        lanes += [Lane(actor, tuple(inside)) for _, inside in rows]
    return lanes


def _begins(bar: Bar) -> float:
    starts = [span[0] for span in bar.spans] or [0.0]
    return min(starts if bar.announced_h is None else [*starts, bar.announced_h])


def strip_inches(lanes: Sequence[Lane]) -> float:
    """Height of the strip for these lanes."""
    return LANE_INCHES * max(1, len(lanes)) + 0.05


def draw_lever_strip(ax: Axes, lanes: Sequence[Lane], origin: float) -> None:
    """Draw lanes top down on a date axis whose zero hour is at `origin`."""
    # Downwards, so that lane 0 is the upper one.
    ax.set_ylim(max(1, len(lanes)), 0)
    ax.set_yticks([])
    ax.tick_params(axis="x", length=0, labelbottom=False)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    if not lanes:
        ax.text(0.01, 0.5, "no lever acts in this run", transform=ax.transAxes, va="center", size=NAME_POINTS)
    shown = ""
    for row, lane in enumerate(lanes):
        for bar, name_at in lane.bars:
            _draw_bar(ax, bar, row, origin)
            _write_name(ax, bar, origin + name_at / HOURS_PER_DAY, row)
        if lane.actor != shown:
            shown = lane.actor
            if row:
                ax.axhline(row, color=PALE, lw=0.6)
            ax.annotate(
                cut(shown, ACTOR_CHARACTERS), (0, row + 0.52), xycoords=("axes fraction", "data"),
                xytext=(-4, 0), textcoords="offset points", ha="right", va="center", size=NAME_POINTS,
            )  # fmt: skip


def _write_name(ax: Axes, bar: Bar, at: float, row: int) -> None:
    """The name with a thin rim, so that no edge of a bar strikes it through."""
    from matplotlib.patheffects import withStroke

    rim = withStroke(linewidth=1.8, foreground="white", alpha=0.75)
    ax.text(at, row + 0.52, bar.name, va="center", ha="left", size=NAME_POINTS, color=INK, clip_on=False,
            path_effects=[rim])  # fmt: skip


def _draw_bar(ax: Axes, bar: Bar, row: int, origin: float) -> None:
    foot, head = row + 0.94, row + 0.1
    dash = "--" if bar.is_triggered else "-"
    if bar.announced_h is not None and bar.spans:
        ends = [origin + h / HOURS_PER_DAY for h in (bar.announced_h, bar.spans[0][0])]
        ax.plot(ends, [row + 0.94, row + 0.94], color=GREY, lw=0.8, ls=":")
    for start, full, end in bar.spans:
        x = [origin + h / HOURS_PER_DAY for h in (start, full, end)]
        if bar.is_event:
            ax.plot(x[0], row + 0.52, marker="D", ms=4, color=INK, ls="")
        else:
            ax.fill(
                [x[0], x[1], x[2], x[2]],
                [foot, head, head, foot],
                facecolor=BAR_FILL,
                edgecolor=GREY,
                lw=0.6,
                ls=dash,
            )
