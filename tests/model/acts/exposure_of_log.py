"""Exposure read from a log alone: when harm must have come to each group, by its situations,
its reserve and its random numbers.

Written from the schema's texts, not from the model:
hazards per hour are summed by hand between the hours at which anything changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

from sim.core.random_streams import Draw, entity_luck, uniform
from sim.record.events import Kind
from sim.record.log import RowTuple, RunRecord
from sim.scenario.schema import Scenario

Hazard = Callable[[int, float], float]
"""Summer days of exposure per day, by sector and hour since the start."""
FROM_EXPOSURE = {Kind.HARMED_EXPOSURE, Kind.DIED_EXPOSURE}
OTHER_DEATHS = {Kind.DIED_DROWNING, Kind.DIED_AFTER_RETURN}
TAKES_IN = {Kind.CAME_BACK, Kind.APPREHENDED, Kind.ENTERED_UNSEEN, Kind.LET_GO}
TOLERANCE = 1e-7


def situations(scenario: Scenario) -> dict[int, float]:
    """What each kind of row exposes a group to, in shares of the strip's hazard; 0 indoors."""
    exposure = scenario.exposure
    outside = {
        Kind.SET_OUT: exposure.walking,
        Kind.HELD_BACK: exposure.held,
        Kind.ATTEMPT: exposure.zone,
        Kind.STRANDED: 1.0,
        Kind.WAS_PRESENT: 1.0,
    }
    return {**outside, **dict.fromkeys(TAKES_IN, 0.0)}


def exposure_between(from_h: float, to_h: float, hazard: Callable[[float], float], night: float) -> float:
    """Summer days of exposure in a stretch of time in which the hazard changes at whole hours only.

    The hazard of a day is spread over 12 hours by day at a rate and 12 by night at `night` times that rate.
    """
    hours = [from_h, *(float(h) for h in range(math.floor(from_h) + 1, math.ceil(to_h))), to_h]
    total = 0.0
    for begin, end in pairwise(hours):
        middle = (begin + end) / 2.0
        is_day = 6.0 <= middle % 24.0 < 18.0
        total += (end - begin) * hazard(middle) * (1.0 if is_day else night) / (12.0 + 12.0 * night)
    return total


class Ledger:
    """One group's exposure so far: its threshold, what is left of it, its reserve."""

    def __init__(self, luck: int, scenario: Scenario, persons: int) -> None:
        self.luck = luck
        self.exposure = scenario.exposure
        self.persons = persons
        self.reserve = 1.0
        self.rate = 0.0
        self.situation = 0.0
        self.harms = 0
        self.left = 0.0
        self.since_h = 0.0
        self.sheltered_h = 0.0

    @property
    def per_10000(self) -> float:
        """Harms and deaths per 10,000 person-days."""
        return self.exposure.harm_per_10000_person_days + self.exposure.death_per_10000_person_days

    def draw(self) -> None:
        """The next harm's threshold: standard exponential, at the address of that harm."""
        self.harms += 1
        self.left = -math.log(uniform(self.luck, Draw.EXPOSURE_THRESHOLD, self.harms))

    def spend(self, exposure: float) -> None:
        """Exposure passes: it takes from the threshold and from the reserve."""
        self.left -= self.rate * exposure
        self.reserve *= math.exp(-self.exposure.reserve_per_day * self.situation * exposure)

    def aim(self) -> None:
        """The rate of harm from now on, by persons, situation and what is left of the reserve."""
        frail = 1.0 + self.exposure.frailty * (1.0 - self.reserve)
        self.rate = self.persons * self.situation * frail * self.per_10000 / 10000.0

    def is_deadly(self) -> bool:
        """Whether the harm that has come is a death: with the share of deaths among harms."""
        u = uniform(self.luck, Draw.EXPOSURE_DEATH, self.harms)
        return u < self.exposure.death_per_10000_person_days / self.per_10000


def check_exposure(scenario: Scenario, run: RunRecord, hazard: Hazard) -> int:
    """Assert of every group that harm comes when its exposure reaches its threshold, and never else;
    count the harms."""
    outside = situations(scenario)
    ledgers: dict[int, Ledger] = {}
    count = 0
    for row in rows_of_groups(run):
        time_h, kind, group, persons, sector = row[1:6]
        if kind in (Kind.ARRIVED, Kind.WAS_PRESENT):
            ledgers[group] = Ledger(entity_luck(run.seed, run.replication, group), scenario, persons)
        ledger = ledgers[group]
        _pass_time(scenario, ledger, sector, time_h, hazard)
        if kind in FROM_EXPOSURE:
            count += 1
            assert abs(ledger.left) < TOLERANCE, "harm comes when the threshold is spent"
            assert ledger.is_deadly() == (kind == Kind.DIED_EXPOSURE), "a harm is a death by its own number"
            ledger.persons -= kind == Kind.DIED_EXPOSURE
            ledger.draw()
            ledger.aim()
        elif kind in OTHER_DEATHS:
            ledger.persons -= 1
            ledger.aim()
        elif kind in outside:
            _go(scenario, ledger, 0.0 if sector < 0 else outside[kind], time_h)
        if ledger.persons == 0:
            del ledgers[group]
    for group, ledger in ledgers.items():
        last = next(row for row in reversed(run.rows) if row[3] == group)
        _pass_time(scenario, ledger, last[5], scenario.end_h, hazard)
    return count


def rows_of_groups(run: RunRecord) -> Iterator[RowTuple]:
    """Rows about groups, in order."""
    return (row for row in run.rows if row[3] and row[2] != Kind.DIED_IN_ATTEMPT)


def _pass_time(scenario: Scenario, ledger: Ledger, sector: int, time_h: float, hazard: Hazard) -> None:
    if ledger.rate > 0.0:
        night = scenario.exposure.night_factor
        ledger.spend(exposure_between(ledger.since_h, time_h, lambda h: hazard(sector, h), night))
        assert ledger.left > -TOLERANCE, "no harm is left out"
    ledger.since_h = time_h


def _go(scenario: Scenario, ledger: Ledger, situation: float, time_h: float) -> None:
    """The group goes from one situation to another; days indoors give part of the reserve back."""
    if situation > 0.0 and ledger.situation == 0.0:
        days = (time_h - ledger.sheltered_h) / 24.0
        lost = (1.0 - ledger.reserve) * math.exp(-scenario.exposure.recovery_per_day * days)
        ledger.reserve = 1.0 - lost
    if situation > 0.0 and ledger.left <= 0.0:
        ledger.draw()
    if situation == 0.0:
        ledger.sheltered_h = time_h
    ledger.situation = situation
    ledger.aim()
