"""Triggers: a lever begins, lasts and stands down by what its party has counted in the days of its window."""

from __future__ import annotations

from typing import Any

import pytest

from sim.evidence.reduced_cases import NEVER, bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.scenario.schema import Scenario

TURNS = {Kind.LEVER_ANNOUNCED: "announced", Kind.LEVER_BEGAN: "began", Kind.LEVER_ENDED: "ended"}


def watched(persons: int = 4, **trigger: Any) -> Scenario:
    """One group of so many enters unseen at the hill at noon of the third day; guards know of entries,
    aid of none."""
    return bare(
        12,
        {"hill": {"teams": 0, "zone_km": 0.0}, "lake": {"teams": 0, "access": -20.0}},
        people={"gathering_share": 1.0, "gathering_median": float(persons), "gathering_log_sd": 0.0,
            "staging": fixed(60.0)},
        countries={"there": {"reception": {"inland_check": 0.0, "onward": NEVER}}},
        parties={"aid": {"side": "aid_and_press"}, "guard": {"side": "guard", "sees_undetected": 1.0}},
        initial={"some": {"compartment": "waiting", "place": "way", "persons": persons}},
        levers={"more": {"kind": "reinforced_controls",
            "trigger": {"party": "guard", "measure": "entries", "window_days": 3, "above": 4.0, **trigger}}},
    )  # fmt: skip


def turns(scenario: Scenario) -> list[tuple[float, str]]:
    """The rows of the lever, in days."""
    return [
        (row[1] / 24.0, TURNS[Kind(row[2])]) for row in simulate(scenario, seed=0).rows if row[2] in TURNS
    ]


def test_a_lever_begins_at_the_midnight_of_its_threshold_ends_after_its_days_and_begins_again() -> None:
    """At the midnight of day 5 the third day is still in the window; at that of day 7 it is not."""
    once, again = ([(day, "announced"), (day, "began"), (day + 1.5, "ended")] for day in (3.0, 5.0))
    assert turns(watched(duration_days=1.5)) == [*once, *again]


def test_a_delay_and_a_duration_count_from_the_decision_and_from_the_start() -> None:
    assert turns(watched(delay_days=2.0, duration_days=4.0)) == [
        (3.0, "announced"),
        (5.0, "began"),
        (9.0, "ended"),
    ]


def test_a_lever_stands_down_when_its_window_has_passed_over_the_count() -> None:
    """Counted on the third day, which a window of three days holds at the midnights of day 3, 4 and 5,
    and no longer at 6."""
    assert turns(watched(below=1.0, duration_days=8.0))[1:] == [(3.0, "began"), (6.0, "ended")]


def test_a_lever_stays_at_a_count_that_is_not_below_its_threshold() -> None:
    assert turns(watched(below=4.0, duration_days=8.0))[1:] == [(3.0, "began"), (6.0, "ended")]


@pytest.mark.parametrize(
    "trigger",
    [{"above": 5.0}, {"party": "aid"}, {"where": ["lake"]}, {"measure": "returns"}],
    ids=["more", "party", "where", "measure"],
)
def test_nothing_happens_for_fewer_persons_another_party_another_sector_or_another_measure(
    trigger: dict[str, Any],
) -> None:
    assert turns(watched(**trigger)) == []
