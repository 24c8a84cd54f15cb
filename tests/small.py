"""One small border for tests that need a run and not a crisis: two sectors, a post each, ten days,
a second to play."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sim.scenario.schema import Scenario

START = date(2021, 7, 1)


def content(days: int = 10, **tables: Any) -> dict[str, Any]:
    """The scenario as a file would hold it; `tables` replace whole tables."""
    return {
        "name": "small",
        "scenario": {"title": "A small border", "start": START, "end": START + timedelta(days=days)},
        "countries": {"there": {"label": "There", "summary_return": 0.5, "claims_heard": 0.2,
            "reserve_teams": 2}},
        "sectors": {
            "north": {"country": "there", "length_km": 20.0, "teams": 4, "neighbours": ["south"],
                "path": [[23.0, 54.0], [23.1, 53.8]]},
            "south": {"country": "there", "length_km": 30.0, "teams": 4, "neighbours": ["north"],
                "terrain": "river"},
        },
        "fronts": {"line": {"where": ["there"], "posture": 0.9}},
        "routes": {"way": {"people_per_day": 60.0}},
        "parties": {
            "guards": {"label": "guards", "side": "guard", "sees_detected": 1.0, "sees_incidents": 0.9,
                "sees_deaths": 0.6,
                       "sees_returns": 1.0, "admits_own": 0.5, "misattributes": 0.2, "invents_per_day": 0.3},
            "press": {"label": "press", "side": "aid_and_press", "sees_detected": 0.3, "sees_incidents": 0.5,
                      "needs_reporting": True, "misattributes": 0.1},
        },
        "people": {"staging": {"dist": "exponential", "mean_h": 24.0},
            "next_try": {"dist": "exponential", "mean_h": 24.0}},
        "levers": {"wall": {"kind": "wall", "where": ["north"], "start": START + timedelta(days=3)}},
        "initial": {"crowd": {"compartment": "stranded", "place": "north", "persons": 80}},
        **tables,
    }  # fmt: skip


def small(days: int = 10, **tables: Any) -> Scenario:
    """The scenario itself."""
    return Scenario.model_validate(content(days, **tables))


def noon(people_per_day: float = 60.0) -> Scenario:
    """A hard fortnight in which aid comes and goes in the middle of a day;
    two levers move one control out of its range and back."""
    return small(
        14,
        routes={"way": {"people_per_day": people_per_day}},
        exposure={"harm_per_10000_person_days": 2000.0, "death_per_10000_person_days": 500.0},
        lever_kinds={
            "more": {"effects": [{"control": "aid_access", "op": "add", "size": 0.9}]},
            "half": {"effects": [{"control": "aid_access", "op": "scale", "size": 0.5}]},
        },
        levers={
            "more": {"kind": "more", "where": ["*"], "start": datetime(2021, 7, 9, 12)},
            "half": {"kind": "half", "where": ["*"], "start": datetime(2021, 7, 9, 18)},
            "aid": {"kind": "humanitarian_access", "where": ["*"], "start": datetime(2021, 7, 4, 12)},
            "strip": {"kind": "buffer_zone", "where": ["*"], "start": datetime(2021, 7, 7, 15)},
        },
    )


def sanctioned(people_per_day: float = 60.0) -> Scenario:
    """A month of sanctions, each answered or not by a number of its own."""
    return small(
        30,
        routes={"way": {"people_per_day": people_per_day}},
        transit_state={"answer_probability": 0.5, "answer_delay": {"dist": "exponential", "mean_h": 24.0}},
        levers={f"sanctions-{day}": {"kind": "sanctions", "where": ["*"],
            "start": START + timedelta(days=day)} for day in range(2, 14)},
    )  # fmt: skip
