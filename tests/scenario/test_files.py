"""Hostile and broken files: a clear error in bounded time, whatever they hold."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.errors import ScenarioError, UsageError
from sim.scenario.files.scenario_files import MOST_BYTES, by_stem, shipped, shown
from sim.scenario.load import load
from tests.scenario.small import SMALL, faults_of, written

LONGEST_S = 20.0

HOSTILE: dict[str, tuple[str, str]] = {
    "not TOML": ("[scenario\n", "is not valid TOML"),
    "a key given twice": ("a = 1\na = 2\n", "is not valid TOML"),
    "an unclosed string": ('a = "' + "x" * 1000, "is not valid TOML"),
    "an unclosed long string": ('a = """' + '\\"""' * 100_000, "is not valid TOML"),
    "strings that never close": ('"\\' * 500_000, "is not valid TOML"),
    "deep arrays": ("a = " + "[" * 100_000 + "]" * 100_000, "nest deeper than"),
    "deep tables": ("a = " + "{a = " * 50_000 + "1" + "}" * 50_000, "more than 16 parts"),
    "a key of very many parts": ("a" + ".a" * 500_000 + " = 1", "more than 16 parts"),
    "a header of very many parts": ("[a" + ".a" * 500_000 + "]", "more than 16 parts"),
    "a number of a million digits": ("a = " + "9" * 1_000_000, "is not valid TOML"),
    "a hexadecimal number of a million digits": (SMALL.replace("capacity = 50",
        "capacity = 0x" + "f" * 1_000_000), "very many digits"),
    "a million sectors": ("[sectors]\n" + "".join(f"s{i}={{}}\n" for i in range(150_000)), "too many values"),
    "a million numbers": ("a = [" + "1," * 900_000 + "]", "too many values"),
    "thousands of sectors": (SMALL.replace("[fronts.all]",
        "".join(f'[sectors.s{i}]\ncountry="north"\nlength_km=1\n' for i in range(2000)) + "[fronts.all]"),
        "has too many entries"),
    "an impossible date": ("a = 2021-13-45", "is not valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_a_clear_fault_in_bounded_time(what: str, tmp_path: Path) -> None:
    text, words = HOSTILE[what]
    path = written(tmp_path, text)
    began = time.process_time()
    faults = faults_of(path)
    assert time.process_time() - began < LONGEST_S
    assert any(words in str(fault) for fault in faults), [str(f)[:200] for f in faults[:3]]
    assert all(len(str(fault)) < 2000 for fault in faults)


def test_a_file_too_large_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(100 * MOST_BYTES)
    assert "is too large" in str(faults_of(path)[0])


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"a = '\xff\xfe'", b"\x7fELF" + bytes(range(256))])
def test_a_binary_file_is_no_scenario(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "binary.toml"
    path.write_bytes(content)
    assert len(faults_of(path)) == 1


@pytest.mark.parametrize("line", ["start = 2021-13-10", "start = 10.09.2021", "teams = 6,5"])
def test_a_line_that_is_no_toml_is_shown(line: str, tmp_path: Path) -> None:
    (fault,) = faults_of(written(tmp_path, f"[scenario]\n  {line}  \n"))
    assert fault.line == 2 and fault.found == line


def test_a_missing_file_does_not_exist(tmp_path: Path) -> None:
    assert "does not exist" in str(faults_of(tmp_path / "nothing.toml")[0])


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    assert "is not a file" in str(faults_of(tmp_path / "folder.toml")[0])


def test_a_device_is_not_a_file() -> None:
    assert "is not a file" in str(faults_of("/dev/zero")[0])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.chmod(0)
    assert "cannot be read" in str(faults_of(path)[0])


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    a, b = tmp_path / "a.toml", tmp_path / "b.toml"
    a.symlink_to(b)
    b.symlink_to(a)
    assert "cannot be read" in str(faults_of(a)[0])


def test_a_name_with_a_null_byte_or_of_great_length_is_refused() -> None:
    assert len(faults_of("a\0b.toml")) == 1
    assert len(faults_of("x" * 5000 + ".toml")) == 1


@pytest.mark.parametrize(
    "extends",
    [
        "/etc/passwd.toml", "../outside.toml", "sub/../../outside.toml", "~/x.toml", "C:\\x.toml",
        "..\\x.toml", "file:///x.toml", "link.toml", "nothing.toml", "no-such-scenario", "a\\u0000.toml", "",
        ".toml", "../",
    ],
)  # fmt: skip
def test_tricks_in_extends_are_refused(extends: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    outside = written(tmp_path, SMALL, "outside.toml")
    (home / "link.toml").symlink_to(outside)
    path = written(home, f'extends = "{extends.replace(chr(92) + "x", chr(92) * 2 + "x")}"\n')
    faults = faults_of(path)
    assert len(faults) == 1, faults


def test_extends_of_the_wrong_type_is_refused(tmp_path: Path) -> None:
    assert "wrong type" in str(faults_of(written(tmp_path, 'extends = ["a"]\n'))[0])


def test_a_circular_extends_is_told_with_its_files(tmp_path: Path) -> None:
    written(tmp_path, 'extends = "b.toml"\n', "a.toml")
    written(tmp_path, 'extends = "./a.toml"\n', "b.toml")
    fault = faults_of(tmp_path / "a.toml")[0]
    assert "a.toml -> b.toml -> a.toml" in str(fault)
    assert fault.line == 1


def test_a_file_that_extends_itself_is_refused(tmp_path: Path) -> None:
    assert "circle" in str(faults_of(written(tmp_path, 'extends = "small.toml"\n'))[0])


def test_a_long_chain_of_files_is_refused(tmp_path: Path) -> None:
    written(tmp_path, SMALL, "f0.toml")
    for i in range(1, 15):
        written(tmp_path, f'extends = "f{i - 1}.toml"\n', f"f{i}.toml")
    assert faults_of(tmp_path / "f9.toml") == ()
    assert "too many files" in str(faults_of(tmp_path / "f14.toml")[0])


def test_an_unknown_name_gets_the_nearest_shipped_one() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'belarus-eu-2021'"):
        load("belarus-eu-2012")


def test_a_sibling_file_is_offered_for_a_bare_name(tmp_path: Path) -> None:
    written(tmp_path, SMALL, "parent.toml")
    assert faults_of(written(tmp_path, 'extends = "parent"\n'))[0].nearest == "parent.toml"


def test_shipped_scenarios_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load("belarus-eu-2021").name == "belarus-eu-2021"


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_scenario_loads(name: str) -> None:
    assert load(name).name == name


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert faults_of(path) == ()


def test_a_value_is_shown_short_whatever_it_is() -> None:
    assert shown("x" * 1000) == "x" * 57 + "..."
    assert shown({"a": 1}) == "a table of 1"
    assert shown(10**5000) == "a number of very many digits"
    assert "\n" not in shown("a\nb")


@given(st.text(alphabet="[]{}=\"'.,#\n0-_axe\\\t klow", max_size=60), st.integers(0, len(SMALL)))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_scenario_or_a_fault(tmp_path: Path, text: str, at: int) -> None:
    faults_of(written(tmp_path, SMALL[:at] + text + SMALL[at + len(text) :]), sets=(text,), without=(text,))


@pytest.mark.parametrize(
    "names", [["one-post", "sub/one-post.toml"], ["a.toml", "b.toml", "a.toml"], ["a", "a"]]
)
def test_scenarios_of_one_name_are_refused_where_results_are_kept_by_it(names: list[str]) -> None:
    """The second replaced the first, the base of a comparison, without a word."""
    with pytest.raises(UsageError, match="are both called"):
        by_stem(names)
    assert by_stem(["one-post", "sub/two.toml"]) == {"one-post": "one-post", "two": "sub/two.toml"}
