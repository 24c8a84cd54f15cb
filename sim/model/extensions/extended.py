"""The model with a scenario's extensions in it: who may run, and what a run is made, begun and ended by.

The code of an extension runs with the rights of whoever runs it: `check_trust`.
"""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, get_type_hints

import sim.model
from sim.core.errors import UsageError
from sim.core.text_file import UnreadableFile, read_text
from sim.model.day_order import begin_extensions
from sim.model.extensions.declarations import OF_EXTENSIONS, Given, Loading
from sim.model.extensions.extension_faults import (
    check_functions,
    check_ranks,
    check_rows,
    check_worlds,
    nothing_of,
)
from sim.model.extensions.extension_modules import (
    Code,
    beginnings,
    copies,
    let_methods_see,
    loaded,
    named,
    world_of,
)
from sim.model.state.world import World
from sim.scenario.checks.extension_checks import FIRST_KIND, hash_of, kind_names
from sim.scenario.load import resolved, restored
from sim.scenario.schema import Scenario
from sim.scenario.schema.extension_tables import MOST_CODE

TRUST = "BORDERFLOW_TRUST"
"""The environment variable that says whose code may run: `yes`, or hashes of modules, with commas between."""


@dataclass(frozen=True)
class Extended:
    """What a run needs of the model: the class of the world, and the functions that make,
    begin and end it."""

    world: type[World]
    build: Callable[[World], None]
    start: Callable[[World], None]
    close_books: Callable[[World], None]
    rebase: Callable[[World, Scenario], None]
    modules: tuple[ModuleType, ...] = ()
    """Those of the extensions, in the scenario's order, and one that begins their actors."""
    replaced: Mapping[Callable[..., Any], Callable[..., Any]] = field(default_factory=dict)
    """Functions of the model, each with what stands in its place."""


def code_of(scenario: Scenario) -> Code:
    """The code of a scenario's extensions; empty where there are none."""
    return tuple((name, e.module, e.code, tuple(e.rows)) for name, e in scenario.extensions.items())


def extended(scenario: Scenario) -> Extended:
    """The model with a scenario's extensions in it. Raises `UsageError` where their code may not run,
    or cannot be loaded."""
    if not scenario.extensions:
        return plain_model()
    check_trust(scenario)
    return extended_by(code_of(scenario))


@cache
def plain_model() -> Extended:
    """The model as it is."""
    return _functions(World, _modules())


@cache
def extended_by(code: Code) -> Extended:
    """The model with some modules in it, loaded once for each content."""
    replaced: dict[Callable[..., Any], Callable[..., Any]] = {}
    modules = []
    first = FIRST_KIND
    for number, (name, file, text, rows) in enumerate(code):
        loading = Loading(name, number, {r: first + i for i, r in enumerate(rows)}, {})
        first += len(rows)
        modules.append(loaded(loading, file, text, code))
        for original, function in loading.replaced.items():
            if original in replaced:
                raise UsageError(
                    f"extensions.{name}: {original.__qualname__} is replaced by another extension as well"
                )
            replaced[original] = function
        if not loading.replaced and not {"build", "start"} & set(vars(modules[-1])):
            raise UsageError(
                f"extensions.{name}: {file} does nothing: it has no `start`, no `build`, and replaces no "
                f"function"
            )
        check_functions(name, file, modules[-1])
        check_ranks(name, modules[-1])
    check_worlds({name: module for (name, *_), module in zip(code, modules, strict=True)})
    begun = beginnings(modules, code)
    replaced[begin_extensions] = begun.begin_extensions
    world = world_of(modules)
    names = copies([*_modules().values(), *modules, begun], replaced)
    for module in modules:
        let_methods_see(module, names[module])
    namespaces = {name: SimpleNamespace(**names[module]) for name, module in _modules().items()}
    return _functions(
        world,
        namespaces,
        (*modules, begun),
        replaced=replaced,
        extensions=[SimpleNamespace(**names[m]) for m in modules],
    )


def _functions(
    world: type[World], of: Mapping[str, Any], modules: tuple[ModuleType, ...] = (),
    *, replaced: Mapping[Callable[..., Any], Callable[..., Any]] | None = None,
    extensions: list[Any] | None = None,
) -> Extended:  # fmt: skip
    build = of["initial_state"].build

    def build_all(w: World) -> None:
        build(w)
        check_rows(w, range(FIRST_KIND, FIRST_KIND + len(kind_names(w.scenario))))
        _build_extensions(w, extensions or [])

    return Extended(
        world, build_all if extensions else build, of["day_order"].start, of["day_order"].close_books,
        of["branching"].rebase, modules, replaced or {},
    )  # fmt: skip


def _build_extensions(world: World, modules: list[Any]) -> None:
    """Empty tables and zeros for what extensions add to the world; then each builds its own."""
    for name, hint in get_type_hints(type(world), include_extras=True).items():
        if not hasattr(world, name):
            setattr(world, name, nothing_of(hint))
    sectors = list(world.scenario.sectors)
    for module, (name, extension) in zip(modules, world.scenario.extensions.items(), strict=True):
        given = Given(name, extension, sectors)
        if hasattr(module, "build"):
            with named(name, extension.module, "`build` failed"):
                module.build(world, given)
        if given.numbers.unread:
            unread = ", ".join(f"extensions.{name}.numbers.{key}" for key in sorted(given.numbers.unread))
            raise UsageError(f"{extension.module} never reads {unread}")


@cache
def _modules() -> dict[str, ModuleType]:
    """The modules of the model, those of extensions left out."""
    found = pkgutil.walk_packages(sim.model.__path__, f"{sim.model.__name__}.")
    names = sorted(info.name for info in found if not info.ispkg and not info.name.startswith(OF_EXTENSIONS))
    return {name.rpartition(".")[2]: importlib.import_module(name) for name in names}


# consent


def check_trust(scenario: Scenario) -> None:
    """Whether the code of a scenario's extensions may run. Raises `UsageError` that names the files."""
    trusted = {word.strip().lower() for word in os.environ.get(TRUST, "").split(",")}
    if trusted & {"yes", "1", "true"}:
        return
    unknown = [e.module for e in scenario.extensions.values() if hash_of(e.code) not in trusted]
    if unknown:
        raise UsageError(
            f"{scenario.name} brings code of its own ({', '.join(unknown)}), which runs as any program that "
            f"you start: "
            f"read it, then allow it with `borderflow --trust ...`, or {TRUST}=yes in the environment"
        )


def trust(code: str) -> None:
    """The code of a module may run in this process and in those that it starts."""
    before = os.environ.get(TRUST, "")
    if hash_of(code) not in before.split(","):
        os.environ[TRUST] = ",".join([*([before] if before else []), hash_of(code)])


# extensions that a Python caller brings


def extend(
    scenario: Scenario, name: str, module: ModuleType | str | os.PathLike[str], *,
    sectors: Sequence[str] = (),
    numbers: Mapping[str, float] | None = None, rows: Mapping[str, str] | None = None,
    measures: Mapping[str, Mapping[str, Any]] | None = None,
) -> Scenario:  # fmt: skip
    """The scenario with one more extension, whose code may run from now on;
    the arguments are the keys of `[extensions.NAME]`.

    `module` is a module that is imported, or the path of its file.
    Raises `UsageError` for one that cannot be read, `ScenarioError` with every other fault.
    """
    try:
        text = (
            inspect.getsource(module)
            if isinstance(module, ModuleType)
            else read_text(Path(module), MOST_CODE)
        )
    except (OSError, TypeError, UnreadableFile) as error:
        raise UsageError(f"module: {module} cannot be read: {error}") from None
    file = Path(str(module.__file__) if isinstance(module, ModuleType) else module).name
    values = resolved(scenario)
    values.setdefault("extensions", {})[name] = {
        "module": file, "sectors": list(sectors), "numbers": dict(numbers or {}), "rows": dict(rows or {}),
        "measures": {key: dict(measure) for key, measure in (measures or {}).items()}, "code": text,
    }  # fmt: skip
    found = restored(values)
    trust(text)
    return found
