"""The files that users write besides scenarios, described from their models: a page, and a JSON Schema
of each.

Which question this answers: what may stand in a plan, a calibration, a study, a table of points, a list of
students? A page says what one file may hold by itself; what must agree with a scenario is checked where the
file is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.core.bounds import MOST_POINTS
from sim.core.shipped_files import shipped_folder
from sim.scenario.describe.scenario_text import value_words
from sim.scenario.describe.schema_reference import markdown
from sim.scenario.inputs import points_file, student_list
from sim.scenario.inputs.calibration_file import CalibrationFile
from sim.scenario.inputs.input_file import UserFile
from sim.scenario.inputs.plan_file import PlanFile
from sim.scenario.inputs.sequences_file import SequencesFile
from sim.scenario.inputs.study_file import StudyFile
from sim.scenario.schema.fields import (
    REQUIRED,
    Spec,
    is_model,
    members,
    range_words,
    spec_of_field,
    spec_of_type,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
INTRODUCTION = """\
# Other files that you write

*Made by `python -m tools reference --write` from the models that read these files; do not edit by hand.*

A plan, a calibration, a study and recorded sequences are TOML files; a design can be a CSV table of points; a class is a list of \
students. [Scenario files](scenario.md) have a page of their own, [recorded figures](../how-to/own-figures.md) and \
[extensions](../how-to/extensions.md) are described where they are used.

Types are strict: a quoted number is text, numbers are finite, a text stands on one line. An unknown key is a fault. \
All faults of a file come in one report, each with file, line, key, what was found, what is allowed, and the nearest \
name.

An editor that knows JSON Schema can check a file while it is written. The schemas (`scenario.schema.json`, \
`plan.schema.json`, `calibration.schema.json`, `study.schema.json`, `sequences.schema.json`) stand beside the shipped scenarios; \
`python -c "from sim.core.shipped_files import shipped_folder; print(shipped_folder())"` prints where that is. \
Editors with Taplo (such as Even Better TOML) take one from a first line `#:schema FOLDER/plan.schema.json`.
"""  # noqa: E501


class FileKind(NamedTuple):
    """A kind of TOML file: what it is called, its model, which command reads it, and where more is said."""

    name: str
    model: type[UserFile]
    command: str
    page: str


KINDS = (
    FileKind("plan", PlanFile, "borderflow sweep PLAN", "[sweeps](../how-to/sweeps.md)"),
    FileKind(
        "calibration", CalibrationFile, "borderflow calibrate FILE", "[calibration](../how-to/calibration.md)"
    ),
    FileKind("study", StudyFile, "borderflow study FILE", "[calibration](../how-to/calibration.md)"),
    FileKind(
        "sequences", SequencesFile, "borderflow validate FIT", "[own figures](../how-to/own-figures.md)"
    ),
)


def files_page() -> str:
    """The page: every key of every kind of file, then the two kinds of tables."""
    return "\n".join([INTRODUCTION, *map(_kind, KINDS), _points(), _students()])


def _kind(kind: FileKind) -> str:
    head = f"## {kind.name.capitalize()}\n\nRead by `{kind.command}`; how it is used: {kind.page}.\n"
    tables = [_table(kind, paths, model) for model, paths in grouped_tables(kind.model)]
    return "\n".join([head, *tables])


def _table(kind: FileKind, paths: list[str], model: type[BaseModel]) -> str:
    rows = [_row(name, field) for name, field in model.model_fields.items()]
    text = f"{' '.join((model.__doc__ or '').split())}\n\n"
    places = " and ".join(f"`{path}`" for path in paths)
    law = f", `{_word(model.model_fields['dist'].annotation)}`" if "dist" in model.model_fields else ""
    title = "" if paths == [""] else f"### {kind.name}: {places}{law}\n\n"
    return f"{title}{text}{markdown(('key', 'type and range', 'default', 'meaning'), rows)}\n"


def _row(name: str, field: FieldInfo) -> tuple[str, ...]:
    found = spec_of_field(field)
    return f"`{name}`", _allowed(found), _default(found), found.about


def _allowed(found: Spec) -> str:
    """Type and range, in the words of a fault report; what a table or an array holds, and how long a text
    or an array may be."""
    kind = members(found.type)[0]
    length = range_words(found.fewest, found.most).strip()
    if kind is str and length:
        return f"{found.word}, {range_words(None, found.most).strip()} characters"
    if get_origin(kind) in (dict, tuple):
        item = get_args(kind)[0 if get_origin(kind) is tuple else 1]
        return f"{found.allowed} of {_word(item)}" + (f", {length} entries" if length else "")
    return _word(found.type) if get_origin(kind) is Literal else found.allowed


def _word(annotation: Any) -> str:
    """What an entry is, in words."""
    kind = members(annotation)[0]
    if get_origin(kind) is Literal:
        words = [f'"{word}"' for word in get_args(kind)]
        return words[0] if len(words) == 1 else f"one of {', '.join(words)}"
    return spec_of_type(annotation, []).words or ("tables" if is_model(kind) else "names")


def _default(found: Spec) -> str:
    if found.default is REQUIRED:
        return "required"
    if isinstance(found.default, bool):
        return str(found.default).lower()
    return "none" if found.default in ((), {}, None) else value_words(found.default)


def grouped_tables(root: type[BaseModel]) -> list[tuple[type[BaseModel], list[str]]]:
    """Every table of a file, with all the places in which it may stand: `free.NAME`."""
    found: dict[type[BaseModel], list[str]] = {}
    for path, model in _tables("", root):
        found.setdefault(model, []).append(path)
    return list(found.items())


def _tables(path: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    yield path, model
    for name, field in model.model_fields.items():
        for below, kind in _models_of(field.annotation):
            yield from _tables(f"{path}.{name}{below}".removeprefix("."), kind)


def _models_of(annotation: Any) -> Iterator[tuple[str, type[BaseModel]]]:
    """The tables that a type holds, with the step to them: none for a table itself, a name in a table of
    tables."""
    for kind in members(annotation):
        if is_model(kind):
            yield "", kind
        elif get_origin(kind) is dict:
            yield from ((".NAME", item) for item in members(get_args(kind)[1]) if is_model(item))


# tables of cells


def _points() -> str:
    rows = (
        ("header", "key paths of the scenario, each once", f"at most {points_file.MOST_KEYS:,} columns"),
        (
            "row", "one point of the design: a value in every cell",
            f"1 to {MOST_POINTS:,} rows, {points_file.MOST_CELLS:,} cells",
        ),
        ("cell", "a value as a scenario file writes it", "as the key allows: [the reference](scenario.md)"),
        (
            "separator", "comma; semicolon or tab, which allow decimal commas",
            "the one that is most frequent in the header",
        ),
    )  # fmt: skip
    head = (
        '## Table of points\n\nA CSV file, named by `points` of a plan with `design = "list"`. A column '
        "without a name is a fault: write a data frame with `index=False`.\n"
    )
    return f"{head}\n{markdown(('part', 'what', 'allowed'), rows)}\n"


def _students() -> str:
    most = f"at most {student_list.MOST_CHARACTERS} characters, each student once"
    rows = (
        ("text file", "a name a line; blank lines are left out", most),
        (
            "CSV file (`.csv`)",
            "the column that is called " + ", ".join(f"`{name}`" for name in student_list.HEADERS)
            + ", else the first",
            most,
        ),
    )  # fmt: skip
    head = (
        "## List of students\n\nRead by `borderflow class SCENARIO --students FILE`; how it is used: "
        f"[a class](../how-to/class.md). 1 to {student_list.MOST_STUDENTS} names.\n"
    )
    return f"{head}\n{markdown(('kind', 'what', 'allowed'), rows)}\n"


# for editors


def input_schema(kind: FileKind) -> str:
    """A JSON Schema of a kind of file: what is said of single values; ties between tables are not in it."""
    made = kind.model.model_json_schema(mode="validation")
    made |= {"title": f"borderflow {kind.name}", "$schema": DIALECT}
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def generated_inputs() -> dict[Path, str]:
    """The page and the schemas, with their text; in a checkout alone."""
    scenarios = shipped_folder()
    page = scenarios.parent / "docs" / "reference" / "files.md"
    return {page: files_page()} | {
        scenarios / f"{kind.name}.schema.json": input_schema(kind) for kind in KINDS
    }
