"""Verification: it passes a model that is right, and fails one that is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.evidence import verify as module
from sim.evidence.analytic_results import erlang_a, erlang_c, share_found
from sim.evidence.verify import hours_by_compartment, mean_hours, posts_of, verify, verify_page
from sim.record.events import Compartment, Kind
from sim.scenario.load import load
from sim.scenario.schema.durations import Gamma, Lognormal, Weibull
from tests.small import small


def test_the_formulas_agree_where_they_meet() -> None:
    assert erlang_a(5, 1.0, 4.0, 1e9)[0] == pytest.approx(erlang_c(5, 4.0), rel=1e-6)
    assert share_found(0.7, 1e9) == pytest.approx(share_found(0.7), rel=1e-8)


def test_means_of_durations() -> None:
    assert mean_hours(Gamma(dist="gamma", mean_h=3.0, shape=2.0)) == 3.0
    assert mean_hours(Weibull(dist="weibull", scale_h=3.0, shape=1.0)) == 3.0
    assert mean_hours(Lognormal(dist="lognormal", median_h=3.0, log_sd=0.0)) == 3.0


def test_posts_without_teams_are_no_queues() -> None:
    scenario = small(5)
    empty = {name: sector.model_copy(update={"teams": 0}) for name, sector in scenario.sectors.items()}
    assert posts_of(scenario.model_copy(update={"sectors": empty})) == []
    assert len(posts_of(load("belarus-eu-2021"))) == module.POSTS


@pytest.mark.parametrize("name", ["riverland", "night-3-november"])
def test_a_shipped_scenario_agrees_with_theory(name: str) -> None:
    checks = verify(load(name), replications=12)
    assert all(row.holds for row in checks), verify_page(load(name), checks, 0, 12)
    assert sum(row.exact for row in checks) > 5
    assert sum(not row.exact for row in checks) > 5


@pytest.mark.parametrize(
    ("wrong", "case"),
    [
        (lambda s: {"response": s.response.model_copy(update={"persons_per_team": 0.5})}, "post"),
        (lambda s: {"detection": s.detection.model_copy(
            update={"patrol_speed_kmh": 0.8 * s.detection.patrol_speed_kmh})}, "search"),
        (lambda s: {"people": s.people.model_copy(
            update={"try_again": 0.9 * s.people.try_again})}, "repeated"),
    ],
    ids=["two teams a person", "slower patrols", "fewer try again"],
)  # fmt: skip
def test_a_model_that_is_wrong_fails(wrong: Any, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    play = module.player("compiled")

    def broken(scenario: Any, **how: Any) -> Any:
        return play(scenario.model_copy(update=wrong(scenario)), **how)

    monkeypatch.setattr(module, "player", lambda *_: broken)
    checks = verify(load("riverland"), replications=12)
    assert not all(row.holds for row in checks if row.case.startswith(case))


def test_a_lost_person_is_noticed() -> None:
    scenario = small(8)
    run = module.player("simpy")(scenario, seed=1)
    hours = hours_by_compartment(run, scenario.end_h)
    waiting = Compartment.WAITING
    assert hours[waiting] == pytest.approx(run.person_hours[waiting], rel=1e-9)
    first = next(i for i, row in enumerate(run.rows) if row[2] == Kind.ARRIVED)
    row = run.rows[first]
    run.rows[first] = (*row[:4], row[4] + 1, *row[5:])
    assert hours_by_compartment(run, scenario.end_h)[waiting] > run.person_hours[waiting] + 1e-3


def test_an_exact_row_allows_no_difference() -> None:
    row = module.Check("", "", 10.0, 10.0, float("nan"), float("nan"), exact=True)
    assert row.holds
    assert not replace(row, simulated=10.01).holds
