"""A calibration from its file to its tables: what was known before, what after,
and whether the fit could have told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.bounds import MOST_POINTS, check_runs
from sim.core.plain_text import plain
from sim.engines.engine_choice import Engine
from sim.evidence.calibration.abc_smc import (
    BUDGET,
    Fit,
    Told,
    calibrate,
    check_budget,
    figure_table,
    leave,
    pyabc_module,
)
from sim.evidence.calibration.calibration_problem import Calibration
from sim.evidence.calibration.fit_folder import BANK, begin_fit
from sim.evidence.calibration.prior_bank import Bank, Recovery, fill, recover
from sim.runs.execute import Progress, check_pool
from sim.runs.store.folder_lock import folder_lock

if TYPE_CHECKING:
    import pandas as pd

NINETY = (-1.645, 0.0, 1.645)
"""The middle 90 % of a prior and its median, on its normal scale."""


@dataclass(frozen=True)
class Fitting:
    """A calibration, its bank of prior runs, what was recovered of made-up truths, and the fit."""

    calibration: Calibration
    bank: Bank
    recovery: Recovery | None
    fit: Fit
    plot: Any = None

    @property
    def free_numbers(self) -> pd.DataFrame:
        """One row a free number: median and 90 % before and after,
        and of made-up truths the share that 90 % held and the width that was left, times the prior's."""
        import pandas as pd

        frame = pd.DataFrame({"free_number": [free.label for free in self.calibration.free]})
        before = [[free.prior.value(z) for z in NINETY] for free in self.calibration.free]
        for when, values in (("before", before), ("after", self.fit.posterior.quantiles().tolist())):
            frame[f"{when}_median"] = [row[1] for row in values]
            frame[f"{when}_low"] = [row[0] for row in values]
            frame[f"{when}_high"] = [row[2] for row in values]
        if self.recovery is not None:
            frame["held_in_90"], frame["width_left"] = self.recovery.covered, self.recovery.shrunk
        return frame

    @property
    def figures(self) -> pd.DataFrame:
        """Every recorded figure beside what the prior says,
        and what the runs of the bank nearest to the record say."""
        return figure_table(self.calibration, self.bank)

    def __repr__(self) -> str:
        last = self.fit.generations[-1]
        return plain(
            f"<fit of {self.calibration.scenario.name}: {len(self.fit.generations)} generations, tolerance "
            f"{last.tolerance:.2f}, "
            f"{last.accepted} sets worth {last.effective:.0f} of equal weight; {self.fit.ended}>"
        )


def fit_and_recover(
    calibration: Calibration, out: Path, *, bank: int = 2048, truths: int = 100, banks: Path | None = None,
    budget: int = BUDGET,
    minutes: float | None = None, workers: int = 1, cluster: str | None = None, engine: Engine = "compiled",
    filling: Progress | None = None, tell: Told = lambda *_: None,
) -> Fitting:  # fmt: skip
    """Fill the bank (in `banks`, else in the folder), recover made-up truths from it, fit,
    and leave the tables of it all.

    The same call goes on from what is there. Raises `ResultError` where the folder holds another fit,
    or is being written.
    """
    # Before thousands of runs of the bank: a missing library is reported at once.
    pyabc_module()
    check_budget(budget, minutes)
    check_runs(bank, "bank", 1, MOST_POINTS)
    how: Any = {"workers": workers, "cluster": cluster, "engine": engine}
    check_pool(workers, cluster)
    with folder_lock(out, "calibration"):
        # The folder says whose it is before anything else is in it: a kill leaves a fit that can go on.
        begin_fit(calibration, out)
        # A study gives the folder of its banks: judging hypotheses needs the same runs.
        runs = fill(calibration, bank, banks or out / BANK, progress=filling, **how)
        # Before the fit: whether figures of this kind tell of a number does not depend on what was recorded.
        recovery = recover(calibration, runs, truths) if truths else None
        fit = calibrate(calibration, out, budget=budget, minutes=minutes, tell=tell, **how)
        leave(calibration, runs, recovery, fit, out=out)
    return Fitting(calibration, runs, recovery, fit)
