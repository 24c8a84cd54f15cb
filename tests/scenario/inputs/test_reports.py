"""Each kind of file that users write is refused in one report: what fits no type, what the scenario does not
have, and what is named and is not there, each with its line and the nearest name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.core.errors import InputError
from sim.evidence.calibration.calibration_problem import read_calibration
from sim.evidence.study import read_study
from sim.explore.plan import read_plan

PLAN = """\
scenario = "night-3-novembr"
seeds = 1
design = "gird"
outcomes = ["incidents_3", "atempts"]
[uncertainties]
"sectors.*.restraint" = { low = 0.5, high = 0.2 }
"""
LISTED = """\
scenario = "night-3-november"
replications = 0
design = "list"
points = "points.csv"
[levers]
"""
VARIED = """\
scenario = "night-3-november"
replications = 0
[levers]
"sectors.*.taems" = [1, 2]
"""
CALIBRATION = """\
scenario = "belarus-eu-2021"
population = 2
sets = ["people.try_agian=0.5"]
"""
NAMES = """\
scenario = "belarus-eu-2021"
population = 2
[free.bad]
key = "people.try_again"
prior = { dist = "lognorml", median = 0.9 }
source = ""
[free.again]
key = "people.try_agian"
prior = { dist = "uniform", low = 0.1, high = 0.9 }
source = "assumed"
[series.poland-attemps]
log_sd = 0.3
source = "assumed"
[shares.a]
party = "polnd_guard"
recorded = { kuznca = 0.5 }
source = "assumed"
"""
STUDY = """\
calibration = "belarus-eu-2021"
together = ["poland-attemps"]
[worlds]
scenarios = ["no-wal"]
replication = 3
[tables.second]
sets = ["levers.sanctions-eu-fith.on=false"]
[hypotheses]
scenarios = ["no-state-rol"]
"""
Place = tuple[int, str, str]
"""Line, key, nearest name."""
REPORTS: dict[str, tuple[str, Callable[[Path], Any], list[Place]]] = {
    "a plan": (PLAN, read_plan, [
        (1, "scenario", "night-3-november"), (2, "seeds", "seed"), (3, "design", "grid"),
        (4, "outcomes[1]", "attempts"), (6, 'uncertainties."sectors.*.restraint"', ""),
    ]),
    "keys of a plan": (VARIED, read_plan, [
        (2, "replications", ""), (4, 'levers."sectors.*.taems"', "teams"),
    ]),
    "a plan whose points are not there": (LISTED, read_plan, [(2, "replications", ""), (4, "points", "")]),
    "names of a calibration": (NAMES, read_calibration, [
        (2, "population", ""), (5, "free.bad.prior.dist", "lognormal"), (6, "free.bad.source", ""),
        (8, "free.again.key", "try_again"), (11, "series.poland-attemps", "poland-attempts"),
        (15, "shares.a.party", "poland_guard"), (16, "shares.a.recorded.kuznca", "kuznica"),
    ]),
    "a study": (STUDY, read_study, [
        (2, "together[0]", "poland-attempts"), (4, "worlds.scenarios", "no-wall"),
        (5, "worlds.replication", "replications"), (7, "tables.second.sets[0]", "sanctions-eu-fifth"),
        (9, "hypotheses.scenarios", "no-state-role"),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_one_report_has_every_fault_with_its_line_its_key_and_the_nearest_name(
    name: str, tmp_path: Path
) -> None:
    text, read, expected = REPORTS[name]
    (tmp_path / "asked.toml").write_text(text)
    with pytest.raises(InputError) as refused:
        read(tmp_path / "asked.toml")
    assert {fault.file.rpartition("/")[2] for fault in refused.value.faults} == {"asked.toml"}
    assert [(fault.line, fault.key, fault.nearest) for fault in refused.value.faults] == expected


def test_a_change_in_a_calibration_is_told_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "asked.toml").write_text(CALIBRATION + NAMES.partition("population = 2\n")[2])
    with pytest.raises(InputError) as refused:
        read_calibration(tmp_path / "asked.toml")
    assert (3, "sets[0]", "try_again") in [(f.line, f.key, f.nearest) for f in refused.value.faults]


def test_a_column_that_is_no_key_of_the_scenario_is_told_beside_the_faults_of_the_plan(
    tmp_path: Path,
) -> None:
    (tmp_path / "points.csv").write_text("sectors.*.teams,sectors.*.restrant\n1,0.5\n")
    (tmp_path / "asked.toml").write_text(LISTED)
    with pytest.raises(InputError) as refused:
        read_plan(tmp_path / "asked.toml")
    found = [(f.file.rpartition("/")[2], f.line, f.key, f.nearest) for f in refused.value.faults]
    assert found == [("asked.toml", 2, "replications", ""), ("points.csv", 1, "column 2", "restraint")]


@pytest.mark.parametrize(("kind", "read"), [("calibration", read_calibration), ("study", read_study)])
def test_a_name_that_is_not_shipped_is_told_with_the_nearest(kind: str, read: Callable[[Path], Any]) -> None:
    with pytest.raises(InputError) as refused:
        read(Path("belarus-eu-2012"))
    (fault,) = refused.value.faults
    assert fault.problem == f"no shipped {kind} has this name"
    assert fault.nearest == "belarus-eu-2021"
