"""What the variants do, by running them: differences from the base on the same luck, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.comparison.paired_runs import paired
from sim.engines.engine_choice import Engine
from sim.record.measures import DESCRIBED
from sim.reporting.classroom.questions import PEOPLE, QUESTIONS, Question
from sim.reporting.classroom.variants import Variant
from sim.reporting.report.report_blocks import CaptionedTable, band, number
from sim.reporting.report.report_differences import signed
from sim.runs.execute import Progress
from sim.runs.jobs import job_of
from sim.runs.replicate import run
from sim.runs.result import Result
from sim.runs.statistics import estimate
from sim.runs.store.run_cache import RunCache
from sim.scenario.schema import Scenario

Totals = dict[str, dict[int, float]]


@dataclass(frozen=True, slots=True)
class Solutions:
    """The base's result, totals of every variant by replication,
    and the questions that the scenario has an answer to."""

    base: Result
    totals: Totals
    variants: list[Totals]
    questions: tuple[Question, ...]

    def table(self, place: int, title: str) -> CaptionedTable:
        """The differences of a variant: what was asked, then what happened to people."""
        asked = tuple(question.measure for question in self.questions)
        rows: list[tuple[str, ...]] = [
            ("What was predicted",),
            *self._rows(place, asked),
            ("What happened to people in the same runs",),
        ]
        columns = ("measure", "base", "this world", "difference", "95 % interval", "unit")
        return CaptionedTable(title, columns, (*rows, *self._rows(place, PEOPLE)))

    def _rows(self, place: int, measures: Sequence[str]) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = []
        for name in measures:
            found = paired(name, self.totals, self.variants[place])
            rows.append(
                (
                    found["label"], number(found["base"]), number(found["mean"]), signed(found["difference"]),
                    band(found["low"], found["high"]), found["unit"],
                )
            )  # fmt: skip
        return rows

    def base_words(self, question: Question) -> str:
        """What the base gives, as a rough size to start from."""
        return f"{number(_mean(self.totals, question.measure))} {question.described.unit}"


def solve(
    base: Scenario, variants: Sequence[Variant], *, seed: int, replications: int, engine: Engine,
    progress: Progress | None = None,
    tell: Callable[[str], Any] = lambda _: None,
) -> Solutions:  # fmt: skip
    """Run base and variants on the same luck. Raises `ResultError` where a run broke."""
    worlds = [base, *(variant.scenario for variant in variants)]
    jobs = [
        job_of(place, world, seed=seed, replication=r, engine=engine)
        for place, world in enumerate(worlds)
        for r in range(replications)
    ]
    # Kept in no folder: that of the kit goes to students, and holds no runs.
    rows = RunCache(None, engine).rows_of(jobs, progress=progress)
    totals: list[Totals] = [{name: {} for name in DESCRIBED} for _ in worlds]
    for job, row in zip(jobs, rows, strict=True):
        for name in DESCRIBED:
            totals[job.point][name][job.replication] = float(row[name])
    tell("accounts")
    # Once more as a result, since accounts are no column of a job's row.
    result = run(base, seed=seed, replications=replications, log=False, engine=engine)
    # Nobody is asked to predict a count of which the base has none.
    asked = tuple(question for question in QUESTIONS if _mean(totals[0], question.measure) > question.least)
    return Solutions(result, totals[0], totals[1:], asked)


def _mean(totals: Totals, measure: str) -> float:
    """A measure over all runs; 0 where it has no value."""
    found = estimate(DESCRIBED[measure], {name: list(values.values()) for name, values in totals.items()})
    return found if found == found else 0.0
