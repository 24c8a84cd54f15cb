"""What the compiled engine does in its own way: events in a heap, rows and their counters in arrays,
the loop.

    run_build(w); run_advance(w, until, events) -> code; run_finish(w)

`advance` comes back when the time is reached (DONE), so many events have passed (BUDGET_SPENT),
an array should be given more room before going on (ARRAY_FULL), or a law of the model is broken (BROKEN).
Where one event needs more room than there is, `Full` is raised: the run starts anew with more.
"""

from __future__ import annotations

from typing import Any

from sim.engines.compiled.calendar_and_log import cell_at, cells, heap, rows, said, said_at, stocks
from sim.record.log import ASCRIBES_BIT, KNOWN, PARTIES, REPORTS_BIT, SLOTS

DONE, BUDGET_SPENT, ARRAY_FULL, BROKEN = 0, 1, 2, 3


class Full(Exception):
    """An event needs more room than an array has."""


# what is made of the model takes the places of these


def serve(world: Any, what: int, slot: int, entity: Any, occasion: int) -> None:
    """An event is served."""
    raise NotImplementedError


def start(world: Any) -> None:
    """The world at its first midnight, every process begun."""
    raise NotImplementedError


def close_books(world: Any) -> None:
    """Nothing at or after the end happens."""
    raise NotImplementedError


def count_watched(world: Any, kind: int, persons: int, sector: int, witness: int) -> None:
    """Triggers count a row that their party knows of."""
    raise NotImplementedError


def stock(world: Any) -> Any:
    """People by compartment and place."""
    raise NotImplementedError


def watches(world: Any) -> int:
    """How many triggers there are."""
    raise NotImplementedError


def is_short(world: Any) -> bool:
    """Whether an array should be given more room before the next event."""
    raise NotImplementedError


# events


def is_before(a: Any, b: Any) -> bool:
    """Whether an event is served before another: by time, rank, entity, occasion."""
    # The order in which Python compares SimPy's tuples (sim.model.state.waits): equal logs hang on it.
    if a.time != b.time:
        return a.time < b.time
    if a.rank != b.rank:
        return a.rank < b.rank
    if a.entity != b.entity:
        return a.entity < b.entity
    return a.occasion < b.occasion


def appoint(world: Any, time_h: float, rank: int, what: int, entity: Any, occasion: int, slot: int) -> None:
    """Put an event into the heap."""
    h = heap(world)
    at = world.heap_used
    # The heap's last place is the working copy, here and in take_next.
    if at + 1 >= world.heap_room:
        raise Full()
    last = h[world.heap_room - 1]
    last.time, last.rank, last.what, last.entity, last.occasion, last.slot = (
        time_h,
        rank,
        what,
        entity,
        occasion,
        slot,
    )
    world.heap_used = at + 1
    while at > 0:
        above = (at - 1) // 2
        if not is_before(last, h[above]):
            break
        h[at] = h[above]
        at = above
    h[at] = last


def take_next(world: Any) -> None:
    """Take the first event out of the heap; it is then in the heap's last place."""
    h = heap(world)
    world.heap_used -= 1
    n = world.heap_used
    # Whoever serves the event reads it there: this place is used again only by the next appointment.
    h[world.heap_room - 1] = h[0]
    # A view of the place behind the heap, where nothing is written meanwhile.
    moved = h[n]
    at = 0
    below = 1
    while below < n:
        if below + 1 < n and is_before(h[below + 1], h[below]):
            below += 1
        if not is_before(h[below], moved):
            break
        h[at] = h[below]
        at = below
        below = 2 * at + 1
    h[at] = moved


def fail(world: Any, fault: int) -> None:
    """A law of the model is broken: the run stops after this event."""
    world.code = BROKEN
    # A number: compiled code holds no texts. The words stand in `Summary.faults`.
    world.fault = fault


# rows


def write(
    world: Any, time_h: float, kind: int, group: Any, persons: int, sector: int, actor: int, amount: float,
    cause: int, witness: int
) -> int:  # fmt: skip
    """Append one row, count it, and give its number."""
    number = world.next_row
    world.next_row = number + 1
    if world.keep_rows:
        if number >= world.rows_room:
            raise Full()
        row = rows(world)[number]
        row.time, row.group, row.value, row.persons, row.cause = time_h, group, amount, persons, cause
        row.kind, row.sector, row.actor, row.witness = kind, sector, actor, witness
    # The key of `sim.record.log.RunRecord.counts` without its day: sector -1 is slot 0.
    cell = (sector + 1) * SLOTS + kind * 8 + actor
    count(world, cell, persons, amount)
    if witness:
        if witness > KNOWN:
            count_reports(world, cell, persons, witness)
        # Every witnessed row comes here: without a trigger nothing more is called.
        if watches(world) > 0:
            count_watched(world, kind, persons, sector, witness)
    return number


def count(world: Any, cell: int, persons: int, amount: float) -> None:
    """Count a row in its cell of the day."""
    # The index plus one, so that an array of zeros says that nothing is counted yet.
    at = cell_at(world)[cell]
    if at == 0:
        at = world.cells_used + 1
        if at > world.cells_room:
            raise Full()
        world.cells_used = at
        cell_at(world)[cell] = at
        new = cells(world)[at - 1]
        new.key, new.rows, new.persons, new.value = world.day_base + cell, 1, persons, amount
        return
    old = cells(world)[at - 1]
    old.rows += 1
    old.persons += persons
    old.value += amount


def count_reports(world: Any, cell: int, persons: int, witness: int) -> None:
    """Count a row in what each party reports of its cell."""
    reports, ascribes = (witness >> REPORTS_BIT) & KNOWN, witness >> ASCRIBES_BIT
    for party in range(PARTIES):
        if not (reports >> party) & 1:
            continue
        at = said_at(world)[cell * PARTIES + party]
        if at == 0:
            at = world.said_used + 1
            if at > world.said_room:
                raise Full()
            world.said_used = at
            said_at(world)[cell * PARTIES + party] = at
            new = said(world)[at - 1]
            new.key, new.rows, new.persons, new.ascribed = (world.day_base + cell) * PARTIES + party, 0, 0, 0
        old = said(world)[at - 1]
        old.rows += 1
        old.persons += persons
        old.ascribed += (ascribes >> party) & 1


def begin_counting(world: Any, day: int) -> None:
    """Rows are counted in this day from now on; the stocks at its midnight are kept."""
    keep_stocks(world, day)
    # Only cells that were used on the day that ended: there are 1,024 for each sector.
    for i in range(world.first_cell, world.cells_used):
        cell_at(world)[cells(world)[i].key - world.day_base] = 0
    for i in range(world.first_said, world.said_used):
        said_at(world)[said(world)[i].key - world.day_base * PARTIES] = 0
    world.first_cell, world.first_said = world.cells_used, world.said_used
    world.day_base = day * (world.Post_n + 1) * SLOTS


def keep_stocks(world: Any, day: int) -> None:
    """The stocks at the midnight of a day."""
    now = stock(world)
    n = world.A_stock_n
    for i in range(n):
        stocks(world)[day * n + i] = now[i]


# the loop


def advance(world: Any, until: float, events: int) -> int:
    """Serve events before a time, so many at most."""
    left = events
    while world.heap_used > 0:
        if heap(world)[0].time >= until:
            break
        # Before the event is taken, so that it is still there when Python comes back with more room; during
        # an event no array may move.
        if is_short(world):
            return ARRAY_FULL
        if left <= 0:
            return BUDGET_SPENT
        left -= 1
        take_next(world)
        e = heap(world)[world.heap_room - 1]
        world.now = e.time
        world.events += 1
        serve(world, e.what, e.slot, e.entity, e.occasion)
        if world.code != DONE:
            return int(world.code)
    return DONE


def run_build(world: Any) -> int:
    """`start`, from an array that holds the world alone."""
    start(world[0])
    keep_stocks(world[0], 0)
    return int(world[0].code)


def run_advance(world: Any, until: float, events: int) -> int:
    """`advance`, from an array that holds the world alone."""
    return advance(world[0], until, events)


def run_finish(world: Any) -> int:
    """The end, from an array that holds the world alone."""
    # Integrals of persons and teams run to the end, not to the last event.
    world[0].now = world[0].p_end_h
    close_books(world[0])
    keep_stocks(world[0], world[0].p_days)
    return int(world[0].code)
