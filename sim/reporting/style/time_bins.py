"""Which stretches of time a figure counts in: three hours, a day or a week.

A short scenario (a night, a week) is counted by three hours when a log was kept; long ones by day or week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.units import DAYS_PER_WEEK, HOURS_PER_DAY

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

SHORT_DAYS = 7
MEDIUM_DAYS = 42
SHORT_BIN_H = 3.0
# matplotlib counts dates from here. Counted here too, since its date2num would load all of it for a table.
UNIX_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Clock:
    """Bins of equal width from the scenario's first midnight to its end; the last one may be shorter."""

    start: datetime
    days: int
    width_h: float

    @property
    def count(self) -> int:
        """How many bins there are."""
        # Floor division of the negative rounds up: a week that is begun has a bin.
        return max(1, int(-(-self.days * HOURS_PER_DAY // self.width_h)))

    @property
    def per(self) -> str:
        """The unit of time in words, for an axis."""
        names = {HOURS_PER_DAY: "a day", HOURS_PER_DAY * DAYS_PER_WEEK: "a week"}
        return names.get(self.width_h, f"in {self.width_h:g} h")

    @property
    def note(self) -> str:
        """A word of warning when the last bin is shorter than the others."""
        over = (self.days * HOURS_PER_DAY) % self.width_h
        return f"the last bin holds {over / HOURS_PER_DAY:g} days" if over and self.days else ""

    def at(self, hours: Any) -> NDArray[np.float64]:
        """Hours of the run as positions on a date axis (days since 1970)."""
        origin = (self.start - UNIX_EPOCH).total_seconds() / (HOURS_PER_DAY * 3600.0)
        return np.asarray(hours, dtype=np.float64) / HOURS_PER_DAY + origin

    @property
    def edges(self) -> NDArray[np.float64]:
        """Bin edges on a date axis, one more than bins."""
        # The last bin ends with the run: a full week would draw days that were not simulated.
        hours = np.minimum(np.arange(self.count + 1) * self.width_h, max(self.days, 1) * HOURS_PER_DAY)
        return self.at(hours)

    @property
    def middles(self) -> NDArray[np.float64]:
        """Bin middles on a date axis."""
        return (self.edges[1:] + self.edges[:-1]) / 2.0

    @property
    def limits(self) -> tuple[float, float]:
        """Where the time axis begins and ends."""
        edges = self.at([0.0, max(self.days, 1) * HOURS_PER_DAY])
        return float(edges[0]), float(edges[1])


def clock_of(scenario: Scenario, width_h: float) -> Clock:
    """A clock of bins of a width, over a scenario's days."""
    start = scenario.scenario.start
    return Clock(datetime(start.year, start.month, start.day), scenario.days, width_h)


def daily_clock(scenario: Scenario, *, has_log: bool) -> Clock:
    """Days, or three hours for a scenario of at most a week with a log."""
    # Daily counts cannot be split into hours: without a log a short scenario has days, too.
    return clock_of(scenario, SHORT_BIN_H if has_log and scenario.days <= SHORT_DAYS else HOURS_PER_DAY)


def weekly_clock(scenario: Scenario, *, has_log: bool) -> Clock:
    """Weeks; days where the scenario is shorter than six weeks."""
    if scenario.days <= MEDIUM_DAYS:
        return daily_clock(scenario, has_log=has_log)
    return clock_of(scenario, HOURS_PER_DAY * DAYS_PER_WEEK)
