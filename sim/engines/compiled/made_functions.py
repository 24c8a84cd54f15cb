"""The model, made into functions of the compiled dialect: as plain Python, and compiled.

    python -m sim.engines.compiled.made_functions [WORDS]
        prints what was made: all of it, or functions whose names hold the words

What is made of a function of the model stands at the lines of the model: a traceback,
Numba's errors and a debugger point there. What was made lies beside the machine code; where that is whole
nothing is translated again.
"""

from __future__ import annotations

import ast
import inspect
import math
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import EnumMeta
from functools import cache, partial
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numba
import numpy as np

from sim.core.durable import whole_file
from sim.engines.compiled import calendar_and_log, compiled_streams, runtime
from sim.engines.compiled.compile_cache import cache_folder
from sim.engines.compiled.dialect import program
from sim.engines.compiled.numba_clones import (
    ENTRIES,
    clones_of,
    compiled_array,
    inner,
    numbers_of,
    of_loop,
    rule_modules,
)
from sim.engines.translate.kinds import ValueKind
from sim.engines.translate.layout import Layout, places_of_values
from sim.engines.translate.lowering.glue import glue, numbers_of_events
from sim.engines.translate.made_code import Code
from sim.engines.translate.memory import view_of
from sim.engines.translate.whole_model import prove_no_circle, translated
from sim.model.extensions.extension_modules import Code as Extensions
from sim.scenario.checks.extension_checks import hash_of

# In the order of the program's roots, with which they are paired.
TAKEN_BY_MODEL = ("start", "close_books", "count_watched")
"""Names of the engine's own that functions of the model stand for: the roots of the program,
or what replaces these."""
SUMMARY, TEXT = "made.pickle", "made.py"


@dataclass(frozen=True)
class Summary:
    """What a run needs to know of what was made."""

    frames: dict[type, dict[str, ValueKind]]
    records: frozenset[type]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """The whole program: functions by name, as plain Python, and the layout of its memory."""

    names: dict[str, Any]
    functions: tuple[str, ...]
    """Those that are compiled."""
    summary: Summary
    layout: Layout
    code: Code
    texts: dict[str, str]
    """What was made, to read, by the name of the function."""


@cache
def made(code: Extensions = ()) -> Made:
    """Translate the model, with the extensions of that code in it. Raises `OutsideSubset` with the model's
    file and line, `RecursionError` where it calls itself."""
    model, said = translated(program(code))
    glued = glue(model, said)
    prove_no_circle(said, set(said.functions) | set(said.calls))
    summary = Summary(said.frames, frozenset(model.made), tuple(said.faults))
    layout = layout_of(summary, code)
    names: dict[str, Any] = {
        "__name__": __name__,
        "math": math,
        "np": np,
        # A stage is 0 or more and -1 says that none follows, so that a wait needs a number of its own.
        "WAITING": -2,
        "Full": runtime.Full,
    }
    for module in (compiled_streams, calendar_and_log, runtime):
        names |= {text: thing for text, thing in vars(module).items() if not text.startswith("__")}
    names |= numbers_of_events(said) | places_of_values(layout)
    names |= {f"W_{text}": wait.number for text, wait in said.waits.items()}
    # Where a single named tuple stands is known only with the whole layout (`places_of_values`).
    names |= {text: thing for text, thing in said.constants.items() if not text.startswith("AT_")}
    accessors = _accessors(layout, names)
    # One dictionary of names for all: functions find one another when called, in whatever order they are
    # made.
    exec(compile(accessors, "<views>", "exec"), names)
    exec(compile(glued, "<glue>", "exec"), names)
    for tree, path in said.functions.values():
        # Each by itself, under the path of its own module, which tracebacks and a debugger then show.
        exec(compile(ast.fix_missing_locations(ast.Module([tree], [])), path, "exec"), names)
    own = [
        text
        for module in (compiled_streams, calendar_and_log, runtime)
        for text, thing in vars(module).items()
        if _defined(thing, module)
    ]
    functions = dict.fromkeys(
        [*own, *(text for text, thing in names.items() if _is_function_of(thing, names))]
    )
    _in_one(names, tuple(functions))
    # The engine's own functions of these names are stand-ins that only raise.
    for text, root in zip(TAKEN_BY_MODEL, model.program.roots, strict=True):
        names[text] = names[model.function(root).name]
    texts = {"views": accessors, "between the parts": glued}
    texts |= {
        text: f"# {path}:{tree.lineno}\n{ast.unparse(tree)}" for text, (tree, path) in said.functions.items()
    }
    return Made(names, tuple(functions), summary, layout, said, texts)


def layout_of(summary: Summary, code: Extensions = ()) -> Layout:
    """What memory looks like."""
    return Layout(
        program(code), summary.frames, summary.records, calendar_and_log.ARRAYS, calendar_and_log.SCALARS
    )


def _defined(thing: Any, module: ModuleType) -> bool:
    return inspect.isfunction(thing) and thing.__module__ == module.__name__


def _is_function_of(thing: Any, names: dict[str, Any]) -> bool:
    return inspect.isfunction(thing) and thing.__globals__ is names


def _in_one(names: dict[str, Any], functions: tuple[str, ...]) -> None:
    """All functions over the same names: the engine's own find those of the model."""
    for text in functions:
        f = names[text]
        if f.__globals__ is not names:
            names[text] = FunctionType(f.__code__, names, f.__name__, f.__defaults__)


def _accessors(layout: Layout, names: dict[str, Any]) -> str:
    """A function for each array, by its name."""
    lines = []
    for text, dtype in layout.arrays.items():
        if text not in calendar_and_log.ARRAYS:
            names[f"view_{text}"] = view_of(dtype)
            lines.append(f"def {text}(world):\n    return view_{text}(world.{text}_at, world.{text}_room)\n")
    # Three quarters: one event may take what is left without a new start of the run.
    full = [f"4 * world.{name}_used > 3 * world.{name}_room" for name in ("heap", "cells", "said")]
    full += [f"4 * world.{text[2:]}_n > 3 * world.{text}_room" for text in layout.growing]
    full += ["(world.keep_rows != 0 and 4 * world.next_row > 3 * world.rows_room)"]
    lines.append(f"def is_short(world):\n    return {' or '.join(full)}\n")
    lines.append("def stock(world):\n    return A_stock(world)\n")
    lines.append("def watches(world):\n    return world.Watch_n\n")
    return "\n".join(lines)


# compiled


@cache
def entries(code: Extensions = ()) -> tuple[Callable[..., Any], ...]:
    """The entry points of the loop, compiled: build, advance, finish.
    Whole machine code on disk is taken as it is.

    With NUMBA_DISABLE_JIT=1 they are the plain functions; with NUMBA_BOUNDSCHECK=1 every index is checked.
    """
    if numba.config.DISABLE_JIT:
        return tuple(made(code).names[text] for text in ENTRIES)
    # Asked first, without translating: what is on disk needs no translation.
    loop = partial(of_loop, folder=folder_of(code))
    kept = tuple(loop(getattr(runtime, text)) for text in ENTRIES)
    if _summary_on_disk(code) is not None and all(_machine_code(entry) for entry in kept):
        return kept
    whole = made(code)
    _keep(whole, code)
    known: dict[Any, Any] = clones_of(rule_modules(), {}, inner)
    for text, dtype in whole.layout.arrays.items():
        known[whole.names[text]] = compiled_array(whole.layout.world, text, dtype)
    # A copy: the plain functions go on calling one another.
    names = dict(whole.names)
    for text in whole.functions:
        f = whole.names[text]
        if f not in known:
            known[f] = loop(FunctionType(f.__code__, names, f.__name__, f.__defaults__))
    for text, thing in names.items():
        if isinstance(thing, EnumMeta):
            names[text] = numbers_of(thing)
        elif callable(thing) and getattr(thing, "__hash__", None) and thing in known:
            names[text] = known[thing]
    return tuple(names[text] for text in ENTRIES)


@cache
def summary(code: Extensions = ()) -> Summary:
    """What a run needs to know of what was made: from disk where it is there,
    else the model is translated."""
    return _summary_on_disk(code) or made(code).summary


@cache
def layout(code: Extensions = ()) -> Layout:
    """What the memory of a run looks like."""
    return layout_of(summary(code), code)


def folder_of(code: Extensions) -> Path | None:
    """Where machine code is kept: that of each set of extensions in a folder of its own."""
    return cache_folder(f"extensions-{hash_of(repr(code))}" if code else "")


def _summary_on_disk(code: Extensions) -> Summary | None:
    folder = folder_of(code)
    if folder is None or numba.config.DISABLE_JIT:
        return None
    program(code)  # the classes of extensions that it speaks of
    try:
        found = pickle.loads((folder / SUMMARY).read_bytes())
    except Exception:  # whatever is wrong with it, it is made anew
        return None
    return found if isinstance(found, Summary) else None


def _keep(whole: Made, code: Extensions) -> None:
    """What was made, beside the machine code."""
    folder = folder_of(code)
    if folder is None:
        return
    with whole_file(folder / TEXT) as beside:
        beside.write_text("\n\n\n".join(whole.texts.values()), encoding="utf-8")
    with whole_file(folder / SUMMARY) as beside:
        beside.write_bytes(pickle.dumps(whole.summary))


def is_cold(code: Extensions = ()) -> bool:
    """Whether any part of the loop has yet to be compiled:
    some entry point has no machine code under its own key."""
    if numba.config.DISABLE_JIT:
        return False
    kept = (of_loop(getattr(runtime, text), folder_of(code)) for text in ENTRIES)
    return _summary_on_disk(code) is None or not all(_machine_code(entry) for entry in kept)


def _machine_code(entry: Any) -> list[Path]:
    """The files of an entry point in the cache."""
    folder = entry.stats.cache_path
    return [] if folder is None else list(Path(folder).glob(f"*.{entry.__name__}-*.nbc"))


def forget(code: Extensions = ()) -> None:
    """Remove what the cache holds of the entry points, such as files that a power cut has damaged."""
    folder = folder_of(code)
    for text in ENTRIES:
        for path in _machine_code(of_loop(getattr(runtime, text), folder)):
            path.unlink(missing_ok=True)
    if folder is not None:
        (folder / SUMMARY).unlink(missing_ok=True)
    # They would give back what was read from the files that are gone.
    for known in (entries, summary, layout):
        known.cache_clear()


def _show(words: list[str]) -> None:
    """Print what was made."""
    for text, made_of in made().texts.items():
        if not words or any(word in text for word in words):
            print(made_of, end="\n\n\n")


if __name__ == "__main__":
    _show(sys.argv[1:])
