"""Controls and lever kinds: which quantities policies move, and which kind of lever moves which.

A lever kind is a row of data. A scenario can define one of its own out of the same controls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["sector", "country", "front", "route", "site", "crossing_point", "world", "builder", "event"]
Op = Literal["set", "add", "scale"]
Phase = Literal["announced", "in_force"]


@dataclass(frozen=True, slots=True)
class Control:
    """A named quantity that varies in time and place and that rules read."""

    name: str
    scope: Scope
    unit: str
    low: float
    high: float
    base: str
    """Where its base comes from: a field of the scope's table, or a number."""
    about: str

    @property
    def is_action(self) -> bool:
        """Whether nothing reads it as a value: a lever of it does something (builds, leads a column),
        so it can only be added."""
        return self.scope in ("builder", "event")


# fmt: off
CONTROLS: tuple[Control, ...] = (
    Control("teams", "sector", "teams", 0.0, 1e5, "teams", "patrol teams of the post"),
    Control("response_factor", "sector", "1", 0.01, 100.0, "1", "times the post's median response time"),
    Control("zone_km", "sector", "km", 0.0, 100.0, "zone_km", "depth of the border zone"),
    Control("sensor_coverage", "sector", "share", 0.0, 1.0, "sensor_coverage", "of the line under sensors"),
    Control("summary_return", "sector", "share", 0.0, 1.0, "country.summary_return",
        "power of summary return"),
    Control("claims_heard", "sector", "share", 0.0, 1.0, "country.claims_heard",
        "of claims lodged that are heard"),
    Control("aid_access", "sector", "share", 0.0, 1.0, "aid_access",
        "of needs in the strip that aid reaches"),
    Control("reporting", "sector", "share", 0.0, 1.0, "reporting", "of events outside reporters could see"),
    Control("restraint", "sector", "share", 0.0, 1.0, "restraint", "restraint of the guards in a stand-off"),
    Control("access", "sector", "1", -20.0, 20.0, "access", "how easily people reach the sector (log scale)"),
    Control("perceived_barrier", "sector", "share", 0.0, 1.0, "0", "barrier people expect before it stands"),
    Control("hold_back", "sector", "share", 0.0, 1.0, "stance", "of groups that escorts stop on the way"),
    Control("guide", "sector", "share", 0.0, 1.0, "stance", "of attempts that escorts guide"),
    Control("block_return", "sector", "share", 0.0, 1.0, "stance", "of ways back that escorts block"),
    Control("column_rate", "sector", "1", 0.0, 100.0, "stance",
        "times the rate at which escorts form columns"),
    Control("aggression", "sector", "share", 0.0, 1.0, "stance", "aggression of escorts in a stand-off"),
    Control("wish", "sector", "share", 0.0, 1.0, "stance",
        "wish of the transit state for flow at this front"),
    Control("removal_seats_per_week", "country", "persons/week", 0.0, 1e6, "removal_seats_per_week",
        "seats on removal flights, as of the moment one leaves"),
    Control("procedure_factor", "country", "1", 0.01, 100.0, "1",
        "times the duration of procedures, as of the admission to one"),
    Control("return_uptake", "country", "share", 0.0, 1.0, "return_uptake",
        "of groups that accept a voluntary return, as of their refusal"),
    Control("reserve_teams", "country", "teams", 0.0, 1e5, "reserve_teams", "teams of the mobile reserve"),
    Control("posture", "front", "share", 0.0, 1.0, "posture", "posture the transit state starts from"),
    Control("relief", "front", "1", 0.0, 10.0, "0", "what diplomacy takes off the posture"),
    Control("pressure", "world", "1", 0.0, 100.0, "0",
        "sanctions pressure on the transit state, from when it answers"),
    Control("seats_home_per_day", "world", "persons/day", 0.0, 1e6, "seats_home_per_day",
        "seats on flights home"),
    Control("arrivals_factor", "route", "1", 0.0, 1000.0, "1", "times the arrivals of the route"),
    Control("site_open", "site", "share", 0.0, 1.0, "open", "open at one half or more"),
    Control("site_shelter", "site", "share", 0.0, 1.0, "shelter", "of exposure taken away by shelter"),
    Control("point_open", "crossing_point", "share", 0.0, 1.0, "open", "open at one half or more"),
    Control("wall_km_per_day", "builder", "km/day", 0.0, 1e4, "0",
        "an action: wall built along the lever's sectors in order"),
    Control("fence_km_per_day", "builder", "km/day", 0.0, 1e4, "0",
        "an action: razor fence built along the lever's sectors in order"),
    Control("coil_km_per_day", "builder", "km/day", 0.0, 1e4, "0",
        "an action: coiled wire laid along the lever's sectors in order"),
    Control("column_now", "event", "1", 0.0, 1.0, "0",
        "an action: a column of the lever's `persons` at its start, of whole groups, so that the last may "
        "exceed it"),
)
# fmt: on
CONTROL_INDEX = {control.name: i for i, control in enumerate(CONTROLS)}

STANCE_CONTROLS = ("hold_back", "guide", "block_return", "column_rate", "aggression", "wish")
STANCE_PRESETS: dict[str, tuple[float, tuple[float, ...]]] = {
    "cooperative": (0.0, (0.7, 0.0, 0.0, 0.0, 0.0, 0.0)),
    "indifferent": (1 / 3, (0.0, 0.0, 0.0, 0.0, 0.0, 0.3)),
    "facilitating": (2 / 3, (0.0, 0.7, 0.0, 0.2, 0.0, 0.8)),
    "coercive": (1.0, (0.0, 0.9, 0.7, 1.0, 1.0, 1.0)),
}
"""Presets of the posture, and the six stance controls there; between presets they are interpolated.
hold_back, guide and block_return from the orders of magnitude of a throw-away fit (docs/record.md),
else assumed."""


@dataclass(frozen=True, slots=True)
class KindEffect:
    """One control that a kind moves, how, and by how much at strength 1."""

    control: str
    op: Op
    size: float
    phase: Phase = "in_force"


@dataclass(frozen=True, slots=True)
class LeverKindRow:
    """A kind of lever: a row of data."""

    name: str
    about: str
    effects: tuple[KindEffect, ...]
    source: str = "assumed"


# fmt: off
LEVER_KINDS: tuple[LeverKindRow, ...] = (
    LeverKindRow("state_of_emergency", "army at the line, a closed zone, summary return, no aid and no press",
         (KindEffect("teams", "scale", 1.5), KindEffect("zone_km", "set", 3.0),
             KindEffect("summary_return", "set", 0.9),
          KindEffect("aid_access", "scale", 0.4), KindEffect("reporting", "set", 0.05))),
    LeverKindRow("wall", "a steel wall, built kilometre by kilometre",
         (KindEffect("wall_km_per_day", "add", 1.2),
             KindEffect("perceived_barrier", "add", 0.0, "announced"))),
    LeverKindRow("razor_fence", "a razor fence, built kilometre by kilometre",
        (KindEffect("fence_km_per_day", "add", 2.0),)),
    LeverKindRow("coiled_wire", "coiled wire, laid kilometre by kilometre",
        (KindEffect("coil_km_per_day", "add", 5.0),)),
    LeverKindRow("electronic_barrier", "cameras and sensors", (KindEffect("sensor_coverage", "set", 0.8),)),
    LeverKindRow("deportations", "more seats for removals, shorter procedures; news of removals travels back",
         (KindEffect("removal_seats_per_week", "add", 50.0), KindEffect("procedure_factor", "scale", 0.8))),
    LeverKindRow("voluntary_return_grant", "money for those who go home",
        (KindEffect("return_uptake", "add", 0.3),)),
    LeverKindRow("summary_returns", "power of summary return; fewer claims heard",
         (KindEffect("summary_return", "set", 0.9), KindEffect("claims_heard", "set", 0.05))),
    LeverKindRow("reinforced_controls", "more teams, sensors, faster response",
         (KindEffect("teams", "scale", 1.5), KindEffect("sensor_coverage", "add", 0.1),
             KindEffect("response_factor", "scale", 0.8))),
    LeverKindRow("buffer_zone", "a strip closed to aid and press",
        (KindEffect("zone_km", "set", 3.0), KindEffect("aid_access", "scale", 0.4),
            KindEffect("reporting", "set", 0.05))),
    LeverKindRow("sanctions", "pressure on the transit state, answered by its stance",
        (KindEffect("pressure", "add", 1.0),)),
    LeverKindRow("flight_restrictions", "fewer people arrive by a route",
        (KindEffect("arrivals_factor", "scale", 0.1),)),
    LeverKindRow("repatriation_flights", "seats home from the transit state",
        (KindEffect("seats_home_per_day", "add", 100.0),)),
    LeverKindRow("diplomacy", "talks that bring the posture down", (KindEffect("relief", "add", 0.4),)),
    LeverKindRow("stance", "a dated posture of the transit state at a front",
        (KindEffect("posture", "set", 1.0),)),
    LeverKindRow("humanitarian_access", "aid reaches the strip",
        (KindEffect("aid_access", "set", 0.9), KindEffect("reporting", "add", 0.3))),
    LeverKindRow("crossing_point_closure", "an official crossing closes",
        (KindEffect("point_open", "set", 0.0),)),
    LeverKindRow("crossing_point_opening", "an official crossing opens",
        (KindEffect("point_open", "set", 1.0),)),
    LeverKindRow("rules_of_engagement", "restraint of the guards", (KindEffect("restraint", "set", 0.9),)),
    LeverKindRow("mass_column", "a column of a given size at a sector on a date",
        (KindEffect("column_now", "add", 1.0),)),
    LeverKindRow("staging_site", "opens, shelters, closes a place of waiting",
        (KindEffect("site_open", "set", 1.0),)),
)
# fmt: on
KIND_BY_NAME = {kind.name: kind for kind in LEVER_KINDS}
