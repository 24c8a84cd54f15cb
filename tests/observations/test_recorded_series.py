"""Recorded figures: read strictly, each over its window, with grade and source;
contradictions left standing."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from sim.core.errors import RecordError, UsageError
from sim.core.shipped_files import shipped_records
from sim.observations.recorded_series import (
    KINDS,
    RecordedSeries,
    folders,
    incidents,
    names,
    series,
)

ROOT = Path(__file__).parents[2]
FOUNDING_CASE = shipped_records() / "belarus-eu-2021"
HEAD = "start,end,value,grade,kind,source\n"
GOOD = "2021-10-01,2021-11-01,17447,A,quoted_exact,somewhere\n"
INDEX = "name,label,unit,counts,country,cumulative,measures\none,One,persons,people,poland,no,entries\n"


def value_of(name: str, start: date, end: date) -> float:
    return next(p.value for p in series(name).points if (p.start, p.end) == (start, end))


def test_every_series_has_figures_with_grade_kind_and_source() -> None:
    for name in names():
        found = series(name)
        assert found.points
        assert found.counts
        for point in found.points:
            assert point.source
            assert point.kind in KINDS
            assert point.days > 0


def test_every_table_in_the_folder_is_a_series_and_every_series_has_a_table() -> None:
    assert FOUNDING_CASE in folders()
    for folder in folders():
        tables = {path.stem for path in folder.glob("*.csv")} - {"series", "listed"}
        listed = {name for name in names(folder) if series(name).listed}
        assert tables - {"incidents"} == set(names(folder)) - listed
        assert ("incidents" in tables) == bool(listed)


def test_a_month_is_a_window_from_its_first_day_to_the_next_months_first() -> None:
    assert value_of("poland_attempts_monthly", date(2021, 10, 1), date(2021, 11, 1)) == 17447
    assert value_of("poland_attempts_monthly", date(2021, 12, 1), date(2022, 1, 1)) == 1700


def test_a_day_is_a_window_of_one_day() -> None:
    assert all(p.days == 1 for p in series("poland_attempts_daily").points)
    assert value_of("poland_attempts_daily", date(2021, 11, 8), date(2021, 11, 9)) == 309


def test_running_totals_keep_their_start_and_never_fall() -> None:
    for name in names():
        found = series(name)
        if found.cumulative:
            by_start: dict[date, list[float]] = {}
            for point in found.points:
                by_start.setdefault(point.start, []).append(point.value)
            assert all(values == sorted(values) for values in by_start.values()), name
    assert value_of("lithuania_turned_away", date(2021, 8, 3), date(2022, 1, 1)) == 8106
    assert value_of("latvia_prevented", date(2021, 8, 10), date(2021, 12, 23)) == 3481


def test_deaths_by_place_add_up_to_all() -> None:
    parts = [series(f"deaths_{place}").points for place in ("poland", "lithuania", "latvia", "place_unknown")]
    for every in zip(series("deaths_all").points, *parts, strict=True):
        assert every[0].value == sum(point.value for point in every[1:])


def test_figures_that_contradict_each_other_both_stand() -> None:
    by_month = sum(p.value for p in series("lithuania_registered").points if p.end <= date(2021, 8, 1))
    assert by_month == 3249
    assert value_of("lithuania_registered_total", date(2021, 1, 1), date(2021, 7, 31)) == 3401


def test_only_whole_windows_count_as_within() -> None:
    monthly = series("poland_attempts_monthly")
    assert [p.value for p in monthly.within(date(2021, 9, 15), date(2021, 12, 1))] == [17447, 8900]


def test_incidents_say_who_says_what_and_have_sizes_as_bounds() -> None:
    listed = incidents(FOUNDING_CASE)
    kuznica = next(i for i in listed if i.start == date(2021, 11, 8))
    assert (kuznica.persons_low, kuznica.persons_high) == (1000, 4000)
    assert "Belarus" in kuznica.accounts
    assert "Poland" in kuznica.accounts
    assert [i.start for i in listed] == sorted(i.start for i in listed)
    forced = sum(i.country == "poland" and (i.level or 0) >= 2 for i in listed)
    assert len(series("incidents").points) == forced


def test_the_reference_scenario_names_series_that_exist() -> None:
    content = tomllib.loads((ROOT / "scenarios" / "belarus-eu-2021.toml").read_text(encoding="utf-8"))
    assert content["recorded"]
    for name, binding in content["recorded"].items():
        found = series(binding["series"])
        assert binding.get("cumulative", False) == found.cumulative, name


def broken(folder: Path, table: str, index: str = INDEX) -> RecordedSeries:
    (folder / "series.csv").write_text(index, encoding="utf-8")
    (folder / "one.csv").write_text(table, encoding="utf-8")
    return series("one", folder)


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ("start,end,value\n", "one.csv:1: header"),
        (HEAD, "one.csv:1: row"),
        (HEAD + GOOD + GOOD.replace("17447", "many"), "one.csv:3: value"),
        (HEAD + GOOD.replace("17447", "nan"), "one.csv:2: value"),
        (HEAD + GOOD.replace("17447", "-1"), "one.csv:2: value"),
        (HEAD + GOOD.replace("2021-11-01", "2021-10-01"), "one.csv:2: end"),
        (HEAD + GOOD.replace("2021-10-01", "2021-10"), "one.csv:2: start"),
        (HEAD + GOOD.replace(",A,", ",E,"), "one.csv:2: grade"),
        (HEAD + GOOD.replace("quoted_exact", "sure"), "one.csv:2: kind"),
        (HEAD + GOOD.replace("somewhere", ""), "one.csv:2: source"),
        (HEAD + GOOD + GOOD.replace("2021-10-01", "2021-09-01"), "one.csv:3: start"),
        (HEAD + GOOD.replace("somewhere", "some,where"), "one.csv:2: row"),
        (HEAD + GOOD.replace("somewhere", '"somewhere'), "one.csv:2: row"),
    ],
)
def test_a_fault_names_file_line_and_field(tmp_path: Path, table: str, place: str) -> None:
    with pytest.raises(RecordError) as caught:
        broken(tmp_path, table)
    assert str(caught.value).startswith(place)


def test_a_good_table_is_read(tmp_path: Path) -> None:
    assert broken(tmp_path, HEAD + GOOD).points[0].value == 17447


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "series.csv").write_text(INDEX, encoding="utf-8")
    with pytest.raises(RecordError, match=r"one\.csv:0: file"):
        series("one", tmp_path)


LIST = "name,label,unit,counts,country,measures,from_level\nlate,Late,incidents,fires,norrow,incidents,3\n"
LIST_HEAD = (
    "start,end,country,place,persons_low,persons_high,crossed,dead,forces,forces_harmed,type,level,accounts,"
    "grade,source\n"
)
NIGHT = "2030-03-01,2030-03-02,norrow,,10,10,,,,,stones thrown,3,,B,somewhere\n"


def with_a_list(folder: Path, night: str = NIGHT, chosen: str = LIST) -> RecordedSeries:
    (folder / "listed.csv").write_text(chosen, encoding="utf-8")
    (folder / "incidents.csv").write_text(LIST_HEAD + night, encoding="utf-8")
    broken(folder, HEAD + GOOD)
    return series("late", folder)


def test_which_incidents_make_a_series_is_said_in_a_table(tmp_path: Path) -> None:
    lower, elsewhere = NIGHT.replace(",3,", ",2,"), NIGHT.replace("norrow", "sallen")
    found = with_a_list(tmp_path, NIGHT + lower + elsewhere)
    assert (found.label, found.country, found.listed) == ("Late", "norrow", True)
    assert [p.start for p in found.points] == [date(2030, 3, 1)]
    assert names(tmp_path) == ("one", "late")


@pytest.mark.parametrize(
    ("chosen", "place"),
    [
        (LIST.replace(",3\n", ",9\n"), "listed.csv:2: from_level"),
        (LIST.replace("norrow", "ebria"), "listed.csv:2: country"),
        (LIST.replace("fires,", ","), "listed.csv:2: counts"),
        (LIST.replace("from_level", "level"), "listed.csv:1: header"),
    ],
)
def test_a_fault_of_a_list_names_file_line_and_field(tmp_path: Path, chosen: str, place: str) -> None:
    with pytest.raises(RecordError) as caught:
        with_a_list(tmp_path, chosen=chosen)
    assert str(caught.value).startswith(place)


def test_two_series_of_one_name_are_refused_since_a_scenario_names_a_series_alone(tmp_path: Path) -> None:
    (tmp_path / "series.csv").write_text(INDEX + INDEX.splitlines()[1] + "\n", encoding="utf-8")
    (tmp_path / "one.csv").write_text(HEAD + GOOD, encoding="utf-8")
    with pytest.raises(RecordError, match=r"series\.csv:3: name"):
        names(tmp_path)


def test_an_unknown_series_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'poland_attempts_monthly'"):
        series("poland_attempts_montly")


def test_reading_a_series_imports_no_heavy_package() -> None:
    code = (
        "import sys; from sim.observations.recorded_series import series; series('frontex_all');"
        "assert not {'pandas', 'numpy', 'matplotlib', 'simpy', 'pydantic'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
