"""The students of a class: who they are, and what is theirs alone: a seed, and a name for their files."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from sim.core.errors import UsageError
from sim.core.random_streams import key_of_name
from sim.scenario.files.scenario_files import shown
from sim.scenario.inputs.student_list import MOST_STUDENTS, read_names

# Eight digits at most: students type their seed.
SEEDS = 100_000_000


@dataclass(frozen=True, slots=True)
class Student:
    """A student: `seed` follows from name and class seed alone, `file` from the name alone,
    so that newcomers move nobody's."""

    name: str
    seed: int
    file: str


def students_of(given: str, class_seed: int = 0) -> list[Student]:
    """The students of a list: a text file with a name a line, a CSV file with a column of names,
    or how many there are.

    Raises `InputError` for a list that cannot be read, is empty or too long, or has a name twice;
    `UsageError` for a number.
    """
    names = _numbered(given) if given.isdecimal() else read_names(Path(given))
    students = [Student(name, seed_of(name, class_seed), file_name(name)) for name in names]
    by_file: dict[str, str] = {}
    for student in students:
        # Refused and not numbered: a number would depend on who else is in the class.
        if (first := by_file.setdefault(student.file, student.name)) != student.name:
            raise UsageError(
                f"--students: {first} and {student.name} would have one file, {student.file}: write one of "
                f"the names in another way"
            )
    return students


def _numbered(given: str) -> list[str]:
    # Python itself refuses to read a number of thousands of digits, with an error of its own.
    count = int(given) if len(given) < 10 else MOST_STUDENTS + 1
    if not 1 <= count <= MOST_STUDENTS:
        raise UsageError(f"--students: found {shown(given)}, allowed: 1 to {MOST_STUDENTS}")
    return [f"Student {n}" for n in range(1, count + 1)]


def seed_of(name: str, class_seed: int) -> int:
    """A student's seed: the same whoever else is in the class."""
    # By name and not by place in the list: whoever joins later moves nobody's seed.
    return key_of_name(f"class {class_seed}: {name}") % SEEDS


def file_name(name: str) -> str:
    """A name that is safe for a file and a scenario, and belongs to this name alone.

    Eight digits of a hash: two names of a class of 200 have one file with a probability of 5 in a million,
    and are refused.

    >>> file_name("Zoë de Wit"), file_name("../../etc/passwd")
    ('zoe-de-wit-4ce19fc8', 'etc-passwd-3754d6cb')
    """
    # Takes accents off letters, so that names stay readable in file names of any system.
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:40].strip("-") or "student"
    return f"{words}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
