"""Loops over tables, rows and ranges: a counter, and what the names of the loop are in each turn."""

from __future__ import annotations

import ast
import copy
from typing import Any, Protocol

from sim.engines.translate.kinds import (
    INT,
    Array,
    Ref,
    RowKind,
    Rows,
    SpecKind,
    Specs,
    ValueKind,
    Whole,
)
from sim.engines.translate.lowering.tree_nodes import (
    call,
    index,
    name,
    placed,
    target,
)
from sim.engines.translate.lowering.values import Said, Values
from sim.engines.translate.outside_subset import OutsideSubset
from sim.engines.translate.program import WORLD

COUNTED = "_at"
"""What the counters of loops over tables are called, with a number."""


class Says(Protocol):
    """What a loop asks of the statements around it; those import this module, so it cannot import them."""

    kinds: dict[str, ValueKind]
    loops: int

    def outside(self, node: ast.AST, reason: str) -> OutsideSubset: ...
    def say(self, node: ast.expr) -> Said: ...
    def value(self, node: ast.expr, kind: ValueKind) -> ast.expr: ...
    def read(self, code: ast.expr, kind: ValueKind) -> Said: ...
    def length(self, node: ast.expr) -> ast.expr: ...
    def first_of(self, table: str, kind: Rows, row: ast.expr) -> ast.expr: ...
    def end_of(self, table: str, kind: Rows, row: ast.expr) -> ast.expr: ...
    def give(self, node: ast.AST, to: ast.expr, code: ast.expr, kind: ValueKind) -> list[ast.stmt]: ...
    def alias_of(self, text: str) -> list[ast.stmt]: ...
    def suite(self, body: list[ast.stmt]) -> list[ast.stmt]: ...
    def do_Assign(self, node: ast.Assign) -> list[ast.stmt]: ...


class Loop:
    """A loop over a table, a row, a range: a counter, and what the names of the loop are in each turn."""

    def __init__(self, say: Says, to: ast.expr, over: ast.expr) -> None:
        self.say = say
        self.target = to
        self.iter = over

    def over(self, node: ast.For) -> list[ast.stmt]:
        """The loop itself."""
        say, count = self.say, None
        to, what = self.target, self.iter
        if _is_call(what, "enumerate"):
            assert isinstance(what, ast.Call)
            if not isinstance(to, ast.Tuple):
                raise say.outside(node, "a number and an item: for i, x in enumerate(...)")
            count, to, what = to.elts[0], to.elts[1], what.args[0]
        if isinstance(what, ast.Tuple):
            return self.unrolled(node, to, what)
        first, end, first_lines = self.ends(node, to, what)
        counter, heads = first_lines
        if count is not None:
            heads = [*say.give(node, count, self.number_of(counter), INT), *heads]
        body = [*(placed(h, node) for h in heads), *say.suite(node.body)]
        rounds = call("range", end) if first is None else call("range", first, end)
        return [ast.For(target(counter), rounds, body, [])]

    def number_of(self, counter: str) -> ast.expr:
        """The number of a turn."""
        first = self.first
        return name(counter) if first is None else ast.BinOp(name(counter), ast.Sub(), copy.deepcopy(first))

    first: ast.expr | None = None

    def ends(
        self, node: ast.For, to: ast.expr, what: ast.expr
    ) -> tuple[ast.expr | None, ast.expr, tuple[str, list[ast.stmt]]]:
        """Where the counter begins and ends; the counter, and what is done first in each turn."""
        say = self.say
        if _is_call(what, "range"):
            assert isinstance(what, ast.Call)
            return self.range(node, to, what)
        if isinstance(what, ast.Subscript):
            code, kind = say.say(what.value)
            if isinstance(kind, Rows):
                table = code.id  # type: ignore[attr-defined]
                row = say.value(what.slice, INT)
                self.first = say.first_of(table, kind, row)
                end = say.end_of(table, kind, say.value(what.slice, INT))
                counter = self.counter()
                item, item_kind = say.read(index(call(f"A_{table}", name(WORLD)), name(counter)), kind.item)
                return self.first, end, (counter, say.give(node, to, item, item_kind))
        code, kind = say.say(what)
        if isinstance(kind, Whole):
            if not isinstance(to, ast.Name):
                raise say.outside(node, "one name for a record")
            # The counter is the record: its index in the whole table.
            say.kinds[to.id] = Ref(kind.cls)
            return None, say.length(what), (to.id, say.alias_of(to.id))
        counter = self.counter()
        if isinstance(kind, Specs):
            return (
                None,
                say.length(what),
                (counter, say.give(node, to, name(counter), SpecKind(kind.cls, kind.path))),
            )
        if isinstance(kind, Array | RowKind):
            item, item_kind = say.read(index(code, name(counter)), kind.item)
            return None, say.length(what), (counter, say.give(node, to, item, item_kind))
        raise say.outside(node, f"a loop goes over a table, a row or a range, not over a {kind}")

    def range(
        self, node: ast.For, to: ast.expr, what: ast.Call
    ) -> tuple[ast.expr | None, ast.expr, tuple[str, list[ast.stmt]]]:
        if not isinstance(to, ast.Name) or len(what.args) > 2:
            raise self.say.outside(node, "for i in range(first, end)")
        self.say.kinds[to.id] = INT
        ends = [self.say.value(a, INT) for a in what.args]
        return (None if len(ends) == 1 else ends[0]), ends[-1], (to.id, [])

    def counter(self) -> str:
        """A counter of the loop's own."""
        self.say.loops += 1
        return f"{COUNTED}{self.say.loops}"

    def unrolled(self, node: ast.For, to: ast.expr, what: ast.Tuple) -> list[ast.stmt]:
        """A loop over things that are written out: each turn is."""
        # Written out there is no loop that they could leave.
        if any(isinstance(n, ast.Break | ast.Continue) for s in node.body for n in ast.walk(s)):
            raise self.say.outside(node, "no break or continue in a loop over things that are written out")
        found: list[ast.stmt] = []
        for item in what.elts:
            one = ast.copy_location(ast.Assign([_written(to)], item), node)
            found += self.say.do_Assign(one)
            # A copy a turn: the same statement is said once with each item's kind.
            found += self.say.suite([copy.deepcopy(s) for s in node.body])
        return found


def kinds_of_loop(say: Values, to: ast.expr, over: ast.expr) -> dict[str, ValueKind]:
    """The kinds of a loop's names."""
    inner: Any = say.again(dict(say.kinds), dict(say.codes))
    loop = ast.copy_location(ast.For(to, over, [ast.copy_location(ast.Pass(), over)], []), over)
    Loop(inner, to, over).over(placed(loop, over))
    return {
        text: kind
        for text, kind in {**inner.kinds, **inner.codes}.items()
        if text not in say.kinds or say.kinds[text] != kind
    }


def _is_call(node: ast.expr, text: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == text


def _written(node: ast.expr) -> ast.expr:
    again = copy.deepcopy(node)
    for part in ast.walk(again):
        if isinstance(part, ast.Name | ast.Tuple):
            part.ctx = ast.Store()
    return again
