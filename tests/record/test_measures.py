"""What a measure counts, by the log: persons count once, attempts and episodes each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.errors import UsageError
from sim.model.simulate import simulate
from sim.record.events import Kind, Row
from sim.record.measures import ATTEMPTS, COUNTED, DESCRIBED, RATIOS, check_measures, units_of
from tests.small import small
from tests.worlds import scenarios

OF_PERSONS = [m for m in COUNTED if m.of == "persons"]


def counted_twice(rows: Iterable[Row]) -> dict[str, int]:
    """By measure: how many more were counted of groups, with all parts that split from them, than these
    groups ever had persons."""
    origin: dict[int, int] = {}
    group_of: dict[int, int] = {}
    persons: dict[int, int] = defaultdict(int)
    counts: dict[str, dict[int, int]] = {m.name: defaultdict(int) for m in OF_PERSONS}
    for row in rows:
        group_of[row.number] = row.group
        if row.kind == Kind.SPLIT:
            parent = group_of[row.cause]
            origin[row.group] = origin.get(parent, parent)
        first = origin.get(row.group, row.group)
        if row.kind in (Kind.ARRIVED, Kind.WAS_PRESENT):
            persons[first] += row.persons
        for m in OF_PERSONS:
            if row.kind in m.kinds and m.actor in (None, row.actor):
                counts[m.name][first] += row.persons
    return {
        name: sum(max(0, n - persons[group]) for group, n in found.items() if group in persons)
        for name, found in counts.items()
    }


@settings(max_examples=12)
@given(scenarios(), st.integers(0, 10))
def test_no_measure_in_persons_counts_a_person_twice_in_any_world(scenario: object, seed: int) -> None:
    run = simulate(scenario, seed=seed, replication=0, keep_rows=True)  # type: ignore[arg-type]
    twice = counted_twice(Row(*row) for row in run.rows)
    assert [name for name, n in twice.items() if n and DESCRIBED[name].unit == "persons"] == []


def test_what_happens_to_a_person_again_is_no_count_of_persons() -> None:
    """A crowd that is driven back, held and hurt again and again: more episodes than there are persons."""
    run = simulate(
        small(20, exposure={"harm_per_10000_person_days": 3000.0}), seed=2, replication=0, keep_rows=True
    )
    twice = counted_twice(Row(*row) for row in run.rows)
    for name in ("attempts", "prevented", "came_back", "stranded", "harmed"):
        assert twice[name] > 0 and DESCRIBED[name].unit != "persons", name


def test_attempts_and_their_ends_are_counted_alike() -> None:
    ends = (
        "attempts",
        "guided_attempts",
        "withdrew",
        "prevented",
        "apprehended",
        "entered_unseen",
        "stopped",
    )
    assert units_of(*ends) == ATTEMPTS


def test_a_share_is_of_something_that_counts_no_less() -> None:
    for ratio in RATIOS:
        if ratio.unit == "share":
            assert units_of(ratio.denominator) != "persons", ratio.name


def test_an_unknown_measure_is_refused_with_the_nearest_name() -> None:
    check_measures(["attempts", "died"])
    with pytest.raises(UsageError, match=r"--of: found atempts, allowed: .*; did you mean 'attempts'\?$"):
        check_measures(["died", "atempts"], "--of")
    with pytest.raises(UsageError, match=r"measure: found \\x1b\[31m, allowed: .*attempts_per_arrival$"):
        check_measures(["\x1b[31m"])
