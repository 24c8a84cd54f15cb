"""The model as the translator takes it: its modules, its world, and what this engine does in its own way."""

from __future__ import annotations

import importlib

from sim.core import random_streams
from sim.engines.translate.kinds import FLOAT, INT, NONE, WORD
from sim.engines.translate.program import Port, Program
from sim.model.extensions.extended import extended_by, plain_model
from sim.model.extensions.extension_modules import Code
from sim.scenario.params import Params

# Named one by one: the other modules of `sim.model` (building, stepping, branching) stay plain Python.
MODULES = (
    "state.entities", "state.world", "state.waiting_lines", "state.membership", "border.word_of_mouth",
    "state.witnessing", "state.control_values",
    "border.dispatch", "border.guard_posts", "border.barriers", "border.harms", "border.after_attempt",
    "journeys.crossing",
    "journeys.before_the_line", "journeys.standoff_ends", "journeys.standoffs", "journeys.escorts",
    "journeys.reception", "journeys.staging_sites",
    "journeys.arrivals", "journeys.initial_groups", "border.transit_state", "border.triggers", "calendar",
    "day_order", "journeys.journey",
)  # fmt: skip
PORTS = {
    "now": Port("", (), FLOAT),
    "write": Port(
        "write",
        (("time_h", FLOAT, None), ("kind", INT, None), ("group", WORD, None), ("persons", INT, None),
            ("sector", INT, None), ("actor", INT, None),
         ("value", FLOAT, None), ("cause", INT, None), ("witness", INT, 0)),
        INT,
    ),
    "begin_counting": Port("begin_counting", (("day", INT, None),), NONE),
}  # fmt: skip


def program(code: Code = ()) -> Program:
    """borderflow's model, with the extensions of that code in it."""
    from sim.model import day_order
    from sim.model.border import harms, triggers
    from sim.model.journeys import journey

    extended = extended_by(code) if code else plain_model()
    return Program(
        modules=(*(importlib.import_module(f"sim.model.{name}") for name in MODULES), *extended.modules),
        # In the order of TAKEN_BY_MODEL in `made_functions`, whose names stand for these.
        roots=(day_order.start, day_order.close_books, triggers.count),
        world=extended.world,
        replaced=extended.replaced,
        params=("params", Params),
        ports=PORTS,
        rules=("sim.rules", "sim.core.distributions"),
        stages=journey.STAGES,
        end_of_journey=harms.end_journey,
        persons="persons",
        words={
            random_streams.uniform: "uniform",
            random_streams.key_of: "key",
            random_streams.entity_luck: "key",
        },
    )
