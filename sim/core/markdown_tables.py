"""Tables and numbers of the pages that commands write."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a table; a bar in a cell is escaped.

    >>> list(table(("a", "b"), [(1, "x|y")]))
    ['| a | b |', '|---|---|', '| 1 | x\\\\|y |']
    """
    names = list(head)
    yield "| " + " | ".join(names) + " |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"


def number(value: float) -> str:
    """A number in a table; nothing where it is not known.

    >>> number(17447.0), number(0.91), number(float("nan"))
    ('17,447', '0.91', '')
    """
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.2g}"


def band(middle: float, low: float, high: float) -> str:
    """A number and what it lies between; nothing where it is not known.

    >>> band(3.0, 1.0, 12.4)
    '3 (1 to 12)'
    """
    return "" if math.isnan(middle) else f"{number(middle)} ({number(low)} to {number(high)})"
