"""Loading: what extends what, in which order changes apply, and what the loaded scenario says of itself."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.errors import ScenarioError
from sim.scenario.describe.assumptions import numbers
from sim.scenario.files.changes import value_of
from sim.scenario.files.layers import merged
from sim.scenario.load import assumed_values, check, digest, load, resolved, restored, sources
from sim.scenario.schema import Scenario
from sim.scenario.schema.fields import models, spec_of_field
from sim.scenario.schema.provenance import PILOT_FIT
from tests.scenario.small import SMALL, faults_of, written

BLOCKS = """
[overrides.strict.sectors.hill]
teams = 8
restraint = 0.1

[overrides.calm.sectors.hill]
restraint = 0.9

[overrides.open]
remove = ["levers.wall"]
"""

values = st.one_of(st.integers(-5, 5), st.booleans(), st.sampled_from(["x", ()]))
inner = st.dictionaries(st.sampled_from("abc"), values, max_size=2)
tables = st.dictionaries(st.sampled_from("abc"), st.one_of(values, inner), max_size=3)


@given(tables, tables, tables)
def test_laying_tables_over_one_another_is_associative(a: dict, b: dict, c: dict) -> None:  # type: ignore[type-arg]
    if _shapes_agree(a, b) and _shapes_agree(b, c) and _shapes_agree(a, c):
        assert merged(merged(a, b), c) == merged(a, merged(b, c))


@given(tables)
def test_nothing_laid_over_a_table_or_under_it_leaves_it(a: dict) -> None:  # type: ignore[type-arg]
    assert merged(a, {}) == a == merged({}, a) == merged(a, a)


@given(tables, tables)
def test_what_is_laid_over_is_kept(a: dict, b: dict) -> None:  # type: ignore[type-arg]
    assert merged(merged(a, b), b) == merged(a, b)


def _shapes_agree(a: object, b: object) -> bool:
    """Whether a key that both have is a table in both or in neither."""
    if isinstance(a, dict) and isinstance(b, dict):
        return all(_shapes_agree(a[key], b[key]) for key in a.keys() & b.keys())
    return isinstance(a, dict) == isinstance(b, dict)


def test_a_file_that_changes_nothing_equals_what_it_extends(tmp_path: Path) -> None:
    parent = load(written(tmp_path))
    child = load(written(tmp_path, 'extends = "small.toml"\n', "child.toml"))
    assert {**resolved(child), "name": ""} == {**resolved(parent), "name": ""}
    assert child.name == "child"


def test_a_file_changes_only_what_it_says(tmp_path: Path) -> None:
    written(tmp_path)
    child = load(written(tmp_path, 'extends = "small.toml"\n[sectors.hill]\nteams = 9\n', "child.toml"))
    parent = load(tmp_path / "small.toml")
    changed = {**resolved(parent), "name": "child"}
    changed["sectors"]["hill"]["teams"] = 9
    assert resolved(child) == changed


def test_a_scenario_extends_a_shipped_one_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, 'extends = "belarus-eu-2021"\n[sectors.kuznica]\nteams = 77\n')
    assert load(path).sectors["kuznica"].teams == 77
    assert sources(path).files[0] == "belarus-eu-2021.toml"


def test_arrays_are_replaced_and_another_distribution_replaces_the_one_below(tmp_path: Path) -> None:
    written(tmp_path, SMALL + '[people]\nwalk = { dist = "lognormal", median_h = 3.0 }\n')
    text = (
        'extends = "small.toml"\n[people]\nwalk = { dist = "fixed", h = 2.0 }\n[levers.wall]\nwhere = '
        '["hill"]\nkm = 5\n'
    )
    child = load(written(tmp_path, text, "child.toml"))
    assert child.people.walk.model_dump() == {"dist": "fixed", "h": 2.0}
    assert child.levers["wall"].where == ("hill",)


def test_a_distribution_of_the_same_name_keeps_what_is_not_said(tmp_path: Path) -> None:
    written(tmp_path, SMALL + '[people]\nwalk = { dist = "lognormal", median_h = 3.0, log_sd = 0.1 }\n')
    child = load(written(tmp_path, 'extends = "small.toml"\n[people.walk]\nmedian_h = 5.0\n', "child.toml"))
    assert child.people.walk.model_dump() == {"dist": "lognormal", "median_h": 5.0, "log_sd": 0.1}


def test_remove_takes_out_what_is_extended_with_its_evidence_left_standing(tmp_path: Path) -> None:
    written(tmp_path, SMALL + '"levers.wall.km" = { source = "x" }\n')
    child = load(
        written(tmp_path, 'extends = "small.toml"\nremove = ["levers.wall", "initial.*"]\n', "child.toml")
    )
    assert not child.levers
    assert not child.initial


def test_removing_what_is_not_there_is_a_fault(tmp_path: Path) -> None:
    written(tmp_path)
    fault = faults_of(written(tmp_path, 'extends = "small.toml"\nremove = ["levers.wal"]\n', "child.toml"))[0]
    assert fault.nearest == "levers.wall"
    assert fault.line == 2


def test_overrides_apply_in_the_order_given(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + BLOCKS)
    one = load(path, overrides=("strict", "calm")).sectors["hill"]
    two = load(path, overrides=("calm", "strict")).sectors["hill"]
    assert (one.teams, one.restraint) == (8, 0.9)
    assert (two.teams, two.restraint) == (8, 0.1)
    assert load(path).sectors["hill"].restraint == 0.5
    assert not load(path, overrides=("open",)).levers


def test_overrides_are_inherited_and_extended(tmp_path: Path) -> None:
    written(tmp_path, SMALL + BLOCKS)
    text = 'extends = "small.toml"\n[overrides.strict.sectors.hill]\nteams = 9\n'
    hill = load(written(tmp_path, text, "child.toml"), overrides=("strict",)).sectors["hill"]
    assert (hill.teams, hill.restraint) == (9, 0.1)


def test_an_unknown_override_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(written(tmp_path, SMALL + BLOCKS), overrides=("strct",))[0].nearest == "strict"


def test_check_tries_every_override_block(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + BLOCKS.replace("teams = 8", "teams = -8"))
    assert faults_of(path) == ()
    with pytest.raises(ScenarioError) as caught:
        check(path)
    assert [fault.key for fault in caught.value.faults] == ["overrides.strict.sectors.hill.teams"]
    assert caught.value.faults[0].line == path.read_text().splitlines().index("teams = -8") + 1


@given(st.floats(0, 1))
@settings(max_examples=20, deadline=None)
def test_a_value_that_is_set_is_the_value_resolved(value: float) -> None:
    scenario = load("belarus-eu-2021", sets=(f"sectors.kuznica.restraint={value!r}",))
    assert resolved(scenario)["sectors"]["kuznica"]["restraint"] == value


def test_set_with_a_star_matches_all_names(tmp_path: Path) -> None:
    scenario = load(written(tmp_path), sets=("sectors.*.teams=6", "mechanisms.*=false"))
    assert {sector.teams for sector in scenario.sectors.values()} == {6}
    assert not any(scenario.mechanisms.model_dump().values())


def test_set_multiplies_what_is_there_defaults_and_whole_numbers_too(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = load(path)
    sets = ["sectors.*.teams*=1.5", "people.accepts_flight*=0.5", "routes.*.people_per_day*=1.3"]
    after = load(path, sets=sets)
    for name, sector in before.sectors.items():
        assert after.sectors[name].teams == math.floor(sector.teams * 1.5 + 0.5)
    assert after.people.accepts_flight == before.people.accepts_flight * 0.5
    for name, route in before.routes.items():
        assert after.routes[name].people_per_day == route.people_per_day * 1.3
    assert load(path, sets=["sectors.*.teams*=1"]) == before


@pytest.mark.parametrize(
    "change", ["sectors.*.teams*=many", "sectors.*.terrain*=2", "sectors*=2", "sectors.*.teams*=nan"]
)
def test_a_factor_that_cannot_be_is_a_fault(change: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as refused:
        load(written(tmp_path), sets=[change])
    assert "multiplied" in str(refused.value)


HUGE = (str(10**400), str(-(10**400)))


@pytest.mark.parametrize("huge", HUGE, ids=("positive", "negative"))
def test_a_whole_number_that_no_float_holds_is_a_fault_at_every_number_of_a_scenario(
    huge: str, tmp_path: Path
) -> None:
    path = written(tmp_path)
    keys = [found.key for found in numbers(load(path))]
    assert len(keys) > 100
    for key in keys:
        assert faults_of(path, sets=(f"{key}={huge}",)), key
        assert faults_of(path, sets=(f"{key}*={huge}",)), key


@pytest.mark.parametrize("old", [*HUGE, "1e999", "nan"])
@pytest.mark.parametrize("key", ["length_km", "teams"])
def test_a_number_of_a_file_that_cannot_be_multiplied_is_a_fault(old: str, key: str, tmp_path: Path) -> None:
    """It is multiplied before it is checked."""
    lines = {"length_km": "length_km = 30.0", "teams": "length_km = 30.0\nteams = 1"}
    path = written(tmp_path, SMALL.replace("length_km = 30.0", lines[key].rpartition(" ")[0] + f" {old}"))
    assert f"{key} = {old}" in path.read_text()
    assert faults_of(path, sets=(f"sectors.*.{key}*=1.5",))


def test_a_whole_number_that_becomes_infinite_when_it_is_multiplied_is_a_fault(tmp_path: Path) -> None:
    found = faults_of(written(tmp_path), sets=("sectors.*.teams*=1e308", "scenario.end=2021-01-20"))
    assert any("is no whole number when it is multiplied" in str(fault) for fault in found)


def test_set_changes_one_parameter_of_a_default_distribution(tmp_path: Path) -> None:
    walk = load(written(tmp_path), sets=("people.walk.median_h=3",)).people.walk.model_dump()
    assert walk == {"dist": "lognormal", "median_h": 3.0, "log_sd": 0.5}


def test_set_applies_after_overrides_and_without_after_set(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + BLOCKS)
    scenario = load(
        path, overrides=("strict",), sets=("sectors.hill.teams=3", "levers.wall.on=true"), without=("wall",)
    )
    assert scenario.sectors["hill"].teams == 3
    assert not scenario.levers["wall"].on


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ("sectors.hil.teams=6", "sectors.hil.teams", "did you mean 'hill'"),
        ("sectors.hill.tems=6", "sectors.hill.tems", "did you mean 'teams'"),
        ("sectors.hill.teams", "sectors.hill.teams", "KEY=VALUE"),
        ("=3", "", "KEY=VALUE"),
        ("sectors.hill.teams=-1", "sectors.hill.teams", "out of range"),
        ("sectors.hill.teams=many", "sectors.hill.teams", "wrong type"),
        ("sectors.hill.length_km=inf", "sectors.hill.length_km", "not a finite number"),
        ("levers.new.kind=wall", "levers.new.kind", "unknown key"),
        ("sectors.hill.teams.more=1", "sectors.hill.teams.more", "unknown key"),
        ("lever_kinds.*.source=x", "lever_kinds.*.source", "nothing here has a name"),
        ("name=x", "name", "has no place here"),
    ],
)
def test_a_set_that_cannot_be_is_a_fault(change: str, key: str, words: str, tmp_path: Path) -> None:
    faults = faults_of(written(tmp_path), sets=(change,))
    assert [fault.key for fault in faults] == [key]
    assert words in str(faults[0])
    assert str(faults[0]).startswith("--set")


def test_values_on_the_command_line_are_read_as_toml_or_as_text() -> None:
    assert value_of("[1, 2]") == [1, 2]
    assert value_of('{ dist = "fixed", h = 1.0 }') == {"dist": "fixed", "h": 1.0}
    assert value_of("6\nother = 1") == "6\nother = 1"
    assert value_of("forest") == "forest"


def test_without_switches_a_lever_or_a_mechanism_off(tmp_path: Path) -> None:
    scenario = load(written(tmp_path), without=("wall", "surge"))
    assert not scenario.levers["wall"].on
    assert not scenario.mechanisms.surge
    fault = faults_of(written(tmp_path), without=("wal",))[0]
    assert fault.nearest == "wall"


def test_the_resolved_scenario_is_json_and_reads_back_the_same() -> None:
    scenario = load("belarus-eu-2021", without=("wall-pl",))
    again = restored(json.loads(json.dumps(resolved(scenario))))
    assert again == scenario
    assert digest(again) == digest(scenario)


def test_the_digest_moves_with_any_value(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert digest(load(path)) == digest(load(path))
    assert digest(load(path)) != digest(load(path, sets=("sectors.hill.teams=5",)))


def test_a_number_is_assumed_unless_something_is_said(tmp_path: Path) -> None:
    found = {value.key: value for value in assumed_values(load(written(tmp_path)))}
    assert "sectors.hill.length_km" not in found  # the evidence table calls it measured
    assert "levers.wall.km" in found  # the lever's source is of its dates and place
    assert "people.party_size_mean" in found  # estimated in another case
    assert "sectors.*.teams" in found  # every sector has the same default
    assert found["sites.camp.capacity"].value == 50
    assert found["people.claim_wish"].unit == "share"


def statuses(scenario: Scenario) -> dict[str, tuple[str, str]]:
    return {value.key: (value.status, value.source) for value in numbers(scenario)}


def test_a_default_fitted_elsewhere_is_assumed_and_says_where_it_was_fitted(tmp_path: Path) -> None:
    here = statuses(load(written(tmp_path)))
    assert {status for key, (status, _) in here.items() if key != "sectors.*.length_km"} <= {
        "assumed",
        "measured",
    }
    assert [key for key, (status, _) in here.items() if status != "assumed"] == [
        "sectors.hill.length_km",
        "sectors.lake.length_km",
    ]
    status, source = here["standoffs.up_per_h"]
    assert status == "assumed"
    assert source.startswith("estimated for belarus-eu-2021, not for this border: throw-away fit")


def test_a_default_keeps_its_status_in_the_case_that_it_was_fitted_to(tmp_path: Path) -> None:
    of_case = SMALL.replace("[scenario]\n", '[scenario]\ncase = "belarus-eu-2021"\n')
    found = statuses(load(written(tmp_path, of_case)))
    assert found["standoffs.up_per_h"] == ("estimated", PILOT_FIT)
    assert found["people.party_size_mean"][0] == "estimated"
    assert found["people.minor_share"][0] == "measured"
    assert found["choice.distance_weight"][0] == "assumed"  # fitted to yet another border
    child = written(tmp_path, 'extends = "small.toml"\n[scenario]\ntitle = "child"\n', "child.toml")
    assert statuses(load(child))["standoffs.up_per_h"][0] == "estimated"


def test_every_default_that_is_not_assumed_names_its_case() -> None:
    for path, model in models():
        for name, field in model.model_fields.items():
            found = spec_of_field(field)
            assert (found.status in ("measured", "estimated")) == bool(found.case), (path, name)


@pytest.mark.parametrize("line", ["sizes = { wall_km_per_day = 9.0 }", "strength = 0.5", "ramp_days = 3.0"])
def test_what_a_lever_is_sized_is_assumed_whatever_its_dates_rest_on(tmp_path: Path, line: str) -> None:
    text = SMALL.replace("km = 40.0\n", f'km = 40.0\nstatus = "measured"\n{line}\n')
    key = line.split(" ")[0] + (".wall_km_per_day" if "sizes" in line else "")
    found = statuses(load(written(tmp_path, text)))
    assert found[f"levers.wall.{key}"] == (
        "assumed",
        "set in the scenario; the lever's source is of its dates and place",
    )
    said = text + f'"levers.wall.{key}" = {{ status = "measured", source = "a survey" }}\n'
    assert statuses(load(written(tmp_path, said)))[f"levers.wall.{key}"] == ("measured", "a survey")


def test_the_most_exact_evidence_wins(tmp_path: Path) -> None:
    text = SMALL + '"sectors.hill.length_km" = { status = "assumed", source = "a guess" }\n'
    found = {value.key: value for value in assumed_values(load(written(tmp_path, text)))}
    assert found["sectors.hill.length_km"].source == "a guess"
    assert "sectors.lake.length_km" not in found
