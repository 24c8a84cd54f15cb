"""A group's way, as a machine of stages: the twin of `sim.model.groups`, `.reception`, and the waits of `.sites` and `.standoffs`.

`start` does what a stage does before its wait, `go_on` what it does after; each gives the stage that follows, `WAITING`
or `ENDED`. A second wait inside a stage is a wait of its own (`W_..`).
"""

from __future__ import annotations

import math
from typing import Any

from sim.core.event_order import (
    CARE_PART,
    HARMS_A_TRY,
    HELD_PART,
    PASSED_PART,
    RECOGNISED_PART,
    REMOVAL_OCCASION,
    STANDOFF_KEY,
    Priority,
    Why,
)
from sim.core.random_streams import Draw
from sim.record.events import Actor, Kind
from sim.record.sightings import Seen
from sim.rules.barriers_met import COIL, FENCE, NO_BARRIER, WALL, barrier_met, standing_share
from sim.rules.case_decisions import chance_of_care, crowding_factor
from sim.rules.crossing_time import zone_hours
from sim.rules.detection import NEVER, detection_time_h, is_night, patrol_hazard, sensor_time_h, size_factor
from sim.rules.reattempt_chance import chance_to_try_again
from sim.rules.sector_choice import race_key
from sim.rules.team_capacity import persons_held
from sim.scenario.levers.lever_kinds import CONTROL_INDEX
from tests.twin.acts import (
    FIRST_STRIP,
    INTERIOR,
    NOBODY_TAKES_THE_ENDED,
    NONE,
    TOO_SMALL,
    control,
    draw,
    fail,
    hour_of_day,
    hours,
    hours_left,
    line_add,
    line_leave,
    luck_of,
    move,
    move_caused,
    new_group,
    note,
    note_caused,
    removal_line,
    site_line,
    stand_by,
    wait_until,
    willing_add,
    willing_leave,
    write,
)
from tests.twin.health import (
    die_of,
    each_person,
    end_journey,
    expose,
    harm,
    recount,
    rest,
    shelter,
    witness,
)
from tests.twin.luck import as_word, key_of_three, uniform
from tests.twin.memory import LAWS, LAWS_OF_COUNTRY
from tests.twin.posts import (
    abandon_call,
    call_off,
    call_teams,
    climb_on,
    country_law,
    free_teams,
    hold_then_back,
    persons_in,
    race_due,
    teams_of,
    wait_in_race,
)
from tests.twin.views import (
    built,
    calls,
    columns,
    countries,
    crowds,
    groups,
    laws,
    lines,
    params,
    points,
    sectors,
    sites,
    weights,
)

GUIDE = CONTROL_INDEX["guide"]
HOLD_BACK = CONTROL_INDEX["hold_back"]
BLOCK_RETURN = CONTROL_INDEX["block_return"]
AGGRESSION = CONTROL_INDEX["aggression"]
ZONE_KM = CONTROL_INDEX["zone_km"]
SENSOR_COVERAGE = CONTROL_INDEX["sensor_coverage"]
CLAIMS_HEARD = CONTROL_INDEX["claims_heard"]
POINT_OPEN = CONTROL_INDEX["point_open"]
SUMMARY_RETURN = CONTROL_INDEX["summary_return"]
PROCEDURE_FACTOR = CONTROL_INDEX["procedure_factor"]
RETURN_UPTAKE = CONTROL_INDEX["return_uptake"]
OPEN = 0.5
STAGING, WALK, NEXT_TRY, NEXT_TRY_STRIP, OWN_MEANS, CROSSING, PROCESSING, REGISTRATION, HELD = (
    LAWS.index("staging"), LAWS.index("walk"), LAWS.index("next_try"), LAWS.index("next_try_strip"), LAWS.index("own_means"),
    LAWS.index("crossing"), LAWS.index("processing"), LAWS.index("registration"), LAWS.index("hold_back"),
)  # fmt: skip
PROCEDURE, LEAVES, VOLUNTARY, ONWARD = (
    LAWS_OF_COUNTRY.index("procedure"), LAWS_OF_COUNTRY.index("leaves_procedure"), LAWS_OF_COUNTRY.index("voluntary"),
    LAWS_OF_COUNTRY.index("onward"),
)  # fmt: skip
WAITING, ENDED = -2, -1
S_TRANSIT, S_SET_OUT, S_HELD, S_HOME, S_ATTEMPT, S_ZONE, S_STRIP, S_SITE, S_COLUMN, S_STANDOFF, S_DECISION, S_PROCEDURE, \
    S_REMOVAL, S_UNSEEN = range(14)  # fmt: skip
W_TRANSIT, W_WALK, W_POINT, W_HELD, W_HOME, W_LINE, W_SURRENDER, W_REGISTER, W_ZONE, W_STRIP, W_SITE, W_COLUMN, W_STANDOFF, \
    W_DECISION, W_PROCEDURE, W_VOLUNTARY, W_REMOVAL, W_CHECK, W_ONWARD = range(19)  # fmt: skip
PASSED, MET, WITHDREW, AGAIN = 0, 1, 2, 3


def take(w: Any, g: int, why: int) -> None:
    """Take a group out of its wait; it acts at once, inside this call."""
    if not groups(w)[g].alive:
        fail(w, NOBODY_TAKES_THE_ENDED)
        return
    groups(w)[g].waiting = 0
    travel(w, g, go_on(w, g, why))


def travel(w: Any, g: int, stage: int) -> None:
    """A group's way: a stage at a time, until a wait or a fate."""
    while stage >= 0 and groups(w)[g].persons > 0:
        stage = start(w, g, stage)
    if stage != WAITING:
        end_journey(w, g)


def start(w: Any, g: int, stage: int) -> int:
    """What a stage does before its wait."""
    if stage == S_TRANSIT:
        return wait_in_transit(w, g)
    if stage == S_SET_OUT:
        return set_out(w, g)
    if stage == S_ATTEMPT:
        return attempt(w, g)
    if stage == S_ZONE:
        return cross_zone(w, g)
    if stage == S_DECISION:
        return face_decision(w, g)
    if stage == S_STRIP:
        return wait_in_strip(w, g)
    if stage == S_STANDOFF:
        return meet_in_standoff(w, g)
    if stage == S_COLUMN:
        return march_in_column(w, g)
    if stage == S_SITE:
        return wait_in_site(w, g)
    if stage == S_PROCEDURE:
        return stay_in_procedure(w, g)
    if stage == S_REMOVAL:
        return await_removal(w, g)
    if stage == S_UNSEEN:
        return live_unseen(w, g)
    if stage == S_HOME:
        return wait_for_home(w, g)
    return held_back(w, g)


def go_on(w: Any, g: int, why: int) -> int:
    """What a stage does after its wait."""
    stage = groups(w)[g].stage
    if stage == W_TRANSIT:
        return after_transit(w, g, why)
    if stage == W_WALK:
        return S_HELD if is_stopped(w, g) else S_ATTEMPT
    if stage == W_LINE:
        return after_race_at_line(w, g)
    if stage == W_ZONE:
        return after_race_in_zone(w, g)
    if stage == W_STRIP:
        return after_strip(w, g, why)
    if stage == W_DECISION:
        return decide_at_post(w, g)
    if stage == W_STANDOFF:
        return after_standoff(w, g, why)
    if stage == W_COLUMN:
        return after_march(w, g, why)
    if stage == W_SITE:
        return after_site(w, g, why)
    if stage == W_PROCEDURE:
        return after_procedure(w, g)
    if stage == W_SURRENDER:
        return after_surrender(w, g)
    if stage == W_REGISTER:
        note(w, g, Kind.CLAIM_LODGED, Actor.PEOPLE, 0.0, 0)
        return admit_claim(w, g)
    if stage == W_POINT:
        return at_crossing_point(w, g)
    if stage == W_HELD:
        shelter(w, g)
        move(w, g, Kind.LET_GO, Actor.ESCORT, 0.0, 0)
        return decide(w, g) if groups(w)[g].attempts else wait_again(w, g)
    if stage == W_HOME:
        return after_home(w, g, why)
    if stage == W_VOLUNTARY:
        move(w, g, Kind.RETURNED_VOLUNTARILY, Actor.PEOPLE, 0.0, 0)
        w.removed_today += groups(w)[g].persons
        return ENDED
    if stage == W_REMOVAL:
        return after_removal(w, g, why)
    if stage == W_CHECK:
        move(w, g, Kind.FOUND_INLAND, Actor.DESTINATION_STATE, 0.0, 0)
        return S_DECISION
    move(w, g, Kind.WENT_ONWARD, Actor.PEOPLE, 0.0, 0)
    return ENDED


def split(w: Any, parent: int, persons: int, part: int) -> int:
    """Part of a group goes its own way: a new group, its key mixed from the parent's, the try and the part."""
    p = groups(w)[parent]
    child = new_group(w, key_of_three(p.key, as_word(p.tries), as_word(part)))
    x = groups(w)[child]
    x.persons, x.route, x.reserve, x.wishes, x.sector, x.site = (
        persons,
        p.route,
        p.reserve,
        p.wishes,
        p.sector,
        p.site,
    )
    x.compartment, x.place, x.since, x.attempts, x.tries = (
        p.compartment,
        p.place,
        p.since,
        p.attempts,
        p.tries,
    )
    x.trying, x.guided, x.detected_at = p.trying, p.guided, p.detected_at
    x.minors = min(persons, p.minors * persons // p.persons)
    p.persons -= persons
    p.minors = min(p.minors - x.minors, p.persons)
    x.row = p.row
    note(w, child, Kind.SPLIT, Actor.NOBODY, 0.0, 0)
    return child


def news(w: Any, g: int, success: bool) -> None:
    """An outcome at the group's sector; it becomes news at the next midnight."""
    x = groups(w)[g]
    sectors(w)[x.sector].tries_today += x.persons
    if success:
        sectors(w)[x.sector].successes_today += x.persons


# in the transit state


def wait_in_transit(w: Any, g: int) -> int:
    """People wait in the interior until they set out, or until somebody fetches them."""
    x = groups(w)[g]
    line_add(w, g, INTERIOR)
    if x.attempts and draw(w, g, Draw.ACCEPTS_FLIGHT, x.tries) < params(w).people_accepts_flight_waiting:
        willing_add(w, g)
    wait_until(w, g, w.now + x.next_hours, W_TRANSIT)
    return WAITING


def after_transit(w: Any, g: int, why: int) -> int:
    """They set out, are fetched, or fly home."""
    line_leave(w, g)
    willing_leave(w, g)
    rest(w, g)
    if why == Why.JOINS_COLUMN:
        return S_COLUMN
    if why == Why.SEAT_HOME:
        return fly_home(w, g)
    return S_SET_OUT


def set_out(w: Any, g: int) -> int:
    """They choose a sector and walk to the line."""
    x = groups(w)[g]
    x.tries += 1
    point = official_crossing(w, g)
    if point >= 0:
        x.point = point
        x.sector = points(w)[point].sector
        return walk_to_line(w, g, W_POINT)
    x.sector = choose_sector(w, g)
    x.guided = 1 if draw(w, g, Draw.GUIDED, x.tries) < control(w, GUIDE, x.sector) else 0
    return walk_to_line(w, g, W_WALK)


def walk_to_line(w: Any, g: int, wait: int) -> int:
    """They walk to the line, or to an official crossing on it."""
    move(w, g, Kind.SET_OUT, Actor.NOBODY, 0.0, 0)
    expose(w, g, params(w).exposure_walking)
    law = laws(w)[WALK]
    wait_until(w, g, w.now + hours(w, g, law, Draw.WALK_TIME, groups(w)[g].tries), wait)
    return WAITING


def is_stopped(w: Any, g: int) -> bool:
    """Whether escorts stop them on the way."""
    x = groups(w)[g]
    shelter(w, g)
    return draw(w, g, Draw.HELD_BACK, x.tries) < control(w, HOLD_BACK, x.sector)


def held_back(w: Any, g: int) -> int:
    """Escorts stop the group on its way and let it go later."""
    move(w, g, Kind.HELD_BACK, Actor.ESCORT, 0.0, 0)
    expose(w, g, params(w).exposure_held)
    wait_until(w, g, w.now + hours(w, g, laws(w)[HELD], Draw.HOLD_TIME, groups(w)[g].tries), W_HELD)
    return WAITING


def choose_sector(w: Any, g: int) -> int:
    """A multinomial logit over sectors: the first to arrive in an exponential race."""
    x = groups(w)[g]
    n = w.sectors_n
    row = x.route * n
    best, chosen = math.inf, 0
    for sector in range(n):
        weight = weights(w)[row + sector]
        u = uniform(x.luck, Draw.SECTOR_CHOICE, x.tries * n + sector)
        if 1.0 - u < best * weight:
            key = race_key(u, weight)
            if key < best:
                best, chosen = key, sector
    return chosen


def official_crossing(w: Any, g: int) -> int:
    """The open crossing point that a group with a wish to claim goes to, or -1."""
    x = groups(w)[g]
    if not x.wishes:
        return NONE
    for point in range(w.points_n):
        is_open = control(w, POINT_OPEN, point) >= OPEN
        if is_open and draw(w, g, Draw.CROSSING_POINT, x.tries * w.points_n + point) < points(w)[point].use:
            return point
    return NONE


def at_crossing_point(w: Any, g: int) -> int:
    """They ask at an official crossing; where it has shut meanwhile, or the claim is not heard, they are sent back."""
    if is_stopped(w, g):
        return S_HELD
    x = groups(w)[g]
    if control(w, POINT_OPEN, x.point) >= OPEN:
        note(w, g, Kind.CLAIM_LODGED, Actor.PEOPLE, 0.0, 0)
        if draw(w, g, Draw.CLAIM_HEARD, x.tries) < control(w, CLAIMS_HEARD, x.sector):
            return admit_claim(w, g)
    move(w, g, Kind.CAME_BACK, Actor.DESTINATION_STATE, 0.0, 0)
    return wait_again(w, g)


def admit_claim(w: Any, g: int) -> int:
    """A claim is heard and the group admitted to a procedure."""
    groups(w)[g].heard = 1
    note(w, g, Kind.CLAIM_HEARD, Actor.DESTINATION_STATE, 0.0, 0)
    move(w, g, Kind.ADMITTED, Actor.DESTINATION_STATE, 0.0, 0)
    news(w, g, True)
    return S_PROCEDURE


def wait_again(w: Any, g: int) -> int:
    """Before the next try: longer in winter."""
    x = groups(w)[g]
    pause = hours(w, g, laws(w)[NEXT_TRY], Draw.NEXT_TRY, x.tries)
    x.next_hours = max(pause * w.winter, params(w).people_shortest_rest_h)
    return S_TRANSIT


def decide(w: Any, g: int) -> int:
    """After a failed attempt: again, or home."""
    p, x = params(w), groups(w)[g]
    chance = chance_to_try_again(
        p.people_try_again, p.people_try_again_fall, x.attempts, p.people_hardship_weight, x.reserve, p.people_offer_weight,
        1.0 if w.offers_home else 0.0,
    )  # fmt: skip
    if draw(w, g, Draw.TRY_AGAIN, x.tries) < chance:
        return wait_again(w, g)
    note(w, g, Kind.GAVE_UP, Actor.PEOPLE, 0.0, 0)
    return S_HOME


def wait_for_home(w: Any, g: int) -> int:
    """They have given up: a seat on a flight, if they take one, or home by their own means."""
    if draw(w, g, Draw.ACCEPTS_FLIGHT, 0) < params(w).people_accepts_flight:
        willing_add(w, g)
    wait_until(w, g, w.now + hours_left(w, g, laws(w)[OWN_MEANS], Draw.OWN_MEANS, 0, 0), W_HOME)
    return WAITING


def after_home(w: Any, g: int, why: int) -> int:
    """On a flight, or by their own means."""
    willing_leave(w, g)
    if why == Why.SEAT_HOME:
        return fly_home(w, g)
    move(w, g, Kind.LEFT_BY_OWN_MEANS, Actor.PEOPLE, 0.0, 0)
    return ENDED


def fly_home(w: Any, g: int) -> int:
    """A seat is theirs."""
    move_caused(w, g, Kind.FLOWN_HOME, Actor.TRANSIT_STATE, 0.0, w.home_flight_row, 0)
    return ENDED


# at the line


def attempt(w: Any, g: int) -> int:
    """One try: a crossing takes a time, somebody may see it, a dispatched call races it."""
    x = groups(w)[g]
    x.attempts += 1
    x.trying = 1
    move(w, g, Kind.ATTEMPT, Actor.ESCORT if x.guided else Actor.PEOPLE, float(x.attempts), 0)
    expose(w, g, params(w).exposure_zone)
    post = sectors(w)[x.sector]
    x.barrier = barrier_met(draw(w, g, Draw.BARRIER_MET, x.tries), post.wall, post.fence, post.coil)
    crossing_h = crossing_hours(w, g, x.barrier)
    if x.wishes and draw(w, g, Draw.CLAIM_HEARD, x.tries) < control(w, CLAIMS_HEARD, x.sector):
        wait_until(w, g, w.now + crossing_h, W_SURRENDER)
        return WAITING
    x.call = NONE
    x.try_detected_h = w.now + detection_hours(w, g, crossing_h)
    x.race_detected_h = x.try_detected_h
    x.finish_h = w.now + crossing_h
    x.stage = W_LINE
    wait_in_race(w, g)
    return WAITING


def race_turn(w: Any, g: int, at_line: bool) -> int:
    """What the turn of a race is: through, met, withdrawn, or a change after which the race goes on."""
    x = groups(w)[g]
    due = race_due(w, g)
    if x.call >= 0 and calls(w)[x.call].arrival_h <= due:
        return MET
    if due >= x.finish_h:
        return PASSED
    if x.call >= 0:
        call_off(w, x.call)
        x.call, x.race_detected_h = NONE, NEVER
        return AGAIN
    x.race_detected_h = x.detected_h = NEVER
    x.detected_at = x.tries
    note(w, g, Kind.DETECTED, Actor.GUARD, float(x.attempts), 0)
    if at_line and not x.guided and draw(w, g, Draw.WITHDRAWAL, x.tries) < params(w).crossing_withdrawal:
        return WITHDREW
    call_for_group(w, g, at_line)
    return AGAIN


def call_for_group(w: Any, g: int, at_line: bool) -> None:
    """Whoever saw the group calls for teams; it is told when they are sent."""
    x = groups(w)[g]
    priority = int(Priority.BREACH)
    if at_line:
        priority = int(Priority.SMALL) if x.persons < params(w).standoffs_min_persons else int(Priority.LARGE)
    occasion = 2 * x.tries + (0 if at_line else 1)
    x.call = call_teams(w, g, 0, x.key, x.luck, occasion, x.sector, x.persons, priority, x.row)


def after_race_at_line(w: Any, g: int) -> int:
    """Withdrawn, met by teams, or through the line."""
    x = groups(w)[g]
    outcome = race_turn(w, g, True)
    if outcome == AGAIN:
        wait_in_race(w, g)
        return WAITING
    if outcome == WITHDREW:
        end_attempt(w, g, Kind.WITHDREW, Actor.PEOPLE)
        return go_back(w, g)
    if outcome == MET:
        if stands_off(w, g):
            return S_STANDOFF
        return stopped_at_line(w, g)
    breach(w, g, x.barrier)
    if x.persons == 0:
        abandon_call(w, g)
        return ENDED
    x.detected_h = x.try_detected_h
    return S_ZONE


def cross_zone(w: Any, g: int) -> int:
    """Through the line, and into the zone."""
    x = groups(w)[g]
    x.finish_h = w.now + zone_hours(control(w, ZONE_KM, x.sector), params(w).crossing_walking_speed_kmh)
    x.race_detected_h = x.detected_h
    x.stage = W_ZONE
    wait_in_race(w, g)
    return WAITING


def after_race_in_zone(w: Any, g: int) -> int:
    """A team comes, or they are out of the zone unseen."""
    x = groups(w)[g]
    outcome = race_turn(w, g, False)
    if outcome == AGAIN:
        wait_in_race(w, g)
        return WAITING
    if outcome == MET:
        return apprehended(w, g)
    shelter(w, g)
    abandon_call(w, g)
    x.trying = 0
    seen = Seen.DETECTED if x.detected_at == x.tries else Seen.UNDETECTED
    mask = witness(w, g, seen, x.tries, Actor.PEOPLE)
    move(w, g, Kind.ENTERED_UNSEEN, Actor.PEOPLE, float(x.attempts), mask)
    news(w, g, True)
    return S_UNSEEN


def crossing_hours(w: Any, g: int, barrier: int) -> float:
    """How long it takes to get through, by barrier, terrain, and tools lent."""
    p, x = params(w), groups(w)[g]
    took = hours(w, g, laws(w)[CROSSING], Draw.CROSSING_TIME, x.tries)
    factor = 1.0
    if barrier == COIL:
        factor = p.crossing_coil_factor
    elif barrier == FENCE:
        factor = p.crossing_fence_factor
    elif barrier == WALL:
        factor = p.crossing_wall_factor
    took *= factor
    took *= sectors(w)[x.sector].terrain_factor
    return took * p.crossing_tools_factor if x.guided else took


def detection_hours(w: Any, g: int, crossing_h: float) -> float:
    """Hours after which a patrol or a sensor sees the group; teams free now are held for the whole try."""
    p, x = params(w), groups(w)[g]
    night = (
        p.detection_night_factor
        if is_night(hour_of_day(w), p.detection_night_from_h, p.detection_night_to_h)
        else 1.0
    )
    hazard = patrol_hazard(
        p.detection_patrol_speed_kmh, p.detection_reference_teams, free_teams(w, x.sector), p.detection_eta,
        sectors(w)[x.sector].length_km, size_factor(x.persons, p.detection_size_reference, p.detection_size_exponent), night,
        p.detection_guidance_factor if x.guided else 1.0,
    )  # fmt: skip
    by_patrol = detection_time_h(draw(w, g, Draw.PATROL_DETECTION, x.tries), hazard, p.detection_spots_k)
    coverage = control(w, SENSOR_COVERAGE, x.sector)
    if coverage <= 0.0:
        return by_patrol
    by_sensor = sensor_time_h(
        draw(w, g, Draw.SENSOR_DETECTION, x.tries), draw(w, g, Draw.SENSOR_MOMENT, x.tries), coverage,
        p.detection_sensor_probability, crossing_h,
    )  # fmt: skip
    return min(by_patrol, by_sensor)


def after_surrender(w: Any, g: int) -> int:
    """They have crossed and report to the guard, or register by themselves within days."""
    x = groups(w)[g]
    breach(w, g, x.barrier)
    if x.persons == 0:
        return ENDED
    shelter(w, g)
    x.trying = 0
    mask = witness(w, g, Seen.DETECTED, x.tries, Actor.PEOPLE)
    move(w, g, Kind.APPREHENDED, Actor.PEOPLE, float(x.attempts), mask)
    wait_until(w, g, w.now + hours(w, g, laws(w)[REGISTRATION], Draw.SELF_REGISTRATION, x.tries), W_REGISTER)
    return WAITING


def breach(w: Any, g: int, barrier: int) -> None:
    """The group is through the line; barriers and rivers take their toll, person by person."""
    p, x = params(w), groups(w)[g]
    note(w, g, Kind.BREACHED, Actor.ESCORT if x.guided else Actor.PEOPLE, float(barrier), 0)
    if barrier != NO_BARRIER:
        wear(w, g, barrier)
        if p.mechanisms_barrier_injuries:
            injury = p.crossing_wall_injury if barrier == WALL else p.crossing_fence_injury
            for i in range(each_person(w, g, Draw.BARRIER_INJURY, injury, x.tries)):
                harm(w, g, Kind.HARMED_BARRIER, Actor.NOBODY, x.tries * HARMS_A_TRY + i % HARMS_A_TRY)
    if p.mechanisms_drowning and sectors(w)[x.sector].river:
        for i in range(each_person(w, g, Draw.DROWNING, p.crossing_drowning, x.tries)):
            die_of(w, g, Kind.DIED_DROWNING, Actor.NOBODY, x.tries * HARMS_A_TRY + i % HARMS_A_TRY)


def wear(w: Any, g: int, barrier: int) -> None:
    """A breach may leave the barrier open behind it."""
    p, x = params(w), groups(w)[g]
    if barrier != COIL and draw(w, g, Draw.BARRIER_CUT, x.tries) < p.crossing_cut_share:
        post = sectors(w)[x.sector]
        post.cut_km = min(post.cut_km + p.crossing_cut_width_km, post.length_km)
        write(
            w,
            Kind.BARRIER_CUT,
            x.key,
            x.persons,
            x.sector,
            Actor.ESCORT if x.guided else Actor.PEOPLE,
            post.cut_km,
            x.row,
            0,
        )
        stand(w, x.sector)


def stand(w: Any, sector: int) -> None:
    """Shares of the sector behind each barrier: the strongest counts, cuts open the strongest first."""
    post = sectors(w)[sector]
    b = built(w)
    wall = standing_share(b[4 * sector + WALL], post.cut_km, post.length_km)
    cut_left = max(0.0, post.cut_km - b[4 * sector + WALL])
    fence = min(1.0 - wall, standing_share(b[4 * sector + FENCE], cut_left, post.length_km))
    coil = min(1.0 - wall - fence, standing_share(b[4 * sector + COIL], 0.0, post.length_km))
    post.wall, post.fence, post.coil = wall, fence, max(0.0, coil)


def stands_off(w: Any, g: int) -> bool:
    """A large group that meets teams stands off; so does an escorted one, sometimes."""
    p, x = params(w), groups(w)[g]
    if not p.mechanisms_standoffs:
        return False
    if x.persons >= p.standoffs_min_persons:
        return True
    if not x.guided:
        return False
    return draw(w, g, Draw.ESCORT_STAYS, x.tries) < p.standoffs_escorted_share * control(
        w, AGGRESSION, x.sector
    )


def part_slips_by(w: Any, g: int, through: bool) -> None:
    """With too few teams only a part is held: the rest goes on as a group of its own."""
    x = groups(w)[g]
    if x.call < 0 or not params(w).mechanisms_splits:
        return
    held = persons_held(x.persons, teams_of(w, x.call), params(w).response_persons_per_team)
    if held > 0 and held < x.persons:
        part = split(w, g, x.persons - held, PASSED_PART if through else HELD_PART)
        recount(w, g)
        run_on(w, part, not through)


def run_on(w: Any, part: int, breaching: bool) -> None:
    """A part that nobody held goes on, seen by everybody."""
    if breaching:
        breach(w, part, NO_BARRIER)
    x = groups(w)[part]
    if x.persons > 0:
        x.detected_h = w.now
        expose(w, part, params(w).exposure_zone)
        cross_zone(w, part)
    else:
        end_journey(w, part)


def stopped_at_line(w: Any, g: int) -> int:
    """Teams reach the group before it is through."""
    part_slips_by(w, g, False)
    hold_call(w, g)
    end_attempt(w, g, Kind.PREVENTED, Actor.GUARD)
    return go_back(w, g)


def hold_call(w: Any, g: int) -> None:
    """The teams stay with the people they stopped for a while."""
    x = groups(w)[g]
    if x.call >= 0:
        c = x.call
        x.call = NONE
        hold_then_back(w, c)


def apprehended(w: Any, g: int) -> int:
    """Teams reach the group inside the zone."""
    x = groups(w)[g]
    part_slips_by(w, g, True)
    hold_call(w, g)
    shelter(w, g)
    x.trying = 0
    mask = witness(w, g, Seen.DETECTED, x.tries, Actor.PEOPLE)
    move(w, g, Kind.APPREHENDED, Actor.GUARD, float(x.attempts), mask)
    return S_DECISION


def end_attempt(w: Any, g: int, kind: int, actor: int) -> None:
    """The attempt ends at the line; the people are still there."""
    x = groups(w)[g]
    x.trying = 0
    note(w, g, kind, actor, float(x.attempts), witness(w, g, Seen.DETECTED, x.tries, Actor.PEOPLE))
    news(w, g, False)


def go_back(w: Any, g: int) -> int:
    """Back to the transit side, if an escort does not block the way."""
    x = groups(w)[g]
    shelter(w, g)
    if draw(w, g, Draw.WAY_BLOCKED, 2 * x.tries) < control(w, BLOCK_RETURN, x.sector):
        x.site = site_with_room(w, g)
        if x.site >= 0:
            return S_SITE
        move(w, g, Kind.STRANDED, Actor.ESCORT, 0.0, 0)
        return S_STRIP
    move(w, g, Kind.CAME_BACK, Actor.NOBODY, 0.0, 0)
    return decide(w, g) if x.attempts else wait_again(w, g)


def wait_in_strip(w: Any, g: int) -> int:
    """Stranded between the lines: exposed, until they try again, are fetched, or may go back."""
    x = groups(w)[g]
    line_add(w, g, FIRST_STRIP + x.sector)
    expose(w, g, 1.0)
    pause = hours_left(w, g, laws(w)[NEXT_TRY_STRIP], Draw.STRIP_TIME, x.tries, 0)
    wait_until(w, g, w.now + max(pause * w.winter, params(w).people_shortest_rest_h), W_STRIP)
    return WAITING


def after_strip(w: Any, g: int, why: int) -> int:
    """They try again, are fetched, or may go back."""
    x = groups(w)[g]
    line_leave(w, g)
    shelter(w, g)
    if why == Why.JOINS_COLUMN:
        return S_COLUMN
    if why == Why.ENTERS_SITE:
        return S_SITE
    if why == Why.DIVERTED:
        x.tries += 1
        x.guided = 1
        return S_ATTEMPT
    if draw(w, g, Draw.WAY_BLOCKED, 2 * x.tries + 1) >= control(w, BLOCK_RETURN, x.sector):
        move(w, g, Kind.CAME_BACK, Actor.NOBODY, 0.0, 0)
        return decide(w, g) if x.attempts else wait_again(w, g)
    x.tries += 1
    x.guided = 1 if draw(w, g, Draw.GUIDED, x.tries) < control(w, GUIDE, x.sector) else 0
    return S_ATTEMPT


def site_with_room(w: Any, g: int) -> int:
    """The open site of the group's sector that still has room, or -1."""
    x = groups(w)[g]
    for i in range(w.sites_n):
        if sites(w)[i].sector == x.sector and has_room(w, i, x.persons):
            return i
    return NONE


def has_room(w: Any, site: int, persons: int) -> bool:
    """Whether a site takes so many more."""
    return (
        sites(w)[site].is_open != 0
        and lines(w)[site_line(w, site)].persons + persons <= sites(w)[site].capacity
    )


def wait_in_site(w: Any, g: int) -> int:
    """Held in a site: their own clock stands, until a column, a seat home, or the site's end."""
    p, x = params(w), groups(w)[g]
    cause = sites(w)[x.site].row if x.row < 0 else x.row
    move_caused(w, g, Kind.ENTERED_SITE, Actor.TRANSIT_STATE, 0.0, cause, 0)
    line_add(w, g, site_line(w, x.site))
    if draw(w, g, Draw.ACCEPTS_FLIGHT, x.tries) < p.people_accepts_flight:
        willing_add(w, g)
    expose(w, g, p.exposure_site * (1.0 - sites(w)[x.site].shelter))
    stand_by(w, g, W_SITE)
    return WAITING


def after_site(w: Any, g: int, why: int) -> int:
    """A seat home, a column, or the site's end."""
    x = groups(w)[g]
    row = sites(w)[x.site].row
    line_leave(w, g)
    willing_leave(w, g)
    shelter(w, g)
    x.site = NONE
    if why == Why.SEAT_HOME:
        return fly_home(w, g)
    if why == Why.JOINS_COLUMN:
        return S_COLUMN
    note_caused(w, g, Kind.LEFT_SITE, Actor.TRANSIT_STATE, 0.0, row, 0)
    if why == Why.DRIVEN:
        x.tries += 1
        x.guided = 1
        return S_ATTEMPT
    move(w, g, Kind.CAME_BACK, Actor.TRANSIT_STATE, 0.0, 0)
    return wait_again(w, g)


def march_in_column(w: Any, g: int) -> int:
    """Led to the line as one of many."""
    x = groups(w)[g]
    column = columns(w)[x.column]
    x.tries += 1
    x.sector = column.sector
    x.guided = 1 if column.initiator == Actor.ESCORT else 0
    move_caused(w, g, Kind.JOINED_COLUMN, column.initiator, 0.0, column.row, 0)
    expose(w, g, params(w).exposure_walking)
    stand_by(w, g, W_COLUMN)
    return WAITING


def after_march(w: Any, g: int, why: int) -> int:
    """Whether they try at the line is drawn by group."""
    x = groups(w)[g]
    initiator = columns(w)[x.column].initiator
    shelter(w, g)
    if why == Why.DISPERSED:
        x.column = NONE
        return S_ATTEMPT
    if draw(w, g, Draw.COLUMN_TRIES, x.tries) < params(w).standoffs_attempt_share:
        x.attempts += 1
        x.trying = 1
        move(w, g, Kind.ATTEMPT, initiator, float(x.attempts), 0)
    return S_STANDOFF


# before the guards


def new_crowd(w: Any, key: Any, sector: int, initiator: int) -> int:
    """A place for a stand-off."""
    k = w.free_crowd
    if k >= 0:
        w.free_crowd = crowds(w)[k].next_free
    elif w.crowds_used + 1 >= w.crowds_room:
        w.code = TOO_SMALL
        k = w.crowds_room - 1
    else:
        k = w.crowds_used
        w.crowds_used = k + 1
    x = crowds(w)[k]
    x.key, x.luck, x.sector, x.initiator = key, luck_of(w, key), sector, initiator
    x.level = x.reached = x.step = x.running = x.appointed = 0
    x.threshold = 0.0
    x.row = x.members = x.first_call = x.second_call = NONE
    x.alive = 1
    return k


def meet_in_standoff(w: Any, g: int) -> int:
    """The group stands before teams, alone or in a column, until it ends one way or another."""
    x = groups(w)[g]
    move(w, g, Kind.JOINED_STANDOFF, Actor.ESCORT if x.guided else Actor.PEOPLE, 0.0, 0)
    expose(w, g, params(w).exposure_zone)
    stand_by(w, g, W_STANDOFF)
    if x.crowd < 0:
        key = key_of_three(x.key, as_word(x.tries), as_word(STANDOFF_KEY))
        k = new_crowd(w, key, x.sector, Actor.ESCORT if x.guided else Actor.PEOPLE)
        x.crowd = k
        x.next_member = NONE
        crowds(w)[k].members = g
        if x.call >= 0:
            crowds(w)[k].first_call = x.call
            x.call = NONE
        begin_standoff(w, k, x.row)
    return WAITING


def after_standoff(w: Any, g: int, why: int) -> int:
    """They broke through, or were stopped."""
    x = groups(w)[g]
    x.crowd = x.column = NONE
    if why == Why.BROKE_THROUGH:
        breach(w, g, 0)
        x.detected_h = w.now
        return S_ZONE
    if x.trying:
        end_attempt(w, g, Kind.PREVENTED, Actor.GUARD)
    return go_back(w, g)


def begin_standoff(w: Any, k: int, cause: int) -> None:
    """Contact: the ladder starts."""
    x = crowds(w)[k]
    x.row = write(w, Kind.STANDOFF_BEGAN, x.key, persons_in(w, k), x.sector, x.initiator, 0.0, cause, 0)
    divert(w, k)
    x.threshold = new_threshold(w, k)
    climb_on(w, k)


def new_threshold(w: Any, k: int) -> float:
    """How much rate it takes until the next step."""
    return -math.log(uniform(crowds(w)[k].luck, Draw.STANDOFF_THRESHOLD, crowds(w)[k].step))


def divert(w: Any, k: int) -> None:
    """An escort covers a small group's crossing elsewhere in the sector with this stand-off."""
    p, x = params(w), crowds(w)[k]
    if not p.mechanisms_diversion:
        return
    if uniform(x.luck, Draw.DIVERSION, 0) >= p.transit_state_diversion * control(w, AGGRESSION, x.sector):
        return
    g = lines(w)[FIRST_STRIP + x.sector].first
    if g >= 0 and groups(w)[g].persons < p.standoffs_min_persons:
        note_caused(w, g, Kind.DIVERSION, Actor.ESCORT, 0.0, x.row, 0)
        groups(w)[g].waiting = 0
        after_strip(w, g, Why.DIVERTED)
        attempt(w, g)


# in the hands of the destination state


def face_decision(w: Any, g: int) -> int:
    """At the post."""
    wait_until(
        w, g, w.now + hours(w, g, laws(w)[PROCESSING], Draw.PROCESSING_TIME, groups(w)[g].tries), W_DECISION
    )
    return WAITING


def decide_at_post(w: Any, g: int) -> int:
    """Care for who needs it, a claim heard or not, summary return or a return procedure."""
    p, x = params(w), groups(w)[g]
    share_minors = x.minors / x.persons
    if draw(w, g, Draw.CARE, x.tries) < chance_of_care(
        p.handling_care, p.handling_care_minors, share_minors, p.handling_care_hardship, x.reserve
    ):
        if x.persons == 1 or not p.mechanisms_splits:
            return admit_for_care(w, g)
        patient = split(w, g, 1, CARE_PART)
        admit_for_care(w, patient)
        stay_in_procedure(w, patient)
    if x.wishes:
        note(w, g, Kind.CLAIM_LODGED, Actor.PEOPLE, 0.0, 0)
        if draw(w, g, Draw.CLAIM_HEARD, x.tries) < control(w, CLAIMS_HEARD, x.sector):
            return admit_claim(w, g)
    if draw(w, g, Draw.SUMMARY_RETURN, x.tries) < control(w, SUMMARY_RETURN, x.sector):
        return return_summarily(w, g)
    x.heard = 0
    move(w, g, Kind.DETAINED, Actor.DESTINATION_STATE, 0.0, 0)
    news(w, g, False)
    return S_PROCEDURE


def admit_for_care(w: Any, g: int) -> int:
    """Admitted for medical care; a procedure follows."""
    groups(w)[g].heard = 1
    move(w, g, Kind.ADMITTED_FOR_CARE, Actor.DESTINATION_STATE, 0.0, 0)
    news(w, g, True)
    return S_PROCEDURE


def return_summarily(w: Any, g: int) -> int:
    """Brought back to the line without a procedure; with harms of its own."""
    p, x = params(w), groups(w)[g]
    mask = witness(w, g, Seen.RETURN, x.tries, Actor.GUARD)
    note(w, g, Kind.SUMMARY_RETURN, Actor.GUARD, float(x.attempts), mask)
    if p.mechanisms_return_harm:
        hurt = each_person(w, g, Draw.RETURN_HARM, p.handling_return_injury, x.tries)
        dead = each_person(w, g, Draw.RETURN_DEATH, p.handling_return_death, x.tries)
        for i in range(hurt):
            harm(w, g, Kind.HARMED_RETURN, Actor.GUARD, x.tries * HARMS_A_TRY + i % HARMS_A_TRY)
        for i in range(dead):
            die_of(w, g, Kind.DIED_AFTER_RETURN, Actor.GUARD, x.tries * HARMS_A_TRY + i % HARMS_A_TRY)
    if x.persons == 0:
        return ENDED
    news(w, g, False)
    return go_back(w, g)


def stay_in_procedure(w: Any, g: int) -> int:
    """Weeks in a centre: a decision comes, or the group leaves before it."""
    x = groups(w)[g]
    country = sectors(w)[x.sector].country
    centre = countries(w)[country]
    centre.persons += x.persons
    crowd = crowding_factor(centre.persons, centre.places, centre.crowding)
    x.hours = hours_left(w, g, country_law(w, PROCEDURE, country), Draw.PROCEDURE_TIME, x.tries, 0)
    x.hours *= crowd * control(w, PROCEDURE_FACTOR, country)
    restless = crowding_factor(centre.persons, centre.places, centre.leaves_crowded)
    x.leaves_h = hours_left(w, g, country_law(w, LEAVES, country), Draw.LEFT_PROCEDURE, x.tries, 1) / restless
    wait_until(w, g, w.now + min(x.hours, x.leaves_h), W_PROCEDURE)
    return WAITING


def after_procedure(w: Any, g: int) -> int:
    """Recognised or refused, person by person; nobody whose claim was not heard is recognised."""
    x = groups(w)[g]
    country = sectors(w)[x.sector].country
    countries(w)[country].persons -= x.persons
    if x.leaves_h < x.hours:
        move(w, g, Kind.LEFT_PROCEDURE, Actor.PEOPLE, 0.0, 0)
        return ENDED
    granted = each_person(w, g, Draw.RECOGNISED, countries(w)[country].recognised, x.tries) if x.heard else 0
    if granted == x.persons:
        move(w, g, Kind.RECOGNISED, Actor.DESTINATION_STATE, 0.0, 0)
        return ENDED
    if granted:
        part = split(w, g, granted, RECOGNISED_PART)
        move(w, part, Kind.RECOGNISED, Actor.DESTINATION_STATE, 0.0, 0)
        end_journey(w, part)
    move(w, g, Kind.REFUSED, Actor.DESTINATION_STATE, 0.0, 0)
    return S_REMOVAL


def await_removal(w: Any, g: int) -> int:
    """Refused: a voluntary return, a seat on a removal flight, or they leave the procedure."""
    x = groups(w)[g]
    country = sectors(w)[x.sector].country
    if draw(w, g, Draw.VOLUNTARY_RETURN, x.tries) < control(w, RETURN_UPTAKE, country):
        wait_until(
            w,
            g,
            w.now + hours_left(w, g, country_law(w, VOLUNTARY, country), Draw.VOLUNTARY_TIME, x.tries, 0),
            W_VOLUNTARY,
        )
        return WAITING
    line_add(w, g, removal_line(w, country))
    leaves_h = hours_left(
        w, g, country_law(w, LEAVES, country), Draw.LEFT_PROCEDURE, REMOVAL_OCCASION + x.tries, 1
    )
    wait_until(w, g, w.now + leaves_h, W_REMOVAL)
    return WAITING


def after_removal(w: Any, g: int, why: int) -> int:
    """A seat on a removal flight, or they leave the procedure."""
    x = groups(w)[g]
    line_leave(w, g)
    if why == Why.SEAT_ON_REMOVAL:
        row = countries(w)[sectors(w)[x.sector].country].flight_row
        move_caused(w, g, Kind.REMOVED_BY_FORCE, Actor.DESTINATION_STATE, 0.0, row, 0)
        w.removed_today += x.persons
    else:
        move(w, g, Kind.LEFT_PROCEDURE, Actor.PEOPLE, 0.0, 0)
    return ENDED


def live_unseen(w: Any, g: int) -> int:
    """Inside and unseen: an inland check finds them, or they go on to another state."""
    x = groups(w)[g]
    country = sectors(w)[x.sector].country
    stay_h = hours(w, g, country_law(w, ONWARD, country), Draw.ONWARD_TIME, x.tries)
    u = draw(w, g, Draw.INLAND_CHECK, x.tries)
    checked = countries(w)[country].inland_check
    if u < checked:
        wait_until(w, g, w.now + stay_h * u / checked, W_CHECK)
    else:
        wait_until(w, g, w.now + stay_h, W_ONWARD)
    return WAITING
