"""Where it breaks: the value of a key at which a condition holds in half of the runs.

Every replication has its own luck at every value, so each has its own value at which the condition turns;
bisection finds it. The breaking point is the median of these,
and its interval comes from their order statistics (the sign test turned round: exact, whatever their
distribution). That needs the condition to turn once. A coarse grid looks first: where the share of runs goes
up and down by more than chance allows, no point is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.bounds import check_runs, check_seed, check_workers
from sim.core.errors import UsageError
from sim.engines.engine_choice import Engine
from sim.explore.objectives import Condition, check_objective
from sim.explore.plan import Axis
from sim.record.measures import HUMAN
from sim.runs.execute import Progress
from sim.runs.jobs import Row, job_of
from sim.runs.store.run_cache import RunCache
from sim.scenario.checks.extension_checks import measures_of
from sim.scenario.load import load

if TYPE_CHECKING:
    import pandas as pd

# Coarse: it shows whether the condition turns once and where each run is to be bisected. Every value costs
# all replications.
GRID = 6
# Seven halvings end at 1/128 of a step of the grid.
STEPS = 7
LEVEL = 0.01


class Tried(NamedTuple):
    """A value of the grid: the share of runs in which the condition holds,
    and the means of the human measures."""

    value: float
    share: float
    people: dict[str, float]


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """What was found: shares on the grid, the point with its interval (NaN where there is none),
    people beside it."""

    scenario: str
    key: str
    condition: Condition
    grid: tuple[Tried, ...]
    monotone: bool
    value: float
    low: float
    high: float
    replications: int
    people: dict[str, float]
    plot: Any = None

    def __str__(self) -> str:
        shares = ", ".join(f"{share:.0%} at {value:g}" for value, share, _ in self.grid)
        if not self.monotone:
            return (
                f"{self.condition} does not turn once along {self.key} ({shares} of runs): no breaking "
                f"point is given"
            )
        if math.isnan(self.value) and all(tried.share > 0.5 for tried in self.grid):
            return (
                f"{self.condition} holds in more than half of the runs everywhere along {self.key} "
                f"({shares} of runs)"
            )
        if math.isnan(self.value):
            return f"{self.condition} holds in half of the runs nowhere along {self.key} ({shares} of runs)"
        people = ", ".join(f"{name} {value:.3g}" for name, value in self.people.items())
        return (
            f"{self.condition} holds in half of the runs at {self.key} = {self.value:.4g} (95 % interval "
            f"{self.low:.4g} to "
            f"{self.high:.4g}, {self.replications} runs; {shares}). People near there, a run: {people}."
        )

    def curve(self) -> pd.DataFrame:
        """One row a value of the grid: the share of runs, and the means of the human measures."""
        import pandas as pd

        return pd.DataFrame(
            [{self.key: t.value, f"share {self.condition}": t.share, **t.people} for t in self.grid]
        )


def find_breakpoint(
    scenario: str, axis: Axis, condition: Condition, *, seed: int = 0, replications: int = 20,
    sets: Sequence[str] = (),
    workers: int = 1, out: Path | None = None, progress: Progress | None = None,
    engine: Engine = "compiled",
) -> Breakpoint:  # fmt: skip
    """Find where P(condition) passes one half between the ends of a range. With `out`,
    finished runs are kept there and reused.

    A key that takes whole numbers is tried at whole numbers;
    its breaking point is the first of them beyond the turn. Raises `UsageError`, `ScenarioError`,
    `ResultError`.
    """
    check_seed(seed)
    check_runs(replications)
    check_workers(workers)
    values = grid_of(axis)
    measures = measures_of(load(scenario, sets=[*sets, f"{axis.key}={_written(values[0])}"]))
    check_objective([condition.measure], measures)
    cache = RunCache(out, engine, measures=measures)
    # One cache for grid, bisection and people: a run that is asked for again, as at neighbouring whole
    # numbers, is not made again.
    search = Search(scenario, axis, condition, seed, tuple(sets), workers, cache, progress)
    with search.cache.writing():
        return _found(search, values, replications)


def _found(search: Search, values: list[float], replications: int) -> Breakpoint:
    scenario, axis, condition = search.scenario, search.axis, search.condition
    every = range(replications)
    held = [search.held(dict.fromkeys(every, value)) for value in values]
    shares = [sum(h.values()) / replications for h in held]
    people = [search.people(value, every) for value in values]
    grid = tuple(map(Tried, values, shares, people))
    # A condition may hold below the point or above it: the test for one turn is the same on the list
    # reversed.
    rising = shares[-1] >= shares[0]
    monotone = is_monotone(shares if rising else shares[::-1], replications)
    # No point outside the range is extrapolated: the model was not run there.
    if not monotone or max(shares) < 0.5 or min(shares) > 0.5:
        nan = math.nan
        return Breakpoint(scenario, axis.key, condition, grid, monotone, nan, nan, nan, replications, {})
    turns = sorted(search.turns(values, held, rising))
    value, low, high = median_interval(turns)
    return Breakpoint(
        scenario, axis.key, condition, grid, True, value, low, high, replications, search.people(value, every)
    )


def grid_of(axis: Axis) -> list[float]:
    """The values that are looked at first. Raises `UsageError` for an axis that is no
    range of two values or more."""
    if axis.values or axis.count or not (axis.low < axis.high and math.isfinite(axis.high - axis.low)):
        raise UsageError(f"--vary {axis.key}: allowed: KEY=low:high")
    values = [axis.low + (axis.high - axis.low) * i / (GRID - 1) for i in range(GRID)]
    # Of a short range of whole numbers, several values of the grid are one.
    values = sorted({float(axis.nearest(value)) for value in values})
    if len(values) < 2 or (axis.is_whole and axis.ends[0] >= axis.ends[1]):
        raise UsageError(f"--vary {axis.key}: the range holds fewer than two whole numbers")
    return values


@dataclass(slots=True)
class Search:
    """Runs of a scenario at values of one key."""

    scenario: str
    axis: Axis
    condition: Condition
    seed: int
    sets: tuple[str, ...]
    workers: int
    cache: RunCache
    progress: Progress | None

    def rows(self, at: dict[int, float]) -> dict[int, Row]:
        """The rows of replications, each at its value."""
        worlds = {
            v: load(self.scenario, sets=[*self.sets, f"{self.axis.key}={_written(v)}"])
            for v in set(at.values())
        }
        jobs = [
            job_of(0, worlds[value], seed=self.seed, replication=replication)
            for replication, value in at.items()
        ]
        rows = self.cache.rows_of(jobs, workers=self.workers, progress=self.progress)
        return {int(row["replication"]): row for row in rows}

    def held(self, at: dict[int, float]) -> dict[int, bool]:
        """Whether the condition holds in each replication, at its value."""
        found = self.rows(at)
        return {r: self.condition.holds(float(row[self.condition.measure])) for r, row in found.items()}

    def turns(self, values: list[float], held: list[dict[int, bool]], rising: bool) -> list[float]:
        """For each replication the value at which the condition turns;
        the ends of the line where it does not."""
        brackets: dict[int, tuple[float, float]] = {}
        turned: list[float] = []
        for replication in held[0]:
            before = [i for i, at in enumerate(held) if at[replication] != rising]
            if not before:
                # A run that never turns keeps its rank: left out, the median would be of the runs that turn.
                turned.append(-math.inf)
            elif before[-1] == len(values) - 1:
                turned.append(math.inf)
            else:
                # The last change on the grid: a run that goes back and forth is taken where it stays turned.
                brackets[replication] = (values[before[-1]], values[before[-1] + 1])
        whole = self.axis.is_whole
        while open_brackets := self._open(brackets, values):
            middle = {
                r: (low + high) // 2.0 if whole else (low + high) / 2.0
                for r, (low, high) in open_brackets.items()
            }
            # All replications at once, each at its own middle: a round is one batch of jobs for all workers.
            for replication, holds in self.held(middle).items():
                low, high = brackets[replication]
                m = middle[replication]
                brackets[replication] = (low, m) if holds == rising else (m, high)
        return turned + [high if whole else (low + high) / 2.0 for low, high in brackets.values()]

    def _open(
        self, brackets: dict[int, tuple[float, float]], values: list[float]
    ) -> dict[int, tuple[float, float]]:
        """Brackets that are to be halved again: neighbouring whole numbers are not,
        others after `STEPS` halvings are not."""
        # Between the widths of the last two halvings, so that rounding neither adds nor saves one.
        least = 1.0 if self.axis.is_whole else (values[1] - values[0]) * 1.5 / 2**STEPS
        return {r: (low, high) for r, (low, high) in brackets.items() if high - low > least}

    def people(self, value: float, every: Sequence[int]) -> dict[str, float]:
        """Means of the human measures at a value."""
        if not math.isfinite(value):
            return {}
        # The median of two whole numbers may lie between them, where no scenario can be.
        near = float(self.axis.nearest(value))
        rows = self.rows(dict.fromkeys(every, near)).values()
        return {name: math.fsum(float(row[name]) for row in rows) / len(every) for name in HUMAN}


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def median_interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float, float]:
    """The median of sorted values, and its exact interval from order statistics (the sign test turned round).

    >>> median_interval([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
    (5.0, 2.0, 8.0)
    """
    from scipy.stats import binom

    n = len(values)
    middle = (values[(n - 1) // 2] + values[n // 2]) / 2.0
    tail = (1.0 - level) / 2.0
    # The largest k with P(Binomial(n, 1/2) < k) in the tail: the k-th values from both ends. With five runs
    # or fewer there is none.
    k = max((k for k in range(1, n // 2 + 1) if binom.cdf(k - 1, n, 0.5) <= tail), default=0)
    return (middle, values[k - 1], values[n - k]) if k else (middle, -math.inf, math.inf)


def is_monotone(shares: Sequence[float], runs: int) -> bool:
    """Whether shares that should rise fall nowhere by more than chance: a one-sided test of each pair,
    at 1 % over all.

    A later share is set against every earlier one; pairs share their luck,
    so the test is if anything too kind to falls.
    """
    from scipy.stats import fisher_exact

    pairs = [(a, b) for i, a in enumerate(shares) for b in shares[i + 1 :] if b < a]
    # Every pair counts in Bonferroni's correction, not only those that fall: which fall is seen in the data.
    tests = len(shares) * (len(shares) - 1) / 2
    for a, b in pairs:
        high, low = round(a * runs), round(b * runs)
        table: Any = [[high, runs - high], [low, runs - low]]
        # Exact: shares near 0 or 1 of twenty runs are too few for a normal approximation.
        p = fisher_exact(table, alternative="greater")[1]
        if p < LEVEL / tests:
            return False
    return True
