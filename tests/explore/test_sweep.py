"""A sweep: whatever stops it, the finished store is that of an undisturbed one, row for row."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.core.errors import InputError, ResultError, ScenarioError, UsageError
from sim.explore.plan import Plan, axis_of, checked, read_plan
from sim.explore.sweep import check_points, jobs_of, key_at, sweep
from sim.explore.sweep_results import open_store
from sim.explore.sweep_store import SweepStore
from sim.record.measures import HUMAN
from sim.runs.execute import execute
from sim.runs.jobs import FAILED, OK, Job, do, job_of, key_of_job
from sim.runs.replicate import open_result, run
from tests.small import small

BORDER = """
[scenario]
title = "A small border"
start = 2021-07-01
end = 2021-07-09
[countries.there]
summary_return = 0.5
[sectors.north]
country = "there"
length_km = 20.0
[fronts.line]
where = ["there"]
posture = 0.9
[mechanisms]
word_of_mouth = false
[routes.way]
people_per_day = 60.0
[people]
staging = { dist = "exponential", mean_h = 24.0 }
"""


@pytest.fixture
def border(tmp_path: Path) -> str:
    (tmp_path / "border.toml").write_text(BORDER)
    return str(tmp_path / "border.toml")


def plan_on(border: str, replications: int = 3, values: str = "2:8:4") -> Plan:
    return checked(
        Plan(border, (axis_of(f"sectors.north.teams={values}"),), seed=5, replications=replications)
    )


def rows(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path / "rows.parquet")


def test_a_store_holds_every_job_by_point_and_replication(border: str, tmp_path: Path) -> None:
    sweep(plan_on(border), tmp_path / "s")
    found = rows(tmp_path / "s")
    assert list(zip(found["point"], found["replication"], strict=True)) == [
        (p, r) for p in range(4) for r in range(3)
    ]
    assert (found["status"] == OK).all()
    assert SweepStore(tmp_path / "s").files() == [tmp_path / "s" / "rows.parquet"]
    assert len(pd.read_parquet(tmp_path / "s" / "timings.parquet")) == 12


def test_a_recorded_figure_that_is_added_leaves_a_sweep_as_it_is(
    border: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binding = '[recorded.mine]\nseries = "mine.csv"\nmeasure = "entries"\n'
    Path(border).write_text(BORDER + binding)
    (tmp_path / "mine.csv").write_text("start,end,value\n2021-07-01,2021-07-03,60\n")
    sweep(plan_on(border), tmp_path / "s", engine="simpy")
    before = rows(tmp_path / "s")
    monkeypatch.setattr("sim.runs.jobs.player", None)
    (tmp_path / "mine.csv").write_text("start,end,value\n2021-07-01,2021-07-03,61\n")
    sweep(plan_on(border), tmp_path / "s", engine="simpy")
    assert rows(tmp_path / "s").equals(before)


def test_points_of_one_seed_share_their_luck(border: str, tmp_path: Path) -> None:
    sweep(plan_on(border), tmp_path / "s")
    assert (rows(tmp_path / "s").groupby("replication")["arrived"].nunique() == 1).all()


def test_nothing_is_computed_twice(border: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep(plan_on(border), tmp_path / "s")
    done: list[Job] = []
    real = do

    def counted(job: Job):  # type: ignore[no-untyped-def]
        done.append(job)
        return real(job)

    monkeypatch.setattr("sim.runs.jobs.do", counted)
    sweep(plan_on(border), tmp_path / "s")
    assert not done
    sweep(plan_on(border, replications=5), tmp_path / "s")
    assert sorted((job.point, job.replication) for job in done) == [(p, r) for p in range(4) for r in (3, 4)]
    sweep(plan_on(border, replications=5), tmp_path / "t")
    assert rows(tmp_path / "s").equals(rows(tmp_path / "t"))


def test_another_plan_and_a_second_writer_are_refused(border: str, tmp_path: Path) -> None:
    sweep(plan_on(border), tmp_path / "s")
    with pytest.raises(ResultError, match=r"differs in .*axes"):
        sweep(plan_on(border, values="2:8:3"), tmp_path / "s")
    with pytest.raises(ResultError, match="ask for no fewer"):
        sweep(plan_on(border, replications=2), tmp_path / "s")
    with (
        SweepStore(tmp_path / "s").writing(),
        pytest.raises(ResultError, match="being written by another sweep"),
    ):
        sweep(plan_on(border), tmp_path / "s")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultError, match="holds no sweep"):
        sweep(plan_on(border), tmp_path / "mine")


def test_faults_of_every_point_come_before_anything_runs(border: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        sweep(plan_on(border, values="2,many,-3"), tmp_path / "s")
    assert len(caught.value.faults) == 2
    assert not (tmp_path / "s").exists()


def test_two_points_of_one_scenario_are_refused(border: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="same scenario"):
        sweep(plan_on(border, values="4,4"), tmp_path / "s")


def test_no_space_left_loses_nothing_that_was_kept(
    border: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet as pq

    real, calls = pq.write_table, 0

    def failing(table, where, **how):  # type: ignore[no-untyped-def]
        nonlocal calls
        calls += "parts" in str(where)
        if calls == 3:
            raise OSError(28, "No space left on device")
        return real(table, where, **how)

    monkeypatch.setattr(pq, "write_table", failing)
    with pytest.raises(ResultError, match="No space left"):
        sweep(plan_on(border), tmp_path / "s", chunk=2)
    monkeypatch.undo()
    assert len(SweepStore(tmp_path / "s").finished()) == 4
    sweep(plan_on(border), tmp_path / "s", chunk=2)
    sweep(plan_on(border), tmp_path / "t")
    assert rows(tmp_path / "s").equals(rows(tmp_path / "t"))


def test_a_job_that_breaks_is_a_row_with_its_reason_and_is_tried_again(
    border: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.runs import jobs

    real = jobs.player("compiled")

    def breaking(scenario, *, seed, replication, keep_rows):  # type: ignore[no-untyped-def]
        if replication == 1:
            raise RuntimeError("a law is broken")
        return real(scenario, seed=seed, replication=replication, keep_rows=keep_rows)

    monkeypatch.setattr(jobs, "player", lambda *_: breaking)
    sweep(plan_on(border), tmp_path / "s")
    failed = rows(tmp_path / "s").query("status == @FAILED", local_dict={"FAILED": FAILED})
    assert set(failed["replication"]) == {1}
    assert set(failed["reason"]) == {"RuntimeError: a law is broken"}
    summary = open_store(tmp_path / "s").summary()
    assert set(summary["failed"]) == {1}
    monkeypatch.undo()
    sweep(plan_on(border), tmp_path / "s")
    sweep(plan_on(border), tmp_path / "t")
    assert rows(tmp_path / "s").equals(rows(tmp_path / "t"))


def test_memory_stays_flat_since_few_chunks_are_on_their_way() -> None:
    asked = 0

    def many():  # type: ignore[no-untyped-def]
        nonlocal asked
        for replication in range(1000):
            asked += 1
            yield job_of(0, small(1), seed=0, replication=replication, content="content")

    results = execute(many(), chunk=2)
    next(results)
    assert asked <= 4


SWEEP = """
import sys
from sim.explore.sweep import check_points, jobs_of, key_at, sweep
from tests.explore.test_sweep import plan_on
sweep(plan_on(sys.argv[1], replications=40), sys.argv[2], chunk=2, workers=int(sys.argv[3]), engine="simpy")
"""


def start(border: str, out: Path, workers: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", SWEEP, border, str(out), str(workers)]
    return subprocess.Popen(words, cwd=Path(__file__).parents[2], start_new_session=True)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")
def test_killed_twenty_times_the_store_is_that_of_an_undisturbed_sweep(border: str, tmp_path: Path) -> None:
    luck = random.Random(7)
    kills = 0
    for _ in range(20):
        child = start(border, tmp_path / "s", 1)
        time.sleep(luck.uniform(0.4, 1.6))
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            kills += 1
        child.wait()
    assert kills > 5
    sweep(plan_on(border, replications=40), tmp_path / "s", chunk=2, engine="simpy")
    sweep(plan_on(border, replications=40), tmp_path / "t", chunk=7, engine="simpy")
    assert rows(tmp_path / "s").equals(rows(tmp_path / "t"))


@pytest.mark.slow
def test_serial_processes_and_a_cluster_give_equal_stores(border: str, tmp_path: Path) -> None:
    sweep(plan_on(border), tmp_path / "serial")
    sweep(plan_on(border), tmp_path / "processes", workers=2, chunk=2)
    sweep(plan_on(border), tmp_path / "cluster", workers=2, cluster="local", chunk=2)
    for other in ("processes", "cluster"):
        assert rows(tmp_path / "serial").equals(rows(tmp_path / other)), other


def kills_its_worker(jobs: tuple[Job, ...]):  # type: ignore[no-untyped-def]
    """Like `do_all`, but one job kills the process that runs it."""
    if any(job.replication == 1 for job in jobs) and os.environ.get("PYTEST_KILLS") == "1":
        os.kill(os.getpid(), signal.SIGKILL)
    return [do(job) for job in jobs]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")
def test_a_killed_worker_costs_its_job_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.runs.execute.do_all", kills_its_worker)
    monkeypatch.setenv("PYTEST_KILLS", "1")
    jobs = [job_of(0, small(2), seed=0, replication=replication) for replication in range(6)]
    found = [row for chunk in execute(jobs, workers=2, chunk=2) for row in chunk]
    assert [row["replication"] for row in found] == list(range(6))
    assert [row["status"] for row in found] == [OK, FAILED, OK, OK, OK, OK]
    assert "lost" in str(found[1]["reason"])


def test_keys_tell_scenario_seed_replication_and_nothing_else() -> None:
    keys = {key_of_job("a", 1, 1), key_of_job("b", 1, 1), key_of_job("a", 2, 1), key_of_job("a", 1, 2)}
    assert len(keys) == 4
    assert job_of(3, small(2), seed=1, replication=1).key == job_of(8, small(2), seed=1, replication=1).key


def test_the_people_are_in_every_summary(border: str, tmp_path: Path) -> None:
    sweep(plan_on(border), tmp_path / "s")
    summary = open_store(tmp_path / "s").summary(["stopped"], "`sectors.north.teams` > 4")
    assert set(summary["measure"]) == {"stopped", *HUMAN}
    assert set(summary["sectors.north.teams"]) == {6, 8}
    with pytest.raises(UsageError, match="keys:"):
        open_store(tmp_path / "s").summary(where="teems > 4")


def test_the_store_opens_in_other_tools(border: str, tmp_path: Path) -> None:
    import duckdb
    import polars

    sweep(plan_on(border), tmp_path / "s")
    path = tmp_path / "s" / "rows.parquet"
    assert duckdb.sql(f"select count(*) from '{path}' where status = 'ok'").fetchall() == [(12,)]
    assert polars.scan_parquet(path).select("died").collect().height == 12


PLAN = """
scenario = "border.toml"
design = "{design}"
replications = 2
outcomes = ["attempts"]
"""
VARIED = """
[levers]
"sectors.north.teams" = [2, 4]
[uncertainties]
"people.try_again" = { low = 0.5, high = 0.9, values = 3 }
"""
NEEDS = {
    "grid": VARIED,
    "latin-hypercube": "samples = 8" + VARIED,
    "sobol": "samples = 8" + VARIED,
    "list": 'points = "points.csv"',
}


@pytest.mark.parametrize(("design", "size"), [("grid", 6), ("latin-hypercube", 8), ("sobol", 8), ("list", 2)])
def test_a_plan_file_gives_its_points(border: str, tmp_path: Path, design: str, size: int) -> None:
    (tmp_path / "points.csv").write_text("sectors.north.teams,people.try_again\n2,0.5\n9,0.7\n")
    (tmp_path / "plan.toml").write_text(PLAN.format(design=design) + NEEDS[design])
    plan = read_plan(tmp_path / "plan.toml")
    points = list(plan.points())
    assert len(points) == plan.size == size
    assert all(set(point) == {"sectors.north.teams", "people.try_again"} for point in points)
    assert list(plan.points()) == points


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('design = "spiral"', '1: design: unknown value; found "spiral"'),
        ("replications = 0", "1: replications: out of range; found 0"),
        ('design = "sobol"\nsamples = 6', "2: samples: .*a power of two"),
        ('outcomes = ["happiness"]', r"1: outcomes\[0\]: is no measure; found happiness"),
        ("colour = 3", "1: colour: unknown key"),
    ],
)
def test_a_faulty_plan_says_what_is_wrong(border: str, tmp_path: Path, line: str, words: str) -> None:
    keys = tuple(part.split(" ")[0] for part in line.splitlines())
    text = "\n".join(x for x in PLAN.format(design="grid").splitlines() if not x.startswith(keys))
    (tmp_path / "plan.toml").write_text(line + "\n" + text + VARIED)
    with pytest.raises(InputError, match=words):
        read_plan(tmp_path / "plan.toml")


def test_days_of_a_run_add_up_to_the_run() -> None:
    from sim.model.simulate import simulate
    from sim.record.frames import totals_of
    from sim.record.measures import COUNTED

    run = simulate(small(6), seed=2)
    whole, parts = totals_of(run), [totals_of(run, days) for days in ((0, 2), (2, 3), (3, 6))]
    for measure in COUNTED:
        assert sum(part[measure.name] for part in parts) == pytest.approx(whole[measure.name])
    assert key_of_job("a", 1, 1, days=(0, 2)) != key_of_job("a", 1, 1)


def edit(border: str, people_per_day: float) -> None:
    """The same scenario file with other values, as somebody would save it."""
    Path(border).write_text(BORDER.replace("people_per_day = 60.0", f"people_per_day = {people_per_day}"))


@pytest.mark.parametrize("replications", [3, 5])
def test_a_store_of_the_scenario_before_it_was_edited_is_refused(
    border: str, tmp_path: Path, replications: int
) -> None:
    sweep(plan_on(border), tmp_path / "s", engine="simpy")
    before = rows(tmp_path / "s")
    edit(border, 600.0)
    with pytest.raises(ResultError, match=r"differs in the scenario.s values"):
        sweep(plan_on(border, replications=replications), tmp_path / "s", engine="simpy")
    assert rows(tmp_path / "s").equals(before)
    edit(border, 60.0)
    sweep(plan_on(border, replications=replications), tmp_path / "s", engine="simpy")
    assert len(rows(tmp_path / "s")) == 4 * replications


def test_where_the_scenario_file_lies_does_not_matter(border: str, tmp_path: Path) -> None:
    sweep(plan_on(border), tmp_path / "s", engine="simpy")
    (tmp_path / "elsewhere").mkdir()
    moved = Path(border).rename(tmp_path / "elsewhere" / "border.toml")
    sweep(plan_on(str(moved), replications=4), tmp_path / "s", engine="simpy")
    assert open_store(tmp_path / "s").plan["scenario"] == str(moved)


def test_a_part_of_another_sweep_is_refused(border: str, tmp_path: Path) -> None:
    store, other = SweepStore(tmp_path / "s"), SweepStore(tmp_path / "t")
    sweep(plan_on(border), store.path, engine="simpy")
    edit(border, 600.0)
    sweep(plan_on(border), other.path, engine="simpy")
    (other.path / "rows.parquet").rename(store.path / "rows.parquet")
    edit(border, 60.0)
    with pytest.raises(ResultError, match="holds runs of another sweep"):
        sweep(plan_on(border), store.path, engine="simpy")


@pytest.mark.parametrize("how", [{"workers": 0}, {"cluster": "tcp://127.0.0.1:1"}])
def test_a_refused_sweep_leaves_nothing(border: str, tmp_path: Path, how: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        sweep(plan_on(border), tmp_path / "deep" / "s", **how)
    assert not (tmp_path / "deep").exists()


def everything_in(store: Path) -> list[pd.DataFrame]:
    found = open_store(store)
    return [found.points, found.rows, found.sectors]


DAMAGED = {
    "plan.json": "sweep into another folder", "points.parquet": "the same sweep command writes it again",
    "rows.parquet": "remove rows.parquet", "timings.parquet": "remove rows.parquet",
    "sectors.parquet": "remove rows.parquet",
}  # fmt: skip


@pytest.fixture
def swept_by_sector(border: str, tmp_path: Path) -> Path:
    sweep(replace(plan_on(border), by_sector=True), tmp_path / "s", engine="simpy")
    return tmp_path / "s"


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("how", ["cut", "changed", "folder"])
def test_a_damaged_file_of_a_store_is_named_with_what_to_do(
    border: str, swept_by_sector: Path, name: str, how: str
) -> None:
    path = swept_by_sector / name
    raw = path.read_bytes()
    if how == "cut":
        path.write_bytes(raw[: len(raw) // 2])
    elif how == "changed":
        path.write_bytes(raw[:60] + bytes(byte ^ 255 for byte in raw[60:64]) + raw[64:])
    else:
        path.unlink()
        path.mkdir()
    plan = replace(plan_on(border, replications=4), by_sector=True)
    if name != "points.parquet":
        with pytest.raises(ResultError, match=f"{name} is damaged: .*{DAMAGED[name]}"):
            sweep(plan, swept_by_sector, engine="simpy")
    if name != "timings.parquet":
        with pytest.raises(ResultError, match=f"{name} is damaged: "):
            everything_in(swept_by_sector)


def test_what_is_said_of_a_damaged_table_mends_the_store(border: str, tmp_path: Path) -> None:
    sweep(plan_on(border), tmp_path / "s", engine="simpy")
    before = rows(tmp_path / "s")
    for name in ("rows.parquet", "timings.parquet"):
        (tmp_path / "s" / name).write_bytes(b"half")
        (tmp_path / "s" / "rows.parquet").unlink()
        sweep(plan_on(border), tmp_path / "s", engine="simpy")
        assert rows(tmp_path / "s").equals(before)


def test_no_work_is_done_on_jobs_that_nobody_came_to(border: str) -> None:
    plan = replace(plan_on(border), replications=10**12)
    points = check_points(plan)
    assert next(jobs_of(plan, points, known={key_at(plan, points[0], 0, None)})).replication == 1


def test_a_folder_that_is_named_like_a_value_adds_no_column(border: str, tmp_path: Path) -> None:
    run(small(1), out=tmp_path / "replication=7")
    assert set(open_result(tmp_path / "replication=7").totals["replication"]) == {0}
    sweep(plan_on(border), tmp_path / "point=9", engine="simpy")
    assert set(open_store(tmp_path / "point=9").rows["point"]) == {0, 1, 2, 3}
