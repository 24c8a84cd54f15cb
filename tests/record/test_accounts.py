"""Accounts: a view of the log, never more than a party can know."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.model.simulate import simulate
from sim.record.accounts import KINDS_OF, account_cells, account_cells_of_log
from sim.record.events import Kind
from sim.runs.run_tables import places_of
from sim.scenario.schema import Scenario
from tests.small import content, small
from tests.worlds import scenarios


@given(scenarios(), st.integers(0, 3))
def test_log_and_counters_give_the_same_accounts(scenario: Scenario, seed: int) -> None:
    run = simulate(scenario, seed=seed)
    places = places_of(scenario)
    assert account_cells(run, places) == account_cells_of_log(run, places)


def reported(scenario: Scenario, measure: str, party: str, seed: int = 1) -> float:
    """What a party reports of a measure over a run."""
    cells = account_cells(simulate(scenario, seed=seed, keep_rows=False), places_of(scenario))
    return sum(value for (_, who, _, _, what), value in cells.items() if (who, what) == (party, measure))


def with_guards(**changes: float) -> Scenario:
    parties = content()["parties"]
    parties["guards"] = {"side": "guard", **changes}
    return small(parties=parties)


def test_a_party_that_sees_and_admits_everything_counts_what_happened() -> None:
    scenario = with_guards(sees_detected=1.0, sees_undetected=1.0, sees_returns=1.0)
    run = simulate(scenario, seed=1)
    for measure in ("attempts", "returns"):
        happened = sum(row[4] for row in run.rows if row[2] in KINDS_OF[measure])
        assert reported(scenario, measure, "guards") == happened > 0


def test_a_party_that_sees_nothing_reports_only_what_it_makes_up() -> None:
    assert reported(with_guards(), "attempts", "guards") == 0
    assert reported(with_guards(invents_per_day=2.0), "incidents", "guards") > 0


def test_what_a_side_did_itself_it_may_keep_to_itself() -> None:
    assert reported(with_guards(sees_returns=1.0, admits_own=0.0), "returns", "guards") == 0
    assert reported(with_guards(sees_returns=1.0, admits_own=1.0), "returns", "guards") > 0


def test_a_blamed_act_moves_from_one_side_to_another() -> None:
    fair = with_guards(sees_incidents=1.0)
    unfair = with_guards(sees_incidents=1.0, misattributes=1.0)
    names = [f"incidents_by_{side}" for side in ("people", "guard", "transit_state")]
    assert reported(fair, "incidents", "guards") == reported(unfair, "incidents", "guards")
    assert sum(reported(unfair, n, "guards") for n in names) == reported(unfair, "incidents", "guards")
    assert reported(unfair, "incidents_by_transit_state", "guards") == reported(unfair, "incidents", "guards")


def test_an_account_changes_nothing_that_happens() -> None:
    blind, sharp = (
        simulate(with_guards(), seed=2),
        simulate(with_guards(sees_detected=1.0, sees_deaths=1.0), seed=2),
    )
    assert [row[:9] for row in blind.rows] == [row[:9] for row in sharp.rows]
    assert any(row[2] == Kind.PREVENTED and row[9] for row in sharp.rows)
