"""Small folders of every kind as the version now landed leaves them, each finished in part.

`tests/survival/landed/folders.tar.xz` holds them under version control, so that a later version is tested on
folders that users have. They are made again only where the model or the values of a scenario change, since
then no run in them is the one asked for:

    python -m tests.survival.landed_folders
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pandas as pd

from sim.comparison.attribution import Attribution, attribute
from sim.comparison.paired_runs import Comparison, compare
from sim.explore.plan import Plan, axis_of
from sim.explore.sweep import sweep
from sim.runs.replicate import manifest_for, run
from sim.runs.result import Result
from sim.runs.run_tables import play
from sim.runs.store.result_folder import ResultFolder
from sim.scenario.load import load
from sim.scenario.schema import Scenario

LANDED = Path(__file__).parent / "landed"
SCENARIO, PACKED = "border.toml", "folders.tar.xz"
LEVERS = {"fence": ("fence",)}


def border(*sets: str) -> Scenario:
    """The scenario of every folder; the folder that holds its file is the current one."""
    return load(SCENARIO, sets=sets)


def run_in(folder: Path, replications: int) -> Result:
    """A run, gone on with in a folder."""
    return run(border(), replications=replications, out=folder / "run")


def plan_of(replications: int) -> Plan:
    """A plan of two points."""
    axes = (axis_of("sectors.north.teams=2,4"),)
    return Plan(SCENARIO, axes, seed=5, replications=replications, by_sector=True)


def sweep_in(folder: Path, replications: int) -> pd.DataFrame:
    """A sweep, gone on with in a folder: the rows of its jobs."""
    sweep(plan_of(replications), folder / "sweep", chunk=1, engine="simpy")
    return pd.read_parquet(folder / "sweep" / "rows.parquet")


def attribute_in(folder: Path, replications: int) -> Attribution:
    """An attribution with a cache of runs."""
    return attribute(border(), LEVERS, replications=replications, out=folder / "cache", engine="simpy")


def compare_in(folder: Path, replications: int) -> Comparison:
    """A comparison, gone on with in a folder."""
    arms = {"fence": border(), "no-fence": border("levers.fence.on=false")}
    return compare(arms, replications=replications, out=folder / "comparison", engine="simpy")


def _leave_run(folder: Path) -> None:
    """One replication merged and one in a part, as after a kill."""
    run_in(folder, 1)
    stopped = ResultFolder(folder / "run")
    stopped.prepare(manifest_for(border(), 0, 3, log=True, engine="simpy"), overwrite=False)
    stopped.add(play(border(), 0, 1, log=True))


def _leave_sweep(folder: Path) -> None:
    """A replication of each point merged, and of the first point one more in a part."""

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    sweep_in(folder, 1)
    with suppress(KeyboardInterrupt):
        sweep(plan_of(2), folder / "sweep", chunk=1, engine="simpy", progress=stop)


def make(folder: Path) -> None:
    """Every folder, without locks and without what the manifest says of this machine."""
    _leave_run(folder)
    _leave_sweep(folder)
    attribute_in(folder, 1)
    compare_in(folder, 2)
    for lock in folder.rglob(".writing"):
        lock.unlink()
    for manifest in folder.rglob("manifest.json"):
        manifest.write_text(manifest.read_text().replace(platform.release(), "unknown"))


def main() -> None:
    """Make them again, and pack them: 360 kB of tables and JSON, much alike, are 31 kB as one archive."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(LANDED / SCENARIO, name)
        os.chdir(name)
        make(Path())
        shutil.make_archive(str(LANDED / "folders"), "xztar", name)


if __name__ == "__main__":
    main()
