"""The scenario: who is where, what each side does, and which levers act when.

Everything is a table by name, so that a key is a path (`sectors.kuznica.teams`). Each number carries
its unit, range, default, source and status here and nowhere else; the JSON Schema and the reference
page are made from it. What ties tables to one another is checked in `sim.scenario.load`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.scenario.evidence import PILOT_FIT, Evidence, Frozen, quantity, share

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


# durations: every one names its distribution, so that theory can be met exactly


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


Duration = Annotated[Fixed | Exponential | Lognormal | Gamma | Weibull | Uniform, Field(discriminator="dist")]


def lognormal(median_h: float, log_sd: float) -> Lognormal:
    """A lognormal default."""
    return Lognormal(dist="lognormal", median_h=median_h, log_sd=log_sd)


def duration(default: Any, about: str, *, source: str = "", status: Any = "assumed") -> Any:
    """A duration of the scenario, in hours, with its meaning, source and status."""
    return Field(
        default, description=about, json_schema_extra={"unit": "h", "source": source, "status": status}
    )


class Meta(Frozen):
    """What the scenario is called, what it is about, and when it plays."""

    title: Label = Field(description="what the scenario is called")
    about: Text = Field(default="", description="what it is about, and whose account it is")
    start: date = Field(description="the first day")
    end: date = Field(description="the first day that is not simulated")
    utc_offset_h: float = quantity(0.0, "h", -14.0, 14.0, "fixed offset from UTC; no summer time")


class Mechanisms(Frozen):
    """Switches of the model's structure; each can be turned off alone (`--without diversion`)."""

    word_of_mouth: bool = Field(default=True, description="what people hear moves arrivals and choices")
    surge: bool = Field(default=True, description="arrivals wander by week")
    columns: bool = Field(default=True, description="groups are led to the line as one")
    standoffs: bool = Field(default=True, description="large groups that meet teams stand off")
    diversion: bool = Field(
        default=True, description="escorts pass small groups elsewhere during a stand-off"
    )
    exposure: bool = Field(default=True, description="cold, hunger and wounds harm")
    barrier_injuries: bool = Field(default=True, description="crossing a barrier injures")
    return_harm: bool = Field(default=True, description="summary returns harm")
    drowning: bool = Field(default=True, description="crossing a river drowns")
    stance_answers: bool = Field(default=True, description="the transit state answers sanctions")
    splits: bool = Field(
        default=True, description="groups split when only a part is stopped, gets through or is recognised"
    )


class People(Frozen):
    """Who travels, and what people do between and after tries."""

    party_size_mean: float = quantity(
        7.8,
        "persons",
        1.0,
        500.0,
        "mean of small parties (zero-truncated negative binomial)",
        source="between recorded means 6.6, 8.2 and 9.9 (docs/record.md); " + PILOT_FIT,
        status="estimated",
    )
    party_size_shape: float = quantity(
        1.3, "1", 0.05, 1000.0, "shape of the negative binomial", source=PILOT_FIT, status="estimated"
    )
    gathering_share: float = share(
        0.01,
        "of groups that are gatherings of several parties",
        source="615 recorded groups hold one of 150 (docs/record.md)",
    )
    gathering_median: float = quantity(40.0, "persons", 1.0, 2000.0, "median size of a gathering")
    gathering_log_sd: float = quantity(0.6, "1", 0.0, 2.0, "log standard deviation of a gathering's size")
    gathering_max: int = quantity(300, "persons", 2, 5000, "largest gathering")
    minor_share: float = share(
        0.2,
        "of persons who are minors",
        source="almost 20 % of 4,031 people met by aid workers",
        status="measured",
    )
    claim_wish: float = share(0.4, "of groups that wish to claim asylum where they enter")
    staging: Duration = duration(
        lognormal(218.0, 0.9),
        "from arrival in the transit state to the first departure for the line",
        source=PILOT_FIT,
        status="estimated",
    )
    walk: Duration = duration(lognormal(6.0, 0.5), "from departure to the line")
    try_again: float = share(
        0.95, "of groups that try again after the first failed attempt", source=PILOT_FIT, status="estimated"
    )
    try_again_fall: float = quantity(
        0.09,
        "share",
        0.0,
        1.0,
        "fall of that share with each further attempt",
        source=PILOT_FIT,
        status="estimated",
    )
    hardship_weight: float = quantity(
        0.3, "share", 0.0, 1.0, "fall of that share when the health reserve is used up"
    )
    offer_weight: float = quantity(
        0.2, "share", 0.0, 1.0, "fall of that share when flights home are on offer"
    )
    next_try: Duration = duration(
        lognormal(188.0, 0.8), "to the next try, from the interior", source=PILOT_FIT, status="estimated"
    )
    next_try_strip: Duration = duration(
        lognormal(85.0, 0.8), "to the next try, from the strip", source=PILOT_FIT, status="estimated"
    )
    shortest_rest_h: float = quantity(
        1.0, "h", 0.1, 1000.0, "least time between two tries, or between being let go and setting out"
    )
    winter_factor: float = quantity(
        2.3,
        "1",
        0.1,
        20.0,
        "times longer to the next try in the winter months",
        source=PILOT_FIT,
        status="estimated",
    )
    winter_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(
        default=(12, 1, 2),
        max_length=12,
        description="months in which people wait longer for the next try",
        json_schema_extra={"unit": "month", "source": "meteorological winter", "status": "assumed"},
    )
    own_means: Duration = duration(
        Exponential(dist="exponential", mean_h=24.0 / 0.013),
        "from giving up to leaving by own means",
        source="1.3 % a day; " + PILOT_FIT,
        status="estimated",
    )
    accepts_flight: float = share(0.7, "of groups that have given up who take a flight home")


class Crossing(Frozen):
    """The attempt itself: how long it takes, what stands in the way, what it does to bodies."""

    time: Duration = duration(
        lognormal(1.2, 0.5), "to get through where no barrier stands", source=PILOT_FIT, status="estimated"
    )
    coil_factor: float = quantity(1.4, "1", 1.0, 50.0, "times longer where coiled wire stands")
    fence_factor: float = quantity(
        2.0, "1", 1.0, 50.0, "times longer where a razor fence stands", source=PILOT_FIT, status="estimated"
    )
    wall_factor: float = quantity(
        2.0, "1", 1.0, 50.0, "times longer where a wall stands", source=PILOT_FIT, status="estimated"
    )
    river_factor: float = quantity(1.5, "1", 1.0, 50.0, "times longer at a river")
    bog_factor: float = quantity(1.3, "1", 1.0, 50.0, "times longer in a bog")
    forest_factor: float = quantity(1.1, "1", 1.0, 50.0, "times longer in forest")
    tools_factor: float = quantity(
        0.6,
        "1",
        0.01,
        1.0,
        "times as long for a group that an escort lends tools",
        source=PILOT_FIT,
        status="estimated",
    )
    walking_speed_kmh: float = quantity(
        1.7,
        "km/h",
        0.1,
        10.0,
        "through the border zone, at night, off the roads",
        source="3 km in 1.8 h; " + PILOT_FIT,
        status="estimated",
    )
    withdrawal: float = share(0.15, "of groups detected before the breach that withdraw before a team comes")
    fence_injury: float = share(0.004, "of persons injured by crossing a coil or fence")
    wall_injury: float = share(0.01, "of persons injured by crossing a wall")
    drowning: float = share(0.00002, "of persons who drown in one crossing of a river sector")
    cut_share: float = share(0.3, "of breaches of a barrier that leave it open behind them")
    cut_width_km: float = quantity(
        0.05, "km", 0.0, 5.0, "length of barrier a cut makes useless until repaired"
    )
    repair_km_per_day: float = quantity(0.5, "km/day", 0.0, 100.0, "barrier repaired a day in each sector")


class Detection(Frozen):
    """How patrols and sensors find a group (Koopman's random search, generalised)."""

    patrol_speed_kmh: float = quantity(
        4.0, "km/h", 0.01, 200.0, "patrol speed times sweep: only the product is known"
    )
    reference_teams: float = quantity(5.0, "teams", 0.1, 1000.0, "teams at which returns start to diminish")
    eta: float = quantity(
        0.2,
        "1",
        0.0,
        1.0,
        "diminishing returns; 1 is Koopman",
        source="fit of the whole record wanted 0.1-0.3 (DESIGN section 3)",
        status="estimated",
    )
    spots_k: float = quantity(
        0.65,
        "1",
        0.01,
        1e9,
        "unequal spots; very large is Koopman",
        source="fit of the whole record wanted about 0.65 (DESIGN section 3)",
        status="estimated",
    )
    size_reference: float = quantity(8.0, "persons", 1.0, 500.0, "group size at which the size factor is 1")
    size_exponent: float = quantity(0.3, "1", 0.0, 2.0, "how detection grows with group size")
    night_factor: float = quantity(0.8, "1", 0.01, 10.0, "times as likely to be seen at night")
    night_from_h: float = quantity(20.0, "h", 0.0, 24.0, "hour the night begins")
    night_to_h: float = quantity(5.0, "h", 0.0, 24.0, "hour the night ends")
    guidance_factor: float = quantity(
        0.6,
        "1",
        0.01,
        1.0,
        "times as likely to be seen when an escort guides",
        source=PILOT_FIT,
        status="estimated",
    )
    sensor_probability: float = share(0.6, "of groups seen where sensors cover the line")


class Response(Frozen):
    """What follows a detection: how many teams, how long they are out."""

    persons_per_team: float = quantity(10.0, "persons", 0.5, 500.0, "people a team can hold")
    largest_call: float = share(
        0.5, "of the teams a post could raise with its neighbours and the reserve that one call can name"
    )
    hold: Duration = duration(
        lognormal(2.8, 0.4), "teams are out after a group is stopped", source=PILOT_FIT, status="estimated"
    )
    patience: Duration | None = duration(
        None, "after which a call waiting for teams is dropped (none: when its group has gone)"
    )
    overtake_h: float = quantity(
        0.5, "h", 0.0, 1e4, "longest time a larger call may be overtaken by smaller ones"
    )
    log_sd: float = quantity(0.5, "1", 0.0, 3.0, "log standard deviation of response times")


class Handling(Frozen):
    """What happens to people who are stopped inside."""

    processing: Duration = duration(lognormal(4.0, 0.5), "from apprehension to a decision at the post")
    registration: Duration = duration(
        lognormal(24.0, 0.7), "from entry to registering oneself, where claims are heard"
    )
    care: float = share(0.01, "of apprehended groups of which one person is admitted for medical care")
    care_hardship: float = quantity(
        0.1, "share", 0.0, 1.0, "rise of that share when the health reserve is used up"
    )
    return_injury: float = share(0.01, "of persons harmed in a summary return")
    return_death: float = share(0.00005, "of persons who die of injury or exposure after a summary return")


class Standoffs(Frozen):
    """A stand-off's ladder.

    0 contact, 1 shouting, 2 objects, 3 threat of arms, 4 gas or warning shots, 5 clash.
    """

    escorted_share: float = share(
        0.05, "of escorted groups that stand off whatever their size, at aggression 1"
    )
    min_persons: int = quantity(
        20, "persons", 2, 100000, "size from which a group that meets teams stands off"
    )
    up_per_h: float = quantity(
        0.46, "1/h", 0.0, 100.0, "rate of a step up", source=PILOT_FIT, status="estimated"
    )
    down_per_h: float = quantity(
        0.84, "1/h", 0.0, 100.0, "rate of a step down", source=PILOT_FIT, status="estimated"
    )
    people_share: float = share(0.4, "of the rate up that people start")
    escort_share: float = share(0.4, "of the rate up that the escort starts, at aggression 1")
    guard_share: float = share(0.2, "of the rate up that guards start, at restraint 0")
    numbers_exponent: float = quantity(0.25, "1", 0.0, 2.0, "how steps up grow with persons per team")
    numbers_reference: float = quantity(
        10.0, "persons/team", 0.1, 1000.0, "persons per team at which that factor is 1"
    )
    calm_by_restraint: float = quantity(1.0, "1", 0.0, 20.0, "how much restraint quickens the way down")
    disperse_per_h: float = quantity(0.35, "1/h", 0.0, 100.0, "rate of dispersal at level 0")
    breach_per_h: float = quantity(
        0.08, "1/h", 0.0, 100.0, "rate at which a part breaks through, at the reference numbers"
    )
    breach_share: float = share(0.2, "of persons who get through in a breach (mean)")
    injury: float = share(0.01, "of persons harmed at the top of the ladder")
    death: float = share(0.00005, "of persons killed at the top of the ladder")
    guard_injury: float = share(0.05, "of teams with a member harmed at the top of the ladder")
    reinforce_level: int = quantity(3, "level", 1, 5, "level at which guards call for more teams")
    attempt_share: float = share(
        0.25,
        "of a column's persons who try to cross and so count as attempts",
        source="309 counted on the day 1,000 to 4,000 stood at Kuznica (docs/record.md)",
        status="estimated",
    )


class Columns(Frozen):
    """Groups that an escort force, or the people themselves, lead to the line as one."""

    per_day_per_1000: float = quantity(
        0.12,
        "1/day",
        0.0,
        100.0,
        "columns a day for each 1,000 people at the line, at column_rate 1",
        source=PILOT_FIT,
        status="estimated",
    )
    self_per_day_per_1000: float = quantity(
        0.01, "1/day", 0.0, 100.0, "columns that people form by themselves, for each 1,000 people at the line"
    )
    self_waiting_per_day_per_1000: float = quantity(
        0.001,
        "1/day",
        0.0,
        100.0,
        "columns that people form by themselves, for each 1,000 waiting in the interior",
    )
    size_median: float = quantity(
        160.0, "persons", 2.0, 10000.0, "median size", source=PILOT_FIT, status="estimated"
    )
    size_log_sd: float = quantity(
        1.2, "1", 0.0, 3.0, "log standard deviation of sizes", source=PILOT_FIT, status="estimated"
    )
    max_persons: int = quantity(4000, "persons", 2, 100000, "largest column")
    forming: Duration = duration(lognormal(5.0, 0.5), "from gathering to the line")
    waiting_share: float = share(
        0.3, "of a column taken from people waiting in the interior when those at the line are too few"
    )


class Exposure(Frozen):
    """What cold, hunger and wounds do: harm and death by month, time of day, aid and shelter."""

    harm_per_10000_person_days: float = quantity(
        22.0, "1/10,000 person-days", 0.0, 1e5, "persons harmed, stranded in summer without aid"
    )
    death_per_10000_person_days: float = quantity(
        1.1,
        "1/10,000 person-days",
        0.0,
        1e5,
        "deaths, stranded in summer",
        source=PILOT_FIT,
        status="estimated",
    )
    month_factors: MONTHLY = Field(
        default=(3.0, 3.0, 2.0, 1.5, 1.0, 1.0, 1.0, 1.0, 1.2, 1.8, 2.5, 3.0),
        description="times the summer hazard, January to December",
        json_schema_extra={
            "unit": "1",
            "source": "winter risk roughly three times summer risk (docs/record.md)",
            "status": "estimated",
        },
    )
    night_factor: float = quantity(
        1.5,
        "1",
        0.0,
        20.0,
        "times the mean hazard from midnight to 6 and from 18 to midnight, over that of the day",
    )
    aid_factor: float = quantity(0.4, "1", 0.0, 1.0, "times the hazard at full aid access")
    walking: float = quantity(0.3, "1", 0.0, 10.0, "times the strip's hazard on the way to the line")
    zone: float = quantity(1.0, "1", 0.0, 10.0, "times the strip's hazard in the zone and at the line")
    held: float = quantity(0.2, "1", 0.0, 10.0, "times the strip's hazard while held by escorts")
    site: float = quantity(0.5, "1", 0.0, 10.0, "times the strip's hazard in a site without shelter")
    bog_factor: float = quantity(1.5, "1", 0.0, 20.0, "times the hazard in bog and river sectors")
    reserve_per_day: float = quantity(
        0.04, "1/day", 0.0, 10.0, "share of the health reserve lost a day in summer in the strip"
    )
    recovery_per_day: float = quantity(
        0.1, "1/day", 0.0, 10.0, "share of the lost reserve regained a day in the interior"
    )
    frailty: float = quantity(1.0, "1", 0.0, 20.0, "times the hazard grows when the reserve is used up")


class Information(Frozen):
    """Word of mouth: what happened at a sector and overall, after a delay."""

    delay_days: int = quantity(2, "days", 0, 365, "until news arrives", source=PILOT_FIT, status="estimated")
    memory_days: float = quantity(
        8.0,
        "days",
        0.5,
        3650.0,
        "mean age of what is remembered; not below the delay",
        source=PILOT_FIT,
        status="estimated",
    )
    prior_success: float = share(
        0.2, "of attempts that succeed, as perceived at the start and as the reference"
    )
    sector_prior_persons: float = quantity(
        200.0, "persons", 1.0, 1e6, "weight of the country's share in a sector's"
    )
    country_prior_persons: float = quantity(
        200.0, "persons", 1.0, 1e6, "weight of the prior in a country's share"
    )
    arrivals_weight: float = quantity(
        2.8,
        "1",
        0.0,
        50.0,
        "effect of perceived success on the log of arrivals",
        source=PILOT_FIT,
        status="estimated",
    )
    choice_weight: float = quantity(
        2.8,
        "1",
        0.0,
        50.0,
        "effect of perceived success on the choice of a sector",
        source=PILOT_FIT,
        status="estimated",
    )
    removal_delay_days: int = quantity(14, "days", 0, 365, "until news of removals arrives")
    removal_memory_days: float = quantity(30.0, "days", 1.0, 3650.0, "mean age of removals remembered")
    removal_weight: float = quantity(
        0.0005, "1/person", 0.0, 1.0, "effect of remembered removals on the log of arrivals"
    )


class Choice(Frozen):
    """What makes people go to one sector rather than another."""

    access_weight: float = quantity(1.0, "1", 0.0, 10.0, "effect of a sector's access")
    barrier_weight: float = quantity(
        0.32,
        "1",
        0.0,
        10.0,
        "fall of the log weight behind a full barrier",
        source="-27 % from the municipality behind a fence (Feigenberg 2020)",
        status="estimated",
    )
    distance_weight: float = quantity(
        0.14,
        "1",
        0.0,
        10.0,
        "elasticity to distance",
        source="Allen, Dobbin and Morten (unstable between drafts)",
        status="estimated",
    )
    wish_weight: float = quantity(1.5, "1", 0.0, 10.0, "effect of the transit state's wish for a front")


class Surge(Frozen):
    """A mean-reverting random walk of the log arrival rate, by week."""

    sd: float = quantity(
        0.25,
        "1",
        0.0,
        3.0,
        "stationary standard deviation",
        source="0.2-0.35 (Zens and Bijak)",
        status="estimated",
    )
    reversion: float = share(0.3, "of the deviation lost each week")


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


class RecordedBinding(Frozen):
    """A recorded series, and what of the run it is compared with."""

    series: str = Field(description="the name of the recorded series")
    measure: Literal["attempts", "entries", "incidents", "deaths", "returns", "registered", "onward"] = Field(
        description="what of the run it is compared with"
    )
    party: Name | None = Field(
        default=None, description="the account it matches; none: the truth of the model, which no record is"
    )
    where: tuple[str, ...] = Field(default=("*",), description="countries, fronts or sectors it covers")
    cumulative: bool = Field(default=False, description="the series is a running total")


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
        return (
            f"<Scenario {self.name}: {self.scenario.title}; {self.scenario.start} for {self.days} days, "
            f"{len(self.sectors)} sectors, {len(self.levers)} levers>"
        )

    __str__ = __repr__
