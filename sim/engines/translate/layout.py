"""The layout of memory: a record for each class, arrays for tables and rows, one record for the world;
all from declarations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.engines.translate.kinds import (
    ENGINE_KIND,
    FLOAT,
    WORD,
    Array,
    Ref,
    Rows,
    SingletonKind,
    Specs,
    Value,
    ValueKind,
    Whole,
    fields_of,
    hints_of,
    kind_of,
    numbers_of,
    parts_of,
)
from sim.engines.translate.program import Program

F, N, U = np.float64, np.int64, np.uint64
INTS, WORDS = np.dtype(N), np.dtype(U)
Fields = list[tuple[str, Any]]


def record(fields: Fields) -> np.dtype[Any]:
    """A record whose fields are attributes, in compiled code and in plain Python."""
    # A field called `size` or `real` would be found in compiled code and hidden by an attribute of NumPy's in
    # plain Python.
    taken = [name for name, _ in fields if hasattr(np.record, name)]
    if taken:
        raise ValueError(f"in plain Python a record has attributes of its own: {', '.join(taken)}")
    # `np.record` and aligned: attributes in plain Python as in compiled code, and every word at an address of
    # its size.
    return np.dtype((np.record, np.dtype(fields, align=True)))


def type_of(kind: ValueKind) -> Any:
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
    frames: dict[type, dict[str, ValueKind]]
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
    attributes: dict[tuple[str, str], tuple[str, ValueKind]] = field(default_factory=dict)
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

    def _attribute(self, source: str, name: str, kind: ValueKind) -> None:
        in_array = isinstance(kind, Array | Rows | Specs)
        # Tables are called `A_` and their name, whoever has them; single numbers of the parameters begin with
        # `p_`.
        if in_array and any(
            n == name and isinstance(k, Array | Rows | Specs) for (_, n), (_, k) in self.attributes.items()
        ):
            raise ValueError(f"`{name}` is a table of the world and of the parameters")
        self.attributes[source, name] = (source, kind)
        if isinstance(kind, Whole):
            self.whole[name] = kind.cls
            self.scalars.append((f"{kind.cls.__name__}_n", N))
        elif isinstance(kind, Array):
            self.arrays[f"A_{name}"] = np.dtype(type_of(kind.item))
            self.scalars.append((f"A_{name}_n", N))
        elif isinstance(kind, Rows):
            self.arrays[f"A_{name}"] = np.dtype(type_of(kind.item))
            self.scalars.append((f"{name}_rows", N))
            if kind.ragged:
                self.arrays[f"A_{name}_first"] = INTS
            else:
                self.scalars.append((f"{name}_stride", N))
        elif isinstance(kind, SingletonKind):
            self._section(kind)
        elif isinstance(kind, Specs):
            self.arrays[f"S_{name}"] = record(
                [(n, type_of(k)) for n, k in flat_numbers(kind.cls, kind.path, kind.path)] or [("none", N)]
            )
            self.scalars.append((f"S_{name}_n", N))
        elif isinstance(kind, Value):
            self.arrays.setdefault(f"V_{kind.cls.__name__}", type_of(kind))
        else:
            self.scalars.append((name if source == "world" else f"p_{name}", type_of(kind)))

    def _section(self, kind: SingletonKind) -> None:
        for name, inner in numbers_of(kind.cls, kind.path).items():
            if isinstance(inner, Array):
                self.arrays[f"A_{kind.path}_{name}"] = np.dtype(type_of(inner.item))
                self.scalars.append((f"A_{kind.path}_{name}_n", N))
            elif not isinstance(inner, SingletonKind):
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
            # Whether the place is taken, whether a time is waited for, in which wait, and the next free place
            # after this one.
            fields += [("alive", N), ("waiting", N), ("at", N), ("next_free", N)]
            self.arrays[f"T_{cls.__name__}"] = record(sorted(fields, key=lambda f: f[1] is N))
            self.scalars += [
                (f"{cls.__name__}_{what}", N)
                # Of a whole table `_attribute` has declared the count already.
                for what in ("free", *(() if cls in self.whole.values() else ("n",)))
            ]
            todo += [kind.cls for kind in kinds.values() if isinstance(kind, Ref)]

    @property
    def growing(self) -> tuple[str, ...]:
        """Arrays that grow during a run: those of records that are made."""
        return tuple(sorted(self.tables[cls] for cls in self.made))


def flat_numbers(cls: type, path: str, top: str) -> list[tuple[str, ValueKind]]:
    found: list[tuple[str, ValueKind]] = []
    for name, kind in numbers_of(cls, path).items():
        if isinstance(kind, SingletonKind):
            found += flat_numbers(kind.cls, kind.path, top)
        elif not isinstance(kind, Array):
            found.append((f"{path}_{name}"[len(top) + 1 :], kind))
    return found


def places_of_values(layout: Layout) -> dict[str, int]:
    """Where each single named tuple stands in the array of its class, as the constants `AT_...`."""
    found: dict[str, int] = {}
    counts: dict[type, int] = {}
    for (_, name), (_, kind) in layout.attributes.items():
        if isinstance(kind, Value):
            found[f"AT_{name}"] = counts.get(kind.cls, 0)
            counts[kind.cls] = found[f"AT_{name}"] + 1
    return found
