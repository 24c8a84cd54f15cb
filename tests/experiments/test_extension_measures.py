"""Rows and measures of a scenario's extensions, wherever a reader of results looks: in the log, in tables, in words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import sim
from sim.experiments.replicate import open_result, run
from sim.experiments.result import Result
from sim.model.extensions import TRUST
from sim.scenario.schema import Scenario

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
