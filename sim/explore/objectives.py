"""What a search or a ranking may be about: never enforcement alone."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.core.errors import UsageError
from sim.record.measures import DESCRIBED, Described, check_measures, may_be_of_extension
from sim.scenario.files.scenario_files import shown

CONDITION = re.compile(r"\s*([a-z_0-9]+|[a-z_0-9-]+\.[a-z_0-9-]+)\s*(>|<)\s*([-+0-9.eE]+)\s*")
FORM = "MEASURE > VALUE or MEASURE < VALUE, as in 'died > 3'"


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

    A measure of an extension is checked where the scenario is known: `check_objective`.

    >>> condition_of("died > 3")
    Condition(measure='died', above=True, value=3.0)
    """
    found = CONDITION.fullmatch(text)
    if found is None:
        raise UsageError(f"condition: found {shown(text)!r}, allowed: {FORM}")
    measure, sign, value = found.groups()
    # Before the scenario is loaded where that can be, so that a wrong name costs no work.
    if not may_be_of_extension(measure):
        check_objective([measure])
    return Condition(measure, sign == ">", _number(value, text))


def _number(value: str, text: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"condition: found {shown(text)!r}: {shown(value)} is no number; allowed: {FORM}")
    return number


def check_objective(measures: Sequence[str], known: Mapping[str, Described] = DESCRIBED) -> None:
    """Refuse unknown measures, and objectives made of enforcement measures alone."""
    check_measures(measures, known=known)
    # A ranking by stops or team hours alone would call a policy good whatever it does to people.
    if measures and all(known[name].family in ("enforcement", "post") for name in measures):
        raise UsageError(
            f"{', '.join(measures)}: an objective made of enforcement measures alone is not accepted; "
            "name a measure of flow, incidents or people"
        )
