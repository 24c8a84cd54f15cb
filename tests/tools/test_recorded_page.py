"""The page of recorded figures is as fresh as the tables it is made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import UsageError
from sim.observations.recorded_series import names, series
from tools.recorded_page import BEGIN, END, refreshed, table

PAGE = Path(__file__).parents[2] / "docs" / "record.md"


def test_the_page_is_fresh() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert refreshed(page) == page, "run: python -m tools.recorded_page docs/record.md"


def test_the_page_shows_every_series_and_source() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in names():
        assert f"`{name}`" in page
        assert all(point.source in page for point in series(name).points)


def test_the_conflicts_named_in_words_are_those_of_the_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")
    poland = sum(p.value for p in series("poland_attempts_monthly").points if p.start.year == 2021)
    germany = sum(p.value for p in series("germany_entries").points if p.start.year == 2021)
    assert (poland, germany) == (39447, 11208)
    assert "39,447" in page
    assert "11,208" in page


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(UsageError, match="no part to make"):
        refreshed(f"{END}\n{BEGIN}")


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    assert table(("a",), [("x|y",)]).splitlines()[2] == "| x\\|y |"
