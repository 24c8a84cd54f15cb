"""What people believe and choose, and how arrivals surge."""

from __future__ import annotations

from sim.scenario.schema.provenance import PILOT_FIT, Frozen, quantity, share


class Information(Frozen):
    """Word of mouth: what happened at a sector and overall, after a delay."""

    delay_days: int = quantity(2, "days", 0, 365, "until news arrives", source=PILOT_FIT, status="estimated")
    memory_days: float = quantity(
        8.0,
        "days",
        0.5,
        3650.0,
        "mean age of what is remembered; not below the delay",
        source=PILOT_FIT,
        status="estimated",
    )
    prior_success: float = share(
        0.2, "of attempts that succeed, as perceived at the start and as the reference"
    )
    sector_prior_persons: float = quantity(
        200.0, "persons", 1.0, 1e6, "weight of the country's share in a sector's"
    )
    country_prior_persons: float = quantity(
        200.0, "persons", 1.0, 1e6, "weight of the prior in a country's share"
    )
    arrivals_weight: float = quantity(
        2.8,
        "1",
        0.0,
        50.0,
        "effect of perceived success on the log of arrivals",
        source=PILOT_FIT,
        status="estimated",
    )
    choice_weight: float = quantity(
        2.8,
        "1",
        0.0,
        50.0,
        "effect of perceived success on the choice of a sector",
        source=PILOT_FIT,
        status="estimated",
    )
    removal_delay_days: int = quantity(14, "days", 0, 365, "until news of removals arrives")
    removal_memory_days: float = quantity(30.0, "days", 1.0, 3650.0, "mean age of removals remembered")
    removal_weight: float = quantity(
        0.0005, "1/person", 0.0, 1.0, "effect of remembered removals on the log of arrivals"
    )


class Choice(Frozen):
    """What makes people go to one sector rather than another."""

    access_weight: float = quantity(1.0, "1", 0.0, 10.0, "effect of a sector's access")
    barrier_weight: float = quantity(
        0.32,
        "1",
        0.0,
        10.0,
        "fall of the log weight behind a full barrier",
        source="-27 % from the municipality behind a fence (Feigenberg 2020)",
        status="estimated",
        case="the border of Mexico and the United States",
    )
    distance_weight: float = quantity(
        0.14,
        "1",
        0.0,
        10.0,
        "elasticity to distance",
        source="Allen, Dobbin and Morten (unstable between drafts)",
        status="estimated",
        case="the border of Mexico and the United States",
    )
    wish_weight: float = quantity(1.5, "1", 0.0, 10.0, "effect of the transit state's wish for a front")


class Surge(Frozen):
    """A mean-reverting random walk of the log arrival rate, by week."""

    sd: float = quantity(
        0.25,
        "1",
        0.0,
        3.0,
        "stationary standard deviation",
        source="0.2-0.35 (Zens and Bijak)",
        status="estimated",
        case="the routes of that study",
    )
    reversion: float = share(0.3, "of the deviation lost each week")
