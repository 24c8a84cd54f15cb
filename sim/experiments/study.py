"""A whole study of a scenario against a record, from one file: theory, fits, predictions, accounts, and twin worlds.

calibration = "belarus-eu-2021"          # a calibration file, or the name of a shipped one
together = ["poland-attempts"]           # series whose averaged relative difference is also taken over all of them

[hypotheses]                             # scenarios of another account: fitted in the same way, told apart by the file's [evidence]
scenarios = ["no-state-role"]

[tables.NAME]                            # the same fit of a changed scenario
title = "..."
sets = ["levers.x.on=false"]

[worlds]                                 # twin worlds from the posterior of the first fit
replications = 100
scenarios = ["no-wall"]

Every chapter keeps its runs in a folder of its own. Stopped or killed at any moment, the same study goes on, and ends
with the same tables.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiments.calibrate import BUDGET, POSTERIOR
from sim.experiments.calibration import Calibration, read_calibration
from sim.experiments.compare import Comparison, compare
from sim.experiments.engines import Engine
from sim.experiments.execute import Tell
from sim.experiments.fitting import fit_and_recover
from sim.experiments.hypotheses import CRISES, Verdict, bank_of_width, weigh
from sim.experiments.validate import RUNS, Validation, validate
from sim.experiments.verify import Check, verify
from sim.foundation.durable import write_whole
from sim.foundation.errors import ScenarioError, UsageError
from sim.scenario.files import shipped_study
from sim.scenario.load import load
from sim.scenario.schema import Scenario

FITS, BANKS, WORLDS, TIMES = "fits", "banks", "worlds", "seconds.json"
KEYS = {"calibration", "together", "hypotheses", "tables", "worlds"}


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is spent: runs of a bank, made-up truths and crises, candidates of a fit, runs of predictions and checks."""

    bank: int = 2048
    truths: int = 100
    crises: int = CRISES
    budget: int = BUDGET
    runs: int = RUNS
    checks: int = 100


@dataclass(frozen=True)
class Study:
    """What a study file says: the fits by name (the first is the reference), with titles; hypotheses; twin worlds."""

    fits: dict[str, Calibration]
    titles: dict[str, str]
    hypotheses: tuple[str, ...]
    worlds: dict[str, Scenario]
    replications: int
    together: tuple[str, ...]

    @property
    def reference(self) -> str:
        """The name of the first fit."""
        return next(iter(self.fits))


@dataclass(frozen=True)
class Studied:
    """What came of a study: theory, each fit against the record, what the accounts say, twin worlds, and seconds a chapter."""

    study: Study
    checks: list[Check]
    fits: dict[str, Validation]
    verdicts: dict[str, Verdict]
    comparison: Comparison | None
    seconds: dict[str, float]
    effort: Effort


def read_study(path: Path) -> Study:
    """A study from a TOML file, or the shipped one of that name. Raises `UsageError` with every fault."""
    path = path if path.suffix else shipped_study(path.name) or path
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as a study: {error}") from None
    faults = [f"{key}: unknown; allowed: {', '.join(sorted(KEYS))}" for key in sorted(set(content) - KEYS)]
    file = content.get("calibration")
    if not isinstance(file, str):
        raise UsageError(f"{path} is no study: it needs calibration, the name of a calibration file")
    found = Reading(path.parent, file, faults)
    reference = found.fit("calibration")
    if reference is None:
        raise found.refusal(path)
    name = reference.scenario.name
    fits, titles = {name: reference}, {name: name}
    hypotheses = found.names(content, "hypotheses")
    for each in hypotheses:
        name = Path(each).stem
        fits |= found.named(name, found.fit(f"hypotheses: {each}", scenario=found.beside(each)))
        titles[name] = name
    tables = content.get("tables", {})
    for each, table in tables.items() if isinstance(tables, dict) else ():
        fits |= found.named(
            each, found.fit(f"tables.{each}", sets=found.texts(table, "sets", f"tables.{each}"))
        )
        titles[each] = str(table.get("title", each)) if isinstance(table, dict) else each
    worlds = {
        Path(each).stem: world for each in found.names(content, "worlds") if (world := found.world(each))
    }
    runs = content.get("worlds", {}).get("replications", 100) if worlds else 0
    if worlds and (isinstance(runs, bool) or not isinstance(runs, int) or runs < 10):
        faults.append(f"worlds.replications: found {runs!r}, allowed: a whole number of 10 or more")
    together = tuple(found.texts(content, "together", "together") if "together" in content else ())
    known = {s.binding for s in reference.series}
    faults += [
        f"together: {each} is no fitted series; there are: {', '.join(known)}"
        for each in together
        if each not in known
    ]
    if faults:
        raise found.refusal(path)
    return Study(fits, titles, tuple(Path(each).stem for each in hypotheses), worlds, runs, together)


class Reading:
    """Reads what a study file names, and collects every fault."""

    def __init__(self, folder: Path, calibration: str, faults: list[str]) -> None:
        self.folder, self.faults = folder, faults
        self.calibration = Path(self.beside(calibration))

    def beside(self, name: str) -> str:
        """A file beside the study's, else the name as it is."""
        return str(self.folder / name) if (self.folder / name).is_file() else name

    def fit(
        self, where: str, *, scenario: str | None = None, sets: list[str] | None = None
    ) -> Calibration | None:
        """The calibration for a scenario and changes; none where it is refused."""
        try:
            return read_calibration(self.calibration, scenario, sets or ())
        except (UsageError, ScenarioError) as error:
            self.faults.append(f"{where}: {error}")
            return None

    def world(self, name: str) -> Scenario | None:
        """A twin world; none where it is refused."""
        try:
            return load(self.beside(name))
        except ScenarioError as error:
            self.faults.append(f"worlds: {error}")
            return None

    def named(self, name: str, fit: Calibration | None) -> dict[str, Calibration]:
        """A fit under its name, if there is one."""
        return {} if fit is None else {name: fit}

    def names(self, content: Mapping[str, Any], key: str) -> list[str]:
        """The scenarios that a table lists."""
        return [] if key not in content else self.texts(content[key], "scenarios", key)

    def texts(self, table: Any, key: str, where: str) -> list[str]:
        """A list of texts."""
        found = table.get(key) if isinstance(table, dict) else None
        if isinstance(found, list) and all(isinstance(x, str) for x in found):
            return found
        self.faults.append(f"{where}: found {found!r}, allowed: {key}, a list of texts")
        return []

    def refusal(self, path: Path) -> UsageError:
        """All faults in one report."""
        return UsageError(
            "\n".join([f"{path.name} cannot be used", *(f"  {fault}" for fault in self.faults)])
        )


# the chapters


def carry_out_study(
    study: Study, out: Path, tell: Tell, *, effort: Effort | None = None, workers: int = 1, cluster: str | None = None,
    engine: Engine = "compiled",
) -> Studied:  # fmt: skip
    """Every chapter of a study, each kept in `out` as it grows. Raises `ResultError` where the folder cannot be used."""
    spent, effort = Spent(out / TIMES), effort or Effort()
    how: Any = {"workers": workers, "cluster": cluster, "engine": engine}
    chapters = Chapters(study, out, tell, spent, effort, how)
    checks = chapters.theory()
    fits = {name: chapters.fit(name) for name in study.fits}
    verdicts = chapters.accounts() if study.hypotheses else {}
    comparison = chapters.twins() if study.worlds else None
    return Studied(study, checks, fits, verdicts, comparison, dict(spent.seconds), effort)


class Chapters:
    """The parts of a study, one method each."""

    def __init__(
        self, study: Study, out: Path, tell: Tell, spent: Spent, effort: Effort, how: dict[str, Any]
    ) -> None:
        self.study, self.out, self.tell, self.spent, self.effort, self.how = (
            study,
            out,
            tell,
            spent,
            effort,
            how,
        )

    def theory(self) -> list[Check]:
        """The reference against theory."""
        scenario = self.study.fits[self.study.reference].scenario
        with self.spent.on("theory"):
            return verify(
                scenario, replications=self.effort.checks, engine=self.how["engine"],
                tell=lambda what: self.tell(f"theory: {what}")(0, 1, 0),
            )  # fmt: skip

    def fit(self, name: str) -> Validation:
        """One fit, and its predictions."""
        calibration, folder = self.study.fits[name], self.out / FITS / name
        with self.spent.on(f"fit: {name}"):
            fit_and_recover(
                calibration, folder, bank=self.effort.bank, truths=self.effort.truths, budget=self.effort.budget,
                banks=bank_of_width(self.out / BANKS, name), filling=self.tell(f"{name}: runs of the prior"), **self.how,
                tell=lambda t, tried, share: self.tell(f"{name}: generation {t + 1}, {tried:,} candidates")(round(100 * share), 100, 0),
            )  # fmt: skip
        with self.spent.on(f"predictions: {name}"):
            return validate(
                calibration,
                folder,
                lambda what: self.tell(f"{name}: {what}"),
                runs=self.effort.runs,
                **self.how,
            )

    def accounts(self) -> dict[str, Verdict]:
        """What the record can say between the reference and the hypotheses; the banks of the file's own priors are those of the fits."""
        names = (self.study.reference, *self.study.hypotheses)
        with self.spent.on("accounts"):
            return weigh(
                {name: self.study.fits[name] for name in names}, self.out / BANKS, tell=self.tell, runs=self.effort.bank,
                crises=self.effort.crises, **self.how,
            )  # fmt: skip

    def twins(self) -> Comparison:
        """Twin worlds from the posterior of the reference: each replication one parameter set and one luck, the same in all."""
        reference = self.study.reference
        calibration = self.study.fits[reference]
        with self.spent.on("twin worlds"):
            return compare(
                {reference: calibration.scenario, **self.study.worlds}, seed=calibration.seed, replications=self.study.replications,
                log=False, out=self.out / WORLDS, engine=self.how["engine"],
                posterior=self.out / FITS / reference / POSTERIOR,
                progress=lambda name, p: self.tell(f"twin worlds: {name}")(p.finished, p.replications, 0),
            )  # fmt: skip


class Spent:
    """Seconds spent on each chapter, over all calls; what a killed call spent since its last chapter is lost."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    @contextmanager
    def on(self, chapter: str) -> Iterator[None]:
        """Count the time of a chapter, however it ends."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[chapter] = self.seconds.get(chapter, 0.0) + time.monotonic() - began
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, json.dumps(self.seconds, indent=2) + "\n")
