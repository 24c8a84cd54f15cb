"""Word of mouth: everybody goes where what is known that day, and their own random numbers, send them;
as many come as it says."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.core.random_streams import Draw, entity_luck, uniform
from sim.evidence.reduced_cases import NEVER, START, bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario
from tests.model.acts.candidates import HEIGHT, SEED, came, expected
from tests.model.acts.news_of_log import Beliefs

LENGTHS = {"open": 20.0, "coiled": 30.0, "shut": 25.0, "far": 40.0}
COILED = 0.6
DISTANCES = {"here": 120.0, "there": 80.0, "coiled": 300.0}
DAYS = 12
INFORMATION = {
    "choice_weight": 6.0, "delay_days": 2, "memory_days": 4.0, "prior_success": 0.4,
    "sector_prior_persons": 8.0,
    "country_prior_persons": 15.0, "arrivals_weight": 0.9, "removal_weight": 0.0,
}  # fmt: skip


def talk(**tables: Any) -> Scenario:
    """Four sectors of two countries: one where everybody is stopped, one behind wire, one far away;
    groups of about three."""
    no_teams = {"teams": 0, "zone_km": 0.0}
    post = {"teams": 5000, "response_h": 0.01, "zone_km": 3.0}
    sectors = {
        "open": {**no_teams, "country": "here"},
        "coiled": {**no_teams, "country": "there", "coil_km": COILED * LENGTHS["coiled"]},
        "shut": {**post, "country": "there"},
        "far": {**no_teams, "country": "here"},
    }
    country = {"summary_return": 1.0, "reception": {"inland_check": 0.0, "onward": NEVER}}
    return bare(
        DAYS,
        {name: {**sector, "length_km": LENGTHS[name]} for name, sector in sectors.items()},
        mechanisms={"word_of_mouth": True, **tables.pop("mechanisms", {})},
        people={"party_size_mean": 3.0, "staging": fixed(5.0), "walk": fixed(2.0), "try_again": 1.0,
            "next_try": fixed(15.0)},
        crossing={"time": fixed(1.0)},
        detection={"patrol_speed_kmh": 4.0, "reference_teams": 1e3, "eta": 1.0},
        information={**INFORMATION, **tables.pop("information", {})},
        choice={"barrier_weight": 2.0, "distance_weight": 0.7},
        countries={"here": {"constant": 0.3, **country}, "there": country},
        routes={"way": {"people_per_day": 60.0, "strip_per_day": HEIGHT, "distance_km": DISTANCES}},
        **tables,
    )  # fmt: skip


def weight(scenario: Scenario, sector: int, share: float) -> float:
    """The weight of a sector to the people of the route, by hand."""
    name = list(LENGTHS)[sector]
    country = scenario.sectors[name].country
    distance = DISTANCES.get(name, DISTANCES[country])
    barrier = COILED if name == "coiled" else 0.0
    constant = scenario.countries[country].constant
    weight_of_success = scenario.information.choice_weight
    return LENGTHS[name] * math.exp(weight_of_success * share - 2.0 * barrier + constant) / distance**0.7


def choices(scenario: Scenario, run: RunRecord, beliefs: Beliefs | None) -> tuple[list[int], list[int]]:
    """Where each departure went, and where the weights of its day send it:
    the first in an exponential race."""
    found, by_hand = [], []
    tries: dict[int, int] = {}
    sectors = range(len(LENGTHS))
    for row in run.rows:
        if row[2] != Kind.SET_OUT:
            continue
        day, group = int(row[1] // 24.0), row[3]
        tries[group] = tries.get(group, 0) + 1
        luck = entity_luck(run.seed, run.replication, group)
        prior = scenario.information.prior_success
        shares = [beliefs.of_sector(day, s) if beliefs else prior for s in sectors]
        race = [
            -math.log(uniform(luck, Draw.SECTOR_CHOICE, tries[group] * len(LENGTHS) + s))
            / weight(scenario, s, shares[s])
            for s in sectors
        ]
        found.append(row[5])
        by_hand.append(race.index(min(race)))
    return found, by_hand


@pytest.mark.parametrize("delay", [0, 2])
def test_everybody_goes_where_the_news_of_the_day_sends_them(delay: int) -> None:
    scenario = talk(information={"delay_days": delay})
    run = simulate(scenario, seed=SEED)
    beliefs = Beliefs(scenario, run)
    found, by_hand = choices(scenario, run, beliefs)
    assert len(found) > 150
    assert found == by_hand
    assert found != choices(scenario, run, None)[1], "news has changed somebody's way"


def test_without_word_of_mouth_nobody_learns_anything() -> None:
    scenario = talk(mechanisms={"word_of_mouth": False})
    run = simulate(scenario, seed=SEED)
    found, by_hand = choices(scenario, run, None)
    assert found == by_hand
    assert came(run).keys() == expected([60.0 / 3.0] * DAYS).keys()


def rates(scenario: Scenario, run: RunRecord) -> list[float]:
    """Groups per day, by hand: success known of raises the log rate, held within a factor of two;
    removals lower it."""
    beliefs, rules = Beliefs(scenario, run), scenario.information
    found = []
    for day in range(DAYS):
        feedback = rules.arrivals_weight * (beliefs.overall(day) - rules.prior_success)
        feedback = max(-math.log(2.0), min(math.log(2.0), feedback))
        people = scenario.routes["way"].people_per_day
        found.append(people / 3.0 * math.exp(feedback - rules.removal_weight * beliefs.removals(day)))
    return found


@pytest.mark.parametrize("towards", [0.9, 50.0])
def test_as_many_come_as_what_is_known_of_success_says(towards: float) -> None:
    scenario = talk(information={"arrivals_weight": towards})
    run = simulate(scenario, seed=SEED)
    found = rates(scenario, run)
    assert max(found) - min(found) > 1.0
    assert came(run).keys() == expected(found).keys()


def test_fewer_come_for_removals_and_returns_that_are_known_of() -> None:
    """Flights every two days and people who go home by themselves;
    news of both takes three days and fades in five."""
    scenario = bare(
        DAYS,
        {"line": {"teams": 0}},
        mechanisms={"word_of_mouth": True},
        people={"staging": NEVER, "party_size_mean": 3.0},
        information={"removal_delay_days": 3, "removal_memory_days": 5.0, "removal_weight": 0.02,
            "arrivals_weight": 0.0},
        countries={"there": {"removal_seats_per_week": 35.0, "return_uptake": 0.4, "reception": {
            "removal_flight_days": 2, "leaves_procedure": NEVER,
            "voluntary": {"dist": "uniform", "low_h": 0.0, "high_h": 200.0}}}},
        initial={"refused": {"compartment": "awaiting_removal", "place": "there", "persons": 150}},
        routes={"way": {"people_per_day": 60.0, "strip_per_day": HEIGHT}},
    )  # fmt: skip
    run = simulate(scenario, seed=SEED)
    found = rates(scenario, run)
    assert found[3] == pytest.approx(20.0)
    assert found[-1] < 19.0
    assert came(run).keys() == expected(found).keys()


def test_a_lever_of_ten_sends_people_elsewhere_from_ten_on() -> None:
    """Access outweighs everything: who sets out before ten goes to the open sector,
    who sets out later to the far one."""
    at_ten = START.isoformat() + "T10:00:00"
    scenario = bare(
        1,
        {"open": {"teams": 0, "access": 10.0}, "far": {"teams": 0}},
        people={"staging": {"dist": "uniform", "low_h": 0.0, "high_h": 23.0}},
        initial={"here": {"compartment": "waiting", "place": "way", "persons": 60}},
        lever_kinds={"road": {"effects": [{"control": "access", "op": "add", "size": 20.0}]}},
        levers={"road": {"kind": "road", "where": ["far"], "start": at_ten}},
    )
    went = [(row[1], row[5]) for row in simulate(scenario, seed=SEED).rows if row[2] == Kind.SET_OUT]
    assert len(went) == 60
    assert all(sector == (0 if hour < 10.0 else 1) for hour, sector in went)
