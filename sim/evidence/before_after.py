"""What came before and after a measure in the record: windows of recorded series, from a file of sequences.

seen_until = 2030-02-01          # figures up to this day were looked at when values were chosen

[sequences.lights]
title = "Lights on the river from 10 April 2030"

[[sequences.lights.comparisons]]
what = "attempts in Norrow"
before = { series = "norrow_attempts", start = 2030-03-01, end = 2030-04-01 }
after = { series = "norrow_attempts", start = 2030-05-01, end = 2030-06-01 }

A series is one that the scenario is compared with (a `[recorded.*]` table), a file of one's own included, or
one that comes with the program. Without `before` only what came after is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path

from sim.core.errors import UsageError
from sim.observations.recorded_series import RecordedPoint, RecordedSeries, names, series
from sim.record.events import Compartment
from sim.record.frames import STOCK
from sim.scenario.checks.recorded_figures import series_of
from sim.scenario.files.scenario_files import shipped_sequences, shown
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.inputs.input_file import Reading, read_input
from sim.scenario.inputs.sequences_file import ComparisonTable, SequencesFile, WindowTable
from sim.scenario.schema import RecordedBinding, Scenario

KIND = "file of sequences"
STOCKS = tuple(STOCK + compartment.name.lower() for compartment in Compartment)


@dataclass(frozen=True, slots=True)
class Window:
    """Days [start, end) of a recorded series; of a running total, the difference of its two ends."""

    series: str
    start: date
    end: date

    @property
    def days(self) -> int:
        """Whole days."""
        return (self.end - self.start).days

    def __str__(self) -> str:
        last = self.end - timedelta(days=1)
        return f"{self.start}" if last == self.start else f"{self.start} to {last}"


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """What is set before and after: a stock at the end of the window, or a count a day.

    `status` says whether the recorded figure was looked at when values were chosen ("seen"), is put into
    the run ("input"), or neither ("predicted").
    """

    what: str
    before: Window | None
    after: Window
    stock: str
    status: str

    @property
    def windows(self) -> tuple[Window, ...]:
        """Before, where there is one, and after."""
        return (self.after,) if self.before is None else (self.before, self.after)


@dataclass(frozen=True, slots=True)
class RecordedSequence:
    """A measure on a day, and what is compared around it."""

    name: str
    title: str
    comparisons: tuple[BeforeAfter, ...]


def sequences_of(scenario: Scenario) -> tuple[RecordedSequence, ...]:
    """The sequences that are shipped for the scenario's case; none where there are none."""
    path = shipped_sequences(scenario.scenario.case)
    return read_sequences(path, scenario) if path is not None else ()


def read_sequences(path: Path, scenario: Scenario) -> tuple[RecordedSequence, ...]:
    """The sequences of a TOML file, or the shipped ones of that name, for a scenario.

    Raises `InputError` with every fault: those of the file, series that are not there, windows without a
    figure.
    """
    # A name without an ending is one that comes with the program, where there is one.
    path = path if path.suffix else shipped_sequences(path.name) or path
    reading = read_input(path, KIND, SequencesFile)
    file = reading.content or reading.whole()
    found = []
    for name, table in file.sequences.items():
        place: KeyPath = ("sequences", name, "comparisons")
        made = (
            _comparison(reading, scenario, (*place, n), each, seen_until=file.seen_until)
            for n, each in enumerate(table.comparisons)
        )
        found.append(RecordedSequence(name, table.title, tuple(made)))
    reading.close()
    return tuple(found)


def _comparison(
    reading: Reading[SequencesFile],
    scenario: Scenario,
    path: KeyPath,
    table: ComparisonTable,
    *,
    seen_until: date | None,
) -> BeforeAfter:
    if table.stock is not None and table.stock not in STOCKS:
        nearest = next(iter(get_close_matches(table.stock, STOCKS, 1)), "")
        reading.fault(
            (*path, "stock"),
            "is no stock of a run",
            found=shown(table.stock),
            allowed=", ".join(STOCKS),
            nearest=nearest,
        )
    before = _window(reading, scenario, (*path, "before"), table.before) if table.before else None
    after = _window(reading, scenario, (*path, "after"), table.after)
    # By the end of the window: its figure was not known before. Without a date nothing may be called a
    # prediction.
    seen = seen_until is None or after.end <= seen_until
    return BeforeAfter(
        table.what, before, after, table.stock or "", table.status or ("seen" if seen else "predicted")
    )


def _window(reading: Reading[SequencesFile], scenario: Scenario, path: KeyPath, table: WindowTable) -> Window:
    """The window of a table; a fault where its series has no figure for it."""
    window = Window(table.series, table.start, table.end)
    if table.end <= table.start:
        allowed = f"a date after {table.start}: the end is the day after the last"
        reading.fault((*path, "end"), "is not after the start", found=table.end, allowed=allowed)
        return window
    known = known_series(scenario)
    if table.series not in known:
        nearest = next(iter(get_close_matches(table.series, known, 1)), "")
        reading.fault(
            (*path, "series"),
            "is no recorded series",
            found=shown(table.series),
            allowed=", ".join(known),
            nearest=nearest,
        )
        return window
    try:
        recorded_points(scenario, window)
    except UsageError as error:
        reading.fault(path, str(error), allowed="days for which the series has a figure")
    return window


# the record


def known_series(scenario: Scenario) -> tuple[str, ...]:
    """Every series that a window can name: those that the scenario is compared with, and the shipped ones."""
    # The scenario's own first: figures of one's own may have the name of a shipped series.
    return tuple(dict.fromkeys([*(b.series for b in scenario.recorded.values()), *names()]))


def bindings_of(scenario: Scenario, name: str) -> Iterator[tuple[str, RecordedBinding]]:
    """The tables in which a scenario compares a series with something of a run."""
    return ((table, binding) for table, binding in scenario.recorded.items() if binding.series == name)


def _series(scenario: Scenario, name: str) -> RecordedSeries:
    bound = next(bindings_of(scenario, name), None)
    return series_of(*bound) if bound is not None else series(name)


def recorded_points(scenario: Scenario, window: Window) -> tuple[RecordedPoint, ...]:
    """The figures that a window rests on: one, or of a running total the two at its ends."""
    found = _series(scenario, window.series)
    for point in found.points:
        if (point.start, point.end) == (window.start, window.end):
            return (point,)
    # Of a series that is no running total, two figures are separate counts, and their difference is no count.
    if found.cumulative:
        for first in found.points:
            for last in found.points:
                if first.start == last.start and (first.end, last.end) == (window.start, window.end):
                    return (first, last)
    raise UsageError(f"{window.series} holds no figure for {window}")


def recorded_value(scenario: Scenario, window: Window) -> float:
    """What was recorded over a window."""
    points = recorded_points(scenario, window)
    return points[0].value if len(points) == 1 else points[1].value - points[0].value
