"""The panel as a widget, without a page: newest state, faults in words, stop, and a notebook."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import nbformat
import pytest

from sim.core.errors import UsageError
from sim.engines.engine_choice import prepare
from sim.reporting.panel.newest_state import NewestStateWorker, Stopped
from sim.reporting.panel.web.serve import serve
from sim.reporting.widgets import panel
from tests.cli.test_running import borderflow
from tests.reporting.test_panel import OWN

SOON = 60.0


def test_a_worker_does_what_was_asked_last_and_tells_what_is_overtaken() -> None:
    worker, begun, done = NewestStateWorker(), Event(), list[str]()

    def long(stopped: Stopped) -> None:
        begun.set()
        while not stopped():
            pass
        done.append("overtaken")

    worker.ask(long)
    assert begun.wait(SOON)
    worker.ask(lambda _: done.append("newest"))
    assert worker.wait(SOON)
    assert done == ["overtaken", "newest"]
    begun.clear()
    worker.ask(long)
    assert begun.wait(SOON)
    worker.stop()
    assert worker.wait(SOON)
    assert done == ["overtaken", "newest", "overtaken"]


def test_without_its_extra_a_panel_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.reporting.panel.web.serve.find_spec", {}.get)
    with pytest.raises(UsageError, match=r"borderflow\[notebook\]"):
        serve("riverland", port=0, browser=False, replications=2, seed=0)


def test_the_command_refuses_a_scenario_that_is_not_there(tmp_path: Path) -> None:
    done = borderflow("panel", "riverlnd", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'riverland'?" in done.stderr


@pytest.mark.slow
def test_texts_go_to_the_page_without_characters_that_hide_or_turn_them() -> None:
    from sim.reporting.panel.panel_widget import AS_TEXT

    assert AS_TEXT["to_json"]({"title": "a" + chr(0x202E), "rows": [["b" + chr(7), 1.0]]}, None) == {
        "title": "a[U+202E]",
        "rows": [["b[U+0007]", 1.0]],
    }


def test_a_fault_is_told_in_words_and_the_last_good_figures_stay(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    prepare()
    shown = panel(path, replications=2, folder=tmp_path)
    good = shown.wait(SOON)
    shown.set(changes={"levers.fence.end": "2021-07-01"})
    assert shown.wait(SOON) is good
    assert "levers.fence" in shown.fault
    shown.set(replications=1)
    assert "runs: found 1" in shown.fault
    for wrong in ({"replications": 2.7}, {"replications": None}, {"seed": "x"}, {"changes": 3}):
        shown.set(**wrong)
        assert f"{next(iter(wrong))}: found {next(iter(wrong.values()))!r}, allowed: " in shown.fault
    shown.set(changes={"levers.fence.on": False}, replications=3)
    assert shown.wait(SOON) is not good
    assert shown.fault == ""
    assert "--without levers.fence" in shown.command
    shown._do(shown, {"do": "write"}, [])
    assert "must stand in that file's folder" in shown.status["words"]
    assert [p.name for p in tmp_path.glob("*what-if*")] == ["own-what-if.toml"]


@pytest.mark.slow
def test_what_is_stopped_leaves_the_last_whole_state(tmp_path: Path) -> None:
    prepare()
    shown = panel("night-3-november", replications=2, folder=None)
    good = shown.wait(SOON)
    begun = Event()
    shown.observe(lambda change: begun.set() if change["new"]["share"] > 0.0 else None, "status")
    shown.set(replications=1000)
    assert begun.wait(SOON)
    shown._do(shown, {"do": "stop"}, [])
    assert shown.wait(SOON) is good
    assert shown.status["words"].startswith("Stopped")
    assert not shown.status["busy"]


@pytest.mark.slow
def test_a_notebook_with_a_panel_runs_without_a_fault_or_a_warning(tmp_path: Path) -> None:
    from nbclient import NotebookClient

    prepare()
    code = (
        "from sim.reporting.widgets import panel\nshown = panel('night-3-november', replications=4)\n"
        "shown.set(changes={'sectors.*.restraint': 0.2})\nassert shown.wait(60).state.changes\nshown"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    outputs = notebook.cells[0].outputs
    assert all(output.get("name") != "stderr" for output in outputs), outputs
    assert any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in outputs)
