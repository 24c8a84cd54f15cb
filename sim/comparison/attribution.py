"""Which lever did it, in the model: every on-off combination of a few levers, on the same luck.

A lever's share is its Shapley value: its effect averaged over all orders in which the levers could have been
added. Shares add up to the difference between all on and all off, run by run. Statements about the model.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.bounds import check_runs, check_seed, check_workers
from sim.core.errors import UsageError
from sim.engines.engine_choice import Engine
from sim.record.measures import DESCRIBED, HUMAN, Described, check_measures
from sim.runs.execute import Progress
from sim.runs.jobs import Days, Job, job_of
from sim.runs.posterior import Posterior, sets_of
from sim.runs.statistics import Interval, interval_of, interval_of_mean, per_run
from sim.runs.store.run_cache import RunCache
from sim.scenario.checks.extension_checks import measures_of
from sim.scenario.load import digest
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

# Every lever doubles the combinations: six make 64 scenario arms.
MOST = 6
Levers = Mapping[str, tuple[str, ...]]
World = frozenset[str]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Totals of every on-off combination of levers by replication, and the shares made of them.

    Shares are Shapley values (Shapley 1953): a lever's effect averaged over all orders in which the
    levers could have been added; they add up to the whole, run by run. All numbers are in the measure's unit,
    a run; a list has one number a replication.
    """

    levers: tuple[str, ...]
    totals: dict[World, dict[str, list[float]]]
    replications: int
    is_change: bool = False
    """Whether the totals are differences between two windows (a ratio's as pseudo-values)
    and no longer counts."""
    measures: Mapping[str, Described] = field(default_factory=lambda: DESCRIBED)
    """What each measure is called and counted in, those of the scenario's extensions among them."""

    def shapley(self, measure: str, lever: str) -> list[float]:
        """A lever's share of a measure, by replication."""
        others = [name for name in self.levers if name != lever]
        n = len(self.levers)
        shares = [0.0] * self.replications
        for size in range(n):
            # The share of all orders of the levers in which exactly these came before it (Shapley 1953).
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for chosen in itertools.combinations(others, size):
                without, with_it = (
                    self._of(measure, frozenset(chosen)),
                    self._of(measure, frozenset((*chosen, lever))),
                )
                # Run by run, not of means: shares of one run have an interval, and add up within it.
                shares = [s + weight * (b - a) for s, a, b in zip(shares, without, with_it, strict=True)]
        return shares

    def main(self, measure: str, lever: str) -> list[float]:
        """What the lever changes alone, by replication."""
        return [
            b - a
            for a, b in zip(
                self._of(measure, frozenset()), self._of(measure, frozenset((lever,))), strict=True
            )
        ]

    def pair(self, measure: str, one: str, two: str) -> list[float]:
        """What two levers together change beyond what each changes alone, by replication."""
        none, both = self._of(measure, frozenset()), self._of(measure, frozenset((one, two)))
        a, b = self._of(measure, frozenset((one,))), self._of(measure, frozenset((two,)))
        return [w - x - y + z for z, x, y, w in zip(none, a, b, both, strict=True)]

    def _of(self, measure: str, world: World) -> list[float]:
        """One value a replication; a ratio of totals by its pseudo-values, so that shares of it add up,
        too."""
        # Totals of a change are differences of pseudo-values already, and are taken as they are.
        totals = self.totals[world]
        return totals[measure] if self.is_change else per_run(self.measures[measure], totals)

    def level(self, measure: str, world: World) -> Interval:
        """A measure in one combination, with the interval that a run of it gives; of a change,
        Student's t."""
        # A difference of two ratios or counts may be below zero, where the intervals of levels are cut off.
        if self.is_change:
            return interval_of_mean(self.totals[world][measure])
        return interval_of(self.measures[measure], self.totals[world])

    def less(self, other: Attribution) -> Attribution:
        """What the levers change in the change from another window to this one, run by run."""
        totals = {
            world: {
                name: [b - a for a, b in zip(other._of(name, world), self._of(name, world), strict=True)]
                for name in found
            }
            for world, found in self.totals.items()
        }
        return Attribution(self.levers, totals, self.replications, is_change=True, measures=self.measures)

    def table(self, measures: Sequence[str]) -> pd.DataFrame:
        """Effects with 95 % intervals over replications: measure, effect, lever, mean, low, high;
        people always in it."""
        import pandas as pd

        check_measures(measures, known=self.measures)
        rows = []
        for measure in dict.fromkeys((*measures, *HUMAN)):
            effects = [("share (Shapley)", name, self.shapley(measure, name)) for name in self.levers]
            effects += [("alone", name, self.main(measure, name)) for name in self.levers]
            effects += [
                ("pair beyond both", f"{a} x {b}", self.pair(measure, a, b))
                for a, b in itertools.combinations(self.levers, 2)
            ]
            every = frozenset(self.levers)
            whole = [
                b - a for a, b in zip(self._of(measure, frozenset()), self._of(measure, every), strict=True)
            ]
            # The sum of the shares, from its own runs: a reader sees that they add up.
            effects.append(("all together", "all", whole))
            rows += [(measure, kind, lever, *interval_of_mean(values)[:3]) for kind, lever, values in effects]
            for lever, world in (("with none of them", frozenset[str]()), ("with all of them", every)):
                rows.append((measure, "level", lever, *self.level(measure, world)[:3]))
        return pd.DataFrame(rows, columns=["measure", "effect", "lever", "mean", "low", "high"])


def world_of(scenario: Scenario, levers: Levers, on: World) -> Scenario:
    """The scenario with some of the named levers on and the others off;
    levers that are not named stay as they are."""
    # A name may stand for several levers that were one decision, as one state of emergency in three
    # countries.
    states = {lever: name in on for name, members in levers.items() for lever in members}
    changed = {
        # A lever that the scenario has switched off stays off in every combination.
        name: lever.model_copy(update={"on": states[name] and lever.on}) if name in states else lever
        for name, lever in scenario.levers.items()
    }
    return scenario.model_copy(update={"levers": changed})


def check_levers(scenario: Scenario, levers: Levers) -> None:
    """Whether the levers can be attributed to. Raises `UsageError`."""
    if not 1 <= len(levers) <= MOST:
        raise UsageError(f"levers: found {len(levers)}, allowed: 1 to {MOST} (every combination is run)")
    members = [lever for group in levers.values() for lever in group]
    unknown = [lever for lever in members if lever not in scenario.levers]
    if unknown:
        raise UsageError(f"levers: found {', '.join(unknown)}, allowed: {', '.join(scenario.levers)}")
    twice = sorted({lever for lever in members if members.count(lever) > 1})
    if twice:
        raise UsageError(f"levers: {', '.join(twice)} named twice")


def check_days(scenario: Scenario, days: Days) -> None:
    """Refuse days that are not of the run: a window that began before it counted from its end."""
    if days is not None and not 0 <= days[0] < days[1] <= scenario.days:
        begins = scenario.scenario.start
        raise UsageError(
            f"days: found day {days[0]:,} to {days[1]:,} of the run, allowed: days from {begins} to "
            f"{scenario.scenario.end}, "
            "the first before the last"
        )


def attribute(
    scenario: Scenario, levers: Levers, *, seed: int = 0, replications: int = 20, workers: int = 1,
    out: Path | None = None, days: Days = None, progress: Progress | None = None,
    engine: Engine = "compiled", posterior: Posterior | None = None,
) -> Attribution:  # fmt: skip
    """Run every combination of the levers on the same luck. With `out`,
    finished runs are kept there and reused; with `days`, only the days [from, to) are counted; with
    `posterior`, each replication has a parameter set of its own.

    Raises `UsageError` for levers that are not there, `ResultError` where a run broke.
    """
    check_runs(replications)
    check_seed(seed)
    check_workers(workers)
    check_days(scenario, days)
    check_levers(scenario, levers)
    worlds = [frozenset(w) for size in range(len(levers) + 1) for w in itertools.combinations(levers, size)]
    jobs = [
        job
        for number, world in enumerate(worlds)
        for job in _jobs(
            scenario,
            levers,
            world,
            number=number,
            seed=seed,
            replications=replications,
            days=days,
            posterior=posterior,
        )
    ]
    measures = measures_of(scenario)
    cache = RunCache(out, engine, measures=measures)
    with cache.writing():
        # All combinations as one list of jobs: workers stay busy to the end.
        rows = cache.rows_of(jobs, workers=workers, progress=progress)
    totals: dict[World, dict[str, list[float]]] = {world: {name: [] for name in measures} for world in worlds}
    for job, row in zip(jobs, rows, strict=True):
        for name in measures:
            totals[worlds[job.point]][name].append(float(row[name]))
    return Attribution(tuple(levers), totals, replications, measures=measures)


def _jobs(
    scenario: Scenario,
    levers: Levers,
    world: World,
    *,
    number: int,
    seed: int,
    replications: int,
    days: Days,
    posterior: Posterior | None,
) -> list[Job]:
    changed = world_of(scenario, levers, world)
    # Hashed once for all replications: it writes out the whole resolved scenario.
    content = digest(changed)
    return [
        job_of(
            number,
            changed,
            seed=seed,
            replication=r,
            content=content,
            days=days,
            sets=sets_of(posterior, r),
        )
        for r in range(replications)
    ]
