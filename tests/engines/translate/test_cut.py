"""Every construct of a process: what it is cut into, and that it does what the generator does."""

from __future__ import annotations

import ast
import traceback
from pathlib import Path

import pytest

from sim.engines.translate.cutting.cutter import Machine
from sim.engines.translate.cutting.syntax import led_to
from sim.engines.translate.outside_subset import OutsideSubset
from tests.engines.translate.trampoline import compiled, cut_source, same

HELPER = """
def walk(x, times=2, *, far=False):
    for i in range(times):
        x += yield x + i
        if x > 20:
            return -1
    return x if far else x + 1
"""
CONSTRUCTS = {
    "a wait alone": "yield x\nreturn x",
    "what ended a wait": "why: int = yield x\nreturn why + x",
    "a wait for nothing": "yield\nreturn 1",
    "a wait given to an element": "d = [0]\nd[0] = yield x\nreturn d[0]",
    "a wait given to two": "y = z = yield x\nreturn y + z",
    "a result of a wait": "return (yield x)",
    "off the end": "yield x",
    "a bare return": "yield x\nreturn",
    "one branch waits": "if x > 2:\n    yield x\nx += 1\nnote(x)\nreturn x",
    "both branches wait": "if x > 2:\n    yield x\nelse:\n    x = yield 5\nnote(x)\nx += 1\nreturn x",
    "elif": "if x > 5:\n    yield 1\nelif x > 2:\n    yield 2\nelse:\n    note(3)\nnote(4)\nreturn x",
    "a loop for ever": "while True:\n    x += yield x\n    if x > 9:\n        break\n    if x % 2:\n        "
    "continue\n    note(x)\nreturn x",
    "a loop with a test": "while x < 9:\n    x += yield x\nelse:\n    note(x)\nreturn x",
    "a loop that assigns in its test": "while (y := x + 1) < 9:\n    x += yield y\nreturn y",
    "a loop whose test waits": "while (yield x) < 3:\n    x += 1\n    if x > 8:\n        break\nreturn x",
    "nested loops": "for i in range(3):\n    for j in range(i):\n        if j == 1:\n            break\n     "
    "   yield i * j\n    else:\n        continue\n    note(i)\nreturn i",
    "a range with its bound changed": "n = 3\nfor i in range(n):\n    n = 9\n    yield i\n    i = "
    "100\nreturn i",
    "a range downwards": "for i in range(x, -x, -2):\n    yield i\nreturn i",
    "a range of unknown step": "for i in range(9, x, 3 - x):\n    yield i\nreturn 0",
    "a range that is empty": "i = 7\nfor i in range(0):\n    yield i\nreturn i",
    "a step of zero": "for i in range(0, 9, x - x):\n    yield i",
    "a loop that does not wait": "yield x\nfor i in [1, 2, 3]:\n    if i == x:\n        return i\n    if i > "
    "x:\n        break\nelse:\n    return -1\nyield i",
    "a way out of a loop within one": "while True:\n    x += yield x\n    for i in range(3):\n        if i * "
    "x > 9:\n            return i\n    if x > 20:\n        break",
    "a loop's own jumps within one that waits": "while x < 9:\n    x += 1\n    for i in range(5):\n        "
    "if i == 1:\n            continue\n        if i > x:\n            break\n        note(i)\n    yield "
    "x\nreturn x",
    "a local that is needed where a loop is left": "y = 5\nyield x\nwhile True:\n    x += 1\n    if x > 3:\n "
    "       break\nreturn y",
    "a process": "y = yield from walk(x)\nreturn y",
    "a process given by name": "y: int = yield from walk(times=x, x=1, far=True)\nreturn y",
    "a process twice": "y = yield from walk(x)\nz = yield from walk(y, 1)\nreturn y, z",
    "a process in a process's arguments": "y = yield from walk((yield from walk(x)), (yield 2))\nreturn y",
    "a process for its own sake": "yield from walk(x)\nreturn x",
    "the result of a process": "return (yield from walk(x))",
    "a process in a test": "if (yield from walk(x)) > 5:\n    note(1)\nelse:\n    note(2)\nreturn 0",
    "a process in a choice": "return x if (yield from walk(x)) > 5 else -x",
    "added to": "x += yield from walk(x)\nreturn x",
    "a process in a loop": "for i in range(2):\n    x = yield from walk(x, far=i)\nreturn x",
    "a comprehension of the same name": "y = 4\nyield x\nz = [x for x in range(y)]\nreturn sum(x * y for x "
    "in z) + x",
    "a lambda": "yield x\nreturn sorted([3, 1, 2], key=lambda y, x=x: -y * x)",
    "an assertion": "assert x\nyield x\nassert x > 3\npass\nreturn x",
    "an error caught": "yield x\ntry:\n    y = 1 // (x - x)\nexcept ZeroDivisionError:\n    return "
    "-1\nfinally:\n    note(x)",
    "an error": "yield x\nraise KeyError(x)",
    "two targets": "y, z = x, x + 1\nyield y\ny, z = z, y\nyield y\nreturn z",
}


def process(body: str) -> str:
    lines = "\n".join("    " + line for line in body.split("\n"))
    return f'def main(x):\n    """What it does."""\n{lines}\n{HELPER}'


@pytest.mark.parametrize("body", CONSTRUCTS.values(), ids=CONSTRUCTS.keys())
def test_a_construct_does_what_the_generator_does(body: str) -> None:
    for x in (0, 3, 6):
        for fed in ([1], [4, 0, 2], [9, -1]):
            run = same(process(body), [x], fed)
            assert run.waits or x == 0 or "range" in body or "while" in body or "if" in body


def cut_body(body: str) -> Machine:
    return cut_source(process(body))


def text(machine: Machine, name: str) -> str:
    (part,) = (p for p in machine.parts if p.name == name)
    return "\n".join(ast.unparse(s) for s in part.body)


def test_a_wait_is_a_return_and_what_follows_is_a_part() -> None:
    machine = cut_body("why = yield x\nyield why\nnote(x)")
    start, first, second = machine.parts
    assert text(machine, "main") == "return __wait__(x, 'main_w1')"
    assert text(machine, "main_w1") == "return __wait__(why, 'main_w2')"
    assert text(machine, "main_w2") == "note(x)\nreturn None"
    assert [(p.kind, p.why, p.live) for p in machine.parts] == [
        ("start", None, ()),
        ("wait", "why", ("x",)),
        ("wait", None, ("x",)),
    ]
    assert machine.locals == {"x", "why"} and (start.name, first.name, second.name) == (
        "main",
        "main_w1",
        "main_w2",
    )


def test_what_follows_an_if_is_a_join_and_stands_once() -> None:
    machine = cut_body("if x:\n    yield x\nnote(1)\nnote(2)")
    assert [p.name for p in machine.parts] == ["main", "main_w1", "main_j1"]
    assert text(machine, "main_w1") == "return __goto__('main_j1')"
    assert text(machine, "main").count("note") == 0


def test_a_single_result_after_an_if_is_written_in_each_branch() -> None:
    machine = cut_body("if x:\n    yield x\nreturn 5")
    assert [p.name for p in machine.parts] == ["main", "main_w1"]
    assert text(machine, "main_w1") == "return 5"


def test_a_result_is_not_moved_into_a_guard() -> None:
    source = "def main(x):\n    y = yield from f(x)\n    return 1 // y\n"
    source += (
        "def f(x):\n    yield x\n"
        "    try:\n        return 0\n    except ZeroDivisionError:\n        return 1\n"
    )
    assert same(source, [1]).ended == ("error", "ZeroDivisionError")


def test_a_loop_has_a_head() -> None:
    machine = cut_body("while x:\n    x = yield x\nreturn 5")
    assert [(p.name, p.kind, p.live) for p in machine.parts] == [
        ("main", "start", ()),
        ("main_l1", "loop", ("x",)),
        ("main_w1", "wait", ()),
    ]


def test_names_that_are_kept_are_not_live() -> None:
    machine = cut_source(process("y = 1\nyield x\nreturn x + y"), keep=("x",))
    assert machine.parts[1].live == ("y",)


def test_a_local_is_live_only_where_a_path_reads_it_first() -> None:
    machine = cut_body("y = z = 1\nyield x\nif x:\n    y = 2\nelse:\n    return z\nreturn y")
    assert machine.parts[1].live == ("x", "z")


def test_a_parameter_that_is_never_assigned_stands_for_the_callers_local() -> None:
    source = (
        "def main(world, n):\n    yield from f(world, n)\ndef f(w, k):\n    k += 1\n    yield w.now + k\n"
    )
    machine = cut_source(source)
    assert text(machine, "main") == "f_k = n\nf_k += 1\nreturn __wait__(world.now + f_k, 'main_w1')"


def test_a_process_of_another_module_is_known_by_its_last_name() -> None:
    source = "def main(x):\n    return (yield from other.f(x))\ndef f(x):\n    yield x\n    return 3\n"
    assert text(cut_source(source), "main_w1") == "return 3"


def test_every_part_that_is_named_is_there() -> None:
    for body in CONSTRUCTS.values():
        machine = cut_body(body)
        named = {led.part for part in machine.parts for led in led_to(part.body)}
        assert named == {p.name for p in machine.parts} - {"main"}


REFUSED = {
    "try:\n    yield x\nfinally:\n    pass": "a wait inside `try`",
    "with x:\n    yield x": "a wait inside `with`",
    "match x:\n    case 1:\n        yield x": "`match`",
    "y = lambda: (yield x)": "a lambda may neither wait",
    "y = 1\nyield sorted(x, key=lambda v: v + y)": "pass it as `y=y`",
    "def f():\n    yield x\nyield 1": "a function inside a process",
    "for i in [1, 2]:\n    yield i": "goes through `range(...)`",
    "for x.y in range(3):\n    yield 1": "to a local",
    "for i in range(1, 2, 0):\n    yield i": "a step of 0",
    "y = x + (yield x)": "not the first thing evaluated",
    "y = x if x else (yield x)": "not the first thing evaluated",
    "yield (yield x)": "a wait inside what is waited for",
    "x.y += yield x": "is read before the wait",
    "x[(yield 1)] = 2": "inside the target",
    "y = yield from nobody(x)": "`nobody` is not among the processes",
    "yield from x": "a call of a process by its name",
    "yield from walk(x, 1, 2)": "takes 2 arguments by position",
    "yield from walk(x, x=1)": "is given `x` twice",
    "yield from walk()": "is not given `x`",
    "yield from walk(x, near=1)": "has no parameter `near`",
    "yield from walk(*x)": "without a star",
    "range = 1\nyield from walk(x)": "`range` is a local here and something else in `walk`",
    "assert (yield x)": "a wait inside `assert`",
    "yield x\ndel x": "`del x`",
    "global y\nyield x": "`global`",
    "yield 1\ny = (i for i in x)": "a generator expression",
}


@pytest.mark.parametrize("body", REFUSED)
def test_what_is_outside_the_subset_is_refused_with_file_line_and_reason(body: str) -> None:
    with pytest.raises(OutsideSubset) as refusal:
        cut_body(body)
    first, source = str(refusal.value).split("\n")
    assert first.startswith(f"model.py:{refusal.value.line}: ") and 2 < refusal.value.line < 3 + len(
        body.split("\n")
    )
    assert REFUSED[body] in first
    assert source.startswith("    ") and source.strip()


def test_a_process_that_waits_for_itself_is_refused() -> None:
    source = (
        "def main(x):\n    yield from f(x)\ndef f(x):\n    yield x\n    yield from g(x)\ndef g(x):\n    "
        "yield from f(x)\n"
    )
    with pytest.raises(OutsideSubset, match="main -> f -> g -> f"):
        cut_source(source)
    with pytest.raises(OutsideSubset, match="main -> main"):
        cut_source("def main(x):\n    yield from main(x)\n")


def test_a_process_that_never_waits_is_called_without_yield_from() -> None:
    with pytest.raises(OutsideSubset, match="`f` never waits"):
        cut_source("def main(x):\n    yield from f(x)\ndef f(x):\n    return x\n")


def test_a_refusal_shows_the_line_as_it_stands_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text("def main(x):\n    yield from nobody( x )  # as written\n")
    with pytest.raises(OutsideSubset) as refusal:
        cut_source(file.read_text(), path=str(file))
    assert str(refusal.value).endswith("\n    yield from nobody( x )  # as written")


@pytest.mark.parametrize("line", [3, 6, 10])
def test_an_error_in_a_part_names_the_files_own_line(tmp_path: Path, line: int) -> None:
    lines = [
        "def main(x):",
        "    y = yield from f(x)",
        "    y = yield 2",
        "    z = 1",
        "    while True:",
        "        z = z",
    ]
    lines += ["        yield z", "def f(x):", "    yield x", "    x = 3", "    return x"]
    lines[line - 1] = (
        lines[line - 1].replace(" = ", " = nowhere + ", 1) if line != 3 else "    y = nowhere; yield 2"
    )
    file = tmp_path / "model.py"
    file.write_text("\n".join(lines))
    machine = cut_source(file.read_text(), path=str(file))
    name, given, error = "main", {"x": 1}, None
    machine.parts[0].live = ("x",)
    table = compiled(machine, str(file), {})
    for _ in range(9):
        (found,) = (p for p in machine.parts if p.name == name)
        given = {n: given[n] for n in found.live} | ({found.why: 1} if found.why else {})
        try:
            _, _, name, given = table[name](**given)
        except NameError as raised:
            error = raised
            break
    assert error is not None
    frame = traceback.extract_tb(error.__traceback__)[-1]
    assert (frame.filename, frame.lineno) == (str(file), line)
