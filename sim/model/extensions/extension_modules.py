"""Modules of extensions in memory: run once for a content, and the model's modules copied with what
extensions replace in them.

The copies are the same functions over names of their own,
so that a run with extensions and one without do not disturb each other.
"""

from __future__ import annotations

import inspect
import io
import linecache
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from sim.core.errors import UsageError
from sim.model.extensions.declarations import LOADING, Loading
from sim.model.extensions.extension_faults import FILE_OF_EXTENSION, classes_of, line_of, world_classes
from sim.model.state.world import World
from sim.scenario.checks.extension_checks import hash_of

Code = tuple[tuple[str, str, str, tuple[str, ...]], ...]
"""Of each extension: its name, its module's file and text, and its kinds of rows.
What machine code depends on."""


# modules are run


def loaded(loading: Loading, file: str, text: str, code: Code) -> ModuleType:
    """The module of an extension, run; found by its name, and its lines by its file,
    as for any other module."""
    name = f"extension_{loading.number}_{loading.name.replace('-', '_')}"
    module = _new_module(
        f"borderflow_{hash_of(repr(code))}.{name}",
        f"{FILE_OF_EXTENSION}{loading.name} {hash_of(text)[:6]}>/{file}",
        text,
    )
    with _being_loaded(loading), named(loading.name, file, "cannot be loaded"):
        exec(compile(text, module.__file__ or file, "exec", dont_inherit=True), module.__dict__)
    return module


@contextmanager
def named(name: str, file: str, what: str) -> Iterator[None]:
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
def _being_loaded(loading: Loading) -> Iterator[None]:
    before = LOADING.set(loading)
    try:
        yield
    finally:
        LOADING.reset(before)


def _new_module(name: str, file: str, text: str) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    parent = name.rpartition(".")[0]
    sys.modules.setdefault(parent, ModuleType(parent))  # so that its classes can be pickled
    linecache.cache[file] = (len(text), None, io.StringIO(text, newline=None).readlines(), file)
    return module


def beginnings(modules: list[ModuleType], code: Code) -> ModuleType:
    """A module that begins the actors of every extension, in the scenario's order."""
    starting = [m for m in modules if hasattr(m, "start")]
    names = {m.__name__.rpartition(".")[2]: m for m in starting}
    lines = [f"    {name}.start(world)" for name in names] or ["    return"]
    text = "\n".join(
        ["from __future__ import annotations", "from sim.model.state.world import World", "", "",
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


def world_of(modules: list[ModuleType]) -> type[World]:
    """The world with what every extension adds to it."""
    found = [cls for module in modules for cls in world_classes(module)]
    added = [cls for cls in found if not any(other is not cls and issubclass(other, cls) for other in found)]
    if len(added) == 1:
        return added[0]
    return type("ExtendedWorld", tuple(added), {"__module__": __name__}) if added else World


# names are copied


def let_methods_see(module: ModuleType, names: dict[str, Any]) -> None:
    """Methods of an extension's classes find the same names as its functions."""
    for cls in classes_of(module):
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


def copies(
    modules: list[ModuleType], replaced: Mapping[Callable[..., Any], Callable[..., Any]]
) -> dict[ModuleType, dict[str, Any]]:
    """The names of modules, copied; the functions in them are the same functions over the copied names,
    or what replaces them."""
    names = {module: dict(vars(module)) for module in modules}
    clones: dict[Any, Any] = {}
    for module in modules:
        for f in vars(module).values():
            if inspect.isfunction(f) and f.__module__ == module.__name__:
                clones[f] = _over(f, names[module])
    replacing = {f.__module__ for f in replaced.values()}
    spaces: dict[tuple[ModuleType, str], SimpleNamespace] = {}

    def meant(thing: Any, by: str) -> Any:
        """What stands for a thing in the names of a module:
        a module that replaces a function still finds the original."""
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
