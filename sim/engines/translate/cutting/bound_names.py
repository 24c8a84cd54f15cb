"""Which names a function binds, which it only reads, and names that nobody else has."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from sim.engines.translate.cutting.syntax import COMPREHENSIONS


def parameters(function: ast.FunctionDef) -> list[str]:
    """Names of the parameters, in order: by position, then by keyword alone."""
    given = function.args
    return [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Locals that the statements give a value; a comprehension's and a lambda's own
    names are not among them."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        found |= bound(n for n in ast.iter_child_nodes(node) if not _is_own_scope(node, n))
    return found


def _is_own_scope(node: ast.AST, child: ast.AST) -> bool:
    if isinstance(node, ast.comprehension):
        return child is node.target
    return isinstance(node, ast.Lambda) and child is node.body


def bound_anywhere(function: ast.FunctionDef) -> set[str]:
    """Every name that is bound in a function, in comprehensions and lambdas too."""
    found = set(parameters(function))
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
    return found


def free(node: ast.AST) -> set[str]:
    """Names that are read from outside the node: what a comprehension or a lambda
    binds for itself is left out."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    if isinstance(node, ast.Lambda):
        own = {n.arg for n in ast.walk(node.args) if isinstance(n, ast.arg)}
        return free(node.args) | (free(node.body) - own)
    if isinstance(node, COMPREHENSIONS):
        own = {name for g in node.generators for name in bound([g.target])}
        return free(node.generators[0].iter) | (_free_of_children(node) - own)
    if isinstance(node, ast.AnnAssign):  # a local's annotation is not evaluated
        return free(node.target) | (free(node.value) if node.value else set())
    return _free_of_children(node)


def _free_of_children(node: ast.AST) -> set[str]:
    return {name for child in ast.iter_child_nodes(node) for name in free(child)}


def free_of(function: ast.FunctionDef) -> set[str]:
    """Names that a function takes from its module."""
    read = {name for statement in function.body for name in free(statement)}
    return read - bound(function.body) - set(parameters(function))


def all_names(function: ast.FunctionDef) -> set[str]:
    """Every name that stands in a function."""
    named = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    return named | {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}


class Names:
    """The locals of a machine, and names for new ones that stand nowhere else in it."""

    def __init__(self, locals_: Collection[str], taken: Collection[str]) -> None:
        self.locals = set(locals_)
        self._taken = set(taken)

    def local(self, wished: str) -> str:
        """A new local: the wished name, or the first of wished_2, wished_3 ... that is free."""
        name, count = wished, 1
        while name in self._taken:
            count += 1
            name = f"{wished}_{count}"
        self._taken.add(name)
        self.locals.add(name)
        return name
