"""The model of a file of recorded sequences: what was recorded before and after a measure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.inputs.field_types import Day, Text, Words
from sim.scenario.inputs.input_file import UserFile
from sim.scenario.schema.durations import Name
from sim.scenario.schema.fields import InWords

MOST_SEQUENCES = 50
MOST_COMPARISONS = 200
Foreknown = Literal["seen", "predicted", "input"]


class WindowTable(UserFile):
    """Days of a recorded series for which it has a figure; of a running total, the growth over them."""

    series: Text = Field(description="a recorded series, as a [recorded.*] table of the scenario names it")
    start: Day = Field(description="first day")
    end: Day = Field(description="first day after")


class ComparisonTable(UserFile):
    """What is set before and after."""

    what: Words = Field(description="what is compared, in words")
    before: WindowTable | None = Field(
        default=None, description="days before; none where nothing is recorded"
    )
    after: WindowTable = Field(description="days after")
    stock: Text | None = Field(
        default=None, description="of a series that counts people at one time: the stock of a run beside it"
    )
    status: Foreknown | None = Field(
        default=None, description="what the figure was to the scenario; without it its date decides"
    )


class SequenceTable(UserFile):
    """A measure, and what is compared around it."""

    title: Words = Field(description="the measure and its day")
    comparisons: Annotated[
        tuple[ComparisonTable, ...], Field(min_length=1, max_length=MOST_COMPARISONS), InWords("tables")
    ] = Field(description="what is compared")


class SequencesFile(UserFile):
    """Recorded sequences of a case."""

    seen_until: Day | None = Field(
        default=None, description="figures up to this day were looked at when values were chosen"
    )
    sequences: dict[Name, SequenceTable] = Field(
        min_length=1, max_length=MOST_SEQUENCES, description="sequences by name"
    )
