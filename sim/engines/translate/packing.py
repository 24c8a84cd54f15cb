"""The world as the SimPy engine has built it, put into arrays:
each record has a place in the table of its class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engines.translate.kinds import (
    Array,
    EnumKind,
    Ref,
    Rows,
    SingletonKind,
    Specs,
    Value,
    ValueKind,
    Whole,
    fields_of,
    numbers_of,
    parts_of,
)
from sim.engines.translate.layout import Layout, N, type_of


@dataclass
class Packed:
    """A world as its arrays and scalars: what is the same in every replication."""

    arrays: dict[str, Any]
    scalars: dict[str, Any]


class _Packer:
    """Puts objects into arrays: each record has a place in the table of its class."""

    def __init__(self, layout: Layout, world: Any) -> None:
        self.layout, self.world = layout, world
        self.params = getattr(world, layout.program.params[0])
        self.places: dict[int, int] = {}
        self.records: dict[type, list[Any]] = {cls: [] for cls in layout.tables}

    def pack(self) -> Packed:
        # Whole tables first: the place of such a record must be its index in the world's list, by which the
        # model finds it.
        for name, cls in self.layout.whole.items():
            for thing in getattr(self.world, name):
                self.place(thing, cls)
        arrays: dict[str, Any] = {}
        scalars: dict[str, Any] = {}
        for (source, name), (_, kind) in self.layout.attributes.items():
            value = getattr(self.world if source == "world" else self.params, name)
            self.attribute(name, source, kind=kind, value=value, arrays=arrays, scalars=scalars)
        self.tables(arrays, scalars)
        numbers = np.zeros(1, self.layout.arrays["NUMBERS"])
        for text, (owner, name) in self.numbers.items():
            numbers[text][0] = getattr(owner, name)
        arrays["NUMBERS"] = numbers
        arrays |= {f"V_{cls.__name__}": self.values(cls, found) for cls, found in self.constants.items()}
        return Packed(arrays, scalars)

    numbers: dict[str, tuple[Any, str]]
    constants: dict[type, list[Any]]
    where: dict[str, int]

    def attribute(
        self,
        name: str,
        source: str,
        *,
        kind: ValueKind,
        value: Any,
        arrays: dict[str, Any],
        scalars: dict[str, Any],
    ) -> None:
        if isinstance(kind, Whole):
            scalars[f"{kind.cls.__name__}_n"] = len(value)
        elif isinstance(kind, Array):
            arrays[f"A_{name}"] = self.items(kind.item, value)
            scalars[f"A_{name}_n"] = len(value)
        elif isinstance(kind, Rows):
            flat = [item for row in value for item in row]
            arrays[f"A_{name}"] = self.items(kind.item, flat)
            scalars[f"{name}_rows"] = len(value)
            if kind.ragged:
                # One more than rows, so that a row ends where the next begins.
                arrays[f"A_{name}_first"] = np.cumsum([0, *(len(row) for row in value)]).astype(N)
            else:
                scalars[f"{name}_stride"] = max((len(row) for row in value), default=0)
        elif isinstance(kind, SingletonKind):
            self.section(kind, value, arrays, scalars)
        elif isinstance(kind, Specs):
            table = np.zeros(len(value), self.layout.arrays[f"S_{name}"])
            for i, spec in enumerate(value):
                _fill(table, i, spec, kind.cls, path=kind.path, top=kind.path)
            arrays[f"S_{name}"], scalars[f"S_{name}_n"] = table, len(value)
        elif isinstance(kind, Value):
            found = self.constants.setdefault(kind.cls, [])
            self.where[name] = len(found)
            found.append(value)
        else:
            scalars[name if source == "world" else f"p_{name}"] = self.stored(kind, value)

    def section(
        self, kind: SingletonKind, value: Any, arrays: dict[str, Any], scalars: dict[str, Any]
    ) -> None:
        for name, inner in numbers_of(kind.cls, kind.path).items():
            if isinstance(inner, Array):
                items = getattr(value, name)
                arrays[f"A_{kind.path}_{name}"] = self.items(inner.item, items)
                scalars[f"A_{kind.path}_{name}_n"] = len(items)
            elif not isinstance(inner, SingletonKind):
                self.numbers[f"{kind.path}_{name}"] = (value, name)

    def stored(self, kind: ValueKind, value: Any) -> Any:
        """A value as it is stored."""
        if isinstance(kind, Ref):
            return -1 if value is None else self.place(value, kind.cls)
        if isinstance(kind, EnumKind):
            return -1 if value is None else int(value)
        return value

    def place(self, thing: Any, cls: type) -> int:
        """The place of a record in its table; what it refers to has one, too."""
        # By identity: records are equal only to themselves. The world keeps them alive, so that no id is
        # given twice.
        found = self.places.get(id(thing))
        if found is None:
            found = self.places[id(thing)] = len(self.records[cls])
            self.records[cls].append(thing)
        return found

    def items(self, kind: ValueKind, values: Any) -> Any:
        if isinstance(kind, Value):
            return self.values(kind.cls, values)
        return np.array([self.stored(kind, v) for v in values], type_of(kind))

    def values(self, cls: type, values: Any) -> Any:
        table = np.zeros(len(values), type_of(Value(cls)))
        for i, value in enumerate(values):
            for name in parts_of(cls):
                table[name][i] = getattr(value, name)
        return table

    def tables(self, arrays: dict[str, Any], scalars: dict[str, Any]) -> None:
        """Every table; records that others refer to are found on the way."""
        # Rows are made before tables: saying what a record holds may find another record, in a table gone
        # through already.
        done: dict[type, int] = dict.fromkeys(self.records, 0)
        rows: dict[type, list[dict[str, Any]]] = {cls: [] for cls in self.records}
        while any(done[cls] < len(found) for cls, found in self.records.items()):
            for cls, found in self.records.items():
                while done[cls] < len(found):
                    thing = found[done[cls]]
                    done[cls] += 1
                    rows[cls].append(
                        {
                            name: self.stored(kind, getattr(thing, name))
                            for name, kind in fields_of(cls).items()
                        }
                    )
        for cls, found_rows in rows.items():
            table = np.zeros(len(found_rows), self.layout.arrays[f"T_{cls.__name__}"])
            for i, row in enumerate(found_rows):
                for name, value in row.items():
                    # A named tuple is a record inside the record; NumPy takes only a plain tuple for one.
                    table[name][i] = tuple(value) if isinstance(value, tuple) else value
            table["alive"] = 1
            arrays[f"T_{cls.__name__}"] = table
            scalars[f"{cls.__name__}_n"], scalars[f"{cls.__name__}_free"] = len(found_rows), -1


def _fill(table: Any, i: int, spec: Any, cls: type, *, path: str, top: str) -> None:
    for name, kind in numbers_of(cls, path).items():
        if isinstance(kind, SingletonKind):
            _fill(table, i, getattr(spec, name), kind.cls, path=kind.path, top=top)
        elif not isinstance(kind, Array):
            table[f"{path}_{name}"[len(top) + 1 :]][i] = getattr(spec, name)


def packed(layout: Layout, world: Any) -> Packed:
    """The world, as the SimPy engine has built it, in arrays."""
    packer = _Packer(layout, world)
    packer.numbers, packer.constants, packer.where = {}, {}, {}
    return packer.pack()
