"""The scenario: who is where, what each side does, and which levers act when.

Everything is a table by name, so that a key is a path (`sectors.old-town.teams`). Each number carries
its unit, range, default, source and status here and nowhere else; the JSON Schema and the reference
page are made from it. What ties tables to one another is checked in `sim.scenario.load`.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from sim.core.plain_text import plain
from sim.scenario.schema.belief import Choice, Information, Surge
from sim.scenario.schema.durations import (
    LITERATURE,
    MONTHLY,
    Duration,
    Exponential,
    Fixed,
    Gamma,
    Label,
    Lognormal,
    LonLat,
    Name,
    Text,
    Uniform,
    Weibull,
    When,
    duration,
    lognormal,
)
from sim.scenario.schema.extension_tables import MOST_EXTENSIONS, Extension, ExtensionMeasure
from sim.scenario.schema.geography import (
    Country,
    CrossingPoint,
    Front,
    Reception,
    Route,
    Sector,
    Shift,
    Site,
    TransitState,
)
from sim.scenario.schema.mechanisms import (
    Columns,
    Crossing,
    Detection,
    Exposure,
    Handling,
    Mechanisms,
    People,
    Response,
    Standoffs,
)
from sim.scenario.schema.policy import Effect, Lever, LeverKind, Party, RecordedBinding, Stock, Trigger
from sim.scenario.schema.provenance import Evidence, Frozen, quantity

__all__ = [
    "LITERATURE",
    "MONTHLY",
    "Choice",
    "Columns",
    "Country",
    "Crossing",
    "CrossingPoint",
    "Detection",
    "Duration",
    "Effect",
    "Exponential",
    "Exposure",
    "Extension",
    "ExtensionMeasure",
    "Fixed",
    "Front",
    "Gamma",
    "Handling",
    "Information",
    "Label",
    "Lever",
    "LeverKind",
    "Lognormal",
    "LonLat",
    "Mechanisms",
    "Meta",
    "Name",
    "Party",
    "People",
    "Reception",
    "RecordedBinding",
    "Response",
    "Route",
    "Scenario",
    "Sector",
    "Shift",
    "Site",
    "Standoffs",
    "Stock",
    "Surge",
    "Text",
    "TransitState",
    "Trigger",
    "Uniform",
    "Weibull",
    "When",
    "duration",
    "lognormal",
]


class Meta(Frozen):
    """What the scenario is called, what it is about, and when it plays."""

    title: Label = Field(description="what the scenario is called")
    about: Text = Field(default="", description="what it is about, and whose account it is")
    start: date = Field(description="the first day")
    end: date = Field(description="the first day that is not simulated")
    utc_offset_h: float = quantity(0.0, "h", -14.0, 14.0, "fixed offset from UTC; no summer time")
    case: Label = Field(
        default="",
        description="the case that it is a scenario of; defaults that were fitted to or measured in that "
        "case keep their status, all others "
        "are assumed",
    )


class Scenario(Frozen):
    """One border, one crisis: everything a run needs."""

    name: Name
    scenario: Meta
    mechanisms: Mechanisms = Mechanisms()
    people: People = People()
    crossing: Crossing = Crossing()
    detection: Detection = Detection()
    response: Response = Response()
    handling: Handling = Handling()
    standoffs: Standoffs = Standoffs()
    columns: Columns = Columns()
    exposure: Exposure = Exposure()
    information: Information = Information()
    choice: Choice = Choice()
    surge: Surge = Surge()
    transit_state: TransitState = TransitState()
    countries: dict[Name, Country] = Field(
        min_length=1, max_length=50, description="destination states by name"
    )
    sectors: dict[Name, Sector] = Field(
        min_length=1, max_length=300, description="stretches of the line by name"
    )
    fronts: dict[Name, Front] = Field(
        default={}, max_length=100, description="parts of the line with one posture each"
    )
    routes: dict[Name, Route] = Field(default={}, max_length=100, description="ways into the transit state")
    sites: dict[Name, Site] = Field(
        default={}, max_length=100, description="places where people wait under control"
    )
    crossing_points: dict[Name, CrossingPoint] = Field(
        default={}, max_length=100, description="official crossings"
    )
    # Eight: a row's witness has eight bits for who knows, who reports and who ascribes.
    parties: dict[Name, Party] = Field(default={}, max_length=8, description="who gives an account")
    lever_kinds: dict[Name, LeverKind] = Field(
        default={}, max_length=100, description="kinds of lever of the scenario's own"
    )
    levers: dict[Name, Lever] = Field(default={}, max_length=500, description="policy measures")
    initial: dict[Name, Stock] = Field(
        default={}, max_length=500, description="people who are there at the start"
    )
    recorded: dict[Name, RecordedBinding] = Field(
        default={}, max_length=100, description="recorded series to compare with"
    )
    extensions: dict[Name, Extension] = Field(
        default={},
        max_length=MOST_EXTENSIONS,
        description="actors and rules of the scenario's own, each a Python module",
    )
    evidence: dict[str, Evidence] = Field(
        default={},
        max_length=5000,
        description="source, status and note by key path; `*` matches a step, a key covers what is below it",
    )

    @property
    def days(self) -> int:
        """Whole days from the start to the end."""
        return (self.scenario.end - self.scenario.start).days

    @property
    def end_h(self) -> float:
        """The hour at which the run ends."""
        return 24.0 * self.days

    def __repr__(self) -> str:
        return plain(
            f"<Scenario {self.name}: {self.scenario.title}; {self.scenario.start} for {self.days} days, "
            f"{len(self.sectors)} sectors, {len(self.levers)} levers>"
        )

    __str__ = __repr__
