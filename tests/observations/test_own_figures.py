"""Figures in a file of one's own: every fault of the file in one report, with line, what was found,
what is allowed."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pytest

from sim.core.errors import Fault
from sim.observations.own_figures import MOST_FAULTS, MOST_FIGURES, read_figures
from sim.observations.recorded_series import RecordedPoint

HEAD = "start,end,value\n"
ROW = "2030-03-01,2030-03-06,60\n"
POINT = RecordedPoint(date(2030, 3, 1), date(2030, 3, 6), 60.0, "C", "quoted", "own.csv")


def read(folder: Path, content: str | bytes) -> tuple[tuple[RecordedPoint, ...], tuple[Fault, ...]]:
    path = folder / "own.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_figures(path, "own.csv")


@pytest.mark.parametrize(
    "content",
    [
        HEAD + ROW,
        HEAD.replace("\n", "\r\n") + ROW.replace("\n", "\r\n"),
        b"\xef\xbb\xbf" + (HEAD + ROW).encode(),
        "value, end ,start\n60.0,2030-03-06,2030-03-01",
        HEAD + "\n" + '"2030-03-01",2030-03-06, 60 \n\n',
        "start,end,value,grade,kind,source\n2030-03-01,2030-03-06,60,,,\n",
    ],
    ids=["plain", "windows", "byte order mark", "order of columns", "blank lines", "cells left empty"],
)
def test_one_figure_is_read_the_same_in_every_spelling(tmp_path: Path, content: str | bytes) -> None:
    assert read(tmp_path, content) == ((POINT,), ())


def test_figures_come_in_the_order_of_their_days(tmp_path: Path) -> None:
    points, faults = read(tmp_path, HEAD + "2030-03-06,2030-03-07,5\n" + ROW)
    assert [p.value for p in points] == [60.0, 5.0]
    assert faults == ()


def test_grade_kind_and_source_are_kept(tmp_path: Path) -> None:
    points, _ = read(
        tmp_path, "start,end,value,grade,kind,source\n2030-03-01,2030-03-06,60,A,lower_bound,a page\n"
    )
    assert (points[0].grade, points[0].kind, points[0].source) == ("A", "lower_bound", "a page")


FAULTY: dict[str, tuple[str, str]] = {
    "nothing": ("", "own.csv:1: start: the column is missing"),
    "no figure": (HEAD, "own.csv:1: row: the file holds no figure"),
    "a missing column": ("start,end\n2030-03-01,2030-03-06\n", "own.csv:1: value: the column is missing"),
    "an unknown column": ("start,end,value,sorce\n" + ROW,
        "own.csv:1: sorce: unknown column; did you mean 'source'?"),
    "a capital": ("start,end,Value\n" + ROW, "own.csv:1: Value: unknown column; did you mean 'value'?"),
    "a column twice": ("start,end,value,value\n", "own.csv:1: value: is a column twice"),
    "an index": (",start,end,value\n0," + ROW,
        "has a column without a name; allowed: start,end,value, and where known"),
    "semicolons": (HEAD.replace(",", ";") + ROW.replace(",", ";"),
        "own.csv:1: header: separates columns by semicolons or tabs"),
    "no date": (HEAD + ROW + ROW.replace("2030-03-01", "1 March"),
        "own.csv:3: start: is not a date; found 1 March; allowed: a date such as"),
    "no day": (HEAD + ROW.replace("03-06", "02-30"), "own.csv:2: end: is not a date; found 2030-02-30"),
    "the end before the start": (HEAD + ROW.replace("03-06", "02-06"),
        "own.csv:2: end: is not after start; found 2030-02-06; allowed: a date after 2030-03-01"),
    "the end on the start": (HEAD + ROW.replace("03-06", "03-01"), "the end is the day after the last"),
    "no number": (HEAD + ROW.replace("60", "many"), "own.csv:2: value: is not a count; found many"),
    "a decimal comma": (HEAD + ROW.replace("60", '"60,5"'), "own.csv:2: value: is not a count; found 60,5"),
    "an underscore": (HEAD + ROW.replace("60", "6_0"), "own.csv:2: value: is not a count"),
    "below zero": (HEAD + ROW.replace("60", "-1"), "own.csv:2: value: is not a count; found -1"),
    "not a number": (HEAD + ROW.replace("60", "nan"), "own.csv:2: value: is not a count"),
    "infinite": (HEAD + ROW.replace("60", "1e400"), "own.csv:2: value: is not a count"),
    "an empty value": (HEAD + ROW.replace("60", ""), "own.csv:2: value: is not a count; found nothing"),
    "an unknown grade": ("start,end,value,grade\n2030-03-01,2030-03-06,60,E\n",
        "own.csv:2: grade: is not a known word; found E; allowed: A, B, C, D"),
    "an unknown kind": ("start,end,value,kind\n2030-03-01,2030-03-06,60,quotd\n", "did you mean 'quoted'?"),
    "too few fields": (HEAD + "2030-03-01,2030-03-06\n",
        "own.csv:2: row: has another number of fields than the header; found 2; allowed: 3"),
    "an open quote": (HEAD + '"2030-03-01,2030-03-06,60\n', "own.csv:2: row: is not comma-separated text"),
    "a control character": (HEAD + ROW.replace("60", "\x1b[31m"), r"found \x1b[31m"),
    "too long a source": ("start,end,value,source\n2030-03-01,2030-03-06,60," + "x" * 2000,
        "own.csv:2: source: has too many characters; found 2,000"),
    "too many figures": (HEAD + ROW * (MOST_FIGURES + 1),
        f"row: holds too many figures; allowed: at most {MOST_FIGURES:,}"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), FAULTY.values(), ids=FAULTY)
def test_a_fault_names_line_column_and_remedy(tmp_path: Path, content: str, words: str) -> None:
    _, faults = read(tmp_path, content)
    assert any(words in str(fault) for fault in faults), [str(fault) for fault in faults]


def test_all_faults_come_in_one_report(tmp_path: Path) -> None:
    points, faults = read(tmp_path, HEAD + "soon,2030-03-06,many\n" + ROW + "2030-03-07,later,-1\n")
    assert [(fault.line, fault.key) for fault in faults] == [
        (2, "start"),
        (2, "value"),
        (4, "end"),
        (4, "value"),
    ]
    assert len(points) == 1


def test_a_file_of_nothing_but_faults_is_not_read_to_its_end(tmp_path: Path) -> None:
    began = time.process_time()
    _, faults = read(tmp_path, HEAD + "x\n" * 900_000)
    assert len(faults) == MOST_FAULTS
    assert time.process_time() - began < 1.0


def test_what_is_no_readable_file_is_said(tmp_path: Path) -> None:
    assert "does not exist" in str(read_figures(tmp_path / "none.csv", "none.csv")[1][0])
    assert "is not a file" in str(read_figures(tmp_path, "folder")[1][0])
    wrong = str(read(tmp_path, HEAD.encode() + b"\xff\xfe")[1][0])
    assert "is not UTF-8 text; allowed: UTF-8; a spreadsheet saves it as 'CSV UTF-8'" in wrong
    assert "is too large" in str(read(tmp_path, HEAD + ROW * 100_000)[1][0])
    os.mkfifo(tmp_path / "pipe.csv")
    assert "is not a file" in str(read_figures(tmp_path / "pipe.csv", "pipe.csv")[1][0])
