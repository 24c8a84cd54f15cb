"""Mistakes in what a day does: exposure, news, arrivals, levers, triggers, barriers, the transit state, flights, the order of it all."""

from __future__ import annotations

from tests.mistakes.mistake import Mistake

TWINS = (
    Mistake("model/calendar.py", "times.start_h = world.now + HOURS_PER_DAY * watch.trigger.delay_days", "times.start_h = world.now",
            "a triggered lever acts without delay", "a triggered lever acts without delay"),
    Mistake("model/simulate.py", "    information.weigh_sectors(world)\n    arrivals.open_day(world)", "    arrivals.open_day(world)",
            "beliefs stay as they were", "beliefs stay as they were"),
    Mistake("model/simulate.py", "    world.news.arrive()\n", "", "news never arrives", "news never arrives"),
    Mistake("model/health.py", "group.threshold - passed * group.exposure_rate", "group.threshold - passed",
            "a threshold spent at another rate", "a threshold spent at another rate"),
    Mistake("model/health.py", "    group.exposure_token += 1\n    if group.exposure_rate", "    if group.exposure_rate",
            "old harms stay due", "old harms stay due"),
    Mistake("model/health.py", "reading - self.before + self.offset", "reading - self.before",
            "harms fall at another hour", "harms fall at another hour"),
    Mistake("model/health.py", "        clock.turns += 1", "        clock.turns += 0",
            "harms of before a lever stay due", "harms of before a lever stay due"),
    Mistake("model/information.py", "self.removed_today = [0] * n, [0] * n, 0", "self.removed_today = [0] * n, [*self.successes_today], 0",
            "successes are news again", "successes are news again"),
    Mistake("model/arrivals.py", "surge.reversion if week else 1.0", "surge.reversion",
            "the first week is no surge of its own", "the first week is no surge of its own"),
    Mistake("model/arrivals.py", "if flow.opened <= level < flow.rate and", "if flow.opened <= level < flow.rate * 1.01 and",
            "one in a hundred more come", "one in a hundred more come"),
    Mistake("scenario/controls.py", "current += move.size * self._degree_of(move, time_h)", "current = move.size * self._degree_of(move, time_h)",
            "levers that add replace", "levers that add replace"),
    Mistake("scenario/controls.py", "        current = clip(current, spec.low, spec.high)\n        for", "        for",
            "adds beyond the range before scales", "adds beyond the range before scales"),
    Mistake("model/transit_state.py", "uniform(luck, Draw.SANCTION_ANSWERED, 0)", "uniform(luck, Draw.SANCTION_ANSWERED, 1)",
            "another number decides on an answer", "another number decides on an answer"),
)  # fmt: skip

EXPOSURE = (
    Mistake("model/health.py", "        group.situation = 0.0\n        group.exposure_token += 1", "        group.exposure_token += 1",
            "exposure is counted while sheltered"),
    Mistake("model/health.py", "        group.situation = 0.0\n        group.exposure_token += 1", "        group.situation = 0.0",
            "harms of before a shelter stay due"),
    Mistake("model/health.py", "clock.offset = exposure_by(now - HOURS_PER_DAY * world.day, hazard, clock.night_factor)", "clock.offset = 0.0",
            "a clock turned at noon counts the morning again"),
    Mistake("model/health.py", "* total < exposure.death_per_10000_person_days", "* total >= exposure.death_per_10000_person_days",
            "deaths and harms are swapped"),
    Mistake("model/health.py", "group.reserve, passed, group.situation,", "group.reserve, 0.0, group.situation,", "the reserve is not worn"),
    Mistake("model/health.py", "exposure.month_factors[world.tables.months[world.day]]", "exposure.month_factors[world.tables.months[world.day + 1]]",
            "the last day of a month has the next month's hazard"),
    Mistake("model/health.py", "days = (world.now - group.since)", "days = (world.now - 0.0)", "rest counts from the start of the run"),
    Mistake("model/health.py", "group.u(Draw.EXPOSURE_THRESHOLD, group.harms)", "group.u(Draw.EXPOSURE_THRESHOLD, 1)",
            "every harm of a group has the threshold of the first"),
    Mistake("model/health.py", "world.value[AID_ACCESS][sector]", "world.value[AID_ACCESS][0]", "aid of the first sector counts everywhere"),
    Mistake("model/health.py", "        group.persons, group.situation, group.reserve, exposure.frailty", "        1, group.situation, group.reserve, exposure.frailty",
            "a large group meets as much harm as one person"),
    Mistake("model/health.py", "group, occasion, actor))\n        recount(world, group)", "group, occasion, actor))",
            "a group that lost somebody keeps its rate of harm"),
    Mistake("model/health.py", "        for entry in clock.today:\n            heappush(clock.due, entry)\n", "", "the day's harms are lost where a lever turns"),
    Mistake("model/health.py", "    elif group.threshold <= 0.0:", "    else:", "what was borne before a rest is forgotten"),
    Mistake("model/simulate.py", 'in ("bog", "river")', 'in ("bog",)', "a river is dry ground"),
    Mistake("model/simulate.py", "end_of_day=world.day > 0", "end_of_day=False", "the past day is not added up at midnight"),
)  # fmt: skip

NEWS = (
    Mistake("model/information.py", "len(self.on_the_way) > rules.delay_days", "len(self.on_the_way) >= rules.delay_days", "news arrives a day early"),
    Mistake("model/information.py", "len(self.removals_on_the_way) > rules", "len(self.removals_on_the_way) > 1 + rules", "news of removals arrives a day late"),
    Mistake("model/information.py", "kept = fading(rules.memory_days)", "kept = 1.0", "memory does not fade"),
    Mistake("model/information.py", "shares[country], rules.sector_prior_persons", "rules.prior_success, rules.sector_prior_persons",
            "a sector's share is shrunk toward the prior"),
    Mistake("model/information.py", "self.tries_today[sector] += persons", "self.tries_today[sector] += 1", "tries are counted in groups, successes in persons"),
    Mistake("model/information.py", "        if self.world.on.word_of_mouth:\n", "        if True:\n", "word of mouth cannot be switched off"),
    Mistake("model/information.py", "tries[country] += self.tries[s]", "tries[0] += self.tries[s]", "tries of all countries are the first one's"),
    Mistake("model/information.py", "route.distance_km.get(name, route.distance_km.get(sector.country, UNKNOWN_DISTANCE_KM))",
            "route.distance_km.get(sector.country, route.distance_km.get(name, UNKNOWN_DISTANCE_KM))", "a country's distance hides a sector's"),
    Mistake("model/information.py", "max(min(1.0, wall + fence + coil), world", "max(min(1.0, wall + fence), world", "nobody hears of coiled wire"),
    Mistake("model/reception.py", "Kind.RETURNED_VOLUNTARILY, actor=Actor.PEOPLE)\n        world.news.removed(g.persons)\n", "Kind.RETURNED_VOLUNTARILY, actor=Actor.PEOPLE)\n",
            "voluntary returns are no news"),
)  # fmt: skip

ARRIVALS = (
    Mistake("model/arrivals.py", "surge.reversion if week else 1.0", "0.0 if week else 1.0", "a surge never reverts"),
    Mistake("model/arrivals.py", "level = (strip + uniform(luck, Draw.ARRIVAL_MARK, n))", "level = (strip + uniform(luck, Draw.ARRIVAL_MARK, 0))",
            "candidates of a strip share one mark"),
    Mistake("model/arrivals.py", "spec.season[world.tables.months[world.day]]", "spec.season[world.tables.months[max(0, world.day - 1)]]", "the first day of a month has the last one's season"),
    Mistake("model/arrivals.py", "        if still_comes(world, route, strip, n):", "        if True:", "who lies above a lowered rate comes anyway"),
    Mistake("model/arrivals.py", "people.minor_share, g.u(Draw.MINOR, 0)", "people.minor_share, 1.0", "minors are always rounded one way"),
    Mistake("model/arrivals.py", "        flow.opened = 0.0\n", "", "yesterday's strips stay opened"),
    Mistake("model/arrivals.py", "information.removal_weight * world.news.removals", "-information.removal_weight * world.news.removals", "news of removals draws people"),
    Mistake("model/arrivals.py", "u = (u - people.gathering_share) / (1.0 - people.gathering_share)", "u = u / (1.0 - people.gathering_share)",
            "party sizes reuse the number that decided against a gathering"),
    Mistake("model/arrivals.py", "key = key_of(flow.key, strip, world.day)\n    luck", "key = key_of(flow.key, strip, 0)\n    luck", "every day brings the same people"),
)  # fmt: skip

LEVERS = (
    Mistake("scenario/controls.py", "t.announced_h <= time_h < t.start_h", "t.announced_h <= time_h < t.end_h", "an announcement holds to the lever's end"),
    Mistake("scenario/controls.py", "return t.strength * ramp_at(time_h, t.start_h, t.end_h, t.ramp_h)", "return t.strength * ramp_at(time_h, t.start_h, NEVER, t.ramp_h)",
            "a lever's end is forgotten"),
    Mistake("scenario/controls.py", "return t.strength * ramp_at(time_h, t.start_h, t.end_h, t.ramp_h)", "return t.strength * ramp_at(time_h, t.start_h, t.end_h, 0.0)",
            "a ramp is in full effect at its start"),
    Mistake("scenario/controls.py", "return t.strength * mean_ramp", "return mean_ramp", "building ignores a lever's strength"),
    Mistake("scenario/controls.py", "key=lambda m: (self.times[m.lever].start_h, m.lever)", "key=lambda m: (-self.times[m.lever].start_h, m.lever)",
            "of two levers that set, the earlier holds"),
    Mistake("scenario/controls.py", "                current *= scaling(move.size, self._degree_of(move, time_h))\n        return clip(current, spec.low, spec.high)",
            "                current *= scaling(move.size, self._degree_of(move, time_h))\n        return current", "scales go beyond the range"),
    Mistake("scenario/controls.py", "lever.sizes.get(e.control, e.size)", "e.size", "a lever's own sizes are not read"),
    Mistake("scenario/controls.py", "[name for name in names if name in inside or sectors[name].country in inside]", "[name for name in names if name in inside]",
            "a front of countries has no sectors"),
    Mistake("model/calendar.py", "    reception.renew_seats_home(world)\n", "", "seats home change at midnight alone"),
    Mistake("model/calendar.py", "    information.weigh_sectors(world)\n", "", "a lever at noon is not weighed by who chooses a sector"),
    Mistake("model/calendar.py", "    move_posture(world)\n    renew_controls(world)\n", "    renew_controls(world)\n    move_posture(world)\n",
            "hours before a lever count toward its target"),
)  # fmt: skip

TRIGGERS = (
    Mistake("model/calendar.py", "count >= watch.trigger.above", "count > watch.trigger.above", "a trigger acts above its threshold, not at it"),
    Mistake("model/calendar.py", "count < watch.trigger.below", "count <= watch.trigger.below", "a triggered lever stands down at its threshold"),
    Mistake("model/calendar.py", "times.end_h = times.start_h + HOURS_PER_DAY", "times.end_h = world.now + HOURS_PER_DAY", "a triggered lever's duration runs from the decision"),
    Mistake("model/calendar.py", "            times.announced_h = world.now\n", "            times.announced_h = world.now + HOURS_PER_DAY * watch.trigger.delay_days\n",
            "a triggered lever is announced when it begins"),
    Mistake("model/watches.py", "max(0, day - self.trigger.window_days)", "max(0, day + 1 - self.trigger.window_days)", "a window is a day short"),
    Mistake("model/watches.py", "if witness >> watch.party & 1 and kind", "if kind", "what any party knows pulls a trigger"),
    Mistake("model/watches.py", " and sector in watch.where", "", "what happens elsewhere pulls a trigger"),
    Mistake("model/watches.py", "1.0 if watch.trigger.measure in ROWS else persons", "1.0", "a trigger counts groups, not persons"),
)  # fmt: skip

BARRIERS = (
    Mistake("model/barriers.py", "max(0.0, post.cut_km - repaired)", "post.cut_km", "repairs are forgotten"),
    Mistake("model/barriers.py", "km = min(most_km, world.tables.sectors[place].length_km - post.built_km[builder.barrier])", "km = most_km",
            "more kilometres are built than a sector is long"),
    Mistake("model/barriers.py", "standing_share(post.built_km[FENCE], max(0.0, post.cut_km - post.built_km[WALL]), length)",
            "standing_share(post.built_km[FENCE], post.cut_km, length)", "a cut opens the wall and the fence at once"),
    Mistake("model/barriers.py", "wall = standing_share(post.built_km[WALL], post.cut_km, length)", "wall = standing_share(post.built_km[WALL], max(0.0, post.cut_km - post.built_km[FENCE]), length)",
            "cuts open the weaker barrier first"),
    Mistake("model/barriers.py", "return length if km is None else min(km, length)", "return length", "building does not stop at its length"),
    Mistake("model/barriers.py", "            left -= _build(world, builder, place, left)", "            _build(world, builder, place, left)", "every sector gets the whole day's work"),
    Mistake("model/barriers.py", "if barrier != COIL and", "if", "coiled wire is cut"),
    Mistake("model/barriers.py", "        for place in builder.order:", "        for place in reversed(builder.order):", "building begins at the last sector"),
    Mistake("model/barriers.py", "    _stand(world, place)\n    return km", "    return km", "what is built does not stand"),
)  # fmt: skip

TRANSIT_STATE = (
    Mistake("model/transit_state.py", "posture_step(before, target, days, state.relaxation_days)", "target", "the posture jumps to its target"),
    Mistake("model/calendar.py", "for m in moves if (ANNOUNCED if m.announced else BEGAN) == turn)", "for m in moves)", "a sanction is answered at its announcement and its end, too"),
    Mistake("model/calendar.py", "    size *= world.controls.times[lever].strength\n", "", "an answer ignores the sanction's strength"),
    Mistake("model/transit_state.py", "[min(front.limit, world.value[POSTURE][i])", "[world.value[POSTURE][i]", "the first posture exceeds a front's limit"),
    Mistake("model/transit_state.py", "between(world.posture[front], points, row, len(points))", "between(world.posture[0], points, row, len(points))",
            "every sector has the first front's stance"),
    Mistake("model/transit_state.py", "    world.posture_h = world.now\n", "", "the posture moves by all the time since the start"),
    Mistake("model/transit_state.py", "return total / len(world.posture)", "return total", "postures of fronts are added up"),
    Mistake("model/transit_state.py", "            world.value[RELIEF][i],\n", "            world.value[RELIEF][0],\n", "talks at one front relieve every front"),
)  # fmt: skip

FLIGHTS = (
    Mistake("model/reception.py", "seats_of_flight(per_week, days, centre.seats, len(centre.removal_line))", "seats_of_flight(per_week, days, 0.0, len(centre.removal_line))",
            "seats that a large group left empty are lost"),
    Mistake("model/reception.py", "seats_of_flight(per_week, days, centre.seats, len(centre.removal_line))", "seats_of_flight(per_week, days, centre.seats, 1)",
            "seats are kept though nobody waited for them"),
    Mistake("model/reception.py", "first.persons <= centre.seats:", "first.persons < centre.seats:", "the last seats of a removal flight stay empty"),
    Mistake("model/reception.py", "            centre.seats -= first.persons\n", "            centre.seats -= 1\n", "a group takes one seat"),
    Mistake("model/reception.py", "HOURS_PER_DAY * days * flight, Rank", "HOURS_PER_DAY * days * (flight - 1), Rank", "the first removal flight leaves at the start"),
    Mistake("model/reception.py", "left = world.seats_home if len(world.willing) else 0.0", "left = world.seats_home", "seats home are kept though nobody is willing"),
    Mistake("model/reception.py", "left = world.seats_home if len(world.willing) else 0.0", "left = 0.0", "seats home that a large group left empty are lost"),
    Mistake("model/reception.py", "rest = (world.day + 1) - world.now / HOURS_PER_DAY", "rest = 1.0", "seats home from noon on are a whole day's"),
    Mistake("model/reception.py", "        world.seats_home -= first.persons\n", "", "a flight home never fills"),
)  # fmt: skip

DAY = (
    Mistake("model/simulate.py", "    calendar.renew_controls(world)\n    health.turn_clocks(world, end_of_day=world.day > 0)\n",
            "    health.turn_clocks(world, end_of_day=world.day > 0)\n    calendar.renew_controls(world)\n", "exposure follows yesterday's controls"),
    Mistake("model/simulate.py", "world.tables.months[world.day] + 1 in", "world.tables.months[world.day] in", "winter begins a month late"),
    Mistake("model/simulate.py", "        transit_state.move_posture(world)\n        calendar.pull_triggers(world)\n        begin_day(world)\n",
            "        calendar.pull_triggers(world)\n        begin_day(world)\n        transit_state.move_posture(world)\n", "yesterday's posture follows today's controls"),
    Mistake("model/simulate.py", "    barriers.build_barriers(world)\n", "", "nothing is built"),
)  # fmt: skip

DAYS: tuple[Mistake, ...] = (
    *TWINS, *EXPOSURE, *NEWS, *ARRIVALS, *LEVERS, *TRIGGERS, *BARRIERS, *TRANSIT_STATE, *FLIGHTS, *DAY,
)  # fmt: skip
"""What is wrong on purpose, in the model alone; the tests of `tests/model` have to notice each."""
