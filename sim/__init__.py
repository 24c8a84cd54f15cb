"""borderflow: migration flow, incidents and human outcomes at a contested border, as a simulation.

    scenario = sim.load("one-post")
    result = sim.run(scenario, seed=1, replications=20)
    result.summary
    result.plot.flow()
    sim.compare({"as it is": scenario, "restraint": sim.load("one-post",
    sets=["sectors.*.restraint=1.0"])}).differences

Everything heavy is imported where it is used: `import sim` costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import BorderflowError, InputError, ResultError, ScenarioError, UsageError

# Types alone, and functions import what they need: `import sim` loads neither pandas nor SimPy nor
# matplotlib.
if TYPE_CHECKING:
    from datetime import date
    from types import ModuleType
    from typing import Any, Literal

    import pandas as pd
    from pandas.io.formats.style import Styler

    from sim.comparison.attribution import Attribution
    from sim.comparison.paired_runs import Comparison
    from sim.engines.engine_choice import Engine
    from sim.evidence.calibration.calibration_run import Fitting
    from sim.evidence.hypotheses import Verdict
    from sim.evidence.verify import Check
    from sim.explore.breaking_point import Breakpoint
    from sim.explore.sensitivity import Sensitivity
    from sim.explore.sweep_results import SweepResult
    from sim.model.stepping import Stepper
    from sim.runs.replicate import Watcher
    from sim.runs.result import Result
    from sim.scenario.schema import Scenario

__version__ = "0.1.0"

__all__ = [
    "BorderflowError",
    "InputError",
    "ResultError",
    "ScenarioError",
    "UsageError",
    "accounts",
    "attribute",
    "breaking_point",
    "calibrate",
    "compare",
    "explain",
    "extend",
    "follow",
    "load",
    "new",
    "numbers",
    "open_result",
    "open_store",
    "run",
    "sensitivity",
    "split",
    "stepper",
    "sweep",
    "table",
    "verify",
]


def new(file: str | Path) -> Path:
    """Write a commented scenario to begin with.

    Raises `UsageError` where `file` exists already, `ResultError` where it cannot be written.
    """
    from sim.scenario.describe.starter import write_starter

    write_starter(Path(file))
    return Path(file)


def load(
    path_or_name: str | Path,
    *,
    overrides: Sequence[str] = (),
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Scenario:
    """A scenario from a file, or a shipped one by name.

    `overrides` names override blocks of the file, in the order they apply; `sets` holds changes such as
    "sectors.post.teams=6"; `without` names levers and mechanisms to switch off.
    Raises `ScenarioError` with every fault found.
    """
    from sim.scenario.load import load as load_scenario

    return load_scenario(path_or_name, overrides=overrides, sets=sets, without=without)


def extend(
    scenario: Scenario | str | Path, name: str, module: ModuleType | str | Path, *,
    sectors: Sequence[str] = (),
    numbers: Mapping[str, float] | None = None, rows: Mapping[str, str] | None = None,
    measures: Mapping[str, Mapping[str, Any]] | None = None,
) -> Scenario:  # fmt: skip
    """The scenario with actors and rules of your own in it.

    `module` is a module that is imported, or the path of its file;
    the other arguments are the keys of `[extensions.NAME]` in a scenario file (page "Actors of your own").
    Calling this allows the code to run. Raises `UsageError`, `ScenarioError`.
    """
    from sim.model.extensions.extended import extend as extended

    return extended(
        _scenario(scenario), name, module, sectors=sectors, numbers=numbers, rows=rows, measures=measures
    )


def numbers(scenario: Scenario | str | Path) -> pd.DataFrame:
    """Every number of a scenario, with what it rests on.

    Columns key, value, unit, status (measured, estimated, assumed), source, about. Raises `ScenarioError`.
    """
    import pandas as pd

    from sim.scenario.describe.assumptions import numbers as numbers_of

    columns = ["key", "value", "unit", "status", "source", "about"]
    rows = [[getattr(number, name) for name in columns] for number in numbers_of(_scenario(scenario))]
    return pd.DataFrame(rows, columns=columns)


def run(
    scenario: Scenario | str | Path, *, seed: int = 0, replications: int = 1, log: bool = True,
    out: str | Path | None = None, overwrite: bool = False, progress: Watcher | None = None,
    engine: Engine = "simpy",
    posterior: str | Path | None = None,
) -> Result:  # fmt: skip
    """Run a scenario `replications` times, and give its result, with figures under `.plot`.

    `scenario` is one, or its name or file. With `out`, each finished replication is kept in that folder at
    once, and those already there are reused; `overwrite` replaces another result. `log=False` keeps no
    events. `engine` is "simpy", the model that people read, or "compiled": the same result to the bit, many
    times as fast. With `posterior`, each replication takes a parameter set from a calibration. `progress` is
    told of each replication and day. A replication that breaks is told in `failed` and does not stop the
    others. Raises `ScenarioError`, `UsageError`, `ResultError`.
    """
    from sim.reporting.result_figures import illustrate
    from sim.runs.replicate import run as run_scenario

    # Figures are added here: sim.runs, which makes the result, lies below sim.reporting and cannot import it.
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
    """A result that a run left in a folder, with figures under `.plot`.

    Raises `ResultError` where there is none, or it is damaged.
    """
    from sim.reporting.result_figures import illustrate
    from sim.runs.replicate import open_result as read_result

    return illustrate(read_result(folder))


def stepper(scenario: Scenario | str | Path, *, seed: int = 0, replication: int = 0) -> Stepper:
    """One replication to be stepped by hand, event by event or to a date. Raises `ScenarioError`."""
    from sim.model.stepping import Stepper

    return Stepper(_scenario(scenario), seed=seed, replication=replication)


def explain(
    result: Result, *, group: str | int | None = None, number: int | None = None, replication: int = 0
) -> str:
    """The story of a group, or the causes of an event walked back, in words with dates.

    `group` is a key (a whole number, or its 16 hexadecimal digits), `number` that of a row of the log.
    The result must hold a log. Raises `UsageError` unless exactly one of them is given,
    or where there is none such.
    """
    from sim.comparison.explain import explain_event, explain_group
    from sim.core.errors import UsageError

    if (group is None) == (number is None):
        raise UsageError("explain: give either a group's key or an event's number")
    if group is not None:
        return "\n".join(explain_group(result.events, result.scenario, group, replication))
    return "\n".join(explain_event(result.events, result.scenario, number or 0, replication))


def compare(
    worlds: Mapping[str, Scenario | str | Path], *, seed: int = 0, replications: int = 20, log: bool = True,
    out: str | Path | None = None, posterior: str | Path | None = None,
) -> Comparison:  # fmt: skip
    """Run scenarios on common random numbers, and give the differences of the others from the first.

    The result has `.differences`, `.by_month` and `.notes`.

    `worlds` are scenarios (or names, or files) by the name they shall have; the first is the base. With
    `out`, worlds and tables are kept in that folder, and finished runs reused. Raises `ScenarioError`,
    `UsageError`, `ResultError`.
    """
    from sim.comparison.paired_runs import compare as compare_worlds
    from sim.reporting.plot_accessors import of_comparison

    # A list of scenarios would fail somewhere below, without a word of what to give.
    if not isinstance(worlds, Mapping):
        raise UsageError(
            f"worlds: found a {type(worlds).__name__}, allowed: scenarios by name, as in "
            '{"base": "riverland", "another": "my-change.toml"}; the first is the base'
        )
    scenarios = {name: _scenario(world) for name, world in worlds.items()}
    return of_comparison(
        compare_worlds(scenarios, seed=seed, replications=replications, log=log, out=out, posterior=posterior)
    )


def split(
    comparison: Comparison, world: str = "", *, where: Sequence[str] = (), start: str | date | None = None,
    end: str | date | None = None,
) -> pd.DataFrame:  # fmt: skip
    """What became of the base's person-attempts at some countries or sectors: deterred, diverted, delayed.

    `where` names the countries or sectors (none: everywhere). `world` is the one to set against the base (the
    first other one if left out), `start` and `end` a window of days. Columns part, mean, low, high; the parts
    add up to the change, run by run. Raises `UsageError` for a world that is not there.
    """
    import pandas as pd

    from sim.comparison.decomposition import split as split_attempts
    from sim.runs.statistics import interval_of_mean

    world = world or comparison.others[0]
    if world not in comparison.others:
        raise UsageError(f"world: found {world!r}, allowed: {', '.join(comparison.others)}")
    parts = split_attempts(comparison, world, where=where, start=_day(start), end=_day(end))
    rows = [
        (str(name).replace("_", " "), *interval_of_mean([float(v) for v in parts[name]])[:3])
        for name in parts.columns.drop("replication")
    ]
    return pd.DataFrame(rows, columns=["part", "mean", "low", "high"])


def follow(comparison: Comparison, group: str | int, *, replication: int = 0) -> dict[str, str]:
    """One group's story in every world of a comparison, by the name of the world.

    Raises `UsageError` for a group that is in none.
    """
    from sim.comparison.followed_groups import stories

    found = stories(comparison, group, replication)
    return {world: "\n".join(lines) for world, lines in found.items()}


def attribute(
    scenario: Scenario | str | Path, levers: Sequence[str] | Mapping[str, tuple[str, ...]], *, seed: int = 0,
    replications: int = 20, workers: int = 1, out: str | Path | None = None,
) -> Attribution:  # fmt: skip
    """Run every on-off combination of up to six levers on common random numbers: `.table(measures)`.

    `levers` are names, or levers taken together by a name for them. `workers` processes share the runs; with
    `out`, finished runs are kept and reused. Shares are Shapley values, in the measure's unit, a run.
    Raises `ScenarioError`, `UsageError` for levers that are not there, `ResultError` where a run broke.
    """
    from sim.comparison.attribution import attribute as attribute_to

    groups = levers if isinstance(levers, Mapping) else {name: (name,) for name in _texts(levers)}
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

    `vary` as on the command line: "KEY=a,b,c" names values, "KEY=low:high:n" is n values of a range.
    All points share the seed. `workers` processes share the runs; they do not import your script, so that it
    needs no guard `if __name__ == "__main__":`. Raises `ScenarioError` with the faults of every point,
    `UsageError`, `ResultError`.
    """
    from sim.explore.plan import plan_of
    from sim.explore.sweep import sweep as carry_out

    plan = plan_of(
        str(scenario), _texts(vary), seed=seed, replications=replications, design="grid", samples=0
    )
    carry_out(plan, out, workers=workers)
    return open_store(out)


def open_store(folder: str | Path) -> SweepResult:
    """What a sweep left: `.points`, `.rows`, `.summary(measures)`, and figures under `.plot`.

    Raises `ResultError` where there is none.
    """
    from sim.explore.sweep_results import open_store as open_sweep
    from sim.reporting.plot_accessors import of_sweep

    return of_sweep(open_sweep(folder))


def sensitivity(
    scenario: str | Path, of: Sequence[str], out: str | Path, *, vary: Sequence[str] = (),
    method: Literal["morris", "sobol"] = "morris", samples: int = 8, seed: int = 0, replications: int = 5,
    workers: int = 1,
) -> Sensitivity:  # fmt: skip
    """Which assumption matters for measures, by Morris screening or Sobol indices; figures under `.plot`.

    `vary` holds ranges as "KEY=low:high"; none: every assumed number, by 25 %. Runs are kept in `out`. Raises
    `ScenarioError`, `UsageError`.
    """
    from sim.explore.plan import axis_of
    from sim.explore.sensitivity import analyse, assumed_axes
    from sim.reporting.plot_accessors import of_sensitivity

    axes = [axis_of(text) for text in _texts(vary)] or assumed_axes(str(scenario))
    how: Any = {"method": method, "samples": samples, "seed": seed, "workers": workers}
    found = analyse(str(scenario), axes, _texts(of), out=out, replications=replications, **how)
    return of_sensitivity(found, Path(out), _texts(of))


def breaking_point(
    scenario: str | Path, vary: str, until: str, *, seed: int = 0, replications: int = 20,
    sets: Sequence[str] = (),
    workers: int = 1, out: str | Path | None = None,
) -> Breakpoint:  # fmt: skip
    """Where along "KEY=low:high" a condition such as "died > 3" holds in half of the runs.

    Printed, it is one sentence. Raises `ScenarioError`, `UsageError`.
    """
    from sim.explore.breaking_point import find_breakpoint
    from sim.explore.objectives import condition_of
    from sim.explore.plan import axis_of
    from sim.reporting.plot_accessors import of_breakpoint

    how: Any = {"seed": seed, "replications": replications, "sets": sets, "workers": workers}
    folder = None if out is None else Path(out)
    return of_breakpoint(
        find_breakpoint(str(scenario), axis_of(vary), condition_of(until), out=folder, **how)
    )


def verify(scenario: Scenario | str | Path, *, seed: int = 0, replications: int = 100) -> list[Check]:
    """A scenario's posts, patrols, trials and flows against theory; `sim.table` shows the rows.

    Raises `ScenarioError`.
    """
    from sim.evidence.verify import verify as check

    return check(_scenario(scenario), seed=seed, replications=replications)


def calibrate(
    file: str | Path, out: str | Path, *, scenario: str | None = None, sets: Sequence[str] = (),
    bank: int = 2048,
    truths: int = 100, budget: int = 20_000, minutes: float | None = None, workers: int = 1,
) -> Fitting:  # fmt: skip
    """Fit a scenario's free numbers to the record.

    `out` then holds posterior.parquet, which `run` and `compare` take. `file` is a calibration file or the
    name of a shipped one. Stopped, the same call goes on. Raises `UsageError` with every fault of the file,
    `ScenarioError`, `ResultError`.
    """
    from sim.evidence.calibration.calibration_problem import read_calibration
    from sim.evidence.calibration.calibration_run import fit_and_recover
    from sim.reporting.plot_accessors import of_fitting

    found = read_calibration(Path(file), scenario, sets)
    how: Any = {"bank": bank, "truths": truths, "budget": budget, "minutes": minutes, "workers": workers}
    return of_fitting(fit_and_recover(found, Path(out), **how))


def accounts(
    file: str | Path, scenarios: Sequence[str], out: str | Path, *, bank: int = 2048, crises: int = 100,
    workers: int = 1,
) -> dict[str, Verdict]:  # fmt: skip
    """Which of several scenarios goes best with the record, by kind of evidence.

    It also says whether such a record could tell them apart at all. `str(verdict)` says what may be said;
    `sim.table(verdict)` shows what synthetic crises were taken for. Raises `UsageError`, `ScenarioError`.
    """
    from sim.evidence.calibration.calibration_problem import read_calibration
    from sim.evidence.hypotheses import weigh
    from sim.scenario.files.scenario_files import by_stem

    worlds = {stem: read_calibration(Path(file), name) for stem, name in by_stem(_texts(scenarios)).items()}
    return weigh(worlds, Path(out), runs=bank, crises=crises, workers=workers)


def table(found: Any, measures: Sequence[str] = ()) -> Styler:
    """A result, comparison, sweep or any other finding as a table that reads well.

    `found` may also be a screening, breaking point, fit, verdict, list of checks, or a data frame.
    `measures` chooses what is shown of the first three; those of people always stand beside. Raises
    `UsageError` for another thing.
    """
    from sim.reporting.summary_tables import table as tabulate

    return tabulate(found, measures)


def _texts(given: Sequence[str] | str) -> Sequence[str]:
    """Texts, where one by itself is a list of one and not of its letters."""
    return (given,) if isinstance(given, str) else given


def _day(text: str | date | None) -> date | None:
    from datetime import date as day

    if not isinstance(text, str):
        return text
    try:
        return day.fromisoformat(text)
    except ValueError:
        raise UsageError(f"found {text!r}, allowed: a date such as 2030-01-01") from None


def _scenario(world: Scenario | str | Path) -> Scenario:
    # Under another name: the annotation above is a name for type checkers alone.
    from sim.scenario.schema import Scenario as Kind

    return world if isinstance(world, Kind) else load(world)


RENAMED = {"open": "stepper", "breakpoint": "breaking_point"}
"""Names that shadowed builtins, and what replaces them; the old ones go with the next release."""


def __getattr__(name: str) -> Any:
    if name in RENAMED:
        import warnings

        # stacklevel 2 names the user's line and not this one.
        warnings.warn(f"sim.{name} is now sim.{RENAMED[name]}", DeprecationWarning, stacklevel=2)
        return globals()[RENAMED[name]]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
