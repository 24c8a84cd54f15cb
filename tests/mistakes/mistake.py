"""What a deliberate mistake is: a line of a file of the model, and what it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
NOTHING = "NOTHING"
"""What is said to have caught a mistake that no test notices."""


class Mistake(NamedTuple):
    """A line of a file (relative to `sim/`), what it becomes, and what that would mean.

    `line` may be a part of a line or several lines; its first occurrence is replaced. `twin` is the one of
    `tests.mistakes.meanings` that it has, or nothing.
    """

    file: str
    line: str
    becomes: str
    meaning: str
    twin: str = ""

    def changed(self, text: str) -> str:
        """The text of the file with the mistake in it. Raises `ValueError` where the line is not there,
        or stays as it was."""
        if self.line not in text:
            raise ValueError(f"{self.file} has no line {self.line!r} ({self.meaning}): correct the list")
        if self.line == self.becomes:
            raise ValueError(f"{self.file}: {self.line!r} stays as it was ({self.meaning})")
        return text.replace(self.line, self.becomes, 1)

    def put_into(self, folder: Path) -> None:
        """Change the file in a folder that holds a copy of `sim/`."""
        path = folder / "sim" / self.file
        path.write_text(self.changed(path.read_text(encoding="utf-8")), encoding="utf-8")
