"""Statements: what the model does, said in the compiled dialect."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

from sim.engines.translate.expressions import Expressions, UnknownName, alias
from sim.engines.translate.kinds import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    Array,
    Chosen,
    Kind,
    Named,
    Ref,
    Row,
    Rows,
    Spec,
    Specs,
    Tuple,
    Whole,
    fields_of,
    is_record,
)
from sim.engines.translate.program import WORLD
from sim.engines.translate.trees import (
    as_target,
    assign,
    call,
    index,
    name,
    number,
    placed,
    target,
)

Stay = Callable[[ast.Return], list[ast.stmt]]
COUNTED = "_at"
"""What the counters of loops over tables are called, with a number."""


class Statements(Expressions):
    """Says statements of one function."""

    loops = 0
    wait: Stay | None = None
    """What becomes of a wait, where the function is a part of a process."""
    jump: Stay | None = None
    """What becomes of a jump to another part."""

    def suite(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Statements one after another; at least a `pass`."""
        found: list[ast.stmt] = []
        for node in body:
            found += [placed(said, node) for said in self.do(node)]
        return found or [placed(ast.Pass(), body[0])]

    def do(self, node: ast.stmt) -> list[ast.stmt]:
        """One statement."""
        method = getattr(self, f"do_{type(node).__name__}", None)
        if method is None:
            raise self.outside(node, f"no {type(node).__name__} in the subset")
        return method(node)

    def do_Pass(self, node: ast.Pass) -> list[ast.stmt]:
        return [node]

    def do_Continue(self, node: ast.Continue) -> list[ast.stmt]:
        return [node]

    def do_Break(self, node: ast.Break) -> list[ast.stmt]:
        return [node]

    def do_Assert(self, _: ast.Assert) -> list[ast.stmt]:
        return []

    def do_Expr(self, node: ast.Expr) -> list[ast.stmt]:
        if isinstance(node.value, ast.Constant):
            return []
        return [ast.Expr(self.say(node.value)[0])]

    # assignments

    def do_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        if not isinstance(node.target, ast.Name) or node.value is None:
            raise self.outside(node, "a name is declared where it is given a value")
        hint = eval(
            compile(ast.Expression(node.annotation), self.function.path, "eval"), vars(self.function.module)
        )
        kind = self.model.kind(hint)
        if kind is None:
            raise self.outside(node, "a kind that the subset does not have")
        self.kinds[node.target.id] = kind
        return self.give(node, node.target, self.value(node.value, kind), kind)

    def do_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        if len(node.targets) > 1:
            return self.several(node)
        to, what = node.targets[0], node.value
        made = self.made_record(what)
        if made is not None and isinstance(to, ast.Name):
            return self.new_record(node, to, what, made)  # type: ignore[arg-type]
        if isinstance(to, ast.Tuple):
            return self.unpack(node, to, what)
        code, kind = self.say(what)
        return self.give(node, to, code, kind)

    def several(self, node: ast.Assign) -> list[ast.stmt]:
        """`a = b = value`: one after the other, since values have no side."""
        code, kind = self.say(node.value)
        if not isinstance(code, ast.Constant | ast.UnaryOp | ast.Name):
            first = self.give(node, node.targets[0], code, kind)
            again = [
                ast.copy_location(ast.Assign([t], _read(node.targets[0])), node) for t in node.targets[1:]
            ]
            return first + [s for one in again for s in self.do_Assign(one)]
        return [s for to in node.targets for s in self.give(node, to, copy.deepcopy(code), kind)]

    def give(self, node: ast.AST, to: ast.expr, code: ast.expr, kind: Kind) -> list[ast.stmt]:
        """A value is given to a name, a field, an item."""
        if isinstance(to, ast.Name):
            return self.give_name(node, to.id, code, kind)
        place, wanted = self.place(to)
        return [assign(place, self.coerced(node, code, kind, wanted))]

    def give_name(self, node: ast.AST, text: str, code: ast.expr, kind: Kind) -> list[ast.stmt]:
        if isinstance(kind, Named | Specs | Whole | Rows):
            self.codes[text] = kind
            if isinstance(kind, Named | Specs):
                return []
            raise self.outside(node, f"a table of the world is not given a name of its own: {text}")
        if text in self.codes:
            raise self.outside(node, f"`{text}` has stood for a part of the parameters")
        known = self.kinds.get(text)
        if kind == NONE and known is None and self.function.is_stage:
            kind = self.function.result  # what a process that was written out here gives back
        if kind == NONE and known is None:
            raise self.outside(node, f"say what `{text}` is: {text}: Group | None = None")
        if known is None or known == kind:
            self.kinds[text] = kind
        else:
            code = self.kept(node, text, code, kind, known)
        return [assign(target(text), code), *self.alias_of(text)]

    def kept(self, node: ast.AST, text: str, code: ast.expr, kind: Kind, known: Kind) -> ast.expr:
        """A name keeps its kind."""
        if known == INT and kind == FLOAT:
            raise self.outside(node, f"`{text}` was a whole number: begin with {text} = 0.0")
        return self.coerced(node, code, kind, known)

    def alias_of(self, text: str) -> list[ast.stmt]:
        """The record beside its index; taken away again where nobody uses it."""
        kind = self.kinds.get(text)
        if not isinstance(kind, Ref):
            return []
        return [assign(target(alias(text)), index(call(f"T_{kind.cls.__name__}", name(WORLD)), name(text)))]

    def unpack(self, node: ast.Assign, to: ast.Tuple, what: ast.expr) -> list[ast.stmt]:
        """`a, b = ...`."""
        code, kind = self.say(what)
        if not isinstance(kind, Tuple) or len(kind.items) != len(to.elts):
            raise self.outside(node, "as many names as there are values")
        if isinstance(code, ast.Tuple) and not _crossed(to, what):
            return [
                s
                for t, c, k in zip(to.elts, code.elts, kind.items, strict=True)
                for s in self.give(node, t, c, k)
            ]
        places: list[ast.expr] = []
        after: list[ast.stmt] = []
        codes = list(code.elts) if isinstance(code, ast.Tuple) else None
        for i, (t, k) in enumerate(zip(to.elts, kind.items, strict=True)):
            if isinstance(t, ast.Name):
                known = self.kinds.setdefault(t.id, k)
                places.append(target(t.id))
                after += self.alias_of(t.id)
            else:
                place, known = self.place(t)
                places.append(place)
            if codes is not None:
                codes[i] = self.coerced(node, codes[i], k, known)
        value = code if codes is None else ast.Tuple(codes, ast.Load())
        return [ast.Assign([ast.Tuple(places, ast.Store())], value), *after]

    def place(self, to: ast.expr) -> tuple[ast.expr, Kind]:
        """A field or an item, as something that is written, with the kind that it holds."""
        loaded = _read(to)
        code, kind = self.say(loaded)
        if kind == BOOL and isinstance(code, ast.Compare):
            code = code.left
        if not isinstance(code, ast.Attribute | ast.Subscript):
            raise self.outside(to, "nothing can be written there")
        return as_target(code), kind

    def do_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        if isinstance(node.target, ast.Name):
            known = self.kinds.get(node.target.id)
            if known is None:
                raise UnknownName(node.target.id)
            place: ast.expr = target(node.target.id)
        else:
            place, known = self.place(node.target)
        code, kind = self.say(node.value)
        if known not in (INT, FLOAT) or kind not in (INT, FLOAT, BOOL) or (known == INT and kind == FLOAT):
            raise self.outside(node, f"a {kind} does not go into a {known}")
        if isinstance(node.op, ast.Div) and known == INT:
            raise self.outside(node, "a whole number stays whole")
        code = call("int", code) if kind == BOOL else code
        return [ast.AugAssign(place, node.op, code)]  # type: ignore[arg-type]

    # records

    def made_record(self, what: ast.expr) -> type | None:
        """The class of a record that is made here."""
        if isinstance(what, ast.Call) and isinstance(what.func, ast.Name) and what.func.id not in self.kinds:
            try:
                thing = self.found(what.func)
            except UnknownName:
                return None
            if isinstance(thing, type) and is_record(thing):
                return thing
        return None

    def new_record(self, node: ast.Assign, to: ast.Name, what: ast.Call, cls: type) -> list[ast.stmt]:
        """`x = Call(key=..., ...)`: a place for a record, then what it is given."""
        if what.args:
            raise self.outside(node, "a new record's fields are given by name")
        made = f"new_{cls.__name__}"
        self.called.add(made)
        self.model.made.add(cls)
        temporary = (
            f"{to.id}_new"
            if any(
                isinstance(n, ast.Name) and n.id == to.id for k in what.keywords for n in ast.walk(k.value)
            )
            else to.id
        )
        fields = fields_of(cls)
        given: list[tuple[str, ast.expr]] = []
        before: list[ast.stmt] = []
        for key in what.keywords:
            if key.arg not in fields:
                raise self.outside(key, f"a {cls.__name__} has no `{key.arg}` that both engines keep")
            given.append((key.arg, self.value(key.value, fields[key.arg])))
        known = self.kinds.get(temporary)
        if known is not None and known != Ref(cls):
            raise self.outside(node, f"`{to.id}` was something else")
        self.kinds[temporary] = Ref(cls)
        found = [*before, assign(target(temporary), call(made, name(WORLD))), *self.alias_of(temporary)]
        self.used.add(temporary)
        found += [
            assign(ast.Attribute(name(alias(temporary)), field, ast.Store()), code) for field, code in given
        ]
        if temporary != to.id:
            found += self.give_name(node, to.id, name(temporary), Ref(cls))
        return found

    # ways

    def do_If(self, node: ast.If) -> list[ast.stmt]:
        test = self.test(node.test)
        if isinstance(test, ast.Constant):
            return self.suite(node.body) if test.value else (self.suite(node.orelse) if node.orelse else [])
        return [ast.If(test, self.suite(node.body), self.suite(node.orelse) if node.orelse else [])]

    def do_While(self, node: ast.While) -> list[ast.stmt]:
        return [ast.While(self.test(node.test), self.suite(node.body), [])]

    def do_For(self, node: ast.For) -> list[ast.stmt]:
        if node.orelse:
            raise self.outside(node, "no else after a loop")
        return Loop(self, node.target, node.iter).over(node)

    def do_Return(self, node: ast.Return) -> list[ast.stmt]:
        what = node.value
        if (
            isinstance(what, ast.Call)
            and isinstance(what.func, ast.Name)
            and what.func.id in ("__wait__", "__goto__")
        ):
            way = self.wait if what.func.id == "__wait__" else self.jump
            assert way is not None
            return way(node)
        return self.give_back(node)

    def give_back(self, node: ast.Return) -> list[ast.stmt]:
        """A result; a process that gives none says so by nothing."""
        wanted = self.function.result
        if wanted == NONE:
            if node.value is not None and not (
                isinstance(node.value, ast.Constant) and node.value.value is None
            ):
                code, kind = self.say(node.value)
                if kind != NONE:
                    raise self.outside(node, "this function gives nothing back")
                return [ast.Expr(code), ast.Return(None)]
            return [ast.Return(None)]
        if node.value is None:
            if isinstance(wanted, Ref | Chosen):
                return [ast.Return(number(-1))]
            raise self.outside(node, f"a {wanted} is missing")
        code, kind = self.say(node.value)
        if kind == NONE and isinstance(code, ast.Call):
            return [ast.Expr(code), ast.Return(number(-1))]
        return [ast.Return(self.coerced(node, code, kind, wanted))]


class Loop:
    """A loop over a table, a row, a range: a counter, and what the names of the loop are in each turn."""

    def __init__(self, say: Statements, to: ast.expr, over: ast.expr) -> None:
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
            say.kinds[to.id] = Ref(kind.cls)
            return None, say.length(what), (to.id, say.alias_of(to.id))
        counter = self.counter()
        if isinstance(kind, Specs):
            return (
                None,
                say.length(what),
                (counter, say.give(node, to, name(counter), Spec(kind.cls, kind.path))),
            )
        if isinstance(kind, Array | Row):
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
        if any(isinstance(n, ast.Break | ast.Continue) for s in node.body for n in ast.walk(s)):
            raise self.say.outside(node, "no break or continue in a loop over things that are written out")
        found: list[ast.stmt] = []
        for item in what.elts:
            one = ast.copy_location(ast.Assign([_written(to)], item), node)
            found += self.say.do_Assign(one)
            found += self.say.suite([copy.deepcopy(s) for s in node.body])
        return found


def kinds_of_loop(say: Expressions, to: ast.expr, over: ast.expr) -> dict[str, Kind]:
    """The kinds of a loop's names."""
    inner = Statements(say.model, say.function, dict(say.kinds))
    inner.codes = dict(say.codes)
    loop = ast.copy_location(ast.For(to, over, [ast.copy_location(ast.Pass(), over)], []), over)
    Loop(inner, to, over).over(placed(loop, over))
    return {
        text: kind
        for text, kind in {**inner.kinds, **inner.codes}.items()
        if text not in say.kinds or say.kinds[text] != kind
    }


def _is_call(node: ast.expr, text: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == text


def _read(node: ast.expr) -> ast.expr:
    again = copy.deepcopy(node)
    again.ctx = ast.Load()  # type: ignore[attr-defined]
    return again


def _written(node: ast.expr) -> ast.expr:
    again = copy.deepcopy(node)
    for part in ast.walk(again):
        if isinstance(part, ast.Name | ast.Tuple):
            part.ctx = ast.Store()
    return again


def _crossed(to: ast.Tuple, what: ast.expr) -> bool:
    """Whether a value that comes later reads what an earlier one writes."""
    written = {ast.unparse(t) for t in to.elts}
    return any(
        ast.unparse(n) in written
        for n in ast.walk(what)
        if isinstance(n, ast.Name | ast.Attribute | ast.Subscript)
    )
