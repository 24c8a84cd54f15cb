"""The whole model, said: everything that an engine's entry points lead to;
and the proof that nothing calls itself."""

from __future__ import annotations

from sim.engines.translate.call_cycles import circle
from sim.engines.translate.lowering.actor_calls import say_plain
from sim.engines.translate.lowering.processes import Process
from sim.engines.translate.made_code import Code
from sim.engines.translate.program import Model, Program


def translated(program: Program) -> tuple[Model, Code]:
    """Say everything that the program's roots lead to. Raises `OutsideSubset` with the model's file and line
    for what cannot be said."""
    model = Model(program)
    code = Code()
    ends = [program.end_of_journey] if program.stages else []
    # From the roots alone: what nothing leads to may be plain Python.
    todo = [model.function(thing) for thing in (*program.roots, *program.stages.values(), *ends)]
    seen: set[str] = set()
    while todo:
        function = todo.pop()
        if function.name in seen:
            continue
        seen.add(function.name)
        # A process becomes several functions, each with calls of its own.
        before = set(code.functions)
        if function.is_process:
            Process(model, code, function).make()
        else:
            say_plain(model, code, function, {})
        # Acts as well: `world.at` names them and nothing calls them before the event is served.
        called = set().union(*(code.calls[text] for text in set(code.functions) - before)) | set(code.acts)
        todo += [model.by_name[text] for text in sorted(called - seen) if text in model.by_name]
    return model, code


def prove_no_circle(code: Code, names: set[str]) -> None:
    """Nothing calls itself, by whatever way. Raises `RecursionError` with the shortest circle."""
    # Rules and functions of the language are left out: they call nothing of the model.
    found = circle({text: called & names for text, called in code.calls.items()})
    if found is not None:
        raise RecursionError(f"the model calls itself: {' -> '.join([*found, found[0]])}")
