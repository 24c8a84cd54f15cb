"""Plain functions compiled: each is cloned over a copy of its module's names,
and the copies call one another.

The originals stay as they are and run as plain Python.
In the copies' names compiled clones stand for functions, views of memory for their plain twins, and tuples of
numbers for enumerations. Only the entry points are kept on disk (`compile_cache`):
an edited rule is compiled anew.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import EnumMeta
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numba

import sim.rules
from sim.core import distributions
from sim.engines.compiled.compile_cache import with_kept_source

MADE_ONCE_IN_PYTHON = frozenset({"party_size_table", "table_mean", "gamma_table"})
"""Makers of tables that both engines are given as arrays."""
ENTRIES = ("run_build", "run_advance", "run_finish")
# Private names of Numba: tests/test_private_names.py lists each, and fails where a new version lacks one.
STEPS_LEFT_OUT = (
    ("CPUCodeLibrary", "_optimize_final_module"), ("JITCodeLibrary", "_finalize_specific"),
    ("JITCodeLibrary", "get_pointer_to_function"), ("JITCPUCodegen", "_add_module"),
    ("JITCPUCodegen", "set_env"),
)  # fmt: skip
"""What Numba does to a function that is called from Python, in the classes of `numba.core.codegen`."""


def rule_modules() -> list[ModuleType]:
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


def compile_rules() -> dict[Callable[..., Any], Callable[..., Any]]:
    """Every rule's compiled clone, by the rule; Python can call these."""
    return clones_of(rule_modules(), {}, numba.njit)


def clones_of(
    modules: list[ModuleType], known: dict[Any, Any], compile_one: Callable[[FunctionType], Any]
) -> dict[Callable[..., Any], Callable[..., Any]]:
    """Compiled clones of the functions of modules;
    `known` holds what else stands for something in their names."""
    # Two passes: rules call rules of other modules, so that every clone is made before any name is replaced.
    clones: dict[Any, Any] = dict(known)
    copies: list[dict[str, Any]] = []
    for module in modules:
        # A copy of the module's names: the originals go on calling originals.
        names = dict(vars(module))
        copies.append(names)
        for name, f in functions_of(module).items():
            clones[f] = compile_one(FunctionType(f.__code__, names, name, f.__defaults__))
    for names in copies:
        for name, thing in names.items():
            if isinstance(thing, EnumMeta):
                names[name] = numbers_of(thing)
            # Some callables have no hash, and so cannot be looked up.
            elif callable(thing) and getattr(thing, "__hash__", None) and thing in clones:
                names[name] = clones[thing]
    return clones


def of_loop(function: FunctionType, folder: Path | None) -> Any:
    """A function of the loop. Entry points are kept on disk, and leave other threads alone (no GIL);
    the others are called by compiled code alone: compiled once for each kind of argument,
    and optimised where they are called from."""
    if function.__name__ in ENTRIES:
        if folder is None:
            return numba.njit(function, nogil=True)
        # Only these have `cache`: the code of inner functions is contained in theirs.
        return numba.njit(with_kept_source(function, folder), cache=True, nogil=True)
    return inner(function)


def inner(function: FunctionType) -> Any:
    """A function that compiled code alone calls: compiled once for each kind of argument,
    optimised where it is called from."""
    from numba import types

    # No wrappers for Python and C, which nobody calls; NumPy's division, which has no branch that raises.
    dispatcher: Any = numba.njit(
        function, no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy"
    )
    compile_as_it_is = dispatcher.compile

    def compile_quickly(signature: Any) -> Any:
        with unfinished():
            # Without `unliteral` each constant argument was a specialisation of its own; with this and
            # `unfinished`, 31 s of compiling for 128 s.
            return compile_as_it_is(tuple(types.unliteral(kind) for kind in signature))

    dispatcher.compile = compile_quickly
    return dispatcher


@contextmanager
def unfinished() -> Iterator[None]:
    """Inner functions are neither optimised nor turned into machine code by themselves:
    the entry points that hold them are.

    Saves more than half of the compilation. Where this Numba is built otherwise,
    nothing is saved and nothing lost.
    """
    from numba.core import codegen

    steps = [(getattr(codegen, owner, None), step) for owner, step in STEPS_LEFT_OUT]
    if not all(hasattr(owner, step) for owner, step in steps):
        yield
        return
    before = [getattr(owner, step) for owner, step in steps]
    # Replaced only while an inner function compiles: entry points and rules need these steps.
    for owner, step in steps:
        setattr(owner, step, _finish if step == "get_pointer_to_function" else _nothing)
    try:
        yield
    finally:
        for (owner, step), was in zip(steps, before, strict=True):
            setattr(owner, step, was)


def _nothing(*_: Any) -> None:
    return None


def _finish(library: Any, _: str) -> int:
    library._ensure_finalized()
    # The address of an inner function is never called; looking addresses up took a third of compiling.
    return 0


def numbers_of(enumeration: Any) -> Any:
    """An enumeration of whole numbers as a tuple with their names."""
    kind: Any = namedtuple(enumeration.__name__, [member.name for member in enumeration])  # type: ignore[misc]
    return kind(*(int(member) for member in enumeration))


def compiled_array(world: Any, name: str, dtype: Any) -> Any:
    """A function from the world's record to one of its arrays, for compiled code:
    its address and length are fields of the record."""
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.extending import intrinsic
    from numba.np.arrayobj import populate_array

    as_intrinsic: Any = intrinsic
    # An intrinsic and no compiled function of its own: a third less to compile.
    item = numba.from_dtype(dtype)
    array = types.Array(item, 1, "C")
    offsets = [world.fields[f"{name}_{what}"][1] for what in ("at", "room")]

    @as_intrinsic  # type: ignore[untyped-decorator]
    def accessor(_typing: Any, record: Any) -> Any:
        def code(context: Any, builder: Any, _: Any, args: Any) -> Any:
            word, of_item = ir.IntType(64), context.get_data_type(item)
            at, room = (
                builder.load(cgutils.get_record_member(builder, args[0], offset, word)) for offset in offsets
            )
            made = context.make_array(array)(context, builder)
            size = context.get_constant(types.intp, context.get_abi_sizeof(of_item))
            data = builder.inttoptr(at, of_item.as_pointer())
            # Without `meminfo` Numba counts no references: `Memory` owns the array and outlives the call.
            populate_array(made, data=data, shape=[room], strides=[size], itemsize=size, meminfo=None)
            return made._getvalue()

        return array(record), code

    return accessor
