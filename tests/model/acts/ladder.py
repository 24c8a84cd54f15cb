"""A stand-off's ladder worked out from its addressed numbers, apart from the model.

A continuous-time Markov chain (Gillespie 1977): at each level the rates of all steps add;
the time to the next step is an exponential threshold over their sum, the step one of them in proportion. When
teams arrive in between, what is left of the threshold is spent at the new sum.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.core.event_order import STANDOFF_KEY
from sim.core.random_streams import Draw, entity_luck, key_of, uniform
from sim.record.events import LEVEL_REACHED, Actor, Kind
from sim.scenario.schema import Standoffs

TOP = 5
STEPS = (*LEVEL_REACHED, Kind.STEPPED_DOWN, Kind.STANDOFF_ENDED)
HOW = {"disperse": 0.0, "breach": 1.0, "clash": 2.0}


class Stands(NamedTuple):
    """What a ladder is climbed with: people; the first teams and how soon they are there after contact;
    teams that a call for reinforcement brings, and how soon."""

    persons: int
    teams: int
    called: int
    response_h: float
    aggression: float
    restraint: float
    coming_h: float = 0.0


Step = tuple[float, int, int, float]
"""Hour, kind of row, who began it, value."""


def luck_of_single(seed: int, group: int, tries: int = 1) -> int:
    """The random numbers of a stand-off of one group."""
    return entity_luck(seed, 0, key_of(group, tries, STANDOFF_KEY))


def rates(rules: Standoffs, stands: Stands, level: int, teams: int) -> dict[str, float]:
    """Rates per hour out of a level, by what the documentation says of them."""
    press = (stands.persons / max(teams, 1) / rules.numbers_reference) ** rules.numbers_exponent
    up = rules.up_per_h * press
    calming = 1.0 + rules.calm_by_restraint * stands.restraint
    return {
        "people": up * rules.people_share,
        "escort": up * rules.escort_share * stands.aggression,
        "guard": up * rules.guard_share * (1.0 - stands.restraint) if teams else 0.0,
        "down": rules.down_per_h * calming if level else 0.0,
        "breach": rules.breach_per_h * press,
        "disperse": 0.0 if level else rules.disperse_per_h * calming,
    }


def ladder(luck: int, rules: Standoffs, stands: Stands, met_h: float) -> list[Step]:
    """Every row of a stand-off after its beginning."""
    arrivals = [(met_h + stands.coming_h, stands.teams)]
    now, level, reached, number = met_h, 0, 0, 0
    left = -math.log(uniform(luck, Draw.STANDOFF_THRESHOLD, 0))
    rows: list[Step] = []
    while True:
        present = rates(rules, stands, level, sum(teams for at, teams in arrivals if at <= now))
        total = sum(present.values())
        due = now + left / total
        coming = min((at for at, _ in arrivals if at > now), default=math.inf)
        number += 1
        if coming < due:
            left -= (coming - now) * total
            now = coming
            continue
        now = due
        left = -math.log(uniform(luck, Draw.STANDOFF_THRESHOLD, number))
        step = _which(present, uniform(luck, Draw.STANDOFF_STEP, number) * total)
        if step == "down":
            level -= 1
            rows.append((now, Kind.STEPPED_DOWN, Actor.GUARD, float(level)))
        elif step in HOW:
            return [*rows, (now, Kind.STANDOFF_ENDED, Actor.NOBODY, HOW[step])]
        else:
            level += 1
            if level > reached:
                reached = level
                rows.append((now, LEVEL_REACHED[level - 1], Actor[step.upper()], float(level)))
                if level == rules.reinforce_level and stands.called:
                    arrivals.append((now + stands.response_h, stands.called))
            if level == TOP:
                return [*rows, (now, Kind.STANDOFF_ENDED, Actor.NOBODY, HOW["clash"])]


def _which(present: dict[str, float], x: float) -> str:
    for step, rate in present.items():
        x -= rate
        if x < 0.0:
            return step
    return "disperse"
