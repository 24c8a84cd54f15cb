"""The words at the top and at the foot of a figure: whose runs it shows, and what they rest on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import BorderflowError
from sim.reporting.style.binned_counts import BAND_WORDS
from sim.reporting.style.figure_description import Heading

if TYPE_CHECKING:
    from sim.explore.sweep_results import SweepResult
    from sim.reporting.style.figure_source import Source
    from sim.scenario.schema import Scenario


def heading_of_result(result: Source, title: str, *, note: str = "", banded: bool = True) -> Heading:
    """The heading of a figure of one result; `banded` where it draws percentiles over runs."""
    runs = _run_words(result, banded)
    return heading_of_scenario(result.scenario, title, f"{runs} · {note}" if note else runs)


def heading_of_scenario(scenario: Scenario, title: str, note: str) -> Heading:
    """The heading of a figure of runs of a scenario."""
    return Heading(f"{scenario.scenario.title}: {title}", note, footing_words(scenario))


def heading_of_sweep(found: SweepResult, title: str, *, note: str = "") -> Heading:
    """The heading of a figure of a sweep, whether or not its scenario can still be found."""
    scenario = scenario_of(found)
    name = scenario.scenario.title if scenario is not None else Path(found.plan["scenario"]).stem
    runs = f"{len(found.points)} points, {found.plan['replications']} runs each, seed {found.plan['seed']}"
    return Heading(f"{name}: {title}", f"{runs} · {note}" if note else runs, footing_words(scenario))


def _run_words(result: Source, banded: bool) -> str:
    runs = result.replications
    if runs == 1:
        return f"1 run, seed {result.seed}; one run, so no band"
    band = f"; mean over runs, band or whisker: {BAND_WORDS}" if banded else "; mean over runs"
    return f"{runs} runs, seed {result.seed}{band}"


def footing_words(scenario: Scenario | None) -> str:
    """What every figure says of itself: simulated, and on how many assumed values of its scenario it rests;
    fewer words where the scenario is not there any more."""
    if scenario is None:
        return "Simulated, not observed. Rests on assumed values."
    from sim.scenario.files.scenario_files import shipped
    from sim.scenario.load import assumed_values

    # The command must work as it is written: a scenario of one's own is named by its file.
    file = scenario.name if scenario.name in shipped() else f"{scenario.name}.toml"
    return (
        f"Simulated, not observed. Rests on {len(assumed_values(scenario)):,} assumed values "
        f"(borderflow show {file} lists each with its source)."
    )


def scenario_of(found: SweepResult) -> Scenario | None:
    """The scenario that a sweep varies, where it can still be found."""
    from sim.scenario.load import load

    try:
        return load(found.plan["scenario"])
    # The store of a sweep may outlive its scenario; its figures are drawn all the same.
    except BorderflowError:
        return None
