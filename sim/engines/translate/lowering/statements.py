"""Statements: what the model does, said in the compiled dialect."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

from sim.engines.translate.kinds import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    EnumKind,
    Ref,
    Rows,
    SingletonKind,
    Specs,
    Tuple,
    ValueKind,
    Whole,
    fields_of,
    is_record,
)
from sim.engines.translate.lowering.calls import Calls
from sim.engines.translate.lowering.loops import Loop
from sim.engines.translate.lowering.tree_nodes import (
    as_target,
    assign,
    call,
    index,
    name,
    number,
    placed,
    target,
)
from sim.engines.translate.lowering.values import UnknownName, alias
from sim.engines.translate.program import WORLD

Stay = Callable[[ast.Return], list[ast.stmt]]


class Statements(Calls):
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

    # An assert tells a type checker what it cannot see, and holds in the SimPy engine, which runs it.
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
        # Python does not evaluate the annotation of a local: done here, with the names of its module.
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

    def give(self, node: ast.AST, to: ast.expr, code: ast.expr, kind: ValueKind) -> list[ast.stmt]:
        """A value is given to a name, a field, an item."""
        if isinstance(to, ast.Name):
            return self.give_name(node, to.id, code, kind)
        place, wanted = self.place(to)
        return [assign(place, self.coerced(node, code, kind, wanted))]

    def give_name(self, node: ast.AST, text: str, code: ast.expr, kind: ValueKind) -> list[ast.stmt]:
        if isinstance(kind, SingletonKind | Specs | Whole | Rows):
            self.codes[text] = kind
            # Looked into when code is made: at run time there is nothing to hold.
            if isinstance(kind, SingletonKind | Specs):
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
            code = self.kept(node, text, code, kind=kind, known=known)
        return [assign(target(text), code), *self.alias_of(text)]

    def kept(
        self, node: ast.AST, text: str, code: ast.expr, *, kind: ValueKind, known: ValueKind
    ) -> ast.expr:
        """A name keeps its kind."""
        # Numba would silently make a float of both, and whole numbers of the log would differ from SimPy's.
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
        # One after the other where that changes nothing: each may need an alias or another kind.
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

    def place(self, to: ast.expr) -> tuple[ast.expr, ValueKind]:
        """A field or an item, as something that is written, with the kind that it holds."""
        loaded = _read(to)
        code, kind = self.say(loaded)
        # A truth is read as `stored != 0`; written is what stands left.
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
        # A name of its own where what the new record is given still reads the old one.
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
            if isinstance(wanted, Ref | EnumKind):
                return [ast.Return(number(-1))]
            raise self.outside(node, f"a {wanted} is missing")
        code, kind = self.say(node.value)
        if kind == NONE and isinstance(code, ast.Call):
            return [ast.Expr(code), ast.Return(number(-1))]
        return [ast.Return(self.coerced(node, code, kind, wanted))]

    def again(self, kinds: dict[str, ValueKind], codes: dict[str, ValueKind]) -> Statements:
        """Another of the same function, with kinds of its own: to try what a kind would be."""
        other = type(self)(self.model, self.function, kinds)
        other.codes = codes
        return other


def _read(node: ast.expr) -> ast.expr:
    again = copy.deepcopy(node)
    again.ctx = ast.Load()  # type: ignore[attr-defined]
    return again


def _crossed(to: ast.Tuple, what: ast.expr) -> bool:
    """Whether a value that comes later reads what an earlier one writes."""
    written = {ast.unparse(t) for t in to.elts}
    return any(
        ast.unparse(n) in written
        for n in ast.walk(what)
        if isinstance(n, ast.Name | ast.Attribute | ast.Subscript)
    )
