"""The recorded figures: what was counted, by whom, over which days, and where each figure was read.

The tables lie beside the scenarios, a folder for each case: `series.csv` lists its series, each a file of its
own; `listed.csv`, where there is one, lists series that are chosen from `incidents.csv`. Every figure
counts over a window of days, whatever it was quoted as: a day, a month, or a running total since some day.
Figures that contradict each other stand beside each other. What a figure leaves out, and what a run is
compared with, is said in docs/record.md and in the scenario.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

from sim.core.errors import RecordError, UsageError
from sim.core.plain_text import plain
from sim.core.shipped_files import shipped_records

INDEX, LISTED, INCIDENTS = "series.csv", "listed.csv", "incidents.csv"
TOP_LEVEL = 5
Grade = Literal["A", "B", "C", "D"]
GRADES: dict[str, str] = {
    "A": "official statistic, or a page that quotes one",
    "B": "press, aid group, encyclopaedia",
    "C": "our own split or derivation",
    "D": "a party to the dispute or an outlet close to one: a claim, never fitted",
}
Quoted = Literal[
    "quoted", "quoted_exact", "quoted_rounded", "derived", "day_unknown", "lower_bound", "listed"
]
KINDS: dict[str, str] = {
    "quoted": "as quoted; whether rounded cannot be told",
    "quoted_exact": "quoted to the last digit",
    "quoted_rounded": "quoted as a round number",
    "derived": "a difference of quoted running totals",
    "day_unknown": "of some day of the window that is not given; for a running total, of its last month",
    "lower_bound": "those who were found and recorded",
    "listed": "one incident of a list that picks large ones",
}
SERIES_COLUMNS = ("name", "label", "unit", "counts", "country", "cumulative", "measures")
LISTED_COLUMNS = ("name", "label", "unit", "counts", "country", "measures", "from_level")
POINT_COLUMNS = ("start", "end", "value", "grade", "kind", "source")
INCIDENT_COLUMNS = (
    "start", "end", "country", "place", "persons_low", "persons_high", "crossed", "dead", "forces",
    "forces_harmed", "type", "level", "accounts", "grade", "source",
)  # fmt: skip
Table = list[tuple[int, dict[str, str]]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RecordedPoint:
    """One figure: `value` counted from `start` up to, not including, `end`."""

    start: date
    end: date
    value: float
    grade: Grade
    kind: Quoted
    source: str

    @property
    def days(self) -> int:
        """Whole days of the window."""
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class RecordedSeries:
    """Figures that count one thing. `cumulative`: running totals; windows of one start grow and overlap.

    `counts` says in our words what exactly is counted; `country` is "" where it is not one country's;
    `measures` are those of a run that count the same thing, none for a stock.
    """

    name: str
    label: str
    unit: str
    counts: str
    country: str
    cumulative: bool
    measures: tuple[str, ...]
    points: tuple[RecordedPoint, ...]

    @property
    def listed(self) -> bool:
        """Whether every figure is one event of a list."""
        return all(p.kind == "listed" for p in self.points)

    def within(self, start: date, end: date) -> tuple[RecordedPoint, ...]:
        """The points whose whole window lies in [start, end)."""
        return tuple(p for p in self.points if start <= p.start and p.end <= end)

    def comparable(self, start: date, end: date) -> tuple[RecordedPoint, ...]:
        """The figures that a run of [start, end) is compared with, in order;
        listed events by whole months of the run."""
        inside = self.within(start, end)
        if inside and self.listed:
            inside = tuple(p for p in by_month(inside) if start <= p.start and p.end <= end)
        return tuple(sorted(inside, key=lambda p: (p.start, p.end)))

    def increments(self, start: date, end: date) -> bool:
        """Whether a running total that began before [start, end) was given twice in it,
        so that its growth is known."""
        # Two running totals of one start, both given in these days: their difference is what was counted
        # between.
        begun = [p.start for p in self.points if self.cumulative and start <= p.end <= end]
        return len(begun) > len(set(begun))


@dataclass(frozen=True, slots=True)
class RecordedIncident:
    """A dated incident of the press's lists; None where a number was not given.

    `persons_low`, `persons_high`: people on the move, `crossed` of them over the line, `dead` of them;
    `forces`: members of forces named, `forces_harmed` of them hurt. `level`: the stand-off ladder as we
    read the report (0 to 5), None where nobody stood face to face. `accounts`:
    who says what, where they differ.
    """

    start: date
    end: date
    country: str
    place: str
    persons_low: int | None
    persons_high: int | None
    crossed: int | None
    dead: int | None
    forces: int | None
    forces_harmed: int | None
    type: str
    level: int | None
    accounts: str
    grade: Grade
    source: str


def by_month(points: Sequence[RecordedPoint]) -> tuple[RecordedPoint, ...]:
    """Listed events, one figure each, counted by calendar month;
    the weakest grade of a month is the month's."""
    months: dict[date, list[RecordedPoint]] = {}
    for point in points:
        months.setdefault(point.start.replace(day=1), []).append(point)
    return tuple(
        RecordedPoint(
            # The first of the next month: 31 days on from a first lie in it, whatever the month.
            first, (first + timedelta(days=31)).replace(day=1), sum(p.value for p in listed),
            # Grades are letters, and a later letter is a weaker grade.
            max(p.grade for p in listed),
            "listed", listed[0].source,
        )
        for first, listed in sorted(months.items())
    )  # fmt: skip


@cache
def folders() -> tuple[Path, ...]:
    """The shipped tables: a folder for each case, by name."""
    return tuple(sorted(path.parent for path in shipped_records().glob(f"*/{INDEX}")))


@cache
def names(folder: Path | None = None) -> tuple[str, ...]:
    """Every recorded series of a folder, or of all shipped ones, in the order of the index;
    those that are chosen from incidents last.

    Raises `RecordError` where two have one name: scenarios name a series without its case.
    """
    found: dict[str, Cell] = {}
    for each in _searched(folder):
        # All cases in one dictionary: a scenario names a series without its case.
        for cell in (*_index(each), *_lists(each)):
            name = cell.text("name")
            if name in found:
                raise cell.fault(
                    "name", f"is that of a series of {found[name].path.parent.name} too", "a name of its own"
                )
            found[name] = cell
    return tuple(found)


@cache
def series(name: str, folder: Path | None = None) -> RecordedSeries:
    """A recorded series by name, of a folder or of all shipped ones.

    Raises `UsageError` for an unknown one, `RecordError` for a malformed table.
    """
    for each in _searched(folder):
        for cell in _index(each):
            if cell.row["name"] == name:
                return _series(each, cell)
        for cell in _lists(each):
            if cell.row["name"] == name:
                return _chosen(cell, incidents(each))
    known = names(folder)
    near = get_close_matches(name, known, 1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise UsageError(f"no recorded series '{name}'{hint} There are: {', '.join(known)}")


@cache
def incidents(folder: Path) -> tuple[RecordedIncident, ...]:
    """The dated incidents of a folder, in order of their first day."""
    path = folder / INCIDENTS
    return tuple(_incident(Cell(path, line, row)) for line, row in _read(path, INCIDENT_COLUMNS))


def _searched(folder: Path | None) -> tuple[Path, ...]:
    return folders() if folder is None else (folder,)


def _index(folder: Path) -> list[Cell]:
    path = folder / INDEX
    return [Cell(path, line, row) for line, row in _read(path, SERIES_COLUMNS)]


def _lists(folder: Path) -> list[Cell]:
    """Rows that say which incidents make a series; a folder without incidents has none."""
    path = folder / LISTED
    return [Cell(path, line, row) for line, row in _read(path, LISTED_COLUMNS)] if path.exists() else []


@dataclass(frozen=True, slots=True)
class Cell:
    """A row of a table, with what is needed to say where a fault is."""

    path: Path
    line: int
    row: dict[str, str]

    def fault(self, field: str, problem: str, allowed: str) -> RecordError:
        """The error that names file, line, field, what was found and what is allowed."""
        return fault(self.path, self.line, field, f"{problem}; found {self.row[field]!r}; allowed: {allowed}")

    def parse(self, field: str, make: Callable[[str], T], allowed: str) -> T:
        """The field as `make` reads it."""
        try:
            return make(self.row[field])
        except ValueError:
            raise self.fault(field, "cannot be read", allowed) from None

    def text(self, field: str) -> str:
        """A field that must say something."""
        if not self.row[field].strip():
            raise self.fault(field, "is empty", "some text")
        return self.row[field]

    def one_of(self, field: str, allowed: tuple[str, ...]) -> str:
        """A field with a fixed set of words."""
        if self.row[field] not in allowed:
            raise self.fault(field, "is not a known word", ", ".join(allowed))
        return self.row[field]

    def window(self) -> tuple[date, date]:
        """First day, and the day after the last."""
        start = self.parse("start", date.fromisoformat, "a date such as 2030-01-01")
        end = self.parse("end", date.fromisoformat, "a date such as 2030-02-01")
        if end <= start:
            raise self.fault("end", "is not after start", f"a date after {start} (the end is exclusive)")
        return start, end

    def count(self, field: str, most: int | None = None) -> int | None:
        """A whole number that is not negative, or None where none is given."""
        if not self.row[field]:
            return None
        number = self.parse(field, int, "a whole number, or nothing")
        if number < 0 or (most is not None and number > most):
            raise self.fault(field, "is out of range", f"0 to {most}" if most is not None else "0 or more")
        return number


def fault(path: Path, line: int, field: str, problem: str) -> RecordError:
    """A fault of a table, with its place."""
    return RecordError(f"{path.name}:{line}: {field}: {problem}")


def _read(path: Path, columns: tuple[str, ...]) -> Table:
    """Rows with their line numbers; the header must be exactly the columns."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(_rows(path, file, columns))
    except OSError as error:
        raise fault(path, 0, "file", f"cannot be read ({error.strerror})") from None


def _rows(path: Path, file: Iterator[str], columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    # The standard library's reader: a scenario with recorded figures loads without pandas
    # (tests/observations).
    reader = csv.reader(file, strict=True)
    # Exactly: these tables are written by hand, and a column that is misspelt would be passed over.
    if tuple(next(reader, ())) != columns:
        raise fault(path, 1, "header", f"allowed: {','.join(columns)}")
    try:
        for fields in reader:
            if len(fields) != len(columns):
                raise fault(
                    path, reader.line_num, "row", f"found {len(fields)} fields; allowed: {len(columns)}"
                )
            yield reader.line_num, dict(zip(columns, fields, strict=True))
    except csv.Error as error:
        raise fault(path, reader.line_num, "row", f"is not comma-separated text ({error})") from None


def _series(folder: Path, cell: Cell) -> RecordedSeries:
    name = cell.text("name")
    points = _points(folder / f"{name}.csv")
    return RecordedSeries(
        name, plain(cell.text("label")), plain(cell.text("unit")), plain(cell.text("counts")),
        cell.row["country"],
        cell.one_of("cumulative", ("yes", "no")) == "yes", tuple(cell.row["measures"].split()), points,
    )  # fmt: skip


def _points(path: Path) -> tuple[RecordedPoint, ...]:
    points: list[RecordedPoint] = []
    for line, row in _read(path, POINT_COLUMNS):
        cell = Cell(path, line, row)
        point = _point(cell)
        if points and (point.start, point.end) < (points[-1].start, points[-1].end):
            raise cell.fault("start", "is before the row above", "rows in order of start, then end")
        points.append(point)
    if not points:
        raise fault(path, 1, "row", "the table holds no figure; allowed: one or more")
    return tuple(points)


def _point(cell: Cell) -> RecordedPoint:
    start, end = cell.window()
    value = cell.parse("value", float, "a number")
    if not (math.isfinite(value) and value >= 0.0):
        raise cell.fault("value", "is out of range", "0 or more, finite")
    grade = cast(Grade, cell.one_of("grade", get_args(Grade)))
    return RecordedPoint(
        start, end, value, grade, cast(Quoted, cell.one_of("kind", tuple(KINDS))), cell.text("source")
    )


def _incident(cell: Cell) -> RecordedIncident:
    start, end = cell.window()
    low, high = cell.count("persons_low"), cell.count("persons_high")
    if low is not None and high is not None and high < low:
        raise cell.fault("persons_high", "is below persons_low", f"{low} or more, or nothing")
    return RecordedIncident(
        start, end, cell.text("country"), cell.row["place"], low, high, cell.count("crossed"),
        cell.count("dead"), cell.count("forces"), cell.count("forces_harmed"), cell.text("type"),
        cell.count("level", TOP_LEVEL), cell.row["accounts"],
        cast(Grade, cell.one_of("grade", get_args(Grade))), cell.text("source"),
    )  # fmt: skip


def _chosen(cell: Cell, listed: tuple[RecordedIncident, ...]) -> RecordedSeries:
    """A country's listed incidents from a level of the stand-off ladder on, one point each."""
    country, least = cell.text("country"), cell.count("from_level", TOP_LEVEL) or 0
    chosen = [i for i in listed if i.country == country and i.level is not None and i.level >= least]
    if not chosen:
        raise cell.fault("country", "has no incident of this level", "a country of incidents.csv")
    points = tuple(RecordedPoint(i.start, i.end, 1.0, i.grade, "listed", i.source) for i in chosen)
    return RecordedSeries(
        cell.text("name"), plain(cell.text("label")), plain(cell.text("unit")), plain(cell.text("counts")),
        country, False, tuple(cell.row["measures"].split()), points,
    )  # fmt: skip
