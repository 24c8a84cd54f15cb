"""The world: everything that changes during a run, and the few acts that change it.

Every change of a group's compartment goes through `move`, every other row through `write`; a group
waits by `wait_until` or `stand_by`, and is taken out of a wait by `take`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from simpy import Environment, Event

from sim.foundation.distributions import Law, draw_duration
from sim.foundation.errors import InvariantBroken
from sim.foundation.luck import Draw, entity_luck, key_of, uniform
from sim.foundation.order import WAIT_DRAWS
from sim.foundation.units import HOURS_PER_DAY
from sim.model.appointments import TAKEN, Appointment, Life, Rank, Why
from sim.record.events import MOVES_TO, PLACED, Compartment, Kind
from sim.record.log import Recorder, RunRecord
from sim.scenario.controls import ControlTable
from sim.scenario.levers import CONTROL_INDEX
from sim.scenario.tables import Tables

if TYPE_CHECKING:
    from sim.model.arrivals import RouteFlow
    from sim.model.barriers import Builder
    from sim.model.escorts import Column, LineWatch
    from sim.model.health import ExposureClock
    from sim.model.information import News
    from sim.model.posts import Call, Pool, Post
    from sim.model.reception import Centre
    from sim.model.sites import Site
    from sim.model.standoffs import Standoff
    from sim.model.waiting import WaitingLine
    from sim.model.watches import Watch
    from sim.model.witnesses import Witnesses
    from sim.scenario.schema import CrossingPoint, Scenario

Stage = Callable[["World", "Group"], "Staying"]
Staying = Generator[Event, Why, "Stage | None"]

TRANSIT = -1
"""The place of people in the transit state: no country."""


class Group:
    """People who travel together: whole persons, one luck, one journey."""

    __slots__ = (
        "appointment", "attempts", "call", "claim_heard", "column", "compartment", "crowd", "detected_at", "detected_h",
        "exposure_mark", "exposure_rate", "exposure_token", "guided", "harms", "journey", "key", "luck",
        "minors", "next_hours", "persons", "place", "reserve", "route", "row", "sector", "since", "site", "situation",
        "stage", "threshold", "tries", "trying", "version", "waited_h", "wishes_claim",
    )  # fmt: skip

    def __init__(self, key: int, luck: int, persons: int, route: int) -> None:
        self.key = key
        self.luck = luck
        self.persons = persons
        self.minors = 0
        self.route = route
        self.reserve = 1.0
        self.wishes_claim = False
        self.claim_heard = False
        self.sector = -1
        self.site = -1
        self.compartment = int(Compartment.WAITING)
        self.place = TRANSIT
        self.since = 0.0
        self.attempts = 0
        self.tries = 0
        self.trying = False
        self.guided = False
        self.row = -1
        self.stage = ""
        self.version = 0
        self.next_hours = 0.0
        self.waited_h = 0.0
        self.detected_h = math.inf
        self.detected_at = 0
        self.appointment: Appointment | None = None
        self.journey: Life | None = None
        self.call: Call | None = None
        self.column: Column | None = None
        self.crowd: Standoff | None = None
        self.harms = 0
        self.threshold = 0.0
        self.situation = 0.0
        self.exposure_mark = 0.0
        self.exposure_rate = 0.0
        self.exposure_token = 0

    def u(self, stream: int, occasion: int) -> float:
        """The group's own number at an address: the same under every policy."""
        return uniform(self.luck, stream, occasion)

    def __repr__(self) -> str:
        return (
            f"<group {self.key:016x}: {self.persons} persons, {Compartment(self.compartment).name.lower()}>"
        )


class World:
    """What is there during a run. Built by `sim.model.simulate.build`."""

    sectors: list[Post]
    reserves: list[Pool]
    lent_by: list[list[int]]
    points: list[CrossingPoint]
    witnesses: Witnesses
    watches: list[Watch]
    line_watches: list[LineWatch]
    builders: list[Builder]
    distances: list[list[float]]
    flows: list[RouteFlow]
    strip_heights: list[float]
    on_arrival: Callable[[Event], None]
    clocks: list[ExposureClock]
    centres: list[Centre]
    sites: list[Site]
    news: News
    interior: WaitingLine
    strips: list[WaitingLine]
    willing: WaitingLine

    def __init__(self, scenario: Scenario, *, seed: int, replication: int, keep_rows: bool) -> None:
        self.env = Environment(0.0)
        self.scenario = scenario
        self.on = scenario.mechanisms
        self.tables = Tables(scenario)
        self.controls = ControlTable(scenario)
        self.value = self.controls.values
        self.seed = seed
        self.replication = replication
        self.run = RunRecord(replication, seed, scenario.days, len(scenario.sectors), len(scenario.countries))
        self.record = Recorder(self.run, keep_rows)
        self.write = self.record.write
        self.people = 0
        self.day = 0
        self.posture: list[float] = []
        self.posture_h = 0.0
        self.lever_row: list[int] = [-1] * len(scenario.levers)
        self.offers_home = False
        self.choice_weights: list[list[float]] = []
        self.terrain_factor: list[float] = []
        self.standing: list[tuple[float, float, float]] = []
        self.winter = 1.0
        self.home_flight_row = -1
        self.stance_row = -1
        self.seats_home = 0.0
        self.seats_of_day = 0.0
        self.groups: dict[int, Group] = {}

    @property
    def now(self) -> float:
        """Hours since the start."""
        return self.env._now

    @property
    def hour_of_day(self) -> float:
        """Hours since the last midnight."""
        return self.now - HOURS_PER_DAY * math.floor(self.now / HOURS_PER_DAY)

    def control(self, name: str, place: int) -> float:
        """The present value of a control, by name; hot paths index `value` themselves."""
        return self.value[CONTROL_INDEX[name]][place]

    def lever_behind(self, control: int, place: int) -> int:
        """The latest row of a lever that moves a control at a place, -1 where none has begun."""
        moves = self.controls.moves.get((control, place), ())
        return max((self.lever_row[move.lever] for move in moves), default=-1)

    # waiting

    def wait_until(self, group: Group, time_h: float) -> Appointment:
        """The group waits for a time, unless somebody takes it first."""
        group.version += 1
        appointment = Appointment(self.env, time_h, Rank.GROUP, group.key, group.version)
        group.appointment = appointment
        return appointment

    def wait(self, group: Group, hours: float) -> Appointment:
        """The group waits for so many hours, unless somebody takes it first."""
        return self.wait_until(group, self.env._now + hours)

    def stand_by(self, group: Group) -> Event:
        """The group waits for somebody to take it; no time of its own runs."""
        group.version += 1
        group.appointment = None
        return Event(self.env)

    def take(self, group: Group, why: Why) -> None:
        """Take a group out of its wait; it acts at once, inside this call."""
        if group.appointment is not None:
            group.appointment.callbacks = []
            group.appointment = None
        if group.journey is None:
            raise InvariantBroken("nobody takes a group that has ended", self.now, repr(group))
        group.journey._resume(TAKEN[why])

    def hours(self, group: Group, law: Law, stream: int, occasion: int) -> float:
        """A duration from the group's own luck."""
        return draw_duration(uniform(group.luck, stream, occasion), law, self.tables.quantiles)

    def hours_left(self, group: Group, law: Law, stream: int, occasion: int, clock: int = 0) -> float:
        """What is left of a duration: all of it, but for people of an initial stock, who have waited already.

        Theirs is the first draw that is longer than the time waited, minus that time; `clock` numbers durations that
        run side by side.
        """
        if group.waited_h <= 0.0:
            return self.hours(group, law, stream, occasion)
        for draw in range(clock * WAIT_DRAWS + 1, (clock + 1) * WAIT_DRAWS):
            hours = self.hours(group, law, Draw.INITIAL_WAIT, draw)
            if hours > group.waited_h:
                return hours - group.waited_h
        return group.u(Draw.INITIAL_WAIT, (clock + 1) * WAIT_DRAWS) * group.waited_h

    def since(self, group: Group) -> float:
        """Since when the group waits where it is, for the order of a line: before the start for people of an initial stock."""
        return self.env._now - group.waited_h

    # rows

    def note(
        self,
        group: Group,
        kind: int,
        *,
        actor: int = 0,
        value: float = 0.0,
        cause: int | None = None,
        witness: int = 0,
    ) -> int:
        """Write a row about a group; the next row of its story is caused by this one."""
        row = self.write(
            self.env._now, kind, group.key, group.persons, group.sector, actor, value,
            group.row if cause is None else cause, witness,
        )  # fmt: skip
        group.row = row
        return row

    def move(
        self,
        group: Group,
        kind: int,
        *,
        actor: int = 0,
        value: float = 0.0,
        cause: int | None = None,
        witness: int = 0,
    ) -> None:
        """Move a whole group to the compartment that the kind of row puts it in, and write the row."""
        now = self.env._now
        self.record.leave(group.compartment, group.place, group.persons, now - group.since, now)
        compartment = MOVES_TO[kind]
        group.place = self.place_of(compartment, group)
        self.record.enter(compartment, group.place, group.persons)
        group.compartment = compartment
        group.since = now
        group.row = self.write(
            now, kind, group.key, group.persons, group.sector, actor, value,
            group.row if cause is None else cause, witness,
        )  # fmt: skip

    def place_of(self, compartment: int, group: Group) -> int:
        """The country where people in a compartment are, -1 in the transit state."""
        if compartment in PLACED and group.sector >= 0:
            return self.tables.country_of[group.sector]
        return TRANSIT

    def bury(self, group: Group, kind: int, *, actor: int, cause: int, witness: int) -> int:
        """One person of a group dies: the row, the compartment, and the attempt if one was under way."""
        now = self.env._now
        self.record.leave(group.compartment, group.place, 1, now - group.since, now)
        self.record.enter(MOVES_TO[kind], self.place_of(MOVES_TO[kind], group), 1)
        row = self.write(now, kind, group.key, 1, group.sector, actor, 0.0, cause, witness)
        if group.trying:
            self.write(now, Kind.DIED_IN_ATTEMPT, group.key, 1, group.sector, actor, 0.0, row, witness)
        group.persons -= 1
        group.minors = min(group.minors, group.persons)
        return row

    # beginnings

    def new_group(self, key: int, persons: int, route: int) -> Group:
        """A group with its own luck; in no compartment until its first row."""
        group = Group(key, entity_luck(self.seed, self.replication, key), persons, route)
        self.run.groups += 1
        self.people += persons
        self.groups[key] = group
        return group

    def split(self, parent: Group, persons: int, part: int) -> Group:
        """Part of a group goes its own way: a new group, its key mixed from the parent's, the try and the part."""
        key = key_of(parent.key, parent.tries, part)
        child = Group(key, entity_luck(self.seed, self.replication, key), persons, parent.route)
        for name in ("reserve", "wishes_claim", "sector", "site", "compartment", "place", "since", "attempts",
                     "tries", "trying", "guided", "detected_at"):  # fmt: skip
            setattr(child, name, getattr(parent, name))
        child.minors = min(persons, parent.minors * persons // parent.persons)
        parent.persons -= persons
        parent.minors = min(parent.minors - child.minors, parent.persons)
        self.run.groups += 1
        self.groups[key] = child
        child.row = parent.row
        self.note(child, Kind.SPLIT)
        return child

    def begin(self, group: Group, stage: Stage) -> None:
        """A group's journey begins, inside this call."""
        group.journey = Life(self.env, _journey(self, group, stage))
        group.journey.begin()

    def check(self) -> None:
        """People are conserved: the sum over compartments is everybody who was here or came."""
        present = sum(self.record.stock)
        if present != self.people:
            raise InvariantBroken(f"{present} people where {self.people} came", self.now, "world")


def _journey(world: World, group: Group, stage: Stage) -> Generator[Event, Any, None]:
    """One group's way: a stage at a time, until a fate."""
    following: Stage | None = stage
    while following is not None and group.persons > 0:
        group.stage = following.__name__
        following = yield from following(world, group)
    group.journey = None
    group.stage = ""
    group.situation = 0.0
    group.exposure_token += 1
    del world.groups[group.key]
