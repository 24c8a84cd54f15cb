"""The list of commands: each in one group, none named that is not there."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim import cli
from sim.cli import app
from sim.cli.app import GROUPS, TOOLS, name_of


def test_every_command_stands_in_one_group_in_the_order_of_the_table() -> None:
    told = [name for names in GROUPS.values() for name in names]
    assert len(told) == len(set(told))
    assert [name_of(command) for command in app.registered_commands] == told


def test_every_command_of_a_user_says_what_it_does() -> None:
    for command in app.registered_commands:
        assert (command.callback.__doc__ or "").strip().split("\n")[0].endswith((".", ":")), name_of(command)


def test_what_commands_share_is_declared_once() -> None:
    declared = [
        ast.unparse(node)
        for file in sorted(Path(cli.__file__).parent.glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("typer.Option", "typer.Argument")
    ]
    assert len(declared) > 50
    assert [text for text, count in Counter(declared).items() if count > 1] == []


@pytest.mark.parametrize("name", TOOLS)
def test_a_command_that_became_a_tool_says_where_it_is(name: str) -> None:
    done = CliRunner().invoke(app, [name])
    assert done.exit_code == 2
    assert f"python -m tools {name}" in done.output
