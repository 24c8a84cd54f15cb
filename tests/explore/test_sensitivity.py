"""Known answers for what is asked of many runs: precision, breaking points, influence."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.comparison.paired_runs import compare
from sim.core.errors import ResultError, UsageError
from sim.explore.breaking_point import Search, find_breakpoint, is_monotone, median_interval
from sim.explore.objectives import check_objective, condition_of
from sim.explore.plan import axis_of
from sim.explore.precision import enough_at, relative_half_width, run_to_precision
from sim.explore.sensitivity import analyse, assumed_axes
from sim.reporting.style.binned_counts import spread
from sim.runs.statistics import interval_of_count, interval_of_mean
from sim.runs.store.run_cache import RunCache
from sim.scenario.load import load
from tests.small import small

REPETITIONS = 500
BORDER = """
[scenario]
title = "A border"
start = 2021-07-01
end = 2021-07-06
[mechanisms]
word_of_mouth = false
[countries.there]
summary_return = 0.5
[sectors.north]
country = "there"
length_km = 20.0
[routes.way]
people_per_day = 100.0
[people]
staging = { dist = "exponential", mean_h = 12.0 }
"""


@pytest.fixture
def border(tmp_path: Path) -> str:
    (tmp_path / "border.toml").write_text(BORDER)
    return str(tmp_path / "border.toml")


def within_binomial_error(covered: int, nominal: float) -> bool:
    """Whether a count of covered intervals is one that the nominal level gives,
    at a false alarm of 1 in 1,000."""
    return stats.binomtest(covered, REPETITIONS, nominal).pvalue > 0.001


@pytest.mark.parametrize("size", [5, 20])
def test_the_t_interval_covers_as_it_says(size: int) -> None:
    luck = np.random.default_rng(3)
    covered = sum(
        found.low <= 10.0 <= found.high
        for found in (interval_of_mean(list(luck.normal(10.0, 3.0, size))) for _ in range(REPETITIONS))
    )
    assert within_binomial_error(covered, 0.95)


def test_the_sequential_rule_meets_its_precision_as_often_as_the_docs_state() -> None:
    """The mean found is within 10 % of the truth in at least 95 % of repetitions less binomial error (docs:
    0.95)."""
    luck = np.random.default_rng(5)
    close = 0
    for _ in range(REPETITIONS):
        values = list(luck.normal(10.0, 4.0, 400))
        n = enough_at("attempts", {"attempts": values}, 0.10)
        assert n > 0
        close += abs(float(np.mean(values[:n])) - 10.0) <= 1.0
    assert close >= stats.binom.ppf(0.001, REPETITIONS, 0.95)


@pytest.mark.parametrize("mean", [0.2, 2.0])
def test_counts_that_differ_by_more_than_chance_are_still_covered(mean: float) -> None:
    """Negative binomial counts of twenty runs, variance twice the mean: at least 0.90 of the nominal 0.95."""
    luck = np.random.default_rng(9)
    covered = 0
    for _ in range(REPETITIONS):
        counts = luck.negative_binomial(mean, 0.5, 20).astype(float)
        found = interval_of_count(list(counts))
        covered += found.low <= mean <= found.high
    assert covered >= stats.binom.ppf(0.001, REPETITIONS, 0.90)


@pytest.mark.slow
def test_on_different_luck_false_alarms_stay_within_five_per_cent_of_families() -> None:
    """Two worlds of one policy on two seeds, 100 times, every measure looked at:
    at most 5 % with any "more" or "less"."""
    from sim.comparison.lever_table import totals
    from sim.comparison.paired_runs import holm, paired
    from sim.record.measures import DESCRIBED

    def by_measure(runs: list[dict[str, float]]) -> dict[str, dict[int, float]]:
        return {m: dict(enumerate(x[m] for x in runs)) for m in DESCRIBED}

    scenario = small(4)
    alarms = 0
    for trial in range(100):
        a, b = totals(scenario, 1000 + trial, 8), totals(scenario, 5000 + trial, 8)
        rows = [paired(m, by_measure(a), by_measure(b)) for m in DESCRIBED]
        alarms += any(p < 0.05 for p in holm([row["p"] for row in rows]) if not math.isnan(p))
    assert alarms <= stats.binom.ppf(0.999, 100, 0.05)


def test_runs_are_added_until_the_mean_is_known(tmp_path: Path) -> None:
    result, reached = run_to_precision(
        small(4), measure="attempts", precision=0.08, at_least=5, out=tmp_path / "r"
    )
    assert reached.enough
    assert result.replications == reached.replications >= 5
    assert reached.reached <= 0.08
    assert json.loads((tmp_path / "r" / "precision.json").read_text())["replications"] == result.replications
    _, ended = run_to_precision(small(4), measure="died", precision=0.01, at_least=5, budget=7)
    assert not ended.enough
    assert "budget of 7 runs ended" in str(ended)


def test_the_rule_is_that_of_the_book() -> None:
    values = [10.0, 12.0, 11.0, 9.0, 10.0, 11.0, 10.0, 12.0, 9.0, 10.0, 11.0, 10.0]
    n = enough_at("attempts", {"attempts": values}, 0.08, at_least=3)
    assert relative_half_width("attempts", {"attempts": values[:n]}) <= 0.08 / 1.08
    assert all(relative_half_width("attempts", {"attempts": values[:m]}) > 0.08 / 1.08 for m in range(3, n))
    assert enough_at("attempts", {"attempts": values[:4]}, 0.001, at_least=3) == 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"measure": "joy"}, "--of"),
        ({"precision": 2.0}, "--precision"),
        ({"at_least": 1}, "at_least: found 1, allowed: 2"),
        ({"budget": 6}, "budget: found 6, allowed: 10"),
    ],
)
def test_a_precision_that_cannot_be_is_refused(asked: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        run_to_precision(small(3), **{"measure": "attempts", "precision": 0.1, **asked})  # type: ignore[arg-type]


def test_enforcement_alone_is_no_objective() -> None:
    with pytest.raises(UsageError, match="enforcement measures alone"):
        condition_of("stopped > 10")
    with pytest.raises(UsageError, match="enforcement measures alone"):
        check_objective(["prevented", "apprehended"])
    check_objective(["prevented", "died"])
    with pytest.raises(UsageError, match="allowed: MEASURE > VALUE"):
        condition_of("died is bad")


def test_a_breaking_point_is_where_the_rate_makes_it(border: str) -> None:
    """Arrivals are Poisson: more than 300 people in five days in half of the runs
    at about 60 people a day."""
    found = find_breakpoint(
        border, axis_of("routes.way.people_per_day=20:120"), condition_of("arrived > 300"), replications=24
    )
    assert found.monotone
    assert found.low <= 60.0 * 1.12
    assert found.high >= 60.0 * 0.88
    assert found.low < found.value < found.high
    assert set(found.people) == {"died", "harmed", "person_days_stranded", "claims_heard"}
    assert "holds in half of the runs at" in str(found)


@pytest.mark.parametrize(
    "file", ["manifest.json", "plan.json", "comparison.json", "fit.json", "seconds.json"]
)
def test_runs_are_not_kept_among_the_files_of_another_result(border: str, tmp_path: Path, file: str) -> None:
    """Its tables were called damaged, with the advice to remove them."""
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / file).write_text("{}")
    axis, condition = axis_of("routes.way.people_per_day=20:40"), condition_of("arrived > 0")
    with pytest.raises(ResultError, match="choose another folder with --out"):
        find_breakpoint(border, axis, condition, replications=6, engine="simpy", out=tmp_path / "r")
    assert [path.name for path in (tmp_path / "r").iterdir()] == [file]


def test_a_second_search_in_a_folder_is_refused(border: str, tmp_path: Path) -> None:
    axis, condition = axis_of("routes.way.people_per_day=20:40"), condition_of("arrived > 0")
    with (
        RunCache(tmp_path / "b").writing(),
        pytest.raises(ResultError, match="being written by another command"),
    ):
        find_breakpoint(border, axis, condition, replications=6, engine="simpy", out=tmp_path / "b")


def test_where_it_holds_nowhere_no_point_is_given(border: str) -> None:
    found = find_breakpoint(
        border, axis_of("routes.way.people_per_day=20:40"), condition_of("arrived > 9000"), replications=6
    )
    assert math.isnan(found.value)
    assert "nowhere" in str(found)


def test_where_it_holds_everywhere_the_sentence_says_so(border: str) -> None:
    """It said that it holds nowhere, beside shares of 100 %."""
    axis, condition = axis_of("routes.way.people_per_day=20:40"), condition_of("arrived > 0")
    found = find_breakpoint(border, axis, condition, replications=6, engine="simpy")
    assert str(found).startswith(
        "arrived > 0 holds in more than half of the runs everywhere along routes.way.people_per_day (100%"
    )


def test_a_whole_number_is_bisected_between_neighbours(border: str, monkeypatch: pytest.MonkeyPatch) -> None:
    axis = axis_of("sectors.north.teams=0:8")
    search = Search(border, axis, condition_of("attempts > 0"), 0, (), 1, RunCache(engine="simpy"), None)
    tried: list[float] = []

    def held(_: Search, at: dict[int, float]) -> dict[int, bool]:
        tried.extend(at.values())
        return {r: value >= 5.0 for r, value in at.items()}

    monkeypatch.setattr(Search, "held", held)
    assert search.turns([0.0, 8.0], [{0: False}, {0: True}], rising=True) == [5.0]
    assert tried == [4.0, 6.0, 5.0]


def test_what_goes_up_and_down_is_not_monotone() -> None:
    assert is_monotone([0.0, 0.1, 0.05, 0.8, 1.0], 20)
    assert not is_monotone([0.0, 0.9, 0.1, 0.8, 1.0], 20)


def test_the_interval_of_a_median_is_the_sign_tests() -> None:
    """n = 20: the 6th and the 15th order statistic, confidence 0.9586 (Conover 1999, table A3)."""
    middle, low, high = median_interval([float(i) for i in range(1, 21)])
    assert (middle, low, high) == (10.5, 6.0, 15.0)
    luck = np.random.default_rng(2)
    covered = 0
    for _ in range(REPETITIONS):
        _, low, high = median_interval(sorted(luck.exponential(1.0, 20)))
        covered += low <= math.log(2.0) <= high
    assert covered >= stats.binom.ppf(0.001, REPETITIONS, 0.95)


@pytest.mark.parametrize(("method", "samples"), [("morris", 4), ("sobol", 8)])
def test_what_drives_arrivals_is_found(border: str, tmp_path: Path, method: str, samples: int) -> None:
    axes = [axis_of("routes.way.people_per_day=20:120"), axis_of("people.claim_wish=0.1:0.9")]
    found = analyse(
        border, axes, ["arrived"], method=method, samples=samples, replications=2, out=tmp_path / "s"
    )  # type: ignore[arg-type]
    ranked = found.ranked("arrived")
    assert ranked["key"][0] == "routes.way.people_per_day"
    assert ranked["value"][1] == pytest.approx(0.0, abs=1e-9)
    noise = dict(zip(found.noise["measure"], found.noise["noise"], strict=True))
    assert 0.0 <= noise["arrived"] < 0.2
    again = analyse(
        border, axes, ["arrived"], method=method, samples=samples, replications=2, out=tmp_path / "s"
    )  # type: ignore[arg-type]
    assert again.indices["value"].equals(found.indices["value"])
    Path(border).write_text(Path(border).read_text() + "[routes.road]\npeople_per_day = 5.0\n")
    with pytest.raises(ResultError, match="differs in the scenario's values"):
        analyse(border, axes, ["arrived"], method=method, samples=samples, replications=2, out=tmp_path / "s")  # type: ignore[arg-type]


def test_ends_that_are_too_many_together_are_drawn_back() -> None:
    """Poland's wall is longer than its sectors were if each were a quarter shorter."""
    axes = assumed_axes("belarus-eu-2021")
    assert len(axes) > 200
    load("belarus-eu-2021", sets=[f"{axis.key}={axis.low!r}" for axis in axes])
    load("belarus-eu-2021", sets=[f"{axis.key}={axis.high!r}" for axis in axes])


def test_every_assumed_number_can_be_screened() -> None:
    axes = assumed_axes("night-3-november")
    assert len(axes) > 30
    assert all(axis.low < axis.high for axis in axes)


def test_twins_of_one_policy_differ_by_exactly_nothing() -> None:
    assert not compare({"a": small(4), "b": small(4)}, replications=3).differences["difference"].any()


@pytest.mark.parametrize("runs", [20, 60])
def test_a_percentile_band_holds_a_further_run_as_often_as_the_docs_state(runs: int) -> None:
    """The 5th to 95th percentile of n runs holds the next with 0.9 (n - 1) / (n + 1),
    which nears 0.9 from below."""
    luck = np.random.default_rng(13)
    band = spread(luck.normal(0.0, 1.0, (runs, REPETITIONS)))
    inside = int(
        ((band.low <= (further := luck.normal(0.0, 1.0, REPETITIONS))) & (further <= band.high)).sum()
    )
    assert within_binomial_error(inside, 0.9 * (runs - 1) / (runs + 1))
