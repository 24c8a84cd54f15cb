"""The state of a run as flat arrays of records, found through one record: the world.

The world holds scalars, and of every array its address and length; a function takes the world alone, which costs one
machine word. `view_of` makes the array anew wherever it is needed; compiled, that is nothing, and in plain Python it is
looked up. All of it follows from the declarations; `packed` fills it from the objects that the SimPy engine begins with.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.engines.translate.kinds import (
    ENGINE_KIND,
    FLOAT,
    WORD,
    Array,
    Chosen,
    Kind,
    Named,
    Ref,
    Rows,
    Specs,
    Value,
    Whole,
    fields_of,
    hints_of,
    kind_of,
    numbers_of,
    parts_of,
)
from sim.engines.translate.program import Program

F, N, U = np.float64, np.int64, np.uint64
FLOATS, INTS, WORDS = np.dtype(F), np.dtype(N), np.dtype(U)
Fields = list[tuple[str, Any]]


def record(fields: Fields) -> np.dtype[Any]:
    """A record whose fields are attributes, in compiled code and in plain Python."""
    taken = [name for name, _ in fields if hasattr(np.record, name)]
    if taken:
        raise ValueError(f"in plain Python a record has attributes of its own: {', '.join(taken)}")
    return np.dtype((np.record, np.dtype(fields, align=True)))


def type_of(kind: Kind) -> Any:
    """How a value is stored."""
    if kind == FLOAT:
        return F
    if kind == WORD:
        return U
    if isinstance(kind, Value):
        return record([(name, type_of(k)) for name, k in parts_of(kind.cls).items()])
    return N


@dataclass
class Layout:
    """What the memory of a program looks like."""

    program: Program
    frames: dict[type, dict[str, Kind]]
    """What processes keep in the records of their actors while they wait."""
    made: frozenset[type]
    """Classes whose records are made during a run."""
    own: dict[str, np.dtype[Any]]
    """Arrays of the engine's own, by name."""
    own_scalars: Fields
    arrays: dict[str, np.dtype[Any]] = field(default_factory=dict)
    scalars: Fields = field(default_factory=list)
    tables: dict[type, str] = field(default_factory=dict)
    """Record classes, each with the name of its array."""
    whole: dict[str, type] = field(default_factory=dict)
    """Attributes of the world that hold all records of a class."""
    attributes: dict[tuple[str, str], tuple[str, Kind]] = field(default_factory=dict)
    """Where an attribute comes from ("world" or "params") and its kind, by name."""
    numbers: Fields = field(default_factory=list)
    """Plain numbers of sections, as `section_field`, each with its kind."""

    def __post_init__(self) -> None:
        program = self.program
        for source, cls, skip in (
            ("world", program.world, {program.params[0]}),
            ("params", program.params[1], set()),
        ):
            for name, hint in hints_of(cls).items():
                kind = None if name in skip else kind_of(hint, name)
                if kind is not None and kind != ENGINE_KIND:
                    self._attribute(source, name, kind)
        self.arrays["NUMBERS"] = record([(name, type_of(kind)) for name, kind in self.numbers])
        self._records()
        self.arrays |= self.own
        self.scalars += self.own_scalars
        self.scalars += [(f"{name}_{what}", N) for name in self.arrays for what in ("at", "room")]
        self.world = record(self.scalars)

    def _attribute(self, source: str, name: str, kind: Kind) -> None:
        in_array = isinstance(kind, Array | Rows | Specs)
        if in_array and any(
            n == name and isinstance(k, Array | Rows | Specs) for (_, n), (_, k) in self.attributes.items()
        ):
            raise ValueError(f"`{name}` is a table of the world and of the parameters")
        self.attributes[source, name] = (source, kind)
        if isinstance(kind, Whole):
            self.whole[name] = kind.cls
            self.scalars.append((f"{kind.cls.__name__}_n", N))
        elif isinstance(kind, Array):
            if isinstance(kind.item, Array):
                del self.attributes[source, name]
                return
            self.arrays[f"A_{name}"] = np.dtype(type_of(kind.item))
            self.scalars.append((f"A_{name}_n", N))
        elif isinstance(kind, Rows):
            self.arrays[f"A_{name}"] = np.dtype(type_of(kind.item))
            self.scalars.append((f"{name}_rows", N))
            if kind.ragged:
                self.arrays[f"A_{name}_first"] = INTS
            else:
                self.scalars.append((f"{name}_stride", N))
        elif isinstance(kind, Named):
            self._section(kind)
        elif isinstance(kind, Specs):
            self.arrays[f"S_{name}"] = record(
                [(n, type_of(k)) for n, k in _flat(kind.cls, kind.path, kind.path)] or [("none", N)]
            )
            self.scalars.append((f"S_{name}_n", N))
        elif isinstance(kind, Value):
            self.arrays.setdefault(f"V_{kind.cls.__name__}", type_of(kind))
        else:
            self.scalars.append((name if source == "world" else f"p_{name}", type_of(kind)))

    def _section(self, kind: Named) -> None:
        for name, inner in numbers_of(kind.cls, kind.path).items():
            if isinstance(inner, Array):
                self.arrays[f"A_{kind.path}_{name}"] = np.dtype(type_of(inner.item))
                self.scalars.append((f"A_{kind.path}_{name}_n", N))
            elif not isinstance(inner, Named):
                self.numbers.append((f"{kind.path}_{name}", inner))

    def _records(self) -> None:
        todo = [
            *self.whole.values(),
            *self.made,
            *(k.cls for _, k in self.attributes.values() if isinstance(k, Ref)),
        ]
        todo += [
            k.item.cls
            for _, k in self.attributes.values()
            if isinstance(k, Array | Rows) and isinstance(k.item, Ref)
        ]
        while todo:
            cls = todo.pop()
            if cls in self.tables:
                continue
            self.tables[cls] = f"T_{cls.__name__}"
            kinds = {**fields_of(cls), **self.frames.get(cls, {})}
            fields = [(name, type_of(kind)) for name, kind in kinds.items()]
            fields += [("alive", N), ("waiting", N), ("at", N), ("next_free", N)]
            self.arrays[f"T_{cls.__name__}"] = record(sorted(fields, key=lambda f: f[1] is N))
            self.scalars += [
                (f"{cls.__name__}_{what}", N)
                for what in ("free", *(() if cls in self.whole.values() else ("n",)))
            ]
            todo += [kind.cls for kind in kinds.values() if isinstance(kind, Ref)]

    @property
    def growing(self) -> tuple[str, ...]:
        """Arrays that grow during a run: those of records that are made."""
        return tuple(sorted(self.tables[cls] for cls in self.made))


def _flat(cls: type, path: str, top: str) -> list[tuple[str, Kind]]:
    found: list[tuple[str, Kind]] = []
    for name, kind in numbers_of(cls, path).items():
        if isinstance(kind, Named):
            found += _flat(kind.cls, kind.path, top)
        elif not isinstance(kind, Array):
            found.append((f"{path}_{name}"[len(top) + 1 :], kind))
    return found


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
        for name, cls in self.layout.whole.items():
            for thing in getattr(self.world, name):
                self.place(thing, cls)
        arrays: dict[str, Any] = {}
        scalars: dict[str, Any] = {}
        for (source, name), (_, kind) in self.layout.attributes.items():
            value = getattr(self.world if source == "world" else self.params, name)
            self.attribute(name, source, kind, value, arrays, scalars)
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
        self, name: str, source: str, kind: Kind, value: Any, arrays: dict[str, Any], scalars: dict[str, Any]
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
                arrays[f"A_{name}_first"] = np.cumsum([0, *(len(row) for row in value)]).astype(N)
            else:
                scalars[f"{name}_stride"] = max((len(row) for row in value), default=0)
        elif isinstance(kind, Named):
            self.section(kind, value, arrays, scalars)
        elif isinstance(kind, Specs):
            table = np.zeros(len(value), self.layout.arrays[f"S_{name}"])
            for i, spec in enumerate(value):
                _fill(table, i, spec, kind.cls, kind.path, kind.path)
            arrays[f"S_{name}"], scalars[f"S_{name}_n"] = table, len(value)
        elif isinstance(kind, Value):
            found = self.constants.setdefault(kind.cls, [])
            self.where[name] = len(found)
            found.append(value)
        else:
            scalars[name if source == "world" else f"p_{name}"] = self.stored(kind, value)

    def section(self, kind: Named, value: Any, arrays: dict[str, Any], scalars: dict[str, Any]) -> None:
        for name, inner in numbers_of(kind.cls, kind.path).items():
            if isinstance(inner, Array):
                items = getattr(value, name)
                arrays[f"A_{kind.path}_{name}"] = self.items(inner.item, items)
                scalars[f"A_{kind.path}_{name}_n"] = len(items)
            elif not isinstance(inner, Named):
                self.numbers[f"{kind.path}_{name}"] = (value, name)

    def stored(self, kind: Kind, value: Any) -> Any:
        """A value as it is stored."""
        if isinstance(kind, Ref):
            return -1 if value is None else self.place(value, kind.cls)
        if isinstance(kind, Chosen):
            return -1 if value is None else int(value)
        return value

    def place(self, thing: Any, cls: type) -> int:
        """The place of a record in its table; what it refers to has one, too."""
        found = self.places.get(id(thing))
        if found is None:
            found = self.places[id(thing)] = len(self.records[cls])
            self.records[cls].append(thing)
        return found

    def items(self, kind: Kind, values: Any) -> Any:
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
                    table[name][i] = tuple(value) if isinstance(value, tuple) else value
            table["alive"] = 1
            arrays[f"T_{cls.__name__}"] = table
            scalars[f"{cls.__name__}_n"], scalars[f"{cls.__name__}_free"] = len(found_rows), -1


def _fill(table: Any, i: int, spec: Any, cls: type, path: str, top: str) -> None:
    for name, kind in numbers_of(cls, path).items():
        if isinstance(kind, Named):
            _fill(table, i, getattr(spec, name), kind.cls, kind.path, top)
        elif not isinstance(kind, Array):
            table[f"{path}_{name}"[len(top) + 1 :]][i] = getattr(spec, name)


def packed(layout: Layout, world: Any) -> Packed:
    """The world, as the SimPy engine has furnished it, in arrays."""
    packer = _Packer(layout, world)
    packer.numbers, packer.constants, packer.where = {}, {}, {}
    return packer.pack()


def places_of_values(layout: Layout) -> dict[str, int]:
    """Where each single named tuple stands in the array of its class, as the constants `AT_...`."""
    found: dict[str, int] = {}
    counts: dict[type, int] = {}
    for (_, name), (_, kind) in layout.attributes.items():
        if isinstance(kind, Value):
            found[f"AT_{name}"] = counts.get(kind.cls, 0)
            counts[kind.cls] = found[f"AT_{name}"] + 1
    return found


def view_of(dtype: np.dtype[Any]) -> Callable[[int, int], Any]:
    """A function from an address and a length to the array there: the plain one, which compiled code replaces."""
    known: dict[tuple[int, int], Any] = {}

    def view(address: int, n: int) -> Any:
        found = known.get((address, n))
        if found is None:
            buffer: Any = (ctypes.c_char * (int(n) * dtype.itemsize)).from_address(int(address))
            found = known[address, n] = np.frombuffer(buffer, dtype)
        return found

    return view


class Memory:
    """Owns the arrays of a run, and the world that points at them."""

    def __init__(self, layout: Layout, sizes: dict[str, int]) -> None:
        self.layout = layout
        self.arrays: dict[str, Any] = {}
        self.whole = np.zeros(1, layout.world)
        for name, dtype in layout.arrays.items():
            self._place(name, np.zeros(max(1, sizes.get(name, 1)), dtype))

    def _place(self, name: str, array: Any) -> None:
        self.arrays[name] = array
        self.whole[f"{name}_at"][0] = array.ctypes.data
        self.whole[f"{name}_room"][0] = len(array)

    def fill(self, name: str, values: Any) -> None:
        """Put values at the front of an array."""
        if len(values):
            self.arrays[name][: len(values)] = values

    def grow(self, name: str, factor: int = 2) -> None:
        """Give an array more room; what it holds stays where it is in it."""
        old = self.arrays[name]
        larger = np.zeros(factor * len(old), self.layout.arrays[name])
        larger[: len(old)] = old
        self._place(name, larger)
