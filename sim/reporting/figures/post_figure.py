"""The posts as a queue: teams out and on duty, calls that wait, and how long people called for teams wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.reporting.style.binned_counts import Array, Tally, has_log, run_index, runs_of
from sim.reporting.style.figure_page import (
    RIGHT,
    WIDE,
    beside,
    caption,
    count_axis,
    legend_above,
    open_sheet,
    say_nothing_to_show,
)  # fmt: skip
from sim.reporting.style.looks import BLUE, GREEN, GREY, INK, ORANGE, SMALL_POINTS, VERMILION, Look, cut
from sim.reporting.style.strokes import draw_line
from sim.reporting.style.time_bins import Clock, daily_clock

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_source import Source

SIDE_GAP, SIDE_WIDTH = 0.75, 2.9
NO_LOG = "no log was kept, and this is read from the log"
MET_BY_GUARDS = ("prevented", "apprehended")
MET_IN_STANDOFF = ("joined_standoff", "standoff_began")
QUANTILES = (0.5, 0.9, 0.99)


def posts(result: Source) -> Figure:
    """Teams busy, calls waiting and response times, day by day and over the whole run."""
    clock = daily_clock(result.scenario, has_log=has_log(result))
    tally = Tally(result, ("calls", "calls_served", "call_wait_h"), clock)
    note = "teams of all posts together, with those of the reserves while they are out"
    sheet = open_sheet(
        result, "posts, teams and calls", (1.5, 1.2, 1.2, 1.2), clock=clock, note=note, width=WIDE,
        right=SIDE_GAP + SIDE_WIDTH + RIGHT, gap=0.5,
    )  # fmt: skip
    teams, calls, waiting, waits = sheet.panels
    _draw_teams(teams, result, clock)
    _draw_calls(calls, tally)
    _draw_waiting(waiting, result, clock)
    _draw_waits(waits, tally)
    _draw_response(beside(sheet, teams, SIDE_GAP, SIDE_WIDTH), response_hours(result), has_log(result))
    _draw_busiest(beside(sheet, waiting, SIDE_GAP, SIDE_WIDTH), result)
    return sheet.figure


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
    before = np.searchsorted(at, edges, side="right") - 1
    whole = np.where(before >= 0, area[before] + level[before] * (edges - at[before]), 0.0)
    return np.asarray(np.diff(whole))


def _draw_teams(ax: Axes, result: Source, clock: Clock) -> None:
    caption(ax, "Teams", "teams, time mean")
    if not has_log(result):
        say_nothing_to_show(ax, NO_LOG)
        return
    rows, change = _steps(result, "teams_sent", ("teams_back",), weigh=True)
    busy = level_mean(result, clock, rows, change)
    duty = level_mean(result, clock, *_duty_steps(result))
    draw_line(ax, clock.middles, duty, Look(GREY, "--", "s"), "on duty")
    draw_line(ax, clock.middles, busy, Look(BLUE, "-", "o"), "out on calls")
    count_axis(ax)
    legend_above(ax)
    if not (busy.any() or duty.any()):
        say_nothing_to_show(ax, "no team on duty in any run")


def _duty_steps(result: Source) -> tuple[pd.DataFrame, Array]:
    """TEAMS_ON_DUTY rows hold a level by sector; these are its changes."""
    events = result.events
    rows = events[events["kind"] == "teams_on_duty"]
    before = rows["value"].groupby([rows["replication"], rows["sector"].astype(str)]).shift(fill_value=0.0)
    return rows, (rows["value"] - before).to_numpy(np.float64)


def _draw_calls(ax: Axes, tally: Tally) -> None:
    clock = tally.clock
    draw_line(ax, clock.middles, tally.of("calls"), Look(INK, "-", "o"), "calls for teams")
    draw_line(ax, clock.middles, tally.of("calls_served"), Look(GREEN, "--", "s"), "calls served")
    caption(ax, "Calls", f"calls {clock.per}")
    count_axis(ax)
    legend_above(ax)
    if not tally.of("calls").any():
        say_nothing_to_show(ax, "no call in any run")


def _draw_waiting(ax: Axes, result: Source, clock: Clock) -> None:
    caption(ax, "Calls waiting", "calls, time mean")
    if not has_log(result):
        say_nothing_to_show(ax, NO_LOG)
        return
    waiting = level_mean(result, clock, *_steps(result, "called", ("call_served", "call_left"), weigh=False))
    waiting = np.maximum(waiting, 0.0)
    draw_line(ax, clock.middles, waiting, Look(VERMILION, "-", "o"), "waiting")
    count_axis(ax)
    if not waiting.any():
        say_nothing_to_show(ax, "no call waited in any run")


def _draw_waits(ax: Axes, tally: Tally) -> None:
    clock = tally.clock
    served, hours = tally.of("calls_served"), tally.of("call_wait_h")
    some = served.sum(axis=0) > 0
    mean = np.full(clock.count, np.nan)
    np.divide(hours.sum(axis=0), served.sum(axis=0), out=mean, where=some)
    ax.plot(
        clock.middles, mean, color=ORANGE, lw=1.4, marker="D", ms=2.6, markevery=max(1, clock.count // 40)
    )
    caption(ax, "Mean wait of a served call, all runs together", "h")
    count_axis(ax)
    if not some.any():
        say_nothing_to_show(ax, "no call was served in any run")


def response_hours(result: Source) -> dict[str, NDArray[np.float64]]:
    """Hours from each call: until teams are sent,
    and until its people are met (the next such row of the group)."""
    events = result.events
    kinds = events["kind"]
    served = events[kinds == "call_served"]["value"].to_numpy(np.float64)
    calls = _by_time(events[kinds == "called"])
    by_guards = (events["actor"] == "guard") & kinds.isin(MET_BY_GUARDS)
    met = _by_time(events[by_guards | kinds.isin(MET_IN_STANDOFF)])
    if not len(calls) or not len(met):
        return {"until teams are sent": served, "until teams meet the people": np.zeros(0)}
    import pandas as pd

    met = met.assign(met_h=met["time_h"])[["time_h", "replication", "group", "met_h"]]
    pairs = pd.merge_asof(
        calls, met, on="time_h", by=["replication", "group"], direction="forward", allow_exact_matches=True
    )
    following = (
        calls.sort_values("time_h").groupby(["replication", "group"])["time_h"].shift(-1).to_numpy(np.float64)
    )
    wait = (pairs["met_h"] - pairs["time_h"]).to_numpy(np.float64)
    same_call = np.isnan(following) | (pairs["met_h"].to_numpy(np.float64) <= following)
    return {"until teams are sent": served, "until teams meet the people": wait[~np.isnan(wait) & same_call]}


def _by_time(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[["time_h", "replication", "group"]].sort_values("time_h", kind="stable")


def _draw_response(ax: Axes, hours: dict[str, NDArray[np.float64]], logged: bool) -> None:
    caption(ax, "Response times", "share of calls so far")
    for (label, values), look in zip(hours.items(), (Look(ORANGE, "--"), Look(INK, "-")), strict=True):
        if len(values):
            at = np.sort(values)
            ax.plot(
                at,
                np.arange(1, len(at) + 1) / len(at),
                color=look.colour,
                ls=look.dash,
                lw=1.4,
                label=_words(label, at),
            )
    ax.set_ylim(0.0, 1.02)
    ax.set_xlabel("hours since the call", size=SMALL_POINTS)
    pooled = np.concatenate(list(hours.values()))
    if not len(pooled):
        say_nothing_to_show(ax, "no call was served" if logged else "no log was kept")
        return
    ax.set_xlim(0.0, max(0.1, float(np.quantile(pooled, QUANTILES[-1]))))
    ax.legend(loc="lower right", fontsize=6.5, frameon=True, framealpha=0.85, edgecolor="none")


def _words(label: str, hours: NDArray[Any]) -> str:
    half, nine = np.quantile(hours, QUANTILES[:2])
    return f"{label}\n(median {half:.2g} h, nine in ten {nine:.2g} h)"


def _draw_busiest(ax: Axes, result: Source) -> None:
    """Mean wait by post, the longest ones."""
    tally = Tally(
        result, ("calls_served", "call_wait_h"), daily_clock(result.scenario, has_log=False), by="sector"
    )
    sectors = result.scenario.sectors
    waits = {}
    for name in sectors:
        served = tally.total("calls_served", name)
        waited = tally.total("call_wait_h", name).sum()
        if waited > 0.0 and served.sum() > 0:
            waits[name] = float(waited / served.sum())
    top = sorted(waits, key=lambda name: -waits[name])[:8]
    caption(ax, "Longest mean waits, by post", "")
    ax.barh(
        range(len(top)), [waits[name] for name in top], 0.7, color=ORANGE, hatch="//", edgecolor=INK, lw=0.4
    )
    ax.set_yticks(
        range(len(top)),
        [cut(sectors[name].post or sectors[name].label or name, 13) for name in top],
        size=6.5,
    )
    ax.set_ylim(max(len(top), 4) - 0.4, -0.6)
    ax.set_xlabel("h, served calls of all runs", size=SMALL_POINTS)
    if not top:
        say_nothing_to_show(ax, "no served call waited in any run")
        ax.set_xlim(0.0, 1.0)
