"""Folders of runs and comparisons survive a kill at every change of the disk:
the same command again ends as if nothing had been."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.comparison.paired_runs import compare, open_comparison
from sim.runs.replicate import open_result, run
from tests.small import content, small
from tests.survival.kills import ALL, POSSIBLE, killed_at, steps_of, survive

pytestmark = pytest.mark.skipif(
    not POSSIBLE, reason="this system does not say which file a descriptor stands for"
)
FRAMES = ("events", "daily", "accounts", "totals")
OF_TIME = ("started", "duration_s")


def short(folder: Path) -> None:
    run(small(2), replications=2, out=folder)


def longer(folder: Path) -> None:
    run(small(2), replications=4, out=folder)


def replaced(folder: Path) -> None:
    run(small(2), seed=7, replications=2, out=folder, overwrite=True)


def other(folder: Path) -> None:
    run(small(3), replications=1, out=folder)
    (folder / "figures").mkdir()
    (folder / "figures" / "flow.png").write_bytes(b"ours")
    (folder / "figures" / "mine.txt").write_text("the user's")


def compared(folder: Path) -> None:
    there = {**content()["countries"]["there"], "summary_return": 1.0}
    compare(
        {"a": small(2), "b": small(2, countries={"there": there})}, replications=2, out=folder, engine="simpy"
    )


def tables(folder: Path) -> dict[str, Any]:
    """Everything that a folder of a run says, but for the time of day; and the names in it."""
    result = open_result(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    return {
        **{name: getattr(result, name).to_dict("list") for name in ("events", "daily", "accounts")},
        "totals": repr(result.totals.to_dict("list")),
        "summary": (folder / "summary.csv").read_text() + (folder / "summary.json").read_text(),
        "manifest": {k: v for k, v in manifest.items() if k not in OF_TIME},
        "names": names(folder),
    }


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def comparison(folder: Path) -> dict[str, Any]:
    found = open_comparison(folder)
    return {
        **{name: tables(folder / "worlds" / name) for name in found.results},
        "differences": (folder / "differences.csv").read_text() + (folder / "by_month.csv").read_text(),
        "comparison": (folder / "comparison.json").read_text(),
        "names": names(folder),
    }


@pytest.mark.parametrize(("work", "before"), [(short, None), (longer, short), (replaced, other)])
def test_a_run_survives_kills(tmp_path: Path, work: Any, before: Any) -> None:
    survive(work, tables, tmp_path, 4, before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "before", "least"), [(short, None, 25), (longer, short, 30), (replaced, other, 30)]
)
def test_a_run_survives_many_kills(tmp_path: Path, work: Any, before: Any, least: int) -> None:
    """Every second or third step; with BORDERFLOW_KILLS=all every one."""
    assert len(survive(work, tables, tmp_path, None if ALL else 13, before)) >= (least if ALL else 13)


def test_a_comparison_survives_kills(tmp_path: Path) -> None:
    survive(compared, comparison, tmp_path, 3)


@pytest.mark.slow
def test_a_comparison_survives_many_kills(tmp_path: Path) -> None:
    """Every fifth step or so; with BORDERFLOW_KILLS=all every one, which takes minutes."""
    assert len(survive(compared, comparison, tmp_path, None if ALL else 13)) >= (60 if ALL else 13)


def test_two_kills_one_after_the_other_are_survived_too(tmp_path: Path) -> None:
    """Killed in the merge, then in the merge of the call that goes on."""
    longer(tmp_path / "whole")
    steps = steps_of(longer, tmp_path / "counted")
    second = next(n for n, step in enumerate(steps, 1) if step == "rename daily.parquet")
    assert killed_at(second, longer, tmp_path / "r")
    assert killed_at(6, longer, tmp_path / "r")
    longer(tmp_path / "r")
    assert tables(tmp_path / "r") == tables(tmp_path / "whole")


def test_a_reader_between_two_tables_of_a_merge_sees_what_totals_holds(tmp_path: Path) -> None:
    short(tmp_path / "r")
    before = open_result(tmp_path / "r")
    whole = {name: getattr(before, name) for name in FRAMES}
    short(tmp_path / "counted")
    steps = steps_of(longer, tmp_path / "counted")
    last = next(n for n, step in enumerate(steps, 1) if step == "rename totals.parquet")
    assert killed_at(last, longer, tmp_path / "r")
    between = open_result(tmp_path / "r")
    assert between.replications == 2
    assert all(getattr(between, name).equals(whole[name]) for name in FRAMES)
