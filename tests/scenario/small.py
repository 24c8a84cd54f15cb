"""A small valid scenario file, and how a test changes a line of it."""

from __future__ import annotations

from pathlib import Path

from sim.core.errors import Fault, ScenarioError
from sim.scenario.load import load

SMALL = """
[scenario]
title = "a small border"
start = 2021-01-01
end = 2021-02-01

[countries.north]
label = "North"

[sectors.hill]
country = "north"
length_km = 30.0
neighbours = ["lake"]

[sectors.lake]
country = "north"
length_km = 20.0
neighbours = ["hill"]
terrain = "river"

[fronts.all]
where = ["north"]

[routes.road]
people_per_day = 20.0
distance_km = { north = 100.0 }

[sites.camp]
sector = "hill"
capacity = 50

[crossing_points.gate]
sector = "hill"

[parties.guard]
side = "guard"

[levers.wall]
kind = "wall"
where = ["lake", "hill"]
start = 2021-01-10
km = 40.0
source = "invented"

[initial.here]
compartment = "waiting"
place = "road"
persons = 10

[evidence]
"sectors.*.length_km" = { status = "measured", source = "a map" }
"""


def written(folder: Path, text: str = SMALL, name: str = "small.toml") -> Path:
    """The text as a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(path: Path | str, **changes: tuple[str, ...]) -> tuple[Fault, ...]:
    """The faults that loading a file reports; none if it loads."""
    try:
        load(path, **changes)
    except ScenarioError as error:
        return error.faults
    return ()
