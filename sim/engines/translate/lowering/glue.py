"""What stands between the parts: places for records, waits and events, and who is resumed where.
All of it follows from the declarations and from the waits; nothing here knows what any process does.
"""

from __future__ import annotations

import ast
import dataclasses
import math
from collections.abc import Iterable
from typing import Any

from sim.engines.translate.kinds import BOOL, FLOAT, WORD, EnumKind, Ref, Value, ValueKind, fields_of
from sim.engines.translate.made_code import DUE, Code, Wait
from sim.engines.translate.program import Model

NOT_WAITED_FOR = "somebody is taken out of a wait for a reason that the wait does not name"


def glue(model: Model, code: Code) -> str:
    """The text of all of it."""
    if NOT_WAITED_FOR not in code.faults:
        # Last: laws of the model have their numbers already.
        code.faults.append(NOT_WAITED_FOR)
    parts = [
        *(new_record(cls) for cls in _sorted(model.made)),
        *(forget_record(cls, cls in model.made) for cls in _sorted(code.forgets)),
        *(waits_of(cls) for cls in actors(code)),
        *(stop_actor(cls) for cls in _sorted(code.stops)),
        *(
            take(model, code, cls, why)
            for cls, why in sorted(code.takes, key=lambda t: (t[0].__name__, t[1]))
        ),
        *(travel_from(model, code, stage) for stage in sorted(code.travels)),
        travel(model, code),
        *(due(code, cls) for cls in actors(code)),
        serve(model, code),
    ]
    return "\n\n".join(parts)


def actors(code: Code) -> list[type]:
    """The classes whose records wait."""
    return _sorted({wait.owner for wait in code.waits.values()})


def _sorted(classes: Iterable[type]) -> list[type]:
    # By name, so that the made text is the same in every process.
    return sorted(classes, key=lambda cls: cls.__name__)


# places for records


def default_of(cls: type, text: str, kind: ValueKind) -> str:
    """What a field of a new record holds, as made code says it."""
    field = {f.name: f for f in dataclasses.fields(cls)}[text]
    value: Any = field.default
    if isinstance(kind, Ref | EnumKind) and (value is None or value is dataclasses.MISSING):
        return "-1"
    if value is dataclasses.MISSING:
        # Written over at once: a field without a default is given where the record is made.
        return "0"
    if kind == FLOAT:
        return "math.inf" if value == math.inf else repr(float(value))
    if kind == BOOL:
        return str(int(value))
    return "as_word(0)" if kind == WORD else str(int(value))


def new_record(cls: type) -> str:
    """A place for a record, with the defaults of its class; `Full` where there is none."""
    text = cls.__name__
    lines = [
        f"    x.{field} = {default_of(cls, field, kind)}"
        for field, kind in fields_of(cls).items()
        if not isinstance(kind, Value)
    ]
    # Places of forgotten records first, so that memory follows the people there are and not all who ever
    # came.
    return f"""def new_{text}(world):
    i = world.{text}_free
    if i >= 0:
        world.{text}_free = T_{text}(world)[i].next_free
    elif world.{text}_n + 1 >= world.T_{text}_room:
        raise Full()
    else:
        i = world.{text}_n
        world.{text}_n = i + 1
    x = T_{text}(world)[i]
{chr(10).join(lines)}
    x.alive = 1
    x.waiting = 0
    x.at = 0
    return i
"""


def forget_record(cls: type, is_made: bool) -> str:
    """Its place can be given to another; records that are there from the start stay."""
    text = cls.__name__
    if not is_made:
        return f"def forget_{text}(world, x):\n    return\n"
    return f"""def forget_{text}(world, i):
    x = T_{text}(world)[i]
    x.alive = 0
    x.waiting = 0
    x.at = 0
    x.next_free = world.{text}_free
    world.{text}_free = i
"""


# waits and events


def waits_of(cls: type) -> str:
    """An actor waits for a time, or for somebody."""
    text, rank = cls.__name__, int(cls.rank)  # type: ignore[attr-defined]
    # Nothing is taken out of the heap: a new turn makes the appointment of an earlier wait void.
    return f"""def wait_{text}(world, i, time_h, at):
    x = T_{text}(world)[i]
    x.turn += 1
    x.waiting = 1
    x.at = at
    appoint(world, time_h, {rank}, E_{text}, x.key, x.turn, i)


def stand_by_{text}(world, i, at):
    x = T_{text}(world)[i]
    x.turn += 1
    x.waiting = 0
    x.at = at
"""


def stop_actor(cls: type) -> str:
    """An actor waits no longer, and its process goes no further."""
    text = cls.__name__
    return f"""def stop_{text}(world, i):
    x = T_{text}(world)[i]
    x.waiting = 0
    x.at = 0
"""


def _ways(waits: list[tuple[Wait, str]], before: str, otherwise: str) -> list[str]:
    lines = []
    for i, (wait, part) in enumerate(waits):
        lines += [
            f"    {'if' if i == 0 else 'elif'} at == {wait.number}:",
            f"        {before}{part}(world, i)",
        ]
    return (
        [*lines, "    else:", *(f"        {line}" for line in otherwise.splitlines())]
        if lines
        else [f"    {line}" for line in otherwise.splitlines()]
    )


def take(model: Model, code: Code, cls: type, why: str) -> str:
    """Somebody takes an actor out of its wait: only the waits that name the reason,
    and what can follow from there."""
    text, made = cls.__name__, f"take_{cls.__name__}_{why.lower()}"
    waits = [
        (wait, wait.after[why]) for wait in code.waits.values() if wait.owner is cls and why in wait.after
    ]
    is_journey = any(wait.is_stage for wait, _ in waits)
    fault = f"fail(world, {code.faults.index(NOT_WAITED_FOR) + 1})\nreturn"
    lines = [
        f"def {made}(world, i):",
        f"    x = T_{text}(world)[i]",
        "    at = x.at",
        "    x.waiting = 0",
        "    x.at = 0",
    ]
    lines += _ways(waits, "stage = " if is_journey else "", fault)
    calls = {part for _, part in waits}
    if is_journey:
        # Not all stages: actors are taken inside other actors' calls, where any stage would close a circle of
        # calls.
        stages = closure(model, code, calls)
        lines += _travelling(model, text, stages)
        calls |= {_stage_function(model, stage) for stage in stages} | {_end(model)}
    code.calls[made] = calls
    return "\n".join(lines) + "\n"


def due(code: Code, cls: type) -> str:
    """The time that an actor waited for has come."""
    text = cls.__name__
    waits = [
        (wait, wait.after[DUE]) for wait in code.waits.values() if wait.owner is cls and DUE in wait.after
    ]
    is_journey = any(wait.is_stage for wait, _ in waits)
    lines = [f"def due_{text}(world, i):", f"    x = T_{text}(world)[i]", "    at = x.at", "    x.at = 0"]
    lines += _ways(waits, "stage = " if is_journey else "", "return")
    if is_journey:
        # Any stage may follow: the loop of events alone calls this, so that no circle can come of it.
        lines += ["    travel(world, i, stage)"]
    code.calls[f"due_{text}"] = {part for _, part in waits} | ({"travel"} if is_journey else set())
    return "\n".join(lines) + "\n"


# journeys


def _stage_function(model: Model, stage: str) -> str:
    for member, function in model.program.stages.items():
        if member.name == stage:
            return model.function(function).name
    raise KeyError(stage)


def _end(model: Model) -> str:
    return model.function(model.program.end_of_journey).name


def _travelling(model: Model, text: str, stages: list[str]) -> list[str]:
    """A stage at a time, until a wait, a fate, or nobody is left."""
    numbers = {member.name: int(member) for member in model.program.stages}
    lines = []
    if stages:
        lines += [f"    while stage >= 0 and T_{text}(world)[i].{model.program.persons} > 0:"]
        for n, stage in enumerate(stages):
            last = n == len(stages) - 1 and n > 0
            head = "else" if last else f"{'if' if n == 0 else 'elif'} stage == {numbers[stage]}"
            lines += [
                f"        {head}:  # {stage}",
                f"            stage = {_stage_function(model, stage)}(world, i)",
            ]
    return [*lines, "    if stage != WAITING:", f"        {_end(model)}(world, i)"]


def travel_from(model: Model, code: Code, stage: str) -> str:
    """A journey that begins with a stage."""
    owner = _traveller(model)
    first = _stage_function(model, stage)
    stages = closure(model, code, {first})
    made = f"travel_{stage.lower()}"
    code.calls[made] = {first, _end(model)} | {_stage_function(model, s) for s in stages}
    return (
        "\n".join(
            [
                f"def {made}(world, i):",
                f"    stage = {first}(world, i)",
                *_travelling(model, owner, stages),
            ]
        )
        + "\n"
    )


def travel(model: Model, code: Code) -> str:
    """A journey goes on with any stage."""
    stages = [member.name for member in model.program.stages]
    code.calls["travel"] = {_stage_function(model, s) for s in stages} | {_end(model)}
    return "\n".join(["def travel(world, i, stage):", *_travelling(model, _traveller(model), stages)]) + "\n"


def _traveller(model: Model) -> str:
    function = model.function(next(iter(model.program.stages.values())))
    kind = function.params[0][1]
    assert isinstance(kind, Ref)
    return kind.cls.__name__


def closure(model: Model, code: Code, parts: Iterable[str]) -> list[str]:
    """The stages that can follow from some parts before anybody waits, in the order of the enumeration."""
    todo, seen = set().union(*(_follow(code, part, {}) for part in parts)) if parts else set(), set[str]()
    while todo:
        stage = todo.pop()
        if stage not in seen:
            seen.add(stage)
            todo |= _follow(code, _stage_function(model, stage), {})
    return [member.name for member in model.program.stages if member.name in seen]


def _follow(code: Code, text: str, seen: dict[str, set[str]]) -> set[str]:
    """The stages that a function gives back."""
    if text in seen or text not in code.functions:
        return seen.get(text, set())
    # Entered before its calls are followed, so that a circle ends here.
    found = seen[text] = set()

    def of(value: ast.expr | None) -> None:
        if isinstance(value, ast.IfExp):
            of(value.body)
            of(value.orelse)
        elif isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
            found.add(value.attr)
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            found.update(_follow(code, value.func.id, seen))

    for node in ast.walk(code.functions[text][0]):
        if isinstance(node, ast.Return):
            of(node.value)
    return found


# events


def serve(model: Model, code: Code) -> str:
    """An event that has been taken out of the calendar is served."""
    owner = _traveller(model)
    # Travellers first: every event goes through this chain of tests, and most are theirs.
    classes = sorted((cls.__name__ for cls in actors(code)), key=lambda text: (text != owner, text))
    lines = ["def serve(world, what, slot, entity, occasion):"]
    for n, text in enumerate(classes):
        lines += [
            f"    {'if' if n == 0 else 'elif'} what == E_{text}:",
            f"        x = T_{text}(world)[slot]",
            "        if x.waiting and x.key == entity and x.turn == occasion:",
            "            x.waiting = 0",
            f"            due_{text}(world, slot)",
        ]
    for text, (_, kind) in sorted(code.acts.items()):
        lines += [f"    elif what == E_{text}:"]
        deep = ""
        # The place may have been given to another record since; its key shows that.
        if isinstance(kind, Ref) and kind.cls in model.made:
            lines += [f"        x = T_{kind.cls.__name__}(world)[slot]"]
            same = " and x.key == entity" if "key" in fields_of(kind.cls) else ""
            lines += [f"        if x.alive{same}:"]
            deep = "    "
        lines += [f"        {deep}{text}(world, slot, occasion)"]
    code.calls["serve"] = {f"due_{text}" for text in classes} | set(code.acts)
    return "\n".join(lines) + "\n"


def numbers_of_events(code: Code) -> dict[str, int]:
    """The constants `E_...` by which an event says whose it is."""
    return {
        f"E_{text}": n
        for n, text in enumerate([*(cls.__name__ for cls in actors(code)), *sorted(code.acts)], 1)
    }
