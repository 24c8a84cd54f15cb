"""Search, repeated trials and arrivals: what theory says must come out of the log.

Every statistical test below has a false-alarm rate of 1 in 1,000 or less over all
its comparisons together and a fixed seed; the counts are large enough that an error of 5 % would be found.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.engines.engine_choice import player
from sim.evidence.reduced_cases import AT_ONCE, NEVER, bare, exponential, fixed
from sim.record.events import Kind
from sim.scenario.schema import Scenario
from tests.model.rows import rows_of

FALSE_ALARM = 1e-3


def share_is(count: int, out_of: int, expected: float, tests: int = 1) -> None:
    """An exact binomial test; and the count is so large that a share 5 % off would lie outside."""
    assert stats.binomtest(count, out_of, expected).pvalue > FALSE_ALARM / tests, f"{count} of {out_of}"
    wrong = 0.95 * expected
    reach = float(stats.norm.isf(FALSE_ALARM / tests / 2)) * math.sqrt(expected * (1 - expected) / out_of)
    assert 0.05 * expected > reach + 0.85 * math.sqrt(wrong * (1 - wrong) / out_of), (
        "too few to find an error of 5 %"
    )


# repeated trials (Espenshade 1990; Massey and Singer 1995)


def trials(seen: float, again: float) -> tuple[int, int, int, int]:
    """Attempts, stops, stops of people who had been stopped before, groups that gave up,
    over four equal sectors.

    Every group tries until it is through or gives up; who is seen is stopped, at the line or in the zone.
    """
    sector = {"teams": 0, "response_h": 0.3, "sensor_coverage": 1.0}
    scenario = bare(
        60,
        dict.fromkeys(("n", "e", "s", "w"), sector),
        people={"try_again": again, "next_try": fixed(2.0)},
        crossing={"time": fixed(1.0)},
        detection={"sensor_probability": seen},
        handling={"processing": AT_ONCE},
        countries={"there": {"summary_return": 1.0, "reserve_teams": 100_000, "reserve_travel": AT_ONCE,
                             "reception": {"inland_check": 0.0, "onward": NEVER}}},
        initial={"people": {"compartment": "waiting", "place": "way", "persons": 9_000}},
    )  # fmt: skip
    attempts, gave_up = 0, 0
    stops: Counter[int] = Counter()
    kinds = (Kind.ATTEMPT, Kind.PREVENTED, Kind.APPREHENDED, Kind.GAVE_UP)
    for _, _, kind, group, *_ in rows_of(scenario, *kinds, seed=5, engine="compiled"):
        attempts += kind == Kind.ATTEMPT
        gave_up += kind == Kind.GAVE_UP
        if kind in (Kind.PREVENTED, Kind.APPREHENDED):
            stops[group] += 1
    stopped = sum(stops.values())
    return attempts, stopped, stopped - len(stops), gave_up


def test_the_chance_to_be_stopped_is_repeats_over_stops_where_all_try_again() -> None:
    """p = R / A: with p the chance to be stopped at a try and nobody giving up."""
    attempts, stopped, repeated, gave_up = trials(seen=0.5, again=1.0)
    assert gave_up == 0
    share_is(stopped, attempts, 0.5, 2)
    share_is(repeated, stopped, 0.5, 2)


def test_repeats_over_stops_are_p_times_q_where_some_give_up() -> None:
    """R / A = p q: with q the chance to try again after a stop."""
    attempts, stopped, repeated, gave_up = trials(seen=0.6, again=0.9)
    share_is(stopped, attempts, 0.6, 3)
    share_is(stopped - gave_up, stopped, 0.9, 3)
    share_is(repeated, stopped, 0.6 * 0.9, 3)


# detection as random search (Koopman 1946)

LENGTHS = {"short": 4000.0, "long": 8000.0}
TEAMS, SPEED_KMH, CROSSING_H, ZONE_H = 10_000, 0.2, 1.5, 0.5
KOOPMAN = 1e9


def searched(k: float) -> Scenario:
    """Sectors patrolled by so many teams that one called away is no loss, walked through in two hours."""
    return bare(
        40,
        {
            name: {"teams": TEAMS, "length_km": length, "response_h": 0.001, "zone_km": 1.0}
            for name, length in LENGTHS.items()
        },
        crossing={"time": fixed(CROSSING_H), "walking_speed_kmh": 1.0 / ZONE_H},
        detection={"eta": 1.0, "spots_k": k, "patrol_speed_kmh": SPEED_KMH, "reference_teams": 5.0},
        people={"staging": exponential(200.0)},
        initial={"people": {"compartment": "waiting", "place": "way", "persons": 32_000}},
    )


def share_seen(h: Any, length_km: float, k: float) -> Any:
    """The share of groups seen within hours h."""
    search = SPEED_KMH * TEAMS / length_km * np.asarray(h)
    return -np.expm1(-search) if k == KOOPMAN else 1.0 - (1.0 + search / k) ** -k


@cache
def first_seen(k: float) -> tuple[Counter[int], dict[int, list[float]]]:
    """Attempts by sector, and hours to detection of those who were seen; each group tries once."""
    attempts: Counter[int] = Counter()
    began: dict[int, float] = {}
    hours: dict[int, list[float]] = defaultdict(list)
    kinds = (Kind.ATTEMPT, Kind.DETECTED)
    for _, time_h, kind, group, _, sector, *_ in rows_of(searched(k), *kinds, seed=6, engine="compiled"):
        if kind == Kind.ATTEMPT:
            attempts[sector] += 1
            began[group] = time_h
        else:
            hours[sector].append(time_h - began[group])
    return attempts, hours


@pytest.mark.parametrize("k", [KOOPMAN, 0.65], ids=["koopman", "unequal-spots"])
def test_the_share_detected_is_that_of_random_search(k: float) -> None:
    """1 - exp(-H), H = speed x teams x hours / length; over unequal spots 1 - (1 + H/k)^-k;
    and the hours' law."""
    attempts, hours = first_seen(k)
    for sector, length in enumerate(LENGTHS.values()):
        expected = float(share_seen(CROSSING_H + ZONE_H, length, k))
        share_is(len(hours[sector]), attempts[sector], expected, 2 * len(LENGTHS))
        shares = share_seen(hours[sector], length, k) / expected
        assert stats.kstest(shares, "uniform").pvalue > FALSE_ALARM / 2 / len(LENGTHS)


def test_without_free_teams_nobody_is_found() -> None:
    scenario = searched(KOOPMAN)
    empty = {name: sector.model_copy(update={"teams": 0}) for name, sector in scenario.sectors.items()}
    run = player("compiled")(scenario.model_copy(update={"sectors": empty}), seed=6)
    assert sum(row[2] == Kind.ENTERED_UNSEEN for row in run.rows) > 20_000
    assert not any(row[2] == Kind.DETECTED for row in run.rows)


# sectors by length


def test_people_spread_over_sectors_by_length() -> None:
    """With nothing else to choose by, the logit over ln(length) is a choice in proportion to length."""
    attempts, _ = first_seen(KOOPMAN)
    total = sum(attempts.values())
    expected = [total * length / sum(LENGTHS.values()) for length in LENGTHS.values()]
    assert stats.chisquare([attempts[s] for s in range(len(LENGTHS))], expected).pvalue > FALSE_ALARM


# arrivals as a Poisson process

PER_DAY, DAYS, REPLICATIONS = 11.3, 250, 12


def arrivals(strip: float, **people: float) -> list[list[tuple[float, int]]]:
    """Hours and persons of the groups that came, by replication."""
    scenario = bare(
        DAYS,
        {"line": {"teams": 0}},
        people={"staging": NEVER, **people},
        routes={"way": {"people_per_day": PER_DAY, "strip_per_day": strip}},
    )
    return [
        [
            (row[1], row[4])
            for row in rows_of(scenario, Kind.ARRIVED, seed=7, replication=r, engine="compiled")
        ]
        for r in range(REPLICATIONS)
    ]


@pytest.mark.parametrize("strip", [0.7, 4.0, 100.0])
def test_arrivals_are_a_poisson_process_of_the_rate_asked_for(strip: float) -> None:
    """Mean, variance over days, gaps and hours of the day, whatever the height of the strips."""
    runs = arrivals(strip)
    counts = np.array([np.bincount([int(t // 24) for t, _ in run], minlength=DAYS) for run in runs]).ravel()
    n = len(counts)
    assert 2 * stats.norm.sf(abs(counts.sum() - n * PER_DAY) / math.sqrt(n * PER_DAY)) > FALSE_ALARM / 15
    assert math.sqrt(n * PER_DAY) * 4.5 < 0.05 * n * PER_DAY, "an error of 5 % would be found"
    dispersion = (n - 1) * counts.var(ddof=1) / counts.mean()
    assert 2 * min(stats.chi2.cdf(dispersion, n - 1), stats.chi2.sf(dispersion, n - 1)) > FALSE_ALARM / 15
    gaps = np.concatenate([np.diff([t for t, _ in run]) for run in runs])
    assert stats.kstest(gaps, stats.expon(scale=24.0 / PER_DAY).cdf).pvalue > FALSE_ALARM / 15
    hours = np.array([t % 24.0 for run in runs for t, _ in run])
    assert stats.kstest(hours, stats.uniform(0.0, 24.0).cdf).pvalue > FALSE_ALARM / 15
    days = np.array([counts[1:], counts[:-1]])
    assert 2 * stats.norm.sf(abs(np.corrcoef(days)[0, 1]) * math.sqrt(n)) > FALSE_ALARM / 15


def test_people_a_day_are_those_asked_for_whatever_the_size_of_groups() -> None:
    """A compound Poisson process: mean rate x mean size, variance rate x mean squared size,
    over 3,000 days."""
    runs = arrivals(4.0, party_size_mean=7.8, gathering_share=0.01)
    sizes = np.array([n for run in runs for _, n in run])
    days = DAYS * REPLICATIONS
    spread = math.sqrt(days * PER_DAY / sizes.mean() * (sizes.astype(float) ** 2).mean())
    assert 2 * stats.norm.sf(abs(sizes.sum() - days * PER_DAY) / spread) > FALSE_ALARM
    assert 3.3 * spread < 0.1 * days * PER_DAY
