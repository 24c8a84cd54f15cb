"""The state of a run as flat arrays of records, found through one record: the world.

The world holds scalars, and of every array its address and length; a function takes the world alone, which costs one
machine word. `view_of` makes the array anew wherever it is needed; compiled, that is nothing, and in plain Python it is
looked up. Arrays are made, grown and kept alive by `Memory`, in Python.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.scenario.schema import Scenario

F, N, U = np.float64, np.int64, np.uint64
Fields = list[tuple[str, Any]]
SECTIONS = ("mechanisms", "people", "crossing", "detection", "response", "handling", "standoffs", "columns", "exposure",
            "information", "choice", "surge", "transit_state")  # fmt: skip


def record(fields: Fields) -> np.dtype[Any]:
    """A record whose fields are attributes, in compiled code and in plain Python."""
    taken = [name for name, _ in fields if hasattr(np.record, name)]
    if taken:
        raise ValueError(f"in plain Python a record has attributes of its own: {', '.join(taken)}")
    return np.dtype((np.record, np.dtype(fields, align=True)))


def fields(text: str, kind: Any) -> Fields:
    """Fields of one type, named in a line."""
    return [(name, kind) for name in text.split()]


def numbers_of_sections() -> Fields:
    """Every plain number of the schema's sections, as `section_field`."""
    kinds = {bool: N, int: N, float: F}
    found = []
    for section in SECTIONS:
        model: Any = Scenario.model_fields[section].annotation
        for name, field in model.model_fields.items():
            if field.annotation in kinds:
                found.append((f"{section}_{name}", kinds[field.annotation]))
    return found


LAWS = ("staging", "walk", "next_try", "next_try_strip", "own_means", "crossing", "hold", "patience", "processing",
        "registration", "forming", "hold_back", "answer_delay")  # fmt: skip
LAWS_OF_COUNTRY = ("procedure", "leaves_procedure", "voluntary", "onward", "reserve_travel")

EVENT = record(
    [("time", F), ("entity", U), ("occasion", N), ("slot", N), ("rank", np.int32), ("what", np.int32)]
)
ROW = record([("time", F), ("group", U), ("value", F), ("persons", N), ("cause", N), ("kind", np.int16),
              ("sector", np.int16), ("actor", np.int16), ("witness", np.int32)])  # fmt: skip
CELL = record([("key", N), ("rows", N), ("persons", N), ("value", F)])
SAID = record([("key", N), ("rows", N), ("persons", N), ("ascribed", N)])
LAW = record([("code", N), ("a", F), ("b", F), ("first", N)])
GROUP = record(
    fields("key luck", U)
    + fields("since next_hours waited_h detected_h try_detected_h race_detected_h finish_h hours leaves_h", F)
    + fields("threshold situation mark rate reserve aim_reading line_since willing_since", F)
    + fields(
        "persons minors route sector site compartment place attempts tries trying guided wishes heard row stage version",
        N,
    )
    + fields(
        "waiting detected_at call column crowd harms token barrier point serial alive next_free next_member",
        N,
    )
    + fields(
        "aim_sector aim_before aim_after line line_before line_after willing willing_before willing_after", N
    )
)
CALL = record(
    fields("key luck", U) + fields("arrival_h patience_h since", F)
    + fields("occasion sector persons needed priority row parts by_crowd caller queued before after next_free", N)
)  # fmt: skip
CROWD = record(
    fields("key luck", U) + fields("threshold begun due coming total people escort guard down breach disperse", F)
    + fields("sector initiator level reached step row running appointed members calls first_call second_call alive next_free", N)
)  # fmt: skip
COLUMN = record(fields("key luck", U) + fields("sector initiator row members persons next_free", N))
SECTOR = record(
    fields("key watch_luck", U)
    + fields("length_km response_h out_since cut_km wall fence coil terrain_factor constant", F)
    + fields("before hazard from_h offset ground night_factor", F)
    + fields(
        "tries successes believed watch_threshold watch_begun watch_due watch_rate watch_until column_rate by_escort by_people",
        F,
    )
    + fields(
        "country front on_duty out guests queue turns aim tries_today successes_today river watch_formed watch_turn",
        N,
    )
)
COUNTRY = record(
    fields("seats crowding leaves_crowded recognised inland_check", F)
    + fields("places keep_teams reserve_teams reserve_out persons flight_row flight flight_days", N)
)
SITE = record([*fields("driven shelter", F), *fields("sector capacity is_open row", N)])
POINT = record([("use", F), ("sector", N)])
ROUTE = record(
    [*fields("key luck", U), *fields("people_per_day stance_exponent strip_per_day log_surge rate opened", F)]
)
FRONT = record(fields("posture limit", F))
LEVER = record(
    fields("key", U) + fields("announced_h start_h end_h ramp_h strength degree degree_announced pressure pressure_announced lag_h", F)
    + fields("row persons by_escort dated sanctions", N)
)  # fmt: skip
MOVE = record([*fields("amount lag_h", F), *fields("lever op announced", N)])
BUILDER = record([*fields("rate stop_km built_km", F), *fields("lever barrier first count", N)])
WATCH = record(
    [*fields("above below delay_days duration_days", F), *fields("lever party window_days by_rows", N)]
)
SEES = record([("chance", F), ("party", N), ("needs_reporting", N)])
LINE = record(fields("first last persons count", N))
SHIFT = record(fields("from_h to_h share", F))
STOCK = record([("key", U), *fields("compartment stage persons attempts route sector site heard waits", N)])
PARAMS = record([*numbers_of_sections(), ("mean_group", F), ("has_patience", N)])

FLOATS, INTS, SMALL, WORDS = np.dtype(F), np.dtype(N), np.dtype(np.int32), np.dtype(U)
ARRAYS: dict[str, np.dtype[Any]] = {
    # what lives and grows
    "heap": EVENT, "groups": GROUP, "calls": CALL, "crowds": CROWD, "columns": COLUMN, "rows": ROW, "cells": CELL, "said": SAID,
    # what the scenario gives, and what changes in place
    "params": PARAMS, "laws": LAW, "country_laws": LAW, "lend_travel": LAW, "stock_laws": LAW, "quantiles": FLOATS,
    "party_sizes": FLOATS, "sectors": SECTOR, "countries": COUNTRY, "sites": SITE, "points": POINT, "routes": ROUTE, "fronts": FRONT,
    "levers": LEVER, "moves": MOVE, "move_first": INTS, "lever_first": INTS, "lever_targets": INTS, "base": FLOATS, "value": FLOATS,
    "low": FLOATS, "high": FLOATS, "stale": INTS, "order": INTS, "builders": BUILDER, "builder_order": INTS, "built": FLOATS,
    "mass_columns": INTS, "watches": WATCH, "watch_kinds": INTS, "watch_where": INTS, "watch_days": FLOATS, "sees": SEES,
    "sees_first": INTS, "admits": FLOATS, "misattributes": FLOATS, "lines": LINE, "shifts": SHIFT, "shift_first": INTS,
    "turn_hours": FLOATS, "turn_first": INTS, "turn_posts": INTS, "neighbours": INTS, "neighbour_first": INTS, "lent_by": INTS,
    "lent_first": INTS, "part_lender": INTS, "part_teams": INTS, "months": INTS, "month_factors": FLOATS, "winters": INTS,
    "seasons": FLOATS, "distances": FLOATS, "weights": FLOATS, "stance_points": FLOATS, "stance_values": FLOATS,
    "stance_controls": INTS, "news_tries": INTS, "news_successes": INTS, "news_removed": INTS, "by_country": FLOATS, "stocks_at_start": STOCK,
    "stock": INTS, "stocks": INTS, "person_hours": FLOATS, "team_hours": FLOATS, "cell_at": SMALL, "said_at": SMALL, "moves_to": INTS,
    "placed": INTS, "scratch": INTS, "scratch_keys": WORDS,
}  # fmt: skip
"""Every array by name. `X[..]` of a scenario's own order; `*_first` begins each entry's part of the array beside it."""
GROWING = ("heap", "groups", "calls", "crowds", "columns", "rows", "cells", "said")
WORLD = record(
    fields("now until end_h winter seats_home seats_of_day posture_h overall removals", F)
    + fields("seed replication", U)
    + fields(
        "code fault day days sectors_n countries_n routes_n sites_n points_n fronts_n levers_n stride lines_n seats_line",
        N,
    )
    + fields(
        "keep_rows next_row day_base cells_used said_used first_cell first_said people present made serial", N
    )
    + fields(
        "heap_used groups_used calls_used crowds_used columns_used free_group free_call free_crowd free_column",
        N,
    )
    + fields(
        "offers_home home_flight_row stance_row news_day removed_today parts_width watches_n builders_n mass_n",
        N,
    )
    + fields("turns_n turn turn_day stock_stride stocks_count events points_of_stance scratch_n", N)
    + [(f"{name}_{what}", N) for name in ARRAYS for what in ("at", "room")]
)


def view_of(dtype: np.dtype[Any]) -> Callable[[int, int], Any]:
    """A function from an address and a length to the array there: the plain one, which compiled code replaces."""
    known: dict[tuple[int, int], Any] = {}

    def view(address: int, n: int) -> Any:
        found = known.get((address, n))
        if found is None:
            buffer: Any = (ctypes.c_char * (int(n) * dtype.itemsize)).from_address(int(address))
            found = known[address, n] = np.frombuffer(buffer, dtype)
        return found

    return view


class Memory:
    """Owns the arrays of a run, and the world that points at them."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self.arrays: dict[str, Any] = {}
        self.whole = np.zeros(1, WORLD)
        for name, dtype in ARRAYS.items():
            self._place(name, np.zeros(max(1, sizes.get(name, 1)), dtype))

    @property
    def world(self) -> Any:
        """The world's record."""
        return self.whole[0]

    def _place(self, name: str, array: Any) -> None:
        self.arrays[name] = array
        self.whole[f"{name}_at"][0] = array.ctypes.data
        self.whole[f"{name}_room"][0] = len(array)

    def fill(self, name: str, values: Any) -> None:
        """Put values at the front of an array."""
        if len(values):
            self.arrays[name][: len(values)] = values

    def grow(self, name: str, factor: int = 2) -> None:
        """Give an array more room; what it holds stays where it is in it."""
        old = self.arrays[name]
        larger = np.zeros(factor * len(old), ARRAYS[name])
        larger[: len(old)] = old
        self._place(name, larger)
