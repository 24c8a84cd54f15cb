"""What a value is: the kinds that the subset has, and how they are read from annotations.

A record is known by its index in a table of its class; -1 stands for none.
Numbers by one or two indices are arrays; what is given once and for all and holds numbers under names (a
section of parameters) is looked into when code is made.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from sim.core.record_types import Engine, Word

WORD_MARK, ENGINE_MARK = Word.__metadata__[0], Engine.__metadata__[0]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ValueKind:
    """The kind of a value."""


@dataclass(frozen=True)
class Number(ValueKind):
    """A number, or None where a function gives nothing back."""

    name: str

    def __repr__(self) -> str:
        return self.name


INT, FLOAT, BOOL, WORD, NONE = (Number(name) for name in ("int", "float", "bool", "word", "None"))


@dataclass(frozen=True)
class EnumKind(ValueKind):
    """A member of an enumeration, or None (-1)."""

    enumeration: type[Enum]


@dataclass(frozen=True)
class Ref(ValueKind):
    """A record, by its index; -1 where there is none."""

    cls: type


@dataclass(frozen=True)
class Value(ValueKind):
    """A named tuple of numbers."""

    cls: type


@dataclass(frozen=True)
class Tuple(ValueKind):
    """A tuple of values of their own kinds."""

    items: tuple[ValueKind, ...]


@dataclass(frozen=True)
class Array(ValueKind):
    """Values by an index."""

    item: ValueKind


@dataclass(frozen=True)
class Rows(ValueKind):
    """Values by two indices: rows of one length (a grid), or of their own lengths (ragged)."""

    item: ValueKind
    ragged: bool


@dataclass(frozen=True)
class RowKind(ValueKind):
    """One row of `Rows`, as a local name holds it."""

    item: ValueKind


@dataclass(frozen=True)
class Whole(ValueKind):
    """The table of all records of a class, in the world's order."""

    cls: type


@dataclass(frozen=True)
class SingletonKind(ValueKind):
    """What is there once: the world, its parameters, a section of them."""

    cls: type
    path: str


@dataclass(frozen=True)
class Specs(ValueKind):
    """A list of sections, one a place."""

    cls: type
    path: str


@dataclass(frozen=True)
class SpecKind(ValueKind):
    """One of them, by its index."""

    cls: type
    path: str


# A kind so that such a field can be told from one whose annotation is unknown: it is left out, the other
# refused.
ENGINE_KIND = Number("engine")


def is_record(cls: Any) -> bool:
    """Whether a class is a record: its instances hold its annotated fields and nothing else."""
    # Slots as well: an instance of a plain dataclass may be given attributes that no declaration names.
    return isinstance(cls, type) and hasattr(cls, "__dataclass_fields__") and hasattr(cls, "__slots__")


def is_section(cls: Any) -> bool:
    """Whether a class is a section of parameters: a pydantic model."""
    return isinstance(cls, type) and hasattr(cls, "model_fields")


def is_named_tuple(cls: Any) -> bool:
    """Whether a class is a named tuple."""
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")


def kind_of(hint: Any, path: str = "") -> ValueKind | None:
    """The kind that an annotation says; None where the subset has none for it."""
    if hint is None or hint is type(None):
        return NONE
    if get_origin(hint) is Annotated:
        return _annotated(hint, path)
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [kind_of(arg, path) for arg in get_args(hint) if arg is not type(None)]
        # Only where -1 can stand for None: a number has no value that could mean none.
        return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], Ref | EnumKind) else None
    if get_origin(hint) in (list, tuple):
        return _sequence(hint, path)
    plain = {bool: BOOL, int: INT, float: FLOAT}
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type):
        if issubclass(hint, Enum):
            return EnumKind(hint)
        if is_record(hint):
            return Ref(hint)
        if is_named_tuple(hint):
            return Value(hint)
        if is_section(hint):
            return SingletonKind(hint, path)
    return None


def _annotated(hint: Any, path: str) -> ValueKind | None:
    marks = hint.__metadata__
    if WORD_MARK in marks:
        return WORD
    if ENGINE_MARK in marks:
        return ENGINE_KIND
    inner = get_args(hint)[0]
    if "grid" in marks or "ragged" in marks:
        item = kind_of(get_args(get_args(inner)[0])[0], path)
        return None if item is None else Rows(item, "ragged" in marks)
    return kind_of(inner, path)


def _sequence(hint: Any, path: str) -> ValueKind | None:
    args = get_args(hint)
    if get_origin(hint) is tuple and not (len(args) == 2 and args[1] is Ellipsis):
        kinds = [kind_of(arg, path) for arg in args]
        return None if None in kinds else Tuple(tuple(typing.cast("list[ValueKind]", kinds)))
    item = kind_of(args[0], path)
    # A list of records is their whole table: an index in it is the record's place, which is what a reference
    # holds.
    if isinstance(item, Ref):
        return Whole(item.cls)
    if isinstance(item, SingletonKind):
        return Specs(item.cls, path)
    return None if item is None else Array(item)


@cache
def hints_of(cls: type) -> dict[str, Any]:
    """The annotations of a class and of those it comes from."""
    return get_type_hints(cls, include_extras=True)


@cache
def fields_of(cls: type) -> dict[str, ValueKind]:
    """The fields of a record that both engines keep, with their kinds."""
    found: dict[str, ValueKind] = {}
    hints = hints_of(cls)
    for name in (field.name for field in dataclasses.fields(cls)):
        kind = kind_of(hints[name])
        if kind is None:
            raise TypeError(
                f"{cls.__name__}.{name}: a record holds numbers, words and records, not {hints[name]}"
            )
        # Events and processes of SimPy have no counterpart in memory.
        if kind != ENGINE_KIND:
            found[name] = kind
    return found


@cache
def parts_of(cls: type) -> dict[str, ValueKind]:
    """The items of a named tuple, with their kinds."""
    hints = hints_of(cls)
    return {name: kind_of(hints[name]) or NONE for name in cls._fields}  # type: ignore[attr-defined]


@cache
def numbers_of(cls: type, path: str) -> dict[str, ValueKind]:
    """What of a section can be read: its plain numbers and lists of numbers,
    and those of sections inside it."""
    found: dict[str, ValueKind] = {}
    for name, field in cls.model_fields.items():  # type: ignore[attr-defined]
        kind = kind_of(field.annotation, f"{path}_{name}")
        if (
            kind in (INT, FLOAT, BOOL)
            or isinstance(kind, SingletonKind)
            or (isinstance(kind, Array) and kind.item in (INT, FLOAT))
        ):
            found[name] = kind
    return found
