"""Every number and choice of the schema changes some log of some world, in the direction that its text says.

A number that moves nothing is a fault: somebody sets it and believes the result. The table is in
`tests.model.numbers`; the schema is walked, so that a new number without a row fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin

import pytest

from sim.engines.engine_choice import player
from sim.record.accounts import account_cells
from sim.record.events import Kind
from sim.record.frames import totals_of
from sim.record.measures import DESCRIBED
from sim.runs.run_tables import places_of
from sim.scenario.schema import Scenario
from sim.scenario.schema.durations import Exponential, Fixed, Gamma, Lognormal, Uniform, Weibull
from sim.scenario.schema.fields import is_model, members
from tests.engines.compiled.equal import differences
from tests.model.numbers.small_worlds import DOWN, UP, Row, changed, world
from tests.model.numbers.table import ROWS, WITHOUT_ROW, name_of

NUMBERS = (int, float, bool, date, datetime)
DISTRIBUTIONS = (Fixed, Exponential, Lognormal, Gamma, Weibull, Uniform)
SEED = 0


def numbers_of(annotation: Any, path: str) -> Iterator[str]:
    """The key path of every number, switch, date, duration, choice and list of names at or below a type."""
    for kind in members(annotation):
        origin, arguments = get_origin(kind), get_args(kind)
        if is_model(kind) and "dist" in kind.model_fields:
            yield path
        elif is_model(kind):
            yield from numbers_of_model(kind, path)
        elif origin is dict:
            yield from numbers_of(arguments[1], f"{path}.*")
        elif origin is tuple and members(arguments[0]) == [str]:
            yield path
        elif origin is tuple:
            yield from numbers_of(arguments[0], f"{path}[]")
        elif kind in NUMBERS or (origin is Literal and not path.endswith(".dist")):
            yield path


def numbers_of_model(model: Any, path: str) -> Iterator[str]:
    """The key path of every number of a table of the schema."""
    for name, field in model.model_fields.items():
        yield from numbers_of(field.annotation, f"{path}.{name}" if path else name)


def all_numbers() -> set[str]:
    """Every number of a scenario, and those of the distributions of durations."""
    inside = [path for law in DISTRIBUTIONS for path in numbers_of_model(law, law.__name__)]
    return {*numbers_of_model(Scenario, ""), *inside}


CASES = pytest.mark.parametrize("row", ROWS, ids=name_of)


def test_every_number_of_the_schema_has_a_row_or_a_reason_for_none() -> None:
    needed = {
        path for path in all_numbers() if not any(f"{path}.".startswith(f"{key}.") for key in WITHOUT_ROW)
    }
    assert {row.key for row in ROWS} == needed


def test_the_worlds_of_the_table_reach_every_kind_of_row_and_every_measure() -> None:
    kinds: set[int] = set()
    measures: set[str] = set()
    for row in ROWS:
        run = player("compiled")(changed(row.build(), row.at, row.high), seed=SEED)
        kinds |= {line[2] for line in run.rows}
        measures |= {name for name, value in totals_of(run).items() if value > 0.0}
    assert kinds == set(Kind)
    assert measures == set(DESCRIBED)


@CASES
def test_a_number_moves_its_figure_in_the_direction_that_its_text_says(row: Row) -> None:
    low, high = row.figures(player("compiled"), SEED)
    if row.direction == UP:
        assert low < high
    elif row.direction == DOWN:
        assert low > high
    else:
        assert low != high


def test_a_party_that_invents_more_incidents_reports_more() -> None:
    told = []
    for rate in (0.5, 5.0):
        scenario = world({"parties": {"press": {"side": "aid_and_press", "invents_per_day": rate}}})
        run = player("compiled")(scenario, seed=SEED)
        told.append(sum(account_cells(run, places_of(scenario)).values()))
    assert told[0] < told[1]


@pytest.mark.slow
@CASES
def test_both_engines_say_the_same_of_every_row_of_the_table(row: Row) -> None:
    for value in (row.low, row.high):
        assert not differences(changed(row.build(), row.at, value), SEED)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@CASES
def test_the_direction_holds_with_other_random_seeds(row: Row, seed: int) -> None:
    low, high = row.figures(player("compiled"), seed)
    assert (low < high) if row.direction == UP else (low > high) if row.direction == DOWN else low != high
