"""Compiled code is kept by its content: wherever the package lies it is compiled once,
and again when anything changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
import pytest

from sim.engines import engine_choice
from sim.engines.compiled import compile_cache, engine, made_functions
from sim.engines.compiled.compile_cache import cache_folder, content_hash, unwritable, with_kept_source

ROOT = Path(__file__).parents[3]
WRITTEN_NOWHERE = "/proc/nowhere"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is a folder that nobody can write")


@pytest.fixture(autouse=True)
def found_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test looks for its folder itself; what it finds is forgotten."""
    monkeypatch.setenv("BORDERFLOW_CACHE", os.environ.get("BORDERFLOW_CACHE", ""))
    monkeypatch.setattr(compile_cache, "_unwritable", [])
    cache_folder.cache_clear()
    content_hash.cache_clear()
    yield
    monkeypatch.undo()
    cache_folder.cache_clear()
    content_hash.cache_clear()


def function_at(path: Path) -> FunctionType:
    path.parent.mkdir()
    path.write_text("def twice(x):\n    return x + x\n")
    names: dict[str, Any] = {"__name__": "somewhere"}
    exec(compile(path.read_text(), str(path), "exec"), names)
    found: FunctionType = names["twice"]
    return found


def python(code: str, folder: Path = ROOT, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
        capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_function_at_two_paths_is_compiled_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BORDERFLOW_CACHE", str(tmp_path / "cache"))
    folder = cache_folder()
    assert folder is not None
    hits = []
    for place in ("here", "there"):
        entry: Any = numba.njit(
            with_kept_source(function_at(tmp_path / place / "module.py"), folder), cache=True
        )
        assert entry(2) == 4
        hits.append(sum(entry.stats.cache_hits.values()))
    assert hits == [0, 1]
    assert Path(entry.stats.cache_path).is_relative_to(folder)


@pytest.mark.parametrize(
    "edited",
    [
        "rules/barriers_met.py",
        "engines/compiled/runtime.py",
        "engines/translate/lowering/glue.py",
        "model/journeys/crossing.py",
        "core/random_streams.py",
    ],
)
def test_an_edited_source_is_compiled_anew(monkeypatch: pytest.MonkeyPatch, edited: str) -> None:
    before, read = content_hash(), Path.read_bytes
    content_hash.cache_clear()
    monkeypatch.setattr(
        Path, "read_bytes", lambda p: read(p) + (b"#" if p.as_posix().endswith(edited) else b"")
    )
    assert content_hash() != before


@pytest.mark.parametrize("library", ["numba", "llvmlite", "numpy"])
def test_another_version_of_a_library_compiles_anew(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    before = content_hash()
    content_hash.cache_clear()
    monkeypatch.setattr(sys.modules[library], "__version__", "0.0")
    assert content_hash() != before


def test_where_the_named_folder_cannot_be_written_a_temporary_one_is_removed_at_the_end(
    tmp_path: Path,
) -> None:
    said = python(
        "from sim.engines.compiled.compile_cache import cache_folder, unwritable; import os\n"
        "print(cache_folder().is_dir(), unwritable(), os.environ['BORDERFLOW_CACHE'])",
        BORDERFLOW_CACHE=WRITTEN_NOWHERE,
        TMPDIR=str(tmp_path),
    )
    there, named, shared = said.split()
    assert (there, named) == ("True", WRITTEN_NOWHERE)
    assert Path(shared).parent == tmp_path, "worker processes inherit the folder"
    assert list(tmp_path.iterdir()) == []


def test_code_that_may_be_read_but_not_written_is_taken_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BORDERFLOW_CACHE", str(tmp_path / "shared"))
    shared = cache_folder()
    assert shared is not None
    (shared / "loop.nbc").write_text("machine code")
    cache_folder.cache_clear()
    begin = compile_cache._begin
    monkeypatch.setattr(compile_cache, "_begin", lambda folder: folder != shared and begin(folder))
    taken = cache_folder()
    assert taken is not None and taken != shared
    assert (taken / "loop.nbc").read_text() == "machine code"
    shutil.rmtree(taken.parents[1])


def test_a_user_without_a_home_has_a_temporary_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("BORDERFLOW_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(compile_cache.Path, "home", no_home)
    monkeypatch.setattr(compile_cache.tempfile, "mkdtemp", lambda **_: str(tmp_path))
    begin = compile_cache._begin
    monkeypatch.setattr(
        compile_cache, "_begin", lambda folder: "/nonexistent" not in str(folder) and begin(folder)
    )
    folder = cache_folder()
    assert folder is not None and folder.is_relative_to(tmp_path)


def no_home() -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_with_nothing_to_write_to_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_cache, "_begin", lambda _: False)
    monkeypatch.setattr(compile_cache.tempfile, "mkdtemp", no_room)
    assert cache_folder() is None


def no_room(**_: object) -> str:
    raise FileNotFoundError("no usable temporary directory")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (None, "compiling the model for this machine, once: about half a minute"),
        (Path(WRITTEN_NOWHERE), "set BORDERFLOW_CACHE to a folder that can"),
    ],
)
def test_a_first_compilation_is_one_line_of_words_and_happens_once(
    monkeypatch: pytest.MonkeyPatch, named: Path | None, words: str
) -> None:
    said: list[str] = []
    compiled: list[str] = []
    monkeypatch.setattr(compile_cache, "_unwritable", [named] if named else [])
    monkeypatch.setattr(engine_choice, "_ready", [])
    monkeypatch.setattr(engine_choice, "_compile_apart", lambda _: compiled.append("in a process of its own"))
    monkeypatch.setattr(made_functions, "is_cold", lambda _: not compiled)
    monkeypatch.setattr(engine, "compile_now", lambda _: None)
    engine_choice.prepare(said.append)
    engine_choice.prepare(said.append)
    (line,) = said
    assert words in line and "\n" not in line
    assert len(compiled) == 1
    assert (unwritable() is not None) == ("cannot be written" in line)


def test_kept_code_that_cannot_be_read_is_compiled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def play(_: object) -> None:
        tried.append("played")
        if "forgotten" not in tried:
            raise EOFError("Ran out of input")

    monkeypatch.setattr(engine, "_play_an_empty_day", play)
    monkeypatch.setattr(engine, "is_cold", lambda _: False)
    monkeypatch.setattr(engine, "forget", lambda _: tried.append("forgotten"))
    engine.compile_now()
    assert tried == ["played", "forgotten", "played"]


@pytest.mark.slow
def test_two_copies_of_the_package_share_one_compilation(tmp_path: Path) -> None:
    """Neither the path nor the time of a source file counts; warm is only a cache that holds every part.

    What is shared was compiled where the tests lie, from sources of a third path and time.
    """
    engine.compile_now()
    there = cache_folder()
    assert there is not None
    code = (
        "import sim; from sim.engines.compiled.made_functions import entries, is_cold; from "
        "sim.engines.compiled.engine import compile_now\n"
        "cold = is_cold(); compile_now(); print(sim.__file__)\n"
        "print(cold, is_cold(), sum(sum(e.stats.cache_hits.values()) for e in entries(())))"
    )
    cache = tmp_path / "cache"
    without_extensions = shutil.ignore_patterns("extensions-*")
    shutil.copytree(there, cache / "borderflow" / there.name, ignore=without_extensions)
    found = []
    for name in ("first", "second"):
        shutil.copytree(ROOT / "sim", tmp_path / name / "sim", ignore=shutil.ignore_patterns("__pycache__"))
        for path in (tmp_path / name).rglob("*.py"):
            os.utime(path, (len(found), len(found)))
        path, words = python(code, tmp_path / name, BORDERFLOW_CACHE=str(cache)).splitlines()
        assert Path(path).is_relative_to(tmp_path / name)
        found.append(words)
    assert found == ["False False 3", "False False 3"]
    next(cache.rglob("*run_finish*.nbc")).unlink()
    is_cold = "from sim.engines.compiled.made_functions import is_cold; print(is_cold())"
    for place, words in ((cache, "one part is missing"), (tmp_path / "empty", "every part is missing")):
        assert python(is_cold, tmp_path / "first", BORDERFLOW_CACHE=str(place)) == "True\n", words
