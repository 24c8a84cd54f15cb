"""Figures into a folder: the same figure gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.durable import whole_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_description import FigureDescription

DPI = 110
# Without a salt matplotlib names the clip paths of an SVG by a random number; fonttype none leaves letters as
# text, which can be searched and is read aloud.
RC_SETTINGS: Any = {"svg.hashsalt": "borderflow", "svg.fonttype": "none", "text.parse_math": False}
"""The same bytes for the same result; a dollar sign in a name is a dollar sign."""


@contextmanager
def own_style() -> Iterator[None]:
    """Draw with borderflow's styles, whatever style a notebook has set; its own is back afterwards."""
    from matplotlib import rc_context, rcdefaults, rcParams

    with rc_context():
        # All defaults first: a style that a notebook has set would otherwise reach what is not named here.
        rcdefaults()
        rcParams.update(RC_SETTINGS)
        yield


def drawn(described: FigureDescription) -> Figure:
    """A figure, as it is saved and shown."""
    from sim.reporting.style.figure_page import lay_out

    with own_style():
        return lay_out(described)


def save_figures(figures: Mapping[str, Callable[[], FigureDescription]], folder: Path) -> list[Path]:
    """Draw figures, each by name and a function that describes it, into a folder as PNG and SVG, each whole
    or not at all; the files written."""
    written = []
    with own_style():
        for name, describe in figures.items():
            figure = drawn(describe())
            # matplotlib writes its version into a PNG and the date into an SVG: the same figure would have
            # other bytes on another day.
            for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
                written.append(folder / f"{name}.{kind}")
                with whole_file(written[-1]) as beside:
                    figure.savefig(beside, format=kind, dpi=DPI, metadata=metadata)
    return written
