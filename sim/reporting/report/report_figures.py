"""Figures as pictures inside the page, each with a text alternative that says its numbers.

PNG of few colours: a picture holds no text that a browser could read as anything else,
is the same everywhere, and ten of them stay far below five megabytes.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.reporting.report.report_blocks import ReportPicture, number
from sim.reporting.report.report_results import mean_words, over_points, rows_of
from sim.reporting.report.report_subject import ReportSubject
from sim.reporting.style.figure_files import drawn, own_style
from sim.runs.recorded_counterparts import bound_series
from sim.runs.result import Result

if TYPE_CHECKING:
    from sim.reporting.style.figure_description import FigureDescription

# Sharp enough in print; a palette of so many colours makes pictures of the page a fraction of their size.
DPI = 140
COLOURS = 128
MOST_NAMED = 3
TEXT_ALTERNATIVES: dict[str, tuple[str, tuple[str, ...]]] = {
    "flow": ("What became of attempts over time, by country",
        ("attempts", "prevented", "apprehended", "entered_unseen", "withdrew")),
    "people": ("What it does to people over time",
        ("stranded", "harmed", "died", "claims_lodged", "claims_heard", "summary_returns")),
    "incidents": ("Stand-offs over time, by the level they reached",
        ("standoffs", "incidents_1", "incidents_2", "incidents_3", "incidents_4", "incidents_5")),
    "compartments": ("Where people are at each midnight",
        ("person_days_stranded", "person_days_held", "died")),
    "heatmap": ("Attempts by sector and time", ("attempts",)),
    "posts": ("Posts: calls for teams, and waiting for them",
        ("calls", "calls_served", "mean_call_wait_h", "team_hours_out")),
    "fates": ("Where everybody is at the end, as a flow", ("arrived",)),
    "accounts": ("What each party says over time, beside what happened in the model",
        ("attempts", "entered_unseen", "incidents_2", "summary_returns", "died")),
    "recorded": ("Recorded figures beside the simulated account that matches each", ()),
    "map": ("The line on a map, with what happened at each sector", ("attempts", "stranded")),
}  # fmt: skip
"""What a figure shows, and the measures that say it in numbers."""
OF_WORLDS = ("flow", "people")
"""Figures of each world of a comparison, beside those of the differences."""


def pictures_of(study: ReportSubject, tell: Callable[[str], Any]) -> list[ReportPicture]:
    """Every figure that applies to the study, drawn."""
    if study.sweep is not None:
        return _of_sweep(study, tell)
    if study.comparison is not None:
        return _of_comparison(study, tell)
    assert study.base is not None
    return _of_result(study.base, "", None, tell)


def _of_result(
    result: Result, world: str, names: tuple[str, ...] | None, tell: Callable[[str], Any]
) -> list[ReportPicture]:
    from sim.reporting.result_figures import APPLIES, FIGURES, describe

    pictures = []
    for name in names or FIGURES:
        if name not in APPLIES or APPLIES[name](result):
            tell(f"{world} {name}".strip())
            pictures.append(
                _picture(
                    f"{world}-{name}".strip("-"),
                    partial(describe, name, result),
                    _text_alternative(name, result, world),
                )
            )
    return pictures


def _of_comparison(study: ReportSubject, tell: Callable[[str], Any]) -> list[ReportPicture]:
    from sim.reporting.figures.comparison_figure import FIGURES

    assert study.comparison is not None
    pictures = []
    words = {
        "forest": "Differences of measures, in per cent of the base",
        "differences": "Differences over time",
    }
    for name, figure in FIGURES.items():
        tell(name)
        text = f"{words.get(name, name)}: {_of_differences(study)}"
        pictures.append(_picture(name, partial(figure, study.comparison), text))
    for world, result in study.results.items():
        pictures += _of_result(result, world, OF_WORLDS, tell)
    return pictures


def _of_differences(study: ReportSubject) -> str:
    from sim.reporting.report.report_differences import SAID, signed

    assert study.comparison is not None
    frame = study.comparison.differences
    return "; ".join(
        f"{row['world']}: {row['label']} {signed(row['difference'])} a run"
        for row in frame[frame["measure"].isin(SAID)].to_dict("records")
    )


def _of_sweep(study: ReportSubject, tell: Callable[[str], Any]) -> list[ReportPicture]:
    from sim.reporting.figures.sweep_figures import applying

    assert study.sweep is not None
    pictures = []
    ends = " ".join(over_points(study))
    words = {
        "response": "Outcomes against a key",
        "parallel": "Points as lines through keys and outcomes",
        "heat": "Means over two keys",
        "sectors": "Sector by sector",
    }
    for name, describe in applying(study.sweep).items():
        tell(name)
        pictures.append(
            _picture(name, describe, f"{words.get(name, name)}. {ends} The table of points holds each.")
        )
    return pictures


def _picture(name: str, describe: Callable[[], FigureDescription], text: str) -> ReportPicture:
    """A figure set down as a PNG of few colours."""
    from PIL import Image

    held = io.BytesIO()
    with own_style():
        # Without the library's version in the file: the same folder gives the same bytes.
        drawn(describe()).savefig(held, format="png", dpi=DPI, metadata={"Software": None})
    with Image.open(held) as image:
        # Figures are areas of one colour: dithering would put grain into them, and into the compressed size.
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small = io.BytesIO()
    few.save(small, format="png", optimize=True)
    # Inside the page, whose policy forbids the browser every request.
    data = base64.b64encode(small.getvalue()).decode("ascii")
    return ReportPicture(name, f"data:image/png;base64,{data}", few.width, few.height, text)


def _text_alternative(name: str, result: Result, world: str) -> str:
    """What a figure shows, in numbers."""
    words, measures = TEXT_ALTERNATIVES.get(name, (name, ()))
    rows = rows_of(result)
    said = [f"{rows[m]['label']} {mean_words(rows[m])}" for m in measures if m in rows]
    more = {"heatmap": _busiest, "map": _busiest, "fates": _fates, "recorded": _recorded}.get(name)
    parts = [*said, *([more(result)] if more is not None else [])]
    return f"{world + ': ' if world else ''}{words}. A run on average: {'; '.join(parts)}."


def _busiest(result: Result) -> str:
    daily = result.daily
    tried = daily[daily["measure"] == "attempts"]
    sums = tried.groupby(tried["sector"].astype(str))["value"].sum() / max(1, result.replications)
    sectors = result.scenario.sectors
    named = [
        f"{sectors[name].label or name} {number(float(value))}"
        for name, value in sums.nlargest(MOST_NAMED).items()
        if name in sectors
    ]
    return f"most at {', '.join(named)}" if named else "none at any sector"


def _fates(result: Result) -> str:
    sums = result.fates.groupby("compartment")["persons"].sum() / max(1, result.replications)
    return "at the end: " + ", ".join(
        f"{str(name).replace('_', ' ')} {number(float(value))}"
        for name, value in sums.sort_values(ascending=False).items()
        if value
    )


def _recorded(result: Result) -> str:
    bound = bound_series(result.scenario)
    figures = sum(len(each.points) for each in bound)
    return (
        f"{figures} recorded figures of {len(bound)} series; the table of recorded figures holds each "
        f"with its simulated counterpart"
    )
