"""A list of the students of a class: a text file with a name a line, or a CSV file with a column of names."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

from sim.core.errors import Fault, InputError
from sim.core.text_file import UnreadableFile, read_text
from sim.scenario.files.scenario_files import label_of, shown

MOST_STUDENTS = 200
MOST_CHARACTERS = 100
HEADERS = ("name", "student", "names", "students")
LIST = "list of students"
Named = list[tuple[int, str]]
"""Names with their lines."""


def read_names(path: Path) -> list[str]:
    """The names of a file, in its order. Raises `InputError` with every fault, each with its line."""
    label = label_of(path)
    try:
        text = read_text(path)
        named = _in_columns(text) if path.suffix.lower() == ".csv" else _in_lines(text)
    except UnreadableFile as error:
        found = Fault(label, "file", shown(error.problem), error.found, error.allowed, line=error.line)
        raise InputError(LIST, (found,)) from None
    except csv.Error as error:
        raise InputError(LIST, (Fault(label, "file", f"is not valid CSV: {error}"),)) from None
    if faults := list(_faults(label, named)):
        raise InputError(LIST, tuple(faults))
    return [name for _, name in named]


def _in_lines(text: str) -> Named:
    return [(n, _name(line)) for n, line in enumerate(text.splitlines(), 1) if line.strip()]


def _in_columns(text: str) -> Named:
    """The column that is called name or the like, else the first; separated by commas, semicolons or tabs."""
    header = text.partition("\n")[0]
    separator = max((",", ";", "\t"), key=header.count)
    reader = csv.reader(text.splitlines(), delimiter=separator, strict=True)
    rows = [(reader.line_num, [_name(cell) for cell in row]) for row in reader if any(c.strip() for c in row)]
    first = rows[0][1] if rows else []
    # Without a header every row is a name.
    column = next((n for n, cell in enumerate(first) if cell.lower() in HEADERS), None)
    chosen = rows if column is None else rows[1:]
    at = column or 0
    return [(line, row[at]) for line, row in chosen if len(row) > at and row[at]]


def _name(text: str) -> str:
    """A name with single blanks, and with accents written in one way:
    two spellings of one name are one name."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _faults(label: str, named: Named) -> list[Fault]:
    count = len(named)
    if not 1 <= count <= MOST_STUDENTS:
        return [
            Fault(
                label,
                "file",
                "holds too many names" if count else "holds no name",
                f"{count:,}",
                f"1 to {MOST_STUDENTS} names",
            )
        ]
    found, lines = [], dict[str, int]()
    for line, name in named:
        first = lines.setdefault(name, line)
        if len(name) > MOST_CHARACTERS:
            found.append(
                Fault(
                    label,
                    "name",
                    "is too long",
                    shown(name),
                    f"at most {MOST_CHARACTERS} characters",
                    line=line,
                )
            )
        if not name.isprintable():
            found.append(
                Fault(label, "name", "holds characters that cannot be printed", shown(name), line=line)
            )
        if first != line:
            found.append(
                Fault(
                    label, "name", f"stands in line {first}, too", shown(name), "each student once", line=line
                )
            )
    return found
