"""The panel as people meet it: served by Voila, moved in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.engines.engine_choice import prepare
from sim.reporting.panel.web.serve import free_port
from sim.scenario.load import check
from tests.browser.conftest import faults_of_access
from tests.reporting.test_panel import OWN

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from sim.cli import main; main()", "panel"]
SERVED_S, SHOWN_MS = 120.0, 120_000
TIMED = 5


@contextmanager
def served(scenario: str, folder: Path) -> Iterator[str]:
    """The address of `borderflow panel SCENARIO`, until it is left."""
    port = free_port()
    words = [*PROGRAM, scenario, f"--port={port}", "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "voila.log").open("w") as log:
        server = subprocess.Popen(words, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            _answering(f"http://127.0.0.1:{port}/", server)
            yield re.findall(r"http://\S+token=\S+", (folder / "voila.log").read_text())[0]
        finally:
            server.terminate()
            server.wait(30)


def _answering(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server says anything at all."""
    until = time.monotonic() + SERVED_S
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2.0).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not begin")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    prepare()
    with served("night-3-november", tmp_path_factory.mktemp("night")) as address:
        yield address


def _is_own(url: str, address: str) -> bool:
    """Whether a page asks its own host alone: a class may be without a network."""
    return url.startswith((address.split("?")[0], "blob:", "data:"))


def opened(page: Page, address: str) -> list[str]:
    """Open a panel and wait for its first figures; errors that the page will have told,
    hosts that it will have asked."""
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda sent: None if _is_own(sent.url, address) else errors.append(sent.url))
    page.goto(address)
    page.wait_for_selector(".bf-panel[data-shown='1'][aria-busy=false]", timeout=SHOWN_MS)
    return errors


def row(page: Page, key: str, kind: str) -> str:
    """The selector of a control, in folds that are opened."""
    page.evaluate(
        "document.querySelectorAll('.bf-controls details').forEach((fold) => { fold.open = true; })"
    )
    return f".bf-row[data-key='{key}'] input[type={kind}]"


def pictures(page: Page) -> list[str]:
    """What stands in each picture, pixel by pixel, and the table."""
    page.wait_for_function("[...document.querySelectorAll('.bf-panel img')].every((one) => one.complete)")
    drawn = page.evaluate(
        """[...document.querySelectorAll('.bf-panel img')].map((one) => {
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [one.naturalWidth, one.naturalHeight];
            canvas.getContext('2d').drawImage(one, 0, 0);
            return canvas.toDataURL(); })"""
    )
    return [*drawn, page.locator(".bf-panel table").inner_text()]


def shown(page: Page) -> int:
    return int(page.locator(".bf-panel").get_attribute("data-shown") or 0)


def wait_for(page: Page, number: int) -> None:
    page.wait_for_selector(f".bf-panel[data-shown='{number}'][aria-busy=false]", timeout=SHOWN_MS)


def test_a_lever_moved_by_keyboard_changes_pictures_and_table_and_reset_brings_them_back(
    night: str, page: Page, tmp_path: Path
) -> None:
    errors = opened(page, night)
    before = pictures(page)
    slider = page.locator(row(page, "sectors.*.restraint", "range"))
    slider.focus()
    page.keyboard.press("Home")
    wait_for(page, 2)
    after = pictures(page)
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert "--set 'sectors.*.restraint=0'" in (page.locator("pre").first.text_content() or "")
    with page.expect_download() as download:
        page.get_by_role("button", name="Write this").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert {s.restraint for s in check(path).sectors.values()} == {0.0}
    page.get_by_role("button", name="Reset").click()
    wait_for(page, 3)
    assert pictures(page) == before
    assert errors == []


def test_an_impossible_date_is_told_in_words_and_the_figures_stay(night: str, page: Page) -> None:
    opened(page, night)
    before = pictures(page)
    page.locator(row(page, "levers.column-250.persons", "number")).fill("-5")
    page.wait_for_selector(".bf-fault:not([hidden])")
    assert "levers.column-250.persons" in page.locator(".bf-fault").inner_text()
    assert pictures(page) == before
    page.locator(row(page, "levers.column-250.persons", "number")).fill("100")
    wait_for(page, 2)
    assert not page.locator(".bf-fault").is_visible()


@pytest.mark.parametrize("number", ["-5", "5000", "2.5", ""])
def test_a_number_of_runs_out_of_bounds_is_told_and_the_figures_stay(
    night: str, page: Page, number: str
) -> None:
    opened(page, night)
    before = pictures(page)
    runs = page.get_by_label("Runs", exact=True)
    runs.fill(number)
    told = page.locator("[role=alert]", has_text="Runs: a whole number from 2 to 1000")
    told.wait_for()
    assert runs.get_attribute("aria-invalid") == "true"
    assert faults_of_access(page) == []
    assert pictures(page) == before
    runs.fill("3")
    wait_for(page, 2)
    assert not told.is_visible()


def test_a_group_is_followed_in_both_worlds(night: str, page: Page) -> None:
    opened(page, night)
    page.get_by_text("Follow a group").click()
    page.wait_for_function("document.querySelector('.bf-right select').length > 3", timeout=SHOWN_MS)
    page.locator(".bf-right select").select_option(index=1)
    page.wait_for_selector(".bf-stories ul", timeout=SHOWN_MS)
    told = page.locator(".bf-stories").inner_text()
    assert faults_of_access(page) == []
    assert "Baseline" in told
    assert "Changed" in told
    assert re.search(r"2021-11-0\d \d\d:\d\d", told)


def test_nothing_of_the_panel_shuts_anybody_out(night: str, page: Page) -> None:
    opened(page, night)
    page.locator(row(page, "levers.column-250.persons", "number")).fill("-5")
    page.wait_for_selector(".bf-fault:not([hidden])")
    assert faults_of_access(page) == []
    assert page.locator(".bf-panel img").count() == 3
    alts = [image.get_attribute("alt") or "" for image in page.locator(".bf-panel img").all()]
    assert all("baseline" in alt and "difference" in alt for alt in alts)


def test_every_control_is_reached_by_the_keyboard(night: str, page: Page) -> None:
    opened(page, night)
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent + document.activeElement.ariaLabel"))
    words = " ".join(seen)
    for part in (
        "Reset to the baseline",
        "Find a lever",
        "in force",
        "strength",
        "Mechanisms",
        "Follow a group",
    ):
        assert part in words, part


def test_a_hostile_name_in_a_scenario_is_text(page: Page, tmp_path: Path) -> None:
    prepare()
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    with served(str(path), tmp_path) as address:
        opened(page, address)
        assert page.locator(".bf-panel h2").inner_text() == "<img src=x onerror=alert(1)>"
        assert page.locator("img[src=x]").count() == 0
        page.locator(row(page, "levers.fence.on", "checkbox")).uncheck()
        wait_for(page, 2)
        page.locator(row(page, "levers.fence.end", "date")).fill("2021-07-01")
        page.locator(row(page, "levers.fence.on", "checkbox")).check()
        page.wait_for_selector(".bf-fault:not([hidden])")
        assert "levers.fence" in page.locator(".bf-fault").inner_text()
    assert asked == []


def test_a_page_that_is_loaded_again_keeps_its_kernel_and_one_that_is_left_ends_it(
    page: Page, tmp_path: Path
) -> None:
    prepare()
    with served("night-3-november", tmp_path) as address:
        log = tmp_path / "voila.log"
        opened(page, address)
        page.reload()
        page.wait_for_selector(".bf-panel[aria-busy=false]", timeout=SHOWN_MS)
        assert log.read_text().count("Kernel started") == 1
        page.goto("about:blank")
        until = time.monotonic() + SERVED_S
        while "Kernel shutdown" not in log.read_text() and time.monotonic() < until:
            time.sleep(0.5)
        assert log.read_text().count("Kernel shutdown") == 1


def test_how_long_from_slider_to_picture(night: str, page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    """A measurement, printed: on a warm cache, from the slider's event to pictures
    that the browser has decoded."""
    opened(page, night)
    slider = row(page, "sectors.*.restraint", "range")
    spent = []
    for number in range(TIMED):
        measured = page.evaluate(
            """async ([slider, value, next]) => {
                const input = document.querySelector(slider), panel = document.querySelector('.bf-panel');
                const begun = performance.now();
                input.value = value;
                input.dispatchEvent(new Event('input'));
                while (Number(panel.dataset.shown) < next) await new Promise(requestAnimationFrame);
                await Promise.all([...panel.querySelectorAll('img')].map((one) => one.decode()));
                return performance.now() - begun; }""",
            [slider, 0.1 + 0.1 * number, 2 + number],
        )
        spent.append(measured / 1000.0)
    split = page.locator("[data-seconds]").get_attribute("data-seconds")
    with capsys.disabled():
        print(f"\nslider to picture: {', '.join(f'{s:.2f}' for s in spent)} s; of the last: {split}")
    assert shown(page) == 1 + TIMED
