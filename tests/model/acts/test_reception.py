"""In the hands of the destination state: decisions at the post, procedures in full and empty centres;
and living unseen."""

from __future__ import annotations

from collections import Counter

import pytest

from sim.model.simulate import simulate
from sim.record.events import Actor, Kind
from tests.model.acts.people_worlds import (
    NEVER,
    Tables,
    alone,
    assert_independent,
    assert_share,
    by_group,
    clock,
    controls,
    exponential,
    fixed,
    rows,
    stock,
    timetable,
    world,
)

IN_THE_ZONE: Tables = {
    "sectors": {"line": {"teams": 5000, "sensor_coverage": 1.0, "length_km": 10_000.0}},
    "crossing": {"time": fixed(0.0)},
    "detection": {"patrol_speed_kmh": 0.01, "sensor_probability": 1.0}, "people": {"next_try": NEVER},
}  # fmt: skip
"""They are through at 2.00, a sensor sees them as they enter,
and half an hour later they are in the post's hands, until 4.00."""


def reception(**values: object) -> Tables:
    """Quantities of the country's reception."""
    return {"countries": {"there": {"reception": values}}}


def country(**values: object) -> Tables:
    """Quantities of the country."""
    return {"countries": {"there": values}}


# at the post


def test_whose_claim_is_not_asked_for_is_brought_back_by_the_guard_and_hurt_on_the_way() -> None:
    """Five hurt, then one after the other dead: nobody is left to come back."""
    harms = {"mechanisms": {"return_harm": True}, "handling": {"return_injury": 1.0, "return_death": 1.0}}
    assert timetable(world(1, IN_THE_ZONE, harms, stock("ada", 2))) == clock("""
        1.00 SET_OUT           ada 2 NOBODY
        2.00 ATTEMPT           ada 2 PEOPLE 1
        2.00 BREACHED          ada 2 PEOPLE
        2.50 APPREHENDED       ada 2 GUARD  1
        4.00 SUMMARY_RETURN    ada 2 GUARD  1
        4.00 HARMED_RETURN     ada 1 GUARD
        4.00 HARMED_RETURN     ada 1 GUARD
        4.00 DIED_AFTER_RETURN ada 1 GUARD
        4.00 DIED_AFTER_RETURN ada 1 GUARD
    """)


def test_who_is_hurt_in_a_return_and_who_dies_of_it_are_decided_apart() -> None:
    harms = {"mechanisms": {"return_harm": True}, "handling": {"return_injury": 0.5, "return_death": 0.5}}
    run = simulate(world(1, IN_THE_ZONE, harms, alone()))
    hurt, dead = by_group(run, Kind.HARMED_RETURN), by_group(run, Kind.DIED_AFTER_RETURN)
    assert_independent([(group in hurt, group in dead) for group in by_group(run, Kind.SUMMARY_RETURN)])


def test_a_claim_and_a_summary_return_are_decided_apart() -> None:
    """Half of all wish in vain (the others report by themselves); of these,
    half are returned and half detained."""
    wish = {"people": {"claim_wish": 1.0}}
    scenario = world(1, IN_THE_ZONE, wish, alone(persons=800), country(claims_heard=0.5, summary_return=0.5))
    decided = Counter(row[2] for row in rows(scenario, Kind.SUMMARY_RETURN, Kind.DETAINED))
    assert_share(decided.total(), 800, 0.5)
    assert_share(decided[Kind.DETAINED], decided.total(), 0.5)


def test_a_claim_may_be_heard_at_the_post_of_people_who_did_not_report_by_themselves() -> None:
    """No claim is heard when they are at the line; from 3.00 on all are."""
    scenario = world(
        1,
        IN_THE_ZONE,
        {"people": {"claim_wish": 1.0}},
        stock("ada", 8),
        controls(until_h=3.0, claims_heard=0.0),
    )
    assert timetable(scenario)[3:] == clock("""
        2.50 APPREHENDED  ada 8 GUARD  1
        4.00 CLAIM_LODGED ada 8 PEOPLE
        4.00 CLAIM_HEARD  ada 8 DESTINATION_STATE
        4.00 ADMITTED     ada 8 DESTINATION_STATE
    """)


def test_one_person_of_a_group_is_admitted_for_care_and_recognised_the_others_are_brought_back() -> None:
    care = {"handling": {"care": 1.0}, "mechanisms": {"splits": True}}
    scenario = world(1, IN_THE_ZONE, care, stock("ada", 8), reception(procedure=fixed(10.0), recognised=1.0))
    assert timetable(scenario)[3:] == clock("""
         2.50 APPREHENDED       ada  8 GUARD  1
         4.00 SPLIT             ada' 1 NOBODY
         4.00 ADMITTED_FOR_CARE ada' 1 DESTINATION_STATE
         4.00 SUMMARY_RETURN    ada  7 GUARD  1
         4.00 CAME_BACK         ada  7 NOBODY
        14.00 RECOGNISED        ada' 1 DESTINATION_STATE
    """)


@pytest.mark.parametrize(("share", "chance"), [(0.0, 0.1), (1.0, 1.0)])
def test_minors_are_admitted_for_care_ten_times_as_often(share: float, chance: float) -> None:
    """A chance of a tenth, and a weight of nine for a group of minors alone."""
    people = {"people": {"minor_share": share}, "handling": {"care": 0.1, "care_minors": 9.0}}
    assert_share(len(rows(world(1, IN_THE_ZONE, people, alone()), Kind.ADMITTED_FOR_CARE)), 400, chance)


def test_the_minors_of_a_part_are_no_longer_those_of_its_group() -> None:
    """Of two persons one is a minor. The first to be cared for takes none or the minor with it,
    by halves rounded down: none; so the other, alone, is a minor, and is cared for at the second try for
    certain: by a tenth if minors were counted twice or lost."""
    people = {
        "people": {"minor_share": 0.5, "next_try": fixed(1.0)},
        "handling": {"care": 0.1, "care_minors": 9.0},
        "mechanisms": {"splits": True},
    }
    scenario = world(1, IN_THE_ZONE, people, *(stock(f"pair-{i}", 2) for i in range(100)))
    first, second = set(), set()
    for row in simulate(scenario).rows:
        if row[2] == Kind.SUMMARY_RETURN and row[4] == 1 and row[7] == 1:
            first.add(row[3])
        if row[2] == Kind.ADMITTED_FOR_CARE and row[3] in first:
            second.add(row[3])
    assert len(first) > 25
    assert first == second


# procedures


@pytest.mark.parametrize(
    ("differences", "end"),
    [((stock("ada", 8, "procedure", "there"),), "RECOGNISED"),
     ((IN_THE_ZONE, stock("ada", 8), country(summary_return=0.0)), "REFUSED"),
     ((IN_THE_ZONE, stock("ada", 8), {"people": {"claim_wish": 1.0}}), "RECOGNISED"),
     ((IN_THE_ZONE, stock("ada", 8), {"handling": {"care": 1.0}}), "RECOGNISED")],
    ids=["at-the-start", "detained", "claim-heard", "care"],
)  # fmt: skip
def test_all_are_recognised_whose_claim_was_heard_and_nobody_else(
    differences: tuple[Tables, ...], end: str
) -> None:
    law = reception(procedure=fixed(10.0), recognised=1.0)
    last = timetable(world(2, *differences, law, country(return_uptake=0.0)))[-1]
    assert last.split()[1:] == [end, "ada", "8", "DESTINATION_STATE"]


def test_a_fifth_of_persons_is_recognised_as_a_part_and_the_rest_refused() -> None:
    stocks = [stock(f"group-{i}", 20, "procedure", "there") for i in range(50)]
    scenario = world(1, *stocks, reception(procedure=fixed(10.0), recognised=0.2), country(return_uptake=0.0))
    persons: Counter[int] = Counter()
    for row in rows(scenario, Kind.RECOGNISED, Kind.REFUSED):
        persons[row[2]] += row[4]
    assert persons.total() == 1000
    assert_share(persons[Kind.RECOGNISED], 1000, 0.2)


CENTRE = reception(places=10, crowding=1.0, leaves_crowded=3.0, procedure=fixed(40.0), recognised=1.0)
TWO = (stock("ada", 10, "procedure", "there"), stock("ben", 10, "procedure", "there"))
"""The first of the two finds the centre empty, the second full twice over: procedures take twice as long
there, and who leaves does so four times as soon. Which is first goes by their keys."""


def test_procedures_take_twice_as_long_in_a_centre_that_is_full_twice_over() -> None:
    assert [row[1] for row in rows(world(5, *TWO, CENTRE), Kind.RECOGNISED)] == [40.0, 80.0]


def test_people_leave_four_times_as_soon_a_centre_that_is_full_twice_over() -> None:
    scenario = world(5, *TWO, CENTRE, reception(leaves_procedure=fixed(100.0)))
    found = [
        (row[1], Kind(row[2]).name, Actor(row[6]).name)
        for row in rows(scenario, Kind.RECOGNISED, Kind.LEFT_PROCEDURE)
    ]
    assert found == [(25.0, "LEFT_PROCEDURE", "PEOPLE"), (40.0, "RECOGNISED", "DESTINATION_STATE")]


def test_who_leaves_a_centre_makes_room_for_all_of_their_number() -> None:
    """Ada's ten are decided on at 40.00. Ben's ten are admitted at 53.00 and find an empty centre:
    forty hours, not seventy-six."""
    scenario = world(
        5, stock("ada", 10, "procedure", "there"), stock("ben", 10), CENTRE,
        {"people": {"staging": fixed(50.0), "claim_wish": 1.0}},
    )  # fmt: skip
    assert [row[1] for row in rows(scenario, Kind.ADMITTED, Kind.RECOGNISED)] == [40.0, 53.0, 93.0]


def test_a_decision_and_leaving_before_it_are_timed_apart_for_people_of_a_stock() -> None:
    """Two exponential times of one mean, side by side: which is the first is even."""
    law = reception(procedure=exponential(20.0), leaves_procedure=exponential(20.0), places=10_000)
    scenario = world(30, alone("procedure", "there"), {"initial": {"all": {"waited": fixed(1.0)}}}, law)
    assert_share(len({row[3] for row in rows(scenario, Kind.RECOGNISED, Kind.REFUSED)}), 400, 0.5)


def test_leaving_after_a_refusal_is_timed_apart_from_leaving_before_it() -> None:
    """Refused after 40 hours; of these, 1 - 1/e leave within the next 40, though nobody did in the first."""
    law = reception(procedure=fixed(40.0), leaves_procedure=exponential(40.0), places=10_000, recognised=0.0)
    scenario = world(30, alone("procedure", "there", 800), law, country(return_uptake=0.0))
    run = simulate(scenario)
    refused = by_group(run, Kind.REFUSED)
    left = by_group(run, Kind.LEFT_PROCEDURE)
    assert_share(len(refused), 800, 0.3679)
    assert_share(sum(left[group][0][1] < 80.0 for group in refused if group in left), len(refused), 0.6321)


# inside and unseen


def test_inland_checks_find_people_at_any_hour_of_their_stay() -> None:
    """They stay ten hours from 5.00 on; half are found, at an hour that is uniform over the ten,
    the others go on."""
    scenario = world(1, alone(), reception(inland_check=0.5, onward=fixed(10.0)))
    found = [row[1] - 5.0 for row in rows(scenario, Kind.FOUND_INLAND)]
    assert_share(len(found), 400, 0.5)
    assert_share(sum(hour < 5.0 for hour in found), 400, 0.25)
    assert {row[1] for row in rows(scenario, Kind.WENT_ONWARD)} == {15.0}
