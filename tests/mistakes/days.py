"""Mistakes in what a day does: exposure, news, arrivals, levers, triggers, barriers, the transit state, flights, the order of it all."""

from __future__ import annotations

from tests.mistakes.mistake import Mistake

TWINS = (
    Mistake("model/calendar.py", "lever.start_h = world.now + HOURS_PER_DAY * watch.delay_days", "lever.start_h = world.now",
            "a triggered lever acts without delay", "a triggered lever acts without delay"),
    Mistake("model/simulate.py", "    weigh_sectors(world)\n    open_day(world)", "    open_day(world)",
            "beliefs stay as they were", "beliefs stay as they were"),
    Mistake("model/simulate.py", "    news_arrive(world)\n", "", "news never arrives", "news never arrives"),
    Mistake("model/border/exposure_clock.py", "g.threshold - passed * g.exposure_rate", "g.threshold - passed",
            "a threshold spent at another rate", "a threshold spent at another rate"),
    Mistake("model/border/exposure_clock.py", "    g.exposure_token += 1\n    drop_aim(world, g)\n    if g.exposure_rate", "    drop_aim(world, g)\n    if g.exposure_rate",
            "old harms stay due", "old harms stay due"),
    Mistake("model/border/exposure_clock.py", "shown - clock.before + clock.offset", "shown - clock.before",
            "harms fall at another hour", "harms fall at another hour"),
    Mistake("model/border/exposure_clock.py", "            clock.turns += 1", "            clock.turns += 0",
            "harms of before a lever stay due", "harms of before a lever stay due"),
    Mistake("model/border/word_of_mouth.py", "        news.successes_today = 0\n", "",
            "successes are news again", "successes are news again"),
    Mistake("model/journeys/arrivals.py", "surge.reversion if week > 0 else 1.0", "surge.reversion",
            "the first week is no surge of its own", "the first week is no surge of its own"),
    Mistake("model/journeys/arrivals.py", "if flow.opened <= level < flow.rate and", "if flow.opened <= level < flow.rate * 1.01 and",
            "one in a hundred more come", "one in a hundred more come"),
    Mistake("model/state/control_values.py", "current += move.amount * degree_of(world, move, time_h)", "current = move.amount * degree_of(world, move, time_h)",
            "levers that add replace", "levers that add replace"),
    Mistake("model/state/control_values.py", "    current = clip(current, low, high)\n    for", "    for",
            "adds beyond the range before scales", "adds beyond the range before scales"),
    Mistake("model/border/transit_state.py", "uniform(luck, Draw.SANCTION_ANSWERED, 0)", "uniform(luck, Draw.SANCTION_ANSWERED, 1)",
            "another number decides on an answer", "another number decides on an answer"),
)  # fmt: skip

EXPOSURE = (
    Mistake("model/border/exposure_clock.py", "        g.situation = 0.0\n        g.exposure_token += 1", "        g.exposure_token += 1",
            "exposure is counted while sheltered"),
    Mistake("model/border/exposure_clock.py", "        g.situation = 0.0\n        g.exposure_token += 1\n        drop_aim(world, g)\n", "        g.situation = 0.0\n",
            "harms of before a shelter stay due"),
    Mistake("model/border/exposure_clock.py", "clock.offset = exposure_by(world.now - HOURS_PER_DAY * world.day, hazard, exposure.night_factor)", "clock.offset = 0.0",
            "a clock turned at noon counts the morning again"),
    Mistake("model/border/exposure_clock.py", "* total < exposure.death_per_10000_person_days", "* total >= exposure.death_per_10000_person_days",
            "deaths and harms are swapped"),
    Mistake("model/border/exposure_clock.py", "reserve_after(g.reserve, passed, g.situation,", "reserve_after(g.reserve, 0.0, g.situation,", "the reserve is not worn"),
    Mistake("model/border/exposure_clock.py", "exposure.month_factors[world.params.months[world.day]]", "exposure.month_factors[world.params.months[world.day + 1]]",
            "the last day of a month has the next month's hazard"),
    Mistake("model/border/exposure_clock.py", "days = (world.now - g.since)", "days = (world.now - 0.0)", "rest counts from the start of the run"),
    Mistake("model/border/exposure_clock.py", "g.u(Draw.EXPOSURE_THRESHOLD, g.harms)", "g.u(Draw.EXPOSURE_THRESHOLD, 1)",
            "every harm of a group has the threshold of the first"),
    Mistake("model/border/exposure_clock.py", "world.value[AID_ACCESS][sector]", "world.value[AID_ACCESS][0]", "aid of the first sector counts everywhere"),
    Mistake("model/border/exposure_clock.py", "event_rate(g.persons, g.situation,", "event_rate(1, g.situation,",
            "a large group meets as much harm as one person"),
    Mistake("model/border/exposure_clock.py", "        die(world, g, kind, actor=actor, witness_mask=mask)\n        recount(world, g)\n", "        die(world, g, kind, actor=actor, witness_mask=mask)\n",
            "a group that lost somebody keeps its rate of harm"),
    Mistake("model/border/exposure_clock.py", "            appoint_due(world, clock)\n", "            if end_of_day:\n                appoint_due(world, clock)\n", "the day's harms are lost where a lever turns"),
    Mistake("model/border/exposure_clock.py", "    elif g.threshold <= 0.0:", "    else:", "what was borne before a rest is forgotten"),
    Mistake("model/build.py", 'in ("bog", "river")', 'in ("bog",)', "a river is dry ground"),
    Mistake("model/simulate.py", "turn_clocks(world, world.day > 0)", "turn_clocks(world, False)", "the past day is not added up at midnight"),
)  # fmt: skip

NEWS = (
    Mistake("model/border/word_of_mouth.py", "world.days_heard > information.delay_days", "world.days_heard >= information.delay_days", "news arrives a day early"),
    Mistake("model/border/word_of_mouth.py", "world.removal_days_heard > information", "world.removal_days_heard > 1 + information", "news of removals arrives a day late"),
    Mistake("model/border/word_of_mouth.py", "kept = fading(world.params.information.memory_days)", "kept = 1.0", "memory does not fade"),
    Mistake("model/border/word_of_mouth.py", "news.tries, share, rules.sector_prior_persons", "news.tries, rules.prior_success, rules.sector_prior_persons",
            "a sector's share is shrunk toward the prior"),
    Mistake("model/border/word_of_mouth.py", "news.tries_today += persons", "news.tries_today += 1", "tries are counted in groups, successes in persons"),
    Mistake("model/border/word_of_mouth.py", "    if world.params.mechanisms.word_of_mouth:\n", "    if True:\n", "word of mouth cannot be switched off"),
    Mistake("model/border/word_of_mouth.py", "            if country_of[s] == country:\n                tries += news.tries\n",
            "            if country == 0:\n                tries += news.tries\n            if country_of[s] == country:\n", "tries of all countries are the first one's"),
    Mistake("scenario/params.py", "route.distance_km.get(name, route.distance_km.get(sector.country, UNKNOWN_DISTANCE_KM))",
            "route.distance_km.get(sector.country, route.distance_km.get(name, UNKNOWN_DISTANCE_KM))", "a country's distance hides a sector's"),
    Mistake("model/border/word_of_mouth.py", "post.wall + post.fence + post.coil", "post.wall + post.fence", "nobody hears of coiled wire"),
    Mistake("model/journeys/reception.py", "Kind.RETURNED_VOLUNTARILY, actor=Actor.PEOPLE)\n        information.count_removed(world, g.persons)\n", "Kind.RETURNED_VOLUNTARILY, actor=Actor.PEOPLE)\n",
            "voluntary returns are no news"),
)  # fmt: skip

ARRIVALS = (
    Mistake("model/journeys/arrivals.py", "surge.reversion if week > 0 else 1.0", "0.0 if week > 0 else 1.0", "a surge never reverts"),
    Mistake("model/journeys/arrivals.py", "level = (strip + uniform(luck, Draw.ARRIVAL_MARK, n))", "level = (strip + uniform(luck, Draw.ARRIVAL_MARK, 0))",
            "candidates of a strip share one mark"),
    Mistake("model/journeys/arrivals.py", "seasons[route][world.params.months[world.day]]", "seasons[route][world.params.months[max(0, world.day - 1)]]", "the first day of a month has the last one's season"),
    Mistake("model/journeys/arrivals.py", "    if still_comes(world, route, strip, key, n):", "    if True:", "who lies above a lowered rate comes anyway"),
    Mistake("model/journeys/arrivals.py", "people.minor_share, g.u(Draw.MINOR, 0)", "people.minor_share, 1.0", "minors are always rounded one way"),
    Mistake("model/journeys/arrivals.py", "        flow.opened = 0.0\n", "", "yesterday's strips stay opened"),
    Mistake("model/journeys/arrivals.py", "information.removal_weight * world.removals", "-information.removal_weight * world.removals", "news of removals draws people"),
    Mistake("model/journeys/arrivals.py", "rest = (u - people.gathering_share) / (1.0 - people.gathering_share)", "rest = u / (1.0 - people.gathering_share)",
            "party sizes reuse the number that decided against a gathering"),
    Mistake("model/journeys/arrivals.py", "key = key_of(flow.key, strip, world.day)\n    luck", "key = key_of(flow.key, strip, 0)\n    luck", "every day brings the same people"),
)  # fmt: skip

LEVERS = (
    Mistake("model/state/control_values.py", "lever.announced_h <= time_h < lever.start_h", "lever.announced_h <= time_h < lever.end_h", "an announcement holds to the lever's end"),
    Mistake("model/state/control_values.py", "ramp_at(time_h, lever.start_h, lever.end_h, lever.ramp_h)", "ramp_at(time_h, lever.start_h, 1e18, lever.ramp_h)",
            "a lever's end is forgotten"),
    Mistake("model/state/control_values.py", "ramp_at(time_h, lever.start_h, lever.end_h, lever.ramp_h)", "ramp_at(time_h, lever.start_h, lever.end_h, 0.0)",
            "a ramp is in full effect at its start"),
    Mistake("model/state/control_values.py", "return lever.strength * mean_ramp", "return mean_ramp", "building ignores a lever's strength"),
    Mistake("model/state/control_values.py", "return lever.start_h < its.start_h", "return lever.start_h > its.start_h",
            "of two levers that set, the earlier holds"),
    Mistake("model/state/control_values.py", "    return clip(current, low, high)", "    return current", "scales go beyond the range"),
    Mistake("scenario/levers/lever_effects.py", "lever.sizes.get(e.control, e.size)", "e.size", "a lever's own sizes are not read"),
    Mistake("scenario/levers/lever_effects.py", "[name for name in names if name in inside or sectors[name].country in inside]", "[name for name in names if name in inside]",
            "a front of countries has no sectors"),
    Mistake("model/calendar.py", "    renew_seats_home(world)\n", "", "seats home change at midnight alone"),
    Mistake("model/calendar.py", "    weigh_sectors(world)\n", "", "a lever at noon is not weighed by who chooses a sector"),
    Mistake("model/calendar.py", "    move_posture(world)\n    renew_controls(world)\n", "    renew_controls(world)\n    move_posture(world)\n",
            "hours before a lever count toward its target"),
)  # fmt: skip

TRIGGERS = (
    Mistake("model/calendar.py", "seen >= watch.above", "seen > watch.above", "a trigger acts above its threshold, not at it"),
    Mistake("model/calendar.py", "seen < watch.below", "seen <= watch.below", "a triggered lever stands down at its threshold"),
    Mistake("model/calendar.py", "lever.end_h = lever.start_h + HOURS_PER_DAY", "lever.end_h = world.now + HOURS_PER_DAY", "a triggered lever's duration runs from the decision"),
    Mistake("model/calendar.py", "            lever.announced_h = world.now\n", "            lever.announced_h = world.now + HOURS_PER_DAY * watch.delay_days\n",
            "a triggered lever is announced when it begins"),
    Mistake("model/border/triggers.py", "max(0, world.day - watch.window_days)", "max(0, world.day + 1 - watch.window_days)", "a window is a day short"),
    Mistake("model/border/triggers.py", "if witness >> watch.party & 1 == 1 and is_watched", "if is_watched", "what any party knows pulls a trigger"),
    Mistake("model/border/triggers.py", "return params.watch_where[watch.index][sector] == 1", "return True", "what happens elsewhere pulls a trigger"),
    Mistake("model/border/triggers.py", "1.0 if watch.by_rows else float(persons)", "1.0", "a trigger counts groups, not persons"),
)  # fmt: skip

BARRIERS = (
    Mistake("model/border/barriers.py", "max(0.0, post.cut_km - repaired)", "post.cut_km", "repairs are forgotten"),
    Mistake("model/border/barriers.py", "km = min(most_km, world.params.sectors[place].length_km - world.built_km[place][barrier])", "km = most_km",
            "more kilometres are built than a sector is long"),
    Mistake("model/border/barriers.py", "standing_share(fence_km, max(0.0, post.cut_km - wall_km), length)",
            "standing_share(fence_km, post.cut_km, length)", "a cut opens the wall and the fence at once"),
    Mistake("model/border/barriers.py", "wall = standing_share(wall_km, post.cut_km, length)", "wall = standing_share(wall_km, max(0.0, post.cut_km - fence_km), length)",
            "cuts open the weaker barrier first"),
    Mistake("model/build.py", "stop_km=length if km is None else min(km, length)", "stop_km=length", "building does not stop at its length"),
    Mistake("model/border/barriers.py", "            left -= build(world, builder, place, left)", "            build(world, builder, place, left)", "every sector gets the whole day's work"),
    Mistake("model/border/barriers.py", "if barrier != COIL and", "if", "coiled wire is cut"),
    Mistake("model/border/barriers.py", "for place in world.building_order[i]:", "for place in reversed(world.building_order[i]):", "building begins at the last sector"),
    Mistake("model/border/barriers.py", "    stand(world, place)\n    return km", "    return km", "what is built does not stand"),
)  # fmt: skip

TRANSIT_STATE = (
    Mistake("model/border/transit_state.py", "posture_step(before, target, days, state.relaxation_days)", "target", "the posture jumps to its target"),
    Mistake("model/calendar.py", "    if turn == ANNOUNCED:\n        size = sanction.pressure_announced\n    elif turn == BEGAN:\n        size = sanction.pressure\n",
            "    size = sanction.pressure_announced + sanction.pressure\n", "a sanction is answered at its announcement and its end, too"),
    Mistake("model/calendar.py", "    size *= lever.strength\n", "", "an answer ignores the sanction's strength"),
    Mistake("model/border/transit_state.py", "min(front.limit, world.value[POSTURE][i])", "world.value[POSTURE][i]", "the first posture exceeds a front's limit"),
    Mistake("model/border/transit_state.py", "between(world.posture[front],", "between(world.posture[0],",
            "every sector has the first front's stance"),
    Mistake("model/border/transit_state.py", "    world.posture_h = world.now\n", "", "the posture moves by all the time since the start"),
    Mistake("model/border/transit_state.py", "return total / len(world.posture)", "return total", "postures of fronts are added up"),
    Mistake("model/border/transit_state.py", "        world.value[RELIEF][i],\n", "        world.value[RELIEF][0],\n", "talks at one front relieve every front"),
)  # fmt: skip

FLIGHTS = (
    Mistake("model/journeys/reception.py", "seats_of_flight(per_week, days, centre.seats, line.count)", "seats_of_flight(per_week, days, 0.0, line.count)",
            "seats that a large group left empty are lost"),
    Mistake("model/journeys/reception.py", "seats_of_flight(per_week, days, centre.seats, line.count)", "seats_of_flight(per_week, days, centre.seats, 1)",
            "seats are kept though nobody waited for them"),
    Mistake("model/journeys/reception.py", "first.group.persons <= centre.seats:", "first.group.persons < centre.seats:", "the last seats of a removal flight stay empty"),
    Mistake("model/journeys/reception.py", "    centre.seats -= g.persons\n", "    centre.seats -= 1\n", "a group takes one seat"),
    Mistake("model/journeys/reception.py", "HOURS_PER_DAY * days * flight)", "HOURS_PER_DAY * days * (flight - 1))", "the first removal flight leaves at the start"),
    Mistake("model/journeys/reception.py", "left = world.seats_home if world.willing.count > 0 else 0.0", "left = world.seats_home", "seats home are kept though nobody is willing"),
    Mistake("model/journeys/reception.py", "left = world.seats_home if world.willing.count > 0 else 0.0", "left = 0.0", "seats home that a large group left empty are lost"),
    Mistake("model/journeys/reception.py", "rest = (world.day + 1) - world.now / HOURS_PER_DAY", "rest = 1.0", "seats home from noon on are a whole day's"),
    Mistake("model/journeys/reception.py", "    world.seats_home -= g.persons\n", "", "a flight home never fills"),
)  # fmt: skip

DAY = (
    Mistake("model/simulate.py", "    renew_controls(world)\n    turn_clocks(world, world.day > 0)\n",
            "    turn_clocks(world, world.day > 0)\n    renew_controls(world)\n", "exposure follows yesterday's controls"),
    Mistake("scenario/params.py", "month + 1 in scenario.people.winter_months", "month in scenario.people.winter_months", "winter begins a month late"),
    Mistake("model/simulate.py", "        move_posture(world)\n        pull_triggers(world)\n        begin_day(world)\n",
            "        pull_triggers(world)\n        begin_day(world)\n        move_posture(world)\n", "yesterday's posture follows today's controls"),
    Mistake("model/simulate.py", "    build_barriers(world)\n", "", "nothing is built"),
)  # fmt: skip

DAYS: tuple[Mistake, ...] = (
    *TWINS, *EXPOSURE, *NEWS, *ARRIVALS, *LEVERS, *TRIGGERS, *BARRIERS, *TRANSIT_STATE, *FLIGHTS, *DAY,
)  # fmt: skip
"""What is wrong on purpose, in the model alone; the tests of `tests/model` have to notice each."""
