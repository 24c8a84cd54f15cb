"""The page of the docs that lists every mistake with the test that notices it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.mistakes.mistake import NOTHING, Mistake

HEAD = """# What notices a mistake in the model

The model is written once and the compiled engine is made from it, so a mistake is in both, \
and equality between them
says nothing. Each mistake below was put into the model alone, \
and the tests asked compare neither engines nor digests
of logs: a law, a known answer, a hand-worked timetable or a test of one act. \
A mistake is a twin where equality between
two engines written by hand once caught a change of the same meaning (`tests/mistakes/meanings.py`).
Made by `python -m tests.mistakes --write docs/maintainers/mistakes.md`.
"""
BEFORE = {"guards": ("7 of 13", ""), "people": ("8 of 12", "3 of 10"), "days": ("2 of 13", "14 of 83")}
"""Twins and further mistakes that the tests caught without equality,
as measured of an earlier state of tests and model."""
WITNESS = """## Caught without equality between engines

| list | twins, before | twins, now | further ones, before | further ones, now |
|---|---|---|---|---|
"""
ABOUT_BEFORE = """
Before: measured of an earlier state of the tests and of the model, not by this run. \
For days the quick tests alone were asked
then; further mistakes about people were sampled, and of those about guards there is no figure.
"""


def page(found: Sequence[tuple[str, Mistake, str]]) -> str:
    """The lists as a page."""
    twins = sum(bool(mistake.twin) for _, mistake, _ in found)
    lines = [HEAD, f"{len(found)} mistakes, {twins} of them twins.", "", _witness(found)]
    for part in dict.fromkeys(part for part, *_ in found):
        lines += [f"## {part.capitalize()}", "", "| file | mistake | twin | caught by |", "|---|---|---|---|"]
        for of_part, mistake, test in found:
            if of_part == part:
                cells = (f"`{mistake.file}`", mistake.meaning, "yes" if mistake.twin else "", _short(test))
                lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def _witness(found: Sequence[tuple[str, Mistake, str]]) -> str:
    """How many of each list are caught without a second engine, before and now."""
    rows = []
    for part in dict.fromkeys(part for part, *_ in found):
        before = BEFORE.get(part, ("", ""))
        now = [
            _caught([test for of, mistake, test in found if of == part and bool(mistake.twin) == is_twin])
            for is_twin in (True, False)
        ]
        rows.append(f"| {part} | {before[0]} | {now[0]} | {before[1]} | {now[1]} |\n")
    return WITNESS + "".join(rows) + ABOUT_BEFORE


def _caught(tests: Sequence[str]) -> str:
    return f"{sum(test != NOTHING for test in tests)} of {len(tests)}"


def _short(test: str) -> str:
    path, _, name = test.partition("::")
    words = name.partition("[")[0].removeprefix("test_").replace("_", " ")
    return f"{words} (`{path.removeprefix('tests/model/')}`)" if name else test
