"""One job: a scenario, a seed, a replication; keyed by content, so that nothing is computed twice."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from sim.experiments.engines import Engine, player
from sim.model.version import MODEL_VERSION
from sim.record.frames import sector_totals_of, totals_of
from sim.scenario.load import digest
from sim.scenario.schema import Scenario

Row = dict[str, Any]
Days = tuple[int, int] | None
OK, FAILED = "ok", "failed"
SECTOR = "sector_"


@dataclass(frozen=True, slots=True)
class Job:
    """One replication of the scenario of one point of a design."""

    key: str
    point: int
    scenario: Scenario
    seed: int
    replication: int
    days: Days = None
    by_sector: bool = False
    engine: Engine = "compiled"


def job_of(
    point: int, scenario: Scenario, seed: int, replication: int, content: str | None = None, *, days: Days = None,
    by_sector: bool = False, engine: Engine = "compiled",
) -> Job:  # fmt: skip
    """A job with its key; `content` is the hash of the scenario, where it is known; `days` [from, to) are counted."""
    key = key_of_job(content or digest(scenario), seed, replication, days)
    return Job(key, point, scenario, seed, replication, days, by_sector, engine)


def key_of_job(content: str, seed: int, replication: int, days: Days = None) -> str:
    """The key of a job: a hash of the scenario's hash, the seed, the replication, the days and the model version."""
    return hashlib.sha256(f"{content}|{seed}|{replication}|{days}|{MODEL_VERSION}".encode()).hexdigest()


def do(job: Job) -> Row:
    """Run a job without a log: its key, point, seed, replication, status, reason, CPU seconds, and every measure.

    A replication that breaks is a row with its reason; it has no measures. By sector, if asked: `sectors`, the names,
    and `sector_MEASURE`, a number for each.
    """
    row: Row = {"key": job.key, "point": job.point, "seed": job.seed, "replication": job.replication}
    begun = time.process_time()
    try:
        run = player(job.engine)(job.scenario, seed=job.seed, replication=job.replication, keep_rows=False)
        totals: Row = {**totals_of(run, job.days)}
        if job.by_sector:
            totals["sectors"] = list(job.scenario.sectors)
            totals |= {SECTOR + name: values for name, values in sector_totals_of(run).items()}
    except Exception as error:
        return {
            **row,
            "status": FAILED,
            "reason": f"{type(error).__name__}: {error}",
            "seconds": time.process_time() - begun,
        }
    return {**row, "status": OK, "reason": "", "seconds": time.process_time() - begun, **totals}


def lost(job: Job, reason: str) -> Row:
    """The row of a job whose worker was lost."""
    return {
        "key": job.key, "point": job.point, "seed": job.seed, "replication": job.replication, "status": FAILED,
        "reason": reason, "seconds": 0.0,
    }  # fmt: skip


def do_all(jobs: tuple[Job, ...]) -> list[Row]:
    """A chunk of jobs, one after the other."""
    return [do(job) for job in jobs]
