"""Files that users write besides scenarios: plans, tables of points, calibrations, studies, sequences,
lists of students, posteriors."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.evidence.before_after import read_sequences
from sim.evidence.calibration.calibration_problem import read_calibration
from sim.evidence.study import read_study
from sim.explore.plan import read_plan
from sim.explore.sweep import check_points, posterior_for
from sim.reporting.classroom.roster import students_of
from sim.runs.posterior import read_posterior, worlds_of
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from tests.fuzz.kinds.scenarios import SMALL
from tests.fuzz.registry import Kind, Sample, register

FEW_POINTS = 40
"""More would try the scenario, whose mutants are a kind of their own."""

PLAN = b"""\
scenario = "small.toml"
seed = 1
replications = 2
design = "grid"
outcomes = ["attempts", "died"]
by_sector = true

[levers]
"sectors.ford.teams" = [1, 2]

[uncertainties]
"sectors.*.restraint" = { low = 0.2, high = 1.0, values = 3 }
"""
SAMPLED = b"""\
scenario = "small.toml"
design = "latin-hypercube"
samples = 8
[levers]
"sectors.ford.teams" = { low = 1, high = 9 }
"sectors.ford.terrain" = ["land", "forest"]
[uncertainties]
"routes.*.people_per_day*" = { low = 0.5, high = 2.0 }
"""
LISTED = b'scenario = "small.toml"\ndesign = "list"\npoints = "points.csv"\nreplications = 1\n'
POINTS = (
    b"sectors.ford.teams,sectors.ford.restraint,sectors.ford.terrain\n"
    b"1,0.5,land\n"
    b"2,0.25,forest\n"
    b"3,0.125,bog\n"
)


def _plans() -> list[Sample]:
    files = {"small.toml": SMALL, "points.csv": POINTS}
    return [{"asked.toml": plan, **files} for plan in (PLAN, SAMPLED, LISTED)]


def _read_plan(box: Path) -> None:
    plan = read_plan(box / "asked.toml")
    posterior_for(plan)
    if plan.size <= FEW_POINTS:
        check_points(plan)


def _points() -> list[Sample]:
    semicolons = POINTS.replace(b",", b";").replace(b".", b",").replace(b"sectors,ford,", b"sectors.ford.")
    files = {"asked.toml": LISTED, "small.toml": SMALL}
    return [
        {"points.csv": text, **files}
        for text in (POINTS, b"\xef\xbb\xbf" + POINTS.replace(b"\n", b"\r\n"), semicolons)
    ]


def _shipped(kind: str) -> bytes:
    from sim.core.shipped_files import shipped_folder

    return (shipped_folder() / kind / "belarus-eu-2021.toml").read_bytes()


def _calibrations() -> list[Sample]:
    return [{"asked.toml": _shipped("calibration")}]


def _read_calibration(box: Path) -> None:
    read_calibration(box / "asked.toml")


def _studies() -> list[Sample]:
    few = b"""\
calibration = "cal.toml"
together = ["poland-attempts"]
[tables.second]
title = "Without an offer"
sets = ["levers.offers-august.on=false"]
[worlds]
replications = 100
scenarios = ["no-wall"]
"""
    return [{"asked.toml": few, "cal.toml": _shipped("calibration")}]


def _read_study(box: Path) -> None:
    read_study(box / "asked.toml")


def _sequences() -> list[Sample]:
    return [{"asked.toml": _shipped("sequences")}]


@cache
def _founding_case() -> Scenario:
    return load("belarus-eu-2021")


def _read_sequences(box: Path) -> None:
    read_sequences(box / "asked.toml", _founding_case())


def _students() -> list[Sample]:
    names = "Ada Lovelace\nZoë de Wit\n张伟\nNoor\n"
    table = "number;name\n1;Ada\n2;Ben\n"
    return [
        {"asked.txt": names.encode()},
        {"asked.csv": b'name,class\nAda,3a\n"Ben, too",3b\n'},
        {"asked.csv": table.encode()},
    ]


def _read_students(box: Path) -> None:
    for path in sorted(box.iterdir()):
        students_of(str(path))


def _posteriors() -> list[Sample]:
    import tempfile

    import numpy as np

    from sim.runs.posterior import Posterior

    found = []
    for keys in (("people.try_again",), ("people.try_again", "routes.*.people_per_day*")):
        values = np.linspace(0.5, 0.9, 20 * len(keys)).reshape(20, len(keys))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "p.parquet"
            Posterior(keys, values, np.full(20, 0.05), {"scenario": "small"}).write(path)
            found.append({"posterior.parquet": path.read_bytes(), "small.toml": SMALL})
    return found


def _read_posterior(box: Path) -> None:
    worlds_of(load(box / "small.toml"), read_posterior(box / "posterior.parquet"))(3)


register(Kind("plan", _plans, _read_plan, mutable=("asked.toml",)))
register(Kind("points", _points, _read_plan, mutable=("points.csv",)))
register(
    Kind("calibration", _calibrations, _read_calibration, mutable=("asked.toml",), seconds=10.0, times=100)
)
register(Kind("study", _studies, _read_study, mutable=("asked.toml",), seconds=20.0, times=40))
register(Kind("sequences", _sequences, _read_sequences))
register(Kind("students", _students, _read_students))
register(Kind("posterior", _posteriors, _read_posterior, mutable=("*.parquet",)))
