"""Every notebook runs from its first cell to its last, by the public names alone, and reads like a lesson."""

from __future__ import annotations

import ast
import re
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

import sim

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
TEN_MINUTES = 600.0
MOST_LINES = 8
LIBRARIES = {"sim", "simpy", "pandas", "matplotlib"}
PANELS = "sim.reporting.widgets"
"""What a notebook may use beside the names of `sim`: the panel of sliders is made for notebooks alone."""


def cells_of(path: Path, kind: str = "code") -> list[NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def is_solution(cell: NotebookNode) -> bool:
    return "solution" in cell.metadata.get("tags", [])


@pytest.fixture(scope="module")
def compiled() -> None:
    """The engine is compiled once for a machine: its message belongs to no notebook."""
    from sim.engines.engine_choice import prepare

    prepare(lambda _: None)


def test_there_are_seven_notebooks_in_the_order_of_the_class() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == list("1234567")


def test_the_list_of_notebooks_names_every_one() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"({path.name})" in listed for path in NOTEBOOKS)


@pytest.mark.slow
@EACH
def test_a_notebook_runs_within_its_time_without_a_fault_a_warning_or_a_trace(
    path: Path, tmp_path: Path, compiled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, scratch = tmp_path / "desk", tmp_path / "scratch"
    desk.mkdir()
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    before = set(FOLDER.iterdir())
    notebook = nbformat.read(path, as_version=4)
    begun = time.monotonic()
    NotebookClient(notebook, timeout=int(TEN_MINUTES), resources={"metadata": {"path": str(desk)}}).execute()
    took = time.monotonic() - begun
    print(f"{path.stem}: {took:.0f} s")
    assert took < TEN_MINUTES
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output["text"] for output in outputs if output.get("name") == "stderr"]
    assert any("image/png" in output.get("data", {}) for output in outputs), "no figure is shown"
    assert not list(desk.iterdir()), "left beside the notebook"
    assert set(FOLDER.iterdir()) == before


@EACH
def test_a_notebook_is_kept_without_outputs_and_in_the_format_of_today(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert not [c.id for c in cells_of(path) if c.outputs or c.execution_count is not None]
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@EACH
def test_a_notebook_uses_public_names_alone(path: Path) -> None:
    for cell in cells_of(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = (
                    [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                )
                for name in names:
                    assert name.split(".")[0] in LIBRARIES | sys.stdlib_module_names, f"{cell.id}: {name}"
                    assert not name.startswith("sim.") or name == PANELS, f"{cell.id}: {name}"
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "sim"
            ):
                assert node.attr in sim.__all__, f"{cell.id}: sim.{node.attr}"


@EACH
def test_cells_are_short(path: Path) -> None:
    """Lines of code; comments, and the lines of a text in quotes (a scenario file), are not counted."""
    for cell in cells_of(path):
        texts = [
            n
            for n in ast.walk(ast.parse(cell.source))
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        quoted = sum((n.end_lineno or n.lineno) - n.lineno for n in texts)
        lines = sum(bool(line.strip()) and line[0] != "#" for line in cell.source.splitlines())
        assert lines - quoted <= MOST_LINES, f"{cell.id}: {lines - quoted} lines"


@EACH
def test_a_lesson_says_what_it_is_for_and_what_it_cannot_tell(path: Path) -> None:
    words = [cell.source for cell in cells_of(path, "markdown")]
    assert words[0].startswith(f"# {path.name[0]} · ")
    assert "you can" in words[0] and "**Time:**" in words[0]
    assert any("**Before you run" in text for text in words)
    assert "## What this cannot tell you" in words[-1]


@EACH
def test_every_exercise_has_a_folded_solution_that_is_run(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    solved = [(before, cell) for before, cell in zip(cells, cells[1:], strict=False) if is_solution(cell)]
    assert 2 <= len(solved) <= 4
    for number, (before, cell) in enumerate(solved, start=1):
        assert before.cell_type == "markdown" and f"**{number}.**" in before.source
        assert cell.source.startswith(f"# Solution {number}\n"), "the line that is seen of a folded cell"
        assert cell.metadata.jupyter.source_hidden and cell.metadata.jupyter.outputs_hidden
    asked = [
        n for cell in cells_of(path, "markdown") for n in re.findall(r"^\*\*(\d)\.\*\*", cell.source, re.M)
    ]
    assert len(asked) == len(solved)


@EACH
def test_links_lead_somewhere(path: Path) -> None:
    for cell in cells_of(path, "markdown"):
        for target in re.findall(r"\]\(([^)#]+)", cell.source):
            assert target.startswith("https://") or (FOLDER / target).exists(), target
