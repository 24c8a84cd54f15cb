"""The names in `sim` that people write in scripts and notebooks: pinned, and each does what its line says."""

from __future__ import annotations

import inspect
import math
from pathlib import Path

import pytest

import sim
from sim.comparison.paired_runs import Comparison

NAMES = [
    "BorderflowError", "InputError", "ResultError", "ScenarioError", "UsageError", "accounts", "attribute",
    "breaking_point", "calibrate",
    "compare", "explain", "extend", "follow", "load", "new", "numbers", "open_result", "open_store",
    "run", "sensitivity",
    "split", "stepper", "sweep", "table", "verify",
]  # fmt: skip


def test_the_public_names_are_these() -> None:
    """A name that goes or comes is a change for users: CHANGELOG.md says so."""
    assert sorted(sim.__all__) == NAMES
    assert all(hasattr(sim, name) for name in NAMES)


@pytest.mark.parametrize(("old", "new"), [("open", "stepper"), ("breakpoint", "breaking_point")])
def test_an_old_name_still_works_and_says_which_replaces_it(old: str, new: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"sim.{old} is now sim.{new}"):
        assert getattr(sim, old) is getattr(sim, new)


def test_a_name_that_there_is_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'sim' has no attribute 'opens'"):
        _ = sim.opens


@pytest.mark.parametrize("name", [name for name in NAMES if name[0].islower()])
def test_a_public_function_has_types_and_a_sentence(name: str) -> None:
    function = getattr(sim, name)
    first, *_ = (function.__doc__ or "").split("\n")
    assert first.endswith((".", "`")) and len(first) > 30, first
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())


def test_a_new_scenario_runs_and_is_never_written_over(tmp_path: Path) -> None:
    file = sim.new(tmp_path / "border.toml")
    assert sim.load(file).scenario.title == "border"
    before = file.read_bytes()
    with pytest.raises(sim.UsageError, match="exists already"):
        sim.new(file)
    assert file.read_bytes() == before


def test_numbers_say_what_each_rests_on() -> None:
    numbers = sim.numbers("night-3-november")
    assert set(numbers["status"]) == {"measured", "estimated", "assumed"}
    teams = numbers.set_index("key").loc["sectors.krynki.teams"]
    assert teams["value"] == sim.load("night-3-november").sectors["krynki"].teams
    assert teams["unit"] == "teams" and teams["source"]


@pytest.fixture(scope="module")
def nights() -> Comparison:
    calm, rash = (sim.load("night-3-november", sets=[f"sectors.*.restraint={r}"]) for r in (1.0, 0.0))
    return sim.compare({"calm": calm, "rash": rash}, seed=1, replications=4)


def test_the_parts_of_a_change_add_up(nights: Comparison) -> None:
    parts = sim.split(nights, where=["krynki"]).set_index("part")["mean"]
    less = parts[["never came", "went elsewhere", "moved out", "fewer tries"]].sum()
    more = parts[["came only there", "came from elsewhere", "moved in", "more tries"]].sum()
    assert more - less == pytest.approx(parts["change"])
    whole = sim.split(nights).set_index("part")["mean"]
    attempts = nights.differences.set_index("measure").loc["attempts", "difference"]
    assert whole["change"] == pytest.approx(attempts)


def test_a_split_takes_days_in_words_and_says_what_it_cannot_read(nights: Comparison) -> None:
    none = sim.split(nights, start="2021-11-02", end="2021-11-02").set_index("part")["mean"]
    assert none["went elsewhere"] == none["fewer tries"] == 0.0
    with pytest.raises(sim.UsageError, match="allowed: a date"):
        sim.split(nights, start="soon")
    with pytest.raises(sim.UsageError, match="allowed: rash"):
        sim.split(nights, "calm")


def test_a_group_is_followed_by_its_number_or_its_key(nights: Comparison) -> None:
    events = nights.results["calm"].events
    group = int(events.loc[events["replication"] == 0, "group"].max())
    told = sim.follow(nights, group)
    assert list(told) == ["calm", "rash"]
    assert told == sim.follow(nights, f"{group:016x}")
    assert told["calm"] == sim.explain(nights.results["calm"], group=group)


def test_what_was_found_has_its_figures(nights: Comparison, tmp_path: Path) -> None:
    found = sim.sweep("one-post", ["sectors.post.teams=3,6"], tmp_path / "store", replications=2)
    for figure in (nights.plot.forest(), nights.results["calm"].plot.incidents(), found.plot.response()):
        drawn, size = figure._repr_png_()
        assert drawn.startswith(b"\x89PNG") and size["width"] == round(100 * figure.get_size_inches()[0])
    assert dir(nights.plot) == ["differences", "forest"]
    with pytest.raises(AttributeError, match="there are: response, heat, parallel"):
        _ = found.plot.pie


def test_a_figure_does_not_take_over_the_style_of_a_notebook(nights: Comparison) -> None:
    from matplotlib import rc_context, rcParams

    plain = nights.plot.forest()._repr_png_()[0]
    with rc_context({"font.size": 30, "figure.constrained_layout.use": True}):
        assert nights.plot.forest()._repr_png_()[0] == plain
        assert rcParams["font.size"] == 30


@pytest.mark.slow
def test_theory_holds_for_a_post() -> None:
    checks = sim.verify("one-post", replications=20)
    assert checks and all(check.holds for check in checks)


@pytest.mark.slow
def test_a_screening_ranks_and_refuses_enforcement_alone(tmp_path: Path) -> None:
    vary = ["routes.road.people_per_day=60:180", "sectors.post.response_h=0.01:0.02"]
    found = sim.sensitivity(
        "one-post", ["entered_unseen"], tmp_path / "runs", vary=vary, samples=4, replications=3
    )
    assert found.ranked("entered_unseen")["key"][0] == "routes.road.people_per_day"
    assert found.plot.tornado() is not None
    with pytest.raises(sim.UsageError, match="enforcement"):
        sim.sensitivity("one-post", ["prevented"], tmp_path / "no", vary=vary)


@pytest.mark.slow
def test_a_breaking_point_lies_between_none_and_all(tmp_path: Path) -> None:
    found = sim.breaking_point(
        "one-post", "routes.road.people_per_day=40:400", "share_entered > 0.3", replications=12
    )
    assert 40.0 < found.low < found.value < found.high < 400.0
    assert found.plot.curve() is not None


@pytest.mark.slow
def test_a_small_calibration_leaves_a_posterior_that_runs_take(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_text(
        'scenario = "belarus-eu-2021"\nfit_until = 2021-09-01\npopulation = 20\ntolerance = 3.0\n'
        "[free.arrivals]\n"
        'key = "routes.*.people_per_day*"\nprior = { dist = "lognormal", median = 1.0, log_sd = 0.6 }\n'
        'label = "people who set out"\nsource = "assumed"\n'
        "[series.poland-attempts]\nlog_sd = 0.3\nfloor = 50.0\n"
        'source = "assumed"\n'
    )
    sets = ["scenario.end=2021-09-01"]
    found = sim.calibrate(file, tmp_path / "fit", sets=sets, bank=64, truths=10, budget=100)
    numbers = found.free_numbers.iloc[0]
    assert numbers["before_low"] < numbers["after_median"] < numbers["before_high"]
    assert 0.0 <= numbers["held_in_90"] <= 1.0 and math.isfinite(numbers["width_left"])
    assert found.plot.free_numbers() is not None
    run = sim.run(sim.load("belarus-eu-2021", sets=sets), replications=2, log=False, engine="compiled",
                  posterior=tmp_path / "fit" / "posterior.parquet")  # fmt: skip
    assert run.replications == 2


@pytest.mark.slow
def test_accounts_weigh_two_hypotheses_and_say_in_words_what_may_be_said(tmp_path: Path) -> None:
    found = sim.accounts(
        "belarus-eu-2021", ["belarus-eu-2021", "no-state-role"], tmp_path / "runs", bank=24, crises=8
    )
    assert list(found) == ["uncontested", "with Poland's months"]
    for verdict in found.values():
        assert verdict.names == ("belarus-eu-2021", "no-state-role")
        assert all(setting.confusion.sum() == 16 for setting in verdict.settings)
        said = str(verdict)
        assert ("No probability is given" in said) is (not verdict.separates)
