"""A sweep: many points, some replications of each, written as they finish, gone on with after any stop."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sim.core.errors import Fault, ScenarioError, UsageError
from sim.engines.engine_choice import Engine, player
from sim.explore.plan import Plan, Point
from sim.explore.sweep_store import KeyAt, SweepStore, swept
from sim.record.measures import Described, Measure, check_measures, described
from sim.runs.execute import Pool, Progress, execute
from sim.runs.jobs import FAILED, Job, do, job_of, key_of_job
from sim.runs.posterior import Posterior, read_posterior, sets_of
from sim.scenario.checks.extension_checks import counted_by
from sim.scenario.files.schema_faults import MOST_FAULTS, raise_all
from sim.scenario.load import load, run_digest
from sim.scenario.schema import Scenario

# Measured: a part takes 15 ms to write, 2.2 ms per short job in chunks of eight and 0.5 ms in chunks of a
# second. A stop loses about a second of each worker.
CHUNK_SECONDS = 1.0
MOST_IN_CHUNK = 500


def scenario_at(plan: Plan, point: Point) -> Scenario:
    """The scenario of a point."""
    return load(plan.scenario, sets=[f"{key}={value}" for key, value in point.items()])


@dataclass(frozen=True, slots=True)
class Placed:
    """A point of a plan with its number, the hash of its scenario,
    and the measures of its scenario's extensions."""

    number: int
    point: Point
    content: str
    measures: tuple[Measure, ...] = ()


def check_points(plan: Plan) -> list[Placed]:
    """The points of a plan, each tried as a scenario.

    Raises `ScenarioError` with the faults of every point, `UsageError` where two points are one scenario,
    or an outcome is no measure.
    """
    placed: list[Placed] = []
    faults: dict[Fault, None] = {}
    for number, point in enumerate(plan.points()):
        try:
            scenario = scenario_at(plan, point)
            # Without recorded figures: one that is added to the scenario's file later does not make it
            # another sweep.
            placed.append(Placed(number, point, run_digest(scenario), counted_by(scenario)))
        except ScenarioError as error:
            row = f"row {number + 1}: " if plan.design == "list" else ""
            faults.update(dict.fromkeys(replace(f, file=row + f.file) for f in error.faults))
            # Of a thousand faulty points nobody reads the last, and each takes a load of the scenario.
            if len(faults) > MOST_FAULTS:
                break
    raise_all(list(faults))
    check_measures(plan.outcomes, "outcomes", measures_at(placed))
    seen: dict[str, int] = {}
    for each in placed:
        # Their jobs would have one key: one of the two points would never be run.
        if (first := seen.setdefault(each.content, each.number)) != each.number:
            raise UsageError(f"points {first} and {each.number} are the same scenario: {each.point}")
    return placed


def measures_at(points: list[Placed]) -> dict[str, Described]:
    """The measures of the scenarios of some points, each once: those of the model,
    then those of extensions."""
    return described(measure for each in points for measure in each.measures)


def key_at(plan: Plan, each: Placed, replication: int, posterior: Posterior | None) -> str:
    """The key of a job of a plan."""
    return key_of_job(each.content, plan.seed, replication, sets=sets_of(posterior, replication))


def keys_of(plan: Plan, points: list[Placed], posterior: Posterior | None) -> KeyAt:
    """The key of a point and replication of a plan; of one that it does not have, a key that no job has."""

    def key(point: int, replication: int) -> str:
        if not (0 <= point < len(points) and 0 <= replication < plan.replications):
            # A row of a point that the plan has not is then of another sweep, which the store says.
            return ""
        return key_at(plan, points[point], replication, posterior)

    return key


def digest_of(points: list[Placed]) -> str:
    """A hash of the scenarios of all points, in their order."""
    return hashlib.sha256("".join(each.content for each in points).encode()).hexdigest()


def posterior_for(plan: Plan) -> Posterior | None:
    """The posterior of a plan, if it has one. Raises `UsageError` where the plan
    varies what the posterior sets."""
    if not plan.posterior:
        return None
    posterior = read_posterior(plan.posterior)
    # KEY* multiplies what KEY sets: both are the same number of the scenario.
    keys = {key.rstrip("*") for key in posterior.keys}
    both = sorted({axis.key for axis in plan.axes if axis.key.rstrip("*") in keys})
    if both:
        raise UsageError(f"{', '.join(both)}: varied by the plan and drawn from the posterior, too")
    return posterior


def jobs_of(
    plan: Plan, points: list[Placed], *, known: set[str], engine: Engine = "compiled",
    posterior: Posterior | None = None,
) -> Iterator[Job]:  # fmt: skip
    """The jobs of a plan that are not finished, in order; scenarios are made one point at a time."""
    for each in points:
        # Made only if a job of the point is left: going on with a finished sweep loads none of its points.
        scenario = None
        for r in range(plan.replications):
            if key_at(plan, each, r, posterior) in known:
                continue
            scenario = scenario or scenario_at(plan, each.point)
            yield job_of(
                each.number,
                scenario,
                seed=plan.seed,
                replication=r,
                content=each.content,
                by_sector=plan.by_sector,
                engine=engine,
                sets=sets_of(posterior, r),
            )


def seconds_a_job(plan: Plan, points: list[Placed], engine: Engine = "compiled") -> float:
    """CPU seconds of one job, measured on the middle point; the second of two,
    since the first makes tables."""
    # The middle of the design: its ends may be the quickest and the slowest points.
    job = job_of(
        0, scenario_at(plan, points[len(points) // 2].point), seed=plan.seed, replication=0, engine=engine
    )
    return min(float(do(job)["seconds"]) for _ in range(2))


def chunk_for(seconds: float) -> int:
    """How many jobs of so many seconds go out together.

    >>> chunk_for(4.0), chunk_for(0.02), chunk_for(0.0)
    (1, 50, 500)
    """
    return max(1, min(MOST_IN_CHUNK, int(CHUNK_SECONDS / max(seconds, CHUNK_SECONDS / MOST_IN_CHUNK))))


def sweep(
    plan: Plan,
    out: str | Path,
    *,
    workers: int = 1,
    cluster: str | None = None,
    chunk: int = 0,
    engine: Engine = "compiled",
    progress: Progress | None = None,
) -> SweepStore:
    """Carry out a plan into a store; what is there already is not computed again.

    Jobs go out and are written in chunks: by default of about a second,
    so that a stop loses little and a part costs little. Raises `ScenarioError` for any point that is no
    scenario (nothing is run then), `ResultError` for a store of another plan, of another scenario than the
    one that is there now, or one that cannot be written. Stopped in any way,
    the same call goes on where it was.
    """
    with Pool(workers, cluster) as pool:
        points = check_points(plan)
        posterior = posterior_for(plan)
        # Compiled here once, before workers start: each would compile for itself.
        player(engine, scenario_at(plan, points[0].point) if points else None)
        store = SweepStore(Path(out))
        asked = swept(
            plan, digest_of(points), "" if posterior is None else posterior.digest, measures_at(points)
        )
        # Before the folder is made, and once more when it is locked: another command may have begun there.
        store.check(asked)
        # A scheduler that does not answer is refused before anything is written.
        pool.ready()
        with store.writing():
            store.check(asked)
            store.begin(asked, [each.point for each in points])
            known = store.finished(keys_of(plan, points, posterior))
            total = len(points) * plan.replications
            done, failed = len(known), 0
            chunk = chunk or chunk_for(seconds_a_job(plan, points, engine) if done < total else 0.0)
            for rows in execute(
                jobs_of(plan, points, known=known, engine=engine, posterior=posterior), pool=pool, chunk=chunk
            ):
                # On the disk before progress is reported: what was counted as done survives a kill.
                store.add(rows)
                done += len(rows)
                failed += sum(row["status"] == FAILED for row in rows)
                if progress is not None:
                    progress(done, total, failed)
            store.merge(len(points), plan.replications, by_sector=plan.by_sector)
    return store
