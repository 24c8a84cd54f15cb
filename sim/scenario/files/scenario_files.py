"""Scenario files on disk: where they are found, and how one is read in bounded time and memory."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.core.errors import Fault, InputError, ScenarioError, UsageError
from sim.core.shipped_files import shipped_folder
from sim.core.text_file import MOST_BYTES, UnreadableFile, read_text
from sim.scenario.files.toml_lines import Outline, TooDeep

MOST_VALUES = 50_000
"""More keys and values than any border needs; a larger file would take long to report on."""
MOST_LABEL = 1000
"""Characters of a path, as a report shows it."""
PARSED = 16
"""How many texts are kept as read."""
SUFFIX = ".toml"
LINE_OF_TOML = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read: its tables, and where each stands."""

    path: Path
    label: str
    tables: dict[str, Any]
    outline: Outline


def shipped() -> dict[str, Path]:
    """The shipped scenarios by name."""
    return {path.stem: path for path in sorted(shipped_folder().glob("*" + SUFFIX))}


def shipped_calibration(name: str) -> Path | None:
    """The calibration file that is shipped for a scenario, if there is one."""
    path = shipped_folder() / "calibration" / (name + SUFFIX)
    return path if _is_file(path) else None


def named_file(kind: str, path: Path) -> Path:
    """The file of a path, or the shipped calibration or study of that name.

    Raises `InputError` for a name that neither has.
    """
    folder = shipped_folder() / kind
    found = folder / (path.name + SUFFIX)
    if path.suffix or (_is_file(path) and not _is_file(found)):
        return path
    if _is_file(found):
        return found
    names = {each.stem: each for each in sorted(folder.glob("*" + SUFFIX))}
    allowed = "a path ending in .toml, or one of " + ", ".join(names)
    problem, nearest = f"no shipped {kind} has this name", _nearest(path.name, names)
    raise InputError(kind, (Fault(shown(str(path)), "file", problem, "", allowed, nearest),))


def shipped_sequences(case: str) -> Path | None:
    """The file of recorded sequences that is shipped for a case, if there is one."""
    path = shipped_folder() / "sequences" / (case + SUFFIX)
    return path if case and _is_file(path) else None


def find(path_or_name: str | os.PathLike[str]) -> Path:
    """The file of a path, or of a shipped scenario's name."""
    text = os.fspath(path_or_name)
    # What looks like a path is one: a shipped name never hides a file, nor a file a shipped name.
    if text.endswith(SUFFIX) or "/" in text or os.sep in text or text.startswith("."):
        return Path(text)
    names = shipped()
    if text in names:
        return names[text]
    nearest = text + SUFFIX if _is_file(Path(text + SUFFIX)) else _nearest(text, names)
    allowed = "a path ending in .toml, or one of " + ", ".join(names)
    raise ScenarioError(
        (Fault(shown(text), "scenario", "no shipped scenario has this name", "", allowed, nearest),)
    )


def _nearest(name: str, names: dict[str, Path]) -> str:
    return next(iter(get_close_matches(name, names, 1)), "")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def label_of(path: Path) -> str:
    """What a file is called in reports: its name if shipped, else its path as short as it gets."""
    try:
        if path.resolve().parent == shipped_folder():
            return path.name
        # Raises ValueError where there is no way, as between two drives.
        relative = os.path.relpath(path)
    except (OSError, ValueError, RuntimeError):
        return shown(str(path))
    return shown(str(path) if relative.startswith("..") else relative, MOST_LABEL)


def read(path: Path) -> Document:
    """Read one file; every way in which that can fail is a fault that names the file."""
    label = label_of(path)
    return Document(path, label, *_parsed(label, _text(path, label)))


@lru_cache(maxsize=PARSED)
def _parsed(label: str, text: str) -> tuple[dict[str, Any], Outline]:
    """Tables and outline of a text, kept: a sweep makes thousands of scenarios of one file.
    Nobody changes them."""
    try:
        # First, since it refuses nesting that the reader of TOML would spend unbounded time on.
        outline = Outline(text)
        tables = tomllib.loads(text)
    except TooDeep as error:
        raise ScenarioError((Fault(label, "file", error.problem, line=error.line),)) from None
    except RecursionError:
        raise ScenarioError((Fault(label, "file", "nests too deeply to be read"),)) from None
    # What is no TOML, and dates and numbers of very many digits that Python refuses.
    except ValueError as error:
        raise ScenarioError((_toml_fault(label, error, text),)) from None
    if count_values(tables) > MOST_VALUES:
        raise ScenarioError(
            (Fault(label, "file", "holds too many values", allowed=f"at most {MOST_VALUES:,}"),)
        )
    return tables, outline


def _toml_fault(label: str, error: ValueError, text: str) -> Fault:
    """The fault of a text that is no TOML, with the line where reading stopped:
    a wrong date or a decimal comma is seen at once."""
    message = str(error)
    place = LINE_OF_TOML.search(message)
    reason = LINE_OF_TOML.sub("", message).strip()
    line = int(place.group(1)) if place else 0
    found = text.split("\n")[line - 1].strip() if line else ""
    return Fault(label, "file", f"is not valid TOML: {shown(reason, 200)}", shown(found), line=line)


def _text(path: Path, label: str) -> str:
    try:
        return read_text(path, MOST_BYTES)
    except UnreadableFile as error:
        fault = Fault(label, "file", shown(error.problem), error.found, error.allowed, line=error.line)
        raise ScenarioError((fault,)) from None


def count_values(value: Any) -> int:
    """How many tables, arrays and values a document holds, counted without recursion."""
    # Not by recursion: how deep a file nests is its writer's choice.
    left, count = [value], 0
    while left:
        item = left.pop()
        count += 1
        if isinstance(item, dict):
            left.extend(item.values())
        elif isinstance(item, list):
            left.extend(item)
    return count


def shown(value: Any, most: int = 60) -> str:
    """A value as a report shows it: short, on one line, never failing."""
    if isinstance(value, dict):
        return f"a table of {len(value)}"
    if isinstance(value, (list, tuple)) and len(value) > 8:
        return f"an array of {len(value)}"
    try:
        text = value if isinstance(value, str) else _toml_word(value)
    # Python refuses to write whole numbers of more than 4,300 digits.
    except (ValueError, RecursionError):
        return "a number of very many digits"
    # Escaped: control characters of a file must not reach a terminal.
    text = text.encode("unicode_escape").decode("ascii") if not text.isprintable() else text
    return text if len(text) <= most else text[: most - 3] + "..."


def _toml_word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(f'"{x}"' if isinstance(x, str) else _toml_word(x) for x in value) + "]"
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return repr(value) if isinstance(value, (int, float)) else str(value)


def by_stem(names: Sequence[str]) -> dict[str, str]:
    """Scenarios by the name that their results have. Raises `UsageError` where two files have one name."""
    found: dict[str, str] = {}
    for name in names:
        stem = Path(name).stem
        if stem in found:
            raise UsageError(
                f"{shown(found[stem])} and {shown(name)} are both called {shown(stem)}: results are kept by "
                f"this name; "
                "name each scenario once, or give one of the files another name"
            )
        found[stem] = name
    return found
