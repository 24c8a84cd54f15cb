"""Figures of one's own beside a run: read before it, kept with it,
and no part of what makes two runs the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import ScenarioError, UsageError
from sim.evidence.calibration.calibration_problem import read_calibration
from sim.model.simulate import simulate
from sim.reporting.figures.recorded_figure import simulated
from sim.reporting.report.reported_accounts import recorded_tables
from sim.runs import replicate
from sim.runs.recorded_counterparts import Gauge, bound_series
from sim.runs.replicate import open_result, run
from sim.scenario.load import load

WORLD = """
[scenario]
title = "Small"
start = 2030-03-01
end = 2030-03-11
[countries.north]
[sectors.ford]
country = "north"
length_km = 10.0
teams = 2
[routes.road]
people_per_day = 40.0
distance_km = { north = 50.0 }
[parties.guard]
side = "guard"
sees_detected = 1.0
[recorded.mine]
series = "mine.csv"
measure = "attempts"
party = "guard"
"""
FIGURES = "start,end,value\n2030-03-01,2030-03-06,60\n"
FIT = """
scenario = "small.toml"
[free.a]
key = "routes.road.people_per_day*"
prior = { dist = "lognormal", median = 1.0, log_sd = 0.5 }
source = "a guess"
[series.mine]
log_sd = 0.3
source = "a guess"
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    (tmp_path / "mine.csv").write_text(FIGURES)
    (tmp_path / "small.toml").write_text(WORLD)
    return tmp_path / "small.toml"


def test_a_run_is_compared_with_them_over_the_same_days(world: Path) -> None:
    result = run(world, replications=2)
    (bound,) = bound_series(result.scenario)
    told = result.accounts[(result.accounts["party"] == "guard") & (result.accounts["measure"] == "attempts")]
    first_days = told[told["day"] < 5].groupby("replication")["value"].sum()
    assert simulated(result, bound)[:, 0].tolist() == first_days.reindex([0, 1], fill_value=0).tolist()
    assert Gauge(result.scenario).read(simulate(result.scenario)) == pytest.approx(
        simulated(result, bound)[0]
    )


def test_a_folder_tells_them_without_their_file(world: Path, tmp_path: Path) -> None:
    run(world, out=tmp_path / "r")
    (tmp_path / "mine.csv").unlink()
    words = repr(recorded_tables(open_result(tmp_path / "r")))
    assert "1 March to 5 March 2030" in words
    assert "'60'" in words


def test_a_figure_that_is_added_uses_the_runs_that_are_there(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run(world, out=tmp_path / "r").events
    monkeypatch.setattr(replicate, "play", None)
    (tmp_path / "mine.csv").write_text(FIGURES + "2030-03-06,2030-03-11,90\n")
    again = run(world, out=tmp_path / "r")
    assert [p.value for p in bound_series(open_result(tmp_path / "r").scenario)[0].points] == [60.0, 90.0]
    assert again.events.equals(before)


def test_a_fault_of_theirs_stops_a_run_before_it_begins(world: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(FIGURES + "2030-03-06,2030-03-06,90\n")
    with pytest.raises(ScenarioError, match=r"mine\.csv:3: end: is not after start"):
        run(world, out=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_a_scenario_of_code_with_an_unknown_series_is_refused_before_it_runs(
    world: Path, tmp_path: Path
) -> None:
    scenario = load(world)
    binding = scenario.recorded["mine"].model_copy(update={"series": "theirs"})
    with pytest.raises(UsageError, match="no recorded series 'theirs'"):
        run(scenario.model_copy(update={"recorded": {"mine": binding}}), out=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_a_calibration_fits_to_them(world: Path, tmp_path: Path) -> None:
    (tmp_path / "fit.toml").write_text(FIT)
    found = read_calibration(tmp_path / "fit.toml")
    assert found.recorded.tolist() == [60.0]
    assert found.fitted.tolist() == [0]
    assert np.isfinite(found.distance(np.array([55.0])))
    (tmp_path / "mine.csv").write_text(FIGURES.replace("60", "61"))
    assert read_calibration(tmp_path / "fit.toml").digest != found.digest
