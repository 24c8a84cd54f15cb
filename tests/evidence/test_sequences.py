"""Recorded sequences: windows and figures of the record, beside a made-up run whose answers are known."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.core.errors import UsageError
from sim.evidence.sequences import (
    COLUMNS,
    SEQUENCES,
    Window,
    binding_of,
    recorded_value,
    sequence_table,
    sequences_page,
    simulated_values,
    write_page,
)
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from tests.small import small

START, END = date(2021, 7, 1), date(2022, 9, 1)
JULY = Window("poland_attempts_monthly", date(2021, 7, 1), date(2021, 8, 1))
AUGUST = Window("poland_attempts_monthly", date(2021, 8, 1), date(2021, 9, 1))


def reference() -> Scenario:
    return load("belarus-eu-2021")


def made_up(
    daily: list[dict[str, Any]], accounts: list[dict[str, Any]], scenario: Scenario | None = None
) -> Any:
    """Two replications; `daily` and `accounts` say what is in them beside a person a day
    in the centre until March."""
    stock = [
        {
            "replication": r,
            "date": day,
            "country": "",
            "sector": "",
            "measure": "stock_in_site",
            "value": 400.0 + r,
        }
        for r in (0, 1)
        for day in pd.date_range(START, date(2022, 3, 21))
    ]
    frames = {"daily": pd.DataFrame(stock + daily), "accounts": pd.DataFrame(accounts)}
    return SimpleNamespace(scenario=scenario or reference(), **frames)


def said(
    per_day: dict[int, float], start: date, end: date, country: str = "poland", party: str = "poland_guard"
) -> list[dict[str, Any]]:
    """A party reports so many attempts on every day of [start, end), by replication."""
    return [
        {"replication": r, "date": pd.Timestamp(start + timedelta(days=d)), "party": party,
            "country": country,
         "sector": "kuznica", "measure": "attempts", "value": value}
        for r, value in per_day.items()
        for d in range((end - start).days)
    ]  # fmt: skip


def row_of(table: pd.DataFrame, what: str) -> pd.Series:
    return table[table["what"] == what].iloc[0]


def test_every_sequence_rests_on_recorded_figures() -> None:
    for sequence in SEQUENCES:
        for comparison in sequence.comparisons:
            assert recorded_value(comparison.after) >= 0
            assert comparison.before is None or recorded_value(comparison.before) > 0


def test_the_difference_of_two_running_totals_is_the_count_between_them() -> None:
    assert (
        recorded_value(Window("lithuania_registered_total", date(2021, 8, 13), date(2021, 11, 10)))
        == 4200 - 4115
    )
    assert recorded_value(Window("latvia_prevented", date(2021, 8, 10), date(2021, 8, 16))) == 395


def test_a_window_without_a_figure_is_refused() -> None:
    with pytest.raises(UsageError, match="holds no figure"):
        recorded_value(Window("poland_attempts_monthly", date(2021, 8, 2), date(2021, 9, 1)))


def test_a_run_is_counted_by_the_account_of_the_party_that_counted_the_record() -> None:
    rows = said({0: 4.0, 1: 6.0}, JULY.start, JULY.end) + said(
        {0: 900.0}, JULY.start, JULY.end, party="minsk"
    )
    rows += said({0: 50.0}, JULY.start, JULY.end, country="lithuania") + said(
        {0: 7.0}, AUGUST.start, AUGUST.end
    )
    assert simulated_values(made_up([], rows), JULY) == [31 * 4.0, 31 * 6.0]
    assert simulated_values(made_up([], rows), AUGUST) == [31 * 7.0, 0.0]


def test_registered_people_are_those_admitted_or_detained_in_the_country() -> None:
    def counted(measure: str, country: str) -> dict[str, Any]:
        return {
            "replication": 0,
            "date": pd.Timestamp(2021, 7, 9),
            "country": country,
            "sector": "",
            "measure": measure,
            "value": 5.0,
        }

    daily = [
        counted("admitted", "lithuania"),
        counted("detained", "lithuania"),
        counted("admitted", "poland"),
        counted("attempts", "lithuania"),
    ]
    window = Window("lithuania_registered", date(2021, 7, 1), date(2021, 8, 1))
    assert simulated_values(made_up(daily, said({}, START, START)), window) == [10.0, 0.0]


def test_changes_are_per_day_paired_within_each_replication() -> None:
    rows = said({0: 10.0, 1: 20.0}, JULY.start, JULY.end) + said(
        {0: 110.0, 1: 140.0}, AUGUST.start, AUGUST.end
    )
    table = sequence_table(made_up([], rows))
    poland = row_of(table, "attempts in Poland")
    assert tuple(table.columns) == COLUMNS
    assert poland["recorded_change"] == pytest.approx((3500 - 200) / 31)
    assert poland["simulated_change"] == pytest.approx(110.0)
    assert poland["change_low"] < 110.0 < poland["change_high"]
    assert poland["simulated_after"] == pytest.approx(125.0)
    assert poland["replications"] == 2
    half = 12.7062 * math.sqrt(200.0) / math.sqrt(2)
    assert poland["change_high"] - poland["simulated_change"] == pytest.approx(half, rel=1e-4)


def test_a_stock_is_people_at_the_end_of_the_day() -> None:
    centre = row_of(sequence_table(made_up([], said({0: 1.0}, JULY.start, JULY.end))), "people in the centre")
    assert (centre["recorded_before"], centre["recorded_after"]) == (409, 0)
    assert (centre["simulated_before"], centre["simulated_after"]) == (400.5, 0.0)
    assert centre["unit"] == "persons"
    assert centre["status"] == "input"


def test_without_a_figure_before_there_is_no_change() -> None:
    latvia = row_of(sequence_table(made_up([], said({0: 1.0}, JULY.start, JULY.end))), "prevented in Latvia")
    assert math.isnan(latvia["recorded_change"])
    assert math.isnan(latvia["simulated_change"])
    assert latvia["recorded_after"] == pytest.approx(395 / 6)


def test_figures_after_october_are_called_predicted_and_earlier_ones_seen() -> None:
    table = sequence_table(made_up([], said({0: 1.0}, JULY.start, JULY.end)))
    assert row_of(table, "attempts in Poland")["status"] == "seen"
    assert row_of(table, "registered in Lithuania")["status"] == "seen"
    assert row_of(table, "attempts in Poland, December")["status"] == "predicted"


def test_a_run_of_other_days_holds_no_sequence() -> None:
    result = made_up([], said({0: 1.0}, JULY.start, JULY.end), small(days=10))
    with pytest.raises(UsageError, match="none of the recorded sequences"):
        sequence_table(result)


def test_a_scenario_that_compares_nothing_is_told_what_to_add() -> None:
    with pytest.raises(UsageError, match=r"add a \[recorded\.\*\] table"):
        binding_of(small(), "poland_attempts_monthly")


def test_the_page_shows_every_comparison_and_says_that_there_is_no_control(tmp_path: Path) -> None:
    result = made_up([], said({0: 10.0, 1: 20.0}, JULY.start, JULY.end))
    page = sequences_page(result)
    assert "no control" in page
    assert "2 replications" in page
    for sequence in SEQUENCES:
        assert f"## {sequence.title}" in page
        assert all(f"| {comparison.what} |" in page for comparison in sequence.comparisons)
    assert "nan" not in page
    write_page(result, tmp_path / "sequences.md")
    assert (tmp_path / "sequences.md").read_text(encoding="utf-8") == page
