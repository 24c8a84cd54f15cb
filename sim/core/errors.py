"""What can go wrong, as one tree of errors.

BorderflowError
├── InputError           a file that somebody wrote is at fault; holds every fault found (exit code 2)
│   └── ScenarioError    ... a scenario file
├── UsageError           a command or call asks for something that cannot be done (exit code 2)
├── ResultError          a result folder is missing, damaged or would be overwritten (exit code 3)
├── RecordError          a table of recorded figures is malformed
└── InvariantBroken      a run broke a law of the model and was stopped (exit code 4)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.core.plain_text import plain

MOST_WORDS = 600
"""Characters of a reason that a library gave: enough for every fault that a person mends by hand."""


class BorderflowError(Exception):
    """The root of every error that borderflow raises on purpose.

    Its words may quote names of files that somebody else wrote: `str` makes them plain for a terminal,
    in every error.
    """

    exit_code = 1

    def __str__(self) -> str:
        return str(plain(self.words()))

    def words(self) -> str:
        """What went wrong, as it was found."""
        return super().__str__()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where, what was found, what is allowed.

    `line` is 0 where it cannot be told; `nearest` is a valid name close to an unknown one, or "".
    """

    file: str
    key: str
    problem: str
    found: str = ""
    allowed: str = ""
    nearest: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [f"{place}: {self.key}: {self.problem}"]
        if self.found:
            parts.append(f"found {self.found}")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.nearest:
            parts.append(f"did you mean '{self.nearest}'?")
        return "; ".join(parts)


class InputError(BorderflowError):
    """Every fault of a file that somebody wrote, in one report. `of` says what the file is: a plan,
    a calibration."""

    exit_code = 2

    def __init__(self, of: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(of, faults)
        self.of, self.faults = of, faults

    def words(self) -> str:
        """Every fault, one a line."""
        count = len(self.faults)
        head = f"{count} fault{'s' if count != 1 else ''} in the {self.of}"
        return "\n".join([head, *(f"  {fault}" for fault in self.faults)])


class ScenarioError(InputError):
    """Every fault of a scenario file and of the files it extends, in one report."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        # With the arguments that this class takes: copying and pickling an error calls it with them.
        BorderflowError.__init__(self, faults)
        self.of, self.faults = "scenario", faults


class UsageError(BorderflowError):
    """A command or call asks for something that cannot be done."""

    exit_code = 2


class ResultError(BorderflowError):
    """A result folder is missing, damaged, or would be overwritten."""

    exit_code = 3


def damaged(path: Path, why: str, what_to_do: str = "") -> ResultError:
    """The error of a file of a result that is not what borderflow wrote: which file, why, and what to do."""
    reason = "".join(c if c.isprintable() else "?" for c in why[:MOST_WORDS]).rstrip(".")
    return ResultError(f"{path} is damaged: {reason}; {what_to_do or remedy(path)}")


def remedy(path: Path) -> str:
    """What to do about a damaged file of a result."""
    return f"put it back from a copy, or remove {path.parent} and give the command that made it again"


class RecordError(BorderflowError):
    """A table of recorded figures is malformed."""

    exit_code = 3


class InvariantBroken(BorderflowError):
    """A run broke a law of the model; names the law, the time and the entity."""

    exit_code = 4

    def __init__(self, law: str, time_h: float, entity: str) -> None:
        # Every field, since worker processes send errors pickled, and SimPy copies them by their arguments.
        super().__init__(law, time_h, entity)
        self.law, self.time_h, self.entity = law, time_h, entity

    def words(self) -> str:
        """The law, the hour and whom it is about."""
        return f"invariant broken at {self.time_h:.4f} h for {self.entity}: {self.law}"
