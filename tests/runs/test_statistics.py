"""Intervals: right at known answers, honest where there is little to go on."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.record.measures import DESCRIBED
from sim.runs.statistics import (
    dispersion,
    estimate,
    interval_of,
    interval_of_count,
    interval_of_mean,
    per_run,
    pseudo_values,
    summarise,
)


def test_the_interval_of_a_mean_is_students() -> None:
    values = [3.0, 5.0, 4.0, 8.0]
    low, high = stats.t.interval(0.95, 3, loc=5.0, scale=stats.sem(values))
    found = interval_of_mean(values)
    assert found.mean == 5.0
    assert (found.low, found.high) == pytest.approx((low, high))


def test_one_run_has_no_interval_and_none_has_no_mean() -> None:
    assert math.isnan(interval_of_mean([2.0]).low)
    assert interval_of_mean([2.0]).method == "one run"
    assert math.isnan(interval_of_mean([math.nan]).mean)


def test_runs_without_a_denominator_are_left_out_and_said() -> None:
    found = interval_of_mean([1.0, math.nan, 3.0])
    assert found.mean == 2.0
    assert "1 runs without a denominator" in found.method


def test_a_rare_count_gets_garwoods_interval() -> None:
    """3 events: Garwood's 95 % interval is 0.6187 to 8.7673 (Garwood 1936)."""
    found = interval_of_count([3.0])
    assert (found.low, found.high) == pytest.approx((0.6187, 8.7673), abs=1e-4)


def test_none_seen_gives_an_upper_bound() -> None:
    found = interval_of_count([0.0] * 10)
    assert found.low == 0.0
    assert found.high == pytest.approx(3.6889 / 10, abs=1e-4)
    assert "upper bound" in found.method


def test_runs_that_differ_by_more_than_chance_widen_it_and_say_so() -> None:
    wild, calm = [0.0, 0.0, 0.0, 40.0], [9.0, 10.0, 11.0, 10.0]
    assert dispersion(wild) > 10 > dispersion(calm)
    assert "over-dispersed" in interval_of_count(wild).method
    assert "over-dispersed" not in interval_of_count(calm).method
    assert interval_of_count(wild).high > interval_of_count(calm).high


def test_exact_counts_cover_at_least_as_often_as_they_claim() -> None:
    """1,000 seeded repetitions at each mean, five Poisson runs each;
    a false alarm below 0.93 has chance < 1 %."""
    luck = np.random.default_rng(11)
    for mean in (0.05, 0.5, 3.0):
        covered = sum(
            found.low <= mean <= found.high
            for found in (interval_of_count(list(luck.poisson(mean, 5).astype(float))) for _ in range(1000))
        )
        assert covered >= 930, mean


def summary_of(**totals: list[float]) -> dict[str, tuple[float, float, str]]:
    """Mean, high and method by measure, from totals of measures by run."""
    rows = [(r, name, v) for name, values in totals.items() for r, v in enumerate(values)]
    summary = summarise(pd.DataFrame(rows, columns=["replication", "measure", "value"]))
    return {row.measure: (row.mean, row.high, row.method) for row in summary.itertuples()}  # type: ignore[misc]


def test_a_rate_of_deaths_pools_counts_and_exposure() -> None:
    found = summary_of(died=[1.0, 2.0], attempts=[1000.0, 2000.0], deaths_per_1000=[1.0, 1.0])
    assert found["deaths_per_1000"][0] == 1.0
    assert found["deaths_per_1000"][1] == pytest.approx(8.7673 / 3.0, abs=1e-3)
    assert "over 3,000" in found["deaths_per_1000"][2]


def test_none_seen_is_never_zero_to_zero() -> None:
    found = summary_of(recognised=[0.0, 0.0], died=[0.0, 0.0])
    assert found["recognised"][1] > 1.0 < found["died"][1]


def test_no_interval_of_a_share_reaches_above_one() -> None:
    found = summary_of(stopped=[1.0, 4.0, 3.0], attempts=[2.0, 4.0, 3.0], share_stopped=[0.5, 1.0, 1.0])
    assert found["share_stopped"][1] == 1.0


def test_a_ratio_is_the_ratio_of_totals_and_its_interval_is_the_jackknifes() -> None:
    """Worked by hand: 4 of 30, without one run 3 of 20 and 1 of 10;
    the mean of the two ratios would be 0.125."""
    totals = {"claims_heard": [1.0, 3.0], "claims_lodged": [10.0, 20.0], "share_claims_heard": [0.1, 0.15]}
    described = DESCRIBED["share_claims_heard"]
    found = interval_of(described, totals)
    assert found.mean == pytest.approx(4 / 30) == estimate(described, totals)
    pseudo = [2 * 4 / 30 - 3 / 20, 2 * 4 / 30 - 1 / 10]
    half = stats.t.ppf(0.975, 1) * np.std(pseudo, ddof=1) / math.sqrt(2)
    assert interval_of_mean(per_run(described, totals)).high == pytest.approx(4 / 30 + half)
    assert (found.low, found.high) == (0.0, pytest.approx(min(1.0, 4 / 30 + half)))
    assert found.method == "ratio of totals, jackknife, 2 runs"


def test_pseudo_values_have_the_ratio_as_their_mean_whatever_the_runs() -> None:
    draws = np.random.default_rng(4)
    for _ in range(50):
        exposures = draws.integers(0, 30, 6).astype(float) + 1.0
        counts = draws.integers(0, 30, 6).astype(float)
        values = pseudo_values(list(counts), list(exposures), 1000.0)
        assert math.fsum(values) / 6 == pytest.approx(1000.0 * counts.sum() / exposures.sum())


def test_a_ratio_without_a_denominator_in_some_runs_and_in_all() -> None:
    described = DESCRIBED["share_claims_heard"]
    some = {
        "claims_heard": [0.0, 2.0, 1.0],
        "claims_lodged": [0.0, 4.0, 4.0],
        "share_claims_heard": [math.nan, 0.5, 0.25],
    }
    assert interval_of(described, some).mean == 3 / 8
    one = {"claims_heard": [0.0, 2.0], "claims_lodged": [0.0, 4.0], "share_claims_heard": [math.nan, 0.5]}
    found = interval_of(described, one)
    assert found.mean == 0.5 and math.isnan(found.low) and found.method == "one run with a denominator"
    nothing = {"claims_heard": [0.0, 0.0], "claims_lodged": [0.0, 0.0], "share_claims_heard": [math.nan] * 2}
    assert math.isnan(interval_of(described, nothing).mean)


def test_a_share_of_which_nothing_was_seen_has_an_upper_bound() -> None:
    totals = {"claims_heard": [0.0, 0.0], "claims_lodged": [30.0, 20.0], "share_claims_heard": [0.0, 0.0]}
    found = interval_of(DESCRIBED["share_claims_heard"], totals)
    assert (found.mean, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(3.6889 / 50, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "at_least"), [(5, 0.90), (20, 0.925), (50, 0.935)])
def test_the_jackknife_covers_the_ratio_of_totals(size: int, at_least: float) -> None:
    """2,000 seeded sets of runs of uneven size whose share goes with the size: what was measured is 0.93,
    0.94 and 0.95; the mean of the runs' ratios, which is another number, is covered in 0.87 at 50. Binomial
    error at 1 in 1,000 is allowed for."""
    draws = np.random.default_rng(12)
    described = DESCRIBED["share_claims_heard"]

    def runs(n: int) -> tuple[np.ndarray, np.ndarray]:
        lodged = draws.negative_binomial(4, 4 / 1004.0, n) + 1
        share = np.clip(draws.beta(6, 14, n) * (1 + 0.15 * np.log(lodged / 1000.0)), 0.01, 0.99)
        return draws.binomial(lodged, share), lodged

    heard, lodged = runs(2_000_000)
    truth = heard.sum() / lodged.sum()
    covered = 0
    for _ in range(2000):
        heard, lodged = runs(size)
        totals = {
            "claims_heard": list(heard),
            "claims_lodged": list(lodged),
            "share_claims_heard": list(heard / lodged),
        }
        found = interval_of(described, totals)
        covered += found.low <= truth <= found.high
    assert covered >= stats.binom.ppf(0.001, 2000, at_least)
