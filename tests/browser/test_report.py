"""The report in a real browser without network: nothing leaves, nothing runs, keys reach all of it,
and it prints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.comparison.paired_runs import compare
from sim.reporting.report import write_report
from sim.runs.replicate import run
from tests.browser.conftest import faults_of_access
from tests.reporting.hostile import hostile
from tests.small import small

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
MOST_BYTES = 5_000_000


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports of a run, of a comparison, and of a border whose every text is hostile."""
    root = tmp_path_factory.mktemp("pages")
    run(small(40), seed=1, replications=3, out=root / "run")
    run(hostile(), seed=1, replications=2, out=root / "hostile")
    worlds = {"a": small(20), "b": small(20, sites={"hall": {"sector": "north", "open": 1.0}})}
    compare(worlds, seed=1, replications=2, out=root / "comparison", engine="simpy")
    return {kind: write_report(root / kind) for kind in ("run", "comparison", "hostile")}


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """A page without network."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", ["run", "comparison", "hostile"])
def test_nothing_runs_nothing_leaves_and_access_is_whole(
    offline: Page, pages: dict[str, Path], kind: str
) -> None:
    asked, said = list[str](), list[str]()
    offline.on("request", lambda request: asked.append(request.url))
    offline.on("console", lambda message: said.append(message.text))
    offline.on("pageerror", lambda error: said.append(str(error)))
    offline.on("dialog", lambda dialog: said.append(dialog.message))
    address = pages[kind].as_uri()
    offline.goto(address)
    offline.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert said == []
    assert offline.evaluate("window.ran") is None
    assert offline.evaluate("document.querySelectorAll('script, iframe, a[href^=javascript]').length") == 0
    assert offline.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert faults_of_access(offline) == []
    assert pages[kind].stat().st_size < MOST_BYTES


def test_hostile_text_is_read_as_it_stands(offline: Page, pages: dict[str, Path]) -> None:
    offline.goto(pages["hostile"].as_uri())
    assert offline.inner_text("h1").startswith("<script>window.ran = true</script>$\\frac{")
    assert offline.title().startswith("<script>")
    assert "javascript:window.ran=true" in offline.inner_text("main")


def test_keys_reach_the_skip_link_the_contents_and_every_wide_table(
    offline: Page, pages: dict[str, Path]
) -> None:
    offline.goto(pages["run"].as_uri())
    offline.keyboard.press("Tab")
    assert offline.evaluate("document.activeElement.textContent") == "Skip to the report"
    assert offline.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    offline.keyboard.press("Tab")
    assert offline.evaluate("document.activeElement.getAttribute('href')") == "#in-short"
    reached = {offline.evaluate("document.activeElement.getAttribute('href')")}
    for _ in range(300):
        offline.keyboard.press("Tab")
        reached.add(
            offline.evaluate(
                "document.activeElement.getAttribute('href') || "
                "document.activeElement.getAttribute('aria-label')"
            )
        )
    wanted = offline.evaluate("[...document.querySelectorAll('nav a')].map(a => a.getAttribute('href'))")
    wide = offline.evaluate(
        "[...document.querySelectorAll('[role=region]')].map(e => e.getAttribute('aria-label'))"
    )
    assert set(wanted) | set(wide) <= reached
    offline.goto(pages["run"].as_uri())
    offline.keyboard.press("Tab")
    offline.keyboard.press("Enter")
    assert offline.evaluate("document.activeElement.id") == "main"


def test_a_small_screen_scrolls_tables_and_not_the_page(browser: Browser, pages: dict[str, Path]) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, offline=True)
    small_page = context.new_page()
    small_page.goto(pages["run"].as_uri())
    assert small_page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults_of_access(small_page) == []
    context.close()


def test_it_prints_with_nothing_cut_off_at_the_side(
    offline: Page, pages: dict[str, Path], tmp_path: Path
) -> None:
    offline.goto(pages["run"].as_uri())
    offline.emulate_media(media="print")
    offline.set_viewport_size({"width": 688, "height": 1000})  # A4 less its margins, at 96 dots an inch
    cut = (
        "[...document.querySelectorAll('table, img, svg')].filter(e => e.getBoundingClientRect().right > "
        "690).length"
    )
    assert offline.evaluate(cut) == 0
    assert not offline.is_visible(".skip")
    offline.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True, outline=True, tagged=True)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
