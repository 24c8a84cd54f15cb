"""Intervals: right at known answers, honest where there is little to go on."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.experiments.statistics import dispersion, interval_of_count, interval_of_mean, summarise


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
    """1,000 seeded repetitions at each mean, five Poisson runs each; a false alarm below 0.93 has chance < 1 %."""
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
    assert summary_of(share_stopped=[0.5, 1.0, 1.0])["share_stopped"][1] == 1.0
