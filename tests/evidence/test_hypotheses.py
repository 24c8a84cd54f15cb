"""Hypotheses: models that differ are told apart, models that are one are not,
and then no probability is given."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.errors import UsageError
from sim.evidence.calibration.prior_bank import Bank
from sim.evidence.hypotheses import accounts_page, judge, votes_for
from tests.evidence.test_calibrate import calibration

CALIBRATION = calibration()


def bank(times: float, seed: int, runs: int = 400) -> Bank:
    """Runs whose figures lie about the record, some times as high."""
    luck = np.random.default_rng(seed)
    around = CALIBRATION.recorded * times * np.exp(0.2 * luck.standard_normal((runs, 1)))
    figures = np.repeat(around, 1, axis=0)
    return Bank(np.zeros((runs, 2)), figures, CALIBRATION.reported(figures, luck), {}, 0)


def test_models_that_differ_are_told_apart_and_the_record_goes_with_its_own() -> None:
    banks = {1.0: {"as it was": bank(1.0, 1), "ten times": bank(10.0, 2)}}
    verdict = judge(CALIBRATION, banks, {"tries": ["tries"]}, crises=50)["tries"]
    assert verdict.separates
    assert all(setting.votes[0] > 0.95 for setting in verdict.settings)
    assert all(setting.confusion.sum() == 100 for setting in verdict.settings)
    assert "as it was" in verdict.in_words()
    assert "does not say who did what" in verdict.in_words()


def test_models_that_are_one_give_no_probability() -> None:
    banks = {1.0: {"one": bank(1.0, 1), "another": bank(1.0, 2)}}
    verdict = judge(CALIBRATION, banks, {"tries": ["tries"]}, crises=60)["tries"]
    assert not verdict.separates
    assert "No probability is given" in verdict.in_words()
    page = accounts_page({"tries": verdict}, 60, 400)
    assert page.count("\n| one |") == len(verdict.settings)


def test_votes_do_not_depend_on_how_large_a_bank_is() -> None:
    of = CALIBRATION.figures_of(["tries"])
    large, few = bank(1.0, 1, 2000), bank(1.0, 2, 200)
    votes = votes_for(CALIBRATION, [large.told, few.told], CALIBRATION.recorded, of=of, tolerance=0.3)
    assert votes[0] == pytest.approx(0.5, abs=0.1)


def test_claims_are_no_evidence_and_series_need_an_error_model() -> None:
    of = CALIBRATION.figures_of(["tries", "through"])
    assert all(CALIBRATION.figures[i].point.grade != "D" for i in of)
    with pytest.raises(UsageError, match="no error model"):
        CALIBRATION.figures_of(["nobody"])


def test_fewer_than_two_hypotheses_are_refused() -> None:
    with pytest.raises(UsageError, match="two or more"):
        judge(CALIBRATION, {1.0: {"alone": bank(1.0, 1)}}, {"tries": ["tries"]})


def test_narrower_priors_keep_their_medians() -> None:
    narrow = CALIBRATION.narrower(0.5)
    for before, after in zip(CALIBRATION.free, narrow.free, strict=True):
        assert after.prior.value(0.0) == pytest.approx(before.prior.value(0.0))
        assert after.prior.value(2.0) == pytest.approx(before.prior.value(1.0))
