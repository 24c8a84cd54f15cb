"""The scenario in numbers, as both engines read it: laws, tables of shares, indices in place of names."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from sim.core.distributions import (
    EXPONENTIAL,
    FIXED,
    LOGNORMAL,
    TABLE,
    UNIFORM,
    WEIBULL,
    Law,
    gamma_table,
    party_size_table,
    table_mean,
)
from sim.core.random_streams import key_of_name
from sim.rules.arrival_rates import gathering_size
from sim.scenario.levers.lever_kinds import STANCE_PRESETS
from sim.scenario.levers.lever_targets import places
from sim.scenario.schema import Duration, Exponential, Fixed, Gamma, Lognormal, Scenario, Weibull

POINTS = 2000
"""Steps of a quantile function over which a mean is taken."""


class Tables:
    """What the engines read: every duration as a `Law`, every name as an index."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.quantiles: list[float] = []
        self._gammas: dict[float, int] = {}
        self.days = scenario.days
        self.end_h = scenario.end_h
        self.sector_names = list(scenario.sectors)
        self.country_names = list(scenario.countries)
        self.route_names = list(scenario.routes)
        self.site_names = list(scenario.sites)
        self.sectors = list(scenario.sectors.values())
        self.countries = list(scenario.countries.values())
        self.country_of = [self.country_names.index(s.country) for s in self.sectors]
        self.neighbours = [[self.sector_names.index(n) for n in s.neighbours] for s in self.sectors]
        self.shifts = [[(shift.from_h, shift.to_h, shift.share) for shift in s.shifts] for s in self.sectors]
        self.front_of = [-1] * len(self.sectors)
        for i, front in enumerate(scenario.fronts.values()):
            for place in places(scenario, "sector", front.where):
                self.front_of[place] = i
        self.months = [(scenario.scenario.start + timedelta(days=d)).month - 1 for d in range(self.days + 1)]
        # With the kind before the name: a route and a sector of one name have numbers of their own.
        self.route_keys = [key_of_name("route " + name) for name in self.route_names]
        self.sector_keys = [key_of_name("sector " + name) for name in self.sector_names]
        self.lever_keys = [key_of_name("lever " + name) for name in scenario.levers]
        # By posture: `between` looks for the first point that is not below.
        presets = sorted(STANCE_PRESETS.values())
        self.stance_points = tuple(point for point, _ in presets)
        self.stance_values = tuple(zip(*(values for _, values in presets), strict=True))
        people = scenario.people
        self.party_sizes = party_size_table(people.party_size_mean, people.party_size_shape)
        self.mean_group = self._mean_group()
        self.staging = self.law(people.staging)
        self.walk = self.law(people.walk)
        self.next_try = self.law(people.next_try)
        self.next_try_strip = self.law(people.next_try_strip)
        self.own_means = self.law(people.own_means)
        self.crossing = self.law(scenario.crossing.time)
        self.hold = self.law(scenario.response.hold)
        patience = scenario.response.patience
        self.patience = None if patience is None else self.law(patience)
        self.processing = self.law(scenario.handling.processing)
        self.registration = self.law(scenario.handling.registration)
        self.forming = self.law(scenario.columns.forming)
        self.hold_back = self.law(scenario.transit_state.hold_time)
        self.answer_delay = self.law(scenario.transit_state.answer_delay)
        self.lend_travel = [self.law(s.lend_travel) for s in self.sectors]
        self.reserve_travel = [self.law(c.reserve_travel) for c in self.countries]
        self.procedure = [self.law(c.reception.procedure) for c in self.countries]
        self.leaves_procedure = [self.law(c.reception.leaves_procedure) for c in self.countries]
        self.voluntary = [self.law(c.reception.voluntary) for c in self.countries]
        self.onward = [self.law(c.reception.onward) for c in self.countries]

    def law(self, duration: Duration) -> Law:
        """A duration of the scenario in numbers."""
        if isinstance(duration, Fixed):
            return Law(FIXED, duration.h, 0.0, 0)
        if isinstance(duration, Exponential):
            return Law(EXPONENTIAL, duration.mean_h, 0.0, 0)
        if isinstance(duration, Lognormal):
            return Law(LOGNORMAL, duration.median_h, duration.log_sd, 0)
        if isinstance(duration, Gamma):
            return Law(TABLE, duration.mean_h, 0.0, self._gamma(duration.shape))
        if isinstance(duration, Weibull):
            # The exponent of the inverse transform is the inverse of the shape.
            return Law(WEIBULL, duration.scale_h, 1.0 / duration.shape, 0)
        return Law(UNIFORM, duration.low_h, duration.high_h, 0)

    def _gamma(self, shape: float) -> int:
        # A table of 4,096 quantiles, made once for all durations of a shape.
        if shape not in self._gammas:
            self._gammas[shape] = len(self.quantiles)
            self.quantiles += gamma_table(shape)
        return self._gammas[shape]

    def _mean_group(self) -> float:
        """Mean persons of a group: parties and gatherings, for turning people a day into groups a day."""
        people = self.scenario.people
        gathering = _mean_gathering(people.gathering_median, people.gathering_log_sd, people.gathering_max)
        return (1.0 - people.gathering_share) * table_mean(
            self.party_sizes
        ) + people.gathering_share * gathering


# Kept between scenarios: a sweep makes thousands, most with the same gatherings.
@lru_cache(maxsize=64)
def _mean_gathering(median: float, log_sd: float, most: int) -> float:
    """Mean persons of a gathering, over even steps of its quantile function."""
    return sum(gathering_size((i + 0.5) / POINTS, median, log_sd, most) for i in range(POINTS)) / POINTS
