"""What ties the tables of a scenario to one another: names, dates, lengths, shares.

The schema judges each value alone; here a value is judged by what stands elsewhere. A faulty scenario is
checked as far as it makes sense; what a known fault would drag along is not told twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sim.core.errors import Fault
from sim.scenario.checks.extension_checks import extension_faults
from sim.scenario.checks.lever_checks import lever_faults
from sim.scenario.checks.recorded_figures import recorded_faults
from sim.scenario.checks.reference_checks import Checked, name_faults
from sim.scenario.checks.value_checks import own_value_faults, value_faults
from sim.scenario.files.schema_faults import Where
from sim.scenario.schema import Scenario


def crosscheck(
    scenario: Scenario, whole: dict[str, Any], where: Where, known: Sequence[Fault]
) -> list[Fault]:
    """Every fault between tables, without those that come of a fault already known."""
    return _checked(
        (name_faults, value_faults, lever_faults, recorded_faults, extension_faults),
        scenario,
        whole,
        where=where,
        known=known,
    )


def partcheck(scenario: Scenario, whole: dict[str, Any], where: Where, known: Sequence[Fault]) -> list[Fault]:
    """Faults between values of a part of a scenario that hold whatever else it says."""
    return _checked((own_value_faults,), scenario, whole, where=where, known=known)


def _checked(
    checks: Sequence[Callable[[Checked], None]],
    scenario: Scenario,
    whole: dict[str, Any],
    *,
    where: Where,
    known: Sequence[Fault],
) -> list[Fault]:
    checked = Checked(scenario, whole, where)
    for check in checks:
        check(checked)
    keys = {fault.key for fault in known}
    return [fault for fault in checked.faults if not _is_dragged_along(fault.key, keys)]


def _is_dragged_along(key: str, known: set[str]) -> bool:
    """Whether a fault is at, or inside, something that is known to be wrong."""
    steps = key.split(".")
    # From two steps on: a fault of a whole table hides none of its entries.
    return any(".".join(steps[:n]) in known for n in range(2, len(steps) + 1))
