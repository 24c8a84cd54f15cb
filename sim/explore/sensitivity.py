"""Which assumption matters: Morris screening and Sobol indices of the mean over a fixed set of replications.

The same replications (the same luck) are run at every point,
so that the indices are those of a smooth mean and not of noise; how much noise is left in that mean is told
apart. Sampling and indices are SALib's.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.core.bounds import MOST_POINTS, check_runs, check_seed
from sim.core.errors import ResultError, ScenarioError, UsageError
from sim.engines.engine_choice import Engine
from sim.explore.objectives import check_objective
from sim.explore.plan import Axis, Plan, checked
from sim.explore.sweep import sweep
from sim.explore.sweep_results import open_store, totals_of_rows
from sim.record.measures import DESCRIBED, HUMAN, Described, may_be_of_extension
from sim.runs.execute import Progress
from sim.runs.jobs import OK
from sim.runs.statistics import per_run
from sim.scenario.checks.extension_checks import measures_of
from sim.scenario.load import assumed_values, load

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["morris", "sobol"]
# An assumed number has no measured spread: one share of the value for all of them ranks what the model does
# with each.
AROUND = 0.25
# Morris's grid of four levels, a step of two thirds of the range: every level is then as likely (Morris
# 1991).
LEVELS = 4
CORNERS = 32


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """`indices`: measure, key, index, value, confidence; `noise`: measure,
    share of the variance of means that is luck.

    `measures` says what each measure is called and counted in.
    """

    method: str
    indices: pd.DataFrame
    noise: pd.DataFrame
    points: int
    replications: int
    measures: Mapping[str, Described] = field(default_factory=dict)
    plot: Any = None

    def ranked(self, measure: str) -> pd.DataFrame:
        """Keys by influence on a measure, the strongest first."""
        leading = "mu_star" if self.method == "morris" else "ST"
        rows = self.indices[(self.indices["measure"] == measure) & (self.indices["index"] == leading)]
        return rows.sort_values("value", ascending=False, ignore_index=True)


def analyse(
    scenario: str, axes: Sequence[Axis], measures: Sequence[str], *, method: Method = "morris",
    samples: int = 10,
    replications: int = 5, seed: int = 0, out: str | Path, workers: int = 1, cluster: str | None = None,
    progress: Progress | None = None, engine: Engine = "compiled",
) -> Sensitivity:  # fmt: skip
    """Indices of the named measures, and always of those of people, over ranges of keys.

    Morris: `samples` trajectories of len(axes) + 1 points; Sobol: samples x (len(axes) + 2)
    points (a power of two). A key that takes whole numbers is run at the nearest one. Runs are kept in
    `out`, a store, and gone on with after a stop. Raises `UsageError` for measures of enforcement alone,
    or keys without a range.
    """
    known = measures_of(load(scenario)) if any(map(may_be_of_extension, measures)) else DESCRIBED
    check_objective(measures, known)
    problem = _problem(axes)
    check_samples(method, samples, len(axes))
    check_seed(seed)
    sample = _sample(problem, method, samples, seed)
    listed = tuple(
        tuple((axis.key, axis.nearest(float(x))) for axis, x in zip(axes, row, strict=True)) for row in sample
    )
    # Rounded to whole numbers, points of the sample coincide: each is run once and read as often as it is
    # sampled.
    distinct = tuple(dict.fromkeys(listed))
    plan = Plan(
        scenario,
        (),
        seed=seed,
        replications=replications,
        design="list",
        listed=distinct,
        outcomes=tuple(measures),
    )
    sweep(checked(plan), out, workers=workers, cluster=cluster, progress=progress, engine=engine)
    found = open_store(out)
    rows = found.rows
    # An index needs every point of its sample: leaving one out breaks Morris's trajectories and Sobol's
    # pairs.
    if (rows["status"] != OK).any():
        raise ResultError(f"{int((rows['status'] != OK).sum())} runs broke; see the reasons in {out}")
    order = [distinct.index(point) for point in listed]
    return _analysed(
        problem,
        method,
        sample,
        rows,
        order=order,
        measures=[found.measures[name] for name in dict.fromkeys((*measures, *HUMAN))],
        replications=replications,
        seed=seed,
    )


def _problem(axes: Sequence[Axis]) -> dict[str, Any]:
    without = [
        axis.key
        for axis in axes
        if axis.count or not (math.isfinite(axis.high - axis.low) and axis.low < axis.high)
    ]
    if narrow := [axis.key for axis in axes if axis.is_whole and axis.ends[0] >= axis.ends[1]]:
        raise UsageError(f"{', '.join(narrow)}: the range holds fewer than two whole numbers")
    if twice := sorted({a.key for a in axes if [b.key for b in axes].count(a.key) > 1}):
        raise UsageError(f"{', '.join(twice)}: varies twice, allowed: each key once")
    if without or not axes:
        raise UsageError(
            f"sensitivity needs ranges, KEY=low:high; found none for: {', '.join(without) or 'any key'}"
        )
    return {"num_vars": len(axes), "names": [a.key for a in axes], "bounds": [[a.low, a.high] for a in axes]}


def check_samples(method: str, samples: int, axes: int) -> None:
    """Refuse samples that give no index with an interval, or more points than a sweep may have."""
    per_sample = axes + (1 if method == "morris" else 2)
    check_runs(samples, "samples", 2, MOST_POINTS // per_sample)
    if method == "sobol" and samples & (samples - 1):
        raise UsageError(f"samples: found {samples}; Sobol indices need a power of two")


def _sample(problem: dict[str, Any], method: Method, samples: int, seed: int) -> Any:
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        raise UsageError("sensitivity needs SALib: pip install 'borderflow[sensitivity]'") from None
    if method == "morris":
        return morris.sample(problem, samples, num_levels=LEVELS, seed=seed)
    # Without second order: samples x (k + 2) points instead of samples x (2k + 2).
    return sobol.sample(problem, samples, calc_second_order=False, seed=seed)


def _analysed(
    problem: dict[str, Any], method: Method, sample: Any, rows: pd.DataFrame, *, order: list[int],
    measures: Sequence[Described],
    replications: int, seed: int,
) -> Sensitivity:  # fmt: skip
    import numpy as np
    import pandas as pd

    indices, noise = [], []
    for described in measures:
        measure = described.name
        # A ratio needs the counts above and below it.
        needed = DESCRIBED | {measure: described}
        values = [
            np.array(per_run(described, totals_of_rows(part, needed))) for _, part in rows.groupby("point")
        ]
        means = np.array([v.mean() for v in values])
        variances = [v.var(ddof=1) for v in values] if replications > 1 else [math.nan]
        # The variance that the mean of so many runs has by chance. Runs share their random numbers over
        # points, so that this is if anything too large.
        within = float(np.mean(variances)) / replications
        between = float(means.var(ddof=1))
        # Where nothing differs between points the share is 0 / 0.
        noise.append((measure, min(1.0, within / between) if between > 0.0 else math.nan))
        # Back in the order of the sample, which SALib reads by position. A constant has no index: SALib would
        # divide by its variance.
        found = _indices(problem, method, sample, means[order], seed=seed) if between > 0.0 else {}
        indices += [(measure, key, name, value, sure) for (key, name), (value, sure) in found.items()]
    columns = ["measure", "key", "index", "value", "confidence"]
    return Sensitivity(
        method, pd.DataFrame(indices, columns=columns), pd.DataFrame(noise, columns=["measure", "noise"]),
        len(set(order)),
        replications, {described.name: described for described in measures},
    )  # fmt: skip


def _indices(
    problem: dict[str, Any], method: Method, sample: Any, y: Any, *, seed: int
) -> dict[tuple[str, str], tuple[float, float]]:
    from SALib.analyze import morris, sobol

    names = problem["names"]
    if method == "morris":
        found = morris.analyze(problem, sample, y, num_levels=LEVELS, seed=seed)
        shown: tuple[tuple[str, str | None], ...] = (
            ("mu", None),
            ("mu_star", "mu_star_conf"),
            ("sigma", None),
        )
    else:
        found = sobol.analyze(problem, y, calc_second_order=False, seed=seed)
        shown = (("S1", "S1_conf"), ("ST", "ST_conf"))
    return {
        (key, index): (float(found[index][i]), float(found[sure][i]) if sure else math.nan)
        for index, sure in shown
        for i, key in enumerate(names)
    }


def assumed_axes(name: str, around: float = AROUND) -> list[Axis]:
    """Every assumed number of a scenario within a share of its value: what a screening of assumptions varies.

    An end that no scenario may have (alone or with the ends of others) is drawn back to the value itself;
    a number that cannot vary then is left out.
    """
    axes = {}
    for assumed in assumed_values(load(name)):
        value = assumed.value
        # A quarter of zero is no range.
        if isinstance(value, float) and value > 0.0 and math.isfinite(value):
            axes[assumed.key] = Axis(
                assumed.key, low=value * (1.0 - around), high=value * (1.0 + around), role="uncertainty"
            )
    values = {key: axis.low / (1.0 - around) for key, axis in axes.items()}
    # A fixed seed: which ranges are narrowed belongs to the design, whatever the seed of the runs.
    luck = random.Random(0)
    corners = [dict.fromkeys(axes, True), dict.fromkeys(axes, False)]
    # All ends high, all low, and some mixtures: the corners double with every key, and cannot all be tried.
    corners += [{key: luck.random() < 0.5 for key in axes} for _ in range(CORNERS)]
    for corner in corners:
        while blamed := _blamed(name, axes, corner, values):
            for key in blamed:
                axes[key] = (
                    replace(axes[key], high=values[key])
                    if corner[key]
                    else replace(axes[key], low=values[key])
                )
    return [axis for axis in axes.values() if axis.low < axis.high]


def _blamed(
    name: str, axes: Mapping[str, Axis], corner: Mapping[str, bool], values: Mapping[str, float]
) -> list[str]:
    """The keys whose ends make no scenario of a corner (True: the high end).
    Raises `ScenarioError` where it is none itself."""
    ends = {key: axis.high if corner[key] else axis.low for key, axis in axes.items()}
    moved = {key: end for key, end in ends.items() if end != values[key]}
    try:
        load(name, sets=[f"{key}={end!r}" for key, end in moved.items()])
    except ScenarioError as error:
        faulty = [fault.file for fault in error.faults]
        blamed = [key for key in moved if any(file.startswith(f"--set {key}=") for file in faulty)]
        # Each end may be allowed and all together not (a wall longer than its sectors, each a quarter
        # shorter): then no fault names a single key.
        return blamed or [_first_too_many(name, list(moved.items()))]
    return []


def _first_too_many(name: str, moved: list[tuple[str, float]]) -> str:
    """The key at which ends that are each allowed become too many together:
    those before it make a scenario."""
    load(name)
    good, bad = 0, len(moved)
    # By halves: every step loads the scenario.
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            load(name, sets=[f"{key}={end!r}" for key, end in moved[:middle]])
            good = middle
        except ScenarioError:
            bad = middle
    return moved[bad - 1][0]
