"""The generated pages are fresh, and say of a result's tables what is in them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer.main

import sim
from sim.cli.app import app
from sim.record.accounts import KINDS_OF
from sim.record.measures import DESCRIBED
from sim.runs.run_tables import TABLES
from sim.scenario.levers.expected_signs import EXPECTED
from sim.scenario.levers.lever_kinds import LEVER_KINDS
from tools import reference_pages
from tools.command_page import command_page

SECTIONS = {kind.name: reference_pages._kind(kind) for kind in LEVER_KINDS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder with something in every table."""
    path = tmp_path_factory.mktemp("runs") / "night"
    sim.run("night-3-november", seed=3, replications=2, out=path)
    return path


def test_the_generated_files_in_the_checkout_are_fresh() -> None:
    for path, text in reference_pages.generated().items():
        assert path.read_text(encoding="utf-8") == text, (
            f"run: python -m tools reference --write ({path.name})"
        )


def test_every_column_of_a_result_folder_is_on_the_page_in_its_order(folder: Path) -> None:
    found = {name: pq.read_schema(folder / f"{name}.parquet").names for name in TABLES}
    found["summary"] = list(json.loads((folder / "summary.json").read_text())["measures"][0])
    assert {name: list(columns) for name, columns in reference_pages.COLUMNS.items()} == found
    assert (folder / "summary.csv").read_text().splitlines()[0].split(",") == found["summary"]


def test_every_measure_of_a_result_folder_is_on_the_page_with_its_unit(folder: Path) -> None:
    page = reference_pages.results_page()
    result = sim.open_result(folder)
    units = json.loads(pq.read_schema(folder / "totals.parquet").metadata[b"units"])
    for measure in result.totals["measure"].unique():
        assert f"| `{measure}` | {units[measure]} | {DESCRIBED[measure].family} |" in page
    told = set(result.accounts["measure"])
    assert told
    assert {name for name in told if not name.startswith("incidents_by_")} <= set(KINDS_OF)
    kinds = {f"`{kind}`" for kind in result.events["kind"].unique()}
    stocks = {f"`{m}`" for m in result.daily["measure"].unique() if str(m).startswith("stock_")}
    assert [name for name in (*kinds, *stocks) if name not in page] == []


def test_every_lever_kind_says_what_it_moves_and_every_expected_sign() -> None:
    page = reference_pages.levers_page()
    for kind in LEVER_KINDS:
        assert f"\n## {kind.name}\n" in page
        for effect in kind.effects:
            assert f"| `{effect.control}` |" in SECTIONS[kind.name]
    for (kind_name, measure), sign in EXPECTED.items():
        if sign.sign in reference_pages.SIGNS:
            assert (
                f"| {DESCRIBED[measure].label} | {reference_pages.SIGNS[sign.sign]} | {sign.source} |"
                in SECTIONS[kind_name]
            )


def test_every_command_and_option_is_on_the_page() -> None:
    page = command_page()
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for name, command in commands.items():
        if command.hidden:
            continue
        section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert all(f"`{option}`" in section for option in parameter.opts), (name, parameter.name)


def test_a_notebook_is_named_by_its_own_first_words(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": ["import sim"]},
        {"cell_type": "markdown", "source": ["# A small border\n", "\n", "What it is about,\n", "in words.\n",
            "\n", "More."]},
    ]  # fmt: skip
    (tmp_path / "9-small.ipynb").write_text(json.dumps({"cells": cells}))
    page = reference_pages.notebooks_page(tmp_path)
    assert "## A small border\n\n`notebooks/9-small.ipynb`\n\nWhat it is about,\nin words.\n" in page
    assert "More." not in page
