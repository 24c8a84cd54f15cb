"""What exposure does to people, and how harm falls on single persons: the twin of `sim.model.border.harms` and `.witnesses`.

A clock keeps a list of the groups whose next harm is worked out on it; every turn of the clock appoints those
that fall before the next midnight.
"""

from __future__ import annotations

import math
from typing import Any

from sim.core.event_order import PERSONS_A_TRY, TURNS_A_TOKEN, Rank
from sim.core.random_streams import Draw
from sim.core.units import HOURS_PER_DAY
from sim.record.events import Actor, Kind
from sim.record.log import ASCRIBES_BIT, REPORTS_BIT
from sim.record.sightings import OCCASIONS, Seen
from sim.rules.exposure import (
    day_hazard,
    event_rate,
    exposure_by,
    hour_of_exposure,
    reserve_after,
    reserve_recovered,
)
from sim.scenario.levers.lever_kinds import CONTROL_INDEX
from tests.twin.acts import (
    NONE,
    OF_HARM,
    appoint,
    bury,
    control,
    draw,
    free_group,
    line_leave,
    one_fewer,
    willing_leave,
    write,
)
from tests.twin.luck import uniform
from tests.twin.posts import abandon_call, wake
from tests.twin.views import (
    admits,
    columns,
    crowds,
    groups,
    misattributes,
    month_factors,
    months,
    params,
    sectors,
    sees,
    sees_first,
)

AID_ACCESS = CONTROL_INDEX["aid_access"]
REPORTING = CONTROL_INDEX["reporting"]
ACTORS = 8


# who knows of it


def witness_mask(w: Any, seen: int, luck: Any, sector: int, occasion: int, actor: int) -> int:
    """The mask of the parties that know and speak of something that happened at a sector."""
    mask = 0
    at = seen * w.sectors_n + sector
    for i in range(sees_first(w)[at], sees_first(w)[at + 1]):
        one = sees(w)[i]
        chance = one.chance
        if one.needs_reporting:
            chance = chance * control(w, REPORTING, sector)
        address = (occasion * OCCASIONS + seen) * OCCASIONS + one.party
        if falls(luck, Draw.WITNESS, address, chance):
            mask |= 1 << one.party
            if falls(luck, Draw.ADMITTED, address, admits(w)[one.party * ACTORS + actor]):
                mask |= 1 << (REPORTS_BIT + one.party)
                acted = actor == Actor.ESCORT or actor == Actor.GUARD or actor == Actor.PEOPLE
                if acted and falls(luck, Draw.MISATTRIBUTED, address, misattributes(w)[one.party]):
                    mask |= 1 << (ASCRIBES_BIT + one.party)
    return mask


def falls(luck: Any, stream: int, address: int, chance: float) -> bool:
    """Whether something with this chance happens; 0 and 1 need no luck."""
    return chance >= 1.0 or (chance > 0.0 and uniform(luck, stream, address) < chance)


def witness(w: Any, g: int, seen: int, occasion: int, actor: int) -> int:
    """The mask of the parties that know and speak of something that happened to a group."""
    x = groups(w)[g]
    return witness_mask(w, seen, x.luck, x.sector, occasion, actor)


# clocks


def reading(w: Any, sector: int, time_h: float) -> float:
    """Exposure from the start until a time of today."""
    clock = sectors(w)[sector]
    hour = time_h - HOURS_PER_DAY * math.floor(clock.from_h / HOURS_PER_DAY)
    return clock.before + exposure_by(hour, clock.hazard, clock.night_factor) - clock.offset


def by_midnight(w: Any, sector: int) -> float:
    """What the clock will show at the next midnight."""
    clock = sectors(w)[sector]
    return clock.before + clock.hazard - clock.offset


def turn_clocks(w: Any, end_of_day: bool) -> None:
    """Set every clock to the hazard in force from now on, and appoint the harms that fall before midnight."""
    month = month_factors(w)[months(w)[w.day]]
    for sector in range(w.sectors_n):
        clock = sectors(w)[sector]
        hazard = day_hazard(
            month, control(w, AID_ACCESS, sector), params(w).exposure_aid_factor, clock.ground
        )
        if not end_of_day and hazard == clock.hazard:
            continue
        shown = by_midnight(w, sector) if end_of_day else reading(w, sector, w.now)
        clock.before, clock.hazard, clock.from_h = shown, hazard, w.now
        clock.turns += 1
        clock.offset = exposure_by(w.now - HOURS_PER_DAY * w.day, hazard, clock.night_factor)
        limit = by_midnight(w, sector)
        g = clock.aim
        while g >= 0:
            if groups(w)[g].aim_reading < limit:
                appoint_harm(w, g)
            g = groups(w)[g].aim_after


def appoint_harm(w: Any, g: int) -> None:
    """The group's next harm falls today."""
    x = groups(w)[g]
    clock = sectors(w)[x.aim_sector]
    midnight = HOURS_PER_DAY * math.floor(clock.from_h / HOURS_PER_DAY)
    at = midnight + hour_of_exposure(
        x.aim_reading - clock.before + clock.offset, clock.hazard, clock.night_factor
    )
    appoint(w, max(w.now, at), Rank.HARM, OF_HARM, x.key, x.token * TURNS_A_TOKEN + clock.turns, g)


def fall_due(w: Any, g: int, key: Any, occasion: int) -> None:
    """The harm comes, if the group still is where it was worked out for, and the clock has not turned since."""
    x = groups(w)[g]
    aimed = x.alive and x.key == key and x.aim_sector >= 0
    if aimed and occasion == x.token * TURNS_A_TOKEN + sectors(w)[x.aim_sector].turns:
        suffer(w, g)


def drop_aim(w: Any, g: int) -> None:
    """No harm is worked out for the group any more."""
    all_groups = groups(w)
    x = all_groups[g]
    if x.aim_sector < 0:
        return
    if x.aim_before < 0:
        sectors(w)[x.aim_sector].aim = x.aim_after
    else:
        all_groups[x.aim_before].aim_after = x.aim_after
    if x.aim_after >= 0:
        all_groups[x.aim_after].aim_before = x.aim_before
    x.aim_sector = NONE


# a group


def expose(w: Any, g: int, situation: float) -> None:
    """The group is now in a situation that wears it down."""
    if not params(w).mechanisms_exposure:
        return
    x = groups(w)[g]
    if x.situation > 0.0:
        settle(w, g)
    elif x.threshold <= 0.0:
        next_threshold(w, g)
    x.situation = situation
    aim(w, g)


def shelter(w: Any, g: int) -> None:
    """The group is out of the cold."""
    x = groups(w)[g]
    if x.situation > 0.0:
        settle(w, g)
        x.situation = 0.0
        x.token += 1
        drop_aim(w, g)


def rest(w: Any, g: int) -> None:
    """Days in the interior give part of the reserve back."""
    x = groups(w)[g]
    x.reserve = reserve_recovered(
        x.reserve, (w.now - x.since) / HOURS_PER_DAY, params(w).exposure_recovery_per_day
    )


def next_threshold(w: Any, g: int) -> None:
    """How much exposure the group takes until the next harm."""
    x = groups(w)[g]
    x.harms += 1
    x.threshold = -math.log(uniform(x.luck, Draw.EXPOSURE_THRESHOLD, x.harms))


def settle(w: Any, g: int) -> None:
    """Spend the threshold, and the reserve, on the exposure since the last mark."""
    x = groups(w)[g]
    shown = reading(w, x.sector, w.now)
    passed = max(0.0, shown - x.mark)
    x.threshold = max(0.0, x.threshold - passed * x.rate)
    x.reserve = reserve_after(x.reserve, passed, x.situation, params(w).exposure_reserve_per_day)
    x.mark = shown


def aim(w: Any, g: int) -> None:
    """Work out where on the clock the next harm is, and appoint it if that is today."""
    p, x = params(w), groups(w)[g]
    per_10000 = p.exposure_harm_per_10000_person_days + p.exposure_death_per_10000_person_days
    x.rate = event_rate(x.persons, x.situation, x.reserve, p.exposure_frailty, per_10000)
    x.mark = reading(w, x.sector, w.now)
    x.token += 1
    drop_aim(w, g)
    if x.rate <= 0.0:
        return
    x.aim_reading = x.mark + x.threshold / x.rate
    clock = sectors(w)[x.sector]
    x.aim_sector, x.aim_before, x.aim_after = x.sector, NONE, clock.aim
    if clock.aim >= 0:
        groups(w)[clock.aim].aim_before = g
    clock.aim = g
    if x.aim_reading < by_midnight(w, x.sector):
        appoint_harm(w, g)


def suffer(w: Any, g: int) -> None:
    """One person of the group is harmed by exposure, or dies of it."""
    p, x = params(w), groups(w)[g]
    settle(w, g)
    total = p.exposure_harm_per_10000_person_days + p.exposure_death_per_10000_person_days
    deadly = draw(w, g, Draw.EXPOSURE_DEATH, x.harms) * total < p.exposure_death_per_10000_person_days
    mask = witness(w, g, Seen.DEATH if deadly else Seen.HARM, x.harms, Actor.WEATHER)
    if deadly:
        die(w, g, Kind.DIED_EXPOSURE, Actor.WEATHER, mask)
    else:
        write(w, Kind.HARMED_EXPOSURE, x.key, 1, x.sector, Actor.WEATHER, 0.0, x.row, mask)
    if x.persons > 0:
        next_threshold(w, g)
        aim(w, g)
    elif x.alive:
        end_empty(w, g)


def harm(w: Any, g: int, kind: int, actor: int, occasion: int) -> None:
    """One person of a group is harmed by something other than exposure."""
    x = groups(w)[g]
    mask = witness(w, g, Seen.HARM, occasion, actor)
    write(w, kind, x.key, 1, x.sector, actor, 0.0, x.row, mask)


def die_of(w: Any, g: int, kind: int, actor: int, occasion: int) -> None:
    """One person of a group dies of something other than exposure."""
    if groups(w)[g].persons > 0:
        die(w, g, kind, actor, witness(w, g, Seen.DEATH, occasion, actor))
        recount(w, g)


def die(w: Any, g: int, kind: int, actor: int, mask: int) -> None:
    """One person dies; the lines in which the group waits count one fewer."""
    one_fewer(w, g)
    bury(w, g, kind, actor, mask)
    if groups(w)[g].crowd >= 0:
        wake(w, groups(w)[g].crowd)


def recount(w: Any, g: int) -> None:
    """The group has fewer persons than its next harm was worked out for."""
    x = groups(w)[g]
    if x.situation > 0.0 and x.persons > 0:
        settle(w, g)
        aim(w, g)


def end_journey(w: Any, g: int) -> None:
    """The group's way is over: nothing waits for it any more."""
    x = groups(w)[g]
    x.situation = 0.0
    x.token += 1
    drop_aim(w, g)
    leave_members(w, g)
    free_group(w, g)


def end_empty(w: Any, g: int) -> None:
    """Nobody of a waiting group is left: it leaves every line, its call is dropped, its journey ends."""
    groups(w)[g].waiting = 0
    line_leave(w, g)
    willing_leave(w, g)
    abandon_call(w, g)
    end_journey(w, g)


def leave_members(w: Any, g: int) -> None:
    """A group of which nobody is left is no member of a column or a stand-off any more."""
    x = groups(w)[g]
    if x.crowd >= 0 and crowds(w)[x.crowd].alive:
        crowds(w)[x.crowd].members = without(w, crowds(w)[x.crowd].members, g)
    elif x.column >= 0 and x.crowd < 0:
        columns(w)[x.column].members = without(w, columns(w)[x.column].members, g)
    x.crowd = x.column = NONE


def without(w: Any, first: int, g: int) -> int:
    """The head of a list of members without one of them."""
    all_groups = groups(w)
    if first == g:
        return all_groups[g].next_member
    at = first
    while at >= 0:
        if all_groups[at].next_member == g:
            all_groups[at].next_member = all_groups[g].next_member
            return first
        at = all_groups[at].next_member
    return first


def each_person(w: Any, g: int, stream: int, chance: float, occasion: int) -> int:
    """How many of a group this falls on, drawn person by person."""
    if chance <= 0.0:
        return 0
    x = groups(w)[g]
    first = occasion * PERSONS_A_TRY
    struck = 0
    for i in range(x.persons):
        if uniform(x.luck, stream, first + i) < chance:
            struck += 1
    return struck
