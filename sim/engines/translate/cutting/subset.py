"""What a process may not contain, wherever it stands: refused before anything is moved."""

from __future__ import annotations

import ast

from sim.engines.translate.cutting.bound_names import bound, free
from sim.engines.translate.cutting.syntax import COMPREHENSIONS, has_wait
from sim.engines.translate.outside_subset import OutsideSubset

REFUSED: dict[type[ast.AST], str] = {
    ast.FunctionDef: "a function inside a process: write it at the top of the module",
    ast.AsyncFunctionDef: "an async function: a process is a generator function",
    ast.ClassDef: "a class inside a process: write it at the top of the module",
    ast.Global: "`global`: a process changes what it is given",
    ast.Nonlocal: "`nonlocal`: a process changes what it is given",
    ast.Import: "an import inside a process: write it at the top of the module",
    ast.ImportFrom: "an import inside a process: write it at the top of the module",
    ast.Match: "`match`: write `if` and `elif`",
    ast.TryStar: "`except*`",
    ast.Await: "`await`: a process waits with `yield`",
    ast.AsyncFor: "`async for`: a process waits with `yield`",
    ast.AsyncWith: "`async with`: a process waits with `yield`",
}


def check(function: ast.FunctionDef, path: str) -> None:
    """Refuse what a process may not contain, at the first place where it stands."""
    given = function.args
    if given.vararg or given.kwarg:
        raise OutsideSubset(given.vararg or given.kwarg or function, "a process names each parameter", path)
    # Refused before the cut: cut, it could do something else than the generator, without an error.
    assigned = bound(function.body)
    consumed = {id(a) for n in ast.walk(function) if isinstance(n, ast.Call) for a in n.args}
    for statement in function.body:
        for node in ast.walk(statement):
            _check_node(node, assigned, consumed, path)


def _check_node(node: ast.AST, assigned: set[str], consumed: set[int], path: str) -> None:
    if type(node) in REFUSED:
        raise OutsideSubset(node, REFUSED[type(node)], path)
    if isinstance(node, ast.ExceptHandler) and node.name is not None:
        raise OutsideSubset(node, f"`except ... as {node.name}`: catch it without a name", path)
    if isinstance(node, ast.Delete) and (names := bound([node])):
        raise OutsideSubset(node, f"`del {min(names)}`: a local cannot be unbound", path)
    if isinstance(node, ast.Lambda):
        _check_lambda(node, assigned, path)
    # Kept over a wait, it would run later, on locals of a part that has ended.
    if isinstance(node, ast.GeneratorExp) and id(node) not in consumed:
        raise OutsideSubset(node, "a generator expression is only taken as the argument of a call", path)
    if isinstance(node, COMPREHENSIONS) and any(isinstance(n, ast.NamedExpr) for n in ast.walk(node)):
        raise OutsideSubset(node, "`:=` inside a comprehension: write a loop", path)


def _check_lambda(node: ast.Lambda, assigned: set[str], path: str) -> None:
    """A lambda would see a local of the part that made it, not of the process."""
    if has_wait(node) or any(isinstance(n, ast.NamedExpr) for n in ast.walk(node)):
        raise OutsideSubset(node, "a lambda may neither wait nor assign", path)
    taken = free(node.body) - {n.arg for n in ast.walk(node.args) if isinstance(n, ast.arg)}
    if changing := sorted(taken & assigned):
        name = changing[0]
        raise OutsideSubset(node, f"a lambda that reads the local `{name}`: pass it as `{name}={name}`", path)
