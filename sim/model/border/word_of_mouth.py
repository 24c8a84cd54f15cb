"""News: what people believe about sectors and routes, from counts of what happened, after a delay."""

from __future__ import annotations

from sim.model.state.world import World
from sim.rules.perceived_success import fading, shrunk_share
from sim.rules.sector_choice import sector_weight
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

ACCESS = CONTROL_INDEX["access"]
WISH = CONTROL_INDEX["wish"]
PERCEIVED_BARRIER = CONTROL_INDEX["perceived_barrier"]


def count(world: World, sector: int, persons: int, success: bool) -> None:
    """An outcome at a sector; it becomes news at the next midnight."""
    news = world.news[sector]
    news.tries_today += persons
    if success:
        news.successes_today += persons


def count_removed(world: World, persons: int) -> None:
    """People were removed or went home from a procedure."""
    world.removed_today += persons


def news_arrive(world: World) -> None:
    """Midnight: the counts of the day that ended set out; those of `delay` days ago arrive."""
    information = world.params.information
    send_counts(world)
    # One day's counts a midnight at most, in order: news never overtakes older news.
    if world.day + 1 - world.days_heard > information.delay_days:
        hear_of_tries(world, world.days_heard)
        world.days_heard += 1
    if world.day + 1 - world.removal_days_heard > information.removal_delay_days:
        kept = fading(information.removal_memory_days)
        world.removals = world.removals * kept + world.removed_by_day[world.removal_days_heard]
        world.removal_days_heard += 1
    # Counts are kept without the mechanism too: switching it off changes what is believed and not what is
    # counted.
    if world.params.mechanisms.word_of_mouth:
        believe(world)


def send_counts(world: World) -> None:
    """The counts of the day that ended are on their way; those of the new one begin at nothing."""
    for s, news in enumerate(world.news):
        world.tries_by_day[world.day][s] = news.tries_today
        world.successes_by_day[world.day][s] = news.successes_today
        news.tries_today = 0
        news.successes_today = 0
    world.removed_by_day[world.day] = world.removed_today
    world.removed_today = 0


def hear_of_tries(world: World, day: int) -> None:
    """The counts of a day arrive; what was remembered before fades."""
    kept = fading(world.params.information.memory_days)
    for s, news in enumerate(world.news):
        news.tries = news.tries * kept + world.tries_by_day[day][s]
        news.successes = news.successes * kept + world.successes_by_day[day][s]


def believe(world: World) -> None:
    """Shares in sector order, a sector's shrunk toward its country's, a country's toward the prior."""
    rules = world.params.information
    country_of = world.params.country_of
    all_tries, all_successes = 0.0, 0.0
    for country in range(len(world.params.countries)):
        tries, successes = 0.0, 0.0
        for s, news in enumerate(world.news):
            if country_of[s] == country:
                tries += news.tries
                successes += news.successes
        # Two steps: a sector where nobody tries takes its country's share, a country without tries the prior.
        share = shrunk_share(successes, tries, rules.prior_success, rules.country_prior_persons)
        for s, news in enumerate(world.news):
            if country_of[s] == country:
                news.believed = shrunk_share(news.successes, news.tries, share, rules.sector_prior_persons)
        all_tries += tries
        all_successes += successes
    world.overall = shrunk_share(all_successes, all_tries, rules.prior_success, rules.country_prior_persons)


def weigh_sectors(world: World) -> None:
    """The weight of every sector for the people of every route, fixed for the day;
    the last row is for no route."""
    params = world.params
    for route in range(len(params.distances)):
        for s, post in enumerate(world.sectors):
            # The larger of what stands and what is announced: people do not wait for a wall to be finished to
            # believe in it.
            barrier = max(min(1.0, post.wall + post.fence + post.coil), world.value[PERCEIVED_BARRIER][s])
            world.weights[route][s] = sector_weight(
                length_km=params.sectors[s].length_km,
                access=world.value[ACCESS][s],
                perceived=world.news[s].believed,
                barrier=barrier,
                distance_km=params.distances[route][s],
                wish=world.value[WISH][s],
                constant=params.countries[params.country_of[s]].constant,
                weights=params.choice_weights,
            )
