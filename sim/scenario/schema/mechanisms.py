"""How people, guards and escorts behave: the numbers that the rules read,
and the switches of the mechanisms."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.schema.durations import MONTHLY, Duration, Exponential, duration, lognormal
from sim.scenario.schema.provenance import PILOT_FIT, Frozen, quantity, said_of_default, share


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
    accepts_flight: float = share(
        0.7, "of groups that have given up, or are held in a site, who take a flight home"
    )
    accepts_flight_waiting: float = share(
        0.2, "of groups waiting for their next try who take a flight home when there is a seat"
    )


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
        source="fit of the whole record wanted 0.1-0.3 (the model's own design)",
        status="estimated",
    )
    spots_k: float = quantity(
        0.65,
        "1",
        0.01,
        1e9,
        "unequal spots; very large is Koopman",
        source="fit of the whole record wanted about 0.65 (the model's own design)",
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
    care_minors: float = quantity(
        1.0, "1", 0.0, 100.0, "rise of that share, as a multiple of it, in a group of minors alone"
    )
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
        source="309 counted on a day when 1,000 to 4,000 people stood at one crossing (docs/record.md)",
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
            **said_of_default("winter risk roughly three times summer risk (docs/record.md)", "estimated"),
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
