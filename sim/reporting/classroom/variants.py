"""Small changes of a scenario, made from what it has: one a student, written as a difference file.

Neighbours in the list get different ones, and who is added at its end moves nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from sim.core.errors import ScenarioError
from sim.scenario.load import PathOrName, digest, load
from sim.scenario.schema import Scenario

MOST_VARIANTS = 12
WORLD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Guards show full restraint in a stand-off, until a measure says otherwise",
        ("sectors.*.restraint=1.0",)),
    ("Every claim is heard and nobody is summarily returned, until a measure says otherwise",
        ("countries.*.claims_heard=1.0", "countries.*.summary_return=0.0")),
    ("Posts have half as many patrol teams", ("sectors.*.teams*=0.5",)),
    ("Aid reaches nearly everybody in the strip, until a measure says otherwise",
        ("sectors.*.aid_access=0.9",)),
    ("People hear nothing of what others met", ("mechanisms.word_of_mouth=false",)),
    ("Posts have twice as many patrol teams", ("sectors.*.teams*=2.0",)),
    ("The transit state is indifferent, from the start and throughout",
        ("fronts.*.posture=0.3333", "fronts.*.limit=0.3333")),
    ("A third fewer people come", ("routes.*.people_per_day*=0.6667",)),
    ("Escorts stage no diversion", ("mechanisms.diversion=false",)),
)  # fmt: skip
"""Changes that any scenario may take; one that changes nothing of it is left out."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A world that differs from the base in one thing."""

    title: str
    scenario: Scenario
    difference: str


def variants_of(base: PathOrName) -> list[Variant]:
    """Variants of a scenario in a fixed order, levers and other changes by turns, at most twelve,
    no two the same world."""
    scenario = load(base)
    # By turns, so that neighbours in a list get variants of both kinds, also where a class needs few.
    turns = zip_longest(_without_levers(scenario), WORLD)
    # With the base in it: a change that changes nothing of this scenario is no variant.
    seen = {digest(scenario)}
    found = []
    for title, sets in (each for each in chain.from_iterable(turns) if each is not None):
        changed = _changed(base, sets)
        if changed is not None and digest(changed) not in seen:
            seen.add(digest(changed))
            found.append(
                Variant(
                    title, changed, difference_of(changed, [text.split("=")[0].rstrip("*") for text in sets])
                )
            )
    return found[:MOST_VARIANTS]


def _changed(base: PathOrName, sets: tuple[str, ...]) -> Scenario | None:
    """The scenario with the changes, None where it does not take them."""
    try:
        return load(base, sets=sets)
    # A scenario need not have what a change names, such as routes.
    except ScenarioError:
        return None


def _without_levers(scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The first lever of each kind, taken away."""
    kinds: set[str] = set()
    for name, lever in scenario.levers.items():
        # One of a kind: a long timeline of alike levers would fill all twelve.
        if lever.on and lever.kind not in kinds:
            kinds.add(lever.kind)
            whose = f", of {lever.actor}" if lever.actor else ""
            whose += ", as the scenario assumes" if lever.status == "assumed" else ""
            yield (
                f"Without one measure: {lever.label or name} ({lever.kind.replace('_', ' ')}{whose})",
                (f"levers.{name}.on=false",),
            )


def difference_of(scenario: Scenario, keys: list[str]) -> str:
    """The lines of a difference file that say what a scenario has at some keys;
    `*` stands for every name of a table."""
    tables: dict[str, list[str]] = {}
    for key in keys:
        for path, value in _values(scenario, key.split("."), ()):
            tables.setdefault(".".join(path[:-1]), []).append(f"{path[-1]} = {_toml(value)}")
    return "\n".join(f"[{table}]\n" + "\n".join(lines) + "\n" for table, lines in tables.items())


def _values(there: Any, steps: list[str], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not steps:
        yield path, there
    elif steps[0] == "*":
        for name, entry in there.items():
            yield from _values(entry, steps[1:], (*path, name))
    else:
        below = there[steps[0]] if isinstance(there, dict) else getattr(there, steps[0])
        yield from _values(below, steps[1:], (*path, steps[0]))


def _toml(value: Any) -> str:
    """A switch or number as TOML writes it."""
    # repr gives the shortest digits that read back as the same number.
    return str(value).lower() if isinstance(value, bool) else repr(value)


def dealt(variants: list[Variant], students: int) -> list[Variant]:
    """A variant for each place in a list, in turn."""
    return [variants[place % len(variants)] for place in range(students)]
