"""What the pages tell users to type: every command can be parsed, and those on small scenarios run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest
import typer.main

from sim.cli.app import app
from tests.cli.test_running import borderflow

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
PLAN, STORE = "plan.toml", "runs/restraint"


def blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


def commands(page: Path) -> list[list[str]]:
    """The borderflow commands of a page, as words."""
    lines = [line for text in blocks(page, "sh") for line in text.replace("\\\n", " ").splitlines()]
    parts = [part for line in lines for part in line.split("&&")]
    words = [shlex.split(part, comments=True) for part in parts]
    return [each[1:] for each in words if each and each[0].removeprefix(".venv/bin/") == "borderflow"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_can_be_parsed(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = commands(page)
    assert found
    group = typer.main.get_command(app)
    for name, *rest in found:
        command = group.commands[name]  # type: ignore[attr-defined]
        command.make_context(name, list(rest))


def small(words: list[str]) -> list[str]:
    """The same command with few runs."""
    few = {"-n": "6" if words[0] == "breakpoint" else "2", "--samples": "2", "--budget": "12"}
    return [few.get(before, word) for before, word in zip(["", *words], words, strict=False)]


@pytest.mark.slow
def test_the_commands_and_lines_of_the_page_on_sweeps_do_what_it_says(tmp_path: Path) -> None:
    page = ROOT / "docs" / "how-to" / "sweeps.md"
    (tmp_path / PLAN).write_text(blocks(page, "toml")[0].replace("samples = 64", "samples = 4"))
    for words in commands(page):
        if words[0] == "sensitivity":
            words += ["--vary", "sectors.*.restraint=0.2:0.9", "--samples", "2", "-n", "2"]
        done = borderflow(*small(words), cwd=tmp_path)
        assert done.returncode == 0, (words, done.stderr)
    code = blocks(page, "python")[0].replace(STORE, str(tmp_path / STORE))
    known: dict[str, object] = {}
    exec(code, known)
    assert isinstance(known["store"].rows, pd.DataFrame)  # type: ignore[attr-defined]
