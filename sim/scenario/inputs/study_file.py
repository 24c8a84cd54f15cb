"""The model of a study: a calibration, hypotheses, the same fit of changed scenarios, and paired worlds."""

from __future__ import annotations

from pydantic import Field

from sim.core.bounds import MOST_KEPT
from sim.scenario.inputs.field_types import Text, Words
from sim.scenario.inputs.input_file import UserFile
from sim.scenario.schema.durations import Name

MOST_NAMED = 50


class HypothesesTable(UserFile):
    """Scenarios of another account."""

    scenarios: tuple[Text, ...] = Field(min_length=1, max_length=MOST_NAMED, description="names or files")


class ChangedTable(UserFile):
    """The same fit of a changed scenario."""

    title: Words | None = Field(default=None, description="what it is called in the pages")
    sets: tuple[Text, ...] = Field(min_length=1, max_length=1000, description="changes of the scenario")


class WorldsTable(UserFile):
    """Worlds that are run in pairs with the reference, from its posterior."""

    scenarios: tuple[Text, ...] = Field(min_length=1, max_length=MOST_NAMED, description="names or files")
    replications: int = Field(default=100, ge=10, le=MOST_KEPT, description="runs of each")


class StudyFile(UserFile):
    """A study."""

    calibration: Text = Field(description="a calibration file, or the name of a shipped one")
    together: tuple[Text, ...] = Field(
        default=(), max_length=200, description="series that are scored together, too"
    )
    hypotheses: HypothesesTable | None = Field(default=None, description="other accounts")
    tables: dict[Name, ChangedTable] = Field(default={}, max_length=MOST_NAMED, description="changed fits")
    worlds: WorldsTable | None = Field(default=None, description="paired worlds")
