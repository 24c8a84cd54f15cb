"""The world: everything that changes during a run, and the few acts that change it.

Every change of a group's compartment goes through `move`, every other row through `write`;
an actor waits by `wait_until`, `wait` or `stand_by`, and is taken out of a wait by `take`. What is said here
in `# engine` methods is what each engine does in its own way; all else is the model's,
and is the same in both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import Annotated, Any

from simpy import Environment, Event

from sim.core.distributions import Law, draw_duration
from sim.core.errors import InvariantBroken
from sim.core.event_order import WAIT_DRAWS, Why
from sim.core.random_streams import Draw, entity_luck, key_of, uniform
from sim.core.record_types import Engine, Grid, IntGrid, Word
from sim.core.units import HOURS_PER_DAY
from sim.model.state.entities import (
    TRANSIT,
    Builder,
    Centre,
    Entity,
    ExposureClock,
    Group,
    LeverState,
    Line,
    LineWatch,
    Midnights,
    Move,
    News,
    Post,
    Reserve,
    RouteFlow,
    Shifts,
    Stage,
    StagingSite,
    StockState,
    Watch,
)
from sim.model.state.waits import TAKEN, Act, Appointment, Life
from sim.record.events import Kind
from sim.record.log import Recorder, RunRecord
from sim.scenario.params import Params
from sim.scenario.schema import Scenario

Staying = Generator[Event, Why, Stage | None]
"""A stage of a group's journey: it waits, and says which stage follows; None at a fate."""
Day = Generator[Event, Why, None]
"""The day of any other actor."""


class World:
    """What is there during a run. Built by `sim.model.simulate.build`."""

    params: Params
    day: int
    seed: Word
    replication: Word

    sectors: list[Post]
    reserves: list[Reserve]
    clocks: list[ExposureClock]
    news: list[News]
    line_watches: list[LineWatch]
    centres: list[Centre]
    sites: list[StagingSite]
    flows: list[RouteFlow]
    levers: list[LeverState]
    builders: list[Builder]
    watches: list[Watch]
    stocks: list[StockState]
    midnights: Midnights
    shifts: Shifts
    interior: Line
    willing: Line
    first_group: Group | None
    last_group: Group | None

    value: Grid
    """The present value of every control, by control and place."""
    base: Grid
    """What each control is worth without levers."""
    stale: IntGrid
    """1 where a control has to be computed anew."""
    moves: Annotated[list[list[Move]], "ragged"]
    """By control and place (`control * places + place`): what levers do to it."""
    moved_by: Annotated[list[list[int]], "ragged"]
    """By lever: what it moves, each as `control * places + place`."""
    places: int
    """Columns of the tables of controls."""
    refreshed_h: float
    """As of when controls were last computed."""
    building_order: Annotated[list[list[int]], "ragged"]
    """By builder: the sectors along which it builds."""
    mass_columns: Annotated[list[list[int]], "ragged"]
    """By lever: the sectors to which it leads a column when it begins."""
    built_km: Grid
    """Kilometres that have been built, by sector and barrier."""
    weights: Grid
    """What draws people to each sector, by route; the last row is for people of no particular route."""
    posture: list[float]
    """By front."""
    posture_h: float
    watch_days: Grid
    """What each trigger's party has counted, by trigger and day."""
    tries_by_day: IntGrid
    successes_by_day: IntGrid
    removed_by_day: list[int]
    removed_today: int
    days_heard: int
    """How many days' counts by sector have arrived, of their delay."""
    removal_days_heard: int
    removals: float
    overall: float
    """The chance to get through that people believe in, all sectors together."""

    people: int
    made: int
    winter: float
    offers_home: bool
    seats_home: float
    seats_of_day: float
    home_flight_row: int
    stance_row: int
    stock: list[int]
    """People by compartment and place (`compartment * (countries + 1) + country + 1`)."""
    person_hours: list[float]
    team_hours: list[float]
    """By day and sector."""

    env: Engine
    run: Engine
    record: Engine
    write: Engine
    journey: Engine

    def __init__(self, scenario: Scenario, *, seed: int, replication: int, keep_rows: bool) -> None:
        self.env = Environment(0.0)
        self.scenario = scenario
        self.params = Params(scenario)
        self.seed = seed
        self.replication = replication
        self.run = RunRecord(replication, seed, scenario.days, len(scenario.sectors), len(scenario.countries))
        self.record = Recorder(self.run, keep_rows)
        self.write = self.record.write
        self.stock = self.record.stock
        self.person_hours = self.run.person_hours
        self.team_hours = self.run.team_hours
        self.day = 0
        self.people = self.made = 0
        self.first_group = self.last_group = None

    # what each engine does in its own way

    @property
    def now(self) -> float:  # engine
        """Hours since the start."""
        return self.env._now

    def wait_until(self, actor: Entity, time_h: float, *may: Why) -> Appointment:  # engine
        """The actor waits for a time, unless somebody takes it first,
        for one of the reasons that are named."""
        actor.turn += 1
        actor.may = may
        actor.appointment = appointment = Appointment(
            self.env, time_h, rank=actor.rank, entity=actor.key, occasion=actor.turn
        )
        return appointment

    def wait(self, actor: Entity, hours: float, *may: Why) -> Appointment:  # engine
        """The actor waits for so many hours, unless somebody takes it first."""
        actor.turn += 1
        actor.may = may
        actor.appointment = appointment = Appointment(
            self.env, self.env._now + hours, rank=actor.rank, entity=actor.key, occasion=actor.turn
        )
        return appointment

    def stand_by(self, actor: Entity, *may: Why) -> Event:  # engine
        """The actor waits for somebody to take it; no time of its own runs."""
        actor.turn += 1
        actor.may = may
        actor.appointment = None
        return Event(self.env)

    def take(self, actor: Entity, why: Why) -> None:  # engine
        """Take an actor out of its wait; it acts at once, inside this call. Each wait says who may,
        and why."""
        if why not in actor.may:
            raise InvariantBroken(f"nobody waits to be taken for {why.name}", self.now, repr(actor))
        if actor.appointment is not None:
            actor.appointment.callbacks = []
            actor.appointment = None
        actor.process._resume(TAKEN[why])

    def stop(self, actor: Entity) -> None:  # engine
        """The actor waits no longer, and its process goes no further."""
        if actor.appointment is not None:
            actor.appointment.callbacks = []
            actor.appointment = None
        actor.may = ()
        process, actor.process = actor.process, None
        if process is not None:
            process._generator.close()

    def begin(self, actor: Any, process: Callable[[World, Any], Day]) -> None:  # engine
        """An actor's process begins, inside this call."""
        actor.process = Life(self.env, process(self, actor))
        actor.process.begin()

    def travel(self, group: Group, stage: Stage) -> None:  # engine
        """A group's journey begins with a stage, inside this call."""
        group.process = Life(self.env, self.journey(self, group, stage))
        group.process.begin()

    def at(  # noqa: PLR0917 - extensions call it by position
        self,
        time_h: float,
        rank: int,
        entity: Word,
        occasion: int,
        act: Callable[[World, Any, int], None],
        of: Any,
    ) -> None:  # engine
        """At a time `act(world, of, occasion)` is done; nobody waits for it."""
        Act(self.env, time_h, rank=rank, entity=entity, occasion=occasion, act=act, world=self, of=of)

    def forget(self, thing: Any) -> None:  # engine
        """Nobody speaks of a record any more: where records have places,
        its place can be given to another."""

    def fail(self, law: str) -> None:  # engine
        """A law of the model is broken. Raises `InvariantBroken`."""
        raise InvariantBroken(law, self.now, "world")

    def begin_counting(self, day: int) -> None:  # engine
        """Rows are counted in this day from now on; the stocks at its midnight are kept."""
        self.record.begin_day(day)

    # random numbers and durations

    def luck_of(self, key: Word) -> Word:
        """The luck of an entity in this replication."""
        return entity_luck(self.seed, self.replication, key)

    @property
    def hour_of_day(self) -> float:
        """Hours since the last midnight."""
        return self.now - HOURS_PER_DAY * math.floor(self.now / HOURS_PER_DAY)

    def duration(self, u: float, law: Law) -> float:
        """The hours of a duration at a random number."""
        return draw_duration(u, law, self.params.quantiles)

    def hours(self, group: Group, law: Law, stream: int, occasion: int) -> float:
        """A duration from the group's own luck."""
        return draw_duration(uniform(group.luck, stream, occasion), law, self.params.quantiles)

    def hours_left(self, group: Group, law: Law, stream: int, occasion: int, *, clock: int = 0) -> float:
        """What is left of a duration: all of it, but for people of an initial stock, who have waited already.

        Theirs is the first draw that is longer than the time waited, minus that time;
        `clock` numbers durations that run side by side.
        """
        if group.waited_h <= 0.0:
            return self.hours(group, law, stream, occasion)
        for draw in range(clock * WAIT_DRAWS + 1, (clock + 1) * WAIT_DRAWS):
            hours = self.hours(group, law, Draw.INITIAL_WAIT, draw)
            if hours > group.waited_h:
                return hours - group.waited_h
        return group.u(Draw.INITIAL_WAIT, (clock + 1) * WAIT_DRAWS) * group.waited_h

    def since(self, group: Group) -> float:
        """Since when the group waits where it is, for the order of a line:
        before the start for people of an initial stock."""
        return self.now - group.waited_h

    def lever_behind(self, control: int, place: int) -> int:
        """The latest row of a lever that moves a control at a place, -1 where none has begun."""
        latest = -1
        for move in self.moves[control * self.places + place]:
            latest = max(latest, move.lever.row)
        return latest

    # rows

    def note(
        self, group: Group, kind: int, *, actor: int = 0, value: float = 0.0, witness: int = 0,
    ) -> None:  # fmt: skip
        """Write a row about a group; the next row of its story is caused by this one."""
        group.row = self.write(
            self.now, kind, group.key, group.persons, group.sector, actor, value, group.row, witness
        )

    def move(
        self, group: Group, kind: int, *, actor: int = 0, value: float = 0.0, witness: int = 0,
    ) -> None:  # fmt: skip
        """Move a whole group to the compartment that the kind of row puts it in, and write the row."""
        self.leave(group.compartment, group.place, group.persons, self.now - group.since)
        compartment = self.params.moves_to[kind]
        group.place = self.place_of(compartment, group.sector)
        self.enter(compartment, group.place, group.persons)
        group.compartment = compartment
        group.since = self.now
        group.row = self.write(
            self.now, kind, group.key, group.persons, group.sector, actor, value, group.row, witness
        )

    def place_of(self, compartment: int, sector: int) -> int:
        """The country where people in a compartment are, -1 in the transit state."""
        if sector >= 0 and self.params.is_placed[compartment]:
            return self.params.country_of[sector]
        return TRANSIT

    def enter(self, compartment: int, country: int, persons: int) -> None:
        """People come into being in a compartment (arrivals, initial stocks). `country` -1: none."""
        self.stock[compartment * (len(self.params.countries) + 1) + country + 1] += persons

    def leave(self, compartment: int, country: int, persons: int, hours: float) -> None:
        """People leave a compartment after some hours in it."""
        cell = compartment * (len(self.params.countries) + 1) + country + 1
        self.stock[cell] -= persons
        self.person_hours[compartment] += persons * hours
        if self.stock[cell] < 0:
            self.fail("no compartment holds fewer than nobody")

    def bury(self, group: Group, kind: int, *, actor: int, witness: int) -> None:
        """One person of a group dies: the row, the compartment, and the attempt if one was under way."""
        self.leave(group.compartment, group.place, 1, self.now - group.since)
        compartment = self.params.moves_to[kind]
        self.enter(compartment, self.place_of(compartment, group.sector), 1)
        row = self.write(self.now, kind, group.key, 1, group.sector, actor, 0.0, group.row, witness)
        if group.trying:
            self.write(self.now, Kind.DIED_IN_ATTEMPT, group.key, 1, group.sector, actor, 0.0, row, witness)
        group.persons -= 1
        group.minors = min(group.minors, group.persons)

    def check(self) -> None:
        """People are conserved: the sum over compartments is everybody who was here or came."""
        present = 0
        for persons in self.stock:
            present += persons
        if present != self.people:
            self.fail("people are not conserved")

    # beginnings

    def new_group(self, key: Word, persons: int, route: int) -> Group:
        """A group with its own luck; in no compartment until its first row."""
        g = Group(key=key, luck=self.luck_of(key), persons=persons, route=route)
        self.made += 1
        g.made_before = self.last_group
        if self.last_group is None:
            self.first_group = g
        else:
            self.last_group.made_after = g
        self.last_group = g
        return g

    def split(self, parent: Group, persons: int, part: int) -> Group:
        """Part of a group goes its own way: a new group, its key mixed from the parent's,
        the try and the part."""
        child = self.new_group(key_of(parent.key, parent.tries, part), persons, parent.route)
        child.reserve = parent.reserve
        child.wishes_claim = parent.wishes_claim
        child.sector = parent.sector
        child.site = parent.site
        child.compartment = parent.compartment
        child.place = parent.place
        child.since = parent.since
        child.attempts = parent.attempts
        child.tries = parent.tries
        child.trying = parent.trying
        child.guided = parent.guided
        child.detected_at = parent.detected_at
        child.minors = min(persons, parent.minors * persons // parent.persons)
        parent.persons -= persons
        parent.minors = min(parent.minors - child.minors, parent.persons)
        child.row = parent.row
        self.note(child, Kind.SPLIT)
        return child
