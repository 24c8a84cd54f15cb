"""What the tables of a result hold: their columns, what is in each, and the units that stand in their metadata."""

from __future__ import annotations

import json

from sim.foundation.parquetfile import DATE, NUMBER, TEXT, WHOLE, Columns
from sim.record.measures import DESCRIBED

_UNITS = {name: described.unit for name, described in DESCRIBED.items()}
EXPECTED: dict[str, Columns] = {
    "events": {
        "replication": WHOLE, "number": WHOLE, "time_h": NUMBER, "date": DATE, "kind": TEXT, "group": WHOLE, "persons": WHOLE,
        "sector": TEXT, "country": TEXT, "actor": TEXT, "value": NUMBER, "cause": WHOLE, "witness": WHOLE,
    },
    "daily": {
        "replication": WHOLE, "day": WHOLE, "date": DATE, "country": TEXT, "sector": TEXT, "measure": TEXT, "value": NUMBER,
    },
    "accounts": {
        "replication": WHOLE, "day": WHOLE, "date": DATE, "party": TEXT, "country": TEXT, "sector": TEXT, "measure": TEXT,
        "value": NUMBER,
    },
    "totals": {"replication": WHOLE, "measure": TEXT, "value": NUMBER},
}  # fmt: skip
MAY_BE_EMPTY: dict[str, tuple[str, ...]] = {"totals": ("value",)}
"""A ratio with an empty denominator has no value."""
TABLE_UNITS: dict[str, dict[str, str]] = {
    "events": {"units": json.dumps({"time_h": "h since the scenario's start", "persons": "persons"})},
    "daily": {"units": json.dumps({**_UNITS, "stock_*": "persons at the midnight that begins the day"})},
    "totals": {"units": json.dumps({**_UNITS, "stock_*": "persons at the midnight that begins the day"})},
}
