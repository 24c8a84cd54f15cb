"""The commands of experiments as a user meets them: what they print, leave behind, and refuse."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.cli.test_running import BORDER, borderflow

DIFFERENCE = """
extends = "border.toml"
[scenario]
title = "Fewer people"
[routes.way]
people_per_day = 20.0
"""
PLAN = """
scenario = "border.toml"
replications = 3
by_sector = true
outcomes = ["attempts"]
[levers]
"sectors.north.teams" = [2, 4]
[uncertainties]
"countries.there.summary_return" = { low = 0.1, high = 0.9, values = 3 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "border.toml").write_text(BORDER)
    (tmp_path / "fewer.toml").write_text(DIFFERENCE)
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path


def pictures(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.png")}


def test_a_plan_is_swept_and_its_results_are_told_drawn_and_exported(folder: Path) -> None:
    swept = borderflow("sweep", "plan.toml", "--out", "s", "--workers", "2", cwd=folder)
    assert swept.returncode == 0, swept.stderr
    assert "6 points, 18 jobs, about" in swept.stderr
    assert swept.stdout == "s\n"
    told = borderflow(
        "results", "s", "--where", "`sectors.north.teams` > 2", "--csv", "t.csv", "--plots", "f", cwd=folder
    )
    assert told.returncode == 0, told.stderr
    table = pd.read_csv(folder / "t.csv")
    assert set(table["sectors.north.teams"]) == {4}
    assert {"attempts", "died", "harmed", "person_days_stranded", "claims_heard"} <= set(table["measure"])
    assert pictures(folder / "f") == {"response", "parallel", "heat", "sectors"}
    assert "sectors.north.te" in told.stdout and "…" not in told.stdout
    none = borderflow("results", "s", "--where", "`sectors.north.teams` > 200", cwd=folder)
    assert none.returncode == 0 and none.stderr == "no point meets --where; the sweep has 6 points\n"


def test_a_sweep_from_the_command_line_goes_on_with_more_replications(folder: Path) -> None:
    words = ("sweep", "border.toml", "--vary", "sectors.north.teams=2:8:3", "--out", "s")
    assert borderflow(*words, "-n", "2", cwd=folder).returncode == 0
    assert borderflow(*words, "-n", "3", cwd=folder).returncode == 0
    assert len(pd.read_parquet(folder / "s" / "rows.parquet")) == 9


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("sweep", "border.toml", "--out", "s"), 2, "is a scenario: say what varies"),
        (("sweep", "border.toml", "--vary", "sectors.north.teams", "--out", "s"), 2, "allowed: KEY=a,b,c"),
        (("sweep", "border.toml", "--vary", "sectors.north.teams=-1,2", "--out", "s"), 2, "out of range"),
        (("sweep", "none.toml", "--out", "s"), 2, "none.toml: file: does not exist"),
        (("results", "nothing"), 3, "holds no sweep"),
        (("compare", "border.toml", "--out", "c"), 2, "two worlds or more"),
        (("follow", "nothing", "1"), 3, "holds no comparison"),
        (("attribute", "border.toml", "--levers", "wall"), 2, "allowed: fence"),
        (("breakpoint", "border.toml", "--vary", "sectors.north.teams=2:8", "--until", "stopped > 3"), 2,
         "enforcement measures alone"),
        (("sensitivity", "border.toml", "--of", "prevented", "--out", "s"), 2, "enforcement measures alone"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    folder: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    before = set(folder.iterdir())
    done = borderflow(*words, cwd=folder)
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert set(folder.iterdir()) == before


def test_worlds_are_compared_drawn_split_and_followed(folder: Path) -> None:
    done = borderflow(
        "compare", "border.toml", "fewer.toml", "-n", "3", "--out", "c", "--split", "*", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    assert "fewer less border" in done.stdout
    assert "never came" in done.stdout
    assert pictures(folder / "c" / "figures") == {"forest", "differences"}
    table = pd.read_csv(folder / "c" / "differences.csv").set_index("measure")
    assert table.loc["arrived", "difference"] < 0.0
    assert table.loc["arrived", "verdict"] in ("less", "unclear")
    events = pd.read_parquet(folder / "c" / "worlds" / "border" / "events.parquet")
    group = events.loc[events["kind"] == "attempt", "group"].iloc[0]
    told = borderflow("follow", "c", str(group), cwd=folder)
    assert told.returncode == 0, told.stderr
    assert "border" in told.stdout and "fewer" in told.stdout and "attempt" in told.stdout


def test_levers_are_attributed_to_with_the_people_beside(folder: Path) -> None:
    words = ("attribute", "border.toml", "--levers", "fence", "-n", "3", "--out", "a", "--csv", "a.csv")
    done = borderflow(*words, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "A statement about the model, not about the world" in " ".join(done.stdout.split())
    table = pd.read_csv(folder / "a.csv")
    shares = table[(table["effect"] == "share (Shapley)")].set_index("measure")["mean"]
    whole = table[table["effect"] == "all together"].set_index("measure")["mean"]
    assert set(shares.index) == {"attempts", "died", "harmed", "person_days_stranded", "claims_heard"}
    assert (shares == whole).all()
    since = borderflow(*words, "--from", "2021-07-03", "--since", "2021-07-01:2021-07-03", cwd=folder)
    assert since.returncode == 0, since.stderr


def test_the_change_between_two_windows_is_that_of_their_levels(folder: Path) -> None:
    def level(*words: str) -> float:
        done = borderflow(
            "attribute", "border.toml", "--levers", "fence", "-n", "3", "--out", "a", "--csv", "a.csv",
            *words, cwd=folder
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        table = pd.read_csv(folder / "a.csv")
        rows = table[(table["measure"] == "attempts") & (table["lever"] == "with all of them")]
        return float(rows["mean"].iloc[0])

    late, early = level("--from", "2021-07-03"), level("--to", "2021-07-03")
    change = level("--from", "2021-07-03", "--since", "2021-07-01:2021-07-03")
    assert change == pytest.approx(late - early)


def test_a_screening_ranks_keys_and_draws_them(folder: Path) -> None:
    done = borderflow(
        "sensitivity", "border.toml", "--of", "attempts", "--samples", "2", "-n", "2", "--out", "s",
        "--vary", "routes.way.people_per_day=20:100", "--vary", "sectors.north.length_km=10:40", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("people_per_day") < done.stdout.index("length_km")
    assert pictures(folder / "s" / "figures") == {"tornado", "indices"}


def test_a_breaking_point_is_told_in_a_sentence_and_drawn(folder: Path) -> None:
    words = (
        "breakpoint",
        "border.toml",
        "--vary",
        "routes.way.people_per_day=20:120",
        "--until",
        "arrived > 240",
        "-n",
        "6",
        "--out",
        "b",
    )
    done = borderflow(*words, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "arrived > 240 holds in half of the runs at routes.way.people_per_day = " in done.stdout
    assert pictures(folder / "b" / "figures") == {"breakpoint"}
    again = borderflow(*words, cwd=folder)
    assert again.stdout == done.stdout
    assert list(pd.read_csv(folder / "b" / "curve.csv").columns[:2]) == [
        "routes.way.people_per_day", "share arrived > 240",
    ]  # fmt: skip


def test_runs_are_added_until_a_measure_is_known(folder: Path) -> None:
    done = borderflow(
        "run", "border.toml", "--precision", "30%", "--of", "attempts", "--no-plots", "--out", "p", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    assert "relative half-width" in done.stderr
    assert (folder / "p" / "precision.json").exists()
