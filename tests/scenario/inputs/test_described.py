"""What users write besides scenarios is described from its models: a page, and a schema for editors."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import jsonschema
import pytest

from sim.core.shipped_files import shipped_folder
from sim.scenario.describe.input_reference import KINDS, files_page, grouped_tables, input_schema
from sim.scenario.inputs import student_list
from tests.fuzz.kinds import inputs

SCHEMAS = {kind.name: json.loads(input_schema(kind)) for kind in KINDS}
SAMPLES = {
    "plan": [sample["asked.toml"] for sample in inputs._plans()],
    "calibration": [sample["asked.toml"] for sample in inputs._calibrations()],
    "study": [*(sample["asked.toml"] for sample in inputs._studies()), inputs._shipped("study")],
    "sequences": [sample["asked.toml"] for sample in inputs._sequences()],
}


def complaints(kind: str, document: Any) -> list[str]:
    found = jsonschema.Draft202012Validator(SCHEMAS[kind]).iter_errors(document)
    return [error.message[:200] for error in found]


def document(text: bytes) -> Any:
    return json.loads(json.dumps(tomllib.loads(text.decode()), default=str))


def test_every_key_says_what_it_means_and_stands_on_the_page() -> None:
    page = files_page()
    for kind in KINDS:
        for model, _ in grouped_tables(kind.model):
            assert model.__doc__
            for name, field in model.model_fields.items():
                assert field.description, f"{model.__name__}.{name}"
                assert f"| `{name}` |" in page
                assert field.description in page


def test_the_page_names_every_table_and_the_two_kinds_of_cells() -> None:
    page = files_page()
    for place in ("levers.NAME", "free.NAME", "free.NAME.prior", "series.NAME", "tables.NAME", "worlds"):
        assert f"`{place}`" in page
    assert f"1 to {student_list.MOST_STUDENTS} names" in page
    assert "\n## Table of points\n" in page


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_accepts_files_that_are_read(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])
    for text in SAMPLES[kind]:
        assert complaints(kind, document(text)) == []


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("plan", {"smaples": 8}),
        ("plan", {"design": "gird"}),
        ("plan", {"seed": -1}),
        ("plan", {"levers": {"a": {"low": 1}}}),
        ("plan", {"levers": {"a": []}}),
        ("calibration", {"tolerance": 0}),
        ("calibration", {"shares": {"a": {"party": "b", "source": "c", "recorded": {"d": 2.0}}}}),
        ("calibration", {"free": {"a": {"key": "b", "source": "c", "prior": {"dist": "normal"}}}}),
        ("study", {"tables": {"a": {"sets": []}}}),
        ("study", {"worlds": {"scenarios": ["a"], "replications": 2}}),
        ("sequences", {"sequences": {"a": {"title": "b", "comparisons": [{"what": "c"}]}}}),
    ],
)
def test_a_schema_refuses_what_the_reader_refuses(kind: str, wrong: dict[str, Any]) -> None:
    good = document(SAMPLES[kind][0])
    assert complaints(kind, good | wrong)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_lies_beside_the_scenarios_where_a_wheel_has_it(kind: str) -> None:
    assert json.loads((shipped_folder() / f"{kind}.schema.json").read_text()) == SCHEMAS[kind]
