"""Calls: of the model's own functions, of rules, of what every engine does in its own way,
of the language."""

from __future__ import annotations

import ast
import builtins
import math
from types import FunctionType, ModuleType
from typing import Any

from sim.engines.translate.kinds import (
    BOOL,
    FLOAT,
    INT,
    WORD,
    Array,
    Ref,
    RowKind,
    Rows,
    SingletonKind,
    Specs,
    Tuple,
    Value,
    ValueKind,
    Whole,
    hints_of,
    is_named_tuple,
    is_record,
    kind_of,
    parts_of,
)
from sim.engines.translate.lowering.loops import kinds_of_loop
from sim.engines.translate.lowering.reads import Reads
from sim.engines.translate.lowering.tree_nodes import attribute, call, name, number, placed
from sim.engines.translate.lowering.values import Said
from sim.engines.translate.program import WORLD, Function


class Calls(Reads):
    """Says calls."""

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
                    thing = self.model.meant(getattr(owner, f.attr), self.function.module)
                    return self.call_thing(node, f.attr, thing)
            code, kind = self.say(f.value)
            if isinstance(kind, SingletonKind) and kind.cls is self.model.program.world:
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
        # Python gives back the one that is smaller as it is, whole or not; a kind must not depend on that.
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
        if isinstance(kind, RowKind | Array):
            return call("len", code)
        if isinstance(kind, Tuple):
            return number(len(kind.items))
        raise self.outside(node, f"a {kind} has no length")

    def call_sum(self, node: ast.Call) -> Said:
        return self.lift(node, "sum")

    def call_any(self, node: ast.Call) -> Said:
        return self.lift(node, "any")

    def lift(self, node: ast.Call, what: str) -> Said:
        """A sum or a question over a table becomes a function of its own,
        with what it needs of the names around it."""
        # Numba compiles no generator expression inside a call.
        one = node.args[0]
        if not isinstance(one, ast.GeneratorExp) or len(one.generators) != 1:
            raise self.outside(node, f"`{what}` goes over one table: {what}(... for x in ...)")
        loop = one.generators[0]
        own = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        used = {n.id for n in ast.walk(one) if isinstance(n, ast.Name)} - own
        # Sorted, so that the order of parameters is the same in every process.
        given = {n: self.kinds[n] for n in sorted(used) if n in self.kinds}
        known = {n: kind for n, kind in self.codes.items() if n in used}
        made = f"{self.function.name}__{what}{len(self.lifted) + 1}_{node.lineno}"
        # Tried first, since the sum must begin with a zero of its own kind.
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

    def kind_inside(
        self, one: ast.GeneratorExp, given: dict[str, ValueKind], known: dict[str, ValueKind]
    ) -> ValueKind:
        """The kind of what is added up."""
        inner = self.again(dict(given), dict(known))
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
        # Positional alone: Numba compiles no keyword-only arguments, so that rules have none.
        params = [
            (p, kind_of(hints[p]), None) for p in thing.__code__.co_varnames[: thing.__code__.co_argcount]
        ]
        args = []
        for node_arg, (_, kind, _) in zip(self.bound(node, params, thing.__defaults__), params, strict=True):
            code, own = self.say(node_arg)
            args.append(
                code
                # Numbers alone are converted: sequences and named tuples are passed as they are.
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
            # The world is passed on as the first argument, whether the model names it or not.
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
        return node.id == WORLD or (isinstance(kind, SingletonKind) and kind.cls is self.model.program.world)

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
        thing = next((vars(c)[text] for c in self.model.program.world.__mro__ if text in vars(c)), None)
        if isinstance(thing, FunctionType) and thing in self.model.functions:
            return self.call_function(node, self.model.functions[thing], [])
        raise self.outside(node, f"the world has no `{text}` that compiled code knows")
