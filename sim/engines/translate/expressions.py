"""Expressions: what the model says, said in the compiled dialect, each with the kind of its value.

A record is its index: `post.out` is said as `T_Post(world)[post].out`, and where a name holds the record, as `post_.out` of an
alias that statements keep beside the name. Numbers that need not change their type are never changed silently: a whole number
becomes a float, or a word, where a kind asks for one.
"""

from __future__ import annotations

import ast
import builtins
import math
from enum import Enum, EnumMeta
from types import FunctionType, ModuleType
from typing import Any

from sim.engines.translate.errors import OutsideSubset
from sim.engines.translate.kinds import (
    BOOL,
    ENGINE_KIND,
    FLOAT,
    INT,
    NONE,
    WORD,
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
    Value,
    Whole,
    fields_of,
    hints_of,
    is_named_tuple,
    is_record,
    kind_of,
    numbers_of,
    parts_of,
)
from sim.engines.translate.program import WORLD, Function, Model
from sim.engines.translate.trees import attribute, call, compare, index, name, number, placed

Said = tuple[ast.expr, Kind]
NUMBERS = (INT, FLOAT, BOOL, WORD)


class UnknownName(Exception):
    """A local whose kind is not known yet: another part of the process gives it."""


def alias(text: str) -> str:
    """The name that holds the record itself, beside the name that holds its index."""
    return f"{text}_"


class Expressions:
    """Says expressions of one function; `kinds` are those of its locals."""

    def __init__(self, model: Model, function: Function, kinds: dict[str, Kind]) -> None:
        self.model = model
        self.function = function
        self.kinds = kinds
        self.codes: dict[str, Kind] = {}
        """Locals that stand for something known when code is made: the parameters, a section of them."""
        self.used: set[str] = set()
        """Names whose alias is used."""
        self.called: set[str] = set()
        """What is called, by its name in made code."""
        self.constants: dict[str, Any] = {}
        self.lifted: list[tuple[str, ast.FunctionDef, dict[str, Kind], Kind]] = []

    # errors

    def outside(self, node: ast.AST, reason: str) -> OutsideSubset:
        """What is raised for something that the subset does not have."""
        return OutsideSubset(node, reason, self.function.path)

    # values

    def say(self, node: ast.expr) -> Said:
        """An expression, and the kind of its value."""
        method = getattr(self, f"say_{type(node).__name__}", None)
        if method is None:
            raise self.outside(node, f"no {type(node).__name__} in the subset")
        code, kind = method(node)
        return placed(code, node), kind

    def value(self, node: ast.expr, wanted: Kind) -> ast.expr:
        """An expression as a value of the kind that is wanted."""
        code, kind = self.say(node)
        return placed(self.coerced(node, code, kind, wanted), node)

    def coerced(self, node: ast.AST, code: ast.expr, kind: Kind, wanted: Kind) -> ast.expr:
        """A value of one kind where another is wanted."""
        if kind == wanted or (isinstance(kind, Chosen) and wanted == INT):
            return code
        if wanted == FLOAT and kind in (INT, BOOL):
            known = code.value if isinstance(code, ast.Constant) else None
            return ast.Constant(float(known)) if isinstance(known, int) else call("float", code)
        if wanted == INT and kind == BOOL:
            return call("int", code)
        if wanted == WORD and kind in (INT, BOOL):
            return call("as_word", code)
        if kind == NONE and isinstance(wanted, Ref | Chosen):
            return number(-1)
        if isinstance(wanted, Chosen) and kind == INT:
            return code
        if isinstance(wanted, Ref) and isinstance(kind, Ref) and issubclass(kind.cls, wanted.cls):
            return code
        if isinstance(wanted, Tuple) and isinstance(kind, Tuple) and isinstance(code, ast.Tuple):
            return ast.Tuple(
                [
                    self.coerced(node, c, k, w)
                    for c, k, w in zip(code.elts, kind.items, wanted.items, strict=True)
                ],
                ast.Load(),
            )
        if isinstance(kind, Row | Array) and isinstance(wanted, Row | Array) and kind.item == wanted.item:
            return code
        raise self.outside(node, f"a value of kind {kind} where {wanted} is wanted")

    def test(self, node: ast.expr) -> ast.expr:
        """An expression as a condition."""
        code, kind = self.say(node)
        if kind == BOOL:
            return code
        if kind == INT:
            return placed(compare(code, ast.NotEq(), number(0)), node)
        if kind == FLOAT:
            return placed(compare(code, ast.NotEq(), ast.Constant(0.0)), node)
        raise self.outside(node, f"a {kind} is no condition: say `is None` or `is not None`")

    def read(self, code: ast.expr, kind: Kind) -> Said:
        """A stored value, read: truths are stored as whole numbers."""
        return (compare(code, ast.NotEq(), number(0)), BOOL) if kind == BOOL else (code, kind)

    # names and constants

    def say_Constant(self, node: ast.Constant) -> Said:
        v = node.value
        if v is None:
            return number(-1), NONE
        if isinstance(v, bool):
            return ast.Constant(v), BOOL
        if isinstance(v, int):
            return ast.Constant(v), INT
        if isinstance(v, float):
            return ast.Constant(v), FLOAT
        raise self.outside(node, f"no constant such as {v!r} in the subset")

    def say_Name(self, node: ast.Name) -> Said:
        if node.id in self.codes:
            return name(WORLD), self.codes[node.id]
        if node.id in self.kinds:
            return name(node.id), self.kinds[node.id]
        found = self.found(node)
        return self.constant(node, node.id, found)

    def found(self, node: ast.Name) -> Any:
        """What a name of the module is in Python."""
        names = vars(self.function.module)
        if node.id in names:
            return names[node.id]
        if hasattr(builtins, node.id):
            return getattr(builtins, node.id)
        raise UnknownName(node.id)

    def constant(self, node: ast.AST, text: str, found: Any) -> Said:
        """A constant of a module, by its name; two that differ under one name are told apart by their module."""
        if isinstance(found, EnumMeta):
            self.constants[text] = found
            return name(text), NONE
        if isinstance(found, Enum):
            found = found.value
        if isinstance(found, bool | int | float):
            if isinstance(found, float) and not math.isfinite(found):
                return attribute(name("math"), "inf"), FLOAT
            kind = BOOL if isinstance(found, bool) else INT if isinstance(found, int) else FLOAT
            return number(found), kind
        if isinstance(found, tuple) and all(isinstance(v, int | float | Enum) for v in found):
            made = f"{self.function.module.__name__.rsplit('.', 1)[-1]}__{text}"
            self.constants[made] = tuple(v.value if isinstance(v, Enum) else v for v in found)
            return name(made), Tuple(tuple(FLOAT if isinstance(v, float) else INT for v in found))
        if isinstance(found, ModuleType):
            return name(text), NONE
        raise self.outside(node, f"`{text}` is no constant of the subset")

    def say_Tuple(self, node: ast.Tuple) -> Said:
        said = [self.say(e) for e in node.elts]
        return ast.Tuple([code for code, _ in said], ast.Load()), Tuple(tuple(kind for _, kind in said))

    # attributes

    def say_Attribute(self, node: ast.Attribute) -> Said:
        if (
            isinstance(node.value, ast.Name)
            and node.value.id not in self.kinds
            and node.value.id not in self.codes
            and node.value.id != WORLD
        ):
            owner = self.found(node.value)
            if isinstance(owner, EnumMeta):
                member: Any = owner[node.attr]
                self.constants[node.value.id] = owner
                whole = isinstance(member.value, int) and not self.model.is_stage(owner)
                return attribute(name(node.value.id), node.attr), INT if whole else Chosen(type(member))
            if isinstance(owner, ModuleType):
                return self.constant(node, node.attr, getattr(owner, node.attr))
            if isinstance(owner, type):
                return self.constant(node, f"{owner.__name__}.{node.attr}", getattr(owner, node.attr))
        code, kind = self.say(node.value)
        if isinstance(kind, Named):
            return self.of_named(node, code, kind)
        if isinstance(kind, Spec):
            return self.of_spec(node, code, kind)
        if isinstance(kind, Ref):
            return self.of_record(node, code, kind)
        if isinstance(kind, Value):
            part = parts_of(kind.cls).get(node.attr)
            if part is None:
                raise self.outside(node, f"a {kind.cls.__name__} has no `{node.attr}`")
            return self.read(attribute(code, node.attr), part)
        raise self.outside(node, f"what is `{node.attr}` of a {kind}?")

    def of_named(self, node: ast.Attribute, code: ast.expr, owner: Named) -> Said:
        """An attribute of the world, of the parameters, or of a section of them."""
        program = self.model.program
        if owner.cls is program.world:
            if node.attr in program.ports:
                port = program.ports[node.attr]
                return (
                    call(port.function, name(WORLD)) if port.function else attribute(name(WORLD), node.attr)
                ), port.result
            if node.attr == program.params[0]:
                return name(WORLD), Named(program.params[1], "")
            prop = self.property_of(program.world, node.attr)
            if prop is not None:
                return self.call_function(node, prop, [])
            return self.of_hint(node, hints_of(owner.cls).get(node.attr), "")
        if owner.cls is program.params[1]:
            return self.of_hint(node, hints_of(owner.cls).get(node.attr), "p_")
        kind = numbers_of(owner.cls, owner.path).get(node.attr)
        if isinstance(kind, Named):
            return code, kind
        if isinstance(kind, Array):
            return call(f"A_{owner.path}_{node.attr}", name(WORLD)), kind
        if kind is None:
            raise self.outside(node, f"{owner.path} has no number `{node.attr}`")
        return self.read(
            attribute(index(call("NUMBERS", name(WORLD)), number(0)), f"{owner.path}_{node.attr}"), kind
        )

    def of_hint(self, node: ast.Attribute, hint: Any, prefix: str) -> Said:
        """An annotated attribute of the world or of the parameters."""
        kind = None if hint is None else kind_of(hint, node.attr)
        if kind is None or kind == ENGINE_KIND:
            raise self.outside(
                node, f"`{node.attr}` is not among what both engines keep: declare it with its kind"
            )
        if isinstance(kind, Array):
            if isinstance(kind.item, Value) or kind.item in NUMBERS:
                return call(f"A_{node.attr}", name(WORLD)), kind
        elif isinstance(kind, Rows | Whole):
            return name(node.attr), kind
        elif isinstance(kind, Named | Specs):
            return name(WORLD), kind
        elif isinstance(kind, Value):
            self.constants[f"AT_{node.attr}"] = (kind.cls, node.attr)
            return index(call(f"V_{kind.cls.__name__}", name(WORLD)), name(f"AT_{node.attr}")), kind
        else:
            return self.read(attribute(name(WORLD), f"{prefix}{node.attr}"), kind)
        raise self.outside(node, f"`{node.attr}` has a kind that cannot be read: {kind}")

    def of_spec(self, node: ast.Attribute, code: ast.expr, owner: Spec) -> Said:
        """A number of one place's section."""
        top = (
            owner.path.split("_")[0]
            if "_" in owner.path and owner.path not in self.model.specs
            else owner.path
        )
        kind = numbers_of(owner.cls, owner.path).get(node.attr)
        if isinstance(kind, Named):
            return code, Spec(kind.cls, kind.path)
        if kind is None or isinstance(kind, Array):
            raise self.outside(node, f"{owner.path} has no number `{node.attr}`")
        field = f"{owner.path}_{node.attr}"[len(top) + 1 :]
        return self.read(attribute(index(call(f"S_{top}", name(WORLD)), code), field), kind)

    def of_record(self, node: ast.Attribute, code: ast.expr, owner: Ref) -> Said:
        """A field or a property of a record."""
        prop = self.property_of(owner.cls, node.attr)
        if prop is not None:
            return self.call_function(node, prop, [(code, owner)])
        kind = fields_of(owner.cls).get(node.attr)
        if kind is None:
            raise self.outside(node, f"a {owner.cls.__name__} has no `{node.attr}` that both engines keep")
        return self.read(attribute(self.record(code, owner), node.attr), kind)

    def record(self, code: ast.expr, kind: Ref) -> ast.expr:
        """The record itself: by the alias beside a name, else out of its table."""
        if isinstance(code, ast.Name) and self.kinds.get(code.id) == kind:
            self.used.add(code.id)
            return name(alias(code.id))
        return index(call(f"T_{kind.cls.__name__}", name(WORLD)), code)

    def property_of(self, cls: type, text: str) -> Function | None:
        """A property of a record or of the world, as a function."""
        for owner in cls.__mro__:
            thing = vars(owner).get(text)
            if isinstance(thing, property):
                return self.model.functions.get(thing.fget)
        return None

    # items

    def say_Subscript(self, node: ast.Subscript) -> Said:
        inner = node.value
        if isinstance(inner, ast.Subscript):
            code, kind = self.say(inner.value)
            if isinstance(kind, Rows):
                return self.of_rows(code, kind, inner.slice, node.slice)
        code, kind = self.say(inner)
        if isinstance(kind, Whole):
            return self.value(node.slice, INT), Ref(kind.cls)
        if isinstance(kind, Specs):
            return self.value(node.slice, INT), Spec(kind.cls, kind.path)
        if isinstance(kind, Array | Row):
            return self.read(index(code, self.value(node.slice, INT)), kind.item)
        if isinstance(kind, Rows):
            return self.row(code, kind, node.slice), Row(kind.item)
        if isinstance(kind, Tuple):
            return index(code, self.value(node.slice, INT)), kind.items[0]
        raise self.outside(node, f"a {kind} has no items")

    def of_rows(self, code: ast.expr, kind: Rows, row: ast.expr, column: ast.expr) -> Said:
        """A number by two indices."""
        table = code.id  # type: ignore[attr-defined]
        first = self.first_of(table, kind, self.value(row, INT))
        at = ast.BinOp(first, ast.Add(), self.value(column, INT))
        return self.read(index(call(f"A_{table}", name(WORLD)), at), kind.item)

    def first_of(self, table: str, kind: Rows, row: ast.expr) -> ast.expr:
        """Where a row begins."""
        if kind.ragged:
            return index(call(f"A_{table}_first", name(WORLD)), row)
        return ast.BinOp(row, ast.Mult(), attribute(name(WORLD), f"{table}_stride"))

    def end_of(self, table: str, kind: Rows, row: ast.expr) -> ast.expr:
        """Where the next one does."""
        return self.first_of(table, kind, ast.BinOp(row, ast.Add(), number(1)))

    def row(self, code: ast.expr, kind: Rows, at: ast.expr) -> ast.expr:
        """One row, as an array of its own."""
        table = code.id  # type: ignore[attr-defined]
        first = self.first_of(table, kind, self.value(at, INT))
        end = self.end_of(table, kind, self.value(at, INT))
        return index(call(f"A_{table}", name(WORLD)), ast.Slice(first, end))

    # arithmetic

    def say_BinOp(self, node: ast.BinOp) -> Said:
        (a, ka), (b, kb) = self.say(node.left), self.say(node.right)
        known = (INT, FLOAT, BOOL)
        if ka not in known or kb not in known:
            raise self.outside(node, f"no arithmetic between {ka} and {kb}")
        a = call("int", a) if ka == BOOL else a
        b = call("int", b) if kb == BOOL else b
        whole = ka != FLOAT and kb != FLOAT and not isinstance(node.op, ast.Div)
        return ast.BinOp(a, node.op, b), INT if whole else FLOAT

    def say_UnaryOp(self, node: ast.UnaryOp) -> Said:
        if isinstance(node.op, ast.Not):
            return ast.UnaryOp(ast.Not(), self.test(node.operand)), BOOL
        code, kind = self.say(node.operand)
        if kind not in (INT, FLOAT):
            raise self.outside(node, f"no sign for a {kind}")
        return ast.UnaryOp(node.op, code), kind

    def say_BoolOp(self, node: ast.BoolOp) -> Said:
        return ast.BoolOp(node.op, [self.test(v) for v in node.values]), BOOL

    def say_IfExp(self, node: ast.IfExp) -> Said:
        (a, ka), (b, kb) = self.say(node.body), self.say(node.orelse)
        wanted = self.common(node, ka, kb)
        a, b = self.coerced(node, a, ka, wanted), self.coerced(node, b, kb, wanted)
        return ast.IfExp(self.test(node.test), a, b), wanted

    def common(self, node: ast.AST, a: Kind, b: Kind) -> Kind:
        """The kind that two values have in common."""
        if a == b or b == NONE:
            return a
        if a == NONE:
            return b
        if FLOAT in (a, b) and a in (INT, BOOL, FLOAT) and b in (INT, BOOL, FLOAT):
            return FLOAT
        if isinstance(a, Chosen) or isinstance(b, Chosen):
            return a if isinstance(a, Chosen) else b
        if {a, b} <= {INT, BOOL}:
            return INT
        raise self.outside(node, f"one value of two kinds: {a} and {b}")

    def say_Compare(self, node: ast.Compare) -> Said:
        said = [self.say(node.left), *(self.say(c) for c in node.comparators)]
        ops: list[ast.cmpop] = []
        for i, op in enumerate(node.ops):
            if isinstance(op, ast.Is | ast.IsNot):
                none = said[i + 1][1] == NONE
                if none and len(node.ops) == 1:
                    less = isinstance(op, ast.Is)
                    return compare(said[0][0], ast.Lt() if less else ast.GtE(), number(0)), BOOL
                ops.append(ast.Eq() if isinstance(op, ast.Is) else ast.NotEq())
            elif isinstance(op, ast.In | ast.NotIn):
                raise self.outside(node, "no `in` in the subset")
            else:
                ops.append(op)
        if WORD in [kind for _, kind in said]:
            codes = [self.coerced(node, code, kind, WORD) for code, kind in said]
        else:
            codes = [code for code, _ in said]
        return ast.Compare(codes[0], ops, codes[1:]), BOOL

    # calls

    def say_Call(self, node: ast.Call) -> Said:
        f = node.func
        if isinstance(f, ast.Name):
            if f.id in self.kinds or f.id in self.codes:
                raise self.outside(node, f"`{f.id}` is no function")
            return self.call_thing(node, f.id, self.found(f))
        if isinstance(f, ast.Attribute):
            if (
                isinstance(f.value, ast.Name)
                and f.value.id not in self.kinds
                and f.value.id not in self.codes
                and f.value.id != WORLD
            ):
                owner = self.found(f.value)
                if owner is math:
                    return self.call_math(node, f.attr)
                if isinstance(owner, ModuleType):
                    return self.call_thing(node, f.attr, getattr(owner, f.attr))
            code, kind = self.say(f.value)
            if isinstance(kind, Named) and kind.cls is self.model.program.world:
                return self.call_world(node, f.attr)
            if isinstance(kind, Ref):
                return self.call_method(node, f.attr, code, kind)
        raise self.outside(node, "no such call in the subset")

    def call_thing(self, node: ast.Call, text: str, thing: Any) -> Said:
        """A call of a function of the model, of a rule, of the language."""
        if thing in self.model.functions:
            return self.call_function(node, self.model.functions[thing], [])
        if thing in self.model.refused:
            raise self.model.refused[thing]
        if isinstance(thing, FunctionType) and thing in self.model.program.words:
            return self.call_words(node, self.model.program.words[thing])
        if isinstance(thing, FunctionType) and thing.__module__.startswith(self.model.program.rules):
            return self.call_rule(node, text, thing)
        if isinstance(thing, type) and is_record(thing):
            raise self.outside(node, "a new record is made in an assignment of its own: x = Call(...)")
        if is_named_tuple(thing):
            kinds = list(parts_of(thing).values())
            self.constants[text] = thing
            return call(text, *(self.value(a, k) for a, k in zip(node.args, kinds, strict=True))), Value(
                thing
            )
        simple = getattr(self, f"call_{text}", None)
        if thing is getattr(builtins, text, None) and simple is not None:
            return simple(node)
        raise self.outside(node, f"`{text}` is not among what can be called")

    def call_min(self, node: ast.Call) -> Said:
        return self.extreme(node, "min")

    def call_max(self, node: ast.Call) -> Said:
        return self.extreme(node, "max")

    def extreme(self, node: ast.Call, text: str) -> Said:
        said = [self.say(a) for a in node.args]
        wanted = FLOAT if any(kind == FLOAT for _, kind in said) else INT
        return call(text, *(self.coerced(node, code, kind, wanted) for code, kind in said)), wanted

    def call_abs(self, node: ast.Call) -> Said:
        code, kind = self.say(node.args[0])
        return call("abs", code), kind

    def call_int(self, node: ast.Call) -> Said:
        code, kind = self.say(node.args[0])
        return (code if kind == INT else call("int", code)), INT

    def call_float(self, node: ast.Call) -> Said:
        return call("float", self.say(node.args[0])[0]), FLOAT

    def call_bool(self, node: ast.Call) -> Said:
        return self.test(node.args[0]), BOOL

    def call_len(self, node: ast.Call) -> Said:
        return self.length(node.args[0]), INT

    def length(self, node: ast.expr) -> ast.expr:
        """How many there are in something that has items."""
        code, kind = self.say(node)
        if isinstance(kind, Whole):
            return attribute(name(WORLD), f"{kind.cls.__name__}_n")
        if isinstance(kind, Specs):
            return attribute(name(WORLD), f"S_{kind.path}_n")
        if isinstance(kind, Rows):
            return attribute(name(WORLD), f"{code.id}_rows")  # type: ignore[attr-defined]
        if isinstance(kind, Array) and isinstance(code, ast.Call):
            return attribute(name(WORLD), f"{code.func.id}_n")  # type: ignore[attr-defined]
        if isinstance(kind, Row | Array):
            return call("len", code)
        if isinstance(kind, Tuple):
            return number(len(kind.items))
        raise self.outside(node, f"a {kind} has no length")

    def call_sum(self, node: ast.Call) -> Said:
        return self.lift(node, "sum")

    def call_any(self, node: ast.Call) -> Said:
        return self.lift(node, "any")

    def lift(self, node: ast.Call, what: str) -> Said:
        """A sum or a question over a table becomes a function of its own, with what it needs of the names around it."""
        one = node.args[0]
        if not isinstance(one, ast.GeneratorExp) or len(one.generators) != 1:
            raise self.outside(node, f"`{what}` goes over one table: {what}(... for x in ...)")
        loop = one.generators[0]
        own = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        used = {n.id for n in ast.walk(one) if isinstance(n, ast.Name)} - own
        given = {n: self.kinds[n] for n in sorted(used) if n in self.kinds}
        known = {n: kind for n, kind in self.codes.items() if n in used}
        made = f"{self.function.name}__{what}{len(self.lifted) + 1}_{node.lineno}"
        kind = BOOL if what == "any" else self.kind_inside(one, given, known)
        start = {"sum": "total = 0.0" if kind == FLOAT else "total = 0", "any": "pass"}[what]
        step = {"sum": ast.AugAssign(ast.Name("total", ast.Store()), ast.Add(), one.elt),
                "any": ast.If(one.elt, [ast.Return(ast.Constant(True))], [])}[what]  # fmt: skip
        body: ast.stmt = step
        for condition in reversed(loop.ifs):
            body = ast.If(condition, [body], [])
        inner = ast.parse(
            f"def {made}():\n    {start}\n    return {'total' if what == 'sum' else 'False'}\n"
        ).body[0]
        assert isinstance(inner, ast.FunctionDef)
        inner.body.insert(1, ast.For(loop.target, loop.iter, [body], []))
        inner.args.args = [ast.arg(n) for n in given]
        for part in ast.walk(inner):
            if "lineno" in part._attributes:
                part.lineno, part.col_offset = node.lineno, node.col_offset  # type: ignore[attr-defined]
                part.end_lineno, part.end_col_offset = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        self.lifted.append((made, inner, given | known, kind))
        self.called.add(made)
        return call(made, name(WORLD), *(name(n) for n in given)), kind

    def kind_inside(self, one: ast.GeneratorExp, given: dict[str, Kind], known: dict[str, Kind]) -> Kind:
        """The kind of what is added up."""
        from sim.engines.translate.statements import kinds_of_loop

        inner = Expressions(self.model, self.function, dict(given))
        inner.codes = dict(known)
        for text, kind in kinds_of_loop(inner, one.generators[0].target, one.generators[0].iter).items():
            inner.kinds[text] = kind
        kind = inner.say(one.elt)[1]
        return INT if kind == BOOL else kind

    def call_math(self, node: ast.Call, text: str) -> Said:
        args = [self.value(a, FLOAT) for a in node.args]
        inner = ast.Call(attribute(name("math"), text), list(args), [])
        return (call("int", inner), INT) if text in ("floor", "ceil") else (inner, FLOAT)

    def call_words(self, node: ast.Call, text: str) -> Said:
        """A function on 64-bit words: keys and lucks of any number of parts, random numbers."""
        if text == "uniform":
            args = [self.value(node.args[0], WORD), *(self.value(a, INT) for a in node.args[1:])]
            return call("uniform", *args), FLOAT
        parts = [self.value(a, WORD) for a in node.args]
        if not 2 <= len(parts) <= 3:
            raise self.outside(node, "a key has two or three parts")
        return call("key_of_two" if len(parts) == 2 else "key_of_three", *parts), WORD

    def call_rule(self, node: ast.Call, text: str, thing: FunctionType) -> Said:
        """A pure function, called as it is."""
        hints = hints_of(thing)
        params = [
            (p, kind_of(hints[p]), None) for p in thing.__code__.co_varnames[: thing.__code__.co_argcount]
        ]
        args = []
        for node_arg, (_, kind, _) in zip(self.bound(node, params, thing.__defaults__), params, strict=True):
            code, own = self.say(node_arg)
            args.append(
                code
                if kind is None or not isinstance(kind, type(FLOAT))
                else self.coerced(node_arg, code, own, kind)
            )
        result = kind_of(hints["return"])
        if result is None:
            raise self.outside(node, f"`{text}` gives back something that the subset does not have")
        self.constants[text] = thing
        return call(text, *args), result

    def bound(
        self, node: ast.Call, params: list[tuple[str, Any, Any]], defaults: tuple[Any, ...] | None = None
    ) -> list[ast.expr]:
        """Arguments in the order of the parameters."""
        given: dict[str, ast.expr] = dict(zip([p for p, _, _ in params], node.args, strict=False))
        given |= {k.arg: k.value for k in node.keywords if k.arg is not None}
        spare = dict(
            zip([p for p, _, _ in params][len(params) - len(defaults or ()) :], defaults or (), strict=True)
        )
        found: list[ast.expr] = []
        for text, _, default in params:
            default = spare.get(text, default)
            if text in given:
                found.append(given.pop(text))
            elif default is not None:
                found.append(
                    ast.copy_location(ast.Constant(default) if default >= 0 else number(default), node)
                )
                placed(found[-1], node)
            else:
                raise self.outside(node, f"`{text}` is missing")
        if given or len(node.args) > len(params):
            raise self.outside(node, f"arguments that nobody asks for: {', '.join(given) or len(node.args)}")
        return found

    def call_function(self, node: ast.AST, function: Function, before: list[Said]) -> Said:
        """A call of a function of the model."""
        params = function.params[len(before) :]
        args = [code for code, _ in before]
        if isinstance(node, ast.Call):
            without_world = ast.Call(node.func, [a for a in node.args if not self.is_world(a)], node.keywords)
            ast.copy_location(without_world, node)
            args += [
                self.value(a, k)
                for a, (_, k, _) in zip(self.bound(without_world, params), params, strict=True)
            ]
        self.called.add(function.name)
        code, kind = call(function.name, name(WORLD), *args), function.result
        return code, kind

    def is_world(self, node: ast.expr) -> bool:
        """Whether an expression is the world itself."""
        if not isinstance(node, ast.Name):
            return False
        kind = self.codes.get(node.id)
        return node.id == WORLD or (isinstance(kind, Named) and kind.cls is self.model.program.world)

    def call_method(self, node: ast.Call, text: str, code: ast.expr, owner: Ref) -> Said:
        """A method of a record."""
        for cls in owner.cls.__mro__:
            thing = vars(cls).get(text)
            if isinstance(thing, FunctionType) and thing in self.model.functions:
                return self.call_function(node, self.model.functions[thing], [(code, owner)])
        raise self.outside(node, f"a {owner.cls.__name__} has no `{text}`")

    def call_world(self, node: ast.Call, text: str) -> Said:
        """A method of the world: a port of the engine, or one of the model's own."""
        port = self.model.program.ports.get(text)
        if port is not None and port.function:
            params = list(port.params)
            args = [self.value(a, k) for a, (_, k, _) in zip(self.bound(node, params), params, strict=True)]
            self.called.add(port.function)
            return call(port.function, name(WORLD), *args), port.result
        thing = vars(self.model.program.world).get(text)
        if isinstance(thing, FunctionType) and thing in self.model.functions:
            return self.call_function(node, self.model.functions[thing], [])
        raise self.outside(node, f"the world has no `{text}` that compiled code knows")
