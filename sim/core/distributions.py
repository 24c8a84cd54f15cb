"""Durations and counts from one uniform each, by inverse transform.

Written in the subset that both engines compute alike: + - * /, comparisons, floor, exp, log, sqrt.
A `Law` is a distribution in numbers; special functions come in as tables that are made once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

FIXED, EXPONENTIAL, LOGNORMAL, TABLE, WEIBULL, UNIFORM = 0, 1, 2, 3, 4, 5
# exp overflows a double above 709.78.
LARGEST_EXPONENT = 700.0
TABLE_POINTS = 4096
LARGEST_PARTY = 5000


class Law(NamedTuple):
    """A distribution of hours: its code, two parameters, and where its table begins (TABLE alone)."""

    code: int
    a: float
    b: float
    first: int


def safe_exp(x: float) -> float:
    """exp(x) that cannot overflow.

    >>> safe_exp(0.0)
    1.0
    """
    return math.exp(min(x, LARGEST_EXPONENT))


def power(x: float, p: float) -> float:
    """x to the power p for x >= 0, as exp(p log x), the same in both engines.

    >>> power(4.0, 0.5)
    2.0
    """
    # Before the test of x: 0 to the power 0 is 1, as in Python.
    if p == 0.0:
        return 1.0
    if x <= 0.0:
        return 0.0
    return safe_exp(p * math.log(x))


def exponential(u: float, mean: float) -> float:
    """An exponential with this mean; u in (0, 1)."""
    return -mean * math.log(u)


def normal_quantile(u: float) -> float:
    """The standard normal quantile (Wichura 1988, algorithm AS 241, PPND16); u in (0, 1).

    >>> abs(normal_quantile(0.975) - 1.959963984540054) < 1e-14
    True
    """
    q = u - 0.5
    # The central region of AS 241; 0.180625 is 0.425 squared.
    if -0.425 <= q <= 0.425:
        r = 0.180625 - q * q
        top = (
            (
                (
                    (
                        (
                            (2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
                            + 6.7265770927008700853e4
                        )
                        * r
                        + 4.5921953931549871457e4
                    )
                    * r
                    + 1.3731693765509461125e4
                )
                * r
                + 1.9715909503065514427e3
            )
            * r
            + 1.3314166789178437745e2
        ) * r + 3.3871328727963666080e0
        bottom = (
            (
                (
                    (
                        (
                            (5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
                            + 3.9307895800092710610e4
                        )
                        * r
                        + 2.1213794301586595867e4
                    )
                    * r
                    + 5.3941960214247511077e3
                )
                * r
                + 6.8718700749205790830e2
            )
            * r
            + 4.2313330701600911252e1
        ) * r + 1.0
        return q * top / bottom
    tail = u if q < 0.0 else 1.0 - u
    # Never for a number of the streams, which is neither 0 nor 1: the logarithm needs a positive tail.
    if tail <= 0.0:
        tail = 1e-300
    r = math.sqrt(-math.log(tail))
    # The second region of AS 241: tails down to exp(-25), about 1.4e-11; the third is for those below.
    if r <= 5.0:
        r -= 1.6
        top = (
            (
                (
                    (
                        (
                            (7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
                            + 2.41780725177450611770e-1
                        )
                        * r
                        + 1.27045825245236838258e0
                    )
                    * r
                    + 3.64784832476320460504e0
                )
                * r
                + 5.76949722146069140550e0
            )
            * r
            + 4.63033784615654529590e0
        ) * r + 1.42343711074968357734e0
        bottom = (
            (
                (
                    (
                        (
                            (1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
                            + 1.51986665636164571966e-2
                        )
                        * r
                        + 1.48103976427480074590e-1
                    )
                    * r
                    + 6.89767334985100004550e-1
                )
                * r
                + 1.67638483018380384940e0
            )
            * r
            + 2.05319162663775882187e0
        ) * r + 1.0
    else:
        r -= 5.0
        top = (
            (
                (
                    (
                        (
                            (2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                            + 1.24266094738807843860e-3
                        )
                        * r
                        + 2.65321895265761230930e-2
                    )
                    * r
                    + 2.96560571828504891230e-1
                )
                * r
                + 1.78482653991729133580e0
            )
            * r
            + 5.46378491116411436990e0
        ) * r + 6.65790464350110377720e0
        bottom = (
            (
                (
                    (
                        (
                            (2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
                            + 1.84631831751005468180e-5
                        )
                        * r
                        + 7.86869131145613259100e-4
                    )
                    * r
                    + 1.48753612908506148525e-2
                )
                * r
                + 1.36929880922735805310e-1
            )
            * r
            + 5.99832206555887937690e-1
        ) * r + 1.0
    value = top / bottom
    return -value if q < 0.0 else value


def lognormal(u: float, median: float, log_sd: float) -> float:
    """A lognormal with this median and standard deviation of the logarithm.

    >>> lognormal(0.5, 3.0, 0.7)
    3.0
    """
    return median * safe_exp(log_sd * normal_quantile(u))


def from_table(u: float, mean: float, tables: Sequence[float], first: int) -> float:
    """A variate from a table of a unit-mean quantile function at (i + 1/2) / TABLE_POINTS, linear between."""
    place = u * TABLE_POINTS - 0.5
    # Beyond the outermost points the last line goes on: the far tail is shorter than the law's.
    i = int(math.floor(min(max(place, 0.0), TABLE_POINTS - 2.0)))
    low = tables[first + i]
    value = low + (place - i) * (tables[first + i + 1] - low)
    # Before the first point the line may run below 0.
    return mean * max(value, 0.0)


def draw_duration(u: float, law: Law, tables: Sequence[float]) -> float:
    """Hours from a law and one uniform; `tables` holds the quantile tables of all laws, end to end.

    >>> draw_duration(0.5, Law(FIXED, 2.0, 0.0, 0), ())
    2.0
    """
    if law.code == LOGNORMAL:
        return lognormal(u, law.a, law.b)
    if law.code == EXPONENTIAL:
        return exponential(u, law.a)
    if law.code == FIXED:
        return law.a
    if law.code == TABLE:
        return from_table(u, law.a, tables, law.first)
    if law.code == WEIBULL:
        return law.a * power(-math.log(u), law.b)
    return law.a + u * (law.b - law.a)


def whole_share(persons: int, share: float, u: float) -> int:
    """A whole number of persons whose mean is persons x share: floor(persons share + u).

    >>> whole_share(8, 0.25, 0.9), whole_share(3, 0.0, 0.9)
    (2, 0)
    """
    return int(math.floor(persons * share + u))


def index_in(u: float, cumulative: Sequence[float], count: int) -> int:
    """The first place of a table of cumulative shares that exceeds u; the last if none does."""
    low, high = 0, count - 1
    while low < high:
        middle = (low + high) // 2
        if cumulative[middle] > u:
            high = middle
        else:
            low = middle + 1
    return low


def party_size_table(mean: float, shape: float) -> tuple[float, ...]:
    """Cumulative shares of party sizes 1, 2, ...: a zero-truncated negative binomial with this mean.

    The mean of the untruncated law is found by bisection, so that the mean of the parties is `mean`.
    The table ends where the rest is below 1e-12, or at the largest party,
    which then stands for all larger ones.
    """
    # A party has one person at least: a truncated law with this mean would have the parameter 0.
    if mean <= 1.0 + 1e-9:
        return (1.0,)
    low, high = 1e-9, mean
    # More halvings than a float has digits: they end at two neighbouring floats.
    for _ in range(200):
        m = (low + high) / 2
        # log1p, since 1 + m / shape keeps few digits of m where the shape is large.
        zero = math.exp(-shape * math.log1p(m / shape))
        low, high = (m, high) if m / (1.0 - zero) < mean else (low, m)
    p = shape / (shape + m)
    term = math.exp(shape * math.log(p))
    keep = 1.0 - term
    shares, total = [], 0.0
    for n in range(1, LARGEST_PARTY + 1):
        term *= (n - 1 + shape) / n * (1.0 - p)
        total += term / keep
        shares.append(total)
        if total > 1.0 - 1e-12:
            break
    return tuple(shares)


def table_mean(cumulative: Sequence[float]) -> float:
    """The mean of 1, 2, ... under cumulative shares; what is missing at the end falls on the last.

    >>> table_mean((0.5, 1.0))
    1.5
    """
    # The mean of a positive whole number is the sum of its chances to exceed 0, 1, 2, ...
    return len(cumulative) - math.fsum(cumulative[:-1])


def gamma_table(shape: float) -> list[float]:
    """Quantiles of a unit-mean gamma at (i + 1/2) / TABLE_POINTS (SciPy's inverse)."""
    # Imported here: SciPy takes long to load, and only a scenario with a gamma law needs it.
    from scipy.special import gammaincinv

    return [float(gammaincinv(shape, (i + 0.5) / TABLE_POINTS)) / shape for i in range(TABLE_POINTS)]
