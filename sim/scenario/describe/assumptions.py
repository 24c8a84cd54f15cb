"""Which numbers of a scenario are measured, which estimated, which assumed, and from what source.

A number has its field's status and source in the schema while it has the default and the
scenario is of the case that the default was fitted to or measured in (`scenario.case`); at another border the
default is assumed. A scenario file says its own in the `evidence` table, where a key path covers what stands
below it and the longest, most exact one wins. A lever's own `status` and `source` are of its dates and place:
its sizes are assumed unless that table says otherwise. What a file sets and says nothing of is assumed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from sim.scenario.files.toml_lines import Step
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS, KIND_BY_NAME
from sim.scenario.levers.lever_targets import effects_of
from sim.scenario.schema import Lever, Scenario
from sim.scenario.schema.fields import REQUIRED, Spec, spec_of_field, spec_of_type, type_below
from sim.scenario.schema.provenance import Evidence

NOT_NUMBERS = frozenset({"evidence", "recorded"})
UNSAID = "set in the scenario; nothing is said of its source"
UNSAID_OF_LEVER = "set in the scenario; the lever's source is of its dates and place"


@dataclass(frozen=True, slots=True)
class Assumed:
    """A number of a scenario: `key` has `*` where every entry of a table has the same value and evidence."""

    key: str
    value: Any
    unit: str
    source: str
    about: str
    status: str = "assumed"


Path = tuple[Step, ...]


def assumed_values(scenario: Scenario) -> list[Assumed]:
    """Every number of the scenario that is assumed, in the order of the schema."""
    return [number for number in numbers(scenario) if number.status == "assumed"]


def numbers(scenario: Scenario) -> list[Assumed]:
    """Every number of the scenario with its unit, source and status."""
    evidence = [(tuple(key.split(".")), said) for key, said in scenario.evidence.items()]
    found = [
        (path, _judged(path, value, spec, evidence=evidence, scenario=scenario))
        for path, value, spec in _walk(scenario)
    ]
    return _starred(found)


def _walk(scenario: Scenario) -> Iterator[tuple[Path, Any, Spec]]:
    for name in type(scenario).model_fields:
        if name not in NOT_NUMBERS:
            annotation = type(scenario).model_fields[name].annotation
            yield from _below((name,), getattr(scenario, name), annotation, Spec(annotation))
    for name, lever in scenario.levers.items():
        yield from _sizes(scenario, name, lever)


def _below(path: Path, value: Any, annotation: Any, spec: Spec) -> Iterator[tuple[Path, Any, Spec]]:
    """Every number at and below a key path; of levers, those that act."""
    # Before numbers, since a bool is an int in Python.
    if isinstance(value, bool) or value is None or (isinstance(value, Lever) and not value.on):
        return
    if isinstance(value, (int, float)):
        yield path, value, spec
    elif isinstance(value, BaseModel):
        yield from _fields(path, value, spec)
    elif isinstance(value, dict):
        for name, item in value.items():
            # `_sizes` gives those, with the unit of the control that each moves.
            if path[0] != "levers" or path[-1] != "sizes":
                below = type_below(annotation, name)
                yield from _below((*path, name), item, below, spec_of_type(below, [], spec.unit, spec.about))
    elif isinstance(value, tuple) and value and isinstance(value[0], (int, float, BaseModel)):
        yield path, tuple(_compact(item) for item in value), spec


def _fields(path: Path, table: BaseModel, around: Spec) -> Iterator[tuple[Path, Any, Spec]]:
    """The numbers of a table; those of a distribution have the evidence of the duration they belong to."""
    for name, field in type(table).model_fields.items():
        spec = spec_of_field(field)
        value = getattr(table, name)
        if "dist" in type(table).model_fields:
            # A distribution is the default as a whole or not at all.
            is_default = around.default == table
            spec = replace(
                spec, default=value if is_default else REQUIRED, status=around.status, source=around.source,
                case=around.case,
                about=f"{around.about}: {spec.about}",
            )  # fmt: skip
        yield from _below((*path, name), value, field.annotation, spec)


def _compact(item: Any) -> Any:
    """An entry of an array, which counts as one value: a number, or the numbers of a table."""
    return tuple(item.model_dump().values()) if isinstance(item, BaseModel) else item


def _sizes(scenario: Scenario, name: str, lever: Lever) -> Iterator[tuple[Path, Any, Spec]]:
    """What a lever does at strength 1: its own sizes, or its kind's."""
    if not lever.on:
        return
    kind = KIND_BY_NAME.get(lever.kind)
    source = kind.source if kind is not None else scenario.lever_kinds[lever.kind].source
    for effect in effects_of(scenario, lever):
        control = CONTROLS[CONTROL_INDEX[effect.control]]
        unit = f"times {control.name}" if effect.op == "scale" else control.unit
        default = REQUIRED if effect.control in lever.sizes else effect.size
        spec = Spec(
            float,
            unit,
            default=default,
            status="assumed",
            source=f"the kind's default: {source}",
            about=control.about,
        )
        yield ("levers", name, "sizes", effect.control), effect.size, spec


def _judged(
    path: Path,
    value: Any,
    spec: Spec,
    *,
    evidence: list[tuple[tuple[str, ...], Evidence]],
    scenario: Scenario,
) -> Assumed:
    said = [(key, entry) for key, entry in evidence if covers(key, path)]
    status: str
    if said:
        best = max(said, key=lambda item: (len(item[0]), sum(step != "*" for step in item[0])))[1]
        status, source = best.status, "; ".join(part for part in (best.source, best.note) if part)
    elif _same(value, spec.default):
        status, source = _of_default(spec, scenario.scenario.case)
    else:
        status, source = "assumed", UNSAID_OF_LEVER if path[0] == "levers" else UNSAID
    return Assumed(".".join(str(step) for step in path), value, spec.unit, source, spec.about, status)


def _of_default(spec: Spec, case: str) -> tuple[str, str]:
    """Status and source of a default in a scenario of a case:
    what was found out elsewhere is assumed here."""
    status = spec.status or "assumed"
    if status == "assumed" or spec.case == case:
        return status, spec.source
    return "assumed", f"{status} for {spec.case}, not for this border: {spec.source}"


def _same(value: Any, default: Any) -> bool:
    if isinstance(default, tuple) and default and isinstance(default[0], BaseModel):
        default = tuple(_compact(item) for item in default)
    return bool(value == default)


def covers(key: tuple[str, ...], path: Path) -> bool:
    """Whether an evidence key speaks of a path or of a table around it.

    >>> covers(("sectors", "*", "shifts"), ("sectors", "old-town", "shifts", 0, "share"))
    True
    """
    return len(key) <= len(path) and all(k in ("*", str(p)) for k, p in zip(key, path, strict=False))


def pattern(key: str) -> str:
    """A key with `*` in place of the name of a table's entry.

    >>> pattern("sectors.old-town.shifts.0.share"), pattern("people.walk.median_h")
    ('sectors.*.shifts.*.share', 'people.walk.median_h')
    """
    steps = key.split(".")
    if is_named(steps[0]) and len(steps) > 1:
        steps[1] = "*"
    return ".".join("*" if step.isdigit() else step for step in steps)


def is_named(table: str) -> bool:
    """Whether a table of the scenario holds entries by name."""
    field = Scenario.model_fields.get(table)
    return field is not None and type_below(field.annotation, "*") is not None


def _starred(found: list[tuple[Path, Assumed]]) -> list[Assumed]:
    """One line where every entry of a table agrees in value and evidence, else one for each."""
    groups: dict[str, list[Assumed]] = defaultdict(list)
    for _, number in found:
        groups[pattern(number.key)].append(number)
    result: list[Assumed] = []
    for key, group in groups.items():
        same = len(group) > 1 and len({(str(n.value), n.status, n.source) for n in group}) == 1
        result += [replace(group[0], key=key)] if same else group
    return result
