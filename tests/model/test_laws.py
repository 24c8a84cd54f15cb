"""Laws that hold in any world, read from the log of random scenarios."""

from __future__ import annotations

import random
from collections import defaultdict

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.model.journeys import initial_groups
from sim.model.simulate import simulate
from sim.model.state.entities import Group
from sim.model.state.world import World
from sim.record.events import ATTEMPT_ENDS, DEAD, LEVEL_REACHED, MOVES_TO, Compartment, Kind
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario
from tests.worlds import scenarios

SLOW = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])
DIED = {Kind.DIED_EXPOSURE, Kind.DIED_DROWNING, Kind.DIED_AFTER_RETURN, Kind.DIED_VIOLENCE}
AT_LINE_ENDS = {Kind.WITHDREW, Kind.PREVENTED}


def walk(run: RunRecord) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Replay a log on its own: every group's persons and compartment, every open attempt.

    Gives {compartment: [persons]} at the end and the persons dead by compartment; asserts on the way that
    whole-group rows carry the whole group, that nobody is negative and that attempts end exactly once.
    """
    persons: dict[int, int] = {}
    where: dict[int, int] = {}
    trying: dict[int, int] = {}
    dead: dict[int, int] = defaultdict(int)
    came = 0
    before = 0.0
    for number, time_h, kind, group, n, _, _, value, cause, _ in run.rows:
        assert time_h >= before, "time went back"
        assert -1 <= cause < number, "a cause comes before its row"
        before = time_h
        if kind in (Kind.ARRIVED, Kind.WAS_PRESENT):
            assert group not in persons, "a group begins once"
            persons[group] = n
            where[group] = int(value) if kind == Kind.WAS_PRESENT else Compartment.WAITING
            came += n
        elif kind == Kind.SPLIT:
            parent = run.rows[cause][3]
            assert 0 < n < persons[parent], "a part is smaller than its whole"
            persons[parent] -= n
            persons[group] = n
            where[group] = where[parent]
            if trying.get(parent):
                trying[parent] -= n
                trying[group] = n
        elif kind in DIED:
            assert n == 1 and persons[group] >= 1, "one person dies at a time"
            persons[group] -= 1
            dead[MOVES_TO[kind]] += 1
        elif kind in MOVES_TO:
            assert n == persons[group] > 0, f"{Kind(kind).name} moves the whole group"
            where[group] = MOVES_TO[kind]
        if kind == Kind.ATTEMPT:
            assert not trying.get(group), "an attempt begins when none is open"
            trying[group] = n
        elif kind in ATTEMPT_ENDS:
            trying[group] = trying.get(group, 0) - n
            assert trying[group] >= 0, "an attempt ends once"
            if kind != Kind.DIED_IN_ATTEMPT:
                assert trying[group] == 0, "an attempt ends for everybody in the group"
        assert sum(persons.values()) + sum(dead.values()) == came if number % 97 == 0 else True
    assert sum(persons.values()) + sum(dead.values()) == came
    ends: dict[int, list[int]] = defaultdict(list)
    for group, n in persons.items():
        ends[where[group]].append(n)
        if trying.get(group):
            assert where[group] in (Compartment.CROSSING, Compartment.STANDOFF), (
                "an open attempt is at the line"
            )
    return ends, dead


@SLOW
@given(scenarios(), st.integers(0, 3))
def test_people_are_conserved_at_every_event(scenario: Scenario, seed: int) -> None:
    run = simulate(scenario, seed=seed)
    ends, dead = walk(run)
    stride = run.countries + 1
    for compartment in Compartment:
        counted = sum(run.stocks[-1][compartment * stride : (compartment + 1) * stride])
        expected = dead[compartment] if compartment in DEAD else sum(ends[compartment])
        assert counted == expected, Compartment(compartment).name
    assert all(n >= 0 for stock in run.stocks for n in stock)


@SLOW
@given(scenarios(), st.integers(0, 3))
def test_no_team_is_in_two_places(scenario: Scenario, seed: int) -> None:
    run = simulate(scenario, seed=seed)
    on_duty: dict[int, float] = defaultdict(float)
    out: dict[tuple[int, int], float] = defaultdict(float)
    for _, _, kind, _, _, sector, actor, value, _, _ in run.rows:
        if kind == Kind.TEAMS_ON_DUTY:
            on_duty[sector] = value
        elif kind == Kind.TEAMS_SENT:
            out[sector, actor] += value
            if actor == 3:
                assert out[sector, actor] <= on_duty[sector], "no more teams are sent than are on duty"
        elif kind == Kind.TEAMS_BACK:
            out[sector, actor] -= value
            assert out[sector, actor] >= 0, "no team comes back that was not sent"


@SLOW
@given(scenarios(), st.integers(0, 3), st.randoms(use_true_random=False))
def test_the_same_seed_gives_the_same_log_whatever_the_order_of_processes(
    scenario: Scenario, seed: int, order: random.Random
) -> None:
    first = simulate(scenario, seed=seed)

    in_order = initial_groups.in_order_of_keys

    def shuffled(world: World, first: Group | None) -> Group | None:
        started = []
        while first is not None:
            started.append(first)
            first = first.next_member
        order.shuffle(started)
        for g in reversed(started):
            g.next_member, first = first, g
        return in_order(world, first)

    initial_groups.in_order_of_keys = shuffled
    try:
        second = simulate(scenario, seed=seed)
    finally:
        initial_groups.in_order_of_keys = in_order
    assert first.rows == second.rows
    assert first.counts == second.counts
    assert first.stocks == second.stocks


@SLOW
@given(scenarios(), st.integers(0, 3))
def test_without_a_log_the_counters_are_the_same(scenario: Scenario, seed: int) -> None:
    with_log = simulate(scenario, seed=seed)
    without = simulate(scenario, seed=seed, keep_rows=False)
    assert not without.rows
    assert without.counts == with_log.counts
    assert without.stocks == with_log.stocks
    assert without.person_hours == with_log.person_hours
    assert without.team_hours == with_log.team_hours


@SLOW
@given(scenarios(), st.integers(0, 3))
def test_hours_in_compartments_are_the_path_identity_of_littles_law(scenario: Scenario, seed: int) -> None:
    """The integral of each stock over time equals the hours that persons spent there, from the log alone."""
    run = simulate(scenario, seed=seed)
    hours: dict[int, float] = defaultdict(float)
    since: dict[int, float] = {}
    persons: dict[int, int] = {}
    where: dict[int, int] = {}
    for _, time_h, kind, group, n, _, _, value, cause, _ in run.rows:
        if kind == Kind.SPLIT:
            parent = run.rows[cause][3]
            persons[parent] -= n
            persons[group], where[group], since[group] = n, where[parent], since[parent]
        elif kind in DIED:
            hours[where[group]] += time_h - since[group]
            persons[group] -= 1
        elif kind in MOVES_TO or kind == Kind.WAS_PRESENT:
            if group in where:
                hours[where[group]] += persons[group] * (time_h - since[group])
            persons[group], since[group] = n, time_h
            where[group] = int(value) if kind == Kind.WAS_PRESENT else MOVES_TO[kind]
    for group, n in persons.items():
        hours[where[group]] += n * (scenario.end_h - since[group])
    for compartment in range(Compartment.PROCEDURE + 1):
        assert abs(hours[compartment] - run.person_hours[compartment]) <= 1e-9 * max(1.0, hours[compartment])


@SLOW
@given(scenarios(), st.integers(0, 3))
def test_a_groups_luck_is_the_same_under_every_policy(scenario: Scenario, seed: int) -> None:
    """Groups that come in both worlds are the same people, and come at the same moment."""
    with_levers = simulate(scenario, seed=seed)
    without = simulate(scenario.model_copy(update={"levers": {}}), seed=seed)

    def came(run: RunRecord) -> dict[int, tuple[float, int]]:
        return {row[3]: (row[1], row[4]) for row in run.rows if row[2] in (Kind.ARRIVED, Kind.WAS_PRESENT)}

    a, b = came(with_levers), came(without)
    assert all(a[key] == b[key] for key in a.keys() & b.keys())


@SLOW
@given(scenarios(), st.integers(0, 3))
def test_a_lever_of_strength_zero_changes_nothing_to_the_bit(scenario: Scenario, seed: int) -> None:
    idle = {name: lever.model_copy(update={"strength": 0.0}) for name, lever in scenario.levers.items()}
    silent = {Kind.LEVER_ANNOUNCED, Kind.LEVER_BEGAN, Kind.LEVER_ENDED}
    none = simulate(scenario.model_copy(update={"levers": {}}), seed=seed)
    zero = simulate(scenario.model_copy(update={"levers": idle}), seed=seed)

    def told(run: RunRecord) -> list[tuple[object, ...]]:
        return [(*row[1:8], row[9]) for row in run.rows if row[2] not in silent]

    assert told(zero) == told(none)


@SLOW
@given(scenarios(), st.integers(0, 3))
def test_a_stand_off_counts_once_for_each_level_it_reached(scenario: Scenario, seed: int) -> None:
    run = simulate(scenario, seed=seed)
    reached: dict[int, int] = defaultdict(int)
    for _, _, kind, group, *_ in run.rows:
        if kind in LEVEL_REACHED:
            assert kind == LEVEL_REACHED[reached[group]], "levels are reached in order, each once"
            reached[group] += 1
