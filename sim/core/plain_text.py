"""Text of other people's files, made harmless for the place where it is read: a terminal, a page,
a spreadsheet.

Which question this answers: may these characters go there as they are? Escaping of
HTML is left to the templates.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, or skips before one (OWASP, CSV injection)."""
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]inf", re.ASCII)
HIDING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Unicode categories of control, format, surrogate and private characters, and of separators of lines."""


def plain(value: Any) -> Any:
    """Text without characters that control, hide or turn what is read: each is shown by its number.

    >>> plain("a" + chr(0x202E) + "b"), plain(3)
    ('a[U+202E]b', 3)
    """
    if type(value) is not str or value.isprintable():
        return value
    return "".join(f"[U+{ord(c):04X}]" if _hides(c) else c for c in value)


def _hides(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in HIDING


def plain_all(value: Any) -> Any:
    """`plain` for every text in dicts and lists, for pages that get their texts as JSON.

    >>> plain_all({"title": "a" + chr(7), "n": [1, "b"]})
    {'title': 'a[U+0007]', 'n': [1, 'b']}
    """
    if isinstance(value, dict):
        return {plain(key): plain_all(item) for key, item in value.items()}
    return [plain_all(item) for item in value] if isinstance(value, (list, tuple)) else plain(value)


def as_cell(value: Any) -> Any:
    """A cell of a table for spreadsheets: text that begins like a formula gets an apostrophe;
    numbers stay as they are.

    >>> as_cell("=1+1"), as_cell("-2.5"), as_cell(-2.5), as_cell("a - b")
    ("'=1+1", '-2.5', -2.5, 'a - b')
    """
    if isinstance(value, str) and value.startswith(FORMULA) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def csv_of(frame: pd.DataFrame) -> str:
    """A frame as CSV, for every file of ours that a spreadsheet may open:
    no cell and no heading is a formula."""
    # The caller's frame keeps its texts as they are.
    safe = frame.copy()
    for place, kind in enumerate(safe.dtypes):
        if kind.kind not in "iufbM":
            # Object and categorical columns hold texts; as objects they keep numbers among them, too.
            # By place, since two columns may have one name.
            safe.isetitem(place, [as_cell(cell) for cell in safe.iloc[:, place]])
    safe.columns = safe.columns.map(as_cell)
    # One line end on every system, so that the bytes are the same.
    return str(safe.to_csv(index=False, lineterminator="\n"))
