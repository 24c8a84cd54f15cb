"""What the module of an extension says, beside its actors: its kinds of rows, its random streams,
what it replaces.

A module is Python in the subset of the model. It may define records (`@record`),
a class that adds tables and numbers to the world (`class MyWorld(World)`), and any of

    build(world, given)      who and what is there before anybody acts, the same in every replication;
                             plain Python
    start(world)             luck is drawn, processes begin: after everybody else's, at the first midnight
    @replaces(f)             a function that stands in place of a function of `sim.model`
                             or of a rule of `sim.rules`

`sim.model.extensions.extended` puts it into the model.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, TypeVar

import sim.rules
from sim.core.errors import UsageError
from sim.core.random_streams import key_of, key_of_name
from sim.scenario.checks.extension_checks import FIRST_KIND
from sim.scenario.schema.extension_tables import Extension

F = TypeVar("F", bound=Callable[..., Any])
FIRST_STREAM, STREAMS = 1000, 100
"""Streams of random numbers of extensions: the first, and how many each extension has."""
OF_EXTENSIONS = "sim.model.extensions."
"""How the names of the modules begin that put extensions into the model."""
NOT_REPLACED = ("extensions", "simulate", "day_order", "branching", "stepping", "version", "waits", "journey")
"""Modules of the model whose functions an extension does not replace: what an engine does in its own way,
and what begins a run."""


@dataclass(frozen=True)
class Loading:
    """The extension whose module is being loaded."""

    name: str
    number: int
    rows: dict[str, int]
    replaced: dict[Callable[..., Any], Callable[..., Any]]

    @property
    def first_stream(self) -> int:
        """The first of its streams of random numbers."""
        return FIRST_STREAM + STREAMS * self.number


LOADING: ContextVar[Loading | None] = ContextVar("loading", default=None)


def row(name: str) -> int:
    """The kind of the extension's rows of that name, for `world.write`.
    Raises `UsageError` for one that the scenario does not have."""
    loading = LOADING.get()
    if loading is None:
        return FIRST_KIND  # a module that is imported by itself, such as in a test of its functions
    if name not in loading.rows:
        allowed = ", ".join(loading.rows) or "none"
        raise UsageError(f"extensions.{loading.name}.rows: the module asks for {name!r}; it has: {allowed}")
    return loading.rows[name]


def stream(number: int) -> int:
    """A stream of random numbers of the extension's own, 0 to 99, for `uniform` and `Group.u`.
    Raises `UsageError`."""
    if not 0 <= number < STREAMS:
        raise UsageError(f"stream: found {number}, allowed: 0 to {STREAMS - 1}")
    loading = LOADING.get()
    return (FIRST_STREAM if loading is None else loading.first_stream) + number


def replaces(original: Callable[..., Any]) -> Callable[[F], F]:
    """The function that follows stands in place of one of the model or of a rule,
    wherever the model calls it.

    In the module that replaces it, the name still means the original.
    Raises `UsageError` for what cannot be replaced.
    """

    def take_its_place(function: F) -> F:
        check_replacement(original, function)
        loading = LOADING.get()
        if loading is not None:
            loading.replaced[original] = function
        return function

    return take_its_place


def check_replacement(original: Any, function: Any) -> None:
    """Whether one function can stand in place of another: of the model or a rule, with the same parameters.
    Raises `UsageError`."""
    name = f"{getattr(original, '__module__', '')}.{getattr(original, '__name__', original)}"
    path = str(getattr(original, "__module__", "")).split(".")
    if (
        not inspect.isfunction(original)
        or original.__qualname__ != original.__name__
        or path[:2] not in (["sim", "model"], ["sim", "rules"])
        or set(path[2:]) & set(NOT_REPLACED)
    ):
        raise UsageError(
            f"{name} cannot be replaced: allowed are rules of sim.rules, and functions of sim.model that "
            f"stand in none of " + ", ".join(NOT_REPLACED)
        )
    ours, theirs = inspect.signature(function), inspect.signature(original)
    if list(ours.parameters) != list(theirs.parameters):
        raise UsageError(f"what replaces {name} has the parameters {ours}; allowed: {theirs}")
    if inspect.isgeneratorfunction(original) != inspect.isgeneratorfunction(function):
        raise UsageError(
            f"{name} is {'' if inspect.isgeneratorfunction(original) else 'not '}a process, and what "
            f"replaces it is otherwise"
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
    """The names that a function's code looks up, those in comprehensions and
    functions inside it among them."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names_in(inner)


class Given:
    """What a module is given to build a world with: its numbers, its sectors, its keys.

    `numbers["name"]` is a float of the scenario; every number has to be read. `sectors` are indices.
    """

    def __init__(self, name: str, extension: Extension, sectors: list[str]) -> None:
        self.name = name
        self.numbers = _Numbers(name, extension.numbers)
        self.sectors = [sectors.index(sector) for sector in (extension.sectors or sectors)]

    def key(self, number: int) -> int:
        """The key of the extension's entity of that number:
        it orders events and has random numbers of its own."""
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
