"""Little's law in every queue, as an identity of one path: what stood in it, hour by hour,
is what people spent there.

The left side is read from the living world between any two events, the right side from the log alone. No
chance is in it: both are the same number of person-hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from sim.model.simulate import build, finish
from sim.model.state.entities import Post
from sim.model.state.world import World
from sim.record.events import MOVES_TO, Compartment, Kind
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario
from tests.small import small

DIED = (Kind.DIED_EXPOSURE, Kind.DIED_DROWNING, Kind.DIED_AFTER_RETURN, Kind.DIED_VIOLENCE)


def calls_waiting(post: Post) -> int:
    """How many calls stand in the queue of a post."""
    calls, call = 0, post.queue
    while call is not None:
        calls, call = calls + 1, call.after
    return calls


LEVELS: dict[str, Callable[[World], int]] = {
    "interior": lambda w: w.interior.persons,
    "a seat home": lambda w: w.willing.persons,
    "strip": lambda w: sum(post.strip.persons for post in w.sectors if post.strip is not None),
    "site": lambda w: sum(site.line.persons for site in w.sites if site.line is not None),
    "procedure": lambda w: sum(centre.persons for centre in w.centres),
    "removal": lambda w: sum(
        centre.removal_line.persons for centre in w.centres if centre.removal_line is not None
    ),
    "calls": lambda w: sum(calls_waiting(post) for post in w.sectors),
}


def busy() -> Scenario:
    """Forty days in which every queue fills: few teams, a hall, flights home, removals, columns, deaths."""
    hours = {"dist": "exponential", "mean_h": 60.0}
    return small(
        days=40,
        people={"staging": hours, "next_try": hours, "next_try_strip": hours,
            "own_means": {"dist": "exponential", "mean_h": 200.0},
                "try_again": 0.8, "accepts_flight": 1.0, "offer_weight": 0.0, "accepts_flight_waiting": 0.0},
        transit_state={"seats_home_per_day": 6.0},
        response={"persons_per_team": 5.0, "hold": {"dist": "exponential", "mean_h": 9.0}},
        exposure={"death_per_10000_person_days": 300.0},
        countries={"there": {"summary_return": 0.4, "claims_heard": 0.3, "return_uptake": 0.0,
            "removal_seats_per_week": 20.0,
                             "reception": {"places": 100,
                                 "procedure": {"dist": "exponential", "mean_h": 150.0}}}},
        routes={"way": {"people_per_day": 120.0}},
        sites={"hall": {"sector": "north", "capacity": 60, "open": 1.0}},
        initial={"crowd": {"compartment": "stranded", "place": "north", "persons": 80},
                 "tired": {"compartment": "gave_up", "place": "way", "persons": 40},
                 "inside": {"compartment": "procedure", "place": "there", "persons": 90},
                 "refused": {"compartment": "awaiting_removal", "place": "there", "persons": 60}},
    )  # fmt: skip


def levels_over_time(scenario: Scenario, seed: int) -> tuple[dict[str, float], RunRecord]:
    """The integral of every queue's length over the run, read from the world before each event."""
    world = build(scenario, seed=seed, replication=0)
    area = dict.fromkeys(LEVELS, 0.0)
    before = 0.0
    while before < scenario.end_h:
        now = min(world.env.peek(), scenario.end_h)
        if now > before:
            for name, level in LEVELS.items():
                area[name] += level(world) * (now - before)
            before = now
        if now < scenario.end_h:
            world.env.step()
    return area, finish(world)


IN_QUEUE = {
    Compartment.STRANDED: "strip",
    Compartment.IN_SITE: "site",
    Compartment.PROCEDURE: "procedure",
    Compartment.AWAITING_REMOVAL: "removal",
}


def hours_spent(run: RunRecord, scenario: Scenario) -> dict[str, float]:
    """Person-hours in every queue, and hours of waiting calls, from the log alone."""
    hours: dict[str, float] = defaultdict(float)
    queue: dict[int, str] = {}
    persons: dict[int, int] = {}
    since: dict[int, float] = {}

    def spend(group: int, now: float, following: str) -> None:
        hours[queue.get(group, "")] += persons.get(group, 0) * (now - since.get(group, now))
        queue[group], since[group] = following, now

    stocks = list(scenario.initial.values())
    tired = sum(stock.persons for stock in stocks if stock.compartment == "gave_up")
    calls: dict[int, float] = {}
    for number, now, kind, group, n, _, _, value, cause, _ in run.rows:
        if kind == Kind.CALLED:
            calls[number] = now
        elif kind in (Kind.CALL_SERVED, Kind.CALL_LEFT) and cause in calls:
            hours["calls"] += now - calls.pop(cause)
        elif kind == Kind.SPLIT:
            parent = run.rows[cause][3]
            spend(parent, now, queue[parent])
            persons[parent] -= n
            persons[group], queue[group], since[group] = n, queue[parent], now
        elif kind in DIED:
            spend(group, now, queue[group])
            persons[group] -= n
        elif kind == Kind.GAVE_UP:
            spend(group, now, "gave up")
        elif kind in MOVES_TO or kind == Kind.WAS_PRESENT:
            compartment = Compartment(int(value) if kind == Kind.WAS_PRESENT else MOVES_TO[kind])
            following = "interior" if compartment == Compartment.WAITING else IN_QUEUE.get(compartment, "")
            if kind == Kind.WAS_PRESENT and compartment == Compartment.WAITING and tired > 0:
                following, tired = "gave up", tired - n
            spend(group, now, following)
            persons[group] = n
    for group in list(persons):
        spend(group, scenario.end_h, "")
    hours["a seat home"] = hours["gave up"] + hours["site"]  # everybody in them would take one
    hours["calls"] += sum(scenario.end_h - begun for begun in calls.values())
    return hours


@pytest.mark.parametrize("seed", range(3))
def test_what_stands_in_a_queue_over_time_is_what_people_spend_there(seed: int) -> None:
    scenario = busy()
    area, run = levels_over_time(scenario, seed)
    hours = hours_spent(run, scenario)
    for name in LEVELS:
        assert area[name] > 100.0, f"{name} was hardly used"
        assert hours[name] == pytest.approx(area[name], rel=1e-9, abs=1e-6), name
