"""How files become one scenario: `extends`, `remove`, override blocks, each a layer over the one before.

Tables are merged deeply; arrays and values are replaced. A table that names another distribution than
the one below it replaces that one whole: the parameters of one law mean nothing to another.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sim.core.errors import Fault, ScenarioError
from sim.core.shipped_files import shipped_folder
from sim.scenario.files.scenario_files import SUFFIX, Document, read, shipped, shown
from sim.scenario.files.toml_lines import KeyPath

MOST_FILES = 10
MOST_OVERRIDES = 100
CONTROL_KEYS = ("extends", "remove", "overrides")


@dataclass(frozen=True, slots=True)
class Layer:
    """Something laid over what is below it: a file, one of its override blocks, or a change asked for."""

    label: str
    table: dict[str, Any]
    remove: tuple[str, ...] = ()
    document: Document | None = None
    prefix: KeyPath = ()

    def line(self, path: KeyPath) -> int:
        """The line of a key path in the layer's file."""
        return self.document.outline.line((*self.prefix, *path)) if self.document else 0


def chain(path: Path) -> list[Document]:
    """A file and all it extends, the root first; refuses circles, long chains, paths that lead out."""
    documents, faults = reached(path)
    if faults:
        raise ScenarioError(tuple(faults))
    return documents


def reached(path: Path) -> tuple[list[Document], list[Fault]]:
    """A file and what it extends as far as it can be followed, the root first, and why not further.

    Raises `ScenarioError` where the file itself cannot be read.
    """
    documents = [read(path)]
    # Where files really lie, so that no link hides a circle.
    seen = [_real(path)]
    try:
        while (parent := _parent(documents[-1], seen[0].parent)) is not None:
            _step(documents[-1], _real(parent), seen)
            seen.append(_real(parent))
            documents.append(read(parent))
    except ScenarioError as error:
        return documents[::-1], list(error.faults)
    return documents[::-1], []


def _step(document: Document, real: Path, seen: list[Path]) -> None:
    """Refuse a circle, and a chain that is too long."""
    if real in seen:
        names = " -> ".join(p.name for p in [*seen[seen.index(real) :], real])
        raise _extends_fault(document, f"extends itself in a circle: {names}")
    if len(seen) == MOST_FILES:
        raise _extends_fault(document, "too many files extend one another", allowed=f"at most {MOST_FILES}")


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path.absolute()


def _parent(document: Document, home: Path) -> Path | None:
    """The file that a document extends: a shipped name, or a path inside the folder of the file asked for."""
    if "extends" not in document.tables:
        return None
    extends = document.tables["extends"]
    if not isinstance(extends, str) or not extends:
        raise _extends_fault(document, "wrong type", "the name of a shipped scenario, or a relative path")
    if not extends.endswith(SUFFIX) and "/" not in extends and "\\" not in extends:
        return _shipped_parent(document, extends)
    problem = outside_folder(extends, document.path.parent, home)
    if problem:
        raise _extends_fault(document, problem, "a path inside its folder")
    return document.path.parent / extends


def outside_folder(relative: str, beside: Path, home: Path) -> str:
    """Why a file that a scenario names may not be read;
    nothing for a relative path that stays in the folder `home`."""
    # By its text first: a path that means something else on another system is refused on every one.
    if Path(relative).is_absolute() or relative.startswith(("/", "~")) or ":" in relative or "\\" in relative:
        return "is not a relative path with forward slashes"
    # Then where it really leads: a link may leave the folder.
    real = _real(beside / relative)
    if not any(real.is_relative_to(folder) for folder in (_real(home), shipped_folder())):
        return "leads out of the folder of the file"
    return ""


def _shipped_parent(document: Document, name: str) -> Path:
    names = shipped()
    if name in names:
        return names[name]
    sibling = document.path.parent / (name + SUFFIX)
    nearest = sibling.name if os.path.isfile(sibling) else next(iter(get_close_matches(name, names, 1)), "")
    raise _extends_fault(document, "no shipped scenario has this name", ", ".join(names), nearest)


def _extends_fault(document: Document, problem: str, allowed: str = "", nearest: str = "") -> ScenarioError:
    found = shown(document.tables["extends"])
    line = document.outline.line(("extends",))
    return ScenarioError((Fault(document.label, "extends", problem, found, allowed, nearest, line),))


def layers_of(documents: Sequence[Document], overrides: Sequence[str]) -> tuple[list[Layer], list[Fault]]:
    """The files, root first, then each named override block (the root's part of it first)."""
    faults: list[Fault] = []
    layers = [_layer(d, d.tables, (), faults) for d in documents]
    blocks = override_names(documents)
    for name in overrides:
        if name not in blocks:
            nearest = next(iter(get_close_matches(name, blocks, 1)), "")
            allowed = ", ".join(blocks) if blocks else "the scenario has no override blocks"
            faults.append(
                Fault(
                    documents[-1].label, f"overrides.{shown(name)}", "unknown override", "", allowed, nearest
                )
            )
        for document in documents:
            block = _blocks(document).get(name)
            if isinstance(block, dict):
                layers.append(_layer(document, block, ("overrides", name), faults))
    return layers, faults


def override_names(documents: Sequence[Document]) -> list[str]:
    """The override blocks of the files, in the order they are first named."""
    return list(dict.fromkeys(name for d in documents for name in _blocks(d)))


def _blocks(document: Document) -> dict[str, Any]:
    blocks = document.tables.get("overrides", {})
    return blocks if isinstance(blocks, dict) else {}


def _layer(document: Document, tables: dict[str, Any], prefix: KeyPath, faults: list[Fault]) -> Layer:
    remove = tables.get("remove", [])
    if not isinstance(remove, list) or not all(isinstance(r, str) for r in remove):
        faults.append(
            _fault(document, (*prefix, "remove"), "wrong type", found=remove, allowed="an array of key paths")
        )
        remove = []
    if not prefix and not isinstance(tables.get("overrides", {}), dict):
        faults.append(
            _fault(
                document, ("overrides",), "wrong type", found=tables["overrides"], allowed="tables by name"
            )
        )
    faults += _misplaced(document, tables, prefix)
    own = {k: v for k, v in tables.items() if k not in CONTROL_KEYS}
    return Layer(document.label, own, tuple(remove), document, prefix)


def _misplaced(document: Document, tables: dict[str, Any], prefix: KeyPath) -> Iterator[Fault]:
    """Override blocks that are no tables, or that extend or override in their turn."""
    if prefix:
        for key in ("extends", "overrides"):
            if key in tables:
                yield _fault(
                    document,
                    (*prefix, key),
                    "has no place in an override block",
                    found=tables[key],
                    allowed="",
                )
        return
    for name, block in list(_blocks(document).items())[:MOST_OVERRIDES]:
        if not isinstance(block, dict):
            yield _fault(
                document,
                ("overrides", name),
                "wrong type",
                found=block,
                allowed="a table of the same shape as the file",
            )


def _fault(document: Document, path: KeyPath, problem: str, *, found: Any, allowed: str) -> Fault:
    line = document.outline.line(path)
    return Fault(document.label, key_text(path), problem, shown(found), allowed, line=line)


def key_text(path: KeyPath) -> str:
    """A key path as files write it; a place in an array in brackets, from 0.

    >>> key_text(("sectors", "old-town", "shifts", 0, "to_h"))
    'sectors.old-town.shifts[0].to_h'
    """
    text = ""
    for step in path:
        part = shown(step, 80)
        text += (
            f"[{step}]"
            if isinstance(step, int)
            else ("." if text else "") + (f'"{part}"' if "." in part else part)
        )
    return text


def compose(layers: Sequence[Layer]) -> tuple[dict[str, Any], list[Fault]]:
    """All layers in one: of each, what it removes goes first, then its own tables are laid over."""
    whole: dict[str, Any] = {}
    faults: list[Fault] = []
    for layer in layers:
        # Removed first, so that a file may put something new in the place of what it takes out.
        for key in layer.remove:
            faults += _remove(whole, layer, key)
        whole = merged(whole, layer.table)
    return whole, faults


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """One table laid over another; neither is changed.

    >>> merged({"a": {"x": 1, "y": [1, 2]}}, {"a": {"y": [3]}, "b": 4})
    {'a': {'x': 1, 'y': [3]}, 'b': 4}
    """
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        if (
            isinstance(old, dict)
            and isinstance(value, dict)
            and value.get("dist", old.get("dist")) == old.get("dist")
        ):
            result[key] = merged(old, value)
        else:
            # A copy: parsed files are kept for the next scenario, and must not share a table with this one.
            result[key] = deepcopy(value)
    return result


def _remove(whole: dict[str, Any], layer: Layer, key: str) -> Iterator[Fault]:
    """Take a key path out, `*` for all names of a step; one that is not there is a fault."""
    steps = key.split(".")
    parents: list[dict[str, Any]] = [whole]
    for step in steps[:-1]:
        parents = [p[name] for p in parents for name in _matching(p, step) if isinstance(p[name], dict)]
    last = steps[-1]
    if not any(_matching(parent, last) for parent in parents):
        names = [name for parent in parents for name in parent]
        nearest = next(iter(get_close_matches(last, names, 1)), "")
        # The whole key, as it would stand in the file.
        nearest = ".".join([*steps[:-1], nearest]) if nearest else ""
        path = (*layer.prefix, "remove")
        yield Fault(
            layer.label,
            key_text(path),
            "removes what is not there",
            shown(key),
            "",
            nearest,
            layer.line(("remove",)),
        )
    for parent in parents:
        for name in _matching(parent, last):
            del parent[name]


def _matching(table: dict[str, Any], step: str) -> list[str]:
    return list(table) if step == "*" else [step] if step in table else []
