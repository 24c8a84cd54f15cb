"""What a cut process consists of."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["start", "wait", "join", "loop"]


@dataclass
class CutPart:
    """A stretch of a process between waits, as the body of a plain function.

    Every path of `body` ends in `return __wait__(AWAITED, "part that follows")`,
    in `return __goto__("part")`, in a result of the process (`return X`), or raises. `live` are the locals it
    needs, sorted; `why` is the local that is given what ended the wait (`why = yield ...`),
    which is not among them.
    """

    name: str
    kind: Kind
    body: list[ast.stmt]
    live: tuple[str, ...] = ()
    why: str | None = None
    following: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the parts that this one leads to need, by name."""


@dataclass
class Machine:
    """A process as parts, the start first; `locals` are all names that its parts bind,
    parameters included."""

    name: str
    parts: list[CutPart]
    locals: frozenset[str]
