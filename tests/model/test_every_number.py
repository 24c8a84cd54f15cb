"""Every number of the schema changes some log of some world, in the direction that its text says.

A number that moves nothing is a fault: somebody sets it and believes the result. The table is in
`tests.model.numbers`; the schema is walked, so that a new number without a row fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, get_args, get_origin

import pytest

from sim.experiments.engines import player
from sim.experiments.parts import places_of
from sim.record.accounts import account_cells
from sim.scenario.durations import Exponential, Fixed, Gamma, Lognormal, Uniform, Weibull
from sim.scenario.fields import is_model, members
from sim.scenario.schema import Scenario
from tests.compiled.equal import differences
from tests.model.numbers.small_worlds import DOWN, UP, Row, changed, world
from tests.model.numbers.table import KNOWN, ROWS, WITHOUT_ROW, name_of

NUMBERS = (int, float, bool, date, datetime)
DISTRIBUTIONS = (Fixed, Exponential, Lognormal, Gamma, Weibull, Uniform)
SEED = 0


def numbers_of(annotation: Any, path: str) -> Iterator[str]:
    """The key path of every number, switch, date and duration at or below a type."""
    for kind in members(annotation):
        origin, arguments = get_origin(kind), get_args(kind)
        if is_model(kind) and "dist" in kind.model_fields:
            yield path
        elif is_model(kind):
            yield from numbers_of_model(kind, path)
        elif origin is dict:
            yield from numbers_of(arguments[1], f"{path}.*")
        elif origin is tuple:
            yield from numbers_of(arguments[0], f"{path}[]")
        elif kind in NUMBERS:
            yield path


def numbers_of_model(model: Any, path: str) -> Iterator[str]:
    """The key path of every number of a table of the schema."""
    for name, field in model.model_fields.items():
        yield from numbers_of(field.annotation, f"{path}.{name}" if path else name)


def all_numbers() -> set[str]:
    """Every number of a scenario, and those of the distributions of durations."""
    inside = [path for law in DISTRIBUTIONS for path in numbers_of_model(law, law.__name__)]
    return {*numbers_of_model(Scenario, ""), *inside}


def marked(row: Row) -> Any:
    """The row as a case, marked where it is known not to hold."""
    reason = KNOWN.get(name_of(row))
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(row, id=name_of(row).replace(" ", "-"), marks=marks)


def test_every_number_of_the_schema_has_a_row_or_a_reason_for_none() -> None:
    needed = {
        path for path in all_numbers() if not any(f"{path}.".startswith(f"{key}.") for key in WITHOUT_ROW)
    }
    assert {row.key for row in ROWS} == needed
    assert set(KNOWN) <= {name_of(row) for row in ROWS}


@pytest.mark.parametrize("row", [marked(row) for row in ROWS])
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
@pytest.mark.parametrize("row", [pytest.param(row, id=name_of(row).replace(" ", "-")) for row in ROWS])
def test_both_engines_say_the_same_of_every_row_of_the_table(row: Row) -> None:
    for value in (row.low, row.high):
        assert not differences(changed(row.build(), row.at, value), SEED)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("row", [marked(row) for row in ROWS])
def test_the_direction_holds_with_other_random_seeds(row: Row, seed: int) -> None:
    low, high = row.figures(player("compiled"), seed)
    assert (low < high) if row.direction == UP else (low > high) if row.direction == DOWN else low != high
