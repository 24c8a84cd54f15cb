"""The animation of one replication, made from its event log alone: a player for a browser, which a notebook
shows inline, and a GIF."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.durable import write_whole
from sim.core.errors import UsageError
from sim.core.plain_text import plain_all
from sim.core.units import hour_of
from sim.reporting.animation.frame_states import frames_of
from sim.reporting.animation.marks import CROWDED, marks, most_people
from sim.reporting.animation.scenes import places_of, scene
from sim.reporting.style.figure_headings import footing_words

if TYPE_CHECKING:
    from sim.reporting.style.figure_source import Source

# Every frame stands in the page, which one browser has to hold.
MOST_FRAMES = 2000
USUAL_FRAMES = 300
STEPS_H = (0.25, 0.5, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 168.0)
"""Steps to choose from where none is asked for: the shortest that gives at most USUAL_FRAMES."""


@dataclass(frozen=True, slots=True)
class Animation:
    """What a player shows: the heading, the places, and one scene a frame, as plain values."""

    content: dict[str, Any]

    @property
    def html(self) -> str:
        """One page that holds everything it needs."""
        from jinja2 import Environment, PackageLoader

        # Escaped by default: labels of a scenario may be somebody else's, and hold markup.
        loader = PackageLoader("sim.reporting.animation", ".")
        page = Environment(loader=loader, autoescape=True).get_template("player.html.jinja")
        return page.render(**self.content)

    def gif(self, path: Path) -> Path:
        """Write the frames as a GIF."""
        from sim.reporting.animation.gif import write_gif

        return write_gif(self.content, path)

    def save(self, path: Path) -> Path:
        """Write the page, whole or not at all."""
        write_whole(path, self.html)
        return path

    def _repr_html_(self) -> str:
        from html import escape

        # A frame of its own: styles and script of the player touch nothing of the notebook.
        return f'<iframe title="animation" srcdoc="{escape(self.html)}" width="100%" height="760"></iframe>'


def animate(
    result: Source, *, replication: int = 0, begin: str | None = None, end: str | None = None,
    step_h: float | None = None,
) -> Animation:  # fmt: skip
    """The animation of a replication between two moments ("2030-01-01T18:00"),
    a frame every so many hours."""
    scenario = result.scenario
    first = _hour(result, begin, 0.0, "begin")
    last = _hour(result, end, scenario.end_h, "end")
    times = _times(first, last, step_h)
    places = places_of(scenario)
    scenes = [scene(scenario, frame) for frame in frames_of(result.events, scenario, times, replication)]
    # Over all frames: a circle that grows means more people, not another scale.
    most = most_people(scenes)
    return Animation(
        plain_all(
            {
                "title": scenario.scenario.title,
                "note": f"What happened in the model: replication {replication}, seed {result.seed}.",
                "footing": footing_words(result.scenario),
                "transit": scenario.transit_state.label,
                "places": places,
                "scenes": [{**each, "marks": marks(places, each, most)} for each in scenes],
                "crowded": CROWDED,
            }
        )
    )


def _hour(result: Source, text: str | None, usual: float, which: str) -> float:
    if text is None:
        return usual
    start, end_h = result.scenario.scenario.start, result.scenario.end_h
    try:
        hour = hour_of(start, datetime.fromisoformat(text))
    except (ValueError, TypeError):
        # Compares as false below, so that no date and a date outside the run get the same report.
        hour = math.nan
    if not 0.0 <= hour <= end_h:
        raise UsageError(
            f"animate: {which}: found {text!r}, allowed: a moment of the run, {start} to "
            f"{result.scenario.scenario.end}, as in 2030-01-01T18:00"
        )
    return hour


def _times(first: float, last: float, step_h: float | None) -> list[float]:
    if first >= last:
        raise UsageError("animate: the end is not after the begin")
    step = (
        step_h
        if step_h is not None
        else next((s for s in STEPS_H if (last - first) / s <= USUAL_FRAMES), STEPS_H[-1])
    )
    if not step > 0.0:
        raise UsageError(f"animate: step: found {step:g} h, allowed: more than 0")
    # Less a tolerance: rounding of the quotient would add a frame that shows the end twice.
    count = math.ceil((last - first) / step - 1e-9)
    if count > MOST_FRAMES:
        raise UsageError(
            f"animate: {count:,} frames, allowed: {MOST_FRAMES:,}; take a longer step or a shorter time"
        )
    # Multiples and no running sum, which would drift; the last frame is the end itself, whatever the step.
    return [*(first + step * n for n in range(1, count)), last]
