"""The model as the translator takes it: its modules, its world, and what this engine does in its own way."""

from __future__ import annotations

import importlib

from sim.engines.translate.kinds import BOOL, FLOAT, INT, NONE, WORD
from sim.engines.translate.program import Port, Program
from sim.foundation import luck
from sim.model import journey
from sim.model.world import World
from sim.scenario.params import Params

MODULES = (
    "state", "world", "lines", "members", "information", "witnesses", "controls", "dispatch", "posts", "barriers", "health", "returning", "crossing",
    "transit", "standoff_ends", "standoffs", "escorts", "reception", "sites", "arrivals", "beginnings", "transit_state", "watches", "calendar", "simulate",
    "journey",
)  # fmt: skip
ENGINE_ONLY = frozenset({
    "wait_until", "wait", "stand_by", "take", "stop", "begin", "travel", "at", "forget", "fail", "simulate", "build", "finish", "keep_watch", "go_on_watching",
    "stocks_of", "journey",
})  # fmt: skip
"""Functions that belong to the SimPy engine, or are done before a run."""
PORTS = {
    "now": Port("", (), FLOAT),
    "write": Port(
        "write",
        (("time_h", FLOAT, None), ("kind", INT, None), ("group", WORD, None), ("persons", INT, None), ("sector", INT, None), ("actor", INT, None),
         ("value", FLOAT, None), ("cause", INT, None), ("witness", INT, 0)),
        INT,
    ),
    "begin_counting": Port("begin_counting", (("day", INT, None),), NONE),
}  # fmt: skip


def program() -> Program:
    """borderflow's model."""
    return Program(
        modules=tuple(importlib.import_module(f"sim.model.{name}") for name in MODULES),
        world=World,
        ports=PORTS,
        rules=("sim.rules", "sim.foundation.distributions"),
        left_out=ENGINE_ONLY,
        journey="journey",
        stages=journey.STAGES,
        end_of_journey="end_journey",
        persons="persons",
        params=("params", Params),
        words={luck.uniform: "uniform", luck.key_of: "key", luck.entity_luck: "key"},
    )


__all__ = ["BOOL", "program"]
