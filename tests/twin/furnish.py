"""A scenario as the arrays of a world: everything that is there before anybody acts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.random_streams import entity_luck, key_of_name
from sim.core.units import HOURS_PER_DAY
from sim.record.accounts import KINDS_OF, ROWS
from sim.record.events import MOVES_TO, PLACED, Compartment
from sim.record.log import COMPARTMENTS, PARTIES, SLOTS
from sim.record.sightings import SEES, SIDES
from sim.rules.barriers_met import COIL, FENCE, WALL
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS, STANCE_CONTROLS
from sim.scenario.levers.lever_targets import PRESSURE, ControlTable, places
from sim.scenario.numeric_tables import Tables
from sim.scenario.schema import Party, Scenario
from tests.twin.memory import GROWING, LAWS, LAWS_OF_COUNTRY, PARAMS, SECTIONS, Memory

UNKNOWN_DISTANCE_KM = 1.0
OPS = {"set": 0, "add": 1, "scale": 2}
BARRIERS = {"coil": COIL, "fence": FENCE, "wall": WALL}
ACTORS = 8
STAGES = {"waiting": 0, "gave_up": 3, "stranded": 6, "in_site": 7, "procedure": 11, "awaiting_removal": 12}
"""The stage that a stock begins with, as `tests.twin.journey` numbers them."""
COMPARTMENT_OF = {
    "waiting": Compartment.WAITING, "gave_up": Compartment.WAITING, "in_site": Compartment.WAITING,
    "stranded": Compartment.STRANDED, "procedure": Compartment.PROCEDURE, "awaiting_removal": Compartment.AWAITING_REMOVAL,
}  # fmt: skip
FIRST_GUESS = {
    "heap": 4096,
    "groups": 2048,
    "calls": 512,
    "crowds": 64,
    "columns": 32,
    "rows": 4096,
    "cells": 4096,
    "said": 1024,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is the same in every replication of a scenario: arrays by name, scalars of the world, names of growing arrays and sizes."""

    scenario: Scenario
    arrays: dict[str, Any]
    scalars: dict[str, Any]


def plan_of(scenario: Scenario) -> Plan:
    """A scenario in numbers; made once, used by every replication."""
    tables, controls = Tables(scenario), ControlTable(scenario)
    stock_laws = [tables.law(stock.waited) for stock in scenario.initial.values()]
    arrays: dict[str, Any] = {}
    _laws(arrays, scenario, tables, stock_laws)
    _places(arrays, scenario, tables)
    _controls(arrays, scenario, controls)
    _builders(arrays, tables, controls)
    _watches(arrays, scenario)
    _parties(arrays, scenario, tables)
    _routes(arrays, scenario, tables)
    _calendar(arrays, scenario, tables)
    _stocks(arrays, scenario, tables)
    _books(arrays, scenario, tables)
    return Plan(scenario, arrays, _scalars(scenario, tables, arrays))


def furnish(plan: Plan, seed: int, replication: int, keep_rows: bool, sizes: dict[str, int]) -> Memory:
    """The memory of one replication."""
    wanted = {name: len(values) for name, values in plan.arrays.items()} | {
        n: max(sizes[n], 16) for n in GROWING
    }
    wanted["rows"] = sizes["rows"] if keep_rows else 16
    width = plan.scalars["parts_width"]
    wanted |= {"part_lender": width * sizes["calls"], "part_teams": width * sizes["calls"]}
    wanted |= {"scratch": sizes["groups"], "scratch_keys": sizes["groups"]}
    memory = Memory(wanted)
    for name, values in plan.arrays.items():
        memory.fill(name, values)
    w = memory.whole
    for name, value in plan.scalars.items():
        w[name][0] = value
    w["seed"][0], w["replication"][0], w["keep_rows"][0] = seed, replication, int(keep_rows)
    for table, key, luck in (("routes", "key", "luck"), ("sectors", "key", "watch_luck")):
        rows = memory.arrays[table][: len(plan.arrays[table])]
        rows[luck] = [entity_luck(seed, replication, int(k)) for k in rows[key]]
    return memory


def _records(dtype: Any, rows: list[dict[str, Any]]) -> Any:
    found = np.zeros(len(rows), dtype)
    for i, row in enumerate(rows):
        for name, value in row.items():
            found[name][i] = value
    return found


def _csr(lists: list[list[Any]]) -> tuple[list[int], list[Any]]:
    """Lists end to end, and where each begins."""
    first = [0]
    for items in lists:
        first.append(first[-1] + len(items))
    return first, [item for items in lists for item in items]


def _laws(arrays: dict[str, Any], scenario: Scenario, tables: Tables, stock_laws: list[Any]) -> None:
    from tests.twin.memory import LAW

    def table(laws: list[Any]) -> Any:
        rows = [(0, 0.0, 0.0, 0) if law is None else tuple(law) for law in laws]
        return _records(LAW, [dict(zip(LAW.names or (), row, strict=True)) for row in rows])

    arrays["laws"] = table([getattr(tables, name) for name in LAWS])
    arrays["country_laws"] = table([law for name in LAWS_OF_COUNTRY for law in getattr(tables, name)])
    arrays["lend_travel"] = table(tables.lend_travel)
    arrays["stock_laws"] = table(stock_laws)
    arrays["quantiles"] = np.array(tables.quantiles)
    arrays["party_sizes"] = np.array(tables.party_sizes)
    values = {
        f"{section}_{name}": getattr(getattr(scenario, section), name)
        for section in SECTIONS
        for name in type(getattr(scenario, section)).model_fields
    }
    known = {name: value for name, value in values.items() if name in (PARAMS.names or ())}
    extra = {"mean_group": tables.mean_group, "has_patience": int(tables.patience is not None)}
    arrays["params"] = _records(PARAMS, [known | extra])


def _places(arrays: dict[str, Any], scenario: Scenario, tables: Tables) -> None:
    from tests.twin.memory import COUNTRY, FRONT, LINE, POINT, SECTOR, SHIFT, SITE

    crossing, exposure = scenario.crossing, scenario.exposure
    factors = {
        "land": 1.0, "forest": crossing.forest_factor, "bog": crossing.bog_factor, "river": crossing.river_factor,
    }  # fmt: skip
    prior = scenario.information.prior_success
    sectors, built = [], []
    for i, s in enumerate(tables.sectors):
        built += [0.0, s.coil_km, s.fence_km, s.wall_km]
        sectors.append(
            {
                "key": tables.sector_keys[i], "length_km": s.length_km, "response_h": s.response_h, "terrain_factor": factors[s.terrain],
                "constant": tables.countries[tables.country_of[i]].constant, "country": tables.country_of[i],
                "front": tables.front_of[i], "queue": -1, "aim": -1, "river": int(s.terrain == "river"),
                "ground": exposure.bog_factor if s.terrain in ("bog", "river") else 1.0, "night_factor": exposure.night_factor,
                "believed": prior,
            }
        )  # fmt: skip
    arrays["sectors"], arrays["built"] = _records(SECTOR, sectors), np.array(built)
    arrays["countries"] = _records(
        COUNTRY,
        [
            {
                "crowding": c.reception.crowding, "leaves_crowded": c.reception.leaves_crowded, "recognised": c.reception.recognised,
                "inland_check": c.reception.inland_check, "places": c.reception.places, "keep_teams": c.keep_teams,
                "flight_row": -1, "flight_days": c.reception.removal_flight_days,
            }
            for c in tables.countries
        ],
    )  # fmt: skip
    arrays["sites"] = _records(
        SITE,
        [
            {
                "driven": s.driven,
                "sector": tables.sector_names.index(s.sector),
                "capacity": s.capacity,
                "row": -1,
            }
            for s in scenario.sites.values()
        ],
    )
    points = scenario.crossing_points.values()
    arrays["points"] = _records(
        POINT, [{"use": p.use, "sector": tables.sector_names.index(p.sector)} for p in points]
    )
    arrays["fronts"] = _records(FRONT, [{"limit": front.limit} for front in scenario.fronts.values()])
    lines = 2 + len(sectors) + len(scenario.sites) + len(tables.countries)
    arrays["lines"] = _records(LINE, [{"first": -1, "last": -1} for _ in range(lines)])
    first, shifts = _csr([list(rows) for rows in tables.shifts])
    arrays["shift_first"] = np.array(first)
    arrays["shifts"] = _records(SHIFT, [{"from_h": a, "to_h": b, "share": c} for a, b, c in shifts])
    first, flat = _csr(tables.neighbours)
    arrays["neighbour_first"], arrays["neighbours"] = np.array(first), np.array(flat, np.int64)
    lent_by = [[n for n in range(len(sectors)) if s in tables.neighbours[n]] for s in range(len(sectors))]
    first, flat = _csr(lent_by)
    arrays["lent_first"], arrays["lent_by"] = np.array(first), np.array(flat, np.int64)


def _controls(arrays: dict[str, Any], scenario: Scenario, controls: ControlTable) -> None:
    from tests.twin.memory import LEVER, MOVE

    stride = max(len(row) for row in controls.base)
    targets = len(CONTROLS) * stride
    base, value = np.zeros(targets), np.zeros(targets)
    for c, row in enumerate(controls.base):
        base[c * stride : c * stride + len(row)] = row
        value[c * stride : c * stride + len(row)] = row
    arrays["base"], arrays["value"] = base, value
    arrays["low"], arrays["high"] = np.array([c.low for c in CONTROLS]), np.array([c.high for c in CONTROLS])
    arrays["stale"] = np.zeros(targets, np.int64)
    of_target: list[list[Any]] = [[] for _ in range(targets)]
    of_lever: list[list[int]] = [[] for _ in controls.levers]
    for (control, place), moves in controls.moves.items():
        of_target[control * stride + place] = moves
        for move in moves:
            of_lever[move.lever].append(control * stride + place)
    first, flat = _csr(of_target)
    arrays["move_first"] = np.array(first)
    arrays["moves"] = _records(
        MOVE,
        [{"amount": m.size, "lever": m.lever, "op": OPS[m.op], "announced": int(m.announced)} for m in flat],
    )
    arrays["order"] = np.zeros(max((len(moves) for moves in of_target), default=0) + 1, np.int64)
    first, flat = _csr(of_lever)
    arrays["lever_first"], arrays["lever_targets"] = np.array(first), np.array(flat, np.int64)
    rows = []
    for i, (name, lever) in enumerate(scenario.levers.items()):
        t = controls.times[i]
        pressure = {
            phase: sum(
                m.size for m in controls.moves.get((PRESSURE, 0), ()) if m.lever == i and m.announced == phase
            )
            for phase in (False, True)
        }
        rows.append(
            {
                "key": key_of_name("lever " + name), "announced_h": t.announced_h, "start_h": t.start_h, "end_h": t.end_h,
                "ramp_h": t.ramp_h, "strength": t.strength, "pressure": pressure[False],
                "pressure_announced": pressure[True], "row": -1, "persons": lever.persons or 0,
                "by_escort": int(lever.led_by == "escort"), "dated": int(lever.on and lever.trigger is None),
            }
        )  # fmt: skip
    arrays["levers"] = _records(LEVER, rows)
    arrays["mass_columns"] = np.array([n for pair in controls.columns for n in pair], np.int64)
    arrays["stance_controls"] = np.array([CONTROL_INDEX[name] for name in STANCE_CONTROLS])


def _builders(arrays: dict[str, Any], tables: Tables, controls: ControlTable) -> None:
    from tests.twin.memory import BUILDER

    rows, order = [], list[int]()
    for lever, barrier, rate, where in controls.builders:
        length = sum(tables.sectors[place].length_km for place in where)
        km = controls.levers[lever].km
        rows.append(
            {
                "rate": rate, "stop_km": length if km is None else min(km, length), "lever": lever, "barrier": BARRIERS[barrier],
                "first": len(order), "count": len(where),
            }
        )  # fmt: skip
        order += where
    arrays["builders"], arrays["builder_order"] = _records(BUILDER, rows), np.array(order, np.int64)


def _watches(arrays: dict[str, Any], scenario: Scenario) -> None:
    from tests.twin.memory import WATCH

    n, parties = len(scenario.sectors), list(scenario.parties)
    rows, kinds, where = [], list[int](), list[int]()
    for i, lever in enumerate(scenario.levers.values()):
        t = lever.trigger
        if not lever.on or t is None:
            continue
        rows.append(
            {
                "above": t.above, "below": t.below, "delay_days": t.delay_days, "duration_days": t.duration_days, "lever": i,
                "party": parties.index(t.party), "window_days": t.window_days, "by_rows": int(t.measure in ROWS),
            }
        )  # fmt: skip
        kinds += [int(kind in KINDS_OF[t.measure]) for kind in range(128)]
        watched = places(scenario, "sector", t.where)
        where += [int(s in watched) for s in range(n)]
    arrays["watches"] = _records(WATCH, rows)
    arrays["watch_kinds"], arrays["watch_where"] = np.array(kinds, np.int64), np.array(where, np.int64)
    arrays["watch_days"] = np.zeros(len(rows) * (scenario.days + 1))


def _parties(arrays: dict[str, Any], scenario: Scenario, tables: Tables) -> None:
    from tests.twin.memory import SEES as SEES_RECORD

    parties = list(scenario.parties.values())
    lists = [
        [
            {"chance": getattr(p, name), "party": i, "needs_reporting": int(p.needs_reporting)}
            for i, p in enumerate(parties)
            if getattr(p, name) > 0.0 and (not p.countries or sector.country in p.countries)
        ]
        for name in SEES
        for sector in tables.sectors
    ]
    first, flat = _csr(lists)
    arrays["sees_first"], arrays["sees"] = np.array(first), _records(SEES_RECORD, flat)
    arrays["admits"] = np.array([_admits(p, actor) for p in parties for actor in range(ACTORS)])
    arrays["misattributes"] = np.array([p.misattributes for p in parties])


def _admits(party: Party, actor: int) -> float:
    return party.admits_own if actor in SIDES.get(party.side, ()) else party.admits_other


def _routes(arrays: dict[str, Any], scenario: Scenario, tables: Tables) -> None:
    from tests.twin.memory import ROUTE

    routes = list(scenario.routes.values())
    arrays["routes"] = _records(
        ROUTE,
        [
            {
                "key": tables.route_keys[i], "people_per_day": r.people_per_day, "stance_exponent": r.stance_exponent,
                "strip_per_day": r.strip_per_day,
            }
            for i, r in enumerate(routes)
        ],
    )  # fmt: skip
    arrays["seasons"] = np.array([value for r in routes for value in r.season])
    distances = [
        r.distance_km.get(name, r.distance_km.get(sector.country, UNKNOWN_DISTANCE_KM))
        for r in routes
        for name, sector in scenario.sectors.items()
    ]
    n = len(scenario.sectors)
    arrays["distances"] = np.array([*distances, *[UNKNOWN_DISTANCE_KM] * n])
    arrays["weights"] = np.zeros((len(routes) + 1) * n)
    arrays["stance_points"] = np.array(tables.stance_points)
    arrays["stance_values"] = np.array([value for row in tables.stance_values for value in row])


def _calendar(arrays: dict[str, Any], scenario: Scenario, tables: Tables) -> None:
    people = scenario.people
    arrays["months"] = np.array(tables.months)
    arrays["winters"] = np.array([int(m + 1 in people.winter_months) for m in tables.months])
    arrays["month_factors"] = np.array(scenario.exposure.month_factors)
    turns: dict[float, list[int]] = {}
    for i, sector in enumerate(tables.sectors):
        for hour in {h % HOURS_PER_DAY for s in sector.shifts for h in (s.from_h, s.to_h)}:
            turns.setdefault(hour, []).append(i)
    ordered = sorted((hour, posts) for hour, posts in turns.items() if hour > 0.0)
    first, flat = _csr([posts for _, posts in ordered])
    arrays["turn_hours"] = np.array([hour for hour, _ in ordered])
    arrays["turn_first"], arrays["turn_posts"] = np.array(first), np.array(flat, np.int64)


def _stocks(arrays: dict[str, Any], scenario: Scenario, tables: Tables) -> None:
    from tests.twin.memory import STOCK

    rows = []
    for name, stock in scenario.initial.items():
        row: dict[str, Any] = {
            "key": key_of_name("initial " + name), "compartment": COMPARTMENT_OF[stock.compartment], "stage": STAGES[stock.compartment],
            "persons": stock.persons, "attempts": stock.attempts, "sector": -1, "site": -1,
            "route": tables.route_names.index(stock.place) if stock.place in tables.route_names else len(tables.route_names),
            "heard": int(stock.compartment == "procedure"), "waits": int(stock.compartment == "waiting"),
        }  # fmt: skip
        if stock.compartment in ("stranded", "procedure", "awaiting_removal"):
            by_country = stock.place in tables.country_names
            row["sector"] = (
                tables.country_of.index(tables.country_names.index(stock.place))
                if by_country
                else tables.sector_names.index(stock.place)
            )
        elif stock.compartment == "in_site":
            row["site"] = tables.site_names.index(stock.place)
            row["sector"] = tables.sector_names.index(scenario.sites[stock.place].sector)
        rows.append(row)
    arrays["stocks_at_start"] = _records(STOCK, rows)


def _books(arrays: dict[str, Any], scenario: Scenario, tables: Tables) -> None:
    """Counters of the run, empty."""
    n, days, countries = len(tables.sectors), scenario.days, len(tables.countries)
    cells = COMPARTMENTS * (countries + 1)
    arrays["stock"], arrays["stocks"] = np.zeros(cells, np.int64), np.zeros(cells * (days + 1), np.int64)
    arrays["person_hours"], arrays["team_hours"] = np.zeros(COMPARTMENTS), np.zeros(days * n)
    arrays["cell_at"] = np.zeros((n + 1) * SLOTS, np.int32)
    arrays["said_at"] = np.zeros((n + 1) * SLOTS * PARTIES if scenario.parties else 1, np.int32)
    arrays["news_tries"], arrays["news_successes"] = (
        np.zeros((days + 1) * n, np.int64),
        np.zeros((days + 1) * n, np.int64),
    )
    arrays["news_removed"], arrays["by_country"] = np.zeros(days + 1, np.int64), np.zeros(2 * countries)
    moves = np.zeros(128, np.int64)
    for kind, compartment in MOVES_TO.items():
        moves[int(kind)] = int(compartment)
    arrays["moves_to"] = moves
    arrays["placed"] = np.array([int(c in PLACED) for c in Compartment])


def _scalars(scenario: Scenario, tables: Tables, arrays: dict[str, Any]) -> dict[str, Any]:
    n = len(tables.sectors)
    return {
        "end_h": tables.end_h, "days": tables.days, "sectors_n": n, "countries_n": len(tables.countries),
        "routes_n": len(tables.route_names), "sites_n": len(tables.site_names), "points_n": len(scenario.crossing_points),
        "fronts_n": len(scenario.fronts), "levers_n": len(scenario.levers), "stride": len(arrays["base"]) // len(CONTROLS),
        "lines_n": len(arrays["lines"]), "seats_line": len(arrays["lines"]) - 1, "stock_stride": len(tables.countries) + 1,
        "overall": scenario.information.prior_success, "winter": 1.0, "home_flight_row": -1, "stance_row": -1,
        "free_group": -1, "free_call": -1, "free_crowd": -1, "free_column": -1,
        "parts_width": 2 + max((len(names) for names in tables.neighbours), default=0), "watches_n": len(arrays["watches"]),
        "builders_n": len(arrays["builders"]), "mass_n": len(arrays["mass_columns"]) // 2, "turns_n": len(arrays["turn_hours"]),
        "stocks_count": len(arrays["stocks_at_start"]), "points_of_stance": len(tables.stance_points), "until": math.inf,
    }  # fmt: skip


def first_sizes(scenario: Scenario) -> dict[str, int]:
    """A first guess at how much room a run needs: the people at the start, and those who come in a fortnight."""
    people = sum(stock.persons for stock in scenario.initial.values())
    people += 14 * int(sum(route.people_per_day for route in scenario.routes.values()))
    groups = 1024 + people // 4
    return FIRST_GUESS | {"groups": groups, "heap": 2 * groups + 1024, "rows": 16 * groups}
