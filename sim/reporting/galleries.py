"""The figures of what is not a single result: comparisons, sweeps, screenings, breaking points, fits, each under `.plot`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.reporting import comparison as twin
from sim.reporting import probing, sweeps
from sim.reporting.fitting import free_numbers
from sim.reporting.plots import Plots
from sim.reporting.saving import own_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.experiments.breakpoint import Breakpoint
    from sim.experiments.compare import Comparison
    from sim.experiments.fitting import Fitting
    from sim.experiments.results import SweepResult
    from sim.experiments.sensitivity import Sensitivity


class Gallery:
    """Figures by name, one method each."""

    def __init__(self, figures: Mapping[str, Callable[..., Figure]]) -> None:
        self._figures = dict(figures)

    def __getattr__(self, name: str) -> Callable[..., Figure]:
        if name.startswith("_") or name not in self._figures:
            raise AttributeError(f"no figure is called {name!r}; there are: {', '.join(self._figures)}")
        return partial(_drawn, self._figures[name])

    def __dir__(self) -> list[str]:
        return list(self._figures)

    def __repr__(self) -> str:
        return f"<figures: {', '.join(self._figures)}>"


def _drawn(draw: Callable[..., Figure], *args: Any, **how: Any) -> Figure:
    with own_style():
        return draw(*args, **how)


def of_comparison(found: Comparison) -> Comparison:
    """Give a comparison its figures, and each of its results its own."""
    for result in found.results.values():
        result.plot = Plots(result)
    found.plot = Gallery({name: partial(draw, found) for name, draw in twin.FIGURES.items()})
    return found


def of_sweep(found: SweepResult) -> SweepResult:
    """Give a sweep its figures."""
    draws: dict[str, Callable[..., Figure]] = {
        "response": sweeps.response,
        "heat": sweeps.heat,
        "parallel": sweeps.parallel,
    }
    found.plot = Gallery({name: partial(draw, found) for name, draw in draws.items()})
    return found


def of_sensitivity(found: Sensitivity, store: Path, measures: Sequence[str]) -> Sensitivity:
    """A screening with its figures."""
    return replace(found, plot=Gallery(probing.figures_of(found, store, measures)))


def of_breakpoint(found: Breakpoint) -> Breakpoint:
    """A breaking point with its figure."""
    return replace(found, plot=Gallery({"curve": partial(probing.breaking_point, found)}))


def of_fitting(found: Fitting) -> Fitting:
    """A fit with its figure."""
    draw = partial(free_numbers, found.calibration, found.fit.posterior)
    return replace(found, plot=Gallery({"free_numbers": draw}))
