"""How a group is found: random search by patrols, and sensors."""

from __future__ import annotations

import math

from sim.core.distributions import power

NEVER = math.inf
# From this k on the limit is taken: 1 + H / k keeps too few digits of H.
KOOPMAN_K = 1e8


def is_night(hour_of_day: float, night_from_h: float, night_to_h: float) -> bool:
    """Whether an hour of the day lies in the night, which may run over midnight.

    Units: hours of the day. Range: 0 to 24; half-open. Source: the clock. Status: definition.

    >>> is_night(23.0, 20.0, 5.0), is_night(12.0, 20.0, 5.0)
    (True, False)
    """
    if night_from_h <= night_to_h:
        return night_from_h <= hour_of_day < night_to_h
    return hour_of_day >= night_from_h or hour_of_day < night_to_h


def size_factor(persons: int, reference: float, exponent: float) -> float:
    """How much more easily a larger group is seen; 1 at the reference size.

    Units: persons, persons; result a factor. Range: persons 1 and up, exponent 0 to 2; result 0 and up.
    Source: none: a larger group is seen sooner. Status: assumed.

    >>> size_factor(8, 8.0, 0.3)
    1.0
    """
    return power(persons / max(reference, 1e-9), exponent)


def patrol_hazard(
    speed_kmh: float,
    reference_teams: float,
    free_teams: int,
    eta: float,
    length_km: float,
    size: float,
    night: float,
    guidance: float,
) -> float:
    """The hazard (1/h) that a patrol finds a group: Koopman's random search with diminishing returns.

    speed x n0 (free / n0)^eta / length x factors. No free team, no patrol.

    Units: km/h, teams, km, factors; result 1/h. Range: 0 and up, length above 0, eta 0 to 1. Source: Koopman
    1946 (eta 1); eta 0.1-0.3 wanted by a fit of the whole record (the model's own design). Status:
    eta estimated, speed assumed.

    >>> patrol_hazard(4.0, 5.0, 10, 1.0, 20.0, 1.0, 1.0, 1.0)
    2.0
    """
    if free_teams <= 0:
        return 0.0
    # At the reference number of teams eta changes nothing: eta is fitted without moving the level.
    effort = reference_teams * power(free_teams / max(reference_teams, 1e-9), eta)
    return speed_kmh * effort / max(length_km, 1e-9) * size * night * guidance


def detection_time_h(u: float, hazard_per_h: float, k: float) -> float:
    """Hours of exposure after which a patrol finds the group, where `u` is the share undetected by then.

    Solves u = (1 + H/k)^-k for the hours in the integrated hazard H = hazard x hours: a gamma mixture, over
    unequal spots of shape k, of Koopman's exp(-H), which very large k gives back.

    Units: u a share, hazard 1/h; result hours. Range: u in (0, 1), hazard 0 and up, k 0.01 and up; infinite
    where nobody patrols. Source: gamma mixture of Koopman's exp(-H) (1946); k about 0.65 wanted by a fit of
    the whole record. Status: estimated.

    >>> round(detection_time_h(0.5, 1.0, 1e9), 6) == round(math.log(2.0), 6)
    True
    """
    if hazard_per_h <= 0.0:
        return NEVER
    if k >= KOOPMAN_K:
        return -math.log(u) / hazard_per_h
    return k * (power(u, -1.0 / k) - 1.0) / hazard_per_h


def sensor_time_h(
    u_seen: float, u_moment: float, coverage: float, probability: float, crossing_h: float
) -> float:
    """Hours into the crossing at which a sensor sees the group; infinite if none does.

    Units: uniforms, shares, hours; result hours. Range: uniforms in (0, 1), shares 0 to 1, hours 0 and up.
    Source: the model's own design: coverage x probability, at a uniform moment. Status: assumed.

    >>> sensor_time_h(0.9, 0.5, 0.5, 0.5, 2.0)
    inf
    """
    if u_seen < coverage * probability:
        return u_moment * crossing_h
    return NEVER
