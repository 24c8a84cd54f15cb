"""What theory says: queues of calls, search by patrols, repeated trials.

Erlang (1917), Palm (1957) for calls that are dropped; Koopman (1946) for search; Espenshade (1990),
Massey and Singer (1995) for repeated trials. Formulas of textbooks,
written out without any of the model's code.
"""

from __future__ import annotations

import math

# An end for the loop; the sum stops by itself where terms vanish.
LONGEST_QUEUE = 2000


def erlang_c(teams: int, load: float) -> float:
    """The share of calls that wait in M/M/c; `load` is arrivals x mean time out, below `teams`.

    >>> round(erlang_c(5, 4.0), 4)
    0.5541
    """
    term, below = 1.0, 0.0
    for n in range(teams):
        below += term
        # Term by term from the one before: load**n / n! overflows for large posts.
        term *= load / (n + 1)
    last = term * teams / (teams - load)
    return last / (below + last)


def mean_wait_h(teams: int, per_h: float, out_h: float) -> float:
    """The mean wait of all calls in M/M/c, in hours."""
    return erlang_c(teams, per_h * out_h) / (teams / out_h - per_h)


def erlang_a(teams: int, per_h: float, out_h: float, patience_h: float) -> tuple[float, float]:
    """Shares of calls that wait, and that are dropped, in M/M/c+M: the birth-death chain, summed."""
    # A post without teams: the empty queue, too, is a state in which a call waits.
    weight, total, waiting, queue = 1.0, 1.0, 1.0 if teams == 0 else 0.0, 0.0
    for n in range(1, LONGEST_QUEUE):
        weight *= per_h / (min(n, teams) / out_h + max(0, n - teams) / patience_h)
        total += weight
        if n >= teams:
            waiting += weight
            queue += (n - teams) * weight
        # Beyond the teams terms fall faster than a geometric row; what is left lies far below a double's
        # precision.
        if n > teams and weight < 1e-18 * total:
            break
    return waiting / total, queue / total / patience_h / per_h


def share_found(search: float, k: float = math.inf) -> float:
    """The share of groups that a search of this integrated hazard finds; over unequal spots of shape `k`.

    >>> round(share_found(1.0), 4), round(share_found(1.0, 0.65), 4)
    (0.6321, 0.4542)
    """
    if math.isinf(k):
        # 1 - exp(-x) would lose the digits of a small x.
        return -math.expm1(-search)
    return -math.expm1(-k * math.log1p(search / k))


def search_hazard(speed_kmh: float, teams: float, *, reference: float, eta: float, length_km: float) -> float:
    """Hazard an hour of a patrolled line with diminishing returns: speed x n0 (teams / n0)^eta / length."""
    return speed_kmh * reference * float((teams / reference) ** eta) / length_km if teams > 0 else 0.0
