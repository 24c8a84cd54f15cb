"""What the schema says of a key path: type, unit, range, default, status, source and meaning.

Reports, the reference page, `--set` and the list of assumed values all ask here, so that each fact about a
key has one place: its field in `sim.scenario.schema`.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from sim.core.bounds import MOST_SEED
from sim.scenario.files.toml_lines import Step
from sim.scenario.schema import Scenario

# Not None, which is a default of its own: calls have no patience.
REQUIRED = object()
WORDS: dict[Any, str] = {
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    str: "text",
    date: "a date",
    datetime: "a date-time",
}


@dataclass(frozen=True, slots=True)
class InWords:
    """What a type allows, in words of its own: stands in `Annotated`."""

    text: str


@dataclass(frozen=True, slots=True)
class Spec:
    """What a value at a key path may be, and where its default comes from."""

    type: Any
    unit: str = ""
    low: float | None = None
    high: float | None = None
    fewest: int | None = None
    most: int | None = None
    default: Any = REQUIRED
    status: str = ""
    source: str = ""
    about: str = ""
    case: str = ""
    """Where the status of the default holds; "" where it is assumed."""
    words: str = ""

    @property
    def word(self) -> str:
        """The type in words."""
        return self.words or type_word(self.type)

    @property
    def allowed(self) -> str:
        """Type, range and unit in words.

        >>> spec(("sectors", "x", "length_km")).allowed
        'a number from 0.1 to 10000 km'
        """
        text = self.words or self.word + range_words(self.low, self.high)
        if self.unit and self.unit != "1":
            text += f" {self.unit}" if self.low is not None or self.high is not None else f" ({self.unit})"
        return text


def range_words(low: float | None, high: float | None) -> str:
    """A range in words, empty if there is none."""
    if low is not None and high is not None:
        return f" from {_end(low)} to {_end(high)}"
    if low is not None:
        return f" of at least {_end(low)}"
    return f" of at most {_end(high)}" if high is not None else ""


def _end(value: float) -> str:
    """An end of a range; the largest seed as people write it."""
    if value == MOST_SEED:
        return "2**64 - 1"
    return f"{value:,}" if isinstance(value, int) and value >= 10_000 else f"{value:g}"


def unwrapped(annotation: Any) -> tuple[Any, list[Any]]:
    """A type without `Annotated`, and what was said about it there."""
    metadata: list[Any] = []
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        for item in more:
            metadata += [item, *item.metadata] if isinstance(item, FieldInfo) else [item]
    return annotation, metadata


def _is_optional(bare: Any) -> bool:
    return get_origin(bare) in (Union, types.UnionType) and type(None) in get_args(bare)


def members(annotation: Any) -> list[Any]:
    """The members of a union without None, or the type alone."""
    bare, _ = unwrapped(annotation)
    if get_origin(bare) in (Union, types.UnionType):
        return [m for part in get_args(bare) if part is not type(None) for m in members(part)]
    return [bare]


def tagged(annotation: Any) -> list[str]:
    """The tags of a union whose member is chosen by a function, which refusals name."""
    bare, _ = unwrapped(annotation)
    metadata = [item for part in get_args(bare) for item in unwrapped(part)[1]]
    return [str(item.tag) for item in metadata if isinstance(item, Tag)]


def is_model(annotation: Any) -> bool:
    """Whether a type is a table of the schema."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def type_word(annotation: Any) -> str:
    """A type in words: `a number`, `one of "land", "river"`, `a duration`."""
    kinds = members(annotation)
    if all(is_model(kind) and "dist" in kind.model_fields for kind in kinds):
        return "a duration"
    first = kinds[0]
    origin = get_origin(first)
    if origin is Literal:
        return "one of " + ", ".join(str(a) for a in get_args(first))
    if origin is dict or is_model(first):
        return "a table"
    if origin is tuple:
        return "an array"
    return " or ".join(WORDS.get(kind, getattr(kind, "__name__", str(kind))) for kind in kinds)


def steps_below(annotation: Any) -> dict[str, FieldInfo]:
    """The keys a table may have, by name; empty where names are free."""
    found: dict[str, FieldInfo] = {}
    for kind in members(annotation):
        if is_model(kind):
            found.update(kind.model_fields)
    return found


def law_named(annotation: Any, table: Any) -> type[BaseModel] | None:
    """The distribution that a table of a scenario names, by `dist`; None for another table,
    and for an unknown one."""
    name = table.get("dist") if isinstance(table, dict) else None
    for kind in members(annotation) if isinstance(name, str) else ():
        field = kind.model_fields.get("dist") if is_model(kind) else None
        if field is not None and name in get_args(field.annotation):
            return cast(type[BaseModel], kind)
    return None


def type_below(annotation: Any, step: Step) -> Any | None:
    """The type of what stands at a step below a table or array; None if there is no such step."""
    for kind in members(annotation):
        if is_model(kind) and step in kind.model_fields:
            return kind.model_fields[str(step)].annotation
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is dict:
            return arguments[1]
        if origin is tuple and isinstance(step, int):
            return arguments[0] if arguments[-1] is Ellipsis else arguments[min(step, len(arguments) - 1)]
    return None


def type_at(path: Sequence[Step], root: type[BaseModel] = Scenario) -> Any | None:
    """The type at a key path of a scenario, or of another file's content."""
    annotation: Any = root
    for step in path:
        annotation = type_below(annotation, step)
        if annotation is None:
            return None
    return annotation


def spec(path: Sequence[Step], root: type[BaseModel] = Scenario) -> Spec | None:
    """What the schema says of a key path; None if there is no such key."""
    if not path:
        return Spec(root)
    parent = type_at(path[:-1], root)
    annotation = type_at(path, root)
    if parent is None or annotation is None:
        return None
    field = steps_below(parent).get(str(path[-1]))
    return spec_of_field(field) if field is not None else spec_of_type(annotation, [], *_around(path, root))


def _around(path: Sequence[Step], root: type[BaseModel]) -> tuple[str, str]:
    """The unit and meaning of the table or array that a nameless value stands in."""
    around = spec(path[:-1], root) if len(path) > 1 else None
    return (around.unit, around.about) if around else ("", "")


def spec_of_field(field: FieldInfo) -> Spec:
    """What a field of the schema says."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    found = spec_of_type(
        field.annotation, field.metadata, str(extra.get("unit", "")), field.description or ""
    )
    default = REQUIRED if field.is_required() else field.get_default(call_default_factory=False)
    return Spec(
        found.type, found.unit, found.low, found.high, found.fewest, found.most,
        default, str(extra.get("status", "")), str(extra.get("source", "")), found.about,
        str(extra.get("case", "")), found.words,
    )  # fmt: skip


def spec_of_type(annotation: Any, metadata: list[Any], unit: str = "", about: str = "") -> Spec:
    """What a type says by itself, with what is said about it where it is used."""
    bare, more = unwrapped(annotation)
    limits: dict[str, Any] = {}
    inside = [item for part in get_args(bare) for item in unwrapped(part)[1]] if _is_optional(bare) else []
    words = next((item.text for item in [*metadata, *more, *inside] if isinstance(item, InWords)), "")
    for item in [*metadata, *more, *inside]:
        for name in ("ge", "le", "gt", "lt", "min_length", "max_length"):
            value = getattr(item, name, None)
            if value is not None:
                limits[name] = value
    return Spec(
        bare, unit, limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt")),
        limits.get("min_length"), limits.get("max_length"), about=about, words=words,
    )  # fmt: skip


def models() -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    """Every table of the schema with its key path (`*` for a name, `[]` for an array),
    in the order of the schema."""
    yield from _models((), Scenario)


def _models(
    path: tuple[str, ...], model: type[BaseModel]
) -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    yield path, model
    for name, field in model.model_fields.items():
        for kind in members(field.annotation):
            if is_model(kind) and "dist" not in kind.model_fields:
                yield from _models((*path, name), kind)
            elif get_origin(kind) in (dict, tuple):
                item = members(get_args(kind)[0 if get_origin(kind) is tuple else 1])[0]
                if is_model(item):
                    below = (*path, f"{name}[]") if get_origin(kind) is tuple else (*path, name, "*")
                    yield from _models(below, item)
