"""Random small generator processes, as source text."""

from __future__ import annotations

from hypothesis import strategies as st

LOCALS = ("a", "b", "c")
Draw = st.DrawFn


@st.composite
def expressions(draw: Draw, depth: int = 2) -> str:
    kind = draw(st.integers(0, 7 if depth else 1))
    if kind == 0:
        return str(draw(st.integers(-3, 7)))
    if kind <= 3:
        return draw(st.sampled_from(LOCALS))
    left, right = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    if kind <= 5:
        return f"({left} {draw(st.sampled_from('+-*'))} {right}) % 11"
    if kind == 6:
        return f"({left} if {draw(conditions())} else {right})"
    own = draw(st.sampled_from(LOCALS))
    left, right = draw(expressions(0)), draw(expressions(0))
    return f"sum({own} + {right} for {own} in range({left} % 3))"


@st.composite
def conditions(draw: Draw) -> str:
    name, op = draw(st.sampled_from(LOCALS)), draw(st.sampled_from(("<", ">=", "==", "!=")))
    test = f"{name} {op} {draw(st.integers(-2, 8))}"
    more = draw(st.integers(0, 5))
    if more == 0:
        return f"not {test}"
    if more == 1:
        return f"{test} and (b := {draw(expressions(0))}) > 2"
    return test


@st.composite
def calls(draw: Draw, helpers: tuple[str, ...]) -> str:
    name = draw(st.sampled_from(helpers))
    first, second = draw(expressions(1)), draw(expressions(1))
    form = draw(st.integers(0, 3))
    return [
        f"{name}({first}, {second})",
        f"{name}({first})",
        f"{name}({first}, b={second})",
        f"{name}(b={first}, a={second})",
    ][form]


def indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


@st.composite
def blocks(draw: Draw, helpers: tuple[str, ...], depth: int, in_loop: bool) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4 if depth == 3 else 3))):
        lines += draw(statements(helpers, depth, in_loop))
    return lines


@st.composite
def statements(draw: Draw, helpers: tuple[str, ...], depth: int, in_loop: bool) -> list[str]:
    simple = ["assign", "add", "pair", "wait", "ended_by", "note", "lifted"]
    if helpers:
        simple += ["from", "bare_from", "tested", "returned", "chosen", "argument"]
    if in_loop:
        simple += ["break", "continue"]
    compound = ["if", "if", "if_else", "while", "while_true", "for", "for_steps", "plain_for", "guarded"]
    return draw(
        BUILDERS[draw(st.sampled_from([*simple, "return", *(compound if depth else [])]))](
            helpers, depth, in_loop
        )
    )


@st.composite
def simple(draw: Draw, form: str, helpers: tuple[str, ...]) -> list[str]:
    wished = {
        "x": st.sampled_from(LOCALS),
        "y": st.sampled_from(LOCALS),
        "e": expressions(),
        "f": expressions(1),
        "t": conditions(),
    }
    given = {name: draw(strategy) for name, strategy in wished.items() if f"{{{name}}}" in form}
    text = form.format(**given, call=draw(calls(helpers)) if "{call}" in form else "")
    return text.split("\n")


def _simple(form: str):
    return lambda helpers, _depth, _in_loop: simple(form, helpers)


@st.composite
def compound(draw: Draw, form: str, helpers: tuple[str, ...], depth: int, in_loop: bool) -> list[str]:
    loops = "while" in form or "for" in form
    wished = {
        "t": conditions(),
        "x": st.sampled_from(LOCALS),
        "e": expressions(1),
        "n": st.integers(-2, 4),
        "s": st.sampled_from((-2, -1, 1, 2)),
    }
    head = form.format(**{name: draw(wish) for name, wish in wished.items() if f"{{{name}}}" in form})
    lines = [head, *indented(draw(blocks(helpers, depth - 1, in_loop or loops)))]
    if draw(st.integers(0, 3)) == 0:
        lines += ["else:", *indented(draw(blocks(helpers, depth - 1, in_loop)))]
    return lines


def _compound(form: str):
    return lambda helpers, depth, in_loop: compound(form, helpers, depth, in_loop)


@st.composite
def guarded(draw: Draw, in_loop: bool) -> list[str]:
    """`try` without a wait in it: jumps out of it, and an error that is caught."""
    last = ["pass", "return a", "note(a // (b % 2))", *(["break", "continue"] if in_loop else [])]
    inner = [draw(st.sampled_from(last)), f"c = {draw(expressions())}"]
    tail = draw(st.sampled_from((["except ZeroDivisionError:", "    a = 5"], ["finally:", "    note(c)"])))
    return ["try:", *indented([*draw(st.permutations(inner))]), *tail]


@st.composite
def plain_loop(draw: Draw, in_loop: bool) -> list[str]:
    """A loop that does not wait, with ways out."""
    way = draw(st.sampled_from(("break", "continue", "return b", "note(a)")))
    body = [f"if {draw(conditions())}:", f"    {way}", f"c = {draw(expressions())}"]
    lines = [f"for a in range({draw(st.integers(0, 4))}):", *indented(body)]
    if in_loop and draw(st.booleans()):
        lines += ["else:", f"    {draw(st.sampled_from(('break', 'continue', 'b = 1')))}"]
    return lines


BUILDERS = {
    "assign": _simple("{x} = {e}"),
    "add": _simple("{x} += {e}"),
    "pair": _simple("{x}, {y} = {e}, {f}"),
    "wait": _simple("yield {e}"),
    "ended_by": _simple("{x} = yield {e}"),
    "note": _simple("note({e}, {f})"),
    "lifted": _simple("{x} = (yield {e}) + {f}"),
    "from": _simple("{x} = yield from {call}"),
    "bare_from": _simple("yield from {call}"),
    "tested": _simple("if (yield from {call}):\n    {x} = {e}"),
    "returned": _simple("if {t}:\n    return (yield from {call})"),
    "chosen": _simple("if {t}:\n    return {e} if (yield from {call}) else {f}"),
    "argument": _simple("{x} += yield from h0((yield {e}), {f})"),
    "break": _simple("if {t}:\n    break"),
    "continue": _simple("if {t}:\n    continue"),
    "return": _simple("if {t}:\n    return {e}"),
    "if": _compound("if {t}:"),
    "if_else": _compound("if {t}:"),
    "while": _compound("while tick() and {t}:"),
    "while_true": _compound("while tick():"),
    "for": _compound("for {x} in range({e}):"),
    "for_steps": _compound("for {x} in range({n}, {e}, {s}):"),
    "plain_for": lambda _helpers, _depth, in_loop: plain_loop(in_loop),
    "guarded": lambda _helpers, _depth, in_loop: guarded(in_loop),
}


@st.composite
def processes(draw: Draw) -> str:
    """`main`, and processes that it waits for; each may wait for those before it."""
    lines: list[str] = []
    helpers: tuple[str, ...] = ()
    for name in ("h0", "h1", "main"):
        depth = 3 if name == "main" else 1
        head = f"def {name}(a, b, c):" if name == "main" else f"def {name}(a, b=2, *, c=-1):"
        body = draw(blocks(helpers, depth, in_loop=False))
        lines += [head, *indented([*body, "yield a", "note(a, b, c)", "return a + b"]), "", ""]
        helpers = (*helpers, name)
    return "\n".join(lines)
