"""Every kind of row in plain words: who, how many, where, by whom, and what its value means.

A sentence says what happened in the run. Where forces of the transit state act it says that the scenario
assumes so, since that role is in dispute. Nothing here weighs or judges; what each party says is in the
accounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.core.units import HOURS_PER_DAY
from sim.record.events import Actor, Compartment, Kind

MINUTES_PER_HOUR = 60.0
ASSUMED = "as the scenario assumes"
POSTURES = ("cooperative", "indifferent", "facilitating", "coercive")
BARRIERS = ("no barrier", "coiled wire", "a fence", "the wall")
ENDINGS = (
    "people dispersed",
    "a part broke through the line",
    "it came to a violent clash",
    "nobody was left in it",
)
WHERE: dict[int, str] = {
    Compartment.WAITING: "waiting in {transit}",
    Compartment.IN_SITE: "in a staging site",
    Compartment.HELD_BY_ESCORT: "held back by {escorts}",
    Compartment.WALKING: "on the way to the line",
    Compartment.IN_COLUMN: "in a column",
    Compartment.CROSSING: "crossing the line",
    Compartment.STANDOFF: "in a stand-off",
    Compartment.STRANDED: "stranded between the lines",
    Compartment.PROCESSING: "in the hands of guards",
    Compartment.PROCEDURE: "in a procedure",
    Compartment.RECOGNISED: "recognised",
    Compartment.AWAITING_REMOVAL: "waiting for removal",
    Compartment.LEFT_PROCEDURE: "out of the procedure by themselves",
    Compartment.ENTERED_UNSEEN: "inside unseen",
    Compartment.ONWARD: "gone onward",
    Compartment.REMOVED: "removed",
    Compartment.FLOWN_HOME: "flown home",
    Compartment.LEFT_BY_OWN_MEANS: "gone by their own means",
    Compartment.DIED_EXPOSURE: "dead of exposure",
    Compartment.DIED_DROWNING: "drowned",
    Compartment.DIED_AFTER_RETURN: "dead after a summary return",
    Compartment.DIED_VIOLENCE: "killed in a stand-off",
}
PHRASES: dict[int, str] = {
    Kind.LEVER_ANNOUNCED: "Announced: {lever}",
    Kind.LEVER_BEGAN: "In force from now: {lever}",
    Kind.LEVER_ENDED: "No longer in force: {lever}",
    Kind.STANCE_CHANGED: "The posture of {transit} (front: {front}) is now {posture}, {assumed}",
    Kind.SANCTIONS_ANSWERED: "{transit} answers sanctions (pressure {value}), {assumed}",
    Kind.TEAMS_ON_DUTY: "The post{at} has {teams} on duty from now",
    Kind.BARRIER_BUILT: "{value} km of the barrier stand{at}",
    Kind.BARRIER_CUT: "{people} cut the barrier{at}{by}; {value} km of it are open",
    Kind.SITE_OPENED: "A staging site with room for {whole} people opened{at}{by}",
    Kind.SITE_CLOSED: "The staging site{at} closed with {people} in it{by}",
    Kind.REMOVAL_FLIGHT: "A removal flight left with {whole} seats",
    Kind.FLIGHT_HOME: "A flight home from {transit} took people, with {whole} seats",
    Kind.WAS_PRESENT: "{people} {were} there when the run began: {compartment}{at}",
    Kind.ARRIVED: "{people} arrived in {transit}{route}",
    Kind.SPLIT: "{people} became a group of their own{at}",
    Kind.SET_OUT: "{people} set out for the line{at}",
    Kind.HELD_BACK: "{people} {were} held back on the way to the line{at}{by}",
    Kind.LET_GO: "{people} {were} let go{by}",
    Kind.ENTERED_SITE: "{people} came into the staging site{at}{by}",
    Kind.LEFT_SITE: "{people} left the staging site{at}{by}",
    Kind.GAVE_UP: "{people} gave up trying",
    Kind.ATTEMPT: "{people} tried to cross{at}, attempt {whole}{guided}",
    Kind.DETECTED: "{people} {were} detected{at}, on attempt {whole}",
    Kind.CALLED: "Guards called for {teams} to meet {people}{at}",
    Kind.TEAMS_SENT: "{teams} {sent} out from {lender}",
    Kind.TEAMS_BACK: "{teams} {came} free again at {lender}",
    Kind.CALL_LEFT: "The call for {people}{at} was dropped after waiting {hours}: nobody had been sent",
    Kind.BREACHED: "{people} got through the line{at}, past {barrier}{guided}",
    Kind.WITHDREW: "{people} withdrew from the line{at}, on attempt {whole}",
    Kind.PREVENTED: "{people} {were} stopped at the line{at} by guards, on attempt {whole}",
    Kind.APPREHENDED: "{people} {were} apprehended behind the line{at}{reported}, on attempt {whole}",
    Kind.ENTERED_UNSEEN: "{people} entered unseen{at}, on attempt {whole}",
    Kind.DIED_IN_ATTEMPT: "The attempt{at} ended for {people} by death",
    Kind.CAME_BACK: "{people} {were} back in {transit}{back}",
    Kind.STRANDED: "{people} {were} stranded between the lines{at}: the way back was blocked{by}",
    Kind.CALL_SERVED: "The call for {people}{at} was answered {after}",
    Kind.COLUMN_FORMED: "A column began to form for the line{at}, of about {whole} people{by}",
    Kind.JOINED_COLUMN: "{people} {were} led to the line{at} in a column{by}",
    Kind.COLUMN_AT_LINE: "The column of {people} came to the line{at}{by}",
    Kind.STANDOFF_BEGAN: "A stand-off of {people} and guards began{at}{by}",
    Kind.JOINED_STANDOFF: "{people} stood before guards{at}{by}",
    Kind.REACHED_LEVEL_1: "The stand-off{at} reached shouting and lasers, first by {side}; {people} in it",
    Kind.REACHED_LEVEL_2: "The stand-off{at} reached objects or fence torn, first by {side}; {people} in it",
    Kind.REACHED_LEVEL_3: "The stand-off{at} reached a threat of arms, first by {side}; {people} in it",
    Kind.REACHED_LEVEL_4: "The stand-off{at} reached gas or warning shots, first by {side}; {people} in it",
    Kind.REACHED_LEVEL_5: "The stand-off{at} reached a violent clash, first by {side}; {people} in it",
    Kind.STEPPED_DOWN: "The stand-off{at} stepped down to level {whole}; {people} in it",
    Kind.STANDOFF_ENDED: "The stand-off of {people}{at} ended: {ending}",
    Kind.DIVERSION: "{people} {were} passed to another place{at} while a stand-off held the guards{by}",
    Kind.CLAIM_LODGED: "{people} lodged an asylum claim{at}",
    Kind.CLAIM_HEARD: "The claim of {people} was heard by {country}",
    Kind.ADMITTED: "{people} {were} admitted to a procedure in {country}",
    Kind.ADMITTED_FOR_CARE: "{people} {were} admitted to {country} for medical care",
    Kind.SUMMARY_RETURN: "{people} {were} summarily returned to the line{at} by guards, on attempt {whole}",
    Kind.DETAINED: "{people} {were} detained for a return procedure in {country}",
    Kind.RECOGNISED: "{people} {were} recognised by {country}",
    Kind.REFUSED: "{people} {were} refused by {country}",
    Kind.LEFT_PROCEDURE: "{people} left the procedure in {country}",
    Kind.REMOVED_BY_FORCE: "{people} {were} removed by force from {country}",
    Kind.RETURNED_VOLUNTARILY: "{people} returned voluntarily from {country}",
    Kind.FOUND_INLAND: "{people} {were} found by an inland check in {country}",
    Kind.WENT_ONWARD: "{people} went onward from {country} to another state",
    Kind.FLOWN_HOME: "{people} {were} flown home from {transit}",
    Kind.LEFT_BY_OWN_MEANS: "{people} left {transit} by their own means",
    Kind.HARMED_EXPOSURE: "{people} {were} harmed by exposure{at}",
    Kind.HARMED_RETURN: "{people} {were} injured in a summary return{at}",
    Kind.HARMED_VIOLENCE: "{people} {were} injured in a stand-off{at}; the last step was by {side}",
    Kind.HARMED_BARRIER: "{people} {were} injured at the barrier{at}",
    Kind.DIED_EXPOSURE: "{people} died of exposure{at}",
    Kind.DIED_DROWNING: "{people} drowned{at}",
    Kind.DIED_AFTER_RETURN: "{people} died after a summary return{at}",
    Kind.DIED_VIOLENCE: "{people} {were} killed in a stand-off{at}; the last step was by {side}",
    Kind.FORCE_MEMBER_HARMED: "A member of the guards was injured in a stand-off{at}",
}
"""One sentence a kind; the fields are made by `_fields`."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the places, levers and sides of a scenario are called; an unlisted name stands for itself."""

    sectors: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    levers: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    fronts: tuple[str, ...] = ()
    transit: str = "the transit state"
    escorts: str = "escort forces"
    rows: Mapping[int, str] = field(default_factory=dict)
    """What the scenario says of each kind of row of its extensions, by number."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence needs of a row: sector and country by name, "" for none."""

    kind: int
    persons: int
    sector: str = ""
    country: str = ""
    actor: int = Actor.NOBODY
    value: float = 0.0
    group: int = 0


def sentence(row: Told, labels: Labels) -> str:
    """A row in plain words, without its date.

    >>> led = Told(Kind.JOINED_COLUMN, 41, "old-town", "norrow", Actor.ESCORT)
    >>> sentence(led, Labels(sectors={"old-town": "Old Town"}))
    '41 people were led to the line at Old Town in a column (escort forces, as the scenario assumes)'
    """
    if row.kind in labels.rows:
        return _own_sentence(row, labels)
    text = PHRASES[row.kind].format_map(_fields(row, labels))
    return text[:1].upper() + text[1:]


def _own_sentence(row: Told, labels: Labels) -> str:
    """What the scenario says of a row of an extension, then where, and how many people if any.

    >>> took_off = Told(100, 0, "old-town", "norrow", Actor.GUARD)
    >>> sentence(took_off, Labels(sectors={"old-town": "Old Town"}, rows={100: "A drone took off"}))
    'A drone took off at Old Town'
    """
    persons = f" ({people(row.persons)})" if row.persons else ""
    # Without its full stop, as the place follows.
    return labels.rows[row.kind].rstrip(". ") + _at(row, labels) + persons


def _fields(row: Told, labels: Labels) -> dict[str, str]:
    one = row.persons == 1
    country = labels.countries.get(row.country, row.country) or "the destination state"
    return {
        "people": people(row.persons), "were": "was" if one else "were", "country": country,
        "transit": labels.transit, "escorts": labels.escorts, "assumed": ASSUMED,
        "at": _at(row, labels), "by": _by(row, labels), "side": _side(row.actor, labels),
        **_numbers(row.value), **_values(row, labels), **_turns(row, labels, country),
    }  # fmt: skip


def people(persons: int) -> str:
    """So many people."""
    return "1 person" if persons == 1 else f"{persons:,} people"


def _numbers(value: float) -> dict[str, str]:
    whole = int(value)
    return {
        "value": f"{value:,.2f}".rstrip("0").rstrip("."),
        "whole": f"{whole:,}",
        "teams": "1 team" if whole == 1 else f"{whole:,} teams",
        "sent": "was sent" if whole == 1 else "were sent",
        "came": "is" if whole == 1 else "are",
        "hours": duration(value),
        "after": f"after {duration(value)}" if value > 0.0 else "at once",
        "posture": f"{value:.2f} ({posture(value)})",
    }


def _values(row: Told, labels: Labels) -> dict[str, str]:
    at = int(row.value)
    # In this kind alone the value is a compartment: others hold numbers that WHERE does not have.
    where = WHERE[at] if row.kind == Kind.WAS_PRESENT else ""
    return {
        "lever": _named(labels.levers, at, "a lever"),
        "route": f" by the route {labels.routes[at]}" if 0 <= at < len(labels.routes) else "",
        "front": _named(labels.fronts, row.group - 1, "a front"),
        "compartment": where.format(transit=labels.transit, escorts=labels.escorts),
        "barrier": _named(BARRIERS, at, "a barrier"),
        "ending": _named(ENDINGS, at, "how is not known"),
    }


def _turns(row: Told, labels: Labels, country: str) -> dict[str, str]:
    """Turns of phrase that depend on who acted."""
    escorted = row.actor == Actor.ESCORT
    return {
        "guided": f", guided by {labels.escorts}, {ASSUMED}" if escorted else "",
        "reported": ": they reported themselves" if row.actor == Actor.PEOPLE else "",
        "back": f", sent back by {country}" if row.actor == Actor.DESTINATION_STATE else "",
        "lender": f"the mobile reserve of {country}"
        if row.actor == Actor.DESTINATION_STATE
        else f"the post{_at(row, labels)}",
    }


def _at(row: Told, labels: Labels) -> str:
    return f" at {labels.sectors.get(row.sector, row.sector)}" if row.sector else ""


def _by(row: Told, labels: Labels) -> str:
    """Whose doing it is, where that is not plain."""
    if row.actor == Actor.ESCORT:
        return f" ({labels.escorts}, {ASSUMED})"
    if row.actor == Actor.TRANSIT_STATE:
        return f" ({labels.transit}, {ASSUMED})"
    return " (by themselves)" if row.actor == Actor.PEOPLE else ""


def _side(actor: int, labels: Labels) -> str:
    """Whose step it was, the same words for every side."""
    sides = {Actor.PEOPLE: "the people", Actor.ESCORT: labels.escorts, Actor.GUARD: "the guards"}
    return f"{sides.get(Actor(actor), 'nobody')} in this run"


def _named(names: tuple[str, ...], at: int, otherwise: str) -> str:
    return names[at] if 0 <= at < len(names) else otherwise


def posture(value: float) -> str:
    """The nearest of the four named postures.

    >>> posture(0.0), posture(0.35), posture(0.9)
    ('cooperative', 'indifferent', 'coercive')
    """
    return POSTURES[min(len(POSTURES) - 1, max(0, int(value * (len(POSTURES) - 1) + 0.5)))]


def duration(hours: float) -> str:
    """Hours in words.

    >>> duration(0.0), duration(0.25), duration(1.5), duration(72.0)
    ('less than a minute', '15 minutes', '1.5 hours', '3 days')
    """
    if hours * MINUTES_PER_HOUR < 1.0:
        return "less than a minute"
    if hours < 1.0:
        return _plural(f"{hours * MINUTES_PER_HOUR:.0f}", "minute")
    if hours < HOURS_PER_DAY * 2:
        return _plural(f"{hours:.1f}".removesuffix(".0"), "hour")
    return _plural(f"{hours / HOURS_PER_DAY:.1f}".removesuffix(".0"), "day")


def _plural(number: str, unit: str) -> str:
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"
