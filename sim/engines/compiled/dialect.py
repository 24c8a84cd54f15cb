"""The model as the translator takes it: its modules, its world, and what this engine does in its own way."""

from __future__ import annotations

import importlib

from sim.engines.translate.kinds import FLOAT, INT, NONE, WORD
from sim.engines.translate.program import Port, Program
from sim.foundation import luck
from sim.model.extended import extended_by, plain_model
from sim.model.extension_modules import Code
from sim.scenario.params import Params

MODULES = (
    "state", "world", "lines", "members", "information", "witnesses", "controls", "dispatch", "posts", "barriers", "health", "returning", "crossing",
    "transit", "standoff_ends", "standoffs", "escorts", "reception", "sites", "arrivals", "beginnings", "transit_state", "watches", "calendar", "simulate",
    "journey",
)  # fmt: skip
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


def program(code: Code = ()) -> Program:
    """borderflow's model, with the extensions of that code in it."""
    from sim.model import health, journey, simulate, watches

    extended = extended_by(code) if code else plain_model()
    return Program(
        modules=(*(importlib.import_module(f"sim.model.{name}") for name in MODULES), *extended.modules),
        roots=(simulate.start, simulate.close_books, watches.count),
        world=extended.world,
        replaced=extended.replaced,
        params=("params", Params),
        ports=PORTS,
        rules=("sim.rules", "sim.foundation.distributions"),
        stages=journey.STAGES,
        end_of_journey=health.end_journey,
        persons="persons",
        words={luck.uniform: "uniform", luck.key_of: "key", luck.entity_luck: "key"},
    )
