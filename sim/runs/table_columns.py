"""What the tables of a result hold: their columns, what is in each,
and the units that stand in their metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sim.core.parquet_file import DATE, NUMBER, TEXT, WHOLE, Columns
from sim.record.measures import Described

EXPECTED: dict[str, Columns] = {
    "events": {
        "replication": WHOLE, "number": WHOLE, "time_h": NUMBER, "date": DATE, "kind": TEXT, "group": WHOLE,
        "persons": WHOLE,
        "sector": TEXT, "country": TEXT, "actor": TEXT, "value": NUMBER, "cause": WHOLE, "witness": WHOLE,
    },
    "daily": {
        "replication": WHOLE, "day": WHOLE, "date": DATE, "country": TEXT, "sector": TEXT, "measure": TEXT,
        "value": NUMBER,
    },
    "accounts": {
        "replication": WHOLE, "day": WHOLE, "date": DATE, "party": TEXT, "country": TEXT, "sector": TEXT,
        "measure": TEXT,
        "value": NUMBER,
    },
    "totals": {"replication": WHOLE, "measure": TEXT, "value": NUMBER},
}  # fmt: skip
MAY_BE_EMPTY: dict[str, tuple[str, ...]] = {"totals": ("value",)}
"""A ratio with an empty denominator has no value."""


def table_units(table: str, measures: Mapping[str, Described]) -> dict[str, str]:
    """The units that stand in the metadata of a table of a result."""
    if table == "events":
        return {"units": json.dumps({"time_h": "h since the scenario's start", "persons": "persons"})}
    if table not in ("daily", "totals"):
        return {}
    units = {name: described.unit for name, described in measures.items()}
    return {"units": json.dumps({**units, "stock_*": "persons at the midnight that begins the day"})}
