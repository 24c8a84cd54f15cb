"""Which numbers a rule can be given: the range of every argument, by its name.

Ranges are those of the schema and of the controls, with the edges at which guards matter: 0, 1, the
tiniest and the largest number allowed. An argument of a new name has to be entered here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.distributions import (
    EXPONENTIAL,
    FIXED,
    LOGNORMAL,
    TABLE,
    TABLE_POINTS,
    UNIFORM,
    WEIBULL,
    Law,
)
from sim.rules.escalation_rates import Ladder, StepRates
from sim.rules.sector_choice import ChoiceWeights

U_LOW, U_HIGH = 2.0**-53, 1.0 - 2.0**-53
TINY, HUGE = 1e-300, 1e12
EDGE_SHARE = 0.3
TABLES = 40


@dataclass(frozen=True)
class Span:
    """Numbers from low to high, drawn evenly or evenly in their logarithm, and edges drawn often."""

    low: float
    high: float
    edges: tuple[float, ...] = ()
    whole: bool = False

    def draw(self, rng: np.random.Generator, count: int) -> list[Any]:
        """So many numbers: a third at the edges, the rest half even, half even in the logarithm."""
        even = rng.uniform(self.low, self.high, count)
        smallest = max(self.low, 1.0 if self.whole else 1e-9)
        steep = np.exp(rng.uniform(math.log(smallest), math.log(max(self.high, smallest)), count))
        drawn = np.where(rng.random(count) < 0.5, even, np.clip(steep, self.low, self.high))
        edges = np.array((self.low, self.high, *self.edges))
        drawn = np.where(rng.random(count) < EDGE_SHARE, rng.choice(edges, count), drawn)
        return [int(x) for x in drawn] if self.whole else drawn.tolist()


@dataclass(frozen=True)
class Flow:
    """Any of a few tables of numbers, rising from 0 to 1 or not."""

    length: int
    rising: bool

    def draw(self, rng: np.random.Generator, count: int) -> list[Any]:
        tables = [rng.uniform(-5.0, 5.0, self.length) for _ in range(TABLES)]
        if self.rising:
            tables = [np.sort(rng.uniform(0.0, 1.0, self.length)) for _ in range(TABLES)]
            for table in tables:
                table[0], table[-1] = 0.0, 1.0
        return [tables[i] for i in rng.integers(0, TABLES, count)]


class Laws:
    """A duration's law of any kind."""

    def draw(self, rng: np.random.Generator, count: int) -> list[Any]:
        codes = rng.choice([FIXED, EXPONENTIAL, LOGNORMAL, TABLE, WEIBULL, UNIFORM], count).tolist()
        a, b = HOURS.draw(rng, count), Span(0.01, 10.0, (1.0,)).draw(rng, count)
        return [Law(*numbers, 0) for numbers in zip(codes, a, b, strict=True)]


UNIFORM_NUMBER = Span(U_LOW, U_HIGH, (0.5, 0.075, 0.925))
SHARE = Span(0.0, 1.0, (0.5, TINY, 1.0 / 3.0))
HOURS = Span(0.0, 1e6, (1.0, 24.0, TINY))
FACTOR = Span(0.0, 100.0, (1.0, TINY))
FREE = Span(-20.0, 20.0, (0.0, 1.0, -1.0, TINY))
RATE = Span(0.0, 1e6, (1.0, TINY, HUGE))
KILOMETRES = Span(0.0, 10_000.0, (0.1, 1.0, 20.0, TINY))
PERSONS = Span(0, 100_000, (1, 2, 8, 20), whole=True)
TEAMS = Span(0, 1000, (1, 2), whole=True)
DAYS = Span(0.0, 3650.0, (1.0, 7.0, TINY))
HOUR_OF_DAY = Span(0.0, 24.0, (6.0, 18.0, 12.0, 5.999999999999999, 18.000000000000004))
SIZE = Span(-1e9, 1e9, (0.0, 1.0, -1.0, TINY))


@dataclass(frozen=True)
class Numbers:
    """A named tuple of numbers, each from a range of its own."""

    cls: Any
    spans: tuple[Span, ...]

    def draw(self, rng: np.random.Generator, count: int) -> list[Any]:
        columns = [span.draw(rng, count) for span in self.spans]
        return [self.cls(*numbers) for numbers in zip(*columns, strict=True)]


def each(names: str, span: Span) -> dict[str, Span]:
    """The same range for each of some names."""
    return dict.fromkeys(names.split(), span)


RANGES: dict[str, Span | Flow | Laws | Numbers] = {
    **each("u u_seen u_moment", UNIFORM_NUMBER),
    **each(
        "aggression aid_access aid_factor barrier coil coverage degree fence first "
        "hardship_weight mean_posture offer_weight offered perceived posture "
        "prior probability reserve restraint reversion rise share share_minors target wall wish",
        SHARE,
    ),
    **each("crossing_h end_h from_h ramp_h start_h time_h to_h", HOURS),
    **each(
        "exponent eta fall frailty gain ground guidance hazard log_sd month_factor night night_factor press "
        "sd season situation weight "
        "pressure limit relief flights minors_weight",
        FACTOR,
    ),
    **each("constant access stance log_surge feedback normal", FREE),
    **each(
        "base hazard_per_h per_10000 seats_per_week left_over mean median",
        RATE,
    ),
    **each("amount exposure removals prior_persons", Span(0.0, 1e5, (1.0, TINY))),
    **each("attempts successes", Span(0.0, 1e6, (1.0, TINY))),
    **each("built_km cut_km depth_km distance_km length_km", KILOMETRES),
    **each("speed_kmh reference reference_teams persons_per_team", Span(0.0, 1000.0, (0.1, 1.0, 10.0))),
    **each("persons places waiting", PERSONS),
    **each("teams free_teams", TEAMS),
    **each("days days_between memory_days relaxation_days", DAYS),
    **each("hour_of_day night_from_h night_to_h", HOUR_OF_DAY),
    **each("current value low high", SIZE),
    "k": Span(0.01, 1e9, (0.65, 1.0, 1e8, 99_999_999.0)),
    "largest": Span(2, 5000, (300,), whole=True),
    "level": Span(0, 5, whole=True),
    "top": Span(5, 5, whole=True),
    "count": Span(4, 4, whole=True),
    "points": Flow(4, rising=True),
    "values": Flow(4, rising=False),
    "cumulative": Flow(4, rising=True),
    "tables": Flow(TABLE_POINTS, rising=False),
    "law": Laws(),
    "rates": Numbers(StepRates, (RATE,) * 6),
    "ladder": Numbers(Ladder, (RATE, RATE, SHARE, SHARE, SHARE, FACTOR, RATE, RATE)),
    "weights": Numbers(ChoiceWeights, (FACTOR,) * 5),
}
OF_ONE_RULE: dict[tuple[str, str], Span | Flow | Laws | Numbers] = {
    ("chance_to_try_again", "attempts"): Span(0, 1000, (1, 2), whole=True),
    ("chance_of_care", "base"): SHARE,
    ("posture_target", "base"): SHARE,
    ("scaling", "size"): Span(0.0, 1000.0, (1.0, TINY, 1e9)),
    ("blend", "target"): SIZE,
    ("feedback_exponent", "reference"): SHARE,
    ("stance_term", "exponent"): Span(0.0, 10.0, (1.0,)),
    ("from_table", "first"): Span(0, 0, whole=True),
    ("reserve_after", "per_day"): Span(0.0, 10.0, (0.04, 1.0, TINY)),
    ("reserve_recovered", "per_day"): Span(0.0, 10.0, (0.1, 1.0, TINY)),
    ("power", "x"): Span(0.0, HUGE, (1.0, 2.0, TINY)),
    ("power", "p"): Span(-10.0, 10.0, (0.0, 0.5, 1.0)),
    ("safe_exp", "x"): Span(-1e4, 1e4, (0.0, 1.0, -1.0, 700.0, 709.0)),
    ("patrol_hazard", "size"): FACTOR,
}


def arguments(rule: str, names: list[str], count: int, seed: int) -> list[list[Any]]:
    """Random arguments of a rule, one list a parameter, the same for the same seed."""
    rng = np.random.default_rng(seed)
    columns = []
    for name in names:
        span = OF_ONE_RULE.get((rule, name), RANGES.get(name))
        assert span is not None, f"no range is known for argument {name!r} of {rule}"
        columns.append(span.draw(rng, count))
    return columns
