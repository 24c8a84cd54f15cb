"""The store of finished runs by itself: parts, merged tables, what a kill or a full disk leaves of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.core.errors import ResultError
from sim.runs.store.finished_runs import FinishedRuns, MergedTable, PartForm
from sim.runs.store.stored_tables import check_table, exactly, read_table

NUMBERS = exactly(pa.schema([pa.field("run", pa.int64(), nullable=False)]))


def table(*numbers: int) -> pa.Table:
    return pa.table({"run": list(numbers)}, schema=NUMBERS.schema)


class Numbers(PartForm[int, int]):
    """Runs that are numbers, and keys of themselves."""

    pattern = re.compile(r"[0-9]+\.parquet")

    def name(self, runs: Sequence[int]) -> str:
        return f"{runs[0]}.parquet"

    def write(self, runs: Sequence[int], path: Path) -> None:
        pq.write_table(table(*runs), path, write_page_checksum=True)

    def keys(self, path: Path, remedy: str) -> Iterable[int]:
        found: list[int] = read_table(path, NUMBERS, remedy)["run"].to_pylist()
        return found

    def check(self, path: Path, remedy: str) -> None:
        check_table(path, NUMBERS, remedy)


def store(folder: Path, *, parts_only: bool = False) -> FinishedRuns[int, int]:
    return FinishedRuns(
        folder=folder, form=Numbers(), writer="test", parts_in="parts", parts_only=parts_only,
        mark="all.parquet", part_remedy="remove it", merged_remedy="remove all.parquet",
    )  # fmt: skip


def merged(*numbers: int, rows: int | None = None) -> dict[str, MergedTable]:
    return {name: MergedTable([table(*numbers)], rows=rows) for name in ("first.parquet", "all.parquet")}


def test_what_was_added_is_finished_before_and_after_it_is_merged(tmp_path: Path) -> None:
    runs = store(tmp_path)
    runs.add([3, 4])
    runs.add([5])
    assert runs.finished() == {3, 4, 5} and not runs.is_merged
    runs.merge(merged(3, 4, 5))
    assert runs.finished() == {3, 4, 5} and runs.is_merged and not runs.parts()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.parquet", "first.parquet"]


def test_a_merge_that_lost_a_run_leaves_the_old_tables_and_the_parts(tmp_path: Path) -> None:
    runs = store(tmp_path)
    runs.add([1])
    runs.merge(merged(1))
    runs.add([2])
    with pytest.raises(ResultError, match="lost jobs meanwhile"):
        runs.merge(merged(1, rows=2))
    assert runs.finished() == {1, 2}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.parquet", "first.parquet", "parts"]


def test_somebody_elses_file_among_the_parts_stays_or_is_refused(tmp_path: Path) -> None:
    runs = store(tmp_path)
    runs.add([1])
    (tmp_path / "parts" / "notes.txt").write_text("the user's own")
    with pytest.raises(ResultError, match=r"notes\.txt' is no part"):
        store(tmp_path, parts_only=True).parts()
    runs.merge(merged(1))
    assert (tmp_path / "parts" / "notes.txt").read_text() == "the user's own"
    assert not runs.parts()


@pytest.mark.parametrize(
    ("name", "remedy"), [("parts/7.parquet", "remove it"), ("first.parquet", "remove all")]
)
def test_a_damaged_file_is_named_with_what_to_do_about_it(tmp_path: Path, name: str, remedy: str) -> None:
    runs = store(tmp_path)
    runs.add([1])
    runs.merge(merged(1))
    runs.add([7])
    (tmp_path / name).write_bytes(b"PAR1 and no more")
    with pytest.raises(ResultError, match=rf"{name} is damaged: .*; {remedy}"):
        runs.check(runs.parts(), dict.fromkeys(merged(), NUMBERS))


def test_what_a_kill_left_is_cleared_and_counts_as_nothing(tmp_path: Path) -> None:
    runs = store(tmp_path)
    runs.add([1])
    for left in (tmp_path / ".all.parquet.0.new", tmp_path / "parts" / ".2.parquet.0.new"):
        left.write_bytes(b"half")
    assert runs.finished() == {1}
    runs.clear_interrupted()
    assert [path.name for path in tmp_path.rglob("*")] == ["parts", "1.parquet"]
