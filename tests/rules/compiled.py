"""The rules as the compiled engine will have them: clones under Numba, the originals untouched.

Every function is copied over a copy of its module's names, compiled, and the copied names point at the
compiled copies, those of other modules included.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import numba

import sim.rules
from sim.foundation import distributions

MADE_ONCE_IN_PYTHON = frozenset({"party_size_table", "table_mean", "gamma_table"})
"""Makers of tables that both engines are given as arrays."""


def modules() -> list[ModuleType]:
    """The distributions, then every module of rules."""
    names = sorted(m.name for m in pkgutil.iter_modules(sim.rules.__path__))
    return [distributions, *(importlib.import_module(f"sim.rules.{name}") for name in names)]


def functions_of(module: ModuleType) -> dict[str, FunctionType]:
    """The functions that a module defines itself."""
    return {
        name: f
        for name, f in vars(module).items()
        if inspect.isfunction(f) and f.__module__ == module.__name__ and name not in MADE_ONCE_IN_PYTHON
    }


def compiled() -> dict[Callable[..., Any], Callable[..., Any]]:
    """Every rule's compiled clone, by the rule."""
    clones: dict[Any, Any] = {}
    copies: list[dict[str, Any]] = []
    for module in modules():
        names = dict(vars(module))
        copies.append(names)
        for name, f in functions_of(module).items():
            clones[f] = numba.njit(FunctionType(f.__code__, names, name, f.__defaults__))
    for names in copies:
        for name, thing in names.items():
            if isinstance(thing, FunctionType) and thing in clones:
                names[name] = clones[thing]
    return clones
