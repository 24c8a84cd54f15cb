"""What a packager leans on: versions, entry points, the marker of types, what a wheel and an sdist hold, and
words where an extra is missing."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import sim
from sim.core.errors import UsageError

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def borderflow(*words: str) -> str:
    command = [sys.executable, "-m", "sim", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_version_is_one() -> None:
    from sim.model.version import MODEL_VERSION

    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited is not None and cited[1] == sim.__version__
    assert borderflow("--version") == f"borderflow {sim.__version__} (model version {MODEL_VERSION})\n"


def test_as_a_module_it_is_the_command() -> None:
    assert "Simulate migration flow" in borderflow("--help")


def test_types_are_marked() -> None:
    assert (ROOT / "sim" / "py.typed").is_file()


@pytest.mark.parametrize(
    "requirement",
    [r for extra in PROJECT["optional-dependencies"].values() for r in extra] + PROJECT["dependencies"],
)
def test_every_dependency_has_a_lowest_version(requirement: str) -> None:
    """CI installs the lowest; a bound that is not there cannot be tried."""
    wanted = Requirement(requirement)
    assert wanted.name == "borderflow" or any(s.operator in (">=", "==") for s in wanted.specifier)


def a_calibration(folder: Path) -> Any:
    from sim.evidence.calibration.abc_smc import calibrate

    calibrate(None, folder)  # type: ignore[arg-type]


def a_screening(folder: Path) -> Any:
    sim.sensitivity("one-post", ["entered_unseen"], folder, vary=["sectors.post.teams=2:4"])


def a_cluster(_: Path) -> Any:
    from sim.runs.execute import Pool

    Pool(1, "local").client()


def a_panel(_: Path) -> Any:
    from sim.reporting.widgets import panel

    panel("one-post")


def a_served_panel(_: Path) -> Any:
    from sim.reporting.panel.web.serve import serve

    serve("one-post", port=0, browser=False, replications=2, seed=0)


@pytest.mark.parametrize(
    ("library", "extra", "use"),
    [
        ("pyabc", "calibration", a_calibration),
        ("SALib", "sensitivity", a_screening),
        ("distributed", "cluster", a_cluster),
        ("anywidget", "notebook", a_panel),
        ("voila", "notebook", a_served_panel),
    ],
)
def test_an_extra_that_is_missing_is_named_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, library: str, extra: str, use: Callable[[Path], Any]
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "sim.reporting.panel.panel_widget", raising=False)
    monkeypatch.setitem(sys.modules, library, None)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=rf"pip install 'borderflow\[{extra}\]'"):
        use(tmp_path / "out")
    assert extra in PROJECT["optional-dependencies"]


def build(kind: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


def files_of(folder: Path) -> set[str]:
    tracked = subprocess.run(
        ["git", "ls-files", "--", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("not a checkout")
    return set(tracked.stdout.splitlines())


@pytest.mark.slow
def test_a_wheel_holds_the_package_the_scenarios_and_the_licence_and_names_no_folder_of_this_machine(
    tmp_path: Path,
) -> None:
    pytest.importorskip("hatchling")
    with zipfile.ZipFile(build("wheel", tmp_path)) as wheel:
        names = set(wheel.namelist())
        content = {name: wheel.read(name) for name in names}
    assert files_of(ROOT / "sim") - names == set()
    assert {f"sim/{name}" for name in files_of(ROOT / "scenarios")} - names == set()
    info = f"borderflow-{sim.__version__}.dist-info/"
    assert {info + "licenses/LICENSE", info + "entry_points.txt"} <= names
    assert all(name.startswith(("sim/", info)) for name in names)
    for folder in (ROOT, Path.home(), tmp_path):
        assert [name for name in names if str(folder).encode() + b"/" in content[name]] == []


@pytest.mark.slow
def test_an_sdist_holds_what_the_tests_need(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    with tarfile.open(build("sdist", tmp_path)) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert files_of(ROOT) - names == set()
