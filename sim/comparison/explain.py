"""Answers from a log: what happened to a group, and why an event came about, in words with dates.

A story is what the run did, not what was recorded. Nothing is run again: the log alone is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.errors import UsageError
from sim.record.events import LEVEL_REACHED, Actor, Kind
from sim.record.row_text import Labels, Told, duration, people, sentence
from sim.scenario.checks.extension_checks import FIRST_KIND, kind_names, kinds_of
from sim.scenario.levers.in_force import EventPlace, InForce
from sim.scenario.schema import TransitState

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.scenario.schema import Lever, Scenario

HEX_DIGITS = 16
MOST_NEAR = 3
MOST_CALLS = 3
CROWD = frozenset(
    {Kind.COLUMN_AT_LINE, Kind.STANDOFF_BEGAN, *LEVEL_REACHED, Kind.STEPPED_DOWN, Kind.STANDOFF_ENDED,
     Kind.FORCE_MEMBER_HARMED}
)  # fmt: skip
"""What of a column or a stand-off belongs to the story of each group in it."""
LEVER_TURNS = (Kind.LEVER_BEGAN, Kind.LEVER_ENDED)
IN_FORCE = (
    "In force then, of what moves the chance of such events (what was in force, not what made this one "
    "happen; for that, compare with a run "
    "without the lever):"
)
UNMET = frozenset({Kind.BREACHED, Kind.ENTERED_UNSEEN, Kind.CALL_LEFT, Kind.WITHDREW})
"""Events of which one may ask why nobody came."""


class Entry(NamedTuple):
    """One row of the log, with what a sentence needs of it."""

    number: int
    time_h: float
    date: str
    cause: int
    told: Told

    @property
    def kind(self) -> int:
        """The kind of row."""
        return self.told.kind


def explain_group(
    events: pd.DataFrame, scenario: Scenario, key: str | int, replication: int = 0
) -> list[str]:
    """A group's story in time order, with the parts that split off; a key is 16 hex digits or decimal.

    A line "because" follows where something outside the group led to an event. Keys of columns and stand-offs
    work too. Raises `UsageError` for a key that the log does not hold.
    """
    log = Log(events, scenario, replication)
    return _with_note(list(_story(log, log.key_of(key), "Group")), scenario)


def explain_event(events: pd.DataFrame, scenario: Scenario, number: int, replication: int = 0) -> list[str]:
    """An event and its causes, walked back to where they begin; then, if nobody came, why.

    Raises `UsageError` for a number that the log does not hold.
    """
    log = Log(events, scenario, replication)
    if not log.holds(number):
        last = int(log.numbers[-1])
        raise UsageError(
            f"no event {number} in replication {replication}; allowed: {int(log.numbers[0])} to {last}; "
            f"nearest: {int(min(log.numbers, key=lambda n: abs(int(n) - number)))}"
        )
    # The first is the event itself, the last what has no cause in the log.
    chain = list(log.causes_of(number))
    first = chain[0]
    whose = (
        f", group {first.told.group:016x}" if first.told.group and first.kind != Kind.STANCE_CHANGED else ""
    )
    lines = [f"{log.line(first)}  (event {number}{whose})"]
    lines += [f"  because  {log.line(entry)}" for entry in chain[1:]]
    levers = list(_levers_in_force(log, chain))
    lines.append(f"  {_root(log, chain[-1], bool(levers))}")
    lines += [f"  {line}" for line in _why_nobody_came(log, chain)]
    if levers:
        lines += [f"  {IN_FORCE}", *(f"    {line}" for line in levers)]
    return _with_note(lines, scenario)


class Log:
    """One replication's events, found by number, by group and by post."""

    def __init__(self, events: pd.DataFrame, scenario: Scenario, replication: int) -> None:
        # By number, which is the order of the run: rows of one instant have one time, and entries are found
        # by bisection.
        rows = events[events["replication"] == replication].sort_values("number")
        if rows.empty:
            known = sorted(int(r) for r in events["replication"].unique())
            held = ", ".join(map(str, known)) if known else "none (the run kept no log)"
            raise UsageError(f"no log of replication {replication}; the log holds: {held}")
        self.scenario = scenario
        self.labels = labels_of(scenario)
        self.rows = rows
        self.numbers: NDArray[np.int64] = rows["number"].to_numpy("int64")
        # Unsigned: keys are hashes of 64 bits, of which half would be negative.
        self.groups: NDArray[np.uint64] = rows["group"].to_numpy("uint64")
        self.causes: NDArray[np.int64] = rows["cause"].to_numpy("int64")
        # A table holds names of kinds; the rules below compare numbers, as the model does.
        codes: dict[str, Any] = {kind.name.lower(): int(kind) for kind in Kind}
        codes |= {name: number for number, (name, _) in kinds_of(scenario).items()}
        self.kinds: NDArray[np.int64] = rows["kind"].astype(str).map(codes).to_numpy("int64")

    def holds(self, number: int) -> bool:
        """Whether the log has this event."""
        at = int(self.numbers.searchsorted(number))
        return at < len(self.numbers) and int(self.numbers[at]) == number

    def entry(self, number: int) -> Entry:
        """The event with a number."""
        return self._at(int(self.numbers.searchsorted(number)))

    def _at(self, place: int) -> Entry:
        row = self.rows.iloc[place]
        told = Told(
            int(self.kinds[place]), int(row["persons"]), str(row["sector"]), str(row["country"]),
            Actor[str(row["actor"]).upper()], float(row["value"]), int(self.groups[place]),
        )  # fmt: skip
        date = f"{row['date']:%Y-%m-%d %H:%M}"
        return Entry(int(row["number"]), float(row["time_h"]), date, int(row["cause"]), told)

    def where(self, chosen: NDArray[np.bool_]) -> list[Entry]:
        """The chosen events, in order."""
        return [self._at(int(place)) for place in chosen.nonzero()[0]]

    def of_kinds(self, *kinds: int) -> list[Entry]:
        """Every event of some kinds, in order."""
        import numpy as np

        return self.where(np.isin(self.kinds, [int(kind) for kind in kinds]))

    def of_group(self, key: int) -> list[Entry]:
        """Everything written under a key; a front's number is no key."""
        return self.where((self.groups == key) & (self.kinds != Kind.STANCE_CHANGED))

    def causes_of(self, number: int) -> Iterator[Entry]:
        """An event, its cause, the cause of that, and so on; a cause always has the lower number."""
        while self.holds(number):
            entry = self.entry(number)
            yield entry
            # A log that was changed by hand could hold a circle; causes of a run have lower numbers.
            if entry.cause >= number:
                return
            number = entry.cause

    def line(self, entry: Entry) -> str:
        """Date, time and words of an event."""
        return f"{entry.date}  {sentence(entry.told, self.labels)}"

    def key_of(self, key: str | int) -> int:
        """The key of the log that is meant: hex as shown, or decimal."""
        # Rows of a stance carry the number of a front in the column of keys.
        keys = {int(k) for k in self.groups[(self.groups != 0) & (self.kinds != Kind.STANCE_CHANGED)]}
        for read in _readings(key):
            if read in keys:
                return read
        near = _near(key, keys)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise UsageError(
            f"no group {key} in the log; allowed: a key of 16 hex digits, or its decimal number{hint}"
        )


def labels_of(scenario: Scenario) -> Labels:
    """What a scenario calls its places, levers and sides."""
    return Labels(
        sectors={name: s.label or name for name, s in scenario.sectors.items()},
        countries={name: c.label or name for name, c in scenario.countries.items()},
        levers=tuple(_lever_label(name, lever) for name, lever in scenario.levers.items()),
        routes=tuple(r.label or name for name, r in scenario.routes.items()),
        fronts=tuple(f.label or name for name, f in scenario.fronts.items()),
        transit=_with_article(scenario.transit_state.label),
        escorts=_bare(scenario.transit_state.escorts),
        rows={number: text for number, (_, text) in kinds_of(scenario).items()},
    )


def _bare(label: str) -> str:
    """A label without its note in brackets; the note stands once, under the whole answer."""
    return label.split(" (")[0]


def _with_note(lines: list[str], scenario: Scenario) -> list[str]:
    """The lines, and once what the scenario notes about the forces that they speak of."""
    label = scenario.transit_state.escorts
    bare = _bare(label)
    if bare == label or not any(bare in line for line in lines):
        return lines
    return [*lines, "", f"{bare}: {label.removeprefix(bare).strip(' ()')}."]


def _with_article(label: str) -> str:
    """A state that has no name of its own takes an article."""
    return f"the {label}" if label == TransitState.model_fields["label"].default else label


def _lever_label(name: str, lever: Lever) -> str:
    kind = lever.kind.replace("_", " ").replace("-", " ")
    return f"{lever.label or name} ({', '.join(filter(None, (kind, lever.actor)))})"


def _readings(key: str | int) -> list[int]:
    """What a key can mean, the likelier first: 16 digits are hex even where they could be decimal."""
    text = str(key).strip().lower()
    digits = text.removeprefix("0x")
    as_hex = [int(digits, 16)] if digits and all(c in "0123456789abcdef" for c in digits) else []
    as_decimal = [int(text)] if text.isascii() and text.isdigit() else []
    if isinstance(key, int):
        return as_decimal
    return as_hex + as_decimal if len(digits) == HEX_DIGITS else as_decimal + as_hex


def _near(key: str | int, keys: set[int]) -> list[str]:
    shown = sorted(f"{k:016x}" for k in keys)
    text = f"{key:016x}" if isinstance(key, int) else key.strip().lower().removeprefix("0x")
    # A key that was cut off when it was copied is likelier than one with wrong digits.
    begins = [k for k in shown if text and k.startswith(text)]
    return begins[:MOST_NEAR] or get_close_matches(text, shown, MOST_NEAR, 0.3)


# the story of a group


def _story(log: Log, key: int, name: str) -> Iterator[str]:
    own = log.of_group(key)
    yield f"{name} {key:016x}, {_beginning(log, own[0])}:"
    numbers = {entry.number for entry in own}
    # By number and not by time: rows of one instant stand in the order in which they came about.
    together = sorted([*own, *_crowd_rows(log, own, key)], key=lambda e: e.number)
    for entry in together:
        if entry.number in numbers:
            yield log.line(entry)
            yield from _because(log, entry, key)
        else:
            yield f"{entry.date}    . {sentence(entry.told, log.labels)}"
    for part in _parts(log, numbers):
        yield ""
        yield from _story(log, part, f"Part of {key:016x}:")


def _beginning(log: Log, first: Entry) -> str:
    if first.kind >= FIRST_KIND and not first.told.persons:
        extension = kind_names(log.scenario)[first.kind - FIRST_KIND].partition(".")[0]
        return f"of the extension {extension}"
    if not first.told.persons:
        return "a column"
    return (
        f"a stand-off of {people(first.told.persons)}"
        if first.kind == Kind.STANDOFF_BEGAN
        else people(first.told.persons)
    )


def _because(log: Log, entry: Entry, key: int) -> Iterator[str]:
    """The cause, one step back, where it lies outside the group's own story."""
    if log.holds(entry.cause):
        cause = log.entry(entry.cause)
        # A cause in the group's own story is the line above.
        if cause.told.group != key:
            yield f"{'':16}    because  {log.line(cause)}"


def _crowd_rows(log: Log, own: list[Entry], key: int) -> list[Entry]:
    """What happened in the columns and stand-offs that the group was in."""
    import numpy as np

    joined = [e.cause for e in own if e.kind == Kind.JOINED_COLUMN and log.holds(e.cause)]
    crowds = {log.entry(cause).told.group for cause in joined}
    # A stand-off has a key of its own; the row that led to it is one of the group's.
    begun = (log.kinds == Kind.STANDOFF_BEGAN) & np.isin(log.causes, [e.number for e in own])
    crowds |= {int(k) for k in log.groups[begun]}
    crowds.discard(key)
    chosen = np.isin(log.groups, np.array(sorted(crowds), np.uint64)) & np.isin(
        log.kinds, [int(k) for k in CROWD]
    )
    return log.where(chosen)


def _parts(log: Log, numbers: set[int]) -> list[int]:
    """Keys of the parts that split off from a group's own rows, in order of time."""
    import numpy as np

    split = (
        (log.kinds == Kind.SPLIT)
        & np.isin(log.causes, sorted(numbers))
        & ~np.isin(log.numbers, sorted(numbers))
    )
    return [int(k) for k in log.groups[split]]


# why an event came about


def _levers_in_force(log: Log, chain: list[Entry]) -> Iterator[str]:
    """Levers that moved a control on which an event of the chain depends, each once: when, which, what,
    where, how much."""
    turns = log.of_kinds(*LEVER_TURNS)
    levers = InForce(log.scenario, [(e.time_h, e.kind, int(e.told.value)) for e in turns])
    seen: set[tuple[int, str, str]] = set()
    for entry in chain:
        for moved in levers.on(entry.kind, _where(log, entry), entry.time_h):
            key = (moved.lever, moved.control.name, moved.place)
            if key not in seen:
                seen.add(key)
                at = f", {_place_label(log, moved.control.scope, moved.place)}" if moved.place else ""
                yield (
                    f"{entry.date}  {log.labels.levers[moved.lever]}: "
                    f"{moved.control.about}{at}: {moved.effect}"
                )


def _where(log: Log, entry: Entry) -> EventPlace:
    routes = list(log.scenario.routes)
    came = int(entry.told.value) if entry.kind == Kind.ARRIVED else -1
    return EventPlace(entry.told.sector, entry.told.country, routes[came] if 0 <= came < len(routes) else "")


def _place_label(log: Log, scope: str, name: str) -> str:
    if scope == "route":
        return log.labels.routes[list(log.scenario.routes).index(name)]
    if scope == "front":
        return log.labels.fronts[list(log.scenario.fronts).index(name)]
    return log.labels.countries.get(name, name) if scope == "country" else log.labels.sectors.get(name, name)


def _root(log: Log, last: Entry, has_levers: bool) -> str:
    if last.kind in (Kind.LEVER_ANNOUNCED, Kind.LEVER_BEGAN, Kind.LEVER_ENDED):
        lever = list(log.scenario.levers.values())[int(last.told.value)]
        if lever.trigger is not None:
            return "That is where it begins: a measure crossed the lever's threshold."
        source = lever.source or "no source given"
        return f"That is where it begins: the scenario's calendar ({lever.status}; {source})."
    if last.cause >= 0:
        return "The log holds nothing of what came before."
    if has_levers:
        return "That is where it begins: the log names no event that led to it."
    return "That is where it begins: nothing in the run led to it."


def _why_nobody_came(log: Log, chain: list[Entry]) -> Iterator[str]:
    """Whether the people were seen, whether teams were called, and what the post had left."""
    if chain[0].kind not in UNMET:
        return
    # From the attempt on: calls of an earlier try were for another crossing.
    attempt = next((n for n, entry in enumerate(chain) if entry.kind == Kind.ATTEMPT), None)
    if attempt is None:
        return
    since = chain[: attempt + 1]
    if any(entry.kind == Kind.JOINED_STANDOFF for entry in since):
        yield "Guards were there: the people stood before them, and then got through."
        return
    calls = _calls(log, since)
    if not calls and not any(e.kind == Kind.DETECTED for e in _rows_of_try(log, since)):
        yield f"Nobody came: nobody had detected them; {_strength(log, since[-1])}."
    elif not calls:
        yield "They were detected; no team was called before this."
    for call in calls:
        yield from _answer(log, call, chain[0])


def _rows_of_try(log: Log, since: list[Entry]) -> list[Entry]:
    """What the log holds of the people of a chain, from their attempt to the event."""
    import numpy as np

    keys = np.array(sorted({e.told.group for e in since}), np.uint64)
    between = (log.numbers >= since[-1].number) & (log.numbers <= since[0].number)
    return log.where(between & np.isin(log.groups, keys))


def _calls(log: Log, since: list[Entry]) -> list[Entry]:
    return [e for e in _rows_of_try(log, since) if e.kind == Kind.CALLED]


def _answer(log: Log, call: Entry, event: Entry) -> Iterator[str]:
    """What became of a call before the event."""
    served = (log.causes == call.number) & (log.kinds == Kind.CALL_SERVED) & (log.numbers <= event.number)
    yield log.line(call)
    answered = log.where(served)
    if answered:
        waited = duration(answered[0].told.value)
        left = duration(event.time_h - answered[0].time_h)
        yield f"Teams were sent after {waited}, and had not reached them {left} later."
        return
    yield f"Nobody was sent: {_strength(log, call)}."
    yield from _held_elsewhere(log, call)
    for neighbour in log.scenario.sectors[call.told.sector].neighbours:
        # Only neighbours of the same country lend teams.
        if log.scenario.sectors[neighbour].country == call.told.country:
            yield f"Its neighbour: {_strength_of(log, neighbour, call)}."


def _strength(log: Log, at: Entry) -> str:
    return _strength_of(log, at.told.sector, at)


def _strength_of(log: Log, sector: str, at: Entry) -> str:
    """What a post had on duty and out when an event happened."""
    # Written only when it changes: the last row before the event holds, and before the first nobody was on
    # duty.
    duty = _at_post(log, sector, at, Kind.TEAMS_ON_DUTY)
    on_duty = duty[-1].told.value if duty else 0.0
    out = sum(_out(log, sector, at).values())
    label = log.labels.sectors.get(sector, sector)
    return f"the post at {label} then had {on_duty:.0f} teams on duty and {out:.0f} out on calls"


def _at_post(log: Log, sector: str, at: Entry, *kinds: int) -> list[Entry]:
    import numpy as np

    wanted = (log.numbers < at.number) & np.isin(log.kinds, [int(k) for k in kinds])
    return log.where(wanted & (log.rows["sector"].astype(str).to_numpy() == sector))


def _out(log: Log, sector: str, at: Entry) -> dict[int, float]:
    """Teams of a post that are out, by the key of the call that holds them, without the reserve's."""
    out: dict[int, float] = {}
    for entry in _at_post(log, sector, at, Kind.TEAMS_SENT, Kind.TEAMS_BACK):
        # Rows of the mobile reserve stand at the same post, and are no teams of its own.
        if entry.told.actor == Actor.GUARD:
            sign = 1.0 if entry.kind == Kind.TEAMS_SENT else -1.0
            out[entry.told.group] = out.get(entry.told.group, 0.0) + sign * entry.told.value
    return {key: teams for key, teams in out.items() if teams > 0.0}


def _held_elsewhere(log: Log, call: Entry) -> Iterator[str]:
    """The calls that held the post's teams, the most teams first."""
    # Then by key: two calls with as many teams are listed in the same order every time.
    held = sorted(_out(log, call.told.sector, call).items(), key=lambda item: (-item[1], item[0]))
    for key, teams in held[:MOST_CALLS]:
        sent = log.where((log.groups == key) & (log.kinds == Kind.CALL_SERVED) & (log.numbers < call.number))
        if sent:
            last = sent[-1]
            place = log.labels.sectors.get(last.told.sector, last.told.sector)
            were = "was" if teams == 1 else "were"
            whom = people(last.told.persons)
            yield f"{teams:.0f} of them {were} out since {last.date} for {whom} at {place}."
    if len(held) > MOST_CALLS:
        yield f"{len(held) - MOST_CALLS} more calls held teams."
