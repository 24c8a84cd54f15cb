"""Who comes: rates of arrival on a route, fixed at the midnight tick for the day."""

from __future__ import annotations

import math

from sim.core.distributions import lognormal, safe_exp

# The posture of the preset `indifferent`.
INDIFFERENT = 1.0 / 3.0


def feedback_exponent(weight: float, perceived: float, reference: float) -> float:
    """The effect of perceived success on the log of arrivals, held within [ln 1/2, ln 2].

    Units: weight per unit of share, perceived and reference shares of attempts; result a log factor. Range:
    weight 0 and up, shares 0 to 1; result ln 1/2 to ln 2. Source: the model's own design; the cap because the
    uncapped feedback runs away. Status: weight estimated, cap and prior assumed.

    >>> feedback_exponent(2.8, 0.2, 0.2)
    0.0
    """
    return max(-math.log(2.0), min(math.log(2.0), weight * (perceived - reference)))


def arrival_rate(
    base: float,
    season: float,
    flights: float,
    stance: float,
    log_surge: float,
    feedback: float,
    removals: float,
) -> float:
    """People a day on a route: base x season x flights x exp(stance + surge + feedback - removals).

    Units: base and result persons a day, the others factors or logs of factors. Range: base, season, flights
    0 and up; logs any; result 0 and up. Source: the model's own design, a product of effects. Status:
    base and season as the scenario says; form assumed.

    >>> arrival_rate(100.0, 1.0, 0.5, 0.0, 0.0, 0.0, 0.0)
    50.0
    """
    return base * season * flights * safe_exp(stance + log_surge + feedback - removals)


def stance_term(exponent: float, mean_posture: float) -> float:
    """The effect of the transit state's posture on the log of arrivals, zero where it is indifferent.

    Units: exponent per unit of posture; result a log factor. Range: exponent 0 to 10, posture 0 to 1. Source:
    the model's own design. Status: assumed.

    >>> stance_term(2.0, 1.0 / 3.0)
    0.0
    """
    return exponent * (mean_posture - INDIFFERENT)


def surge_step(log_surge: float, reversion: float, sd: float, normal: float) -> float:
    """Next week's deviation of the log rate: a stationary walk that returns to zero (AR(1)).

    `sd` is the stationary standard deviation, `reversion` the share lost a week, `normal` a standard
    normal.

    Units: logs of a factor; reversion a share a week. Range: reversion 0 to 1, sd 0 and up, normal any.
    Source: stochastic volatility of weekly crossings (Zens and Bijak). Status: estimated.

    >>> surge_step(1.0, 0.25, 0.0, 0.7)
    0.75
    """
    kept = 1.0 - reversion
    # The noise is scaled by the reversion, so that `sd` is the stationary deviation whatever is lost a week.
    return kept * log_surge + sd * math.sqrt(max(0.0, 1.0 - kept * kept)) * normal


def gathering_size(u: float, median: float, log_sd: float, largest: int) -> int:
    """Persons of a gathering of several parties: a discretised lognormal, 2 to `largest`.

    Units: persons; log_sd of the logarithm. Range: u in (0, 1), median 1 and up; result 2 to `largest`.
    Source: 615 recorded groups hold one of 150 (docs/record.md), which wants a heavy tail. Status: assumed.

    >>> gathering_size(0.5, 40.0, 0.6, 300)
    40
    """
    return int(math.floor(max(2.0, min(lognormal(u, median, log_sd) + 0.5, float(largest)))))
