"""The event loop: build the world, go on until a time, close the books. The twin of `sim.model.simulate`.

    build(w); advance(w, until, events) -> code; finish(w)

`advance` comes back when the time is reached (DONE), so many events have passed (BUDGET_SPENT), an array should be
given more room before going on (ARRAY_FULL), one event needed more room than there was (TOO_SMALL: the run starts
anew with more), or a law of the model is broken (BROKEN).
"""

from __future__ import annotations

from typing import Any

from sim.core.distributions import draw_duration
from sim.core.event_order import Rank
from sim.core.random_streams import Draw
from sim.core.units import HOURS_PER_DAY
from sim.record.events import Kind
from tests.twin.acts import (
    ARRAY_FULL,
    BUDGET_SPENT,
    DONE,
    NO_KEY,
    NONE,
    OF_ANSWER,
    OF_ARRIVAL,
    OF_COLUMN,
    OF_FLIGHT,
    OF_GROUP,
    OF_HARM,
    OF_LEVER,
    OF_MIDNIGHT,
    OF_SHIFT,
    OF_STANDOFF,
    OF_TEAMS_BACK,
    OF_WATCH,
    TOO_SMALL,
    appoint,
    draw,
    enter,
    hours_left,
    note,
    place_of,
    sort_by_key,
    take_next,
)
from tests.twin.controls import refresh
from tests.twin.crowds import lead_column, new_watch_threshold, step_standoff, watch_again, watch_line
from tests.twin.day import (
    answer,
    appoint_flight,
    appoint_lever,
    arrive,
    begin_counting,
    begin_day,
    check,
    fly_removals,
    hear_sanctions,
    midnight,
    people_of,
    take_first_posture,
    turn_is_due,
    turn_lever,
    turn_sites,
)
from tests.twin.health import fall_due
from tests.twin.journey import NEXT_TRY, STAGING, go_on, stand, travel
from tests.twin.luck import as_word, key_of_two
from tests.twin.posts import begin_shift, settle_hours, take_back
from tests.twin.views import (
    groups,
    heap,
    laws,
    levers,
    person_hours,
    quantiles,
    scratch,
    scratch_keys,
    sectors,
    stock,
    stock_laws,
    stocks,
    stocks_at_start,
    turn_first,
    turn_hours,
    turn_posts,
)


def build(w: Any) -> int:
    """The world at its first midnight, everybody at their place, every process begun; a code."""
    for sector in range(w.sectors_n):
        stand(w, sector)
    begin_counting(w, 0)
    hear_sanctions(w)
    refresh(w, 0.0)
    take_first_posture(w)
    begin_day(w)
    if w.days > 1:
        appoint(w, HOURS_PER_DAY, Rank.MIDNIGHT, OF_MIDNIGHT, NO_KEY, 1, 1)
    if w.turns_n > 0:
        appoint_shift(w)
    for country in range(w.countries_n):
        appoint_flight(w, country)
    for lever in range(w.levers_n):
        if levers(w)[lever].dated:
            appoint_lever(w, lever)
    turn_sites(w)
    place_stocks(w)
    for sector in range(w.sectors_n):
        sectors(w)[sector].watch_threshold = new_watch_threshold(w, sector)
        watch_line(w, sector)
    for i in range(len(stock(w))):
        stocks(w)[i] = stock(w)[i]
    return w.code


def appoint_shift(w: Any) -> None:
    """The next hour at which shifts change."""
    at = HOURS_PER_DAY * w.turn_day + turn_hours(w)[w.turn]
    appoint(w, at, Rank.SHIFT, OF_SHIFT, NO_KEY, w.turns_n * w.turn_day + w.turn, w.turn)


def change_shifts(w: Any, turn: int) -> None:
    """Teams come on duty, and go off it."""
    for i in range(turn_first(w)[turn], turn_first(w)[turn + 1]):
        begin_shift(w, turn_posts(w)[i], NONE)
    w.turn += 1
    if w.turn == w.turns_n:
        w.turn = 0
        w.turn_day += 1
    if w.turn_day < w.days:
        appoint_shift(w)


def place_stocks(w: Any) -> None:
    """Make the groups of every stock, and begin their journeys in the order of their keys."""
    n = 0
    all_stocks = stocks_at_start(w)
    for i in range(w.stocks_count):
        s = all_stocks[i]
        placed, made = 0, 0
        while placed < s.persons:
            g = people_of(w, key_of_two(s.key, as_word(made)), s.route, s.persons - placed)
            if w.code != 0 or n >= len(scratch(w)):
                w.code = TOO_SMALL
                return
            place(w, g, i)
            scratch(w)[n], scratch_keys(w)[n] = g, groups(w)[g].key
            n += 1
            made += 1
            placed += groups(w)[g].persons
    sort_by_key(w, n)
    for i in range(n):
        g = scratch(w)[i]
        stage = groups(w)[g].stage
        travel(w, g, stage)
        groups(w)[g].waited_h = 0.0


def place(w: Any, g: int, i: int) -> None:
    """A group of a stock stands where the scenario says; its stage is the one to begin."""
    s, x = stocks_at_start(w)[i], groups(w)[g]
    x.attempts = x.tries = s.attempts
    x.sector, x.site, x.heard, x.compartment, x.stage = s.sector, s.site, s.heard, s.compartment, s.stage
    x.place = place_of(w, x.compartment, x.sector)
    enter(w, x.compartment, x.place, x.persons)
    note(w, g, Kind.WAS_PRESENT, 0, float(x.compartment), 0)
    x.waited_h = draw_duration(draw(w, g, Draw.INITIAL_WAIT, 0), stock_laws(w)[i], quantiles(w))
    if s.waits:
        if s.attempts:
            x.next_hours = hours_left(w, g, laws(w)[NEXT_TRY], Draw.NEXT_TRY, s.attempts, 0)
        else:
            x.next_hours = hours_left(w, g, laws(w)[STAGING], Draw.STAGING, 0, 0)


def is_short(w: Any) -> bool:
    """Whether an array should be given more room before the next event."""
    return (
        4 * w.heap_used > 3 * w.heap_room or 4 * w.groups_used > 3 * w.groups_room or 4 * w.calls_used > 3 * w.calls_room
        or 4 * w.crowds_used > 3 * w.crowds_room or 4 * w.columns_used > 3 * w.columns_room or 4 * w.cells_used > 3 * w.cells_room
        or 4 * w.said_used > 3 * w.said_room or (w.keep_rows != 0 and 4 * w.next_row > 3 * w.rows_room)
    )  # fmt: skip


def advance(w: Any, until: float, events: int) -> int:
    """Serve events before a time, so many at most."""
    left = events
    while w.heap_used > 0:
        if heap(w)[0].time >= until:
            break
        if is_short(w):
            return ARRAY_FULL
        if left <= 0:
            return BUDGET_SPENT
        left -= 1
        serve(w)
        if w.code != 0:
            return w.code
    return DONE


def serve(w: Any) -> None:
    """The next event."""
    take_next(w)
    e = heap(w)[len(heap(w)) - 1]
    w.now = e.time
    w.events += 1
    what, slot, entity, occasion = e.what, e.slot, e.entity, e.occasion
    if what == OF_GROUP:
        x = groups(w)[slot]
        if x.alive and x.waiting and x.key == entity and x.version == occasion:
            x.waiting = 0
            travel(w, slot, go_on(w, slot, 0))
    elif what == OF_ARRIVAL:
        arrive(w, slot, entity, occasion)
    elif what == OF_TEAMS_BACK:
        take_back(w, slot)
    elif what == OF_HARM:
        fall_due(w, slot, entity, occasion)
    elif what == OF_STANDOFF:
        step_standoff(w, slot, entity, occasion)
    elif what == OF_WATCH:
        watch_again(w, slot, occasion)
    elif what == OF_COLUMN:
        lead_column(w, slot)
    elif what == OF_MIDNIGHT:
        midnight(w, slot)
        if slot + 1 < w.days:
            appoint(w, HOURS_PER_DAY * (slot + 1), Rank.MIDNIGHT, OF_MIDNIGHT, NO_KEY, slot + 1, slot + 1)
    elif what == OF_SHIFT:
        change_shifts(w, slot)
    elif what == OF_LEVER:
        if turn_is_due(w, slot, occasion):
            turn_lever(w, slot, occasion)
    elif what == OF_FLIGHT:
        fly_removals(w, slot)
    elif what == OF_ANSWER:
        answer(w, slot, occasion)


def finish(w: Any) -> int:
    """Close the books at the end: nothing at or after it happens."""
    w.now = w.end_h
    check(w)
    settle_hours(w)
    n = 0
    for g in range(w.groups_used):
        if groups(w)[g].alive:
            scratch(w)[n], scratch_keys(w)[n] = g, as_word(groups(w)[g].serial)
            n += 1
    sort_by_key(w, n)
    for i in range(n):
        x = groups(w)[scratch(w)[i]]
        person_hours(w)[x.compartment] += x.persons * (w.end_h - x.since)
    cells_n = len(stock(w))
    for i in range(cells_n):
        stocks(w)[w.days * cells_n + i] = stock(w)[i]
    return w.code


def run_build(world: Any) -> int:
    """`build`, from an array that holds the world alone."""
    return build(world[0])


def run_advance(world: Any, until: float, events: int) -> int:
    """`advance`, from an array that holds the world alone."""
    return advance(world[0], until, events)


def run_finish(world: Any) -> int:
    """`finish`, from an array that holds the world alone."""
    return finish(world[0])
