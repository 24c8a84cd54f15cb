"""Twin worlds: nothing where nothing differs, the parts of a change exactly, and noise called noise."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.comparison.attribution import attribute, world_of
from sim.comparison.decomposition import Tries, split, split_between, split_of, tries_of
from sim.comparison.followed_groups import DID_NOT_COME, stories
from sim.comparison.paired_runs import compare, gain, holm, open_comparison, p_of
from sim.core.errors import ResultError, UsageError
from sim.model.simulate import simulate
from sim.record.events import Kind
from sim.record.measures import DESCRIBED
from sim.reporting.figures.comparison_figure import forest, save_comparison
from sim.reporting.style.figure_files import drawn
from sim.runs.replicate import open_result, run
from sim.runs.run_tables import part_of, places_of
from sim.runs.store.folder_lock import folder_lock
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from tests.small import content, small
from tests.worlds import scenarios


def later_wall(days: int = 10) -> Scenario:
    return small(days, levers={})


def harsher() -> Scenario:
    there = {**content()["countries"]["there"], "summary_return": 1.0}
    return small(countries={"there": there})


def test_a_world_against_itself_differs_by_exactly_nothing() -> None:
    same = compare({"a": small(), "b": small()}, replications=4).differences
    known = same[~same["difference"].isna()]
    assert (known["difference"] == 0.0).all()
    assert (known["low"] == 0.0).all() and (known["high"] == 0.0).all()
    assert set(known["verdict"]) == {"exactly none"}


def test_worlds_without_a_common_random_number_are_refused_before_a_run() -> None:
    """They were set against each other "on the same luck", of which they had none in common."""
    with pytest.raises(
        UsageError, match="riverland and one-post have no routes, no initial, no sectors of the same name"
    ):
        compare({"one-post": load("one-post"), "riverland": load("riverland")}, replications=2)
    tables = {name.replace("way", "road"): table for name, table in content()["routes"].items()}
    elsewhere = small(3, routes=tables, initial={})
    found = compare({"a": small(3, initial={}), "b": elsewhere}, replications=2, log=False, engine="simpy")
    assert "b: no route and no initial stock is in a too: no group comes in both" in found.notes


@pytest.mark.parametrize("name", ["../b", "a/b", "..", "", "a\x1b"])
def test_a_world_whose_name_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    """Its result was written outside the folder of the comparison."""
    with pytest.raises(UsageError, match="a world is called"):
        compare({"a": small(), name: harsher()}, replications=2, out=tmp_path / "c")
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(
    ("asked", "words"), [({"seed": -1}, "seed: found -1"), ({"replications": 10**12}, "replications: found")]
)
def test_a_comparison_that_cannot_be_carried_out_leaves_nothing(
    tmp_path: Path, asked: dict[str, int], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        compare({"a": small(), "b": harsher()}, out=tmp_path / "c", **asked)
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("days", [(-3, 5), (5, 5), (0, 11), (8, 2)])
def test_days_that_are_not_of_the_run_are_no_window(days: tuple[int, int]) -> None:
    """A window that began three days before the run counted its last three days."""
    with pytest.raises(UsageError, match="allowed: days from 2021-07-01 to 2021-07-11"):
        attribute(small(), {"wall": ("wall",)}, replications=2, days=days)


def test_a_list_of_worlds_is_refused_with_the_remedy() -> None:
    with pytest.raises(UsageError, match=r'found a list, allowed: scenarios by name, as in \{"base": '):
        sim.compare(["one-post", "riverland"])  # type: ignore[arg-type]


def test_people_and_enforcement_stand_in_one_table() -> None:
    rows = compare({"a": small(), "b": harsher()}, replications=6).differences.set_index("measure")
    assert set(rows["family"]) == {"flow", "enforcement", "human", "incident", "post"}
    assert rows.loc["arrived", "gain"] > 1.0
    assert rows.loc["summary_returns", "difference"] > 0.0
    assert set(rows.index) == set(DESCRIBED)


def test_a_comparison_is_kept_and_opened_again(tmp_path: Path) -> None:
    first = compare({"a": small(), "b": harsher()}, replications=3, out=tmp_path / "c")
    again = open_comparison(tmp_path / "c")
    assert again.differences.equals(first.differences)
    assert again.by_month.equals(first.by_month)
    assert len(save_comparison(again, tmp_path / "figures")) == 4
    with pytest.raises(ResultError, match="holds no comparison"):
        open_comparison(tmp_path)
    with pytest.raises(UsageError, match="two worlds or more"):
        compare({"a": small()})


def test_worlds_of_unlike_replications_are_compared_on_those_that_both_have(tmp_path: Path) -> None:
    compare({"a": small(2), "b": small(3)}, replications=2, out=tmp_path / "c", engine="simpy")
    run(small(2), replications=4, out=tmp_path / "c" / "worlds" / "a", engine="simpy")
    found = open_comparison(tmp_path / "c")
    assert [result.replications for result in found.results.values()] == [2, 2]
    assert set(found.results["a"].events["replication"]) == {0, 1}
    assert any("2 replications are left out" in note for note in found.notes)
    assert found.by_month.equals(
        compare({"a": small(2), "b": small(3)}, replications=2, engine="simpy").by_month
    )


def test_another_comparison_is_not_mixed_with_the_one_that_is_there(tmp_path: Path) -> None:
    how: dict[str, Any] = {"replications": 2, "out": tmp_path / "c", "engine": "simpy"}
    compare({"a": small(2), "b": small(3)}, **how)
    before = sorted(tmp_path.rglob("*"))
    for worlds in ({"b": small(3), "a": small(2)}, {"a": small(2), "c": small(3)}):
        with pytest.raises(ResultError, match="holds another comparison, of a, b"):
            compare(worlds, **how)
    with pytest.raises(ResultError, match=r"holds another run.*choose another folder with --out$"):
        compare({"a": small(2), "b": small(4)}, **how)
    assert sorted(tmp_path.rglob("*")) == before
    assert len(compare({"a": small(2), "b": small(3), "c": small(2, parties={})}, **how).results) == 3


def test_a_folder_of_somebody_else_gets_no_comparison(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultError, match="holds no comparison of these worlds"):
        compare({"a": small(2), "b": small(3)}, replications=2, out=tmp_path / "c", engine="simpy")
    assert [p.name for p in (tmp_path / "c").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is damaged"),
        ("[" * 100_000, "is damaged"),
        ('{"base": "a", "worlds": ["a"]}', "worlds: "),
        ('{"base": "b", "worlds": ["a", "b"]}', "the base first"),
        ('{"base": "a", "worlds": ["a", "a"]}', "different names"),
        *(
            (json.dumps({"base": "a", "worlds": ["a", name]}), "is no name that a file of the folder has")
            for name in ("..", "", "b/c", "/etc", "b" * 300, "\u202eb", "\x00")
        ),
        ('{"base": "a", "worlds": ["a", "b"], "format": 99}', "has format 99"),
        ('{"base": "a", "worlds": ["a", "b"]}', "holds no result"),
    ],
)
def test_a_damaged_comparison_is_named_with_its_faults(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "comparison.json").write_text(text)
    with pytest.raises(ResultError, match=words) as refused:
        open_comparison(tmp_path)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("name", ["", "..", "b/c", "b" * 300, "\u202eb"])
def test_a_world_whose_name_no_folder_may_have_is_refused_before_anything_is_run(name: str) -> None:
    with pytest.raises(UsageError, match="a name that a folder may have"):
        compare({"a": small(2), name: small(3)}, replications=2)


def test_luck_that_is_not_shared_is_noted() -> None:
    other = small(routes={"way": {"people_per_day": 60.0, "strip_per_day": 9.0}})
    notes = compare({"a": small(), "b": other}, replications=3).notes
    assert any("strip_per_day differs on way" in note for note in notes)


def test_the_gain_of_pairing_is_one_for_independent_worlds_and_more_for_twins() -> None:
    assert gain([1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0]) == math.inf
    assert gain([1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0]) == pytest.approx(1.0)
    assert math.isnan(gain([2.0, 2.0], [5.0, 5.0]))


def test_holm_is_that_of_the_paper() -> None:
    """Holm 1979: p sorted, multiplied by how many are left, never falling."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([math.nan, 0.5])[1] == 0.5
    assert p_of([0.0, 0.0, 0.0]) == 1.0
    assert p_of([2.0, 2.0, 2.0]) == 0.0


counts = st.builds(Tries, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))


@given(st.none() | counts, st.none() | counts)
def test_the_parts_of_a_groups_change_add_up_and_none_is_negative(
    before: Tries | None, after: Tries | None
) -> None:
    parts = split_of(before, after)
    assert parts.change == (after.here if after else 0) - (before.here if before else 0)
    assert all(getattr(parts, name) >= 0 for name in parts.__slots__)


@given(scenarios(), st.integers(0, 3), st.booleans())
def test_the_parts_of_a_change_add_up_in_any_pair_of_worlds(
    scenario: Scenario, seed: int, everywhere: bool
) -> None:
    """By whole persons, against the attempts counted in the two logs."""
    bare = scenario.model_copy(update={"levers": {}})
    where = () if everywhere else (next(iter(scenario.sectors)),)
    to_h = 24.0 * max(1, scenario.days // 2)
    tries, here = [], []
    for world in (bare, scenario):
        run = simulate(world, seed=seed)
        events = part_of(run, places_of(world)).tables["events"].to_pandas()
        tries.append(tries_of(events, where, 0.0, to_h))
        here.append(
            sum(r[4] for r in run.rows if r[2] == Kind.ATTEMPT and r[1] < to_h and (everywhere or r[5] == 0))
        )
    assert split_between(*tries).change == here[1] - here[0]


def test_a_split_tells_every_replication() -> None:
    found = compare({"a": small(), "b": harsher()}, replications=3)
    parts = split(found, "b", where=["north"])
    attempts = {
        name: r.events[(r.events["kind"] == "attempt") & (r.events["sector"] == "north")]
        .groupby("replication")["persons"]
        .sum()
        for name, r in found.results.items()
    }
    assert list(parts["change"]) == list(attempts["b"] - attempts["a"])


def test_a_group_is_followed_in_both_worlds() -> None:
    nobody = small(routes={"way": {"people_per_day": 0.0}})
    found = compare({"a": small(), "b": nobody}, replications=2)
    events = found.results["a"].events
    key = f"{int(events[events['kind'] == 'arrived'].iloc[0]['group']):016x}"
    told = stories(found, key)
    assert any("arrived" in line or "came" in line for line in told["a"])
    assert told["b"] == [DID_NOT_COME]
    with pytest.raises(UsageError, match="no group"):
        stories(found, "0000000000000001")


LEVERS = {
    "wall": {"kind": "wall", "start": "2021-07-02"},
    "returns": {"kind": "summary_returns", "start": "2021-07-02"},
    "flights": {"kind": "flight_restrictions", "start": "2021-07-04"},
}


def test_shapley_shares_add_up_to_the_whole_run_by_run(tmp_path: Path) -> None:
    scenario = small(levers=LEVERS)
    groups = {"barrier": ("wall",), "law": ("returns",), "flights": ("flights",)}
    found = attribute(scenario, groups, replications=3, out=tmp_path / "kept")
    for measure in ("attempts", "died", "claims_heard"):
        shares = [
            sum(values) for values in zip(*(found.shapley(measure, name) for name in groups), strict=True)
        ]
        none, every = found.totals[frozenset()][measure], found.totals[frozenset(groups)][measure]
        assert shares == pytest.approx([b - a for a, b in zip(none, every, strict=True)], abs=1e-6)
    again = attribute(scenario, groups, replications=3, out=tmp_path / "kept")
    assert again.totals == found.totals
    assert {"died", "harmed", "person_days_stranded", "claims_heard"} <= set(
        found.table(["stopped"])["measure"]
    )


def test_a_lever_that_does_nothing_has_no_share() -> None:
    idle = {**LEVERS, "idle": {"kind": "wall", "start": "2021-07-02", "strength": 0.0}}
    found = attribute(small(levers=idle), {"law": ("returns",), "idle": ("idle",)}, replications=2)
    assert found.shapley("attempts", "idle") == [0.0, 0.0]


def test_levers_that_are_not_there_are_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="allowed: wall"):
        attribute(small(), {"law": ("returns",)}, replications=2)
    with pytest.raises(UsageError, match="allowed: 1 to 6"):
        attribute(small(), {str(i): ("wall",) for i in range(7)}, replications=2)
    off = world_of(small(levers=LEVERS), {"law": ("returns",)}, frozenset())
    assert not off.levers["returns"].on
    assert off.levers["wall"].on


def test_a_folder_of_a_comparison_is_no_run_and_says_where_its_runs_are(tmp_path: Path) -> None:
    compare({"a": small(2), "b": small(3)}, replications=2, out=tmp_path / "c", engine="simpy")
    with pytest.raises(
        ResultError, match=r"holds a comparison, not a run: its runs are the folders in .*worlds$"
    ):
        open_result(tmp_path / "c")
    assert open_result(tmp_path / "c" / "worlds" / "a").replications == 2


def test_a_row_without_a_base_is_said_and_the_human_strip_names_its_scenario() -> None:
    nobody = small(2, routes={"way": {"people_per_day": 0.0}}, initial={})
    found = compare({"quiet": nobody, "busy": small(2)}, replications=2, engine="simpy")
    words = [text.get_text() for ax in drawn(forest(found)).axes for text in ax.texts]
    assert "none in any scenario" in words
    assert any(text.startswith("none in quiet; per run in busy ") for text in words)
    assert any(text.startswith("Human outcomes of the runs of quiet alone, whole run") for text in words)


def test_a_second_comparison_in_a_folder_is_refused(tmp_path: Path) -> None:
    with (
        folder_lock(tmp_path / "c", "comparison"),
        pytest.raises(ResultError, match="being written by another comparison"),
    ):
        compare({"a": small(2), "b": small(2)}, replications=1, out=tmp_path / "c", engine="simpy")
    assert not (tmp_path / "c").exists()
