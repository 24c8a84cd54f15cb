"""Worker processes: a plain script may ask for them, and Ctrl-C ends them and the command at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.runs.workers import Workers
from tests.cli.test_running import BORDER, ENVIRONMENT, PROGRAM

UNGUARDED = """
print("begun")
from sim.explore.plan import plan_of
from sim.explore.sweep import sweep
plan = plan_of("border.toml", ["sectors.north.teams=1,2"], seed=0, replications=4, design="grid", samples=0)
print("kept in", sweep(plan, "s", workers=2, chunk=1, engine="simpy").path)
"""
LONG = BORDER.replace("end = 2021-07-05", "end = 2022-07-05")
"""A year in the reference engine: each run takes seconds."""


def test_a_script_without_a_main_guard_is_run_once_whatever_the_workers(tmp_path: Path) -> None:
    (tmp_path / "border.toml").write_text(BORDER)
    (tmp_path / "script.py").write_text(UNGUARDED)
    done = subprocess.run(
        [sys.executable, "script.py"], check=False, cwd=tmp_path, env=ENVIRONMENT, capture_output=True,
        text=True, timeout=120
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "begun\nkept in s\n", "")


def test_workers_end_at_once_while_they_work() -> None:
    pool = Workers(2)
    under_way = [pool.submit(time.sleep, 60.0) for _ in range(6)]
    while not any(future.running() for future in under_way):
        time.sleep(0.01)
    began = time.monotonic()
    pool.end()
    assert time.monotonic() - began < 5.0
    assert not any(
        future.done() and not future.cancelled() and not future.exception() for future in under_way
    )


COMMANDS = {
    "sweep": ("sweep", "border.toml", "--vary", "sectors.north.teams=2,4", "--out", "o", "--workers", "2"),
    "sensitivity": ("sensitivity", "border.toml", "--of", "attempts", "--vary",
        "sectors.north.length_km=10:30", "--samples", "2",
                    "--out", "o", "--workers", "2"),
    "breakpoint": ("breakpoint", "border.toml", "--vary", "sectors.north.length_km=10:30", "--until",
        "died > 3", "--workers", "2"),
    "attribute": ("attribute", "border.toml", "--levers", "fence", "--workers", "2"),
    "run": ("run", "border.toml", "-n", "4", "--out", "o"),
    "compare": ("compare", "border.toml", "fewer.toml", "--out", "o"),
}  # fmt: skip


def at_work(pid: int, words: tuple[str, ...], folder: Path) -> bool:
    """Whether two workers were started (beside the one that counts semaphores),
    or without workers the folder was begun."""
    if "--workers" not in words:
        return any(folder.glob("o/**/parts"))
    return len(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()) > 2


def interrupted(words: tuple[str, ...], folder: Path) -> tuple[int, float, str]:
    """Exit code, seconds from Ctrl-C (to the whole process group, as a terminal gives it) to the end,
    and words of a command."""
    child = subprocess.Popen(
        [*PROGRAM, *words, "--engine", "simpy"], cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
        # a background shell may have it ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
    while child.poll() is None and not at_work(child.pid, words, folder):
        time.sleep(0.05)
    time.sleep(1.0)
    os.killpg(child.pid, signal.SIGINT)
    began = time.monotonic()
    said, _ = child.communicate(timeout=60)
    return child.returncode, time.monotonic() - began, said


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="asks the system for the children of a process"
)
@pytest.mark.parametrize("name", COMMANDS)
def test_ctrl_c_ends_a_command_at_once(name: str, tmp_path: Path) -> None:
    (tmp_path / "border.toml").write_text(LONG)
    (tmp_path / "fewer.toml").write_text('extends = "border.toml"\n[routes.way]\npeople_per_day = 20.0\n')
    code, seconds, said = interrupted(COMMANDS[name], tmp_path)
    assert code == 130, said
    assert "Traceback" not in said and "Stopped" in said
    assert seconds < 3.0
