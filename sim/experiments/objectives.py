"""What a search or a ranking may be about: never enforcement alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sim.foundation.errors import UsageError
from sim.record.measures import DESCRIBED

CONDITION = re.compile(r"^\s*([a-z_0-9]+)\s*(>|<)\s*([-+0-9.eE]+)\s*$")


class Condition(NamedTuple):
    """A measure above or below a value."""

    measure: str
    above: bool
    value: float

    def holds(self, found: float) -> bool:
        """Whether a run's measure meets it; NaN (nothing to divide by) does not."""
        return found > self.value if self.above else found < self.value

    def __str__(self) -> str:
        return f"{self.measure} {'>' if self.above else '<'} {self.value:g}"


def condition_of(text: str) -> Condition:
    """A condition such as "died > 3". Raises `UsageError` for what is none, or is about enforcement alone.

    >>> condition_of("died > 3")
    Condition(measure='died', above=True, value=3.0)
    """
    found = CONDITION.match(text)
    if found is None:
        raise UsageError(f"found {text!r}, allowed: MEASURE > VALUE or MEASURE < VALUE")
    measure, sign, value = found.groups()
    check_objective([measure])
    return Condition(measure, sign == ">", float(value))


def check_objective(measures: Sequence[str]) -> None:
    """Refuse unknown measures, and objectives made of enforcement measures alone."""
    unknown = [name for name in measures if name not in DESCRIBED]
    if unknown:
        raise UsageError(f"measure: found {', '.join(unknown)}, allowed: {', '.join(DESCRIBED)}")
    if measures and all(DESCRIBED[name].family in ("enforcement", "post") for name in measures):
        raise UsageError(
            f"{', '.join(measures)}: an objective made of enforcement measures alone is not accepted; "
            "name a measure of flow, incidents or people"
        )
