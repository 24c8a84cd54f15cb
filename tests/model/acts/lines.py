"""A line whose groups try at hours of the test's choosing, and its log in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sim.evidence.reduced_cases import NEVER, START, bare, fixed
from sim.model.simulate import simulate
from sim.record.events import Actor, Kind
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario

Groups = Mapping[str, tuple[int, str, float]]
"""By name: persons, sector, and the hour of the try. A group waits stranded until then."""
LONGEST_H = 32.0
OF_TEAMS = {Kind.TEAMS_ON_DUTY, Kind.CALLED, Kind.TEAMS_SENT, Kind.TEAMS_BACK}
AS_MANY_AS_ASKED = {
    "gathering_share": 1.0, "gathering_median": 2000.0, "gathering_log_sd": 0.0, "gathering_max": 5000,
    "next_try_strip": fixed(LONGEST_H),
}  # fmt: skip
"""A stock is one group, as large as the stock."""
BY_PATROLS = {"patrol_speed_kmh": 200.0, "reference_teams": 1000.0, "eta": 0.0, "spots_k": 1e9}
"""On a line of 100 m: found within a second while any team is free, and never while none is."""


def setting(at: date | datetime = START, **controls: float) -> dict[str, Any]:
    """Tables of levers that set controls everywhere, from the start or from an hour on."""
    effects = [{"control": name, "op": "set", "size": size} for name, size in controls.items()]
    return {
        "lever_kinds": {"_".join(controls): {"effects": effects}},
        "levers": {name: {"kind": name, "where": ["*"], "start": at} for name in ["_".join(controls)]},
    }


def line(sectors: Mapping[str, dict[str, Any]], groups: Groups, days: int = 1, **tables: Any) -> Scenario:
    """Groups stranded at their sectors, who may not go back and try at their hour; ten persons to a team,
    a response of a quarter of an hour, two hours of holding people. Tables are laid over these."""
    whole: dict[str, Any] = {
        "people": AS_MANY_AS_ASKED,
        "detection": BY_PATROLS,
        "response": {"hold": fixed(2.0), "persons_per_team": 10.0, "largest_call": 1.0, "overtake_h": 0.5},
        **setting(block_return=1.0),
        "initial": {
            name: {"compartment": "stranded", "place": place, "persons": persons,
                "waited": fixed(LONGEST_H - at_h)}
            for name, (persons, place, at_h) in groups.items()
        },
    }  # fmt: skip
    for name, table in tables.items():
        whole[name] = {**whole.get(name, {}), **table}
    default = {"length_km": 0.1, "response_h": 0.25}
    return bare(days, {name: {**default, **sector} for name, sector in sectors.items()}, **whole)


def zone(
    sectors: Mapping[str, dict[str, Any]], groups: Groups, *, hours: float = 8.0, **tables: Any
) -> Scenario:
    """The same, but through the line at once and seen by sensors at once: every call is of the zone,
    to the second."""
    seen = {"sensor_coverage": 1.0, "zone_km": hours}
    tables = {"crossing": {"time": fixed(0.0), "walking_speed_kmh": 1.0}, **tables}
    return line({name: {**seen, **sector} for name, sector in sectors.items()}, groups, **tables)


def at_line(sectors: Mapping[str, dict[str, Any]], groups: Groups, **tables: Any) -> Scenario:
    """The same, but nobody is through the line before the end."""
    return line(sectors, groups, **{**tables, "crossing": {**tables.get("crossing", {}), "time": NEVER}})


def names_of(run: RunRecord, groups: Iterable[str]) -> dict[int, str]:
    """Names of groups by key; what came into being later has none."""
    present = [row[3] for row in run.rows if row[2] == Kind.WAS_PRESENT]
    return dict(zip(present, groups, strict=True))


def told(scenario: Scenario, *kinds: Kind, seed: int = 0) -> list[str]:
    """Rows of some kinds in words: hour, kind, group, number; teams with their place,
    and whose they are if the reserve's."""
    run = simulate(scenario, seed=seed)
    names = names_of(run, scenario.initial)
    places = list(scenario.sectors)
    rows = []
    for _, time_h, kind, group, persons, sector, actor, value, *_ in run.rows:
        if kind not in kinds:
            continue
        number = f"{value:g}@{places[sector]}" if kind in OF_TEAMS else str(persons)
        whose = " reserve" if actor == Actor.DESTINATION_STATE and kind in OF_TEAMS else ""
        rows.append(f"{time_h:.2f} {Kind(kind).name} {names.get(group, '-')} {number}{whose}")
    return rows


def lines_of(timetable: str) -> list[str]:
    """The lines of a timetable, one blank between words."""
    return [" ".join(line.split()) for line in timetable.strip().splitlines()]
