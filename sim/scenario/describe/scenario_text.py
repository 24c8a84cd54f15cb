"""A scenario in words: tables of its world, its forces, its routes, and the calendar of its levers.

Everything is text in rows, so that a terminal, a page or a test can take it as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from sim.scenario.checks.extension_checks import hash_of
from sim.scenario.describe.assumptions import Assumed, pattern
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS, STANCE_PRESETS, KindEffect
from sim.scenario.levers.lever_targets import effects_of
from sim.scenario.schema import Lever, Scenario


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a title."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def number(value: float) -> str:
    """A number as a reader wants it.

    >>> number(1000.0), number(0.30000000000000004), number(2e-05)
    ('1,000', '0.3', '2e-05')
    """
    # Well below 2^53, from which on a float does not hold every whole number.
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.6g}"


def value_words(value: Any) -> str:
    """Any value of a scenario on one line; a distribution by its name and parameters."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, dict):
        return _table_words(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(value_words(item) for item in value) or "none"
    return str(value)


def _table_words(table: dict[str, Any]) -> str:
    parts = [str(table["dist"])] if "dist" in table else []
    for key, value in table.items():
        if key != "dist" and value is not None:
            name, unit = (key[:-2], " h") if key.endswith("_h") else (key, "")
            parts.append(f"{name.replace('_', ' ')} {value_words(value)}{unit}")
    return ", ".join(parts) or "none"


def listing(names: Sequence[str], most: int = 6) -> str:
    """Names in a row, counted where there are many."""
    return (
        ", ".join(names)
        if len(names) <= most
        else f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    )


def heading(scenario: Scenario) -> str:
    """Title, period and what it is about."""
    meta = scenario.scenario
    hours = f"UTC{meta.utc_offset_h:+g} h" if meta.utc_offset_h else "UTC"
    period = f"{meta.start} to {meta.end} (not included), {scenario.days} days, clock {hours}"
    about = " ".join(meta.about.split())
    return "\n".join(line for line in (f"{meta.title} ({scenario.name})", period, about) if line)


def world_tables(scenario: Scenario) -> list[Table]:
    """Who is where, and what each has: only the tables that hold something."""
    tables = [
        _countries(scenario), _sectors(scenario), _fronts(scenario), _transit_state(scenario),
        _routes(scenario),
        _sites(scenario), _points(scenario), _parties(scenario), _stocks(scenario), _mechanisms(scenario),
        _extensions(scenario),
    ]  # fmt: skip
    return [table for table in tables if table.rows]


def _countries(scenario: Scenario) -> Table:
    rows = []
    for name, country in scenario.countries.items():
        own = [sector for sector in scenario.sectors.values() if sector.country == name]
        rows.append(
            (
                name, str(len(own)), number(sum(s.length_km for s in own)), number(sum(s.teams for s in own)),
                number(country.reserve_teams), number(country.summary_return), number(country.claims_heard),
                number(country.reception.places), number(country.removal_seats_per_week),
            )
        )  # fmt: skip
    columns = (
        "country", "sectors", "line (km)", "teams", "reserve (teams)", "summary return (share)",
        "claims heard (share)", "places (persons)", "removal seats (a week)",
    )  # fmt: skip
    return Table("Destination states", columns, tuple(rows))


def _sectors(scenario: Scenario) -> Table:
    rows = []
    for name, s in scenario.sectors.items():
        standing = [
            f"{kind} {number(km)}"
            for kind, km in (("coil", s.coil_km), ("fence", s.fence_km), ("wall", s.wall_km))
            if km
        ]
        rows.append(
            (
                name, s.country, number(s.length_km), s.terrain, number(s.teams), number(s.response_h),
                ", ".join(standing) or "-", number(s.restraint), listing(s.neighbours, 3),
            )
        )  # fmt: skip
    columns = (
        "sector", "country", "line (km)", "ground", "teams", "response (median h)", "standing (km)",
        "restraint (share)", "neighbours",
    )  # fmt: skip
    return Table("Sectors and their posts", columns, tuple(rows))


def posture_words(posture: float) -> str:
    """A posture with the nearest of its presets.

    >>> posture_words(0.95)
    '0.95, near coercive'
    """
    name, (point, _) = min(STANCE_PRESETS.items(), key=lambda item: abs(item[1][0] - posture))
    return f"{number(posture)}, {'' if abs(point - posture) < 1e-9 else 'near '}{name}"


def _fronts(scenario: Scenario) -> Table:
    rows = tuple(
        (name, listing(front.where), posture_words(front.posture), number(front.limit))
        for name, front in scenario.fronts.items()
    )
    return Table(
        "Fronts of the transit state", ("front", "where", "posture at the start", "highest posture"), rows
    )


def _transit_state(scenario: Scenario) -> Table:
    t = scenario.transit_state
    rows = (
        ("forces in front of the line", t.escorts),
        ("answers sanctions (share)", number(t.answer_probability)),
        ("delay of an answer", value_words(t.answer_delay)),
        ("rise of posture per unit of pressure", number(t.answer_gain)),
        ("seats home (persons/day)", number(t.seats_home_per_day)),
    )
    return Table(f"Transit state: {t.label}", ("what", "value"), rows)


def _routes(scenario: Scenario) -> Table:
    rows = tuple(
        (name, r.label, number(r.people_per_day), value_words(dict(r.distance_km)))
        for name, r in scenario.routes.items()
    )
    return Table("Routes", ("route", "from", "people/day (base)", "distance (km)"), rows)


def _sites(scenario: Scenario) -> Table:
    rows = tuple(
        (
            name,
            s.label,
            s.sector,
            number(s.capacity),
            number(s.shelter),
            "open" if s.open >= 0.5 else "closed",
        )
        for name, s in scenario.sites.items()
    )
    return Table(
        "Staging sites",
        ("site", "called", "sector", "capacity (persons)", "shelter (share)", "at the start"),
        rows,
    )


def _points(scenario: Scenario) -> Table:
    rows = tuple(
        (name, p.label, p.sector, "open" if p.open >= 0.5 else "closed", number(p.use))
        for name, p in scenario.crossing_points.items()
    )
    return Table(
        "Official crossing points", ("point", "called", "sector", "at the start", "use (share)"), rows
    )


def _parties(scenario: Scenario) -> Table:
    rows = tuple(
        (
            name, p.label, p.side.replace("_", " "), number(p.sees_detected), number(p.sees_undetected),
            number(p.admits_own), number(p.misattributes), number(p.invents_per_day),
        )
        for name, p in scenario.parties.items()
    )  # fmt: skip
    columns = (
        "party", "called", "side", "sees detected (share)", "sees undetected (share)", "admits own (share)",
        "misattributes (share)", "invents (a day)",
    )  # fmt: skip
    return Table("Accounts", columns, rows)


def _stocks(scenario: Scenario) -> Table:
    rows = tuple(
        (
            name,
            number(s.persons),
            s.compartment.replace("_", " "),
            s.place,
            value_words(s.waited),
            number(s.attempts),
        )
        for name, s in scenario.initial.items()
    )
    return Table(
        "Who is there at the start",
        ("stock", "persons", "compartment", "place", "has waited", "tries made"),
        rows,
    )


def _mechanisms(scenario: Scenario) -> Table:
    rows = tuple((name, "off") for name, on in scenario.mechanisms.model_dump().items() if not on)
    return Table("Mechanisms switched off", ("mechanism", "state"), rows)


def _extensions(scenario: Scenario) -> Table:
    rows = tuple(
        (
            name, e.module, hash_of(e.code), listing(e.sectors, 4) if e.sectors else "everywhere",
            listing(tuple(e.rows), 8) or "-",
            listing([f"{m.label} ({m.unit})" for m in e.measures.values()], 8) or "-",
        )
        for name, e in scenario.extensions.items()
    )  # fmt: skip
    columns = ("extension", "module", "hash of its code", "where", "rows that it writes", "measures")
    return Table("Extensions: actors and rules of the scenario's own", columns, rows)


# levers


def effect_words(effect: KindEffect) -> str:
    """What a lever does to a control at strength 1.

    >>> effect_words(KindEffect("teams", "scale", 1.5)), effect_words(KindEffect("zone_km", "set", 3.0))
    ('teams x 1.5', 'zone_km = 3 km')
    """
    control = CONTROLS[CONTROL_INDEX[effect.control]]
    unit = "" if control.unit in ("1", "share") else f" {control.unit}"
    sign = {
        "set": f"= {number(effect.size)}{unit}",
        "add": f"{effect.size:+.6g}{unit}",
        "scale": f"x {number(effect.size)}",
    }
    when = " once announced" if effect.phase == "announced" else ""
    return f"{effect.control} {sign[effect.op]}{when}"


def lever_words(scenario: Scenario, lever: Lever) -> str:
    """What a lever does, in one line."""
    parts = [effect_words(effect) for effect in effects_of(scenario, lever)]
    if lever.persons is not None:
        parts = [f"a column of {number(lever.persons)} persons"]
    if lever.km is not None:
        parts.append(f"up to {number(lever.km)} km")
    if lever.strength != 1.0:
        parts.append(f"at strength {number(lever.strength)}")
    if lever.ramp_days:
        parts.append(f"in full after {number(lever.ramp_days)} days")
    return "; ".join(parts)


def calendar_tables(scenario: Scenario) -> list[Table]:
    """The levers by date; those that wait for a trigger; those switched off."""
    columns = ("date", "", "lever", "kind", "actor", "where", "what it does")
    rows: list[tuple[str, ...]] = []
    triggered: list[tuple[str, ...]] = []
    off: list[tuple[str, ...]] = []
    for name, lever in scenario.levers.items():
        said = (name, lever.kind, lever.actor or "-", listing(lever.where, 4), lever_words(scenario, lever))
        if not lever.on:
            off.append(said)
        elif lever.trigger is not None:
            triggered.append((*said, trigger_words(lever)))
        else:
            rows += [(day_words(when), word, *_said(said, word)) for word, when in _moments(lever)]
    tables = [
        Table("Levers by date", columns, tuple(sorted(rows, key=lambda row: row[0]))),
        Table("Levers by trigger", (*columns[2:], "when"), tuple(triggered)),
        Table("Levers switched off", columns[2:], tuple(off)),
    ]
    return [table for table in tables if table.rows]


def _said(said: tuple[str, ...], word: str) -> tuple[str, ...]:
    return said if word == "begins" else (*said[:-1], "")


def _moments(lever: Lever) -> list[tuple[str, date | datetime]]:
    dates = (("announced", lever.announced), ("begins", lever.start), ("ends", lever.end))
    return [(word, when) for word, when in dates if when is not None]


def day_words(when: date | datetime) -> str:
    """A date, with its hour if it has one."""
    return when.strftime("%Y-%m-%d %H:%M") if isinstance(when, datetime) else when.isoformat()


def trigger_words(lever: Lever) -> str:
    """When a triggered lever acts."""
    t = lever.trigger
    assert t is not None
    days = "" if t.duration_days >= 36_500 else f", for at most {number(t.duration_days)} days"
    where = "everywhere" if "*" in t.where else listing(t.where, 4)
    return (
        f"{t.party} counts at least {number(t.above)} {t.measure} "
        f"in {t.window_days} days ({where}); down below {number(t.below)}; after {number(t.delay_days)} "
        f"days{days}"
    )


# what is assumed


def assumed_tables(found: Sequence[Assumed]) -> list[Table]:
    """Assumed values, alike keys in one row, a table for each part of the scenario."""
    parts: dict[str, dict[str, list[Assumed]]] = {}
    for value in found:
        parts.setdefault(value.key.split(".")[0], {}).setdefault(pattern(value.key), []).append(value)
    return [
        Table(f"Assumed: {part} ({sum(map(len, keys.values()))})", ("key", "value", "unit", "source"),
              tuple(_assumed_row(key, group) for key, group in keys.items()))
        for part, keys in parts.items()
    ]  # fmt: skip


def _assumed_row(key: str, group: Sequence[Assumed]) -> tuple[str, str, str, str]:
    sources = list(dict.fromkeys(value.source or "no source" for value in group))
    units = list(dict.fromkeys(value.unit for value in group))
    if len(group) == 1:
        return group[0].key, value_words(group[0].value), units[0], sources[0]
    numbers = [value.value for value in group if isinstance(value.value, (int, float))]
    span = f"{number(min(numbers))} to {number(max(numbers))}" if numbers else "various"
    more = f" (and {len(sources) - 1} more sources)" if len(sources) > 1 else ""
    return key, f"{len(group)} values, {span}", listing(units, 3), sources[0] + more


def assumed_rows(found: Sequence[Assumed]) -> Table:
    """Every assumed value by itself, with its meaning."""
    rows = tuple((v.key, value_words(v.value), v.unit, v.about, v.source or "no source") for v in found)
    return Table(f"Assumed values ({len(rows)})", ("key", "value", "unit", "meaning", "source"), rows)
