"""The numbers that a shipped calibration leaves free: sliders over the range that their priors declare."""

from __future__ import annotations

from collections.abc import Iterator

from sim.evidence.calibration.calibration_problem import read_calibration
from sim.reporting.panel.panel_control import PanelControl
from sim.scenario.files.scenario_files import shipped_calibration
from sim.scenario.schema import Scenario

FREE = "Free numbers"
CENTRAL_Z = 1.96
"""Between the quantiles of these normal values lie 95 % of a prior."""


def free_numbers(scenario: Scenario, known: dict[str, PanelControl]) -> Iterator[PanelControl]:
    """A slider for each free number, from the scenario's value (1 for a factor) over 95 % of its prior."""
    path = shipped_calibration(scenario.name)
    if path is None:
        return
    for free in read_calibration(path).free:
        value = known[free.key].value if free.key in known else 1.0 if free.key.endswith("*") else None
        if isinstance(value, int | float):
            low, high = (round(free.prior.value(z), 3) for z in (-CENTRAL_Z, CENTRAL_Z))
            yield PanelControl(
                free.key, free.label or free.name, "number", value, FREE, "With the ranges of their priors",
                # The scenario's value may lie outside its prior, and a slider must hold it.
                low=min(low, value), high=max(high, value), step=0.01, status="prior", source=free.source,
            )  # fmt: skip
