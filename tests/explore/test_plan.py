"""A plan that cannot be carried out is refused before any work, with every fault;
whole numbers stay whole."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.core.errors import BorderflowError, InputError, UsageError
from sim.explore.breaking_point import grid_of
from sim.explore.objectives import condition_of
from sim.explore.plan import Axis, Plan, axis_of, checked, plan_of, read_plan
from sim.explore.sensitivity import check_samples
from sim.explore.sweep import check_points

TEAMS = Axis("sectors.post.teams", low=1.0, high=9.0)


def plan(vary: str = "sectors.post.teams=1,2", **changes: object) -> Plan:
    asked: dict[str, object] = {"seed": 0, "replications": 1, "design": "grid", "samples": 0, **changes}
    return plan_of("one-post", [vary], **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seed": -5}, "seed: found -5, allowed: 0 to 2\\*\\*64 - 1"),
        ({"seed": 2**64}, "seed: found 18,446,744,073,709,551,616"),
        ({"replications": 10**12}, "replications: found 1,000,000,000,000, allowed: 1 to 1,000,000"),
        ({"samples": 64}, "samples: belongs to design = latin-hypercube or sobol"),
        ({"design": "list"}, "levers: has no place where points are listed"),
        ({"design": "sobol", "samples": 10**9}, "samples: found 1,000,000,000, allowed: 1 to 1,000,000"),
        ({"vary": "sectors.post.restraint=0:1", "design": "grid"}, "needs how many values of the range"),
        (
            {"vary": "sectors.post.teams=1:4:3"},
            "takes whole numbers, and the steps of this grid are not whole",
        ),
        (
            {"vary": "sectors.post.teams=1.2:1.9", "design": "sobol", "samples": 4},
            "fewer than two whole numbers",
        ),
    ],
)
def test_what_cannot_be_carried_out_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        plan(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "vary",
    ["sectors.post.restraint", "sectors.post.teams", "sectors.post.teams*", "routes.*.people_per_day*"],
)
@pytest.mark.parametrize("huge", [str(10**400), str(-(10**400))], ids=("positive", "negative"))
def test_a_whole_number_that_no_float_holds_is_refused_in_words(vary: str, huge: str) -> None:
    for values in (f"1,{huge}", f"{huge}:1:3", f"1:{huge}:3", f"1:2:{huge}"):
        with pytest.raises(BorderflowError):
            check_points(plan(f"{vary}={values}"))


@pytest.mark.parametrize("count", ["1e300", "1e9", "0", "2.5", "nan", "-3"])
def test_a_grid_without_end_is_refused_at_once(count: str) -> None:
    """The tuple of its values was made before anybody counted them."""
    began = time.process_time()
    with pytest.raises(UsageError, match="allowed: 2 to 1,000,000"):
        axis_of(f"sectors.*.restraint=0:1:{count}")
    with pytest.raises(UsageError, match="allowed: 1,000,000"):
        checked(Plan("one-post", tuple(Axis(f"k{n}", low=0.0, high=1.0, count=1000) for n in range(100))))
    assert time.process_time() - began < 0.5


def test_a_plan_file_says_all_that_is_wrong_at_once(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(
        'scenario = "one-post"\nseed = 1.5\nsamples = 64\npoints = "p.csv"\noutcomes = '
        '["joy"]\n[levers]\n"sectors.*.teams" = { low = 3, high = 1, values = 2 }\n'
    )
    with pytest.raises(InputError) as refused:
        read_plan(tmp_path / "plan.toml")
    for words in (
        "2: seed: wrong type",
        "3: samples: belongs to",
        "4: points: belongs to",
        "5: outcomes[0]: is no measure; found joy",
        '7: levers."sectors.*.teams": the range does not end above',
    ):
        assert f"plan.toml:{words}" in str(refused.value)


def test_a_text_of_a_plan_stays_a_text(tmp_path: Path) -> None:
    """A text "2" for a number of teams was run as a number."""
    (tmp_path / "plan.toml").write_text(
        'scenario = "one-post"\n[levers]\n"sectors.post.teams" = ["2", 3]\n"sectors.post.terrain" = ["bog"]\n'
    )
    assert [axis.values for axis in read_plan(tmp_path / "plan.toml").axes] == [('"2"', "3"), ("bog",)]


def test_a_whole_number_is_sampled_evenly_in_whole_numbers() -> None:
    drawn = [TEAMS.at((n + 0.5) / 900) for n in range(900)]
    assert {value: drawn.count(value) for value in drawn} == {str(n): 100 for n in range(1, 10)}
    assert [TEAMS.nearest(value) for value in (0.2, 3.4, 3.5, 99.0)] == ["1", "3", "4", "9"]
    assert grid_of(TEAMS) == [1.0, 3.0, 4.0, 6.0, 7.0, 9.0]
    assert grid_of(Axis("sectors.post.teams", low=1.0, high=3.0)) == [1.0, 2.0, 3.0]


def test_a_random_design_takes_each_distinct_point_once_and_keeps_its_weight() -> None:
    found = plan("sectors.post.teams=1:2", design="latin-hypercube", samples=64)
    assert sorted(point["sectors.post.teams"] for point in found.points()) == ["1", "2"]
    assert found.size == 2 and found.weights == [32, 32]
    spread = plan("sectors.post.restraint=0:1", design="latin-hypercube", samples=64)
    assert spread.size == 64 and spread.weights == [1] * 64


@pytest.mark.parametrize(
    "text",
    [
        "died > 1e1e1",
        "died > inf",
        "died > nan",
        "died > ",
        "died >> 3",
        "died > 3\n\n> 4",
        "> 3",
        "died > " + "9" * 400,
    ],
)
def test_a_condition_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="allowed: MEASURE > VALUE"):
        condition_of(text)


@pytest.mark.parametrize(
    ("method", "samples"),
    [
        ("morris", 0),
        ("morris", 1),
        ("morris", -3),
        ("sobol", 0),
        ("sobol", 3),
        ("morris", 10**9),
        ("sobol", 2**30),
    ],
)
def test_samples_that_give_no_interval_or_no_end_are_refused(method: str, samples: int) -> None:
    with pytest.raises(UsageError, match="samples: found"):
        check_samples(method, samples, 4)


@pytest.mark.parametrize(
    "vary", ["sectors.post.teams=1,2", "sectors.post.restraint=0:1:4", "sectors.post.teams=1.2:1.9"]
)
def test_a_breaking_point_needs_a_range(vary: str) -> None:
    with pytest.raises(UsageError, match="--vary"):
        grid_of(axis_of(vary))


def test_a_value_of_a_table_of_points_that_no_scenario_takes_is_named_by_its_row(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("sectors.post.teams\n1\nmany\n")
    (tmp_path / "plan.toml").write_text('scenario = "one-post"\ndesign = "list"\npoints = "p.csv"\n')
    with pytest.raises(InputError, match=r"row 2: --set sectors\.post\.teams=many: .*wrong type"):
        check_points(read_plan(tmp_path / "plan.toml"))
