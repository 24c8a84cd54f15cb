"""The package is of no one border: what the founding case names, and its years, are in its own files.

The words are those of the shipped case itself: a place that is added to its scenario is looked for, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sim.core.shipped_files import FOUNDING_CASE, shipped_folder
from sim.observations.recorded_series import names
from sim.record.measures import DESCRIBED
from sim.scenario.files.scenario_files import shipped
from sim.scenario.load import load
from sim.scenario.schema import Scenario

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sim"
KINDS = frozenset(
    {".py", ".html", ".jinja", ".j2", ".js", ".css", ".svg", ".ipynb", ".json", ".toml", ".csv"}
)
NOT_WRITTEN_HERE = (shipped_folder(),)
"""The cases themselves, which an installed package holds in its folder."""
ALSO = (
    "Polish", "Lithuanian", "Latvian", "Belarusian", "German", "Germany", "Warsaw", "Vilnius", "Riga",
    "Brest", "Grodno", "Baghdad", "Istanbul", "Damascus", "Moscow", "Iraqi", "Kurdish", "Syrian", "Afghan",
    "Russia", "Russian", "Turkey", "Ukraine", "Ukrainian", "Ukrainians", "Lukashenko", "Frontex", "UNHCR",
    "EU", "European", "Podlaskie", "Lubelskie", "Usnarz", "2023",
)  # fmt: skip
"""Words for the same places, people and bodies that the scenario does not happen to write."""
ORDINARY = frozenset({"aid", "and", "border", "guard", "line", "log", "missing", "press", "service", "state"})
"""Words in names and labels of the case that are words of the subject, or of programs."""
WORD = re.compile(r"[^\W\d_]+|\d{4}")
ALLOWED = {
    "sim/core/shipped_files.py": (
        f'FOUNDING_CASE = "{FOUNDING_CASE}"',
        "the case whose status a default keeps has a name, which is data of the schema and stands once",
    ),
}
"""Lines that may name the case, each with its reason."""


def scenarios_of_the_case() -> list[Scenario]:
    return [each for name in shipped() if (each := load(name)).scenario.case == FOUNDING_CASE]


def labelled(scenario: Scenario) -> Iterator[str]:
    """Names and labels of everything that has a place or is a body."""
    yield from (scenario.transit_state.label, scenario.transit_state.escorts)
    for table in ("countries", "sectors", "fronts", "parties", "routes", "sites", "crossing_points"):
        for name, each in getattr(scenario, table).items():
            yield from (name, getattr(each, "label", ""), getattr(each, "post", ""))


def proper(text: str) -> list[str]:
    """The parts of a name such as `nowy-dwor`; of a label, the words that it writes with a capital."""
    words = WORD.findall(text)
    return words if text.islower() and " " not in text else [word for word in words if word[0].isupper()]


def years(scenario: Scenario) -> Iterator[str]:
    dated = [scenario.scenario.start, scenario.scenario.end]
    dated += [lever.start for lever in scenario.levers.values() if lever.start is not None]
    return (str(day.year) for day in dated)


@cache
def sought() -> frozenset[str]:
    """Words in small letters, and whole names of scenarios and recorded series."""
    found = {word.casefold() for word in ALSO}
    for scenario in scenarios_of_the_case():
        found |= {word.casefold() for text in labelled(scenario) for word in proper(text)}
        found |= set(years(scenario)) | {scenario.name}
    found |= {name for name in names() if "_" in name and name not in DESCRIBED}
    return frozenset(word for word in found - ORDINARY if len(word) > 2 or word.upper() in ALSO)


def named(text: str) -> set[str]:
    """What of it a text names: words, years, names of scenarios and series."""
    small = text.casefold()
    words = {word for word in WORD.findall(small) if word in sought()}
    return words | {name for name in sought() if not WORD.fullmatch(name) and name in small}


def files() -> list[Path]:
    return sorted(
        path for path in PACKAGE.rglob("*")
        if path.suffix in KINDS and not any(path.is_relative_to(folder) for folder in NOT_WRITTEN_HERE)
    )  # fmt: skip


def test_no_file_of_the_package_names_the_founding_case() -> None:
    found = []
    for path in files():
        place = path.relative_to(ROOT).as_posix()
        allowed, _ = ALLOWED.get(place, ("", ""))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if (words := named(line)) and line.strip() != allowed:
                found.append(f"{place}:{number}: {', '.join(sorted(words))}: {line.strip()[:80]}")
    assert not found, "\n".join(["data of a case belongs to its files under scenarios/:", *found])


@pytest.mark.parametrize("place", sorted(ALLOWED))
def test_what_is_allowed_is_there(place: str) -> None:
    lines = (ROOT / place).read_text(encoding="utf-8").splitlines()
    assert lines.count(ALLOWED[place][0]) == 1


def test_every_kind_of_text_in_the_package_is_read() -> None:
    left_out = {path.suffix for path in PACKAGE.rglob("*") if path.is_file()} - KINDS
    assert left_out <= {".pyc", ".typed", ""}, left_out


@pytest.mark.parametrize(
    "text",
    ["the line at Kuznica", "countries.poland.constant", "in Minsk", "date(2021, 7, 1)", "bruzgi_people",
     "as in no-wall", "the EU's account", "Lipsk; Plaska"],
)  # fmt: skip
def test_a_name_of_the_case_is_found_in_a_line(text: str) -> None:
    assert named(text)


@pytest.mark.parametrize(
    "text", ["a guard at the river", "date(2030, 1, 1)", "Grimm and others (2020)", "queue"]
)
def test_words_of_the_subject_and_citations_are_not(text: str) -> None:
    assert not named(text)
