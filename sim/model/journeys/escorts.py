"""Escort forces, and columns: many groups led to the line as one, by escorts or by the people themselves."""

from __future__ import annotations

import math

from sim.core.distributions import lognormal
from sim.core.event_order import COLUMN_KEY, Priority, Why
from sim.core.random_streams import Draw, key_of, uniform
from sim.core.record_types import Word
from sim.core.units import HOURS_PER_DAY
from sim.model.journeys.standoffs import begin_standoff, call_for
from sim.model.state.entities import Column, Line, LineWatch, Standoff
from sim.model.state.membership import in_order_of_keys, persons_of
from sim.model.state.world import Day, World
from sim.record.events import Actor, Kind
from sim.scenario.levers.lever_kinds import CONTROL_INDEX

COLUMN_RATE = CONTROL_INDEX["column_rate"]


# what leads to columns


def watch_line(world: World, watch: LineWatch) -> Day:
    """A threshold is spent at a rate that each midnight, and each lever that moves it, sets anew."""
    watch.threshold = new_threshold(world, watch)
    while True:
        columns = world.params.columns
        at_line = people_at_line(world, watch.sector) / 1000.0
        drawn_here = world.interior.persons / 1000.0 * share_of_choice(world, watch.sector)
        watch.rate = world.value[COLUMN_RATE][watch.sector]
        by_escort = columns.per_day_per_1000 * watch.rate * at_line
        by_people = (
            columns.self_per_day_per_1000 * at_line + columns.self_waiting_per_day_per_1000 * drawn_here
        )
        rate_per_h = (by_escort + by_people) / HOURS_PER_DAY if world.params.mechanisms.columns else 0.0
        begun = world.now
        # The numbers above hold until midnight: following everybody who comes and goes would wake the watch
        # for every group.
        midnight = HOURS_PER_DAY * (math.floor(begun / HOURS_PER_DAY) + 1)
        due = begun + watch.threshold / rate_per_h if rate_per_h > 0.0 else math.inf
        watch.until_h = min(due, midnight)
        why = yield world.wait_until(watch, watch.until_h, Why.RATE_CHANGED)
        if why == Why.DUE and due < midnight:
            lead_here(world, watch, by_escort, by_people)
            watch.formed += 1
            watch.threshold = new_threshold(world, watch)
        else:
            # What is left of the threshold is spent at the new rate: an exponential hazard that changes with
            # time, with one random number a column.
            watch.threshold = max(0.0, watch.threshold - (world.now - begun) * rate_per_h)


def renew_watches(world: World) -> None:
    """A lever has turned: where it moved the rate of columns,
    the threshold is spent at another rate from now on."""
    for watch in world.line_watches:
        moved = world.value[COLUMN_RATE][watch.sector] != watch.rate
        if moved and watch.until_h > world.now:
            world.take(watch, Why.RATE_CHANGED)


def new_threshold(world: World, watch: LineWatch) -> float:
    """How much rate it takes until the next column."""
    return -math.log(uniform(watch.luck, Draw.COLUMN_THRESHOLD, watch.formed))


def people_at_line(world: World, sector: int) -> int:
    """People an escort force could lead: in the strip and in the sites of its sector."""
    persons = persons_in(world, world.sectors[sector].strip)
    for site in world.sites:
        if site.sector == sector:
            persons += persons_in(world, site.line)
    return persons


def persons_in(world: World, line: Line | None) -> int:
    """People in a line."""
    return line.persons if line is not None else 0


def share_of_choice(world: World, sector: int) -> float:
    """The share of people of no particular route who would choose a sector today."""
    weights = world.weights[len(world.params.routes)]
    total = 0.0
    for weight in weights:
        total += weight
    return weights[sector] / total if total > 0.0 else 0.0


# a column


def lead_here(world: World, watch: LineWatch, by_escort: float, by_people: float) -> None:
    """A column of a size of its own forms, led by escorts or by the people."""
    columns = world.params.columns
    u = uniform(watch.luck, Draw.COLUMN_INITIATOR, watch.formed) * (by_escort + by_people)
    initiator = Actor.ESCORT if u < by_escort else Actor.PEOPLE
    size = lognormal(
        uniform(watch.luck, Draw.COLUMN_SIZE, watch.formed), columns.size_median, columns.size_log_sd
    )
    # Cut at columns.max_persons: a lognormal has no largest column.
    target = min(int(size), columns.max_persons)
    key = key_of(world.params.sector_keys[watch.sector], COLUMN_KEY, watch.formed)
    form_column(
        world,
        key,
        sector=watch.sector,
        target=target,
        initiator=initiator,
        cause=-1,
        from_interior=columns.waiting_share,
    )


def form_column(
    world: World, key: Word, *, sector: int, target: int, initiator: int, cause: int, from_interior: float
) -> None:
    """Gather groups until the target is met: from the strip, from sites, then from the interior;
    oldest first."""
    at_line = people_at_line(world, sector)
    inland = min(int(from_interior * target), world.interior.persons)
    # Below the size at which groups stand off, a column would be a stand-off that a group of its size never
    # has.
    if min(target, at_line + inland) < world.params.standoffs.min_persons:
        return
    column = Column(key=key, luck=world.luck_of(key), sector=sector, initiator=initiator)
    column.row = world.write(world.now, Kind.COLUMN_FORMED, key, 0, sector, initiator, float(target), cause)
    # The strip first: its people stand before the line already, those of the interior have to be brought.
    gather(world, column, world.sectors[sector].strip, target)
    for site in world.sites:
        if site.sector == sector:
            gather(world, column, site.line, target)
    gather(world, column, world.interior, min(target, persons_of(world, column.members) + inland))
    world.begin(column, lead)


def gather(world: World, column: Column, line: Line | None, target: int) -> None:
    """Groups of a line join, oldest first, until so many people are in the column."""
    persons = persons_of(world, column.members)
    while persons < target:
        first = line.first if line is not None else None
        g = first.group if first is not None else None
        if g is None:
            return
        g.column = column
        g.next_member = column.members
        column.members = g
        persons += g.persons
        world.take(g, Why.JOINS_COLUMN)


def lead(world: World, column: Column) -> Day:
    """The column forms, comes to the line, and stands before the guards."""
    yield world.wait(
        column, world.duration(uniform(column.luck, Draw.COLUMN_FORMING, 0), world.params.forming)
    )
    # People may have died while it formed, and members were chained as they joined: keys give an order that
    # no line's history changes.
    column.members = in_order_of_keys(world, column.members)
    persons = persons_of(world, column.members)
    at_line = world.write(
        world.now, Kind.COLUMN_AT_LINE, column.key, persons, column.sector, column.initiator, 0.0, column.row
    )
    if column.members is not None:
        column.row = world.write(
            world.now, Kind.DETECTED, column.key, persons, column.sector, Actor.GUARD, 0.0, at_line
        )
        if world.params.mechanisms.standoffs:
            stand_before_guards(world, column)
        else:
            disperse(world, column)
    world.forget(column)


def stand_before_guards(world: World, column: Column) -> None:
    """The column is one stand-off; teams are called, and the ladder starts."""
    standoff = Standoff(
        key=column.key, luck=column.luck, sector=column.sector, initiator=column.initiator,
        members=column.members,
        row=column.row,
    )  # fmt: skip
    g = column.members
    while g is not None:
        g.standoff = standoff
        world.take(g, Why.DUE)
        g.column = None
        g = g.next_member
    call_for(world, standoff, Priority.LARGE)
    begin_standoff(world, standoff, column.row)


def disperse(world: World, column: Column) -> None:
    """Nobody stands off here: every group tries by itself."""
    g = column.members
    while g is not None:
        following = g.next_member
        g.column = None
        g.next_member = None
        world.take(g, Why.DISPERSED)
        g = following
