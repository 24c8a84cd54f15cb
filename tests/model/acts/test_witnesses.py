"""Who knows what happened, who says so, and whom they ascribe it to: bits of a row's witness,
party by party."""

from __future__ import annotations

import pytest

from sim.record.events import Kind
from sim.record.log import ASCRIBES_BIT, REPORTS_BIT, RowTuple
from tests.model.acts.people_worlds import (
    NEVER,
    Tables,
    alone,
    assert_independent,
    assert_share,
    controls,
    fixed,
    rows,
    stock,
    world,
)

RETURNED: Tables = {
    "sectors": {"line": {"teams": 1000, "sensor_coverage": 1.0, "length_km": 10_000.0, "reporting": 0.0}},
    "crossing": {"time": fixed(0.0)},
    "detection": {"patrol_speed_kmh": 0.01, "sensor_probability": 1.0}, "people": {"next_try": NEVER},
}  # fmt: skip
"""Whoever tries is through, seen, apprehended and brought back by the guard."""


def party(side: str = "aid_and_press", name: str = "one", **values: object) -> Tables:
    """Somebody who gives an account."""
    return {"parties": {name: {"side": side, **values}}}


def knows(row: RowTuple, which: int = 0) -> bool:
    """Whether a party knows of a row."""
    return bool(row[9] >> which & 1)


def reports(row: RowTuple, which: int = 0) -> bool:
    """Whether it reports it."""
    return bool(row[9] >> REPORTS_BIT + which & 1)


def ascribes(row: RowTuple, which: int = 0) -> bool:
    """Whether it ascribes it to another side."""
    return bool(row[9] >> ASCRIBES_BIT + which & 1)


@pytest.mark.parametrize(
    ("side", "own", "other", "said"),
    [
        ("guard", 0.0, 1.0, False),
        ("guard", 1.0, 0.0, True),
        ("transit_state", 0.0, 1.0, True),
        ("transit_state", 1.0, 0.0, False),
    ],
)
def test_a_return_is_the_guards_act_which_its_side_admits_by_its_own_share(
    side: str, own: float, other: float, said: bool
) -> None:
    scenario = world(
        1, RETURNED, stock("ada", 8), party(side, sees_returns=1.0, admits_own=own, admits_other=other)
    )
    (row,) = rows(scenario, Kind.SUMMARY_RETURN)
    assert (knows(row), reports(row), ascribes(row)) == (True, said, False)


@pytest.mark.parametrize("reporting", [0.0, 1.0])
def test_who_needs_reporters_sees_nothing_where_there_are_none(reporting: float) -> None:
    scenario = world(
        1,
        RETURNED,
        stock("ada", 8),
        party(sees_returns=1.0, needs_reporting=True),
        controls(reporting=reporting),
    )
    (row,) = rows(scenario, Kind.SUMMARY_RETURN)
    assert knows(row) == (reporting == 1.0)


def test_a_party_sees_what_it_sees_and_nothing_else() -> None:
    scenario = world(
        1, RETURNED, stock("ada", 8), party(sees_detected=1.0), party(sees_returns=1.0, name="two")
    )
    (caught,), (returned,) = rows(scenario, Kind.APPREHENDED), rows(scenario, Kind.SUMMARY_RETURN)
    assert (knows(caught), knows(caught, 1), knows(returned), knows(returned, 1)) == (
        True,
        False,
        False,
        True,
    )


@pytest.mark.parametrize(("countries", "sees"), [((), True), (("there",), True), (("yonder",), False)])
def test_a_party_speaks_of_the_countries_that_it_names_or_of_all(
    countries: tuple[str, ...], sees: bool
) -> None:
    scenario = world(
        1,
        RETURNED,
        stock("ada", 8),
        party(sees_returns=1.0, countries=countries),
        {"countries": {"yonder": {}}},
    )
    (row,) = rows(scenario, Kind.SUMMARY_RETURN)
    assert knows(row) == sees


def test_two_parties_see_by_numbers_of_their_own() -> None:
    scenario = world(1, RETURNED, alone(), party(sees_returns=0.5), party(sees_returns=0.5, name="two"))
    assert_independent([(knows(row), knows(row, 1)) for row in rows(scenario, Kind.SUMMARY_RETURN)])


def test_a_party_sees_two_things_of_a_try_by_numbers_of_their_own() -> None:
    scenario = world(1, RETURNED, alone(), party(sees_returns=0.5, sees_detected=0.5))
    caught = {row[3]: knows(row) for row in rows(scenario, Kind.APPREHENDED)}
    assert_independent([(caught[row[3]], knows(row)) for row in rows(scenario, Kind.SUMMARY_RETURN)])


def test_a_party_sees_two_tries_of_a_group_by_numbers_of_their_own() -> None:
    scenario = world(1, RETURNED, alone(), party(sees_returns=0.5), {"people": {"next_try": fixed(1.0)}})
    seen: dict[int, list[bool]] = {}
    for row in rows(scenario, Kind.SUMMARY_RETURN):
        seen.setdefault(row[3], []).append(knows(row))
    assert_independent([(tries[0], tries[1]) for tries in seen.values() if len(tries) > 1])


def test_what_is_reported_and_to_whom_it_is_ascribed_are_decided_apart() -> None:
    scenario = world(
        1, RETURNED, alone(persons=800), party(sees_returns=1.0, admits_other=0.5, misattributes=0.5)
    )
    found = rows(scenario, Kind.SUMMARY_RETURN)
    told = [row for row in found if reports(row)]
    assert_share(len(told), len(found), 0.5)
    assert_share(sum(map(ascribes, told)), len(told), 0.5)
    assert not any(ascribes(row) for row in found if not reports(row))


def test_nobody_is_blamed_for_the_weather_but_the_guard_is_for_a_return() -> None:
    """A party that ascribes all it can to the other side."""
    blames = party(sees_returns=1.0, sees_harm=1.0, misattributes=1.0)
    cold = {"mechanisms": {"exposure": True}, "exposure": {"harm_per_10000_person_days": 3000.0}}
    stranded = rows(world(2, cold, blames, stock("ada", 40, "stranded", "line")), Kind.HARMED_EXPOSURE)
    assert stranded
    assert all(reports(row) and not ascribes(row) for row in stranded)
    assert all(map(ascribes, rows(world(1, RETURNED, blames, stock("ada", 8)), Kind.SUMMARY_RETURN)))


def test_an_entry_was_in_sight_only_if_that_try_was_detected() -> None:
    """Sensors see Ada's first try, and are switched off before her second:
    that entry is known to who sees the undetected."""
    scenario = world(
        1, stock("ada", 8), party(sees_detected=1.0), party(sees_undetected=1.0, name="two"),
        controls(sensor_coverage=1.0, until_h=5.0),
        {"detection": {"patrol_speed_kmh": 0.01, "sensor_probability": 1.0},
            "sectors": {"line": {"teams": 1, "length_km": 10_000.0}}, "crossing": {"time": fixed(5.0)}},
    )  # fmt: skip
    (stopped,), (entered,) = rows(scenario, Kind.PREVENTED), rows(scenario, Kind.ENTERED_UNSEEN)
    assert (knows(stopped), knows(stopped, 1)) == (True, False)
    assert (knows(entered), knows(entered, 1)) == (False, True)


def test_an_entry_whose_call_came_too_late_was_in_sight() -> None:
    scenario = world(
        1, stock("ada", 8), party(sees_detected=1.0), {"sectors": {"line": {"teams": 1, "response_h": 40.0}}}
    )
    (entered,) = rows(scenario, Kind.ENTERED_UNSEEN)
    assert knows(entered)
