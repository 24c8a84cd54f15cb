"""Rows and measures of a scenario's extensions, wherever a reader of results looks: in the log, in tables,
in words."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.app import app
from sim.comparison.paired_runs import compare
from sim.model.extensions.extended import TRUST
from sim.reporting.panel.panel_tables import headlines
from sim.reporting.panel.played_bands import Played
from sim.reporting.report.report_page import page_of
from sim.reporting.report.report_subject import open_study
from sim.reporting.style.binned_counts import BinnedCounts
from sim.reporting.style.time_bins import clock_of
from sim.reporting.summary_tables import HUMAN_INK, table
from sim.runs.replicate import open_result, run
from sim.runs.result import Result
from sim.scenario.checks.extension_checks import hash_of, measures_of
from sim.scenario.describe.scenario_differences import differences
from sim.scenario.describe.scenario_text import world_tables
from sim.scenario.schema import Scenario
from tests.runs.flown import BASE, DAYS, EXTENSION, MODULE, OWN

pytestmark = pytest.mark.usefixtures("trust")


@pytest.fixture(scope="module")
def result(flown: Scenario) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(TRUST, "yes")
        return run(flown, replications=3)


def totals(result: Result, measure: str) -> dict[int, float]:
    rows = result.totals[result.totals["measure"] == measure]
    return dict(zip(rows["replication"], rows["value"], strict=True))


# the log


def test_the_log_has_the_names_of_rows_of_extensions(result: Result) -> None:
    names = set(result.events["kind"].astype(str))
    assert {"drones.took_off", "drones.landed", "drones.in_view", "attempt"} <= names


def test_a_flight_is_a_row_at_its_hour_and_its_landing_names_it_as_its_cause(result: Result) -> None:
    rows = result.events[(result.events["replication"] == 0)]
    up = rows[rows["kind"] == "drones.took_off"]
    down = rows[rows["kind"] == "drones.landed"]
    assert up["time_h"].tolist() == [3.0 + 5.0 * n for n in range(24)]
    assert down["cause"].tolist() == up["number"].tolist()[: len(down)]


def test_a_stepper_names_the_row_of_an_extension(flown: Scenario) -> None:
    stepper = sim.stepper(flown)
    rows = stepper.step(1)
    while rows[-1].kind != 100:
        rows = stepper.step(1)
    assert "last: drones.took_off" in repr(stepper)


def test_explain_says_what_the_scenario_says_of_a_row_and_where(result: Result) -> None:
    rows = result.events[result.events["replication"] == 0]
    landed = int(rows.loc[rows["kind"] == "drones.landed", "number"].iloc[0])
    first, because, *_ = sim.explain(result, number=landed).splitlines()
    assert "A drone {landed} at North" in first  # a text of the scenario is no format
    assert "because  2021-07-01 03:00  A drone took off at North" in because


def test_a_group_is_told_with_rows_of_extensions_and_a_team_is_called_by_its_extension(
    result: Result,
) -> None:
    rows = result.events[result.events["replication"] == 0]
    seen = rows[rows["kind"] == "drones.in_view"].iloc[0]
    story = sim.explain(result, group=int(seen["group"]))
    persons = "1 person" if seen["persons"] == 1 else f"{seen['persons']} people"
    assert f"A drone had people in view at North ({persons})" in story
    team = int(rows.loc[rows["kind"] == "drones.took_off", "group"].iloc[0])
    assert "of the extension drones" in sim.explain(result, group=team).splitlines()[0]


def test_an_animation_reads_past_rows_of_extensions(result: Result) -> None:
    from sim.reporting.animation.frame_states import frames_of

    last = frames_of(result.events, result.scenario, [24.0 * DAYS])[0]
    attempts = result.totals[(result.totals["measure"] == "attempts") & (result.totals["replication"] == 0)]
    assert last.counts["attempts"] == attempts["value"].iloc[0] > 0


# totals, days, summary


def test_totals_are_sums_over_the_rows(result: Result) -> None:
    for replication, rows in result.events.groupby("replication"):
        of = {kind: rows[rows["kind"] == f"drones.{kind}"] for kind in ("took_off", "landed", "in_view")}
        found = {name: totals(result, name)[replication] for name in OWN}
        assert found == {
            "drones.flights": len(of["took_off"]), "drones.hours": of["landed"]["value"].sum(),
            "drones.in_view": of["in_view"]["persons"].sum(),
        }  # fmt: skip
        assert found["drones.in_view"] > 0


def test_days_add_up_to_totals_and_other_measures_are_those_of_the_model(result: Result) -> None:
    days = result.daily.groupby(["replication", "measure"], observed=True)["value"].sum()
    for name in (*OWN, "attempts", "team_hours_out"):
        for replication, value in totals(result, name).items():
            assert days.get((replication, name), 0.0) == pytest.approx(value)
    first = result.daily[(result.daily["measure"] == "drones.flights") & (result.daily["day"] == 0)]
    assert set(first["sector"].astype(str)) == {"north"}
    assert first["value"].tolist() == [5.0, 5.0, 5.0]


def test_the_summary_has_a_row_with_label_unit_and_family(result: Result) -> None:
    summary = result.summary.set_index("measure")
    assert list(summary.index)[-3:] == OWN
    row = summary.loc["drones.flights"]
    assert (row["label"], row["unit"], row["family"]) == ("drone flights", "flights", "post")
    assert row["mean"] == 24.0
    assert summary.loc["drones.in_view", "family"] == "enforcement"


def test_a_scenario_without_extensions_has_the_tables_it_had(folder: Path, result: Result) -> None:
    plain = run(sim.load(folder / "plain.toml"), replications=1)
    assert not plain.summary["measure"].str.contains(".", regex=False).any()
    assert not any("." in name for name in plain.daily["measure"].cat.categories)
    assert not any("." in name for name in plain.events["kind"].cat.categories)
    for name in ("attempts", "died", "harmed"):
        assert totals(plain, name)[0] == totals(result, name)[0]


def test_a_folder_is_read_back_without_trust_and_gives_the_same(
    flown: Scenario, result: Result, tmp_path: Path, trust: pytest.MonkeyPatch
) -> None:
    run(flown, replications=3, out=tmp_path / "out")
    trust.delenv(TRUST)
    again = open_result(tmp_path / "out")
    for name in ("totals", "summary"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(result, name), check_categorical=False)
    assert again.events["kind"].astype(str).tolist() == result.events["kind"].astype(str).tolist()
    number = int(again.events.loc[again.events["kind"] == "drones.took_off", "number"].iloc[0])
    assert "A drone took off at North" in sim.explain(again, number=number)
    units = pq.read_schema(tmp_path / "out" / "totals.parquet")
    assert b'"drones.flights": "flights"' in units.metadata[b"units"]


# the scenario in words, reports


def test_the_numbers_of_an_extension_are_assumed_numbers_and_nothing_else_of_it_is_a_number(
    flown: Scenario,
) -> None:
    table = sim.numbers(flown)
    own = table[table["key"].str.startswith("extensions")]
    assert own["key"].tolist() == [
        "extensions.drones.numbers.charging_h",
        "extensions.drones.numbers.flight_h",
    ]
    assert set(own["status"]) == {"assumed"}
    assert own["value"].tolist() == [3.0, 2.0]


def test_show_names_the_module_and_the_hash_by_which_it_is_trusted(flown: Scenario) -> None:
    shown = {table.title: table for table in world_tables(flown)}
    table = shown["Extensions: actors and rules of the scenario's own"]
    assert table.rows[0][:4] == ("drones", "drones.py", hash_of(MODULE), "north")
    assert "drone flights (flights)" in table.rows[0][5]


def test_diff_says_that_code_differs_and_shows_no_line_of_it(flown: Scenario, folder: Path) -> None:
    plain = sim.load(folder / "plain.toml")
    drones = flown.extensions["drones"]
    changed = flown.model_copy(
        update={"extensions": {"drones": drones.model_copy(update={"code": MODULE + "# other"})}}
    )
    (values,) = differences(flown, changed)
    assert values.rows == (
        ("extensions.drones.code", f"code {hash_of(MODULE)}", f"code {hash_of(MODULE + '# other')}", "",
         "hash of the code of the module: the code differs"),
    )  # fmt: skip
    for a, b in ((plain, flown), (flown, plain)):
        (only,) = differences(a, b)
        assert only.title == "Only in flown"
        assert only.rows[0][0] == "extensions.drones"
        assert f"drones.py, code {hash_of(MODULE)}" in only.rows[0][1]
        assert "import" not in only.rows[0][1]


def test_a_report_holds_module_hash_measures_and_numbers_without_trust(
    flown: Scenario, folder: Path, tmp_path: Path, trust: pytest.MonkeyPatch
) -> None:
    worlds = {"plain": sim.load(folder / "plain.toml"), "flown": flown}
    compare(worlds, replications=2, engine="simpy", out=tmp_path / "both")
    run(flown, out=tmp_path / "one")
    trust.delenv(TRUST)
    trust.setattr("sim.reporting.report.report_figures.pictures_of", lambda *_: [])  # figures take their time
    for name, numbers in (("both", False), ("one", True)):
        page = page_of(open_study(tmp_path / name))
        assert all(text in page for text in ("drones.py", hash_of(MODULE), "drone flights"))
        assert ("extensions.drones.numbers.flight_h" in page) is numbers
        assert "an actor of an extension acts" in page


def test_counts_by_hours_come_from_rows_of_extensions(result: Result) -> None:
    clock = clock_of(result.scenario, 12.0)
    found = BinnedCounts(result, ["drones.flights", "drones.hours"], clock)
    assert found.total("drones.flights").tolist() == [24.0] * 3
    landings_h = [5.0 + 5.0 * n for n in range(23)]
    expected = [2.0 * sum(12.0 * b <= h < 12.0 * b + 12.0 for h in landings_h) for b in range(10)]
    assert found.of("drones.hours")[0].tolist() == expected


def test_a_panel_shows_the_measures_after_its_headlines(flown: Scenario, result: Result) -> None:
    totals = _by_measure(result)
    band = [Played({name: values[r] for name, values in totals.items()}, {}) for r in range(3)]
    rows = headlines(band, band, measures_of(flown))
    assert [row.label for row in rows[-3:]] == [
        measure.label for measure in list(measures_of(flown).values())[-3:]
    ]
    assert (rows[-3].base, rows[-3].difference, rows[-3].family) == (24.0, 0.0, "posts")
    assert len(headlines(band, band)) == len(rows) - 3


def _by_measure(result: Result) -> dict[str, list[float]]:
    return {str(name): list(rows["value"]) for name, rows in result.totals.groupby("measure")}


def test_the_tables_of_a_run_are_printed_with_the_measures(folder: Path, tmp_path: Path) -> None:
    asked = ["run", str(folder / "flown.toml"), "--out", str(tmp_path / "out"), "--no-plots", "-n", "2"]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.output
    assert "drone flights" in said.output
    rows = pd.read_csv(tmp_path / "out" / "summary.csv").set_index("measure")
    assert rows.loc["drones.hours", "unit"] == "h"


def test_measures_of_people_of_an_extension_are_coloured_as_such(folder: Path) -> None:
    text = (BASE + EXTENSION).replace('family = "enforcement"', 'family = "human"')
    (folder / "human.toml").write_text(text)
    found = run(sim.load(folder / "human.toml"), replications=2)
    for of, coloured in ("drones.in_view", True), ("drones.flights", False):
        html = table(found, [of]).to_html()
        assert bool(re.search(rf"_row0_col0[^{{}}]*\{{\s*color: {HUMAN_INK}", html)) is coloured
