"""Who is there at the start: where, with how many tries behind them,
and how long they still wait after what they have waited."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.model.simulate import build, simulate
from sim.model.stepping import on_their_way
from sim.record.events import Compartment, Kind
from tests.model.acts.people_worlds import (
    NEVER,
    Tables,
    alone,
    clock,
    controls,
    exponential,
    fixed,
    rows,
    stock,
    timetable,
    world,
)

FALSE_ALARM = 1e-4
PLACES = {
    "waiting": ("way", Compartment.WAITING), "gave_up": ("way", Compartment.WAITING),
    "in_site": ("hall", Compartment.IN_SITE),
    "stranded": ("line", Compartment.STRANDED), "procedure": ("there", Compartment.PROCEDURE),
    "awaiting_removal": ("there", Compartment.AWAITING_REMOVAL),
}  # fmt: skip
HALL: Tables = {"sites": {"hall": {"sector": "line", "capacity": 1000, "open": 1.0}}}


@pytest.mark.parametrize("compartment", PLACES)
def test_a_stock_is_in_its_compartment_to_the_last_person(compartment: str) -> None:
    """A hundred persons in parties of eight or so; the last party is what is left."""
    place, expected = PLACES[compartment]
    parties = {"people": {"gathering_share": 0.0, "party_size_mean": 8.0}}
    scenario = world(1, HALL, parties, stock("all", 100, compartment, place))
    present = rows(scenario, Kind.WAS_PRESENT)
    assert sum(row[4] for row in present) == 100
    assert {row[7] for row in present} <= {float(expected), float(Compartment.WAITING)}
    assert len(present) > 5


@pytest.mark.parametrize(("attempts", "hours"), [(0, 1.0), (3, 10.0)])
def test_people_who_have_tried_before_wait_for_the_next_try_and_it_is_counted_on(
    attempts: int, hours: float
) -> None:
    lines = timetable(world(1, stock("ada", 8, attempts=attempts)))
    assert lines[:2] == [
        f"{hours:.2f} SET_OUT ada 8 NOBODY",
        f"{hours + 1:.2f} ATTEMPT ada 8 PEOPLE {attempts + 1}",
    ]


@pytest.mark.parametrize(
    ("compartment", "end", "law"),
    [("waiting", "SET_OUT", {"people": {"staging": fixed(12.0)}}),
     ("gave_up", "LEFT_BY_OWN_MEANS", {"people": {"own_means": fixed(12.0)}}),
     ("stranded", "CAME_BACK", {"people": {"next_try_strip": fixed(12.0)}}),
     ("procedure", "REFUSED",
      {"countries": {"there": {"reception": {"procedure": fixed(12.0), "recognised": 0.0}}}}),
     ("awaiting_removal", "LEFT_PROCEDURE",
      {"countries": {"there": {"return_uptake": 0.0, "reception": {"leaves_procedure": fixed(12.0)}}}}),
     ("awaiting_removal", "RETURNED_VOLUNTARILY",
      {"countries": {"there": {"return_uptake": 1.0, "reception": {"voluntary": fixed(12.0)}}}})],
)  # fmt: skip
def test_hours_already_waited_are_not_waited_again(compartment: str, end: str, law: Tables) -> None:
    """Of twelve hours seven and a half are over: four and a half are left."""
    scenario = world(1, law, stock("ada", 8, compartment, PLACES[compartment][0], waited=fixed(7.5)))
    assert timetable(scenario)[0].split()[:2] == ["4.50", end]


def test_hours_waited_before_the_start_count_for_the_first_stage_alone() -> None:
    """Stranded for 4 of 5 hours; from then on every wait is as long as anybody's: in the strip again,
    and in a procedure."""
    post = {"sectors": {"line": {"teams": 9}}}
    assert timetable(
        world(1, post, stock("ada", 8, "stranded", "line", waited=fixed(4.0)), controls(block_return=1.0))
    )[:6] == clock("""
        1.00 ATTEMPT   ada 8 PEOPLE 1
        1.50 PREVENTED ada 8 GUARD  1
        1.50 STRANDED  ada 8 ESCORT
        6.50 ATTEMPT   ada 8 PEOPLE 2
        7.00 PREVENTED ada 8 GUARD  2
        7.00 STRANDED  ada 8 ESCORT
    """)


def test_of_an_exponential_wait_the_rest_is_the_whole_whatever_has_been_waited() -> None:
    """Memoryless: the rest of an exponential time has the law of the time itself,
    and has nothing to do with what was waited."""
    law = {
        "countries": {
            "there": {"reception": {"procedure": exponential(40.0), "places": 100_000, "recognised": 0.0}}
        }
    }
    waited = {"initial": {"all": {"waited": {"dist": "uniform", "low_h": 0.0, "high_h": 40.0}}}}
    scenario = world(40, law, alone("procedure", "there", 2000), waited)
    rest = np.array([row[1] for row in rows(scenario, Kind.REFUSED)])
    assert len(rest) == 2000
    assert stats.kstest(rest, stats.expon(scale=40.0).cdf).pvalue > FALSE_ALARM
    assert abs(rest.mean() - 40.0) < 5 * 40.0 / math.sqrt(2000)


def test_of_a_long_wait_only_its_rest_is_left() -> None:
    """A uniform time of up to forty hours of which thirty are over: what is left is uniform over ten."""
    law = {"people": {"staging": {"dist": "uniform", "low_h": 0.0, "high_h": 40.0}}}
    scenario = world(2, law, alone(), {"initial": {"all": {"waited": fixed(30.0)}}})
    rest = [row[1] for row in rows(scenario, Kind.SET_OUT)]
    assert stats.kstest(rest, stats.uniform(0.0, 10.0).cdf).pvalue > FALSE_ALARM


def test_who_was_there_has_waited_since_before_the_start_for_the_order_of_a_seat_home() -> None:
    for waited in ((10.0, 50.0), (50.0, 10.0)):
        stocks = [stock(f"group-{i}", 10, "gave_up", waited=fixed(h)) for i, h in enumerate(waited)]
        people = {
            "people": {"accepts_flight": 1.0, "own_means": NEVER},
            "transit_state": {"seats_home_per_day": 5.0},
        }
        first = timetable(world(2, *stocks, people))[1]
        assert first.split()[:3] == ["24.00", "FLOWN_HOME", f"group-{waited.index(50.0)}"]


# parts of a group, as an act of its own


def test_a_part_takes_its_share_of_minors_and_leaves_the_rest() -> None:
    """Twelve persons, six of them minors: of a part of four two are, and of the eight who stay four."""
    scenario = world(1, stock("ada", 12), {"people": {"minor_share": 0.5}})
    a_world = build(scenario, seed=0, replication=0)
    (group,) = on_their_way(a_world)
    part = a_world.split(group, 4, 0)
    assert (part.persons, part.minors, group.persons, group.minors) == (4, 2, 8, 4)
    assert part.key != group.key
    assert simulate(scenario).groups == 1
