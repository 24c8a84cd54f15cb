"""What is laid beside a recorded figure: the same from counters as from the frames
that figures are drawn of."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.errors import UsageError
from sim.engines.engine_choice import player
from sim.reporting.figures.recorded_figure import simulated
from sim.runs.recorded_counterparts import Gauge, bound_series
from sim.runs.replicate import run
from sim.scenario.load import load
from tests.small import small


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_a_gauge_reads_what_the_figures_show(engine: str) -> None:
    scenario = load(
        "belarus-eu-2021", sets=["scenario.end=2021-11-01", "parties.poland_guard.invents_per_day=0.3"]
    )
    result = run(scenario, seed=3, replications=1, log=False, engine=engine)  # type: ignore[arg-type]
    read = Gauge(scenario).read(player(engine)(scenario, seed=3, keep_rows=False))
    shown = np.concatenate([simulated(result, bound)[0] for bound in bound_series(scenario)])
    assert read.tolist() == shown.tolist()
    assert (read > 0).sum() > 15
    assert len(Gauge(scenario).figures) == len(read)


def test_a_front_stands_for_its_countries_in_what_a_party_invents() -> None:
    """A binding by front reads as one by the countries of that front; of another place none is counted."""
    parties = {
        "guards": {
            "label": "guards",
            "side": "guard",
            "countries": ["there"],
            "sees_incidents": 0.9,
            "invents_per_day": 2.0,
        }
    }
    bindings = {
        name: {"series": "incidents", "measure": "incidents", "party": "guards", "where": [name]}
        for name in ("line", "there", "north")
    }
    by = {
        name: small(
            200, parties=parties, recorded={"listed": binding}, routes={"way": {"people_per_day": 1.0}}
        )
        for name, binding in bindings.items()
    }
    read = {name: Gauge(world).read(player("compiled")(world, keep_rows=False)) for name, world in by.items()}
    assert read["line"].tolist() == read["there"].tolist()
    assert read["line"].sum() > read["north"].sum()
    result = run(by["line"], replications=1, log=False, engine="compiled")
    shown = np.concatenate([simulated(result, bound)[0] for bound in bound_series(by["line"])])
    assert read["line"].tolist() == shown.tolist()


def test_a_gauge_is_of_one_scenario() -> None:
    scenario = load("belarus-eu-2021", sets=["scenario.end=2021-08-01"])
    with pytest.raises(UsageError, match="another scenario"):
        Gauge(scenario).read(player("simpy")(small(3)))
