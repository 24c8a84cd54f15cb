"""Fit a scenario's free numbers to recorded figures: sequential Monte Carlo without a likelihood (ABC-SMC),
by pyABC.

The algorithm is Toni and others' (2009) as pyABC implements it: generations of parameter sets,
each accepted where the distance to the record is below a tolerance that falls from one to the next.
What is added here makes it a pure function of the calibration file: every candidate has an address
(generation, number), from which its proposal and the luck of its run follow. Runs are cached by their key as
they finish, so that a calibration killed at any moment and started again replays what is there, goes on, and
ends with the same posterior.
"""

from __future__ import annotations

import logging
import math
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.bounds import check_runs
from sim.core.errors import UsageError
from sim.core.plain_text import csv_of
from sim.engines.engine_choice import Engine
from sim.evidence.calibration.calibration_problem import Calibration
from sim.evidence.calibration.fit_folder import FIGURES, GENERATIONS, POSTERIOR, RECOVERY, RUNS, leave_tables
from sim.evidence.calibration.prior_bank import PEOPLE, RUNS_A_CHUNK, Bank, Recovery, nearest
from sim.runs.execute import Pool
from sim.runs.jobs import OK, Job, job_of
from sim.runs.posterior import Posterior, weighted_quantiles
from sim.runs.store.run_cache import RunCache
from sim.scenario.load import digest

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
# A bank has a million runs at most.
FIRST_REPLICATION = 1_000_000
"""Luck of a fit begins here; below lies that of the bank."""
# Far more candidates than a generation tries (the default budget is 20,000 for all): no two share an address.
A_GENERATION = 1_000_000
BATCH = 200
"""Candidates asked for at a time; how many there are moves no result."""
# As docs/validation-plan.md has it, and the one candidate in a hundred below.
BUDGET = 20_000
FEWEST_ACCEPTED = 0.01
"""A generation in which fewer candidates are let pass is the last."""
LOWER_TO = 0.5
"""The next tolerance: this quantile of the distances of the last generation."""


class OutOfTime(Exception):
    """The time given is over; what is finished is kept."""


class Wanted(Exception):
    """A candidate's run is not there yet."""

    def __init__(self, z: Floats) -> None:
        super().__init__("a run that is not there yet")
        self.z = z


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation: its tolerance, how many candidates were tried, the mean distance of those let pass,
    and how many sets of equal weight would say as much as theirs (Kish)."""

    number: int
    tolerance: float
    tried: int
    accepted: int
    distance: float
    effective: float


@dataclass(frozen=True)
class Fit:
    """A posterior, the generations that led there, and whether the end was reached (else it was stopped,
    or the budget spent)."""

    posterior: Posterior
    generations: tuple[Generation, ...]
    ended: str


Told = Callable[[int, int, float], None]
"""Told of the generation, how many candidates of it were tried, and the share of it that is found."""


def calibrate(
    calibration: Calibration, out: Path, *, workers: int = 1, cluster: str | None = None,
    budget: int = BUDGET,
    minutes: float | None = None, engine: Engine = "compiled", tell: Told = lambda *_: None,
) -> Fit:  # fmt: skip
    """The posterior of a calibration, kept in a folder while it grows.

    Ends when the tolerance of the file is reached, `budget` candidates were tried, few are let pass any more,
    or after `minutes` (then the last whole generation is given, and the same call goes on from there).
    Raises `UsageError` where pyABC is missing, `ResultError` where the folder cannot be used.
    """
    pyabc_module()
    check_budget(budget, minutes)
    # Fitted figures end there; the days after it would be played for nothing, and the past is the same.
    short = calibration.short()
    cache = RunCache(out / RUNS, engine, only=PEOPLE, figures=len(short.figures))
    with Pool(workers, cluster) as pool:
        return fit_in(pool, calibration, cache, budget=budget, minutes=minutes, tell=tell)


def fit_in(
    pool: Pool, calibration: Calibration, cache: RunCache, *, budget: int, minutes: float | None, tell: Told
) -> Fit:
    """The same in a pool that is there, from runs that are there."""
    return _run(
        pyabc_module(),
        calibration,
        Runs(calibration.short(), cache, pool, budget=budget, minutes=minutes, tell=tell),
    )


def pyabc_module() -> Any:
    """pyABC, which is an extra. Raises `UsageError` where it is missing."""
    try:
        import pyabc
    except ImportError:
        raise UsageError("a calibration needs pyABC: pip install 'borderflow[calibration]'") from None
    return pyabc


def check_budget(budget: int, minutes: float | None) -> None:
    """Refuse an effort that is none, or has no end."""
    # A larger generation would reach the addresses of the next one, and share its random numbers.
    check_runs(budget, "budget", 1, A_GENERATION)
    if minutes is not None and not 0.0 < minutes < math.inf:
        raise UsageError(f"minutes: found {minutes:g}, allowed: above 0")


def _run(pyabc: Any, calibration: Calibration, runs: Runs) -> Fit:
    short = runs.calibration
    names = [f"z{i}" for i in range(len(short.free))]
    # Every free number is a standard normal here, whatever its prior: proposals are normal, and no bound is
    # left to fall outside of.
    prior = pyabc.Distribution(**{name: pyabc.RV("norm", 0.0, 1.0) for name in names})

    def model(parameters: Any) -> dict[str, Floats]:
        return {"figures": runs.figures(np.array([float(parameters[name]) for name in names]))}

    def distance(x: dict[str, Floats], _: Any) -> float:
        # A run that broke is infinitely far off: it counts as tried, and is never let pass.
        return float(short.distance(x["figures"])) if np.isfinite(x["figures"]).all() else float("inf")

    study = pyabc.ABCSMC(
        model, prior, distance, population_size=short.population, sampler=_sampler(runs),
        eps=pyabc.QuantileEpsilon(alpha=LOWER_TO),
        transitions=pyabc.MultivariateNormalTransition(bandwidth_selector=twice_the_covariance),
    )  # fmt: skip
    with quiet():
        # In memory: what has to survive a kill are the runs, and generations are replayed from them.
        history = study.new("sqlite://", {"figures": short.recorded})
        stopped = False
        try:
            study.run(minimum_epsilon=short.tolerance, min_acceptance_rate=FEWEST_ACCEPTED)
        # The generation under way is given up; its runs are kept, and the next call goes on with them.
        except OutOfTime:
            stopped = True
        if history.max_t < 0:
            raise UsageError(
                "not one generation was finished: give the same command again, with more time or a larger "
                "budget"
            )
        return _fit(
            calibration, history, names, "out of time" if stopped else _why(history, short, runs.left)
        )


def twice_the_covariance(_sets: float, _free: int) -> float:
    """How far a proposal may lie from the set it starts from:
    a normal with twice the covariance of the last generation.

    Filippi and others (2013), doi 10.1515/sagmb-2012-0069. A narrower one (Silverman's rule)
    gave 31 % of the weight to one set.
    """
    # pyABC multiplies standard deviations by it.
    return math.sqrt(2.0)


class Runs:
    """The runs of candidates: known by their key, asked for in batches, each with a luck of its own."""

    def __init__(
        self,
        calibration: Calibration,
        cache: RunCache,
        pool: Pool,
        *,
        budget: int,
        minutes: float | None,
        tell: Told,
    ) -> None:
        self.calibration, self.cache, self.pool, self.tell = calibration, cache, pool, tell
        self.content = digest(calibration.scenario)
        self.left = budget
        self.until = None if minutes is None else time.monotonic() + 60.0 * minutes
        self.replication = 0
        self.finished = 0

    def job(self, z: Floats) -> Job:
        """The run of a candidate at a point."""
        c = self.calibration
        return job_of(
            self.replication,
            c.scenario,
            seed=c.seed,
            replication=self.replication,
            content=self.content,
            sets=c.sets_at(z),
            figures=True,
        )

    def figures(self, z: Floats) -> Floats:
        """What stood beside the figures; infinite where the run broke.
        Raises `Wanted` where it is not there yet."""
        # pyABC asks for one candidate at a time; what is missing is noted and played in a batch by all
        # workers (have).
        row = self.cache.known(self.job(z).key)
        if row is None:
            raise Wanted(z)
        if row["status"] != OK:
            return np.full(len(self.calibration.figures), np.inf)
        return np.array(row["figures"], np.float64)

    def candidate(self, t: int, number: int, propose: Callable[[], Any]) -> Any:
        """A candidate by its address: its proposal, and what became of it."""
        self.replication = FIRST_REPLICATION + A_GENERATION * (t + 1) + number
        # pyABC draws from NumPy's global generator. Seeded by the candidate's address, a proposal is the same
        # whatever was drawn before; put back, nobody else's numbers move.
        before = np.random.get_state()
        np.random.seed(np.random.SeedSequence([self.calibration.seed, t + 1, number]).generate_state(4))
        try:
            return propose()
        finally:
            np.random.set_state(before)

    def have(self, t: int, numbers: range, propose: Callable[[], Any]) -> None:
        """Have the runs of candidates: those not there yet are played. Raises `OutOfTime`."""
        wanted: list[Job] = []
        for number in numbers:
            try:
                self.candidate(t, number, propose)
            except Wanted as missing:
                wanted.append(self.job(missing.z))
        for first in range(0, len(wanted), BATCH):
            # Between batches: what was asked for is finished and kept.
            if self.until is not None and time.monotonic() > self.until:
                raise OutOfTime
            self.cache.rows_of(wanted[first : first + BATCH], pool=self.pool, chunk=RUNS_A_CHUNK, broken=True)
        self.finished += len(numbers)


def _sampler(runs: Runs) -> Any:
    """pyABC's way to ask for a generation: candidates in the order of their numbers,
    the first accepted ones are taken."""
    from pyabc.sampler import Sampler

    class Addressed(Sampler):  # type: ignore[misc]
        def sample_until_n_accepted(
            self, n: int, simulate_one: Callable[[], Any], t: int, *, max_eval: float = np.inf,
            all_accepted: bool = False, ana_vars: Any = None,  # noqa: ARG002
        ) -> Any:  # fmt: skip
            sample = self._create_empty_sample()
            tried = 0
            while sample.n_accepted < n:
                if tried >= min(max_eval, runs.left):
                    # Tells pyABC that the generation is not whole, which ends the fit with the one before.
                    sample.ok = False
                    break
                # The first sample of the prior (t = -1) sets the first tolerance: pyABC takes all of it.
                batch = range(tried, tried + (n if all_accepted else BATCH))
                runs.have(t, batch, simulate_one)
                for number in batch:
                    # Candidates behind the last one needed were played and are not counted: taking them would
                    # let BATCH move the result.
                    if sample.n_accepted < n and tried < min(max_eval, runs.left):
                        sample.append(runs.candidate(t, number, simulate_one))
                        tried += 1
                runs.tell(t, tried, sample.n_accepted / n)
            runs.left -= tried
            self.nr_evaluations_ = tried
            return sample

    return Addressed()


@contextmanager
def quiet() -> Iterator[None]:
    """pyABC's own words are not shown, nor warnings of libraries it is made of."""
    # Its progress is reported by `tell`; put back afterwards, since the caller may use pyABC, too.
    log = logging.getLogger("ABC")
    level = log.level
    log.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            log.setLevel(level)


def _why(history: Any, calibration: Calibration, left: int) -> str:
    """In words, what ended the fit."""
    told = history.get_all_populations()
    if float(told["epsilon"].iloc[-1]) <= calibration.tolerance:
        return "tolerance reached"
    return "budget spent" if left <= 0 else "few candidates are let pass any more"


def _fit(calibration: Calibration, history: Any, names: list[str], ended: str) -> Fit:
    """The last generation as a posterior, and the way there."""
    generations = []
    for row in history.get_all_populations().itertuples():
        if row.t < 0:
            continue
        distances = history.get_weighted_distances(int(row.t))
        mean = float((distances["distance"] * distances["w"]).sum() / distances["w"].sum())
        effective = float(distances["w"].sum() ** 2 / (distances["w"] ** 2).sum())
        generations.append(
            Generation(int(row.t), float(row.epsilon), int(row.samples), int(row.particles), mean, effective)
        )
    frame, weights = history.get_distribution(m=0, t=history.max_t)
    z = frame[names].to_numpy(np.float64)
    # Sorted by the values: which set a replication takes must not depend on the order in which pyABC stores
    # them.
    order = np.lexsort(z.T[::-1])
    about = {
        "scenario": calibration.scenario.name,
        "calibration": calibration.digest,
        "fit_until": str(calibration.fit_until),
        "labels": [f.label for f in calibration.free],
        "ended": ended,
        "tolerance": generations[-1].tolerance,
        "effective_sets": generations[-1].effective,
    }
    values = calibration.values_at(z[order])
    posterior = Posterior(
        tuple(f.key for f in calibration.free), values, np.asarray(weights, np.float64)[order], about
    )
    return Fit(posterior, tuple(generations), ended)


# what is left in a folder


def leave(calibration: Calibration, bank: Bank, recovery: Recovery | None, fit: Fit, *, out: Path) -> None:
    """Write the posterior, the generations, what was recovered of made-up truths,
    and the figures before the fit."""
    import pandas as pd

    tables = {POSTERIOR: fit.posterior.content()}
    frames = {
        GENERATIONS: pd.DataFrame([asdict(g) for g in fit.generations]),
        FIGURES: figure_table(calibration, bank),
    }
    if recovery is not None:
        names = [f.name for f in calibration.free]
        rows = {
            "free": names,
            "rank_uniform_p": recovery.p_values,
            "covered_90": recovery.covered,
            "width": recovery.shrunk,
        }
        frames[RECOVERY] = pd.DataFrame(rows)
    leave_tables(
        calibration, out, tables | {name: csv_of(frame).encode("utf-8") for name, frame in frames.items()}
    )


def figure_table(calibration: Calibration, bank: Bank) -> pd.DataFrame:
    """Every figure: recorded, what the prior says, and what the runs of the bank nearest to the record say.

    Columns binding, figure, start, end, grade, fitted, recorded, prior_low, prior_median, prior_high,
    near_low, near_median, near_high; intervals of 90 % over parameters and luck, without the error model's.
    """
    import pandas as pd

    near = nearest(calibration, bank)
    fitted = set(calibration.fitted.tolist())
    # Draws of the prior have equal weights.
    even = np.full(len(bank.figures), 1.0 / len(bank.figures))
    rows = []
    for i, figure in enumerate(calibration.figures):
        before = weighted_quantiles(bank.figures[:, i], even, (0.05, 0.5, 0.95))
        after = weighted_quantiles(bank.figures[near.rows, i], near.weights, (0.05, 0.5, 0.95))
        p = figure.point
        rows.append(
            (figure.binding, str(figure), p.start, p.end, p.grade, i in fitted, p.value, *before, *after)
        )
    columns = [
        "binding",
        "figure",
        "start",
        "end",
        "grade",
        "fitted",
        "recorded",
        "prior_low",
        "prior_median",
        "prior_high",
        "near_low",
        "near_median",
        "near_high",
    ]
    return pd.DataFrame(rows, columns=columns)
