"""What a kind of file is to the harness, and the list of all kinds."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Sample = dict[str, bytes]
"""Files by their path in the box."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: valid samples of it, and what reads it."""

    name: str
    samples: Callable[[], list[Sample]]
    attempt: Callable[[Path], object]
    mutable: tuple[str, ...] = ("*",)
    writes: tuple[str, ...] = ()
    seconds: float = 5.0
    times: int = 200
    """How many mutants the slow tests play: fewer where each takes long,
    so that all kinds take less than a minute together."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind to the list."""
    assert kind.name not in _kinds, f"two kinds are called {kind.name}"
    _kinds[kind.name] = kind


def kinds() -> dict[str, Kind]:
    """Every kind that a module of `tests.fuzz.kinds` registers, by name."""
    from tests.fuzz import kinds as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(_kinds)
