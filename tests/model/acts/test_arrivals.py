"""Arrivals: who comes on a day is who lies under the day's rate, candidate by candidate.

Candidates of a route, strip and day have exponential gaps and uniform marks at addresses of their own.
They are made here anew from those addresses; the rate of a day is worked out by hand
from what the scenario says.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from scipy import stats

from sim.core.distributions import party_size_table
from sim.core.random_streams import Draw, entity_luck, key_of_name, uniform
from sim.evidence.reduced_cases import AT_ONCE, NEVER, START, bare
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.scenario.schema import Scenario
from tests.model.acts.candidates import HEIGHT, SEED, came, expected, under

PER_DAY = 20.0


def road(days: int, start: date = START, **tables: Any) -> Scenario:
    """People come alone by one route, and stay."""
    return bare(
        days,
        {"line": {"teams": 0}},
        scenario={"start": start, "end": start + timedelta(days=days)},
        people={"staging": NEVER, **tables.pop("people", {})},
        routes={"way": {"people_per_day": PER_DAY, "strip_per_day": HEIGHT, **tables.pop("way", {})}},
        **tables,
    )


def check(scenario: Scenario, rates: list[float]) -> None:
    """Assert that exactly those come who lie under the rates, at their hours."""
    found, by_hand = came(simulate(scenario, seed=SEED)), expected(rates)
    assert found.keys() == by_hand.keys()
    assert all(found[key] == pytest.approx(by_hand[key], abs=1e-9) for key in found)


def test_every_day_brings_those_who_lie_under_its_rate() -> None:
    check(road(10), [PER_DAY] * 10)


def test_the_season_is_that_of_the_days_own_month() -> None:
    season = [1.0] * 10 + [0.4, 1.7]
    check(road(4, date(2021, 11, 29), way={"season": season}), [0.4 * PER_DAY] * 2 + [1.7 * PER_DAY] * 2)


def test_a_surge_is_drawn_by_week_and_reverts() -> None:
    """The first week's deviation is stationary; of each one 30 % is lost by the next week,
    and made up by chance."""
    luck = entity_luck(SEED, 0, key_of_name("route way"))
    rates, deviation = [], 0.0
    for week in range(5):
        kept = 0.7 if week else 0.0
        normal = float(stats.norm.ppf(uniform(luck, Draw.SURGE, week)))
        deviation = kept * deviation + 0.5 * math.sqrt(1.0 - kept * kept) * normal
        rates += [PER_DAY * math.exp(deviation)] * 7
    check(road(35, mechanisms={"surge": True}, surge={"sd": 0.5, "reversion": 0.3}), rates)


def test_people_come_for_the_mean_posture_of_all_fronts() -> None:
    fronts = {"calm": {"where": ["line"], "posture": 0.1}, "hard": {"where": ["line"], "posture": 0.9}}
    check(
        road(3, fronts=fronts, way={"stance_exponent": 2.0}),
        [PER_DAY * math.exp(2.0 * (0.5 - 1.0 / 3.0))] * 3,
    )


def test_who_lies_above_a_rate_lowered_at_ten_stays_away_from_ten_on() -> None:
    at_ten = datetime(START.year, START.month, START.day, 10)
    lower = {"kind": "flight_restrictions", "where": ["way"], "sizes": {"arrivals_factor": 0.3}}
    scenario = road(2, levers={"lower": {**lower, "start": at_ten}})
    by_hand = under(0, PER_DAY, until_h=10.0) | under(0, 0.3 * PER_DAY, since_h=10.0)
    by_hand |= under(1, 0.3 * PER_DAY)
    assert came(simulate(scenario, seed=SEED)).keys() == by_hand.keys()


def test_the_same_scenario_brings_other_people_every_day() -> None:
    times = came(simulate(road(6), seed=SEED)).values()
    hours = [{round(at % 24.0, 9) for at in times if at // 24.0 == day} for day in range(6)]
    assert all(not a & b for a, b in itertools.combinations(hours, 2))


def test_parties_and_gatherings_have_the_sizes_of_their_laws() -> None:
    """Three in ten groups are gatherings of 900; the rest follow the zero-truncated
    negative binomial of mean 4."""
    gathered = {
        "gathering_share": 0.3,
        "gathering_median": 900.0,
        "gathering_log_sd": 0.0,
        "gathering_max": 1000,
    }
    people = {"party_size_mean": 4.0, "party_size_shape": 1.5, **gathered}
    scenario = road(40, people=people, way={"people_per_day": 14_000.0, "strip_per_day": 50.0})
    sizes = Counter(row[4] for row in simulate(scenario, seed=SEED).rows if row[2] == Kind.ARRIVED)
    total, gatherings = sizes.total(), sizes.pop(900)
    assert total > 1500
    assert stats.binomtest(gatherings, total, 0.3).pvalue > 2e-4
    table = [*party_size_table(4.0, 1.5)[:8], 1.0]
    shares = [b - a for a, b in itertools.pairwise([0.0, *table])]
    observed = [sizes[n] for n in range(1, 9)]
    observed.append(sizes.total() - sum(observed))
    assert stats.chisquare(observed, [share * sizes.total() for share in shares]).pvalue > 2e-4


def test_minors_are_their_share_of_people_who_travel_alone() -> None:
    """Care goes to half of adults alone and to all minors alone; 3 in 10 are minors,
    so 0.3 + 0.7 / 2 are admitted."""
    scenario = bare(
        2,
        {"line": {"teams": 0, "sensor_coverage": 1.0, "zone_km": 20.0, "response_h": 0.01}},
        people={"minor_share": 0.3},
        handling={"processing": AT_ONCE, "care": 0.5, "care_minors": 1.0},
        countries={"there": {"reserve_teams": 10_000, "reserve_travel": AT_ONCE}},
        initial={"here": {"compartment": "waiting", "place": "way", "persons": 1500}},
    )
    kinds = Counter(row[2] for row in simulate(scenario, seed=SEED).rows)
    assert kinds[Kind.APPREHENDED] == 1500
    assert stats.binomtest(kinds[Kind.ADMITTED_FOR_CARE], 1500, 0.65).pvalue > 1e-3
