"""The students of a class: who they are, and what is theirs alone: a seed, and a name for their files."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from sim.foundation.errors import UsageError
from sim.foundation.luck import key_of_name

MOST_STUDENTS = 200
MOST_CHARACTERS = 100
SEEDS = 100_000_000
HEADERS = ("name", "student", "names", "students")


@dataclass(frozen=True, slots=True)
class Student:
    """A student: `seed` follows from name and class seed alone, `file` from the name alone, so that newcomers move nobody's."""

    name: str
    seed: int
    file: str


def students_of(given: str, class_seed: int = 0) -> list[Student]:
    """The students of a list: a text file with a name a line, a CSV file with a column of names, or how many there are.

    Raises `UsageError` for a list that cannot be read, is empty or too long, or has a name twice.
    """
    names = _numbered(int(given)) if given.isdecimal() else _listed(Path(given))
    _check(names, given)
    return [Student(name, seed_of(name, class_seed), file_name(name)) for name in names]


def _numbered(count: int) -> list[str]:
    return [f"Student {n}" for n in range(1, min(count, MOST_STUDENTS + 1) + 1)]


def _listed(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--students: {path} cannot be read ({error}); allowed: a text or CSV file of names, or a number"
        ) from None
    if path.suffix.lower() != ".csv":
        return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    rows = [
        [" ".join(cell.split()) for cell in row]
        for row in csv.reader(text.splitlines())
        if any(cell.strip() for cell in row)
    ]
    column = next((n for n, cell in enumerate(rows[0]) if cell.lower() in HEADERS), None) if rows else None
    chosen = rows if column is None else rows[1:]
    return [row[column or 0] for row in chosen if len(row) > (column or 0) and row[column or 0]]


def _check(names: list[str], given: str) -> None:
    if not 1 <= len(names) <= MOST_STUDENTS:
        found = f"more than {MOST_STUDENTS}" if names else "none"
        raise UsageError(f"--students {given}: found {found}, allowed: 1 to {MOST_STUDENTS} names")
    if long := [name for name in names if len(name) > MOST_CHARACTERS]:
        raise UsageError(
            f"--students {given}: a name of {len(long[0])} characters, allowed: at most {MOST_CHARACTERS}"
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(
            f"--students {given}: {', '.join(twice)} stands there twice; give each a name of their own"
        )


def seed_of(name: str, class_seed: int) -> int:
    """A student's seed: the same whoever else is in the class."""
    return key_of_name(f"class {class_seed}: {name}") % SEEDS


def file_name(name: str) -> str:
    """A name that is safe for a file and a scenario, and belongs to this name alone.

    >>> file_name("Zoë de Wit"), file_name("../../etc/passwd")
    ('zoe-de-wit-4ce1', 'etc-passwd-3754')
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:40].strip("-") or "student"
    return f"{words}-{hashlib.sha256(name.encode()).hexdigest()[:4]}"
