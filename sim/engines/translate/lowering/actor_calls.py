"""What actors do to those who wait, and functions as a whole: take, begin, appoint, forget."""

from __future__ import annotations

import ast
from enum import EnumMeta

from sim.engines.translate.kinds import (
    FLOAT,
    INT,
    NONE,
    WORD,
    Ref,
    SingletonKind,
    ValueKind,
)
from sim.engines.translate.lowering.statements import Statements
from sim.engines.translate.lowering.tree_nodes import call, name, number, placed
from sim.engines.translate.lowering.values import Said, alias
from sim.engines.translate.made_code import Code
from sim.engines.translate.outside_subset import OutsideSubset
from sim.engines.translate.program import WORLD, Function, Model


class Saying(Statements):
    """Says a function of a model whose actors wait: what others do to those who wait is said here."""

    code: Code

    def call_world(self, node: ast.Call, text: str) -> Said:
        method = getattr(self, f"world_{text}", None)
        return super().call_world(node, text) if method is None else method(node)

    def actor(self, node: ast.expr) -> tuple[ast.expr, type]:
        """Who is meant."""
        code, kind = self.say(node)
        if not isinstance(kind, Ref):
            raise self.outside(node, f"an actor is a record, not a {kind}")
        return code, kind.cls

    def reason(self, node: ast.expr) -> str:
        """The reason that is given: always one that is known when code is made."""
        # A reason that is a variable could end any wait: the graph of calls would then have circles that no
        # run takes.
        if not isinstance(node, ast.Attribute):
            raise self.outside(node, "the reason is named where it is given: Why.X")
        return node.attr

    def world_take(self, node: ast.Call) -> Said:
        code, cls = self.actor(node.args[0])
        why = self.reason(node.args[1])
        self.code.takes.add((cls, why))
        made = f"take_{cls.__name__}_{why.lower()}"
        self.called.add(made)
        return call(made, name(WORLD), code), NONE

    def world_stop(self, node: ast.Call) -> Said:
        code, cls = self.actor(node.args[0])
        self.code.stops.add(cls)
        return call(f"stop_{cls.__name__}", name(WORLD), code), NONE

    def world_forget(self, node: ast.Call) -> Said:
        code, cls = self.actor(node.args[0])
        self.code.forgets.add(cls)
        return call(f"forget_{cls.__name__}", name(WORLD), code), NONE

    def world_begin(self, node: ast.Call) -> Said:
        code, _ = self.actor(node.args[0])
        function = self.process(node.args[1])
        self.called.add(function.name)
        return call(function.name, name(WORLD), code), NONE

    def process(self, node: ast.expr) -> Function:
        """A function that is named, not called."""
        names = vars(self.function.module)
        thing = None
        if isinstance(node, ast.Name):
            thing = names.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            thing = getattr(names.get(node.value.id), node.attr, None)
        thing = self.model.meant(thing, self.function.module)
        found = self.model.functions.get(thing)
        if found is None:
            if thing in self.model.refused:
                raise self.model.refused[thing]
            raise self.outside(node, "a function of the model is named here")
        return found

    def world_travel(self, node: ast.Call) -> Said:
        code, _ = self.actor(node.args[0])
        stage = node.args[1]
        if (
            isinstance(stage, ast.Attribute)
            and isinstance(stage.value, ast.Name)
            and isinstance(vars(self.function.module).get(stage.value.id), EnumMeta)
        ):
            # A stage that is named has an entry of its own, from which only what can follow it is reached.
            self.code.travels.add(stage.attr)
            made = f"travel_{stage.attr.lower()}"
            self.called.add(made)
            return call(made, name(WORLD), code), NONE
        self.called.add("travel")
        return call("travel", name(WORLD), code, self.value(stage, INT)), NONE

    def world_at(self, node: ast.Call) -> Said:
        time_h, rank = self.value(node.args[0], FLOAT), self.value(node.args[1], INT)
        entity, occasion = self.value(node.args[2], WORD), self.value(node.args[3], INT)
        act = self.process(node.args[4])
        of, kind = self.say(node.args[5])
        self.code.acts[act.name] = (act, kind)
        return call("appoint", name(WORLD), time_h, rank, name(f"E_{act.name}"), entity, occasion, of), NONE

    def world_fail(self, node: ast.Call) -> Said:
        law = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        if not isinstance(law, str):
            raise self.outside(node, "a law that is broken is named by a text")
        if law not in self.code.faults:
            self.code.faults.append(law)
        return call("fail", name(WORLD), number(self.code.faults.index(law) + 1)), NONE


def say_plain(model: Model, code: Code, function: Function, codes: dict[str, ValueKind]) -> None:
    """A function that never waits."""
    kinds = {text: kind for text, kind, _ in function.params}
    say = Saying(model, function, kinds)
    say.code = code
    say.codes = known_names(function, model) | codes
    body = say.suite(function.node.body)
    finish(
        code,
        say,
        function.name,
        params=[text for text, _, _ in function.params],
        body=body,
        node=function.node,
    )


def known_names(function: Function, model: Model) -> dict[str, ValueKind]:
    """Names that stand for the world."""
    world: ValueKind = SingletonKind(model.program.world, "")
    params = {text for text, _, _ in function.params}
    return {
        arg.arg: world
        for arg in [*function.node.args.args, *function.node.args.kwonlyargs]
        if arg.arg not in params
    } | {WORLD: world}


def finish(
    code: Code, say: Saying, text: str, *, params: list[str], body: list[ast.stmt], node: ast.AST
) -> None:
    """A function of made code: with an alias for each record that it is given,
    without those that nobody uses."""
    heads = [placed(s, node) for p in params for s in say.alias_of(p)]
    made = ast.parse(f"def {text}({', '.join([WORLD, *params])}): pass").body[0]
    assert isinstance(made, ast.FunctionDef)
    for part in ast.walk(made):
        if "lineno" in part._attributes:
            ast.copy_location(part, node)
    made.body = _without_unused([*heads, *body], say.used)
    path = say.function.path
    code.functions[text] = (placed(made, node), path)
    code.calls[text] = set(say.called)
    for key, value in say.constants.items():
        # Constants of all modules share one dictionary of names.
        if code.constants.setdefault(key, value) != value:
            raise OutsideSubset(node, f"`{key}` is one thing here and another elsewhere", path)
    for lifted, inner, given, kind in say.lifted:
        params_of: list[tuple[str, ValueKind, float | None]] = [
            (p, given[p], None) for p in (a.arg for a in inner.args.args)
        ]
        function = Function(lifted, inner, say.function.module, params_of, kind, False, False)
        say_plain(
            say.model,
            code,
            function,
            {p: k for p, k in given.items() if p not in {a for a, _, _ in params_of}},
        )


def _without_unused(body: list[ast.stmt], used: set[str]) -> list[ast.stmt]:
    """The body without the aliases that nobody reads."""
    wanted = {alias(text) for text in used}

    class Drop(ast.NodeTransformer):
        def visit_Assign(self, node: ast.Assign) -> ast.stmt | None:
            to = node.targets[0]
            # Only what `alias_of` has made: `x_ = T_Class(world)[x]`.
            is_alias = (
                isinstance(to, ast.Name) and to.id.endswith("_") and isinstance(node.value, ast.Subscript)
            )
            if is_alias and to.id not in wanted and to.id[:-1] and ast.unparse(node.value).startswith("T_"):  # type: ignore[attr-defined]
                return None
            return node

    found = [new for s in body if (new := Drop().visit(s)) is not None]
    return found or [ast.copy_location(ast.Pass(), body[0])]
