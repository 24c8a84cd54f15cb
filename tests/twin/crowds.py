"""Steps and ends of stand-offs, and columns: twin of the rest of `sim.model.journeys.standoffs` and of `.escorts`."""

from __future__ import annotations

import math
from typing import Any

from sim.core.distributions import draw_duration, lognormal, whole_share
from sim.core.event_order import BROKEN_PART, COLUMN_KEY, HARMS_A_TRY, Priority, Rank, Why
from sim.core.random_streams import Draw
from sim.core.units import HOURS_PER_DAY
from sim.record.events import Actor, Kind
from sim.record.sightings import Seen
from sim.scenario.levers.lever_kinds import CONTROL_INDEX
from tests.twin.acts import (
    FIRST_STRIP,
    INTERIOR,
    NONE,
    OF_COLUMN,
    OF_WATCH,
    TOO_SMALL,
    appoint,
    control,
    draw,
    luck_of,
    site_line,
    sort_by_key,
    write,
)
from tests.twin.health import die_of, each_person, end_empty, harm, recount, witness_mask
from tests.twin.journey import begin_standoff, new_crowd, new_threshold, run_on, split, take
from tests.twin.luck import as_word, key_of_three, uniform
from tests.twin.memory import LAWS
from tests.twin.posts import (
    TOP,
    call_teams,
    climb_on,
    free_crowd,
    persons_in,
    release_calls,
    spend_threshold,
    teams_at,
)
from tests.twin.views import (
    columns,
    crowds,
    groups,
    laws,
    lines,
    params,
    quantiles,
    scratch,
    scratch_keys,
    sectors,
    sites,
    weights,
)

COLUMN_RATE = CONTROL_INDEX["column_rate"]
FORMING = LAWS.index("forming")
GOES_ON = -1.0
DISPERSED, BREACHED, CLASHED = 0.0, 1.0, 2.0


def step_standoff(w: Any, k: int, key: Any, occasion: int) -> None:
    """What was waited for has come: a step of the ladder, or teams."""
    x = crowds(w)[k]
    if not x.alive or x.key != key or x.step != occasion:
        return
    if x.due > x.coming:
        spend_threshold(w, k)
        return
    x.running = 1
    ended = take_step(w, k)
    if ended != GOES_ON:
        end_standoff(w, k, ended)
        return
    x.threshold = new_threshold(w, k)
    x.running = 0
    climb_on(w, k)


def take_step(w: Any, k: int) -> float:
    """Which step it is; how the stand-off ends if it does by it."""
    c = crowds(w)[k]
    x = uniform(c.luck, Draw.STANDOFF_STEP, c.step) * c.total
    x -= c.people
    if x < 0.0:
        return step_up(w, k, Actor.PEOPLE)
    x -= c.escort
    if x < 0.0:
        return step_up(w, k, Actor.ESCORT)
    x -= c.guard
    if x < 0.0:
        return step_up(w, k, Actor.GUARD)
    x -= c.down
    if x < 0.0:
        c.level -= 1
        write_step(w, k, Kind.STEPPED_DOWN, Actor.GUARD, float(c.level))
        return GOES_ON
    return BREACHED if x - c.breach < 0.0 else DISPERSED


def step_up(w: Any, k: int, actor: int) -> float:
    """A level higher; at the top people are hurt, and it ends."""
    c = crowds(w)[k]
    c.level += 1
    if c.level > c.reached:
        c.reached = c.level
        write_step(w, k, Kind.REACHED_LEVEL_1 + c.level - 1, actor, float(c.level))
        if c.level == params(w).standoffs_reinforce_level:
            call_for_crowd(w, k, Priority.THREAT)
    if c.level < TOP:
        return GOES_ON
    injure(w, k, actor)
    return CLASHED


def write_step(w: Any, k: int, kind: int, actor: int, amount: float) -> None:
    """A row about a stand-off, with whoever sees it."""
    c = crowds(w)[k]
    mask = witness_mask(w, Seen.INCIDENT, c.luck, c.sector, c.step, actor)
    c.row = write(w, kind, c.key, persons_in(w, k), c.sector, actor, amount, c.row, mask)


def call_for_crowd(w: Any, k: int, priority: int) -> None:
    """More teams are called; the stand-off feels them when they arrive."""
    c = crowds(w)[k]
    before = (1 if c.first_call >= 0 else 0) + (1 if c.second_call >= 0 else 0)
    call = call_teams(w, k, 1, c.key, c.luck, before, c.sector, persons_in(w, k), priority, c.row)
    if c.first_call < 0:
        c.first_call = call
    else:
        c.second_call = call


def members_in_order(w: Any, first: int) -> int:
    """Put a list of members into the scratch array, in the order of their keys; how many there are."""
    s, keys = scratch(w), scratch_keys(w)
    n = 0
    g = first
    while g >= 0:
        if n >= len(s):
            w.code = TOO_SMALL
            return n
        s[n], keys[n] = g, groups(w)[g].key
        n += 1
        g = groups(w)[g].next_member
    sort_by_key(w, n)
    return n


def injure(w: Any, k: int, actor: int) -> None:
    """The top of the ladder: who is hurt is drawn person by person, and team by team."""
    p, c = params(w), crowds(w)[k]
    for i in range(members_in_order(w, c.members)):
        g = scratch(w)[i]
        x = groups(w)[g]
        hurt = each_person(w, g, Draw.STANDOFF_INJURY, p.standoffs_injury, x.tries)
        dead = each_person(w, g, Draw.STANDOFF_DEATH, p.standoffs_death, x.tries)
        before = x.row
        x.row = c.row
        for n in range(hurt):
            harm(w, g, Kind.HARMED_VIOLENCE, actor, x.tries * HARMS_A_TRY + n % HARMS_A_TRY)
        for n in range(dead):
            die_of(w, g, Kind.DIED_VIOLENCE, actor, x.tries * HARMS_A_TRY + n % HARMS_A_TRY)
        x.row = before
        if x.persons == 0:
            end_empty(w, g)
    for team in range(teams_at(w, k)):
        if uniform(c.luck, Draw.GUARD_INJURY, team) < p.standoffs_guard_injury:
            write(w, Kind.FORCE_MEMBER_HARMED, c.key, 1, c.sector, Actor.PEOPLE, 0.0, c.row, 0)


def end_standoff(w: Any, k: int, how: float) -> None:
    """Everybody goes their way, in the order of their keys; teams hold on for a while."""
    c = crowds(w)[k]
    c.running = 1
    write(w, Kind.STANDOFF_ENDED, c.key, persons_in(w, k), c.sector, Actor.NOBODY, how, c.row, 0)
    release_calls(w, k)
    for i in range(members_in_order(w, c.members)):
        g = scratch(w)[i]
        if groups(w)[g].persons <= 0:
            continue
        if how == BREACHED and groups(w)[g].trying:
            break_through(w, g)
        else:
            take(w, g, Why.DISPERSED)
    free_crowd(w, k)


def break_through(w: Any, g: int) -> None:
    """A part of a group gets through the line; the rest is stopped."""
    p, x = params(w), groups(w)[g]
    u = draw(w, g, Draw.STANDOFF_BREACH, x.tries)
    through = whole_share(x.persons, p.standoffs_breach_share, u)
    if through >= x.persons:
        take(w, g, Why.BROKE_THROUGH)
        return
    if through > 0 and p.mechanisms_splits:
        part = split(w, g, through, BROKEN_PART)
        recount(w, g)
        run_on(w, part, True)
    take(w, g, Why.DISPERSED)


# columns


def people_at_line(w: Any, sector: int) -> int:
    """People an escort force could lead: in the strip and in the sites of its sector."""
    total = lines(w)[FIRST_STRIP + sector].persons
    for i in range(w.sites_n):
        if sites(w)[i].sector == sector:
            total += lines(w)[site_line(w, i)].persons
    return total


def share_of_choice(w: Any, sector: int) -> float:
    """The share of people of no particular route who would choose a sector today."""
    row = w.routes_n * w.sectors_n
    total = 0.0
    for s in range(w.sectors_n):
        total += weights(w)[row + s]
    return weights(w)[row + sector] / total if total > 0.0 else 0.0


def watch_line(w: Any, sector: int) -> None:
    """Set the rate at which columns form at a sector until the next midnight, and wait."""
    p, post = params(w), sectors(w)[sector]
    at_line = people_at_line(w, sector) / 1000.0
    drawn_here = lines(w)[INTERIOR].persons / 1000.0 * share_of_choice(w, sector)
    post.column_rate = control(w, COLUMN_RATE, sector)
    post.by_escort = p.columns_per_day_per_1000 * post.column_rate * at_line
    post.by_people = (
        p.columns_self_per_day_per_1000 * at_line + p.columns_self_waiting_per_day_per_1000 * drawn_here
    )
    post.watch_rate = (post.by_escort + post.by_people) / HOURS_PER_DAY if p.mechanisms_columns else 0.0
    post.watch_begun = w.now
    midnight = HOURS_PER_DAY * (math.floor(w.now / HOURS_PER_DAY) + 1)
    post.watch_due = w.now + post.watch_threshold / post.watch_rate if post.watch_rate > 0.0 else math.inf
    post.watch_turn += 1
    post.watch_until = min(post.watch_due, midnight)
    appoint(w, post.watch_until, Rank.COLUMN, OF_WATCH, as_word(sector), post.watch_turn, sector)


def renew_watches(w: Any) -> None:
    """A lever has turned: where it moved the rate of columns, the threshold is spent at another rate from now on."""
    for sector in range(w.sectors_n):
        post = sectors(w)[sector]
        if control(w, COLUMN_RATE, sector) != post.column_rate and post.watch_until > w.now:
            watch_again(w, sector, post.watch_turn)


def new_watch_threshold(w: Any, sector: int) -> float:
    """How much rate it takes until the next column."""
    post = sectors(w)[sector]
    return -math.log(uniform(post.watch_luck, Draw.COLUMN_THRESHOLD, post.watch_formed))


def watch_again(w: Any, sector: int, turn: int) -> None:
    """Midnight, a column forms, or a lever has moved the rate; a wait that was ended before its time is void."""
    p, post = params(w), sectors(w)[sector]
    if turn != post.watch_turn:
        return
    midnight = HOURS_PER_DAY * (math.floor(post.watch_begun / HOURS_PER_DAY) + 1)
    if post.watch_due >= midnight or w.now < post.watch_due:
        post.watch_threshold = max(0.0, post.watch_threshold - (w.now - post.watch_begun) * post.watch_rate)
    else:
        formed = post.watch_formed
        u = uniform(post.watch_luck, Draw.COLUMN_INITIATOR, formed) * (post.by_escort + post.by_people)
        size_u = uniform(post.watch_luck, Draw.COLUMN_SIZE, formed)
        size = lognormal(size_u, p.columns_size_median, p.columns_size_log_sd)
        initiator = Actor.ESCORT if u < post.by_escort else Actor.PEOPLE
        key = key_of_three(post.key, as_word(COLUMN_KEY), as_word(formed))
        form_column(
            w, key, sector, min(int(size), p.columns_max_persons), initiator, NONE, p.columns_waiting_share
        )
        post.watch_formed += 1
        post.watch_threshold = new_watch_threshold(w, sector)
    watch_line(w, sector)


def form_column(
    w: Any, key: Any, sector: int, target: int, initiator: int, cause: int, from_interior: float
) -> None:
    """Gather groups until the target is met: from the strip, from sites, then from the interior; oldest first."""
    at_line = people_at_line(w, sector)
    inland = min(int(from_interior * target), lines(w)[INTERIOR].persons)
    if min(target, at_line + inland) < params(w).standoffs_min_persons:
        return
    k = new_column(w, key, sector, initiator)
    column = columns(w)[k]
    column.row = write(w, Kind.COLUMN_FORMED, key, 0, sector, initiator, float(target), cause, 0)
    gather(w, k, FIRST_STRIP + sector, target)
    for i in range(w.sites_n):
        if sites(w)[i].sector == sector:
            gather(w, k, site_line(w, i), target)
    gather(w, k, INTERIOR, min(target, persons_of_column(w, k) + inland))
    u = uniform(column.luck, Draw.COLUMN_FORMING, 0)
    hours = draw_duration(u, laws(w)[FORMING], quantiles(w))
    appoint(w, w.now + hours, Rank.COLUMN, OF_COLUMN, key, 0, k)


def new_column(w: Any, key: Any, sector: int, initiator: int) -> int:
    """A place for a column."""
    k = w.free_column
    if k >= 0:
        w.free_column = columns(w)[k].next_free
    elif w.columns_used + 1 >= w.columns_room:
        w.code = TOO_SMALL
        k = w.columns_room - 1
    else:
        k = w.columns_used
        w.columns_used = k + 1
    x = columns(w)[k]
    x.key, x.luck, x.sector, x.initiator = key, luck_of(w, key), sector, initiator
    x.members = x.row = NONE
    return k


def persons_of_column(w: Any, k: int) -> int:
    """Everybody in it."""
    total = 0
    g = columns(w)[k].members
    while g >= 0:
        total += groups(w)[g].persons
        g = groups(w)[g].next_member
    return total


def gather(w: Any, k: int, line: int, target: int) -> None:
    """Groups of a line join, oldest first, until so many people are in the column."""
    persons = persons_of_column(w, k)
    while persons < target:
        g = lines(w)[line].first
        if g < 0 or w.code != 0:
            return
        x = groups(w)[g]
        x.column = k
        x.next_member = columns(w)[k].members
        columns(w)[k].members = g
        persons += x.persons
        take(w, g, Why.JOINS_COLUMN)


def lead_column(w: Any, k: int) -> None:
    """The column comes to the line, and stands before the guards."""
    column = columns(w)[k]
    persons = persons_of_column(w, k)
    at_line = write(
        w, Kind.COLUMN_AT_LINE, column.key, persons, column.sector, column.initiator, 0.0, column.row, 0
    )
    n = members_in_order(w, column.members)
    if n > 0:
        column.row = write(w, Kind.DETECTED, column.key, persons, column.sector, Actor.GUARD, 0.0, at_line, 0)
        if params(w).mechanisms_standoffs:
            stand_before_guards(w, k, n)
        else:
            for i in range(n):
                take(w, scratch(w)[i], Why.DISPERSED)
    columns(w)[k].next_free = w.free_column
    w.free_column = k


def stand_before_guards(w: Any, k: int, n: int) -> None:
    """The column is one stand-off; teams are called, and the ladder starts."""
    column = columns(w)[k]
    crowd = new_crowd(w, column.key, column.sector, column.initiator)
    for i in range(n):
        groups(w)[scratch(w)[i]].next_member = scratch(w)[i + 1] if i + 1 < n else NONE
    crowds(w)[crowd].members = scratch(w)[0]
    for i in range(n):
        g = scratch(w)[i]
        groups(w)[g].crowd = crowd
        take(w, g, Why.DUE)
    crowds(w)[crowd].row = column.row
    call_for_crowd(w, crowd, Priority.LARGE)
    begin_standoff(w, crowd, column.row)
