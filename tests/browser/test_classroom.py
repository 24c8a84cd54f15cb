"""Sheets and the teacher's page in a real browser: access is whole, nothing runs,
and they print on a few pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.reporting.classroom import write_kit
from sim.reporting.classroom.roster import file_name
from tests.browser.conftest import faults_of_access
from tests.cli.test_running import BORDER, borderflow

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
HOSTILE = "<img src=x onerror='window.ran=true'> علي"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("class")
    (root / "border.toml").write_text(BORDER)
    (root / "names.txt").write_text(f"Ada\n{HOSTILE}\n", encoding="utf-8")
    return write_kit(
        str(root / "border.toml"), str(root / "names.txt"), root / "kit", replications=2, engine="simpy"
    )


def test_every_page_of_a_kit_is_open_to_all_and_runs_nothing(page: Page, kit: Path) -> None:
    said = list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in [kit / "teacher.html", *(kit / "sheets").iterdir()]:
        page.goto(path.as_uri())
        assert faults_of_access(page) == [], path.name
        assert page.evaluate("window.ran") is None
        assert said == []


def test_a_hostile_name_is_read_as_it_stands(page: Page, kit: Path) -> None:
    page.goto((kit / "sheets" / f"{file_name(HOSTILE)}.html").as_uri())
    assert page.locator("dd").first.inner_text() == HOSTILE


def test_a_sheet_prints_on_at_most_six_pages(page: Page, kit: Path, tmp_path: Path) -> None:
    sheet = next(iter(sorted((kit / "sheets").glob("ada*.html"))))
    page.goto(sheet.as_uri())
    page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
    assert 2 <= len(re.findall(rb"/Type /Page\b", (tmp_path / "sheet.pdf").read_bytes())) <= 6


def test_the_commands_of_a_sheet_do_what_it_says(page: Page, kit: Path) -> None:
    page.goto(next(iter(sorted((kit / "sheets").glob("ada*.html")))).as_uri())
    commands = [line for line in page.locator("pre").inner_text().splitlines() if line.strip()]
    assert len(commands) == 3
    for command in commands:
        words = command.replace("-n 20", "-n 2").split()
        done = borderflow(*words[1:], cwd=kit)
        assert done.returncode == 0, (command, done.stderr)
    assert list((kit / "runs").glob("*/report.html"))
