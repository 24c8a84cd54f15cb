"""Recorded figures of one's own: a CSV file with a window of days and a value a row,
read with every fault it has.

    start,end,value,grade,kind,source
    2030-03-01,2030-03-06,60,A,quoted,the ministry's page of 7 March

The columns `start`, `end` and `value` are required, in any order; `end` is the day after the last,
as in the recorded series that come with the program. What is counted,
in which unit and by whom is said in the scenario.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import cast, get_args

from sim.core.errors import Fault
from sim.core.text_file import UnreadableFile, read_text
from sim.observations.recorded_series import KINDS, POINT_COLUMNS, Grade, Quoted, RecordedPoint

REQUIRED = ("start", "end", "value")
DEFAULTS = {"grade": "C", "kind": "quoted", "source": ""}
"""What a figure counts as where the file does not say: no official one, quoted, from the file itself."""
MOST_FIGURES = 5_000
"""More than a figure a day over the longest run."""
MOST_FAULTS = 200
"""After so many, reading ends: a file of millions of faulty rows is told as quickly as one of a few."""
# The range of a figure in the schema, so that what is read here is valid there.
MOST_VALUE = 1e12
MOST_SOURCE = 1_000
SHOWN = 60
PARSED = 16
"""How many texts are kept as read: a sweep loads one scenario thousands of times."""
Points = tuple[RecordedPoint, ...]
Read = tuple[Points, tuple[Fault, ...]]


def read_figures(path: Path, label: str) -> Read:
    """The figures of a file, in order of their days, and its faults;
    `label` is what reports call the file."""
    try:
        # Kept by text and not by path: an edited file is read anew.
        return _read(read_text(path), label)
    except UnreadableFile as error:
        return (), (Fault(label, "file", _shown(error.problem), error.found, error.allowed, line=error.line),)


@lru_cache(maxsize=PARSED)
def _read(text: str, label: str) -> Read:
    # Strict, since a stray quote would silently join rows; `newline=""` leaves line ends in cells to
    # the reader.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    points: list[RecordedPoint] = []
    faults: list[Fault] = []
    try:
        columns = [cell.strip() for cell in next(reader, [])]
        faults += _header_faults(columns, label)
        # After a faulty header every row would be a fault of its own.
        for cells in reader if not faults else ():
            if len(faults) >= MOST_FAULTS:
                break
            if cells and len(points) < MOST_FIGURES:
                points += _Row(label, reader.line_num, columns, cells, faults).point()
            elif cells:
                faults.append(
                    _fault(
                        label,
                        reader.line_num,
                        "row",
                        "holds too many figures",
                        found="",
                        allowed=f"at most {MOST_FIGURES:,}",
                    )
                )
                break
    except csv.Error as error:
        faults.append(_fault(label, reader.line_num, "row", f"is not comma-separated text: {error}"))
    if not points and not faults:
        faults.append(
            _fault(
                label,
                1,
                "row",
                "the file holds no figure",
                found="",
                allowed="one or more rows under the header",
            )
        )
    # Files may hold their rows in any order; comparisons go by days.
    return tuple(sorted(points, key=lambda p: (p.start, p.end))), tuple(faults)


def _header_faults(columns: list[str], label: str) -> Iterator[Fault]:
    """What is wrong with the first line; without its columns no row can be read."""
    allowed = f"{','.join(REQUIRED)}, and where known {','.join(DEFAULTS)}"
    # Told by name: spreadsheets of many countries write CSV with semicolons and decimal commas.
    if len(columns) < len(REQUIRED) and any(sign in "".join(columns) for sign in ";\t"):
        yield _fault(
            label,
            1,
            "header",
            "separates columns by semicolons or tabs",
            found=columns[0],
            allowed="commas, and a point in decimal numbers",
        )
        return
    # Each name once: a column that is there three times is one fault.
    for name in dict.fromkeys(columns):
        if not name:
            yield _fault(
                label,
                1,
                "header",
                "has a column without a name",
                found="",
                allowed=f"{allowed}; leave the index of a data frame out (index=False)",
            )
        elif name not in POINT_COLUMNS:
            # Small letters, so that `Start` is near `start`.
            nearest = next(iter(get_close_matches(name.lower(), POINT_COLUMNS, 1)), "")
            yield Fault(label, _shown(name), "unknown column", "", "" if nearest else allowed, nearest, 1)
        elif columns.count(name) > 1:
            yield _fault(label, 1, name, "is a column twice", found="", allowed="once")
    for name in REQUIRED:
        if name not in columns:
            yield _fault(label, 1, name, "the column is missing", found="", allowed=allowed)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row under its header; what is wrong with it is noted in `faults`."""

    label: str
    line: int
    columns: list[str]
    cells: list[str]
    faults: list[Fault]

    def point(self) -> list[RecordedPoint]:
        """The figure, or nothing where the row has a fault."""
        # Faults are shared by all rows: only those of this one take its figure away.
        before = len(self.faults)
        if len(self.cells) != len(self.columns):
            self._note(
                "row",
                "has another number of fields than the header",
                found=str(len(self.cells)),
                allowed=str(len(self.columns)),
            )
            return []
        start, end = self._day("start"), self._day("end")
        if start and end and end <= start:
            self._note(
                "end",
                "is not after start",
                found=str(end),
                allowed=f"a date after {start}: the end is the day after the last",
            )
        value = self._number()
        grade, kind = self._word("grade", get_args(Grade)), self._word("kind", tuple(KINDS))
        source = self._text("source") or self.label
        if len(source) > MOST_SOURCE:
            self._note(
                "source",
                "has too many characters",
                found=f"{len(source):,}",
                allowed=f"at most {MOST_SOURCE:,}",
            )
        if start is None or end is None or len(self.faults) > before:
            return []
        return [RecordedPoint(start, end, value, cast(Grade, grade), cast(Quoted, kind), source)]

    def _text(self, column: str) -> str:
        return self.cells[self.columns.index(column)].strip() if column in self.columns else ""

    def _day(self, column: str) -> date | None:
        text = self._text(column)
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._note(column, "is not a date", found=text or "nothing", allowed="a date such as 2030-01-01")
            return None

    def _number(self) -> float:
        text = self._text("value")
        try:
            # Python reads 1_000 as a number; no spreadsheet does.
            value = float(text) if "_" not in text else math.nan
        except ValueError:
            value = math.nan
        # Written so that NaN is refused, too.
        if not 0.0 <= value <= MOST_VALUE:
            self._note(
                "value",
                "is not a count",
                found=text or "nothing",
                allowed=f"a number from 0 to {MOST_VALUE:g}, written as in 1234.5",
            )
        return value

    def _word(self, column: str, allowed: tuple[str, ...]) -> str:
        word = self._text(column) or DEFAULTS[column]
        if word not in allowed:
            nearest = next(iter(get_close_matches(word, allowed, 1)), "")
            self._note(column, "is not a known word", found=word, allowed=", ".join(allowed), nearest=nearest)
        return word

    def _note(self, column: str, problem: str, *, found: str, allowed: str, nearest: str = "") -> None:
        self.faults.append(
            _fault(self.label, self.line, column, problem, found=found, allowed=allowed, nearest=nearest)
        )


def _fault(
    label: str, line: int, column: str, problem: str, *, found: str = "", allowed: str = "", nearest: str = ""
) -> Fault:
    return Fault(label, column, problem, _shown(found), allowed, nearest, line)


def _shown(text: str) -> str:
    """What a file says, short and on one line."""
    text = text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
