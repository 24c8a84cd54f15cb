"""What the world consists of: countries with their reception, sectors with their posts, fronts, routes,
sites."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.durations import (
    MONTHLY,
    Duration,
    Exponential,
    Label,
    LonLat,
    Name,
    duration,
    lognormal,
)
from sim.scenario.schema.provenance import PILOT_FIT, Frozen, quantity, share


class Reception(Frozen):
    """Places, procedures and removals of a destination state."""

    places: int = quantity(1000, "persons", 0, 10_000_000, "places in centres")
    procedure: Duration = duration(lognormal(24.0 * 90, 0.5), "from admission to a decision")
    crowding: float = quantity(
        1.0, "1", 0.0, 10.0, "how much procedures slow down when centres are over full"
    )
    recognised: float = share(0.15, "of persons in a procedure who are recognised")
    leaves_procedure: Duration = duration(
        Exponential(dist="exponential", mean_h=24.0 * 200),
        "until a group leaves the procedure by itself, if not decided",
    )
    leaves_crowded: float = quantity(
        1.0, "1", 0.0, 20.0, "times sooner that is when centres are full twice over, less one"
    )
    voluntary: Duration = duration(
        lognormal(24.0 * 30, 0.6), "from accepting a voluntary return to the flight"
    )
    removal_flight_days: int = quantity(7, "days", 1, 365, "between removal flights")
    onward: Duration = duration(lognormal(24.0, 0.5), "from entering unseen to leaving for another state")
    inland_check: float = share(0.1, "of groups entered unseen that an inland check finds")


class Country(Frozen):
    """A destination state."""

    label: Label = Field(default="", description="what it is called")
    constant: float = quantity(0.0, "1", -20.0, 20.0, "constant of the choice of a sector")
    reserve_teams: int = quantity(0, "teams", 0, 100_000, "teams of the mobile reserve")
    reserve_travel: Duration = duration(lognormal(2.0, 0.4), "for the reserve to reach a sector")
    keep_teams: int = quantity(1, "teams", 0, 100_000, "teams a post keeps when it lends to a neighbour")
    summary_return: float = share(
        0.0, "of apprehended groups without a heard claim that are returned summarily (base)"
    )
    claims_heard: float = share(1.0, "of claims lodged that are heard (base)")
    removal_seats_per_week: float = quantity(0.0, "persons/week", 0.0, 1e6, "seats on removal flights (base)")
    return_uptake: float = share(0.05, "of refused groups that accept a voluntary return (base)")
    reception: Reception = Reception()


class Shift(Frozen):
    """A part of the day and the share of a post's teams on duty in it."""

    from_h: float = quantity(..., "h", 0.0, 24.0, "begins")
    to_h: float = quantity(..., "h", 0.0, 24.0, "ends (not before it begins)")
    share: float = share(1.0, "of the post's teams that are on duty")


class Sector(Frozen):
    """A stretch of the line with the post that guards it."""

    label: Label = Field(default="", description="what it is called")
    country: Name = Field(description="the destination state behind it")
    length_km: float = quantity(..., "km", 0.1, 10_000.0, "length of the line")
    terrain: Literal["land", "forest", "bog", "river"] = Field(
        default="land", description="ground of most of the line"
    )
    path: tuple[LonLat, ...] = Field(default=(), max_length=200, description="lon/lat points, for a map only")
    access: float = quantity(0.0, "1", -20.0, 20.0, "how easily people reach it (log scale)")
    neighbours: tuple[Name, ...] = Field(
        default=(), description="sectors whose posts lend teams, and to which groups are diverted"
    )
    post: Label = Field(default="", description="the post or posts that guard it")
    teams: int = quantity(4, "teams", 0, 100_000, "patrol teams of the post (base)")
    shifts: tuple[Shift, ...] = Field(
        default=(Shift(from_h=0.0, to_h=24.0, share=1.0),),
        description="who is on duty when; apart from one another",
    )
    response_h: float = quantity(
        0.3, "h", 0.001, 48.0, "median time for a team to reach a group", source=PILOT_FIT, status="estimated"
    )
    lend_travel: Duration = duration(lognormal(1.0, 0.4), "more time a neighbour's team needs")
    zone_km: float = quantity(3.0, "km", 0.0, 100.0, "depth in which a group can still be apprehended")
    sensor_coverage: float = share(0.0, "of the line under sensors (base)")
    coil_km: float = quantity(0.0, "km", 0.0, 10_000.0, "coiled wire standing at the start")
    fence_km: float = quantity(0.0, "km", 0.0, 10_000.0, "fence standing at the start")
    wall_km: float = quantity(0.0, "km", 0.0, 10_000.0, "wall standing at the start")
    aid_access: float = share(0.5, "of needs in the strip that aid reaches (base)")
    reporting: float = share(0.5, "of events that outside reporters could see (base)")
    restraint: float = share(0.5, "restraint of the guards in a stand-off, 0 none to 1 full (base)")


class Front(Frozen):
    """A part of the line with one posture of the transit state."""

    label: Label = Field(default="", description="what it is called")
    where: tuple[Name, ...] = Field(min_length=1, description="countries or sectors")
    posture: float = share(
        0.0, "posture: 0 cooperative, 1/3 indifferent, 2/3 facilitating, 1 coercive (base)"
    )
    limit: float = share(1.0, "the highest posture this front can take")


class TransitState(Frozen):
    """The state people pass through, and the forces it puts in front of the line."""

    label: Label = Field(default="transit state", description="what it is called")
    escorts: Label = Field(default="escort forces", description="its forces in front of the line")
    answer_probability: float = share(0.9, "of sanctions that are answered")
    answer_delay: Duration = duration(lognormal(24.0 * 14, 0.5), "from a sanction to its answer")
    answer_gain: float = quantity(0.5, "1", 0.0, 10.0, "rise of posture for each unit of pressure answered")
    relaxation_days: float = quantity(
        7.0, "days", 0.1, 3650.0, "time in which posture moves to its target (63 %)"
    )
    hold_time: Duration = duration(lognormal(72.0, 0.7), "for which escorts hold back a group they stop")
    diversion: float = share(
        0.3, "of stand-offs that an escort uses to pass a small group elsewhere, at aggression 1"
    )
    seats_home_per_day: float = quantity(0.0, "persons/day", 0.0, 1e6, "seats on flights home (base)")


class Route(Frozen):
    """A way into the transit state."""

    label: Label = Field(default="", description="what it is called")
    people_per_day: float = quantity(..., "persons/day", 0.0, 1e6, "base rate of people")
    strip_per_day: float = quantity(
        4.0,
        "groups/day",
        0.01,
        1e5,
        "height of a strip of candidate groups; a constant, equal in all variants",
    )
    season: MONTHLY = Field(
        default=(1.0,) * 12,
        description="factor by month, January to December",
        json_schema_extra={"unit": "1", "source": "", "status": "assumed"},
    )
    stance_exponent: float = quantity(
        1.0, "1", 0.0, 10.0, "effect of the transit state's mean posture on the log rate, around indifferent"
    )
    distance_km: dict[Name, Annotated[float, Field(gt=0, le=50_000)]] = Field(
        default={}, description="from where people stay to each country or sector"
    )


class Site(Frozen):
    """A place where people wait under control."""

    label: Label = Field(default="", description="what it is called")
    sector: Name = Field(description="the sector it lies at")
    capacity: int = quantity(1000, "persons", 0, 1_000_000, "people it holds")
    shelter: float = share(0.5, "of exposure that its shelter takes away (base)")
    open: float = share(0.0, "1 open, 0 closed (base)")
    driven: float = share(0.3, "of people driven to the line when it closes")


class CrossingPoint(Frozen):
    """An official crossing where a claim can be lodged while it is open."""

    label: Label = Field(default="", description="what it is called")
    sector: Name = Field(description="the sector it lies at")
    open: float = share(1.0, "1 open, 0 closed (base)")
    use: float = share(0.02, "of groups with a wish to claim that go there first")
