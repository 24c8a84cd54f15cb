"""Reading: attributes of the world, of parameters and of records; items of tables and rows.

A record is its index: `post.out` is said as `T_Post(world)[post].out`, and where a name holds the record,
as `post_.out` of an alias that statements keep beside the name.
"""

from __future__ import annotations

import ast
from enum import EnumMeta
from types import ModuleType
from typing import Any

from sim.engines.translate.kinds import (
    ENGINE_KIND,
    INT,
    Array,
    EnumKind,
    Ref,
    RowKind,
    Rows,
    SingletonKind,
    SpecKind,
    Specs,
    Tuple,
    Value,
    Whole,
    fields_of,
    hints_of,
    kind_of,
    numbers_of,
    parts_of,
)
from sim.engines.translate.lowering.tree_nodes import attribute, call, index, name, number
from sim.engines.translate.lowering.values import NUMBERS, Said, Values, alias
from sim.engines.translate.program import WORLD, Function


class Reads(Values):
    """Says what is read."""

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
                # Stages stay a kind of their own, in which -1 says that none follows.
                whole = isinstance(member.value, int) and not self.model.is_stage(owner)
                return attribute(name(node.value.id), node.attr), INT if whole else EnumKind(type(member))
            if isinstance(owner, ModuleType):
                return self.constant(node, node.attr, getattr(owner, node.attr))
            if isinstance(owner, type):
                return self.constant(node, f"{owner.__name__}.{node.attr}", getattr(owner, node.attr))
        code, kind = self.say(node.value)
        if isinstance(kind, SingletonKind):
            return self.of_named(node, code, kind)
        if isinstance(kind, SpecKind):
            return self.of_spec(node, code, kind)
        if isinstance(kind, Ref):
            return self.of_record(node, code, kind)
        if isinstance(kind, Value):
            part = parts_of(kind.cls).get(node.attr)
            if part is None:
                raise self.outside(node, f"a {kind.cls.__name__} has no `{node.attr}`")
            return self.read(attribute(code, node.attr), part)
        raise self.outside(node, f"what is `{node.attr}` of a {kind}?")

    def of_named(self, node: ast.Attribute, code: ast.expr, owner: SingletonKind) -> Said:
        """An attribute of the world, of the parameters, or of a section of them."""
        program = self.model.program
        if owner.cls is program.world:
            if node.attr in program.ports:
                port = program.ports[node.attr]
                return (
                    call(port.function, name(WORLD)) if port.function else attribute(name(WORLD), node.attr)
                ), port.result
            if node.attr == program.params[0]:
                return name(WORLD), SingletonKind(program.params[1], "")
            prop = self.property_of(program.world, node.attr)
            if prop is not None:
                return self.call_function(node, prop, [])
            return self.of_hint(node, hints_of(owner.cls).get(node.attr), "")
        if owner.cls is program.params[1]:
            return self.of_hint(node, hints_of(owner.cls).get(node.attr), "p_")
        kind = numbers_of(owner.cls, owner.path).get(node.attr)
        if isinstance(kind, SingletonKind):
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
        elif isinstance(kind, SingletonKind | Specs):
            return name(WORLD), kind
        elif isinstance(kind, Value):
            self.constants[f"AT_{node.attr}"] = (kind.cls, node.attr)
            return index(call(f"V_{kind.cls.__name__}", name(WORLD)), name(f"AT_{node.attr}")), kind
        else:
            return self.read(attribute(name(WORLD), f"{prefix}{node.attr}"), kind)
        raise self.outside(node, f"`{node.attr}` has a kind that cannot be read: {kind}")

    def of_spec(self, node: ast.Attribute, code: ast.expr, owner: SpecKind) -> Said:
        """A number of one place's section."""
        top = (
            owner.path.split("_")[0]
            if "_" in owner.path and owner.path not in self.model.specs
            else owner.path
        )
        kind = numbers_of(owner.cls, owner.path).get(node.attr)
        if isinstance(kind, SingletonKind):
            return code, SpecKind(kind.cls, kind.path)
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
            return self.value(node.slice, INT), SpecKind(kind.cls, kind.path)
        if isinstance(kind, Array | RowKind):
            return self.read(index(code, self.value(node.slice, INT)), kind.item)
        if isinstance(kind, Rows):
            return self.row(code, kind, node.slice), RowKind(kind.item)
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
