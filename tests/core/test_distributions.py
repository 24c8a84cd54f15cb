"""Each law of durations and counts against an independent implementation (SciPy, the standard library)."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from sim.core.distributions import (
    EXPONENTIAL,
    FIXED,
    LARGEST_PARTY,
    LOGNORMAL,
    TABLE,
    TABLE_POINTS,
    UNIFORM,
    WEIBULL,
    Law,
    draw_duration,
    exponential,
    from_table,
    gamma_table,
    index_in,
    lognormal,
    normal_quantile,
    party_size_table,
    power,
    safe_exp,
    table_mean,
    whole_share,
)
from sim.scenario.numeric_tables import Tables
from sim.scenario.schema import Exponential, Fixed, Gamma, Lognormal, Uniform, Weibull
from tests.small import small

U = np.concatenate([np.geomspace(2.0**-53, 0.5, 400), 1.0 - np.geomspace(2.0**-53, 0.5, 400)[::-1]])
EVEN = (np.arange(20_000) + 0.5) / 20_000
SHAPES = (0.05, 0.5, 1.0, 2.0, 9.0, 1000.0)


def distance(hours: np.ndarray, law: Any) -> float:
    """The largest gap between two distribution functions (Kolmogorov)."""
    return float(stats.kstest(hours, law.cdf).statistic)


def test_exp_never_overflows_and_is_exp_below() -> None:
    assert safe_exp(1e308) == safe_exp(700.0) == math.exp(700.0)
    assert all(safe_exp(x) == math.exp(x) for x in (-1e308, -745.0, 0.0, 1.0, 699.9))


def test_a_power_is_that_of_the_standard_library() -> None:
    for x in np.geomspace(1e-9, 1e9, 61):
        for p in np.linspace(-5.0, 5.0, 41):
            assert power(float(x), float(p)) == pytest.approx(math.pow(x, p), rel=1e-13)
    assert power(0.0, 0.0) == 1.0
    assert power(0.0, 2.0) == 0.0


def test_the_normal_quantile_is_that_of_the_standard_library() -> None:
    """The same algorithm (AS 241), written apart; and SciPy's, which is another."""
    law = NormalDist()
    for u in U.tolist():
        assert normal_quantile(u) == pytest.approx(law.inv_cdf(u), rel=1e-14, abs=1e-15)
        assert normal_quantile(u) == pytest.approx(float(stats.norm.ppf(u)), rel=1e-12, abs=1e-12)


def test_the_normal_quantile_is_odd_and_rises() -> None:
    assert all(
        normal_quantile(1.0 - u) == -normal_quantile(u) for u in (0.5, 0.25, 0.125, 2.0**-30, 2.0**-53)
    )
    values = [normal_quantile(u) for u in np.unique(U).tolist()]
    assert all(a < b for a, b in pairwise(values))


def test_an_exponential_has_the_survival_function_of_its_mean() -> None:
    for u in U.tolist():
        assert exponential(u, 3.0) == pytest.approx(
            float(stats.expon(scale=3.0).isf(u)), rel=1e-13, abs=1e-15
        )


def test_a_lognormal_has_scipys_quantiles() -> None:
    for median, log_sd in ((218.0, 0.9), (1.2, 0.5), (6.0, 3.0)):
        expected = stats.lognorm(log_sd, scale=median).ppf(U)
        assert [lognormal(u, median, log_sd) for u in U.tolist()] == pytest.approx(
            expected.tolist(), rel=1e-11
        )
    assert lognormal(0.99, 4.0, 0.0) == 4.0


@pytest.mark.parametrize(
    ("law", "scipys"),
    [
        (Law(FIXED, 5.0, 0.0, 0), None),
        (Law(EXPONENTIAL, 5.0, 0.0, 0), stats.expon(scale=5.0)),
        (Law(LOGNORMAL, 5.0, 0.7, 0), stats.lognorm(0.7, scale=5.0)),
        (Law(WEIBULL, 5.0, 1.0 / 1.7, 0), stats.weibull_min(1.7, scale=5.0)),
        (Law(WEIBULL, 5.0, 1.0 / 0.6, 0), stats.weibull_min(0.6, scale=5.0)),
        (Law(UNIFORM, 2.0, 8.0, 0), stats.uniform(2.0, 6.0)),
    ],
)
def test_durations_follow_their_law(law: Law, scipys: Any) -> None:
    """The distance of the law of 20,000 evenly laid numbers from SciPy's: half a step, no chance in it."""
    hours = np.array([draw_duration(u, law, ()) for u in EVEN.tolist()])
    if scipys is None:
        assert set(hours) == {law.a}
        return
    assert distance(hours, scipys) < 1.0 / len(EVEN)
    assert hours.mean() == pytest.approx(float(scipys.mean()), rel=2e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_gammas_table_gives_scipys_quantiles_between_its_points(shape: float) -> None:
    table = gamma_table(shape)
    law = stats.gamma(shape, scale=1.0 / shape)
    inner = np.linspace(0.002, 0.998, 1001)
    expected = law.ppf(inner) * 6.0
    assert [from_table(u, 6.0, table, 0) for u in inner.tolist()] == pytest.approx(
        expected.tolist(), rel=2e-3, abs=1e-6
    )


@pytest.mark.parametrize("shape", SHAPES[1:])
def test_a_gammas_mean_and_spread_are_those_asked_for(shape: float) -> None:
    """The table ends at its last points, which costs the far tail less than 1 % of the
    variance for shapes of 0.5 up."""
    table = gamma_table(shape)
    hours = np.array([draw_duration(u, Law(TABLE, 6.0, 0.0, 0), table) for u in EVEN.tolist()])
    assert hours.mean() == pytest.approx(6.0, rel=1e-3)
    assert hours.var() == pytest.approx(36.0 / shape, rel=1e-2)
    assert distance(hours, stats.gamma(shape, scale=6.0 / shape)) < 1.0 / TABLE_POINTS


def test_a_table_is_found_where_it_begins() -> None:
    tables = [*gamma_table(1.0), *gamma_table(4.0)]
    for u in (2.0**-53, 0.3, 1.0 - 2.0**-53):
        assert draw_duration(u, Law(TABLE, 2.0, 0.0, TABLE_POINTS), tables) == from_table(
            u, 2.0, gamma_table(4.0), 0
        )
        assert draw_duration(u, Law(TABLE, 2.0, 0.0, 0), tables) >= 0.0


def test_every_duration_of_the_schema_becomes_the_law_it_names() -> None:
    tables = Tables(small())
    named: list[tuple[Any, Any, float | None]] = [
        (Fixed(dist="fixed", h=3.0), None, 3.0),
        (Exponential(dist="exponential", mean_h=3.0), stats.expon(scale=3.0), None),
        (Lognormal(dist="lognormal", median_h=3.0, log_sd=0.4), stats.lognorm(0.4, scale=3.0), None),
        (Gamma(dist="gamma", mean_h=3.0, shape=2.5), stats.gamma(2.5, scale=3.0 / 2.5), None),
        (Weibull(dist="weibull", scale_h=3.0, shape=2.5), stats.weibull_min(2.5, scale=3.0), None),
        (Uniform(dist="uniform", low_h=1.0, high_h=3.0), stats.uniform(1.0, 2.0), None),
    ]
    for duration, scipys, fixed in named:
        law = tables.law(duration)
        hours = np.array([draw_duration(u, law, tables.quantiles) for u in EVEN.tolist()])
        if scipys is None:
            assert set(hours) == {fixed}
        else:
            assert distance(hours, scipys) < 1.0 / TABLE_POINTS, duration


def test_a_whole_share_has_the_mean_of_the_share_and_is_next_to_it() -> None:
    for persons, share in ((8, 0.25), (7, 0.31), (1, 0.9), (40, 0.0), (5, 1.0)):
        counts = np.array([whole_share(persons, share, u) for u in EVEN.tolist()])
        assert counts.mean() == pytest.approx(persons * share, abs=1e-4)
        assert set(counts) <= {math.floor(persons * share), math.ceil(persons * share)}


def test_an_index_is_the_first_that_exceeds() -> None:
    cumulative = (0.1, 0.1, 0.5, 0.9)
    found = [index_in(u, cumulative, 4) for u in (0.05, 0.1, 0.3, 0.5, 0.89, 0.95)]
    assert found == [0, 2, 2, 3, 3, 3]
    assert index_in(0.5, (1.0,), 1) == 0


@pytest.mark.parametrize(
    ("mean", "shape"), [(7.8, 1.3), (6.6, 1.0), (9.9, 2.0), (1.5, 0.3), (40.0, 30.0), (3.0, 1000.0)]
)
def test_party_sizes_are_a_truncated_negative_binomial(mean: float, shape: float) -> None:
    table = np.array(party_size_table(mean, shape))
    sizes = np.arange(1, len(table) + 1)
    p = _success(mean, shape)
    law = stats.nbinom(shape, p)
    expected = (law.cdf(sizes) - law.pmf(0)) / law.sf(0)
    assert np.abs(table - expected).max() < 1e-9
    shares = np.diff(np.concatenate([[0.0], table]))
    assert (shares * sizes).sum() == pytest.approx(mean, rel=1e-6)


def _success(mean: float, shape: float) -> float:
    """SciPy's parameter of the untruncated law whose truncated mean is this, by its own root search."""
    from scipy.optimize import brentq

    def excess(m: float) -> float:
        return m / float(stats.nbinom(shape, shape / (shape + m)).sf(0)) - mean

    m = brentq(excess, 1e-6, mean, xtol=1e-13)
    return float(shape / (shape + m))


def test_parties_of_one_are_parties_of_one() -> None:
    assert party_size_table(1.0, 1.3) == (1.0,)


def test_a_wide_law_of_party_sizes_loses_little_at_the_largest_party() -> None:
    """Where the tail passes the largest party the last size takes what is left: stated,
    and its mean asked for."""
    table = party_size_table(9.9, 0.3)
    assert len(table) <= LARGEST_PARTY
    assert 1.0 - table[-1] < 1e-6


def test_the_mean_of_a_gathering_is_that_of_its_lognormal() -> None:
    """What turns people a day into groups a day: the mean of parties and gatherings, against an integral."""
    scenario = small()
    people = scenario.people
    law = stats.lognorm(people.gathering_log_sd, scale=people.gathering_median)
    mean, _ = integrate.quad(law.sf, 0.5, people.gathering_max - 0.5)
    whole = sum(float(law.sf(k - 0.5)) for k in range(3, people.gathering_max + 1)) + 2
    assert whole == pytest.approx(mean, rel=0.02)
    expected = (1 - people.gathering_share) * people.party_size_mean + people.gathering_share * whole
    assert Tables(scenario).mean_group == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("mean", "shape"), [(7.8, 1.3), (60.0, 0.5), (200.0, 1.3), (500.0, 1.0)])
def test_large_parties_have_the_mean_that_was_asked_for(mean: float, shape: float) -> None:
    assert table_mean(party_size_table(mean, shape)) == pytest.approx(mean, rel=1e-4)
