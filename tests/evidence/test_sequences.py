"""Recorded sequences: windows and figures of the record, beside a made-up run whose answers are known."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.core.errors import InputError, UsageError
from sim.evidence.before_after import (
    RecordedSequence,
    Window,
    read_sequences,
    recorded_value,
    sequences_of,
)
from sim.evidence.calibration.calibration_problem import read_calibration
from sim.evidence.sequences import (
    COLUMNS,
    binding_of,
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


def shipped() -> tuple[RecordedSequence, ...]:
    return sequences_of(reference())


def table_of(result: Any) -> pd.DataFrame:
    return sequence_table(result, shipped())


def figure_of(window: Window) -> float:
    return recorded_value(reference(), window)


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
    assert len(shipped()) == 3
    for sequence in shipped():
        for comparison in sequence.comparisons:
            assert figure_of(comparison.after) >= 0
            assert comparison.before is None or figure_of(comparison.before) > 0


def test_the_difference_of_two_running_totals_is_the_count_between_them() -> None:
    autumn = Window("lithuania_registered_total", date(2021, 8, 13), date(2021, 11, 10))
    assert figure_of(autumn) == 4200 - 4115
    assert figure_of(Window("latvia_prevented", date(2021, 8, 10), date(2021, 8, 16))) == 395


def test_a_window_without_a_figure_is_refused() -> None:
    with pytest.raises(UsageError, match="holds no figure"):
        figure_of(Window("poland_attempts_monthly", date(2021, 8, 2), date(2021, 9, 1)))


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
    table = table_of(made_up([], rows))
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
    centre = row_of(table_of(made_up([], said({0: 1.0}, JULY.start, JULY.end))), "people in the centre")
    assert (centre["recorded_before"], centre["recorded_after"]) == (409, 0)
    assert (centre["simulated_before"], centre["simulated_after"]) == (400.5, 0.0)
    assert centre["unit"] == "persons"
    assert centre["status"] == "input"


def test_without_a_figure_before_there_is_no_change() -> None:
    latvia = row_of(table_of(made_up([], said({0: 1.0}, JULY.start, JULY.end))), "prevented in Latvia")
    assert math.isnan(latvia["recorded_change"])
    assert math.isnan(latvia["simulated_change"])
    assert latvia["recorded_after"] == pytest.approx(395 / 6)


def test_figures_after_october_are_called_predicted_and_earlier_ones_seen() -> None:
    table = table_of(made_up([], said({0: 1.0}, JULY.start, JULY.end)))
    assert row_of(table, "attempts in Poland")["status"] == "seen"
    assert row_of(table, "registered in Lithuania")["status"] == "seen"
    assert row_of(table, "attempts in Poland, December")["status"] == "predicted"


def test_a_run_of_other_days_holds_no_sequence() -> None:
    result = made_up([], said({0: 1.0}, JULY.start, JULY.end), small(days=10))
    with pytest.raises(UsageError, match="none of the recorded sequences"):
        table_of(result)


def test_a_scenario_that_compares_nothing_is_told_what_to_add() -> None:
    with pytest.raises(UsageError, match=r"add a \[recorded\.\*\] table"):
        binding_of(small(), "poland_attempts_monthly")


def test_the_page_shows_every_comparison_and_says_that_there_is_no_control(tmp_path: Path) -> None:
    result = made_up([], said({0: 10.0, 1: 20.0}, JULY.start, JULY.end))
    page = sequences_page(result, shipped())
    assert "no control" in page
    assert "2 replications" in page
    for sequence in shipped():
        assert f"## {sequence.title}" in page
        assert all(f"| {comparison.what} |" in page for comparison in sequence.comparisons)
    assert "nan" not in page
    write_page(result, tmp_path / "sequences.md")
    assert (tmp_path / "sequences.md").read_text(encoding="utf-8") == page


# sequences of another border

RIVER = """
seen_until = 2030-04-01
[sequences.lights]
title = "Lights on the river"
[[sequences.lights.comparisons]]
what = "attempts in Norrow"
before = { series = "ministry.csv", start = 2030-03-01, end = 2030-03-06 }
after = { series = "ministry.csv", start = 2030-04-11, end = 2030-04-16 }
[[sequences.lights.comparisons]]
what = "the first days"
after = { series = "ministry.csv", start = 2030-03-01, end = 2030-03-06 }
"""
OWN = """extends = "riverland"
[recorded.ministry]
series = "ministry.csv"
measure = "attempts"
party = "norrow_watch"
where = ["norrow"]
"""
COUNTS = "start,end,value\n2030-03-01,2030-03-06,60\n2030-04-11,2030-04-16,20\n"


def river(folder: Path) -> Scenario:
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    (folder / "ministry.csv").write_text(COUNTS, encoding="utf-8")
    return load(folder / "own.toml")


def of_river(folder: Path, text: str = RIVER) -> tuple[RecordedSequence, ...]:
    (folder / "sequences.toml").write_text(text, encoding="utf-8")
    return read_sequences(folder / "sequences.toml", river(folder))


def test_another_border_has_sequences_of_its_own_figures(tmp_path: Path) -> None:
    (sequence,) = of_river(tmp_path)
    lights, first = sequence.comparisons
    assert recorded_value(river(tmp_path), lights.after) == 20
    assert (lights.status, first.status) == ("predicted", "seen")
    said_here = said({0: 4.0, 1: 6.0}, date(2030, 4, 11), date(2030, 4, 16), "norrow", "norrow_watch")
    result = made_up([], said_here, river(tmp_path))
    table = sequence_table(result, (sequence,))
    assert row_of(table, "attempts in Norrow")["simulated_after"] == 5.0
    assert row_of(table, "attempts in Norrow")["recorded_change"] == pytest.approx(20 / 5 - 60 / 5)
    write_page(result, tmp_path / "page.md", tmp_path / "sequences.toml")
    assert "## Lights on the river" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_a_scenario_without_a_case_has_no_sequences_and_a_difference_has_its_case_s(
    tmp_path: Path,
) -> None:
    assert sequences_of(river(tmp_path)) == ()
    assert [s.name for s in sequences_of(load("no-wall"))] == [s.name for s in shipped()]


MINISTRY = '"ministry.csv", start = 2030-04'
FIRST = 'what = "the first days"'


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("2030-04-16", "2030-04-17", 8, "after: ministry.csv holds no figure for 2030-04-11 to 2030-04-16"),
        ("2030-04-16", "2030-04-11", 8, "after.end: is not after the start; found 2030-04-11"),
        (MINISTRY, MINISTRY.replace("ministry", "minstry"), 8, "did you mean 'ministry.csv'?"),
        (
            FIRST,
            FIRST + '\nstock = "stock_in_sight"',
            11,
            "stock: is no stock of a run; found stock_in_sight",
        ),
        (FIRST, FIRST + '\nstatus = "known"', 11, '; found "known"; allowed:'),
        ('title = "Lights on the river"', 'title = " "', 4, "is blank"),
        ("seen_until = 2030-04-01", 'seen_until = "April"', 2, "wrong type"),
        ("[sequences.lights]", "[sequences.Lights]", 3, "is not a name"),
    ],
)
def test_a_fault_of_a_file_of_sequences_names_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        of_river(tmp_path, RIVER.replace(old, new, 1))
    report = str(refused.value).splitlines()
    assert any(f"sequences.toml:{line}: " in said and words in said for said in report), report


def test_all_faults_of_a_file_of_sequences_come_in_one_report(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="4 faults in the file of sequences"):
        of_river(tmp_path, RIVER.replace("ministry.csv", "minister.csv").replace("2030-04-01", "3", 1))


FIT = """
scenario = "own.toml"
sequences = "sequences.toml"
[free.arrivals]
key = "routes.*.people_per_day*"
prior = { dist = "lognormal", median = 1.0, log_sd = 0.1 }
source = "a guess"
[series.ministry]
log_sd = 0.2
source = "a guess"
"""


def test_a_calibration_shows_the_sequences_that_it_names_and_fits_the_same(tmp_path: Path) -> None:
    sequences = of_river(tmp_path)
    (tmp_path / "fit.toml").write_text(FIT, encoding="utf-8")
    (tmp_path / "bare.toml").write_text(FIT.replace("sequences =", "#"), encoding="utf-8")
    fit, bare = read_calibration(tmp_path / "fit.toml"), read_calibration(tmp_path / "bare.toml")
    assert (fit.sequences, bare.sequences) == (sequences, ())
    assert fit.digest == bare.digest


def test_faults_of_the_sequences_that_a_calibration_names_are_in_its_report(tmp_path: Path) -> None:
    of_river(tmp_path)
    (tmp_path / "sequences.toml").write_text(RIVER.replace("ministry", "minister"), encoding="utf-8")
    (tmp_path / "fit.toml").write_text(FIT + "colour = 3\n", encoding="utf-8")
    with pytest.raises(InputError, match="4 faults in the calibration") as refused:
        read_calibration(tmp_path / "fit.toml")
    assert "sequences.toml:7: sequences.lights.comparisons[0].before.series: " in str(refused.value)


def test_the_shipped_calibration_shows_the_shipped_sequences() -> None:
    assert read_calibration(Path("belarus-eu-2021")).sequences == shipped()
