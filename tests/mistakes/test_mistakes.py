"""The lists of mistakes are of lines that exist and change something,
and the check that they rest on can fail."""

from __future__ import annotations

import ast

import pytest

from tests.mistakes.__main__ import caught_by
from tests.mistakes.lists import LISTS
from tests.mistakes.meanings import MEANINGS
from tests.mistakes.mistake import NOTHING, ROOT, Mistake
from tests.mistakes.page import page
from tests.mistakes.witnesses import stages

ALL = [mistake for mistakes in LISTS.values() for mistake in mistakes]


@pytest.mark.parametrize("mistake", ALL, ids=lambda mistake: mistake.meaning)
def test_a_mistake_is_of_a_line_that_exists_and_means_something_else(mistake: Mistake) -> None:
    text = (ROOT / "sim" / mistake.file).read_text(encoding="utf-8")
    assert ast.dump(ast.parse(mistake.changed(text))) != ast.dump(ast.parse(text))


def test_every_meaning_has_a_twin_and_each_mistake_is_listed_once() -> None:
    assert {mistake.twin for mistake in ALL if mistake.twin} == set(MEANINGS)
    assert len({(mistake.file, mistake.line, mistake.becomes) for mistake in ALL}) == len(ALL)


def test_the_page_counts_what_was_caught_and_names_what_was_not() -> None:
    twin = next(mistake for mistake in LISTS["days"] if mistake.twin)
    further = next(mistake for mistake in LISTS["days"] if not mistake.twin)
    text = page(
        [("days", twin, "tests/model/acts/test_exposure.py::test_of_rates[1]"), ("days", further, NOTHING)]
    )
    assert "| days | 2 of 13 | 1 of 1 | 14 of 83 | 0 of 1 |" in text
    assert f"| `{twin.file}` | {twin.meaning} | yes | of rates (`acts/test_exposure.py`) |" in text
    assert f"| `{further.file}` | {further.meaning} |  | {NOTHING} |" in text


@pytest.mark.parametrize("part", LISTS)
def test_the_witness_tests_exist(part: str) -> None:
    files = [file for stage in stages(part) for file in stage]
    assert len(files) == len(set(files))
    assert all((ROOT / file).exists() for file in files)


@pytest.mark.slow
def test_a_mistake_is_caught() -> None:
    lost = Mistake(
        "model/border/dispatch.py",
        "lender.out -= part.teams",
        "lender.out -= 0",
        "no team returns",
    )
    assert caught_by("guards", lost) != NOTHING
