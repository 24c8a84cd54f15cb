"""A study from one file: every chapter, the same tables again, all faults at once,
and a kill in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from typer.testing import CliRunner

from sim.cli.app import app
from sim.comparison.paired_runs import compare
from sim.core.errors import InputError, ResultError
from sim.evidence.counterfactuals import MEASURES, twin_table
from sim.evidence.study import TIMES, Spent, read_study
from tests.evidence.test_calibrate import content as calibration_content
from tests.small import content as small_content
from tests.small import small

FEW = ["--bank", "64", "--truths", "8", "--crises", "10", "--budget", "300", "--runs", "50", "--checks", "5"]


def a_study(folder: Path, **changes: Any) -> Path:
    """A calibration, another hypothesis, a table without a lever and a twin world of the small border,
    in files."""
    (folder / "tries.csv").write_text(
        "start,end,value\n2021-07-01,2021-08-01,1500\n2021-08-01,2021-09-01,1700\n"
    )
    tries = {"series": "tries.csv", "measure": "attempts", "party": "guards"}
    through = {"series": "germany_entries", "measure": "onward"}
    tables = {k: v for k, v in small_content(62).items() if k not in ("scenario", "recorded", "name")}
    scenario = {**small_content(62)["scenario"], "about": "A | border."}
    for name, title in (("base", "Base"), ("other", "Other")):
        told = {
            "scenario": {**scenario, "title": title},
            **tables,
            "recorded": {"tries": tries, "through": through},
        }
        if name == "other":
            told["people"] = {**told["people"], "try_again": 0.4}
        (folder / f"{name}.toml").write_text(tomli_w.dumps(told))
    no_wall = {"extends": "base.toml", "scenario": {"title": "No wall"}, "levers": {"wall": {"on": False}}}
    (folder / "no-wall.toml").write_text(tomli_w.dumps(no_wall))
    fit = {
        "scenario": "base.toml",
        **calibration_content(population=20, fit_until=date(2021, 8, 1)),
        "evidence": {"tries": ["tries"]},
    }
    (folder / "fit.toml").write_text(tomli_w.dumps(fit))
    study = {
        "calibration": "fit.toml",
        "together": ["tries", "through"],
        "hypotheses": {"scenarios": ["other.toml"]},
        "tables": {"wall-off": {"title": "Without the wall", "sets": ["levers.wall.on=false"]}},
        "worlds": {"replications": 10, "scenarios": ["no-wall.toml"]},
        **changes,
    }
    (folder / "study.toml").write_text(tomli_w.dumps(study))
    return folder / "study.toml"


def told(page: Path) -> str:
    """The hash that the page of a study gives of all tables."""
    return next(line for line in page.read_text().splitlines() if "as one hash" in line)


@pytest.mark.slow
def test_a_study_killed_and_resumed_ends_with_the_tables_of_one_that_was_not(tmp_path: Path) -> None:
    study = a_study(tmp_path)
    whole = CliRunner().invoke(app, ["study", str(study), "--out", str(tmp_path / "whole"), *FEW])
    assert whole.exit_code == 0, whole.output
    pages = tmp_path / "whole" / "pages"
    names = {p.name for p in pages.glob("*.md")}
    assert names == {
        "study.md",
        "verification.md",
        "validation.md",
        "validation-other.md",
        "validation-wall-off.md",
        "accounts.md",
        "counterfactuals.md",
    }
    assert {p.name for p in (pages / "pictures").iterdir()} == {
        "validation.png",
        "free-numbers.png",
        "counterfactuals.png",
    }
    text = (pages / "study.md").read_text()
    for words in (
        "[Without the wall](validation-wall-off.md)",
        "[other](validation-other.md)",
        "| No wall |",
    ):
        assert words in text, words
    command = [
        sys.executable,
        "-c",
        "import sys; from sim.cli import main; sys.exit(main())",
        "study",
        str(study),
    ]
    folder = tmp_path / "killed"
    for seconds in (4.0, 7.0):
        run = subprocess.Popen(
            [*command, "--out", str(folder), *FEW], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(seconds)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    done = subprocess.run([*command, "--out", str(folder), *FEW], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert told(folder / "pages" / "study.md") == told(pages / "study.md")
    for name in names - {"study.md"}:
        assert (folder / "pages" / name).read_text() == (pages / name).read_text()


def test_every_fault_of_a_study_is_told_at_once(tmp_path: Path) -> None:
    study = a_study(
        tmp_path, more=1, together=["nothing"], hypotheses={"scenarios": ["nowhere"]},
        tables={"x": {"sets": "levers"}},
        worlds={"scenarios": ["no-such"], "replications": 100},
    )  # fmt: skip
    with pytest.raises(InputError) as refused:
        read_study(study)
    for words in (
        "more: unknown",
        "together[0]: is no fitted series; found nothing",
        "hypotheses.scenarios: no shipped scenario has this name; found nowhere",
        "tables.x",
        "worlds.scenarios: no shipped scenario has this name; found no-such",
    ):
        assert words in str(refused.value), words
    with pytest.raises(InputError, match="does not exist"):
        read_study(tmp_path / "none.toml")
    twice = a_study(
        tmp_path,
        hypotheses={"scenarios": ["no-wall.toml", "sub/no-wall.toml"]},
        worlds={"scenarios": ["a", "b/a.toml"], "replications": 10},
    )
    with pytest.raises(InputError) as refused:
        read_study(twice)
    assert str(refused.value).count("are both called") == 2
    few = a_study(tmp_path, worlds={"replications": 2, "scenarios": ["no-wall.toml"]})
    with pytest.raises(InputError, match=r"worlds\.replications: out of range; found 2"):
        read_study(few)


@pytest.mark.parametrize("content", ["", "[1]", '{"theory": "long"}', "nonsense"])
def test_damaged_times_of_a_study_are_told_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / TIMES).write_text(content)
    with pytest.raises(ResultError, match=r"seconds\.json is damaged: .*remove it"):
        Spent(tmp_path / TIMES)


def test_the_shipped_study_is_the_one_that_was_fixed_before_the_first_fit() -> None:
    found = read_study(Path("belarus-eu-2021"))
    assert list(found.fits) == [
        "belarus-eu-2021",
        "facilitation-without-coercion",
        "no-state-role",
        "second-table",
    ]
    assert list(found.worlds) == [
        "no-wall",
        "no-emergency",
        "flights-stopped-in-september",
        "no-summary-returns",
        "no-deportations",
        "open-aid-access",
    ]
    assert found.replications == 100
    plan = (Path(__file__).parents[2] / "docs" / "validation-plan.md").read_text()
    off = [name for name, lever in found.fits["second-table"].scenario.levers.items() if not lever.on]
    assert len(off) == 10
    assert all(f"`{n}`" in plan or f"`-{n.rsplit('-', 1)[-1]}`" in plan for n in off)


def test_a_twin_of_itself_differs_by_nothing_and_rows_are_medians_over_replications() -> None:
    base = small(10)
    free = small(10, levers={})
    found = twin_table(compare({"as it is": base, "same": base, "free": free}, replications=10, log=False))
    same = found[found["world"] == "same"]
    assert len(same) == len(MEASURES)
    assert (same[["difference", "low", "high", "less", "more"]] == 0).all().all()
    other = found[found["world"] == "free"].set_index("measure").loc["stopped"]
    assert other["less"] + other["more"] > 0
    assert other["low"] <= other["difference"] <= other["high"]
    worlds = compare({"as it is": base, "free": free}, replications=10, log=False).results
    a, b = (
        worlds[n].totals[worlds[n].totals["measure"] == "stopped"].sort_values("replication")["value"]
        for n in worlds
    )
    assert other["difference"] == np.median(b.to_numpy() - a.to_numpy())
