"""The commands as a user meets them: a process, its output, its exit code, what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from sim.cli import main; main()"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", "NO_COLOR": "1"}

BORDER = """
[scenario]
title = "A small border"
start = 2021-07-01
end = 2021-07-05
[countries.there]
summary_return = 0.5
[sectors.north]
country = "there"
length_km = 20.0
[routes.way]
people_per_day = 60.0
[levers.fence]
kind = "razor_fence"
start = 2021-07-02
"""


def borderflow(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command's exit code, output and errors."""
    return subprocess.run(
        [*PROGRAM, *words], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "border.toml").write_text(BORDER)
    return tmp_path


def test_run_prints_a_table_of_measures_and_names_its_folder(folder: Path) -> None:
    done = borderflow("run", "border.toml", "-n", "2", "--no-plots", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "person-attempts" in done.stdout
    assert done.stdout.index("Enforcement") < done.stdout.index("People") and "died" in done.stdout
    assert done.stdout.splitlines()[-1] == "runs/border-seed-0"
    assert (folder / "runs" / "border-seed-0" / "events.parquet").exists()


def test_quiet_prints_the_folder_alone(folder: Path) -> None:
    done = borderflow("run", "border.toml", "-q", "--no-plots", "--out", "here", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "here\n", "")


def test_a_changed_scenario_goes_to_a_folder_of_its_own(folder: Path) -> None:
    plain = borderflow("run", "border.toml", "-q", "--no-plots", cwd=folder).stdout
    changed = borderflow(
        "run", "border.toml", "-q", "--no-plots", "--set", "sectors.north.teams=9", cwd=folder
    ).stdout
    without = borderflow("run", "border.toml", "-q", "--no-plots", "--without", "fence", cwd=folder).stdout
    assert len({plain, changed, without}) == 3


def test_faults_go_to_the_error_stream_with_code_2_and_nothing_is_written(folder: Path) -> None:
    before = sorted(folder.iterdir())
    (folder / "border.toml").write_text(BORDER.replace("length_km = 20.0", 'length_km = "long"\nteems = 3'))
    done = borderflow("run", "border.toml", cwd=folder)
    assert done.returncode == 2
    assert "2 faults" in done.stderr and "teems" in done.stderr and "teams" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(folder.iterdir()) == before


def test_a_folder_with_another_run_is_refused_with_code_3(folder: Path) -> None:
    borderflow("run", "border.toml", "-q", "--no-plots", "--out", "r", cwd=folder)
    done = borderflow("run", "border.toml", "-q", "--no-plots", "--out", "r", "--seed", "8", cwd=folder)
    assert done.returncode == 3
    assert "holds another run" in done.stderr and "Traceback" not in done.stderr


def test_bad_numbers_are_refused_with_code_2(folder: Path) -> None:
    done = borderflow("run", "border.toml", "-n", "0", cwd=folder)
    assert done.returncode == 2
    assert not (folder / "runs").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.slow
def test_ctrl_c_stops_at_once_keeps_what_is_finished_and_goes_on_later(folder: Path) -> None:
    child = subprocess.Popen(
        [*PROGRAM, "run", "border.toml", "-n", "200", "--no-plots", "--out", "r"], cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # a background shell may have it ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
    until = time.monotonic() + 60
    while not list(folder.glob("r/parts/0*")) and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "goes on from there" in errors and "Traceback" not in errors
    assert (
        borderflow("run", "border.toml", "-n", "3", "-q", "--no-plots", "--out", "r", cwd=folder).returncode
        == 0
    )


def test_help_is_light() -> None:
    """No library of numbers, tables or pictures is loaded to print help."""
    code = (
        "import sys; from sim.cli.app import app; import sim.cli; "
        "heavy = {'numpy', 'pandas', 'scipy', 'matplotlib', 'pyarrow', 'simpy', 'pydantic'} & "
        "set(sys.modules); print(heavy)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_only_counts_are_said_to_be_settled_by_more_runs(tmp_path: Path) -> None:
    """The bound of so many a run is one of counts; a rate has none per run."""
    said = borderflow("run", "one-post", "-n", "1", "--no-plots", "--out", "o", cwd=tmp_path).stdout
    sentence = " ".join(said[said.index("None seen in any run") :].split())
    assert "died of exposure" in sentence
    assert "per 1,000" not in sentence
