"""The documentation site as people open it: it builds without a warning, asks nothing of other hosts,
and can be read by everybody."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.browser.conftest import faults_of_access

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
MAIN = (
    "index", "tour", "how-to/index", "how-to/sweeps", "model/index", "model/rules", "record",
    "reference/scenario",
    "reference/levers", "reference/cli", "reference/api", "reference/results", "maintainers/index",
    "notebooks",
)  # fmt: skip


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly."""
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """A server of the site on this machine alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def complaints(page: Page, address: str) -> list[str]:
    """What goes wrong while a page is looked at: requests to other hosts, errors on the console."""
    found: list[str] = []
    own = (address, "data:", "blob:", "about:", "file:")
    page.on("request", lambda asked: None if asked.url.startswith(own) else found.append(asked.url))
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.mark.parametrize("name", MAIN)
def test_a_page_asks_nothing_of_other_hosts_and_can_be_read_by_everybody(
    page: Page, address: str, complaints: list[str], name: str
) -> None:
    page.goto(f"{address}/{name}.html")
    page.wait_for_load_state("networkidle")
    assert faults_of_access(page) == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("name", ["index", "model/rules", "reference/scenario"])
def test_a_page_fits_a_telephone_and_the_dark(
    page: Page, address: str, complaints: list[str], name: str
) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"{address}/{name}.html")
    page.wait_for_load_state("networkidle")
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert faults_of_access(page) == []
    assert complaints == []


def test_search_works_by_keyboard(page: Page, address: str, complaints: list[str]) -> None:
    page.goto(f"{address}/index.html")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("f")
    page.keyboard.type("Koopman")
    page.locator(".md-search-result__item a", has_text="Koopman").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/*.html?h=*")
    assert "Koopman" in page.locator("article").inner_text()
    assert complaints == []


def test_search_works_from_files_without_a_server(page: Page, site: Path, complaints: list[str]) -> None:
    page.goto((site / "index.html").as_uri())
    page.locator("input[name=query]").fill("restraint")
    page.locator(".md-search-result__item a").first.wait_for()
    assert complaints == []


def test_the_first_tab_stop_leads_past_the_navigation(page: Page, address: str) -> None:
    page.goto(f"{address}/model/rules.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.md-skip')")
    page.keyboard.press("Enter")
    assert page.url.endswith("#the-rules-and-their-equations")


def test_every_equation_is_drawn(page: Page, site: Path, address: str) -> None:
    page.goto(f"{address}/model/rules.html")
    drawn = page.locator("math[display=block]")
    assert drawn.count() > 25
    heights = drawn.evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
    assert min(heights) > 10
    assert not any("$" in text for text in page.locator("article p, article li").all_inner_texts())
    text = (ROOT / "docs" / "model" / "rules.md").read_text(encoding="utf-8")
    assert drawn.count() == text.count("\n$$\n") / 2
    ElementTree.fromstring(drawn.first.evaluate("e => e.outerHTML"))
