"""What the tables of a result hold: their columns, what is in each,
and the units that stand in their metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sim.record.measures import Described
from sim.runs.store.stored_tables import DATE, NUMBER, TEXT, WHOLE, TableColumns

EXPECTED = {
    "events": TableColumns({
        "replication": WHOLE, "number": WHOLE, "time_h": NUMBER, "date": DATE, "kind": TEXT, "group": WHOLE,
        "persons": WHOLE, "sector": TEXT, "country": TEXT, "actor": TEXT, "value": NUMBER, "cause": WHOLE,
        "witness": WHOLE,
    }),
    "daily": TableColumns({
        "replication": WHOLE, "day": WHOLE, "date": DATE, "country": TEXT, "sector": TEXT, "measure": TEXT,
        "value": NUMBER,
    }),
    "accounts": TableColumns({
        "replication": WHOLE, "day": WHOLE, "date": DATE, "party": TEXT, "country": TEXT, "sector": TEXT,
        "measure": TEXT, "value": NUMBER,
    }),
    # A ratio with an empty denominator has no value.
    "totals": TableColumns({"replication": WHOLE, "measure": TEXT, "value": NUMBER}, may_be_empty=("value",)),
}  # fmt: skip


def table_units(table: str, measures: Mapping[str, Described]) -> dict[str, str]:
    """The units that stand in the metadata of a table of a result."""
    if table == "events":
        return {"units": json.dumps({"time_h": "h since the scenario's start", "persons": "persons"})}
    if table not in ("daily", "totals"):
        return {}
    units = {name: described.unit for name, described in measures.items()}
    return {"units": json.dumps({**units, "stock_*": "persons at the midnight that begins the day"})}
