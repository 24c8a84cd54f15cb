"""What ties the tables of a scenario to one another: names, dates, lengths, shares.

The schema judges each value alone; here values are judged by what stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.foundation.errors import Fault
from sim.scenario.faults import Where
from sim.scenario.schema import Scenario


def crosscheck(scenario: Scenario, whole: dict[str, Any], where: Where, known: Sequence[Fault]) -> list[Fault]:
    return []
