"""Names that libraries promise to nobody and the code leans on: each is listed here, is there,
and does what is expected of it.

A new version of a library that fails here must not be allowed by the bounds in pyproject.toml.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from typing import Any

import pytest
import simpy
from simpy.events import Event, Process

from sim.engines.compiled.numba_clones import STEPS_LEFT_OUT

SIM = Path(__file__).parents[1] / "sim"
OF_NUMBA = [f"numba.core.codegen:{owner}.{step}" for owner, step in STEPS_LEFT_OUT]
LISTED = {
    "simpy.core:Environment._queue": "model/state/waits.py puts appointments there; model/branching.py "
    "strikes some out",
    "simpy.core:Environment._now": "model/simulate.py and model/stepping.py set the clock",
    "simpy.events:Event._value": "model/state/waits.py gives events their value",
    "simpy.events:Event._ok": "model/state/waits.py makes events that have happened",
    "simpy.events:Process._resume": "model/state/waits.py and world.py resume a process within a call",
    "simpy.events:Process._generator": "model/state/world.py closes the process of an actor that stops",
    "simpy.events:Process._target": "model/state/waits.py makes a process without its first event",
    **dict.fromkeys(
        OF_NUMBA,
        "numba_clones.py leaves it out of inner functions, which compile in a quarter of the time",
    ),
    "numba.core.codegen:CodeLibrary._ensure_finalized": "numba_clones.py does what is left of a step",
    "numba.core.dispatcher:Dispatcher.stats": "numba_clones.py asks whether the loop is compiled",
    "numba.core.dispatcher:Dispatcher.compile": "numba_clones.py compiles inner functions quickly",
    "numba.core.cgutils:_StructProxy._getvalue": "numba_clones.py gives an array that was put together",
    "llvmlite.binding:get_host_cpu_name": "engines/compiled/compile_cache.py names the cache by the "
    "processor",
    "llvmlite.binding:get_host_cpu_features": "engines/compiled/compile_cache.py names the cache by the "
    "processor",
    "typer.core:TyperGroup.invoke": "cli/app.py ends a stopped command with its exit code",
    "typer.models:CommandInfo": "cli/app.py sorts commands into groups",
    "typer.main:get_command": "tools/command_page.py lists commands and options",
    "rich.console:Console.render": "cli/terminal.py shows text as text",
    "rich.console:Console.render_str": "cli/terminal.py shows text as text",
    "rich.status:Status": "cli/terminal.py shows text as text",
    "pyabc.sampler:Sampler._create_empty_sample": "evidence/calibration/abc_smc.py samples in "
    "the order of numbers",
}
NO_CLASS_ATTRIBUTE = {"_queue", "_now", "_ok", "_generator", "_target"}
"""Set by a constructor or declared as a type alone: looked for on an object."""
OF_THE_STANDARD_LIBRARY = {"_replace", "_exit", "_attributes", "_fields"}


def found(name: str) -> bool:
    module_name, path = name.split(":")
    thing: Any = importlib.import_module(module_name)
    *owners, last = path.split(".")
    for owner in owners:
        thing = getattr(thing, owner)
    return hasattr(example(thing) if last in NO_CLASS_ATTRIBUTE else thing, last)


def example(kind: type) -> object:
    env = simpy.Environment()
    examples = {Process: lambda: env.process(waiting(env)), Event: lambda: env.timeout(1.0)}
    return examples.get(kind, lambda: env)()


def waiting(env: simpy.Environment) -> Iterator[Event]:
    yield env.timeout(1.0)


def slow_if_slow_to_import(name: str) -> Any:
    return pytest.param(name, marks=pytest.mark.slow) if name.startswith("pyabc") else name


@pytest.mark.parametrize("name", [slow_if_slow_to_import(name) for name in LISTED])
def test_a_name_that_nobody_promised_is_there(name: str) -> None:
    library = name.split(".")[0].split(":")[0]
    try:
        installed = version(library)
    except PackageNotFoundError:
        pytest.skip(f"{library} is not installed")
    assert found(name), (
        f"{library} {installed} has no {name}: {LISTED[name]}. Change that, or bound {library} in "
        f"pyproject.toml"
    )


def private_names(tree: ast.AST) -> Iterator[str]:
    """Attributes that begin with one underscore, of anything but the object or class itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and re.match(r"_[^_]", node.attr):
            if ast.unparse(node.value) in ("self", "cls"):
                continue
            yield node.attr


def own_names(tree: ast.AST) -> Iterator[str]:
    """What the file itself defines: functions, classes, fields, and attributes of the object itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target).removeprefix("self.")
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def test_every_private_name_of_a_library_is_listed() -> None:
    listed = {name.rsplit(".", 1)[-1] for name in LISTED} | OF_THE_STANDARD_LIBRARY
    for path in sorted(SIM.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        unlisted = set(private_names(tree)) - listed - set(own_names(tree))
        assert not unlisted, f"{path.relative_to(SIM)} uses {', '.join(sorted(unlisted))}: list it here"


def test_simpy_keeps_its_events_as_tuples_of_four_in_a_heap() -> None:
    """Appointments of the model put (time, rank, (entity, occasion), event) in the place of SimPy's own."""
    env = simpy.Environment()
    event = env.timeout(2.0)
    ((time_h, _, _, kept),) = env._queue
    assert (time_h, kept) == (2.0, event)


def test_simpy_resumes_a_process_with_an_event_that_has_a_value_and_is_ok() -> None:
    env, got = simpy.Environment(), []

    def actor() -> Iterator[Event]:
        got.append((yield env.timeout(5.0)))

    process = env.process(actor())
    env.run(until=1.0)
    taken = env.event()
    taken._ok, taken._value = True, "taken"
    process._resume(taken)
    assert got == ["taken"]


def test_the_page_of_the_panel_stands_on_a_template_that_voila_has() -> None:
    try:
        template = next(f for f in files("voila") or [] if str(f).endswith("templates/lab/index.html.j2"))
    except PackageNotFoundError:
        pytest.skip("voila is not installed")
    assert "block notebook_css" in Path(str(template.locate())).read_text(encoding="utf-8")
