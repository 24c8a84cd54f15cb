"""Expressions of the command line: --until, --set, --vary, --students, --without, names and seeds.
One expression a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.explore.breaking_point import grid_of
from sim.explore.objectives import condition_of
from sim.explore.plan import axis_of, plan_of
from sim.explore.sweep import check_points
from sim.reporting.classroom.roster import students_of
from sim.scenario.load import load, varied
from tests.fuzz.kinds.inputs import FEW_POINTS
from tests.fuzz.registry import Kind, Sample, register

WORLD = load("one-post")


def _register(name: str, valid: tuple[str, ...], read: Callable[[str], Any], times: int = 200) -> None:
    def samples() -> list[Sample]:
        return [{"asked": text.encode()} for text in valid]

    def attempt(box: Path) -> None:
        """What is no file that a shell could give is not tried:
        the reader of text files is a kind of its own."""
        asked = box / "asked"
        if asked.is_file() and not asked.is_symlink() and asked.stat().st_size < 1_000_000:
            read(asked.read_bytes().decode("utf-8", "surrogateescape").replace("\x00", ""))

    register(Kind(name, samples, attempt, times=times))


def _vary(text: str) -> None:
    axis = axis_of(text)
    for design, samples in (("grid", 0), ("latin-hypercube", 4)):
        if axis.values or (axis.count > 0) == (design == "grid"):
            plan = plan_of("one-post", [text], seed=0, replications=1, design=design, samples=samples)  # type: ignore[arg-type]
            if plan.size <= FEW_POINTS:
                check_points(plan)
    if not axis.values and not axis.count:
        grid_of(axis)


_register("until", ("died > 3", "attempts < 1e3", "  harmed>0.5 "), condition_of)
_register(
    "vary", ("sectors.*.teams=1,2", "sectors.*.restraint=0:1:4", "sectors.post.teams=1:9",
        "routes.*.people_per_day*=0.5:2"), _vary
)  # fmt: skip
_register(
    "set",
    ("sectors.post.teams=6", "sectors.*.restraint=0.5", "routes.*.people_per_day*=1.3",
        "scenario.end=2030-06-08", "sectors.post.terrain=\"bog\"",
     "people.staging={ dist = \"exponential\", mean_h = 24.0 }",
     "sectors.post.shifts=[{ from_h = 0, to_h = 24 }]"),
    lambda text: (load("one-post", sets=[text]), varied(WORLD, [text])),
)  # fmt: skip
_register(
    "without",
    ("wall-pl", "mechanisms.word_of_mouth"),
    lambda text: load("belarus-eu-2021", without=[text.strip()]),
    times=60,
)
_register("scenario-name", ("one-post", "no-wall", "riverland"), load)
_register("students-option", ("3", "200"), lambda text: students_of(text.strip()))
