"""Barriers: kilometres built in order and within lengths, cuts that open the strongest first, and repairs."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import pytest

from sim.core.random_streams import Draw, entity_luck, uniform
from sim.evidence.reduced_cases import NEVER, START, bare
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.record.log import RunRecord
from sim.rules.barriers_met import COIL, FENCE, WALL
from sim.scenario.schema import Scenario

LENGTHS = {"hill": 5.0, "lake": 4.0, "moor": 30.0}


def building(**lever: Any) -> list[tuple[float, int, float]]:
    """Midnights, sectors and kilometres that stand there, of a wall of 3 km per day along the lake,
    the hill and the moor."""
    scenario = bare(
        7,
        {name: {"length_km": km, "teams": 0} for name, km in LENGTHS.items()},
        levers={"wall": {"kind": "wall", "where": ["lake", "hill", "moor"], "start": START,
            "sizes": {"wall_km_per_day": 3.0}, **lever}},
    )  # fmt: skip
    rows = simulate(scenario, seed=0).rows
    return [(row[1] / 24.0, row[5], pytest.approx(row[7])) for row in rows if row[2] == Kind.BARRIER_BUILT]


def test_a_wall_goes_along_its_sectors_in_order_and_no_further_than_each_is_long() -> None:
    """3 km per day: the lake's 4 km take a day and a third, the hill's 5 km come next, then the moor."""
    by_hand = [(1, 1, 3.0), (2, 1, 4.0), (2, 0, 2.0), (3, 0, 5.0), (4, 2, 3.0), (5, 2, 6.0), (6, 2, 9.0)]
    assert building() == by_hand


def test_building_stops_at_its_length() -> None:
    assert building(km=7.5) == [(1, 1, 3.0), (2, 1, 4.0), (2, 0, 2.0), (3, 0, 3.5)]


def test_half_a_strength_builds_half_as_fast() -> None:
    assert building(strength=0.5, km=5.0) == [(1, 1, 1.5), (2, 1, 3.0), (3, 1, 4.0), (3, 0, 0.5), (4, 0, 1.0)]


def crossed(standing: dict[str, float], **tables: Any) -> tuple[Scenario, RunRecord]:
    """Six days of crossings of one sector of twenty kilometres,
    where every breach of a wall or fence cuts 0.1 km."""
    scenario = bare(
        6,
        {"line": {"teams": 0, "length_km": 20.0, "zone_km": 0.0, **standing}},
        people={"staging": {"dist": "uniform", "low_h": 0.0, "high_h": 140.0}},
        crossing={"cut_share": 1.0, "cut_width_km": 0.1, "repair_km_per_day": 1.0, "wall_factor": 1.0,
            "fence_factor": 1.0, "coil_factor": 1.0},
        countries={"there": {"reception": {"inland_check": 0.0, "onward": NEVER}}},
        initial={"here": {"compartment": "waiting", "place": "way", "persons": 200}},
        **tables,
    )  # fmt: skip
    return scenario, simulate(scenario, seed=2)


def check_breaches(run: RunRecord, fixed_km: dict[int, float]) -> dict[int, int]:
    """Assert that who crosses meets what stands where they cross, by hand;
    count the breaches of each barrier.

    Cuts open the wall first, then the fence; wire is stepped over and never cut.
    """
    built = {COIL: 0.0, FENCE: 0.0, WALL: 0.0} | fixed_km
    cut, day = 0.0, 0
    met: dict[int, int] = defaultdict(int)
    for row in run.rows:
        while day < int(row[1] // 24.0):
            day, cut = day + 1, max(0.0, cut - 1.0)
        if row[2] == Kind.BARRIER_BUILT:
            built[WALL] = row[7]
        elif row[2] == Kind.BARRIER_CUT:
            cut = min(20.0, cut + 0.1)
            assert row[7] == pytest.approx(cut)
        elif row[2] == Kind.BREACHED:
            wall = max(0.0, built[WALL] - cut) / 20.0
            fence = min(1.0 - wall, max(0.0, built[FENCE] - max(0.0, cut - built[WALL])) / 20.0)
            coil = min(1.0 - wall - fence, built[COIL] / 20.0)
            u = uniform(entity_luck(run.seed, run.replication, row[3]), Draw.BARRIER_MET, 1)
            ends = [(wall, WALL), (wall + fence, FENCE), (wall + fence + coil, COIL), (1.0, 0)]
            barrier = next(kind for share, kind in ends if u < share)
            assert row[7] == barrier
            met[barrier] += 1
    return met


def test_who_crosses_meets_the_strongest_barrier_that_is_left_there() -> None:
    _, run = crossed({"wall_km": 4.0, "fence_km": 9.0, "coil_km": 3.0})
    met = check_breaches(run, {WALL: 4.0, FENCE: 9.0, COIL: 3.0})
    assert all(met[kind] > 5 for kind in (0, COIL, FENCE, WALL))


def test_coiled_wire_is_never_cut() -> None:
    _, run = crossed({"coil_km": 20.0})
    assert check_breaches(run, {COIL: 20.0}) == {COIL: 200}
    assert not any(row[2] == Kind.BARRIER_CUT for row in run.rows)


def test_what_was_built_by_midnight_stands_in_the_way_from_then_on() -> None:
    noon = datetime(START.year, START.month, START.day + 1, 12)
    lever = {"kind": "wall", "where": ["line"], "start": noon, "sizes": {"wall_km_per_day": 5.0}}
    _, run = crossed({}, levers={"wall": lever})
    assert check_breaches(run, {})[WALL] > 20
