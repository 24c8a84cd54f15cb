"""Folders that sweeps, calibrations and studies left: a store finished and one under way, kept runs, a fit,
seconds of a study."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.comparison.attribution import attribute
from sim.evidence.calibration.fit_folder import (
    GENERATIONS,
    POSTERIOR,
    RECOVERY,
    begin_fit,
    leave_tables,
    tables_left,
)
from sim.evidence.study import Spent
from sim.explore.plan import Plan, axis_of
from sim.explore.sweep import sweep
from sim.explore.sweep_results import open_store
from sim.runs.posterior import Posterior, read_posterior
from tests.evidence.test_calibrate import calibration
from tests.fuzz.kinds.scenarios import SMALL
from tests.fuzz.registry import Kind, Sample, register
from tests.small import small

STORE, RUNS, FIT, SECONDS = "s", "runs", "fit", "seconds.json"
SCENARIO = "small.toml"


def _made(make: Callable[[Path], None]) -> Sample:
    """Every file that some work leaves in a folder, as a sample."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _plan(replications: int = 2) -> Plan:
    axes = (axis_of("sectors.ford.teams=1,2"), axis_of("sectors.ford.restraint=0.25,0.5"))
    return Plan(SCENARIO, axes, replications=replications, by_sector=True)


def _swept(folder: Path) -> None:
    (folder / SCENARIO).write_bytes(SMALL)
    here = Plan(**{**_fields(_plan()), "scenario": str(folder / SCENARIO)})
    sweep(here, folder / STORE, engine="simpy", chunk=2)


def _fields(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in Plan.__dataclass_fields__}


def _under_way(folder: Path) -> None:
    """A store of which some jobs are merged and some are parts."""
    _swept(folder)
    grown = Plan(**{**_fields(_plan(3)), "scenario": str(folder / SCENARIO)})
    merged = {path: path.read_bytes() for path in (folder / STORE).glob("*.parquet") if path.stem != "points"}
    stopped = Stopped()
    try:
        sweep(grown, folder / STORE, engine="simpy", chunk=1, progress=stopped)
    except KeyboardInterrupt:
        assert all(path.read_bytes() == content for path, content in merged.items())


class Stopped:
    """Progress that stops a sweep after two of its chunks."""

    def __init__(self) -> None:
        self.chunks = 0

    def __call__(self, *_: int) -> None:
        self.chunks += 1
        if self.chunks == 2:
            raise KeyboardInterrupt


@cache
def _store_samples() -> tuple[Sample, ...]:
    return (_made(_swept), _made(_under_way))


def _read_store(box: Path) -> None:
    found = open_store(box / STORE)
    assert len(found.points) and len(found.rows) and len(found.summary()) and repr(found)
    if (box / STORE / "sectors.parquet").exists():
        assert len(found.sectors)


def _resume_store(box: Path) -> None:
    sweep(_plan(3), box / STORE, engine="simpy", chunk=50)


def _kept(folder: Path) -> None:
    attribute(small(2), {"wall": ("wall",)}, replications=2, out=folder / RUNS, engine="simpy")


@cache
def _kept_samples() -> tuple[Sample, ...]:
    return (_made(_kept),)


@cache
def _calibration() -> Any:
    return calibration()


def _fit(folder: Path) -> None:
    begin_fit(_calibration(), folder / FIT)
    sets = Posterior(("people.try_again",), np.array([[0.5], [0.6]]), np.array([0.4, 0.6]), {})
    tables = {
        POSTERIOR: sets.content(),
        GENERATIONS: b"number,tolerance\n0,1.5\n",
        RECOVERY: b"free,covered_90\nagain,0.9\n",
    }
    leave_tables(_calibration(), folder / FIT, tables)


@cache
def _fit_samples() -> tuple[Sample, ...]:
    def make(folder: Path) -> None:
        (folder / FIT).mkdir()
        _fit(folder)

    return (_made(make),)


def _read_fit(box: Path) -> None:
    left = tables_left(_calibration(), box / FIT)
    read_posterior(box / FIT / POSTERIOR)
    for name in sorted(left - {POSTERIOR}):
        pd.read_csv(box / FIT / name)


def _resume_fit(box: Path) -> None:
    begin_fit(_calibration(), box / FIT)


def _spent(box: Path) -> None:
    with Spent(box / SECONDS).on("theory"):
        pass


STORED = (f"{STORE}/*.json", f"{STORE}/*.parquet", f"{STORE}/parts/*.parquet")
register(Kind("store", lambda: list(_store_samples()), _read_store, mutable=STORED, times=40))
register(
    Kind(
        "store-resumed",
        lambda: list(_store_samples()),
        _resume_store,
        times=20,
        mutable=STORED,
        writes=(STORE,),
        seconds=20.0,
    )
)
register(
    Kind(
        "kept-runs",
        lambda: list(_kept_samples()),
        _kept,
        mutable=(f"{RUNS}/*.parquet",),
        writes=(RUNS,),
        times=150,
    )
)
register(Kind("fit", lambda: list(_fit_samples()), _read_fit, mutable=(f"{FIT}/*",)))
register(
    Kind(
        "fit-resumed", lambda: list(_fit_samples()), _resume_fit, mutable=(f"{FIT}/fit.json",), writes=(FIT,)
    )
)
register(
    Kind(
        "study-seconds",
        lambda: [{SECONDS: b'{\n  "theory": 1.5,\n  "fit: base": 20\n}\n'}],
        _spent,
        times=150,
        writes=(SECONDS,),
    )
)
