"""What a panel lets one change: levers by actor, numbers nobody is sure of, mechanisms; made from the
scenario and its schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sim.reporting.panel.calibrated_numbers import free_numbers
from sim.reporting.panel.panel_control import PanelControl
from sim.reporting.panel.slider_ranges import SliderRange, range_around
from sim.scenario.describe.assumptions import Assumed, numbers, pattern
from sim.scenario.describe.scenario_text import value_words
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS
from sim.scenario.levers.lever_targets import effects_of
from sim.scenario.schema import Lever, Mechanisms, Scenario
from sim.scenario.schema.fields import members, spec, steps_below

LEVERS, UNSURE, MECHANISMS = "Levers", "Numbers, measured or not", "Mechanisms of the model"
MOST_PLACES = 8
"""From so many places with values of their own on, one slider multiplies them all."""
NO_UNCERTAINTY = frozenset({"scenario", "levers"})
LEVER_WORDS = {"ramp_days": "from start to full effect", "strength": "strength (1 as sized, 0 no effect)",
               "km": "length at which building stops", "persons": "size of the column"}  # fmt: skip
TABLE_WORDS = {
    "exposure": "Cold, hunger and wounds",
    "initial": "Who is there at the start",
    "parties": "Who gives accounts",
    "standoffs": "Stand-offs",
}


def controls_of(scenario: Scenario) -> list[PanelControl]:
    """Every control of a scenario, in the order in which a panel shows them."""
    known = numbers(scenario)
    said = {number.key: number for number in known}
    levers = [c for name, lever in scenario.levers.items() for c in _lever(scenario, name, lever, said)]
    others = [*levers, *_uncertainties(scenario, known), *_mechanisms(scenario)]
    free = list(free_numbers(scenario, {control.key: control for control in others}))
    taken = {control.key for control in free}
    # One control a key: two sliders of one number could say different values.
    kept = [control for control in others if control.key not in taken]
    return [*free, *kept]


def _lever(scenario: Scenario, name: str, lever: Lever, said: dict[str, Assumed]) -> Iterator[PanelControl]:
    """A lever's switch, dates, strength and sizes."""
    at = f"levers.{name}"
    base = PanelControl(
        at,
        "",
        "switch",
        lever.on,
        LEVERS,
        lever.actor or "nobody named",
        lever.label or name,
        status=lever.status,
        source=lever.source,
    )
    yield replace(base, key=f"{at}.on", label="in force")
    for key, label in (("announced", "announced on"), ("start", "begins on"), ("end", "ends on")):
        when = getattr(lever, key)
        if when is not None:
            yield replace(base, key=f"{at}.{key}", label=label, **_when(when))
    for key in LEVER_WORDS:
        value = getattr(lever, key)
        if value is not None and (value or key == "ramp_days"):
            yield _number(replace(base, key=f"{at}.{key}", label=LEVER_WORDS[key]), value, said)
    for effect in effects_of(scenario, lever):
        control = CONTROLS[CONTROL_INDEX[effect.control]]
        # An action happens once, with a size of its own among the keys above.
        if control.scope == "event":
            continue
        # A factor has no range of the control: twice a share of 0.3 is legal.
        low, high = (0.0, None) if effect.op == "scale" else (control.low, control.high)
        label = control.about + (" (while only announced)" if effect.phase == "announced" else "")
        made = replace(
            base,
            key=f"{at}.sizes.{effect.control}",
            label=label,
            status="assumed",
            source="the kind's default",
        )
        made = _number(made, effect.size, said, range_around(effect.size, low, high, whole=False))
        yield replace(made, unit="times" if effect.op == "scale" else _unit(control.unit))


def _when(when: date) -> dict[str, Any]:
    is_time = isinstance(when, datetime)
    return {
        "kind": "time" if is_time else "date",
        "value": when.isoformat()[:16] if is_time else when.isoformat(),
    }


def _number(
    control: PanelControl, value: float, said: dict[str, Assumed], reach: SliderRange | None = None
) -> PanelControl:
    """A control of a number, with its unit and range from the schema, and what is said of its source."""
    path = control.key.split(".")
    found = spec(path)
    assert found is not None
    whole = float not in members(found.type)
    low, high, step = reach or range_around(value, found.low, found.high, whole=whole)
    known = said.get(control.key) or said.get(pattern(control.key))
    evidence = {"status": known.status, "source": known.source} if known else {}
    return replace(
        control, kind="number", value=value, low=low, high=high, step=step, unit=_unit(found.unit), **evidence
    )


def _unit(unit: str) -> str:
    return "" if unit in ("1", "share") else unit


def _uncertainties(scenario: Scenario, known: list[Assumed]) -> Iterator[PanelControl]:
    """Every single number outside levers; where many places have their own, one factor for all."""
    groups: dict[str, list[Assumed]] = defaultdict(list)
    for number in known:
        table = number.key.split(".")[0]
        if table not in NO_UNCERTAINTY and isinstance(number.value, int | float):
            groups[pattern(number.key)] += _each(scenario, number)
    said = {number.key: number for number in known}
    for key, group in groups.items():
        # A scenario may have 300 sectors: a slider for each would hide all others.
        if len(group) >= MOST_PLACES:
            yield _factor(key, group)
            continue
        for number in group:
            yield _number(_unsure(scenario, number), number.value, said)


def _each(scenario: Scenario, number: Assumed) -> list[Assumed]:
    """A number with `*`, by name where not every entry of its table has such a number."""
    table, name, *rest = [*number.key.split("."), ""]
    if name != "*":
        return [number]
    entries = getattr(scenario, table)
    # `*` sets every entry: it may stand only where all have the value that the slider would show.
    found = [entry for entry in entries if _value_at(entries[entry], rest[:-1]) == number.value]
    if len(found) == len(entries):
        return [number]
    return [replace(number, key=".".join((table, entry, *rest[:-1]))) for entry in found]


def _value_at(table: Any, steps: list[str]) -> Any:
    for step in steps:
        table = table.get(step) if isinstance(table, dict) else getattr(table, step, None)
    return table


def _unsure(scenario: Scenario, number: Assumed) -> PanelControl:
    table, name, *_ = [*number.key.split("."), ""]
    label = number.about or number.key.split(".")[-1].replace("_", " ")
    place = _place(scenario, table, name) if name and steps_below(type(scenario)).get(table) else ""
    return PanelControl(
        number.key, f"{place}: {label}" if place else label, "number", number.value, UNSURE, _section(table)
    )


def _place(scenario: Scenario, table: str, name: str) -> str:
    """What a named entry of a table is called; empty where the table holds none."""
    entries = getattr(scenario, table)
    if not isinstance(entries, dict):
        return ""
    return "everywhere" if name == "*" else str(getattr(entries[name], "label", "") or name)


def _section(table: str) -> str:
    return TABLE_WORDS.get(table) or table.replace("_", " ").capitalize()


def _factor(key: str, group: list[Assumed]) -> PanelControl:
    values = [float(number.value) for number in group]
    label = (
        f"{group[0].about or key} ({len(group)} places, {value_words(min(values))} to "
        f"{value_words(max(values))}): times"
    )
    statuses = sorted({number.status for number in group})
    return PanelControl(
        f"{key}*",
        label,
        "number",
        1.0,
        UNSURE,
        _section(key.split(".")[0]),
        unit="times",
        low=0.0,
        high=2.0,
        step=0.01,
        status=" or ".join(statuses),
        source=group[0].source,
    )


def _mechanisms(scenario: Scenario) -> Iterator[PanelControl]:
    for name, field in Mechanisms.model_fields.items():
        value = getattr(scenario.mechanisms, name)
        yield PanelControl(
            f"mechanisms.{name}", str(field.description), "switch", value, MECHANISMS, "Switches",
            source="part of the model: what it computes without it", status="assumed",
        )  # fmt: skip
