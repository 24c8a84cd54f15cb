"""What is made of a model: functions as trees, the waits of its processes,
and what the glue between them has to know."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from sim.engines.translate.kinds import (
    ValueKind,
)
from sim.engines.translate.program import Function

# The name of `Why.DUE`, which ends every wait for a time without being named there.
DUE = "DUE"
WAITING = "WAITING"


@dataclass
class Wait:
    """A wait of a process: who waits, and which part follows for each reason."""

    owner: type
    number: int
    process: str
    is_stage: bool
    timed: bool
    after: dict[str, str] = field(default_factory=dict)
    """The part that follows, by reason."""


@dataclass
class Code:
    """Everything that has been made: functions as trees with the file they come from,
    and what glue has to know."""

    functions: dict[str, tuple[ast.FunctionDef, str]] = field(default_factory=dict)
    calls: dict[str, set[str]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    frames: dict[type, dict[str, ValueKind]] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    """By the name of the part that follows in general."""
    takes: set[tuple[type, str]] = field(default_factory=set)
    stops: set[type] = field(default_factory=set)
    travels: set[str] = field(default_factory=set)
    acts: dict[str, tuple[Function, ValueKind]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    forgets: set[type] = field(default_factory=set)
