"""Small worlds for single numbers: a stretch of line, a hundred and twenty people on their own, four days,
everything else still.

A row of the table names a number, the difference that its world needs, a low and a high value, and the figure
that moves. Both values are played with common random numbers, so that a difference is the number's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sim.evidence.reduced_cases import START, bare
from sim.scenario.schema import Scenario
from tests.model.numbers.readings import Reading

Tables = Mapping[str, Any]


def fixed(hours: float) -> dict[str, Any]:
    """Always so many hours."""
    return {"dist": "fixed", "h": hours}


def uniform(low_h: float, high_h: float) -> dict[str, Any]:
    """Anywhere between two bounds."""
    return {"dist": "uniform", "low_h": low_h, "high_h": high_h}


def exponential(mean_h: float) -> dict[str, Any]:
    """Memoryless."""
    return {"dist": "exponential", "mean_h": mean_h}


def merged(document: Tables, *differences: Tables) -> dict[str, Any]:
    """The document with differences laid over it, table by table; a duration is replaced as a whole."""
    whole = dict(document)
    for difference in differences:
        for key, value in difference.items():
            inside = whole.get(key)
            is_table = isinstance(value, Mapping) and isinstance(inside, Mapping) and "dist" not in value
            whole[key] = merged(inside, value) if is_table else value
    return whole


LINE: Tables = {
    "people": {"staging": uniform(0.0, 48.0), "walk": fixed(2.0)},
    "crossing": {"time": fixed(2.0)},
    "handling": {"processing": fixed(1.0)},
    "sectors": {"hill": {"teams": 40}},
    "initial": {"here": {"compartment": "waiting", "place": "way", "persons": 120}},
}
NO_TEAMS: Tables = {"sectors": {"hill": {"teams": 0}}}
STRANDED: Tables = {"initial": {"here": {"compartment": "stranded", "place": "hill"}}}
TRY_AGAIN: Tables = {
    "people": {"try_again": 1.0, "next_try": uniform(1.0, 20.0), "next_try_strip": uniform(1.0, 20.0)}
}
COERCIVE: Tables = {
    "fronts": {"front": {"where": ["there"], "posture": 1.0}},
    "transit_state": {"diversion": 0.0},
    "standoffs": {"escorted_share": 0.0},
}
FACILITATING: Tables = merged(COERCIVE, {"fronts": {"front": {"posture": 2 / 3}}})
COLD: Tables = {
    "mechanisms": {"exposure": True},
    "exposure": {"harm_per_10000_person_days": 3000.0, "death_per_10000_person_days": 0.0, "frailty": 0.0},
}
WET: Tables = {"sectors": {"hill": {"terrain": "river"}}}
WALLED: Tables = {"sectors": {"hill": {"wall_km": 20.0}}}
FENCED: Tables = {"sectors": {"hill": {"fence_km": 20.0}}}
COILED: Tables = {"sectors": {"hill": {"coil_km": 20.0}}}
CROWDS: Tables = {
    "mechanisms": {"standoffs": True},
    "people": {"gathering_share": 1.0, "gathering_median": 40.0},
    "initial": {"here": {"persons": 3000}},
    "sectors": {"hill": {"teams": 200}},
    "crossing": {"time": fixed(40.0)},
}
COLUMNS: Tables = {
    "mechanisms": {"columns": True, "standoffs": True},
    "people": {"next_try_strip": fixed(1000.0)},
    "columns": {"size_median": 60.0, "size_log_sd": 0.0, "forming": fixed(3.0),
                "per_day_per_1000": 0.0, "self_per_day_per_1000": 0.0, "self_waiting_per_day_per_1000": 0.0},
    "initial": {"here": {"compartment": "stranded", "place": "hill", "persons": 300}},
}  # fmt: skip
TWO: Tables = {"sectors": {"lake": {"country": "there", "length_km": 20.0, "teams": 40}}}
NEIGHBOURS: Tables = merged(
    TWO, {"sectors": {"hill": {"teams": 1, "neighbours": ["lake"]}, "lake": {"access": -20.0}}}
)
INSIDE: Tables = {
    "initial": {"here": {"compartment": "procedure", "place": "there"}},
    "countries": {"there": {"return_uptake": 0.0, "reception": {
        "procedure": uniform(10.0, 60.0), "leaves_procedure": fixed(1e6), "recognised": 0.0, "places": 100}}},
}  # fmt: skip
REFUSED: Tables = merged(
    INSIDE,
    {
        "initial": {"here": {"compartment": "awaiting_removal"}},
        "countries": {"there": {"removal_seats_per_week": 70.0, "reception": {"removal_flight_days": 1}}},
    },
)
ROAD: Tables = {
    "initial": {"here": {"persons": 0}},
    "people": {"staging": fixed(1e6)},
    "routes": {"way": {"people_per_day": 40.0}},
}
TALK: Tables = merged(
    NO_TEAMS,
    {
        "mechanisms": {"word_of_mouth": True},
        "routes": {"way": {"people_per_day": 40.0, "strip_per_day": 10.0}},
        "information": {"delay_days": 1, "removal_delay_days": 1, "memory_days": 4.0, "removal_weight": 0.0},
    },
)
"""Everybody gets through, and word of it travels back."""
GUARD: Tables = {"parties": {"guard": {"side": "guard", "sees_detected": 0.5}}}
CAMP: Tables = {"sites": {"camp": {"sector": "hill", "open": 1.0, "capacity": 1000, "shelter": 0.0}}}
GATE: Tables = {
    "people": {"claim_wish": 1.0},
    "crossing_points": {"gate": {"sector": "hill", "use": 0.5}},
}


@cache
def _bare(days: int) -> dict[str, Any]:
    return bare(days, {"hill": {}}).model_dump()


def world(*differences: Tables, days: int = 4, start: date = START) -> Scenario:
    """The line with differences laid over it."""
    dates = {"scenario": {"start": start, "end": start + timedelta(days=days)}}
    return Scenario.model_validate(merged(_bare(days), LINE, dates, *differences))


def changed(scenario: Scenario, key: str, value: Any) -> Scenario:
    """The scenario with another value at a key path; `*` stands for every name, `[]` for every entry."""
    document = scenario.model_dump()
    _put(document, key.split("."), value)
    return Scenario.model_validate(document)


def _put(inside: Any, steps: list[str], value: Any) -> None:
    step, *further = steps
    name = step.removesuffix("[]")
    for at in list(inside) if name == "*" else [name]:
        if step.endswith("[]"):
            inside[at] = list(inside[at])
            for index in range(len(inside[at])):
                if further:
                    _put(inside[at][index], further, value)
                else:
                    inside[at][index] = value
        elif further:
            _put(inside[at], further, value)
        else:
            inside[at] = value


class Row(NamedTuple):
    """A number of the schema, its world, two values, the figure that moves, and in which direction."""

    key: str
    low: Any
    high: Any
    reading: Reading
    direction: str
    build: Callable[[], Scenario]
    at: str
    note: str

    def figures(self, simulate: Callable[..., Any], seed: int) -> tuple[float, float]:
        """The figure at the low and at the high value."""
        base = self.build()
        runs = [simulate(changed(base, self.at, value), seed=seed) for value in (self.low, self.high)]
        return self.reading(runs[0]), self.reading(runs[1])


def row(
    key: str, low: Any, high: Any, reading: Reading, direction: str, *differences: Tables,
    days: int = 4, start: date = START, at: str = "", note: str = "",
) -> Row:  # fmt: skip
    """A row of the table; `at` narrows the key path to some names, `note` says why a world is as it is."""
    return Row(
        key,
        low,
        high,
        reading,
        direction,
        lambda: world(*differences, days=days, start=start),
        at or key,
        note,
    )


UP, DOWN = "up", "down"
