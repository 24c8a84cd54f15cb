"""The page of the docs that lists every mistake with the test that notices it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.mistakes.mistake import Mistake

HEAD = """# What notices a mistake in the model

Both engines can share a mistake, and equality between them then says nothing. Each mistake below was put into the
model alone, and caught by a test that compares neither engines nor digests of logs: a law, a known answer, a
hand-worked timetable or a test of one act. While the engines were written by hand, 38 such changes were put into one of them
and noticed by equality; a mistake of the same kind is called a twin. Before these tests, 17 of the 38 twins were noticed
without equality (guards 7 of 13, people 8 of 12, the day 2 of 13). Made by `python -m tests.mistakes --write docs/maintainers/mistakes.md`.
"""


def page(found: Sequence[tuple[str, Mistake, str]]) -> str:
    """The lists as a page."""
    twins = sum(bool(mistake.twin) for _, mistake, _ in found)
    lines = [HEAD, f"{len(found)} mistakes, {twins} of them twins.", ""]
    for part in dict.fromkeys(part for part, *_ in found):
        lines += [f"## {part.capitalize()}", "", "| file | mistake | twin | caught by |", "|---|---|---|---|"]
        for of_part, mistake, test in found:
            if of_part == part:
                cells = (f"`{mistake.file}`", mistake.meaning, "yes" if mistake.twin else "", _short(test))
                lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def _short(test: str) -> str:
    path, _, name = test.partition("::")
    words = name.partition("[")[0].removeprefix("test_").replace("_", " ")
    return f"{words} (`{path.removeprefix('tests/model/')}`)" if name else test
