"""The human measures of a run as a strip of figures, carried by every picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.reporting.style.binned_counts import BinnedCounts, spread
from sim.reporting.style.palette import BLACK, GREEN, GREY, INK, ORANGE, VERMILION, YELLOW
from sim.reporting.style.time_bins import daily_clock

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.reporting.style.figure_source import Source

# On every page, so that no figure of enforcement is shown without what it did to people.
STRIP_INCHES = 0.66
HUMAN = ("stranded", "harmed", "died", "claims_lodged", "claims_heard")
TILES: tuple[tuple[str, str, str], ...] = (
    ("stranded", "became stranded in the strip", ORANGE),
    ("harmed", "harmed", YELLOW),
    ("died", "died", VERMILION),
    ("claims_lodged", "claims lodged", GREEN),
    ("claims_heard", "claims heard", BLACK),
)
GID = "human-strip"


def number(value: float) -> str:
    """A number of people as words show it: whole above ten, one digit below."""
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:.1f}"


def human_totals(result: Source) -> dict[str, tuple[float, float, float]]:
    """Mean and percentile band over runs of each human measure, for the whole run."""
    # From daily counts and never from the log: a result without a log has them as well.
    binned = BinnedCounts(result, HUMAN, daily_clock(result.scenario, has_log=False))
    totals = {}
    for name in HUMAN:
        mean, low, high = spread(binned.total(name))
        totals[name] = (float(mean), float(low), float(high))
    return totals


def draw_human_strip(
    figure: Figure,
    result: Source,
    *,
    bottom: float,
    height: float,
    sides: tuple[float, float],
    people_of: str = "",
) -> None:
    """Draw the strip between two heights and two sides of the figure, all in its fractions."""
    left, right = sides
    ax = figure.add_axes((left, bottom, right - left, height), label=GID)
    ax.set_gid(GID)
    ax.set_axis_off()
    ax.set_xlim(0, len(TILES))
    ax.set_ylim(0, 1)
    ax.text(
        0,
        1.0,
        f"Human outcomes of {f'the runs of {people_of} alone' if people_of else 'the same runs'}, whole run: "
        f"the dead and claims heard in persons; the others each time it happens to a person",
        size=7,
        color=GREY,
        va="top",
    )
    totals = human_totals(result)
    for place, (name, words, colour) in enumerate(TILES):
        mean, low, high = totals[name]
        ax.plot([place + 0.005] * 2, [0.0, 0.66], color=colour, lw=4, solid_capstyle="butt")
        ax.text(place + 0.03, 0.66, number(mean), size=11, weight="bold", color=INK, va="top")
        ax.text(place + 0.03, 0.0, words, size=7.5, color=INK, va="bottom")
        beside = f"{number(low)} to {number(high)}" if result.replications > 1 else ""
        if name == "claims_heard" and totals["claims_lodged"][0] > 0:
            # Total over total, as the summary has this share, and not the mean of the runs' shares.
            beside += f"  ({mean / totals['claims_lodged'][0]:.0%} of lodged)".rstrip()
        ax.text(place + 0.33, 0.6, beside.strip(), size=6.5, color=GREY, va="top")
