"""One job: a scenario, a seed, a replication; keyed by content, so that nothing is computed twice."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from sim.engines.engine_choice import Engine, player
from sim.model.extensions.extended import trust
from sim.model.extensions.extension_faults import line_of
from sim.model.version import MODEL_VERSION
from sim.record.frames import sector_totals_of, totals_of
from sim.runs.recorded_counterparts import Gauge
from sim.scenario.checks.extension_checks import counted_by
from sim.scenario.load import digest, varied
from sim.scenario.schema import Scenario

Row = dict[str, Any]
Days = tuple[int, int] | None
OK, FAILED = "ok", "failed"
SECTOR = "sector_"


@dataclass(frozen=True, slots=True)
class Job:
    """One replication of the scenario of one point of a design.

    `sets` are changes made where the job is done: thousands of them travel with one scenario. `figures`:
    what stands beside each recorded figure is asked for, too.
    """

    key: str
    point: int
    scenario: Scenario
    seed: int
    replication: int
    days: Days = None
    by_sector: bool = False
    engine: Engine = "compiled"
    sets: tuple[str, ...] = ()
    figures: bool = False


def job_of(
    point: int,
    scenario: Scenario,
    *,
    seed: int,
    replication: int,
    content: str | None = None,
    days: Days = None,
    by_sector: bool = False,
    engine: Engine = "compiled",
    sets: tuple[str, ...] = (),
    figures: bool = False,
) -> Job:
    """A job with its key; `content` is the hash of the scenario, where it is known; `days` [from, to)
    are counted."""
    key = key_of_job(content or digest(scenario), seed, replication, days=days, sets=sets)
    return Job(key, point, scenario, seed, replication, days, by_sector, engine, sets, figures)


def key_of_job(
    content: str, seed: int, replication: int, *, days: Days = None, sets: tuple[str, ...] = ()
) -> str:
    """The key of a job: a hash of the scenario's hash, the seed, the replication, the days,
    the model version, and changes."""
    # The engine is no part of it: both give the same numbers to the bit. Nor is what is read of a run
    # (sectors, figures): the store checks whether a row has that.
    words = [content, str(seed), str(replication), str(days), str(MODEL_VERSION), *sets]
    return hashlib.sha256("|".join(words).encode()).hexdigest()


def do(job: Job, gauge: Gauge | None = None) -> Row:
    """Run a job without a log: its key, point, seed, replication, status, reason, CPU seconds,
    and every measure.

    A replication that breaks is a row with its reason; it has no measures. By sector, if asked: `sectors`,
    the names, and `sector_MEASURE`, a number for each; `figures`, a number for each recorded figure,
    by `gauge` if there is one.
    """
    row: Row = {"key": job.key, "point": job.point, "seed": job.seed, "replication": job.replication}
    # CPU time, which other processes of the machine do not lengthen: a sweep sizes its chunks by it.
    begun = time.process_time()
    try:
        scenario = varied(job.scenario, job.sets)
        run = player(job.engine, scenario)(
            scenario, seed=job.seed, replication=job.replication, keep_rows=False
        )
        totals: Row = {**totals_of(run, job.days, counted_by(scenario))}
        if job.by_sector:
            totals["sectors"] = list(job.scenario.sectors)
            totals |= {SECTOR + name: values for name, values in sector_totals_of(run).items()}
        if job.figures:
            totals["figures"] = (gauge or Gauge(scenario)).read(run).tolist()
    # A row with a reason, so that failures are counted and do not stop a sweep. Ctrl-C is no Exception and
    # does.
    except Exception as error:
        return {
            **row,
            "status": FAILED,
            "reason": f"{type(error).__name__}: {error}{line_of(error)}",
            "seconds": time.process_time() - begun,
        }
    return {**row, "status": OK, "reason": "", "seconds": time.process_time() - begun, **totals}


def lost(job: Job, reason: str) -> Row:
    """The row of a job whose worker was lost."""
    return {
        "key": job.key, "point": job.point, "seed": job.seed, "replication": job.replication,
        "status": FAILED,
        "reason": reason, "seconds": 0.0,
    }  # fmt: skip


def do_all(jobs: tuple[Job, ...]) -> list[Row]:
    """A chunk of jobs, one after the other; jobs of one scenario share a gauge."""
    # By identity: a chunk is pickled as one, so that jobs of one scenario still share one object in the
    # worker. The chunk keeps it alive, so that no identity is used twice.
    gauges: dict[int, Gauge] = {}
    rows = []
    for job in jobs:
        for extension in job.scenario.extensions.values():
            # Consent is kept in the environment, which a worker of a cluster does not inherit.
            trust(extension.code)
        if job.figures and id(job.scenario) not in gauges:
            gauges[id(job.scenario)] = Gauge(job.scenario)
        rows.append(do(job, gauges[id(job.scenario)]) if job.figures else do(job))
    return rows
