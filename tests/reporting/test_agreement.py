"""One definition of a measure: the tables, figures and pages of one folder say the same number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.comparison.attribution import attribute
from sim.comparison.paired_runs import Comparison
from sim.explore.sweep_results import mean_of_rows, means_by_point
from sim.record.measures import DESCRIBED
from sim.reporting.figures.incident_figure import MEASURES, rates_of_whole_run
from sim.reporting.report.report_blocks import band, number
from sim.reporting.report.report_results import summary_table
from sim.reporting.result_figures import draw
from sim.reporting.style.binned_counts import BinnedCounts
from sim.reporting.style.human_strip import human_totals
from sim.reporting.style.time_bins import daily_clock
from sim.reporting.summary_tables import tidy_frame
from sim.runs.replicate import open_result, run
from sim.runs.result import Result
from sim.runs.statistics import interval_of
from sim.scenario.schema import Scenario
from tests.small import small

RATIOS = [name for name, described in DESCRIBED.items() if described.ratio is not None]


def uneven() -> Scenario:
    """A border whose runs differ much in how many come,
    so that a mean of ratios is another number than a ratio of totals."""
    return small(
        12, surge={"sd": 1.2}, standoffs={"min_persons": 5}, countries={"there": {"claims_heard": 0.3}}
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("agreement") / "run"
    run(uneven(), seed=3, replications=5, out=path, engine="simpy")
    return path


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return open_result(folder)


@pytest.fixture(scope="module")
def summary(folder: Path) -> pd.DataFrame:
    """What the folder's own table says, as a user reads it."""
    return pd.read_csv(folder / "summary.csv").set_index("measure")


@pytest.fixture(scope="module")
def by_run(result: Result) -> pd.DataFrame:
    return result.totals.pivot_table(index="replication", columns="measure", values="value", observed=True)


def test_every_ratio_of_the_table_is_the_ratio_of_totals(summary: pd.DataFrame, by_run: pd.DataFrame) -> None:
    differ = 0
    for name in RATIOS:
        ratio = DESCRIBED[name].ratio
        assert ratio is not None
        below = by_run[ratio.denominator].sum()
        if below:
            assert summary.loc[name, "mean"] == pytest.approx(
                ratio.per * by_run[ratio.numerator].sum() / below
            )
            differ += name in by_run and abs(by_run[name].mean() - summary.loc[name, "mean"]) > 1e-6
    assert differ > 3, "the runs are too alike for the test to notice a mean of ratios"


def test_the_figure_of_incidents_draws_the_rates_of_the_table(result: Result, summary: pd.DataFrame) -> None:
    binned = BinnedCounts(result, (*MEASURES, "attempts"), daily_clock(result.scenario, has_log=False))
    rates = rates_of_whole_run([binned.of(name) for name in MEASURES], binned.total("attempts"))
    expected = [summary.loc[f"incidents_{level}_per_1000", "mean"] for level in range(1, 6)]
    assert rates == pytest.approx(expected)
    axes = next(
        ax for ax in draw("incidents", result).axes if "Rate over the whole run" in ax.get_title(loc="left")
    )
    drawn = {
        round(line.get_ydata()[0]): line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 1
    }
    assert [drawn[level] for level in range(1, 6)] == pytest.approx(expected)


def test_the_human_strip_says_the_share_of_claims_of_the_table(result: Result, summary: pd.DataFrame) -> None:
    totals = human_totals(result)
    for name, (mean, _, _) in totals.items():
        assert mean == pytest.approx(summary.loc[name, "mean"])
    share = totals["claims_heard"][0] / totals["claims_lodged"][0]
    assert share == pytest.approx(summary.loc["share_claims_heard", "mean"])


def test_the_report_and_the_notebook_say_the_table(result: Result, summary: pd.DataFrame) -> None:
    rows = {row[0]: row for row in summary_table(result).rows if len(row) > 1}
    shown = tidy_frame(result, ["attempts", *RATIOS]).set_index("measure")
    for name, row in summary.iterrows():
        words = rows[str(row["label"])]
        assert number(row["mean"]) in words and str(row["unit"]) in words, name
        assert str(row["low"]) == "nan" or band(row["low"], row["high"]) in words, name
    for name in RATIOS:
        if summary.loc[name, "mean"] == summary.loc[name, "mean"]:
            said = float(str(shown.loc[DESCRIBED[name].label, "mean a run"]).replace(",", ""))
            assert said == pytest.approx(summary.loc[name, "mean"], rel=0.05)


def test_a_comparison_and_a_sweep_have_the_table_s_number(
    result: Result, summary: pd.DataFrame, by_run: pd.DataFrame
) -> None:
    differences = Comparison({"a": result, "b": result}).differences.set_index("measure")
    rows = by_run.reindex(columns=list(DESCRIBED)).assign(point=0)
    for name in summary.index:
        expected = pytest.approx(summary.loc[name, "mean"], nan_ok=True)
        assert differences.loc[name, "base"] == expected and differences.loc[name, "mean"] == expected, name
        assert (
            mean_of_rows(rows, DESCRIBED[name]) == expected
            and means_by_point(rows, DESCRIBED[name])[0] == expected
        ), name


def test_levels_of_an_attribution_are_what_a_run_gives_and_no_count_is_below_zero(
    summary: pd.DataFrame,
) -> None:
    found = attribute(uneven(), {"wall": ("wall",)}, seed=3, replications=5, engine="simpy")
    effects = found.table(["attempts", *RATIOS])
    levels = effects[effects["lever"] == "with all of them"].set_index("measure")
    for name, row in levels.iterrows():
        for column in ("mean", "low", "high"):
            assert row[column] == pytest.approx(summary.loc[name, column], nan_ok=True), (name, column)
    counted = effects[(effects["effect"] == "level") & effects["low"].notna()]
    assert (counted["low"] >= 0.0).all()
    share = effects[(effects["measure"] == "share_stopped") & (effects["lever"] == "wall")].set_index(
        "effect"
    )
    whole = effects[(effects["measure"] == "share_stopped") & (effects["lever"] == "all")].iloc[0]
    assert share.loc["share (Shapley)", "mean"] == pytest.approx(whole["mean"])


def test_a_rare_count_of_two_runs_with_none_and_many_is_not_below_zero() -> None:
    for name in ("attempts", "died", "person_days_stranded"):
        assert interval_of(DESCRIBED[name], {name: [0.0, 329.0]}).low >= 0.0


def test_the_mean_of_a_ratio_is_not_changed_by_the_order_of_runs(by_run: pd.DataFrame) -> None:
    shuffled = by_run.reindex(columns=list(DESCRIBED)).iloc[np.array([3, 1, 4, 0, 2])]
    for name in RATIOS:
        assert mean_of_rows(shuffled, DESCRIBED[name]) == pytest.approx(
            mean_of_rows(by_run.reindex(columns=list(DESCRIBED)), DESCRIBED[name]), nan_ok=True
        )
