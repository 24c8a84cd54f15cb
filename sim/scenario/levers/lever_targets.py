"""What moves which control, where and when: worked out from a scenario before the run.

Which question this answers: what do the levers of a scenario do,
and what is a control worth without them? Its value during a run is in `sim.model.state.control_values`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sim.core.units import HOURS_PER_DAY, hour_of
from sim.rules.lever_ramp import ramp_at
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS, KIND_BY_NAME, Control, KindEffect, Op
from sim.scenario.schema import Lever, Scenario

NEVER = math.inf
PRESSURE = CONTROL_INDEX["pressure"]


@dataclass(slots=True)
class LeverTimes:
    """When a lever is announced, starts and ends, in hours; a trigger sets them during the run."""

    announced_h: float
    start_h: float
    end_h: float
    ramp_h: float
    strength: float


@dataclass(frozen=True, slots=True)
class LeverMove:
    """One control at one place moved by one lever."""

    lever: int
    op: Op
    size: float
    announced: bool


def effects_of(scenario: Scenario, lever: Lever) -> tuple[KindEffect, ...]:
    """What a lever moves: its kind's effects, with the lever's own sizes in place of the defaults."""
    own = scenario.lever_kinds.get(lever.kind)
    if own is not None:
        effects = tuple(KindEffect(e.control, e.op, e.size, e.phase) for e in own.effects)
    else:
        effects = KIND_BY_NAME[lever.kind].effects
    return tuple(KindEffect(e.control, e.op, lever.sizes.get(e.control, e.size), e.phase) for e in effects)


def names_of_scope(scenario: Scenario, scope: str) -> list[str]:
    """The names that a control of this scope has a value for, in file order."""
    tables: dict[str, Iterable[str]] = {
        "sector": scenario.sectors,
        "country": scenario.countries,
        "front": scenario.fronts,
        "route": scenario.routes,
        "site": scenario.sites,
        "crossing_point": scenario.crossing_points,
        "builder": scenario.sectors,
        "event": scenario.sectors,
    }
    return list(tables[scope]) if scope in tables else ["world"]


def places(scenario: Scenario, scope: str, where: tuple[str, ...]) -> list[int]:
    """Which places of a scope a `where` names, in its order: names, `*`, countries, fronts,
    or sectors for their country."""
    names = names_of_scope(scenario, scope)
    if scope == "world":
        return [0]
    found: list[int] = []
    # In the order of `where`, along which barriers are built; a place that two entries name counts once.
    for item in where:
        for name in _expand(scenario, scope, item, names):
            index = names.index(name)
            if index not in found:
                found.append(index)
    return found


def _expand(scenario: Scenario, scope: str, item: str, names: list[str]) -> list[str]:
    if item == "*":
        return names
    if item in names:
        return [item]
    sectors = scenario.sectors
    if scope in ("sector", "builder", "event"):
        if item in scenario.countries:
            return [name for name in names if sectors[name].country == item]
        if item in scenario.fronts:
            inside = scenario.fronts[item].where
            return [name for name in names if name in inside or sectors[name].country in inside]
        return []
    if scope == "country" and item in sectors:
        return [sectors[item].country]
    if scope == "front":
        return [name for name, front in scenario.fronts.items() if item in front.where]
    if scope == "site":
        return [n for n, s in scenario.sites.items() if item in (s.sector, sectors[s.sector].country)]
    if scope == "crossing_point":
        return [
            n for n, p in scenario.crossing_points.items() if item in (p.sector, sectors[p.sector].country)
        ]
    return []


class ControlTable:
    """What a scenario's levers do: their times, what each moves, what they build,
    and the columns that they lead."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.levers = list(scenario.levers.values())
        self.times = [_times(scenario, lever) for lever in self.levers]
        self.base = [self._bases(control) for control in CONTROLS]
        self.moves: dict[tuple[int, int], list[LeverMove]] = {}
        self.builders: list[tuple[int, str, float, list[int]]] = []
        self.columns: list[tuple[int, int]] = []
        for index, lever in enumerate(self.levers):
            if lever.on:
                self._register(index, lever)

    def _bases(self, control: Control) -> list[float]:
        tables = (
            self.scenario.model_dump(include={control_table(control.scope)})
            if control.scope != "world"
            else {}
        )
        table = tables.get(control_table(control.scope), {})
        return [
            _base_of(self.scenario, control, name, table.get(name, {}))
            for name in names_of_scope(self.scenario, control.scope)
        ]

    def _register(self, index: int, lever: Lever) -> None:
        for effect in effects_of(self.scenario, lever):
            control = CONTROLS[CONTROL_INDEX[effect.control]]
            where = places(self.scenario, control.scope, lever.where)
            if control.scope == "builder":
                self.builders.append((index, effect.control.split("_")[0], effect.size, where))
            elif control.scope == "event":
                # One sector: a column stands at one place.
                self.columns += [(index, place) for place in where[:1]]
            else:
                for place in where:
                    move = LeverMove(index, effect.op, effect.size, effect.phase == "announced")
                    self.moves.setdefault((CONTROL_INDEX[effect.control], place), []).append(move)

    def degree(self, lever: int, time_h: float, announced: bool = False) -> float:
        """Ramp x strength of a lever at a time; an announcement holds from being announced to the start."""
        t = self.times[lever]
        if announced:
            return t.strength if t.announced_h <= time_h < t.start_h else 0.0
        return t.strength * ramp_at(time_h, t.start_h, t.end_h, t.ramp_h)


def control_table(scope: str) -> str:
    """The scenario's table that holds a scope's places."""
    return {
        "country": "countries",
        "crossing_point": "crossing_points",
        "builder": "sectors",
        "event": "sectors",
    }.get(scope, scope + "s")


def _base_of(scenario: Scenario, control: Control, name: str, fields: dict[str, object]) -> float:
    if control.base == "stance":
        return 0.0
    if control.base.startswith("country."):
        country = scenario.countries[scenario.sectors[name].country]
        return float(getattr(country, control.base.split(".")[1]))
    if control.base[0].isdigit():
        return float(control.base)
    if control.scope == "world":
        return float(getattr(scenario.transit_state, control.base))
    return float(fields[control.base])  # type: ignore[arg-type]


def _times(scenario: Scenario, lever: Lever) -> LeverTimes:
    start_of_run = scenario.scenario.start
    start = NEVER if lever.start is None or lever.trigger is not None else hour_of(start_of_run, lever.start)
    announced = start if lever.announced is None else hour_of(start_of_run, lever.announced)
    end = NEVER if lever.end is None else hour_of(start_of_run, lever.end)
    if lever.trigger is not None:
        # The run sets these when the trigger acts.
        announced, end = NEVER, NEVER
    return LeverTimes(announced, start, end, HOURS_PER_DAY * lever.ramp_days, lever.strength)
