"""Rows of the table: words of a closed list and lists of names, each of which makes a difference."""

from __future__ import annotations

from sim.record.events import Kind
from tests.model.numbers.of_places import LENT, TWO_COUNTRIES
from tests.model.numbers.of_policy import COLUMN, SEES, WALL, WATCHED
from tests.model.numbers.of_the_line import BREACH_HOURS
from tests.model.numbers.readings import measure, reports, rows, values
from tests.model.numbers.small_worlds import COERCIVE, DOWN, NO_TEAMS, TWO, UP, row

RETURNS = reports(Kind.SUMMARY_RETURN)
SHY = {"parties": {"speaker": {"admits_own": 0.1}}}
BEGAN = rows(Kind.LEVER_BEGAN)
CHOICES = (
    row("sectors.*.terrain", "land", "river", BREACH_HOURS, UP, NO_TEAMS),
    row("sectors.*.neighbours", (), ("lake",), measure("calls_served"), UP, LENT,
        at="sectors.hill.neighbours"),
    row("fronts.*.where", ("lake",), ("hill",), measure("guided_attempts"), UP, TWO, COERCIVE,
        {"sectors": {"lake": {"access": -20.0}}}),
    row("parties.*.side", "guard", "transit_state", RETURNS, UP, SEES, SHY),
    row("parties.*.countries", (), ("yonder",), RETURNS, DOWN, SEES, TWO_COUNTRIES),
    row("levers.*.led_by", "escort", "people", measure("guided_attempts"), DOWN, COLUMN,
        {"standoffs": {"attempt_share": 1.0}}),
    row("levers.*.where", ("lake",), ("hill", "lake"), values(Kind.BARRIER_BUILT, sector=0), UP, WALL, TWO),
    row("levers.*.trigger.measure", "deaths", "attempts", BEGAN, UP, WATCHED),
    row("levers.*.trigger.where", ("lake",), ("hill",), BEGAN, UP, WATCHED, TWO,
        {"sectors": {"lake": {"access": -20.0}}}),
)  # fmt: skip
