"""The reference page and the JSON Schema, made from the schema so that they cannot differ from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from sim.core.shipped_files import shipped_folder
from sim.scenario.describe.scenario_text import effect_words, number, value_words
from sim.scenario.files.layers import CONTROL_KEYS
from sim.scenario.levers.lever_kinds import CONTROLS, LEVER_KINDS, STANCE_CONTROLS, STANCE_PRESETS
from sim.scenario.schema import Duration, Scenario
from sim.scenario.schema.fields import REQUIRED, Spec, is_model, members, models, range_words, spec_of_field

INTRODUCTION = """\
# Scenario files

*Made by `python -m tools reference --write` from the schema; do not edit by hand.*

A scenario is a TOML file. A key is a path: `teams` under `[sectors.post]` is `sectors.post.teams`.
Types are strict (a quoted number is text), names are small letters, digits, `-` and `_`, numbers are finite.
An editor that knows JSON Schema can check a file while it is written, by `scenario.schema.json`: \
[how](files.md).

| key | meaning |
|---|---|
| `extends` | a shipped scenario's name, or a relative path inside the file's folder |
| `remove` | key paths taken out of what is extended, as `"levers.wall-pl"`; `*` matches all names |
| `[overrides.NAME]` | a block of the same shape as the file, \
applied by `--override NAME`, in the order given |

A file that extends another says only what differs. Tables are merged deeply; arrays and single values are
replaced; a table that names another distribution replaces the one below it. On the command line
`--set sectors.*.teams=6` changes values of what is there, `--set 'sectors.*.teams*=1.5'` multiplies them, \
`--without NAME`
switches a lever or a mechanism off.
Overrides come first, then `--set`, then `--without`.

A default's status is *measured*, *estimated* or *assumed*. What is measured or estimated is so in one case, \
which the status names; a scenario
says by `scenario.case` which case it is of (one that extends another is of the same), \
and at any other border such a default counts as
assumed. A scenario says what its own values rest on in `[evidence]`: \
`"sectors.*.length_km" = { status = "measured", source = "..." }`.
What it sets and says nothing of counts as assumed. \
The `source` and `status` of a lever are of its dates and place; what it is sized has
its own line in `[evidence]`, or is assumed.
"""


READ_FROM_FILES = "figures"
"""A key of [recorded.NAME] that is filled from the file that it names, and that no scenario file may hold."""


def reference_page() -> str:
    """The reference page: every key, the distributions, controls, lever kinds and stance presets."""
    parts = [INTRODUCTION]
    parts += [_section(path, model) for path, model in models()]
    parts += [_durations(), _controls(), _kinds(), _presets()]
    return "\n".join(parts)


def _section(path: tuple[str, ...], model: type[BaseModel]) -> str:
    title = ".".join("NAME" if step == "*" else step for step in path) or "Tables of a file"
    rows = list(_rows(path, model))
    if not rows:
        return ""
    columns = ("key", "unit", "range", "default", "status", "source", "meaning")
    return f"## {title}\n\n{_doc(model)}\n\n{markdown(columns, rows)}\n"


def _doc(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _rows(path: tuple[str, ...], model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        if (path, name) != ((), "name"):
            yield _row(name, field)


def _row(name: str, field: FieldInfo) -> tuple[str, ...]:
    found = spec_of_field(field)
    table = next(
        (kind for kind in members(field.annotation) if is_model(kind) and "dist" not in kind.model_fields),
        None,
    )
    meaning = found.about or (_doc(table) if table is not None else "")
    status = (found.status if found.unit else "") + (f" ({found.case})" if found.case else "")
    return (
        f"`{name}`",
        found.unit,
        _range(found),
        _default(found, table is not None),
        status,
        found.source,
        meaning,
    )


def _range(found: Spec) -> str:
    if found.word == "a duration":
        return "a duration"
    limits = range_words(found.low, found.high)
    if limits:
        return limits.strip() if "whole" not in found.word else "whole," + limits
    if found.fewest is not None or (found.most is not None and found.word != "text"):
        return f"{found.word},{range_words(found.fewest, found.most)} entries"
    return f"text of at most {found.most} characters" if found.most else found.word


def _default(found: Spec, is_table: bool) -> str:
    if found.default is REQUIRED:
        return "required"
    if is_table and isinstance(found.default, BaseModel):
        return "as below"
    if found.default == "":
        return "empty"
    return value_words(found.default)


def _durations() -> str:
    rows = []
    for law in members(Duration):
        fields = {name: spec_of_field(field) for name, field in law.model_fields.items() if name != "dist"}
        for name, found in fields.items():
            dist = get_args(law.model_fields["dist"].annotation)[0]
            row = (
                f"`{dist}`",
                f"`{name}`",
                found.unit,
                _range(found),
                _default(found, False),
                found.about,
                _doc(law),
            )
            rows.append(row)
    columns = ("`dist`", "key", "unit", "range", "default", "meaning", "shape")
    text = 'A duration names its distribution: `walk = { dist = "lognormal", median_h = 6.0, log_sd = 0.5 }`.'
    return f"## Durations\n\n{text}\n\n{markdown(columns, rows)}\n"


def _controls() -> str:
    rows = [
        (f"`{c.name}`", c.scope.replace("_", " "), c.unit, f"{c.low:g} to {c.high:g}", f"`{c.base}`", c.about)
        for c in CONTROLS
    ]
    text = (
        "What levers move. A control's value is clip((latest `set` in force, else base) + sum of `add`) "
        "x product of `scale`, held in its range. *builder* controls build along a lever's sectors in order; "
        "*event* controls act once, at the start; a base of `stance` follows the posture of the front."
    )
    columns = ("control", "for each", "unit", "range", "base", "meaning")
    return f"## Controls\n\n{text}\n\n{markdown(columns, rows)}\n"


def _kinds() -> str:
    rows = [
        (
            f"`{kind.name}`",
            kind.about,
            "; ".join(effect_words(effect) for effect in kind.effects),
            kind.source,
        )
        for kind in LEVER_KINDS
    ]
    text = (
        "Default sizes at strength 1; a lever gives its own in `sizes`, by control. A scenario makes a kind "
        "of "
        "its own out of controls in `[lever_kinds.NAME]`."
    )
    return f"## Lever kinds\n\n{text}\n\n{markdown(('kind', 'what it is', 'moves', 'source'), rows)}\n"


def _presets() -> str:
    rows = [
        (name, number(round(point, 4)), *(number(value) for value in values))
        for name, (point, values) in STANCE_PRESETS.items()
    ]
    columns = ("preset", "posture", *(f"`{control}`" for control in STANCE_CONTROLS))
    text = (
        "The controls of the transit state's forces at four postures; between them they are interpolated. "
        "The first three from the orders of magnitude of a throw-away fit, else assumed."
    )
    return f"## Stance presets\n\n{text}\n\n{markdown(columns, rows)}\n"


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of a page."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


# for editors


def json_schema() -> str:
    """A JSON Schema of scenario files: what is said of single values; ties between tables are not in it."""
    made = Scenario.model_json_schema(schema_generator=GenerateJsonSchema, mode="validation")
    made["properties"].pop("name")
    # A file that extends another need not say what that one says.
    made["required"] = []
    block = dict(made["properties"])
    definitions = made["$defs"]
    del definitions["RecordedBinding"]["properties"][READ_FROM_FILES], definitions["RecordedFigure"]
    for definition in definitions.values():
        _partial(definition)
    remove = {
        "type": "array",
        "items": {"type": "string"},
        "description": "key paths taken out of what is extended",
    }
    definitions["Override"] = {
        "type": "object", "additionalProperties": False, "properties": {**block, "remove": remove},
        "description": "a block of the same shape as the file, applied when asked for",
    }  # fmt: skip
    made["properties"] = {
        "extends": {"type": "string", "description": "a shipped scenario's name, or a relative path"},
        "remove": remove,
        **block,
        "overrides": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Override"}},
    }
    # Keys that layers read themselves are in no model: a new one would silently be missing here.
    assert set(CONTROL_KEYS) <= set(made["properties"])
    made["title"] = "borderflow scenario"
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _partial(definition: dict[str, Any]) -> None:
    """Files that extend others say only what differs: nothing is required but a distribution's name."""
    if "dist" not in definition.get("properties", {}):
        definition.pop("required", None)


def generated() -> dict[Path, str]:
    """The files that are made from the schema, with their text; in a checkout alone."""
    scenarios = shipped_folder()
    docs = scenarios.parent / "docs" / "reference"
    return {docs / "scenario.md": reference_page(), scenarios / "scenario.schema.json": json_schema()}
