"""Stand-offs, act by act: the ladder against its own numbers,
and what each ending does to people and teams."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sim.core.random_streams import Draw, entity_luck, uniform
from sim.evidence.reduced_cases import fixed
from sim.model.simulate import simulate
from sim.record.events import Actor, Kind
from sim.record.log import RowTuple
from sim.scenario.schema import Scenario
from tests.model.acts.ladder import STEPS, Stands, ladder, luck_of_single
from tests.model.acts.lines import at_line, setting

SEEDS = range(40)
OFF = {"up_per_h": 0.0, "down_per_h": 0.0, "disperse_per_h": 0.0, "breach_per_h": 0.0}
AGGRESSION, RESTRAINT = 0.6, 0.3


def facing(
    rules: dict[str, Any], *, persons: int = 60, teams: int = 20, controls: dict[str, float] | None = None,
    groups: dict[str, tuple[int, str, float]] | None = None, mechanisms: tuple[str, ...] = (), **tables: Any,
) -> Scenario:  # fmt: skip
    """Ada's group meets teams at one in the night, and stands off; `groups` come after it."""
    return at_line(
        {"post": {"teams": teams, "restraint": RESTRAINT}},
        {"ada": (persons, "post", 1.0), **(groups or {})},
        mechanisms=dict.fromkeys(("standoffs", *mechanisms), True),
        standoffs={"min_persons": 20, "death": 0.0, "injury": 0.0, "guard_injury": 0.0, **rules},
        **setting(**{"aggression": AGGRESSION, "guide": 0.0, **(controls or {})}),
        **tables,
    )


def rows(scenario: Scenario, *kinds: Kind, seed: int = 0) -> list[RowTuple]:
    """Rows of some kinds."""
    return [row for row in simulate(scenario, seed=seed).rows if row[2] in kinds]


def first(scenario: Scenario, kind: Kind, seed: int = 0) -> RowTuple:
    """The first row of a kind."""
    return rows(scenario, kind, seed=seed)[0]


# the ladder

LADDER = facing(
    {"up_per_h": 3.0, "down_per_h": 0.8, "disperse_per_h": 0.2, "breach_per_h": 0.1, "people_share": 0.5,
     "escort_share": 0.3, "guard_share": 0.2, "numbers_exponent": 0.5, "numbers_reference": 5.0,
     "calm_by_restraint": 1.5, "reinforce_level": 2},
)  # fmt: skip
"""Sixty persons before six of twenty teams; at level two six more are called,
which come a quarter of an hour later."""


def test_every_step_is_that_of_the_ladders_own_numbers() -> None:
    """Hour, kind, who began it and level of each step of forty stand-offs;
    all three endings are among them."""
    stands = Stands(60, 6, 6, 0.25, AGGRESSION, RESTRAINT)
    endings: Counter[float] = Counter()
    for seed in SEEDS:
        log = rows(LADDER, Kind.WAS_PRESENT, Kind.STANDOFF_BEGAN, *STEPS, seed=seed)
        (_, _, _, ada, *_), (_, met_h, *_), *steps = log
        found = [(row[1], row[2], row[6], row[7]) for row in steps]
        expected = ladder(luck_of_single(seed, ada), LADDER.standoffs, stands, met_h)
        assert [step[1:] for step in found] == [step[1:] for step in expected], seed
        assert [step[0] for step in found] == pytest.approx([step[0] for step in expected], abs=1e-9)
        endings[expected[-1][3]] += 1
    assert len(endings) == 3


ALONE = {
    **OFF,
    "up_per_h": 2.0,
    "people_share": 0.6,
    "escort_share": 0.4,
    "guard_share": 0.0,
    "numbers_exponent": 0.0,
}


def test_steps_are_begun_in_proportion_to_shares_and_aggression() -> None:
    """People 0.6, escorts 0.4 x 0.5: a quarter of the steps up are the escorts'.
    200 stand-offs of five steps, standard error 1.4 %; the bound of 5 % is three and a half of them:
    false alarm below 1 in 1,000."""
    scenario = facing(ALONE, controls={"aggression": 0.5})
    by = Counter(row[6] for seed in range(200) for row in rows(scenario, *STEPS[:-2], seed=seed))
    assert by[Actor.ESCORT] + by[Actor.PEOPLE] == 1000
    assert by[Actor.ESCORT] / 1000 == pytest.approx(0.25, abs=0.05)


def test_who_is_guided_joins_and_begins_by_the_escort() -> None:
    for guide, actor in ((0.0, Actor.PEOPLE), (1.0, Actor.ESCORT)):
        scenario = facing(ALONE, controls={"guide": guide})
        log = rows(scenario, Kind.JOINED_STANDOFF, Kind.STANDOFF_BEGAN)
        assert [row[6] for row in log] == [actor, actor]


def test_a_small_escorted_group_stays_by_its_own_number() -> None:
    """The escort stays with half of them at aggression one half and a share of one."""
    scenario = facing(
        {**ALONE, "escorted_share": 1.0}, persons=10, controls={"guide": 1.0, "aggression": 0.5}
    )
    stood = Counter()  # type: Counter[bool]
    for seed in SEEDS:
        ada = first(scenario, Kind.WAS_PRESENT, seed)[3]
        stays = uniform(entity_luck(seed, 0, ada), Draw.ESCORT_STAYS, 1) < 0.5
        assert bool(rows(scenario, Kind.STANDOFF_BEGAN, seed=seed)) == stays
        stood[stays] += 1
    assert len(stood) == 2


# reinforcement


def test_reinforcement_is_called_once_at_its_level_and_before_a_large_group_that_waits() -> None:
    """Twelve teams: six with Ada, and Leo's seventy wait for seven.
    The six that are free are for the stand-off."""
    late = 0
    for seed in range(10):
        scenario = facing(
            {**ALONE, "up_per_h": 1.0, "reinforce_level": 2}, teams=12, groups={"leo": (70, "post", 1.01)},
            response={"overtake_h": 0.0, "hold": fixed(30.0)},
        )  # fmt: skip
        crowd = first(scenario, Kind.STANDOFF_BEGAN, seed)[3]
        level_2 = first(scenario, Kind.REACHED_LEVEL_2, seed)[1]
        log = [row for row in rows(scenario, Kind.CALLED, Kind.CALL_SERVED, seed=seed) if row[3] == crowd]
        assert [(row[1], row[2]) for row in log] == [(level_2, Kind.CALLED), (level_2, Kind.CALL_SERVED)]
        late += level_2 > 1.3
    assert late


def test_a_waiting_call_for_reinforcement_leaves_with_the_stand_off_and_lets_others_by() -> None:
    """Seven teams, six with Ada. The reinforcement of six waits for the last one; Dia, who needs one,
    waits behind it, until the stand-off ends."""
    seen = 0
    for seed in range(30):
        scenario = facing(
            {**ALONE, "up_per_h": 1.0, "people_share": 1.0, "reinforce_level": 1}, teams=7,
            groups={"dia": (10, "post", 4.0)}, response={"hold": fixed(30.0)},
        )  # fmt: skip
        ended = first(scenario, Kind.STANDOFF_ENDED, seed)[1]
        reached = first(scenario, Kind.REACHED_LEVEL_1, seed)[1]
        dia = rows(scenario, Kind.WAS_PRESENT, seed=seed)[1][3]
        if reached < 3.4 and ended > 4.1:
            seen += 1
            assert [row[1] for row in rows(scenario, Kind.CALL_LEFT, seed=seed)] == [ended]
            served = {row[3]: row[1] for row in rows(scenario, Kind.CALL_SERVED, seed=seed)}
            assert served[dia] == ended
    assert seen > 5


def test_teams_stay_for_their_hold_after_a_stand_off() -> None:
    ended, back = (first(facing(ALONE), kind)[1] for kind in (Kind.STANDOFF_ENDED, Kind.TEAMS_BACK))
    assert back == pytest.approx(ended + 2.0)


# endings


def test_a_clash_hurts_by_whoever_began_its_last_step() -> None:
    scenario = facing({**ALONE, "injury": 1.0})
    by = set()
    for seed in range(12):
        last = first(scenario, Kind.REACHED_LEVEL_5, seed)[6]
        hurt = rows(scenario, Kind.HARMED_VIOLENCE, seed=seed)
        assert [(row[4], row[6]) for row in hurt] == [(1, last)] * 60
        by.add(last)
    assert by == {Actor.PEOPLE, Actor.ESCORT}


@pytest.mark.parametrize("seed", range(4))
def test_in_a_clash_each_team_has_a_member_hurt_by_a_number_of_its_own(seed: int) -> None:
    scenario = facing({**ALONE, "guard_injury": 0.5, "reinforce_level": 5})
    luck = luck_of_single(seed, first(scenario, Kind.WAS_PRESENT, seed)[3])
    hurt = sum(uniform(luck, Draw.GUARD_INJURY, team) < 0.5 for team in range(6))
    log = rows(scenario, Kind.FORCE_MEMBER_HARMED, seed=seed)
    assert [(row[4], row[6]) for row in log] == [(1, Actor.PEOPLE)] * hurt


def test_a_part_breaks_through_and_the_rest_is_prevented() -> None:
    """Three tenths of sixty: eighteen are through the line, forty-two are not,
    and all of that at one instant."""
    scenario = facing(
        {**OFF, "breach_per_h": 1.0, "breach_share": 0.3, "numbers_exponent": 0.0}, mechanisms=("splits",)
    )
    ended = first(scenario, Kind.STANDOFF_ENDED)
    after = rows(scenario, Kind.SPLIT, Kind.BREACHED, Kind.PREVENTED)
    assert ended[7] == 1.0
    assert [(row[1], row[2], row[4]) for row in after] == [
        (ended[1], Kind.SPLIT, 18), (ended[1], Kind.BREACHED, 18), (ended[1], Kind.PREVENTED, 42),
    ]  # fmt: skip


def test_what_disperses_lets_nobody_through() -> None:
    scenario = facing({**OFF, "disperse_per_h": 1.0}, mechanisms=("splits",))
    assert first(scenario, Kind.STANDOFF_ENDED)[7] == 0.0
    assert [row[2:5:2] for row in rows(scenario, Kind.BREACHED, Kind.PREVENTED)] == [(Kind.PREVENTED, 60)]


# diversion


def passed_by(persons: int, aggression: float, diversion: float, seed: int) -> tuple[bool, bool]:
    """Whether a group that waits in the strip is led past, and whether the stand-off's number says so."""
    scenario = facing(
        ALONE, controls={"aggression": aggression}, groups={"dia": (persons, "post", 20.0)},
        mechanisms=("diversion",), transit_state={"diversion": diversion},
    )  # fmt: skip
    ada, dia = (row[3] for row in rows(scenario, Kind.WAS_PRESENT, seed=seed))
    diverted = rows(scenario, Kind.DIVERSION, seed=seed)
    assert all(row[3] == dia for row in diverted)
    number = uniform(luck_of_single(seed, ada), Draw.DIVERSION, 0)
    return bool(diverted), number < diversion * aggression


def test_a_small_group_is_led_past_by_the_stand_offs_number() -> None:
    found = [passed_by(10, 0.5, 1.0, seed) for seed in SEEDS]
    assert all(diverted == expected for diverted, expected in found)
    assert {diverted for diverted, _ in found} == {False, True}


def test_a_large_group_is_not_led_past() -> None:
    assert not any(passed_by(20, 1.0, 1.0, seed)[0] for seed in range(5))


# withdrawal


def test_escorted_groups_do_not_withdraw() -> None:
    for guide, withdrew in ((0.0, 1), (1.0, 0)):
        scenario = facing(ALONE, controls={"guide": guide}, crossing={"withdrawal": 1.0})
        assert len(rows(scenario, Kind.WITHDREW)) == withdrew
