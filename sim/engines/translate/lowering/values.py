"""Values: constants, names, arithmetic and comparisons, each with the kind of its value.

Numbers that need not change their type are never changed silently: a whole number becomes a float, or a word,
where a kind asks for one.
"""

from __future__ import annotations

import ast
import builtins
import math
from enum import Enum, EnumMeta
from types import ModuleType
from typing import Any

from sim.engines.translate.kinds import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    WORD,
    Array,
    EnumKind,
    Ref,
    RowKind,
    Tuple,
    ValueKind,
)
from sim.engines.translate.lowering.tree_nodes import attribute, call, compare, name, number, placed
from sim.engines.translate.outside_subset import OutsideSubset
from sim.engines.translate.program import WORLD, Function, Model

Said = tuple[ast.expr, ValueKind]
NUMBERS = (INT, FLOAT, BOOL, WORD)


class UnknownName(Exception):
    """A local whose kind is not known yet: another part of the process gives it."""


def alias(text: str) -> str:
    """The name that holds the record itself, beside the name that holds its index."""
    return f"{text}_"


class Values:
    """Says values in one function; `kinds` are those of its locals."""

    def __init__(self, model: Model, function: Function, kinds: dict[str, ValueKind]) -> None:
        self.model = model
        self.function = function
        self.kinds = kinds
        self.codes: dict[str, ValueKind] = {}
        """Locals that stand for something known when code is made: the parameters, a section of them."""
        self.used: set[str] = set()
        """Names whose alias is used."""
        self.called: set[str] = set()
        """What is called, by its name in made code."""
        self.constants: dict[str, Any] = {}
        self.lifted: list[tuple[str, ast.FunctionDef, dict[str, ValueKind], ValueKind]] = []

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

    def value(self, node: ast.expr, wanted: ValueKind) -> ast.expr:
        """An expression as a value of the kind that is wanted."""
        code, kind = self.say(node)
        return placed(self.coerced(node, code, kind, wanted), node)

    def coerced(self, node: ast.AST, code: ast.expr, kind: ValueKind, wanted: ValueKind) -> ast.expr:
        """A value of one kind where another is wanted."""
        if kind == wanted or (isinstance(kind, EnumKind) and wanted == INT):
            return code
        # Said in the code, so that Numba compiles a function once and not for each mixture of types.
        if wanted == FLOAT and kind in (INT, BOOL):
            known = code.value if isinstance(code, ast.Constant) else None
            return ast.Constant(float(known)) if isinstance(known, int) else call("float", code)
        if wanted == INT and kind == BOOL:
            return call("int", code)
        if wanted == WORD and kind in (INT, BOOL):
            return call("as_word", code)
        if kind == NONE and isinstance(wanted, Ref | EnumKind):
            return number(-1)
        if isinstance(wanted, EnumKind) and kind == INT:
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
        if (
            isinstance(kind, RowKind | Array)
            and isinstance(wanted, RowKind | Array)
            and kind.item == wanted.item
        ):
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

    def read(self, code: ast.expr, kind: ValueKind) -> Said:
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
            return self.model.meant(names[node.id], self.function.module)
        if hasattr(builtins, node.id):
            return getattr(builtins, node.id)
        raise UnknownName(node.id)

    def constant(self, node: ast.AST, text: str, found: Any) -> Said:
        """A constant of a module, by its name; two that differ under one name are
        told apart by their module."""
        if isinstance(found, EnumMeta):
            self.constants[text] = found
            return name(text), NONE
        if isinstance(found, Enum):
            found = found.value
        if isinstance(found, bool | int | float):
            if isinstance(found, float) and not math.isfinite(found):
                # An infinity has no literal.
                return attribute(name("math"), "inf"), FLOAT
            kind = BOOL if isinstance(found, bool) else INT if isinstance(found, int) else FLOAT
            return number(found), kind
        if isinstance(found, tuple) and all(isinstance(v, int | float | Enum) for v in found):
            # With its module's name: two modules may have tuples of one name.
            made = f"{self.function.module.__name__.rsplit('.', 1)[-1]}__{text}"
            self.constants[made] = tuple(v.value if isinstance(v, Enum) else v for v in found)
            return name(made), Tuple(tuple(FLOAT if isinstance(v, float) else INT for v in found))
        if isinstance(found, ModuleType):
            return name(text), NONE
        raise self.outside(node, f"`{text}` is no constant of the subset")

    def say_Tuple(self, node: ast.Tuple) -> Said:
        said = [self.say(e) for e in node.elts]
        return ast.Tuple([code for code, _ in said], ast.Load()), Tuple(tuple(kind for _, kind in said))

    # arithmetic

    def say_BinOp(self, node: ast.BinOp) -> Said:
        (a, ka), (b, kb) = self.say(node.left), self.say(node.right)
        known = (INT, FLOAT, BOOL)
        if ka not in known or kb not in known:
            raise self.outside(node, f"no arithmetic between {ka} and {kb}")
        # As in Python, where truths add up as numbers.
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

    def common(self, node: ast.AST, a: ValueKind, b: ValueKind) -> ValueKind:
        """The kind that two values have in common."""
        if a == b or b == NONE:
            return a
        if a == NONE:
            return b
        if FLOAT in (a, b) and a in (INT, BOOL, FLOAT) and b in (INT, BOOL, FLOAT):
            return FLOAT
        if isinstance(a, EnumKind) or isinstance(b, EnumKind):
            return a if isinstance(a, EnumKind) else b
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
                    # None is -1, and every index and member is 0 or more.
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

    # what is said elsewhere

    def call_function(self, node: ast.AST, function: Function, before: list[Said]) -> Said:
        """A call of a function of the model: see `sim.engines.translate.lowering.calls`."""
        raise NotImplementedError

    def again(self, kinds: dict[str, ValueKind], codes: dict[str, ValueKind]) -> Values:
        """Another of the same function, with kinds of its own: to try what a kind would be."""
        raise NotImplementedError
