"""The world in the hand: looking changes nothing, and stepping to the end is the run."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sim.core.errors import UsageError
from sim.model.simulate import simulate
from sim.model.stepping import Stepper
from sim.record.events import Kind
from tests.small import small


def test_stepping_to_the_end_is_the_run_to_the_bit() -> None:
    scenario = small()
    stepper = Stepper(scenario, seed=2)
    rows = []
    while not stepper.is_over:
        rows += stepper.step(7)
        assert stepper.state.to_numpy().sum() > 0
        assert len(stepper.posts) == 2
        assert stepper.groups["persons"].ge(0).all()
    run = simulate(scenario, seed=2)
    assert [tuple(row) for row in rows] == run.rows
    assert stepper.record.counts == run.counts
    assert stepper.record.stocks == run.stocks
    assert stepper.record.person_hours == run.person_hours


def test_going_to_dates_is_the_run_to_the_bit() -> None:
    scenario = small()
    stepper = Stepper(scenario, seed=2).to(date(2021, 7, 3)).to(60.5).to(datetime(2021, 7, 5, 12)).to(1e6)
    assert stepper.is_over
    assert stepper.record.rows == simulate(scenario, seed=2).rows


def test_nothing_at_or_after_the_date_has_happened() -> None:
    stepper = Stepper(small(), seed=2).to(date(2021, 7, 4))
    assert all(row[1] < 72.0 for row in stepper.record.rows)
    assert not any(row[2] == Kind.LEVER_BEGAN for row in stepper.record.rows)
    assert stepper.now == datetime(2021, 7, 4)
    first = stepper.step()[0]
    assert first.time_h >= 72.0


def test_the_world_cannot_go_back() -> None:
    stepper = Stepper(small()).to(50.0)
    with pytest.raises(UsageError, match="cannot go back"):
        stepper.to(date(2021, 7, 1))


def test_controls_are_shown_by_name_and_place() -> None:
    stepper = Stepper(small())
    assert stepper.control("teams", "south") == 4.0
    with pytest.raises(UsageError, match="control: found 'temas'"):
        stepper.control("temas")
    with pytest.raises(UsageError, match="north, south"):
        stepper.control("teams", "nowhere")


def test_a_repr_says_where_the_world_is() -> None:
    assert "small at 2021-07-01 00:00: 80 people" in repr(Stepper(small()))
