"""The statements that a cut makes, and small questions about Python's syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

Node = TypeVar("Node", bound=ast.AST)
WAIT, JUMP = "__wait__", "__goto__"
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Leads(NamedTuple):
    """A statement that leads to another part: by a wait (with what is waited for) or by a jump."""

    constant: ast.Constant
    waits: bool

    @property
    def part(self) -> str:
        """The name of the part."""
        return str(self.constant.value)


def placed(node: Node, at: ast.AST) -> Node:
    """A made node, where what it came from stands in the source."""
    return ast.fix_missing_locations(ast.copy_location(node, at))


def jump(part: str, at: ast.AST) -> ast.stmt:
    """`return __goto__("part")`."""
    call = ast.Call(ast.Name(JUMP, ast.Load()), [ast.Constant(part)], [])
    return placed(ast.Return(call), at)


def wait(awaited: ast.expr, part: str, at: ast.AST) -> ast.stmt:
    """`return __wait__(awaited, "part that follows")`."""
    call = ast.Call(ast.Name(WAIT, ast.Load()), [awaited, ast.Constant(part)], [])
    return placed(ast.Return(call), at)


def assign(name: str, value: ast.expr, at: ast.AST) -> ast.stmt:
    """`name = value`."""
    return placed(ast.Assign([ast.Name(name, ast.Store())], value), at)


def leads(statement: ast.AST) -> Leads | None:
    """Where a made statement leads, or None for one of the process's own."""
    if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Call):
        called, given = statement.value.func, statement.value.args
        if isinstance(called, ast.Name) and called.id in (WAIT, JUMP) and isinstance(given[-1], ast.Constant):
            return Leads(given[-1], called.id == WAIT)
    return None


def led_to(body: Iterable[ast.stmt]) -> Iterator[Leads]:
    """Everything that a body leads to, in the order of the text."""
    for statement in body:
        # Not `ast.walk`, which goes by depth: numbers of parts follow the text.
        for node in preorder(statement):
            if (found := leads(node)) is not None:
                yield found


def preorder(node: ast.AST) -> Iterator[ast.AST]:
    """A node and everything in it, in the order of the text."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from preorder(child)


def has_wait(node: ast.AST) -> bool:
    """Whether a `yield` or `yield from` is in it."""
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(node))


def is_true(test: ast.expr) -> bool:
    """Whether a loop's test is a constant that holds."""
    return isinstance(test, ast.Constant) and bool(test.value)


def ends(statements: list[ast.stmt]) -> bool:
    """Whether control is seen never to run off the end of the statements."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, ast.If):
        return ends(last.body) and ends(last.orelse)
    if isinstance(last, ast.While):
        return is_true(last.test) and not breaks(last.body)
    return isinstance(last, ast.Return | ast.Raise | ast.Break | ast.Continue)


def breaks(body: Iterable[ast.stmt]) -> bool:
    """Whether a loop of this body is left by a `break` of its own."""
    for statement in body:
        if isinstance(statement, ast.Break):
            return True
        if isinstance(statement, ast.For | ast.While):
            # A `break` in the body of an inner loop is that loop's own; in its `else` it is the outer one's.
            if breaks(statement.orelse):
                return True
        elif any(breaks(block) for block in blocks(statement)):
            return True
    return False


def blocks(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of a statement: branches, bodies, handlers."""
    for _, value in ast.iter_fields(statement):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value, list):
            for handler in value:
                if isinstance(handler, ast.ExceptHandler):
                    yield handler.body


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """A function's statements, without what it says about itself."""
    first = body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return body[1:]
    return body


def dotted(node: ast.AST) -> str | None:
    """`a.b.c` as text, or None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return None if owner is None else f"{owner}.{node.attr}"
    return None
