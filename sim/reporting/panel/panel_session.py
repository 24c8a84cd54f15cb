"""A panel without a browser: a scenario, its controls,
and what the newest state gives beside the baseline."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sim.reporting.panel.group_story import Stories
from sim.reporting.panel.panel_control import PanelControl
from sim.reporting.panel.panel_controls import controls_of
from sim.reporting.panel.panel_figures import SUBJECTS, Panes, heading, in_words
from sim.reporting.panel.panel_state import PanelState
from sim.reporting.panel.panel_tables import Headline, headlines
from sim.reporting.panel.played_bands import PlayedWorlds, clock_for
from sim.reporting.style.figure_headings import footing_words
from sim.reporting.style.time_bins import Clock
from sim.scenario.checks.extension_checks import shared_measures
from sim.scenario.schema import Scenario

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PanelPicture:
    """A picture, its heading, and what it shows in words."""

    name: str
    heading: str
    words: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """What a state gives: pictures and rows, on how many runs, and where the time went (s)."""

    state: PanelState
    pictures: tuple[PanelPicture, ...]
    rows: tuple[Headline, ...]
    footing: str
    seconds: dict[str, float]


class Session:
    """One scenario under the hand of one person."""

    def __init__(self, scenario: str) -> None:
        self.name = scenario
        self.baseline: Scenario = PanelState(scenario).load()
        self.controls: list[PanelControl] = controls_of(self.baseline)
        self.clock: Clock = clock_for(self.baseline)
        self._worlds = PlayedWorlds()
        self._stories: dict[int, Stories] = {}
        self._panes = [Panes(subject, self.clock) for subject in SUBJECTS]

    @cached_property
    def footing(self) -> str:
        """That everything is simulated, and on how many assumed values it rests."""
        return footing_words(self.baseline)

    def show(self, state: PanelState, progress: Progress) -> Shown:
        """Play both worlds (the baseline is kept), and draw them. Raises `ScenarioError`;
        `progress` may raise to stop."""
        marks = [time.perf_counter()]
        changed = state.load()
        marks.append(time.perf_counter())
        runs, seed = state.replications, state.seed
        # Of the baseline only what is not kept is played; the bar counts over both worlds.
        left = max(0, runs - self._worlds.known(self.baseline, seed))
        # Baseline first: if the rest is stopped, the next state finds it.
        base = self._worlds.band(
            self.baseline, seed, runs, lambda n, _: progress(left - runs + n, left + runs)
        )
        band = self._worlds.band(changed, seed, runs, lambda n, _: progress(left + n, left + runs))
        marks.append(time.perf_counter())
        rows = headlines(base, band, shared_measures(self.baseline, changed))
        marks.append(time.perf_counter())
        pictures = tuple(
            PanelPicture(
                p.subject.name, heading(p.subject, p.clock), in_words(p.subject, rows), p.png(base, band)
            )
            for p in self._panes
        )
        marks.append(time.perf_counter())
        names = ("load", "play", "table", "draw")
        spent = {name: b - a for name, a, b in zip(names, marks, marks[1:], strict=False)}
        return Shown(state, pictures, tuple(rows), self.footing, spent)

    def groups(self, state: PanelState) -> list[dict[str, str]]:
        """Groups of the baseline's first run."""
        return self._story(state.seed).groups(self.baseline)

    def story(self, state: PanelState, key: str) -> tuple[list[str], list[str]]:
        """A group's journey in the baseline and in the changed world."""
        told = self._story(state.seed)
        return told.of(self.baseline, key), told.of(state.load(), key)

    def _story(self, seed: int) -> Stories:
        if seed not in self._stories:
            # One seed at a time, since each keeps whole logs.
            self._stories = {seed: Stories(seed)}
        return self._stories[seed]
