"""Tables for notebooks: people in every one, rounded words, one cell for an interval,
nothing that a page would run."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.core.errors import UsageError
from sim.record.measures import DESCRIBED, HUMAN
from sim.reporting.summary_tables import in_word, in_words, tidy_frame
from sim.runs.result import Result
from sim.runs.statistics import interval_of_mean
from tests.small import small

PEOPLE = {DESCRIBED[name].label for name in HUMAN}


@pytest.fixture(scope="module")
def result() -> Result:
    return sim.run(small(), seed=1, replications=3)


def test_people_stand_beside_whatever_was_asked_for(result: Result) -> None:
    rows = tidy_frame(result, ["prevented"])
    assert rows["measure"].iloc[0] == "prevented at the line"
    assert set(rows["measure"]) >= PEOPLE


def test_a_cell_holds_what_the_summary_holds(result: Result) -> None:
    row = tidy_frame(result, ["attempts"]).iloc[0]
    totals = result.totals
    mean, low, high, _ = interval_of_mean(list(totals[totals["measure"] == "attempts"]["value"]))
    assert row["mean a run"] == in_word(mean)
    assert row["95 % interval"] == f"{in_word(low)} to {in_word(high)}"
    assert row["unit"] == "person-attempts"


def test_a_comparison_with_one_world_shows_both_and_with_several_the_differences() -> None:
    worlds = {"base": small(), "same": small(), "more": small(routes={"way": {"people_per_day": 120.0}})}
    one = tidy_frame(sim.compare({k: worlds[k] for k in ("base", "same")}, replications=3))
    assert set(one["told apart"]) == {"exactly none"}
    assert list(one["base"]) == list(one["same"])
    several = tidy_frame(sim.compare(worlds, replications=6))
    assert list(several.columns) == ["measure", "unit", "base", "same", "more"]
    assert set(several["same"]) == {"0 (0)"}
    attempts = several.set_index("measure").loc["person-attempts", "more"]
    assert not attempts.startswith("-") and attempts != "0 (0)"


def test_a_sweep_has_a_row_a_point_and_a_column_a_measure(tmp_path: Path) -> None:
    found = sim.sweep("one-post", ["sectors.post.teams=2,6"], tmp_path / "store", replications=3)
    words = tidy_frame(found, ["attempts"])
    assert list(words["sectors.post.teams"]) == ["2", "6"]
    assert set(words.columns) == {"sectors.post.teams", "person-attempts", *PEOPLE}


def test_a_frame_becomes_words() -> None:
    frame = pd.DataFrame(
        {"share_stopped": [0.256, math.nan], "low": [1.0, math.nan], "high": [2.5, 3.0],
            "at": pd.to_datetime(["2030-03-01 14:05", "2030-03-02 00:00"]), "measure": ["died", "other"]},
        index=pd.Index(["a", "b"], name="where_it_was"),
    )  # fmt: skip
    words = in_words(frame)
    assert list(words.columns) == ["where it was", "share stopped", "95 % interval", "at", "measure"]
    assert list(words.iloc[0]) == ["a", "26%", "1 to 2.5", "2030-03-01 14:05", "died"]
    assert list(words.iloc[1]) == ["b", "", "", "2030-03-02 00:00", "other"]
    assert "low" in frame.columns, "the frame itself is left as it was"


def test_names_from_a_file_are_shown_and_not_run() -> None:
    page = sim.table(pd.DataFrame({"<script>a</script>": ["<b>x</b>"]})).to_html()
    assert "<script>" not in page and "<b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_people_are_coloured_and_numbers_stand_to_the_right(result: Result) -> None:
    page = sim.table(result).to_html()
    assert page.count("#A23E00") >= 1
    assert "text-align: right" in page


def test_what_has_no_table_is_said() -> None:
    with pytest.raises(UsageError, match="found int"):
        sim.table(3)
    with pytest.raises(UsageError, match="allowed: arrived"):
        sim.table(pd.DataFrame(), ["nothing"])
