"""The whole model, said: plain functions, parts of processes, and what leads from an event to the part that it resumes.

A wait of a process has a number. Its record keeps the number (`at`) and the locals that are needed afterwards (its frame). For
each reason that may end a wait there is a part of its own, in which the reason is known; so it can be proved that nothing
calls itself.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field, replace
from enum import EnumMeta
from typing import Any

from sim.engines.translate.circles import circle
from sim.engines.translate.cut import cut
from sim.engines.translate.errors import OutsideSubset
from sim.engines.translate.expressions import Said, UnknownName, alias
from sim.engines.translate.kinds import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    WORD,
    Chosen,
    Kind,
    Named,
    Ref,
    Spec,
    Value,
    parts_of,
)
from sim.engines.translate.known import specialise
from sim.engines.translate.parts import Part
from sim.engines.translate.program import WORLD, Function, Model, Program
from sim.engines.translate.statements import Statements
from sim.engines.translate.trees import assign, attribute, call, name, number, placed, target

DUE = "DUE"
WAITING = "WAITING"


@dataclass
class Wait:
    """A wait of a process: who waits, and which part follows for each reason."""

    owner: type
    number: int
    process: str
    is_stage: bool
    timed: bool
    after: dict[str, str] = field(default_factory=dict)
    """The part that follows, by reason."""


@dataclass
class Code:
    """Everything that has been made: functions as trees with the file they come from, and what glue has to know."""

    functions: dict[str, tuple[ast.FunctionDef, str]] = field(default_factory=dict)
    calls: dict[str, set[str]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    frames: dict[type, dict[str, Kind]] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    """By the name of the part that follows in general."""
    takes: set[tuple[type, str]] = field(default_factory=set)
    stops: set[type] = field(default_factory=set)
    travels: set[str] = field(default_factory=set)
    acts: dict[str, tuple[Function, Kind]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    forgets: set[type] = field(default_factory=set)


def translated(program: Program) -> tuple[Model, Code]:
    """Say everything that the program's roots lead to. Raises `OutsideSubset` with the model's file and line for what cannot be said."""
    model = Model(program)
    code = Code()
    ends = [program.end_of_journey] if program.stages else []
    todo = [model.functions[thing] for thing in (*program.roots, *program.stages.values(), *ends)]
    seen: set[str] = set()
    while todo:
        function = todo.pop()
        if function.name in seen:
            continue
        seen.add(function.name)
        before = set(code.functions)
        if function.is_process:
            _Process(model, code, function).make()
        else:
            _plain(model, code, function, {})
        called = set().union(*(code.calls[text] for text in set(code.functions) - before)) | set(code.acts)
        todo += [model.by_name[text] for text in sorted(called - seen) if text in model.by_name]
    return model, code


def prove_no_circle(code: Code, names: set[str]) -> None:
    """Nothing calls itself, by whatever way. Raises `RecursionError` with the shortest circle."""
    found = circle({text: called & names for text, called in code.calls.items()})
    if found is not None:
        raise RecursionError(f"the model calls itself: {' -> '.join([*found, found[0]])}")


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
        found = self.model.functions.get(thing)
        if found is None:
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


def _plain(model: Model, code: Code, function: Function, codes: dict[str, Kind]) -> None:
    """A function that never waits."""
    kinds = {text: kind for text, kind, _ in function.params}
    say = Saying(model, function, kinds)
    say.code = code
    say.codes = _known(function, model) | codes
    body = say.suite(function.node.body)
    _finish(code, say, function.name, [text for text, _, _ in function.params], body, function.node)


def _known(function: Function, model: Model) -> dict[str, Kind]:
    """Names that stand for the world."""
    world: Kind = Named(model.program.world, "")
    params = {text for text, _, _ in function.params}
    return {
        arg.arg: world
        for arg in [*function.node.args.args, *function.node.args.kwonlyargs]
        if arg.arg not in params
    } | {WORLD: world}


def _finish(
    code: Code, say: Saying, text: str, params: list[str], body: list[ast.stmt], node: ast.AST
) -> None:
    """A function of made code: with an alias for each record that it is given, without those that nobody uses."""
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
        if code.constants.setdefault(key, value) != value:
            raise OutsideSubset(node, f"`{key}` is one thing here and another elsewhere", path)
    for lifted, inner, given, kind in say.lifted:
        params_of: list[tuple[str, Kind, float | None]] = [
            (p, given[p], None) for p in (a.arg for a in inner.args.args)
        ]
        function = Function(lifted, inner, say.function.module, params_of, kind, False, False)
        _plain(
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
            is_alias = (
                isinstance(to, ast.Name) and to.id.endswith("_") and isinstance(node.value, ast.Subscript)
            )
            if is_alias and to.id not in wanted and to.id[:-1] and ast.unparse(node.value).startswith("T_"):  # type: ignore[attr-defined]
                return None
            return node

    found = [new for s in body if (new := Drop().visit(s)) is not None]
    return found or [ast.copy_location(ast.Pass(), body[0])]


class _Process:
    """A process of one owner: its parts as functions, its waits, its frame."""

    def __init__(self, model: Model, code: Code, function: Function) -> None:
        self.model, self.code, self.function = model, code, function
        self.owner, kind = function.params[0][0], function.params[0][1]
        assert isinstance(kind, Ref)
        self.cls = kind.cls
        node = copy.deepcopy(function.node)
        node.name = function.name
        inline = {
            f.node.name: f.node
            for f in model.functions.values()
            if f.module is function.module and f.is_process and f is not function
        }
        if len(function.params) != 1:
            raise OutsideSubset(
                function.node, "a process that is begun takes the world and its actor", function.path
            )
        self.machine = cut(node, inline, function.path, keep=(WORLD, self.owner))
        self.parts = {part.name: part for part in self.machine.parts}
        self.kinds: dict[str, Kind] = {self.owner: kind}
        self.codes = _known(function, model)
        self.declared: dict[str, tuple[list[str], bool]] = {}
        """By the part that follows: the reasons that a wait names, and whether it has a time."""

    def make(self) -> None:
        """Say every part, as often as it takes until the kinds of all locals are known."""
        todo = {part.name: part for part in self.machine.parts}
        while todo:
            left: dict[str, Part] = {}
            unknown: UnknownName | None = None
            for text, part in todo.items():
                try:
                    if part.kind == "wait":
                        self.after_wait(part, left)
                    else:
                        self.say(part, part.name)
                except UnknownName as error:
                    left[text], unknown = part, error
            if len(left) == len(todo):
                raise OutsideSubset(
                    self.function.node,
                    f"`{unknown}` is not known in `{self.function.node.name}`",
                    self.function.path,
                )
            todo = left

    def after_wait(self, part: Part, left: dict[str, Part]) -> None:
        """A part for each reason that may end its wait, once the wait is said."""
        if part.name not in self.declared:
            left[part.name] = part
            return
        reasons, timed = self.declared[part.name]
        wait = self.code.waits[part.name]
        for why in [*([DUE] if timed else []), *reasons]:
            one = (
                replace(part, name=f"{part.name}_{why.lower()}")
                if part.why is None
                else specialise(part, part.why, why, same=True)
            )
            one = replace(one, name=f"{part.name}_{why.lower()}")
            self.say(one, one.name)
            wait.after[why] = one.name

    def say(self, part: Part, text: str) -> None:
        """One part as a function."""
        say = Saying(self.model, self.function, self.kinds)
        say.code, say.codes = self.code, self.codes
        say.wait, say.jump = lambda node: self.wait(say, node), lambda node: self.jump(say, node)
        params = [self.owner]
        heads: list[ast.stmt] = []
        for local in part.live:
            if local in self.codes:
                continue
            if local not in self.kinds:
                raise UnknownName(local)
            if part.kind == "wait":
                heads += self.load(say, local)
            else:
                params.append(local)
        body = say.suite(part.body)
        _finish(
            self.code,
            say,
            text,
            params,
            [*(placed(h, self.function.node) for h in heads), *body],
            self.function.node,
        )

    # frames

    def fields(self, local: str) -> list[tuple[str, Kind, str]]:
        """The fields that keep a local: one, or one for each item of a named tuple."""
        kind = self.kinds[local]
        first = local if local.startswith(self.function.name) else f"{self.function.name}_{local}"
        if isinstance(kind, Value):
            return [(f"{first}_{item}", k, item) for item, k in parts_of(kind.cls).items()]
        if isinstance(kind, Spec):
            return [(first, INT, "")]
        if kind in (INT, FLOAT, BOOL, WORD) or isinstance(kind, Ref | Chosen):
            return [(first, kind, "")]
        raise OutsideSubset(
            self.function.node,
            f"`{local}`, a {kind}, is needed after a wait: read it anew there",
            self.function.path,
        )

    def save(self, say: Saying, local: str) -> list[ast.stmt]:
        """Before a wait: a local into the frame."""
        found: list[ast.stmt] = []
        for text, kind, item in self.fields(local):
            self.code.frames.setdefault(self.cls, {})[text] = kind
            value: ast.expr = attribute(name(local), item) if item else name(local)
            found.append(
                assign(
                    ast.Attribute(name(alias(self.owner)), text, ast.Store()),
                    call("int", value) if kind == BOOL else value,
                )
            )
        say.used.add(self.owner)
        return found

    def load(self, say: Saying, local: str) -> list[ast.stmt]:
        """After it: out of the frame."""
        say.used.add(self.owner)
        values = [
            say.read(attribute(name(alias(self.owner)), text), kind)[0]
            for text, kind, _ in self.fields(local)
        ]
        kind = self.kinds[local]
        if isinstance(kind, Value):
            say.constants[kind.cls.__name__] = kind.cls
            return [assign(target(local), call(kind.cls.__name__, *values))]
        return [assign(target(local), values[0]), *say.alias_of(local)]

    # ways out of a part

    def needs(self, text: str) -> list[str]:
        return [local for local in self.parts[text].live if local not in self.codes]

    def jump(self, say: Saying, node: ast.Return) -> list[ast.stmt]:
        """On to another part."""
        text = node.value.args[0].value  # type: ignore[union-attr]
        say.called.add(text)
        for local in self.needs(text):
            if local not in self.kinds:
                raise UnknownName(local)
        return [
            ast.Return(
                call(text, name(WORLD), name(self.owner), *(name(local) for local in self.needs(text)))
            )
        ]

    def wait(self, say: Saying, node: ast.Return) -> list[ast.stmt]:
        """The actor waits: what is needed afterwards is kept, the event is appointed."""
        what, text = node.value.args[0], node.value.args[1].value  # type: ignore[union-attr]
        known = (
            isinstance(what, ast.Call)
            and isinstance(what.func, ast.Attribute)
            and what.func.attr in ("wait", "wait_until", "stand_by")
        )
        if not known:
            raise say.outside(node, "an actor waits by world.wait, world.wait_until or world.stand_by")
        code, cls = say.actor(what.args[0])
        if cls is not self.cls or not isinstance(code, ast.Name) or code.id != self.owner:
            raise say.outside(what, f"only `{self.owner}` waits in its own process")
        timed = what.func.attr != "stand_by"
        reasons = [say.reason(a) for a in what.args[2 if timed else 1 :]]
        self.declared[text] = (reasons, timed)
        if text not in self.code.waits:
            self.code.waits[text] = Wait(
                cls, len(self.code.waits) + 1, self.function.name, self.function.is_stage, timed
            )
        found = [s for local in self.needs(text) for s in self.save(say, local)]
        at = name(f"W_{text}")
        if timed:
            time_h = say.value(what.args[1], FLOAT)
            if what.func.attr == "wait":
                time_h = ast.BinOp(attribute(name(WORLD), "now"), ast.Add(), time_h)
            found.append(ast.Expr(call(f"wait_{cls.__name__}", name(WORLD), name(self.owner), time_h, at)))
        else:
            found.append(ast.Expr(call(f"stand_by_{cls.__name__}", name(WORLD), name(self.owner), at)))
        return [*found, ast.Return(name(WAITING) if self.function.is_stage else None)]
