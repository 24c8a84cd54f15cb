"""What a user would lose: finished work, another result, a clear word about what went wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sim.experiments import parts, replicate
from sim.experiments.folder import Folder
from sim.experiments.manifest import MANIFEST, manifest_of
from sim.experiments.parts import Branch
from sim.experiments.replicate import Progress, open_result, run
from sim.foundation.errors import InvariantBroken, ResultError, UsageError
from sim.record.measures import COUNTED, DESCRIBED
from tests.small import content, small

FRAMES = ("events", "daily", "accounts", "totals")


def same(a: object, b: object) -> bool:
    """Whether two results hold the same frames."""
    return all(getattr(a, name).equals(getattr(b, name)) for name in FRAMES)


def test_a_folder_holds_what_the_readme_promises(tmp_path: Path) -> None:
    result = run(small(), seed=3, replications=2, out=tmp_path / "r")
    names = {p.name for p in (tmp_path / "r").iterdir() if not p.name.startswith(".")}
    assert names == {MANIFEST, "summary.json", "summary.csv", *(f"{n}.parquet" for n in FRAMES)}
    manifest = json.loads((tmp_path / "r" / MANIFEST).read_text())
    assert manifest["complete"] and manifest["finished"] == [0, 1] and manifest["seed"] == 3
    assert manifest["scenario"]["sectors"]["north"]["teams"] == 4
    assert manifest["versions"]["simpy"] and manifest["platform"]["machine"]
    assert len(pd.read_csv(tmp_path / "r" / "summary.csv")) == len(DESCRIBED) == len(result.summary)


def test_units_stand_in_the_metadata_of_the_days(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    run(small(3), out=tmp_path / "r")
    units = json.loads(pq.read_schema(tmp_path / "r" / "daily.parquet").metadata[b"units"])
    assert units["attempts"] == "persons"
    assert set(units) >= {m.name for m in COUNTED}


def test_in_memory_and_in_a_folder_are_the_same(tmp_path: Path) -> None:
    assert same(
        run(small(), seed=1, replications=2), run(small(), seed=1, replications=2, out=tmp_path / "r")
    )


def test_more_replications_reuse_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(small(), replications=2, out=tmp_path / "r")
    played: list[int] = []
    real = parts.play

    def counted(scenario, seed, replication, **how):  # type: ignore[no-untyped-def]
        played.append(replication)
        return real(scenario, seed, replication, **how)

    monkeypatch.setattr(replicate, "play", counted)
    longer = run(small(), replications=4, out=tmp_path / "r")
    assert played == [2, 3]
    assert same(longer, run(small(), replications=4))


def test_another_run_is_never_overwritten_silently(tmp_path: Path) -> None:
    run(small(3), seed=1, out=tmp_path / "r")
    for other in ({"seed": 2}, {"seed": 1, "log": False}):
        with pytest.raises(ResultError, match="holds another run"):
            run(small(3), out=tmp_path / "r", **other)  # type: ignore[arg-type]
    with pytest.raises(ResultError, match="holds another run"):
        run(small(4), seed=1, out=tmp_path / "r")
    assert open_result(tmp_path / "r").seed == 1
    run(small(4), seed=2, out=tmp_path / "r", overwrite=True)
    assert open_result(tmp_path / "r").seed == 2


def test_somebody_elses_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultError, match="holds no result of borderflow"):
        run(small(3), out=tmp_path / "r")
    run(small(3), out=tmp_path / "r", overwrite=True)
    assert (tmp_path / "r" / "thesis.txt").read_text() == "years of work"


def test_a_replication_that_breaks_is_told_and_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = parts.play

    def breaking(scenario, seed, replication, **how):  # type: ignore[no-untyped-def]
        if replication == 1:
            raise InvariantBroken("people are conserved", 12.0, "world")
        return real(scenario, seed, replication, **how)

    monkeypatch.setattr(replicate, "play", breaking)
    result = run(small(3), replications=3, out=tmp_path / "r")
    assert result.replications == 2
    assert [f["replication"] for f in result.failed] == [1]
    assert "people are conserved" in result.failed[0]["reason"]
    assert json.loads((tmp_path / "r" / "summary.json").read_text())["failed"] == result.failed


def test_ctrl_c_leaves_finished_replications_readable(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.finished == 2 and progress.day > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(small(), replications=5, out=tmp_path / "r", progress=stop)
    assert open_result(tmp_path / "r").replications == 2
    assert not json.loads((tmp_path / "r" / MANIFEST).read_text())["complete"]
    assert same(run(small(), replications=5, out=tmp_path / "r"), run(small(), replications=5))


KILLED = """
import sys
from datetime import date
from pathlib import Path
from sim.experiments.replicate import run
from tests.small import content, small
run(small(60), replications=40, out=Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")
@pytest.mark.parametrize("wait_s", [0.2, 0.7, 1.5])
def test_kill_minus_nine_loses_the_replication_under_way_and_nothing_else(
    tmp_path: Path, wait_s: float
) -> None:
    folder = tmp_path / "r"
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], cwd=Path(__file__).parents[2])
    until = time.monotonic() + 60.0
    while not Folder(folder).parts() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(wait_s)
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = Folder(folder).parts()
    assert kept and kept == list(range(len(kept)))
    assert same(
        run(small(60), replications=len(kept) + 2, out=folder), run(small(60), replications=len(kept) + 2)
    )


def test_a_part_half_written_is_not_a_part(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "r")
    folder.prepare(manifest_of(small(3), 0, 2, True), overwrite=False)
    (tmp_path / "r" / "parts" / ".00001").mkdir()
    (tmp_path / "r" / "parts" / ".00001" / "events.parquet").write_bytes(b"PAR1 and no more")
    assert same(run(small(3), replications=2, out=tmp_path / "r"), run(small(3), replications=2))


def test_a_stop_in_the_middle_of_merging_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(small(3), replications=1, out=tmp_path / "r")
    real = os.replace
    calls = 0

    def failing(a, b):  # type: ignore[no-untyped-def]
        nonlocal calls
        if str(b).endswith(".parquet"):
            calls += 1
            if calls == 2:
                raise OSError(28, "No space left on device")
        real(a, b)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError, match="No space"):
        run(small(3), replications=3, out=tmp_path / "r")
    monkeypatch.undo()
    assert same(run(small(3), replications=3, out=tmp_path / "r"), run(small(3), replications=3))


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with Folder(tmp_path / "r").writing(), pytest.raises(ResultError, match="being written by another run"):
        run(small(3), out=tmp_path / "r")


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    run(small(3), out=tmp_path / "r")
    (tmp_path / "r" / "events.parquet").write_bytes(b"nothing of the sort")
    with pytest.raises(ResultError, match=r"events\.parquet is damaged"):
        _ = open_result(tmp_path / "r").events
    (tmp_path / "r" / MANIFEST).write_text("{")
    with pytest.raises(ResultError, match="cannot be read as a manifest"):
        open_result(tmp_path / "r")
    with pytest.raises(ResultError, match="holds no result"):
        open_result(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("bad", "words"), [({"replications": 0}, "replications: found 0"), ({"seed": -1}, "seed: found -1")]
)
def test_a_call_that_cannot_be_done_is_refused_with_the_range(bad: dict[str, int], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        run(small(3), **bad)  # type: ignore[arg-type]


def test_fates_add_up_to_everybody_who_was_there_or_came() -> None:
    result = run(small(), replications=2)
    events = result.events
    came = events[events["kind"].isin(["arrived", "was_present"])].groupby("replication")["persons"].sum()
    assert (result.fates.groupby("replication")["persons"].sum() == came).all()


def test_without_a_log_every_other_frame_is_the_same() -> None:
    with_log, without = run(small(), replications=2), run(small(), replications=2, log=False)
    assert without.events.empty
    for name in ("daily", "accounts", "totals", "summary", "fates"):
        assert getattr(with_log, name).equals(getattr(without, name)), name


def test_progress_rises_to_the_end() -> None:
    seen: list[float] = []
    run(small(4), replications=3, progress=lambda p: seen.append(p.share))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_branch_shares_the_past_and_is_another_run(tmp_path: Path) -> None:
    after = small(people={**content()["people"], "try_again": 0.0})
    branch = Branch(small(), date(2021, 7, 5))
    plain, branched = run(small(), out=tmp_path / "a"), run(after, branch=branch, out=tmp_path / "b")
    past = plain.events[plain.events["time_h"] < 96.0]
    assert branched.events.head(len(past)).equals(past)
    assert not branched.events.equals(plain.events)
    assert run(after, branch=branch, out=tmp_path / "b").replications == 1
    with pytest.raises(ResultError, match="holds another run"):
        run(after, out=tmp_path / "b")
