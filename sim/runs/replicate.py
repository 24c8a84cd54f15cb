"""Run a scenario some number of times, keep what is finished, and go on where a stopped run was."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core import LOGGER
from sim.core.bounds import MOST_KEPT, check_runs, check_seed
from sim.core.errors import ResultError, UsageError
from sim.engines.engine_choice import Engine, player
from sim.model.branching import check_branch
from sim.model.extensions.extended import extended
from sim.model.extensions.extension_faults import line_of
from sim.record.measures import Described
from sim.runs.manifest import Manifest, manifest_of, read_manifest, scenario_in
from sim.runs.posterior import Posterior, posterior_of, worlds_of
from sim.runs.recorded_counterparts import bound_series
from sim.runs.result import Result
from sim.runs.run_tables import Branch, ReplicationTables, play
from sim.runs.store.result_folder import ResultFolder
from sim.scenario.checks.extension_checks import measures_of
from sim.scenario.load import load, resolved
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: replications finished of all, and the day of the one under way."""

    finished: int
    replications: int
    day: int
    days: int

    @property
    def share(self) -> float:
        """Share of the whole run that is done."""
        return (self.finished + (self.day / self.days if self.days else 0.0)) / self.replications


Watcher = Callable[[Progress], None]


class InMemory:
    """Tables of replications that were not written anywhere."""

    def __init__(self) -> None:
        self.parts: list[ReplicationTables] = []

    def add(self, part: ReplicationTables) -> None:
        """Add a finished replication."""
        self.parts.append(part)

    def read(self, table: str) -> pa.Table:
        """One table of all replications."""
        import pyarrow as pa

        return pa.concat_tables(
            [part.tables[table] for part in self.parts], promote_options="default"
        ).unify_dictionaries()


def run(
    scenario: Scenario | str | Path, *, seed: int = 0, replications: int = 1, log: bool = True,
    out: str | Path | None = None, overwrite: bool = False, progress: Watcher | None = None,
    branch: Branch | None = None,
    engine: Engine = "simpy", posterior: Posterior | str | Path | None = None,
) -> Result:  # fmt: skip
    """Run a scenario (or the one of a name or file) `replications` times.

    With `out`, each finished replication is kept in that folder at once, and those already there are reused,
    all of them: a folder that holds more than were asked for keeps them, and the result is of all. Without,
    the result lives in memory. The same scenario, seed and replication give the same log to the bit.
    A replication that breaks is told in `failed` with its reason and does not stop the others. Ctrl-C leaves
    the finished ones readable. With `branch`, another scenario held until a date, and the past is its past to
    the bit. With `posterior`, each replication takes a parameter set from it:
    intervals then carry what is not known beside luck. Raises `ScenarioError`, `UsageError`, `ResultError`.
    """
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    # The part of a replication is named by five digits.
    check_runs(replications, most=MOST_KEPT)
    check_seed(seed)
    drawn = posterior_of(posterior)
    manifest = manifest_for(
        scenario, seed, replications, log=log, engine=engine, branch=branch, posterior=drawn
    )
    how = How(scenario, engine, progress, branch, drawn)
    worlds = ReplicationScenarios(how)
    if out is None:
        memory = InMemory()
        _replicate(how, worlds, manifest=manifest, left=list(range(replications)), add=memory.add)
        return Result(scenario, seed, len(manifest.finished), memory, failed=manifest.failed)
    return _run_into(ResultFolder(Path(out)), how, worlds, manifest=manifest, overwrite=overwrite)


def manifest_for(
    scenario: Scenario, seed: int, replications: int, *, log: bool, engine: Engine,
    branch: Branch | None = None,
    posterior: Posterior | None = None,
) -> Manifest:  # fmt: skip
    """The manifest of what is asked for. Raises `UsageError` for what cannot be run."""
    bound_series(scenario)  # a series that there is not is refused here, not after the run
    extended(scenario)  # code that may not run, or cannot be loaded, is told before anything is written
    manifest = manifest_of(scenario, seed, replications, log)
    # Raises for an engine that there is not, before the folder is made.
    player(engine, scenario)
    manifest.engine = engine
    if branch is not None:
        if engine != "simpy":
            raise UsageError("a branch is played by the SimPy engine: leave --engine out")
        check_branch(branch.before, scenario, branch.day(scenario))
        manifest.branch = {"at": branch.at.isoformat(), "scenario": resolved(branch.before)}
    if posterior is not None:
        manifest.posterior = {
            "digest": posterior.digest,
            "keys": list(posterior.keys),
            "about": posterior.about,
        }
    return manifest


@dataclass(frozen=True, slots=True)
class How:
    """What replications of a run have in common."""

    scenario: Scenario
    engine: Engine
    progress: Watcher | None
    branch: Branch | None
    posterior: Posterior | None


class ReplicationScenarios:
    """The scenario of each replication, and what held before it.
    Raises `ScenarioError` where a posterior does not fit."""

    def __init__(self, how: How) -> None:
        self._at = None if how.branch is None else how.branch.at
        self.of = worlds_of(how.scenario, how.posterior)
        self._before = None if how.branch is None else worlds_of(how.branch.before, how.posterior)

    def branch_of(self, replication: int) -> Branch | None:
        """Where a replication branches, and from what."""
        return (
            None if self._before is None or self._at is None else Branch(self._before(replication), self._at)
        )


def _run_into(
    folder: ResultFolder, how: How, worlds: ReplicationScenarios, *, manifest: Manifest, overwrite: bool
) -> Result:
    # Before the lock, which makes the folder: a refused run leaves nothing. `prepare` checks again once no
    # other command can write.
    folder.check(manifest, overwrite=overwrite)
    with folder.writing():
        left = folder.prepare(manifest, overwrite=overwrite)
        LOGGER.info("%s: %d of %d replications are to be run", folder.path, len(left), manifest.replications)
        before, begun = manifest.duration_s, time.monotonic()
        try:
            _replicate(how, worlds, manifest=manifest, left=left, add=folder.add)
        finally:
            # A call that ran nothing leaves the time of those that did.
            if left:
                manifest.duration_s = round(before + time.monotonic() - begun, 3)
            # After Ctrl-C, too: what is finished is merged and can be read.
            _close(folder, manifest, measures_of(how.scenario))
    # From the disk: finished replications were not kept in memory.
    return open_result(folder.path)


def _close(folder: ResultFolder, manifest: Manifest, measures: Mapping[str, Described]) -> None:
    """Merge what is finished, and say how far it got."""
    folder.merge(measures)
    manifest.finished = folder.merged()
    # A replication that failed counts as done: it is a result with a reason, not one that is missing.
    manifest.complete = len(manifest.finished) + len(manifest.failed) >= manifest.replications
    if manifest.finished:
        folder.write_summary(open_result(folder.path).summary, manifest)
    manifest.write(folder.path)


def _replicate(
    how: How, worlds: ReplicationScenarios, *, manifest: Manifest, left: list[int],
    add: Callable[[ReplicationTables], None]
) -> None:  # fmt: skip
    progress = how.progress
    begun = len(manifest.finished)
    total = begun + len(left)
    for count, replication in enumerate(left, begun):

        def tick(day: int, days: int, count: int = count) -> None:
            if progress is not None:
                progress(Progress(count, total, day, days))

        try:
            part = play(
                worlds.of(replication), manifest.seed, replication, log=manifest.log, tick=tick,
                branch=worlds.branch_of(replication), engine=how.engine,
            )  # fmt: skip
        # No failed replication: the model broke no law, and the next one would need as much.
        except MemoryError:
            raise ResultError(
                f"replication {replication} of {how.scenario.name} needs more memory than there is: take "
                f"fewer people or fewer "
                "days, or a machine with more; finished replications are kept"
            ) from None
        # Counted with its reason: means are over those that finished, and a reader has to know what broke the
        # others.
        except Exception as error:
            reason = f"{type(error).__name__}: {error}{line_of(error)}"
            manifest.failed.append({"replication": replication, "reason": reason})
            LOGGER.warning("replication %d of %s failed: %s", replication, how.scenario.name, reason)
        else:
            add(part)
            manifest.finished.append(replication)
        if progress is not None:
            progress(Progress(count + 1, total, 0, how.scenario.days))


def open_result(folder: str | Path) -> Result:
    """A result that a run left in a folder. Raises `ResultError` where there is none, or a damaged one."""
    path = Path(folder)
    manifest = read_manifest(path)
    stored = ResultFolder(path)
    # Not the manifest's list: a call that was killed may have finished more than it says.
    merged = stored.check_finished(manifest)
    scenario = scenario_in(manifest, path)
    return Result(scenario, manifest.seed, len(merged), stored, folder=path, failed=manifest.failed)
