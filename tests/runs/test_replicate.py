"""What a user would lose: finished work, another result, a clear word about what went wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.core import LOGGER
from sim.core.errors import InvariantBroken, ResultError, UsageError
from sim.record.measures import COUNTED, DESCRIBED
from sim.runs import replicate, run_tables
from sim.runs.manifest import LIBRARIES, MANIFEST, manifest_of
from sim.runs.replicate import Progress, open_result, run
from sim.runs.run_tables import Branch
from sim.runs.store.folder_contents import FIGURES
from sim.runs.store.folder_lock import LOCK
from sim.runs.store.result_folder import ResultFolder
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
    assert units["attempts"] == "person-attempts"
    assert set(units) >= {m.name for m in COUNTED}


def test_in_memory_and_in_a_folder_are_the_same(tmp_path: Path) -> None:
    assert same(
        run(small(), seed=1, replications=2), run(small(), seed=1, replications=2, out=tmp_path / "r")
    )


def test_more_replications_reuse_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(small(), replications=2, out=tmp_path / "r")
    played: list[int] = []
    real = run_tables.play

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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = run_tables.play

    def breaking(scenario, seed, replication, **how):  # type: ignore[no-untyped-def]
        if replication == 1:
            raise InvariantBroken("people are conserved", 12.0, "world")
        return real(scenario, seed, replication, **how)

    monkeypatch.setattr(replicate, "play", breaking)
    monkeypatch.setattr(LOGGER, "disabled", False)  # import-linter, in another test, turns other loggers off
    result = run(small(3), replications=3, out=tmp_path / "r")
    assert result.replications == 2
    assert [f["replication"] for f in result.failed] == [1]
    assert "people are conserved" in result.failed[0]["reason"]
    (said,) = [r.getMessage() for r in caplog.records if r.name == "borderflow" and r.levelname == "WARNING"]
    assert "replication 1" in said and "people are conserved" in said
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
from sim.runs.replicate import run
from tests.small import content, small
run(small(20), replications=100, out=Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")
@pytest.mark.parametrize("wait_s", [0.1, 0.3, 0.7])
def test_kill_minus_nine_loses_the_replication_under_way_and_nothing_else(
    tmp_path: Path, wait_s: float
) -> None:
    folder = tmp_path / "r"
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], cwd=Path(__file__).parents[2])
    until = time.monotonic() + 60.0
    while not ResultFolder(folder).parts() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(wait_s)
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = ResultFolder(folder).parts()
    assert kept and kept == list(range(len(kept)))
    assert same(
        run(small(20), replications=len(kept) + 2, out=folder), run(small(20), replications=len(kept) + 2)
    )


def test_a_part_half_written_is_not_a_part(tmp_path: Path) -> None:
    folder = ResultFolder(tmp_path / "r")
    folder.prepare(manifest_of(small(3), 0, 2, True), overwrite=False)
    (tmp_path / "r" / "parts").mkdir()
    (tmp_path / "r" / "parts" / ".00001.zip.0123abcd.new").write_bytes(b"PK and no more")
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
    with pytest.raises(ResultError, match=r"daily\.parquet could not be written: No space"):
        run(small(3), replications=3, out=tmp_path / "r")
    monkeypatch.undo()
    assert same(run(small(3), replications=3, out=tmp_path / "r"), run(small(3), replications=3))


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with (
        ResultFolder(tmp_path / "r").writing(),
        pytest.raises(ResultError, match="being written by another run"),
    ):
        run(small(3), out=tmp_path / "r")


@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "pipe"])
def test_a_lock_that_is_no_file_is_refused_and_what_it_leads_to_stays(tmp_path: Path, kind: str) -> None:
    run(small(2), out=tmp_path / "r")
    own, lock = tmp_path / "thesis.txt", tmp_path / "r" / LOCK
    lock.unlink(missing_ok=True)
    if kind == "folder":
        lock.mkdir()
    elif kind == "pipe":
        os.mkfifo(lock)
    else:
        lock.symlink_to(own)
    if kind == "link":
        own.write_text("years of work")
    with pytest.raises(ResultError, match=rf"{LOCK} is a link, or no file: remove it"):
        run(small(2), replications=2, out=tmp_path / "r")
    assert (own.read_text() if own.exists() else "") == ("years of work" if kind == "link" else "")


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    run(small(3), out=tmp_path / "r")
    (tmp_path / "r" / "events.parquet").write_bytes(b"nothing of the sort")
    with pytest.raises(ResultError, match=r"events\.parquet is damaged"):
        _ = open_result(tmp_path / "r").events
    (tmp_path / "r" / MANIFEST).write_text("{")
    with pytest.raises(ResultError, match=r"manifest\.json is damaged"):
        open_result(tmp_path / "r")
    with pytest.raises(ResultError, match="holds no result"):
        open_result(tmp_path / "nowhere")


def with_notes(path: Path, notes: dict[bytes, bytes]) -> None:
    """The same table with other notes in its footer, which no checksum covers."""
    table = pq.read_table(path)
    pq.write_table(
        table.replace_schema_metadata({**(table.schema.metadata or {}), **notes}),
        path,
        write_page_checksum=True,
    )


@pytest.mark.parametrize("name", [b"pandas", b"units"])
@pytest.mark.parametrize("notes", [b'{"columns" 3}', b"\xff\xfe", b"[" * 100_000, b"9" * 5000])
def test_notes_in_a_footer_that_are_no_json_are_damage(tmp_path: Path, name: bytes, notes: bytes) -> None:
    run(small(2), out=tmp_path / "r")
    with_notes(tmp_path / "r" / "daily.parquet", {name: notes})
    with pytest.raises(
        ResultError, match=rf"daily\.parquet is damaged: {name.decode()} in its footer is no JSON"
    ):
        _ = open_result(tmp_path / "r").daily


def test_notes_in_a_footer_do_not_change_what_is_read(tmp_path: Path) -> None:
    result = run(small(2), out=tmp_path / "r")
    with_notes(
        tmp_path / "r" / "totals.parquet",
        {b"pandas": b'{"index_columns": ["value"], "columns": [3], "x": {}}'},
    )
    pd.testing.assert_frame_equal(open_result(tmp_path / "r").totals, result.totals)


@pytest.mark.parametrize("table", FRAMES)
@pytest.mark.parametrize("damage", ["cut", "flipped", "missing", "folder", "columns"])
def test_a_damaged_table_is_an_error_in_words_to_whoever_opens_the_folder(
    tmp_path: Path, table: str, damage: str
) -> None:
    folder = tmp_path / "r"
    run(small(2), out=folder)
    path = folder / f"{table}.parquet"
    raw = path.read_bytes()
    path.unlink()
    if damage == "cut":
        path.write_bytes(raw[: len(raw) // 2])
    elif damage == "flipped":
        at = raw.index(b"\x28\xb5\x2f\xfd") + 12  # inside the first page, which its checksum covers
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    elif damage == "folder":
        path.mkdir()
    elif damage == "columns":
        pd.DataFrame({"replication": [0], "value": ["much"]}).to_parquet(path)
    with pytest.raises(ResultError, match=rf"{table}\.parquet is damaged: .+; put it back from a copy"):
        _ = getattr(open_result(folder), table)
    there = path.read_bytes() if path.is_file() else None
    with pytest.raises(ResultError, match=rf"{table}\.parquet is damaged"):
        run(small(2), replications=2, out=folder)
    assert (path.read_bytes() if path.is_file() else None) == there


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 99}, "has format 99, and this version of borderflow reads format 1"),
        ({"seed": 1.5}, "seed: "),
        ({"seed": -1}, "seed: "),
        ({"finished": [0, "1"]}, r"finished\[1\]"),
        ({"duration_s": "long"}, "duration_s"),
        ({"colour": "blue"}, "colour"),
        ({"scenario": {}}, "the scenario in it: .*countries"),
        ({"failed": [{"replication": 3}]}, r"failed\[0\]\.reason"),
    ],
)
def test_a_manifest_that_is_not_as_it_was_written_is_named_with_its_faults(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    run(small(2), out=tmp_path / "r")
    path = tmp_path / "r" / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ResultError, match=rf"manifest\.json .*{words}"):
        open_result(tmp_path / "r")


def test_a_manifest_of_years_1_to_9999_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    run(small(2), out=tmp_path / "r")
    path = tmp_path / "r" / MANIFEST
    content = json.loads(path.read_text())
    content["scenario"]["scenario"] |= {"start": "0001-01-01", "end": "9999-12-31"}
    path.write_text(json.dumps(content))
    with pytest.raises(ResultError, match=r"manifest\.json is damaged: the scenario in it: .*too long"):
        open_result(tmp_path / "r")


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "[]", "null", "\ufeff" * 3, '{"seed": 1e999}'])
def test_a_manifest_of_other_text_is_refused_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(ResultError, match=r"manifest\.json is damaged"):
        open_result(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names as POSIX has them")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / MANIFEST)
    with pytest.raises(ResultError, match=r"manifest\.json is damaged: is not a file"):
        open_result(tmp_path)
    run(small(2), out=tmp_path / "r")
    (tmp_path / "r" / "events.parquet").unlink()
    os.mkfifo(tmp_path / "r" / "events.parquet")
    with pytest.raises(ResultError, match=r"events\.parquet is damaged: it is no file"):
        _ = open_result(tmp_path / "r").events


def test_what_is_no_part_among_the_parts_is_named_and_left_alone(tmp_path: Path) -> None:
    run(small(2), out=tmp_path / "r")
    for name in ("²", "00001", "notes.txt"):
        (tmp_path / "r" / "parts" / name).mkdir(parents=True)
        for how in ({"replications": 2}, {"overwrite": True}):
            with pytest.raises(ResultError, match=f"{name}' is no part of a result"):
                run(small(2), out=tmp_path / "r", **how)  # type: ignore[arg-type]
        (tmp_path / "r" / "parts" / name).rmdir()


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    folder = ResultFolder(tmp_path / "r")
    folder.prepare(manifest_of(small(2), 0, 2, True), overwrite=False)
    folder.add(run_tables.play(small(2), 0, 0, log=True))
    part = tmp_path / "r" / "parts" / "00000.zip"
    raw = part.read_bytes()
    for bad in (raw[:200], raw.replace(b"PAR1", b"PAR2", 1), b""):
        part.write_bytes(bad)
        with pytest.raises(ResultError, match=r"00000\.zip is damaged"):
            run(small(2), replications=2, out=tmp_path / "r")


def test_fewer_replications_than_there_are_keep_them_all_and_say_so(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run(small(2), replications=4, out=folder)
    first = json.loads((folder / MANIFEST).read_text())
    again = run(small(2), replications=2, out=folder)
    assert again.replications == 4 and set(again.summary["replications"]) == {4}
    assert json.loads((folder / MANIFEST).read_text()) == first
    assert json.loads((folder / "summary.json").read_text())["replications"] == 4


def test_a_run_in_several_calls_keeps_its_start_and_adds_up_its_duration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "r"
    run(small(2), replications=1, out=folder)
    path = folder / MANIFEST
    first = json.loads(path.read_text())
    first |= {"started": "2020-01-01T00:00:00+00:00", "duration_s": 100.0, "engine": "compiled"}
    first["versions"]["numpy"] = "1.0"
    path.write_text(json.dumps(first))
    run(small(2), replications=2, out=folder)
    second = json.loads(path.read_text())
    assert second["started"] == first["started"] and second["duration_s"] > 100.0
    assert second["engine"] == "compiled, simpy" and second["versions"]["numpy"].startswith("1.0, ")
    assert second["replications"] == 2 and second["finished"] == [0, 1]


def test_the_manifest_names_every_library_that_can_change_a_result() -> None:
    """Every dependency of the package is named, or only shows, locks and draws text."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=\[ ]", each)[0] for each in project["dependencies"]}
    harmless = {"rich", "typer", "filelock", "jinja2", "pillow"}
    assert wanted - harmless | {"borderflow", "llvmlite"} == set(LIBRARIES)
    assert all(manifest_of(small(1), 0, 1, True).versions[name] != "not installed" for name in LIBRARIES)


def test_replacing_a_result_leaves_what_is_not_part_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run(small(2), out=folder)
    ours = ("figures/flow.png", "figures/map.svg", "animation/player.html", "report.html", "precision.json")
    users = ("figures/mine.png", "notes.txt", "animation/frames/1.png", "figures/.hidden")
    for name in (*ours, *users):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    run(small(2), seed=5, out=folder, overwrite=True)
    assert not any((folder / name).exists() for name in ours)
    assert all((folder / name).exists() for name in users)


def test_replacing_touches_nothing_where_no_result_is(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "events.parquet").write_text("the user's own")
    with pytest.raises(ResultError, match=r"holds events\.parquet, but no result that it belongs to"):
        run(small(2), out=folder, overwrite=True)
    (folder / "events.parquet").rename(folder / "plan.json")
    with pytest.raises(ResultError, match="holds a sweep, not a run"):
        run(small(2), out=folder, overwrite=True)
    assert [p.name for p in folder.iterdir()] == ["plan.json"]


def test_the_figures_that_replacing_removes_are_those_there_are() -> None:
    from sim.reporting.result_figures import FIGURES as DRAWN

    assert set(FIGURES) == set(DRAWN)


def test_a_refused_run_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultError):
        run(small(2), out=tmp_path / "r")
    assert [p.name for p in (tmp_path / "r").iterdir()] == ["thesis.txt"]
    for bad in ({"seed": -1}, {"replications": 0}, {"replications": 10**12}, {"engine": "steam"}):
        with pytest.raises(UsageError):
            run(small(2), out=tmp_path / "new", **bad)  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


def test_too_little_memory_is_said_and_is_no_broken_law(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = run_tables.play

    def greedy(scenario, seed, replication, **how):  # type: ignore[no-untyped-def]
        if replication == 1:
            raise MemoryError
        return real(scenario, seed, replication, **how)

    monkeypatch.setattr(replicate, "play", greedy)
    with pytest.raises(ResultError, match="replication 1 of small needs more memory than there is"):
        run(small(2), replications=3, out=tmp_path / "r")
    manifest = json.loads((tmp_path / "r" / MANIFEST).read_text())
    assert manifest["finished"] == [0] and manifest["failed"] == [] and not manifest["complete"]
    monkeypatch.undo()
    assert run(small(2), replications=3, out=tmp_path / "r").replications == 3


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
