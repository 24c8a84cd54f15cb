"""A part after a wait, where what ended the wait is known: branches for other reasons fall away."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace

from sim.engines.translate.cutting.bound_names import bound
from sim.engines.translate.cutting.cut_parts import CutPart
from sim.engines.translate.cutting.liveness import needed
from sim.engines.translate.cutting.syntax import dotted, ends, placed

EQUAL, UNEQUAL = (ast.Eq, ast.Is), (ast.NotEq, ast.IsNot)


def specialise(part: CutPart, why_name: str, reason: str, same: bool) -> CutPart:
    """The part where `why_name` is known to be the reason (`same`), or known to be another one.

    Where it is the reason, comparisons with any other are decided too:
    reasons are distinct members of one enum. The part for the reason is called after it;
    the part for all others keeps its name.
    """
    # A copy, since the same part is made anew for every other reason.
    body, _ = _Known(why_name, reason, same).block(copy.deepcopy(part.body))
    name = f"{part.name}_{reason.lower()}" if same else part.name
    # Found anew: a local that only a removed branch reads is not kept over the wait.
    live = needed(body, part.following) & set(part.live)
    return replace(part, name=name, body=body, live=tuple(sorted(live)))


def reasons(part: CutPart) -> set[str]:
    """The reasons that a part asks for by name: last names of what it compares its `why` with."""
    if part.why is None:
        return set()
    compared = (n for s in part.body for n in ast.walk(s) if isinstance(n, ast.Compare))
    return {_last(name) for n in compared for name in _asked(n, part.why)}


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def _asked(node: ast.Compare, why: str) -> list[str]:
    """The reasons, as dotted names, that a comparison of `why` asks for;
    none where it asks for anything else."""
    if len(node.comparators) != 1:
        return []
    sides = [node.left, node.comparators[0]]
    is_why = [isinstance(side, ast.Name) and side.id == why for side in sides]
    if isinstance(node.ops[0], ast.In | ast.NotIn):
        among = sides[1].elts if is_why[0] and isinstance(sides[1], ast.Tuple | ast.List | ast.Set) else []
    else:
        among = [side for side, is_it in zip(sides, is_why, strict=True) if not is_it] if any(is_why) else []
    # Members of the enumeration alone (`Why.X`): a local that has a reason's name may hold another.
    names = [dotted(n) for n in among if isinstance(n, ast.Attribute)]
    found = [name for name in names if name is not None]
    return found if len(found) == len(among) else []


class _Known(ast.NodeTransformer):
    """Decides comparisons with the reason, and takes out what is never reached."""

    def __init__(self, why: str, reason: str, same: bool) -> None:
        self.why, self.reason, self.same = why, reason, same

    def block(self, statements: list[ast.stmt]) -> tuple[list[ast.stmt], bool]:
        """The statements that are left; and whether the reason is still known after them."""
        out: list[ast.stmt] = []
        for i, statement in enumerate(statements):
            left, known = self.statement(statement)
            out += left
            if ends(out):
                return out, True
            # `why` was given another value: questions after this are about that one.
            if not known:
                return [*out, *statements[i + 1 :]], False
        return out, True

    def statement(self, s: ast.stmt) -> tuple[list[ast.stmt], bool]:
        if isinstance(s, ast.If) and self.why not in bound([s.test]):
            return self.branches(s)
        if self.why in bound([s]):
            return [s], False
        new = self.visit(s)
        return (new if isinstance(new, list) else [new]), True

    def branches(self, s: ast.If) -> tuple[list[ast.stmt], bool]:
        test = self.visit(s.test)
        if isinstance(test, ast.Constant):
            return self.block(s.body if test.value else s.orelse)
        then, known = self.block(s.body)
        otherwise, still_known = self.block(s.orelse)
        then = then or [placed(ast.Pass(), s)]
        return [placed(ast.If(test, then, otherwise), s)], known and still_known

    def visit_If(self, node: ast.If) -> ast.stmt | list[ast.stmt]:
        """A branch within a loop, a `with` or a `try`."""
        left, _ = self.branches(node)
        return left or placed(ast.Pass(), node)

    def visit_While(self, node: ast.While) -> ast.stmt | list[ast.stmt]:
        node.test = self.visit(node.test)
        node.body = self.inner(node.body)
        node.orelse, _ = self.block(node.orelse)
        if isinstance(node.test, ast.Constant) and not node.test.value:
            return node.orelse or placed(ast.Pass(), node)
        return node

    def visit_For(self, node: ast.For) -> ast.stmt:
        node.iter = self.visit(node.iter)
        node.body = self.inner(node.body)
        node.orelse, _ = self.block(node.orelse)
        return node

    def visit_With(self, node: ast.With) -> ast.stmt:
        node.body = self.inner(node.body)
        return node

    def inner(self, body: list[ast.stmt]) -> list[ast.stmt]:
        left, _ = self.block(body)
        return left or [placed(ast.Pass(), body[0])]

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        asked = list(_asked(node, self.why))
        if not asked:
            return node
        answer = self.answer(node.ops[0], asked)
        if isinstance(answer, bool):
            return placed(ast.Constant(answer), node)
        return node

    def answer(self, op: ast.cmpop, asked: list[str]) -> bool | None:
        """Whether a comparison holds, where that is known."""
        if isinstance(op, ast.In | ast.NotIn):
            return self.in_any(asked, isinstance(op, ast.NotIn))
        if not isinstance(op, (*EQUAL, *UNEQUAL)):
            return None
        is_it = _last(asked[0]) == self.reason
        # Known to be another reason than this one, it may still be the one that is asked for.
        if not self.same and not is_it:
            return None
        return (is_it and self.same) == isinstance(op, EQUAL)

    def in_any(self, asked: list[str], negated: bool) -> bool | None:
        among = self.reason in {_last(name) for name in asked}
        if self.same:
            return among != negated
        # One of several is ruled out: the others may still be it.
        return negated if among and len(asked) == 1 else None

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Constant):
            return placed(ast.Constant(not node.operand.value), node)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """What decides ends the row; what decides nothing falls out, unless it is the last."""
        self.generic_visit(node)
        decides = isinstance(node.op, ast.Or)
        left: list[ast.expr] = []
        for i, value in enumerate(node.values):
            is_last = i == len(node.values) - 1
            if isinstance(value, ast.Constant) and not is_last and bool(value.value) != decides:
                continue
            left.append(value)
            if isinstance(value, ast.Constant) and bool(value.value) == decides:
                break
        return left[0] if len(left) == 1 else placed(ast.BoolOp(node.op, left), node)
