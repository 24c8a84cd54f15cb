"""Deliberate one-line changes of order, state or a rule's use in either engine: does anything notice?

    python -m tests.compiled.mutations [--write docs/maintainers/mutations.md]

Each change is made in a copy of the sources. Short scenarios are played by both engines first (a changed twin as plain
Python, which is the same loop), then a longer one and random worlds. The page lists which check caught which.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 1800


class Mutation(NamedTuple):
    """A line of a file, what it becomes, and what that would mean."""

    file: str
    line: str
    becomes: str
    meaning: str


MUTATIONS = (
    # order
    Mutation("compiled/acts.py", "return a.rank < b.rank", "return a.rank > b.rank", "ranks served the other way round"),
    Mutation("compiled/acts.py", "return a.entity < b.entity", "return a.entity > b.entity", "ties by the larger key"),
    Mutation("model/appointments.py", "(time_h, rank, (entity, occasion), self)", "(time_h, rank, (-entity, occasion), self)",
             "ties by the larger key"),
    Mutation("compiled/acts.py", "since == other_since and key > other_key", "since == other_since and key < other_key",
             "a line's ties the other way round"),
    Mutation("compiled/posts.py", "return a.priority < b.priority", "return a.priority > b.priority", "least urgent calls first"),
    Mutation("model/posts.py", "(self.priority, self.since, self.key) <", "(self.since, self.priority, self.key) <", "oldest call before urgent"),
    Mutation("compiled/crowds.py", "    sort_by_key(w, n)\n    return n", "    return n", "members of a stand-off unsorted"),
    Mutation("model/standoffs.py", "sorted((g for g in crowd.members if g.persons > 0), key=lambda g: g.key)",
             "sorted((g for g in crowd.members if g.persons > 0), key=lambda g: -g.key)", "a stand-off dissolves backwards"),
    Mutation("compiled/day.py", "w.now + HOURS_PER_DAY * watch.delay_days", "w.now", "a triggered lever acts without delay"),
    Mutation("model/simulate.py", "    information.weigh_sectors(world)\n    arrivals.open_day(world)", "    arrivals.open_day(world)",
             "beliefs stay as they were"),
    Mutation("compiled/day.py", "    news_arrive(w)\n    build_barriers(w)", "    build_barriers(w)", "news never arrives"),
    Mutation("model/posts.py", "    if post.queue:\n        serve_queue(world, post)\n    for n in world.lent_by[sector]:",
             "    for n in world.lent_by[sector]:", "a post forgets its own calls"),
    # state
    Mutation("compiled/journey.py", "    x.attempts += 1\n    x.trying = 1\n    move(w, g, Kind.ATTEMPT, Actor.ESCORT",
             "    x.trying = 1\n    move(w, g, Kind.ATTEMPT, Actor.ESCORT", "tries are not counted"),
    Mutation("model/groups.py", "    g.trying = False\n    mask = witness(world, Seen.DETECTED, g, g.tries)\n    world.move(g, Kind.APPREHENDED, actor=Actor.GUARD",
             "    mask = witness(world, Seen.DETECTED, g, g.tries)\n    world.move(g, Kind.APPREHENDED, actor=Actor.GUARD", "the apprehended still try"),
    Mutation("compiled/health.py", "    x.threshold = max(0.0, x.threshold - passed * x.rate)", "    x.threshold = max(0.0, x.threshold - passed)",
             "a threshold spent at another rate"),
    Mutation("model/health.py", "    group.exposure_token += 1\n    if group.exposure_rate", "    if group.exposure_rate", "old harms stay due"),
    Mutation("compiled/health.py", "x.aim_reading - clock.before + clock.offset", "x.aim_reading - clock.before", "harms fall at another hour"),
    Mutation("compiled/health.py", "        clock.turns += 1", "        clock.turns += 0", "harms of before a lever stay due"),
    Mutation("compiled/posts.py", "            sectors(w)[lender].out -= teams", "            sectors(w)[lender].out -= 1", "one team comes back"),
    Mutation("compiled/journey.py", "    countries(w)[country].persons -= x.persons", "    countries(w)[country].persons -= 1",
             "a centre never empties"),
    Mutation("model/reception.py", "    centre.persons -= g.persons", "    centre.persons -= 0", "a centre never empties"),
    Mutation("compiled/day.py", "        post.tries_today = post.successes_today = 0", "        post.tries_today = 0", "successes are news again"),
    Mutation("compiled/journey.py", "    p.persons -= persons\n    p.minors", "    p.minors", "who goes a way of their own stays, too"),
    Mutation("model/waiting.py", "            self.persons -= group.persons\n            if len", "            if len", "a line's people are not counted down"),
    Mutation("compiled/acts.py", "    x.since = w.now\n    x.row = write", "    x.row = write", "time in a compartment never starts anew"),
    Mutation("model/standoffs.py", "crowd.threshold - (world.now - begun) * total", "crowd.threshold - (world.now - begun)",
             "a step's threshold spent at rate one"),
    # a rule's use
    Mutation("compiled/journey.py", "    took *= sectors(w)[x.sector].terrain_factor\n", "", "terrain does not matter"),
    Mutation("model/groups.py", "        d.patrol_speed_kmh, d.reference_teams, post.free, d.eta,", "        d.patrol_speed_kmh, d.reference_teams, post.on_duty, d.eta,",
             "teams out on calls patrol"),
    Mutation("compiled/journey.py", "2 * x.tries + (0 if at_line else 1)", "2 * x.tries", "a call in the zone has the luck of one at the line"),
    Mutation("model/groups.py", "g.u(Draw.WAY_BLOCKED, 2 * g.tries + 1)", "g.u(Draw.WAY_BLOCKED, 2 * g.tries)", "the way back has the luck of the way in"),
    Mutation("compiled/day.py", "p.surge_reversion if week else 1.0", "p.surge_reversion", "the first week is no surge of its own"),
    Mutation("model/arrivals.py", "if flow.opened <= level < flow.rate and", "if flow.opened <= level < flow.rate * 1.01 and",
             "one in a hundred more come"),
    Mutation("compiled/controls.py", "            current += m[i].amount * degree_of_move", "            current = m[i].amount * degree_of_move", "levers that add replace"),
    Mutation("compiled/controls.py", "    current = clip(current, low(w)[control], high(w)[control])\n    for", "    for", "adds beyond the range before scales"),
    Mutation("compiled/crowds.py", "        if how == BREACHED and groups(w)[g].trying:", "        if how == BREACHED:", "people who do not try break through"),
    Mutation("model/escorts.py", "Actor.ESCORT if u < by_escort else Actor.PEOPLE", "Actor.PEOPLE if u < by_escort else Actor.ESCORT", "who leads a column is swapped"),
    Mutation("compiled/journey.py", "    restless = crowding_factor(centre.persons, centre.places, centre.leaves_crowded)",
             "    restless = crowding_factor(centre.persons, centre.places, centre.crowding)", "crowding is used for leaving"),
    Mutation("model/transit_state.py", "    if uniform(luck, Draw.SANCTION_ANSWERED, 0) >= state.answer_probability:", "    if uniform(luck, Draw.SANCTION_ANSWERED, 1) >= state.answer_probability:",
             "another number decides on an answer"),
)  # fmt: skip
CHECK = """
import sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1]); sys.path.insert(1, sys.argv[2])
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sim.scenario.load import load
from tests.compiled.equal import differences
from tests.small import noon, sanctioned, small
from tests.worlds import scenarios

def look(what, scenario, luck):
    try:
        found = differences(scenario, luck)
    except Exception as error:
        found = [f"{type(error).__name__}: {error}"]
        print("law" if type(error).__name__ == "InvariantBroken" else "equality", "|", what, "|", found[0][:150]); sys.exit(1)
    if found:
        print("equality", "|", what, "|", found[0][:150]); sys.exit(1)

if sys.argv[3] == "short":
    for name in ("night-3-november", "kuznica-16-november", "one-post"):
        look(name, load(name), 1)
    look("small", small(6), 2)
    look("noon", noon(), 3)
    look("sanctioned", sanctioned(), 4)
    print("nothing | - | -")
    sys.exit(0)
look("riverland", load("riverland"), 3)
count = 0

@seed(20211103)
@settings(max_examples=300, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(scenarios(), st.integers(0, 2**32))
def any_world(scenario, luck):
    global count
    count += 1
    look(f"random world {count}", scenario, luck)

any_world()
print("nothing | - | -")
"""


def caught_by(mutation: Mutation) -> str:
    """Which check notices a change: "check | where | first words"; "nothing" where none does."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "sim", Path(folder) / "sim")
        shutil.copytree(ROOT / "scenarios", Path(folder) / "scenarios")
        path = Path(folder) / "sim" / mutation.file
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(mutation.line, mutation.becomes, 1), encoding="utf-8")
        in_twin = mutation.file.startswith("compiled/")
        verdict = _look(folder, "short", NUMBA_DISABLE_JIT="1" if in_twin else "0")
        if verdict.startswith("nothing"):
            cache = {"BORDERFLOW_CACHE": f"{folder}/cache"} if in_twin else {}
            verdict = _look(folder, "long", **cache)
    return verdict


def _look(folder: str, how: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CHECK, folder, str(ROOT), how], env={**os.environ, "PYTHONPATH": "", **environment}, cwd=folder,
        capture_output=True, text=True, check=False, timeout=TIMEOUT_S,
    )  # fmt: skip
    last = (done.stdout.strip().splitlines() or [""])[-1]
    return last if "|" in last else f"error | - | {(done.stderr.strip().splitlines() or ['ended'])[-1][:150]}"


def page(found: list[tuple[Mutation, str]]) -> str:
    """The list as a page of the docs."""
    lines = [
        "# What notices a wrong line",
        "",
        "Deliberate one-line changes of order, state or a rule's use in one of the engines, each alone, and the check that caught it.",
        "Made by `python -m tests.compiled.mutations --write docs/maintainers/mutations.md`.",
        "",
        "| file | change | caught by | where |",
        "|---|---|---|---|",
    ]
    for mutation, verdict in found:
        check, where, _ = (part.strip() for part in verdict.split("|", 2))
        lines.append(f"| `{mutation.file}` | {mutation.meaning} | {check} | {where} |")
    return "\n".join(lines) + "\n"


def check_list() -> None:
    """Every line is there to be changed. Raises `SystemExit` with those that are not."""
    stale = [m for m in MUTATIONS if m.line not in (ROOT / "sim" / m.file).read_text(encoding="utf-8")]
    if stale:
        raise SystemExit("\n".join(f"{m.file} has no line {m.line!r}: mend the list" for m in stale))


def main() -> None:
    """Try every change, two at a time."""
    check_list()
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    write = parser.parse_args().write
    with ThreadPoolExecutor(2) as pool:
        found = []
        for mutation, verdict in zip(MUTATIONS, pool.map(caught_by, MUTATIONS), strict=True):
            print(f"{mutation.file}: {mutation.meaning}: {verdict}", flush=True)
            found.append((mutation, verdict))
    if write is not None:
        write.parent.mkdir(parents=True, exist_ok=True)
        write.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
