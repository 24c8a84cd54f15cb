"""Twin worlds: the same luck under different policies, and what of the difference is more than noise.

The first world is the base. Replication by replication the others are set against it: the same people come
with the same luck, so what both share falls out of the difference. How much that gained is measured, and said
where it was nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.bounds import MOST_KEPT, check_runs, check_seed
from sim.core.durable import clear_under_way, write_whole
from sim.core.errors import ResultError, UsageError
from sim.core.plain_text import csv_of, plain
from sim.core.text_file import is_file_name
from sim.engines.engine_choice import Engine
from sim.record.measures import DESCRIBED, Described
from sim.runs.posterior import Posterior, posterior_of
from sim.runs.replicate import Progress, manifest_for, open_result, run
from sim.runs.result import Result
from sim.runs.statistics import estimate, interval_of_mean, per_run
from sim.runs.store.comparison_folder import WORLDS, Compared, check_place, read_compared
from sim.runs.store.folder_lock import folder_lock
from sim.runs.store.result_folder import ResultFolder
from sim.scenario.checks.extension_checks import shared_measures
from sim.scenario.files.scenario_files import shown
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

ByMeasure = Mapping[str, Mapping[int, float]]
"""Values by measure and replication."""
ALPHA = 0.05
# From few replications a gain is known to about a factor of two (docs/pairing.md): this near to 1 is none.
LITTLE_GAIN = 1.2
# Mostly zeros and a few large values are far from normal, and t intervals then miss more often: the method
# says so.
FEW_DIFFER = 0.2
COMMON = ("routes", "initial", "sectors")
"""Tables whose names address random numbers: people come by routes or are there at the start,
posts guard sectors."""


class Comparison:
    """Results of worlds on the same luck; the first is the base.

    - `differences`: world, measure, label, unit, family, base, mean, difference, low, high, method, p,
      p_holm, verdict, gain
    - `by_month`: world, month, measure, difference, low, high, gain
    - `notes`: what a reader should know before believing them
    - `results`: the `Result` of each world, by name

    Differences are a run, in the measure's unit; `gain` says how many times as many runs
    other luck would have taken. Raises `UsageError` for fewer than two worlds, or worlds of different seeds.
    """

    def __init__(self, results: Mapping[str, Result]) -> None:
        if len(results) < 2:
            raise UsageError("a comparison needs two worlds or more")
        self.results = dict(results)
        # By its place, not its name: the order of the command line decides.
        self.base = next(iter(results))
        self.others = list(results)[1:]
        self.plot: Any = None
        first = self.results[self.base]
        for name, result in self.results.items():
            # Random numbers are addressed by the seed first: with two seeds there is nothing to pair.
            if result.seed != first.seed:
                raise UsageError(
                    f"{name} has seed {result.seed}, {self.base} has {first.seed}: no luck is shared"
                )
        # Levels, too, are of these alone: a mean of other replications would not go with the difference
        # beside it.
        self._left_out = self._keep_common()

    def _keep_common(self) -> dict[str, list[int]]:
        """Keep the replications that every world has: only these are pairs. Those left out, by world."""
        had = {name: set(result.totals["replication"]) for name, result in self.results.items()}
        common = set.intersection(*had.values())
        if not common:
            raise ResultError("no replication has finished in every world: there is nothing to compare")
        self.results = {name: result.only(common) for name, result in self.results.items()}
        return {name: sorted(numbers - common) for name, numbers in had.items() if numbers - common}

    def _totals(self, name: str) -> dict[str, dict[int, float]]:
        totals = self.results[name].totals
        return {
            str(measure): dict(zip(rows["replication"], rows["value"], strict=True))
            for measure, rows in totals.groupby("measure", observed=True)
        }

    def _shared(self, world: str) -> Mapping[str, Described]:
        """The measures that the base and another world have in common."""
        return shared_measures(self.results[self.base].scenario, self.results[world].scenario)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Paired differences of every measure over the whole run,
        with Holm's adjustment within each world."""
        import pandas as pd

        base = self._totals(self.base)
        frames = []
        for world in self.others:
            theirs = self._totals(world)
            shared = self._shared(world)
            rows = [{"world": world, **paired(name, base, theirs, shared)} for name in shared if name in base]
            # Within each arm: a reader asks of one policy what it changes, over all measures at once.
            adjusted = holm([float(row["p"]) for row in rows])
            frames += [
                {**row, "p_holm": p, "verdict": verdict(row, p)}
                for row, p in zip(rows, adjusted, strict=True)
            ]
        return pd.DataFrame(frames)

    def _of_one_alone(self, world: str) -> list[str]:
        """The measures of extensions that the base and another world do not have in common:
        no difference is made of them."""
        measures = {**self.results[self.base].measures, **self.results[world].measures}
        return [name for name in measures if name not in self._shared(world)]

    @cached_property
    def by_month(self) -> pd.DataFrame:
        """Paired differences and the gain of pairing by calendar month, for every counted measure."""
        import pandas as pd

        rows = []
        for world in self.others:
            left_out = self._of_one_alone(world)
            base = _monthly(self.results[self.base], left_out)
            theirs = _monthly(self.results[world], left_out)
            # An outer join: a month in which one arm counted nothing is a difference, and not a missing
            # value.
            both = base.add_suffix("_a").join(theirs.add_suffix("_b"), how="outer").fillna(0.0)
            every = [
                c.removesuffix("_a")
                for c in both.columns
                if c.endswith("_a") and f"{c[:-1]}b" in both.columns
            ]
            for (month, measure), cells in both.groupby(level=["month", "measure"], observed=True):
                a = [float(v) for v in cells[[f"{r}_a" for r in every]].to_numpy()[0]]
                b = [float(v) for v in cells[[f"{r}_b" for r in every]].to_numpy()[0]]
                interval = interval_of_mean([y - x for x, y in zip(a, b, strict=True)])
                rows.append((world, month, measure, interval.mean, interval.low, interval.high, gain(a, b)))
        return pd.DataFrame(rows, columns=["world", "month", "measure", "difference", "low", "high", "gain"])

    @property
    def notes(self) -> list[str]:
        """Where pairing gained nothing, where luck is not fully shared,
        and which measures have no difference."""
        notes = [
            f"{name}: {len(numbers)} replications are left out, which another world does not have"
            for name, numbers in self._left_out.items()
        ]
        base = self.results[self.base].scenario
        for world in self.others:
            other = self.results[world].scenario
            # Sectors alone are common random numbers of posts: worth a comparison, but then no group is the
            # same.
            if not _common(base, other, "routes") and not _common(base, other, "initial"):
                notes.append(
                    f"{world}: no route and no initial stock is in {self.base} too: no group comes in both"
                )
            routes = other.routes
            changed = [
                n
                for n, r in base.routes.items()
                if n in routes and routes[n].strip_per_day != r.strip_per_day
            ]
            if changed:
                notes.append(
                    f"{world}: strip_per_day differs on {', '.join(changed)}: arrivals share no luck there"
                )
            if left_out := self._of_one_alone(world):
                notes.append(
                    f"{world}: no difference of {', '.join(left_out)}, which {self.base} and {world} do not "
                    f"both count"
                )
            rows = self.differences[self.differences["world"] == world].set_index("measure")
            gains = dict(zip(rows.index, rows["gain"].to_numpy(float), strict=True))
            little = [n for n in ("attempts", "died", "harmed") if gains[n] < LITTLE_GAIN]
            if little:
                notes.append(f"{world}: pairing gained nothing for {', '.join(little)}")
        return notes

    def write(self, folder: Path) -> None:
        """Leave the tables in a folder."""
        write_whole(folder / "differences.csv", csv_of(self.differences))
        write_whole(folder / "by_month.csv", csv_of(self.by_month))
        Compared(self.base, list(self.results), self.notes).write(folder)

    def __repr__(self) -> str:
        runs = self.results[self.base].replications
        return plain(
            f"<comparison with {self.base}: {', '.join(self.others)}; {runs} replications on the same luck>"
        )


def paired(
    name: str, base: ByMeasure, other: ByMeasure, measures: Mapping[str, Described] = DESCRIBED
) -> dict[str, Any]:
    """The paired difference of a measure over the replications that both worlds have: Student's t of counts,
    of the jackknife's pseudo-values for a ratio of totals."""
    d = measures[name]
    both = sorted(set(base[name]) & set(other[name]))
    ours, theirs = _listed(base, d, both), _listed(other, d, both)
    first, second = estimate(d, ours), estimate(d, theirs)
    a, b = per_run(d, ours), per_run(d, theirs)
    # Of pseudo-values for a ratio: their differences have the difference of the two ratios as their mean.
    differences = [y - x for x, y in zip(a, b, strict=True)]
    # A ratio that is undefined without one of the runs has a difference, and no interval.
    known = not any(map(math.isnan, differences))
    interval = interval_of_mean(differences if known else [second - first])
    differ = sum(value != 0.0 for value in differences)
    few = f"; {differ} of {len(both)} runs differ" if differ < FEW_DIFFER * len(both) else ""
    how = "paired, jackknife of ratios of totals, " if d.ratio is not None else "paired "
    return {
        "measure": name, "label": d.label, "unit": d.unit, "family": d.family, "base": first,
        "mean": second, "difference": second - first, "low": interval.low, "high": interval.high,
        "method": f"{how}{interval.method}{few}", "p": p_of(differences) if known else math.nan,
        "gain": gain(a, b) if known else math.nan,
    }  # fmt: skip


def _listed(totals: ByMeasure, described: Described, runs: Sequence[int]) -> dict[str, list[float]]:
    """Values of some replications of a measure, and of what it is a ratio of."""
    ratio = described.ratio
    names = (described.name,) if ratio is None else (described.name, ratio.numerator, ratio.denominator)
    return {name: [float(totals[name][r]) for r in runs] for name in names}


def p_of(differences: Sequence[float]) -> float:
    """The two-sided p value of a paired t test; 1 where nothing differs, NaN with fewer than two runs."""
    n = len(differences)
    if n < 2:
        return math.nan
    mean = math.fsum(differences) / n
    variance = math.fsum((d - mean) ** 2 for d in differences) / (n - 1)
    # All runs differ by the same: t would be infinite, or 0 / 0 where the difference is nought.
    if variance == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    from scipy.stats import t

    return float(2.0 * t.sf(abs(mean) / math.sqrt(variance / n), n - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) adjusted p values: rejecting those below alpha keeps the family-wise error below alpha.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    # NaN is no test that was made, and does not count among those that are adjusted for.
    order = sorted((p, i) for i, p in enumerate(p_values) if not math.isnan(p))
    adjusted = [math.nan] * len(p_values)
    worst = 0.0
    for place, (p, i) in enumerate(order):
        # Never below the one before: a larger p must not become the smaller adjusted one.
        worst = max(worst, min(1.0, (len(order) - place) * p))
        adjusted[i] = worst
    return adjusted


def verdict(row: Mapping[str, Any], p_holm: float) -> str:
    """What a difference is, after adjustment for how many were looked at."""
    # To the bit: with common random numbers, what a policy does not reach is the same in both arms.
    if row["difference"] == 0.0 and row["low"] == 0.0 == row["high"]:
        return "exactly none"
    if p_holm < ALPHA:
        return "more" if row["difference"] > 0.0 else "less"
    return "unclear"


def gain(a: Sequence[float], b: Sequence[float]) -> float:
    """What pairing gained: (var A + var B) / var(A - B), 1 for independent worlds; NaN where nothing varies.

    >>> gain([1.0, 2.0, 3.0], [2.0, 3.0, 4.0])
    inf
    """
    # The variance of a difference of independent runs, from the same runs.
    apart = _variance(a) + _variance(b)
    together = _variance([y - x for x, y in zip(a, b, strict=True)])
    if together > 0.0:
        return apart / together
    # Arms that vary alike in every run: one pair would have been enough.
    return math.inf if apart > 0.0 else math.nan


def _variance(values: Sequence[float]) -> float:
    n = len(values)
    if n < 2:
        return math.nan
    mean = math.fsum(values) / n
    return math.fsum((v - mean) ** 2 for v in values) / (n - 1)


def _monthly(result: Result, left_out: Sequence[str]) -> pd.DataFrame:
    """Counts by month and measure, a column a replication; one in which nothing was counted has zeros."""
    daily = result.daily
    daily = daily[~daily["measure"].isin(left_out)] if left_out else daily
    # Stocks of midnights do not add up over days.
    counted = daily[~daily["measure"].astype(str).str.startswith("stock_")]
    months = counted["date"].dt.strftime("%Y-%m").rename("month")
    sums = counted.groupby([months, counted["measure"].astype(str), "replication"])["value"].sum()
    # From the totals: a replication that counted nothing in any month has no column else, and left the mean.
    table = sums.unstack("replication").reindex(columns=sorted(set(result.totals["replication"]))).fillna(0.0)
    table.columns = [str(column) for column in table.columns]
    return table


def check_worlds(worlds: Mapping[str, Scenario]) -> None:
    """Refuse fewer than two worlds, worlds that have nothing in common with the first,
    and names that name no folder."""
    if len(worlds) < 2:
        raise UsageError("a comparison needs two worlds or more")
    for name in worlds:
        if not is_file_name(name):
            raise UsageError(f"a world is called {shown(name)!r}, allowed: a name that a folder may have")
    base, *others = worlds
    for other in others:
        if not any(_common(worlds[base], worlds[other], table) for table in COMMON):
            raise UsageError(
                f"{other} and {base} have no {', no '.join(COMMON)} of the same name: they share no random "
                f"numbers, so that a "
                "paired comparison would say nothing; run each by itself (borderflow run)"
            )


def _common(base: Scenario, other: Scenario, table: str) -> set[str]:
    """Names that a table of two scenarios has in common: random numbers are addressed by them."""
    return set(getattr(base, table)) & set(getattr(other, table))


def compare(
    worlds: Mapping[str, Scenario],
    *,
    seed: int = 0,
    replications: int = 20,
    log: bool = True,
    out: str | Path | None = None,
    progress: Callable[[str, Progress], None] | None = None,
    engine: Engine = "compiled",
    posterior: Posterior | str | Path | None = None,
) -> Comparison:
    """Run every world on the same luck and set the others against the first.

    With `out`, each world's result is kept in `out/worlds/NAME`, and finished replications are reused.
    With `posterior`, replication by replication the worlds share a parameter set as they share their luck.
    Raises `UsageError` for fewer than two worlds, worlds without a common random number,
    and names that name no folder.
    """
    check_worlds(worlds)
    check_runs(replications, most=MOST_KEPT)
    check_seed(seed)
    drawn = posterior_of(posterior)
    if out is not None:
        # Every folder is checked before the first arm is run: a refusal of the second would leave half a
        # comparison.
        check_place(Path(out), worlds)
        for name, scenario in worlds.items():
            asked = manifest_for(scenario, seed, replications, log=log, engine=engine, posterior=drawn)
            ResultFolder(Path(out) / WORLDS / name).check(asked, overwrite=False, may_replace=False)
    with nullcontext() if out is None else folder_lock(Path(out), "comparison"):
        # Arm after arm: a stop leaves whole ones and the one under way, with which the same command goes on.
        results = {}
        for name, scenario in worlds.items():
            folder = None if out is None else Path(out) / WORLDS / name
            results[name] = run(
                scenario, seed=seed, replications=replications, log=log, out=folder, engine=engine,
                posterior=drawn,
                progress=None if progress is None else partial(progress, name),
            )  # fmt: skip
        comparison = Comparison(results)
        if out is not None:
            clear_under_way(Path(out))
            comparison.write(Path(out))
    return comparison


def open_comparison(folder: str | Path) -> Comparison:
    """A comparison that was left in a folder. Raises `ResultError` where there is none, or a damaged one."""
    path = Path(folder)
    results = {name: open_result(path / WORLDS / name) for name in read_compared(path).worlds}
    try:
        return Comparison(results)
    except UsageError as error:
        raise ResultError(f"{path / WORLDS} holds worlds that cannot be compared: {error}") from None
