"""As much of a faulty scenario as still makes sense, so that its other faults can be told too."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.scenario.schema import Scenario

Content = TypeVar("Content", bound=BaseModel)
# Taking a value out may leave a table without what it needs, which the next round takes out.
ROUNDS = 4
FILLERS: dict[str, Any] = {
    "length_km": 10_000.0, "people_per_day": 0.0, "side": "guard", "persons": 1, "above": 1e9,
    "title": "", "start": date(2000, 1, 1), "end": date(2000, 1, 2),
}  # fmt: skip
"""Values that break no other rule, for required ones that are missing or wrong."""


def mended(given: dict[str, Any], error: ValidationError) -> Scenario | None:
    """The scenario without its refused values; None where too much is missing to go on."""
    return without_refused(Scenario, given, error)


def without_refused(model: type[Content], given: dict[str, Any], error: ValidationError) -> Content | None:
    """What a file says without its refused values; None where too much is missing to go on."""
    whole: Any = _thawed(given)
    for _ in range(ROUNDS):
        _mend_all(whole, error)
        try:
            return model.model_validate(whole)
        except ValidationError as again:
            error = again
    return None


def _thawed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _thawed(item) for key, item in value.items()}
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


def _mend_all(whole: Any, error: ValidationError) -> None:
    """Take every refused value out; what stood in an entry that is gone already needs no mending, and
    its loss takes nothing else along."""
    gone: list[list[str | int]] = []
    refusals = error.errors(include_url=False, include_input=False)
    # The deepest first: an entry that goes takes all its values with it.
    for entry in sorted(refusals, key=lambda each: -len(each["loc"])):
        loc = [step for step in entry["loc"] if step != "[key]"]
        if not any(loc[: len(path)] == path for path in gone):
            gone.append(_mend(whole, loc))


def _mend(whole: Any, loc: list[str | int]) -> list[str | int]:
    """Take the refused value out, fill a required one, or let the entry go that needs it;
    the path of what was changed."""
    parents: list[tuple[Any, str | int]] = []
    node = whole
    for step in loc:
        if isinstance(node, dict) and (step in node or step == loc[-1]):
            parents.append((node, step))
            node = node.get(str(step))
        elif isinstance(node, list):
            break
    if not parents:
        return loc
    table, key = parents[-1]
    path = [step for _, step in parents]
    if key in table:
        del table[key]
    elif key in FILLERS:
        table[key] = FILLERS[str(key)]
    elif key == "country" and isinstance(whole.get("countries"), dict) and whole["countries"]:
        table[key] = next(iter(whole["countries"]))
    elif len(parents) > 1:
        above, name = parents[-2]
        above.pop(name, None)
        return path[:-1]
    return path
