"""The model of a calibration: which numbers of a scenario are free, their priors,
and which figures they are fitted to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.inputs.field_types import Day, Number, Positive, Text, Words
from sim.scenario.inputs.input_file import UserFile
from sim.scenario.schema.fields import InWords

MOST_FREE = 12
MOST_TABLES = 200
SPREAD = Annotated[float, Field(gt=0.0, le=20.0), InWords("a number above 0, at most 20")]


class LogNormal(UserFile):
    """The logarithm is normal."""

    dist: Literal["lognormal"] = Field(description="the shape of the prior")
    median: Positive = Field(description="half of the prior lies below it; in the unit of the key")
    log_sd: SPREAD = Field(description="standard deviation of the natural logarithm")


class Even(UserFile):
    """Every number of a range alike."""

    dist: Literal["uniform"] = Field(description="the shape of the prior")
    low: Number = Field(description="where it begins; in the unit of the key")
    high: Number = Field(description="where it ends, above low")


class LogitNormal(UserFile):
    """The log odds are normal: for shares."""

    dist: Literal["logitnormal"] = Field(description="the shape of the prior")
    median: Annotated[float, Field(gt=0.0, lt=1.0), InWords("a share between 0 and 1")] = Field(
        description="half of the prior lies below it"
    )
    logit_sd: SPREAD = Field(description="standard deviation of the log odds")


PriorTable = Annotated[
    Annotated[LogNormal | Even | LogitNormal, Field(discriminator="dist")],
    InWords(
        '{ dist = "lognormal", median = ..., log_sd = ... }, { dist = "uniform", low = ..., high = ... } or '
        '{ dist = "logitnormal", median = ..., logit_sd = ... }'
    ),
]


class FreeTable(UserFile):
    """A number that is free."""

    key: Text = Field(description="its key in the scenario; KEY* multiplies the scenario's own number")
    prior: PriorTable = Field(description="what was known of it before")
    label: Text | None = Field(default=None, description="what it is called")
    source: Words = Field(description="where the prior comes from")


class SeriesTable(UserFile):
    """A recorded series that is fitted."""

    log_sd: SPREAD = Field(
        description="how far an account may be off, as a standard deviation of its logarithm"
    )
    floor: Positive = Field(default=1.0, description="counts of this order are compared by difference")
    source: Words = Field(description="where the error model comes from")


class SharesTable(UserFile):
    """Recorded shares of sectors in what a party counts."""

    party: Text = Field(description="who counted")
    start: Day | None = Field(default=None, description="first day")
    end: Day | None = Field(default=None, description="first day after")
    recorded: dict[Text, Annotated[float, Field(ge=0.0, le=1.0), InWords("a share from 0 to 1")]] = Field(
        min_length=1, description="sectors with their shares"
    )
    source: Words = Field(description="where it was recorded")


class CalibrationFile(UserFile):
    """A calibration."""

    scenario: Text = Field(description="the name of a shipped scenario, or a file")
    fit_until: Day | None = Field(default=None, description="figures whose days end by then are fitted")
    level_shift: Day | None = Field(default=None, description="the date that naive forecasts are given")
    seed: int = Field(default=0, ge=0, le=2**63, description="random seed")
    population: int = Field(default=200, ge=10, le=100_000, description="parameter sets of a generation")
    tolerance: Positive = Field(default=1.0, description="a typical miss that is let pass")
    sets: tuple[Text, ...] = Field(default=(), max_length=1000, description="changes of the scenario")
    free: dict[Text, FreeTable] = Field(min_length=1, max_length=MOST_FREE, description="what is free")
    series: dict[Text, SeriesTable] = Field(
        min_length=1, max_length=MOST_TABLES, description="what it is fitted to"
    )
    evidence: dict[Text, Annotated[tuple[Text, ...], Field(min_length=1), InWords("a list of series")]] = (
        Field(default={}, description="series by which scenarios are compared, by name")
    )
    sequences: Text | None = Field(
        default=None,
        description="a file of recorded sequences, or the name of shipped ones; shown, not fitted",
    )
    shares: dict[Text, SharesTable] = Field(
        default={}, max_length=MOST_TABLES, description="shown, not fitted"
    )
