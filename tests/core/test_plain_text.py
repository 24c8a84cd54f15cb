"""Text made harmless for a terminal, a page and a spreadsheet."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

from sim.core.plain_text import as_cell, csv_of, plain


def test_every_control_and_bidirectional_character_is_shown_by_its_number() -> None:
    for code in (
        *range(0x20),
        0x7F,
        *range(0x80, 0xA0),
        0x200B,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ):
        expected = chr(code) if chr(code) in "\n\t" else f"[U+{code:04X}]"
        assert plain(chr(code)) == expected


def test_words_of_any_script_stay_as_they_are() -> None:
    for text in (
        "Zażółć gęślą jaźń",
        "Kuźnica — Брузги",
        "کوزنیتسا",
        "line\n\ttab",
        "é" + unicodedata.normalize("NFD", "é"),
    ):
        assert plain(text) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-", "+1+1"]
)
def test_text_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert as_cell(text) == f"'{text}"


def test_numbers_stay_numbers_and_other_text_stays() -> None:
    for value in (-2.5, 3, "-2.5", "+1e-3", "a=b", "", None, "-inf"):
        assert as_cell(value) is value


def test_a_frame_is_written_without_formulas_in_cells_and_headings() -> None:
    frame = pd.DataFrame(
        {"=key": ["=1", "b"], "n": [-1.5, 2.0], "mixed": ["@x", -3], "kind": pd.Categorical(["-x", "y"])}
    )
    text = csv_of(frame)
    assert text == "'=key,n,mixed,kind\n'=1,-1.5,'@x,'-x\nb,2.0,-3,y\n"
    assert list(pd.read_csv(io.StringIO(text))["n"]) == [-1.5, 2.0]
    assert frame.columns[0] == "=key" and frame["=key"][0] == "=1"


def test_every_csv_file_is_written_by_the_one_function() -> None:
    writers = [
        path.name
        for path in sorted((Path(__file__).parents[2] / "sim").rglob("*.py"))
        if any(
            word in path.read_text(encoding="utf-8") for word in (".to_csv(", "csv.writer(", "DictWriter(")
        )
    ]
    assert writers == ["plain_text.py"]
