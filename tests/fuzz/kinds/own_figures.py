"""Recorded figures of one's own: a CSV file that a scenario names."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.load import check, resolved, restored
from tests.fuzz.kinds.scenarios import SMALL
from tests.fuzz.registry import Kind, Sample, register

NAMING = SMALL + b'\n[recorded.mine]\nseries = "mine.csv"\nmeasure = "attempts"\nparty = "guard"\n'
PLAIN = b"start,end,value\n2030-03-01,2030-03-06,60\n2030-03-06,2030-03-11,1.5e2\n"
FULL = b"""\
start,end,value,grade,kind,source
2030-03-01,2030-03-06,60,A,quoted_exact,"the ministry, 7 March"
2030-03-06,2030-03-07,12,D,lower_bound,"said ""twelve"" on air"
"""


def _samples() -> list[Sample]:
    return [{"asked.toml": NAMING, "mine.csv": PLAIN}, {"asked.toml": NAMING, "mine.csv": FULL}]


def _attempt(box: Path) -> None:
    scenario = check(box / "asked.toml")
    assert restored(resolved(scenario)) == scenario


register(Kind("own figures", _samples, _attempt, mutable=("mine.csv",)))
