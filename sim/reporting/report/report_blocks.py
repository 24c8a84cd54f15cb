"""What a report consists of, before it is set: words, lists, tables, pictures,
and sections that hold them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sim.scenario.describe.scenario_text import Table as ScenarioTable

# Said and marked, since a form with a silent gap would look complete.
BY_HAND = "To be said by the author of the study."
"""What stands where only the author can say it."""
MANY_COLUMNS = 5
NUMBERS = re.compile(r"[-+]?[\d.,]+(e[-+]\d+)?%?( to [-+]?[\d.,]+(e[-+]\d+)?%?)?")

FAMILIES = {
    "flow": "Flow", "enforcement": "Enforcement", "human": "People", "incident": "Incidents", "post": "Posts",
}  # fmt: skip
"""Families in the order of a table: people stand right below enforcement."""


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `by_hand` where the author of the study must still say something."""

    text: str
    by_hand: bool = False
    # Templates choose by this name: a class is nothing that a template can ask for.
    kind: ClassVar[str] = "words"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, in an order that matters or not."""

    items: Sequence[str]
    ordered: bool = False
    kind: ClassVar[str] = "listing"


@dataclass(frozen=True, slots=True)
class CaptionedTable:
    """Rows under a caption; a row of one cell heads the rows below it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: ClassVar[str] = "table"

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers, and are set to the right."""
        # Rows of one cell are headings.
        whole = [row for row in self.rows if len(row) > 1]
        return tuple(
            bool(whole) and all(_is_number(row[n]) for row in whole) for n in range(len(self.columns))
        )

    @property
    def is_wide(self) -> bool:
        """Whether it may be wider than a small screen."""
        return len(self.columns) >= MANY_COLUMNS


@dataclass(frozen=True, slots=True)
class ReportPicture:
    """A figure as a picture inside the page; `text` says in numbers what it shows."""

    name: str
    data: str
    width: int
    height: int
    text: str
    kind: ClassVar[str] = "picture"


@dataclass(frozen=True, slots=True)
class See:
    """A pointer to another section: some words, and the section's id and title."""

    text: str
    id: str
    title: str
    kind: ClassVar[str] = "see"


@dataclass(frozen=True, slots=True)
class Diagram:
    """The way of a group through the model, drawn."""

    kind: ClassVar[str] = "diagram"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what stands below it, and the sections inside it."""

    id: str
    title: str
    blocks: Sequence[Any] = ()
    sections: Sequence[Section] = field(default_factory=tuple)
    kind: ClassVar[str] = "section"


def of_scenario(table: ScenarioTable) -> CaptionedTable:
    """A table of a scenario in words."""
    return CaptionedTable(table.title, tuple(column or "what" for column in table.columns), table.rows)


def number(value: float) -> str:
    """A number as a reader wants it: thousands with a comma, three digits for small ones.

    >>> number(12345.6), number(0.01234), number(float("nan")), number(-0.0)
    ('12,346', '0.0123', 'n/a', '0')
    """
    if value != value:
        return "n/a"
    if value in (float("inf"), float("-inf")):
        return "no bound"
    # Adding 0.0 makes -0.0 a plain 0.
    return f"{value + 0.0:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"


def band(low: float, high: float) -> str:
    """An interval; a dash where there is none.

    >>> band(1.0, 2.5), band(float("nan"), 2.0)
    ('1 to 2.5', '-')
    """
    return "-" if low != low or high != high else f"{number(low)} to {number(high)}"


def counted(count: int, what: str) -> str:
    """So many of something.

    >>> counted(1, "run"), counted(1200, "run")
    ('1 run', '1,200 runs')
    """
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _is_number(text: str) -> bool:
    return bool(NUMBERS.fullmatch(text)) or text in ("-", "n/a", "no bound", "")
