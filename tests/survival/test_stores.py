"""Stores, kept runs and fits survive a kill at every change of the disk:
the same call again ends as if nothing had been."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli.app import app
from sim.comparison.attribution import attribute
from sim.evidence.calibration.calibration_run import fit_and_recover
from sim.evidence.calibration.fit_folder import begin_fit, leave_tables, tables_left
from sim.evidence.calibration.prior_bank import fill
from sim.explore.plan import Plan, axis_of
from sim.explore.sweep import sweep
from sim.explore.sweep_results import open_store
from sim.runs.store.folder_lock import folder_lock
from tests.cli.test_running import BORDER, ENVIRONMENT, PROGRAM
from tests.evidence.test_calibrate import quick
from tests.small import small
from tests.survival.kills import ALL, POSSIBLE, survive

pytestmark = pytest.mark.skipif(
    not POSSIBLE, reason="this system does not say which file a descriptor stands for"
)
FEW = 5
LOCK = ".writing"


def border(folder: Path) -> None:
    folder.mkdir()
    (folder / "border.toml").write_text(BORDER)


def swept(folder: Path, replications: int = 2) -> None:
    axes = (axis_of("sectors.north.teams=2,4"),)
    plan = Plan(str(folder / "border.toml"), axes, seed=5, replications=replications, by_sector=True)
    sweep(plan, folder / "s", chunk=1, engine="simpy")


def swept_once(folder: Path) -> None:
    border(folder)
    swept(folder)


def grown(folder: Path) -> None:
    swept(folder, replications=4)


def screened(folder: Path) -> None:
    words = [
        "sensitivity",
        str(folder / "border.toml"),
        "--of",
        "attempts",
        "--vary",
        "routes.way.people_per_day=20:80",
        "--samples",
        "2",
        "-n",
        "2",
        "--engine",
        "simpy",
        "--no-plots",
        "--out",
        str(folder / "s"),
    ]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.name != LOCK)


def jobs(frame: pd.DataFrame) -> dict[str, Any]:
    return frame.astype(str).to_dict("list")


def store(folder: Path) -> dict[str, Any]:
    """Everything that a store says, but for seconds; and the names in it."""
    found = open_store(folder / "s")
    timed = pd.read_parquet(folder / "s" / "timings.parquet").drop(columns="seconds")
    sectors = jobs(found.sectors) if (folder / "s" / "sectors.parquet").exists() else {}
    tables = {path.name: path.read_text() for path in sorted((folder / "s").glob("*.csv"))}
    plan = {key: value for key, value in found.plan.items() if key != "scenario"}
    return {
        "rows": jobs(found.rows),
        "points": jobs(found.points),
        "timed": jobs(timed),
        "sectors": sectors,
        "plan": str(plan),
        "tables": tables,
        "names": names(folder),
    }


def attributed(folder: Path) -> None:
    attribute(small(2), {"wall": ("wall",)}, replications=8, out=folder / "runs", engine="simpy")


def shares(folder: Path) -> list[str]:
    attributed(folder)
    return names(folder)


def banked(folder: Path) -> None:
    """The folder of a fit as calibrate leaves it, with tables that cost nothing: what is written,
    and in which order."""
    found = quick().short()
    with folder_lock(folder, "calibration"):
        begin_fit(found, folder)
        bank = fill(found, 4, folder / "bank", engine="simpy")
        tables = {
            "posterior.parquet": bank.z.tobytes(),
            "generations.csv": b"one\n",
            "figures.csv": bank.told.tobytes(),
        }
        leave_tables(found, folder, tables)


def fitted(folder: Path) -> None:
    fit_and_recover(quick(), folder, bank=64, truths=4, budget=100)


def fit(folder: Path) -> dict[str, Any]:
    left = {"posterior.parquet", "generations.csv", "figures.csv", "recovery.csv", "fit.json"}
    tables = {name: (folder / name).read_bytes() for name in sorted(left) if (folder / name).exists()}
    record = quick() if "recovery.csv" in tables else quick().short()
    return {"tables": tables, "promised": sorted(tables_left(record, folder)), "names": names(folder)}


def test_a_sweep_survives_a_kill_wherever_it_changes_the_disk(tmp_path: Path) -> None:
    assert len(survive(swept, store, tmp_path, FEW, before=border)) == FEW


def test_a_sweep_that_grows_survives_a_kill_in_its_merge(tmp_path: Path) -> None:
    assert len(survive(grown, store, tmp_path, FEW, before=swept_once)) == FEW


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "before", "shown", "fewest"),
    [
        (swept, border, store, 35),
        (grown, swept_once, store, 35),
        (screened, border, store, 25),
        (attributed, None, shares, 5),
        (banked, None, fit, 10),
    ],
)
def test_many_steps_of_a_store_survive_a_kill(
    work: Any, before: Any, shown: Any, fewest: int, tmp_path: Path
) -> None:
    """Some twelve steps; with BORDERFLOW_KILLS=all every one."""
    points = None if ALL else min(fewest, 12)
    assert len(survive(work, shown, tmp_path, points, before)) >= (points or fewest)


@pytest.mark.slow
def test_a_calibration_survives_kills_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    points = 8 if ALL else 5
    assert len(survive(fitted, fit, tmp_path, points)) == points


# a disk that is full


def tried(folder: Path, words: tuple[str, ...], most_bytes: int | None) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own that may write files of so many bytes at most: what a quota does,
    and nearly a full disk."""

    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    return subprocess.run(
        [*PROGRAM, *words, "--engine", "simpy"], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True,
        check=False,
        preexec_fn=limit,
    )  # fmt: skip


SWEEP = ("sweep", "border.toml", "--vary", "sectors.north.teams=2,4", "-n", "2", "--out", "s", "-q")
OTHERS = [
    ("sensitivity", "border.toml", "--of", "attempts", "--vary", "routes.way.people_per_day=20:80",
        "--samples", "2", "-n", "2", "--out", "s"),
    ("attribute", "border.toml", "--levers", "fence", "-n", "4", "--out", "s"),
    ("breakpoint", "border.toml", "--vary", "routes.way.people_per_day=20:80", "--until", "attempts > 100",
        "-n", "6", "--out", "s"),
]  # fmt: skip


@pytest.mark.parametrize(
    "words", [SWEEP, *(pytest.param(words, marks=pytest.mark.slow) for words in OTHERS)], ids=lambda w: w[0]
)
@pytest.mark.parametrize("most_bytes", [100, 4_000])
def test_a_file_size_limit_ends_in_words_and_the_same_command_goes_on(
    words: tuple[str, ...], most_bytes: int, tmp_path: Path
) -> None:
    border(tmp_path / "b")
    ended = tried(tmp_path / "b", words, most_bytes)
    assert ended.returncode == 3 and "could not be written: " in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list((tmp_path / "b").rglob("*.new"))
    done = tried(tmp_path / "b", words, None)
    assert done.returncode == 0, done.stderr
