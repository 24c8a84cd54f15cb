"""What is wrong with an extension's module, once it is loaded and before a run begins;
and where in it an error arose.

Which names of the world it adds, what `build` and `start` take, in which line something failed.
What a module says in the scenario is checked by `sim.scenario.checks.extension_checks`, without running it.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Mapping
from enum import Enum
from types import ModuleType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from sim.core.errors import InvariantBroken, UsageError
from sim.core.event_order import Rank
from sim.core.record_types import Word
from sim.model.state.entities import Entity
from sim.model.state.world import World
from sim.record.events import Actor as By
from sim.record.events import Kind

FILE_OF_EXTENSION = "<extension "
"""How the name of an extension's file begins where a traceback or a compiler names it."""
TAKES = {"build": ("world", "given"), "start": ("world",)}


def check_functions(name: str, file: str, module: ModuleType) -> None:
    """`build` and `start` are plain functions of what they are given. Raises `UsageError`."""
    if "furnish" in vars(module):
        raise UsageError(f"extensions.{name}: `furnish` in {file} is called `build` now: rename it")
    for text, params in TAKES.items():
        thing = vars(module).get(text)
        if thing is None:
            continue
        allowed = f"allowed: def {text}({', '.join(params)}), without a yield"
        if not inspect.isfunction(thing):
            raise UsageError(f"extensions.{name}: `{text}` in {file} is no function; {allowed}")
        if inspect.isgeneratorfunction(thing):
            raise UsageError(
                f"extensions.{name}: `{text}` in {file} is a process, which nobody begins; {allowed}"
            )
        if len(inspect.signature(thing).parameters) != len(params):
            raise UsageError(
                f"extensions.{name}: `{text}` in {file} takes {inspect.signature(thing)}; {allowed}"
            )


def check_ranks(name: str, module: ModuleType) -> None:
    """Every actor of a module has a rank, by which both engines order events of one instant.
    Raises `UsageError`."""
    for cls in classes_of(module):
        if issubclass(cls, Entity) and cls.rank not in set(Rank):
            raise UsageError(
                f"extensions.{name}: {cls.__name__}.rank: found {cls.rank!r}; "
                "allowed: a `Rank`, such as rank: ClassVar[int] = Rank.EXTENSION"
            )


def classes_of(module: ModuleType) -> list[type]:
    """The classes that a module defines itself."""
    own = vars(module).values()
    return [thing for thing in own if isinstance(thing, type) and thing.__module__ == module.__name__]


def world_classes(module: ModuleType) -> list[type[World]]:
    """The classes by which a module adds to the world."""
    return [cls for cls in classes_of(module) if issubclass(cls, World)]


def check_worlds(modules: Mapping[str, ModuleType]) -> None:
    """What extensions add to the world has names of its own, and kinds that can begin empty.
    Raises `UsageError`."""
    known = dict.fromkeys([*dir(World), *World.__annotations__, "scenario"], "the model")
    for name, module in modules.items():
        for cls in world_classes(module):
            _check_world(name, cls, known)


def _check_world(name: str, cls: type[World], known: dict[str, str]) -> None:
    fields = inspect.get_annotations(cls)
    for text in dict.fromkeys(
        [*fields, *(t for t in vars(cls) if not t.startswith("__") or t == "__init__")]
    ):
        if text in known:
            raise UsageError(
                f"extensions.{name}: {cls.__name__}.{text}: {known[text]} has `{text}` in the world already; "
                "give it another name"
            )
        known[text] = f"extensions.{name}"
    try:
        hints = get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise UsageError(
            f"extensions.{name}: {cls.__name__}: {error.name!r}, in an annotation, is not known in the module"
        ) from None
    for text in fields:
        try:
            nothing_of(hints[text])
        except TypeError:
            allowed = "a number, a word, a list, or a record that may be None"
            raise UsageError(
                f"extensions.{name}: {cls.__name__}.{text}: found {fields[text]}; allowed: {allowed}"
            ) from None


def nothing_of(hint: Any) -> Any:
    """What a field of the world holds before anybody builds it: zero, an empty table, no record."""
    if get_origin(hint) is Annotated:
        return nothing_of(get_args(hint)[0])
    if get_origin(hint) is list:
        return []
    if get_origin(hint) in (Union, UnionType):
        return None
    return hint(0) if issubclass(hint, int | float | Enum) else hint()


def check_rows(world: World, own: range) -> None:
    """From now on every row is looked at before it is written: `own` are the kinds of rows of extensions.

    Raises `InvariantBroken` for a row that no table has a place for; compiled code does not look.
    """
    write = world.write
    sectors = range(-1, len(world.params.sectors))
    kinds, actors = {*map(int, Kind), *own}, set(By)

    def checked(  # noqa: PLR0917 - as Recorder.write
        time_h: float, kind: int, group: Word, persons: int, sector: int, actor: int, value: float,
        cause: int, witness: int = 0,
    ) -> int:  # fmt: skip
        if kind not in kinds or sector not in sectors or actor not in actors or persons < 0:
            found = f"kind {kind}, persons {persons}, sector {sector}, actor {actor}"
            raise InvariantBroken(
                f"a row has a kind, a sector and an actor that there are: found {found}", time_h, "world"
            )
        number: int = write(time_h, kind, group, persons, sector, actor, value, cause, witness)
        return number

    world.write = checked


def line_of(error: BaseException) -> str:
    """The file and line of an extension in which an error arose, in brackets; "" where it arose in none."""
    inner: BaseException | None = error
    while inner is not None:
        for frame in reversed(traceback.extract_tb(inner.__traceback__)):
            if frame.filename.startswith(FILE_OF_EXTENSION):
                return f" ({frame.filename}:{frame.lineno})"
        inner = inner.__cause__  # SimPy copies the error of a process, with the original as its cause
    return ""
