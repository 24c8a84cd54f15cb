"""Recorded values as open marks, one shape a grade of their source; claims as crosses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.reporting.style.palette import VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# By shape and not by colour: grades must differ in grey print as well.
MARKERS = {"A": "o", "B": "s", "C": "^", "D": "x"}


def draw_recorded(ax: Axes, at: Any, values: Any, grades: NDArray[Any]) -> None:
    """Recorded values, with a label of each grade that comes."""
    for grade, marker in MARKERS.items():
        chosen = np.flatnonzero(grades == grade)
        face: dict[str, Any] = {"color": VERMILION} if marker == "x" else {"mfc": "white", "mec": VERMILION}
        if len(chosen):
            ax.plot(at[chosen], values[chosen], ls="", marker=marker, ms=5.5, mew=1.4,
                    label=f"recorded, grade {grade}", **face)  # fmt: skip
