"""The few acts that change the world: rows, moves, waits, lines. The twin of `sim.model.state.world` and `.waiting`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.distributions import draw_duration
from sim.core.event_order import WAIT_DRAWS, Rank
from sim.core.random_streams import Draw
from sim.core.units import HOURS_PER_DAY
from sim.record.events import Kind
from sim.record.log import ASCRIBES_BIT, KNOWN, PARTIES, REPORTS_BIT, SLOTS
from tests.twin.luck import key_of_three, uniform
from tests.twin.views import (
    cell_at,
    cells,
    groups,
    heap,
    laws,
    lines,
    moves_to,
    person_hours,
    placed,
    quantiles,
    rows,
    said,
    said_at,
    scratch,
    scratch_keys,
    sectors,
    stock,
    value,
    watch_days,
    watch_kinds,
    watch_where,
    watches,
)

DONE, BUDGET_SPENT, ARRAY_FULL, TOO_SMALL, BROKEN = 0, 1, 2, 3, 4
"""What a call of the loop ends with. TOO_SMALL: one event needed more room than an array had left."""
NOBODY_LOST, NEVER_BELOW_NOUGHT, NOBODY_TAKES_THE_ENDED, LADDER_ENDED_UNSEEN = 1, 2, 3, 4
NONE = -1
OF_MIDNIGHT, OF_LEVER, OF_SHIFT, OF_FLIGHT, OF_ANSWER, OF_TEAMS_BACK, OF_WATCH, OF_COLUMN, OF_STANDOFF, OF_HARM, OF_GROUP, \
    OF_ARRIVAL = range(12)  # fmt: skip
INTERIOR, FIRST_STRIP = 0, 1
NO_KEY = np.uint64(0)


def control(w: Any, index: int, place: int) -> float:
    """The present value of a control at a place."""
    return value(w)[index * w.stride + place]


def hour_of_day(w: Any) -> float:
    """Hours since the last midnight."""
    return w.now - HOURS_PER_DAY * math.floor(w.now / HOURS_PER_DAY)


def luck_of(w: Any, key: Any) -> Any:
    """The luck of an entity in this replication."""
    return key_of_three(w.seed, w.replication, key)


def fail(w: Any, fault: int) -> None:
    """A law of the model is broken: the run stops after this event."""
    w.code = BROKEN
    w.fault = fault


# events


def is_before(a: Any, b: Any) -> bool:
    """Whether an event is served before another: by time, rank, entity, occasion."""
    if a.time != b.time:
        return a.time < b.time
    if a.rank != b.rank:
        return a.rank < b.rank
    if a.entity != b.entity:
        return a.entity < b.entity
    return a.occasion < b.occasion


def appoint(w: Any, time_h: float, rank: int, what: int, entity: Any, occasion: int, slot: int) -> None:
    """Put an event into the heap."""
    h = heap(w)
    at = w.heap_used
    if at + 1 >= len(h):
        w.code = TOO_SMALL
        return
    last = h[len(h) - 1]
    last.time, last.rank, last.what, last.entity, last.occasion, last.slot = (
        time_h,
        rank,
        what,
        entity,
        occasion,
        slot,
    )
    w.heap_used = at + 1
    while at > 0:
        above = (at - 1) // 2
        if not is_before(last, h[above]):
            break
        h[at] = h[above]
        at = above
    h[at] = last


def take_next(w: Any) -> None:
    """Take the first event out of the heap; it is then in the heap's last place."""
    h = heap(w)
    w.heap_used -= 1
    n = w.heap_used
    h[len(h) - 1] = h[0]
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


# rows and compartments


def write(
    w: Any,
    kind: int,
    group: Any,
    persons: int,
    sector: int,
    actor: int,
    amount: float,
    cause: int,
    witness: int,
) -> int:
    """Append one row at this time, count it, and give its number."""
    number = w.next_row
    w.next_row = number + 1
    if w.keep_rows:
        r = rows(w)
        if number < len(r):
            row = r[number]
            row.time, row.group, row.value, row.persons, row.cause = w.now, group, amount, persons, cause
            row.kind, row.sector, row.actor, row.witness = kind, sector, actor, witness
        else:
            w.code = TOO_SMALL
    count(w, (sector + 1) * SLOTS + kind * 8 + actor, persons, amount)
    if witness:
        if witness > KNOWN:
            count_reports(w, (sector + 1) * SLOTS + kind * 8 + actor, persons, witness)
        for i in range(w.watches_n):
            watch = watches(w)[i]
            knows = (witness >> watch.party) & 1 and watch_kinds(w)[i * 128 + kind] and sector >= 0
            if knows and watch_where(w)[i * w.sectors_n + sector]:
                watch_days(w)[i * (w.days + 1) + w.day] += 1.0 if watch.by_rows else float(persons)
    return number


def count(w: Any, cell: int, persons: int, amount: float) -> None:
    """Count a row in its cell of the day."""
    at = cell_at(w)[cell]
    if at == 0:
        at = w.cells_used + 1
        if at > w.cells_room:
            w.code = TOO_SMALL
            return
        w.cells_used = at
        cell_at(w)[cell] = at
        new = cells(w)[at - 1]
        new.key, new.rows, new.persons, new.value = w.day_base + cell, 1, persons, amount
        return
    old = cells(w)[at - 1]
    old.rows += 1
    old.persons += persons
    old.value += amount


def count_reports(w: Any, cell: int, persons: int, witness: int) -> None:
    """Count a row in what each party reports of its cell."""
    reports, ascribes = (witness >> REPORTS_BIT) & KNOWN, witness >> ASCRIBES_BIT
    for party in range(PARTIES):
        if not (reports >> party) & 1:
            continue
        at = said_at(w)[cell * PARTIES + party]
        if at == 0:
            at = w.said_used + 1
            if at > w.said_room:
                w.code = TOO_SMALL
                return
            w.said_used = at
            said_at(w)[cell * PARTIES + party] = at
            new = said(w)[at - 1]
            new.key, new.rows, new.persons, new.ascribed = (w.day_base + cell) * PARTIES + party, 0, 0, 0
        old = said(w)[at - 1]
        old.rows += 1
        old.persons += persons
        old.ascribed += (ascribes >> party) & 1


def enter(w: Any, compartment: int, place: int, persons: int) -> None:
    """People come into being in a compartment."""
    stock(w)[compartment * w.stock_stride + place + 1] += persons


def leave(w: Any, compartment: int, place: int, persons: int, hours: float) -> None:
    """People leave a compartment after some hours in it."""
    cell = compartment * w.stock_stride + place + 1
    stock(w)[cell] -= persons
    person_hours(w)[compartment] += persons * hours
    if stock(w)[cell] < 0:
        fail(w, NEVER_BELOW_NOUGHT)


def place_of(w: Any, compartment: int, sector: int) -> int:
    """The country where people in a compartment are, -1 in the transit state."""
    if placed(w)[compartment] and sector >= 0:
        return sectors(w)[sector].country
    return NONE


def note(w: Any, g: int, kind: int, actor: int, amount: float, witness: int) -> int:
    """Write a row about a group; the next row of its story is caused by this one."""
    return note_caused(w, g, kind, actor, amount, groups(w)[g].row, witness)


def note_caused(w: Any, g: int, kind: int, actor: int, amount: float, cause: int, witness: int) -> int:
    """Write a row about a group that something else has caused."""
    x = groups(w)[g]
    x.row = write(w, kind, x.key, x.persons, x.sector, actor, amount, cause, witness)
    return x.row


def move(w: Any, g: int, kind: int, actor: int, amount: float, witness: int) -> None:
    """Move a whole group to the compartment that the kind of row puts it in, and write the row."""
    move_caused(w, g, kind, actor, amount, groups(w)[g].row, witness)


def move_caused(w: Any, g: int, kind: int, actor: int, amount: float, cause: int, witness: int) -> None:
    """Move a whole group, for a cause outside its own story."""
    x = groups(w)[g]
    leave(w, x.compartment, x.place, x.persons, w.now - x.since)
    compartment = moves_to(w)[kind]
    x.place = place_of(w, compartment, x.sector)
    enter(w, compartment, x.place, x.persons)
    x.compartment = compartment
    x.since = w.now
    x.row = write(w, kind, x.key, x.persons, x.sector, actor, amount, cause, witness)


def bury(w: Any, g: int, kind: int, actor: int, witness: int) -> None:
    """One person of a group dies: the row, the compartment, and the attempt if one was under way."""
    x = groups(w)[g]
    leave(w, x.compartment, x.place, 1, w.now - x.since)
    compartment = moves_to(w)[kind]
    enter(w, compartment, place_of(w, compartment, x.sector), 1)
    row = write(w, kind, x.key, 1, x.sector, actor, 0.0, x.row, witness)
    if x.trying:
        write(w, Kind.DIED_IN_ATTEMPT, x.key, 1, x.sector, actor, 0.0, row, witness)
    x.persons -= 1
    x.minors = min(x.minors, x.persons)


# groups


def draw(w: Any, g: int, stream: int, occasion: int) -> float:
    """The group's own number at an address."""
    return uniform(groups(w)[g].luck, stream, occasion)


def hours(w: Any, g: int, law: Any, stream: int, occasion: int) -> float:
    """A duration from the group's own luck."""
    return draw_duration(uniform(groups(w)[g].luck, stream, occasion), law, quantiles(w))


def hours_left(w: Any, g: int, law: Any, stream: int, occasion: int, clock: int) -> float:
    """What is left of a duration: all of it, but for people of an initial stock, who have waited already."""
    waited = groups(w)[g].waited_h
    if waited <= 0.0:
        return hours(w, g, law, stream, occasion)
    for i in range(clock * WAIT_DRAWS + 1, (clock + 1) * WAIT_DRAWS):
        wait_h = hours(w, g, law, Draw.INITIAL_WAIT, i)
        if wait_h > waited:
            return wait_h - waited
    return draw(w, g, Draw.INITIAL_WAIT, (clock + 1) * WAIT_DRAWS) * waited


def new_group(w: Any, key: Any) -> int:
    """A place for a group, with its own luck and nothing else set."""
    g = w.free_group
    if g >= 0:
        w.free_group = groups(w)[g].next_free
    elif w.groups_used + 1 >= w.groups_room:
        w.code = TOO_SMALL
        g = w.groups_room - 1
    else:
        g = w.groups_used
        w.groups_used = g + 1
    x = groups(w)[g]
    x.key = key
    x.luck = luck_of(w, key)
    x.reserve = 1.0
    x.since = x.next_hours = x.threshold = x.situation = x.mark = x.rate = 0.0
    x.detected_h = math.inf
    x.wishes = x.heard = x.attempts = x.tries = x.trying = x.guided = x.waiting = x.detected_at = x.harms = (
        x.token
    ) = 0
    x.sector = x.site = x.place = x.row = x.call = x.column = x.crowd = x.aim_sector = x.line = (
        x.next_member
    ) = NONE
    x.compartment = x.version = x.willing = 0
    x.stage = NONE
    x.alive = 1
    x.serial = w.serial
    w.serial += 1
    w.made += 1
    return g


def free_group(w: Any, g: int) -> None:
    """A group's journey is over: its place can be given to another."""
    x = groups(w)[g]
    x.alive = 0
    x.waiting = 0
    x.next_free = w.free_group
    w.free_group = g


def wait_until(w: Any, g: int, time_h: float, stage: int) -> None:
    """The group waits for a time, unless somebody takes it first."""
    x = groups(w)[g]
    x.version += 1
    x.waiting = 1
    x.stage = stage
    appoint(w, time_h, Rank.GROUP, OF_GROUP, x.key, x.version, g)


def stand_by(w: Any, g: int, stage: int) -> None:
    """The group waits for somebody to take it; no time of its own runs."""
    x = groups(w)[g]
    x.version += 1
    x.waiting = 0
    x.stage = stage


# lines: by how long groups have waited, then by key; two that a group can be in at once have links of their own


def stands_behind(since: float, key: Any, other_since: float, other_key: Any) -> bool:
    """Whether somebody in a line comes after another: oldest first, then by key."""
    return since > other_since or (since == other_since and key > other_key)


def line_add(w: Any, g: int, line: int) -> None:
    """The group joins the line of a place: the interior, a strip, a site, or a state's removals."""
    all_groups, own = groups(w), lines(w)[line]
    x = all_groups[g]
    x.line, x.line_since = line, w.now - x.waited_h
    before = own.last
    while before >= 0 and stands_behind(
        all_groups[before].line_since, all_groups[before].key, x.line_since, x.key
    ):
        before = all_groups[before].line_before
    after = own.first if before < 0 else all_groups[before].line_after
    x.line_before, x.line_after = before, after
    if before < 0:
        own.first = g
    else:
        all_groups[before].line_after = g
    if after < 0:
        own.last = g
    else:
        all_groups[after].line_before = g
    own.persons += x.persons
    own.count += 1


def line_leave(w: Any, g: int) -> None:
    """The group leaves the line of the place it waits at, if it is in one."""
    all_groups = groups(w)
    x = all_groups[g]
    if x.line < 0:
        return
    own = lines(w)[x.line]
    if x.line_before < 0:
        own.first = x.line_after
    else:
        all_groups[x.line_before].line_after = x.line_after
    if x.line_after < 0:
        own.last = x.line_before
    else:
        all_groups[x.line_after].line_before = x.line_before
    own.persons -= x.persons
    own.count -= 1
    x.line = NONE


def willing_add(w: Any, g: int) -> None:
    """The group would take a seat home."""
    all_groups, own = groups(w), lines(w)[w.seats_line]
    x = all_groups[g]
    x.willing, x.willing_since = 1, w.now - x.waited_h
    before = own.last
    while before >= 0 and stands_behind(
        all_groups[before].willing_since, all_groups[before].key, x.willing_since, x.key
    ):
        before = all_groups[before].willing_before
    after = own.first if before < 0 else all_groups[before].willing_after
    x.willing_before, x.willing_after = before, after
    if before < 0:
        own.first = g
    else:
        all_groups[before].willing_after = g
    if after < 0:
        own.last = g
    else:
        all_groups[after].willing_before = g
    own.persons += x.persons
    own.count += 1


def willing_leave(w: Any, g: int) -> None:
    """The group takes a seat, or would not any more."""
    all_groups = groups(w)
    x = all_groups[g]
    if not x.willing:
        return
    own = lines(w)[w.seats_line]
    if x.willing_before < 0:
        own.first = x.willing_after
    else:
        all_groups[x.willing_before].willing_after = x.willing_after
    if x.willing_after < 0:
        own.last = x.willing_before
    else:
        all_groups[x.willing_after].willing_before = x.willing_before
    own.persons -= x.persons
    own.count -= 1
    x.willing = 0


def one_fewer(w: Any, g: int) -> None:
    """One person of a waiting group is gone: its lines count one fewer."""
    x = groups(w)[g]
    if x.line >= 0:
        lines(w)[x.line].persons -= 1
    if x.willing:
        lines(w)[w.seats_line].persons -= 1


def removal_line(w: Any, country: int) -> int:
    """The line for removal of a state."""
    return FIRST_STRIP + w.sectors_n + w.sites_n + country


def site_line(w: Any, site: int) -> int:
    """The line of those in a site."""
    return FIRST_STRIP + w.sectors_n + site


def sort_by_key(w: Any, n: int) -> None:
    """Order the first n of the scratch array by the groups' keys (heap sort; keys are all different)."""
    s, k = scratch(w), scratch_keys(w)
    for start in range(n // 2 - 1, -1, -1):
        sift(s, k, start, n)
    for end in range(n - 1, 0, -1):
        s[0], s[end] = s[end], s[0]
        k[0], k[end] = k[end], k[0]
        sift(s, k, 0, end)


def sift(s: Any, k: Any, root: int, n: int) -> None:
    """Let the entry at a root sink to its place in a heap with the largest key above."""
    while True:
        child = 2 * root + 1
        if child >= n:
            return
        if child + 1 < n and k[child] < k[child + 1]:
            child += 1
        if not k[root] < k[child]:
            return
        s[root], s[child] = s[child], s[root]
        k[root], k[child] = k[child], k[root]
        root = child


def law(w: Any, index: int) -> Any:
    """A duration of the scenario, by its place in `tests.twin.memory.LAWS`."""
    return laws(w)[index]
