"""The terminal: the one way in which commands show tables, progress and sentences on it.

Titles, labels, keys and paths come from files that other people wrote. Here they are text and nothing else:
no markup of Rich, no emoji codes, and control characters and bidirectional marks are shown by their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.segment import Segment
from rich.status import Status
from rich.text import Text

from sim.core.plain_text import plain


class Terminal(Console):
    """A console of Rich on which whatever is printed is text."""

    def __init__(self, *, stderr: bool = False, quiet: bool = False, width: int | None = None) -> None:
        # No markup: a title of [/b] once ended in a traceback, and brackets in a label are no style.
        super().__init__(stderr=stderr, quiet=quiet, width=width, markup=False, emoji=False)

    def render_str(self, text: str, **how: Any) -> Text:
        """A string is made plain before it is measured, so that tables keep their columns."""
        return super().render_str(plain(text), **how)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Whatever was made into text elsewhere is made plain at the last step before the terminal."""
        for segment in super().render(renderable, options):
            # Control segments are Rich's own: they move the cursor of a progress bar.
            yield segment if segment.control else Segment(plain(segment.text), segment.style)

    def working(self, words: str) -> Working:
        """A spinner with words, while the block runs."""
        return Working(words, console=self)


class Working(Status):
    """A spinner whose words are text."""

    def __init__(self, words: str, *, console: Console) -> None:
        # Status reads a string as markup, whatever its console says.
        super().__init__(Text(words), console=console)

    def __enter__(self) -> Working:
        self.start()
        return self

    def now(self, words: str) -> None:
        """Say what is done now."""
        self.update(Text(words))


def counted(number: int, what: str) -> str:
    """A number of things in words.

    >>> counted(1, "run"), counted(2000, "run")
    ('1 run', '2,000 runs')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def progress_bar(console: Console, share: ProgressColumn) -> Progress:
    """A bar with what is done in words, how much of it, and the time left; it goes when it is done."""
    # A column has markup of its own, which is on by default.
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), share, TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=console.quiet)
