"""From files to one scenario: found, merged, changed as asked, checked; every fault in one report.

`load` is the way in. `resolved` and `digest` say exactly what a run was given, `assumed_values` what of it
nobody has measured.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.core.errors import Fault, ScenarioError
from sim.scenario.checks.cross_checks import crosscheck, partcheck
from sim.scenario.checks.extension_checks import CODE
from sim.scenario.checks.recorded_figures import FIGURES
from sim.scenario.describe.assumptions import Assumed, assumed_values
from sim.scenario.files.changes import NO_SUCH_KEY, apply_sets, apply_without
from sim.scenario.files.layers import chain, compose, layers_of, merged, override_names, reached
from sim.scenario.files.partial_validation import mended
from sim.scenario.files.scenario_files import Document, find, shipped, shown
from sim.scenario.files.schema_faults import MISSING_KEY, NAME_RULE, Where, by_place, raise_all, refused
from sim.scenario.schema import Scenario

__all__ = [
    "Assumed",
    "assumed_values",
    "check",
    "digest",
    "load",
    "resolved",
    "restored",
    "run_digest",
    "shipped",
    "sources",
]

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
PathOrName = str | os.PathLike[str]
STAND_IN = {
    "scenario": {},
    "countries": {"stand-in": {}},
    "sectors": {"stand-in": {"country": "stand-in", "length_km": 1.0}},
}
"""In place of a root that cannot be read, so that the files over it can be judged."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a scenario comes from: its files, the root first, and the override blocks they offer."""

    files: tuple[str, ...]
    overrides: tuple[str, ...]


def load(
    path_or_name: PathOrName,
    *,
    overrides: Sequence[str] = (),
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Scenario:
    """A scenario from a file or a shipped name, with override blocks, changes and switches, in this order.

    Raises ScenarioError with every fault of the file and of the files it extends.
    """
    documents = _documents(find(path_or_name))
    scenario, faults = _build(documents, overrides, sets, without)
    raise_all(list(by_place(faults)))
    assert scenario is not None
    return scenario


def check(
    path_or_name: PathOrName,
    *,
    overrides: Sequence[str] = (),
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Scenario:
    """Load a scenario, and try each override block that was not asked for as well."""
    documents = _documents(find(path_or_name))
    scenario, faults = _build(documents, overrides, sets, without)
    # Each by itself, since blocks may contradict each other.
    for name in override_names(documents):
        if name not in overrides:
            faults += _build(documents, (*overrides, name), sets, without)[1]
    # Each once: what is wrong without any block is found again with every block.
    raise_all(list(by_place(list(dict.fromkeys(faults)))))
    assert scenario is not None
    return scenario


def sources(path_or_name: PathOrName) -> Sources:
    """The files of a scenario and the override blocks it offers."""
    documents = chain(find(path_or_name))
    return Sources(tuple(d.label for d in documents), tuple(override_names(documents)))


def _documents(path: Path) -> list[Document]:
    """A file and all it extends; where that breaks off,
    every fault that can be told of the files without the rest."""
    documents, faults = reached(path)
    if faults:
        # Without and with each block, since a fault may stand in a block alone.
        for overrides in ((), *((name,) for name in override_names(documents))):
            faults += _faults_of_a_part(documents, overrides)
        raise_all(list(by_place(list(dict.fromkeys(faults)))))
    return documents


def _faults_of_a_part(documents: Sequence[Document], overrides: Sequence[str]) -> list[Fault]:
    """Faults that hold whatever the missing root says: what is lacking here, or not named here,
    may be there."""
    layers, faults = layers_of(documents, overrides)
    part, _ = compose(layers)
    where = Where(documents[-1].label, tuple(layers))
    part, more = with_files(part, where, documents[-1].path)
    whole = merged(STAND_IN, part)
    scenario, refusals = _refused(documents[-1].path.stem, whole, where)
    # What is missing may stand in the root that cannot be read.
    faults += [*more, *(fault for fault in refusals if fault.problem != MISSING_KEY)]
    return faults + (partcheck(scenario, part, where, faults) if scenario is not None else [])


def _build(
    documents: Sequence[Document], overrides: Sequence[str], sets: Sequence[str], without: Sequence[str]
) -> tuple[Scenario | None, list[Fault]]:
    """The scenario that the files and changes make, with every fault found on the way."""
    layers, faults = layers_of(documents, overrides)
    whole, more = compose(layers)
    faults += more
    # Changes before switches: a lever that `--set` has changed can still be switched off.
    for apply, changes in ((apply_sets, sets), (apply_without, without)):
        whole, added, more = apply(whole, changes)
        layers += added
        faults += more
    # After the changes, which may name another file.
    where = Where(documents[-1].label, tuple(layers))
    whole, more = with_files(whole, where, documents[-1].path)
    faults += more
    scenario, more = _validated(documents[-1].path.stem, whole, where)
    return scenario, faults + more


def with_files(whole: dict[str, Any], where: Where, asked: Path) -> tuple[dict[str, Any], list[Fault]]:
    """The scenario with what the files beside it hold."""
    faults: list[Fault] = []
    for beside in (FIGURES, CODE):
        whole, more = beside.filled(whole, where, asked)
        faults += more
    return whole, faults


def _validated(name: str, whole: dict[str, Any], where: Where) -> tuple[Scenario | None, list[Fault]]:
    """The schema's word on a scenario, and the cross-checks' on as much of it as makes sense."""
    scenario, faults = _refused(name, whole, where)
    if scenario is not None:
        faults += crosscheck(scenario, whole, where, faults)
    return scenario, faults


def _refused(name: str, whole: dict[str, Any], where: Where) -> tuple[Scenario | None, list[Fault]]:
    """The schema's word on a scenario, and as much of it as makes sense."""
    faults: list[Fault] = []
    if not NAME.fullmatch(name):
        faults.append(Fault(where.label, "file", "its name cannot name a scenario", shown(name), NAME_RULE))
        # Else the schema would refuse the name once more.
        name = "unnamed"
    if "name" in whole:
        faults.append(
            where.fault(("name",), "has no place here: a scenario's name is its file's", found=whole["name"])
        )
    given = {"name": name, **{key: frozen(value) for key, value in whole.items() if key != "name"}}
    try:
        scenario: Scenario | None = Scenario.model_validate(given, strict=True)
    except ValidationError as error:
        faults += refused(error, given, where)
        # So that faults of the rest come in the same report.
        scenario = mended(given, error)
    return scenario, faults


def frozen(value: Any) -> Any:
    """Arrays as tuples: the schema is strict about types, and its arrays are frozen."""
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return tuple(frozen(item) for item in value) if isinstance(value, list) else value


def varied(scenario: Scenario, sets: Sequence[str]) -> Scenario:
    """A loaded scenario with changes such as "sectors.*.teams=6": for thousands of them,
    at a millisecond each.

    Types and ranges are checked, what only a file can get wrong (names, evidence) is not.
    Raises `ScenarioError` with every fault.
    """
    if not sets:
        return scenario
    # From the scenario as it was loaded and not from its files: they are not read again for each point of a
    # sweep.
    values, layers, faults = apply_sets(scenario.model_dump(), sets)
    raise_all(faults)
    try:
        return Scenario.model_validate(values)
    except ValidationError as error:
        raise ScenarioError(tuple(refused(error, values, Where(scenario.name, tuple(layers))))) from None


def unknown_keys(scenario: Scenario, key: str, value: str) -> list[Fault]:
    """Why a scenario has no such key; empty where it has one, whether the value may stand there or not."""
    try:
        varied(scenario, [f"{key}={value}"])
    except ScenarioError as error:
        return [fault for fault in error.faults[:1] if fault.problem in NO_SUCH_KEY]
    return []


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Everything the scenario says, defaults included, as plain values that JSON holds;
    extensions where there are any."""
    values = scenario.model_dump(mode="json")
    # Left out where there are none, so that hashes are those from before there were extensions.
    if not values["extensions"]:
        del values["extensions"]
    return values


def restored(values: dict[str, Any]) -> Scenario:
    """The scenario that `resolved` wrote down, checked as a file is, but for its evidence:
    that stands in the file's own words.

    Raises `ScenarioError` with every fault.
    """
    where = Where("resolved scenario", ())
    try:
        # As JSON, in which pydantic is strict and yet takes a date as text and an array for a tuple.
        scenario = Scenario.model_validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        raise ScenarioError(tuple(refused(error, values, where))) from None
    raise_all(
        [fault for fault in crosscheck(scenario, values, where, ()) if not fault.key.startswith("evidence.")]
    )
    return scenario


def digest(scenario: Scenario) -> str:
    """SHA-256 of the resolved scenario as compact JSON; order counts, since ties between levers go by it."""
    return _hashed(resolved(scenario))


def run_digest(scenario: Scenario) -> str:
    """The same without what a run is compared with: recorded figures,
    which change no log and may be added to later."""
    return _hashed({key: value for key, value in resolved(scenario).items() if key != "recorded"})


def _hashed(values: dict[str, Any]) -> str:
    # One way of writing, ASCII without blanks: the same hash on every machine.
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
