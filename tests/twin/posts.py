"""Posts, calls and teams, and the ladder of a stand-off as far as no group moves: twin of `sim.model.border.guard_posts` and parts of `.standoffs`.

Nothing here resumes a group's journey: teams that are sent only change until when a group waits.
"""

from __future__ import annotations

import math
from typing import Any

from sim.core.distributions import draw_duration, lognormal
from sim.core.event_order import Rank
from sim.core.random_streams import Draw
from sim.record.events import Actor, Kind
from sim.rules.escalation_rates import Ladder, pressing, rate_of_any_step, step_rates
from sim.rules.team_capacity import teams_needed
from sim.scenario.levers.lever_kinds import CONTROL_INDEX
from tests.twin.acts import (
    NO_KEY,
    NONE,
    OF_GROUP,
    OF_STANDOFF,
    OF_TEAMS_BACK,
    TOO_SMALL,
    appoint,
    control,
    hour_of_day,
    write,
)
from tests.twin.luck import uniform
from tests.twin.memory import LAWS, LAWS_OF_COUNTRY
from tests.twin.views import (
    calls,
    countries,
    country_laws,
    crowds,
    groups,
    laws,
    lend_travel,
    lent_by,
    lent_first,
    neighbour_first,
    neighbours,
    params,
    part_lender,
    part_teams,
    quantiles,
    sectors,
    shift_first,
    shifts,
    team_hours,
)

TEAMS = CONTROL_INDEX["teams"]
RESPONSE_FACTOR = CONTROL_INDEX["response_factor"]
RESERVE_TEAMS = CONTROL_INDEX["reserve_teams"]
AGGRESSION = CONTROL_INDEX["aggression"]
RESTRAINT = CONTROL_INDEX["restraint"]
PATIENCE, HOLD = LAWS.index("patience"), LAWS.index("hold")
RESERVE_TRAVEL = LAWS_OF_COUNTRY.index("reserve_travel")
UNSERVED = math.inf
TOP = 5
NOBODY_LEFT = 3.0


def free_teams(w: Any, sector: int) -> int:
    """Teams on duty that are not out."""
    post = sectors(w)[sector]
    return max(0, post.on_duty - post.out)


# calls


def new_call(w: Any) -> int:
    """A place for a call."""
    c = w.free_call
    if c >= 0:
        w.free_call = calls(w)[c].next_free
    elif w.calls_used + 1 >= w.calls_room:
        w.code = TOO_SMALL
        c = w.calls_room - 1
    else:
        c = w.calls_used
        w.calls_used = c + 1
    return c


def free_call(w: Any, c: int) -> None:
    """Nobody speaks of the call any more."""
    calls(w)[c].next_free = w.free_call
    w.free_call = c


def teams_of(w: Any, c: int) -> int:
    """Teams that were sent."""
    total = 0
    for i in range(calls(w)[c].parts):
        total += part_teams(w)[c * w.parts_width + i]
    return total


def call_teams(w: Any, caller: int, by_crowd: int, key: Any, luck: Any, occasion: int, sector: int, persons: int, priority: int,
               row: int) -> int:  # fmt: skip
    """A call goes to the post of a sector: served at once if enough teams are free, else it waits."""
    c = new_call(w)
    call = calls(w)[c]
    call.key, call.luck, call.occasion, call.sector, call.persons = key, luck, occasion, sector, persons
    call.needed = teams_needed(persons, params(w).response_persons_per_team)
    call.priority, call.since, call.caller, call.by_crowd = priority, w.now, caller, by_crowd
    call.arrival_h = call.patience_h = UNSERVED
    call.parts, call.queued = 0, 0
    call.row = write(w, Kind.CALLED, key, persons, sector, Actor.GUARD, float(call.needed), row, 0)
    if must_wait(w, c) or not send(w, c):
        if params(w).has_patience:
            u = uniform(luck, Draw.PATIENCE, occasion)
            call.patience_h = w.now + draw_duration(u, laws(w)[PATIENCE], quantiles(w))
        join_queue(w, c)
    return c


def must_wait(w: Any, c: int) -> bool:
    """Whether a call ahead of this one has waited so long that nobody may overtake it any more."""
    all_calls = calls(w)
    call, overtake_h = all_calls[c], params(w).response_overtake_h
    ahead = sectors(w)[call.sector].queue
    while ahead >= 0 and goes_before(all_calls[ahead], call):
        if w.now - all_calls[ahead].since >= overtake_h:
            return True
        ahead = all_calls[ahead].after
    return False


def join_queue(w: Any, c: int) -> None:
    """The call takes its place: by priority, then by how long it has waited, then by key."""
    all_calls = calls(w)
    call, post = all_calls[c], sectors(w)[all_calls[c].sector]
    before, after = NONE, post.queue
    while after >= 0 and not goes_before(call, all_calls[after]):
        before, after = after, all_calls[after].after
    call.before, call.after, call.queued = before, after, 1
    if before < 0:
        post.queue = c
    else:
        all_calls[before].after = c
    if after >= 0:
        all_calls[after].before = c


def goes_before(a: Any, b: Any) -> bool:
    """Whether a call is served before another."""
    if a.priority != b.priority:
        return a.priority < b.priority
    if a.since != b.since:
        return a.since < b.since
    return a.key < b.key


def leave_queue(w: Any, c: int) -> None:
    """The call waits no longer."""
    all_calls = calls(w)
    call = all_calls[c]
    if call.before < 0:
        sectors(w)[call.sector].queue = call.after
    else:
        all_calls[call.before].after = call.after
    if call.after >= 0:
        all_calls[call.after].before = call.before
    call.queued = 0


def strength(w: Any, sector: int) -> int:
    """Teams a post could raise at most."""
    s = sectors(w)
    post = s[sector]
    keep = countries(w)[post.country].keep_teams
    lent = 0
    for i in range(neighbour_first(w)[sector], neighbour_first(w)[sector + 1]):
        other = s[neighbours(w)[i]]
        if other.country == post.country:
            lent += max(0, other.on_duty - keep)
    return post.on_duty + lent + countries(w)[post.country].reserve_teams


def add_part(w: Any, c: int, lender: int, teams: int) -> None:
    """Teams of a lender are named for a call."""
    call = calls(w)[c]
    at = c * w.parts_width + call.parts
    part_lender(w)[at], part_teams(w)[at] = lender, teams
    call.parts += 1


def send(w: Any, c: int) -> bool:
    """Send the teams a call names, all at once, or none."""
    call = calls(w)[c]
    post = sectors(w)[call.sector]
    share = params(w).response_largest_call
    missing = call.needed
    if missing > int(share * post.on_duty):
        missing = max(1, min(missing, int(share * strength(w, call.sector))))
    call.parts = 0
    own = min(missing, free_teams(w, call.sector))
    if own:
        add_part(w, c, call.sector, own)
        missing -= own
    if missing:
        keep = countries(w)[post.country].keep_teams
        for i in range(neighbour_first(w)[call.sector], neighbour_first(w)[call.sector + 1]):
            n = neighbours(w)[i]
            lent = min(missing, free_teams(w, n) - keep) if sectors(w)[n].country == post.country else 0
            if lent > 0:
                add_part(w, c, n, lent)
                missing -= lent
    if missing:
        reserve = countries(w)[post.country]
        lent = min(missing, reserve.reserve_teams - reserve.reserve_out)
        if lent > 0:
            add_part(w, c, -1 - post.country, lent)
            missing -= lent
    if missing:
        call.parts = 0
        return False
    dispatch(w, c)
    return True


def dispatch(w: Any, c: int) -> None:
    """The teams set out; the slowest lender says when they are there."""
    call = calls(w)[c]
    row = write(
        w, Kind.CALL_SERVED, call.key, call.persons, call.sector, Actor.GUARD, w.now - call.since, call.row, 0
    )
    travel_h = 0.0
    for i in range(c * w.parts_width, c * w.parts_width + call.parts):
        lender, teams = part_lender(w)[i], part_teams(w)[i]
        travel_h = max(travel_h, travel_hours(w, c, lender))
        if lender >= 0:
            count_hours(w, lender)
            sectors(w)[lender].out += teams
            write(w, Kind.TEAMS_SENT, call.key, 0, lender, Actor.GUARD, float(teams), row, 0)
        else:
            countries(w)[-1 - lender].reserve_out += teams
            count_hours(w, call.sector)
            sectors(w)[call.sector].guests += teams
            write(w, Kind.TEAMS_SENT, call.key, 0, call.sector, Actor.DESTINATION_STATE, float(teams), row, 0)
    call.row = row
    call.arrival_h = w.now + travel_h


def travel_hours(w: Any, c: int, lender: int) -> float:
    """Hours until a lender's teams reach the place."""
    call = calls(w)[c]
    median = sectors(w)[call.sector].response_h * control(w, RESPONSE_FACTOR, call.sector)
    hours = lognormal(
        uniform(call.luck, Draw.RESPONSE_TIME, call.occasion), median, params(w).response_log_sd
    )
    if lender < 0:
        u = uniform(call.luck, Draw.RESERVE_TRAVEL, call.occasion)
        return hours + draw_duration(u, country_law(w, RESERVE_TRAVEL, -1 - lender), quantiles(w))
    if lender != call.sector:
        u = uniform(call.luck, Draw.LEND_TRAVEL, call.occasion)
        return hours + draw_duration(u, lend_travel(w)[lender], quantiles(w))
    return hours


def country_law(w: Any, index: int, country: int) -> Any:
    """A duration of a state, by its place in `tests.twin.memory.LAWS_OF_COUNTRY`."""
    return country_laws(w)[index * w.countries_n + country]


def serve_queue(w: Any, sector: int) -> None:
    """Serve waiting calls in order; one that does not fit may be overtaken, but not for ever."""
    overtake_h = params(w).response_overtake_h
    c = sectors(w)[sector].queue
    while c >= 0:
        following = calls(w)[c].after
        if send(w, c):
            leave_queue(w, c)
            served(w, c)
        elif w.now - calls(w)[c].since >= overtake_h:
            return
        c = following


def served(w: Any, c: int) -> None:
    """Whoever called is told that teams are on their way."""
    call = calls(w)[c]
    if call.by_crowd:
        feel_teams(w, call.caller)
    else:
        wait_in_race(w, call.caller)


def serve_around(w: Any, sector: int) -> None:
    """Teams of a sector have come free: its own calls first, then its neighbours'."""
    if sectors(w)[sector].queue >= 0:
        serve_queue(w, sector)
    for i in range(lent_first(w)[sector], lent_first(w)[sector + 1]):
        n = lent_by(w)[i]
        if sectors(w)[n].queue >= 0:
            serve_queue(w, n)


def call_off(w: Any, c: int) -> None:
    """A call has nobody to stop any more: it leaves the queue, or its teams turn back at once."""
    if calls(w)[c].arrival_h == UNSERVED:
        sector = calls(w)[c].sector
        withdraw(w, c)
        serve_queue(w, sector)
    else:
        take_back(w, c)


def abandon_call(w: Any, g: int) -> None:
    """Nobody of the group is left to stop: its call leaves, or its teams turn back."""
    c = groups(w)[g].call
    if c >= 0:
        groups(w)[g].call = NONE
        call_off(w, c)


def hold_then_back(w: Any, c: int) -> None:
    """Teams stay with the people they stopped, then are free again."""
    call = calls(w)[c]
    u = uniform(call.luck, Draw.HOLD_TEAMS, call.occasion)
    at = w.now + draw_duration(u, laws(w)[HOLD], quantiles(w))
    appoint(w, at, Rank.TEAMS_BACK, OF_TEAMS_BACK, call.key, call.occasion, c)


def take_back(w: Any, c: int) -> None:
    """Teams are free again, each with its lender; whoever waits for them is looked at, in order of sectors."""
    call = calls(w)[c]
    first = c * w.parts_width
    parts = call.parts
    for i in range(first, first + parts):
        lender, teams = part_lender(w)[i], part_teams(w)[i]
        if lender >= 0:
            count_hours(w, lender)
            sectors(w)[lender].out -= teams
            write(w, Kind.TEAMS_BACK, call.key, 0, lender, Actor.GUARD, float(teams), call.row, 0)
        else:
            countries(w)[-1 - lender].reserve_out -= teams
            count_hours(w, call.sector)
            sectors(w)[call.sector].guests -= teams
            write(
                w,
                Kind.TEAMS_BACK,
                call.key,
                0,
                call.sector,
                Actor.DESTINATION_STATE,
                float(teams),
                call.row,
                0,
            )
    for i in range(first, first + parts):
        lender = part_lender(w)[i]
        if lender >= 0:
            serve_around(w, lender)
        else:
            serve_country(w, -1 - lender)
    free_call(w, c)


def serve_country(w: Any, country: int) -> None:
    """Teams of a country's reserve are free: whoever waits at its posts is looked at, in order of sectors."""
    for s in range(w.sectors_n):
        if sectors(w)[s].country == country and sectors(w)[s].queue >= 0:
            serve_queue(w, s)


def muster_reserves(w: Any) -> None:
    """Set the teams of each country's mobile reserve; serve whoever can be served by more of them."""
    for country in range(w.countries_n):
        reserve = countries(w)[country]
        teams = int(math.floor(control(w, RESERVE_TEAMS, country) + 0.5))
        more = teams > reserve.reserve_teams
        reserve.reserve_teams = teams
        if more:
            serve_country(w, country)


def count_hours(w: Any, sector: int) -> None:
    """Team-hours out, up to now, within the present day: the post's own teams, and those of the reserve at its sector."""
    post = sectors(w)[sector]
    day = min(w.day, w.days - 1)
    team_hours(w)[day * w.sectors_n + sector] += (post.out + post.guests) * (w.now - post.out_since)
    post.out_since = w.now


def settle_hours(w: Any) -> None:
    """Close the team-hours of the day that ends."""
    for sector in range(w.sectors_n):
        count_hours(w, sector)


def begin_shift(w: Any, sector: int, cause: int) -> None:
    """Set the teams on duty from the post's strength and the shift in force; serve whoever can be served."""
    hour = hour_of_day(w)
    share = 0.0
    for i in range(shift_first(w)[sector], shift_first(w)[sector + 1]):
        shift = shifts(w)[i]
        if shift.from_h <= hour and hour < shift.to_h:
            share += shift.share
    on_duty = int(math.floor(control(w, TEAMS, sector) * share + 0.5))
    post = sectors(w)[sector]
    if on_duty != post.on_duty:
        more = on_duty > post.on_duty
        post.on_duty = on_duty
        write(w, Kind.TEAMS_ON_DUTY, NO_KEY, 0, sector, Actor.GUARD, float(on_duty), cause, 0)
        if more:
            serve_around(w, sector)


# a group that races a call


def race_due(w: Any, g: int) -> float:
    """When the race of a group has its next turn."""
    x = groups(w)[g]
    if x.call < 0:
        return min(x.finish_h, x.race_detected_h)
    call = calls(w)[x.call]
    return min(x.finish_h, call.arrival_h if call.arrival_h < UNSERVED else call.patience_h)


def wait_in_race(w: Any, g: int) -> None:
    """The group waits once for whichever is first: it is through, it is seen, teams come, or nobody does."""
    x = groups(w)[g]
    x.version += 1
    x.waiting = 1
    appoint(w, max(race_due(w, g), w.now), Rank.GROUP, OF_GROUP, x.key, x.version, g)


# the ladder of a stand-off, between its steps


def persons_in(w: Any, crowd: int) -> int:
    """Everybody in it."""
    total = 0
    g = crowds(w)[crowd].members
    while g >= 0:
        total += groups(w)[g].persons
        g = groups(w)[g].next_member
    return total


def teams_at(w: Any, crowd: int) -> int:
    """Teams that have arrived."""
    k = crowds(w)[crowd]
    total = 0
    if k.first_call >= 0 and calls(w)[k.first_call].arrival_h <= w.now:
        total += teams_of(w, k.first_call)
    if k.second_call >= 0 and calls(w)[k.second_call].arrival_h <= w.now:
        total += teams_of(w, k.second_call)
    return total


def next_arrival(w: Any, crowd: int) -> float:
    """When the next teams come."""
    k = crowds(w)[crowd]
    coming = UNSERVED
    if k.first_call >= 0 and calls(w)[k.first_call].arrival_h > w.now:
        coming = min(coming, calls(w)[k.first_call].arrival_h)
    if k.second_call >= 0 and calls(w)[k.second_call].arrival_h > w.now:
        coming = min(coming, calls(w)[k.second_call].arrival_h)
    return coming


def climb_on(w: Any, crowd: int) -> None:
    """Wait at the present rates for the next step or the next teams; with nobody left it ends."""
    if persons_in(w, crowd) <= 0:
        end_with_nobody(w, crowd)
    else:
        wait_for_step(w, crowd)


def wait_for_step(w: Any, crowd: int) -> None:
    """The present rates, and when the next step or the next teams are due."""
    k = crowds(w)[crowd]
    p = params(w)
    teams = teams_at(w, crowd)
    press = pressing(persons_in(w, crowd), teams, p.standoffs_numbers_reference, p.standoffs_numbers_exponent)
    rates = step_rates(
        k.level, TOP,
        Ladder(
            p.standoffs_up_per_h, p.standoffs_down_per_h, p.standoffs_people_share, p.standoffs_escort_share,
            p.standoffs_guard_share, p.standoffs_calm_by_restraint, p.standoffs_breach_per_h, p.standoffs_disperse_per_h,
        ),
        teams, control(w, AGGRESSION, k.sector), control(w, RESTRAINT, k.sector), press,
    )  # fmt: skip
    k.people, k.escort, k.guard, k.down, k.breach, k.disperse = (
        rates.people, rates.escort, rates.guard, rates.down, rates.breach, rates.disperse,
    )  # fmt: skip
    k.begun = w.now
    k.total = rate_of_any_step(rates)
    k.due = k.begun + k.threshold / k.total if k.total > 0.0 else math.inf
    k.coming = next_arrival(w, crowd)
    k.step += 1
    k.appointed = 1
    at = min(k.due, k.coming, 2.0 * w.end_h)
    appoint(w, at, Rank.STANDOFF, OF_STANDOFF, k.key, k.step, crowd)


def spend_threshold(w: Any, crowd: int) -> None:
    """What is left of the threshold is spent at another rate from now on."""
    k = crowds(w)[crowd]
    k.threshold = max(0.0, k.threshold - (w.now - k.begun) * k.total)
    climb_on(w, crowd)


def feel_teams(w: Any, crowd: int) -> None:
    """Teams are on their way: the people before the guards are still there, so this ends no stand-off."""
    k = crowds(w)[crowd]
    if k.appointed and not k.running:
        k.threshold = max(0.0, k.threshold - (w.now - k.begun) * k.total)
        wait_for_step(w, crowd)


def wake(w: Any, crowd: int) -> None:
    """Numbers or teams have changed."""
    k = crowds(w)[crowd]
    if k.appointed and not k.running:
        spend_threshold(w, crowd)


def end_with_nobody(w: Any, crowd: int) -> None:
    """Nobody is left before the guards."""
    k = crowds(w)[crowd]
    k.running = 1
    write(w, Kind.STANDOFF_ENDED, k.key, persons_in(w, crowd), k.sector, Actor.NOBODY, NOBODY_LEFT, k.row, 0)
    release_calls(w, crowd)
    free_crowd(w, crowd)


def release_calls(w: Any, crowd: int) -> None:
    """Calls that wait are off; teams that are there, or on their way, hold on for a while."""
    k = crowds(w)[crowd]
    for c in (k.first_call, k.second_call):
        if c >= 0:
            if calls(w)[c].arrival_h == UNSERVED:
                withdraw(w, c)
            else:
                hold_then_back(w, c)
    serve_queue(w, k.sector)


def withdraw(w: Any, c: int) -> None:
    """A call that waits leaves the queue."""
    call = calls(w)[c]
    leave_queue(w, c)
    write(
        w, Kind.CALL_LEFT, call.key, call.persons, call.sector, Actor.GUARD, w.now - call.since, call.row, 0
    )
    free_call(w, c)


def free_crowd(w: Any, crowd: int) -> None:
    """A stand-off is over: its place can be given to another."""
    k = crowds(w)[crowd]
    k.alive = 0
    k.next_free = w.free_crowd
    w.free_crowd = crowd
