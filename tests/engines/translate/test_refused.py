"""What is outside the subset is refused with the file, the line and the reason; what calls itself,
with the circle."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sim.engines.compiled.dialect import PORTS
from sim.engines.translate.made_code import Code
from sim.engines.translate.outside_subset import OutsideSubset
from sim.engines.translate.program import Model, Program
from sim.engines.translate.whole_model import prove_no_circle, translated
from sim.model.border.harms import end_journey
from sim.model.state import entities, world
from sim.model.state.world import World
from sim.scenario.params import Params

HEAD = """from __future__ import annotations

import math

from sim.model.state.entities import Call, Group, Post
from sim.model.state.world import Day, World


"""


def module_of(folder: Path, text: str) -> ModuleType:
    path = folder / "tried.py"
    path.write_text(HEAD + text)
    spec = importlib.util.spec_from_file_location("tried", path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules["tried"] = found
    spec.loader.exec_module(found)
    return found


def said(folder: Path, text: str) -> tuple[Model, Code]:
    tried = module_of(folder, text)
    return translated(
        Program(
            modules=(entities, world, tried), roots=(tried.f,), world=World, params=("params", Params),
            ports=PORTS,
            rules=("sim.rules", "sim.core.distributions"), stages={}, end_of_journey=end_journey,
            persons="persons",
        )
    )  # fmt: skip


REFUSED = {
    "a list": ("def f(world: World, post: Post) -> int:\n    found = [1, 2]\n    return len(found)\n", 2,
        "no List in the subset"),
    "a field that is not there": ("def f(world: World, post: Post) -> int:\n    return post.colour\n", 2,
        "a Post has no `colour`"),
    "a parameter that is not there": ("def f(world: World) -> float:\n    return "
                                      "world.params.people.shoe_size\n", 2,
                                      "people has no number `shoe_size`"),
    "a name of two kinds": ("def f(world: World) -> float:\n    x = 1\n    x = 0.5\n    return x\n", 3,
        "begin with x = 0.0"),
    "a record as a condition": ("def f(world: World, call: Call) -> int:\n    if call.group:\n        return "
                                "1\n    return 0\n", 2, "is no condition"),
    "a float for a whole number": ("def f(world: World, post: Post) -> None:\n    post.out = 0.5\n", 2,
        "a value of kind float where int is wanted"),
    "arithmetic with a record": ("def f(world: World, post: Post) -> int:\n    return post + 1\n", 2,
        "no arithmetic"),
    "a function of nobody": ("def f(world: World) -> float:\n    return sorted(world)\n", 2,
        "not among what can be called"),
    "an argument too many": ("def g(world: World, n: int) -> int:\n    return n\n\n\ndef f(world: World) -> "
                             "int:\n    return g(world, 1, 2)\n", 6, "nobody asks for"),
    "somebody else's wait": ("def f(world: World, g: Group) -> Day:\n    other = g.next_member\n    yield "
                             "world.wait(other, 1.0)\n", 3, "only `g` waits"),
    "a reason that is worked out": ("def f(world: World, g: Group, n: int) -> None:\n    world.take(g, n)\n",
        2, "the reason is named"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_outside_the_subset_is_refused_where_it_stands(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(OutsideSubset) as found:
        said(tmp_path, text)
    assert words in str(found.value)
    assert str(found.value).startswith(f"{tmp_path / 'tried.py'}:{line + HEAD.count(chr(10))}: ")


def test_what_calls_itself_is_refused_with_the_circle(tmp_path: Path) -> None:
    text = (
        "def g(world: World, n: int) -> int:\n    return f(world, n - 1)\n\n\ndef f(world: World, n: int) "
        "-> int:\n    return g(world, n) if n > 0 else 0\n"
    )
    _, code = said(tmp_path, text)
    with pytest.raises(RecursionError, match="tried__f -> tried__g -> tried__f"):
        prove_no_circle(code, set(code.functions))


def test_a_traceback_points_at_the_line_of_the_model(tmp_path: Path) -> None:
    """What was made of a function stands at its own lines."""
    _, code = said(tmp_path, "def f(world: World, n: int) -> float:\n    m = n - n\n    return 1.0 / m\n")
    tree, path = code.functions["tried__f"]
    names: dict[str, object] = {}
    import ast

    exec(compile(ast.fix_missing_locations(ast.Module([tree], [])), path, "exec"), names)
    with pytest.raises(ZeroDivisionError) as found:
        names["tried__f"](None, 3)  # type: ignore[operator]
    last = found.traceback[-1]
    assert (Path(str(last.path)), last.lineno + 1) == (tmp_path / "tried.py", HEAD.count("\n") + 3)
