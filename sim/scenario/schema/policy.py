"""Who gives accounts, what policies do, who is there at the start, and what a run is compared with."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from sim.observations.own_figures import MOST_FIGURES
from sim.observations.recorded_series import Quoted
from sim.scenario.schema.durations import Duration, Fixed, Label, Name, Text, When, duration
from sim.scenario.schema.provenance import Frozen, quantity, share


class Party(Frozen):
    """Somebody who gives an account: what they see, admit, ascribe to others, and report without cause."""

    label: Label = Field(default="", description="who speaks")
    side: Literal["guard", "transit_state", "aid_and_press"] = Field(description="whose acts are its own")
    countries: tuple[Name, ...] = Field(default=(), description="destination states it speaks of; none: all")
    sees_detected: float = share(0.0, "of attempts that were detected")
    sees_undetected: float = share(0.0, "of attempts that were not detected")
    sees_incidents: float = share(0.0, "of stand-off steps")
    sees_returns: float = share(0.0, "of summary returns")
    sees_harm: float = share(0.0, "of harms")
    sees_deaths: float = share(0.0, "of deaths")
    needs_reporting: bool = Field(
        default=False, description="what it sees is scaled by the sector's outside reporting"
    )
    admits_own: float = share(1.0, "of what it saw its own side do that it reports")
    admits_other: float = share(1.0, "of what it saw others do that it reports")
    misattributes: float = share(0.0, "of reported acts that it ascribes to the other side")
    invents_per_day: float = quantity(
        0.0, "1/day", 0.0, 100.0, "incidents a day that it reports and that did not happen"
    )


class Trigger(Frozen):
    """A lever that acts when a measure of a party's account crosses a threshold."""

    party: Name = Field(description="whose account is looked at")
    measure: Literal["attempts", "entries", "incidents", "deaths", "returns"] = Field(
        description="what is counted in it"
    )
    where: tuple[str, ...] = Field(
        default=("*",), description="countries, fronts or sectors it is counted in"
    )
    window_days: int = quantity(7, "days", 1, 365, "ending at the last midnight")
    above: float = quantity(..., "count in the window", 0.0, 1e9, "acts at or above")
    below: float = quantity(0.0, "count in the window", 0.0, 1e9, "stands down below")
    delay_days: float = quantity(0.0, "days", 0.0, 365.0, "from the decision to the start")
    # A hundred years, ten times the longest run, stand for no limit.
    duration_days: float = quantity(36500.0, "days", 0.0, 36500.0, "longest time in force")


class Lever(Frozen):
    """A policy measure of one actor."""

    kind: Name = Field(description="a built-in lever kind, or one of the scenario's own")
    label: Label = Field(default="", description="the measure in a few words, for calendars and figures")
    actor: Label = Field(default="", description="who takes the measure")
    where: tuple[str, ...] = Field(
        default=("*",),
        description="countries, fronts, sectors, routes, sites or crossing points; `*` all; "
        "for a barrier also the order of building",
    )
    announced: When | None = Field(default=None, description="when people hear of it")
    start: When | None = Field(default=None, description="when it begins; none only with a trigger")
    end: When | None = Field(
        default=None, description="when it ends; none: with the run. What is built stays"
    )
    ramp_days: float = quantity(0.0, "days", 0.0, 3650.0, "from start to full effect")
    strength: float = share(1.0, "1 as sized, 0 no effect")
    sizes: dict[str, Annotated[float, Field(ge=-1e9, le=1e9)]] = Field(
        default={}, description="size by control, in place of the kind's default"
    )
    km: float | None = quantity(None, "km", 0.0, 10_000.0, "length at which building stops (barriers)")
    persons: int | None = quantity(None, "persons", 1, 100_000, "size of a column (mass_column)")
    led_by: Literal["escort", "people"] = Field(
        default="escort",
        description="who leads a column (mass_column): escort forces, or people by agreement",
    )
    trigger: Trigger | None = Field(default=None, description="what sets it off, in place of dates")
    on: bool = Field(default=True, description="whether it acts at all")
    source: Text = Field(default="", description="where it is recorded that this happened, and when")
    status: Literal["measured", "estimated", "assumed"] = Field(
        default="measured", description="of its dates and place; its sizes have theirs in `evidence`"
    )


class Effect(Frozen):
    """One control that a lever kind moves, and how."""

    control: str = Field(description="which control it moves")
    op: Literal["set", "add", "scale"] = Field(description="how")
    size: float = quantity(..., "as the control", -1e9, 1e9, "size at strength 1")
    phase: Literal["announced", "in_force"] = Field(
        default="in_force", description="when: while announced, or while in force"
    )


class LeverKind(Frozen):
    """A kind of lever that the scenario defines out of controls."""

    label: Label = Field(default="", description="what it is called")
    effects: tuple[Effect, ...] = Field(min_length=1, description="the controls it moves")
    source: Text = Field(default="", description="what its sizes rest on")


class Stock(Frozen):
    """People who are there when the run begins."""

    compartment: Literal["waiting", "in_site", "stranded", "procedure", "awaiting_removal", "gave_up"] = (
        Field(description="where in their journey they are")
    )
    place: Name = Field(
        description="a route (waiting, gave_up), sector (stranded), site (in_site) "
        "or country (procedure, awaiting_removal)"
    )
    persons: int = quantity(..., "persons", 0, 10_000_000, "people")
    waited: Duration = duration(Fixed(dist="fixed", h=0.0), "time already waited")
    attempts: int = quantity(0, "attempts", 0, 1000, "tries already made")


class RecordedFigure(Frozen):
    """One figure of a file of one's own: counted from `start` up to, not including, `end`."""

    start: date = Field(description="the first day")
    end: date = Field(description="the day after the last")
    value: float = quantity(..., "count", 0.0, 1e12, "what was counted")
    grade: Literal["A", "B", "C", "D"] = Field(
        default="C", description="how good the source is; D is never fitted"
    )
    kind: Quoted = Field(default="quoted", description="how the figure was given")
    source: Text = Field(default="", description="where it was read")


class RecordedBinding(Frozen):
    """A recorded series, and what of the run it is compared with."""

    series: str = Field(
        description="the name of a recorded series that comes with the program, or a file of one's own: a "
        "relative path "
        "that ends in .csv"
    )
    measure: Literal["attempts", "entries", "incidents", "deaths", "returns", "registered", "onward"] = Field(
        description="what of the run it is compared with"
    )
    party: Name | None = Field(
        default=None, description="the account it matches; none: the truth of the model, which no record is"
    )
    where: tuple[str, ...] = Field(default=("*",), description="countries, fronts or sectors it covers")
    cumulative: bool = Field(default=False, description="the series is a running total")
    label: Label = Field(default="", description="what the series is called in figures (a file of one's own)")
    unit: Label = Field(default="", description="what its values are counted in (a file of one's own)")
    counts: Text = Field(default="", description="what exactly is counted, in words (a file of one's own)")
    country: Name | None = Field(
        default=None, description="the one country it counts; none: several (a file of one's own)"
    )
    figures: tuple[RecordedFigure, ...] = Field(
        default=(),
        max_length=MOST_FIGURES,
        description="read from the file that `series` names; not written by hand",
    )
