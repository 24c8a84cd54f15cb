"""A fitted model against figures it was not fitted to: predictions with intervals, naive forecasts beside,
scores.

docs/validation-plan.md says what is scored and how; it was fixed before the first fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.bounds import check_runs, check_workers
from sim.core.durable import remove_folder, write_whole
from sim.core.errors import ResultError
from sim.core.plain_text import csv_of
from sim.engines.engine_choice import Engine
from sim.evidence.baselines import (
    Counted,
    interval_score,
    last_value,
    level_shift,
    relative_difference,
    share_between,
    skill,
    steps,
    straight_line,
)
from sim.evidence.before_after import RecordedSequence
from sim.evidence.calibration.calibration_problem import NEVER_FITTED, Calibration
from sim.evidence.calibration.fit_folder import GENERATIONS, POSTERIOR, RECOVERY, tables_left
from sim.evidence.calibration.prior_bank import PEOPLE, RUNS_A_CHUNK
from sim.evidence.sequences import bound_rows, covered, rates
from sim.runs.execute import Pool, Progress, Tell, check_pool
from sim.runs.jobs import OK, Job, job_of
from sim.runs.manifest import MANIFEST, read_manifest
from sim.runs.posterior import Posterior, read_posterior
from sim.runs.replicate import Watcher, run
from sim.runs.result import Result
from sim.runs.store.folder_lock import folder_lock
from sim.runs.store.run_cache import RunCache
from sim.scenario.load import digest

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
PREDICTIONS, WHOLE, TOLD, SCORED = "predictions", "whole-runs", "predictions.csv", "scores.csv"
# As docs/validation-plan.md fixed them before the first fit.
RUNS, SETS, RUNS_A_SET = 400, 40, 5
FIRST_PREDICTION = 500_000_000
"""Luck of predictions begins here, apart from that of bank and fit."""
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
NAIVE = ("last value", "straight line", "level shift")
SHOWN_ONLY = ("listed",)
"""Figures of lists that pick large events: beside the model, not scored. Nor are single days, quoted for
being high, low or first."""


@dataclass(frozen=True)
class Predicted:
    """Runs from a posterior: `figures` (runs, figures) without the error model's luck, `told` with it,
    `spread` (figures,)."""

    figures: Floats
    told: Floats
    people: dict[str, Floats]
    spread: Floats


def predict(
    calibration: Calibration, posterior: Posterior, out: Path | None, *, runs: int = RUNS, workers: int = 1,
    cluster: str | None = None, engine: Engine = "compiled", progress: Progress | None = None,
) -> Predicted:  # fmt: skip
    """Play the whole scenario from a posterior: one run of each draw, and some draws several times,
    for the spread by parameters.

    Finished runs are kept in `out`. Raises `ResultError` where a run broke.
    """
    check_runs(runs, "runs")
    check_workers(workers)
    content = digest(calibration.scenario)

    def job(draw: int, replication: int) -> Job:
        sets = posterior.sets(draw)
        number = FIRST_PREDICTION + replication
        return job_of(
            number,
            calibration.scenario,
            seed=calibration.seed,
            replication=number,
            content=content,
            sets=sets,
            figures=True,
        )

    # One run of each draw: their spread is parameters and chance together, as a single future would be.
    once = [job(r, r) for r in range(runs)]
    # Replications of their own in every set: common ones would move all sets alike, and share_between takes
    # chance off as if it moved each by itself.
    often = [job(s, runs + s * RUNS_A_SET + r) for s in range(SETS) for r in range(RUNS_A_SET)]
    cache = RunCache(out, engine, only=PEOPLE, figures=len(calibration.figures))
    with Pool(workers, cluster) as pool:
        rows = cache.rows_of([*once, *often], pool=pool, chunk=RUNS_A_CHUNK, progress=progress)
    if any(row["status"] != OK for row in rows):
        raise ResultError("a prediction broke")
    figures = np.array([row["figures"] for row in rows], np.float64)
    # A stream of its own, apart from those of bank (2), recovery (4) and hypotheses (5).
    luck = np.random.default_rng([calibration.seed, 3])
    # On the logarithm, as misses are measured; one is added for counts of none.
    several = np.log(figures[runs:] + 1.0).reshape(SETS, RUNS_A_SET, -1)
    spread = np.array([share_between(several[:, :, i]) for i in range(several.shape[2])])
    people = {name: np.array([row[name] for row in rows[:runs]], np.float64) for name in PEOPLE}
    # Intervals carry the error model: recorded figures are accounts, and not what happened.
    return Predicted(figures[:runs], calibration.reported(figures[:runs], luck), people, spread)


def prediction_table(calibration: Calibration, found: Predicted) -> pd.DataFrame:
    """Every figure of the scenario: what was recorded, what the fitted model says, and the naive forecasts.

    Columns binding, figure, start, end, grade, use, recorded, low, median, high, inside, last value,
    straight line, level shift, by parameters. `use`: fitted; predicted; shown (grade D, lists, no error
    model); seen (before the fit's end, not fitted).
    """
    import pandas as pd

    low, median, high = np.quantile(found.told, (LOW, MIDDLE, HIGH), axis=0)
    naive = naive_forecasts(calibration)
    rows = []
    for i, figure in enumerate(calibration.figures):
        p = figure.point
        rows.append(
            (figure.binding, str(figure), p.start, p.end, p.grade, use_of(calibration, i), p.value, low[i],
                median[i], high[i],
             bool(low[i] <= p.value <= high[i]), *naive[i], found.spread[i])
        )  # fmt: skip
    columns = [
        "binding",
        "figure",
        "start",
        "end",
        "grade",
        "use",
        "recorded",
        "low",
        "median",
        "high",
        "inside",
        *NAIVE,
        "by parameters",
    ]
    return pd.DataFrame(rows, columns=columns)


def use_of(calibration: Calibration, i: int) -> str:
    """What a figure is to a fit: fitted, predicted, shown or seen."""
    point = calibration.figures[i].point
    if i in calibration.fitted:
        return "fitted"
    # Days that were quoted for being high would be missed by a model that is right.
    if point.grade == NEVER_FITTED or point.kind in SHOWN_ONLY or point.days == 1:
        return "shown"
    # Days inside the fit's and not fitted are no prediction: the model was fitted to what happened around
    # them.
    return "predicted" if point.end > calibration.fit_until else "seen"


def naive_forecasts(calibration: Calibration) -> Floats:
    """The naive forecasts of every figure, of shape (figures, 3);
    NaN for figures of a series that nothing was known of."""
    found = np.full((len(calibration.figures), len(NAIVE)), math.nan)
    for binding in dict.fromkeys(figure.binding for figure in calibration.figures):
        of = [i for i, figure in enumerate(calibration.figures) if figure.binding == binding]
        known = [i for i in of if i in calibration.fitted]
        ahead = [
            i
            for i in of
            if i not in calibration.fitted and calibration.figures[i].point.end > calibration.fit_until
        ]
        # A series without a fitted figure has no last value to carry on.
        if known and ahead:
            running = calibration.scenario.recorded[binding].cumulative
            found[ahead] = _forecasts(
                [_counted(calibration, i) for i in known],
                [_counted(calibration, i) for i in ahead],
                calibration.level_shift,
                running,
            )
    return found


def _counted(calibration: Calibration, i: int) -> Counted:
    point = calibration.figures[i].point
    return Counted(point.start, point.end, point.value)


def _forecasts(known: Sequence[Counted], ahead: Sequence[Counted], shift: date, running: bool) -> Floats:
    if not running:
        ways = (last_value(known, ahead), straight_line(known, ahead), level_shift(known, ahead, shift))
        return np.array(ways).T
    # Forecasts are of counts a day; a running total is cut into its steps, forecast, and added up again.
    whole = steps([*known, *ahead])
    before, after = whole[: len(known)], whole[len(known) :]
    ways = (last_value(before, after), straight_line(before, after), level_shift(before, after, shift))
    return known[-1].value + np.cumsum(np.array(ways), axis=1).T


# scores

SCORES = (
    "binding",
    "figures",
    "inside 90 %",
    "averaged relative difference",
    "interval score",
    *(f"skill over {n}" for n in NAIVE),
)


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """Scores of every series over its predicted figures; columns `SCORES`.
    The interval score is over the mean recorded figure."""
    import pandas as pd

    rows = []
    for binding, part in table[table["use"] == "predicted"].groupby("binding", sort=False):
        recorded, median = part["recorded"].to_numpy(float), part["median"].to_numpy(float)
        # A relative difference has the recorded figure below it.
        nonzero = recorded > 0
        difference = (
            relative_difference(median[nonzero, None], recorded[nonzero, None]) if nonzero.any() else math.nan
        )
        width = interval_score(part["low"].to_numpy(float), part["high"].to_numpy(float), recorded).mean()
        mean = recorded.mean()
        skills = [
            # Over the same figures for both, or not at all.
            skill(median, part[name].to_numpy(float), recorded) if part[name].notna().all() else math.nan
            for name in NAIVE
        ]
        inside = f"{int(part['inside'].sum())} of {len(part)}"
        rows.append((binding, len(part), inside, difference, width / mean if mean > 0 else math.nan, *skills))
    return pd.DataFrame(rows, columns=list(SCORES))


# what no recorded series of the scenario binds: shares of sectors, months in which no death was recorded,
# sequences

CARRIED = 60
"""Whole runs from the posterior for these; none keeps a log."""


def carry(
    calibration: Calibration, posterior: Posterior, out: Path | None, *, runs: int = CARRIED,
    engine: Engine = "compiled",
    progress: Watcher | None = None,
) -> Result:  # fmt: skip
    """Whole runs from the posterior, with what each party reports by day and sector."""
    return run(
        calibration.scenario, seed=calibration.seed, replications=runs, log=False, out=out, engine=engine,
        progress=progress,
        posterior=posterior,
    )  # fmt: skip


def share_table(calibration: Calibration, result: Result) -> pd.DataFrame:
    """Recorded and simulated shares of sectors: columns party, sector, recorded, low, median, high."""
    import pandas as pd

    rows = []
    for shares in calibration.shares:
        # The party's account, as the recorded shares are its counts.
        found = sector_shares(result.accounts, shares.party, shares.start, shares.end).set_index("sector")
        for sector, recorded in shares.recorded:
            # A sector that no run counted an attempt in has a share of nothing.
            cells = found.loc[sector] if sector in found.index else {"low": 0.0, "median": 0.0, "high": 0.0}
            rows.append((shares.party, sector, recorded, cells["low"], cells["median"], cells["high"]))
    return pd.DataFrame(rows, columns=["party", "sector", "recorded", "low", "median", "high"])


def sector_shares(accounts: pd.DataFrame, party: str, start: date, end: date) -> pd.DataFrame:
    """The share of each sector in the attempts that a party counts over some days: median and 90 % over runs.

    Columns sector, low, median, high; a run in which nothing was counted is left out.
    """
    import pandas as pd

    chosen = accounts[(accounts["party"] == party) & (accounts["measure"] == "attempts")]
    dates = pd.to_datetime(chosen["date"])
    chosen = chosen[(dates >= pd.Timestamp(start)) & (dates < pd.Timestamp(end)) & (chosen["sector"] != "")]
    sums = chosen.groupby(["replication", "sector"], observed=True)["value"].sum().unstack().fillna(0.0)
    shares = sums.div(sums.sum(axis=1), axis=0).dropna()
    low, median, high = np.quantile(shares.to_numpy(float), (LOW, MIDDLE, HIGH), axis=0)
    table = pd.DataFrame(
        {"sector": [str(n) for n in shares.columns], "low": low, "median": median, "high": high}
    )
    return table.sort_values("median", ascending=False, ignore_index=True)


def months_without(calibration: Calibration, result: Result) -> pd.DataFrame:
    """Months after the fit for which a fitted series of deaths has no figure, which counts as none recorded.

    Columns binding, month, recorded, low, median, high: of the account that the series is laid beside.
    """
    import pandas as pd

    rows = []
    for fitted in calibration.series:
        binding = calibration.scenario.recorded[fitted.binding]
        if binding.measure != "deaths":
            continue
        told = bound_rows(result, binding)
        month = pd.to_datetime(told["date"]).dt.to_period("M")
        # The series lists months with a death; a month that is not listed counts as none recorded
        # (docs/validation-plan.md).
        listed = {f.point.start.replace(day=1) for f in calibration.figures if f.binding == fitted.binding}
        last = calibration.scenario.scenario.end - timedelta(days=1)
        months = pd.period_range(calibration.fit_until, last, freq="M")
        for each in (m for m in months if m.start_time.date() not in listed):
            sums = told[month == each].groupby("replication", observed=True)["value"].sum()
            values = np.zeros(result.replications)
            # Replications without a row reported none; order does not matter to quantiles.
            values[: len(sums)] = sums.to_numpy(float)
            rows.append(
                (fitted.binding, f"{each.start_time:%B %Y}", 0.0, *np.quantile(values, (LOW, MIDDLE, HIGH)))
            )
    return pd.DataFrame(rows, columns=["binding", "month", "recorded", "low", "median", "high"])


def sequence_changes(result: Result, sequences: tuple[RecordedSequence, ...]) -> pd.DataFrame:
    """The recorded sequences under the posterior, a day (a stock: persons): before, after and change,
    with 90 % over runs.

    Columns sequence, what, recorded before, recorded after, simulated before, simulated after, change
    recorded, change low, change median, change high; medians over runs.
    Empty for a scenario that holds none of their days.
    """
    import pandas as pd

    rows = []
    for sequence in sequences:
        for comparison in sequence.comparisons:
            if not covered(result.scenario, comparison):
                continue
            before = rates(result, comparison.before, comparison.stock)
            after = rates(result, comparison.after, comparison.stock)
            # Without a window before there is no change, and NaN says so in every quantile.
            first = np.array(before.simulated or [math.nan] * len(after.simulated))
            change = np.quantile(np.array(after.simulated) - first, (LOW, MIDDLE, HIGH))
            rows.append(
                (sequence.title, comparison.what, before.recorded, after.recorded, float(np.median(first)),
                 float(np.median(after.simulated)), after.recorded - before.recorded, *change)
            )  # fmt: skip
    columns = [
        "sequence",
        "what",
        "recorded before",
        "recorded after",
        "simulated before",
        "simulated after",
        "change recorded",
        "change low",
        "change median",
        "change high",
    ]
    return pd.DataFrame(rows, columns=columns)


# all of it


@dataclass(frozen=True)
class Validation:
    """A fit held against the record: its posterior, how it came about, predictions beside figures, scores,
    and whole runs.

    `generations` and `recovery` are the tables that calibrate left;
    `runs` is how many the predictions rest on.
    """

    calibration: Calibration
    posterior: Posterior
    generations: pd.DataFrame
    recovery: pd.DataFrame | None
    table: pd.DataFrame
    scored: pd.DataFrame
    whole: Result
    runs: int


def validate(
    calibration: Calibration, fit: Path, tell: Tell, *, runs: int = RUNS, workers: int = 1,
    cluster: str | None = None,
    engine: Engine = "compiled",
) -> Validation:  # fmt: skip
    """Hold the fit of a folder against the record, and leave predictions.csv and scores.csv in it.

    Raises `ResultError` where the folder holds the fit of another calibration, one that has not ended,
    or is damaged.
    """
    check_pool(workers, cluster)
    tables_left(calibration, fit)
    # A calibration that goes on would replace the posterior while it is used.
    with folder_lock(fit, "calibration or validation"):
        return _validated(
            calibration,
            fit,
            tell=tell,
            runs=runs,
            how={"workers": workers, "cluster": cluster, "engine": engine},
        )


def _validated(
    calibration: Calibration, fit: Path, *, tell: Tell, runs: int, how: dict[str, Any]
) -> Validation:
    """Predictions, scores and whole runs of a fit, each left in its folder when it is there."""
    import pandas as pd

    # Once more under the lock: the fit may have gone on since.
    left = tables_left(calibration, fit)
    posterior = read_posterior(fit / POSTERIOR)
    found = predict(calibration, posterior, fit / PREDICTIONS, runs=runs, progress=tell("predictions"), **how)
    table = prediction_table(calibration, found)
    scored = scores(table)
    write_whole(fit / TOLD, csv_of(table))
    write_whole(fit / SCORED, csv_of(scored))
    carried = tell("whole runs")
    # Left there, they would be refused for good as runs of another posterior.
    _drop_outdated(fit / WHOLE, posterior)
    whole = carry(
        calibration, posterior, fit / WHOLE, engine=how["engine"],
        progress=lambda p: carried(p.finished, p.replications, 0),
    )  # fmt: skip
    recovery = pd.read_csv(fit / RECOVERY) if RECOVERY in left else None
    generations = pd.read_csv(fit / GENERATIONS)
    return Validation(calibration, posterior, generations, recovery, table, scored, whole, runs)


def _drop_outdated(whole: Path, posterior: Posterior) -> None:
    """Remove whole runs from the posterior that the fit had before it went on."""
    if not (whole / MANIFEST).exists():
        return
    drawn = read_manifest(whole).posterior
    if drawn is None or drawn["digest"] != posterior.digest:
        remove_folder(whole)
