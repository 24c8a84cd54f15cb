"""What people must believe, read from a log alone: persons who tried and got through, by day,
faded and shrunk by hand."""

from __future__ import annotations

import math
from collections import defaultdict

from sim.record.events import Kind
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario

THROUGH = (Kind.ENTERED_UNSEEN, Kind.ADMITTED, Kind.ADMITTED_FOR_CARE)
STOPPED = (Kind.PREVENTED, Kind.WITHDREW, Kind.SUMMARY_RETURN, Kind.DETAINED)
WENT_HOME = (Kind.REMOVED_BY_FORCE, Kind.RETURNED_VOLUNTARILY)

Counts = dict[int, dict[int, float]]
"""Persons by day and sector."""


class Beliefs:
    """Remembered shares of success on any day of a run."""

    def __init__(self, scenario: Scenario, run: RunRecord) -> None:
        self.rules = scenario.information
        self.country = [list(scenario.countries).index(s.country) for s in scenario.sectors.values()]
        self.tries = persons_by_day(run, *THROUGH, *STOPPED)
        self.successes = persons_by_day(run, *THROUGH)
        self.home = persons_by_day(run, *WENT_HOME)

    def remembered(self, counts: Counts, day: int, sectors: list[int]) -> float:
        """Counts that are news on a day: those of `delay_days` and more before yesterday,
        each faded by its age."""
        last = day - 1 - self.rules.delay_days
        kept = math.exp(-1.0 / self.rules.memory_days)
        return sum(
            counts[d].get(s, 0.0) * kept ** (last - d)
            for d in range(last + 1)
            if d in counts
            for s in sectors
        )

    def share(self, day: int, sectors: list[int], prior: float, persons: float) -> float:
        """The share of success in some sectors, shrunk toward a prior worth so many persons."""
        successes = self.remembered(self.successes, day, sectors)
        return (successes + prior * persons) / (self.remembered(self.tries, day, sectors) + persons)

    def of_country(self, day: int, country: int) -> float:
        """The share of a country, shrunk toward the prior."""
        inside = [s for s, c in enumerate(self.country) if c == country]
        return self.share(day, inside, self.rules.prior_success, self.rules.country_prior_persons)

    def of_sector(self, day: int, sector: int) -> float:
        """The share of a sector, shrunk toward its country's."""
        prior = self.of_country(day, self.country[sector])
        return self.share(day, [sector], prior, self.rules.sector_prior_persons)

    def overall(self, day: int) -> float:
        """The share of the whole line, shrunk toward the prior."""
        everywhere = list(range(len(self.country)))
        return self.share(day, everywhere, self.rules.prior_success, self.rules.country_prior_persons)

    def removals(self, day: int) -> float:
        """Persons who were removed or went home, as remembered."""
        last = day - 1 - self.rules.removal_delay_days
        kept = math.exp(-1.0 / self.rules.removal_memory_days)
        return sum(sum(self.home[d].values()) * kept ** (last - d) for d in range(last + 1) if d in self.home)


def persons_by_day(run: RunRecord, *kinds: Kind) -> Counts:
    """Persons of the rows of some kinds; a row of midnight belongs to the day that begins."""
    counts: Counts = defaultdict(lambda: defaultdict(float))
    for row in run.rows:
        if row[2] in kinds:
            counts[int(row[1] // 24.0)][row[5]] += row[4]
    return counts
