"""A scenario with an extension and the same without, as files, for tests of what results hold of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.model.extensions.extended import TRUST
from sim.scenario.schema import Scenario
from tests.runs.flown import BASE, EXTENSION, MODULE


@pytest.fixture
def trust(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv(TRUST, "yes")
    return monkeypatch


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("flown")
    (path / "drones.py").write_text(MODULE)
    (path / "plain.toml").write_text(BASE)
    (path / "flown.toml").write_text(BASE + EXTENSION)
    return path


@pytest.fixture(scope="session")
def flown(folder: Path) -> Scenario:
    return sim.load(folder / "flown.toml")
