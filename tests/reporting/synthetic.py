"""An invented result for drawing: journeys drawn at random, with every frame made from their events."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from sim.record.events import AT_THE_LINE, MOVES_TO, Actor, Compartment, Kind
from sim.record.measures import COUNTED
from sim.scenario.schema import Scenario

ROW = ("replication", "number", "time_h", "kind", "group", "persons", "sector", "country", "actor", "value", "cause", "witness")  # fmt: skip
PARTIES = ("guard", "transit", "press")
ACCOUNT_OF = {"attempts": "attempts", "entries": "entered_unseen", "incidents": "incidents_1", "deaths": "died",
              "returns": "summary_returns"}  # fmt: skip


def scenario_of(days: int = 150, sectors: int = 7, levers: int = 8) -> Scenario:
    """An invented border of three countries, with sectors from north to south and levers of every form."""
    start = date(2021, 7, 1)
    countries = ("east", "mid", "west")
    table: dict[str, Any] = {
        f"s{i}": {
            "country": countries[i * 3 // sectors], "label": f"Sector {i}", "length_km": 20 + 7 * i, "teams": 5,
            "path": [[23.5 + 0.2 * (i % 2), 56.0 - i * 0.5], [23.6 + 0.3 * (i % 3), 55.7 - i * 0.5], [23.5 + 0.2 * ((i + 1) % 2), 55.5 - i * 0.5]],
        }  # fmt: skip
        for i in range(sectors)
    }
    return Scenario.model_validate(
        {
            "name": "invented",
            "scenario": {"title": "An invented border", "start": start, "end": start + timedelta(days=days)},
            "countries": {name: {"label": name.title()} for name in countries},
            "sectors": table,
            "levers": dict(list(_levers(start, days, levers).items())[:levers]) if levers else {},
            "parties": {
                "guard": {"label": "Border guard", "side": "guard"},
                "transit": {"label": "Transit state", "side": "transit_state"},
                "press": {"label": "Aid groups and press", "side": "aid_and_press"},
            },
        }
    )


def _levers(start: date, days: int, count: int) -> dict[str, Any]:
    kinds = ("state_of_emergency", "wall", "sanctions", "flight_restrictions", "deportations", "diplomacy", "stance")
    actors = ("Eastland", "Midland", "Westland", "Union of states", "Transit state")
    levers: dict[str, Any] = {
        "camp": {"kind": "mass_column", "label": "column of 1,000", "start": start + timedelta(days=days // 2), "persons": 1000},
        "guards": {
            "kind": "reinforced_controls", "label": "reinforced when attempts rise", "actor": "Eastland",
            "trigger": {"party": "guard", "measure": "attempts", "above": 100},
        },
    }  # fmt: skip
    for i in range(count):
        begin = start + timedelta(days=(i * 37) % days)
        levers[f"lever-{i}"] = {
            "kind": kinds[i % len(kinds)], "actor": actors[i % len(actors)], "start": begin,
            "label": f"{kinds[i % len(kinds)].replace('_', ' ')} number {i}",
            "announced": begin - timedelta(days=20), "ramp_days": 10.0 * (i % 3),
        }  # fmt: skip
        if i % 2:
            levers[f"lever-{i}"]["end"] = begin + timedelta(days=30)
    return levers


def result_of(scenario: Scenario, replications: int = 5, groups: int = 400, seed: int = 7) -> SimpleNamespace:
    """A stand-in for a result, with consistent frames."""
    rng = np.random.default_rng(seed)
    rows = [row for r in range(replications) for row in _replication(rng, scenario, r, groups)]
    events = pd.DataFrame(rows, columns=ROW)
    events["date"] = pd.Timestamp(scenario.scenario.start) + pd.to_timedelta(events["time_h"], unit="h")
    events = events.astype({"group": "uint64", "kind": "category", "actor": "category"})
    daily = _daily(scenario, events, replications)
    return SimpleNamespace(
        scenario=scenario, seed=seed, replications=replications, daily=daily, events=events,
        fates=_fates(scenario, daily), accounts=_accounts(scenario, daily, rng),
        summary=pd.DataFrame(columns=["measure", "label", "unit", "family", "mean", "low", "high", "method", "replications"]),
    )  # fmt: skip


def empty_result(scenario: Scenario) -> SimpleNamespace:
    """A result in which nothing happened."""
    full = result_of(scenario, 1, 3)
    frames = {name: getattr(full, name).iloc[:0] for name in ("daily", "events", "fates", "accounts", "summary")}
    return SimpleNamespace(scenario=scenario, seed=1, replications=1, **frames)


class _Log:
    def __init__(self, replication: int, scenario: Scenario) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.replication = replication
        self.scenario = scenario
        self.names = list(scenario.sectors)
        self.end_h = scenario.end_h

    def write(self, time_h: float, kind: Kind, group: int, persons: int, sector: int, actor: Actor, value: float = 0.0, cause: int = -1) -> int:  # fmt: skip
        if time_h < self.end_h:
            name = self.names[sector] if sector >= 0 else ""
            country = self.scenario.sectors[name].country if name else ""
            self.rows.append((self.replication, len(self.rows), time_h, kind.name.lower(), group, persons, name, country,
                              actor.name.lower(), value, cause, 0))  # fmt: skip
        return len(self.rows) - 1


def _replication(rng: np.random.Generator, scenario: Scenario, replication: int, groups: int) -> list[tuple[Any, ...]]:
    log = _Log(replication, scenario)
    for i, lever in enumerate(scenario.levers.values()):
        if lever.trigger is not None:
            log.write(scenario.end_h * 0.3, Kind.LEVER_BEGAN, 0, 0, -1, Actor.DESTINATION_STATE, float(i))
            log.write(scenario.end_h * 0.6, Kind.LEVER_ENDED, 0, 0, -1, Actor.DESTINATION_STATE, float(i))
    for sector in range(len(log.names)):
        log.write(0.0, Kind.TEAMS_ON_DUTY, 0, 0, sector, Actor.GUARD, 5.0)
    for key in range(1, groups + 1):
        _journey(rng, log, key)
    return log.rows


def _journey(rng: np.random.Generator, log: _Log, key: int) -> None:
    persons = int(rng.poisson(7)) + 1
    t = float(rng.beta(2, 3) * log.end_h)
    if key % 20 == 0:
        log.write(0.0, Kind.WAS_PRESENT, key, persons, -1, Actor.NOBODY, float(Compartment.WAITING))
        t = 0.0
    else:
        log.write(t, Kind.ARRIVED, key, persons, -1, Actor.PEOPLE)
    for attempt in range(1, 5):
        sector = int(min(len(log.names) - 1, rng.poisson(2)))
        t += float(rng.exponential(100))
        log.write(t, Kind.SET_OUT, key, persons, sector, Actor.PEOPLE)
        t += 6.0
        log.write(t, Kind.ATTEMPT, key, persons, sector, Actor.PEOPLE, attempt)
        end = _at_the_line(rng, log, key, persons, sector, t)
        t += 4.0
        if end != Kind.PREVENTED:
            return
        log.write(t, Kind.CAME_BACK, key, persons, sector, Actor.PEOPLE)
    log.write(t + 50.0, Kind.GAVE_UP, key, persons, -1, Actor.PEOPLE)
    log.write(t + 400.0, Kind.FLOWN_HOME, key, persons, -1, Actor.TRANSIT_STATE)


def _at_the_line(rng: np.random.Generator, log: _Log, key: int, persons: int, sector: int, t: float) -> Kind:
    guard = Actor.GUARD
    if rng.random() < 0.2:
        log.write(t + 1, Kind.ENTERED_UNSEEN, key, persons, sector, Actor.PEOPLE)
        log.write(t + 30, Kind.WENT_ONWARD, key, persons, sector, Actor.PEOPLE)
        return Kind.ENTERED_UNSEEN
    call = log.write(t + 0.5, Kind.CALLED, key, persons, sector, guard, 1.0)
    wait = float(rng.exponential(0.6)) if rng.random() < 0.4 else 0.0
    served = log.write(t + 0.5 + wait, Kind.CALL_SERVED, key, persons, sector, guard, wait, call)
    log.write(t + 0.5 + wait, Kind.TEAMS_SENT, key, 0, sector, guard, 1.0, served)
    log.write(t + 4.0 + wait, Kind.TEAMS_BACK, key, 0, sector, guard, 1.0, served)
    _stand_off(rng, log, key, persons, sector, t)
    if rng.random() < 0.1:
        log.write(t + 1, Kind.STRANDED, key, persons, sector, Actor.ESCORT)
        if rng.random() < 0.3:
            log.write(t + 20, Kind.HARMED_EXPOSURE, key, 1, sector, Actor.WEATHER)
        if rng.random() < 0.1:
            log.write(t + 30, Kind.DIED_EXPOSURE, key, 1, sector, Actor.WEATHER)
        return Kind.APPREHENDED
    if rng.random() < 0.25:
        log.write(t + 1, Kind.APPREHENDED, key, persons, sector, guard)
        log.write(t + 2, Kind.CLAIM_LODGED, key, persons, sector, Actor.PEOPLE)
        if rng.random() < 0.5:
            log.write(t + 3, Kind.CLAIM_HEARD, key, persons, sector, Actor.DESTINATION_STATE)
            log.write(t + 3, Kind.ADMITTED, key, persons, sector, Actor.DESTINATION_STATE)
            return Kind.APPREHENDED
        log.write(t + 3, Kind.SUMMARY_RETURN, key, persons, sector, guard)
        return Kind.PREVENTED
    log.write(t + 1 + wait, Kind.PREVENTED, key, persons, sector, guard)
    return Kind.PREVENTED


def _stand_off(rng: np.random.Generator, log: _Log, key: int, persons: int, sector: int, t: float) -> None:
    actors = (Actor.PEOPLE, Actor.ESCORT, Actor.GUARD)
    if rng.random() > 0.3:
        return
    log.write(t, Kind.STANDOFF_BEGAN, key, persons, sector, Actor.PEOPLE)
    for level in range(1, 6):
        if rng.random() < 0.45:
            return
        log.write(t, Kind(Kind.REACHED_LEVEL_1 + level - 1), key, persons, sector, actors[int(rng.integers(3))], float(level))
    log.write(t, Kind.HARMED_VIOLENCE, key, 1, sector, Actor.GUARD)


def _daily(scenario: Scenario, events: pd.DataFrame, replications: int) -> pd.DataFrame:
    parts = []
    kinds = events["kind"].astype(str)
    for measure in COUNTED:
        chosen = events[kinds.isin([Kind(kind).name.lower() for kind in measure.kinds])]
        value = chosen["persons"] if measure.of == "persons" else chosen["value"] if measure.of == "value" else 1.0
        parts.append(
            chosen[["replication", "country", "sector"]].assign(day=(chosen["time_h"] // 24).astype(int), measure=measure.name, value=value)
        )
    columns = ["replication", "day", "country", "sector", "measure"]
    counted = pd.concat(parts).groupby(columns, as_index=False)["value"].sum()
    daily = pd.concat([counted, _stocks(scenario, events, replications)], ignore_index=True)
    daily["date"] = pd.Timestamp(scenario.scenario.start) + pd.to_timedelta(daily["day"], unit="D")
    return daily


def _stocks(scenario: Scenario, events: pd.DataFrame, replications: int) -> pd.DataFrame:
    days, width = scenario.days, len(Compartment)
    change = np.zeros((replications, days + 1, width))
    where: dict[tuple[int, int], tuple[int, int]] = {}
    for row in events.itertuples():
        kind = Kind[str(row.kind).upper()]
        to = int(row.value) if kind == Kind.WAS_PRESENT else MOVES_TO.get(kind)
        if to is None:
            continue
        day = min(days, int(row.time_h // 24) + 1)
        known = where.get((row.replication, row.group))
        if known is not None:
            change[row.replication, day, known[0]] -= row.persons
        change[row.replication, day, to] += row.persons
        where[(row.replication, row.group)] = (int(to), row.persons)
    stocks = change.cumsum(axis=1)
    stocks[..., AT_THE_LINE[2]] = np.maximum(stocks[..., AT_THE_LINE[2]], 0)
    r, d, c = np.nonzero(stocks > 0)
    names = np.array([f"stock_{Compartment(i).name.lower()}" for i in range(width)])
    countries = np.array(list(scenario.countries))
    return pd.DataFrame({"replication": r, "day": d, "country": countries[d % len(countries)], "sector": "",
                         "measure": names[c], "value": stocks[r, d, c]})  # fmt: skip


def _fates(scenario: Scenario, daily: pd.DataFrame) -> pd.DataFrame:
    last = daily[(daily["day"] == scenario.days) & daily["measure"].str.startswith("stock_")]
    frame = last.groupby(["replication", "measure"], as_index=False)["value"].sum()
    return pd.DataFrame({"replication": frame["replication"], "compartment": frame["measure"].str.removeprefix("stock_"),
                         "persons": frame["value"].astype(int)})  # fmt: skip


def _accounts(scenario: Scenario, daily: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    parts = []
    for place, party in enumerate(PARTIES):
        for measure, truth in ACCOUNT_OF.items():
            rows = daily[daily["measure"] == truth][["replication", "day", "date", "country", "value"]]
            seen = rng.binomial(rows["value"].astype(int), 0.9 - 0.3 * place)
            parts.append(rows.assign(party=party, measure=measure, value=seen).rename(columns={"country": "where"}))
    return pd.concat(parts, ignore_index=True)
