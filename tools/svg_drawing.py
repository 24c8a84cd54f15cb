"""Boxes, arrows and lines of text as an SVG file: what the maintainers' map is drawn with.

A file of its own for each picture, without script, font or address of another host, on a white ground, so
that it reads the same on a dark page.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

FONT = "ui-sans-serif, system-ui, 'DejaVu Sans', sans-serif"
INK, QUIET, LINE, FILL, CHOICE = "#1d2733", "#51606f", "#6b7b8c", "#eef3f7", "#fbf1dc"
BENDS = (0, *(side * bend for bend in range(20, 200, 10) for side in (1, -1)))
"""How far an arrow may bow to go around boxes, the least first."""


class Box(NamedTuple):
    """A box by its middle, with its width and height."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point lies in it, or as near to it as the margin."""
        across = abs(x - self.x) <= self.width / 2 + margin
        return across and abs(y - self.y) <= self.height / 2 + margin


Point = tuple[float, float]


@dataclass
class Drawing:
    """A picture that grows part by part."""

    title: str
    width: int
    height: int
    parts: list[str] = field(default_factory=list)

    def text(
        self, x: float, y: float, words: str, *, size: int = 14, bold: bool = False, quiet: bool = False,
        middle: bool = False, mono: bool = False,
    ) -> None:  # fmt: skip
        """One line of text, its baseline at y."""
        style = f'font-size="{size}" fill="{QUIET if quiet else INK}"'
        style += ' font-weight="600"' if bold else ""
        style += ' text-anchor="middle"' if middle else ""
        style += " font-family=\"ui-monospace, 'DejaVu Sans Mono', monospace\"" if mono else ""
        self.parts.append(f'<text x="{x:g}" y="{y:g}" {style}>{escape(words)}</text>')

    def lines(self, x: float, y: float, words: str, *, most: int, size: int = 13, quiet: bool = False) -> int:
        """A text in lines of at most so many characters; how many there are."""
        found = textwrap.wrap(words, most)
        for n, line in enumerate(found):
            self.text(x, y + n * (size + 5), line, size=size, quiet=quiet)
        return len(found)

    def box(self, box: Box, *, fill: str = FILL, dashed: bool = False, round_by: int = 6) -> None:
        """A box without text."""
        dash = ' stroke-dasharray="5 3"' if dashed else ""
        self.parts.append(
            f'<rect x="{box.x - box.width / 2:g}" y="{box.y - box.height / 2:g}" width="{box.width:g}" '
            f'height="{box.height:g}" rx="{round_by}" fill="{fill}" stroke="{LINE}"{dash}/>'
        )

    def arrow(self, start: Box, end: Box, others: Sequence[Box], *, aside: bool = False) -> None:
        """An arrow from box to box, bowed as little as it takes to pass the others; `aside` keeps it off the
        straight line, where another arrow comes the other way."""
        bends = BENDS[1:] if aside else BENDS
        ways = [_way(start, end, bend) for bend in bends]
        # Where none is free, the straightest: an arrow that crosses a box is seen, one that is missing is
        # not.
        way = next((way for way in ways if _is_free(way, others)), ways[0])
        # The margin leaves the tip outside of the box it points at.
        points = [p for p in way if not start.holds(*p) and not end.holds(*p, margin=5)]
        path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self.parts.append(f'<path d="{path}" fill="none" stroke="{LINE}" marker-end="url(#tip)"/>')

    def svg(self) -> str:
        """The file."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" font-family="{FONT}">\n'
            f"<title>{escape(self.title)}</title>\n"
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
            f'orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="{LINE}"/></marker></defs>\n'
            '<rect width="100%" height="100%" fill="#ffffff"/>\n'
        )
        return head + "\n".join(self.parts) + "\n</svg>\n"


def _way(start: Box, end: Box, bend: float) -> list[Point]:
    """Points of a quadratic curve between the middles of two boxes."""
    across, down = end.x - start.x, end.y - start.y
    length = math.hypot(across, down)
    # A quadratic curve passes half way to its control point.
    over = 2 * bend
    x = (start.x + end.x) / 2 + over * down / length
    y = (start.y + end.y) / 2 - over * across / length
    # As points and not as an SVG curve, so that each can be tested against the boxes.
    steps = [n / 60 for n in range(61)]
    return [
        (
            (1 - t) ** 2 * start.x + 2 * t * (1 - t) * x + t * t * end.x,
            (1 - t) ** 2 * start.y + 2 * t * (1 - t) * y + t * t * end.y,
        )
        for t in steps
    ]


def _is_free(way: Sequence[Point], others: Sequence[Box]) -> bool:
    return not any(box.holds(x, y, margin=3) for x, y in way for box in others)
