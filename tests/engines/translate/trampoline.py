"""Runs a process as CPython's generator and as a cut machine, both fed the same values."""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Callable, Collection
from typing import Any

from sim.engines.translate.cutting.cutter import CutPart, Machine, cut

UNBOUND = object()
MOST_WAITS = 60


def functions(source: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(textwrap.dedent(source))
    return {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}


def cut_source(
    source: str, keep: Collection[str] = (), path: str = "model.py", name: str = "main"
) -> Machine:
    """The process `main` of a source, with all other functions of it to be written out."""
    found = functions(source)
    function = found.pop(name)
    return cut(function, found, path, keep)


class _Leads(ast.NodeTransformer):
    """`return __goto__(n)` as a tuple with the locals that are bound."""

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        value = node.value
        led = (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id.startswith("__")
        )
        elements: list[ast.expr] = [ast.Constant("result"), value or ast.Constant(None)]
        if led and value.func.id == "__goto__":
            elements = [ast.Constant("jump"), ast.Constant(None), value.args[0]]
        elif led:
            elements = [ast.Constant("wait"), value.args[0], value.args[1]]
        call = ast.Call(ast.Name("locals", ast.Load()), [], [])
        return ast.copy_location(ast.Return(ast.Tuple([*elements, call], ast.Load())), node)


def compiled(machine: Machine, path: str, names: dict[str, Any]) -> dict[str, Callable[..., Any]]:
    """Each part as a function of the locals that it says it needs, and no others."""
    namespace = dict(names) | {"__unbound__": UNBOUND}
    given = {name: machine_parameters(part) for part in machine.parts for name in [part.name]}
    for part in machine.parts:
        head = "".join(f"    if {n} is __unbound__:\n        del {n}\n" for n in given[part.name])
        shell = ast.parse(f"def {part.name}({', '.join(given[part.name])}):\n{head}    pass")
        function = shell.body[0]
        function.body += [_Leads().visit(copy.deepcopy(s)) for s in part.body]
        exec(compile(ast.fix_missing_locations(shell), path, "exec"), namespace)
    return {part.name: namespace[part.name] for part in machine.parts}


def machine_parameters(part: CutPart) -> list[str]:
    return [*part.live, *([part.why] if part.why is not None else [])]


class Run:
    """What a process did: what it waited for, what it noted, its result or its error."""

    def __init__(self) -> None:
        self.waits: list[Any] = []
        self.notes: list[Any] = []
        self.ended: Any = "waits on"
        self.fuel = 400

    def note(self, *values: Any) -> int:
        self.notes.append(values)
        return len(self.notes)

    def tick(self) -> bool:
        """Ends loops that never wait."""
        self.fuel -= 1
        if self.fuel < 0:
            raise RuntimeError("out of fuel")
        return True

    def happened(self) -> tuple[Any, ...]:
        return self.waits, self.notes, self.ended

    def names(self) -> dict[str, Any]:
        return {"note": self.note, "tick": self.tick}


def as_generator(source: str, arguments: list[Any], values: list[Any]) -> Run:
    run = Run()
    namespace = run.names()
    exec(compile(textwrap.dedent(source), "model.py", "exec"), namespace)
    generator = namespace["main"](*arguments)
    sent = None
    try:
        while len(run.waits) < MOST_WAITS:
            run.waits.append(generator.send(sent))
            sent = values[len(run.waits) % len(values)]
    except StopIteration as stop:
        run.ended = ("result", stop.value)
    except Exception as error:
        run.ended = ("error", _kind(error))
    return run


def as_machine(source: str, arguments: list[Any], values: list[Any]) -> Run:
    run = Run()
    machine = cut_source(source)
    function = functions(source)["main"]
    parameters = [a.arg for a in function.args.args]
    start = machine.parts[0]
    assert start.live == ()
    start.live = tuple(parameters)
    parts = {p.name: p for p in machine.parts}
    table = compiled(machine, "model.py", run.names())
    frame, name = dict(zip(parameters, arguments, strict=True)), start.name
    try:
        while len(run.waits) < MOST_WAITS:
            needs = {n: frame.get(n, UNBOUND) for n in machine_parameters(parts[name])}
            kind, value, *led = table[name](**needs)
            if kind == "result":
                run.ended = ("result", value)
                break
            name, frame = led
            assert set(frame) <= machine.locals, set(frame) - machine.locals
            if kind == "wait":
                run.waits.append(value)
                if (why := parts[name].why) is not None:
                    frame[why] = values[len(run.waits) % len(values)]
    except Exception as error:
        run.ended = ("error", _kind(error))
    return run


def _kind(error: Exception) -> str:
    return "NameError" if isinstance(error, NameError) else type(error).__name__


def same(source: str, arguments: list[Any] | None = None, values: list[Any] | None = None) -> Run:
    """Both ways; what happened must be equal."""
    given, fed = arguments or [], values or [1]
    one, other = as_generator(source, given, fed), as_machine(source, given, fed)
    assert other.happened() == one.happened(), source
    return one
