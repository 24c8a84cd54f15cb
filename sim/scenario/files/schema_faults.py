"""What is wrong with a scenario, in words: each refusal becomes a fault with file, line and range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.core.errors import Fault, ScenarioError
from sim.scenario.files.layers import Layer, key_text
from sim.scenario.files.scenario_files import shown
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.schema import Scenario
from sim.scenario.schema.fields import (
    law_named,
    members,
    range_words,
    spec,
    spec_of_field,
    steps_below,
    tagged,
    type_at,
)

MOST_FAULTS = 100
MOST_FOUND = 200
"""Characters of what was found, as a report shows it."""
NAME_RULE = "up to 64 small letters, digits, - and _, beginning with a letter or digit"
NOT_WRITTEN = (("name", 1), ("figures", 3))
"""Keys that the program fills, with their depth: no report offers them."""
WRONG_TYPES = ("_type", "_parsing", "_from_float")
MISSING_KEY = "is missing"
MISSING = object()


@dataclass(frozen=True, slots=True)
class Where:
    """The layers of a scenario, or a file of another kind (`root`),
    to tell which file and line a key path comes from."""

    label: str
    layers: tuple[Layer, ...]
    root: type[BaseModel] = Scenario

    def fault(
        self, path: KeyPath, problem: str, *, found: Any = "", allowed: str = "", nearest: str = ""
    ) -> Fault:
        """A fault at a key path, in the uppermost layer that says something there."""
        text = shown(found, MOST_FOUND)
        layer = self.layer(path)
        if layer is None:
            return Fault(self.label, key_text(path), problem, text, allowed, nearest)
        key = key_text((*layer.prefix, *path))
        return Fault(layer.label, key, problem, text, allowed, nearest, layer.line(path))

    def layer(self, path: KeyPath) -> Layer | None:
        """The uppermost layer that says something at a key path, or as near to it as any does."""
        # From the top, and only what reaches further replaces it: of two layers that say the key, the upper
        # one.
        best, depth = None, 0
        for layer in reversed(self.layers):
            reached = _reach(layer.table, path)
            if reached > depth:
                best, depth = layer, reached
        return best


def _reach(table: Any, path: KeyPath) -> int:
    """How many steps of a path a table has."""
    for n, step in enumerate(path):
        below = value_at(table, (step,))
        if below is MISSING:
            return n
        table = below
    return len(path)


def value_at(table: Any, path: Sequence[str | int]) -> Any:
    """The value at a key path, or MISSING."""
    for step in path:
        table = _item(table, step)
    return table


def _item(table: Any, step: str | int) -> Any:
    if isinstance(table, dict):
        return table.get(step, MISSING)
    if isinstance(table, (list, tuple)) and isinstance(step, int):
        return table[step] if step < len(table) else MISSING
    return MISSING


def refused(error: ValidationError, whole: dict[str, Any], where: Where) -> list[Fault]:
    """Every refusal of the schema, one fault a key path."""
    found: dict[KeyPath, Fault] = {}
    # Without inputs, which may be whole tables.
    for entry in error.errors(include_url=False, include_input=False):
        path, is_name = _key_path(entry["loc"], whole, where.root)
        # The first refusal of a key: further ones are of other members of a union.
        if path not in found:
            found[path] = _name_fault(path, where) if is_name else _fault(entry, path, whole, where)
    return [fault for path, fault in found.items() if not _counts_refused(path, fault, found)]


def _counts_refused(path: KeyPath, fault: Fault, found: dict[KeyPath, Fault]) -> bool:
    """Whether an array is called too short only because its entries were refused, which is told already."""
    return "too few" in fault.problem and any(other[: len(path)] == path != other for other in found)


def _key_path(
    loc: tuple[str | int, ...], whole: dict[str, Any], root: type[BaseModel]
) -> tuple[KeyPath, bool]:
    """The key path of a refusal: without the tags that pydantic adds for members of a union."""
    path: list[str | int] = []
    for step in loc:
        if step == "[key]":
            return tuple(path), True
        annotation = type_at(path, root)
        is_known = step in steps_below(annotation) or value_at(whole, [*path, step]) is not MISSING
        if is_known or isinstance(step, int) or not _is_tag(step, annotation):
            path.append(step)
    return tuple(path), False


def _is_tag(step: str, annotation: Any) -> bool:
    # What pydantic puts into the path of a refusal for the members of `When` and of distributions.
    tags = {"date", "datetime", *tagged(annotation)}
    for kind in members(annotation):
        field = steps_below(kind).get("dist")
        if field is not None:
            tags.update(get_args(field.annotation))
    return step in tags


def _name_fault(path: KeyPath, where: Where) -> Fault:
    return where.fault(path, "is not a name", found=path[-1] if path else "", allowed=NAME_RULE)


def _fault(entry: Any, path: KeyPath, whole: dict[str, Any], where: Where) -> Fault:
    kind = str(entry["type"])
    value = value_at(whole, path)
    if kind == "extra_forbidden":
        return _unknown_key(path, value, whole, where)
    if kind == "missing":
        return where.fault(path, MISSING_KEY, found="", allowed=_allowed(path, whole, where))
    if kind.startswith("union_tag"):
        return _unknown_law(path, value, where)
    if kind == "literal_error":
        return _unknown_word(path, value, where)
    if kind == "string_pattern_mismatch":
        return where.fault(path, "is not a name", found=value, allowed=NAME_RULE)
    if kind in ("too_long", "too_short", "string_too_long"):
        return _wrong_length(kind, path, value, where)
    if kind == "finite_number":
        return where.fault(path, "is not a finite number", found=value, allowed=_allowed(path, whole, where))
    if any(part in kind for part in WRONG_TYPES):
        return where.fault(path, "wrong type", found=_typed(value), allowed=_allowed(path, whole, where))
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return where.fault(path, "out of range", found=value, allowed=_allowed(path, whole, where))
    return where.fault(path, str(entry["msg"]).lower(), found=value, allowed=_allowed(path, whole, where))


def _typed(value: Any) -> str:
    """A value of the wrong type, as it would stand in a file."""
    if value is MISSING:
        return ""
    return f'"{shown(value)}"' if isinstance(value, str) else shown(value)


def _allowed(path: KeyPath, whole: dict[str, Any], where: Where) -> str:
    """What may stand at a key path; of a distribution, what the one that is named there takes."""
    law = law_named(type_at(path[:-1], where.root), value_at(whole, path[:-1]))
    field = law.model_fields.get(str(path[-1])) if law is not None else None
    found = spec_of_field(field) if field is not None else spec(path, where.root)
    return found.allowed if found else ""


def _unknown_key(path: KeyPath, value: Any, whole: dict[str, Any], where: Where) -> Fault:
    found = "" if value is MISSING else value
    if path == ("name",) and where.root is Scenario:
        return where.fault(path, "has no place here: a scenario's name is its file's", found=value)
    table = value_at(whole, path[:-1])
    law = law_named(type_at(path[:-1], where.root), table)
    if law is not None:
        keys = ", ".join(name for name in law.model_fields if name != "dist")
        return where.fault(path, f"unknown key of {table['dist']}", found=found, allowed=keys)
    hidden = {name for name, depth in NOT_WRITTEN if where.root is Scenario and depth == len(path)}
    known = [name for name in steps_below(type_at(path[:-1], where.root)) if name not in hidden]
    nearest = next(iter(get_close_matches(str(path[-1]), known, 1)), "")
    return where.fault(
        path, "unknown key", found=found, allowed="" if nearest else ", ".join(known), nearest=nearest
    )


def _unknown_law(path: KeyPath, value: Any, where: Where) -> Fault:
    laws = [
        str(get_args(steps_below(kind)["dist"].annotation)[0]) for kind in members(type_at(path, where.root))
    ]
    found = value.get("dist", MISSING) if isinstance(value, dict) else MISSING
    problem = MISSING_KEY if found is MISSING else "unknown distribution"
    nearest = next(iter(get_close_matches(str(found), laws, 1)), "")
    return where.fault(
        (*path, "dist"),
        problem,
        found="" if found is MISSING else found,
        allowed=", ".join(laws),
        nearest=nearest,
    )


def _unknown_word(path: KeyPath, value: Any, where: Where) -> Fault:
    found = spec(path, where.root)
    words = (
        [str(w) for k in members(found.type) if get_origin(k) is Literal for w in get_args(k)]
        if found
        else []
    )
    # Cut, since the time of the comparison grows with the square of the length.
    nearest = next(iter(get_close_matches(str(value)[:100], words, 1)), "") if isinstance(value, str) else ""
    return where.fault(path, "unknown value", found=_typed(value), allowed=", ".join(words), nearest=nearest)


def _wrong_length(kind: str, path: KeyPath, value: Any, where: Where) -> Fault:
    found = spec(path, where.root)
    what = "characters" if kind == "string_too_long" else "entries"
    count = len(value) if hasattr(value, "__len__") else 0
    allowed = range_words(found.fewest, found.most).removeprefix(" of").removeprefix(" ") if found else ""
    problem = f"has too {'few' if kind == 'too_short' else 'many'} {what}"
    return where.fault(path, problem, found=f"{count} {what}", allowed=f"{allowed} {what}" if allowed else "")


def raise_all(faults: Sequence[Fault]) -> None:
    """Raise one error that holds every fault, the first hundred in full; nothing if there is none."""
    once = list(dict.fromkeys(faults))
    if not once:
        return
    listed = once[:MOST_FAULTS]
    if len(once) > MOST_FAULTS:
        listed.append(Fault(once[0].file, "more", f"and {len(once) - MOST_FAULTS:,} more faults"))
    raise ScenarioError(tuple(listed))


def by_place(faults: Sequence[Fault]) -> Iterator[Fault]:
    """Faults in the order in which a reader meets them: by file, then by line."""
    files = list(dict.fromkeys(fault.file for fault in faults))
    yield from sorted(faults, key=lambda fault: (files.index(fault.file), fault.line))
