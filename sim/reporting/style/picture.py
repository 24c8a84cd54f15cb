"""A figure that a notebook shows by itself, without pyplot and its global state."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure

CSS_DPI = 100
"""Pixels an inch on a page; drawn at twice as many, for screens that have them."""
SHARP = 2


# Not pyplot's figure: pyplot keeps all of its figures until they are closed, and a notebook shows those a
# second time.
class Picture(Figure):
    """A matplotlib figure with the picture that Jupyter asks for."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """The picture, and its size on a page."""
        drawn = BytesIO()
        # Not cropped to its content: the size given to the page is the figure's own.
        self.savefig(drawn, format="png", dpi=CSS_DPI * SHARP)
        width, height = self.get_size_inches()
        return drawn.getvalue(), {"width": round(width * CSS_DPI), "height": round(height * CSS_DPI)}
