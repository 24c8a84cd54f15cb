"""How fast the engine is, told as ratios to bare SimPy measured in the same run.

Machines are shared and noisy: a number of rows a second says little, a ratio of two rates measured one
after the other says more. Each rate is the best of a few tries.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sim.model.simulate import build, finish, simulate
from sim.model.stepping import on_their_way
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from tools.plain_simpy import timeouts, tutorial_post

REFERENCE = "belarus-eu-2021"
# The least of a few: other work on the machine makes a try slower and never quicker.
TRIES = 3
BARE_EVENTS = 300_000
SCALE_DAYS = 31
FACTORS = (1, 10, 100)
COMPILED_FACTORS = (1, 10, 100, 1000)
THREAD_RUNS = 40
FIRST = """
import sys
from sim.engines.compiled.engine import simulate
from tools.bench import high_water
from sim.scenario.load import load
scenario = load(sys.argv[1])
simulate(scenario, keep_rows=False)
before = high_water()
for r in range(10):
    simulate(scenario, replication=r, keep_rows=False)
print(before, high_water())
"""
POST_DAYS = 60
GROUPS_PER_H, TEAMS, HOLD_H, RESPONSE_H = 2.0, 8, 2.8, 0.3
PEAK = (
    "import sys; from tools.bench import high_water; from sim.model.simulate import simulate; from "
    "sim.scenario.load import load; "
    "simulate(load(sys.argv[1]), seed=0); print(high_water())"
)


SWEEP_POINTS, SWEEP_RUNS = (2, 20), 100
SWEEP = f"""
import sys, time
from pathlib import Path
import pandas as pd
from tools.bench import high_water
from sim.explore.plan import plan_of
from sim.explore.sweep import sweep
teams = ",".join(str(2 + n) for n in range(int(sys.argv[1])))
plan = plan_of("one-post", ["sectors.post.teams=" + teams], seed=0,
               replications={SWEEP_RUNS}, design="grid", samples=0)
begun = time.process_time()
sweep(plan, sys.argv[2])
whole = time.process_time() - begun
model = pd.read_parquet(Path(sys.argv[2]) / "timings.parquet")["seconds"].sum()
print(whole, model, high_water())
"""


def high_water() -> float:
    """The most memory this process has held, in bytes;
    what its parent held does not count where that can be told."""
    try:
        # VmHWM is of this process; ru_maxrss begins with what the parent held when it forked.
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # macOS counts in bytes, others in kilobytes.
        return float(most) if sys.platform == "darwin" else 1024.0 * most


def best(work: Callable[[], Any], tries: int = TRIES) -> tuple[float, Any]:
    """The least CPU seconds of a few tries, and what the work gave."""
    times, given = [], None
    for _ in range(tries):
        begun = time.process_time()
        given = work()
        times.append(time.process_time() - begun)
    return min(times), given


def bench() -> Iterator[str]:
    """Measure, line by line: the reference, the post, memory, cost against arrivals,
    and what a sweep adds."""
    yield "ratios of rates measured in this run; best of three; CPU seconds"
    yield from _reference()
    yield from _post()
    yield _memory()
    yield from _scale()
    yield from _sweeps()
    yield from _compiled()


def _live(scenario: Scenario) -> tuple[int, int, float]:
    """Rows, mean live processes, and CPU seconds of one run."""
    world = build(scenario, seed=0, replication=0)
    fixed = 1 + len(world.sectors) * 2 + len(world.centres)
    begun = time.process_time()
    live = 0
    # Counted at midnights: counting at each event would be most of what is measured.
    for day in range(1, scenario.days):
        world.env.run(until=24.0 * day)
        live += sum(1 for _ in on_their_way(world))
    world.env.run(until=world.params.end_h)
    finish(world)
    spent = time.process_time() - begun
    return len(world.run.rows), fixed + live // max(1, scenario.days - 1), spent


def _bare(processes: int) -> float:
    """Seconds an event of the bare loop with so many live processes."""
    return best(lambda: timeouts(processes, BARE_EVENTS))[0] / BARE_EVENTS


def _reference() -> Iterator[str]:
    runs = [_live(load(REFERENCE)) for _ in range(TRIES)]
    rows, live, _ = runs[0]
    spent = min(run[2] for run in runs)
    # Beside as many processes as the run has alive: SimPy's cost grows with its heap.
    for processes in (live, 5000):
        bare = _bare(processes)
        yield (
            f"{REFERENCE}: {rows:,} rows, {rows / spent:,.0f} a second; bare timeouts with {processes:,} "
            f"processes "
            f"{1 / bare:,.0f} a second: ratio {rows / spent * bare:.3f}"
        )


def _post() -> Iterator[str]:
    scenario = the_post()
    spent, record = best(lambda: simulate(scenario, seed=0))
    hours = 24.0 * POST_DAYS
    tutorial, rows = best(
        lambda: tutorial_post(
            hours, groups_per_h=GROUPS_PER_H, teams=TEAMS, hold_h=HOLD_H, response_h=RESPONSE_H
        )
    )
    ours, theirs = len(record.rows) / spent, len(rows) / tutorial
    yield (
        f"one post: {ours:,.0f} rows a second, tutorial-style SimPy queue {theirs:,.0f}: "
        f"ratio {ours / theirs:.2f}"
    )


def the_post() -> Scenario:
    """One post as the tutorial has it: groups of one come at a constant rate, teams hold them,
    nobody returns."""
    start = load("one-post").scenario.start
    return Scenario.model_validate(
        {
            "name": "bench-post",
            "scenario": {"title": "one post", "start": start, "end": start + timedelta(days=POST_DAYS)},
            # Off is what the tutorial's post does not have: the ratio compares the same work.
            "mechanisms": dict.fromkeys(
                ("word_of_mouth", "surge", "columns", "standoffs", "exposure"), False
            ),
            "people": {"party_size_mean": 1.0, "gathering_share": 0.0, "try_again": 0.0, "claim_wish": 0.0},
            "response": {"hold": {"dist": "exponential", "mean_h": HOLD_H}},
            "countries": {"there": {"summary_return": 1.0}},
            "sectors": {
                "line": {"country": "there", "length_km": 20.0, "teams": TEAMS, "response_h": RESPONSE_H}
            },
            "routes": {"way": {"people_per_day": 24.0 * GROUPS_PER_H}},
        }
    )


def _memory() -> str:
    done = subprocess.run(
        [sys.executable, "-c", PEAK, REFERENCE], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return "peak memory: not measured on this platform"
    return f"peak memory of a reference run with its log: {float(done.stdout) / 1e6:,.0f} MB"


def _sweeps() -> Iterator[str]:
    """What a sweep adds to each job beyond the model's own time, and its peak memory,
    at few and at many jobs."""
    for points in SWEEP_POINTS:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-c", SWEEP, str(points), folder], capture_output=True, text=True, check=True
            )
        whole, model, peak = (float(word) for word in done.stdout.split())
        jobs = points * SWEEP_RUNS
        yield (
            f"sweep of {jobs:,} short jobs: {1e3 * (whole - model) / jobs:.2f} ms a job beyond the model's "
            f"{1e3 * model / jobs:.2f} ms ({(whole - model) / model:.0%}); peak memory {peak / 1e6:,.0f} MB"
        )


def _compiled() -> Iterator[str]:
    """The compiled engine: against SimPy and a bare heap, with threads, cold and warm, with its memory,
    and against arrivals."""
    from sim.engines.compiled import engine
    from sim.engines.engine_choice import prepare
    from tools.bare_heap import bare_heap

    # Compiled before anything is timed; what compiling costs is measured by itself, in `_starts`.
    prepare()
    scenario = load(REFERENCE)
    for keep in (True, False):
        plain, _ = best(partial(simulate, scenario, seed=0, keep_rows=keep))
        quick, _ = best(partial(engine.simulate, scenario, seed=0, keep_rows=keep))
        yield (
            f"{REFERENCE} compiled, {'with' if keep else 'without'} log: {1e3 * quick:.0f} ms; SimPy engine "
            f"{1e3 * plain:,.0f} ms: "
            f"{plain / quick:.0f} times"
        )
    events, pending, spent = engine.loop_alone(scenario)
    bare, _ = best(bare_heap(pending, BARE_EVENTS))
    yield (
        f"the loop alone: {events / spent:,.0f} events a second with {pending:,} pending; bare heap, one in "
        f"and one out, "
        f"{BARE_EVENTS / bare:,.0f}: ratio {events / spent * bare / BARE_EVENTS:.2f}"
    )
    yield from _threads(scenario)
    yield from _starts()
    yield from _compiled_scale()


def _threads(scenario: Scenario) -> Iterator[str]:
    """Replications in threads of one process: wall time, since threads are about that."""
    from sim.engines.compiled import engine

    walls = []
    for threads in (1, 2):
        begun = time.perf_counter()
        # Threads gain only as far as the compiled loop gives up Python's lock.
        with ThreadPoolExecutor(threads) as pool:
            list(
                pool.map(
                    lambda r: engine.simulate(scenario, replication=r, keep_rows=False), range(THREAD_RUNS)
                )
            )
        walls.append(time.perf_counter() - begun)
    yield (
        f"{THREAD_RUNS} replications in 1 thread {walls[0]:.2f} s, in 2 {walls[1]:.2f} s: "
        f"{walls[0] / walls[1]:.2f} times"
    )


def _starts() -> Iterator[str]:
    """A fresh process until its first result, with the compiled code not yet made and with it on disk;
    and memory a replication."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("cold", "warm"):
            begun = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", FIRST, REFERENCE], env={**os.environ, "BORDERFLOW_CACHE": folder},
                capture_output=True,
                text=True, check=True,
            )  # fmt: skip
            yield f"time to a first result of {REFERENCE}, {kind}: {time.perf_counter() - begun:.1f} s"
    # Of the warm process: compiling takes memory that no replication needs.
    before, after = (float(word) for word in done.stdout.split())
    yield f"memory of ten more replications without log: {(after - before) / 1e6:.1f} MB"


def _compiled_scale() -> Iterator[str]:
    from sim.engines.compiled import engine

    first = 0.0
    for factor in COMPILED_FACTORS:
        events, pending, spent = engine.loop_alone(busier(load(REFERENCE), factor))
        first = first or spent / events
        yield (
            f"compiled, arrivals x {factor}: {events:,} events, {1e9 * spent / events:.0f} ns an event with "
            f"{pending:,} pending; "
            f"{spent / events / first:.2f} of that at x 1"
        )


def _scale() -> Iterator[str]:
    first = 0.0
    for factor in FACTORS:
        scenario = busier(load(REFERENCE), factor)
        rows, live, spent = _live(scenario)
        ratio = spent / rows / _bare(live)
        first = first or ratio
        yield (
            f"arrivals x {factor}: {rows:,} rows, {1e6 * spent / rows:.1f} microseconds a row, {ratio:.1f} "
            f"bare events "
            f"with {live:,} processes; {ratio / first:.2f} of that at x 1"
        )


def busier(scenario: Scenario, factor: int) -> Scenario:
    """The first month of a scenario with so many times the arrivals and the people waiting."""
    content = scenario.model_dump(exclude={"levers", "recorded", "evidence"})
    content["scenario"]["end"] = scenario.scenario.start + timedelta(days=min(scenario.days, SCALE_DAYS))
    for route in content["routes"].values():
        route["people_per_day"] *= factor
    for stock in content["initial"].values():
        stock["persons"] *= factor
    return Scenario.model_validate(content)
