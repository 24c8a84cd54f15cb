"""Where files may not grow, as on a full disk: every writer says so in words, leaves no half of a file,
and goes on later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.comparison.paired_runs import compare, open_comparison
from sim.core.durable import write_new, write_table, write_whole
from sim.core.errors import ResultError
from sim.reporting.animation import animate
from sim.reporting.result_figures import describe
from sim.reporting.style.figure_files import save_figures
from sim.runs.replicate import open_result, run
from sim.scenario.describe.starter import write_starter
from tests.small import small

resource = pytest.importorskip("resource", reason="limits as POSIX has them")
LIMIT = 1_000
"""Bytes: less than any file here has."""


@contextmanager
def no_file_longer(most: int = LIMIT) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def page_of_animation(folder: Path) -> None:
    animate(run(small(1))).save(folder / "animation" / "player.html")


def gif_of_animation(folder: Path) -> None:
    animate(run(small(1)), step_h=12.0).gif(folder / "player.gif")


def figure(folder: Path) -> None:
    result = run(small(1))
    save_figures({"fates": lambda: describe("fates", result)}, folder / "figures")


def table(folder: Path) -> None:
    import pyarrow as pa

    write_table(pa.table({"a": list(range(10_000))}), folder / "a.parquet")


WRITERS: dict[str, Callable[[Path], Any]] = {
    "run": lambda folder: run(small(1), replications=2, out=folder),
    "page of an animation": page_of_animation,
    "GIF": gif_of_animation,
    "figure": figure,
    "table": table,
    "text": lambda folder: write_whole(folder / "text.txt", "x" * 5_000),
    "new text": lambda folder: write_new(folder / "text.txt", "x" * 5_000),
    "starter": lambda folder: write_starter(folder / "mine.toml"),
    "comparison": lambda folder: compare(
        {"a": small(1), "b": small(2)}, replications=2, out=folder, engine="simpy"
    ),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_says_in_words_that_it_could_not_write_and_leaves_no_half(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    with no_file_longer(), pytest.raises(ResultError, match=r"could not be written: .*File too large"):
        WRITERS[name](folder)
    assert [p for p in folder.rglob("*") if p.is_file() and p.name != ".writing"] == []
    WRITERS[name](folder)
    assert any(p.stat().st_size > LIMIT for p in folder.rglob("*"))


def test_a_merge_without_room_keeps_the_finished_replications_and_the_old_tables(tmp_path: Path) -> None:
    run(small(2), replications=1, out=tmp_path / "r")
    before = open_result(tmp_path / "r").events
    longest = max(p.stat().st_size for p in (tmp_path / "r").glob("*.parquet"))
    with no_file_longer(int(longest * 1.6)), pytest.raises(ResultError, match="could not be written"):
        run(small(2), replications=12, out=tmp_path / "r")
    assert open_result(tmp_path / "r").events.equals(before)
    whole = run(small(2), replications=12, out=tmp_path / "r")
    assert whole.events.equals(run(small(2), replications=12).events)


def test_a_comparison_without_room_for_its_tables_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worlds are finished; the first table of differences does not fit."""
    from sim.comparison import paired_runs as module

    def full(path: Path, content: str) -> None:
        with no_file_longer():
            write_whole(path, content)

    monkeypatch.setattr(module, "write_whole", full)
    with pytest.raises(ResultError, match=r"differences\.csv could not be written"):
        WRITERS["comparison"](tmp_path / "c")
    monkeypatch.undo()
    WRITERS["comparison"](tmp_path / "c")
    assert open_comparison(tmp_path / "c").others == ["b"]


def test_what_no_writer_speaks_for_is_said_by_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim import cli

    for error, words in (
        (OSError(28, "No space left on device"), "output: No space left on device"),
        (MemoryError(), "there is not enough memory for this"),
    ):

        def broken(error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr(cli, "app", broken)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 3
        assert words in capsys.readouterr().err
