"""A table of points is read as spreadsheets and data frames write it,
and what is ambiguous is named by line."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.scenario.inputs.points_file import read_points

KEYS = ("sectors.ford.teams", "sectors.ford.restraint")
HEADER = ",".join(KEYS)
AS_MEANT = (
    (("sectors.ford.teams", "1"), ("sectors.ford.restraint", "0.5")),
    (("sectors.ford.teams", "2"), ("sectors.ford.restraint", "0.7")),
)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n1,0.5\n2,0.7\n".encode(),
        f"{HEADER}\r\n1,0.5\r\n2,0.7\r\n".encode("utf-8-sig"),
        f"{HEADER}\n1,0.5\n2,0.7\n".replace(",", ";").replace(".5", ",5").replace(".7", ",7").encode(),
        f"{HEADER}\n1,0.5\n2,0.7\n".replace(",", "\t").encode(),
        f"{HEADER}\n1.0,0.5\n2.0,0.7\n".encode(),
        f'"{KEYS[0]}" , {KEYS[1]}\n "1", 0.5\n\n2 ,0.7'.encode().replace(b'"', b""),
    ],
    ids=[
        "plain",
        "byte order mark",
        "semicolons and decimal commas",
        "tabs",
        "1.0 of a whole number",
        "blanks",
    ],
)
def test_tables_of_points_are_read_as_meant(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.csv").write_bytes(content)
    assert read_points(tmp_path / "p.csv") == AS_MEANT


def test_a_data_frame_without_its_index_is_read_and_one_with_it_is_told(tmp_path: Path) -> None:
    frame = pd.DataFrame({KEYS[0]: [1, 2], KEYS[1]: [0.5, 0.7]})
    frame.to_csv(tmp_path / "p.csv", index=False)
    assert read_points(tmp_path / "p.csv") == AS_MEANT
    frame.to_csv(tmp_path / "p.csv")
    with pytest.raises(InputError, match=r"p.csv:1: column 1: has no name; .*index=False"):
        read_points(tmp_path / "p.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "file: has no row below its header"),
        (f"{HEADER}\n", "file: has no row below its header"),
        (f"{KEYS[0]},{KEYS[0]}\n1,2\n", "1: column 2: names a key twice; found sectors.ford.teams"),
        (f"{HEADER}\n1\n2,3,4\n", "2: row 1: has another number of cells; found 1; allowed: 2"),
        (f"{HEADER}\n1\n2,3,4\n", "3: row 2: has another number of cells; found 3"),
        (f"{HEADER}\n1,\n", "2: row 1: has no value for sectors.ford.restraint"),
        (f'{HEADER}\n"1,2\n', "file: is not valid CSV"),
        (f"{HEADER}\n1," + "9" * 200_000, "file: is not valid CSV: field larger"),
    ],
)
def test_faults_of_a_table_are_told_by_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(InputError) as refused:
        read_points(tmp_path / "p.csv")
    assert words in str(refused.value)


def test_a_table_without_end_is_refused_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.scenario.inputs.points_file.MOST_CELLS", 1000)
    (tmp_path / "p.csv").write_text(HEADER + "\n" + "1,2\n" * 501)
    with pytest.raises(
        InputError, match=r"p.csv:502: file: is too large; allowed: at most 1,000,000 rows and 1,000 cells"
    ):
        read_points(tmp_path / "p.csv")
