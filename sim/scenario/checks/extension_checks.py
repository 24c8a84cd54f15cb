"""Extensions of a scenario: their files are read so that the code travels with the scenario;
what they say is checked.

Nothing here runs the code of an extension: it is only parsed.
Rows of extensions have the kinds from `FIRST_KIND` on, in the order of the scenario; their full names are
"extension.row", those of measures "extension.measure".
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from sim.core.errors import Fault
from sim.core.text_file import UnreadableFile, read_text
from sim.record.labels import FIRST_KIND as FIRST_KIND
from sim.record.labels import LAST_KIND
from sim.record.measures import DESCRIBED, Described, Measure, described
from sim.scenario.checks.reference_checks import Checked, listed
from sim.scenario.files.companion_files import Beside, names_beside, place_of
from sim.scenario.files.scenario_files import label_of, shown
from sim.scenario.files.schema_faults import Where
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.schema import Scenario
from sim.scenario.schema.extension_tables import MOST_CODE, Extension

SUFFIX = ".py"
HOW_TO_NAME = (
    'a Python file beside the scenario, such as module = "drones.py": a relative path inside its folder'
)


def _code(path: KeyPath, module: str, where: Where, asked: Path) -> tuple[str, list[Fault]]:
    """The text of one module."""
    target, problem = place_of(path, module, where, asked)
    if not problem and not module.endswith(SUFFIX):
        problem = "is no Python file"
    if problem:
        return "", [where.fault(path, problem, found=module, allowed=HOW_TO_NAME)]
    try:
        return read_text(target, MOST_CODE), []
    except UnreadableFile as error:
        if error.problem == "does not exist":
            nearest = next(iter(get_close_matches(target.name, names_beside(target, SUFFIX), 1)), "")
            return "", [
                where.fault(
                    path, "the file does not exist", found=module, allowed=HOW_TO_NAME, nearest=nearest
                )
            ]
        return "", [
            Fault(label_of(target), "file", error.problem, error.found, error.allowed, "", error.line)
        ]


CODE = Beside("extensions", "module", "code", HOW_TO_NAME, lambda _: True, _code)
"""Modules of extensions: a name that is none is a fault of its own."""


def extension_faults(checked: Checked) -> None:
    """Everything that makes an extension senseless, without running it."""
    for name, extension in checked.scenario.extensions.items():
        path: KeyPath = ("extensions", name)
        for sector in extension.sectors:
            checked.known((*path, "sectors"), sector, "sectors")
        for measure, spec in extension.measures.items():
            for row in spec.rows:
                if row not in extension.rows:
                    problem, allowed = (
                        "is no kind of row of the extension",
                        listed(extension.rows) or "a row in `rows`",
                    )
                    checked.fault((*path, "measures", measure, "rows"), problem, found=row, allowed=allowed)
        _parsed(checked, path, extension)
    rows = sum(len(extension.rows) for extension in checked.scenario.extensions.values())
    most = LAST_KIND - FIRST_KIND + 1
    if rows > most:
        checked.fault(
            ("extensions",), "too many kinds of rows in all extensions", found=rows, allowed=f"at most {most}"
        )


def _parsed(checked: Checked, path: KeyPath, extension: Extension) -> None:
    """The module is Python."""
    if not extension.code.strip():
        return
    try:
        ast.parse(extension.code, extension.module)
    # ValueError: a null byte. The last two: brackets nested too deeply for the parser.
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        at = f" in line {line}" if line else ""
        found = shown(f"{extension.module}{at}: {getattr(error, 'msg', None) or error}")
        checked.fault((*path, "module"), "cannot be read as Python", found=found)


def kinds_of(scenario: Scenario) -> dict[int, tuple[str, str]]:
    """The kinds of rows of all extensions: number, full name, and sentence."""
    rows = (
        (f"{name}.{row}", text) for name, e in scenario.extensions.items() for row, text in e.rows.items()
    )
    return dict(enumerate(rows, FIRST_KIND))


def kind_names(scenario: Scenario) -> tuple[str, ...]:
    """The full names of the kinds of rows of all extensions, from `FIRST_KIND` on."""
    return tuple(name for name, _ in kinds_of(scenario).values())


def counted_by(scenario: Scenario) -> tuple[Measure, ...]:
    """The measures of all extensions, by their full names."""
    return tuple(_measures(scenario))


def measures_of(scenario: Scenario) -> dict[str, Described]:
    """Every measure of a scenario's runs: those of the model, then those of its extensions."""
    # Made once for all scenarios without extensions.
    return described(counted_by(scenario)) if scenario.extensions else DESCRIBED


def shared_measures(a: Scenario, b: Scenario) -> dict[str, Described]:
    """The measures that two scenarios have in common: of extensions,
    those that count the same rows in the same way."""
    ours, theirs = _ways(a), _ways(b)
    return {
        name: measure for name, measure in measures_of(a).items()
        if name in DESCRIBED or ours[name] == theirs.get(name)
    }  # fmt: skip


def _ways(scenario: Scenario) -> dict[str, tuple[object, ...]]:
    """What each measure of an extension adds up: the same in two scenarios where their
    numbers can be set side by side."""
    return {
        f"{name}.{measure}": (set(spec.rows), spec.of, spec.unit, spec.family)
        for name, extension in scenario.extensions.items()
        for measure, spec in extension.measures.items()
    }


def hash_of(code: str) -> str:
    """A short name for the code of a module by its content."""
    return hashlib.sha256(code.encode()).hexdigest()[:32]


def _measures(scenario: Scenario) -> Iterator[Measure]:
    numbers = {name: number for number, (name, _) in kinds_of(scenario).items()}
    for name, extension in scenario.extensions.items():
        for measure, spec in extension.measures.items():
            kinds = tuple(numbers[f"{name}.{row}"] for row in spec.rows)
            yield Measure(f"{name}.{measure}", spec.label, spec.unit, spec.family, kinds, spec.of)
