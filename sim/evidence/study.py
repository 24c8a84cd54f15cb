"""A whole study of a scenario against a record, from one file: theory, fits, predictions, accounts,
and twin worlds.

calibration = "my-fit.toml"              # a calibration file, or the name of a shipped one
together = ["ministry"]                  # series whose averaged relative difference is also taken
                                         # over all of them

[hypotheses]                             # scenarios of another account: fitted in the same way,
                                         # told apart by the file's [evidence]
scenarios = ["another-account.toml"]

[tables.NAME]                            # the same fit of a changed scenario
title = "..."
sets = ["levers.x.on=false"]

[worlds]                                 # twin worlds from the posterior of the first fit
replications = 100
scenarios = ["no-lights.toml"]

Every chapter keeps its runs in a folder of its own. Stopped or killed at any moment, the same study goes on,
and ends with the same tables.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sim.comparison.paired_runs import Comparison, compare
from sim.core.bounds import MOST_POINTS, check_runs
from sim.core.durable import write_whole
from sim.core.errors import InputError, ScenarioError, UsageError
from sim.engines.engine_choice import Engine
from sim.evidence.calibration.abc_smc import BUDGET, check_budget
from sim.evidence.calibration.calibration_problem import Calibration, read_calibration
from sim.evidence.calibration.calibration_run import fit_and_recover
from sim.evidence.calibration.fit_folder import POSTERIOR
from sim.evidence.hypotheses import CRISES, Verdict, bank_of_width, weigh
from sim.evidence.validate import RUNS, Validation, validate
from sim.evidence.verify import Check, verify
from sim.runs.execute import Tell, check_pool
from sim.runs.store.folder_lock import folder_lock
from sim.scenario.files.scenario_files import by_stem, named_file, shown
from sim.scenario.files.stored_json import Seconds, read_stored
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.inputs.input_file import Reading, beside, read_input
from sim.scenario.inputs.study_file import StudyFile
from sim.scenario.load import load
from sim.scenario.schema import Scenario

FITS, BANKS, WORLDS, TIMES = "fits", "banks", "worlds", "seconds.json"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is spent: runs of a bank, made-up truths and crises, candidates of a fit,
    runs of predictions and checks."""

    bank: int = 2048
    truths: int = 100
    crises: int = CRISES
    budget: int = BUDGET
    runs: int = RUNS
    checks: int = 100

    def check(self) -> None:
        """Refuse an effort that has no end, before the first chapter. Raises `UsageError`."""
        check_runs(self.bank, "bank", 1, MOST_POINTS)
        check_budget(self.budget, None)
        for name in ("crises", "runs", "checks"):
            check_runs(getattr(self, name), name)


@dataclass(frozen=True)
class Study:
    """What a study file says: the fits by name (the first is the reference), with titles; hypotheses;
    twin worlds."""

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
    """What came of a study: theory, each fit against the record, what the accounts say, twin worlds,
    and seconds a chapter."""

    study: Study
    checks: list[Check]
    fits: dict[str, Validation]
    verdicts: dict[str, Verdict]
    comparison: Comparison | None
    seconds: dict[str, float]
    effort: Effort


def read_study(path: Path) -> Study:
    """A study from a TOML file, or the shipped one of that name. Raises `InputError` with every fault."""
    path = named_file("study", path)
    reading = read_input(path, "study", StudyFile)
    file = reading.content or reading.whole()
    found = NamedFiles(reading, path.parent, file.calibration)
    reference = found.fit(("calibration",))
    if reference is None:
        reading.close()
    assert reference is not None
    name = reference.scenario.name
    # First: the page, the paired runs and the hypotheses refer to it.
    fits, titles = {name: reference}, {name: name}
    others = found.by_stem(("hypotheses", "scenarios"), file.hypotheses.scenarios if file.hypotheses else ())
    for stem, each in others.items():
        found.add(fits, stem, ("hypotheses", "scenarios"), scenario=beside(path.parent, each))
        titles[stem] = stem
    for each, table in file.tables.items():
        found.add(fits, each, ("tables", each), sets=table.sets)
        titles[each] = table.title or each
    paired = found.by_stem(("worlds", "scenarios"), file.worlds.scenarios if file.worlds else ())
    # It would take the reference's place among the scenarios that are compared.
    if name in paired:
        reading.fault(
            ("worlds", "scenarios"), "is the reference, which the worlds are paired with", found=name
        )
    worlds = {stem: world for stem, each in paired.items() if (world := found.world(each))}
    known = [s.binding for s in reference.series]
    for n, each in enumerate(file.together):
        if each not in known:
            nearest = next(iter(get_close_matches(each, known, 1)), "")
            reading.fault(
                ("together", n),
                "is no fitted series",
                found=shown(each),
                allowed=", ".join(known),
                nearest=nearest,
            )
    reading.close()
    replications = file.worlds.replications if file.worlds else 0
    return Study(fits, titles, tuple(others), worlds, replications, file.together)


class NamedFiles:
    """What a study file names; every refusal is a fault of its reading."""

    def __init__(self, reading: Reading[StudyFile], folder: Path, calibration: str) -> None:
        self.reading, self.folder = reading, folder
        self.calibration = Path(beside(folder, calibration))

    def fit(self, path: KeyPath, scenario: str | None = None, sets: Sequence[str] = ()) -> Calibration | None:
        """The calibration for a scenario and changes; none where it is refused."""
        try:
            return read_calibration(self.calibration, scenario, sets)
        except (InputError, UsageError) as error:
            self.reading.refused(path, error, scenario or str(self.calibration), sets_of_table(path))
            return None

    def add(
        self, fits: dict[str, Calibration], name: str, path: KeyPath, *, scenario: str | None = None,
        sets: Sequence[str] = ()
    ) -> None:  # fmt: skip
        """Add a fit under its name, which no other has: it names a folder."""
        if name in fits:
            self.reading.fault(
                path, "two fits have one name", found=shown(name), allowed="a name of its own for each"
            )
        elif (fit := self.fit(path, scenario, sets)) is not None:
            fits[name] = fit

    def by_stem(self, path: KeyPath, names: Sequence[str]) -> dict[str, str]:
        """Scenarios by the name of their results."""
        try:
            return by_stem(names)
        except UsageError as error:
            self.reading.refused(path, error)
            return {}

    def world(self, name: str) -> Scenario | None:
        """A paired world; none where it is refused."""
        found = beside(self.folder, name)
        try:
            return load(found)
        except ScenarioError as error:
            self.reading.refused(("worlds", "scenarios"), error, found)
            return None


def sets_of_table(path: KeyPath) -> KeyPath:
    """Where the changes of a fit stand: of one of the tables, beside its title."""
    return (*path, "sets") if path[0] == "tables" else ()


# the chapters


def carry_out_study(
    study: Study, out: Path, tell: Tell, *, effort: Effort | None = None, workers: int = 1,
    cluster: str | None = None,
    engine: Engine = "compiled",
) -> Studied:  # fmt: skip
    """Every chapter of a study, each kept in `out` as it grows.
    Raises `ResultError` where the folder cannot be used."""
    effort = effort or Effort()
    effort.check()
    check_pool(workers, cluster)
    how: Any = {"workers": workers, "cluster": cluster, "engine": engine}
    with folder_lock(out, "study"):
        # In the order in which one is needed: hypotheses reuse the banks of the fits, paired runs take the
        # posterior of the first.
        chapters = Chapters(study, out, tell, spent=Spent(out / TIMES), effort=effort, how=how)
        checks = chapters.theory()
        fits = {name: chapters.fit(name) for name in study.fits}
        verdicts = chapters.accounts() if study.hypotheses else {}
        comparison = chapters.twins() if study.worlds else None
    return Studied(study, checks, fits, verdicts, comparison, dict(chapters.spent.seconds), effort)


class Chapters:
    """The parts of a study, one method each."""

    def __init__(
        self, study: Study, out: Path, tell: Tell, *, spent: Spent, effort: Effort, how: dict[str, Any]
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
                calibration, folder, bank=self.effort.bank, truths=self.effort.truths,
                budget=self.effort.budget,
                banks=bank_of_width(self.out / BANKS, name), filling=self.tell(f"{name}: runs of the prior"),
                **self.how,
                tell=lambda t, tried,
                share: self.tell(f"{name}: generation {t + 1}, {tried:,} candidates")(round(100 * share), 100,
                    0),
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
        """What the record can say between the reference and the hypotheses; the banks of the file's own
        priors are those of the fits."""
        names = (self.study.reference, *self.study.hypotheses)
        with self.spent.on("accounts"):
            return weigh(
                {name: self.study.fits[name] for name in names}, self.out / BANKS, tell=self.tell,
                runs=self.effort.bank,
                crises=self.effort.crises, **self.how,
            )  # fmt: skip

    def twins(self) -> Comparison:
        """Twin worlds from the posterior of the reference: each replication one parameter set and one luck,
        the same in all."""
        reference = self.study.reference
        calibration = self.study.fits[reference]
        with self.spent.on("twin worlds"):
            return compare(
                {reference: calibration.scenario, **self.study.worlds}, seed=calibration.seed,
                replications=self.study.replications,
                log=False, out=self.out / WORLDS, engine=self.how["engine"],
                posterior=self.out / FITS / reference / POSTERIOR,
                progress=lambda name, p: self.tell(f"twin worlds: {name}")(p.finished, p.replications, 0),
            )  # fmt: skip


class Spent:
    """Seconds spent on each chapter, over all calls; what a killed call spent since its last chapter is lost.

    Raises `ResultError` where the times of earlier calls are damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        remedy = "remove it: the study goes on, and counts its time anew"
        self.seconds = read_stored(path, dict[str, Seconds], remedy) if path.exists() else {}

    @contextmanager
    def on(self, chapter: str) -> Iterator[None]:
        """Count the time of a chapter, however it ends."""
        began = time.monotonic()
        try:
            yield
        finally:
            # Added up: a study that was stopped comes back to the chapter.
            self.seconds[chapter] = self.seconds.get(chapter, 0.0) + time.monotonic() - began
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # After each chapter: a kill loses the time of one.
            write_whole(self.path, json.dumps(self.seconds, indent=2) + "\n")
