"""Processes: parts as functions, frames that keep what is needed after a wait, and the waits themselves.

A wait of a process has a number. Its record keeps the number (`at`)
and the locals that are needed afterwards (its frame). For each reason that may end a wait there is a part of
its own, in which the reason is known; so it can be proved that nothing calls itself.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import replace

from sim.engines.translate.cutting.cut_parts import CutPart
from sim.engines.translate.cutting.cutter import cut
from sim.engines.translate.cutting.known_reasons import specialise
from sim.engines.translate.kinds import (
    BOOL,
    FLOAT,
    INT,
    WORD,
    EnumKind,
    Ref,
    SpecKind,
    Value,
    ValueKind,
    parts_of,
)
from sim.engines.translate.lowering.actor_calls import Saying, finish, known_names
from sim.engines.translate.lowering.tree_nodes import assign, attribute, call, name, placed, target
from sim.engines.translate.lowering.values import UnknownName, alias
from sim.engines.translate.made_code import DUE, WAITING, Code, Wait
from sim.engines.translate.outside_subset import OutsideSubset
from sim.engines.translate.program import WORLD, Function, Model


class Process:
    """A process of one owner: its parts as functions, its waits, its frame."""

    def __init__(self, model: Model, code: Code, function: Function) -> None:
        self.model, self.code, self.function = model, code, function
        # Whoever resumes it has the world and the actor's record alone.
        if len(function.params) != 1 or not isinstance(function.params[0][1], Ref):
            raise OutsideSubset(
                function.node, "a process that is begun takes the world and its actor", function.path
            )
        self.owner, kind = function.params[0][0], function.params[0][1]
        self.cls = kind.cls
        node = copy.deepcopy(function.node)
        node.name = function.name
        # Of the same module: names in the body mean what they mean there.
        inline = {
            f.node.name: f.node
            for f in model.functions.values()
            if f.module is function.module and f.is_process and f is not function
        }
        # World and actor are arguments of every part and need no field.
        self.machine = cut(node, inline, function.path, keep=(WORLD, self.owner))
        self.parts = {part.name: part for part in self.machine.parts}
        self.kinds: dict[str, ValueKind] = {self.owner: kind}
        self.codes = known_names(function, model)
        self.declared: dict[str, tuple[list[str], bool]] = {}
        """By the part that follows: the reasons that a wait names, and whether it has a time."""

    def make(self) -> None:
        """Say every part, as often as it takes until the kinds of all locals are known."""
        # Rounds, since the order of parts is that of the text: a loop's head may read what a later part first
        # gives a value.
        todo = {part.name: part for part in self.machine.parts}
        while todo:
            left: dict[str, CutPart] = {}
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

    def after_wait(self, part: CutPart, left: dict[str, CutPart]) -> None:
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

    def say(self, part: CutPart, text: str) -> None:
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
        finish(
            self.code,
            say,
            text,
            params=params,
            body=[*(placed(h, self.function.node) for h in heads), *body],
            node=self.function.node,
        )

    # frames

    def fields(self, local: str) -> list[tuple[str, ValueKind, str]]:
        """The fields that keep a local: one, or one for each item of a named tuple."""
        kind = self.kinds[local]
        # The process in the name of the field: two processes of one actor share its record.
        first = local if local.startswith(self.function.name) else f"{self.function.name}_{local}"
        if isinstance(kind, Value):
            return [(f"{first}_{item}", k, item) for item, k in parts_of(kind.cls).items()]
        if isinstance(kind, SpecKind):
            return [(first, INT, "")]
        if kind in (INT, FLOAT, BOOL, WORD) or isinstance(kind, Ref | EnumKind):
            return [(first, kind, "")]
        raise OutsideSubset(
            self.function.node,
            # Such as a row of a table: memory may move while the actor waits.
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
