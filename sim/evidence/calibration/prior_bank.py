"""A bank of prior simulations: parameter sets drawn from the priors, one run of each, kept as they finish.

It serves what needs many runs of the prior and no particular figure: predictions before any fit,
recovery of made-up truths, and the comparison of hypotheses. A fit by rejection with local-linear adjustment
(Beaumont, Zhang and Balding 2002) reads a posterior off it at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.bounds import MOST_POINTS, check_runs, check_workers
from sim.engines.engine_choice import Engine
from sim.evidence.calibration.calibration_problem import Calibration
from sim.runs.execute import Pool, Progress
from sim.runs.jobs import OK, job_of
from sim.runs.store.run_cache import RunCache
from sim.scenario.load import digest

Floats = NDArray[np.float64]
PEOPLE = ("attempts", "died", "harmed", "person_days_stranded", "claims_heard", "onward", "summary_returns")
"""Measures kept of every run beside its figures: what was done, and what it cost people."""
RUNS_A_CHUNK = 25
NEAREST = 0.1
"""The share of a bank that is let pass."""


@dataclass(frozen=True)
class Bank:
    """Runs of a bank: `z` (runs, free) standard normal coordinates, `figures` (runs, figures),
    `people` by measure.

    `told` is what might have been recorded of each: figures with the error model's luck.
    A posterior read off figures without it would be too sure.
    """

    z: Floats
    figures: Floats
    told: Floats
    people: dict[str, Floats]
    failed: int

    def without(self, i: int) -> Bank:
        """The bank without one run."""
        keep = np.arange(len(self.z)) != i
        people = {name: values[keep] for name, values in self.people.items()}
        return Bank(self.z[keep], self.figures[keep], self.told[keep], people, self.failed)


def draws(free: int, runs: int, seed: int) -> Floats:
    """Standard normal coordinates, of shape (runs, free), by a scrambled Sobol sequence;
    more runs begin with the same."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    # A power of two keeps the sequence balanced; cut afterwards, so that a larger bank begins with the runs
    # of a smaller one.
    whole = 2 ** max(1, math.ceil(math.log2(runs)))
    # Streams of a calibration: 1 the bank's draws, 2 its error model, 3 that of predictions, 4 and 5 which
    # runs recovery and hypotheses take for the record.
    points = qmc.Sobol(free, rng=np.random.default_rng([seed, 1])).random(whole)[:runs]
    # A point at 0 or 1 would be an infinite parameter.
    return np.asarray(ndtri(np.clip(points, 1e-12, 1.0 - 1e-12)), np.float64)


def fill(
    calibration: Calibration, runs: int, out: Path | None, *, workers: int = 1, cluster: str | None = None,
    engine: Engine = "compiled", progress: Progress | None = None,
) -> Bank:  # fmt: skip
    """The first `runs` of the bank of a calibration; those that are in the folder are not run again.

    A run that breaks is left out, and counted.
    """
    check_runs(runs, "bank", 1, MOST_POINTS)
    check_workers(workers)
    z = draws(len(calibration.free), runs, calibration.seed)
    content = digest(calibration.scenario)
    jobs = [
        job_of(
            i,
            calibration.scenario,
            seed=calibration.seed,
            replication=i,
            content=content,
            sets=calibration.sets_at(row),
            figures=True,
        )
        for i, row in enumerate(z)
    ]
    cache = RunCache(out, engine, only=PEOPLE, figures=len(calibration.figures))
    with Pool(workers, cluster) as pool:
        rows = cache.rows_of(jobs, pool=pool, chunk=RUNS_A_CHUNK, progress=progress, broken=True)
    return bank_of(calibration, z, rows)


def bank_of(calibration: Calibration, z: Floats, rows: Sequence[dict[str, Any]]) -> Bank:
    """A bank of runs that finished. The error model's luck of a run does not depend on how many there are."""
    good = np.array([row["status"] == OK for row in rows])
    # A failed run keeps its row until the error model is drawn: the draws of those behind it stay as they
    # are.
    nothing = np.zeros(len(calibration.figures))
    figures = np.array([row["figures"] if row["status"] == OK else nothing for row in rows], np.float64)
    told = calibration.reported(figures, np.random.default_rng([calibration.seed, 2]))
    people = {name: np.array([row.get(name) or 0.0 for row in rows], np.float64)[good] for name in PEOPLE}
    return Bank(z[good], figures[good], told[good], people, int((~good).sum()))


@dataclass(frozen=True)
class Weighted:
    """Parameter sets with weights that sum to one: `z` (sets, free);
    `rows` says which runs of a bank they came from."""

    z: Floats
    weights: Floats
    rows: NDArray[np.int64]

    @property
    def effective(self) -> float:
        """How many sets of equal weight would say as much (Kish)."""
        return float(1.0 / (self.weights**2).sum())


def nearest(
    calibration: Calibration, bank: Bank, recorded: Floats | None = None, share: float = NEAREST
) -> Weighted:
    """The posterior by rejection from a bank with local-linear adjustment, on normal coordinates,
    weights by Epanechnikov's kernel.

    `recorded` replaces the recorded figures, for truths that were made up.
    """
    # With the error model: an account that is read without it would leave a posterior too narrow.
    distance = calibration.distance(bank.told, recorded)
    count = max(len(calibration.free) + 2, math.ceil(share * len(distance)))
    # Stable: of runs at one distance those with the lower number, in every process.
    rows = np.argsort(distance, kind="stable")[:count].astype(np.int64)
    # All distances may be nought, as of a record that every run meets exactly.
    reach = max(float(distance[rows].max()), 1e-12)
    # The furthest run has weight 0 by Epanechnikov's kernel: with all at one distance the weights would sum
    # to nought.
    weights = np.maximum(1.0 - (distance[rows] / reach) ** 2, 1e-9)
    weights = weights / weights.sum()
    misses = calibration.misses(bank.told[rows], recorded)
    return Weighted(_adjusted(bank.z[rows], misses, weights), weights, rows)


def _adjusted(z: Floats, misses: Floats, weights: Floats) -> Floats:
    """Parameters moved to where the misses would be nought,
    along a weighted ridge regression of one on the other.

    What is left over is widened by what the regression took up: sets over sets less coefficients.
    """
    scale = misses.std(axis=0)
    # A figure that all runs miss alike explains no difference between them.
    used = scale > 0
    x = misses[:, used] / scale[used]
    design = np.column_stack([np.ones(len(z)), x])
    root = np.sqrt(weights)[:, None]
    penalty = RIDGE * np.eye(design.shape[1])
    # The intercept is the adjusted value itself: shrinking it would pull every parameter to the prior's
    # median.
    penalty[0, 0] = 0.0
    a, b = design * root, z * root
    slopes = np.linalg.solve(a.T @ a + penalty, a.T @ b)
    sets = 1.0 / float((weights**2).sum())
    # The regression fits part of the scatter: with few effective sets, unadjusted residuals are too narrow.
    wider = math.sqrt(sets / max(1.0, sets - design.shape[1]))
    return np.asarray(slopes[0] + wider * (z - design @ slopes), np.float64)


RIDGE = 1e-3
"""Keeps the regression solvable where figures move together."""


# recovery of made-up truths


@dataclass(frozen=True)
class Recovery:
    """What came back of truths drawn from a bank: ranks (truths, free) in 0..1,
    and what the interval of 90 % covered."""

    ranks: Floats
    covered: Floats
    shrunk: Floats
    """Standard deviation of the posterior over that of the prior, a mean over truths:
    1 is nothing learned."""
    p_values: Floats
    """Of ranks being uniform (Kolmogorov and Smirnov), one for each free number."""


def recover(calibration: Calibration, bank: Bank, truths: int = 100, share: float = NEAREST) -> Recovery:
    """Take what might have been recorded of runs of the bank for the record,
    and ask the rest of the bank for their parameters."""
    from scipy.stats import kstest

    luck = np.random.default_rng([calibration.seed, 4])
    chosen = luck.choice(len(bank.z), size=min(truths, len(bank.z)), replace=False)
    ranks, shrunk, covered = [], [], []
    for i in chosen:
        # Without itself, as it would be its own nearest run; with the error model's draw, as a record would
        # be read.
        found = nearest(calibration, bank.without(int(i)), bank.told[i], share)
        # Ranks of known parameters in their posteriors are uniform where intervals cover as they say (Cook,
        # Gelman and Rubin 2006).
        rank = (found.weights[:, None] * (found.z < bank.z[i])).sum(axis=0)
        ranks.append(rank)
        covered.append((rank > 0.05) & (rank < 0.95))
        mean = (found.weights[:, None] * found.z).sum(axis=0)
        # On normal coordinates the prior's standard deviation is 1: this is the share that is left of it.
        shrunk.append(np.sqrt((found.weights[:, None] * (found.z - mean) ** 2).sum(axis=0)))
    ranked = np.array(ranks)
    p_values = np.array([kstest(ranked[:, j], "uniform").pvalue for j in range(ranked.shape[1])])
    return Recovery(ranked, np.mean(covered, axis=0), np.mean(shrunk, axis=0), p_values)
