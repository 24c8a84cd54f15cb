"""The parameters of a run: everything that a scenario says, in numbers, under one name;
nothing here changes during a run.

    params.people.try_again        a number of a section of the scenario
    params.sectors[s].length_km    a number of a place, by index
    params.walk                    a duration, as a `Law`
    params.who_sees[...]           a table made from the scenario

The annotations say what both engines can read: compiled code is made from them.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.core.distributions import Law
from sim.core.record_types import Grid, IntGrid, Word
from sim.core.units import HOURS_PER_DAY
from sim.record.accounts import KINDS_OF, ROWS
from sim.record.events import MOVES_TO, PLACED, Actor, Compartment, Kind
from sim.record.sightings import SEES, SIDES
from sim.rules.escalation_rates import Ladder
from sim.rules.sector_choice import ChoiceWeights
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS, STANCE_CONTROLS
from sim.scenario.levers.lever_targets import places
from sim.scenario.numeric_tables import Tables
from sim.scenario.schema import (
    Choice,
    Columns,
    Country,
    Crossing,
    CrossingPoint,
    Detection,
    Exposure,
    Front,
    Handling,
    Information,
    Mechanisms,
    Party,
    People,
    Response,
    Route,
    Scenario,
    Sector,
    Site,
    Standoffs,
    Surge,
    TransitState,
)

# Its logarithm is 0: a distance that is not known moves no choice.
UNKNOWN_DISTANCE_KM = 1.0
# As many as a counter's key has room for (`sim.record.log.SLOTS`), extensions included.
KINDS = 128
"""Room for kinds of rows in a table by kind."""


class ShiftPart(NamedTuple):
    """A part of the day, and the share of a post's teams that is on duty in it."""

    from_h: float
    to_h: float
    share: float


class SeerParams(NamedTuple):
    """A party that could see a kind of thing at a sector: its chance,
    and whether that needs reporters near by."""

    party: int
    chance: float
    needs_reporting: bool


class Params(Tables):
    """A scenario in numbers."""

    mechanisms: Mechanisms
    people: People
    crossing: Crossing  # type: ignore[assignment]
    detection: Detection
    response: Response
    handling: Handling
    standoffs: Standoffs
    columns: Columns
    exposure: Exposure
    information: Information
    choice: Choice
    surge: Surge
    transit_state: TransitState

    days: int
    end_h: float
    mean_group: float
    has_patience: bool
    choice_weights: ChoiceWeights
    ladder: Ladder

    sectors: list[Sector]
    countries: list[Country]
    routes: list[Route]
    fronts: list[Front]
    sites: list[Site]
    points: list[CrossingPoint]

    staging: Law
    walk: Law
    next_try: Law
    next_try_strip: Law
    own_means: Law
    crossing_time: Law
    hold: Law
    patience: Law
    processing: Law
    registration: Law
    forming: Law
    hold_back: Law
    answer_delay: Law
    lend_travel: list[Law]
    reserve_travel: list[Law]
    procedure: list[Law]
    leaves_procedure: list[Law]
    voluntary: list[Law]
    onward: list[Law]
    quantiles: list[float]
    party_sizes: list[float]  # type: ignore[assignment]

    country_of: list[int]
    front_of: list[int]
    sector_of_point: list[int]
    sector_of_site: list[int]
    sector_keys: list[Word]
    terrain_factor: list[float]
    is_river: list[bool]
    neighbours: Annotated[list[list[int]], "ragged"]
    lent_by: Annotated[list[list[int]], "ragged"]
    """By sector: those whose posts may ask it for teams."""
    shift_parts: Annotated[list[list[ShiftPart]], "ragged"]
    turn_hours: list[float]
    """The hours of a day at which shifts change, midnight left out."""
    turn_posts: Annotated[list[list[int]], "ragged"]
    """By turn: the posts whose shift changes."""
    distances: Grid
    """Kilometres by route and sector; the last row is for people of no particular route."""
    seasons: Grid
    """The factor of arrivals by route and month."""
    months: list[int]
    """The month (0 to 11) of each day of the run."""
    is_winter: list[bool]
    """Whether a day of the run is in a month of winter."""
    stance_points: list[float]  # type: ignore[assignment]
    stance_values: Grid  # type: ignore[assignment]
    stance_controls: list[int]
    control_low: list[float]
    control_high: list[float]

    who_sees: Annotated[list[list[SeerParams]], "ragged"]
    """By what there is to see and sector (`seen * sectors + sector`): the parties that could."""
    admits: Grid
    """By party and actor: the chance to report what the actor did."""
    misattributes: list[float]
    watch_kinds: IntGrid
    """By trigger and kind of row: 1 where the trigger counts it."""
    watch_where: IntGrid
    """By trigger and sector: 1 where the trigger counts it."""
    moves_to: list[int]
    """By kind of row: the compartment that it puts people in."""
    is_placed: list[bool]
    """By compartment: whether people in it are in a country."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        for name in SECTIONS:
            setattr(self, name, getattr(scenario, name))
        choice, s = scenario.choice, scenario.standoffs
        self.choice_weights = ChoiceWeights(
            choice.access_weight, scenario.information.choice_weight, choice.barrier_weight,
            choice.distance_weight, choice.wish_weight,
        )  # fmt: skip
        self.ladder = Ladder(
            s.up_per_h, s.down_per_h, s.people_share, s.escort_share, s.guard_share, s.calm_by_restraint,
            s.breach_per_h,
            s.disperse_per_h,
        )  # fmt: skip
        self.crossing_time = self.law(scenario.crossing.time)
        self.has_patience = scenario.response.patience is not None
        if not self.has_patience:
            # A law that is never drawn from: compiled code needs a value of the kind.
            self.patience = Law(0, 0.0, 0.0, 0)
        self.routes = list(scenario.routes.values())
        self.fronts = list(scenario.fronts.values())
        self.sites = list(scenario.sites.values())
        self.points = list(scenario.crossing_points.values())
        self.sector_of_point = [self.sector_names.index(p.sector) for p in self.points]
        self.sector_of_site = [self.sector_names.index(s.sector) for s in self.sites]
        self._ground()
        self._day_of_posts()
        self._calendar(scenario)
        self._knowledge(scenario)
        self.control_low = [control.low for control in CONTROLS]
        self.control_high = [control.high for control in CONTROLS]
        self.stance_controls = [CONTROL_INDEX[name] for name in STANCE_CONTROLS]
        # Asked once and not for each number, which took 10 of the 26 ms of a short run.
        kinds = set(Kind)
        self.moves_to = [int(MOVES_TO.get(Kind(k), 0)) if k in kinds else 0 for k in range(KINDS)]
        self.is_placed = [compartment in PLACED for compartment in Compartment]

    def _ground(self) -> None:
        crossing = self.crossing
        factors = {
            "land": 1.0, "forest": crossing.forest_factor, "bog": crossing.bog_factor,
            "river": crossing.river_factor,
        }  # fmt: skip
        self.terrain_factor = [factors[sector.terrain] for sector in self.sectors]
        self.is_river = [sector.terrain == "river" for sector in self.sectors]
        self.distances = [
            [
                route.distance_km.get(name, route.distance_km.get(sector.country, UNKNOWN_DISTANCE_KM))
                for name, sector in self.scenario.sectors.items()
            ]
            for route in self.routes
        ]
        self.distances.append([UNKNOWN_DISTANCE_KM] * len(self.sectors))

    def _day_of_posts(self) -> None:
        every = range(len(self.sectors))
        self.lent_by = [[n for n in every if s in self.neighbours[n]] for s in every]
        self.shift_parts = [[ShiftPart(*part) for part in parts] for parts in self.shifts]
        turns: dict[float, list[int]] = {}
        for post, parts in enumerate(self.shift_parts):
            # Twenty-four is midnight; a set, since one shift mostly ends where the next begins.
            for hour in {h % HOURS_PER_DAY for part in parts for h in (part.from_h, part.to_h)}:
                turns.setdefault(hour, []).append(post)
        # Without midnight, at which every day begins its shifts.
        ordered = sorted((hour, posts) for hour, posts in turns.items() if hour > 0.0)
        self.turn_hours = [hour for hour, _ in ordered]
        self.turn_posts = [posts for _, posts in ordered]

    def _calendar(self, scenario: Scenario) -> None:
        self.seasons = [list(route.season) for route in self.routes]
        self.is_winter = [month + 1 in scenario.people.winter_months for month in self.months]

    def _knowledge(self, scenario: Scenario) -> None:
        parties = list(scenario.parties.values())
        self.admits = [[_admits(party, actor) for actor in range(len(Actor))] for party in parties]
        self.misattributes = [party.misattributes for party in parties]
        self.who_sees = [
            [
                SeerParams(i, getattr(party, name), party.needs_reporting)
                for i, party in enumerate(parties)
                # Only parties that could see: every witnessed row asks each of these.
                if getattr(party, name) > 0.0 and (not party.countries or sector.country in party.countries)
            ]
            for name in SEES
            for sector in self.sectors
        ]
        triggers = [
            lever.trigger for lever in scenario.levers.values() if lever.on and lever.trigger is not None
        ]
        self.watch_kinds = [[int(k in KINDS_OF[t.measure]) for k in range(KINDS)] for t in triggers]
        self.watch_where = [
            [int(s in places(scenario, "sector", t.where)) for s in range(len(self.sectors))]
            for t in triggers
        ]


SECTIONS = (
    "mechanisms", "people", "crossing", "detection", "response", "handling", "standoffs", "columns",
    "exposure", "information",
    "choice", "surge", "transit_state",
)  # fmt: skip
"""The sections of a scenario whose plain numbers are parameters by their own name."""


def counts_rows(measure: str) -> bool:
    """Whether a measure counts rows; the others count persons."""
    return measure in ROWS


def _admits(party: Party, actor: int) -> float:
    return party.admits_own if actor in SIDES.get(party.side, ()) else party.admits_other
