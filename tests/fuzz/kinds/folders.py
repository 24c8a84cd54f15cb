"""What `run` and `compare` leave, opened and resumed: manifests, tables, parts, comparisons. Whatever is
damaged, exit code 3 names it."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from sim.comparison.explain import explain_event
from sim.comparison.paired_runs import compare, open_comparison
from sim.runs.manifest import manifest_of
from sim.runs.replicate import open_result, run
from sim.runs.result import Result
from sim.runs.run_tables import play
from sim.runs.store.result_folder import ResultFolder
from tests.fuzz.registry import Kind, Sample, register
from tests.small import small

FRAMES = ("daily", "accounts", "totals", "events", "summary", "fates")


def _files(box: Path) -> Sample:
    return {str(p.relative_to(box)): p.read_bytes() for p in sorted(box.rglob("*")) if p.is_file()}


@lru_cache
def _finished() -> Sample:
    with tempfile.TemporaryDirectory() as box:
        run(small(1), replications=2, out=Path(box) / "r")
        return _files(Path(box))


@lru_cache
def _stopped() -> Sample:
    """Killed when two replications were finished, neither merged."""
    with tempfile.TemporaryDirectory() as box:
        folder = ResultFolder(Path(box) / "r")
        folder.prepare(manifest_of(small(1), 0, 3, True), overwrite=False)
        for replication in range(2):
            folder.add(play(small(1), 0, replication, log=True))
        return _files(Path(box))


@lru_cache
def _compared() -> Sample:
    with tempfile.TemporaryDirectory() as box:
        compare(
            {"a": small(1), "b": small(1, parties={})}, replications=2, out=Path(box) / "c", engine="simpy"
        )
        return _files(Path(box))


def _read(result: Result) -> None:
    for name in FRAMES:
        getattr(result, name)
    explain_event(result.events, result.scenario, 3, 0)


def _open(box: Path) -> None:
    _read(open_result(box / "r"))


def _resume(box: Path) -> None:
    run(small(1), replications=3, out=box / "r")


def _open_comparison(box: Path) -> None:
    found = open_comparison(box / "c")
    assert len(found.differences) and found.notes is not None
    assert found.by_month is not None


def _resume_comparison(box: Path) -> None:
    compare({"a": small(1), "b": small(1, parties={})}, replications=2, out=box / "c", engine="simpy")


register(Kind("manifest", lambda: [_finished()], _open, mutable=("*.json",), times=60))
register(Kind("result-folder", lambda: [_finished()], _open, mutable=("*.parquet",), times=100))
register(Kind("result-folder-resumed", lambda: [_finished(), _stopped()], _resume, writes=("r",), times=20))
register(Kind("comparison", lambda: [_compared()], _open_comparison, times=20))
register(Kind("comparison-resumed", lambda: [_compared()], _resume_comparison, writes=("c",), times=6))
