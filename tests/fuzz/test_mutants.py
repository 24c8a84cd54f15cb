"""Mutants of every kind of file end in words: every sample in the fast tests,
a few hundred mutants of each kind in the slow ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.core.errors import UsageError
from tests.fuzz.harness import play
from tests.fuzz.registry import Kind, kinds

ROOT = Path(__file__).parents[2]
MANY = int(os.environ.get("BORDERFLOW_FUZZ", "0"))
NAMES = sorted(kinds())


def _failures(seed: int) -> dict[str, dict[str, list[int]]]:
    """What failed, by kind, in one process of its own:
    importing takes longer than a hundred mutants of most kinds."""
    command = [sys.executable, "-m", "tests.fuzz", "--seed", str(seed), "--json"]
    ran = subprocess.run(
        [*command, *(["-n", str(MANY)] if MANY else [])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    last = ran.stdout.splitlines()[-1] if ran.stdout else ""
    assert ran.returncode in (0, 1) and last.startswith("{"), ran.stdout + ran.stderr
    found = json.loads(last)
    assert sorted(found) == NAMES
    return {kind: ended["failures"] for kind, ended in found.items() if ended["failures"]}


@pytest.mark.parametrize("kind", NAMES)
def test_every_valid_sample_is_read(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutants of something that is refused anyway would try nothing."""
    for number, sample in enumerate(kinds()[kind].samples()):
        box = tmp_path / str(number)
        for name, content in sample.items():
            (box / name).parent.mkdir(parents=True, exist_ok=True)
            (box / name).write_bytes(content)
        monkeypatch.chdir(box)
        kinds()[kind].attempt(box)


@pytest.mark.slow
def test_mutants_of_every_kind_end_in_words() -> None:
    """Always the same ones: `python -m tests.fuzz KIND -n 100000 --seed 1` plays others."""
    assert _failures(seed=0) == {}


@pytest.mark.parametrize(
    ("fault", "words"),
    [("raise KeyError('x')", "KeyError"), ("while True: pass", "Hang"),
     ("bytearray(3 * 10**9)", "MemoryError"), ("open('left', 'w').close(); raise refusal", "left left"),
     ("open('../../elsewhere', 'w').close()", "WroteOutside")],
)  # fmt: skip
def test_the_harness_notices_what_no_reader_may_do(fault: str, words: str) -> None:
    def attempt(_: Path) -> None:
        exec(fault, {"refusal": UsageError("no")})

    tally = play(Kind("bad", lambda: [{"file": b"content"}], attempt, seconds=0.2), range(1))
    assert [words in failure.what for failure in tally.failures] == [True]
