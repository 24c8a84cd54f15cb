"""What the compiled engine keeps of its own: the calendar of events, and the log with its counters."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engines.translate.layout import F, Fields, N, U, record
from sim.engines.translate.memory import view_of

# Fields of eight bytes first: in aligned records, narrow ones between them would cost padding.
EVENT = record(
    [("time", F), ("entity", U), ("occasion", N), ("slot", N), ("rank", np.int32), ("what", np.int32)]
)
ROW = record([("time", F), ("group", U), ("value", F), ("persons", N), ("cause", N), ("kind", np.int16),
              ("sector", np.int16), ("actor", np.int16), ("witness", np.int32)])  # fmt: skip
CELL = record([("key", N), ("rows", N), ("persons", N), ("value", F)])
SAID = record([("key", N), ("rows", N), ("persons", N), ("ascribed", N)])
INTS, SMALL = np.dtype(N), np.dtype(np.int32)
ARRAYS: dict[str, np.dtype[Any]] = {
    "heap": EVENT, "rows": ROW, "cells": CELL, "said": SAID, "cell_at": SMALL, "said_at": SMALL,
    "stocks": INTS,
}  # fmt: skip
# `cell_at`, `said_at` and `stocks` have the size of the scenario and do not grow.
GROWING = ("heap", "rows", "cells", "said")
"""Arrays that grow during a run."""
SCALARS: Fields = [("now", F)] + [
    (name, N)
    for name in (
        "code", "fault", "keep_rows", "next_row", "day_base", "cells_used", "said_used", "first_cell",
        "first_said",
        "heap_used", "events",
    )
]  # fmt: skip

event_view, row_view, cell_view, said_view = view_of(EVENT), view_of(ROW), view_of(CELL), view_of(SAID)
small_view, ints_view = view_of(SMALL), view_of(INTS)


def heap(world: Any) -> Any:
    return event_view(world.heap_at, world.heap_room)


def rows(world: Any) -> Any:
    return row_view(world.rows_at, world.rows_room)


def cells(world: Any) -> Any:
    return cell_view(world.cells_at, world.cells_room)


def said(world: Any) -> Any:
    return said_view(world.said_at, world.said_room)


def cell_at(world: Any) -> Any:
    return small_view(world.cell_at_at, world.cell_at_room)


def said_at(world: Any) -> Any:
    return small_view(world.said_at_at, world.said_at_room)


def stocks(world: Any) -> Any:
    return ints_view(world.stocks_at, world.stocks_room)
