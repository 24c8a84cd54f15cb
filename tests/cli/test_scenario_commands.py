"""The commands about scenario files: what they print, what they write, and how they end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import sim.cli
from sim.cli.app import app
from sim.core.errors import BorderflowError
from sim.scenario.files.scenario_files import shipped
from sim.scenario.load import load
from tests.scenario.small import SMALL, written


def ran(*arguments: str) -> Result:
    """A command's output and exit code, errors told as the program tells them."""
    return CliRunner().invoke(app, list(arguments))


def ended(result: Result) -> int:
    """The exit code, also where the error is turned into one outside the command."""
    return result.exception.exit_code if isinstance(result.exception, BorderflowError) else result.exit_code


def test_check_passes_a_good_file_and_counts_it(tmp_path: Path) -> None:
    result = ran("check", str(written(tmp_path)))
    assert result.exit_code == 0
    assert "no fault; 31 days, 2 sectors, 1 lever" in result.output


def test_check_reports_every_file_and_ends_with_two(tmp_path: Path) -> None:
    good = written(tmp_path)
    bad = written(tmp_path, SMALL.replace("length_km = 20.0", "length_km = -2"), "bad.toml")
    result = ran("check", str(bad), str(good), str(tmp_path / "none.toml"))
    assert result.exit_code == 2
    assert ": sectors.lake.length_km: out of range; found -2" in result.output
    assert "small.toml: no fault" in result.output
    assert "does not exist" in result.output


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_scenario_passes_check_and_is_shown(name: str) -> None:
    assert ran("check", name).exit_code == 0
    result = ran("show", name)
    assert result.exit_code == 0
    assert load(name).scenario.title in result.output


def test_show_tells_the_calendar_and_what_is_assumed(tmp_path: Path) -> None:
    path = str(written(tmp_path))
    brief, full = ran("show", path), ran("show", path, "--all")
    assert "2021-01-10" in brief.output
    assert "wall_km_per_day +1.2 km/day" in brief.output
    assert "people.claim_wish" in brief.output
    assert "groups that wish to claim" in full.output


def test_show_applies_what_is_asked_for(tmp_path: Path) -> None:
    path = str(written(tmp_path, SMALL + "[overrides.x.routes.road]\nlabel = 'the old road'\n"))
    result = ran("show", path, "--without", "wall", "--override", "x", "--set", "sectors.hill.teams=77")
    assert "Levers switched off" in result.output
    assert "the old road" in result.output
    assert " 77 " in result.output


def test_diff_tells_what_differs_with_units(tmp_path: Path) -> None:
    path = str(written(tmp_path))
    child = 'extends = "small.toml"\nremove = ["levers.wall"]\n[people]\nwalk = { dist = "fixed", h = 2.0 }\n'
    other = str(written(tmp_path, child, "child.toml"))
    result = ran("diff", path, other, "--set", "sectors.*.zone_km=5")
    assert result.exit_code == 0
    assert "sectors.*.zone_km" in result.output
    assert " km " in result.output
    assert "fixed, h 2" in result.output
    assert "Only in small" in result.output
    assert "levers.wall" in result.output


def test_a_scenario_does_not_differ_from_itself(tmp_path: Path) -> None:
    path = str(written(tmp_path))
    assert "No difference." in ran("diff", path, path).output


def test_scenarios_lists_the_shipped_ones() -> None:
    result = ran("scenarios")
    assert result.exit_code == 0
    assert all(name in result.output for name in shipped())


def test_new_writes_a_file_that_passes_check_and_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "my-border.toml"
    assert ran("new", str(path)).exit_code == 0
    assert ran("check", str(path)).exit_code == 0
    text = path.read_text()
    assert ended(ran("new", str(path))) == 2
    assert path.read_text() == text


@pytest.mark.parametrize("name", ["My Border.toml", "border.txt", "no/such/folder/border.toml"])
def test_new_refuses_a_place_where_no_scenario_can_be(name: str, tmp_path: Path) -> None:
    assert ended(ran("new", str(tmp_path / name))) == 2
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    "command", [("show", "nothing"), ("diff", "nothing", "nothing"), ("check", "nothing")]
)
def test_a_fault_ends_with_two_and_writes_nothing(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ended(ran(*command)) == 2
    assert not list(tmp_path.iterdir())


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, sim.cli; heavy = {'pydantic', 'pandas', 'numpy', 'simpy', 'matplotlib'} & "
        "set(sys.modules); "
        "sys.exit(' '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(sim.cli.__file__).parents[2], check=False)
    assert done.returncode == 0
