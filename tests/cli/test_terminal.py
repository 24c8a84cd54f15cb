"""What reaches the terminal is text: whatever a shared file holds,
in every command and in every fault report."""

from __future__ import annotations

import ast
import io
import warnings
from pathlib import Path

import pytest

import sim.cli
from sim.cli.terminal import Terminal, progress_bar
from tests.cli.test_running import borderflow

ROOT = Path(__file__).parents[2]
EVIL = "\\u001b]0;pwned\\u0007\\u001b[2J\\u0000\\u007f\\u009b\\u202Ex[/b][link=http://x]y[/link]:skull:"
SHOWN = (
    "[U+001B]]0;pwned[U+0007][U+001B][2J[U+0000][U+007F][U+009B][U+202E]x[/b][link=http://x]y[/link]:skull:"
)
HOSTILE = f"""
[scenario]
title = "{EVIL}"
about = "{EVIL}"
start = 2021-07-01
end = 2021-07-02
[countries.there]
label = "{EVIL}"
summary_return = 0.5
[sectors.north]
label = "{EVIL}"
country = "there"
length_km = 20.0
[routes.way]
label = "{EVIL}"
people_per_day = 60.0
[levers.fence]
label = "{EVIL}"
kind = "razor_fence"
start = 2021-07-01
"""
FAULTY = f"""
[scenario]
title = "x"
start = 2021-07-01
end = 2021-07-02
[sectors."{EVIL}"]
country = "{EVIL}"
[levers.a]
kind = "{EVIL}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hostile.toml").write_text(HOSTILE)
    (tmp_path / "faulty.toml").write_text(FAULTY)
    (tmp_path / "orphan.toml").write_text(f'extends = "{EVIL}.toml"')
    return tmp_path


def is_text(output: str) -> bool:
    return all(c.isprintable() or c in "\n\t" for c in output)


@pytest.mark.parametrize(
    "words",
    [
        ("show", "hostile.toml", "--all"),
        ("diff", "one-post", "hostile.toml"),
        ("check", "faulty.toml", "orphan.toml"),
        ("run", "faulty.toml"),
        ("show", "orphan.toml"),
        ("run", "hostile.toml", "--no-plots", "--engine", "simpy", "--out", "[/b]\x1b[2J"),
    ],
)
def test_no_control_character_of_a_file_or_a_path_reaches_the_terminal(
    folder: Path, words: tuple[str, ...]
) -> None:
    done = borderflow(*words, cwd=folder)
    assert done.returncode == (2 if {"faulty.toml", "orphan.toml"} & set(words) else 0), done.stderr
    assert is_text(done.stdout) and is_text(done.stderr)
    assert "Traceback" not in done.stderr


def test_a_title_is_shown_as_it_is_written_with_control_characters_by_number(folder: Path) -> None:
    assert SHOWN in borderflow("show", "hostile.toml", cwd=folder).stdout


def test_markup_in_a_title_is_text(tmp_path: Path) -> None:
    words = ("run", "one-post", "--set", 'scenario.title="[/b] [bold]x"', "--no-plots", "--engine", "simpy")
    done = borderflow(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "[/b] [bold]x" in done.stdout


def test_words_of_a_progress_bar_and_of_a_spinner_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TERM", "xterm"), ("FORCE_COLOR", "1"), ("COLUMNS", "200")):
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    terminal.file = io.StringIO()
    with progress_bar(terminal, sim.cli.terminal.TimeRemainingColumn()) as bar:
        bar.add_task("[/b]\x1b]0;pwned\x07")
        bar.refresh()
    with terminal.working("[/b]\x1b]0;one\x07") as working:
        working.now("[/b]\x1b]0;two\x07")
    written = terminal.file.getvalue()
    assert "\x1b]0;" not in written and "\x07" not in written
    assert "[/b][U+001B]" in written


def test_commands_print_by_nothing_but_the_terminal_and_say() -> None:
    """A print of its own, or a console of its own, would let through what the one place holds back."""
    found = []
    for path in sorted((ROOT / "sim" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name in (
                "print",
                "typer.echo",
                "typer.secho",
                "Console",
                "sys.stdout.write",
                "sys.stderr.write",
            ):
                found.append(f"{path.name}: {name}")
    assert found == ["app.py: print"]


def test_a_warning_of_a_library_that_quotes_a_text_is_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sim.cli, "app", lambda: warnings.warn("Glyph 27 (\x1b) missing", UserWarning, stacklevel=1)
    )
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        sim.cli.main()
    assert "Glyph 27 ([U+001B]) missing" in capsys.readouterr().err
