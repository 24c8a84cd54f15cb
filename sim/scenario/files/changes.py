"""Changes asked for on the command line: `--set KEY=VALUE` and `--without NAME`, as layers over the files.

`--set` changes a value of something that is there; it invents no sector and no lever.
`KEY*=FACTOR` multiplies the number that stands at each place instead: `routes.*.people_per_day*=1.3`.
`--without` switches a lever off (`on = false`: it stays in the list, so that nothing else moves)
or a mechanism.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, get_origin

from pydantic import BaseModel

from sim.core.bounds import as_float
from sim.core.errors import Fault
from sim.scenario.files.layers import Layer, merged
from sim.scenario.files.scenario_files import shown
from sim.scenario.schema import Mechanisms, Scenario
from sim.scenario.schema.fields import members, steps_below, type_at, type_below

MOST_PLACES = 100_000
TIMES = "*"


@dataclass(frozen=True, slots=True)
class Times:
    """A change that multiplies what is there."""

    factor: float


def takes_whole_numbers(key: str) -> bool:
    """Whether a key holds a whole number; one that is multiplied (`KEY*`) takes any.

    >>> takes_whole_numbers("sectors.*.teams"), takes_whole_numbers("sectors.*.restraint")
    (True, False)
    """
    annotation = type_at([step.strip() for step in key.split(".")])
    kinds = [] if annotation is None else members(annotation)
    return int in kinds and float not in kinds


def in_toml(value: Any) -> str:
    """A value of a file as `--set` takes it: `value_of` reads it back as the same value, a text as a text.

    >>> in_toml("land"), in_toml("6"), in_toml(6), in_toml(True)
    ('land', '"6"', '6', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's quotes and escapes are also TOML's.
        return value if value_of(value) == value else json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, (date, datetime, time)) else repr(value)


NO_SUCH_KEY = ("unknown key", "nothing here has a name")
"""What is said of a change whose key path leads nowhere, whatever its value."""


def set_label(change: str) -> str:
    """What a change `KEY=VALUE` is called in reports."""
    return f"--set {shown(change, 120)}"


def apply_sets(whole: dict[str, Any], sets: Sequence[str]) -> tuple[dict[str, Any], list[Layer], list[Fault]]:
    """Each `KEY=VALUE` laid over the scenario in turn; later ones see what earlier ones made."""
    layers: list[Layer] = []
    faults: list[Fault] = []
    for text in sets:
        label = set_label(text)
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            faults.append(
                Fault(label, shown(key), "is not of the form KEY=VALUE", allowed="as in sectors.post.teams=6")
            )
            continue
        try:
            table = _table(whole, *_change(key.strip(), value))
        except _NoSuchKeyError as error:
            faults.append(
                Fault(
                    label, shown(key.strip(), 120), error.problem, error.found, error.allowed, error.nearest
                )
            )
            continue
        layers.append(Layer(label, table))
        whole = merged(whole, table)
    return whole, layers, faults


def _change(key: str, value: str) -> tuple[list[str], Any]:
    """The steps of a key, and its new value, or by what the old one is multiplied."""
    # `sectors.*` ends in a step that means all names; a factor's star stands behind a name.
    if key.endswith(TIMES) and not key.endswith("." + TIMES) and len(key) > 1:
        found = value_of(value)
        # In Python a bool is an int.
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        factor = as_float(found) if is_number else math.nan
        if not math.isfinite(factor):
            raise _NoSuchKeyError(
                "can only be multiplied by a number", shown(value), "as in routes.*.people_per_day*=1.3", ""
            )
        key, new = key[: -len(TIMES)], Times(factor)
        return [step.strip() for step in key.split(".")], new
    return [step.strip() for step in key.split(".")], value_of(value)


def value_of(text: str) -> Any:
    """A value as TOML writes it, else the text itself.

    >>> value_of("6"), value_of("2030-01-01").year, value_of("forest")
    (6, 2030, 'forest')
    """
    text = text.strip()
    try:
        # One line, so that a value cannot bring further keys along; short, since the time of reading grows
        # with it.
        read = tomllib.loads("x = " + text) if len(text) < 10_000 and "\n" not in text else {}
    except (ValueError, RecursionError):
        return text
    return read["x"] if list(read) == ["x"] else text


class _NoSuchKeyError(Exception):
    def __init__(self, problem: str, found: str, allowed: str, nearest: str) -> None:
        super().__init__(problem, found, allowed, nearest)
        self.problem, self.found, self.allowed, self.nearest = problem, found, allowed, nearest


def _table(whole: dict[str, Any], steps: list[str], value: Any) -> dict[str, Any]:
    """The nested table that gives the value to every key path that the steps name."""
    return _below(whole, Scenario, steps, value)


def _below(node: Any, annotation: Any, steps: list[str], value: Any) -> dict[str, Any]:
    node = node if isinstance(node, dict) else {}
    names = _names(node, annotation, steps[0])
    if len(steps) == 1:
        if isinstance(value, Times):
            return {name: _multiplied(node, annotation, name, value.factor) for name in names}
        return dict.fromkeys(names, value)
    return {name: _one(node, annotation, name, rest=steps[1:], value=value) for name in names}


def _one(node: dict[str, Any], annotation: Any, name: str, *, rest: list[str], value: Any) -> dict[str, Any]:
    below = type_below(annotation, name)
    child = node.get(name)
    # Another law replaces the default whole; any other change of a default keeps the rest of it.
    start = _default_table(annotation, name) if child is None and rest != ["dist"] else {}
    changed = _below(start if child is None else child, below, rest, value)
    return merged(start, changed)


def _multiplied(node: dict[str, Any], annotation: Any, name: str, factor: float) -> Any:
    """The number at a place, or its default, times a factor; a whole number stays whole."""
    field = steps_below(annotation).get(name)
    old = node.get(name, field.default if field is not None else None)
    if isinstance(old, bool) or not isinstance(old, int | float):
        raise _NoSuchKeyError(
            "is no number that could be multiplied", shown(str(old)), "a key that holds a number", ""
        )
    product = as_float(old) * factor
    if float in members(type_below(annotation, name)):
        return product
    if not math.isfinite(product):
        raise _NoSuchKeyError(
            "is no whole number when it is multiplied",
            f"{shown(old)} times {factor!r}",
            "a finite number",
            "",
        )
    # Half up, as the model rounds teams; Python's `round` would go to the even number.
    return math.floor(product + 0.5)


def _default_table(annotation: Any, name: str) -> dict[str, Any]:
    """A default distribution, whole: changing its median must not lose its name."""
    field = steps_below(annotation).get(name)
    default = field.default if field is not None else None
    is_distribution = isinstance(default, BaseModel) and "dist" in type(default).model_fields
    return default.model_dump() if is_distribution and isinstance(default, BaseModel) else {}


def _names(node: dict[str, Any], annotation: Any, step: str) -> list[str]:
    """The names that one step stands for; those of tables must be there, those of numbers may be new."""
    fields = steps_below(annotation)
    is_free = any(get_origin(kind) is dict for kind in members(annotation))
    if step == "*":
        names = list(node) if is_free else list(fields)
    else:
        names = (
            # A new name is taken for single values alone, such as a lever's sizes: `--set` invents no sector.
            [step] if step in fields or step in node or (is_free and not _holds_tables(annotation)) else []
        )
    if names:
        return names
    known = [*dict.fromkeys([*fields, *node])]
    nearest = next(iter(get_close_matches(step, known, 1)), "")
    problem = NO_SUCH_KEY[1] if step == "*" else NO_SUCH_KEY[0]
    raise _NoSuchKeyError(
        problem, shown(step), ", ".join(known[:12]) + (", ..." if len(known) > 12 else ""), nearest
    )


def _holds_tables(annotation: Any) -> bool:
    below = type_below(annotation, "*")
    return below is not None and bool(steps_below(below))


def apply_without(
    whole: dict[str, Any], without: Sequence[str]
) -> tuple[dict[str, Any], list[Layer], list[Fault]]:
    """Levers switched off, mechanisms switched off."""
    layers: list[Layer] = []
    faults: list[Fault] = []
    levers = whole.get("levers")
    levers = levers if isinstance(levers, dict) else {}
    for name in without:
        label = f"--without {shown(name)}"
        table = _switch(name, levers)
        if table is None:
            known = [*levers, *Mechanisms.model_fields]
            nearest = next(iter(get_close_matches(name, known, 1)), "")
            faults.append(
                Fault(label, shown(name), "is no lever and no mechanism of the scenario", nearest=nearest)
            )
            continue
        layers.append(Layer(label, table))
        whole = merged(whole, table)
    return whole, layers, faults


def _switch(name: str, levers: dict[str, Any]) -> dict[str, Any] | None:
    """What switches a name off: a lever before a mechanism of that name; `mechanisms.NAME` is exact."""
    table, dot, rest = name.partition(".")
    bare = rest if dot and table in ("levers", "mechanisms") else name
    if bare in levers and table != "mechanisms":
        return {"levers": {bare: {"on": False}}}
    if bare in Mechanisms.model_fields and not (dot and table == "levers"):
        return {"mechanisms": {bare: False}}
    return None
