"""Rows of a run, by kind."""

from __future__ import annotations

from collections.abc import Iterator

from sim.engines.engine_choice import Engine, player
from sim.record.events import Kind
from sim.record.log import RowTuple
from sim.scenario.schema import Scenario


def rows_of(
    scenario: Scenario, *kinds: Kind, seed: int = 0, replication: int = 0, engine: Engine = "simpy"
) -> Iterator[RowTuple]:
    """The rows of some kinds of one run, in order."""
    wanted = frozenset(map(int, kinds))
    rows = player(engine)(scenario, seed=seed, replication=replication).rows
    return (row for row in rows if row[2] in wanted)
