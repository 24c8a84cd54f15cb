"""What is to be translated: the modules, the world, and what an engine does in its own way;
functions by what they are.

Nothing here is translated yet: sources are read, annotations are turned into kinds.
"""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any, get_args, get_type_hints

from sim.engines.translate.kinds import (
    ENGINE_KIND,
    NONE,
    EnumKind,
    Ref,
    SingletonKind,
    Specs,
    ValueKind,
    hints_of,
    is_record,
    kind_of,
)
from sim.engines.translate.outside_subset import OutsideSubset

WORLD = "world"
"""The name of the world in made code."""


@dataclass(frozen=True)
class Port:
    """What the engine does in its own way, in place of a method or property of the world."""

    function: str
    """The function of the engine's own that is called with the world first;
    "" for an attribute of the world."""
    params: tuple[tuple[str, ValueKind, float | None], ...]
    """Name, kind and default of each argument after the world."""
    result: ValueKind


@dataclass(frozen=True)
class Program:
    """A model as a translator takes it."""

    modules: tuple[ModuleType, ...]
    """Where behaviour stands."""
    roots: tuple[Callable[..., Any], ...]
    """What an engine calls; what these lead to is translated."""
    world: type
    """The class of the world, with its annotated attributes; its methods are translated but for ports."""
    ports: Mapping[str, Port]
    """By the name of the world's method or property."""
    rules: tuple[str, ...]
    """Names of modules, or beginnings of them, whose functions are compiled as they are."""
    stages: Mapping[Any, Callable[..., Any]]
    """The processes of a journey: each says which stage follows."""
    end_of_journey: Callable[..., Any]
    """What ends a journey."""
    persons: str
    """The field of the traveller that is above nought as long as it goes on."""
    params: tuple[str, type]
    """The attribute of the world that holds the parameters, and their class."""
    replaced: Mapping[Callable[..., Any], Callable[..., Any]] = field(default_factory=dict)
    """Functions of the modules or rules, each with the function that stands in its place
    everywhere but in its own module."""
    words: Mapping[Callable[..., Any], str] = field(default_factory=dict)
    """Functions on 64-bit words, by what takes their place in made code: "uniform",
    or "key" of two or three parts."""


@dataclass
class Function:
    """A function of the model: where it stands, what it takes and gives."""

    name: str
    """Its name in made code."""
    node: ast.FunctionDef
    module: ModuleType
    params: list[tuple[str, ValueKind, float | None]]
    """Name, kind and default, the world left out."""
    result: ValueKind
    is_process: bool
    is_stage: bool

    @property
    def path(self) -> str:
        """Its file."""
        return self.module.__file__ or self.module.__name__


class Model:
    """Every function of a program, by the object that it is in Python."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.functions: dict[Any, Function] = {}
        self.by_name: dict[str, Function] = {}
        self.refused: dict[Any, OutsideSubset] = {}
        """Functions of the modules that take or give something else."""
        self.records: dict[str, type] = {}
        """By their names, which the arrays of records have as well."""
        self.made: set[type] = set()
        """Classes whose records are made during a run."""
        self.specs = {
            text
            for text, hint in hints_of(program.params[1]).items()
            if isinstance(kind_of(hint, text), Specs)
        }
        for module in program.modules:
            self._read(module)

    def _read(self, module: ModuleType) -> None:
        # From `linecache` and not from the file: it also holds the modules of extensions, whose text came
        # with the scenario.
        tree = ast.parse("".join(linecache.getlines(module.__file__ or "", vars(module))))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not hasattr(module, node.name):
                continue  # the module has deleted it
            if isinstance(node, ast.FunctionDef):
                self._add(node, getattr(module, node.name), module, None)
            elif isinstance(node, ast.ClassDef):
                cls = getattr(module, node.name)
                # Tables are found by the bare name of a class, in memory and in made code.
                if is_record(cls) and self.records.setdefault(cls.__name__, cls) is not cls:
                    reason = f"two records would be called `{cls.__name__}`: give this one another name"
                    raise OutsideSubset(node, reason, module.__file__ or "")
                if is_record(cls) or self.is_world(cls):
                    self._read_class(node, cls, module)

    def _read_class(self, node: ast.ClassDef, cls: type, module: ModuleType) -> None:
        for inner in node.body:
            if not isinstance(inner, ast.FunctionDef) or inner.name.startswith("__"):
                continue
            # The engine does this in its own way; the method is SimPy's.
            if self.is_world(cls) and inner.name in self.program.ports:
                continue
            # Without running a property: its function is what is translated.
            thing = inspect.getattr_static(cls, inner.name)
            if isinstance(thing, staticmethod):
                continue
            plain: Any = thing.fget if isinstance(thing, property) else thing
            self._add(inner, plain, module, cls)

    def _add(self, node: ast.FunctionDef, thing: FunctionType, module: ModuleType, cls: type | None) -> None:
        """A function whose parameters have kinds;
        another is refused where something that is translated calls it."""
        try:
            made = self._function(node, thing, module, cls)
        except OutsideSubset as error:
            # Held back: a module may have functions that only prepare a run, which nothing translated calls.
            self.refused[thing] = error
        else:
            if made.name in self.by_name:
                raise OutsideSubset(
                    node, f"two functions of the model would be called `{made.name}`", made.path
                )
            self.functions[thing] = self.by_name[made.name] = made

    def _function(
        self, node: ast.FunctionDef, thing: FunctionType, module: ModuleType, cls: type | None
    ) -> Function:
        path = module.__file__ or ""
        try:
            hints = get_type_hints(thing, include_extras=True)
        except NameError as error:
            reason = f"`{error.name}`, in an annotation of `{node.name}`, is not known in its module"
            raise OutsideSubset(node, reason, path) from None
        params: list[tuple[str, ValueKind, float | None]] = []
        defaults = _defaults(node)
        for arg in [*node.args.args, *node.args.kwonlyargs]:
            if arg.arg == "self":
                assert cls is not None, "a method"
                kind: ValueKind | None = (
                    SingletonKind(self.program.world, "") if self.is_world(cls) else Ref(cls)
                )
            else:
                kind = self.kind(hints.get(arg.arg, inspect.Parameter.empty))
            if kind is None or kind == ENGINE_KIND:
                raise OutsideSubset(
                    arg, f"`{arg.arg}` is annotated by something that the subset does not have", path
                )
            # The world is the first argument of every made function, wherever the model takes it.
            if not (isinstance(kind, SingletonKind) and kind.cls is self.program.world):
                params.append((arg.arg, kind, defaults.get(arg.arg)))
        returns = hints.get("return", None)
        is_process = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(node))
        result, is_stage = _of_process(returns, self) if is_process else (self.kind(returns), False)
        if result is None:
            raise OutsideSubset(
                node, f"`{node.name}` gives back something that the subset does not have", path
            )
        # With its module's name: `step` or `end` may be called so in several modules.
        name = (
            f"{module.__name__.rsplit('.', 1)[-1]}__{node.name}"
            if cls is None
            else f"{cls.__name__}__{node.name}"
        )
        return Function(name, node, module, params, result, is_process, is_stage)

    def is_world(self, thing: Any) -> bool:
        """Whether a class is that of the world, or one that the world's class comes from."""
        return thing is not object and isinstance(thing, type) and issubclass(self.program.world, thing)

    def meant(self, thing: Any, by: ModuleType) -> Any:
        """What a module means by a thing: what replaces it, but for the module that does so."""
        other = self.program.replaced.get(thing) if isinstance(thing, FunctionType) else None
        # The module that replaces a function may call the one that it replaces.
        return thing if other is None or other.__module__ == by.__name__ else other

    def function(self, thing: Any) -> Function:
        """A function of the model, or what replaces it."""
        return self.functions[self.program.replaced.get(thing, thing)]

    def is_stage(self, enumeration: Any) -> bool:
        """Whether an enumeration is that of the stages of a journey."""
        return any(isinstance(stage, enumeration) for stage in self.program.stages)

    def kind(self, hint: Any) -> ValueKind | None:
        """The kind that an annotation says; the world is there once."""
        if self.is_world(hint):
            return SingletonKind(self.program.world, "")
        if hint is self.program.params[1]:
            return SingletonKind(hint, "")
        return kind_of(hint)


def _of_process(hint: Any, model: Model) -> tuple[ValueKind | None, bool]:
    """What a process gives back, and whether that is the stage that follows."""
    args = get_args(hint)
    result = model.kind(args[2]) if len(args) == 3 else NONE
    return result, isinstance(result, EnumKind)


def _defaults(node: ast.FunctionDef) -> dict[str, float]:
    found: dict[str, float] = {}
    pairs = list(
        zip(node.args.args[len(node.args.args) - len(node.args.defaults) :], node.args.defaults, strict=True)
    )
    pairs += [
        (arg, default)
        for arg, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default
    ]
    for arg, default in pairs:
        found[arg.arg] = ast.literal_eval(default)
    return found
