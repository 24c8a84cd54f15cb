"""Where it is known what ended a wait, only what it leads to is left."""

from __future__ import annotations

import ast

from sim.engines.translate.cutting.cut_parts import CutPart
from sim.engines.translate.cutting.known_reasons import reasons, specialise
from tests.engines.translate.trampoline import cut_source

SOURCE = """
def main(world, g, x, y):
    why = yield world.wait(g)
    world.leave(g)
    if why == Why.SEAT:
        return fly(x)
    elif not (why != Why.SENT or world.late):
        return sent(y)
    if why in (Why.DRIVEN, Why.SEAT):
        yield world.wait(g, y)
    return x if why is Why.SENT else 0
"""


def part() -> CutPart:
    return cut_source(SOURCE, keep=("world", "g")).parts[1]


def text(made: CutPart) -> str:
    return "\n".join(ast.unparse(s) for s in made.body)


def test_a_part_names_the_reasons_it_asks_for() -> None:
    assert reasons(part()) == {"SEAT", "SENT", "DRIVEN"}
    assert reasons(cut_source(SOURCE).parts[0]) == set()


def test_a_known_reason_leaves_its_branch_alone() -> None:
    made = specialise(part(), "why", "SEAT", same=True)
    assert text(made) == "world.leave(g)\nreturn fly(x)"
    assert (made.name, made.live) == ("main_w1_seat", ("x",))
    assert part().live == ("x", "y")


def test_a_known_reason_decides_questions_for_others() -> None:
    made = specialise(part(), "why", "SENT", same=True)
    assert text(made) == "world.leave(g)\nif not world.late:\n    return sent(y)\nreturn x"
    made = specialise(part(), "why", "DUE", same=True)
    assert text(made) == "world.leave(g)\nreturn 0"
    assert made.live == ()


def test_a_reason_that_it_is_not_falls_away() -> None:
    made = specialise(part(), "why", "SEAT", same=False)
    assert "fly" not in text(made) and "Why.SENT" in text(made)
    assert made.name == "main_w1"


def test_another_value_with_the_same_name_is_not_the_reason() -> None:
    source = """
def main():
    why = yield 1
    if why == Why.SEAT:
        why = again()
        if why == Why.SENT:
            return 1
    return 2
"""
    made = specialise(cut_source(source).parts[1], "why", "SEAT", same=True)
    assert text(made) == "why = again()\nif why == Why.SENT:\n    return 1\nreturn 2"


def test_what_the_parts_it_leads_to_need_stays_needed() -> None:
    made = specialise(part(), "why", "DRIVEN", same=True)
    assert "__wait__(world.wait(g, y), 'main_w2')" in text(made)
    assert made.live == ("x", "y")
    assert "why" in made.following["main_w2"]
