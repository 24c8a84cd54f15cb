"""Actors and rules that a scenario brings: modules of its own, and the model with them in it.

A module is Python in the subset of the model. It may define records (`@record`), a class that adds tables and numbers to the
world (`class MyWorld(World)`), and any of

    furnish(world, given)    who and what is there before anybody acts, the same in every replication; plain Python
    start(world)             luck is drawn, processes begin: after everybody else's, at the first midnight
    @replaces(f)             a function that stands in place of a function of `sim.model` or of a rule of `sim.rules`

`extended` gives the model with a scenario's extensions in it: the same functions over names of their own, so that a run with
extensions and one without do not disturb each other. The code runs with the rights of whoever runs it: `check_trust`.
"""

from __future__ import annotations

import importlib
import inspect
import io
import linecache
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType, SimpleNamespace, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import sim.model
import sim.rules
from sim.foundation.errors import UsageError
from sim.foundation.luck import key_of, key_of_name
from sim.foundation.textfile import UnreadableFile, read_text
from sim.model.extension_faults import (
    FILE_OF_EXTENSION,
    check_functions,
    check_ranks,
    check_rows,
    check_worlds,
    line_of,
    world_classes,
)
from sim.model.world import World
from sim.scenario.extension_tables import MOST_CODE, Extension
from sim.scenario.extensions import FIRST_KIND, hash_of, kind_names
from sim.scenario.load import resolved, restored
from sim.scenario.schema import Scenario

F = TypeVar("F", bound=Callable[..., Any])
TRUST = "BORDERFLOW_TRUST"
"""The environment variable that says whose code may run: `yes`, or hashes of modules, with commas between."""
FIRST_STREAM, STREAMS = 1000, 100
"""Streams of random numbers of extensions: the first, and how many each extension has."""
NOT_REPLACED = (
    "extensions", "extension_faults", "simulate", "branching", "stepping", "baseline", "version", "appointments", "journey",
)  # fmt: skip
"""Modules of the model whose functions an extension does not replace: what an engine does in its own way, and what begins a run."""


# what a module of an extension says


@dataclass(frozen=True)
class _Loading:
    """The extension whose module is being loaded."""

    name: str
    number: int
    rows: dict[str, int]
    replaced: dict[Callable[..., Any], Callable[..., Any]]

    @property
    def first_stream(self) -> int:
        """The first of its streams of random numbers."""
        return FIRST_STREAM + STREAMS * self.number


_loading: ContextVar[_Loading | None] = ContextVar("loading", default=None)


def row(name: str) -> int:
    """The kind of the extension's rows of that name, for `world.write`. Raises `UsageError` for one that the scenario does not have."""
    loading = _loading.get()
    if loading is None:
        return FIRST_KIND  # a module that is imported by itself, such as in a test of its functions
    if name not in loading.rows:
        allowed = ", ".join(loading.rows) or "none"
        raise UsageError(f"extensions.{loading.name}.rows: the module asks for {name!r}; it has: {allowed}")
    return loading.rows[name]


def stream(number: int) -> int:
    """A stream of random numbers of the extension's own, 0 to 99, for `uniform` and `Group.u`. Raises `UsageError`."""
    if not 0 <= number < STREAMS:
        raise UsageError(f"stream: found {number}, allowed: 0 to {STREAMS - 1}")
    loading = _loading.get()
    return (FIRST_STREAM if loading is None else loading.first_stream) + number


def replaces(original: Callable[..., Any]) -> Callable[[F], F]:
    """The function that follows stands in place of one of the model or of a rule, wherever the model calls it.

    In the module that replaces it, the name still means the original. Raises `UsageError` for what cannot be replaced.
    """

    def take_its_place(function: F) -> F:
        check_replacement(original, function)
        loading = _loading.get()
        if loading is not None:
            loading.replaced[original] = function
        return function

    return take_its_place


def check_replacement(original: Any, function: Any) -> None:
    """Whether one function can stand in place of another: of the model or a rule, with the same parameters. Raises `UsageError`."""
    name = f"{getattr(original, '__module__', '')}.{getattr(original, '__name__', original)}"
    package, _, module = str(getattr(original, "__module__", "")).rpartition(".")
    if (
        not inspect.isfunction(original)
        or original.__qualname__ != original.__name__
        or package not in (sim.model.__name__, sim.rules.__name__)
        or module in NOT_REPLACED
    ):
        raise UsageError(
            f"{name} cannot be replaced: allowed are rules of sim.rules, and functions of sim.model that stand in none of "
            + ", ".join(NOT_REPLACED)
        )
    ours, theirs = inspect.signature(function), inspect.signature(original)
    if list(ours.parameters) != list(theirs.parameters):
        raise UsageError(f"what replaces {name} has the parameters {ours}; allowed: {theirs}")
    if inspect.isgeneratorfunction(original) != inspect.isgeneratorfunction(function):
        raise UsageError(
            f"{name} is {'' if inspect.isgeneratorfunction(original) else 'not '}a process, and what replaces it is otherwise"
        )
    callers = [f.__qualname__ for f in _rules_that_call(original)]
    if callers:
        raise UsageError(f"{name} cannot be replaced: the rules {', '.join(callers)} call it; replace those")


def _rules_that_call(original: Callable[..., Any]) -> Iterator[FunctionType]:
    """Rules whose code calls a rule: rules are plain functions, shared by everybody."""
    if not original.__module__.startswith(sim.rules.__name__):
        return
    for info in pkgutil.iter_modules(sim.rules.__path__):
        module = importlib.import_module(f"{sim.rules.__name__}.{info.name}")
        for f in vars(module).values():
            if not inspect.isfunction(f) or f.__module__ != module.__name__ or f is original:
                continue
            if any(module.__dict__.get(n) is original for n in _names_in(f.__code__)):
                yield f


def _names_in(code: CodeType) -> Iterator[str]:
    """The names that a function's code looks up, those in comprehensions and functions inside it among them."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names_in(inner)


class Given:
    """What a module is given to furnish a world with: its numbers, its sectors, its keys.

    `numbers["name"]` is a float of the scenario; every number has to be read. `sectors` are indices.
    """

    def __init__(self, name: str, extension: Extension, sectors: list[str]) -> None:
        self.name = name
        self.numbers = _Numbers(name, extension.numbers)
        self.sectors = [sectors.index(sector) for sector in (extension.sectors or sectors)]

    def key(self, number: int) -> int:
        """The key of the extension's entity of that number: it orders events and has random numbers of its own."""
        return key_of(key_of_name(f"extension {self.name}"), number)


class _Numbers(dict[str, float]):
    """The numbers of an extension; which have been read is remembered."""

    def __init__(self, name: str, numbers: Mapping[str, float]) -> None:
        super().__init__(numbers)
        self.name, self.unread = name, set(numbers)

    def __getitem__(self, key: str) -> float:
        self.unread.discard(key)
        return super().__getitem__(key)

    def __missing__(self, key: str) -> float:
        raise UsageError(f"extensions.{self.name}.numbers.{key} is missing: the module reads it")


# consent


def check_trust(scenario: Scenario) -> None:
    """Whether the code of a scenario's extensions may run. Raises `UsageError` that names the files."""
    trusted = {word.strip().lower() for word in os.environ.get(TRUST, "").split(",")}
    if trusted & {"yes", "1", "true"}:
        return
    unknown = [e.module for e in scenario.extensions.values() if hash_of(e.code) not in trusted]
    if unknown:
        raise UsageError(
            f"{scenario.name} brings code of its own ({', '.join(unknown)}), which runs as any program that you start: "
            f"read it, then allow it with `borderflow --trust ...`, or {TRUST}=yes in the environment"
        )


def trust(code: str) -> None:
    """The code of a module may run in this process and in those that it starts."""
    before = os.environ.get(TRUST, "")
    if hash_of(code) not in before.split(","):
        os.environ[TRUST] = ",".join([*([before] if before else []), hash_of(code)])


# extensions that a Python caller brings


def extend(
    scenario: Scenario, name: str, module: ModuleType | str | os.PathLike[str], *, sectors: Sequence[str] = (),
    numbers: Mapping[str, float] | None = None, rows: Mapping[str, str] | None = None,
    measures: Mapping[str, Mapping[str, Any]] | None = None,
) -> Scenario:  # fmt: skip
    """The scenario with one more extension, whose code may run from now on; the arguments are the keys of `[extensions.NAME]`.

    `module` is a module that is imported, or the path of its file. Raises `UsageError` for one that cannot be read,
    `ScenarioError` with every other fault.
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


# the model with extensions in it


@dataclass(frozen=True)
class Extended:
    """What a run needs of the model: the class of the world, and the functions that make, begin and end it."""

    world: type[World]
    furnish: Callable[[World], None]
    start: Callable[[World], None]
    close_books: Callable[[World], None]
    rebase: Callable[[World, Scenario], None]
    modules: tuple[ModuleType, ...] = ()
    """Those of the extensions, in the scenario's order, and one that begins their actors."""
    replaced: Mapping[Callable[..., Any], Callable[..., Any]] = field(default_factory=dict)
    """Functions of the model, each with what stands in its place."""


Code = tuple[tuple[str, str, str, tuple[str, ...]], ...]
"""Of each extension: its name, its module's file and text, and its kinds of rows. What machine code depends on."""


def code_of(scenario: Scenario) -> Code:
    """The code of a scenario's extensions; empty where there are none."""
    return tuple((name, e.module, e.code, tuple(e.rows)) for name, e in scenario.extensions.items())


def extended(scenario: Scenario) -> Extended:
    """The model with a scenario's extensions in it. Raises `UsageError` where their code may not run, or cannot be loaded."""
    if not scenario.extensions:
        return plain_model()
    check_trust(scenario)
    return extended_by(code_of(scenario))


@lru_cache(maxsize=1)
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
        loading = _Loading(name, number, {r: first + i for i, r in enumerate(rows)}, {})
        first += len(rows)
        modules.append(_loaded(loading, file, text, code))
        for original, function in loading.replaced.items():
            if original in replaced:
                raise UsageError(
                    f"extensions.{name}: {original.__qualname__} is replaced by another extension as well"
                )
            replaced[original] = function
        if not loading.replaced and not {"furnish", "start"} & set(vars(modules[-1])):
            raise UsageError(
                f"extensions.{name}: {file} does nothing: it has no `start`, no `furnish`, and replaces no function"
            )
        check_functions(name, file, modules[-1])
        check_ranks(name, modules[-1])
    check_worlds({name: module for (name, *_), module in zip(code, modules, strict=True)}, _nothing_of)
    beginnings = _beginnings(modules, code)
    replaced[importlib.import_module("sim.model.simulate").begin_extensions] = beginnings.begin_extensions
    world = _world_of(modules)
    copies = _copies([*_modules().values(), *modules, beginnings], replaced)
    for module in modules:
        _let_methods_see(module, copies[module])
    namespaces = {name: SimpleNamespace(**copies[module]) for name, module in _modules().items()}
    return _functions(
        world, namespaces, (*modules, beginnings), replaced, [SimpleNamespace(**copies[m]) for m in modules]
    )


def _functions(
    world: type[World], of: Mapping[str, Any], modules: tuple[ModuleType, ...] = (),
    replaced: Mapping[Callable[..., Any], Callable[..., Any]] | None = None, extensions: list[Any] | None = None,
) -> Extended:  # fmt: skip
    furnish = of["furnish"].furnish

    def furnish_all(w: World) -> None:
        furnish(w)
        check_rows(w, range(FIRST_KIND, FIRST_KIND + len(kind_names(w.scenario))))
        _furnish_extensions(w, extensions or [])

    return Extended(
        world, furnish_all if extensions else furnish, of["simulate"].start, of["simulate"].close_books,
        of["branching"].rebase, modules, replaced or {},
    )  # fmt: skip


def _furnish_extensions(world: World, modules: list[Any]) -> None:
    """Empty tables and noughts for what extensions add to the world; then each furnishes it."""
    for name, hint in get_type_hints(type(world), include_extras=True).items():
        if not hasattr(world, name):
            setattr(world, name, _nothing_of(hint))
    sectors = list(world.scenario.sectors)
    for module, (name, extension) in zip(modules, world.scenario.extensions.items(), strict=True):
        given = Given(name, extension, sectors)
        if hasattr(module, "furnish"):
            with _named(name, extension.module, "`furnish` failed"):
                module.furnish(world, given)
        if given.numbers.unread:
            unread = ", ".join(f"extensions.{name}.numbers.{key}" for key in sorted(given.numbers.unread))
            raise UsageError(f"{extension.module} never reads {unread}")


def _nothing_of(hint: Any) -> Any:
    """What a field of the world holds before anybody furnishes it: nought, an empty table, no record."""
    if get_origin(hint) is Annotated:
        return _nothing_of(get_args(hint)[0])
    if get_origin(hint) is list:
        return []
    if get_origin(hint) in (Union, UnionType):
        return None
    return hint(0) if issubclass(hint, int | float | Enum) else hint()


@lru_cache(maxsize=1)
def _modules() -> dict[str, ModuleType]:
    """The modules of the model, those of extensions left out."""
    names = sorted(info.name for info in pkgutil.iter_modules(sim.model.__path__))
    return {
        name: importlib.import_module(f"sim.model.{name}")
        for name in names
        if not name.startswith("extension")
    }


def _loaded(loading: _Loading, file: str, text: str, code: Code) -> ModuleType:
    """The module of an extension, run; found by its name, and its lines by its file, as for any other module."""
    name = f"extension_{loading.number}_{loading.name.replace('-', '_')}"
    module = _new_module(
        f"borderflow_{hash_of(repr(code))}.{name}",
        f"{FILE_OF_EXTENSION}{loading.name} {hash_of(text)[:6]}>/{file}",
        text,
    )
    with _being_loaded(loading), _named(loading.name, file, "cannot be loaded"):
        exec(compile(text, module.__file__ or file, "exec", dont_inherit=True), module.__dict__)
    return module


@contextmanager
def _named(name: str, file: str, what: str) -> Iterator[None]:
    """What goes wrong in an extension is told with its name, file and line. Raises `UsageError`."""
    try:
        yield
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        raise UsageError(
            f"extensions.{name}: {file} {what}: {type(error).__name__}: {error}{line_of(error)}"
        ) from error


@contextmanager
def _being_loaded(loading: _Loading) -> Iterator[None]:
    before = _loading.set(loading)
    try:
        yield
    finally:
        _loading.reset(before)


def _new_module(name: str, file: str, text: str) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    parent = name.rpartition(".")[0]
    sys.modules.setdefault(parent, ModuleType(parent))  # so that its classes can be pickled
    linecache.cache[file] = (len(text), None, io.StringIO(text, newline=None).readlines(), file)
    return module


def _beginnings(modules: list[ModuleType], code: Code) -> ModuleType:
    """A module that begins the actors of every extension, in the scenario's order."""
    starting = [m for m in modules if hasattr(m, "start")]
    names = {m.__name__.rpartition(".")[2]: m for m in starting}
    lines = [f"    {name}.start(world)" for name in names] or ["    return"]
    text = "\n".join(
        ["from __future__ import annotations", "from sim.model.world import World", "", "",
         "def begin_extensions(world: World) -> None:", *lines, ""]
    )  # fmt: skip
    made = _new_module(
        f"borderflow_{hash_of(repr(code))}.extension_beginnings",
        f"<extensions {hash_of(repr(code))}>/begin.py",
        text,
    )
    made.__dict__.update(names)
    exec(compile(text, made.__file__ or "", "exec", dont_inherit=True), made.__dict__)
    return made


def _world_of(modules: list[ModuleType]) -> type[World]:
    """The world with what every extension adds to it."""
    found = [cls for module in modules for cls in world_classes(module)]
    added = [cls for cls in found if not any(other is not cls and issubclass(other, cls) for other in found)]
    if len(added) == 1:
        return added[0]
    return type("ExtendedWorld", tuple(added), {"__module__": __name__}) if added else World


def _let_methods_see(module: ModuleType, names: dict[str, Any]) -> None:
    """Methods of an extension's classes find the same names as its functions."""
    own = (c for c in list(vars(module).values()) if isinstance(c, type) and c.__module__ == module.__name__)
    for cls in own:
        for name, thing in list(vars(cls).items()):
            if inspect.isfunction(thing) and thing.__globals__ is module.__dict__:
                setattr(cls, name, _over(thing, names))
            elif (
                isinstance(thing, property)
                and inspect.isfunction(thing.fget)
                and thing.fget.__globals__ is module.__dict__
            ):
                setattr(cls, name, property(_over(thing.fget, names), doc=thing.__doc__))


def _over(f: FunctionType, names: dict[str, Any]) -> FunctionType:
    """The same function over other names."""
    clone = FunctionType(f.__code__, names, f.__name__, f.__defaults__, f.__closure__)
    clone.__kwdefaults__, clone.__annotations__, clone.__module__ = (
        f.__kwdefaults__,
        f.__annotations__,
        f.__module__,
    )
    clone.__doc__, clone.__qualname__ = f.__doc__, f.__qualname__
    return clone


def _copies(
    modules: list[ModuleType], replaced: Mapping[Callable[..., Any], Callable[..., Any]]
) -> dict[ModuleType, dict[str, Any]]:
    """The names of modules, copied; the functions in them are the same functions over the copied names, or what replaces them."""
    names = {module: dict(vars(module)) for module in modules}
    clones: dict[Any, Any] = {}
    for module in modules:
        for f in vars(module).values():
            if inspect.isfunction(f) and f.__module__ == module.__name__:
                clones[f] = _over(f, names[module])
    replacing = {f.__module__ for f in replaced.values()}
    spaces: dict[tuple[ModuleType, str], SimpleNamespace] = {}

    def meant(thing: Any, by: str) -> Any:
        """What stands for a thing in the names of a module: a module that replaces a function still finds the original."""
        if isinstance(thing, ModuleType):
            return space(thing, by if by in replacing else "") if thing in names else thing
        if isinstance(thing, dict):
            return {key: meant(value, by) for key, value in thing.items()}
        if type(thing) is tuple:
            return tuple(meant(item, by) for item in thing)
        if not inspect.isfunction(thing):
            return thing
        other = replaced.get(thing)
        return clones.get(thing, thing) if other is None or other.__module__ == by else clones[other]

    def space(module: ModuleType, by: str) -> SimpleNamespace:
        """A module as another one sees it."""
        found = spaces.get((module, by))
        if found is None:
            found = spaces[module, by] = SimpleNamespace()
            found.__dict__.update(
                {name: meant(thing, by) for name, thing in vars(module).items() if not name.startswith("__")}
            )
        return found

    for module in modules:
        for name, thing in vars(module).items():
            if not name.startswith("__"):
                names[module][name] = meant(thing, module.__name__)
    return names
