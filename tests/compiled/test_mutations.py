"""The list of deliberate mistakes is of lines that exist, and the check that it rests on can fail."""

from __future__ import annotations

import pytest

from tests.compiled.mutations import MUTATIONS, Mutation, caught_by, check_list


def test_every_line_of_the_list_exists_and_changes() -> None:
    check_list()
    assert all(m.line != m.becomes for m in MUTATIONS)
    assert len(MUTATIONS) >= 30


@pytest.mark.slow
def test_a_wrong_line_is_caught_and_a_harmless_one_is_not() -> None:
    spent = next(m for m in MUTATIONS if m.meaning == "a step's threshold spent at rate one")
    assert caught_by(spent).startswith("equality")
    harmless = Mutation("model/standoffs.py", "from __future__", "from  __future__", "a blank more")
    assert caught_by(harmless).startswith("nothing")
