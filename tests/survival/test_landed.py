"""Folders that the version landed before wrote are read by this one, and gone on with: what is there is not
run again. `tests/survival/landed_folders.py` says what is in them, and when they are made again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.comparison.paired_runs import open_comparison
from sim.explore.sweep_results import open_store
from sim.model.version import MODEL_VERSION
from sim.runs import jobs, replicate
from sim.runs.replicate import open_result
from tests.survival.landed_folders import (
    LANDED,
    PACKED,
    attribute_in,
    border,
    compare_in,
    run_in,
    sweep_in,
)

FRAMES = ("events", "daily", "accounts", "totals")


@pytest.fixture
def landed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of every folder, as the current one."""
    shutil.unpack_archive(LANDED / PACKED, tmp_path, filter="data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The point and replication of every run that is made from now on; of a result folder the point is 0."""
    seen: list[tuple[int, int]] = []
    play, do = replicate.play, jobs.do

    def noted_play(scenario: Any, seed: int, replication: int, **how: Any) -> Any:
        seen.append((0, replication))
        return play(scenario, seed, replication, **how)

    def noted_do(job: Any) -> Any:
        seen.append((job.point, job.replication))
        return do(job)

    monkeypatch.setattr(replicate, "play", noted_play)
    monkeypatch.setattr(jobs, "do", noted_do)
    return seen


def test_the_folders_are_of_the_model_and_the_scenario_of_now(landed: Path) -> None:
    """Else they are only read, and none of what follows is tested: `python -m tests.survival.landed_folders`
    makes them again."""
    manifest = json.loads((landed / "run" / "manifest.json").read_text())
    assert manifest["model_version"] == MODEL_VERSION
    assert manifest["scenario_digest"] == replicate.manifest_of(border(), 0, 1, True).scenario_digest


def test_a_landed_run_is_read(landed: Path) -> None:
    found = open_result(landed / "run")
    assert found.replications == 1
    assert {name: len(getattr(found, name)) > 0 for name in FRAMES[:2]} == {"events": True, "daily": True}
    assert (landed / "run" / "parts" / "00001.zip").exists()


def test_a_landed_sweep_is_read(landed: Path) -> None:
    found = open_store(landed / "sweep")
    assert found.points["sectors.north.teams"].tolist() == [2, 4]
    assert found.rows[["point", "replication"]].to_numpy().tolist() == [[0, 0], [0, 1], [1, 0]]
    assert len(found.sectors) == 2 and len(found.summary())


def test_a_landed_comparison_is_read(landed: Path) -> None:
    found = open_comparison(landed / "comparison")
    assert list(found.results) == ["fence", "no-fence"]
    written = pd.read_csv(landed / "comparison" / "differences.csv")
    assert found.differences["difference"].tolist() == pytest.approx(written["difference"], nan_ok=True)


def frames(result: Any) -> str:
    return repr([getattr(result, name).to_dict("list") for name in FRAMES])


def same_text(one: Path, other: Path, pattern: str) -> bool:
    """Whether files of two folders that match a pattern have the same names and text. Tables are compared as
    frames: their bytes depend on the version of Arrow, and on how often they were merged."""
    left, right = ({p.relative_to(f): p.read_text() for p in f.rglob(pattern)} for f in (one, other))
    return left == right and len(left) > 0


def test_a_landed_run_goes_on_with_what_is_merged_and_what_is_in_a_part(
    landed: Path, played: list[tuple[int, int]]
) -> None:
    gone_on = run_in(landed, 3)
    assert played == [(0, 2)]
    assert frames(gone_on) == frames(run_in(landed / "anew", 3))
    assert same_text(landed / "run", landed / "anew" / "run", "summary.*")


def test_a_landed_sweep_goes_on_with_what_is_merged_and_what_is_in_a_part(
    landed: Path, played: list[tuple[int, int]]
) -> None:
    gone_on = sweep_in(landed, 2)
    assert played == [(1, 1)]
    assert gone_on.equals(sweep_in(landed / "anew", 2))
    assert open_store("sweep").sectors.equals(open_store("anew/sweep").sectors)
    assert same_text(landed / "sweep", landed / "anew" / "sweep", "plan.json")


def test_a_landed_cache_answers_what_it_holds_and_grows(landed: Path, played: list[tuple[int, int]]) -> None:
    before = {path.name for path in (landed / "cache").glob("*.parquet")}
    attribute_in(landed, 1)
    assert not played
    found = attribute_in(landed, 2)
    assert played == [(0, 1), (1, 1)]
    assert before < {path.name for path in (landed / "cache").glob("*.parquet")}
    assert repr(found.totals) == repr(attribute_in(landed / "anew", 2).totals)


def test_a_landed_comparison_goes_on_in_each_of_its_runs(landed: Path, played: list[tuple[int, int]]) -> None:
    compare_in(landed, 3)
    assert played == [(0, 2), (0, 2)]
    compare_in(landed / "anew", 3)
    for pattern in ("*.csv", "comparison.json"):
        assert same_text(landed / "comparison", landed / "anew" / "comparison", pattern)


REFUSED: list[Callable[[Path, int], Any]] = [run_in, sweep_in, compare_in]


@pytest.mark.parametrize("again", REFUSED)
def test_a_landed_folder_of_another_model_version_is_refused_and_stays(
    landed: Path, again: Callable[[Path, int], Any]
) -> None:
    for path in [*landed.rglob("manifest.json"), landed / "sweep" / "plan.json"]:
        path.write_text(path.read_text().replace('"model_version": ', '"model_version": 9'))
    before = {path: path.read_bytes() for path in landed.rglob("*") if path.is_file()}
    with pytest.raises(replicate.ResultError, match="differs in the model version"):
        again(landed, 3)
    assert {p: p.read_bytes() for p in landed.rglob("*") if p.is_file() and p.name != ".writing"} == before
