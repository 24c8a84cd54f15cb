"""The model, made into functions of the compiled dialect: as plain Python, and compiled.

What is made of a function of the model stands at the lines of the model: a traceback, Numba's errors and a debugger point there.
"""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import EnumMeta
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from sim.engines.compiled import books, luck, runtime
from sim.engines.compiled.dialect import program
from sim.engines.translate.glue import glue, numbers_of_events
from sim.engines.translate.machines import Code, prove_no_circle, translated
from sim.engines.translate.memory import Layout, places_of_values, view_of
from sim.engines.translate.program import Model

TAKEN_BY_MODEL = {"start": "simulate__start", "close_books": "simulate__close_books", "count_watched": "watches__count"}
"""Names of the engine's own that functions of the model stand for."""


@dataclass(frozen=True)
class Made:
    """The whole program: functions by name, as plain Python, and the layout of its memory."""

    names: dict[str, Any]
    functions: tuple[str, ...]
    """Those that are compiled."""
    views: dict[Callable[..., Any], Any]
    layout: Layout
    model: Model
    code: Code
    text: str
    """What was made, to read."""


@cache
def made() -> Made:
    """Translate the model. Raises `OutsideSubset` with the model's file and line, `RecursionError` where it calls itself."""
    model, code = translated(program())
    glued = glue(model, code)
    layout = Layout(model, code, books.ARRAYS, books.SCALARS)
    names: dict[str, Any] = {"math": math, "np": np, "WAITING": -2, "Full": runtime.Full}
    for module in (luck, books, runtime):
        names |= {text: thing for text, thing in vars(module).items() if not text.startswith("__")}
    names |= numbers_of_events(code) | places_of_values(layout)
    names |= {f"W_{text}": wait.number for text, wait in code.waits.items()}
    names |= {text: thing for text, thing in code.constants.items() if not text.startswith("AT_")}
    views = dict(books.VIEWS)
    accessors = _accessors(layout, names, views)
    exec(compile(accessors, "<views>", "exec"), names)
    exec(compile(glued, "<glue>", "exec"), names)
    for tree, path in code.functions.values():
        exec(compile(ast.fix_missing_locations(ast.Module([tree], [])), path, "exec"), names)
    names |= {text: names[taken] for text, taken in TAKEN_BY_MODEL.items()}
    own = [text for module in (luck, books, runtime) for text, thing in vars(module).items() if _defined(thing, module)]
    functions = tuple(dict.fromkeys([*own, *(text for text, thing in names.items() if inspect.isfunction(thing) and thing.__globals__ is names)]))
    prove_no_circle(code, set(code.functions) | set(code.calls))
    names = _in_one(names, functions)
    text = "\n\n\n".join([accessors, glued, *(f"# {path}\n{ast.unparse(tree)}" for tree, path in code.functions.values())])
    return Made(names, functions, views, layout, model, code, text)


def _defined(thing: Any, module: ModuleType) -> bool:
    return inspect.isfunction(thing) and thing.__module__ == module.__name__


def _in_one(names: dict[str, Any], functions: tuple[str, ...]) -> dict[str, Any]:
    """All functions over the same names: the engine's own find those of the model."""
    for text in functions:
        f = names[text]
        if f.__globals__ is not names:
            names[text] = FunctionType(f.__code__, names, f.__name__, f.__defaults__)
    for text, taken in TAKEN_BY_MODEL.items():
        names[text] = names[taken]
    return names


def _accessors(layout: Layout, names: dict[str, Any], views: dict[Any, Any]) -> str:
    """A function for each array, by its name."""
    lines = []
    by_type: dict[Any, str] = {}
    for text, dtype in layout.arrays.items():
        if text in books.ARRAYS:
            continue
        view = by_type.get(dtype)
        if view is None:
            view = by_type[dtype] = f"view_{text}"
            names[view] = view_of(dtype)
            views[names[view]] = dtype
        one = "[0]" if text == "NUMBERS" else ""
        lines.append(f"def {text}(world):\n    return {view}(world.{text}_at, world.{text}_room){one}\n")
    short = " or ".join(
        [f"4 * world.{name}_{used} > 3 * world.{name}_room" for name, used in (("heap", "used"), ("cells", "used"), ("said", "used"))]
        + [f"4 * world.{text[2:]}_n > 3 * world.{text}_room" for text in layout.growing]
        + ["(world.keep_rows != 0 and 4 * world.next_row > 3 * world.rows_room)"]
    )
    lines.append(f"def is_short(world):\n    return {short}\n")
    lines.append("def stock(world):\n    return A_stock(world)\n")
    lines.append("def watches(world):\n    return world.Watch_n\n")
    return "\n".join(lines)


@cache
def entries() -> tuple[Callable[..., Any], ...]:
    """The entry points of the loop, compiled: build, advance, finish.

    With NUMBA_DISABLE_JIT=1 they are the plain functions; with NUMBA_BOUNDSCHECK=1 every index is checked.
    """
    import numba

    from sim.compiled.clones import ENTRIES, clones_of, compiled_view, numbers_of, of_loop, rule_modules

    whole = made()
    if numba.config.DISABLE_JIT:
        return tuple(whole.names[text] for text in ENTRIES)
    known: dict[Any, Any] = {plain: compiled_view(dtype) for plain, dtype in whole.views.items()}
    known |= clones_of(rule_modules(), {}, of_loop)
    names = dict(whole.names)
    for text in whole.functions:
        f = whole.names[text]
        if f not in known:
            known[f] = of_loop(FunctionType(f.__code__, names, text, f.__defaults__))
    for text, thing in names.items():
        if isinstance(thing, EnumMeta):
            names[text] = numbers_of(thing)
        elif callable(thing) and getattr(thing, "__hash__", None) and thing in known:
            names[text] = known[thing]
    return tuple(names[text] for text in ENTRIES)
