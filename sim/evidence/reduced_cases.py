"""A border stripped to one mechanism at a time, so that theory says exactly what must come out.

Nobody has a health that matters, nobody hears of anything, no escort acts; what a case is about is put
back by the tables it gives.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sim.scenario.schema import Scenario

START = date(2029, 5, 3)
# A hundred years and more, in hours: beyond the end of any case.
NEVER = {"dist": "fixed", "h": 1e6}
AT_ONCE = {"dist": "fixed", "h": 0.0}
# Every mechanism by name, so that a case holds only what its formula knows.
OFF = (
    "word_of_mouth", "surge", "columns", "standoffs", "diversion", "exposure", "barrier_injuries",
    "return_harm",
    "drowning", "stance_answers", "splits",
)  # fmt: skip


def fixed(hours: float) -> dict[str, Any]:
    """Always so many hours."""
    return {"dist": "fixed", "h": hours}


def exponential(mean_h: float) -> dict[str, Any]:
    """Memoryless, with this mean."""
    return {"dist": "exponential", "mean_h": mean_h}


def bare(days: int, sectors: dict[str, dict[str, Any]], **tables: dict[str, Any]) -> Scenario:
    """A scenario with every mechanism off, people who travel alone and set out at once;
    `tables` add to that."""
    document: dict[str, Any] = {
        "name": "bare",
        "scenario": {"title": "bare", "start": START, "end": START + timedelta(days=days)},
        "mechanisms": dict.fromkeys(OFF, False),
        "people": {
            "party_size_mean": 1.0, "gathering_share": 0.0, "claim_wish": 0.0, "staging": AT_ONCE,
            "walk": AT_ONCE,
            "try_again": 0.0, "try_again_fall": 0.0, "hardship_weight": 0.0, "offer_weight": 0.0,
            "accepts_flight_waiting": 0.0, "own_means": NEVER,
            "winter_months": (), "shortest_rest_h": 0.1,
        },
        "crossing": {"time": AT_ONCE, "withdrawal": 0.0, "forest_factor": 1.0},
        "detection": {"night_factor": 1.0, "size_exponent": 0.0, "sensor_probability": 1.0},
        "response": {"persons_per_team": 10.0, "log_sd": 0.0, "hold": AT_ONCE},
        "handling": {"processing": NEVER, "care": 0.0, "care_hardship": 0.0},
        "countries": {"there": {"summary_return": 1.0, "reception": {"inland_check": 0.0, "onward": NEVER}}},
        "sectors": {name: {"country": "there", "length_km": 20.0, **sector} for name,
            sector in sectors.items()},
        "routes": {"way": {"people_per_day": 0.0}},
    }  # fmt: skip
    # A table is merged and not replaced: a case names only what it is about.
    for name, table in tables.items():
        document[name] = {**document.get(name, {}), **table}
    return Scenario.model_validate(document)
