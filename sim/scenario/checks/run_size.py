"""How large one run of a scenario is, said or refused before any work begins.

Which question this answers: how many people, about how many events,
and about how much memory is one replication? From the people who are there at the start and the base rates of
the routes. Surges, levers and word of mouth can multiply arrivals,
so that it is the order of size and no more.
"""

from __future__ import annotations

from sim.scenario.schema import Scenario

MOST_PEOPLE = 100_000_000
"""Ten times the largest single stock; about 15 GB in the compiled engine without a log."""
LARGE = 2_000_000
"""People from which the size is said beforehand: a run takes minutes or GB."""
EVENTS_A_PERSON = 4.0
"""Measured: 0.8 to 4.1 rows of the log a person in the shipped scenarios."""
BYTES_A_PERSON, BYTES_AN_EVENT = 150.0, 200.0
"""Measured in the compiled engine, which needs the least: 130 to 150 bytes a person;
a row of the log while its table is made."""


def people_of(scenario: Scenario) -> float:
    """People who are there at the start, and who come at the base rates, in persons."""
    stocks = sum(stock.persons for stock in scenario.initial.values())
    return stocks + max(0, scenario.days) * sum(route.people_per_day for route in scenario.routes.values())


def size_in_words(scenario: Scenario, *, log: bool) -> str:
    """The size of one replication, "" where it is nothing that needs to be said."""
    people = people_of(scenario)
    if people < LARGE:
        return ""
    events = people * EVENTS_A_PERSON
    memory = people * BYTES_A_PERSON + (events * BYTES_AN_EVENT if log else 0.0)
    shorter = "; --no-log keeps no events and needs less" if log else ""
    return (
        f"{scenario.name} is large: about {people:,.0f} people and {events:,.0f} events, and "
        f"{memory / 1e9:,.1f} GB of memory or "
        f"more in each replication{shorter}"
    )
