"""The panel as a widget of Jupyter: what the page asks for goes to the session,
what that gives goes to the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from sim.core.errors import BorderflowError, UsageError
from sim.core.plain_text import plain_all
from sim.reporting.panel.newest_state import NewestStateWorker, Stopped
from sim.reporting.panel.panel_scenario import file_name, home_of, save, scenario_text
from sim.reporting.panel.panel_session import Session, Shown
from sim.reporting.panel.panel_state import PanelState

HERE = Path(__file__).parent
AS_TEXT: dict[str, Any] = {"sync": True, "to_json": lambda value, _: plain_all(value)}
"""How texts of a scenario go to the page: what controls, hides or turns text is shown by its number."""


class Overtaken(Exception):
    """What is under way is not wanted any more."""


class PanelWidget(anywidget.AnyWidget):
    """Sliders, switches, pictures and tables of one scenario; `state` is what it is set to,
    `wait` until it is shown."""

    _esm = HERE / "panel.js"
    _css = HERE / "panel.css"
    spec = traitlets.Dict().tag(**AS_TEXT)
    # Plain, as it comes from the page; what goes back as text is made plain.
    asked = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict({"words": "", "share": 0.0, "busy": False}).tag(sync=True)
    fault = traitlets.Unicode("").tag(**AS_TEXT)
    images: Any = traitlets.List().tag(sync=True)
    shown = traitlets.Dict().tag(**AS_TEXT)
    command = traitlets.Unicode("").tag(sync=True)
    python = traitlets.Unicode("").tag(sync=True)
    groups: Any = traitlets.List().tag(**AS_TEXT)
    group = traitlets.Unicode("").tag(sync=True)
    story = traitlets.Dict().tag(**AS_TEXT)

    def __init__(self, scenario: str, *, replications: int, seed: int, folder: Path | None) -> None:
        self.session = Session(scenario)
        self.state = PanelState(scenario, {}, replications, seed)
        self.result: Shown | None = None
        self._folder, self._worker = folder, NewestStateWorker()
        meta = self.session.baseline.scenario
        super().__init__(
            spec={"title": meta.title, "about": " ".join(meta.about.split()), "footing": self.session.footing,
                  "replications": replications, "seed": seed,
                  "controls": [c.plain for c in self.session.controls]},
        )  # fmt: skip
        self.observe(self._follow_asked, "asked")
        self.observe(self._follow_group, "group")
        self.on_msg(self._do)
        self._play(self.state)

    def set(self, **asked: Any) -> None:
        """Set the panel from Python: `changes`, `replications`, `seed`."""
        now = {
            "changes": dict(self.state.changes),
            "replications": self.state.replications,
            "seed": self.state.seed,
        }
        self.asked = {**now, **asked}

    def wait(self, seconds: float = 600.0) -> Shown | None:
        """Until nothing is left to play; what is shown then."""
        self._worker.wait(seconds)
        return self.result

    def _follow_asked(self, change: Any) -> None:
        try:
            state = self._state_of(change["new"])
        except BorderflowError as error:
            self.fault = str(error)
            return
        if state.seed != self.state.seed:
            # Under another seed other groups come: the list is of the old one.
            self.groups, self.group = [], ""
        self.state = state
        self._play(state)

    def _state_of(self, asked: dict[str, Any]) -> PanelState:
        """What a page or a notebook asks for. Raises `UsageError`."""
        changes = asked.get("changes", {})
        numbers: dict[str, Any] = {name: asked.get(name) for name in ("replications", "seed")}
        for name, number in numbers.items():
            # A bool is an int in Python, and a page may send anything.
            if isinstance(number, bool) or not isinstance(number, int):
                raise UsageError(f"{name}: found {number!r}, allowed: a whole number")
        if not isinstance(changes, dict) or not all(
            isinstance(v, bool | int | float | str) for v in changes.values()
        ):
            raise UsageError(f"changes: found {changes!r}, allowed: values by key")
        return PanelState(self.session.name, dict(changes), **numbers)

    def _follow_group(self, _: Any) -> None:
        self._play(self.state)

    def _play(self, state: PanelState) -> None:
        self.command, self.python = state.command, state.python
        self._worker.ask(lambda stopped: self._guarded(lambda: self._show(state, stopped)))

    def _guarded(self, job: Callable[[], None]) -> None:
        """Do it; what goes wrong is told in words, and what is shown stays."""
        try:
            job()
            return
        except Overtaken:
            words = "Stopped. The figures are those of the last whole state."
        except BorderflowError as error:
            words, self.fault = "The figures are those of the last state without a fault.", str(error)
        # Any exception would end the worker's thread, and the page would wait for a state that never comes.
        except Exception as error:
            words, self.fault = (
                "The figures are those of the last whole state.",
                f"{type(error).__name__}: {error}",
            )
        self.status = {"words": words, "share": 0.0, "busy": False}

    def _show(self, state: PanelState, stopped: Stopped) -> None:
        def progress(done: int, of: int) -> None:
            if stopped():
                raise Overtaken
            # About ten messages a state, however many runs it has.
            if done % max(1, of // 10) == 0:
                self.status = {"words": f"{done} of {of} runs", "share": done / of, "busy": True}

        self.status = {"words": "under way", "share": 0.0, "busy": True}
        result = self.session.show(state, progress)
        # In one message: no picture of one state stands beside the table of another.
        with self.hold_sync():
            # Bytes travel as binary buffers; in `shown` they would have to be base64 in JSON.
            self.images = [picture.png for picture in result.pictures]
            self.shown = {**_plain(result), "number": self.shown.get("number", 0) + 1}
            self.fault = ""
            total = sum(result.seconds.values())
            self.status = {
                "words": f"{state.replications} runs of each world, {total:.1f} s",
                "share": 1.0,
                "busy": False,
            }
        self.result = result
        if self.group:
            base, changed = self.session.story(state, self.group)
            self.story = {"baseline": base, "changed": changed}
        else:
            self.story = {}

    def _do(self, _: Any, content: Any, __: Any) -> None:
        """A button of the page."""
        wanted = content.get("do") if isinstance(content, dict) else None
        if wanted == "stop":
            self._worker.stop()
        elif wanted == "groups":
            self._worker.ask(lambda _: self._guarded(self._list_groups))
        elif wanted == "write":
            # Not by the worker: writing plays nothing, and must not overtake what is played.
            self._guarded(self._write)

    def _list_groups(self) -> None:
        self.groups = self.session.groups(self.state)

    def _write(self) -> None:
        """Hand the file to the page, and keep it in the folder where there is one."""
        text = scenario_text(self.state)
        words = f"{file_name(self.state)} is downloaded"
        if self._folder is not None:
            words = f"written: {save(self.state, self._folder)}"
        home = home_of(self.state)
        if home is not None:
            words += f"; it extends {self.session.name} and must stand in that file's folder"
        self.send({"file": {"name": file_name(self.state), "text": text}})
        self.status = {**self.status, "words": words}


def _plain(result: Shown) -> dict[str, Any]:
    """What is shown, as JSON has it; the pictures travel apart."""
    return {
        "pictures": [{"name": p.name, "heading": p.heading, "words": p.words} for p in result.pictures],
        "rows": [{"family": row.family, "words": row.words} for row in result.rows],
        "runs": result.state.replications,
        "seconds": {name: round(spent, 4) for name, spent in result.seconds.items()},
    }
