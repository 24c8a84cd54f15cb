"""Conditions on the keys of a sweep: a small grammar of comparisons, and no code."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.core.errors import UsageError
from sim.explore.row_filter import rows_where

POINTS = pd.DataFrame(
    {
        "point": [0, 1, 2, 3],
        "sectors.a-b.teams": [2, 4, 6, 8],
        "rate": [0.5, -1.0, 2.0, 2.0],
        "kind": ["x", "y", "x", "z"],
    }
)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("`sectors.a-b.teams` > 4", [2, 3]),
        ("'sectors.a-b.teams' >= 4 and rate < 2", [1]),
        ("4 < `sectors.a-b.teams`", [2, 3]),
        ("2 <= `sectors.a-b.teams` < 6", [0, 1]),
        ("(rate == -1 or kind == 'z') and not point == 1", [3]),
        ("(rate > 1) & (kind != 'z')", [2]),
        ("~(rate > 1) | (point == 3)", [0, 1, 3]),
        ("kind in ['x', \"z\"]", [0, 2, 3]),
        ("point not in (0, 1)", [2, 3]),
        ("point < rate", [0]),
    ],
)
def test_comparisons_choose_points(text: str, points: list[int]) -> None:
    assert list(rows_where(POINTS, text)["point"]) == points


@pytest.mark.parametrize(
    "text",
    [
        "point.to_pickle('stolen')", "point.to_pickle('stolen') == None", "@pd.io.common.os.system('touch "
                                                                          "stolen')",
        "__import__('os').system('touch stolen') == 0", "point > 1 if kind else rate", "[x for x in point]",
        "point", "3", "1 < 2", "rate > 'x'", "kind == 3", "kind > rate", "nothing > 3", "point > None",
        "point is 3", "3 in point", "point in rate", "point ==", "", "(" * 500,
        "rate > 1 and " * 300 + "rate > 1", "point > [1]", "point > 2**9", "`` > 1", "`point > 1", "a\0b",
        "(x := 3) > 2", "lambda: 0", "f'{point}' == 'x'", "~" * 1900 + "(point == 1)", "point\n> (\n1",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_is_allowed(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="allowed: comparisons"):
        rows_where(POINTS, text)
    assert list(tmp_path.iterdir()) == []
