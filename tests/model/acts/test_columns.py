"""Columns: when they form, of whom, who leads them, and what their groups do at the line."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.core.random_streams import Draw, entity_luck, key_of_name, uniform
from sim.evidence.reduced_cases import NEVER, START, bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Actor, Kind
from sim.record.log import RowTuple, RunRecord
from sim.scenario.schema import Scenario
from tests.model.acts.ladder import STEPS, Stands, ladder
from tests.model.acts.lines import AS_MANY_AS_ASKED, BY_PATROLS, setting
from tests.model.numbers.small_worlds import merged

SECTORS = {
    "near": {"length_km": 0.1, "response_h": 0.25, "teams": 60},
    "next": {"length_km": 0.1, "response_h": 0.25, "teams": 60},
}
FORMING_H = 1.0


def border(*differences: dict[str, Any], days: int = 1, **controls: float) -> Scenario:
    """Two sectors alike; nobody sets out by themselves, and no column forms by itself."""
    tables: dict[str, Any] = {
        "mechanisms": {"columns": True, "standoffs": True},
        "people": {**AS_MANY_AS_ASKED, "staging": NEVER, "next_try": NEVER, "next_try_strip": NEVER,
            "try_again": 1.0},
        "detection": BY_PATROLS,
        "response": {"persons_per_team": 10.0, "largest_call": 1.0, "hold": fixed(1.0)},
        "crossing": {"time": NEVER},
        "standoffs": {"min_persons": 20, "up_per_h": 0.0, "down_per_h": 0.0, "breach_per_h": 0.0,
            "disperse_per_h": 1.0,
                      "numbers_exponent": 0.0},
        "columns": {"forming": fixed(FORMING_H), "size_log_sd": 0.0, "per_day_per_1000": 0.0,
                    "self_per_day_per_1000": 0.0, "self_waiting_per_day_per_1000": 0.0},
        **setting(**{"block_return": 1.0, **controls}),
    }  # fmt: skip
    whole = merged({"sectors": SECTORS}, tables, *differences)
    return bare(days, whole.pop("sectors"), **whole)


def strip(persons: dict[str, tuple[int, float]], place: str = "near") -> dict[str, Any]:
    """Groups stranded at a sector: persons, and hours they have waited."""
    return {
        name: {"compartment": "stranded", "place": place, "persons": n, "waited": fixed(hours)}
        for name, (n, hours) in persons.items()
    }


def many(persons: int, each: int, compartment: str, place: str) -> dict[str, Any]:
    """Stocks of so many groups of one size, the first of them there longest."""
    count = persons // each
    return {
        f"{compartment}-{place}-{i}": {
            "compartment": compartment, "place": place, "persons": each, "waited": fixed(500.0 - i),
        }
        for i in range(count)
    }  # fmt: skip


def led(persons: int, by: str = "escort", **fields: Any) -> dict[str, Any]:
    """A lever that leads a column at the near sector from the start."""
    column = {
        "kind": "mass_column",
        "where": ["near"],
        "start": START,
        "persons": persons,
        "led_by": by,
        **fields,
    }
    return {"levers": {"column": column}}


def of_kinds(run: RunRecord, *kinds: Kind) -> list[RowTuple]:
    """Rows of some kinds."""
    return [row for row in run.rows if row[2] in kinds]


def joined(scenario: Scenario) -> list[str]:
    """Names of the groups that join a column, in their order."""
    run = simulate(scenario)
    names = dict(zip((row[3] for row in of_kinds(run, Kind.WAS_PRESENT)), scenario.initial, strict=True))
    return [names[row[3]] for row in of_kinds(run, Kind.JOINED_COLUMN)]


# of whom

PLACES = {
    **strip({"ada": (10, 5.0), "ben": (10, 9.0), "cem": (10, 7.0)}),
    "dia": {"compartment": "in_site", "place": "camp", "persons": 10, "waited": fixed(20.0)},
    "eve": {"compartment": "waiting", "place": "way", "persons": 10, "waited": fixed(30.0)},
    "fay": {"compartment": "waiting", "place": "way", "persons": 10, "waited": fixed(40.0)},
    **strip({"gus": (10, 50.0)}, "next"),
}
CAMP = {"sites": {"camp": {"sector": "near", "open": 1.0}}, "initial": PLACES}


@pytest.mark.parametrize(
    ("persons", "names"),
    [(20, "ben cem"), (30, "ben cem ada"), (40, "ben cem ada dia"), (41, "ben cem ada dia fay"),
     (500, "ben cem ada dia fay eve")],
)  # fmt: skip
def test_a_column_takes_the_strip_then_sites_then_the_interior_longest_waiting_first(
    persons: int, names: str
) -> None:
    """Whole groups until the number is met, of the column's own sector: Gus, at the next, is never of it."""
    assert joined(border(CAMP, led(persons))) == names.split()


def test_a_column_smaller_than_a_stand_off_does_not_form() -> None:
    assert joined(border(CAMP, led(19))) == []
    assert joined(border({"initial": strip({"ada": (19, 5.0)})}, led(500))) == []


def test_half_a_levers_strength_is_half_a_column() -> None:
    scenario = border({"initial": many(200, 10, "stranded", "near")}, led(100, strength=0.5))
    assert [row[7] for row in of_kinds(simulate(scenario), Kind.COLUMN_FORMED)] == [50.0]
    assert len(joined(scenario)) == 5


# who leads, who tries


@pytest.mark.parametrize(("by", "actor"), [("escort", Actor.ESCORT), ("people", Actor.PEOPLE)])
def test_whoever_leads_a_column_leads_all_it_does_at_the_line(by: str, actor: Actor) -> None:
    """An hour of forming, then the line, teams called, a stand-off: each row says who leads,
    and at which sector."""
    tries = {"standoffs": {"attempt_share": 1.0}}
    run = simulate(border({"initial": many(60, 10, "waiting", "way")}, tries, led(60, by)))
    kinds = (
        Kind.COLUMN_FORMED,
        Kind.JOINED_COLUMN,
        Kind.COLUMN_AT_LINE,
        Kind.ATTEMPT,
        Kind.JOINED_STANDOFF,
        Kind.STANDOFF_BEGAN,
    )
    log = of_kinds(run, *kinds)
    assert {(row[5], row[6]) for row in log} == {(0, actor)}
    assert [(row[1], row[2]) for row in log] == [
        (0.0, Kind.COLUMN_FORMED), *[(0.0, Kind.JOINED_COLUMN)] * 6, (FORMING_H, Kind.COLUMN_AT_LINE),
        *[(FORMING_H, Kind.ATTEMPT), (FORMING_H, Kind.JOINED_STANDOFF)] * 6, (FORMING_H, Kind.STANDOFF_BEGAN),
    ]  # fmt: skip


HALF = {"initial": many(600, 10, "stranded", "near"), "standoffs": {"attempt_share": 0.5}}


@pytest.mark.parametrize("seed", range(3))
def test_each_group_of_a_column_tries_by_its_own_number_and_only_who_tried_is_prevented(seed: int) -> None:
    run = simulate(border(HALF, led(600)), seed=seed)
    keys = [row[3] for row in of_kinds(run, Kind.WAS_PRESENT)]
    try_there = {key for key in keys if uniform(entity_luck(seed, 0, key), Draw.COLUMN_TRIES, 1) < 0.5}
    assert {row[3] for row in of_kinds(run, Kind.ATTEMPT)} == try_there
    assert {row[3] for row in of_kinds(run, Kind.PREVENTED)} == try_there
    assert 0 < len(try_there) < len(keys)


def test_only_groups_that_try_break_through() -> None:
    """Every stand-off ends by a breach in which all who try are through."""
    breach = {"standoffs": {"breach_per_h": 1.0, "disperse_per_h": 0.0, "breach_share": 1.0}}
    run = simulate(border(HALF, breach, led(600)))
    tried = {row[3] for row in of_kinds(run, Kind.ATTEMPT)}
    assert {row[3] for row in of_kinds(run, Kind.BREACHED)} == tried
    assert len(tried) < 60


def test_groups_of_a_column_act_in_the_order_of_their_keys() -> None:
    """They gathered by time waited; to the stand-off and out of it they go by key,
    as all do at one instant."""
    run = simulate(border(HALF, led(600)))
    gathered, met, gone = (
        [row[3] for row in of_kinds(run, kind)]
        for kind in (Kind.JOINED_COLUMN, Kind.JOINED_STANDOFF, Kind.STRANDED)
    )
    assert gathered != sorted(gathered)
    assert met == gone == sorted(gathered)


EIGHT = {"sectors": {"near": {"teams": 8}}}


def test_a_column_is_served_before_a_small_group_that_called_earlier() -> None:
    """Eight teams, seven of them with three small groups until 2.5. Ben's call for two waits for one more,
    and may not be overtaken by its like. The column of forty comes to the line at 1.4
    and is served before Ben."""
    small = strip({"kim": (29, 31.75), "kay": (29, 31.75), "kit": (10, 31.75), "ben": (15, 31.7)})
    tables = {
        "initial": {**small, **many(40, 10, "waiting", "way")},
        "people": {"next_try_strip": fixed(32.0)},
        "standoffs": {"min_persons": 30, "disperse_per_h": 0.01},
        "response": {"overtake_h": 0.0, "hold": fixed(2.0)},
    }
    run = simulate(border(tables, EIGHT, led(40, start=f"{START}T00:24")))
    served = [(round(row[1], 2), row[4]) for row in of_kinds(run, Kind.CALL_SERVED)]
    assert sorted(served[:3]) == [(0.25, 10), (0.25, 29), (0.25, 29)]
    assert served[3:4] == [(2.5, 40)]


LADDER = {"up_per_h": 3.0, "down_per_h": 0.8, "disperse_per_h": 0.2, "breach_per_h": 0.1, "people_share": 0.3,
          "escort_share": 0.2, "guard_share": 0.5, "reinforce_level": 3}  # fmt: skip


def test_guards_begin_no_step_before_they_are_there() -> None:
    """A column of sixty calls from the line: for a quarter of an hour nobody stands before it,
    then six teams do."""
    scenario = border(
        {"initial": many(60, 10, "stranded", "near")}, {"standoffs": LADDER}, led(60), aggression=0.5
    )
    early = 0
    for seed in range(40):
        run = simulate(scenario, seed=seed)
        begun, *steps = of_kinds(run, Kind.STANDOFF_BEGAN, *STEPS)
        stands = Stands(60, 6, 6, 0.25, 0.5, scenario.sectors["near"].restraint, coming_h=0.25)
        expected = ladder(entity_luck(seed, 0, begun[3]), scenario.standoffs, stands, begun[1])
        assert [row[2] for row in steps] == [step[1] for step in expected], seed
        assert [row[1] for row in steps] == pytest.approx([step[0] for step in expected])
        assert [row[6] for row in steps] == [step[2] for step in expected]
        early += steps[0][1] < begun[1] + 0.25
    assert early > 5


# when

RATES = {"per_day_per_1000": 30.0, "self_per_day_per_1000": 10.0, "self_waiting_per_day_per_1000": 8.0,
         "size_median": 60.0, "max_persons": 50, "forming": NEVER, "waiting_share": 0.5}  # fmt: skip
BY_RATE = {
    "columns": RATES,
    "sites": {"camp": {"sector": "near", "open": 1.0, "capacity": 5000}},
    "initial": {
        **many(600, 10, "stranded", "near"),
        **many(400, 10, "in_site", "camp"),
        **many(2000, 10, "waiting", "way"),
    },
}
AT_LINE, INLAND = 1000, 2000


@pytest.mark.parametrize("seed", range(4))
def test_columns_form_when_their_thresholds_are_spent(seed: int) -> None:
    """Each sector's threshold is exponential and spent at (30 x rate of the stance + 10)
    a day for each thousand people at its line, in sites too, and at 8 for each thousand of its share of the
    interior: here a half. A sector looks at how many there are at midnights and after its own columns. A
    column takes fifty from the line; where nobody is at the line, half of fifty from the interior,
    in groups of ten."""
    run = simulate(border(BY_RATE, days=3, column_rate=0.5), seed=seed)
    found = {place: [row for row in of_kinds(run, Kind.COLUMN_FORMED) if row[5] == place] for place in (0, 1)}
    luck = {i: entity_luck(seed, 0, key_of_name(f"sector {name}")) for i, name in enumerate(SECTORS)}
    people, inland, midnight = {0: AT_LINE, 1: 0}, INLAND, 24.0
    by_escort, rate, due = {0: 0.0, 1: 0.0}, {0: 0.0, 1: 0.0}, {0: 0.0, 1: 0.0}
    expected: dict[int, list[tuple[float, int]]] = {0: [], 1: []}

    def look(i: int, hour: float, left: float) -> None:
        by_escort[i] = 30.0 * 0.5 * people[i] / 1000 / 24
        rate[i] = by_escort[i] + (10.0 * people[i] + 8.0 * inland / 2) / 1000 / 24
        due[i] = hour + left / rate[i]

    for i in luck:
        look(i, 0.0, -math.log(uniform(luck[i], Draw.COLUMN_THRESHOLD, 0)))
    while midnight <= 72.0:
        i = min(luck, key=due.__getitem__)
        if due[i] >= midnight:
            for place in luck:
                look(place, midnight, (due[place] - midnight) * rate[place])
            midnight += 24.0
            continue
        n, at = len(expected[i]), due[i]
        by_people = uniform(luck[i], Draw.COLUMN_INITIATOR, n) * rate[i] >= by_escort[i]
        expected[i].append((at, Actor.PEOPLE if by_people else Actor.ESCORT))
        people[i], inland = (people[i] - 50, inland) if people[i] >= 50 else (people[i], inland - 30)
        look(i, at, -math.log(uniform(luck[i], Draw.COLUMN_THRESHOLD, n + 1)))
    for i in luck:
        assert [row[1] for row in found[i]] == pytest.approx([at for at, _ in expected[i]])
        assert [row[6] for row in found[i]] == [actor for _, actor in expected[i]]
        assert {row[7] for row in found[i]} <= {50.0}
