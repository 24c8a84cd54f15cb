"""What a midnight and a lever do to the world: twin of `sim.model.simulate`'s days, `.calendar`, `.transit_state`, `.information`,
`.barriers`, `.arrivals`, and of flights and sites."""

from __future__ import annotations

import math
from typing import Any

from sim.core.distributions import draw_duration, index_in, normal_quantile, whole_share
from sim.core.event_order import FLIGHTS, MASS_COLUMN_KEY, Rank, Why
from sim.core.random_streams import Draw
from sim.core.units import DAYS_PER_WEEK, HOURS_PER_DAY
from sim.record.events import Actor, Compartment, Kind
from sim.record.log import PARTIES, SLOTS
from sim.rules.arrival_rates import arrival_rate, feedback_exponent, gathering_size, stance_term, surge_step
from sim.rules.perceived_success import fading, shrunk_share
from sim.rules.removal_seats import seats_of_flight
from sim.rules.sector_choice import ChoiceWeights, sector_weight
from sim.rules.transit_posture import between, posture_step, posture_target
from sim.scenario.levers.lever_kinds import CONTROL_INDEX
from tests.twin.acts import (
    FIRST_STRIP,
    NO_KEY,
    NOBODY_LOST,
    NONE,
    OF_ANSWER,
    OF_ARRIVAL,
    OF_FLIGHT,
    OF_LEVER,
    appoint,
    control,
    draw,
    enter,
    fail,
    luck_of,
    new_group,
    note,
    removal_line,
    site_line,
    write,
)
from tests.twin.controls import lever_behind, mean_degree, refresh, set_base
from tests.twin.crowds import form_column, renew_watches
from tests.twin.health import expose, turn_clocks
from tests.twin.journey import S_TRANSIT, STAGING, has_room, stand, take, travel
from tests.twin.luck import as_word, key_of_three, key_of_two, uniform
from tests.twin.memory import LAWS
from tests.twin.posts import TEAMS, begin_shift, muster_reserves, settle_hours
from tests.twin.views import (
    builder_order,
    builders,
    built,
    by_country,
    cell_at,
    cells,
    countries,
    distances,
    fronts,
    groups,
    laws,
    levers,
    lines,
    mass_columns,
    months,
    move_first,
    moves,
    news_removed,
    news_successes,
    news_tries,
    params,
    party_sizes,
    quantiles,
    routes,
    said,
    said_at,
    seasons,
    sectors,
    sites,
    stance_controls,
    stance_points,
    stance_values,
    stock,
    stocks,
    watch_days,
    watches,
    weights,
    winters,
)

ACCESS = CONTROL_INDEX["access"]
WISH = CONTROL_INDEX["wish"]
PERCEIVED_BARRIER = CONTROL_INDEX["perceived_barrier"]
ARRIVALS_FACTOR = CONTROL_INDEX["arrivals_factor"]
POSTURE = CONTROL_INDEX["posture"]
RELIEF = CONTROL_INDEX["relief"]
PRESSURE = CONTROL_INDEX["pressure"]
SITE_OPEN = CONTROL_INDEX["site_open"]
SITE_SHELTER = CONTROL_INDEX["site_shelter"]
SEATS_HOME = CONTROL_INDEX["seats_home_per_day"]
REMOVAL_SEATS = CONTROL_INDEX["removal_seats_per_week"]
ANSWER_DELAY = LAWS.index("answer_delay")
STANCES = 6
ANNOUNCED, BEGAN, ENDED_TURN = 0, 1, 2
OPEN = 0.5


# the day


def begin_counting(w: Any, day: int) -> None:
    """Counts go to this day from now on; the stocks at its midnight are kept."""
    n = len(stock(w))
    for i in range(n):
        stocks(w)[day * n + i] = stock(w)[i]
    for i in range(w.first_cell, w.cells_used):
        cell_at(w)[cells(w)[i].key - w.day_base] = 0
    for i in range(w.first_said, w.said_used):
        said_at(w)[said(w)[i].key - w.day_base * PARTIES] = 0
    w.first_cell, w.first_said = w.cells_used, w.said_used
    w.day_base = day * (w.sectors_n + 1) * SLOTS


def midnight(w: Any, day: int) -> None:
    """The past day is closed, then the new one begins."""
    end_day(w)
    w.day = day
    begin_counting(w, day)
    move_posture(w)
    pull_triggers(w)
    begin_day(w)


def end_day(w: Any) -> None:
    """What the past day leaves: nobody lost, hours of teams, news on its way, kilometres built."""
    check(w)
    settle_hours(w)
    news_arrive(w)
    build_barriers(w)


def check(w: Any) -> None:
    """People are conserved."""
    present = 0
    for i in range(len(stock(w))):
        present += stock(w)[i]
    if present != w.people:
        fail(w, NOBODY_LOST)


def begin_day(w: Any) -> None:
    """The causal order of a day: levers, the season, what people believe, who comes, who flies home."""
    renew_controls(w)
    turn_clocks(w, w.day > 0)
    w.winter = params(w).people_winter_factor if winters(w)[w.day] else 1.0
    weigh_sectors(w)
    open_day(w)
    open_flights_home(w)


# levers


def appoint_lever(w: Any, lever: int) -> None:
    """Appoint the three turns of a lever that still lie ahead."""
    t = levers(w)[lever]
    for turn in range(3):
        at = t.announced_h if turn == ANNOUNCED else t.start_h if turn == BEGAN else t.end_h
        if w.now <= at and at < w.end_h:
            appoint(w, at, Rank.LEVER, OF_LEVER, as_word(lever), turn, lever)


def turn_is_due(w: Any, lever: int, turn: int) -> bool:
    """Whether a turn is still of this moment: a trigger may have moved it meanwhile."""
    t = levers(w)[lever]
    at = t.announced_h if turn == ANNOUNCED else t.start_h if turn == BEGAN else t.end_h
    return at == w.now


def turn_lever(w: Any, lever: int, turn: int) -> None:
    """A lever is announced, begins or ends: the row, what changes at once, and who will answer."""
    t = levers(w)[lever]
    t.row = write(
        w, Kind.LEVER_ANNOUNCED + turn, NO_KEY, 0, NONE, Actor.DESTINATION_STATE, float(lever), t.row, 0
    )
    renew_world(w)
    expect_answer(w, lever, turn)
    if turn == BEGAN:
        for i in range(w.mass_n):
            if mass_columns(w)[2 * i] == lever:
                lead_mass_column(w, lever, mass_columns(w)[2 * i + 1])


def renew_world(w: Any) -> None:
    """What a jump of a control changes at once, at any hour of the day."""
    move_posture(w)
    renew_controls(w)
    turn_clocks(w, False)
    weigh_sectors(w)
    renew_rates(w)
    renew_seats_home(w)
    renew_watches(w)


def renew_controls(w: Any) -> None:
    """Controls as of now, and everything that follows from them at once."""
    refresh(w, w.now)
    muster_reserves(w)
    for sector in range(w.sectors_n):
        begin_shift(w, sector, lever_behind(w, TEAMS * w.stride + sector))
    turn_sites(w)


def lead_mass_column(w: Any, lever: int, sector: int) -> None:
    """A column of the lever's size."""
    t = levers(w)[lever]
    size = int(math.floor(t.persons * t.strength + 0.5))
    if size > 0 and params(w).mechanisms_columns:
        key = key_of_two(t.key, as_word(MASS_COLUMN_KEY))
        form_column(w, key, sector, size, Actor.ESCORT if t.by_escort else Actor.PEOPLE, t.row, 1.0)


def pull_triggers(w: Any) -> None:
    """Each triggered lever looks at what its party can know, over its window."""
    for i in range(w.watches_n):
        watch = watches(w)[i]
        total = 0.0
        for d in range(max(0, w.day - watch.window_days), w.day):
            total += watch_days(w)[i * (w.days + 1) + d]
        t = levers(w)[watch.lever]
        idle = t.start_h == math.inf or w.now >= t.end_h
        if idle and total >= watch.above:
            t.announced_h = w.now
            t.start_h = w.now + HOURS_PER_DAY * watch.delay_days
            t.end_h = t.start_h + HOURS_PER_DAY * watch.duration_days
            appoint_lever(w, watch.lever)
        elif t.start_h <= w.now and w.now < t.end_h and total < watch.below:
            t.end_h = w.now
            appoint(w, w.now, Rank.LEVER, OF_LEVER, as_word(watch.lever), ENDED_TURN, watch.lever)


# the transit state


def take_first_posture(w: Any) -> None:
    """At the start the posture is what the scenario says it is."""
    for i in range(w.fronts_n):
        fronts(w)[i].posture = min(fronts(w)[i].limit, control(w, POSTURE, i))
    renew_stance(w)


def move_posture(w: Any) -> None:
    """Since the last time each front's posture has moved toward the target that held."""
    p = params(w)
    days = (w.now - w.posture_h) / HOURS_PER_DAY
    w.posture_h = w.now
    if days <= 0.0:
        return
    for i in range(w.fronts_n):
        front = fronts(w)[i]
        target = posture_target(
            control(w, POSTURE, i),
            p.transit_state_answer_gain,
            control(w, PRESSURE, 0),
            control(w, RELIEF, i),
            front.limit,
        )
        before = front.posture
        front.posture = posture_step(before, target, days, p.transit_state_relaxation_days)
        if front.posture != before:
            write(
                w,
                Kind.STANCE_CHANGED,
                as_word(i + 1),
                0,
                NONE,
                Actor.TRANSIT_STATE,
                front.posture,
                max(
                    w.stance_row,
                    lever_behind(w, POSTURE * w.stride + i),
                    lever_behind(w, RELIEF * w.stride + i),
                ),
                0,
            )
    renew_stance(w)


def renew_stance(w: Any) -> None:
    """What the posture means at the line: the base of the six stance controls of each sector."""
    n = w.points_of_stance
    for sector in range(w.sectors_n):
        front = sectors(w)[sector].front
        if front >= 0:
            for i in range(STANCES):
                row = stance_values(w)[i * n : (i + 1) * n]
                amount = between(fronts(w)[front].posture, stance_points(w), row, n)
                set_base(w, stance_controls(w)[i], sector, amount)


def mean_posture(w: Any) -> float:
    """The posture over the fronts, each counted once; indifferent where there is none."""
    if w.fronts_n == 0:
        return 1.0 / 3.0
    total = 0.0
    for i in range(w.fronts_n):
        total += fronts(w)[i].posture
    return total / w.fronts_n


def hear_sanctions(w: Any) -> None:
    """How long after each sanction the transit state answers it."""
    target = PRESSURE * w.stride
    for i in range(move_first(w)[target], move_first(w)[target + 1]):
        lever = moves(w)[i].lever
        levers(w)[lever].lag_h = answer_delay(w, lever)
        levers(w)[lever].sanctions = 1
        moves(w)[i].lag_h = levers(w)[lever].lag_h


def answer_delay(w: Any, lever: int) -> float:
    """Hours from a sanction to its answer; infinite where there is none."""
    t, p = levers(w)[lever], params(w)
    if not p.mechanisms_stance_answers or t.start_h < 0.0:
        return math.inf
    luck = luck_of(w, t.key)
    if uniform(luck, Draw.SANCTION_ANSWERED, 0) >= p.transit_state_answer_probability:
        return math.inf
    return draw_duration(uniform(luck, Draw.SANCTION_DELAY, 0), laws(w)[ANSWER_DELAY], quantiles(w))


def expect_answer(w: Any, lever: int, turn: int) -> None:
    """A sanction is announced, has begun or ended: when the transit state answers that, if it does."""
    t = levers(w)[lever]
    if t.sanctions and t.lag_h < math.inf:
        appoint(w, w.now + t.lag_h, Rank.ANSWER, OF_ANSWER, as_word(lever), turn, lever)


def pressure_of(w: Any, lever: int, turn: int) -> float:
    """What a lever's turn moves the pressure by."""
    t = levers(w)[lever]
    size = t.pressure if turn == BEGAN else t.pressure_announced if turn == ANNOUNCED else 0.0
    return size * t.strength


def answer(w: Any, lever: int, turn: int) -> None:
    """The transit state answers a sanction, or its end."""
    size, row = pressure_of(w, lever, turn), levers(w)[lever].row
    if size != 0.0:
        w.stance_row = write(w, Kind.SANCTIONS_ANSWERED, NO_KEY, 0, NONE, Actor.TRANSIT_STATE, size, row, 0)
    renew_world(w)


# news


def news_arrive(w: Any) -> None:
    """The counts of the day that ended set out; those of `delay` days ago arrive."""
    p = params(w)
    n, today = w.sectors_n, w.news_day
    for s in range(n):
        post = sectors(w)[s]
        news_tries(w)[today * n + s], news_successes(w)[today * n + s] = (
            post.tries_today,
            post.successes_today,
        )
        post.tries_today = post.successes_today = 0
    news_removed(w)[today] = w.removed_today
    w.removed_today = 0
    w.news_day = today + 1
    if today + 1 > p.information_delay_days:
        row = (today - p.information_delay_days) * n
        kept = fading(p.information_memory_days)
        for s in range(n):
            post = sectors(w)[s]
            post.tries = post.tries * kept + news_tries(w)[row + s]
            post.successes = post.successes * kept + news_successes(w)[row + s]
    if today + 1 > p.information_removal_delay_days:
        kept = fading(p.information_removal_memory_days)
        w.removals = w.removals * kept + news_removed(w)[today - p.information_removal_delay_days]
    if p.mechanisms_word_of_mouth:
        believe(w)


def believe(w: Any) -> None:
    """Shares in sector order, a sector's shrunk toward its country's, a country's toward the prior."""
    p = params(w)
    sums = by_country(w)
    n = w.countries_n
    for c in range(2 * n):
        sums[c] = 0.0
    for s in range(w.sectors_n):
        post = sectors(w)[s]
        sums[post.country] += post.tries
        sums[n + post.country] += post.successes
    for s in range(w.sectors_n):
        post = sectors(w)[s]
        country = post.country
        share = shrunk_share(
            sums[n + country], sums[country], p.information_prior_success, p.information_country_prior_persons
        )
        post.believed = shrunk_share(post.successes, post.tries, share, p.information_sector_prior_persons)
    all_tries, all_successes = 0.0, 0.0
    for c in range(n):
        all_tries += sums[c]
        all_successes += sums[n + c]
    w.overall = shrunk_share(
        all_successes, all_tries, p.information_prior_success, p.information_country_prior_persons
    )


def weigh_sectors(w: Any) -> None:
    """The weight of every sector for the people of every route, fixed for the day; the last row is for no route."""
    p = params(w)
    n = w.sectors_n
    for route in range(w.routes_n + 1):
        for s in range(n):
            post = sectors(w)[s]
            barrier = max(min(1.0, post.wall + post.fence + post.coil), control(w, PERCEIVED_BARRIER, s))
            weights(w)[route * n + s] = sector_weight(
                post.length_km, control(w, ACCESS, s), post.believed, barrier, distances(w)[route * n + s], control(w, WISH, s),
                post.constant,
                ChoiceWeights(
                    p.choice_access_weight, p.information_choice_weight, p.choice_barrier_weight, p.choice_distance_weight,
                    p.choice_wish_weight,
                ),
            )  # fmt: skip


# barriers


def build_barriers(w: Any) -> None:
    """The work of the day that ends, and its repairs; what is built stays when the lever ends."""
    yesterday = w.now - HOURS_PER_DAY
    for i in range(w.builders_n):
        builder = builders(w)[i]
        degree = mean_degree(w, builder.lever, yesterday, w.now)
        left = min(builder.rate * degree, builder.stop_km - builder.built_km)
        for j in range(builder.first, builder.first + builder.count):
            if left <= 0.0:
                break
            left -= build(w, i, builder_order(w)[j], left)
    repaired = params(w).crossing_repair_km_per_day
    for s in range(w.sectors_n):
        post = sectors(w)[s]
        if post.cut_km > 0.0:
            post.cut_km = max(0.0, post.cut_km - repaired)
            stand(w, s)


def build(w: Any, i: int, sector: int, most_km: float) -> float:
    """Kilometres built at a sector in a day."""
    builder = builders(w)[i]
    at = 4 * sector + builder.barrier
    km = min(most_km, sectors(w)[sector].length_km - built(w)[at])
    if km <= 0.0:
        return 0.0
    built(w)[at] += km
    builder.built_km += km
    write(
        w,
        Kind.BARRIER_BUILT,
        NO_KEY,
        0,
        sector,
        Actor.DESTINATION_STATE,
        built(w)[at],
        levers(w)[builder.lever].row,
        0,
    )
    stand(w, sector)
    return km


# arrivals


def people_per_day(w: Any, route: int) -> float:
    """The present rate of people on a route."""
    p, r = params(w), routes(w)[route]
    feedback, removals = 0.0, 0.0
    if p.mechanisms_word_of_mouth:
        feedback = feedback_exponent(p.information_arrivals_weight, w.overall, p.information_prior_success)
        removals = p.information_removal_weight * w.removals
    return arrival_rate(
        r.people_per_day, seasons(w)[route * 12 + months(w)[w.day]], control(w, ARRIVALS_FACTOR, route),
        stance_term(r.stance_exponent, mean_posture(w)), r.log_surge, feedback, removals,
    )  # fmt: skip


def open_day(w: Any) -> None:
    """The rate of every route for the day, and the groups that come under it."""
    p = params(w)
    for route in range(w.routes_n):
        r = routes(w)[route]
        if p.mechanisms_surge and w.day % DAYS_PER_WEEK == 0:
            week = w.day // DAYS_PER_WEEK
            normal = normal_quantile(uniform(r.luck, Draw.SURGE, week))
            r.log_surge = surge_step(r.log_surge, p.surge_reversion if week else 1.0, p.surge_sd, normal)
        r.rate = people_per_day(w, route) / p.mean_group
        r.opened = 0.0
        open_rate(w, route)


def renew_rates(w: Any) -> None:
    """A lever has turned: from now on the rate is another; candidates of a higher one come too, those of a lower one stay away."""
    for route in range(w.routes_n):
        r = routes(w)[route]
        r.rate = people_per_day(w, route) / params(w).mean_group
        if r.rate > r.opened:
            open_rate(w, route)


def open_rate(w: Any, route: int) -> None:
    """The rest of the day's candidates between the rate that was opened and the rate that holds."""
    r = routes(w)[route]
    strip = 0
    while strip * r.strip_per_day < r.rate and w.code == 0:
        if (strip + 1) * r.strip_per_day > r.opened:
            open_strip(w, route, strip, r.strip_per_day)
        strip += 1
    r.opened = r.rate


def open_strip(w: Any, route: int, strip: int, height: float) -> None:
    """The day's candidates of a strip: exponential gaps, uniform marks."""
    r = routes(w)[route]
    key = key_of_three(routes(w)[route].key, as_word(strip), as_word(w.day))
    luck = luck_of(w, key)
    begins = HOURS_PER_DAY * w.day
    at, n = 0.0, 0
    while True:
        at -= math.log(uniform(luck, Draw.ARRIVAL_GAP, n)) * HOURS_PER_DAY / height
        if at >= HOURS_PER_DAY or w.code != 0:
            return
        level = (strip + uniform(luck, Draw.ARRIVAL_MARK, n)) * height
        if r.opened <= level and level < r.rate and begins + at >= w.now:
            slot = strip * w.routes_n + route
            appoint(w, begins + at, Rank.ARRIVAL, OF_ARRIVAL, key_of_two(key, as_word(n)), n, slot)
        n += 1


def still_comes(w: Any, route: int, strip: int, n: int) -> bool:
    """Whether a candidate of the day lies under the rate that holds; looked at only where a lever has lowered it today."""
    r = routes(w)[route]
    if r.rate >= r.opened:
        return True
    luck = luck_of(w, key_of_three(r.key, as_word(strip), as_word(w.day)))
    return (strip + uniform(luck, Draw.ARRIVAL_MARK, n)) * r.strip_per_day < r.rate


def arrive(w: Any, slot: int, key: Any, n: int) -> None:
    """A group reaches the transit state, and waits."""
    route, strip = slot % w.routes_n, slot // w.routes_n
    if not still_comes(w, route, strip, n):
        return
    g = people_of(w, key, route, 0)
    x = groups(w)[g]
    enter(w, x.compartment, x.place, x.persons)
    x.since = w.now
    note(w, g, Kind.ARRIVED, Actor.PEOPLE, float(route), 0)
    x.next_hours = draw_duration(draw(w, g, Draw.STAGING, 0), laws(w)[STAGING], quantiles(w))
    travel(w, g, S_TRANSIT)


def people_of(w: Any, key: Any, route: int, most: int) -> int:
    """A group as its own random numbers make it: how many, how many minors, whether it wishes to claim asylum."""
    p = params(w)
    g = new_group(w, key)
    x = groups(w)[g]
    u = draw(w, g, Draw.GROUP_SIZE, 0)
    if u < p.people_gathering_share:
        persons = gathering_size(
            u / p.people_gathering_share,
            p.people_gathering_median,
            p.people_gathering_log_sd,
            p.people_gathering_max,
        )
    else:
        u = (u - p.people_gathering_share) / (1.0 - p.people_gathering_share)
        persons = 1 + index_in(u, party_sizes(w), len(party_sizes(w)))
    x.persons = min(persons, most) if most else persons
    x.minors = whole_share(x.persons, p.people_minor_share, draw(w, g, Draw.MINOR, 0))
    x.route = route
    x.compartment = Compartment.WAITING
    w.people += x.persons
    x.wishes = 1 if draw(w, g, Draw.CLAIM_WISH, 0) < p.people_claim_wish else 0
    return g


# flights


def appoint_flight(w: Any, country: int) -> None:
    """The next removal flight of a state."""
    c = countries(w)[country]
    c.flight += 1
    at = HOURS_PER_DAY * c.flight_days * c.flight
    appoint(w, at, Rank.SHIFT, OF_FLIGHT, as_word(FLIGHTS + country), c.flight, country)


def fly_removals(w: Any, country: int) -> None:
    """A removal flight: filled by who has waited longest; a group flies together."""
    c = countries(w)[country]
    line = removal_line(w, country)
    per_week = control(w, REMOVAL_SEATS, country)
    c.seats = seats_of_flight(per_week, c.flight_days, c.seats, lines(w)[line].count)
    c.flight_row = NONE
    while w.code == 0:
        g = lines(w)[line].first
        if g < 0 or groups(w)[g].persons > c.seats:
            break
        if c.flight_row < 0:
            cause = lever_behind(w, REMOVAL_SEATS * w.stride + country)
            sector = groups(w)[g].sector
            c.flight_row = write(
                w, Kind.REMOVAL_FLIGHT, NO_KEY, 0, sector, Actor.DESTINATION_STATE, c.seats, cause, 0
            )
        c.seats -= groups(w)[g].persons
        take(w, g, Why.SEAT_ON_REMOVAL)
    appoint_flight(w, country)


def open_flights_home(w: Any) -> None:
    """Midnight: the day's seats home from the transit state; what is left over stays where somebody is willing."""
    seats = control(w, SEATS_HOME, 0)
    left = w.seats_home if lines(w)[w.seats_line].count > 0 else 0.0
    offer_seats(w, seats, seats + left)


def renew_seats_home(w: Any) -> None:
    """A lever has turned: more seats home, or fewer, for the rest of the day."""
    seats = control(w, SEATS_HOME, 0)
    if seats != w.seats_of_day:
        rest = (w.day + 1) - w.now / HOURS_PER_DAY
        offer_seats(w, seats, max(0.0, w.seats_home + (seats - w.seats_of_day) * rest))


def offer_seats(w: Any, per_day: float, seats: float) -> None:
    """Seats are filled by who has waited longest among the willing."""
    line = w.seats_line
    w.seats_of_day, w.seats_home = per_day, seats
    w.offers_home = 1 if per_day > 0.0 else 0
    w.home_flight_row = NONE
    while w.code == 0:
        g = lines(w)[line].first
        if g < 0 or groups(w)[g].persons > w.seats_home:
            break
        if w.home_flight_row < 0:
            cause = lever_behind(w, SEATS_HOME * w.stride)
            w.home_flight_row = write(
                w, Kind.FLIGHT_HOME, NO_KEY, 0, NONE, Actor.TRANSIT_STATE, w.seats_home, cause, 0
            )
        w.seats_home -= groups(w)[g].persons
        take(w, g, Why.SEAT_HOME)


# sites


def turn_sites(w: Any) -> None:
    """Sites that open take people from the strip, oldest first; sites that close let people go, or drive them."""
    for i in range(w.sites_n):
        shelter_site(w, i, control(w, SITE_SHELTER, i))
        is_open = control(w, SITE_OPEN, i) >= OPEN
        if is_open and not sites(w)[i].is_open:
            open_site(w, i)
        elif sites(w)[i].is_open and not is_open:
            close_site(w, i)


def shelter_site(w: Any, i: int, shelter: float) -> None:
    """Another shelter is felt at once by everybody who is there."""
    if shelter != sites(w)[i].shelter:
        sites(w)[i].shelter = shelter
        g = lines(w)[site_line(w, i)].first
        while g >= 0:
            expose(w, g, params(w).exposure_site * (1.0 - shelter))
            g = groups(w)[g].line_after


def open_site(w: Any, i: int) -> None:
    """A site opens."""
    site = sites(w)[i]
    site.is_open = 1
    site.row = write(
        w,
        Kind.SITE_OPENED,
        NO_KEY,
        0,
        site.sector,
        Actor.TRANSIT_STATE,
        float(site.capacity),
        lever_behind(w, SITE_OPEN * w.stride + i),
        0,
    )
    g = lines(w)[FIRST_STRIP + site.sector].first
    while g >= 0 and w.code == 0:
        following = groups(w)[g].line_after
        if has_room(w, i, groups(w)[g].persons):
            groups(w)[g].site = i
            take(w, g, Why.ENTERS_SITE)
        g = following


def close_site(w: Any, i: int) -> None:
    """A site closes."""
    site = sites(w)[i]
    line = site_line(w, i)
    site.is_open = 0
    site.row = write(
        w,
        Kind.SITE_CLOSED,
        NO_KEY,
        lines(w)[line].persons,
        site.sector,
        Actor.TRANSIT_STATE,
        0.0,
        max(site.row, lever_behind(w, SITE_OPEN * w.stride + i)),
        0,
    )
    g = lines(w)[line].first
    while g >= 0 and w.code == 0:
        following = groups(w)[g].line_after
        driven = draw(w, g, Draw.SITE_DRIVEN, groups(w)[g].tries) < site.driven
        take(w, g, Why.DRIVEN if driven else Why.SITE_CLOSED)
        g = following
