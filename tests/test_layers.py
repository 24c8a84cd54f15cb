"""Imports point only downward, third parties stay in their package, and what is light stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.cli import lint_imports

import sim
from sim.engines.translate.call_cycles import circle

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "sim").rglob("*.py"))
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in SOURCES
}
MOST_MODULES = 14
"""Of a package: more than that, and nobody finds the file that decides."""
HEAVY = ("pandas", "scipy", "matplotlib", "simpy", "pydantic", "pyarrow", "numpy")
LAYERS = (
    "cli",
    "reporting",
    "evidence",
    "explore",
    "comparison",
    "runs",
    "engines",
    "model",
    "scenario",
    "observations",
    "record",
    "rules",
    "core",
)


def test_every_package_has_its_layer() -> None:
    """A package that the contracts do not name would be bound by none of them."""
    contracts = read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    (layers,) = (c["layers"] for c in contracts if c["type"] == "layers")
    named = [package.strip() for line in layers for package in line.split("|")]
    assert named == [f"sim.{package}" for package in LAYERS]
    packages = {path.parent.name for path in (ROOT / "sim").glob("*/__init__.py")}
    assert packages == set(LAYERS)


def test_no_import_points_upward_and_third_parties_stay_in_their_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("module", ["sim", "sim.cli"])
def test_importing_it_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


def repeated(names: list[str]) -> list[str]:
    """The names that stand more than once."""
    return sorted(name for name, count in Counter(names).items() if count > 1)


def test_the_base_name_of_a_module_stands_once() -> None:
    """A search for the word finds the one place."""
    names = [path.stem for path in SOURCES if path.name != "__init__.py"]
    assert repeated([name for name in names if not name.startswith("_")]) == []


def test_the_name_of_a_class_stands_once() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
    classes = [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert repeated(classes) == []


def test_a_package_has_few_modules_and_says_what_it_decides() -> None:
    for path in SOURCES:
        if path.name != "__init__.py":
            continue
        modules = [other for other in path.parent.glob("*.py") if other != path]
        assert len(modules) <= MOST_MODULES, f"{path.parent}: {len(modules)} modules"
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path} says nothing"


def test_no_package_takes_the_name_of_a_public_function() -> None:
    """Importing a package sets it as an attribute of `sim`: it would stand in the function's place."""
    packages = {path.parent.name for path in (ROOT / "sim").glob("*/__init__.py")}
    assert packages & set(sim.__all__) == set()


def imported(module: str) -> set[str]:
    """The modules of `sim` that a module imports, for types too, and wherever the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inside & set(MODULES)) or {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & set(MODULES) - {module}


def test_no_module_imports_itself_by_any_way() -> None:
    graph = {module: imported(module) for module in MODULES}
    assert sum(map(len, graph.values())) > 1000, "imports are found"
    assert circle(graph) is None
