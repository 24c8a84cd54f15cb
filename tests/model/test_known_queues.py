"""A post as the queue that theory knows: every wait by the recursion, the means by Erlang's formulas.

Groups of one person come as a Poisson stream, are seen at once by a sensor,
and a call waits in the zone for a team, for up to 1,000 h. A team is out for 3.6 s on the way (the least the
schema allows) and an exponential hold of 2 h: 2.001 h in all,
one part in 2,000 longer than exponential and taken into the load.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from sim.core.random_streams import Draw, entity_luck, uniform
from sim.evidence.analytic_results import erlang_a, erlang_c, mean_wait_h
from sim.evidence.reduced_cases import bare, exponential
from sim.record.events import Kind
from sim.scenario.schema import Scenario
from tests.model.rows import rows_of

RESPONSE_H, HOLD_H, PER_H, TEAMS = 0.001, 2.0, 0.9, 3
OUT_H = RESPONSE_H + HOLD_H
WARM_UP_H = 72.0
FALSE_ALARM = 1e-3
IN_ZONE = 3
"""The occasion of a call in the zone at a group's first try: twice the try and one."""


def post(days: int, *, teams: int = TEAMS, per_h: float = PER_H, patience_h: float | None = None) -> Scenario:
    """One post, all of it under sensors."""
    patience = {} if patience_h is None else {"patience": exponential(patience_h)}
    return bare(
        days,
        {"line": {"teams": teams, "response_h": RESPONSE_H, "sensor_coverage": 1.0, "zone_km": 100.0}},
        crossing={"walking_speed_kmh": 0.1},
        response={"hold": exponential(HOLD_H), **patience},
        routes={"way": {"people_per_day": 24.0 * per_h}},
    )


# theory


def test_the_formulas_are_those_of_the_tables() -> None:
    """Erlang C of published tables (load 4 on 5 and 8 on 10); Erlang-A where patience is as long as a call:
    Poisson."""
    assert erlang_c(5, 4.0) == pytest.approx(0.5541, abs=5e-5)
    assert erlang_c(10, 8.0) == pytest.approx(0.4092, abs=5e-5)
    waits, dropped = erlang_a(3, 1.5, 2.0, 2.0)
    assert waits == pytest.approx(float(stats.poisson(3.0).sf(2)))
    assert dropped == pytest.approx(
        sum((n - 3) * float(stats.poisson(3.0).pmf(n)) for n in range(4, 99)) / 3.0
    )
    assert erlang_a(3, 0.9, 2.0, 1e9)[0] == pytest.approx(erlang_c(3, 1.8), rel=1e-6)


# every call, to the last: first come, first served, from arrivals and addressed luck alone


@pytest.mark.parametrize("patience_h", [None, 1.0])
@pytest.mark.parametrize("teams", [1, 3])
def test_every_call_waits_as_long_as_the_recursion_says(teams: int, patience_h: float | None) -> None:
    """Kiefer and Wolfowitz's recursion, with calls that leave: no chance in it,
    each of some 2,000 waits is compared."""
    per_h = 0.42 * teams
    kinds = (Kind.CALLED, Kind.CALL_SERVED, Kind.CALL_LEFT)
    run = list(
        rows_of(post(int(2000 / per_h / 24), teams=teams, per_h=per_h, patience_h=patience_h), *kinds, seed=4)
    )
    calls = [(time_h, group) for _, time_h, kind, group, *_ in run if kind == Kind.CALLED]
    waited = {
        group: value if kind == Kind.CALL_SERVED else -value for _, _, kind, group, _, _, _, value, *_ in run
    }
    free = [0.0] * teams
    busy = 0
    for time_h, group in calls[:-20]:
        luck = entity_luck(4, 0, group)
        limit = (
            math.inf if patience_h is None else -patience_h * math.log(uniform(luck, Draw.PATIENCE, IN_ZONE))
        )
        wait = max(0.0, free[0] - time_h)
        busy += wait > 0.0
        if wait >= limit:
            assert waited[group] == pytest.approx(-limit, abs=1e-6)
            continue
        hold_h = -HOLD_H * math.log(uniform(luck, Draw.HOLD_TEAMS, IN_ZONE))
        heapq.heapreplace(free, time_h + wait + RESPONSE_H + hold_h)
        assert waited[group] == pytest.approx(wait, abs=1e-6)
    assert busy > len(calls) / 5


# means, over independent replications


def waits_of(scenario: Scenario, replication: int) -> tuple[np.ndarray, np.ndarray]:
    """Waits of calls that were served, and of calls that were dropped, after a warm-up."""
    served: list[float] = []
    left: list[float] = []
    kinds = (Kind.CALL_SERVED, Kind.CALL_LEFT)
    for row in rows_of(scenario, *kinds, seed=11, replication=replication, engine="compiled"):
        if row[1] >= WARM_UP_H:
            (served if row[2] == Kind.CALL_SERVED else left).append(row[7])
    return np.array(served), np.array(left)


def agrees(values: Sequence[float], expected: float, catches: float, tests: int) -> None:
    """A t interval over replications holds the expected value, and is tight enough to catch a wrong one.

    False alarm FALSE_ALARM for `tests` such intervals together; a relative error of `catches` is found four
    times in five or more.
    """
    n = len(values)
    error = float(np.std(values, ddof=1)) / math.sqrt(n)
    t = float(stats.t.isf(FALSE_ALARM / tests / 2, n - 1))
    assert (t + 0.85) * error < catches * expected, f"standard error {error / expected:.2%} of {expected:.4f}"
    assert abs(np.mean(values) - expected) < t * error, (
        f"{np.mean(values):.4f} where theory has {expected:.4f}"
    )


@pytest.mark.parametrize(
    ("replications", "catches"),
    [(6, 0.3), pytest.param(100, 0.05, marks=pytest.mark.slow)],
    ids=["few", "many"],
)
def test_calls_wait_as_erlang_c_says(replications: int, catches: float) -> None:
    """M/M/3 at load 0.6 a team; the mean wait varies twice as much as the share,
    and is asked half as sharply."""
    scenario = post(281)
    waits = [waits_of(scenario, r)[0] for r in range(replications)]
    agrees([float((w > 0.0).mean()) for w in waits], erlang_c(TEAMS, PER_H * OUT_H), catches, 2)
    agrees([float(w.mean()) for w in waits], mean_wait_h(TEAMS, PER_H, OUT_H), 2 * catches, 2)


def test_calls_are_dropped_as_erlang_a_says() -> None:
    """M/M/3+M at full load (3 Erlang on 3 teams), patience 2 h."""
    per_h, patience_h = 1.5, 2.0
    scenario = post(120, per_h=per_h, patience_h=patience_h)
    runs = [waits_of(scenario, r) for r in range(16)]
    waits, dropped = erlang_a(TEAMS, per_h, OUT_H, patience_h)
    agrees([((s > 0.0).sum() + len(d)) / (len(s) + len(d)) for s, d in runs], waits, 0.05, 2)
    agrees([len(d) / (len(s) + len(d)) for s, d in runs], dropped, 0.08, 2)
