"""Parts in order, without those that only pass control on, and with names."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Mapping

from sim.engines.translate.cutting.cut_parts import CutPart, Kind
from sim.engines.translate.cutting.syntax import leads, led_to

LETTER: dict[Kind, str] = {"wait": "w", "join": "j", "loop": "l"}


def tidied(parts: Mapping[str, CutPart], start: str) -> list[CutPart]:
    """The parts that can be reached, the start first, then in the order in which they are led to.

    A join that is a single jump or result stands in the place of each jump to it;
    one that is jumped to from a single place, outside `for`, `while`, `try` and `with`, is written there.
    """
    # Short joins first: what they lead to is then counted at every place that leads there.
    short = _Replacement(
        {p.name: p.body for p in parts.values() if p.kind == "join" and _is_short(p)}, copies=True
    )
    for part in parts.values():
        part.body = short.block(part.body)
    reached = _reached(parts, start)
    # Of reached parts alone: a jump from a part that nothing leads to is no second place.
    times = Counter(led.part for part in reached for led in led_to(part.body))
    once = {p.name: p.body for p in reached if p.kind == "join" and times[p.name] == 1}
    single = _Replacement(once, copies=False)
    for part in reached:
        if part.name not in once:
            part.body = single.block(part.body)
    for part in reached:
        # They stay parts after all, and their own bodies were left out of the round above.
        if part.name in single.left:
            part.body = single.block(part.body)
    return _named(_reached(parts, start), start)


def _is_short(part: CutPart) -> bool:
    first = part.body[0]
    led = leads(first)
    return isinstance(first, ast.Return) and (led is None or not led.waits)


class _Replacement(ast.NodeTransformer):
    """Bodies in the place of jumps to them.

    Inside `try` and `with` only a jump stands for a jump: anything else would run guarded. Without copies,
    jumps in loops are left too, so that what follows a loop is not written into it.
    """

    def __init__(self, bodies: Mapping[str, list[ast.stmt]], *, copies: bool) -> None:
        self.bodies, self.copies = bodies, copies
        self.loops = self.guards = 0
        self.left: set[str] = set()

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in statements:
            new = self.visit(statement)
            out += new if isinstance(new, list) else [new]
        return out

    def visit_Return(self, node: ast.Return) -> ast.stmt | list[ast.stmt]:
        led = leads(node)
        if led is None or led.waits or led.part not in self.bodies:
            return node
        if not self.may_stand_here(body := self.bodies[led.part]):
            self.left.add(led.part)
            return node
        # Copies where a body stands in several places: statements are changed where they stand.
        return self.block(copy.deepcopy(body) if self.copies else body)

    def may_stand_here(self, body: list[ast.stmt]) -> bool:
        if self.guards:
            return self.copies and leads(body[0]) is not None
        return self.copies or not self.loops

    def visit_While(self, node: ast.While) -> ast.stmt:
        return self.loop(node)

    def visit_For(self, node: ast.For) -> ast.stmt:
        return self.loop(node)

    def visit_Try(self, node: ast.Try) -> ast.stmt:
        return self.guard(node)

    def visit_With(self, node: ast.With) -> ast.stmt:
        return self.guard(node)

    def loop(self, node: ast.stmt) -> ast.stmt:
        self.loops += 1
        self.generic_visit(node)
        self.loops -= 1
        return node

    def guard(self, node: ast.stmt) -> ast.stmt:
        self.guards += 1
        self.generic_visit(node)
        self.guards -= 1
        return node


def _reached(parts: Mapping[str, CutPart], start: str) -> list[CutPart]:
    found: dict[str, CutPart] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = parts[name]
            # A stack: reversed, so that what is led to first is numbered first.
            waiting += reversed([led.part for led in led_to(parts[name].body)])
    return list(found.values())


def _named(parts: list[CutPart], start: str) -> list[CutPart]:
    """Names by kind and number: name_w1 after a wait, name_j1 a join, name_l1 a loop's head."""
    count: Counter[Kind] = Counter()
    names: dict[str, str] = {}
    for part in parts:
        count[part.kind] += 1
        names[part.name] = start if part.kind == "start" else f"{start}_{LETTER[part.kind]}{count[part.kind]}"
    for part in parts:
        for led in led_to(part.body):
            led.constant.value = names[led.part]
    for part in parts:
        part.name = names[part.name]
    return parts
