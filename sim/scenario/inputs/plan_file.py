"""The model of a plan: which scenario, what varies, how points are chosen, how often each is run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from sim.core.bounds import MOST_POINTS, MOST_REPLICATIONS, MOST_SEED
from sim.scenario.inputs.field_types import Number, Scalar, Text
from sim.scenario.inputs.input_file import UserFile
from sim.scenario.schema.fields import InWords

MOST_LISTED = 10_000
Design = Literal["grid", "latin-hypercube", "sobol", "list"]


class Range(UserFile):
    """A range of numbers; `values` says how many of them a grid has."""

    low: Number = Field(description="where it begins, in the unit of the key")
    high: Number = Field(description="where it ends, above low; in the unit of the key")
    values: int | None = Field(
        default=None, ge=2, le=MOST_POINTS, description="how many values a grid takes, both ends among them"
    )


Listed = Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=MOST_LISTED)]
Varied = Annotated[
    Annotated[Listed, Tag("listed")] | Annotated[Range, Tag("ranged")],
    # Chosen by its form, so that a refusal speaks of the member that was meant and not of both.
    Discriminator(lambda value: "listed" if isinstance(value, (list, tuple)) else "ranged"),
    InWords("a list of values, or { low = ..., high = ..., values = n }"),
]


class PlanFile(UserFile):
    """A plan of a sweep."""

    scenario: Text = Field(description="the name of a shipped scenario, or a file")
    seed: int = Field(default=0, ge=0, le=MOST_SEED, description="the random seed that all points share")
    replications: int = Field(default=10, ge=1, le=MOST_REPLICATIONS, description="runs of each point")
    design: Design = Field(default="grid", description="how points are chosen")
    samples: int | None = Field(
        default=None, ge=1, le=MOST_POINTS, description="points of a latin-hypercube or sobol design"
    )
    points: Text | None = Field(
        default=None, description="CSV file of the points of a list, one column a key"
    )
    outcomes: tuple[Text, ...] = Field(default=(), max_length=200, description="measures to report on")
    by_sector: bool = Field(default=False, description="keep some measures sector by sector, too")
    posterior: Text | None = Field(default=None, description="each replication takes a parameter set from it")
    levers: dict[Text, Varied] = Field(default={}, description="keys that somebody could decide on")
    uncertainties: dict[Text, Varied] = Field(default={}, description="keys whose value nobody knows")
