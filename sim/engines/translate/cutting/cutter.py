"""Cut a process at its waits: a generator function becomes parts that end in a wait, a jump or a result.

It knows nothing of what the process does: it works on Python's syntax tree and only moves statements. What it
cannot move is refused with the file and line (`OutsideSubset`).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from sim.engines.translate.cutting.bound_names import Names, all_names, bound, parameters
from sim.engines.translate.cutting.cut_parts import CutPart, Kind, Machine
from sim.engines.translate.cutting.inlining import called, written_out
from sim.engines.translate.cutting.joins import tidied
from sim.engines.translate.cutting.liveness import needed
from sim.engines.translate.cutting.rewrite import counted, lifted, tested_inside
from sim.engines.translate.cutting.subset import check
from sim.engines.translate.cutting.syntax import (
    ends,
    has_wait,
    is_true,
    jump,
    placed,
    wait,
    without_docstring,
)
from sim.engines.translate.outside_subset import OutsideSubset

__all__ = ["CutPart", "Machine", "cut"]

Go = Callable[[ast.AST], list[ast.stmt]]
"""The statements that take control somewhere, made at the place of a node."""


@dataclass(frozen=True)
class _Ways:
    """Where control goes from a block: off its end, by `return`, by `continue` and by `break`.

    `inside` are the processes in which the block stands, the outermost first.
    """

    off_end: Go
    result: Callable[[ast.Return], list[ast.stmt]]
    inside: tuple[str, ...]
    next_turn: Go | None = None
    leave: Go | None = None


def cut(
    function: ast.FunctionDef, inline: Mapping[str, ast.FunctionDef], path: str, keep: Collection[str] = ()
) -> Machine:
    """The parts of a process; those in `inline` that it waits for with `yield from` are written out in it.

    Names in `keep` are at hand in every part, so that no part needs them.
    """
    check(function, path)
    parts = _Cutter(function, inline, path).parts()
    local = set(parameters(function)) | {part.why for part in parts if part.why is not None}
    local |= {name for part in parts for name in bound(part.body)}
    _find_live(parts, local - set(keep))
    return Machine(function.name, parts, frozenset(local))


def _find_live(parts: list[CutPart], counted_in: Collection[str]) -> None:
    """What each part needs, until nothing is added any more."""
    # From nothing upwards to the least fixed point: a loop's head needs what its own turn needs.
    live: dict[str, tuple[str, ...]] = {part.name: () for part in parts}
    changed = True
    while changed:
        changed = False
        # Backwards, since most parts lead to later ones. The start is left out: what it needs are its
        # parameters.
        for part in reversed(parts[1:]):
            found = tuple(sorted((needed(part.body, live) & set(counted_in)) - {part.why}))
            if found != live[part.name]:
                live[part.name], changed = found, True
    for part in parts:
        part.live = live[part.name]
        part.following = live


class _Cutter:
    def __init__(self, function: ast.FunctionDef, inline: Mapping[str, ast.FunctionDef], path: str) -> None:
        self.function, self.inline, self.path = function, inline, path
        self.caller = {*parameters(function), *bound(function.body)}
        # Names of everything that may be written out here, so that a new name clashes with none of them.
        taken = {name for f in (function, *inline.values()) for name in all_names(f)}
        self.names = Names(self.caller, taken)
        self.made: dict[str, CutPart] = {}

    def parts(self) -> list[CutPart]:
        start = CutPart(self.function.name, "start", [])
        self.made[start.name] = start
        ways = _Ways(off_end=_no_result, result=lambda r: [r], inside=(self.function.name,))
        # A copy: statements are moved and changed, and the function may be written out in another process.
        start.body = self.block(copy.deepcopy(without_docstring(self.function.body)), ways)
        return tidied(self.made, start.name)

    def part(self, kind: Kind, why: str | None = None) -> CutPart:
        part = CutPart(f"{kind} {len(self.made)}", kind, [], why=why)
        self.made[part.name] = part
        return part

    def block(self, statements: list[ast.stmt], ways: _Ways) -> list[ast.stmt]:
        """The statements as a body that ends on every path."""
        out: list[ast.stmt] = []
        for i, statement in enumerate(statements):
            if has_wait(statement):
                return [*out, *self.waiting(statement, statements[i + 1 :], ways)]
            out += _Jumps(ways).moved(statement)
            # What stands behind is never reached; kept, its waits would become parts that nothing leads to.
            if ends(out):
                return out
        return [*out, *ways.off_end(statements[-1] if statements else self.function)]

    def after(self, tail: list[ast.stmt], ways: _Ways) -> Go:
        """How control gets to what follows: a join, made once however many jump to it."""
        if not tail:
            return ways.off_end
        # A part of its own: written into each branch it would double with every `if` on the way.
        join = self.part("join")
        join.body = self.block(tail, ways)
        return lambda at: [jump(join.name, at)]

    def waiting(self, s: ast.stmt, tail: list[ast.stmt], ways: _Ways) -> list[ast.stmt]:
        """A statement with a wait in it, and what follows."""
        match s:
            case ast.If():
                return self.branches(s, tail, ways)
            case ast.While():
                return self.loop(s, tail, ways)
            case ast.For():
                return self.block([*counted(s, self.names, self.path), *tail], ways)
            case ast.Expr() | ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Return():
                return self.plain(s, tail, ways)
        raise OutsideSubset(s, f"a wait inside `{_WORD.get(type(s), type(s).__name__)}`", self.path)

    def branches(self, s: ast.If, tail: list[ast.stmt], ways: _Ways) -> list[ast.stmt]:
        if has_wait(s.test):
            # Before the branches are cut: the wait comes before the question.
            first, s.test = lifted(s.test, self.names, self.path)
            return self.block([first, s, *tail], ways)
        inner = replace(ways, off_end=self.after(tail, ways))
        then = self.block(s.body, inner)
        otherwise = self.block(s.orelse, inner) if s.orelse else inner.off_end(s)
        # No `else`: `then` ends on every path, so that what follows is the other branch.
        return [placed(ast.If(s.test, then, []), s), *otherwise]

    def loop(self, s: ast.While, tail: list[ast.stmt], ways: _Ways) -> list[ast.stmt]:
        if has_wait(s.test):
            return self.loop(tested_inside(s, self.path), tail, ways)
        # Before its body is cut, which jumps to it.
        head = self.part("loop")

        def again(at: ast.AST) -> list[ast.stmt]:
            return [jump(head.name, at)]

        after = self.after(tail, ways)
        turn = self.block(s.body, replace(ways, off_end=again, next_turn=again, leave=after))
        if is_true(s.test):
            head.body = turn
        else:
            otherwise = self.block(s.orelse, replace(ways, off_end=after)) if s.orelse else after(s)
            head.body = [placed(ast.If(s.test, turn, []), s), *otherwise]
        return again(s)

    def plain(self, s: _Plain, tail: list[ast.stmt], ways: _Ways) -> list[ast.stmt]:
        """A wait in an expression."""
        value = s.value
        if isinstance(value, ast.YieldFrom) and not isinstance(s, ast.AugAssign):
            self.refuse_in_targets(s)
            return self.process(s, value, tail, ways)
        if isinstance(value, ast.Yield) and not (value.value and has_wait(value.value)):
            if isinstance(s, ast.Expr):
                return self.wait(s, value, why=None, tail=tail, ways=ways)
            if (name := _only_target(s)) is not None:
                return self.wait(s, value, why=name, tail=tail, ways=ways)
        self.refuse_in_targets(s)
        assert value is not None
        first, s.value = lifted(value, self.names, self.path)
        return self.block([first, s, *tail], ways)

    def refuse_in_targets(self, s: _Plain) -> None:
        # A target is evaluated after the value: lifted, a wait in it would come before.
        targets = s.targets if isinstance(s, ast.Assign) else [getattr(s, "target", s.value)]
        if not isinstance(s, ast.Expr | ast.Return) and any(has_wait(t) for t in targets if t is not None):
            raise OutsideSubset(s, "a wait inside the target of an assignment", self.path)
        if isinstance(s, ast.AugAssign) and not isinstance(s.target, ast.Name):
            reason = "what is added to is read before the wait: give the wait a line of its own"
            raise OutsideSubset(s, reason, self.path)

    def wait(
        self, s: ast.stmt, value: ast.Yield, *, why: str | None, tail: list[ast.stmt], ways: _Ways
    ) -> list[ast.stmt]:
        part = self.part("wait", why)
        part.body = self.block(tail, ways) if tail else ways.off_end(s)
        awaited = value.value or placed(ast.Constant(None), value)
        return [wait(awaited, part.name, s)]

    def process(self, s: _Plain, value: ast.YieldFrom, tail: list[ast.stmt], ways: _Ways) -> list[ast.stmt]:
        """`yield from` another process: its waits become waits of this one."""
        name, call = called(value, self.path)
        # Written out, a process that waits for itself would have no end.
        if name in ways.inside:
            way = " -> ".join([*ways.inside, name])
            raise OutsideSubset(call, f"a process that waits for itself: {way}", self.path)
        if name not in self.inline:
            reason = (
                f"`{name}` is not among the processes that can be waited for here: those of the same module"
            )
            raise OutsideSubset(call, reason, self.path)
        first, body = written_out(call, self.inline[name], self.caller, names=self.names, path=self.path)
        result = self.result_of(s, tail, ways)
        inner = _Ways(
            off_end=lambda at: result(placed(ast.Return(ast.Constant(None)), at)),
            result=result,
            inside=(*ways.inside, name),
        )
        if not any(has_wait(given) for given in first):
            return [*first, *self.block(body, inner)]
        # What is given to the process waits itself: its statements are a part to which that wait leads.
        begin = self.part("join")
        begin.body = self.block(body, inner)
        return self.block(first, replace(ways, off_end=lambda at: [jump(begin.name, at)]))

    def result_of(
        self, s: _Plain, tail: list[ast.stmt], ways: _Ways
    ) -> Callable[[ast.Return], list[ast.stmt]]:
        """What a `return` of a process does here, where it is written out."""
        # The result of the inner process is that of the outer one: no join lies between.
        if isinstance(s, ast.Return):
            return ways.result
        after = self.after(tail, ways)

        def result(r: ast.Return) -> list[ast.stmt]:
            return [*_given(s, r), *after(r)]

        return result


_Plain = ast.Expr | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return
_WORD: dict[type[ast.AST], str] = {
    ast.Try: "try",
    ast.With: "with",
    ast.Assert: "assert",
    ast.Raise: "raise",
    ast.Delete: "del",
}


def _no_result(at: ast.AST) -> list[ast.stmt]:
    return [placed(ast.Return(ast.Constant(None)), at)]


def _only_target(s: ast.stmt) -> str | None:
    """The local that an assignment gives its value to, where it is a single one."""
    target: ast.expr | None = s.target if isinstance(s, ast.AnnAssign) else None
    if isinstance(s, ast.Assign) and len(s.targets) == 1:
        target = s.targets[0]
    return target.id if isinstance(target, ast.Name) else None


def _given(s: _Plain, r: ast.Return) -> list[ast.stmt]:
    """What a process returns, given to what waited for it."""
    value = r.value or placed(ast.Constant(None), r)
    if isinstance(s, ast.Assign):
        return [placed(ast.Assign(copy.deepcopy(s.targets), value), r)]
    if isinstance(s, ast.AnnAssign):
        target, annotation = copy.deepcopy(s.target), copy.deepcopy(s.annotation)
        return [placed(ast.AnnAssign(target, annotation, value, s.simple), r)]
    # A value that nobody takes is still evaluated, if anything could come of it.
    return [] if isinstance(value, ast.Name | ast.Constant) else [placed(ast.Expr(value), r)]


class _Jumps(ast.NodeTransformer):
    """`return`, `continue` and `break` of a statement that does not wait,
    as jumps where they cross a wait."""

    def __init__(self, ways: _Ways) -> None:
        self.ways = ways
        self.loops = 0

    def moved(self, statement: ast.stmt) -> list[ast.stmt]:
        new = self.visit(statement)
        return new if isinstance(new, list) else [new]

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        return self.ways.result(node)

    def visit_Continue(self, node: ast.Continue) -> ast.stmt | list[ast.stmt]:
        return self.ways.next_turn(node) if self.ways.next_turn and not self.loops else node

    def visit_Break(self, node: ast.Break) -> ast.stmt | list[ast.stmt]:
        return self.ways.leave(node) if self.ways.leave and not self.loops else node

    def visit_While(self, node: ast.While) -> ast.stmt:
        return self._loop(node)

    def visit_For(self, node: ast.For) -> ast.stmt:
        return self._loop(node)

    def _loop(self, node: ast.While | ast.For) -> ast.stmt:
        """A loop keeps its own jumps; those in its `else` are the outer loop's."""
        self.loops += 1
        # Counted: a `break` in here belongs to this loop, while a `return` crosses every wait.
        node.body = [new for s in node.body for new in self.moved(s)]
        self.loops -= 1
        node.orelse = [new for s in node.orelse for new in self.moved(s)]
        return node
