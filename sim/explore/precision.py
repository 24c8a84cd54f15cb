"""As many runs as it takes: a sequential rule for the mean of a measure.

Runs are added until the half-width of the 95 % t interval is at most gamma' = gamma / (1 + gamma)
of the mean, which keeps the relative error of the estimate below gamma with about the stated confidence (Law,
Simulation Modeling and Analysis, section 9.4.1, after Chow and Robbins 1965).
At least ten runs are made first, since the rule stops too early on few.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.core.bounds import MOST_KEPT, check_runs
from sim.core.durable import write_whole
from sim.core.errors import UsageError
from sim.record.measures import DESCRIBED, Described, check_measures
from sim.runs.replicate import Watcher, run
from sim.runs.result import Result
from sim.runs.statistics import Totals, interval_of_mean, per_run
from sim.scenario.checks.extension_checks import measures_of
from sim.scenario.schema import Scenario

AT_LEAST = 10
BUDGET = 500
PRECISION = "precision.json"
# Runs grow by a factor, not one by one: each round merges the folder, and rounds stay few.
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Reached:
    """What was asked for, and how far it got."""

    measure: str
    precision: float
    replications: int
    reached: float
    enough: bool
    label: str = ""

    def __str__(self) -> str:
        name = self.label or self.measure
        if self.enough:
            return (
                f"{name}: {self.replications} runs give a relative half-width of {self.reached:.1%} "
                f"(asked: {self.precision:.1%})"
            )
        return (
            f"{name}: the budget of {self.replications} runs ended at {self.reached:.1%} (asked: "
            f"{self.precision:.1%})"
        )


def relative_half_width(measure: str, totals: Totals, known: Mapping[str, Described] = DESCRIBED) -> float:
    """Half the 95 % t interval over the mean; infinite where the mean is zero or there is one run."""
    found = interval_of_mean(per_run(known[measure], totals))
    half = (found.high - found.low) / 2.0
    return half / abs(found.mean) if found.mean and not math.isnan(half) else math.inf


def enough_at(
    measure: str, totals: Totals, precision: float, *, at_least: int = AT_LEAST,
    known: Mapping[str, Described] = DESCRIBED,
) -> int:  # fmt: skip
    """The first number of runs at which the rule stops, 0 if it has not yet."""
    # |estimate - mean| <= gamma' |estimate| implies |estimate - mean| <= gamma |mean|, which is what is asked
    # for.
    adjusted = precision / (1.0 + precision)
    # Every number of runs, as if they came one by one: whether the rule stops does not depend on how many are
    # made at a time.
    for n in range(at_least, len(totals[measure]) + 1):
        first = {name: values[:n] for name, values in totals.items()}
        if relative_half_width(measure, first, known) <= adjusted:
            return n
    return 0


def _totals(result: Result, measure: str) -> dict[str, list[float]]:
    """Values by replication of a measure, and of what it is a ratio of."""
    ratio = result.measures[measure].ratio
    names = [measure] if ratio is None else [measure, ratio.numerator, ratio.denominator]
    # By number: the rule looks at the first n, and a folder may have got them in another order.
    totals = result.totals.sort_values("replication")
    return {name: [float(v) for v in totals.loc[totals["measure"] == name, "value"]] for name in names}


def run_to_precision(
    scenario: Scenario, *, measure: str, precision: float, at_least: int = AT_LEAST, budget: int = BUDGET,
    seed: int = 0,
    log: bool = True, out: str | Path | None = None, overwrite: bool = False, progress: Watcher | None = None,
    **how: Any,
) -> tuple[Result, Reached]:  # fmt: skip
    """Add runs until a measure is known well enough, or the budget ends; finished runs in `out` are reused.

    Raises `UsageError` for a measure, precision or budget that cannot be.
    """
    known = measures_of(scenario)
    _check(measure, precision, at_least=at_least, budget=budget, known=known)
    n = at_least
    while True:
        result = run(
            scenario,
            seed=seed,
            replications=n,
            log=log,
            out=out,
            overwrite=overwrite,
            progress=progress,
            **how,
        )
        # Once: the next round would remove the runs of this one.
        overwrite = False
        found = _totals(result, measure)
        enough = enough_at(measure, found, precision, at_least=at_least, known=known) > 0
        # The budget may end it; what was reached is then given, and said not to be enough.
        if enough or n >= budget:
            reached = Reached(
                measure, precision, result.replications, relative_half_width(measure, found, known), enough,
                known[measure].label,
            )  # fmt: skip
            if out is not None:
                said = {name: value for name, value in asdict(reached).items() if name != "label"}
                write_whole(Path(out) / PRECISION, json.dumps(said, indent=2) + "\n")
            return result, reached
        n = min(budget, max(n + 1, math.ceil(n * GROWTH)))


def _check(
    measure: str, precision: float, *, at_least: int, budget: int, known: Mapping[str, Described]
) -> None:
    check_measures([measure], "--of", known)
    if not 0.0 < precision < 1.0:
        raise UsageError(f"--precision: found {precision:g}, allowed: above 0 and below 1, as in 5% or 0.05")
    check_runs(at_least, "at_least", 2, MOST_KEPT)
    check_runs(budget, "budget", at_least, MOST_KEPT)
