"""Every example of the pages: commands parse, files load,
and what is typed on a page works from its top to its end.

A block after `<!-- not run: why -->` is left out; `docs/maintainers/site.md` says how blocks are read.
"""

from __future__ import annotations

import doctest
import inspect
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
import typer.main

import sim.rules
from sim.cli.app import app
from sim.core import errors
from tests.cli.test_running import borderflow

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
RULES = DOCS / "model" / "rules.md"
FENCE = re.compile(
    r"(?:<!-- (?P<mark>[^\n]*) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE
)
LEFT_OUT = ("not run: ", "run-command", "test-command")  # the last two are carried out by .ci/run, or are it
SMALL = {"-n": "2", "--replications": "2", "--samples": "2", "--budget": "12", "--workers": "1"}
FEW_PEOPLE = "routes.*.people_per_day*=0.05"
FEWEST = {
    "run": ("--no-plots",),
    "compare": ("--no-plots",),
    "breakpoint": ("-n", "6"),
    "sensitivity": ("-n", "2", "--samples", "2", "--vary", "sectors.*.restraint=0.2:0.9"),
    "verify": ("-n", "20"),
    "class": ("-n", "5"),
    "calibrate": ("--bank", "64", "--truths", "2", "--budget", "600", "--set", FEW_PEOPLE),
    "validate": ("--runs", "50", "--set", FEW_PEOPLE),
}
"""Options that keep a command short where a page says nothing of them."""
OF_A_SMALL_FILE = {"600": "100"}
"""The budget of a calibration file that a page writes:
its population is a tenth of that of the shipped one."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    text: str
    mark: str

    @property
    def is_run(self) -> bool:
        return not self.mark.startswith(LEFT_OUT)

    @property
    def name(self) -> str:
        """The file that a first line `# name.toml`, or `<!-- file: name.csv -->` (or .py) before the block,
        says it is."""
        found = re.match(r"# ([\w-]+\.toml)\n", self.text) or re.match(
            r"file: ([\w-]+\.(csv|py))$", self.mark
        )
        return found[1] if found else ""

    def commands(self) -> list[list[str]]:
        """The commands of a block of the shell, as words."""
        lines = self.text.replace("\\\n", " ").splitlines()
        words = [shlex.split(part, comments=True) for line in lines for part in line.split("&&")]
        return [each for each in words if each]


def blocks(page: Path) -> list[Block]:
    found = FENCE.finditer(page.read_text(encoding="utf-8"))
    return [Block(each["language"], each["text"], each["mark"] or "") for each in found]


def with_blocks(*languages: str) -> list[Any]:
    """The pages that have blocks of these languages to run."""
    chosen = [p for p in PAGES if any(b.language in languages and b.is_run for b in blocks(p))]
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in chosen]


@pytest.mark.parametrize("page", with_blocks("sh"))
def test_every_command_of_a_page_can_be_parsed(page: Path) -> None:
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for block in blocks(page):
        for program, *words in block.commands() if block.language == "sh" else ():
            if program.removeprefix(".venv/bin/") == "borderflow":
                command, *options = without_trust(words)
                known[command].make_context(command, options)
            else:
                assert not block.is_run, f"{program}: only borderflow is run; mark the block `not run: why`"


def test_every_rule_has_its_equation_and_a_worked_value_on_the_page() -> None:
    text = RULES.read_text(encoding="utf-8")
    modules = [
        import_module(f"sim.rules.{path.stem}") for path in Path(sim.rules.__path__[0]).glob("[a-z]*.py")
    ]
    rules = [
        name
        for module in modules
        for name, rule in inspect.getmembers(module, inspect.isfunction)
        if rule.__module__ == module.__name__ and not name.startswith("_")
    ]
    examples = "".join(b.text for b in blocks(RULES) if b.language == "pycon")
    assert len(rules) > 30
    assert [name for name in rules if f"{name}`" not in text] == []
    assert [name for name in rules if f"{name}(" not in examples] == []
    failed, tried = spoken(examples, {})
    assert not failed
    assert tried > len(rules)


def test_every_public_name_and_error_is_on_the_page_of_python_and_says_what_it_raises() -> None:
    page = (DOCS / "reference" / "api.md").read_text(encoding="utf-8").splitlines()
    for name in (name for name in sim.__all__ if name[0].islower()):
        assert f"::: sim.{name}" in page
        assert "Raises `" in " ".join(inspect.getdoc(getattr(sim, name)).split())
    for name, error in inspect.getmembers(errors, inspect.isclass):
        if issubclass(error, errors.BorderflowError):
            assert f"::: sim.core.errors.{name}" in page


@pytest.mark.slow
@pytest.mark.parametrize("page", with_blocks("sh", "python", "pycon"))
def test_what_a_page_says_to_type_works_in_its_order(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    names: dict[str, object] = {"__name__": "__main__"}
    found = blocks(page)
    for block, after in pairwise([*found, Block("", "", "")]):
        if not block.is_run:
            continue
        if block.name:
            Path(block.name).write_text(small_plan(block.text))
        elif block.language == "sh":
            type_in(block, after.text if after.language == "text" else "")
        elif block.language == "python":
            exec(compile(block.text, str(page), "exec"), names)
            plt.close("all")
        elif block.language == "pycon":
            assert spoken(block.text, names).failed == 0


def type_in(block: Block, output: str) -> None:
    """Run the commands of a block: as written where their output is shown, else with few runs."""
    told = ""
    for _, *words in block.commands():
        done = borderflow(*(words if output else small(words)), cwd=Path.cwd())
        assert done.returncode == 0, (words, done.stderr)
        told += done.stdout
    lines = (line.rstrip() for line in told.splitlines())
    for wanted in output.splitlines():
        if wanted != "...":
            assert wanted.rstrip() in lines, f"not there, or not in this order: {wanted}"


def small(words: list[str]) -> list[str]:
    """The same command with few runs."""
    few = [SMALL.get(before, word) for before, word in pairwise(["", *words])]
    command = without_trust(words)
    fewest = FEWEST.get(command[0], ())
    if command[1:] and command[1].endswith(".toml"):
        fewest = tuple(OF_A_SMALL_FILE.get(word, word) for word in fewest)
    return [*few, *fewest]


def without_trust(words: list[str]) -> list[str]:
    """A command without what stands before it."""
    return words[1:] if words[0] == "--trust" else words


def small_plan(text: str) -> str:
    return re.sub(r"^(samples|replications) = \d+", r"\1 = 2", text, flags=re.MULTILINE)


def spoken(text: str, names: dict[str, object]) -> doctest.TestResults:
    """Run a dialogue; names go on from block to block."""
    test = doctest.DocTestParser().get_doctest(text, {}, "page", None, None)
    test.globs = names
    return doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, clear_globs=False)


def test_the_example_of_an_extension_is_the_one_on_its_page() -> None:
    by_name = {b.name: b.text for b in blocks(DOCS / "how-to" / "extensions.md") if b.name}
    folder = ROOT / "examples" / "drones"
    assert by_name["drones.py"] == (folder / "drones.py").read_text()
    on_page = tomllib.loads(by_name["riverland-drones.toml"])
    assert on_page == tomllib.loads((folder / "riverland-drones.toml").read_text())


def files() -> Iterator[Any]:
    for page in PAGES:
        for block in blocks(page):
            if block.language == "toml" and block.is_run:
                yield pytest.param(page, block, id=f"{page.relative_to(ROOT)}:{block.name}")


@pytest.mark.parametrize(("page", "block"), list(files()))
def test_every_file_of_a_page_loads(page: Path, block: Block, tmp_path: Path) -> None:
    for each in [*(other for other in blocks(page) if other.name and other.is_run), block]:
        (tmp_path / (each.name or "part.toml")).write_text(each.text)
    path = tmp_path / (block.name or "part.toml")
    table = tomllib.loads(block.text)
    if "free" in table:
        from sim.evidence.calibration.calibration_problem import read_calibration

        assert len(read_calibration(path).fitted) > 0
    elif "sequences" in table:
        from sim.evidence.before_after import read_sequences

        assert read_sequences(path, sim.load(tmp_path / "my-river.toml"))
    elif isinstance(table.get("scenario"), str):
        from sim.explore.plan import read_plan

        assert read_plan(path).scenario == table["scenario"]
    elif block.name:
        assert sim.load(path).days > 0
