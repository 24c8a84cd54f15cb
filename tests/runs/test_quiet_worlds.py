"""Worlds in which nothing happens: nobody comes, one day, nobody reports; every table,
figure and page holds of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sim.comparison.decomposition import split
from sim.comparison.paired_runs import compare
from sim.core.errors import UsageError
from sim.explore.plan import plan_of
from sim.explore.sweep import sweep
from sim.explore.sweep_results import open_store
from sim.record.measures import DESCRIBED
from sim.reporting.animation import animate
from sim.reporting.figures.comparison_figure import save_comparison
from sim.reporting.figures.sweep_figures import applying
from sim.reporting.report import write_report
from sim.reporting.result_figures import save_all
from sim.reporting.style.figure_files import save_figures
from sim.runs.replicate import run
from sim.scenario.schema import Scenario
from tests.small import small

FRAMES = ("events", "daily", "accounts", "totals")


def nobody(days: int = 3) -> Scenario:
    return small(days, routes={"way": {"people_per_day": 0.0}}, initial={})


def one_day() -> Scenario:
    """So few people that some replications have none, and some have nothing that a party reports."""
    return small(1, routes={"way": {"people_per_day": 3.0}}, initial={})


def no_parties() -> Scenario:
    return small(3, parties={})


WORLDS: dict[str, Callable[[], Scenario]] = {"nobody": nobody, "one-day": one_day, "no-parties": no_parties}


@pytest.mark.parametrize("name", WORLDS)
def test_a_folder_of_a_quiet_world_is_the_same_as_memory(tmp_path: Path, name: str) -> None:
    world = WORLDS[name]()
    kept, held = run(world, replications=4, out=tmp_path / "r"), run(world, replications=4)
    for frame in FRAMES:
        pd.testing.assert_frame_equal(getattr(kept, frame), getattr(held, frame), check_categorical=False)
    assert len(kept.summary) == len(DESCRIBED)


def test_dates_have_one_unit_whether_a_table_is_empty_or_not() -> None:
    quiet, busy = run(nobody()), run(small(3))
    assert quiet.accounts.empty and not busy.accounts.empty
    for frame in ("daily", "accounts"):
        assert getattr(quiet, frame)["date"].dtype == getattr(busy, frame)["date"].dtype, frame


def test_a_replication_without_any_report_is_a_row_of_zeros() -> None:
    result = run(one_day(), replications=6)
    assert set(result.accounts["replication"]) < set(range(6))
    assert set(result.totals["replication"]) == set(range(6))


def test_a_month_counts_the_replications_in_which_nothing_happened() -> None:
    """Nobody came in any run of the base: the difference is the other world's own mean."""
    found = compare({"none": nobody(), "some": small(3)}, replications=3, engine="simpy")
    month = found.by_month.set_index("measure").loc["attempts"]
    totals = found.results["some"].totals
    assert month["difference"] == pytest.approx(totals[totals["measure"] == "attempts"]["value"].mean())


def test_a_split_counts_the_replications_in_which_nothing_happened() -> None:
    found = compare({"none": nobody(), "some": small(3)}, replications=3, engine="simpy")
    parts = split(found, "some")
    assert list(parts["replication"]) == [0, 1, 2]
    assert (parts["came_only_there"] == parts["change"]).all() and (parts["change"] > 0).all()
    quiet = split(compare({"a": nobody(), "b": nobody()}, replications=2, engine="simpy"), "b")
    assert (quiet["change"] == 0).all() and len(quiet) == 2


def test_a_split_without_a_log_is_refused() -> None:
    found = compare({"a": small(3), "b": small(3)}, replications=2, engine="simpy", log=False)
    with pytest.raises(UsageError, match="run without its log"):
        split(found, "b")


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_every_figure_and_page_of_a_quiet_world(tmp_path: Path, name: str) -> None:
    world = WORLDS[name]()
    result = run(world, replications=3, out=tmp_path / "r")
    assert save_all(result, tmp_path / "r" / "figures")
    assert write_report(tmp_path / "r").stat().st_size > 0
    if len(result.events):
        animation = animate(result)
        assert (
            animation.save(tmp_path / "player.html").exists()
            and animation.gif(tmp_path / "player.gif").exists()
        )
    found = compare({"a": world, "b": world}, replications=3, engine="simpy", out=tmp_path / "c")
    assert save_comparison(found, tmp_path / "c" / "figures")
    assert write_report(tmp_path / "c").stat().st_size > 0


QUIET_FILE = """
[scenario]
title = "Nobody comes"
start = 2021-07-01
end = 2021-07-02
[countries.there]
[sectors.north]
country = "there"
length_km = 20.0
[routes.way]
people_per_day = 0.0
"""


@pytest.mark.slow
def test_a_sweep_over_a_quiet_world(tmp_path: Path) -> None:
    (tmp_path / "quiet.toml").write_text(QUIET_FILE)
    plan = plan_of(
        str(tmp_path / "quiet.toml"),
        ["sectors.north.teams=1,2"],
        seed=0,
        replications=2,
        design="grid",
        samples=0,
    )
    sweep(plan, tmp_path / "s", engine="simpy")
    found = open_store(tmp_path / "s")
    assert (found.summary(["attempts"])["mean"].fillna(0.0) == 0.0).all()
    assert save_figures(applying(found, ["attempts"]), tmp_path / "figures")
    assert write_report(tmp_path / "s").stat().st_size > 0
