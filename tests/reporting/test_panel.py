"""The panel without a browser: what it is set to is what is played, shown and written."""

from __future__ import annotations

import shlex
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer.main

import sim
from sim.cli.app import app
from sim.comparison.paired_runs import paired
from sim.core.errors import ScenarioError, UsageError
from sim.reporting.panel import panel_scenario
from sim.reporting.panel.calibrated_numbers import FREE
from sim.reporting.panel.panel_control import PanelControl
from sim.reporting.panel.panel_controls import controls_of
from sim.reporting.panel.panel_scenario import save, scenario_text
from sim.reporting.panel.panel_session import Session
from sim.reporting.panel.panel_state import PanelState
from sim.reporting.panel.panel_tables import HEADLINES
from sim.reporting.panel.played_bands import DRAWN, PlayedWorlds, clock_for
from sim.scenario.describe.assumptions import pattern
from sim.scenario.levers.lever_targets import effects_of
from sim.scenario.load import check, digest, shipped
from sim.scenario.schema import Scenario

NIGHT = "night-3-november"
CHANGES: dict[str, Any] = {
    "levers.column-250.start": "2021-11-03T20:30",
    "levers.column-250.persons": 400,
    "sectors.*.restraint": 0.5,
    "routes.*.people_per_day*": 1.5,
    "people.walk.median_h": 7.5,
    "mechanisms.diversion": False,
}
OWN = """
[scenario]
title = "<img src=x onerror=alert(1)>"
start = 2021-07-01
end = 2021-07-04
[countries.there]
[sectors.north]
country = "there"
length_km = 20.0
[routes.way]
people_per_day = 60.0
[levers.fence]
kind = "razor_fence"
actor = "<b>nobody</b>"
start = 2021-07-02
end = 2021-07-03
"""


def ignore(_done: int, _of: int) -> None:
    """No progress is told."""


def content(scenario: Scenario) -> str:
    """What a run depends on: the scenario without its name, its words, and what is said of sources."""
    meta = scenario.scenario.model_copy(update={"title": "", "about": ""})
    return digest(scenario.model_copy(update={"name": "x", "scenario": meta, "evidence": {}}))


@pytest.mark.parametrize("name", [NIGHT, "riverland", "one-post", "belarus-eu-2021"])
def test_every_control_of_a_scenario_can_be_set_to_what_it_says_and_changes_nothing(name: str) -> None:
    scenario = sim.load(name)
    controls = controls_of(scenario)
    assert len({c.key for c in controls}) == len(controls)
    same = PanelState(name, {c.key: c.value for c in controls if ".sizes." not in c.key})
    assert digest(same.load()) == digest(scenario)


@pytest.mark.parametrize("name", [NIGHT, "riverland", "belarus-eu-2021"])
def test_every_slider_holds_the_value_and_its_ends_are_legal(name: str) -> None:
    ends = [c for c in controls_of(sim.load(name)) if c.kind == "number"]
    assert all(c.low <= c.value <= c.high and c.step > 0 for c in ends)
    legal = [PanelState(name, {c.key: _typed(c, end)}) for c in ends[::9] for end in (c.low, c.high)]
    faults = [state.changes for state in legal if not _loads(state)]
    assert len(faults) <= len(legal) // 20, faults


def _typed(control: PanelControl, end: float) -> float:
    return int(end) if isinstance(control.value, int) else end


def _loads(state: PanelState) -> bool:
    try:
        state.load()
    except ScenarioError as error:
        return all("range" not in fault.problem for fault in error.faults)
    return True


def test_a_control_says_where_its_value_comes_from() -> None:
    found = {c.key: c for c in controls_of(sim.load(NIGHT))}
    persons = found["levers.column-250.persons"]
    assert (persons.status, persons.unit, persons.kind) == ("measured", "persons", "number")
    assert "warsawpoint" in persons.source
    assert found["standoffs.up_per_h"].status == "assumed"
    assert found["levers.column-250.start"].kind == "time"


def test_many_places_with_values_of_their_own_have_one_factor() -> None:
    found = {c.key: c for c in controls_of(sim.load("belarus-eu-2021"))}
    assert found["sectors.*.teams*"].value == 1.0
    assert max(Counter(map(pattern, (key for key in found if not key.startswith("levers")))).values()) < 8


def test_a_size_set_to_what_its_kind_has_plays_the_same() -> None:
    scenario = sim.load("riverland")
    sizes = {c.key: c.value for c in controls_of(scenario) if ".sizes." in c.key}
    same = PanelState("riverland", sizes).load()
    assert sizes
    for name, lever in scenario.levers.items():
        assert effects_of(same, same.levers[name]) == effects_of(scenario, lever)


def test_what_a_calibration_leaves_free_has_the_range_of_its_prior() -> None:
    found = {c.key: c for c in controls_of(sim.load("belarus-eu-2021")) if c.part == FREE}
    arrivals = found["routes.*.people_per_day*"]
    assert (arrivals.value, arrivals.low, arrivals.high) == pytest.approx((1.0, 0.308, 3.242), abs=2e-3)
    assert len(found) == 6
    assert not [c for c in controls_of(sim.load("riverland")) if c.part == FREE]


def test_the_command_and_the_python_lines_are_the_state() -> None:
    state = PanelState(NIGHT, CHANGES, replications=3, seed=7)
    words = shlex.split(state.command)[1:]
    run = typer.main.get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    given = run.make_context("run", words[1:]).params
    again = sim.load(given["scenario"], sets=given["sets"], without=given["without"])
    assert digest(again) == digest(state.load())
    assert (given["replications"], given["seed"]) == (3, 7)
    known: dict[str, Any] = {}
    exec(state.python.split("sim.compare")[0], known)
    assert digest(known["changed"]) == digest(state.load())


def test_a_lever_that_ends_before_it_begins_is_told(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    with pytest.raises(ScenarioError, match=r"levers\.fence"):
        PanelState(str(path), {"levers.fence.end": "2021-07-01"}).load()
    with pytest.raises(UsageError, match="runs: found 1"):
        PanelState(str(path), replications=1)


@pytest.mark.parametrize("changes", [{}, CHANGES], ids=["baseline", "changed"])
def test_the_file_it_writes_is_accepted_and_is_the_state(changes: dict[str, Any], tmp_path: Path) -> None:
    state = PanelState(NIGHT, changes)
    first, second = save(state, tmp_path), save(state, tmp_path)
    assert first != second
    written = check(first)
    assert content(written) == content(state.load())
    marked = [key for key in changes if changes[key] is not False]
    assert all(written.evidence[key.removesuffix("*")].status == "assumed" for key in marked)


@pytest.mark.parametrize("text", ["a \U0001f642 title", "a \x7f b", 'a "quoted" \\ text', "ä\tb"])
def test_any_text_is_written_as_toml_reads_it(text: str) -> None:
    assert tomllib.loads(f"x = {panel_scenario._word(text)}") == {"x": text}


def test_a_file_on_a_scenario_of_ones_own_stands_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    state = PanelState(str(path), {"levers.fence.on": False})
    assert content(check(save(state, tmp_path))) == content(state.load())
    assert 'extends = "own.toml"' in scenario_text(state)


@pytest.mark.parametrize("name", list(shipped()))
def test_a_panel_can_be_made_of_every_shipped_scenario(name: str) -> None:
    assert any(c.part.startswith("Mechanisms") for c in controls_of(sim.load(name)))


@pytest.mark.slow
def test_what_it_shows_is_what_a_comparison_gives() -> None:
    state = PanelState(NIGHT, CHANGES, replications=4, seed=3)
    shown = Session(NIGHT).show(state, ignore)
    found = sim.compare({"baseline": NIGHT, "changed": state.load()}, seed=3, replications=4, log=False)  # type: ignore[dict-item]
    rows = found.differences.set_index("measure")
    for row in shown.rows:
        expected = rows.loc[row.measure]
        assert [row.base, row.mean, row.difference, row.low, row.high] == pytest.approx(
            [expected[c] for c in ("base", "mean", "difference", "low", "high")], nan_ok=True
        )
    assert {"died", "harmed", "stopped"} <= set(HEADLINES)
    assert paired("died", {"died": {0: 1.0, 1: 2.0}}, {"died": {0: 1.0, 1: 2.0}})["difference"] == 0.0


@pytest.mark.slow
@pytest.mark.parametrize("name", [NIGHT, "riverland"])
def test_the_curves_add_up_to_the_totals_and_nothing_is_played_twice(name: str) -> None:
    scenario, worlds, ticks = sim.load(name), PlayedWorlds(), list[int]()
    band = worlds.band(scenario, 0, 2, lambda done, _: ticks.append(done))
    for played in band:
        assert {m: played.series[m].sum() for m in DRAWN} == {m: played.totals[m] for m in DRAWN}
        assert all(len(values) == clock_for(scenario).count for values in played.series.values())
    worlds.band(scenario, 0, 3, lambda done, _: ticks.append(done))
    assert ticks == [1, 2, 3]


@pytest.mark.slow
def test_the_file_it_writes_plays_to_the_same_log(tmp_path: Path) -> None:
    state = PanelState(NIGHT, CHANGES)
    how: Any = {"seed": 5, "replications": 2, "engine": "compiled"}
    here, there = sim.run(state.load(), **how), sim.run(save(state, tmp_path), **how)
    pd.testing.assert_frame_equal(here.events, there.events)
    pd.testing.assert_frame_equal(here.totals, there.totals)


@pytest.mark.slow
def test_a_picture_changes_with_the_world_and_comes_back_with_it() -> None:
    session = Session(NIGHT)
    state = PanelState(NIGHT, replications=2)
    first = session.show(state, ignore)
    other = session.show(PanelState(NIGHT, CHANGES, 2), ignore)
    again = session.show(state, ignore)
    for a, b, c in zip(first.pictures, other.pictures, again.pictures, strict=True):
        assert a.png == c.png
        assert a.png != b.png
        assert "difference" in b.words


@pytest.mark.slow
def test_a_group_is_followed_in_both_worlds() -> None:
    session = Session(NIGHT)
    state = PanelState(NIGHT, {"sectors.*.restraint": 0.2}, 2)
    key = session.groups(state)[0]["key"]
    base, changed = session.story(state, key)
    assert key in base[0]
    assert key in changed[0]
    assert session.story(state, "1")[0] == ["did not come in this run"]
