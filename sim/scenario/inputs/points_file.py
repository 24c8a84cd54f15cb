"""A CSV file of points, one column a key, one row a point: as spreadsheets and data frames write it.

Commas, or semicolons or tabs with decimal commas; a byte order mark is not part of the first key.
What is ambiguous is a fault with its line: a column without a name (the index of a data frame), a key twice,
a row of another length.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from sim.core.bounds import MOST_POINTS
from sim.core.errors import Fault, InputError
from sim.core.text_file import UnreadableFile, read_text
from sim.scenario.files.changes import takes_whole_numbers
from sim.scenario.files.scenario_files import label_of, shown

MOST_BYTES = 50_000_000
MOST_KEYS = 1000
MOST_CELLS = 3_000_000
"""About 400 MB as points."""
SEPARATORS = (",", ";", "\t")
DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
# Fifteen digits: a spreadsheet holds numbers as floats, which keep so many exactly.
WHOLE = re.compile(r"([-+]?\d{1,15})\.0*")
INDEX = "a key of the scenario (from a data frame, write without its index: index=False)"

Listed = tuple[tuple[tuple[str, str], ...], ...]


def read_points(path: Path) -> Listed:
    """Points as keys with their values, as a file writes them. Raises `InputError` with every fault."""
    label = label_of(path)
    try:
        text = read_text(path, MOST_BYTES)
    except UnreadableFile as error:
        fault = Fault(label, "file", shown(error.problem), error.found, error.allowed, line=error.line)
        raise InputError("table of points", (fault,)) from None
    table = _Table(label, text)
    points = tuple(table.points())
    if not points and not table.faults:
        table.fault("file", "has no row below its header", line=1)
    if table.faults:
        raise InputError("table of points", tuple(table.faults))
    return points


class _Table:
    """The rows of a CSV text, and its faults."""

    def __init__(self, label: str, text: str) -> None:
        self.label, self.faults = label, list[Fault]()
        # Judged by the header: its keys hold no comma, while cells may hold decimal ones.
        header = text[: text.find("\n") if "\n" in text else len(text)]
        # On a tie the comma: the header of a single key holds none of them.
        self.separator = max(SEPARATORS, key=lambda mark: (header.count(mark), -SEPARATORS.index(mark)))
        self.text = text

    def fault(self, key: str, problem: str, *, found: str = "", allowed: str = "", line: int = 0) -> None:
        """Note a fault; the first hundred are enough."""
        if len(self.faults) < 100:
            self.faults.append(Fault(self.label, key, problem, shown(found), allowed, line=line))

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that are not blank, with the line on which each ends."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator, strict=True)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield reader.line_num, row
        except csv.Error as error:
            self.fault("file", f"is not valid CSV: {error}", line=reader.line_num)

    def points(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """Each row by the keys of the header."""
        rows = self.rows()
        line, header = next(rows, (1, []))
        keys = [key.strip() for key in header]
        self._check(keys, line)
        for count, (line, row) in enumerate(rows, 1):
            if len(row) != len(keys):
                allowed = f"{len(keys)}, as in the header"
                self.fault(
                    f"row {count}",
                    "has another number of cells",
                    found=f"{len(row)}",
                    allowed=allowed,
                    line=line,
                )
            elif count > MOST_POINTS or count * len(keys) > MOST_CELLS:
                self.fault(
                    "file",
                    "is too large",
                    found="",
                    allowed=f"at most {MOST_POINTS:,} rows and {MOST_CELLS:,} cells",
                    line=line,
                )
                return
            else:
                yield tuple(
                    (key, self._value(key, cell, count, line)) for key, cell in zip(keys, row, strict=True)
                )

    def _check(self, keys: list[str], line: int) -> None:
        if len(keys) > MOST_KEYS:
            self.fault(
                "file",
                "has too many columns",
                found=f"{len(keys):,}",
                allowed=f"at most {MOST_KEYS:,}",
                line=line,
            )
        for number, key in enumerate(keys, 1):
            if not key:
                self.fault(f"column {number}", "has no name", found="", allowed=INDEX, line=line)
            elif key in keys[: number - 1]:
                self.fault(
                    f"column {number}", "names a key twice", found=key, allowed="each key once", line=line
                )
            elif not key.isprintable():
                self.fault(
                    f"column {number}", "is no key", found=key, allowed="a key of the scenario", line=line
                )

    def _value(self, key: str, cell: str, row: int, line: int) -> str:
        """A cell as a scenario file would write it: a decimal comma as a point,
        2.0 of a whole number as 2."""
        value = cell.strip()
        if not value or not value.isprintable():
            self.fault(
                f"row {row}",
                f"has no value for {shown(key)}",
                found=value,
                allowed="a value in every cell",
                line=line,
            )
        # Where commas separate columns, none can be in a number.
        if self.separator != "," and DECIMAL_COMMA.fullmatch(value):
            value = value.replace(",", ".")
        whole = WHOLE.fullmatch(value)
        return whole.group(1) if whole and takes_whole_numbers(key) else value
