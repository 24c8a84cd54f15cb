"""Mistakes of the part people: journeys, reception, sites, who knows, beginnings, lines, and the acts of the world."""

from __future__ import annotations

from tests.mistakes.mistake import Mistake

G, R, S, W = "model/groups.py", "model/reception.py", "model/sites.py", "model/world.py"
B, L, K = "model/beginnings.py", "model/waiting.py", "model/witnesses.py"

# fmt: off
TWINS = (
    Mistake(L, "                return self._heap[0][2]", "                return max((e for e in self._heap if self._waits(e)), key=lambda e: (-e[0], e[1]))[2]",
            "of two who wait since the same hour the later key goes first", "a line's ties the other way round"),
    Mistake(G, "    g.attempts += 1\n    g.trying = True\n    world.move(g, Kind.ATTEMPT, actor=Actor.ESCORT if", "    g.trying = True\n    world.move(g, Kind.ATTEMPT, actor=Actor.ESCORT if",
            "a try is not counted", "tries are not counted"),
    Mistake(G, "    g.trying = False\n    mask = witness(world, Seen.DETECTED, g, g.tries)\n    world.move(g, Kind.APPREHENDED, actor=Actor.GUARD",
            "    mask = witness(world, Seen.DETECTED, g, g.tries)\n    world.move(g, Kind.APPREHENDED, actor=Actor.GUARD",
            "people who were apprehended still count as trying", "the apprehended still try"),
    Mistake(R, "    centre.persons -= g.persons", "    centre.persons -= 1", "one person leaves a centre where a group does", "a centre never empties"),
    Mistake(R, "    centre.persons -= g.persons", "    centre.persons -= 0", "nobody leaves a centre", "a centre never empties"),
    Mistake(W, "        parent.persons -= persons\n", "", "who goes a way of their own stays with the group, too", "who goes a way of their own stays, too"),
    Mistake(L, "            self.persons -= group.persons\n            if len", "            if len", "who leaves a line is still counted in it",
            "a line's people are not counted down"),
    Mistake(W, "        group.since = now\n", "", "time in a compartment never starts anew", "time in a compartment never starts anew"),
    Mistake(G, "    hours *= world.terrain_factor[g.sector]\n", "", "a river, a bog, a forest take no longer", "terrain does not matter"),
    Mistake(G, "d.reference_teams, post.free, d.eta,", "d.reference_teams, post.on_duty, d.eta,", "teams that are out on calls patrol", "teams out on calls patrol"),
    Mistake(G, "g.u(Draw.WAY_BLOCKED, 2 * g.tries + 1)", "g.u(Draw.WAY_BLOCKED, 2 * g.tries)", "one number blocks the way back at once and after the wait in the strip",
            "the way back has the luck of the way in"),
    Mistake(R, "crowding_factor(centre.persons, centre.places, reception.leaves_crowded)", "crowding_factor(centre.persons, centre.places, reception.crowding)",
            "people leave a crowded centre by the factor of its procedures", "crowding is used for leaving"),
)
JOURNEYS = (
    Mistake(G, "    world.interior.leave(g)\n", "", "who sets out is still in the line of the interior"),
    Mistake(G, "    world.interior.leave(g)\n    world.willing.leave(g)\n", "    world.interior.leave(g)\n", "who sets out still waits for a seat home"),
    Mistake(G, "    g.tries += 1\n    point = official_crossing", "    point = official_crossing", "every try has the random numbers of the first"),
    Mistake(G, "    first = g.tries * len(weights)\n", "    first = 0\n", "a group chooses the same sector at every try"),
    Mistake(G, "g.u(Draw.GUIDED, g.tries) < world.value[GUIDE][g.sector]\n    return held_back if", "g.u(Draw.HELD_BACK, g.tries) < world.value[GUIDE][g.sector]\n    return held_back if",
            "one number decides who is guided and who is held back"),
    Mistake(G, "Draw.HOLD_TIME, g.tries", "Draw.HOLD_TIME, 0", "escorts hold a group as long each time"),
    Mistake(G, "    world.move(g, Kind.LET_GO, actor=Actor.ESCORT)\n    return decide(world, g) if g.attempts else wait_again(world, g)",
            "    world.move(g, Kind.LET_GO, actor=Actor.ESCORT)\n    return decide(world, g)", "people who were held before any try decide as if one had failed"),
    Mistake(G, "g.tries * len(world.points) + point)", "g.tries)", "one number decides about both official crossings"),
    Mistake(G, "    if world.value[POINT_OPEN][point] >= OPEN:\n        world.note(g, Kind.CLAIM_LODGED", "    if True:\n        world.note(g, Kind.CLAIM_LODGED",
            "a claim is lodged at a crossing that has shut meanwhile"),
    Mistake(G, "    g.next_hours = max(hours * world.winter,", "    g.next_hours = max(hours,", "winter does not matter in the interior"),
    Mistake(G, "    why = yield world.wait(g, max(hours * world.winter,", "    why = yield world.wait(g, max(hours,", "winter does not matter in the strip"),
    Mistake(G, "g.u(Draw.TRY_AGAIN, g.tries) < chance", "g.u(Draw.TRY_AGAIN, 0) < chance", "whether to try again is drawn once for all"),
    Mistake(G, "1.0 if world.offers_home else 0.0", "0.0 if world.offers_home else 1.0", "the offer of a flight counts where there is none"),
    Mistake(G, "if at_line and not g.guided and g.u(", "if at_line and g.u(", "guided groups withdraw, too"),
    Mistake(G, "if at_line and not g.guided and g.u(", "if not g.guided and g.u(", "groups withdraw from the zone"),
    Mistake(G, "(Priority.SMALL if small else Priority.LARGE)", "(Priority.LARGE if small else Priority.SMALL)", "calls for small groups are the more urgent"),
    Mistake(G, "night, d.guidance_factor if g.guided else 1.0", "night, 1.0 if g.guided else d.guidance_factor", "groups without a guide are harder to see"),
    Mistake(G, "        g.u(Draw.SENSOR_MOMENT, g.tries),", "        g.u(Draw.SENSOR_DETECTION, g.tries),", "one number says whether a sensor sees a group and when"),
    Mistake(G, "world.move(g, Kind.APPREHENDED, actor=Actor.PEOPLE", "world.move(g, Kind.APPREHENDED, actor=Actor.GUARD", "people who report to the guard were caught by it"),
    Mistake(G, "crossing.wall_injury if barrier == WALL else crossing.fence_injury", "crossing.fence_injury if barrier == WALL else crossing.wall_injury",
            "a fence hurts as a wall does"),
    Mistake(G, "    if g.persons >= rules.min_persons:", "    if g.persons > rules.min_persons:", "a group of the least size does not stand off"),
    Mistake(G, "world.split(g, g.persons - held,", "world.split(g, held,", "who is held goes on, the rest is held"),
    Mistake(G, "        part.detected_h = world.now\n", "", "nobody sees the part that slips by"),
    Mistake(G, "        world.begin(part, cross_zone)\n    else:\n        del world.groups[part.key]", "        world.begin(part, attempt)\n    else:\n        del world.groups[part.key]",
            "the part that slips by begins a try anew"),
    Mistake(G, "    part_slips_by(world, g, through=True)\n    hold_call(world, g)\n", "    part_slips_by(world, g, through=True)\n    g.call = None\n", "teams that apprehended a group never come back"),
    Mistake(G, "if g.detected_at == g.tries else Seen.UNDETECTED", "if g.detected_at else Seen.UNDETECTED", "who was seen at an earlier try entered in sight"),
    Mistake(G, "    world.move(g, Kind.CAME_BACK)\n    return decide(world, g) if g.attempts else wait_again(world, g)\n\n\ndef wait_in_strip",
            "    world.move(g, Kind.CAME_BACK)\n    return wait_again(world, g)\n\n\ndef wait_in_strip", "nobody gives up on the way back"),
    Mistake(G, "    strip.leave(g)\n    health", "    health", "who tries again from the strip is still in its line"),
    Mistake(G, "    if why == Why.DIVERTED:\n        g.tries += 1\n        g.guided = True\n", "    if why == Why.DIVERTED:\n        g.tries += 1\n", "a diverted group has no guide"),
    Mistake(G, "Draw.COLUMN_TRIES, g.tries", "Draw.COLUMN_TRIES, 0", "who tries in one column tries in every column"),
    Mistake(G, "        g.attempts += 1\n        g.trying = True\n", "        g.trying = True\n", "a try in a column is not counted"),
)
RECEPTION = (
    Mistake(R, "share_minors = g.minors / g.persons", "share_minors = 1.0 - g.minors / g.persons", "adults are cared for as minors"),
    Mistake(R, "patient = world.split(g, 1, CARE_PART)", "patient = world.split(g, g.persons - 1, CARE_PART)", "all but one are admitted for care"),
    Mistake(R, "    g.claim_heard = True\n    world.move(g, Kind.ADMITTED_FOR_CARE", "    world.move(g, Kind.ADMITTED_FOR_CARE", "nobody admitted for care is recognised"),
    Mistake(R, "    g.claim_heard = False\n", "    g.claim_heard = True\n", "people whose claim was not heard are recognised"),
    Mistake(R, "g.u(Draw.SUMMARY_RETURN, g.tries)", "g.u(Draw.CLAIM_HEARD, g.tries)", "one number decides on a claim and on a return"),
    Mistake(R, "health.each_person(g, Draw.RETURN_DEATH,", "health.each_person(g, Draw.RETURN_HARM,", "one number decides who is hurt and who dies in a return"),
    Mistake(R, "    world.note(g, Kind.SUMMARY_RETURN, actor=Actor.GUARD", "    world.note(g, Kind.SUMMARY_RETURN, actor=Actor.DESTINATION_STATE", "another actor brings people back"),
    Mistake(R, "                actor=Actor.GUARD,\n                occasion=g.tries * HARMS_A_TRY + i % HARMS_A_TRY,\n            )\n    if g.persons == 0:",
            "                actor=Actor.NOBODY,\n                occasion=g.tries * HARMS_A_TRY + i % HARMS_A_TRY,\n            )\n    if g.persons == 0:", "nobody caused the deaths of a return"),
    Mistake(R, "Draw.LEFT_PROCEDURE, g.tries, clock=1)", "Draw.LEFT_PROCEDURE, g.tries)", "of a stock, one number says when a decision comes and when people leave"),
    Mistake(R, "clock=1) / restless", "clock=1) * restless", "people stay longer in a crowded centre"),
    Mistake(R, "    hours *= crowd * world", "    hours *= world", "a full centre decides as fast as an empty one"),
    Mistake(R, "        part = world.split(g, granted, RECOGNISED_PART)", "        part = world.split(g, g.persons - granted, RECOGNISED_PART)", "the refused are recognised, the recognised refused"),
    Mistake(R, "    line.leave(g)\n    if why == Why.SEAT_ON", "    if why == Why.SEAT_ON", "who leaves the procedure is still in the line for removal"),
    Mistake(R, "REMOVAL_OCCASION + g.tries", "g.tries", "one number says when people leave before and after a refusal"),
    Mistake(R, "line.add(g, world.since(g))\n    law", "line.add(g, world.now)\n    law", "seats on removal flights do not ask who was there longest"),
    Mistake(R, "            centre.seats -= first.persons", "            centre.seats -= 1", "a group takes one seat of a removal flight"),
    Mistake(R, "hours * u / checked", "hours * u", "inland checks come too soon"),
    Mistake(R, "        world.seats_home -= first.persons", "        world.seats_home -= 1", "a group takes one seat home"),
    Mistake(R, "world.seats_home if len(world.willing) else 0.0", "world.seats_home", "seats home are kept though nobody wants them"),
    Mistake(R, "(seats - world.seats_of_day) * rest", "(world.seats_of_day - seats) * rest", "more seats home from noon on are fewer"),
)
SITES = (
    Mistake(S, "self.line.persons + persons <= self.capacity", "self.line.persons <= self.capacity", "a site takes a group for which it has no room"),
    Mistake(S, "world.scenario.exposure.site * (1.0 - site.shelter)", "world.scenario.exposure.site * site.shelter", "shelter exposes"),
    Mistake(S, "    site.line.leave(g)\n    world.willing", "    world.willing", "who leaves a site is still in it"),
    Mistake(S, "    site.line.leave(g)\n    world.willing.leave(g)\n", "    site.line.leave(g)\n", "who leaves a site still waits for a seat home"),
    Mistake(S, "        g.tries += 1\n        g.guided = True", "        g.guided = True", "a group driven to the line has the random numbers of its last try"),
    Mistake(S, "group.u(Draw.SITE_DRIVEN, group.tries) < site.driven", "group.u(Draw.SITE_DRIVEN, group.tries) >= site.driven", "who would be let go is driven"),
    Mistake(S, "    for group in world.strips[site.sector].in_order():\n", "    for group in reversed(world.strips[site.sector].in_order()):\n", "a site takes those who came last to the strip"),
)
WITNESSES = (
    Mistake(K, "party.admits_own if actor", "party.admits_other if actor", "a party admits of its own what it admits of others"),
    Mistake(K, "chance = chance * world.value[REPORTING][sector]", "pass", "reporters see what is closed to them"),
    Mistake(K, "(occasion * OCCASIONS + seen) * OCCASIONS + i", "(occasion * OCCASIONS + seen) * OCCASIONS", "all parties see the same things"),
    Mistake(K, "_falls(luck, Draw.MISATTRIBUTED, address", "_falls(luck, Draw.ADMITTED, address", "one number decides what is admitted and whom it is ascribed to"),
    Mistake(K, "if actor in ACTED and _falls", "if _falls", "harm by the weather is ascribed to somebody"),
    Mistake(K, "not p.countries or sector.country in p.countries", "not p.countries or sector.country not in p.countries", "a party speaks of all countries but its own"),
)
BEGINNINGS = (
    Mistake(B, "        g.waited_h = 0.0\n", "", "people of a stock have waited at every later stage, too"),
    Mistake(B, "    g.attempts = g.tries = stock.attempts", "    g.tries = stock.attempts", "tries of before the run are not counted"),
    Mistake(B, "    g.claim_heard = stock.compartment == \"procedure\"", "    g.claim_heard = False", "nobody who is in a procedure at the start is recognised"),
    Mistake(B, "(tables.next_try, Draw.NEXT_TRY) if stock.attempts else (tables.staging, Draw.STAGING)", "(tables.staging, Draw.STAGING)", "people who tried before wait as newcomers do"),
    Mistake(W, "                return hours - group.waited_h", "                return hours", "hours already waited are waited again"),
    Mistake(W, "range(clock * WAIT_DRAWS + 1, (clock + 1) * WAIT_DRAWS)", "range(clock * WAIT_DRAWS, (clock + 1) * WAIT_DRAWS)", "one number says how long people have waited and will wait"),
    Mistake(W, "        return self.env._now - group.waited_h", "        return self.env._now", "who waited before the start has waited no longer than others"),
)
ACTS = (
    Mistake(L, "            self.persons -= persons", "            self.persons -= 0", "who died in a line is still counted in it"),
    Mistake(W, "        parent.minors = min(parent.minors - child.minors, parent.persons)", "        parent.minors = min(parent.minors, parent.persons)", "minors who go a way of their own stay, too"),
    Mistake(W, "\"reserve\", \"wishes_claim\", \"sector\"", "\"reserve\", \"sector\"", "a part of a group does not wish what the group wished"),
    Mistake(W, "\"tries\", \"trying\", \"guided\"", "\"tries\", \"guided\"", "a part of a group that tries does not try"),
    Mistake(W, "        child.row = parent.row\n", "", "a part's story begins with nothing"),
    Mistake(W, "key_of(parent.key, parent.tries, part)", "key_of(parent.key, 0, part)", "parts of two tries have one key"),
    Mistake(W, "        group.row = row\n        return row", "        return row", "a row about a group does not cause the next"),
    Mistake(W, "self.write(now, Kind.DIED_IN_ATTEMPT, group.key, 1, group.sector, actor, 0.0, row, witness)", "self.write(now, Kind.DIED_IN_ATTEMPT, group.key, group.persons, group.sector, actor, 0.0, row, witness)",
            "a death in an attempt ends it for the whole group"),
    Mistake(W, "            group.appointment.callbacks = []\n            group.appointment = None\n        if group.journey", "            group.appointment = None\n        if group.journey", "a group that was taken out of its wait keeps its appointment"),
)
# fmt: on
PEOPLE: tuple[Mistake, ...] = (*TWINS, *JOURNEYS, *RECEPTION, *SITES, *WITNESSES, *BEGINNINGS, *ACTS)
