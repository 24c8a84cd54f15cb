"""News: what people believe about sectors and routes, from counts of what happened, after a delay."""

from __future__ import annotations

from sim.model.world import World
from sim.rules.choice import sector_weight
from sim.rules.information import fading, shrunk_share
from sim.scenario.levers import CONTROL_INDEX

ACCESS = CONTROL_INDEX["access"]
WISH = CONTROL_INDEX["wish"]
PERCEIVED_BARRIER = CONTROL_INDEX["perceived_barrier"]
UNKNOWN_DISTANCE_KM = 1.0


class News:
    """Whole-number counts by day and sector, and what is remembered of those that have arrived."""

    def __init__(self, world: World) -> None:
        n = len(world.sectors)
        self.world = world
        self.tries_today = [0] * n
        self.successes_today = [0] * n
        self.removed_today = 0
        self.on_the_way: list[tuple[list[int], list[int]]] = []
        self.removals_on_the_way: list[int] = []
        self.tries = [0.0] * n
        self.successes = [0.0] * n
        self.removals = 0.0
        prior = world.scenario.information.prior_success
        self.by_sector = [prior] * n
        self.overall = prior

    def count(self, sector: int, persons: int, *, success: bool) -> None:
        """An outcome at a sector; it becomes news at the next midnight."""
        self.tries_today[sector] += persons
        if success:
            self.successes_today[sector] += persons

    def removed(self, persons: int) -> None:
        """People were removed or went home from a procedure."""
        self.removed_today += persons

    def arrive(self) -> None:
        """Midnight: the counts of the day that ended set out; those of `delay` days ago arrive."""
        rules = self.world.scenario.information
        n = len(self.tries)
        self.on_the_way.append((self.tries_today, self.successes_today))
        self.removals_on_the_way.append(self.removed_today)
        self.tries_today, self.successes_today, self.removed_today = [0] * n, [0] * n, 0
        if len(self.on_the_way) > rules.delay_days:
            tries, successes = self.on_the_way.pop(0)
            kept = fading(rules.memory_days)
            for s in range(n):
                self.tries[s] = self.tries[s] * kept + tries[s]
                self.successes[s] = self.successes[s] * kept + successes[s]
        if len(self.removals_on_the_way) > rules.removal_delay_days:
            kept = fading(rules.removal_memory_days)
            self.removals = self.removals * kept + self.removals_on_the_way.pop(0)
        if self.world.on.word_of_mouth:
            self._believe()

    def _believe(self) -> None:
        """Shares in sector order, a sector's shrunk toward its country's, a country's toward the prior."""
        rules = self.world.scenario.information
        country_of = self.world.tables.country_of
        countries = len(self.world.tables.countries)
        tries, successes = [0.0] * countries, [0.0] * countries
        for s, country in enumerate(country_of):
            tries[country] += self.tries[s]
            successes[country] += self.successes[s]
        shares = [
            shrunk_share(successes[c], tries[c], rules.prior_success, rules.country_prior_persons)
            for c in range(countries)
        ]
        for s, country in enumerate(country_of):
            self.by_sector[s] = shrunk_share(
                self.successes[s], self.tries[s], shares[country], rules.sector_prior_persons
            )
        all_tries, all_successes = 0.0, 0.0
        for c in range(countries):
            all_tries += tries[c]
            all_successes += successes[c]
        self.overall = shrunk_share(
            all_successes, all_tries, rules.prior_success, rules.country_prior_persons
        )


def weigh_sectors(world: World) -> None:
    """The weight of every sector for the people of every route, fixed for the day; the last row is for no route."""
    choice, information = world.scenario.choice, world.scenario.information
    weights = []
    for distances in world.distances:
        row = []
        for s, sector in enumerate(world.tables.sectors):
            wall, fence, coil = world.standing[s]
            barrier = max(min(1.0, wall + fence + coil), world.value[PERCEIVED_BARRIER][s])
            row.append(
                sector_weight(
                    sector.length_km,
                    world.value[ACCESS][s],
                    choice.access_weight,
                    world.news.by_sector[s],
                    information.choice_weight,
                    barrier,
                    choice.barrier_weight,
                    distances[s],
                    choice.distance_weight,
                    world.value[WISH][s],
                    choice.wish_weight,
                    world.tables.countries[world.tables.country_of[s]].constant,
                )  # fmt: skip
            )
        weights.append(row)
    world.choice_weights = weights


def distances_of_routes(world: World) -> list[list[float]]:
    """Kilometres from where the people of each route stay to each sector; a last row for no route."""
    rows = [
        [
            route.distance_km.get(name, route.distance_km.get(sector.country, UNKNOWN_DISTANCE_KM))
            for name, sector in world.scenario.sectors.items()
        ]
        for route in world.scenario.routes.values()
    ]
    return [*rows, [UNKNOWN_DISTANCE_KM] * len(world.scenario.sectors)]
