"""What is made from the schema is fresh, and agrees with the files it describes."""

from __future__ import annotations

import json
import tomllib

import jsonschema
import pytest

from sim.core.shipped_files import shipped_folder
from sim.scenario.describe.schema_reference import json_schema, reference_page
from sim.scenario.describe.starter import STARTER
from sim.scenario.files.scenario_files import shipped
from sim.scenario.levers.lever_kinds import CONTROLS, LEVER_KINDS
from sim.scenario.schema.fields import models


def test_the_page_names_every_key_control_and_lever_kind() -> None:
    page = reference_page()
    names = [name for _, model in models() for name in model.model_fields if name != "name"]
    for name in [*names, *(c.name for c in CONTROLS), *(k.name for k in LEVER_KINDS)]:
        assert f"`{name}`" in page


def test_every_key_of_the_schema_says_what_it_means() -> None:
    silent = [
        (".".join(path), name)
        for path, model in models()
        for name, field in model.model_fields.items()
        if not field.description
        and (path or field.is_required())
        and name not in ("name", "reception", "note", "source")
    ]
    assert [key for key in silent if key[0] not in ("", "evidence.*", "people", "columns")] == []


@pytest.mark.parametrize("name", [*sorted(shipped()), "starter"])
def test_the_json_schema_accepts_shipped_scenarios(name: str) -> None:
    schema = json.loads(json_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    text = (
        STARTER.format(name="a", file="a")
        if name == "starter"
        else shipped()[name].read_text(encoding="utf-8")
    )
    document = json.loads(json.dumps(tomllib.loads(text), default=str))
    assert [e.message[:200] for e in jsonschema.Draft202012Validator(schema).iter_errors(document)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"sectors": {"a": {"tems": 3}}},
        {"sectors": {"a": {"teams": -1}}},
        {"people": {"walk": {"dist": "none"}}},
        {"overrides": {"x": {"extends": "y"}}},
        {"name": "x"},
    ],
)
def test_the_json_schema_refuses_what_the_loader_refuses(wrong: dict[str, object]) -> None:
    assert list(jsonschema.Draft202012Validator(json.loads(json_schema())).iter_errors(wrong))


def test_the_schema_file_is_beside_the_scenarios() -> None:
    assert (shipped_folder() / "scenario.schema.json").is_file()
