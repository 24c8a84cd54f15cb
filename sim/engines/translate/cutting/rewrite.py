"""Constructs that are written as simpler ones before they are cut: waits inside expressions,
counted loops."""

from __future__ import annotations

import ast
import copy

from sim.engines.translate.cutting.bound_names import Names
from sim.engines.translate.cutting.syntax import assign, dotted, has_wait, placed
from sim.engines.translate.outside_subset import OutsideSubset

# By the order of evaluation in the language: whatever stands left of a lifted wait would run after it instead
# of before.
EVALUATED_FIRST: dict[type[ast.AST], str] = {
    ast.IfExp: "test",
    ast.UnaryOp: "operand",
    ast.BinOp: "left",
    ast.Compare: "left",
    ast.BoolOp: "values",
    ast.Attribute: "value",
    ast.Subscript: "value",
}


def lifted(expression: ast.expr, names: Names, path: str) -> tuple[ast.stmt, ast.expr]:
    """A wait inside an expression, as an assignment before it, and what is left of the expression.

    Only the wait that is evaluated first can stand before the rest.
    """
    if isinstance(expression, ast.Yield | ast.YieldFrom):
        _refuse_nested(expression, path)
        name = names.local(_name_of_result(expression))
        return assign(name, expression, expression), placed(ast.Name(name, ast.Load()), expression)
    field = EVALUATED_FIRST.get(type(expression))
    first = getattr(expression, field) if field else None
    inner = first[0] if isinstance(first, list) else first
    if field is None or inner is None or not has_wait(inner):
        reason = "a wait that is not the first thing evaluated in its expression: give it a line of its own"
        raise OutsideSubset(expression, reason, path)
    statement, rest = lifted(inner, names, path)
    if isinstance(first, list):
        first[0] = rest
    else:
        setattr(expression, field, rest)
    return statement, expression


def _refuse_nested(expression: ast.Yield | ast.YieldFrom, path: str) -> None:
    if isinstance(expression, ast.Yield) and expression.value is not None and has_wait(expression.value):
        raise OutsideSubset(expression, "a wait inside what is waited for: give it a line of its own", path)


def _name_of_result(expression: ast.Yield | ast.YieldFrom) -> str:
    name = None
    if isinstance(expression, ast.YieldFrom) and isinstance(expression.value, ast.Call):
        name = dotted(expression.value.func)
    return f"{name.rsplit('.', 1)[-1]}_result" if name else "ended_by"


def tested_inside(loop: ast.While, path: str) -> ast.While:
    """`while` whose test waits, as `while True` that tests in its body."""
    # The loop that is made never tests false, so that its `else` would never run.
    if loop.orelse:
        raise OutsideSubset(loop, "`else` of a loop whose test waits", path)
    stop = placed(ast.Break(), loop)
    test = placed(ast.If(loop.test, loop.body, [stop]), loop)
    return placed(ast.While(ast.Constant(True), [test], []), loop)


def counted(loop: ast.For, names: Names, path: str) -> list[ast.stmt]:
    """`for i in range(...)` as a `while` over a counter; as in Python the bounds are evaluated once.

    The arguments are taken to be whole numbers, as `range` demands.
    """
    target, given = _target(loop, names, path), loop.iter.args if isinstance(loop.iter, ast.Call) else []
    start = given[0] if len(given) > 1 else placed(ast.Constant(0), loop.iter)
    stop = given[0] if len(given) == 1 else given[1]
    step = given[2] if len(given) > 2 else placed(ast.Constant(1), loop.iter)
    # A counter of its own: as in Python, giving the loop's name another value skips no turn.
    following = names.local(f"{target.id}_next")
    first = [assign(following, start, start)]
    stop = _kept(stop, f"{target.id}_stop", first, names)
    step = _kept(step, f"{target.id}_step", first, names)
    read = ast.Name(following, ast.Load())
    counts = ast.AugAssign(ast.Name(following, ast.Store()), ast.Add(), copy.deepcopy(step))
    # Counted on at the head of a turn: `continue` jumps to the test.
    turn: list[ast.stmt] = [
        placed(ast.Assign([target], copy.deepcopy(read)), loop),
        placed(counts, loop),
        *loop.body,
    ]
    test, refusal = _in_range(read, stop, step, loop=loop, path=path)
    return [*first, *refusal, placed(ast.While(test, turn, loop.orelse), loop)]


def _target(loop: ast.For, names: Names, path: str) -> ast.Name:
    """The loop variable, where it is a plain local that goes through a range."""
    iterated = loop.iter
    by_range = (
        isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and iterated.func.id == "range"
    )
    if not isinstance(iterated, ast.Call) or not by_range or "range" in names.locals:
        raise OutsideSubset(
            loop, "a `for` that waits goes through `range(...)`: write another one as `while`", path
        )
    if (
        iterated.keywords
        or not 1 <= len(iterated.args) <= 3
        or any(isinstance(a, ast.Starred) for a in iterated.args)
    ):
        raise OutsideSubset(loop, "`range` takes one to three arguments, each by itself", path)
    if not isinstance(loop.target, ast.Name):
        raise OutsideSubset(loop, "a `for` that waits gives its number to a local", path)
    return loop.target


def _kept(value: ast.expr, wished: str, first: list[ast.stmt], names: Names) -> ast.expr:
    """A bound as it is before the loop: a constant, or a local of its own."""
    if _whole(value) is not None:
        return value
    name = names.local(wished)
    first.append(assign(name, value, value))
    return placed(ast.Name(name, ast.Load()), value)


def _in_range(
    read: ast.expr, stop: ast.expr, step: ast.expr, *, loop: ast.For, path: str
) -> tuple[ast.expr, list[ast.stmt]]:
    """Whether the counter is still before the bound; and, for a step that is not known, the refusal of 0."""
    up = ast.Compare(copy.deepcopy(read), [ast.Lt()], [copy.deepcopy(stop)])
    down = ast.Compare(copy.deepcopy(read), [ast.Gt()], [copy.deepcopy(stop)])
    known = _whole(step)
    if known == 0:
        raise OutsideSubset(loop, "a step of 0", path)
    if known is not None:
        return placed(up if known > 0 else down, loop), []
    # As Python's `range` does, at the time of the run, with its words.
    zero = ast.Compare(copy.deepcopy(step), [ast.Eq()], [ast.Constant(0)])
    error = ast.Call(ast.Name("ValueError", ast.Load()), [ast.Constant("range() arg 3 must not be zero")], [])
    refusal = placed(ast.If(zero, [ast.Raise(error, None)], []), loop)
    upward = ast.Compare(copy.deepcopy(step), [ast.Gt()], [ast.Constant(0)])
    return placed(ast.IfExp(upward, up, down), loop), [refusal]


def _whole(value: ast.expr) -> int | None:
    """A whole number that stands in the source."""
    negative = isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub)
    inner = value.operand if isinstance(value, ast.UnaryOp) and negative else value
    if isinstance(inner, ast.Constant) and type(inner.value) is int:
        return -inner.value if negative else inner.value
    return None
