"""Which of several scenarios goes best with a record, and whether a record of this kind could tell at all.

Each hypothesis has a bank of prior runs. Runs are taken for the record in turn (made-up crises), with the
error model's luck, and the nearest runs of all banks together vote for where they came from. A share of votes
for the real record is given only where the same votes recognise made-up crises of every hypothesis, under
every setting: else what the record cannot tell is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.bounds import check_runs
from sim.core.errors import UsageError
from sim.core.markdown_tables import table
from sim.engines.engine_choice import Engine
from sim.evidence.calibration.calibration_problem import Calibration
from sim.evidence.calibration.prior_bank import Bank, fill
from sim.runs.execute import Tell, check_pool, silent
from sim.runs.store.folder_lock import folder_lock

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# Sizes, tolerances, widths and the share recognised are those of docs/validation-plan.md, fixed before the
# first fit.
CRISES = 100
TOLERANCES = (0.01, 0.04)
WIDTHS = (1.0, 0.5)
"""Widths of priors, times those of the file."""
RECOGNISED = 0.6
"""The share of a hypothesis's made-up crises that must be taken for it,
before any share of votes is given."""


@dataclass(frozen=True)
class Setting:
    """One way to judge: which figures, how near, how wide the priors; `confusion` (true, taken for)
    counts made-up crises."""

    evidence: str
    tolerance: float
    width: float
    confusion: Ints
    votes: Floats
    """Shares of votes for the real record; given only if `Verdict.separates`."""

    @property
    def recognised(self) -> Floats:
        """The share of each hypothesis's crises that are taken for it."""
        # By row, the true hypothesis: banks may have lost broken runs, and rows unequal counts.
        return np.asarray(np.diag(self.confusion) / self.confusion.sum(axis=1), np.float64)


@dataclass(frozen=True)
class Verdict:
    """All settings for some evidence, by the names of the hypotheses."""

    names: tuple[str, ...]
    settings: tuple[Setting, ...]

    @property
    def separates(self) -> bool:
        """Whether in every setting every hypothesis is recognised often enough."""
        return all(bool((s.recognised >= RECOGNISED).all()) for s in self.settings)

    def __str__(self) -> str:
        return self.in_words()

    def in_words(self) -> str:
        """What may be said."""
        if self.separates:
            # A range over the settings and no mean of them: none of the tolerances and widths is the right
            # one.
            low = np.min([s.votes for s in self.settings], axis=0)
            high = np.max([s.votes for s in self.settings], axis=0)
            shares = "; ".join(
                f"{n}: {a:.0%} to {b:.0%}" for n, a, b in zip(self.names, low, high, strict=True)
            )
            return (
                f"Shares of votes for the record, over {len(self.settings)} settings: {shares}. It "
                f"compares models; it does not say who did what."
            )
        # The worst setting decides: recognition must not hang on a tolerance that somebody chose.
        worst = {n: min(s.recognised[i] for s in self.settings) for i, n in enumerate(self.names)}
        told = "; ".join(f"{n}: {share:.0%}" for n, share in worst.items())
        return (
            "No probability is given: a record of this kind does not tell these models apart. Made-up crises "
            "that were taken for what "
            f"they are, in the worst setting: {told} (asked for: {RECOGNISED:.0%})."
        )


def votes_for(
    calibration: Calibration, told: Sequence[Floats], record: Floats, *, of: Ints, tolerance: float
) -> Floats:
    """Shares of votes of each bank among the nearest runs of all, of shape (banks,).

    `told` holds, for each bank, what might have been recorded, of shape (runs, figures).
    """
    whole = np.concatenate(list(told))
    bank = np.repeat(np.arange(len(told)), [len(t) for t in told])
    # One distance for all banks, that of the error model: hypotheses are judged as fits are.
    distance = calibration.distance(whole, record, of)
    # Of a small bank one per cent would be a vote or two.
    count = max(10, math.ceil(tolerance * len(whole)))
    # Stable: runs at one distance vote in the order of their banks in every process.
    near = bank[np.argsort(distance, kind="stable")[:count]]
    sizes = np.array([len(t) for t in told], np.float64)
    # Per run of the bank: a hypothesis with a larger bank has more runs near everything.
    shares = np.bincount(near, minlength=len(told)) / sizes
    return np.asarray(shares / shares.sum(), np.float64)


def judge(
    calibration: Calibration, banks: Mapping[float, Mapping[str, Bank]],
    evidence: Mapping[str, Sequence[str]], *,
    crises: int = CRISES, tolerances: Sequence[float] = TOLERANCES,
) -> dict[str, Verdict]:  # fmt: skip
    """A verdict for each kind of evidence; `banks` by width of the priors and name of the hypothesis.

    Raises `UsageError` for fewer than two hypotheses, or banks of other figures.
    """
    names = tuple(next(iter(banks.values())))
    if len(names) < 2 or any(tuple(found) != names for found in banks.values()):
        raise UsageError("hypotheses: allowed: two or more, the same for every width of priors")
    if any(
        b.figures.shape[1] != len(calibration.figures) for found in banks.values() for b in found.values()
    ):
        raise UsageError("hypotheses: every scenario must be laid beside the same figures")
    return {
        label: Verdict(
            names,
            tuple(
                _setting(
                    calibration,
                    label,
                    list(found.values()),
                    of=calibration.figures_of(bindings),
                    tolerance=tolerance,
                    width=width,
                    crises=crises,
                )
                for width, found in banks.items()
                for tolerance in tolerances
            ),
        )
        for label, bindings in evidence.items()
    }


def _setting(
    calibration: Calibration,
    label: str,
    banks: Sequence[Bank],
    *,
    of: Ints,
    tolerance: float,
    width: float,
    crises: int,
) -> Setting:
    # Drawn anew from one key in each setting: all settings judge the same synthetic data.
    luck = np.random.default_rng([calibration.seed, 5])
    told = [bank.told for bank in banks]
    confusion = np.zeros((len(banks), len(banks)), np.int64)
    for true, bank in enumerate(banks):
        for i in luck.choice(len(bank.told), size=min(crises, len(bank.told)), replace=False):
            # Out of its own bank, where it would be its own nearest run.
            others = [np.delete(t, i, axis=0) if b == true else t for b, t in enumerate(told)]
            votes = votes_for(calibration, others, bank.told[i], of=of, tolerance=tolerance)
            confusion[true, int(np.argmax(votes))] += 1
    # Computed in any case and shown only where synthetic data are recognised: what is printed is decided in
    # one place (separates).
    record = votes_for(calibration, told, calibration.recorded, of=of, tolerance=tolerance)
    return Setting(label, tolerance, width, confusion, record)


def weigh(
    worlds: Mapping[str, Calibration], out: Path, *, tell: Tell = silent, runs: int, crises: int = CRISES,
    workers: int = 1,
    cluster: str | None = None, engine: Engine = "compiled",
) -> dict[str, Verdict]:  # fmt: skip
    """Fill the banks of every scenario and width of priors, kept in a folder, and judge.

    Raises `UsageError` for fewer than two scenarios, before any run.
    """
    check_runs(crises, "crises")
    if len(worlds) < 2:
        raise UsageError("hypotheses: found one scenario, allowed: two or more")
    how: Any = {"workers": workers, "cluster": cluster, "engine": engine}
    # Before thousands of runs of the banks: a scheduler that does not answer is refused at once.
    check_pool(workers, cluster)
    with folder_lock(out, "accounts or study command"):
        banks = {
            width: {
                name: fill(
                    world.narrower(width), runs, bank_of_width(out, name, width),
                    progress=tell(f"{name}: priors x {width:g}"), **how
                )
                for name, world in worlds.items()
            }
            for width in WIDTHS
        }  # fmt: skip
    tell("made-up crises")
    # Recorded figures and error model are one for all: only scenarios differ.
    first = next(iter(worlds.values()))
    return judge(first, banks, dict(first.evidence), crises=crises)


def bank_of_width(out: Path, name: str, width: float = WIDTHS[0]) -> Path:
    """Where the bank of a scenario lies, with priors so many times as wide as the file's."""
    return out / f"{name}-{width:g}"


def accounts_page(verdicts: Mapping[str, Verdict], crises: int, runs: int) -> str:
    """Confusion tables and what may be said, as a page in Markdown."""
    lines = [
        "# Which account goes with the record, and could it tell?",
        "",
        f"Each scenario has {runs:,} runs of its prior, twice: with the priors of the calibration file, and "
        f"with half their width. {crises} of them at a time are "
        "taken for the record; the nearest runs of all scenarios vote. Rows: what a made-up crisis came "
        "from; columns: what it was taken for. "
        f"A share of votes for the real record is given only where every scenario is recognised in "
        f"{RECOGNISED:.0%} of its crises under every setting. "
        "A scenario whose other numbers were set by hand with these figures in view has an advantage that no "
        "table here shows.",
    ]
    for label, verdict in verdicts.items():
        lines += ["", f"## Evidence: {label}", "", verdict.in_words()]
        for setting in verdict.settings:
            rows = (
                (name, *setting.confusion[i], f"{setting.recognised[i]:.0%}")
                for i, name in enumerate(verdict.names)
            )
            lines += ["", f"Priors x {setting.width:g}, the nearest {setting.tolerance:.0%}:", ""]
            lines += table(("came from", *verdict.names, "recognised"), rows)
    return "\n".join(lines) + "\n"
