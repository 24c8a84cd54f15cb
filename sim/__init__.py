"""borderflow: migration flow, incidents and human outcomes at a contested border, as a simulation.

    scenario = sim.load("night-3-november")
    result = sim.run(scenario, seed=1, replications=20)
    result.summary
    result.plot.flow()

Everything heavy is imported where it is used: `import sim` costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiments.replicate import Watcher
    from sim.experiments.result import Result
    from sim.model.stepping import Stepper
    from sim.scenario.schema import Scenario

__all__ = ["explain", "load", "open", "open_result", "run"]


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
    out: str | Path | None = None, overwrite: bool = False, progress: Watcher | None = None,
) -> Result:  # fmt: skip
    """Run a scenario and give its result, with figures under `.plot`; see `sim.experiments.replicate.run`."""
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
        )
    )


def open_result(folder: str | Path) -> Result:
    """A result that a run left in a folder, with figures under `.plot`."""
    from sim.experiments.replicate import open_result as read_result
    from sim.reporting.plots import illustrate

    return illustrate(read_result(folder))


def open(scenario: Scenario | str | Path, *, seed: int = 0, replication: int = 0) -> Stepper:  # noqa: A001
    """One replication to be stepped by hand, event by event or to a date."""
    from sim.model.stepping import Stepper
    from sim.scenario.load import load as load_scenario
    from sim.scenario.schema import Scenario as Kind

    world = scenario if isinstance(scenario, Kind) else load_scenario(scenario)
    return Stepper(world, seed=seed, replication=replication)


def explain(
    result: Result, *, group: str | int | None = None, number: int | None = None, replication: int = 0
) -> str:
    """The story of a group, or the causes of an event walked back, in words with dates."""
    from sim.experiments.explain import explain_event, explain_group
    from sim.foundation.errors import UsageError

    if (group is None) == (number is None):
        raise UsageError("explain: give either a group's key or an event's number")
    if group is not None:
        return "\n".join(explain_group(result.events, result.scenario, group, replication))
    return "\n".join(explain_event(result.events, result.scenario, number or 0, replication))
