"""The figures of what is not a single result: comparisons, sweeps, screenings, breaking points, fits,
each under `.plot`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.reporting.figures import comparison_figure, sensitivity_figures, sweep_figures
from sim.reporting.figures.fit_figures import free_numbers
from sim.reporting.result_figures import Plots
from sim.reporting.style.figure_files import drawn

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.comparison.paired_runs import Comparison
    from sim.evidence.calibration.calibration_run import Fitting
    from sim.explore.breaking_point import Breakpoint
    from sim.explore.sensitivity import Sensitivity
    from sim.explore.sweep_results import SweepResult
    from sim.reporting.style.figure_description import FigureDescription


class Gallery:
    """Figures by name, one method each."""

    def __init__(self, figures: Mapping[str, Callable[..., FigureDescription]]) -> None:
        self._figures = dict(figures)

    def __getattr__(self, name: str) -> Callable[..., Figure]:
        # Private names first: copying and notebooks ask for them before `_figures` is there.
        if name.startswith("_") or name not in self._figures:
            raise AttributeError(f"no figure is called {name!r}; there are: {', '.join(self._figures)}")
        # Drawn when called and not when looked up: completion in a notebook looks attributes up.
        return partial(_drawn, self._figures[name])

    def __dir__(self) -> list[str]:
        return list(self._figures)

    def __repr__(self) -> str:
        return f"<figures: {', '.join(self._figures)}>"


def _drawn(describe: Callable[..., FigureDescription], *args: Any, **how: Any) -> Figure:
    return drawn(describe(*args, **how))


def of_comparison(found: Comparison) -> Comparison:
    """Give a comparison its figures, and each of its results its own."""
    for result in found.results.values():
        result.plot = Plots(result)
    found.plot = Gallery({name: partial(figure, found) for name, figure in comparison_figure.FIGURES.items()})
    return found


def of_sweep(found: SweepResult) -> SweepResult:
    """Give a sweep its figures."""
    figures: dict[str, Callable[..., FigureDescription]] = {
        "response": sweep_figures.response,
        "heat": sweep_figures.heat,
        "parallel": sweep_figures.parallel,
    }
    found.plot = Gallery({name: partial(figure, found) for name, figure in figures.items()})
    return found


def of_sensitivity(found: Sensitivity, store: Path, measures: Sequence[str]) -> Sensitivity:
    """A screening with its figures."""
    return replace(found, plot=Gallery(sensitivity_figures.figures_of(found, store, measures)))


def of_breakpoint(found: Breakpoint) -> Breakpoint:
    """A breaking point with its figure."""
    return replace(found, plot=Gallery({"curve": partial(sensitivity_figures.breaking_point, found)}))


def of_fitting(found: Fitting) -> Fitting:
    """A fit with its figure."""
    figure = partial(free_numbers, found.calibration, found.fit.posterior)
    return replace(found, plot=Gallery({"free_numbers": figure}))
