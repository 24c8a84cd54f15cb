"""A file or module that a page or a package's docstring names is there, under the path that is written."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PACKAGES = sorted((ROOT / "sim").rglob("__init__.py"))
WRITTEN = {"made.py"}
"""Files that the program writes into its cache."""
PATH = re.compile(r"(?<![\w/.-])(?:sim|tools|tests|examples|scenarios|docs|notebooks)/[\w/.-]*\w")
PLACEHOLDER = re.compile(r"/[A-Z]+\b")
"""A name that stands for any, as in scenarios/NAME.toml."""
FILE = re.compile(r"`([\w/.-]+\.py)\b[^`]*`")
DOTTED = re.compile(r"(?<![\w/.-])sim(?:\.\w+)+")


def unknown_paths(text: str) -> list[str]:
    """Paths that a text names and that are nowhere in the checkout; a file of Python needs its whole path."""
    named = {found.removesuffix(".") for found in PATH.findall(text)}
    named |= {name for name in FILE.findall(text) if name not in WRITTEN}
    return sorted(path for path in named if not ((ROOT / path).exists() or PLACEHOLDER.search(path)))


def unknown_names(text: str) -> list[str]:
    return sorted(name for name in set(DOTTED.findall(text)) if not is_there(name))


@cache
def is_there(name: str) -> bool:
    """Whether a dotted name leads to a module, or to something in one."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:count])
        if place.with_suffix(".py").is_file() or (place / "__init__.py").is_file():
            found = import_module(".".join(parts[:count]))
            for step in parts[count:]:
                if not hasattr(found, step):
                    return False
                found = getattr(found, step)
            return True
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert unknown_paths(text) == []
    assert unknown_names(text) == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.parent.relative_to(ROOT)))
def test_what_the_docstring_of_a_package_names_is_there(package: Path) -> None:
    docstring = ast.get_docstring(ast.parse(package.read_text(encoding="utf-8"))) or ""
    files = re.findall(r"(?<![\w/])[a-z_]+\.py\b", docstring)
    assert [name for name in files if not (package.parent / name).is_file()] == []
    assert unknown_names(docstring) == []


def test_a_name_that_is_nowhere_is_found() -> None:
    assert unknown_paths("see `crossing.py` and sim/model/nowhere.py.") == [
        "crossing.py",
        "sim/model/nowhere.py",
    ]
    assert unknown_names("`sim.model.nowhere.f`, `sim.model.day_order.start`") == ["sim.model.nowhere.f"]
