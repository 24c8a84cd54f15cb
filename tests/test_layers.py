"""Imports point only downward, third parties stay in their room, and what is light stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
HEAVY = ("pandas", "scipy", "matplotlib", "simpy", "pydantic", "pyarrow", "numpy")
ROOMS = (
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


def test_every_room_has_its_layer() -> None:
    """A room that the contracts do not name would be bound by none of them."""
    contracts = read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    (layers,) = (c["layers"] for c in contracts if c["type"] == "layers")
    named = [room.strip() for line in layers for room in line.split("|")]
    assert named == [f"sim.{room}" for room in ROOMS]
    rooms = {path.parent.name for path in (ROOT / "sim").glob("*/__init__.py")}
    assert rooms == set(ROOMS)


def test_no_import_points_upward_and_third_parties_stay_in_their_room(
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
