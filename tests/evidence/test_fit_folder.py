"""The record of a fit: names in it are those of tables in the folder,
and whatever else stands there is damage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.core.errors import ResultError
from sim.evidence.calibration.fit_folder import begin_fit, leave_tables, tables_left
from tests.evidence.test_calibrate import calibration

TABLES = {"posterior.parquet": b"sets", "generations.csv": b"number"}
NO_NAMES = (
    "", " ", ".", "..", ".hidden", "../generations.csv", "/etc/passwd", "a/b", "a\\b", "a" * 300,
    "a" * 70_000, "\ufeff",
    "\u202e\u2066gnp", "\x1b[31mred", "\x00",
)  # fmt: skip


def left(folder: Path, tables: dict[str, object]) -> str:
    """In what words a fit is refused whose record promises these tables."""
    leave_tables(calibration(), folder, TABLES)
    record = json.loads((folder / "fit.json").read_text())
    (folder / "fit.json").write_text(json.dumps({**record, "tables": tables}))
    with pytest.raises(ResultError) as refused:
        tables_left(calibration(), folder)
    return str(refused.value)


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_what_is_no_name_of_a_table_is_damage_in_words_for_a_terminal(tmp_path: Path, name: str) -> None:
    begin_fit(calibration(), tmp_path)
    words = left(tmp_path, {**dict.fromkeys(TABLES, "0" * 64), name: "0" * 64})
    assert "fit.json is damaged: tables" in words and "is no name that a file of the folder has" in words
    assert words.isprintable() and len(words) < 1000


def test_a_table_that_is_promised_and_cannot_be_read_is_named(tmp_path: Path) -> None:
    begin_fit(calibration(), tmp_path)
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    (tmp_path / "folder.csv").mkdir()
    leave_tables(calibration(), tmp_path, TABLES)
    hashes = json.loads((tmp_path / "fit.json").read_text())["tables"]
    for name in ("loop.csv", "folder.csv", "none.csv"):
        assert f"{name} is damaged: it is not as the fit left it" in left(
            tmp_path, {**hashes, name: "0" * 64}
        )


@pytest.mark.parametrize("name", TABLES)
def test_a_fit_that_promises_only_some_of_its_tables_is_damaged(tmp_path: Path, name: str) -> None:
    leave_tables(calibration(), tmp_path, TABLES)
    hashes = json.loads((tmp_path / "fit.json").read_text())["tables"]
    del hashes[name]
    assert f"fit.json is damaged: tables: {name} is missing" in left(tmp_path, hashes)


def test_a_number_of_very_many_digits_is_another_fit(tmp_path: Path) -> None:
    leave_tables(calibration(), tmp_path, TABLES)
    record = json.loads((tmp_path / "fit.json").read_text())
    (tmp_path / "fit.json").write_text(json.dumps({**record, "model_version": 10**400}))
    with pytest.raises(ResultError, match="differs in the model version"):
        tables_left(calibration(), tmp_path)
