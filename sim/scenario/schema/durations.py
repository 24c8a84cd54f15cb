"""The words that every part of a scenario is written in: names, dates, points, and durations.

Every duration names its distribution, so that theory can be met exactly.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.scenario.schema.provenance import Frozen, quantity, said_of_default

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Label = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=4000)]
When = date | datetime
LonLat = tuple[
    Annotated[float, Field(ge=-180, le=180)],
    Annotated[float, Field(ge=-90, le=90)],
]
MONTHLY = Annotated[tuple[Annotated[float, Field(ge=0, le=100)], ...], Field(min_length=12, max_length=12)]
LITERATURE = "Espenshade 1990; Massey and Singer 1995 (form); value assumed"


class Fixed(Frozen):
    """Always the same."""

    dist: Literal["fixed"]
    h: float = quantity(..., "h", 0.0, 1e6, "the duration")


class Exponential(Frozen):
    """Memoryless."""

    dist: Literal["exponential"]
    mean_h: float = quantity(..., "h", 1e-6, 1e6, "mean")


class Lognormal(Frozen):
    """Skewed to the right, as most durations of people and officials are."""

    dist: Literal["lognormal"]
    median_h: float = quantity(..., "h", 1e-6, 1e6, "median")
    log_sd: float = quantity(0.5, "1", 0.0, 3.0, "standard deviation of the logarithm")


class Gamma(Frozen):
    """Gamma (Erlang where the shape is whole)."""

    dist: Literal["gamma"]
    mean_h: float = quantity(..., "h", 1e-6, 1e6, "mean")
    shape: float = quantity(2.0, "1", 0.05, 1000.0, "shape")


class Weibull(Frozen):
    """Weibull: the hazard rises (shape > 1) or falls (shape < 1) with time."""

    dist: Literal["weibull"]
    scale_h: float = quantity(..., "h", 1e-6, 1e6, "scale")
    shape: float = quantity(1.0, "1", 0.1, 100.0, "shape")


class Uniform(Frozen):
    """Anywhere between two bounds."""

    dist: Literal["uniform"]
    low_h: float = quantity(..., "h", 0.0, 1e6, "lower bound")
    high_h: float = quantity(..., "h", 0.0, 1e6, "upper bound")


# By its name (`dist`), so that a refusal speaks of the law that was meant and not of all six.
Duration = Annotated[Fixed | Exponential | Lognormal | Gamma | Weibull | Uniform, Field(discriminator="dist")]


def lognormal(median_h: float, log_sd: float) -> Lognormal:
    """A lognormal default."""
    return Lognormal(dist="lognormal", median_h=median_h, log_sd=log_sd)


def duration(default: Any, about: str, *, source: str = "", status: Any = "assumed") -> Any:
    """A duration of the scenario, in hours, with its meaning, source and status."""
    return Field(
        default, description=about, json_schema_extra={"unit": "h", **said_of_default(source, status)}
    )
