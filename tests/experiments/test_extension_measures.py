"""Rows and measures of a scenario's extensions, wherever a reader of results looks: in the log, in tables, in words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.app import app
from sim.experiments.attribute import attribute
from sim.experiments.breakpoint import find_breakpoint
from sim.experiments.compare import compare, open_comparison
from sim.experiments.jobs import job_of
from sim.experiments.kept import KeptRuns
from sim.experiments.objectives import condition_of
from sim.experiments.plan import Plan, axis_of, checked
from sim.experiments.precision import run_to_precision
from sim.experiments.replicate import open_result, run
from sim.experiments.result import Result
from sim.experiments.results import open_store
from sim.experiments.sensitivity import analyse
from sim.experiments.sweep import sweep
from sim.foundation.errors import UsageError
from sim.model.extensions import TRUST
from sim.model.extensions import hash_of as trusted_hash
from sim.reporting.clock import clock_of
from sim.reporting.panel.play import Played
from sim.reporting.panel.tables import headlines
from sim.reporting.probing import figures_of
from sim.reporting.report.page import page_of
from sim.reporting.report.study import open_study
from sim.reporting.tables import tidy_frame
from sim.reporting.tally import Tally
from sim.scenario.differences import differences
from sim.scenario.extensions import hash_of, measures_of, shared_measures
from sim.scenario.schema import Scenario
from sim.scenario.words import world_tables

MODULE = """
from __future__ import annotations
from typing import ClassVar
from sim.foundation.order import Rank
from sim.foundation.records import record
from sim.model import crossing
from sim.model.extensions import Given, replaces, row
from sim.model.state import Actor, Group
from sim.model.world import Day, World
from sim.record.events import Actor as By

TOOK_OFF, LANDED, IN_VIEW = row("took_off"), row("landed"), row("in_view")

@record
class Team(Actor):
    rank: ClassVar[int] = Rank.EXTENSION
    sector: int = 0

class TeamWorld(World):
    teams: list[Team]
    charging_h: float
    flight_h: float

def furnish(world: TeamWorld, given: Given) -> None:
    world.charging_h, world.flight_h = given.numbers["charging_h"], given.numbers["flight_h"]
    world.teams.extend(Team(key=given.key(0), sector=sector) for sector in given.sectors)

def start(world: TeamWorld) -> None:
    for team in world.teams:
        world.begin(team, fly)

def fly(world: TeamWorld, team: Team) -> Day:
    while True:
        yield world.wait(team, world.charging_h)
        flight = world.write(world.now, TOOK_OFF, team.key, 0, team.sector, By.GUARD, 0.0, -1)
        yield world.wait(team, world.flight_h)
        world.write(world.now, LANDED, team.key, 0, team.sector, By.GUARD, world.flight_h, flight)

@replaces(crossing.detection_hours)
def detection_hours(world: TeamWorld, g: Group, crossing_h: float) -> float:
    world.note(g, IN_VIEW, actor=By.GUARD)
    return crossing.detection_hours(world, g, crossing_h)
"""
BASE = """
[scenario]
title = "A small border"
start = 2021-07-01
end = 2021-07-06
[countries.there]
summary_return = 0.5
[sectors.north]
country = "there"
label = "North"
length_km = 20.0
[mechanisms]
word_of_mouth = false
[routes.way]
people_per_day = 60.0
[people]
staging = { dist = "exponential", mean_h = 24.0 }
[levers.wall]
kind = "wall"
where = ["north"]
start = 2021-07-03
"""
EXTENSION = """
[extensions.drones]
module = "drones.py"
sectors = ["north"]
numbers = { charging_h = 3.0, flight_h = 2.0 }
[extensions.drones.rows]
took_off = "A drone took off"
landed = "A drone {landed}."
in_view = "A drone had people in view"
[extensions.drones.measures]
flights = { label = "drone flights", rows = ["took_off"], unit = "flights" }
hours = { label = "hours of drones in the air", rows = ["landed"], of = "value", unit = "h" }
in_view = { label = "person-attempts in view", rows = ["in_view"], of = "persons", unit = "person-attempts", family = "enforcement" }
"""
OWN = ["drones.flights", "drones.hours", "drones.in_view"]
DAYS = 5


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv(TRUST, "yes")
    return monkeypatch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scenario")
    (path / "drones.py").write_text(MODULE)
    (path / "plain.toml").write_text(BASE)
    (path / "flown.toml").write_text(BASE + EXTENSION)
    return path


@pytest.fixture(scope="module")
def flown(folder: Path) -> Scenario:
    return sim.load(folder / "flown.toml")


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
    stepper = sim.open(flown)
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
    from sim.reporting.animation.states import frames_of

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
    for table in ("totals", "summary"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(result, table), check_categorical=False)
    assert again.events["kind"].astype(str).tolist() == result.events["kind"].astype(str).tolist()
    number = int(again.events.loc[again.events["kind"] == "drones.took_off", "number"].iloc[0])
    assert "A drone took off at North" in sim.explain(again, number=number)
    units = pq.read_schema(tmp_path / "out" / "totals.parquet")
    assert b'"drones.flights": "flights"' in units.metadata[b"units"]


# many runs


def test_a_comparison_has_the_difference_where_both_count_it(flown: Scenario, folder: Path) -> None:
    slower = sim.load(folder / "flown.toml", sets=["extensions.drones.numbers.charging_h=8.0"])
    found = compare({"fast": flown, "slow": slower}, replications=2, engine="simpy")
    rows = found.differences.set_index("measure")
    row = rows.loc["drones.flights"]
    assert (row["label"], row["unit"]) == ("drone flights", "flights")
    assert (row["base"], row["mean"], row["difference"]) == (24.0, 12.0, -12.0)
    month = found.by_month[found.by_month["measure"] == "drones.flights"]
    assert month["difference"].tolist() == [-12.0]
    assert "drone flights" in set(tidy_frame(found, ["drones.flights"])["measure"])


@pytest.mark.parametrize("first", ["plain", "flown"])
def test_where_one_world_does_not_count_a_measure_there_is_no_difference_of_it(
    first: str, flown: Scenario, folder: Path, tmp_path: Path
) -> None:
    worlds = {"plain": sim.load(folder / "plain.toml"), "flown": flown}
    worlds = {first: worlds.pop(first), **worlds}
    found = compare(worlds, replications=2, engine="simpy", out=tmp_path / "out")
    for frame in (found.differences, found.by_month):
        assert not set(frame["measure"]) & set(OWN)
    assert found.results["flown"].summary["measure"].isin(OWN).sum() == 3
    assert any("no difference of drones.flights" in note for note in found.notes)
    assert found.differences["difference"].abs().max() == 0.0  # these drones only look: nothing else changes
    pd.testing.assert_frame_equal(open_comparison(tmp_path / "out").differences, found.differences)


def test_a_measure_that_adds_up_other_rows_is_another_measure(flown: Scenario, folder: Path) -> None:
    sets = ['extensions.drones.measures.flights.rows=["landed"]']
    other = sim.load(folder / "flown.toml", sets=sets)
    assert "drones.flights" not in shared_measures(flown, other)
    assert {"drones.hours", "died"} <= set(shared_measures(flown, other))


def test_a_sweep_keeps_and_summarises_the_measures_and_is_read_without_trust(
    folder: Path, tmp_path: Path, trust: pytest.MonkeyPatch
) -> None:
    axis = axis_of("extensions.drones.numbers.charging_h=3,8")
    plan = checked(Plan(str(folder / "flown.toml"), (axis,), replications=2, outcomes=("drones.flights",)))
    sweep(plan, tmp_path / "store", engine="simpy")
    trust.delenv(TRUST)
    found = open_store(tmp_path / "store")
    assert found.rows["drones.flights"].tolist() == [24.0, 24.0, 12.0, 12.0]
    summary = found.summary()
    assert summary.loc[summary["measure"] == "drones.flights", "mean"].tolist() == [24.0, 12.0]
    assert found.measures["drones.hours"].unit == "h"
    assert "drone flights" in tidy_frame(found, ["drones.flights"]).columns
    said = CliRunner().invoke(app, ["results", str(tmp_path / "store"), "--measure", "drones.in_view"])
    assert said.exit_code == 0
    assert "drones.in_view" in said.output
    with pytest.raises(UsageError, match=r"drones\.flight,.*did you mean 'drones\.flights'"):
        found.summary(["drones.flight"])


def test_a_stopped_sweep_goes_on_with_its_measures(folder: Path, tmp_path: Path) -> None:
    plan = Plan(str(folder / "flown.toml"), (axis_of("routes.way.people_per_day=30,60"),), replications=1)
    sweep(checked(plan), tmp_path, engine="simpy", chunk=1)
    sweep(checked(replace(plan, replications=2)), tmp_path, engine="simpy", chunk=1)
    assert open_store(tmp_path).rows["drones.flights"].tolist() == [24.0] * 4


def test_the_store_of_a_scenario_without_extensions_says_nothing_of_them(
    folder: Path, tmp_path: Path
) -> None:
    plan = Plan(str(folder / "plain.toml"), (axis_of("routes.way.people_per_day=30,60"),), replications=1)
    sweep(checked(plan), tmp_path, engine="simpy")
    assert "measures" not in json.loads((tmp_path / "plan.json").read_text())
    assert not open_store(tmp_path).rows.columns.str.contains("drones").any()


def test_a_sweep_refuses_an_outcome_that_its_scenario_does_not_count(folder: Path, tmp_path: Path) -> None:
    axis = axis_of("routes.way.people_per_day=30,60")
    plan = checked(Plan(str(folder / "plain.toml"), (axis,), outcomes=("drones.flights",)))
    with pytest.raises(UsageError, match=r"outcomes: found drones\.flights"):
        sweep(plan, tmp_path / "store", engine="simpy")
    assert not (tmp_path / "store").exists()


def test_levers_are_attributed_changes_of_the_measures(flown: Scenario, tmp_path: Path) -> None:
    found = attribute(flown, {"wall": ("wall",)}, replications=2, engine="simpy", out=tmp_path)
    table = found.table(["drones.flights"]).set_index(["measure", "lever"])
    assert table.loc[("drones.flights", "wall"), "mean"].tolist() == [0.0, 0.0]
    assert table.loc[("drones.flights", "with all of them"), "mean"] == 24.0
    again = attribute(flown, {"wall": ("wall",)}, replications=2, engine="simpy", out=tmp_path)
    assert again.totals == found.totals
    with pytest.raises(UsageError, match=r"drones\.flight,"):
        found.table(["drones.flight"])


def test_runs_that_were_kept_without_a_measure_are_run_again_for_it(flown: Scenario, tmp_path: Path) -> None:
    job = job_of(0, flown, 0, 0)
    KeptRuns(tmp_path, "simpy").rows_of([job])
    known = measures_of(flown)
    assert KeptRuns(tmp_path, "simpy", measures=known).rows_of([job])[0]["drones.flights"] == 24.0
    assert KeptRuns(tmp_path, "simpy", measures=known).known(job.key) is not None


def test_runs_are_added_until_a_measure_is_known_well_enough(flown: Scenario) -> None:
    _, reached = run_to_precision(flown, measure="drones.flights", precision=0.05, at_least=2, budget=3)
    assert (reached.replications, reached.reached, reached.enough) == (2, 0.0, True)
    assert str(reached).startswith("drone flights: 2 runs")


def test_a_breaking_point_is_found_on_a_measure_of_an_extension(folder: Path) -> None:
    flow = str(folder / "flow.toml")
    text = (BASE + EXTENSION).replace('unit = "flights"', 'unit = "flights", family = "flow"')
    Path(flow).write_text(text)
    axis = axis_of("extensions.drones.numbers.charging_h=3.0:8.0")
    condition = condition_of("drones.flights < 18")
    found = find_breakpoint(flow, axis, condition, replications=6, engine="simpy")
    assert found.value == pytest.approx((120.0 - 17 * 2.0) / 18, abs=0.02)  # the 18th flight at the end
    with pytest.raises(UsageError, match=r"drones\.flight,"):
        find_breakpoint(flow, axis, condition_of("drones.flight < 18"), engine="simpy")
    with pytest.raises(UsageError, match="enforcement measures alone"):
        find_breakpoint(str(folder / "flown.toml"), axis, condition, engine="simpy")


def test_assumptions_are_ranked_by_a_measure_of_an_extension(folder: Path, tmp_path: Path) -> None:
    axes = [
        axis_of("extensions.drones.numbers.charging_h=3.0:8.0"),
        axis_of("routes.way.people_per_day=30:60"),
    ]
    found = analyse(
        str(folder / "flown.toml"), axes, ["drones.flights", "attempts"], samples=2, replications=2,
        out=tmp_path, engine="simpy",
    )  # fmt: skip
    ranked = found.ranked("drones.flights")
    assert ranked["key"].tolist()[0] == "extensions.drones.numbers.charging_h"
    assert ranked["value"].tolist()[1] == 0.0
    assert "drone flights" in set(tidy_frame(found)["measure"])
    assert all(draw() for draw in figures_of(found, tmp_path, ["drones.flights"]).values())


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
    assert table.rows[0][:4] == ("drones", "drones.py", trusted_hash(MODULE), "north")
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
    trust.setattr("sim.reporting.report.pictures.pictures_of", lambda *_: [])  # figures take their time
    for name, numbers in (("both", False), ("one", True)):
        page = page_of(open_study(tmp_path / name))
        assert all(text in page for text in ("drones.py", hash_of(MODULE), "drone flights"))
        assert ("extensions.drones.numbers.flight_h" in page) is numbers
        assert "an actor of an extension acts" in page


def test_counts_by_hours_come_from_rows_of_extensions(result: Result) -> None:
    clock = clock_of(result.scenario, 12.0)
    found = Tally(result, ["drones.flights", "drones.hours"], clock)
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
