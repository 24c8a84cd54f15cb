"""Measures: one table says what each is, in which unit, out of what, and which family it belongs to.

A measure is a sum over rows of some kinds (and, where named, one actor): of persons, rows or values.
Shares and rates are a measure over another; an empty denominator is NaN with its count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from sim.core.errors import UsageError
from sim.record.events import Actor, Kind

Family = Literal["flow", "enforcement", "human", "incident", "post"]
ATTEMPTS, EPISODES = "person-attempts", "person-episodes"
OF_EXTENSION = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z0-9][a-z0-9_-]*")
"""The name of a measure of an extension: that of the extension, and its own."""
COUNTS = ("persons", ATTEMPTS, EPISODES, "events")
"""Units of counts. Persons: each counts once in a run. Person-attempts: one person and one try.
Person-episodes: one person and one time that it happened,
so that a person to whom it happens three times counts three times."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What is summed (`of`) over which kinds, and whose; unit; family; what it is out of."""

    name: str
    label: str
    unit: str
    family: Family
    kinds: tuple[int, ...]
    of: Literal["persons", "rows", "value"] = "persons"
    actor: int | None = None


# fmt: off
def _m(name: str, label: str, family: Family, *kinds: int,
       of: Literal["persons", "rows", "value"] = "persons",
       actor: int | None = None, unit: str = "") -> Measure:
    return Measure(name, label, unit or {"persons": "persons", "rows": "events", "value": "h"}[of],
                   family, kinds, of, actor)
# fmt: on
# fmt: off
COUNTED: tuple[Measure, ...] = (
    _m("arrived", "arrived in the transit state", "flow", Kind.ARRIVED),
    _m("attempts", "person-attempts", "flow", Kind.ATTEMPT, unit=ATTEMPTS),
    _m("group_attempts", "group-attempts", "flow", Kind.ATTEMPT, of="rows"),
    _m("guided_attempts", "person-attempts guided or driven by escorts", "flow", Kind.ATTEMPT,
        actor=Actor.ESCORT, unit=ATTEMPTS),
    _m("withdrew", "withdrew", "flow", Kind.WITHDREW, unit=ATTEMPTS),
    _m("prevented", "prevented at the line", "enforcement", Kind.PREVENTED, unit=ATTEMPTS),
    _m("apprehended", "apprehended", "enforcement", Kind.APPREHENDED, unit=ATTEMPTS),
    _m("entered_unseen", "entered unseen", "flow", Kind.ENTERED_UNSEEN, unit=ATTEMPTS),
    _m("onward", "went onward", "flow", Kind.WENT_ONWARD),
    _m("found_inland", "found by an inland check", "enforcement", Kind.FOUND_INLAND, unit=EPISODES),
    _m("stopped", "prevented or apprehended", "enforcement", Kind.PREVENTED, Kind.APPREHENDED, unit=ATTEMPTS),
    _m("summary_returns", "summary returns", "enforcement", Kind.SUMMARY_RETURN, unit=EPISODES),
    _m("detained", "detained for a return procedure", "enforcement", Kind.DETAINED),
    _m("claims_lodged", "claims lodged", "human", Kind.CLAIM_LODGED, unit=EPISODES),
    _m("claims_heard", "claims heard", "human", Kind.CLAIM_HEARD),
    _m("admitted", "admitted to a procedure", "human", Kind.ADMITTED, Kind.ADMITTED_FOR_CARE),
    _m("admitted_for_care", "admitted for medical care", "human", Kind.ADMITTED_FOR_CARE),
    _m("recognised", "recognised", "human", Kind.RECOGNISED),
    _m("refused", "refused", "enforcement", Kind.REFUSED),
    _m("left_procedure", "left the procedure", "flow", Kind.LEFT_PROCEDURE),
    _m("removed", "removed by force", "enforcement", Kind.REMOVED_BY_FORCE),
    _m("returned_voluntarily", "returned voluntarily", "flow", Kind.RETURNED_VOLUNTARILY),
    _m("held_back", "held back by escorts", "enforcement", Kind.HELD_BACK, unit=EPISODES),
    _m("came_back", "back on the transit side", "flow", Kind.CAME_BACK, unit=EPISODES),
    _m("gave_up", "gave up", "flow", Kind.GAVE_UP),
    _m("flown_home", "flown home", "flow", Kind.FLOWN_HOME),
    _m("left_by_own_means", "left by own means", "flow", Kind.LEFT_BY_OWN_MEANS),
    _m("stranded", "became stranded in the strip", "human", Kind.STRANDED, unit=EPISODES),
    _m("harmed", "harmed", "human", Kind.HARMED_EXPOSURE, Kind.HARMED_RETURN, Kind.HARMED_VIOLENCE,
        Kind.HARMED_BARRIER, unit=EPISODES),
    _m("harmed_exposure", "harmed by exposure", "human", Kind.HARMED_EXPOSURE, unit=EPISODES),
    _m("harmed_return", "harmed in a summary return", "human", Kind.HARMED_RETURN, unit=EPISODES),
    _m("harmed_violence", "harmed in a stand-off", "human", Kind.HARMED_VIOLENCE, unit=EPISODES),
    _m("harmed_barrier", "injured at a barrier", "human", Kind.HARMED_BARRIER, unit=EPISODES),
    _m("died", "died", "human", Kind.DIED_EXPOSURE, Kind.DIED_DROWNING, Kind.DIED_AFTER_RETURN,
        Kind.DIED_VIOLENCE),
    _m("died_exposure", "died of exposure", "human", Kind.DIED_EXPOSURE),
    _m("died_drowning", "drowned", "human", Kind.DIED_DROWNING),
    _m("died_after_return", "died after a summary return", "human", Kind.DIED_AFTER_RETURN),
    _m("died_violence", "killed in a stand-off", "human", Kind.DIED_VIOLENCE),
    _m("force_members_harmed", "members of forces harmed", "human", Kind.FORCE_MEMBER_HARMED, unit=EPISODES),
    _m("columns", "columns", "incident", Kind.COLUMN_FORMED, of="rows"),
    _m("column_persons", "people led to the line in columns", "incident", Kind.JOINED_COLUMN, unit=EPISODES),
    _m("standoffs", "stand-offs", "incident", Kind.STANDOFF_BEGAN, of="rows"),
    _m("incidents_1", "stand-offs that reached shouting", "incident", Kind.REACHED_LEVEL_1, of="rows"),
    _m("incidents_2", "stand-offs that reached objects or fence torn", "incident", Kind.REACHED_LEVEL_2,
        of="rows"),
    _m("incidents_3", "stand-offs that reached a threat of arms", "incident", Kind.REACHED_LEVEL_3,
        of="rows"),
    _m("incidents_4", "stand-offs that reached gas or warning shots", "incident", Kind.REACHED_LEVEL_4,
        of="rows"),
    _m("incidents_5", "stand-offs that reached a violent clash", "incident", Kind.REACHED_LEVEL_5, of="rows"),
    _m("diversions", "diversions", "incident", Kind.DIVERSION, of="rows"),
    _m("calls", "calls for teams", "post", Kind.CALLED, of="rows"),
    _m("calls_served", "calls served", "post", Kind.CALL_SERVED, of="rows"),
    _m("call_wait_h", "hours calls waited before they were served", "post", Kind.CALL_SERVED, of="value"),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measure over another, in persons or events `per` that many."""

    name: str
    label: str
    unit: str
    family: Family
    numerator: str
    denominator: str
    per: float = 1.0


# fmt: off
RATIOS: tuple[Ratio, ...] = (
    Ratio("share_stopped", "prevented or apprehended, of person-attempts", "share", "enforcement", "stopped",
        "attempts"),
    Ratio("share_entered", "entered unseen, of person-attempts", "share", "flow", "entered_unseen",
        "attempts"),
    Ratio("share_claims_heard", "claims heard, of claims lodged", "share", "human", "claims_heard",
        "claims_lodged"),
    Ratio("deaths_per_1000", "deaths per 1,000 person-attempts", "1/1,000", "human", "died", "attempts",
        1000.0),
    Ratio("harmed_per_1000", "people harmed per 1,000 person-attempts", "1/1,000", "human", "harmed",
        "attempts", 1000.0),
    *(
        Ratio(f"incidents_{level}_per_1000", f"incidents of level {level} per 1,000 person-attempts",
            "1/1,000",
              "incident", f"incidents_{level}", "attempts", 1000.0)
        for level in (1, 2, 3, 4, 5)
    ),
    Ratio("mean_call_wait_h", "hours a served call waited", "h", "post", "call_wait_h", "calls_served"),
    Ratio("attempts_per_arrival", "person-attempts per person arrived", "1", "flow", "attempts", "arrived"),
)
# fmt: on
MEASURE_BY_NAME = {m.name: m for m in COUNTED}
BY_SECTOR = (
    "attempts",
    "stopped",
    "summary_returns",
    "entered_unseen",
    "standoffs",
    "stranded",
    "harmed",
    "died",
)
"""What a sweep keeps by sector, when asked to."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a measure is called and counted in, whichever way it comes about."""

    name: str
    label: str
    unit: str
    family: Family
    rare: bool = False
    ratio: Ratio | None = None


# fmt: off
RARE = frozenset(
    {"died", "died_exposure", "died_drowning", "died_after_return", "died_violence", "harmed_violence",
        "harmed_barrier",
     "force_members_harmed", "harmed_return", "admitted_for_care", "columns", "standoffs", "diversions",
     "incidents_1",
     "incidents_2", "incidents_3", "incidents_4", "incidents_5"}
)
# fmt: on
"""Counts for which a normal interval would mislead; they get one that is right for small counts."""
INTEGRALS: tuple[Described, ...] = (
    Described("person_days_stranded", "days spent stranded in the strip", "person-days", "human"),
    Described("person_days_held", "days spent held by escorts", "person-days", "human"),
    Described("team_hours_out", "hours of teams out on calls", "team-hours", "enforcement"),
)


def described(extra: Iterable[Measure] = ()) -> dict[str, Described]:
    """Every measure that a summary holds, in its order: those of the model, then `extra`,
    those of a scenario's extensions."""
    found = [
        *(Described(m.name, m.label, m.unit, m.family, m.name in RARE) for m in COUNTED),
        *INTEGRALS,
        *(Described(r.name, r.label, r.unit, r.family, ratio=r) for r in RATIOS),
        *(Described(m.name, m.label, m.unit, m.family) for m in extra),
    ]
    return {d.name: d for d in found}


def may_be_of_extension(name: str) -> bool:
    """Whether a name could be that of a measure of an extension: which there are, the scenario says.

    >>> may_be_of_extension("drones.flights"), may_be_of_extension("died")
    (True, False)
    """
    return OF_EXTENSION.fullmatch(name) is not None


DESCRIBED = described()
"""Every measure of the model."""
HUMAN = ("died", "harmed", "person_days_stranded", "claims_heard")
"""The measures of people that stand beside every other, whatever was asked for."""


def units_of(*names: str) -> str:
    """The units of some measures, in words.

    >>> units_of("attempts", "stopped"), units_of("harmed", "died")
    ('person-attempts', 'person-episodes or persons')
    """
    return " or ".join(dict.fromkeys(DESCRIBED[name].unit for name in names))


def check_measures(
    names: Iterable[str], asked: str = "measure", known: Mapping[str, Described] = DESCRIBED
) -> None:
    """Refuse measures that are not known, with the nearest name of each.
    `asked` is the option or argument that names them."""
    unknown = [name for name in names if name not in known]
    if not unknown:
        return
    nearest = [near for name in unknown for near in get_close_matches(name, known, 1)]
    hint = f"; did you mean {', '.join(map(repr, nearest))}?" if nearest else ""
    # In ASCII and cut: a name that was asked for may hold anything, and goes to a terminal.
    found = ", ".join(ascii(name[:60])[1:-1] for name in unknown)
    raise UsageError(f"{asked}: found {found}, allowed: {', '.join(known)}{hint}")
