"""What pairing gains: for every shipped difference scenario, how many times fewer runs the same luck needs.

The gain is (var A + var B) / var(A - B) over replications: 1 is what independent worlds would give,
10 means that ten times the runs would be needed without pairing. It is itself estimated from few runs,
so it is a size, not a constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.comparison.paired_runs import LITTLE_GAIN, gain
from sim.core.bounds import check_runs, check_seed, check_workers
from sim.engines.engine_choice import Engine
from sim.record.measures import DESCRIBED
from sim.runs.execute import Progress
from sim.runs.jobs import Row, job_of
from sim.runs.store.run_cache import RunCache
from sim.scenario.files.scenario_files import read, shipped
from sim.scenario.load import load

SHOWN = (
    "arrived", "attempts", "stopped", "summary_returns", "entered_unseen", "incidents_1", "claims_heard",
    "person_days_stranded",
    "harmed", "died",
)  # fmt: skip
Gains = dict[str, dict[str, float]]


def pairing_gains(
    *,
    seed: int = 0,
    replications: int = 10,
    workers: int = 1,
    out: Path | None = None,
    progress: Progress | None = None,
    engine: Engine = "compiled",
) -> Gains:
    """The gain by shipped difference scenario and measure; each against the scenario that it extends."""
    check_runs(replications)
    check_seed(seed)
    check_workers(workers)
    tables = {name: read(path).tables for name, path in shipped().items()}
    bases = {name: str(table["extends"]) for name, table in tables.items() if "extends" in table}
    # Each once: several scenarios extend the same base, whose runs they share.
    worlds = list(dict.fromkeys([*bases.values(), *bases]))
    jobs = [
        job_of(i, load(world), seed=seed, replication=r)
        for i, world in enumerate(worlds)
        for r in range(replications)
    ]
    cache = RunCache(out, engine)
    with cache.writing():
        rows = cache.rows_of(jobs, workers=workers, progress=progress)
    of: dict[str, list[Row]] = {
        world: rows[i * replications : (i + 1) * replications] for i, world in enumerate(worlds)
    }
    return {
        name: {m: gain([r[m] for r in of[base]], [r[m] for r in of[name]]) for m in SHOWN}
        for name, base in bases.items()
    }


def pairing_page(gains: Mapping[str, Mapping[str, float]], seed: int, replications: int) -> str:
    """The gains as a page of the docs."""
    lines = [
        "# What pairing gains",
        "",
        "Two worlds on the same luck are compared replication by replication: what both share falls out of "
        "the difference. The",
        "table holds (var A + var B) / var(A - B), each shipped difference scenario against the one that it "
        "extends, over the whole",
        f"run, {replications} replications, seed {seed}. 1 is what worlds with luck of their own would give; "
        f"at 10 they would need ten times the",
        f"runs. Below {LITTLE_GAIN:g} `borderflow compare` says that pairing gained nothing. Made by `python "
        f"-m tools pairing`; from few",
        "replications a gain is known to about a factor of two.",
        "",
        "| scenario | " + " | ".join(DESCRIBED[name].label for name in SHOWN) + " |",
        "|---|" + "--:|" * len(SHOWN),
    ]
    for scenario, row in gains.items():
        lines.append(f"| {scenario} | " + " | ".join(_written(row[name]) for name in SHOWN) + " |")
    lines += ["", "same: no replication differs at all. -: the measure does not vary in either world.", ""]
    return "\n".join(lines)


def _written(value: float) -> str:
    if value != value:
        return "-"
    return "same" if value == float("inf") else f"{value:.1f}"
