"""The harness that kills work at its n-th step on the disk: it sees every step,
and finds the fault that it is there for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.core.durable import keep_folder, remove_folder, write_whole
from tests.survival.kills import POSSIBLE, killed_at, sample, steps_of, survive

pytestmark = pytest.mark.skipif(
    not POSSIBLE, reason="this system does not say which file a descriptor stands for"
)


def careful(folder: Path) -> None:
    """Two files that belong together: written beside, named last; an old one goes in one piece."""
    folder.mkdir(exist_ok=True)
    remove_folder(folder / "old")
    if not (folder / "pair").exists():
        beside = folder / ".pair"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        for name in "ab":
            (beside / name).write_text(name * 100)
        keep_folder(beside, folder / "pair")
    write_whole(folder / "done", "done")


def careless(folder: Path) -> None:
    """The same, but named before it is written to its end."""
    folder.mkdir(exist_ok=True)
    if not (folder / "pair").exists():
        (folder / "pair").mkdir()
        for name in "ab":
            (folder / "pair" / name).write_text(name * 100)


def with_old(folder: Path) -> None:
    (folder / "old").mkdir(parents=True)
    (folder / "old" / "file").write_text("old")


def named(folder: Path) -> dict[str, str]:
    """Every file that has a name, and its content."""
    there = (p for p in folder.rglob("*") if p.is_file())
    return {
        str(p.relative_to(folder)): p.read_text()
        for p in sorted(there)
        if not any(part.startswith(".") for part in p.relative_to(folder).parts)
    }


def test_steps_are_seen_in_their_order_and_nothing_outside_the_folder(tmp_path: Path) -> None:
    with_old(tmp_path / "r")
    steps = [step.split()[0] for step in steps_of(careful, tmp_path / "r")]
    assert steps == [
        "mkdir", "rename", "flush", "remove", "rmdir", "mkdir", "open", "open", "flush", "flush", "flush",
        "rename", "flush",
        "mkdir", "open", "flush", "rename", "flush", "remove",
    ]  # fmt: skip


def test_careful_work_survives_a_kill_at_every_step(tmp_path: Path) -> None:
    assert len(survive(careful, named, tmp_path, before=with_old)) == 19


def test_careless_work_does_not(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="killed before step"):
        survive(careless, named, tmp_path)


def test_a_file_that_was_not_flushed_is_half_of_itself(tmp_path: Path) -> None:
    number = next(n for n, s in enumerate(steps_of(careful, tmp_path / "a"), 1) if s == "flush .pair/a")
    assert killed_at(number, careful, tmp_path / "b")
    assert len((tmp_path / "b" / ".pair" / "a").read_text()) == 50


def test_a_kill_after_the_last_step_is_no_kill(tmp_path: Path) -> None:
    steps = len(steps_of(careful, tmp_path / "a"))
    assert not killed_at(steps + 1, careful, tmp_path / "b")


def test_a_sample_of_steps_holds_the_last() -> None:
    assert sample(100, 4) == [25, 50, 75, 100]
    assert sample(3, 9) == [1, 2, 3]
