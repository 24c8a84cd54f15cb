"""Measures of a scenario's extensions in what is asked of many runs: comparisons, sweeps, attribution,
searches."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.app import app
from sim.comparison.attribution import attribute
from sim.comparison.paired_runs import compare, open_comparison
from sim.core.errors import ResultError, UsageError
from sim.explore.breaking_point import find_breakpoint
from sim.explore.objectives import condition_of
from sim.explore.plan import Plan, axis_of, checked
from sim.explore.precision import run_to_precision
from sim.explore.sensitivity import analyse, assumed_axes
from sim.explore.sweep import sweep
from sim.explore.sweep_results import open_store
from sim.model.extensions.extended import TRUST
from sim.reporting.figures.sensitivity_figures import figures_of
from sim.reporting.style.figure_files import drawn
from sim.reporting.summary_tables import tidy_frame
from sim.runs.jobs import job_of
from sim.runs.store.run_cache import RunCache
from sim.scenario.checks.extension_checks import measures_of, shared_measures
from sim.scenario.schema import Scenario
from tests.runs.flown import BASE, EXTENSION, OWN

pytestmark = pytest.mark.usefixtures("trust")


def test_a_comparison_has_the_difference_where_both_count_it(flown: Scenario, folder: Path) -> None:
    slower = sim.load(folder / "flown.toml", sets=["extensions.drones.numbers.charging_h=8.0"])
    found = compare({"fast": flown, "slow": slower}, replications=2, engine="simpy")
    rows = found.differences.set_index("measure")
    row = rows.loc["drones.flights"]
    assert (row["label"], row["unit"]) == ("drone flights", "flights")
    assert (row["base"], row["mean"], row["difference"]) == (24.0, 12.0, -12.0)
    month = found.by_month[found.by_month["measure"] == "drones.flights"]
    assert month["difference"].tolist() == [-12.0]
    assert "drone flights" in set(tidy_frame(found, ["drones.flights"])["measure"])


@pytest.mark.parametrize("first", ["plain", "flown"])
def test_where_one_world_does_not_count_a_measure_there_is_no_difference_of_it(
    first: str, flown: Scenario, folder: Path, tmp_path: Path
) -> None:
    worlds = {"plain": sim.load(folder / "plain.toml"), "flown": flown}
    worlds = {first: worlds.pop(first), **worlds}
    found = compare(worlds, replications=2, engine="simpy", out=tmp_path / "out")
    for frame in (found.differences, found.by_month):
        assert not set(frame["measure"]) & set(OWN)
    assert found.results["flown"].summary["measure"].isin(OWN).sum() == 3
    assert any("no difference of drones.flights" in note for note in found.notes)
    assert found.differences["difference"].abs().max() == 0.0  # these drones only look: nothing else changes
    pd.testing.assert_frame_equal(open_comparison(tmp_path / "out").differences, found.differences)


def test_a_measure_that_adds_up_other_rows_is_another_measure(flown: Scenario, folder: Path) -> None:
    sets = ['extensions.drones.measures.flights.rows=["landed"]']
    other = sim.load(folder / "flown.toml", sets=sets)
    assert "drones.flights" not in shared_measures(flown, other)
    assert {"drones.hours", "died"} <= set(shared_measures(flown, other))


def test_a_sweep_keeps_and_summarises_the_measures_and_is_read_without_trust(
    folder: Path, tmp_path: Path, trust: pytest.MonkeyPatch
) -> None:
    axis = axis_of("extensions.drones.numbers.charging_h=3,8")
    plan = checked(Plan(str(folder / "flown.toml"), (axis,), replications=2, outcomes=("drones.flights",)))
    sweep(plan, tmp_path / "store", engine="simpy")
    trust.delenv(TRUST)
    found = open_store(tmp_path / "store")
    assert found.rows["drones.flights"].tolist() == [24.0, 24.0, 12.0, 12.0]
    summary = found.summary()
    assert summary.loc[summary["measure"] == "drones.flights", "mean"].tolist() == [24.0, 12.0]
    assert found.measures["drones.hours"].unit == "h"
    assert "drone flights" in tidy_frame(found, ["drones.flights"]).columns
    said = CliRunner().invoke(app, ["results", str(tmp_path / "store"), "--measure", "drones.in_view"])
    assert said.exit_code == 0
    assert "drones.in_view" in said.output
    with pytest.raises(UsageError, match=r"drones\.flight,.*did you mean 'drones\.flights'"):
        found.summary(["drones.flight"])


def test_a_stopped_sweep_goes_on_with_its_measures(folder: Path, tmp_path: Path) -> None:
    plan = Plan(str(folder / "flown.toml"), (axis_of("routes.way.people_per_day=30,60"),), replications=1)
    sweep(checked(plan), tmp_path, engine="simpy", chunk=1)
    sweep(checked(replace(plan, replications=2)), tmp_path, engine="simpy", chunk=1)
    assert open_store(tmp_path).rows["drones.flights"].tolist() == [24.0] * 4


def test_the_store_of_a_scenario_without_extensions_says_nothing_of_them(
    folder: Path, tmp_path: Path
) -> None:
    plan = Plan(str(folder / "plain.toml"), (axis_of("routes.way.people_per_day=30,60"),), replications=1)
    sweep(checked(plan), tmp_path, engine="simpy")
    assert "measures" not in json.loads((tmp_path / "plan.json").read_text())
    assert not open_store(tmp_path).rows.columns.str.contains("drones").any()


def test_a_sweep_refuses_an_outcome_that_its_scenario_does_not_count(folder: Path, tmp_path: Path) -> None:
    axis = axis_of("routes.way.people_per_day=30,60")
    plan = checked(Plan(str(folder / "plain.toml"), (axis,), outcomes=("drones.flights",)))
    with pytest.raises(UsageError, match=r"outcomes: found drones\.flights"):
        sweep(plan, tmp_path / "store", engine="simpy")
    assert not (tmp_path / "store").exists()


def test_levers_are_attributed_changes_of_the_measures(flown: Scenario, tmp_path: Path) -> None:
    found = attribute(flown, {"wall": ("wall",)}, replications=2, engine="simpy", out=tmp_path)
    table = found.table(["drones.flights"]).set_index(["measure", "lever"])
    assert table.loc[("drones.flights", "wall"), "mean"].tolist() == [0.0, 0.0]
    assert table.loc[("drones.flights", "with all of them"), "mean"] == 24.0
    again = attribute(flown, {"wall": ("wall",)}, replications=2, engine="simpy", out=tmp_path)
    assert again.totals == found.totals
    with pytest.raises(UsageError, match=r"drones\.flight,"):
        found.table(["drones.flight"])


def test_runs_that_were_kept_without_a_measure_are_run_again_for_it(flown: Scenario, tmp_path: Path) -> None:
    job = job_of(0, flown, seed=0, replication=0)
    RunCache(tmp_path, "simpy").rows_of([job])
    known = measures_of(flown)
    assert RunCache(tmp_path, "simpy", measures=known).rows_of([job])[0]["drones.flights"] == 24.0
    assert RunCache(tmp_path, "simpy", measures=known).known(job.key) is not None


def test_runs_are_added_until_a_measure_is_known_well_enough(flown: Scenario) -> None:
    _, reached = run_to_precision(flown, measure="drones.flights", precision=0.05, at_least=2, budget=3)
    assert (reached.replications, reached.reached, reached.enough) == (2, 0.0, True)
    assert str(reached).startswith("drone flights: 2 runs")


def test_a_breaking_point_is_found_on_a_measure_of_an_extension(folder: Path) -> None:
    flow = str(folder / "flow.toml")
    text = (BASE + EXTENSION).replace('unit = "flights"', 'unit = "flights", family = "flow"')
    Path(flow).write_text(text)
    axis = axis_of("extensions.drones.numbers.charging_h=3.0:8.0")
    condition = condition_of("drones.flights < 18")
    found = find_breakpoint(flow, axis, condition, replications=6, engine="simpy")
    assert found.value == pytest.approx((120.0 - 17 * 2.0) / 18, abs=0.02)  # the 18th flight at the end
    with pytest.raises(UsageError, match=r"drones\.flight,"):
        find_breakpoint(flow, axis, condition_of("drones.flight < 18"), engine="simpy")
    with pytest.raises(UsageError, match="enforcement measures alone"):
        find_breakpoint(str(folder / "flown.toml"), axis, condition, engine="simpy")


def test_assumptions_are_ranked_by_a_measure_of_an_extension(folder: Path, tmp_path: Path) -> None:
    axes = [
        axis_of("extensions.drones.numbers.charging_h=3.0:8.0"),
        axis_of("routes.way.people_per_day=30:60"),
    ]
    found = analyse(
        str(folder / "flown.toml"), axes, ["drones.flights", "attempts"], samples=2, replications=2,
        out=tmp_path, engine="simpy",
    )  # fmt: skip
    ranked = found.ranked("drones.flights")
    assert ranked["key"].tolist()[0] == "extensions.drones.numbers.charging_h"
    assert ranked["value"].tolist()[1] == 0.0
    assert "drone flights" in set(tidy_frame(found)["measure"])
    assert all(drawn(figure()).axes for figure in figures_of(found, tmp_path, ["drones.flights"]).values())


@pytest.mark.parametrize(
    "harm", [{"name": "died"}, {"name": "point"}, {"ratio": {"name": "a"}}, {"unit": 7}, {"family": "other"}]
)
def test_a_store_whose_measures_are_damaged_is_refused(
    harm: dict[str, Any], folder: Path, tmp_path: Path
) -> None:
    plan = Plan(str(folder / "flown.toml"), (axis_of("routes.way.people_per_day=30,60"),), replications=1)
    sweep(checked(plan), tmp_path, engine="simpy")
    content = json.loads((tmp_path / "plan.json").read_text())
    content["measures"][0] |= harm
    (tmp_path / "plan.json").write_text(json.dumps(content))
    with pytest.raises(ResultError, match=r"plan\.json is damaged"):
        open_store(tmp_path)


def test_assumed_numbers_of_extensions_are_screened(folder: Path) -> None:
    keys = [axis.key for axis in assumed_axes(str(folder / "flown.toml"))]
    assert "extensions.drones.numbers.flight_h" in keys
