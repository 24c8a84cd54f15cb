"""A real Chromium, without a screen, for what people open in one: reports, players, panels."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright; `.ci/run` installs it,
    elsewhere these tests are skipped where it is missing."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a window of 1280 x 900."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    # Starting a kernel on a machine that does other work has taken more than Playwright's 30 seconds.
    page.set_default_navigation_timeout(120_000)
    yield page
    page.goto("about:blank")  # the page is left, and a server behind it may end what it kept for it
    context.close()


def faults_of_access(page: Page) -> list[str]:
    """What axe-core finds wrong with a page for people who use a keyboard or a screen reader,
    or see little contrast."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']} ({v['impact']}): {v['help']}: {[n['html'] for n in v['nodes']][:3]}" for v in found]
