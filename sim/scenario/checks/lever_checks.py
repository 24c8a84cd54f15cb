"""Levers that could not act as written: unknown kinds, sizes without meaning, dates out of order."""

from __future__ import annotations

from datetime import date, datetime
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from sim.scenario.checks.reference_checks import PLACES, Checked, listed
from sim.scenario.files.scenario_files import shown
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS, KIND_BY_NAME, Control, KindEffect
from sim.scenario.levers.lever_targets import effects_of, places
from sim.scenario.schema import Lever, LeverKind, Scenario

SCOPE_WORDS = {
    "country": "country", "builder": "sector", "event": "sector", "crossing_point": "crossing point",
}  # fmt: skip
# Lengths in decimal numbers add up with a rounding.
ROUNDING = 1e-9


def lever_faults(checked: Checked) -> None:
    """The scenario's own lever kinds, then its levers."""
    for name, kind in checked.scenario.lever_kinds.items():
        _kind(checked, name, kind)
    for name, lever in checked.scenario.levers.items():
        path: KeyPath = ("levers", name)
        _where(checked, path, lever)
        _times(checked, path, lever)
        effects = _effects(checked, path, lever)
        if effects is not None:
            _sizes(checked, path, lever, effects)
            _scopes(checked, path, lever, effects)


def _kind(checked: Checked, name: str, kind: LeverKind) -> None:
    path: KeyPath = ("lever_kinds", name)
    if name in KIND_BY_NAME:
        checked.fault(path, "is the name of a built-in lever kind", found=name, allowed="a name of its own")
    seen: set[tuple[str, str, str]] = set()
    for index, effect in enumerate(kind.effects):
        where: KeyPath = (*path, "effects", index)
        if effect.control not in CONTROL_INDEX:
            _unknown_control(checked, (*where, "control"), effect.control, list(CONTROL_INDEX))
            continue
        if (effect.control, effect.op, effect.phase) in seen:
            checked.fault(where, "moves a control twice in the same way", found=effect.control)
        seen.add((effect.control, effect.op, effect.phase))
        control = CONTROLS[CONTROL_INDEX[effect.control]]
        if control.is_action and (effect.op != "add" or effect.phase != "in_force"):
            checked.fault(
                where,
                f"{control.name} is an action: it can only be added, in force",
                found=f"{effect.op}, {effect.phase}",
                allowed="add, in_force",
            )
        _size(checked, (*where, "size"), control=control, op=effect.op, size=effect.size)


def _unknown_control(checked: Checked, path: KeyPath, name: str, known: list[str]) -> None:
    nearest = next(iter(get_close_matches(name, known, 1)), "")
    checked.fault(
        path,
        "unknown control",
        found=shown(name),
        allowed="" if nearest else listed(known, 40),
        nearest=nearest,
    )


def _size(checked: Checked, path: KeyPath, *, control: Control, op: str, size: float) -> None:
    """A `set` lands in the control's range, a `scale` is a factor, an `add` fits its span;
    an action is not undone."""
    if control.scope == "event" and size != 1.0:
        checked.fault(
            path,
            f"{control.name} is an action, done or not",
            found=size,
            allowed="1; `persons` says how large",
        )
    elif control.is_action and size < 0.0:
        checked.fault(
            path,
            f"{control.name} is an action: what is built stays",
            found=size,
            allowed="a number of at least 0",
        )
    elif op == "set" and not control.low <= size <= control.high:
        checked.fault(
            path,
            "out of range",
            found=size,
            allowed=f"a number from {control.low:g} to {control.high:g} {control.unit}",
        )
    elif op == "scale" and size < 0.0:
        checked.fault(path, "out of range", found=size, allowed="a factor of at least 0")
    elif op == "add" and abs(size) > control.high - control.low:
        most = control.high - control.low
        checked.fault(
            path, "out of range", found=size, allowed=f"a number from {-most:g} to {most:g} {control.unit}"
        )


def _effects(checked: Checked, path: KeyPath, lever: Lever) -> tuple[KindEffect, ...] | None:
    """What a lever moves; None where its kind is unknown or at fault itself."""
    own = checked.names("lever_kinds")
    if lever.kind in checked.scenario.lever_kinds or lever.kind in KIND_BY_NAME:
        effects = effects_of(checked.scenario, lever)
        # A kind that is at fault is reported there, and its levers are not judged by it.
        return effects if all(e.control in CONTROL_INDEX for e in effects) else None
    # A kind of the file whose table was refused is known by its name.
    if lever.kind not in own:
        known = [*own, *KIND_BY_NAME]
        nearest = next(iter(get_close_matches(lever.kind, known, 1)), "")
        checked.fault(
            (*path, "kind"),
            "unknown lever kind",
            found=shown(lever.kind),
            allowed="" if nearest else listed(known, 40),
            nearest=nearest,
        )
    return None


def _where(checked: Checked, path: KeyPath, lever: Lever) -> None:
    for index, item in enumerate(lever.where):
        if (
            item != "*"
            and checked.known((*path, "where", index), item, *PLACES)
            and item in lever.where[:index]
        ):
            checked.fault((*path, "where", index), "is named twice", found=item)
    if not lever.where:
        checked.fault(
            (*path, "where"),
            "names no place",
            found="",
            allowed="countries, fronts, sectors, routes, sites or points, or *",
        )


def _times(checked: Checked, path: KeyPath, lever: Lever) -> None:
    """A lever acts by dates in order, or by a trigger."""
    if lever.trigger is not None:
        _trigger(checked, path, lever)
        return
    if lever.start is None:
        checked.fault(
            (*path, "start"),
            "is missing: the lever has neither a start nor a trigger",
            found="",
            allowed="a date or a trigger",
        )
    dates = [(key, getattr(lever, key)) for key in ("announced", "start", "end")]
    given = [(key, value) for key, value in dates if value is not None]
    for key, value in given:
        if isinstance(value, datetime) and value.tzinfo is not None:
            checked.fault(
                (*path, key),
                "has an offset",
                found=value,
                allowed="a local date-time, in the scenario's fixed offset",
            )
    for (before, first), (after, second) in pairwise(given):
        # A lever without length is a fault; one that is announced as it begins is none.
        is_wrong = _moment(second) <= _moment(first) if after == "end" else _moment(second) < _moment(first)
        if is_wrong:
            allowed = f"{'after' if after == 'end' else 'not before'} {first}"
            checked.fault(
                (*path, after), f"dates out of order: {after} and {before}", found=second, allowed=allowed
            )


def _moment(when: date | datetime) -> datetime:
    return (
        when.replace(tzinfo=None) if isinstance(when, datetime) else datetime(when.year, when.month, when.day)
    )


def _trigger(checked: Checked, path: KeyPath, lever: Lever) -> None:
    trigger = lever.trigger
    assert trigger is not None
    here: KeyPath = (*path, "trigger")
    for key in ("announced", "start", "end"):
        if getattr(lever, key) is not None:
            checked.fault(
                (*path, key),
                "a triggered lever has no dates",
                found=getattr(lever, key),
                allowed="remove it, or the trigger",
            )
    checked.known((*here, "party"), trigger.party, "parties")
    if trigger.below > trigger.above:
        checked.fault(
            (*here, "below"),
            "stands down above the count at which it acts",
            found=trigger.below,
            allowed=f"at most {trigger.above:g}",
        )
    for index, item in enumerate(trigger.where):
        if item != "*":
            checked.known((*here, "where", index), item, "countries", "fronts", "sectors")


def _sizes(checked: Checked, path: KeyPath, lever: Lever, effects: tuple[KindEffect, ...]) -> None:
    """Sizes are of controls that the kind moves; lengths and persons belong to kinds that have them."""
    moved = [effect.control for effect in effects]
    for name in lever.sizes:
        if name not in moved:
            _unknown_control(checked, (*path, "sizes", name), name, moved)
    for effect in effects:
        if effect.control in lever.sizes:
            control = CONTROLS[CONTROL_INDEX[effect.control]]
            _size(checked, (*path, "sizes", effect.control), control=control, op=effect.op, size=effect.size)
    scopes = {CONTROLS[CONTROL_INDEX[control]].scope for control in moved}
    if lever.km is not None and "builder" not in scopes:
        checked.fault(
            (*path, "km"),
            f"a lever of kind {lever.kind} builds nothing",
            found=lever.km,
            allowed="only for barriers",
        )
    if lever.persons is not None and "event" not in scopes:
        checked.fault(
            (*path, "persons"),
            f"a lever of kind {lever.kind} leads no column",
            found=lever.persons,
            allowed="only for columns",
        )
    if "event" in scopes and lever.ramp_days > 0.0:
        checked.fault(
            (*path, "ramp_days"),
            "a column is led at once: it has no ramp",
            found=lever.ramp_days,
            allowed="remove it",
        )
    if lever.persons is None and "event" in scopes:
        checked.fault((*path, "persons"), "is missing", found="", allowed="the size of the column in persons")


def _scopes(checked: Checked, path: KeyPath, lever: Lever, effects: tuple[KindEffect, ...]) -> None:
    """Each control that a lever moves has a value somewhere in its `where`."""
    missed: set[str] = set()
    # An empty `where` is a fault already.
    for effect in effects if lever.where else ():
        control = CONTROLS[CONTROL_INDEX[effect.control]]
        hit = _hit(checked, control, lever)
        if hit is None:
            continue
        what = SCOPE_WORDS.get(control.scope, control.scope)
        # One fault for all controls of a scope.
        if not hit and what not in missed:
            missed.add(what)
            checked.fault(
                (*path, "where"),
                f"hits no {what}, where {control.name} has its values",
                found=shown(list(lever.where)),
            )
        if control.scope == "event" and len(hit) > 1:
            checked.fault(
                (*path, "where"),
                "a column stands at one sector",
                found=f"{len(hit)} sectors",
                allowed="one sector",
            )
        if control.scope == "builder" and lever.km is not None and hit:
            _length(checked, path, lever.km, hit)


def _hit(checked: Checked, control: Control, lever: Lever) -> list[int] | None:
    """The places of a control that a lever reaches; None where an entry it names is at fault itself."""
    scenario = checked.scenario
    if any(item != "*" and not _is_whole(scenario, item) for item in lever.where):
        return None
    try:
        return places(scenario, control.scope, lever.where)
    except (
        KeyError,
        ValueError,
    ):  # a sector names an unknown country, a site an unknown sector: told already
        return None


def _is_whole(scenario: Scenario, name: str) -> bool:
    tables: tuple[dict[str, Any], ...] = tuple(getattr(scenario, table) for table in PLACES)
    return any(name in table for table in tables)


def _length(checked: Checked, path: KeyPath, km: float, hit: list[int]) -> None:
    sectors = list(checked.scenario.sectors.values())
    length = sum(sectors[place].length_km for place in hit)
    if km > length + ROUNDING:
        checked.fault(
            (*path, "km"), "is longer than its sectors together", found=km, allowed=f"at most {length:g} km"
        )
