"""Small helpers for making syntax trees whose nodes stand at the lines of the model that they come from."""

from __future__ import annotations

import ast
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)


def name(text: str) -> ast.Name:
    """A name that is read."""
    return ast.Name(text, ast.Load())


def target(text: str) -> ast.Name:
    """A name that is written."""
    return ast.Name(text, ast.Store())


def attribute(value: ast.expr, text: str) -> ast.Attribute:
    """`value.text`."""
    return ast.Attribute(value, text, ast.Load())


def index(value: ast.expr, at: ast.expr) -> ast.Subscript:
    """`value[at]`."""
    return ast.Subscript(value, at, ast.Load())


def call(function: str, *args: ast.expr) -> ast.Call:
    """`function(args)`."""
    return ast.Call(name(function), list(args), [])


def number(value: float) -> ast.expr:
    """A number; a negative one as Python's own parser says it."""
    if value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.Compare:
    """`left op right`."""
    return ast.Compare(left, [op], [right])


def assign(to: ast.expr, value: ast.expr) -> ast.Assign:
    """`to = value`."""
    return ast.Assign([to], value)


def placed(node: Node, source: ast.AST) -> Node:
    """The node, with every part that has no place yet put at the place of a source."""
    for part in ast.walk(node):
        if "lineno" in part._attributes and not hasattr(part, "lineno"):
            ast.copy_location(part, source)
    return node


def as_target(node: ast.expr) -> ast.expr:
    """An expression as something that is written."""
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        node.ctx = ast.Store()
    return node
