"""Which locals are needed where: liveness, backwards through the statements in the order of evaluation."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.engines.translate.cutting.bound_names import bound, free
from sim.engines.translate.cutting.syntax import COMPREHENSIONS, is_true, leads

Needed = frozenset[str]
NOTHING: Needed = frozenset()


@dataclass(frozen=True)
class _After:
    """What is needed after a block: off its end, at the loop's next turn, and where the loop is left."""

    end: Needed
    next_turn: Needed = NOTHING
    left: Needed = NOTHING


def needed(body: Sequence[ast.stmt], following: Mapping[str, Iterable[str]]) -> Needed:
    """Names that a part's body reads before it binds them, and those that parts it leads to need."""
    return _Liveness(following).block(body, _After(NOTHING))


class _Liveness:
    def __init__(self, following: Mapping[str, Iterable[str]]) -> None:
        self.following = following

    def block(self, statements: Sequence[ast.stmt], after: _After) -> Needed:
        for statement in reversed(statements):
            after = replace(after, end=self.statement(statement, after))
        return after.end

    def statement(self, s: ast.stmt, after: _After) -> Needed:
        match s:
            case ast.Return():
                return self.result(s)
            case ast.Raise():
                return _all([s.exc, s.cause], NOTHING)
            case ast.Continue():
                return after.next_turn
            case ast.Break():
                return after.left
            case ast.If():
                return before(s.test, self.block(s.body, after) | self.block(s.orelse, after))
            case ast.While():
                return self.while_loop(s, after)
            case ast.For():
                return self.for_loop(s, after)
            case ast.With():
                inner = self.block(s.body, after)
                for item in reversed(s.items):
                    inner = before(item.context_expr, _stored(item.optional_vars, inner))
                return inner | after.end  # it may end the body early
            case ast.Try():
                return self.tried(s, after)
            case _:
                return _simple(s, after.end)

    def result(self, s: ast.Return) -> Needed:
        led = leads(s)
        after = frozenset(self.following[led.part]) if led is not None else NOTHING
        if led is not None:
            assert isinstance(s.value, ast.Call)
            return before(s.value.args[0], after)
        return _all([s.value], after)

    def while_loop(self, s: ast.While, after: _After) -> Needed:
        # A loop that never tests false is left by `break` alone, and its `else` is not reached.
        out = NOTHING if is_true(s.test) else self.block(s.orelse, after)
        head: Needed = NOTHING
        while True:
            # Again until nothing is added: a turn needs what the next turn needs.
            turn = self.block(s.body, _After(end=head, next_turn=head, left=after.end))
            if (found := before(s.test, turn | out)) == head:
                return head
            head = found

    def for_loop(self, s: ast.For, after: _After) -> Needed:
        head = self.block(s.orelse, after)
        while True:
            turn = self.block(s.body, _After(end=head, next_turn=head, left=after.end))
            # The loop may have no turn, so that what follows it is needed before it as well.
            if (found := head | _stored(s.target, turn)) == head:
                return before(s.iter, head)
            head = found

    def tried(self, s: ast.Try, after: _After) -> Needed:
        """An exception may come before anything is bound, so that nothing bound in the body is taken off."""
        last = self.block(s.finalbody, after)
        inner = replace(after, end=last)
        caught: Needed = last
        for handler in s.handlers:
            caught |= _all([handler.type], self.block(handler.body, inner))
        return self.block([*s.body, *s.orelse], inner) | caught


def _simple(s: ast.stmt, after: Needed) -> Needed:
    """A statement without blocks: what it stores is not needed before it."""
    match s:
        case ast.Assign():
            for target in reversed(s.targets):
                after = _stored(target, after)
            return before(s.value, after)
        case ast.AnnAssign():
            return before(s.value, _stored(s.target, after)) if s.value else after
        case ast.AugAssign():
            after = _stored(s.target, after)
            # The target of `+=` is read before the value is evaluated.
            after = before(s.value, after)
            return after | {s.target.id} if isinstance(s.target, ast.Name) else after
        case _:
            return _all(list(ast.iter_child_nodes(s)), after)


def _stored(target: ast.expr | None, after: Needed) -> Needed:
    """What is needed before something is stored in a target."""
    if target is None:
        return after
    return _all([target], after - bound([target]))


def _all(nodes: Sequence[ast.AST | None], after: Needed) -> Needed:
    for node in reversed(nodes):
        if node is not None:
            after = before(node, after)
    return after


def before(e: ast.AST, after: Needed) -> Needed:
    """What is needed before an expression is evaluated, from what is needed after it."""
    match e:
        case ast.Name():
            return after | {e.id} if isinstance(e.ctx, ast.Load) else after
        case ast.NamedExpr():
            return before(e.value, after - {e.target.id})
        case ast.BoolOp():
            return before(e.values[0], _perhaps(e.values[1:], after))
        case ast.Compare():
            # `a < b < c` looks at `c` only if `a < b` holds.
            return _all([e.left, e.comparators[0]], _perhaps(e.comparators[1:], after))
        case ast.IfExp():
            return before(e.test, before(e.body, after) | before(e.orelse, after))
        case ast.Lambda():
            # Its names are read when it is called, which is after this.
            return after | free(e)
        case _ if isinstance(e, COMPREHENSIONS):
            return before(e.generators[0].iter, after | _inside(e))
        case _:
            return _all(list(ast.iter_child_nodes(e)), after)


def _inside(e: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> set[str]:
    """Names that a comprehension reads from outside, beyond what it goes through first."""
    own = {name for g in e.generators for name in bound([g.target])}
    first = e.generators[0].iter
    parts = [n for g in e.generators for n in (g.target, g.iter, *g.ifs) if n is not first]
    parts += [e.key, e.value] if isinstance(e, ast.DictComp) else [e.elt]
    return {name for part in parts for name in free(part)} - own


def _perhaps(values: Sequence[ast.expr], after: Needed) -> Needed:
    """Values of which each is only looked at if those before it did not decide."""
    out = after
    for value in reversed(values):
        out = before(value, out) | after
    return out
