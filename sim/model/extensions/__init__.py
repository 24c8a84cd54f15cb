"""Actors and rules that a scenario brings: what its module declares, how it is loaded,
checked and put into the model.

The module of an extension imports from here: `row`, `stream`, `replaces`, `Given`. Whether its code may run,
and in what it is run, is decided in `extended`; its tables in a scenario file in
`sim.scenario.schema.extension_tables`.
"""

from sim.model.extensions.declarations import Given, replaces, row, stream

__all__ = ["Given", "replaces", "row", "stream"]
