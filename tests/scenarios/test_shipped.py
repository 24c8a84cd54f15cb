"""Every file in scenarios/ loads and runs, and the reference meets the months its values were chosen on.

Of later months nothing is tested: the reference was not chosen on them, and says what it says.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from sim.model.simulate import simulate
from sim.observations.recorded_series import series
from sim.record.accounts import account_cells
from sim.record.events import Kind
from sim.record.log import RunRecord
from sim.runs.run_tables import places_of
from sim.scenario.load import check, load, resolved, shipped
from sim.scenario.schema import Scenario

EXPECTED = {
    "belarus-eu-2021", "night-3-november", "kuznica-16-november", "one-post", "riverland", "no-emergency",
    "no-wall",
    "wall-six-months-earlier", "no-deportations", "no-summary-returns", "sanctions-unanswered",
    "facilitation-without-coercion", "no-state-role", "flights-stopped-in-september", "open-aid-access",
    "guards-without-restraint",
}  # fmt: skip
DIFFERENCES = sorted(
    EXPECTED - {"belarus-eu-2021", "night-3-november", "kuznica-16-november", "one-post", "riverland"}
)


@cache
def shipped_scenario(name: str) -> Scenario:
    """A shipped scenario, checked with all its override blocks, once."""
    return check(name)


@cache
def reference() -> dict[str, Any]:
    """The reference as plain values."""
    return resolved(shipped_scenario("belarus-eu-2021"))


def test_all_shipped_scenarios_are_there() -> None:
    assert set(shipped()) >= EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_shipped_scenario_and_its_override_blocks_have_no_fault(name: str) -> None:
    scenario = shipped_scenario(name)
    assert scenario.scenario.title and scenario.scenario.about


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_shipped_scenario_plays_its_first_days_and_loses_nobody(name: str) -> None:
    scenario = shipped_scenario(name)
    week = min(scenario.scenario.end, scenario.scenario.start + timedelta(days=7))
    short = scenario.model_copy(update={"scenario": scenario.scenario.model_copy(update={"end": week})})
    run = simulate(short, seed=1, replication=0)
    assert run.rows and sum(run.stocks[-1]) >= sum(stock.persons for stock in scenario.initial.values())


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_changes_something_and_says_that_it_claims_nothing(name: str) -> None:
    other = shipped_scenario(name)
    apart = {key for key, value in resolved(other).items() if value != reference()[key]}
    assert apart - {"name", "scenario", "evidence"}
    assert "claim" in other.scenario.about or "none of them is asserted" in other.scenario.about.replace(
        "\n", " "
    )


def test_riverland_shows_a_lever_kind_of_its_own_and_a_lever_that_a_count_pulls() -> None:
    calm, plain = load("riverland", overrides=("no-alarm",)), load("riverland")
    assert plain.lever_kinds and any(lever.kind in plain.lever_kinds for lever in plain.levers.values())
    alarm = list(plain.levers).index("norrow-alarm")
    pulled = [
        row
        for row in simulate(plain, seed=1, replication=0).rows
        if row[2] == Kind.LEVER_BEGAN and row[7] == alarm
    ]
    assert pulled and pulled[0][1] >= 24.0 * 2
    assert not any(
        row[2] == Kind.LEVER_BEGAN and row[7] == alarm for row in simulate(calm, seed=1, replication=0).rows
    )


def by_month(scenario: Scenario, run: RunRecord, party: str) -> Counter[date]:
    """Attempts by month as a party counts them."""
    counted: Counter[date] = Counter()
    for (day, name, _, _, measure), value in account_cells(run, places_of(scenario)).items():
        if name == party and measure == "attempts":
            counted[(scenario.scenario.start + timedelta(days=day)).replace(day=1)] += int(value)
    return counted


@pytest.mark.slow
def test_poland_s_attempts_of_august_september_and_october_lie_within_a_factor_of_two_of_the_record() -> None:
    """Each of five seeds alone, in the Polish guard's account; the surge spreads a month by about a fifth."""
    scenario = load("belarus-eu-2021", sets=("scenario.end=2021-11-01",))
    recorded = {point.start: point.value for point in series("poland_attempts_monthly").points}
    for seed in range(1, 6):
        counted = by_month(
            scenario, simulate(scenario, seed=seed, replication=0, keep_rows=False), "poland_guard"
        )
        for month in (date(2021, 8, 1), date(2021, 9, 1), date(2021, 10, 1)):
            assert recorded[month] / 2 <= counted[month] <= recorded[month] * 2, (seed, month)
