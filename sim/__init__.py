"""borderflow: migration flow, incidents and human outcomes at a contested border, as a simulation.

    scenario = sim.load("night-3-november")
    result = sim.run(scenario, seed=1, replications=20)
    result.summary
    result.plot.flow()
    sim.compare({"as it is": scenario, "restraint": sim.load("night-3-november", sets=["sectors.*.restraint=1.0"])}).differences

Everything heavy is imported where it is used: `import sim` costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiments.attribute import Attribution
    from sim.experiments.compare import Comparison
    from sim.experiments.engines import Engine
    from sim.experiments.replicate import Watcher
    from sim.experiments.result import Result
    from sim.experiments.results import SweepResult
    from sim.model.stepping import Stepper
    from sim.scenario.schema import Scenario

__all__ = ["attribute", "compare", "explain", "load", "open", "open_result", "open_store", "run", "sweep"]


def load(
    path_or_name: str | Path,
    *,
    overrides: Sequence[str] = (),
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Scenario:
    """A scenario from a file, or a shipped one by name.

    `overrides` names override blocks of the file, in the order they apply; `sets` holds changes such as
    "sectors.kuznica.teams=6"; `without` names levers and mechanisms to switch off.
    Raises `ScenarioError` with every fault found.
    """
    from sim.scenario.load import load as load_scenario

    return load_scenario(path_or_name, overrides=overrides, sets=sets, without=without)


def run(
    scenario: Scenario | str | Path, *, seed: int = 0, replications: int = 1, log: bool = True,
    out: str | Path | None = None, overwrite: bool = False, progress: Watcher | None = None, engine: Engine = "simpy",
    posterior: str | Path | None = None,
) -> Result:  # fmt: skip
    """Run a scenario (or the one of a name or file) `replications` times, and give its result, with figures under `.plot`.

    With `out`, each finished replication is kept in that folder at once, and those already there are reused; `overwrite` replaces
    another result. `log=False` keeps no events. `engine` is "simpy", the model that people read, or "compiled": the same result to
    the bit, many times as fast. With `posterior`, each replication takes a parameter set from a calibration. `progress` is told of
    each replication and day. A replication that breaks is told in `failed` and does not stop the others.
    Raises `ScenarioError`, `UsageError`, `ResultError`.
    """
    from sim.experiments.replicate import run as run_scenario
    from sim.reporting.plots import illustrate

    return illustrate(
        run_scenario(
            scenario,
            seed=seed,
            replications=replications,
            log=log,
            out=out,
            overwrite=overwrite,
            progress=progress,
            engine=engine,
            posterior=posterior,
        )
    )


def open_result(folder: str | Path) -> Result:
    """A result that a run left in a folder, with figures under `.plot`. Raises `ResultError` where there is none, or it is damaged."""
    from sim.experiments.replicate import open_result as read_result
    from sim.reporting.plots import illustrate

    return illustrate(read_result(folder))


def open(scenario: Scenario | str | Path, *, seed: int = 0, replication: int = 0) -> Stepper:  # noqa: A001
    """One replication to be stepped by hand, event by event or to a date. Raises `ScenarioError`."""
    from sim.model.stepping import Stepper

    return Stepper(_scenario(scenario), seed=seed, replication=replication)


def explain(
    result: Result, *, group: str | int | None = None, number: int | None = None, replication: int = 0
) -> str:
    """The story of a group, or the causes of an event walked back, in words with dates.

    `group` is a key (a whole number, or its 16 hexadecimal digits), `number` that of a row of the log. The result must hold a log.
    Raises `UsageError` unless exactly one of them is given, or where there is none such.
    """
    from sim.experiments.explain import explain_event, explain_group
    from sim.foundation.errors import UsageError

    if (group is None) == (number is None):
        raise UsageError("explain: give either a group's key or an event's number")
    if group is not None:
        return "\n".join(explain_group(result.events, result.scenario, group, replication))
    return "\n".join(explain_event(result.events, result.scenario, number or 0, replication))


def compare(
    worlds: Mapping[str, Scenario | str | Path], *, seed: int = 0, replications: int = 20, log: bool = True,
    out: str | Path | None = None, posterior: str | Path | None = None,
) -> Comparison:  # fmt: skip
    """Run worlds on the same luck and set the others against the first: `.differences`, `.by_month`, `.notes`.

    `worlds` are scenarios (or names, or files) by the name they shall have; the first is the base. With `out`, worlds and tables are
    kept in that folder, and finished runs reused. Raises `ScenarioError`, `UsageError`, `ResultError`.
    """
    from sim.experiments.compare import compare as compare_worlds

    scenarios = {name: _scenario(world) for name, world in worlds.items()}
    return compare_worlds(
        scenarios, seed=seed, replications=replications, log=log, out=out, posterior=posterior
    )


def attribute(
    scenario: Scenario | str | Path, levers: Sequence[str] | Mapping[str, tuple[str, ...]], *, seed: int = 0,
    replications: int = 20, workers: int = 1, out: str | Path | None = None,
) -> Attribution:  # fmt: skip
    """Every on-off combination of up to six levers (or of levers taken together, by name) on the same luck: `.table(measures)`.

    `workers` processes share the runs; with `out`, finished runs are kept and reused. Shares are Shapley values, in the measure's unit, a run.
    Raises `ScenarioError`, `UsageError` for levers that are not there, `ResultError` where a run broke.
    """
    from sim.experiments.attribute import attribute as attribute_to

    groups = levers if isinstance(levers, Mapping) else {name: (name,) for name in levers}
    folder = None if out is None else Path(out)
    return attribute_to(
        _scenario(scenario), groups, seed=seed, replications=replications, workers=workers, out=folder
    )


def sweep(
    scenario: str | Path,
    vary: Sequence[str],
    out: str | Path,
    *,
    seed: int = 0,
    replications: int = 10,
    workers: int = 1,
) -> SweepResult:
    """Run a scenario at every point of a grid into a store; what is there is not run again.

    `vary` as on the command line: "KEY=a,b,c" names values, "KEY=low:high:n" is n values of a range. All points share the seed.
    Raises `ScenarioError` with the faults of every point, `UsageError`, `ResultError`.
    """
    from sim.experiments.plan import plan_of
    from sim.experiments.sweep import sweep as carry_out

    plan = plan_of(str(scenario), vary, seed=seed, replications=replications, design="grid", samples=0)
    carry_out(plan, out, workers=workers)
    return open_store(out)


def open_store(folder: str | Path) -> SweepResult:
    """What a sweep left: `.points`, `.rows`, `.summary(measures)`. Raises `ResultError` where there is none."""
    from sim.experiments.results import open_store as open_sweep

    return open_sweep(folder)


def _scenario(world: Scenario | str | Path) -> Scenario:
    from sim.scenario.schema import Scenario as Kind

    return world if isinstance(world, Kind) else load(world)
