"""The report holds what it promises, of every kind of folder; text stays text;
a folder of another kind is refused in words."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sim.comparison.paired_runs import compare
from sim.core.errors import ResultError
from sim.core.event_order import Rank
from sim.explore.plan import plan_of
from sim.explore.sweep import sweep
from sim.record.measures import DESCRIBED
from sim.reporting.report import write_report
from sim.reporting.report.model_facts import RANKS, rules_table
from sim.reporting.report.odd_form import CONCEPTS
from sim.reporting.report.report_results import rows_of
from sim.reporting.report.report_subject import open_study
from sim.runs.replicate import run
from sim.scenario.describe.assumptions import numbers
from tests.cli.test_running import BORDER, borderflow
from tests.reporting.hostile import TEXTS, hostile
from tests.small import small

DRAWN = [pytest.param(kind, marks=pytest.mark.slow) for kind in ("run", "comparison")]
KINDS = [*DRAWN, "sweep"]
"""Kinds of folders; those with many figures take their time."""
VOID = {"meta", "link", "img", "br", "path", "line", "rect"}


class Reader(HTMLParser):
    """What a browser would find: elements with their attributes, in order, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of each kind, of the small border."""
    root = tmp_path_factory.mktemp("report")
    run(small(12), seed=1, replications=3, out=root / "run")
    worlds = {
        "as it is": small(33),
        "more teams": small(40, countries={"there": {"label": "There", "reserve_teams": 30}}),
    }
    compare(worlds, seed=1, replications=3, out=root / "comparison", engine="simpy")
    (root / "border.toml").write_text(BORDER)
    plan = plan_of(
        str(root / "border.toml"),
        ["sectors.north.teams=1,4"],
        seed=1,
        replications=2,
        design="grid",
        samples=0,
    )
    sweep(plan, root / "sweep", engine="simpy")
    return {kind: root / kind for kind in ("run", "comparison", "sweep")}


class Pages(dict[str, Reader]):
    """The report of each folder, written when it is first asked for."""

    def __init__(self, folders: dict[str, Path]) -> None:
        super().__init__()
        self.folders = folders

    def __missing__(self, kind: str) -> Reader:
        self[kind] = Reader(write_report(self.folders[kind]).read_text(encoding="utf-8"))
        return self[kind]


@pytest.fixture(scope="module")
def pages(folders: dict[str, Path]) -> Pages:
    return Pages(folders)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_a_report_can_run_or_be_fetched(pages: Pages, kind: str) -> None:
    page = pages[kind]
    policy = next(
        meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    assert not {"script", "iframe", "object", "embed", "form"} & {tag for tag, _ in page.elements}
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.all("img"))
    assert all(re.match(r"#|https://doi\.org/", link["href"]) for link in page.all("a"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_can_be_walked_by_headings_links_and_tables(pages: Pages, kind: str) -> None:
    page = pages[kind]
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")} <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.all("caption")) == len(page.all("table")) > 10
    assert all("scope" in head for head in page.all("th"))
    assert page.all("html")[0]["lang"] == "en"


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_is_told_in_numbers(pages: Pages, kind: str) -> None:
    images = pages[kind].all("img")
    assert images
    assert all(re.search(r"\d", image["alt"]) for image in images)


@pytest.mark.parametrize("kind", KINDS)
def test_both_forms_are_whole_and_say_what_only_the_author_can(pages: Pages, kind: str) -> None:
    text = pages[kind].text
    items = [
        "1.1 Purpose of the model",
        "1.2 Model outputs",
        "1.3 Experimentation aims",
        "2.1 Base model overview diagram",
        "2.2 Base model logic",
        "2.3 Scenario logic",
        "2.4 Algorithms",
        "2.5 Components",
        "3.1 Data sources",
        "3.2 Pre-processing",
        "3.3 Input parameters",
        "3.4 Assumptions",
        "4.1 Initialisation",
        "4.2 Run length",
        "4.3 Estimation approach",
        "5.1 Software or programming language",
        "5.2 Random sampling",
        "5.3 Model execution",
        "5.4 System specification",
        "6.1 Computer model sharing statement",
    ]
    assert [item for item in items if item not in text] == []
    elements = [
        "1. Purpose and patterns",
        "2. Entities, state variables, and scales",
        "3. Process overview and scheduling",
        "4. Design concepts",
        "5. Initialization",
        "6. Input data",
        "7. Submodels",
    ]
    assert [element for element in elements if element not in text] == []
    assert len(CONCEPTS) == 11
    assert all(f"4.{place} {name}" in text for place, name in enumerate(CONCEPTS, 1))
    assert "To be said by the author of the study." in text


@pytest.mark.slow
def test_numbers_of_a_report_are_those_of_the_result(folders: dict[str, Path], pages: Pages) -> None:
    study = open_study(folders["run"])
    assert study.base is not None and study.scenario is not None
    text, rows = pages["run"].text, rows_of(study.base)
    assert all(described.label in text for described in DESCRIBED.values())
    mean = rows["attempts"]["mean"]
    assert f"Person-attempts to cross (mean a run): {mean:,.0f} (95 % interval" in text
    assert (
        text.index("Prevented at the line")
        < text.index("People in the same runs")
        < text.index("Figures Figure" if "Figures Figure" in text else "Figure 1.")
    )
    values = numbers(study.scenario)
    assert f"The {len(values):,} values of the scenario, by status" in text
    assert f"{sum(v.status == 'assumed' for v in values):,} are assumed" in text


def test_accounts_stand_beside_what_happened_where_the_party_speaks_of(folders: dict[str, Path]) -> None:
    from sim.reporting.report.reported_accounts import COUNTED, account_tables

    result = open_study(folders["run"]).base
    assert result is not None
    said = account_tables(result)[1]
    parties = len(result.scenario.parties)
    assert len(said.rows) == len(COUNTED) * (parties + 1)
    guards = said.rows[1]
    assert guards[0] == "guards"
    attempts = result.accounts[
        (result.accounts["party"] == "guards") & (result.accounts["measure"] == "attempts")
    ]
    assert (
        guards[2] == f"{attempts['value'].sum() / result.replications:,.3g}"
        or guards[2] == f"{attempts['value'].sum() / result.replications:,.0f}"
    )
    assert guards[4] == f"{rows_of(result)['attempts']['mean']:,.0f}"


@pytest.mark.slow
def test_a_comparison_shows_paired_differences_and_what_was_changed(pages: Pages) -> None:
    text = pages["comparison"].text
    assert "more teams less as it is: paired differences a run" in text
    assert "countries.there.reserve_teams" in text
    assert "more teams less as it is by month" in text


def test_a_sweep_shows_its_points_and_says_where_its_scenario_changed(
    folders: dict[str, Path], pages: Pages, tmp_path: Path
) -> None:
    text = pages["sweep"].text
    assert "sectors.north.teams" in text and "A sweep of 2 points" in text
    assert open_study(folders["sweep"]).doubt == ""
    store = tmp_path / "store"
    shutil.copytree(folders["sweep"], store)
    plan = json.loads((store / "plan.json").read_text())
    (tmp_path / "border.toml").write_text(BORDER.replace("length_km = 20.0", "length_km = 25.0"))
    (store / "plan.json").write_text(json.dumps({**plan, "scenario": str(tmp_path / "border.toml")}))
    assert "not any more the one that was swept" in open_study(store).doubt
    (store / "plan.json").write_text(json.dumps({**plan, "scenario": "not-there"}))
    text = Reader(write_report(store).read_text(encoding="utf-8")).text
    assert "not-there is not there any more" in text


@pytest.mark.slow
def test_the_same_folder_gives_the_same_bytes(folders: dict[str, Path], tmp_path: Path) -> None:
    first, second = (write_report(folders["run"], tmp_path / name) for name in ("a.html", "b.html"))
    assert first.read_bytes() == second.read_bytes()


def test_the_purpose_is_the_authors_and_is_escaped(folders: dict[str, Path], tmp_path: Path) -> None:
    page = Reader(
        write_report(
            folders["sweep"], tmp_path / "a.html", purpose="Whether <b>teams</b> matter."
        ).read_text()
    )
    assert page.text.count("Whether <b>teams</b> matter.") == 2
    assert not page.all("b")


@pytest.mark.parametrize("damage", ["manifest.json", "totals.parquet", "daily.parquet"])
def test_a_damaged_folder_is_refused_in_words_and_nothing_is_written(
    folders: dict[str, Path], tmp_path: Path, damage: str
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folders["run"], broken, ignore=shutil.ignore_patterns("report.html"))
    (broken / damage).write_text('{"scenario": 3}')
    with pytest.raises(ResultError, match=r"damaged|manifest"):
        write_report(broken)
    assert not (broken / "report.html").exists()


def test_a_manifest_with_a_scenario_that_is_none_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folders["run"], broken)
    manifest: dict[str, Any] = json.loads((broken / "manifest.json").read_text())
    manifest["scenario"]["sectors"] = "none"
    (broken / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ResultError, match="damaged"):
        open_study(broken)


def test_another_kind_of_folder_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="is not there"):
        open_study(tmp_path / "nothing")
    with pytest.raises(ResultError, match="holds no result of borderflow"):
        open_study(tmp_path)
    (tmp_path / "0a1b.parquet").write_bytes(b"")
    with pytest.raises(ResultError, match="single runs of attribute"):
        open_study(tmp_path)
    (tmp_path / "generations.csv").write_text("")
    with pytest.raises(ResultError, match="holds a fit"):
        open_study(tmp_path)
    with pytest.raises(ResultError, match="is a file"):
        open_study(tmp_path / "generations.csv")


@pytest.mark.slow
def test_hostile_text_is_shown_and_is_nothing_else(tmp_path: Path) -> None:
    run(hostile(), seed=1, replications=2, out=tmp_path / "run")
    page = Reader(write_report(tmp_path / "run").read_text(encoding="utf-8"))
    assert not {"script", "b"} & {tag for tag, _ in page.elements}
    assert len(page.all("style")) == len(page.all("title")) - 1 == 1
    assert not [attrs for _, attrs in page.elements if any(name.startswith("on") for name in attrs)]
    assert all(image["src"].startswith("data:") for image in page.all("img"))
    for text in TEXTS[:-1]:
        assert " ".join(text.split()) in page.text
    assert "abc[U+202E]txt.exe[U+200B]" in page.text


def test_the_templates_are_in_the_package() -> None:
    there = {path.name for path in (files("sim.reporting.report") / "templates").iterdir()}
    assert {"report.html", "blocks.html", "style.css", "journey.svg"} <= there


def test_what_the_forms_say_of_the_model_is_the_code_s(folders: dict[str, Path]) -> None:
    assert list(RANKS) == sorted(Rank)
    rules = [row for row in rules_table().rows if len(row) > 1]
    assert len(rules) > 30
    assert all(status != "-" and units != "-" for _, _, units, _, status in rules)


def test_the_command_writes_into_the_folder_and_names_the_file(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    done = borderflow("report", str(folders["sweep"]), "--out", "page.html", "-q", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "page.html\n"), done.stderr
    refused = borderflow("report", str(tmp_path), cwd=tmp_path)
    assert refused.returncode == 3
    assert "holds no result of borderflow" in refused.stderr and "Traceback" not in refused.stderr
