"""Exposure: harm comes to a group when its days outdoors, by hour, month, ground, aid and reserve,
have come to its threshold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from scipy import stats

from sim.evidence.reduced_cases import bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.scenario.schema import Scenario
from tests.model.acts.exposure_of_log import check_exposure, exposure_between

START = date(2021, 10, 30)
MONTHS = {10: 1.8, 11: 2.5}
BOG_FACTOR, AID_FACTOR = 1.5, 0.4
STRANDED = {"compartment": "stranded", "place": "dry", "persons": 60}


def cold(days: int = 4, *, sectors: dict[str, Any] | None = None, **tables: Any) -> Scenario:
    """A border that turns from October to November; exposure acts,
    and nothing else is left to chance but its thresholds."""
    exposure = {
        "harm_per_10000_person_days": 3000.0, "death_per_10000_person_days": 0.0, "frailty": 0.0,
        "reserve_per_day": 0.0,
        "bog_factor": BOG_FACTOR, "aid_factor": AID_FACTOR, "night_factor": 2.0,
        "month_factors": [1.0] * 9 + [MONTHS[10], MONTHS[11], 3.0],
    } | tables.pop("exposure", {})  # fmt: skip
    return bare(
        days,
        sectors or {"dry": {"teams": 0, "aid_access": 0.0}},
        scenario={"start": START, "end": START + timedelta(days=days)},
        mechanisms={"exposure": True} | tables.pop("mechanisms", {}),
        people={"next_try_strip": fixed(1e6)} | tables.pop("people", {}),
        exposure=exposure,
        **tables,
    )


def season(hour: float) -> float:
    """The factor of the month in which an hour of the run lies."""
    return MONTHS[(START + timedelta(days=int(hour // 24))).month]


@pytest.mark.parametrize("seed", range(3))
def test_harm_follows_the_hours_of_night_and_day_and_the_month(seed: int) -> None:
    scenario = cold(initial={"here": STRANDED})
    harms = check_exposure(scenario, simulate(scenario, seed=seed), lambda _, h: season(h))
    assert harms > 80


def test_harm_follows_aid_that_comes_and_goes_at_odd_hours_and_the_ground() -> None:
    """Aid reaches the river from 11 of the second day to 20 of the third; the dry sector never."""
    scenario = cold(
        sectors={
            "dry": {"teams": 0, "aid_access": 0.25},
            "river": {"teams": 0, "aid_access": 0.0, "terrain": "river"},
            "bog": {"teams": 0, "aid_access": 0.0, "terrain": "bog"},
        },
        initial={name: {**STRANDED, "place": name} for name in ("dry", "river", "bog")},
        levers={
            "aid": {
                "kind": "humanitarian_access", "where": ["river"], "sizes": {"aid_access": 1.0},
                "start": datetime(2021, 10, 31, 11), "end": datetime(2021, 11, 1, 20),
            }
        },
    )  # fmt: skip

    def hazard(sector: int, hour: float) -> float:
        if sector == 0:
            return season(hour) * (1.0 - 0.25 * (1.0 - AID_FACTOR))
        aided = sector == 1 and 35.0 <= hour < 68.0
        return season(hour) * BOG_FACTOR * (AID_FACTOR if aided else 1.0)

    assert check_exposure(scenario, simulate(scenario, seed=1), hazard) > 200


def test_harm_follows_a_ramp_of_aid_as_it_is_at_each_midnight() -> None:
    scenario = cold(
        initial={"here": STRANDED},
        levers={
            "aid": {
                "kind": "humanitarian_access",
                "where": ["dry"],
                "sizes": {"aid_access": 1.0},
                "start": START,
                "ramp_days": 4.0,
            }
        },
    )

    def hazard(_: int, hour: float) -> float:
        return season(hour) * (1.0 - hour // 24 / 4.0 * (1.0 - AID_FACTOR))

    assert check_exposure(scenario, simulate(scenario, seed=1), hazard) > 50


TO_AND_FRO: dict[str, Any] = {
    "sectors": {"dry": {"teams": 1000, "length_km": 0.1, "response_h": 0.5, "zone_km": 3.0,
        "aid_access": 0.0}},
    "people": {
        "staging": {"dist": "uniform", "low_h": 0.0, "high_h": 9.0}, "walk": fixed(5.0), "try_again": 1.0,
        "next_try": fixed(7.0),
    },
    "crossing": {"time": fixed(4.0)},
    "detection": {"patrol_speed_kmh": 0.02, "reference_teams": 1000.0, "eta": 0.0, "spots_k": 1e9},
    "countries": {"there": {"summary_return": 1.0}},
    "handling": {"processing": fixed(2.0)},
    "initial": {"here": {"compartment": "waiting", "place": "way", "persons": 80}},
}  # fmt: skip
"""People walk five hours, cross, are stopped at the line or inside or never, rest, and set out again."""
HARD: dict[str, float] = {"harm_per_10000_person_days": 8000.0, "walking": 0.7, "zone": 1.3}


@pytest.mark.parametrize("seed", range(2))
def test_harm_follows_the_way_the_line_and_the_rests_between_them(seed: int) -> None:
    scenario = cold(exposure=HARD, **TO_AND_FRO)
    assert check_exposure(scenario, simulate(scenario, seed=seed), lambda _, h: season(h)) > 60


def test_the_reserve_that_the_way_wears_and_rest_restores_makes_people_frail() -> None:
    frail = {"frailty": 5.0, "reserve_per_day": 1.5, "recovery_per_day": 2.0}
    scenario = cold(exposure=HARD | frail, **TO_AND_FRO)
    run = simulate(scenario, seed=1)
    assert check_exposure(scenario, run, lambda _, h: season(h)) > 100


def test_deaths_and_harms_fall_in_the_proportion_of_their_rates_and_groups_shrink() -> None:
    """Groups of fifty: 1,500 harms and 500 deaths in 10,000 person-days,
    so a quarter of the cases are deaths."""
    scenario = cold(
        exposure={"harm_per_10000_person_days": 1500.0, "death_per_10000_person_days": 500.0},
        people={"gathering_share": 1.0, "gathering_median": 50.0, "gathering_log_sd": 0.0},
        initial={"here": {**STRANDED, "persons": 1500}},
    )
    run = simulate(scenario, seed=1)
    cases = check_exposure(scenario, run, lambda _, h: season(h))
    deaths = sum(row[2] == Kind.DIED_EXPOSURE for row in run.rows)
    assert cases > 1000
    assert stats.binomtest(deaths, cases, 0.25).pvalue > 1e-3


def test_a_group_that_lost_people_in_the_river_is_harmed_as_the_smaller_group_it_is() -> None:
    scenario = cold(
        sectors={"river": {"teams": 0, "terrain": "river", "zone_km": 40.0, "aid_access": 0.0}},
        mechanisms={"drowning": True},
        exposure={"zone": 1.0, "walking": 0.0},
        crossing={"time": fixed(1.0), "drowning": 0.5, "river_factor": 1.0, "walking_speed_kmh": 1.0},
        people={"gathering_share": 1.0, "gathering_median": 50.0, "gathering_log_sd": 0.0},
        initial={"here": {"compartment": "waiting", "place": "way", "persons": 400}},
    )
    run = simulate(scenario, seed=1)
    assert sum(row[2] == Kind.DIED_DROWNING for row in run.rows) > 100
    assert check_exposure(scenario, run, lambda _, h: BOG_FACTOR * season(h)) > 50


def test_the_hand_worked_sum_of_a_day_is_its_hazard() -> None:
    """Night weighs twice the day: from 6 to 18 lies a third of a day's hazard, from 18 to 6 two thirds."""
    assert exposure_between(0.0, 24.0, lambda _: 2.5, 2.0) == pytest.approx(2.5)
    assert exposure_between(6.0, 18.0, lambda _: 3.0, 2.0) == pytest.approx(1.0)
    assert exposure_between(20.5, 21.0, lambda _: 3.0, 2.0) == pytest.approx(0.5 * 3.0 * 2.0 / 36.0)
