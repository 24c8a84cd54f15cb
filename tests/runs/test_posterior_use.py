"""A posterior in runs, comparisons, sweeps and attributions: a parameter set for each replication,
the same in every world."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli.app import app
from sim.comparison.attribution import attribute
from sim.comparison.paired_runs import compare
from sim.core.errors import ResultError, ScenarioError, UsageError
from sim.explore.plan import plan_of
from sim.explore.sweep import sweep
from sim.model.simulate import simulate
from sim.record.frames import totals_of
from sim.runs.manifest import read_manifest
from sim.runs.posterior import Posterior
from sim.runs.replicate import run
from sim.scenario.load import load, varied
from tests.small import small

KEY = "routes.*.people_per_day*"


@pytest.fixture
def posterior(tmp_path: Path) -> Posterior:
    found = Posterior(
        (KEY, "people.try_again"), np.array([[0.5, 0.9], [2.0, 0.5]]), np.array([0.4, 0.6]), {"made": "up"}
    )
    found.write(tmp_path / "posterior.parquet")
    return found  # fmt: skip


def attempts(result) -> list[float]:  # type: ignore[no-untyped-def]
    totals = result.totals
    return [float(v) for v in totals[totals["measure"] == "attempts"].sort_values("replication")["value"]]


def test_each_replication_is_the_scenario_with_its_own_parameters(posterior: Posterior) -> None:
    scenario = small(6)
    found = attempts(run(scenario, seed=2, replications=4, posterior=posterior))
    alone = [
        totals_of(simulate(varied(scenario, posterior.sets(r)), seed=2, replication=r))["attempts"]
        for r in range(4)
    ]
    assert found == alone
    assert found != attempts(run(scenario, seed=2, replications=4))
    assert len({posterior.row(r) for r in range(4)}) == 2


def test_a_folder_of_another_posterior_is_refused(posterior: Posterior, tmp_path: Path) -> None:
    scenario = small(4)
    run(scenario, replications=2, out=tmp_path / "r", posterior=tmp_path / "posterior.parquet")
    assert read_manifest(tmp_path / "r").posterior["digest"] == posterior.digest  # type: ignore[index]
    run(scenario, replications=3, out=tmp_path / "r", posterior=posterior)
    with pytest.raises(ResultError, match="differs in the posterior"):
        run(scenario, replications=3, out=tmp_path / "r")


def test_worlds_share_parameters_as_they_share_luck(posterior: Posterior) -> None:
    worlds = {"a": small(6), "b": small(6)}
    found = compare(worlds, replications=4, posterior=posterior, log=False)
    assert (found.differences["difference"].dropna() == 0.0).all()


def test_a_sweep_draws_from_it_too_and_varies_nothing_twice(posterior: Posterior, tmp_path: Path) -> None:
    path = str(tmp_path / "posterior.parquet")
    how = {"seed": 1, "replications": 2, "samples": 0, "posterior": path}
    plan = plan_of("one-post", ["sectors.*.teams=2,4"], design="grid", **how)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="drawn from the posterior, too"):
        sweep(plan_of("one-post", [KEY + "=1,2"], design="grid", **how), tmp_path / "twice")  # type: ignore[arg-type]
    store = sweep(plan, tmp_path / "s")
    rows = pd.read_parquet(tmp_path / "s" / "rows.parquet")
    world = varied(load("one-post", sets=["sectors.*.teams=2"]), posterior.sets(1))
    alone = totals_of(simulate(world, seed=1, replication=1))
    assert rows.query("point == 0 and replication == 1")["attempts"].item() == alone["attempts"]
    again = sweep(plan, tmp_path / "s")
    assert again.finished() == store.finished()
    replace(posterior, values=posterior.values * 0.9).write(Path(path))
    with pytest.raises(ResultError, match="differs in the posterior"):
        sweep(plan, tmp_path / "s")


def test_an_attribution_draws_from_it_too(posterior: Posterior) -> None:
    scenario = small(6)
    plain = attribute(scenario, {"wall": ("wall",)}, replications=3)
    drawn = attribute(scenario, {"wall": ("wall",)}, replications=3, posterior=posterior)
    assert plain.totals != drawn.totals


def test_a_posterior_of_another_scenario_is_refused(tmp_path: Path) -> None:
    strange = Posterior(("sectors.nowhere.teams",), np.array([[1.0]]), np.array([1.0]), {})
    with pytest.raises(ScenarioError, match="nowhere"):
        run(small(3), posterior=strange)


def test_the_command_line_takes_one(posterior: Posterior, tmp_path: Path) -> None:
    words = ["run", "one-post", "-n", "2", "--no-plots", "--posterior", str(tmp_path / "posterior.parquet")]
    result = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "r")])
    assert result.exit_code == 0, result.output
    assert read_manifest(tmp_path / "r").posterior["keys"] == [KEY, "people.try_again"]  # type: ignore[index]
