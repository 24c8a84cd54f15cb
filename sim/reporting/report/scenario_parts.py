"""The parts of a scenario as the reporting forms ask for them: entities, activities, resources, queues,
ways in and out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.record.events import Compartment
from sim.record.row_text import WHERE, Labels
from sim.reporting.report.report_blocks import CaptionedTable, Words, number
from sim.scenario.describe.scenario_text import value_words
from sim.scenario.schema import Scenario
from sim.scenario.schema.fields import is_model, members, spec

GONE = (Compartment.ONWARD, Compartment.REMOVED, Compartment.FLOWN_HOME, Compartment.LEFT_BY_OWN_MEANS)
DEAD = tuple(c for c in Compartment if c.name.startswith("DIED"))
ENTITIES = {
    "countries": "claims heard, power of summary return, reserve, places and seats",
    "sectors": "teams free and out, calls waiting, barrier standing, people at the line, exposure so far",
    "fronts": "posture of the transit state, from which six controls follow",
    "routes": "rate of arrivals, surge, what is heard of success",
    "sites": "open or closed, people in it",
    "crossing_points": "open or closed",
    "parties": "none: what each can see, admit and ascribe is fixed",
    "levers": "how far each is in force",
}
"""Named tables of a scenario, and what of them changes in a run."""
GROUP = (
    "group (people who travel together)", "-",
    "persons, minors, where they are (one of a closed list of compartments), sector, attempts made, wish to "
    "claim, health reserve, hardship, a key for its luck",
)  # fmt: skip


def entities(scenario: Scenario) -> CaptionedTable:
    """What there is, how many of each, and what of it changes."""
    rows = [
        GROUP,
        ("stand-off", "-", "level, persons, teams, who took the last step"),
        ("column", "-", "its groups, sector, who leads it"),
    ]
    for name, changing in ENTITIES.items():
        count = len(getattr(scenario, name))
        if count:
            rows.append((f"{name.replace('_', ' ')}: {_doc(name)}", number(count), changing))
    return CaptionedTable(
        "Entities and their state", ("entity", "how many", "state that changes"), tuple(rows)
    )


def _doc(name: str) -> str:
    """What an entry of a named table is, in the schema's words."""
    found = spec((name, "*"))
    kinds = [kind for kind in members(found.type) if is_model(kind)] if found is not None else []
    return (kinds[0].__doc__ or "").strip().splitlines()[0].rstrip(".").lower() if kinds else ""


def activities(scenario: Scenario) -> CaptionedTable:
    """Everything that takes time, with its distribution, from the scenario and its defaults."""
    rows = tuple((key, value, about) for key, value, about in _durations(scenario))
    return CaptionedTable(
        "Activities: what takes time, and how long", ("activity", "distribution", "meaning"), rows
    )


def _durations(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """Durations of the scenario's tables; those alike in every entry of a table once."""
    for name in type(scenario).model_fields:
        value = getattr(scenario, name)
        if hasattr(value, "model_fields_set"):
            yield from _of(name, value)
        # Evidence has no durations; levers and stocks have tables of their own in a report.
        elif isinstance(value, dict) and value and name not in ("evidence", "levers", "initial"):
            seen: dict[str, list[tuple[str, str, str]]] = {}
            for entry, table in value.items():
                for key, words, about in _of(f"{name}.{entry}", table):
                    seen.setdefault(key.split(".", 2)[2], []).append((key, words, about))
            for rest, found in seen.items():
                # Sectors that share a duration are one row; if one differs, each has its own.
                alike = len({words for _, words, _ in found}) == 1
                yield from [(f"{name}.*.{rest}", *found[0][1:])] if alike else found


def _of(path: str, table: Any) -> Iterator[tuple[str, str, str]]:
    for name, field in type(table).model_fields.items():
        value = getattr(table, name)
        if hasattr(value, "dist"):
            yield f"{path}.{name}", value_words(value), field.description or ""
        elif hasattr(value, "model_fields_set"):
            yield from _of(f"{path}.{name}", value)


def resources(scenario: Scenario) -> CaptionedTable:
    """What is limited: teams, places, seats, room in sites."""
    s = scenario
    seats = sum(c.removal_seats_per_week for c in s.countries.values())
    rows = (
        ("patrol teams of posts", number(sum(x.teams for x in s.sectors.values())), "teams",
            "in shifts; a team on a call does not patrol; neighbours lend what they can spare"),
        ("mobile reserves", number(sum(c.reserve_teams for c in s.countries.values())), "teams",
            "sent to any sector of their country, with travel time"),
        ("places in centres", number(sum(c.reception.places for c in s.countries.values())), "persons",
            "beyond them procedures slow down and people leave sooner"),
        ("seats on removal flights", number(seats), "persons a week", "before levers"),
        ("seats on flights home", number(s.transit_state.seats_home_per_day), "persons a day",
            "before levers"),
        ("staging sites", number(sum(x.capacity for x in s.sites.values())), "persons", "while open"),
    )  # fmt: skip
    return CaptionedTable("Resources at the start", ("resource", "how much", "unit", "how it is used"), rows)


def queues() -> CaptionedTable:
    """Where somebody waits for something limited, and who goes first."""
    rows = (
        ("calls for teams at a post",
            "by class (threat, breach, large, small), then time, then key; a call takes all teams it names "
            "at once or none; the first that fits is served, and a larger one ahead is overtaken for a "
            "limited time alone", "the group has crossed or withdrawn, or patience ends"),
        ("refused people waiting for removal", "in order of waiting; groups fly together",
            "removal, voluntary return, or leaving the procedure"),
        ("people who gave up, waiting for a seat home", "in order of waiting",
            "a seat, or leaving by their own means"),
        ("people in centres", "none: all are in procedures at once, slower where centres are over full",
            "decision, or leaving the procedure"),
    )  # fmt: skip
    return CaptionedTable("Queues", ("queue", "order", "what ends a wait"), rows)


def entry_and_exit(scenario: Scenario) -> list[Any]:
    """Where people come into the model, and where they leave it."""
    ways = ", ".join(
        f"{r.label or name} ({number(r.people_per_day)} persons a day at base)"
        for name, r in scenario.routes.items()
    )
    transit = scenario.transit_state.label or "the transit state"
    out = ", ".join(WHERE[c].format(transit=transit, escorts=Labels().escorts) for c in (*GONE, *DEAD))
    stocks = (
        f"; {number(sum(s.persons for s in scenario.initial.values()))} people are there at the start"
        if scenario.initial
        else ""
    )
    return [
        Words(
            f"People come in by routes: {ways or 'none'}{stocks}. They are out of it when {out}. Whoever is "
            f"elsewhere at the end stays counted there."
        )
    ]
