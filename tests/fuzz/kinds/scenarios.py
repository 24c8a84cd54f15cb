"""Scenario files."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.files.scenario_files import shipped
from sim.scenario.load import check
from tests.fuzz.registry import Kind, Sample, register

EXAMPLE = Path(__file__).parents[3] / "examples" / "drones"
SMALL = b"""\
[scenario]
title = "Small"
start = 2030-03-01
end = 2030-03-11

[countries.north]
[sectors.ford]
country = "north"
length_km = 10.0
teams = 2

[routes.road]
people_per_day = 40.0
distance_km = { north = 50.0 }

[parties.guard]
side = "guard"
sees_detected = 1.0

[levers.wall]
kind = "wall"
where = ["ford"]
start = 2030-03-04
on = false

[overrides.hard.sectors.ford]
restraint = 0.1
"""
"""A border of one sector, which other kinds name, too."""


def _samples() -> list[Sample]:
    extending = b'extends = "small.toml"\nremove = ["levers.wall"]\n[sectors.ford]\nteams = 3\n'
    return [
        {"asked.toml": SMALL},
        {"asked.toml": extending, "small.toml": SMALL},
        {
            "asked.toml": (EXAMPLE / "riverland-drones.toml").read_bytes(),
            "drones.py": (EXAMPLE / "drones.py").read_bytes(),
        },
        *({"asked.toml": shipped()[name].read_bytes()} for name in ("one-post", "no-wall", "riverland")),
    ]


def _attempt(box: Path) -> None:
    check(box / "asked.toml")


register(Kind("scenario", _samples, _attempt, mutable=("asked.toml", "drones.py")))
