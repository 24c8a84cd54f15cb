"""Whether the two engines say the same of a scenario: every row, counter, stock and integral, to the bit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import tomli_w

from sim.engines.compiled import engine
from sim.model.simulate import simulate as simulate_in_simpy
from sim.record.frames import totals_of
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario

PARTS = ("counts", "said", "stocks", "person_hours", "team_hours", "groups")


def differences(scenario: Scenario, seed: int, replication: int = 0) -> list[str]:
    """In what the engines differ, in words; none where they are equal."""
    plain = simulate_in_simpy(scenario, seed=seed, replication=replication)
    return differences_from(plain, scenario, seed, replication)


def differences_from(plain: RunRecord, scenario: Scenario, seed: int, replication: int = 0) -> list[str]:
    """The same, where the SimPy engine has played it already."""
    quick = engine.simulate(scenario, seed=seed, replication=replication)
    found = differences_of_logs(plain, quick)
    found += [f"{part} differ" for part in PARTS if getattr(plain, part) != getattr(quick, part)]
    if list(plain.counts) != list(quick.counts):
        found.append("counters come in another order")
    a, b = totals_of(plain), totals_of(quick)
    found += [
        f"{name}: {a[name]!r} and {b[name]!r}"
        for name in a
        if a[name] != b[name] and not (a[name] != a[name] and b[name] != b[name])
    ]
    without_log = engine.simulate(scenario, seed=seed, replication=replication, keep_rows=False)
    if without_log.rows or without_log.counts != quick.counts:
        found.append("without a log the counters differ")
    return found


def differences_of_logs(plain: RunRecord, quick: RunRecord) -> list[str]:
    """The first row that differs."""
    for a, b in zip(plain.rows, quick.rows, strict=False):
        if tuple(a) != tuple(b):
            return [f"row {a[0]}: SimPy {a}, compiled {b}"]
    if len(plain.rows) != len(quick.rows):
        return [f"SimPy wrote {len(plain.rows)} rows, compiled {len(quick.rows)}"]
    return []


def as_file(scenario: Scenario, seed: int) -> str:
    """A scenario as a file, with the seed in a comment: what a counterexample is printed as."""
    return f"# seed {seed}\n" + tomli_w.dumps(_without_none(scenario.model_dump()))


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _without_none(v) for k, v in value.items() if v is not None and k != "name"}
    if isinstance(value, list | tuple):
        return [_without_none(v) for v in value]
    if isinstance(value, date | datetime | str | bool | int):
        return value
    return float(value) if isinstance(value, float | np.floating) else str(value)
