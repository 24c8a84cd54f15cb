"""The posts as a queue: teams out and on duty, calls that wait, and how long people called for teams wait."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.reporting.style.binned_counts import (
    Array,
    BinnedCounts,
    has_log,
    run_index,
    runs_of,
    words_if_all_zero,
)
from sim.reporting.style.figure_description import (
    SIDE_RIGHT,
    WIDE,
    FigureDescription,
    Legend,
    Margins,
    Panel,
    SidePanel,
)
from sim.reporting.style.figure_headings import heading_of_result
from sim.reporting.style.palette import BLUE, GREEN, GREY, INK, ORANGE, VERMILION
from sim.reporting.style.series_drawing import Series, draw_lines, panel_of_counts
from sim.reporting.style.series_styles import SeriesStyle, cut
from sim.reporting.style.time_bins import Clock, daily_clock

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.reporting.style.figure_source import Source
    from sim.scenario.schema import Scenario

NO_LOG = "no log was kept, and this is read from the log"
MET_BY_GUARDS = ("prevented", "apprehended")
MET_IN_STANDOFF = ("joined_standoff", "standoff_began")
QUANTILES = (0.5, 0.9, 0.99)
RESPONSE_STYLES = (SeriesStyle(ORANGE, "--"), SeriesStyle(INK, "-"))
MOST_POSTS = 8
INSIDE = Legend(
    {"loc": "lower right", "fontsize": 6.5, "frameon": True, "framealpha": 0.85, "edgecolor": "none"}
)


def posts(result: Source) -> FigureDescription:
    """Teams busy, calls waiting and response times, day by day and over the whole run."""
    clock = daily_clock(result.scenario, has_log=has_log(result))
    binned = BinnedCounts(result, ("calls", "calls_served", "call_wait_h"), clock)
    note = "teams of all posts together, with those of the reserves while they are out"
    return FigureDescription(
        heading_of_result(result, "posts, teams and calls", note=note),
        (_teams(result, clock), _calls(binned), _waiting(result, clock), _waits(binned)),
        clock=clock, people=result, width=WIDE,
        margins=Margins(right=SIDE_RIGHT, gap=0.5),
    )  # fmt: skip


def _steps(result: Source, plus: str, minus: tuple[str, ...], weigh: bool) -> tuple[pd.DataFrame, Array]:
    events = result.events
    rows = events[events["kind"].isin((plus, *minus))]
    sign = np.where(rows["kind"] == plus, 1.0, -1.0)
    return rows, sign * (rows["value"].to_numpy(np.float64) if weigh else 1.0)


def level_mean(result: Source, clock: Clock, rows: pd.DataFrame, change: Array) -> Array:
    """Time means by bin of a level that starts at nought and changes at rows, of shape (replications,
    bins)."""
    means = np.zeros((runs_of(result), clock.count))
    runs = run_index(result, rows["replication"])
    hours = rows["time_h"].to_numpy(np.float64)
    edges = (clock.edges - clock.limits[0]) * 24.0
    for run in range(len(means)):
        at, steps = hours[runs == run], change[runs == run]
        order = np.argsort(at, kind="stable")
        means[run] = _integral_differences(at[order], steps[order], edges) / np.diff(edges)
    return means


def _integral_differences(at: Array, steps: Array, edges: Array) -> Array:
    """What a step function adds to its integral between successive edges."""
    if not len(at):
        return np.zeros(len(edges) - 1)
    level = np.cumsum(steps)
    area = np.concatenate([[0.0], np.cumsum(level[:-1] * np.diff(at))])
    # The last row at or before each edge; -1, before the first row, is a level of nought.
    before = np.searchsorted(at, edges, side="right") - 1
    whole = np.where(before >= 0, area[before] + level[before] * (edges - at[before]), 0.0)
    return np.asarray(np.diff(whole))


def _teams(result: Source, clock: Clock) -> Panel:
    series: list[Series] = []
    if has_log(result):
        duty = level_mean(result, clock, *_duty_steps(result))
        busy = level_mean(result, clock, *_steps(result, "teams_sent", ("teams_back",), weigh=True))
        series = [
            ("on duty", duty, SeriesStyle(GREY, "--", "s")),
            ("out on calls", busy, SeriesStyle(BLUE, "-", "o")),
        ]
    return panel_of_counts(
        draw_lines, clock.middles, series, caption="Teams", unit="teams, time mean", height=1.5,
        nothing="no team on duty in any run" if series else NO_LOG,
        beside=(SidePanel(_response(result)),),
    )  # fmt: skip


def _duty_steps(result: Source) -> tuple[pd.DataFrame, Array]:
    """TEAMS_ON_DUTY rows hold a level by sector; these are its changes."""
    events = result.events
    rows = events[events["kind"] == "teams_on_duty"]
    before = rows["value"].groupby([rows["replication"], rows["sector"].astype(str)]).shift(fill_value=0.0)
    return rows, (rows["value"] - before).to_numpy(np.float64)


def _calls(binned: BinnedCounts) -> Panel:
    series = [
        ("calls for teams", binned.of("calls"), SeriesStyle(INK, "-", "o")),
        ("calls served", binned.of("calls_served"), SeriesStyle(GREEN, "--", "s")),
    ]
    return panel_of_counts(
        draw_lines, binned.clock.middles, series, caption="Calls", unit=f"calls {binned.clock.per}",
        height=1.2, nothing="no call in any run",
    )  # fmt: skip


def _waiting(result: Source, clock: Clock) -> Panel:
    series: list[Series] = []
    if has_log(result):
        steps = _steps(result, "called", ("call_served", "call_left"), weigh=False)
        # Sums of floats can end just below 0 when the last call is gone.
        waiting = np.maximum(level_mean(result, clock, *steps), 0.0)
        series = [("waiting", waiting, SeriesStyle(VERMILION, "-", "o"))]
    return panel_of_counts(
        draw_lines, clock.middles, series, caption="Calls waiting", unit="calls, time mean", height=1.2,
        legend=None, nothing="no call waited in any run" if series else NO_LOG,
        beside=(SidePanel(_longest_waits(result)),),
    )  # fmt: skip


def _waits(binned: BinnedCounts) -> Panel:
    nothing = words_if_all_zero("no call was served in any run", [binned.of("calls_served")])
    return Panel(
        partial(_draw_waits, binned=binned), "Mean wait of a served call, all runs together", "h",
        height=1.2, counts=True, nothing=nothing,
    )  # fmt: skip


def _draw_waits(ax: Axes, binned: BinnedCounts) -> None:
    clock, served = binned.clock, binned.of("calls_served").sum(axis=0)
    mean = np.full(clock.count, np.nan)
    np.divide(binned.of("call_wait_h").sum(axis=0), served, out=mean, where=served > 0)
    ax.plot(
        clock.middles, mean, color=ORANGE, lw=1.4, marker="D", ms=2.6, markevery=max(1, clock.count // 40)
    )


def response_hours(result: Source) -> dict[str, NDArray[np.float64]]:
    """Hours from each call: until teams are sent,
    and until its people are met (the next such row of the group)."""
    events = result.events
    kinds = events["kind"]
    served = events[kinds == "call_served"]["value"].to_numpy(np.float64)
    calls = _by_time(events[kinds == "called"])
    by_guards = (events["actor"] == "guard") & kinds.isin(MET_BY_GUARDS)
    # Only guards who prevent or apprehend are a team; a stand-off has teams in it, whoever began it.
    met = _by_time(events[by_guards | kinds.isin(MET_IN_STANDOFF)])
    if not len(calls) or not len(met):
        return {"until teams are sent": served, "until teams meet the people": np.zeros(0)}
    import pandas as pd

    met = met.assign(met_h=met["time_h"])[["time_h", "replication", "group", "met_h"]]
    # The next such row of the same group in the same run, at the instant of the call included.
    pairs = pd.merge_asof(
        calls, met, on="time_h", by=["replication", "group"], direction="forward", allow_exact_matches=True
    )
    following = (
        calls.sort_values("time_h").groupby(["replication", "group"])["time_h"].shift(-1).to_numpy(np.float64)
    )
    wait = (pairs["met_h"] - pairs["time_h"]).to_numpy(np.float64)
    # A meeting after the group's next call answers that one.
    same_call = np.isnan(following) | (pairs["met_h"].to_numpy(np.float64) <= following)
    return {"until teams are sent": served, "until teams meet the people": wait[~np.isnan(wait) & same_call]}


def _by_time(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[["time_h", "replication", "group"]].sort_values("time_h", kind="stable")


def _response(result: Source) -> Panel:
    hours = response_hours(result)
    some = any(len(values) for values in hours.values())
    return Panel(
        partial(_draw_response, hours=hours), "Response times", "share of calls so far",
        "hours since the call", legend=INSIDE,
        nothing="" if some else "no call was served" if has_log(result) else "no log was kept",
    )  # fmt: skip


def _draw_response(ax: Axes, hours: dict[str, NDArray[np.float64]]) -> None:
    for (label, values), style in zip(hours.items(), RESPONSE_STYLES, strict=True):
        if len(values):
            at = np.sort(values)
            shares = np.arange(1, len(at) + 1) / len(at)
            ax.plot(at, shares, color=style.colour, ls=style.dash, lw=1.4, label=_words(label, at))
    ax.set_ylim(0.0, 1.02)
    pooled = np.concatenate(list(hours.values()))
    if len(pooled):
        # To the 99th percentile: a single long wait would press all others to the left.
        ax.set_xlim(0.0, max(0.1, float(np.quantile(pooled, QUANTILES[-1]))))


def _words(label: str, hours: NDArray[Any]) -> str:
    half, nine = np.quantile(hours, QUANTILES[:2])
    return f"{label}\n(median {half:.2g} h, nine in ten {nine:.2g} h)"


def _longest_waits(result: Source) -> Panel:
    waits = _mean_wait_by_sector(result)
    longest = dict(sorted(waits.items(), key=lambda item: -item[1])[:MOST_POSTS])
    return Panel(
        partial(_draw_longest_waits, scenario=result.scenario, waits=longest), "Longest mean waits, by post",
        along="h, served calls of all runs", nothing="" if longest else "no served call waited in any run",
    )  # fmt: skip


def _mean_wait_by_sector(result: Source) -> dict[str, float]:
    """Hours that a served call waited on average, of the sectors where any did."""
    clock = daily_clock(result.scenario, has_log=False)
    binned = BinnedCounts(result, ("calls_served", "call_wait_h"), clock, by="sector")
    waits = {}
    for name in result.scenario.sectors:
        served, waited = (binned.total(of, name).sum() for of in ("calls_served", "call_wait_h"))
        if waited > 0.0 and served > 0:
            waits[name] = float(waited / served)
    return waits


def _draw_longest_waits(ax: Axes, scenario: Scenario, waits: dict[str, float]) -> None:
    rows = range(len(waits))
    ax.barh(rows, list(waits.values()), 0.7, color=ORANGE, hatch="//", edgecolor=INK, lw=0.4)
    sectors = [scenario.sectors[name].post or scenario.sectors[name].label or name for name in waits]
    ax.set_yticks(rows, [cut(words, 13) for words in sectors], size=6.5)
    # Room for four at least, or one bar would fill the panel.
    ax.set_ylim(max(len(waits), 4) - 0.4, -0.6)
    if not waits:
        ax.set_xlim(0.0, 1.0)
