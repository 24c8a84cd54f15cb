"""Validation: what is fitted, predicted or only shown; naive forecasts; scores of a model that is right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli.app import app
from sim.core.errors import ResultError
from sim.evidence.calibration.calibration_problem import read_calibration
from sim.evidence.validate import (
    FIRST_PREDICTION,
    Predicted,
    naive_forecasts,
    predict,
    prediction_table,
    scores,
    sector_shares,
    use_of,
)
from sim.runs.posterior import Posterior
from tests.evidence.test_calibrate import calibration

REFERENCE = read_calibration(Path("belarus-eu-2021"))


def test_fourteen_figures_of_the_reference_are_fitted_and_none_is_later_or_a_claim() -> None:
    """As docs/validation-plan.md has it."""
    assert len(REFERENCE.fitted) == 14
    assert len(REFERENCE.free) == 6
    uses = [use_of(REFERENCE, i) for i in range(len(REFERENCE.figures))]
    for use, figure in zip(uses, REFERENCE.figures, strict=True):
        if use == "fitted":
            assert figure.point.end <= date(2021, 11, 1)
        if use == "predicted":
            assert figure.point.end > date(2021, 11, 1) and figure.point.days > 1
        if figure.point.grade == "D":
            assert use == "shown"
    assert uses.count("predicted") == 33


def test_naive_forecasts_of_poland_are_the_octobers_level_and_julys() -> None:
    naive = naive_forecasts(REFERENCE)
    december = next(
        i for i, f in enumerate(REFERENCE.figures)
        if f.binding == "poland-attempts" and f.point.start == date(2021, 12, 1)
    )  # fmt: skip
    last, line, shift = naive[december]
    assert last == pytest.approx(17447.0)
    assert line > 20_000
    assert shift == pytest.approx(200.0)
    assert np.isnan(naive[list(REFERENCE.fitted)]).all()


def test_running_totals_go_on_from_where_they_stood() -> None:
    naive = naive_forecasts(REFERENCE)
    latvia = [i for i, f in enumerate(REFERENCE.figures) if f.binding == "latvia-prevented"]
    rows = naive[latvia][2:]
    assert (rows >= 850.0).all()
    assert (np.diff(rows, axis=0) >= 0.0).all()
    days = (REFERENCE.figures[latvia[2]].point.end - date(2021, 9, 29)).days
    assert rows[0, 0] == pytest.approx(850.0 + days * (850.0 - 395.0) / 44)


def test_a_model_that_is_right_scores_well() -> None:
    """Predictions drawn around the record itself: nine in ten intervals hold their figure,
    and skill is near one."""
    luck = np.random.default_rng(3)
    around = np.repeat(REFERENCE.recorded[None], 2000, axis=0)
    told = around * np.exp(0.05 * luck.standard_normal(around.shape))
    found = Predicted(around, told, {}, np.zeros(around.shape[1]))
    table = prediction_table(REFERENCE, found)
    scored = scores(table).set_index("binding")
    assert table["inside"].all()
    assert scored.loc["poland-attempts", "averaged relative difference"] < 0.01
    assert scored.loc["poland-attempts", "skill over last value"] > 0.99


def test_predictions_are_kept_and_of_a_luck_of_their_own(tmp_path: Path) -> None:
    found = calibration()
    posterior = Posterior(
        tuple(f.key for f in found.free),
        found.values_at(np.array([[0.0, 0.0], [1.0, 0.5]])),
        np.array([0.5, 0.5]),
        {},
    )
    first = predict(found, posterior, tmp_path, runs=50)
    again = predict(found, posterior, tmp_path, runs=50)
    assert first.figures.tolist() == again.figures.tolist()
    assert first.told.tolist() == again.told.tolist()
    assert first.figures.shape == (50, len(found.figures))
    assert ((first.spread >= 0.0) & (first.spread <= 1.0)).all()
    assert FIRST_PREDICTION > 100_000_000


def test_shares_of_sectors_sum_to_one() -> None:
    import pandas as pd

    accounts = pd.DataFrame(
        {"party": "guard", "measure": "attempts", "date": "2021-10-01", "sector": ["a", "b"] * 2,
            "replication": [0, 0, 1, 1],
         "value": [30.0, 10.0, 20.0, 20.0]}
    )  # fmt: skip
    shares = sector_shares(accounts, "guard", date(2021, 7, 1), date(2022, 1, 1)).set_index("sector")
    assert shares.loc["a", "median"] == pytest.approx(0.625)
    assert shares["median"].sum() == pytest.approx(1.0)


def test_from_a_file_to_scores_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(
        """
scenario = "belarus-eu-2021"
sets = ["scenario.end=2021-12-01"]
fit_until = 2021-08-01
population = 10
tolerance = 5.0
[free.arrivals]
key = "routes.*.people_per_day*"
prior = { dist = "lognormal", median = 1.0, log_sd = 0.5 }
label = "arrivals"
source = "made up for a test"
[series.poland-attempts]
log_sd = 0.5
floor = 50.0
source = "made up for a test"
"""
    )
    run = CliRunner()
    words = [
        "calibrate",
        str(path),
        "--out",
        str(tmp_path / "fit"),
        "--bank",
        "64",
        "--truths",
        "3",
        "--budget",
        "200",
    ]
    done = run.invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "tolerance" in done.output
    for name in ("posterior.parquet", "generations.csv", "recovery.csv", "figures.csv"):
        assert (tmp_path / "fit" / name).exists(), name
    done = run.invoke(
        app,
        [
            "validate",
            str(path),
            "--fit",
            str(tmp_path / "fit"),
            "--runs",
            "50",
            "--write",
            str(tmp_path / "page.md"),
        ],
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "fit" / "figures" / "free-numbers.png").stat().st_size > 10_000
    page = (tmp_path / "page.md").read_text()
    assert "| Poland: attempts by month, October 2021 | A | 17,447 |" in page
    assert "## Predicted, and scored" in page
    path.write_text(path.read_text().replace("log_sd = 0.5 }", "log_sd = 0.4 }"))
    with pytest.raises(ResultError, match="holds another fit"):
        run.invoke(app, ["validate", str(path), "--fit", str(tmp_path / "fit")], catch_exceptions=False)
