"""What an actor holds: a record of named, typed fields,
as the SimPy engine keeps it and as compiled code is made from it.

A record's fields are numbers, words, references to other records, and nothing else;
a field annotated `Engine` belongs to the SimPy engine alone.
The annotations are the declaration from which flat arrays are made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, dataclass_transform

T = TypeVar("T")

Word = Annotated[int, "word"]
"""A whole number of 64 bits without sign: keys and lucks."""
Engine = Annotated[Any, "engine"]
"""What only the SimPy engine knows: events and processes."""
Grid = Annotated[list[list[float]], "grid"]
"""Numbers by two indices; every row is as long as the others."""
IntGrid = Annotated[list[list[int]], "grid"]
"""Whole numbers by two indices; every row is as long as the others."""


@dataclass_transform(eq_default=False)
def record(cls: type[T]) -> type[T]:
    """A class whose instances hold its annotated fields and nothing else,
    and are equal only to themselves."""
    # No repr either: records refer to one another, and one would print all that it leads to.
    made: Any = dataclass(slots=True, eq=False, repr=False)(cls)
    return made
