"""The model against theory: a scenario reduced, one mechanism at a time, to cases whose answer is known.

Each case keeps the scenario's own numbers (teams, hours out, patrol speed, lengths, chances)
and takes everything else away, so that a formula says what must come out. Two checks are of the scenario
itself, as it is: nobody is lost, and people stand in each compartment as long as they spend there (Little's
law, an identity of every path).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from sim.core.bounds import check_runs, check_seed
from sim.core.markdown_tables import table
from sim.engines.engine_choice import Engine, player
from sim.evidence.analytic_results import erlang_a, erlang_c, mean_wait_h, search_hazard, share_found
from sim.evidence.reduced_cases import AT_ONCE, NEVER, bare, exponential, fixed
from sim.record.events import ATTEMPT_ENDS, DEAD, MOVES_TO, Compartment, Kind
from sim.record.log import RunRecord
from sim.scenario.schema import Scenario
from sim.scenario.schema.durations import Duration, Exponential, Fixed, Gamma, Lognormal, Uniform, Weibull

# The table is looked at as a whole: with each row at 1 %, one of seventeen right rows fails in every sixth
# table.
FALSE_ALARM = 0.01
"""The chance that a model that is right fails anywhere in the table,
all chance rows together (Bonferroni)."""
POSTS = 3
"""How many posts are tried: the smallest, the middle one, the largest."""
# Without dropped calls a load of 1 has no steady state: the queue grows for ever.
BUSY, FULL = 0.7, 1.0
"""Load a team: where calls queue and are all served, and where some are dropped."""
RESPONSE_H = 0.001
"""Hours on the way: the least that a scenario may say, and part of the time out."""
# Formulas are of the steady state, and a run begins with every team free.
WARM_UP = 10.0
"""Times out until a post that began empty counts as settled."""
CALLS = 4000
"""Calls of a replication."""
PEOPLE = 4000
KOOPMAN = 1e9
MOST_TEAMS = 60
LONGEST_DAYS = 60
"""Days of the scenario itself that are walked through for the two identities."""
Run = Callable[[Scenario, int], RunRecord]


@dataclass(frozen=True, slots=True)
class Check:
    """One row: what theory says, what came out over replications, and whether they agree.

    An exact row has no interval: both sides are the same number, to 1e-9 of it.
    """

    case: str
    what: str
    theory: float
    simulated: float
    low: float
    high: float
    exact: bool

    @property
    def holds(self) -> bool:
        """Whether theory lies in the interval; of an exact row, whether the two are one number."""
        # The two sides add the same numbers in another order, which moves the last digits of a float.
        if self.exact:
            return math.isclose(self.theory, self.simulated, rel_tol=1e-9, abs_tol=1e-6)
        return self.low <= self.theory <= self.high

    @property
    def notices(self) -> float:
        """The relative error of the model that would be found more often than not: half the interval,
        over theory."""
        return math.nan if self.exact or not self.theory else (self.high - self.low) / 2.0 / abs(self.theory)


@dataclass(frozen=True, slots=True)
class Sampled:
    """What theory says, and one value a replication."""

    case: str
    what: str
    theory: float
    values: Sequence[float]


def verify(
    scenario: Scenario, *, seed: int = 0, replications: int = 40, engine: Engine = "compiled",
    tell: Callable[[str], Any] = lambda _: None,
) -> list[Check]:  # fmt: skip
    """Every case of a scenario: exact rows first checked as they are,
    chance rows by a t interval over replications.

    The level of the intervals is such that all of them together fail a model that is
    right once in 1 / `FALSE_ALARM`.
    """
    check_runs(replications)
    check_seed(seed)
    play = player(engine, scenario)

    def run(reduced: Scenario, replication: int) -> RunRecord:
        return play(reduced, seed=seed, replication=replication)

    sampled: list[Sampled] = []
    for case in CASES:
        for found in case(scenario, run, replications):
            tell(found.case)
            sampled.append(found)
    tell("the scenario itself")
    return [*_intervals(sampled), *identities(scenario, run)]


def _intervals(sampled: Sequence[Sampled]) -> Iterator[Check]:
    from scipy.stats import t

    for each in sampled:
        # One value a replication: waits within a run are correlated, so that its calls are no independent
        # sample.
        values = np.array(each.values)
        n = len(values)
        error = float(values.std(ddof=1)) / math.sqrt(n)
        # Bonferroni's correction holds however rows depend on one another; several are of the same runs.
        half = float(t.isf(FALSE_ALARM / len(sampled) / 2.0, n - 1)) * error
        mean = float(values.mean())
        yield Check(each.case, each.what, each.theory, mean, mean - half, mean + half, exact=False)


# posts as queues


@dataclass(frozen=True, slots=True)
class PostInTheory:
    """A post of the scenario, as theory needs it."""

    name: str
    teams: int
    length_km: float


def posts_of(scenario: Scenario) -> list[PostInTheory]:
    """The posts with the fewest, a middle number, and the most teams; those without a team are left out."""
    known = [
        PostInTheory(name, min(s.teams, MOST_TEAMS), s.length_km)
        for name, s in scenario.sectors.items()
        if s.teams
    ]
    known.sort(key=lambda post: (post.teams, post.name))
    # With fewer than three posts, places coincide and are tried once.
    chosen = {known[round(i * (len(known) - 1) / (POSTS - 1))] for i in range(POSTS)} if known else set()
    return sorted(chosen, key=lambda post: (post.teams, post.name))


def mean_hours(duration: Duration) -> float:
    """The mean of a duration of a scenario."""
    match duration:
        case Fixed():
            return duration.h
        case Exponential() | Gamma():
            return duration.mean_h
        case Lognormal():
            return duration.median_h * math.exp(duration.log_sd**2 / 2.0)
        case Weibull():
            return duration.scale_h * math.gamma(1.0 + 1.0 / duration.shape)
        case Uniform():
            return (duration.low_h + duration.high_h) / 2.0


def queue(teams: int, load: float, out_h: float, patience_h: float | None = None) -> Scenario:
    """One post, every group of one person seen at once, its call waiting in a wide zone;
    all service is exponential."""
    per_h = load * teams / out_h
    patience = {} if patience_h is None else {"patience": exponential(patience_h)}
    days = math.ceil((CALLS / per_h + WARM_UP * out_h) / 24.0)
    return bare(
        days,
        # A zone that takes a thousand hours to walk through: no group leaves it before its call is served or
        # dropped.
        {"line": {"teams": teams, "response_h": RESPONSE_H, "sensor_coverage": 1.0, "zone_km": 100.0}},
        crossing={"walking_speed_kmh": 0.1},
        response={"hold": exponential(out_h - RESPONSE_H), **patience},
        routes={"way": {"people_per_day": 24.0 * per_h}},
    )


def calls_of(run: RunRecord, after_h: float) -> tuple[np.ndarray, np.ndarray]:
    """Hours that calls waited: of those served, of those dropped; after a warm-up."""
    _, time, kind, _, _, _, _, value, _, _ = run.columns()
    late = time >= after_h
    return value[late & (kind == Kind.CALL_SERVED)], value[late & (kind == Kind.CALL_LEFT)]


def posts_as_queues(scenario: Scenario, run: Run, replications: int) -> Iterator[Sampled]:
    """Each post at a load of 0.7 a team (Erlang C), and at full load where calls are dropped (Erlang-A)."""
    out_h = max(10 * RESPONSE_H, mean_hours(scenario.response.hold))
    patience = scenario.response.patience
    patience_h = max(0.01, mean_hours(patience)) if patience is not None else out_h
    # Posts with as many teams are one queue in theory.
    for post in {post.teams: post for post in posts_of(scenario)}.values():
        at = f"post of {post.teams} teams ({post.name}), out {out_h:.2f} h"
        waits = [
            calls_of(run(queue(post.teams, BUSY, out_h), r), WARM_UP * out_h)[0] for r in range(replications)
        ]
        load = BUSY * post.teams
        shares = [float((w > 0.0).mean()) for w in waits]
        yield Sampled(at, f"calls that wait, load {BUSY:g} (Erlang C)", erlang_c(post.teams, load), shares)
        theory = mean_wait_h(post.teams, load / out_h, out_h)
        yield Sampled(at, f"hours waited, load {BUSY:g} (Erlang C)", theory, [float(w.mean()) for w in waits])
        full = queue(post.teams, FULL, out_h, patience_h)
        found = [calls_of(run(full, r), WARM_UP * out_h) for r in range(replications)]
        dropped = erlang_a(post.teams, FULL * post.teams / out_h, out_h, patience_h)[1]
        shares = [len(left) / (len(left) + len(served)) for served, left in found]
        yield Sampled(
            at,
            f"calls dropped, load {FULL:g}, patience {patience_h:.2f} h (Erlang-A)",
            dropped,
            shares,
        )


# search


def search(scenario: Scenario, post: PostInTheory, crossing_h: float) -> Scenario:
    """One sector with its own teams and patrols, walked through once by each group;
    a team is back at once."""
    detection = scenario.detection
    return bare(
        40,
        {
            "line": {
                "teams": post.teams,
                "length_km": post.length_km,
                "response_h": RESPONSE_H,
                "zone_km": 0.0,
            }
        },
        crossing={"time": fixed(crossing_h)},
        detection={
            name: getattr(detection, name)
            for name in ("eta", "spots_k", "patrol_speed_kmh", "reference_teams")
        },
        response={"hold": AT_ONCE},
        people={"staging": exponential(200.0)},
        initial={"people": {"compartment": "waiting", "place": "way", "persons": PEOPLE}},
    )


def random_search(scenario: Scenario, run: Run, replications: int) -> Iterator[Sampled]:
    """The share of groups that patrols find: 1 - exp(-H),
    or 1 - (1 + H/k)^-k over unequal spots (Koopman)."""
    d = scenario.detection
    crossing_h = mean_hours(scenario.crossing.time)
    # Spots of so large a shape are equal within a float's precision: the formula's limit is taken.
    k = math.inf if d.spots_k >= KOOPMAN else d.spots_k
    for post in posts_of(scenario):
        hazard = search_hazard(
            d.patrol_speed_kmh, post.teams, reference=d.reference_teams, eta=d.eta, length_km=post.length_km
        )
        reduced = search(scenario, post, crossing_h)
        found = [run(reduced, r).columns()[2] for r in range(replications)]
        shares = [float((kind == Kind.DETECTED).sum() / (kind == Kind.ATTEMPT).sum()) for kind in found]
        case = f"search of {post.length_km:g} km by {post.teams} teams ({post.name}), {crossing_h:.2f} h"
        yield Sampled(case, "share of groups found (Koopman)", share_found(hazard * crossing_h, k), shares)


# repeated trials


def repeated_trials(scenario: Scenario, run: Run, replications: int) -> Iterator[Sampled]:
    """Who is stopped tries again with the scenario's first chance q: stops per try p,
    repeats per stop p q."""
    q = scenario.people.try_again
    # At 0 nobody is stopped and at 1 all are: replications would not differ, and there would be no interval.
    p = min(0.9, max(0.1, scenario.detection.sensor_probability))
    sector = {"teams": 0, "response_h": 0.3, "sensor_coverage": 1.0}
    # A reserve without end that arrives at once: every group that is seen is stopped, so that p is the
    # sensor's chance alone.
    country = {"summary_return": 1.0, "reserve_teams": 100_000, "reserve_travel": AT_ONCE,
               "reception": {"inland_check": 0.0, "onward": NEVER}}  # fmt: skip
    reduced = bare(
        60,
        {"line": sector},
        people={"try_again": q, "next_try": fixed(2.0)},
        crossing={"time": fixed(1.0)},
        detection={"sensor_probability": p},
        handling={"processing": AT_ONCE},
        countries={"there": country},
        initial={"people": {"compartment": "waiting", "place": "way", "persons": PEOPLE}},
    )
    counted = [_trials(run(reduced, r)) for r in range(replications)]
    case = f"repeated trials, stopped {p:g}, again {q:g}"
    yield Sampled(case, "stops per try: p", p, [stops / tries for tries, stops, _ in counted])
    yield Sampled(
        case, "repeats per stop: p q (Espenshade)", p * q, [again / stops for _, stops, again in counted]
    )


def _trials(run: RunRecord) -> tuple[int, int, int]:
    """Tries, stops, and stops of groups that had been stopped before."""
    _, _, kind, group, *_ = run.columns()
    stopped = group[np.isin(kind, (Kind.PREVENTED, Kind.APPREHENDED))]
    return int((kind == Kind.ATTEMPT).sum()), len(stopped), len(stopped) - len(np.unique(stopped))


# arrivals and choice


def arrivals(scenario: Scenario, run: Run, replications: int) -> Iterator[Sampled]:
    """The routes' base rates as a Poisson process: groups of one, people a day,
    and variance over mean of days."""
    rates = {
        name: route.people_per_day for name, route in scenario.routes.items() if route.people_per_day > 0
    }
    if not rates:
        return
    days = 200
    reduced = bare(
        days,
        {"line": {"teams": 0}},
        people={"staging": NEVER},
        routes={name: {"people_per_day": rate} for name, rate in rates.items()} | _no_way(rates),
    )
    counts = []
    for r in range(replications):
        _, time, kind, *_ = run(reduced, r).columns()
        # By day, with days at the end on which nobody came: bincount alone would leave them out.
        counts.append(np.bincount((time[kind == Kind.ARRIVED] // 24.0).astype(np.int64), minlength=days))
    case = f"arrivals on {len(rates)} routes, base rate"
    yield Sampled(
        case, "people a day (Poisson)", math.fsum(rates.values()), [float(c.mean()) for c in counts]
    )
    yield Sampled(
        case, "variance over mean of days (Poisson)", 1.0, [float(c.var(ddof=1) / c.mean()) for c in counts]
    )


def _no_way(rates: dict[str, float]) -> dict[str, dict[str, float]]:
    """The stripped border has a route of its own;
    nobody takes it unless the scenario has one of that name."""
    return {} if "way" in rates else {"way": {"people_per_day": 0.0}}


def choice_by_length(scenario: Scenario, run: Run, replications: int) -> Iterator[Sampled]:
    """With nothing else to choose by, a sector is chosen in proportion to its
    length (logit over ln length)."""
    lengths = [s.length_km for s in scenario.sectors.values()]
    if len(lengths) < 2:
        return
    sectors = {name: {"teams": 0, "length_km": s.length_km} for name, s in scenario.sectors.items()}
    reduced = bare(
        5, sectors, initial={"people": {"compartment": "waiting", "place": "way", "persons": PEOPLE}}
    )
    longest = int(np.argmax(lengths))
    shares = []
    for r in range(replications):
        _, _, kind, _, _, sector, *_ = run(reduced, r).columns()
        chosen = sector[kind == Kind.ATTEMPT]
        shares.append(float((chosen == longest).mean()))
    name = list(scenario.sectors)[longest]
    yield Sampled(
        f"choice among {len(lengths)} sectors",
        f"share at the longest ({name})",
        lengths[longest] / math.fsum(lengths),
        shares,
    )


CASES = (posts_as_queues, random_search, repeated_trials, arrivals, choice_by_length)


# the scenario itself


def identities(scenario: Scenario, run: Run) -> Iterator[Check]:
    """Nobody is lost, every try that began has ended or goes on,
    and Little's law in each compartment that was used."""
    # Identities hold on every path, so that a part of the run is as good as all; rows are walked through one
    # by one.
    days = min(scenario.days, LONGEST_DAYS)
    part = scenario.model_copy(
        update={
            "scenario": scenario.scenario.model_copy(
                update={"end": scenario.scenario.start + timedelta(days=days)}
            )
        }
    )
    found = run(part, 0)
    case = f"the scenario, {days} days"
    came, left, tries, ended = _flows(found)
    yield _exact(case, "people: came = are somewhere at the end", came, left)
    yield _exact(case, "tries: begun = ended or under way", tries, ended)
    for compartment, hours in sorted(hours_by_compartment(found, part.end_h).items()):
        # A compartment that nobody was in compares nothing with nothing.
        if found.person_hours[compartment] > 0.0:
            name = Compartment(compartment).name.lower().replace("_", " ")
            mean = found.person_hours[compartment] / part.end_h
            yield _exact(
                case,
                f"{name}: mean number (Little)",
                hours / part.end_h,
                mean,
            )


def _exact(case: str, what: str, theory: float, simulated: float) -> Check:
    return Check(case, what, theory, simulated, math.nan, math.nan, exact=True)


def _flows(run: RunRecord) -> tuple[float, float, float, float]:
    _, _, kind, _, persons, _, _, _, _, _ = run.columns()
    came = float(persons[np.isin(kind, (Kind.ARRIVED, Kind.WAS_PRESENT))].sum())
    tries = float(persons[kind == Kind.ATTEMPT].sum())
    ended = float(persons[np.isin(kind, ATTEMPT_ENDS)].sum())
    return came, float(sum(run.stocks[-1])), tries, ended + under_way(run)


def under_way(run: RunRecord) -> float:
    """Persons whose try is not over when the run ends."""
    # From the rows alone: the counters, which are what is checked, are not asked.
    trying: dict[int, int] = {}
    for _, _, kind, group, n, _, _, _, cause, _ in run.rows:
        if kind == Kind.ATTEMPT:
            trying[group] = n
        elif kind == Kind.SPLIT and trying.get(parent := run.rows[cause][3]):
            trying[parent] -= n
            trying[group] = n
        elif kind in ATTEMPT_ENDS and group in trying:
            trying[group] -= n
    return float(sum(trying.values()))


def hours_by_compartment(run: RunRecord, end_h: float) -> dict[int, float]:
    """Person-hours in each compartment, from the rows alone: how long each group was where, one by one."""
    hours: dict[int, float] = {}
    where: dict[int, int] = {}
    persons: dict[int, int] = {}
    since: dict[int, float] = {}

    def spend(group: int, now: float) -> None:
        if group in where:
            hours[where[group]] = hours.get(where[group], 0.0) + persons[group] * (now - since[group])
        since[group] = now

    # The dead stay in their compartment to the end: Little's law counts them as any others.
    dead: dict[int, list[float]] = {}
    for _, now, kind, group, n, _, _, value, cause, _ in run.rows:
        if kind == Kind.SPLIT:
            parent = run.rows[cause][3]
            spend(parent, now)
            persons[parent] -= n
            persons[group], where[group], since[group] = n, where[parent], now
        elif MOVES_TO.get(kind) in DEAD:
            spend(group, now)
            persons[group] -= n
            dead.setdefault(MOVES_TO[kind], []).append(n * (end_h - now))
        elif kind in MOVES_TO or kind == Kind.WAS_PRESENT:
            spend(group, now)
            where[group] = int(value) if kind == Kind.WAS_PRESENT else MOVES_TO[kind]
            persons[group] = n
    for group in where:
        spend(group, end_h)
    # Thousands of small terms: fsum rounds once, and the row allows 1e-9.
    return hours | {compartment: math.fsum(spent) for compartment, spent in dead.items()}


# in words


def verdict_in_words(checks: Sequence[Check]) -> str:
    """How many rows hold, and how often a right model would be failed."""
    failed = [row for row in checks if not row.holds]
    chance = sum(not row.exact for row in checks)
    said = f"{len(checks) - len(failed)} of {len(checks)} rows pass. "
    return said + (
        f"The {chance} rows of chance together fail a right model with probability {FALSE_ALARM:.0%} or less "
        f"(Bonferroni); the other {len(checks) - chance} are identities and allow no difference. "
        'What a row "notices": the relative error that is found half the time.'
    )


def verify_page(scenario: Scenario, checks: Sequence[Check], seed: int, replications: int) -> str:
    """The table as a page."""
    lines = [
        f"# {scenario.name} against theory",
        "",
        f"Each case keeps the scenario's own numbers and takes every other mechanism away, so that a formula "
        f"says what must "
        f"come out; the last rows are of the scenario itself. Seed {seed}, {replications} runs of each case.",
        "",
        verdict_in_words(checks),
        "",
    ]
    rows = (
        (
            row.case,
            row.what,
            f"{row.theory:.4g}",
            f"{row.simulated:.4g}",
            "exact" if row.exact else f"{row.low:.4g} to {row.high:.4g}",
            "any" if row.exact else f"{row.notices:.1%}",
            "pass" if row.holds else "**fail**",
        )
        for row in checks
    )
    lines += table(("case", "what", "theory", "simulated", "interval", "notices", ""), rows)
    return "\n".join(lines) + "\n"
