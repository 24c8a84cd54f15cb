"""Frames as plain values for a page: places on a coarse map, and what a reader sees of a frame."""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sim.comparison.explain import labels_of
from sim.record.events import DEAD, IN_DESTINATION_STATE, OUT, Compartment
from sim.record.measures import MEASURE_BY_NAME
from sim.reporting.animation.frame_states import ENFORCEMENT, HUMAN, Frame, people_in
from sim.reporting.style.lever_strip import acts_at_once

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

WIDTH, HEIGHT, EDGE = 360.0, 560.0, 40.0
AT_LINE = (Compartment.CROSSING, Compartment.STANDOFF)
COLUMNS: tuple[tuple[str, tuple[Compartment, ...]], ...] = (
    ("held", (Compartment.HELD_BY_ESCORT,)),
    ("walking", (Compartment.WALKING,)),
    ("column", (Compartment.IN_COLUMN,)),
    ("at_line", AT_LINE),
    ("stranded", (Compartment.STRANDED,)),
    ("guards", (Compartment.PROCESSING,)),
)
ELSEWHERE: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("waiting", (Compartment.WAITING, Compartment.IN_SITE)),
    ("in the destination states, guards' hands included", IN_DESTINATION_STATE),
    ("gone home or removed", OUT),
    ("dead", DEAD),
)


def places_of(scenario: Scenario) -> list[dict[str, Any]]:
    """Each sector with its label, length, and points in the drawing;
    without lon/lat the sectors stand in a row."""
    names = list(scenario.sectors)
    mapped = all(len(scenario.sectors[name].path) > 1 for name in names)
    lines = [
        list(scenario.sectors[n].path) if mapped else [(0.0, -i), (0.0, -i - 0.8)]
        for i, n in enumerate(names)
    ]
    points = _fit(lines, mapped)
    if mapped:
        # From north to south, as the table beside the map is read; by name where two begin alike.
        order = sorted(range(len(names)), key=lambda i: (min(y for _, y in points[i]), names[i]))
    else:
        order = list(range(len(names)))
    return [
        {
            "name": names[i],
            "label": scenario.sectors[names[i]].label or names[i],
            "country": scenario.countries[scenario.sectors[names[i]].country].label
            or scenario.sectors[names[i]].country,
            "km": scenario.sectors[names[i]].length_km,
            "points": points[i],
        }
        for i in order
    ]


def _fit(lines: list[list[tuple[float, float]]], mapped: bool) -> list[list[tuple[float, float]]]:
    every = [point for line in lines for point in line]
    # A degree of longitude is shorter than one of latitude by this factor; enough for a coarse map.
    narrow = math.cos(math.radians(sum(y for _, y in every) / len(every))) if mapped else 1.0
    xs, ys = [x * narrow for x, _ in every], [y for _, y in every]
    # One scale for both directions. Points on one straight line have no width: the other direction decides.
    scale = min(
        (WIDTH - 2 * EDGE) / (max(xs) - min(xs) or 1e-9), (HEIGHT - 2 * EDGE) / (max(ys) - min(ys) or 1e-9)
    )
    left, top = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return [
        [
            (round(WIDTH / 2 + (x * narrow - left) * scale, 1), round(HEIGHT / 2 - (y - top) * scale, 1))
            for x, y in line
        ]
        for line in lines
    ]


def scene(scenario: Scenario, frame: Frame) -> dict[str, Any]:
    """What a reader sees of a frame."""
    when = datetime.combine(scenario.scenario.start, time()) + timedelta(hours=frame.time_h)
    labels = labels_of(scenario).levers
    kinds = [lever.kind for lever in scenario.levers.values()]
    return {
        "when": f"{when:%Y-%m-%d %H:%M}",
        # The frame at the end belongs to the last day, and not to one after it.
        "day": min(int(frame.time_h // 24.0) + 1, scenario.days),
        "sectors": {name: _sector(frame, name) for name in scenario.sectors},
        # An action of one instant is never in force.
        "levers": [labels[place] for place in frame.levers if not acts_at_once(scenario, kinds[place])],
        "counts": [[MEASURE_BY_NAME[n].label, frame.counts[n], n in HUMAN] for n in (*ENFORCEMENT, *HUMAN)],
        "elsewhere": [[words, people_in(frame, which)] for words, which in ELSEWHERE],
    }


def _sector(frame: Frame, name: str) -> dict[str, Any]:
    """Persons by where they are; teams on duty, out, and come from the reserve; the highest stand-off;
    the barrier."""
    standoffs = [(level, persons) for where, level, persons in frame.standoffs if where == name]
    return {
        **{key: people_in(frame, which, name) for key, which in COLUMNS},
        "out": frame.out.get(name, 0),
        # After a change to a smaller shift more teams can be out than are on duty: nobody is called back.
        "free": max(0, frame.on_duty.get(name, 0) - frame.out.get(name, 0)),
        "reserve": frame.reserve_out.get(name, 0),
        "level": max((level for level, _ in standoffs), default=-1),
        "standoffs": len(standoffs),
        "km": round(frame.barrier_km.get(name, 0.0), 1),
    }
