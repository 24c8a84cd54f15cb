"""The player in a real browser: it asks for nothing, plays by keyboard,
and runs nothing that a scenario file says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sim
from sim.reporting.animation import animate
from tests.browser.conftest import faults_of_access
from tests.small import content

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
HOSTILE = "</script><img src=x onerror=alert(1)>"


def test_the_player_works_offline_by_keyboard_and_runs_no_name(page: Page, tmp_path: Path) -> None:
    from sim.scenario.schema import Scenario

    told = content(4)
    told["sectors"]["north"]["label"] = told["scenario"]["title"] = HOSTILE
    animation = animate(sim.run(Scenario.model_validate(told), seed=3))
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: trouble.append(dialog.message))
    page.on("request", lambda asked: None if asked.url.startswith("file:") else trouble.append(asked.url))
    page.goto(animation.save(tmp_path / "player.html").as_uri())
    assert "frame 1 of" in page.inner_text("#when")
    page.keyboard.press("ArrowRight")
    assert "frame 2 of" in page.inner_text("#when")
    page.keyboard.press("End")
    last = animation.content["scenes"][-1]
    assert last["when"] in page.inner_text("#when")
    assert f"{last['counts'][0][1]:,}" in page.inner_text("#did")
    page.keyboard.press("Space")
    assert page.inner_text("#play") == "Stop"
    page.keyboard.press("Space")
    assert page.inner_text("#play") == "Play"
    assert HOSTILE in page.inner_text("#rows")
    assert not page.query_selector("img")
    assert faults_of_access(page) == []
    assert trouble == []
