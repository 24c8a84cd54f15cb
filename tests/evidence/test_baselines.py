"""Naive forecasts and scores: known answers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.evidence.baselines import (
    Counted,
    interval_score,
    last_value,
    level_shift,
    relative_difference,
    share_between,
    skill,
    straight_line,
)

KNOWN = [
    Counted(date(2021, 9, 1), date(2021, 10, 1), 300.0),
    Counted(date(2021, 10, 1), date(2021, 11, 1), 620.0),
]
AHEAD = [
    Counted(date(2021, 11, 1), date(2021, 12, 1), 0.0),
    Counted(date(2021, 12, 1), date(2022, 1, 1), 0.0),
]


def test_the_last_value_goes_on_a_day() -> None:
    assert last_value(KNOWN, AHEAD) == [600.0, 620.0]


def test_a_straight_line_through_two_points_goes_through_them_and_not_below_nought() -> None:
    found = straight_line(KNOWN, KNOWN)
    assert found == pytest.approx([300.0, 620.0])
    assert straight_line(KNOWN[::-1], AHEAD) == pytest.approx(straight_line(KNOWN, AHEAD))
    falling = [Counted(k.start, k.end, v) for k, v in zip(KNOWN, (620.0, 30.0), strict=True)]
    assert straight_line(falling, AHEAD) == [0.0, 0.0]


def test_a_level_shifts_on_its_day() -> None:
    november, december = level_shift(KNOWN, AHEAD, date(2021, 11, 13))
    assert november == pytest.approx(12 * 20.0 + 18 * 10.0)
    assert december == pytest.approx(31 * 10.0)


def test_scores_of_a_perfect_forecast() -> None:
    y = np.array([1.0, 5.0, 9.0])
    assert relative_difference(y[:, None], y[:, None]) == 0.0
    assert skill(y, y + 1.0, y) == 1.0
    assert skill(y + 1.0, y + 1.0, y) == 0.0
    assert interval_score(y, y, y).tolist() == [0.0, 0.0, 0.0]


def test_the_interval_score_is_least_for_the_true_quantiles() -> None:
    luck = np.random.default_rng(1)
    y = luck.normal(size=20_000)
    z = 1.6449
    scores = {
        width: interval_score(np.full(20_000, -width), np.full(20_000, width), y).mean()
        for width in (0.8, 1.2, z, 2.2, 3.0)
    }
    assert min(scores, key=scores.__getitem__) == z  # fmt: skip


def test_the_share_between_sets_is_that_of_known_variances() -> None:
    luck = np.random.default_rng(2)
    values = luck.normal(size=(4000, 1)) * np.sqrt(3.0) + luck.normal(size=(4000, 5))
    assert share_between(values) == pytest.approx(0.75, abs=0.03)
    assert share_between(luck.normal(size=(4000, 5))) < 0.02
