"""The whole table, and which numbers have no row, with the reason."""

from __future__ import annotations

from tests.model.numbers import of_choices, of_harm_and_belief, of_people, of_places, of_policy, of_the_line
from tests.model.numbers.small_worlds import Row

ROWS: tuple[Row, ...] = (
    *of_people.MECHANISMS, *of_people.PEOPLE,
    *of_the_line.CROSSING, *of_the_line.DETECTION, *of_the_line.RESPONSE, *of_the_line.HANDLING,
    *of_the_line.STANDOFFS, *of_the_line.COLUMN_ROWS,
    *of_harm_and_belief.EXPOSURE, *of_harm_and_belief.INFORMATION, *of_harm_and_belief.CHOICE,
    *of_harm_and_belief.SURGE, *of_harm_and_belief.TRANSIT_STATE,
    *of_places.COUNTRIES, *of_places.RECEPTION, *of_places.SECTORS, *of_places.FRONTS, *of_places.ROUTES,
    *of_places.SITES, *of_places.POINTS,
    *of_policy.PARTIES, *of_policy.TRIGGERS, *of_policy.LEVERS, *of_policy.STOCKS, *of_policy.DATES,
    *of_policy.DURATIONS, *of_choices.CHOICES,
)  # fmt: skip
WITHOUT_ROW: dict[str, str] = {
    "scenario.utc_offset_h": "says which clock the hours are of; written beside dates, read by no rule",
    "sectors.*.path[][]": "where the map draws a sector",
    "recorded": "what a run is compared with; the run does not know it",
    "extensions": "read by the module of an extension, which refuses one that it never reads; "
    "test_extensions.py has their rows",
    "levers.*.status": "evidence for its dates",
    "evidence": "what the numbers rest on; no rule reads it",
    "lever_kinds.*.effects[].op": "in the table of levers, for every control",
    "lever_kinds.*.effects[].phase": "in the table of levers, for every control",
    "initial.*.compartment": "the worlds of the table begin in each of them",
    "parties.*.invents_per_day": "drawn when an account is read, not in the run; it has a test of its own",
}
"""A key stands for everything below it."""


def name_of(row: Row) -> str:
    """What a row is called in reports: its key, and its note where a key has several rows."""
    several = sum(row.key == other.key for other in ROWS) > 1
    return f"{row.key}, {row.note}".replace(" ", "-") if several and row.note else row.key
