"""Escort forces, and columns: many groups led to the line as one, by escorts or by the people themselves."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from simpy import Event

from sim.foundation.distributions import draw_duration, lognormal
from sim.foundation.luck import Draw, entity_luck, key_of, uniform
from sim.foundation.order import COLUMN_KEY, Priority
from sim.foundation.units import HOURS_PER_DAY
from sim.model import standoffs
from sim.model.appointments import TAKEN, Appointment, Life, Rank, Why
from sim.model.waiting import WaitingLine
from sim.model.world import Group, World
from sim.record.events import Actor, Kind
from sim.scenario.levers import CONTROL_INDEX

COLUMN_RATE = CONTROL_INDEX["column_rate"]


class Column:
    """Groups that act as one at the line until they dissolve."""

    __slots__ = ("initiator", "key", "luck", "members", "row", "sector")

    def __init__(self, world: World, key: int, sector: int, initiator: int) -> None:
        self.key = key
        self.luck = entity_luck(world.seed, world.replication, key)
        self.sector = sector
        self.initiator = initiator
        self.members: list[Group] = []
        self.row = -1

    @property
    def persons(self) -> int:
        """Everybody in it."""
        return sum(g.persons for g in self.members)


def people_at_line(world: World, sector: int) -> int:
    """People an escort force could lead: in the strip and in the sites of its sector."""
    return world.strips[sector].persons + sum(s.line.persons for s in world.sites if s.sector == sector)


def share_of_choice(world: World, sector: int) -> float:
    """The share of people of no particular route who would choose a sector today."""
    weights = world.choice_weights[-1]
    total = 0.0
    for weight in weights:
        total += weight
    return weights[sector] / total if total > 0.0 else 0.0


class LineWatch:
    """What leads to columns at a sector: its process, what it waits for and until when, and the control that it last read."""

    __slots__ = ("appointment", "life", "rate", "until_h")

    def __init__(self, world: World, sector: int) -> None:
        self.rate = 0.0
        self.until_h = 0.0
        self.appointment: Appointment | None = None
        self.life = Life(world.env, watch_line(world, sector, self))


def renew_watches(world: World) -> None:
    """A lever has turned: where it moved the rate of columns, the threshold is spent at another rate from now on."""
    for sector, watch in enumerate(world.line_watches):
        moved = world.value[COLUMN_RATE][sector] != watch.rate
        if moved and watch.appointment is not None and watch.until_h > world.now:
            watch.appointment.callbacks = []
            watch.life._resume(TAKEN[Why.DUE])


def watch_line(world: World, sector: int, watch: LineWatch) -> Generator[Event, Any, None]:
    """A threshold is spent at a rate that each midnight, and each lever that moves it, sets anew."""
    key = world.tables.sector_keys[sector]
    luck = entity_luck(world.seed, world.replication, key)
    formed, turn = 0, 0
    threshold = -math.log(uniform(luck, Draw.COLUMN_THRESHOLD, 0))
    while True:
        rules = world.scenario.columns
        at_line = people_at_line(world, sector) / 1000.0
        drawn_here = world.interior.persons / 1000.0 * share_of_choice(world, sector)
        watch.rate = world.value[COLUMN_RATE][sector]
        by_escort = rules.per_day_per_1000 * watch.rate * at_line
        by_people = rules.self_per_day_per_1000 * at_line + rules.self_waiting_per_day_per_1000 * drawn_here
        rate_per_h = (by_escort + by_people) / HOURS_PER_DAY if world.on.columns else 0.0
        begun = world.now
        midnight = HOURS_PER_DAY * (math.floor(begun / HOURS_PER_DAY) + 1)
        due = begun + threshold / rate_per_h if rate_per_h > 0.0 else math.inf
        turn += 1
        watch.until_h = min(due, midnight)
        watch.appointment = Appointment(world.env, watch.until_h, Rank.COLUMN, sector, turn)
        yield watch.appointment
        if due >= midnight or world.now < due:
            threshold = max(0.0, threshold - (world.now - begun) * rate_per_h)
            continue
        u = uniform(luck, Draw.COLUMN_INITIATOR, formed) * (by_escort + by_people)
        size = lognormal(uniform(luck, Draw.COLUMN_SIZE, formed), rules.size_median, rules.size_log_sd)
        form_column(
            world, key_of(key, COLUMN_KEY, formed), sector, min(int(size), rules.max_persons),
            Actor.ESCORT if u < by_escort else Actor.PEOPLE, -1, rules.waiting_share,
        )  # fmt: skip
        formed += 1
        threshold = -math.log(uniform(luck, Draw.COLUMN_THRESHOLD, formed))


def form_column(
    world: World, key: int, sector: int, target: int, initiator: int, cause: int, from_interior: float
) -> None:
    """Gather groups until the target is met: from the strip, from sites, then from the interior; oldest first."""
    lines = [world.strips[sector], *(s.line for s in world.sites if s.sector == sector)]
    at_line = sum(line.persons for line in lines)
    inland = min(int(from_interior * target), world.interior.persons)
    if min(target, at_line + inland) < world.scenario.standoffs.min_persons:
        return
    column = Column(world, key, sector, initiator)
    column.row = world.write(world.now, Kind.COLUMN_FORMED, key, 0, sector, initiator, float(target), cause)
    for line in lines:
        _gather(world, column, line, target)
    _gather(world, column, world.interior, min(target, column.persons + inland))
    Life(world.env, _lead(world, column)).begin()


def _gather(world: World, column: Column, line: WaitingLine, target: int) -> None:
    persons = column.persons
    while persons < target:
        group = line.first()
        if group is None:
            return
        group.column = column
        column.members.append(group)
        persons += group.persons
        world.take(group, Why.JOINS_COLUMN)


def _lead(world: World, column: Column) -> Generator[Event, Any, None]:
    """The column forms, comes to the line, and stands before the guards."""
    u = uniform(column.luck, Draw.COLUMN_FORMING, 0)
    hours = draw_duration(u, world.tables.forming, world.tables.quantiles)
    yield Appointment(world.env, world.now + hours, Rank.COLUMN, column.key, 0)
    members = sorted((g for g in column.members if g.persons > 0), key=lambda g: g.key)
    at_line = world.write(
        world.now, Kind.COLUMN_AT_LINE, column.key, sum(g.persons for g in members), column.sector,
        column.initiator, 0.0, column.row,
    )  # fmt: skip
    if not members:
        return
    column.row = world.write(
        world.now,
        Kind.DETECTED,
        column.key,
        sum(g.persons for g in members),
        column.sector,
        Actor.GUARD,
        0.0,
        at_line,
    )
    if not world.on.standoffs:
        for group in members:
            world.take(group, Why.DISPERSED)
        return
    crowd = standoffs.Standoff(world, column.key, members, column.sector, column.initiator)
    for group in members:
        group.crowd = crowd
        world.take(group, Why.DUE)
    crowd.row = column.row
    standoffs.call_for(world, crowd, Priority.LARGE)
    crowd.begin(world, column.row)
