"""Whatever an error quotes, its words can be given to a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sim.core.errors import (
    BorderflowError,
    Fault,
    InputError,
    InvariantBroken,
    RecordError,
    ResultError,
    ScenarioError,
    UsageError,
    damaged,
)

NAME = "a\u202eb\x1b[31m\ufeffc"
FAULT = Fault(NAME, NAME, NAME, NAME, NAME, NAME, 3)


def below(kind: type[BorderflowError]) -> Iterator[type[BorderflowError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from below(each)


@pytest.mark.parametrize(
    "error",
    [BorderflowError(NAME), ResultError(NAME), UsageError(NAME), RecordError(NAME),
     InputError(NAME, (FAULT,)), ScenarioError((FAULT, FAULT)), InvariantBroken(NAME, 1.0, NAME)],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_an_error_shows_characters_that_hide_or_turn_text_by_their_number(error: BorderflowError) -> None:
    assert "a[U+202E]b[U+001B][31m[U+FEFF]c" in str(error)
    assert str(error).replace("\n", "").isprintable()


def test_every_kind_of_error_takes_its_words_from_the_one_place_that_makes_them_plain() -> None:
    assert [kind.__name__ for kind in below(BorderflowError) if "__str__" in vars(kind)] == [
        "BorderflowError"
    ]


def test_a_path_of_a_damaged_file_is_made_plain_too(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert f"{tmp_path}/a[U+202E]b" in str(damaged(tmp_path / NAME, "why"))
