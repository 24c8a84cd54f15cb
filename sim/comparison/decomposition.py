"""Deterred, diverted, delayed: what became of the attempts that one world has at a
place and the other has not.

By group and in person-attempts, so that the parts add up exactly to the change:

    change = - never came - went elsewhere - moved out of the window - fewer tries
             + came only there + came from elsewhere + moved into the window + more tries

A part of a group counts with the group it came from. "Never came" means: did not come in that run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from sim.comparison.paired_runs import Comparison
    from sim.runs.result import Result

COLUMNS = ("kind", "group", "persons", "country", "sector", "time_h", "cause", "number")


class Tries(NamedTuple):
    """Person-attempts of a group: at the place in the window, elsewhere in the window,
    and outside the window."""

    here: int = 0
    elsewhere: int = 0
    outside: int = 0


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a change, in person-attempts; each is nought or more."""

    never_came: int = 0
    went_elsewhere: int = 0
    moved_out: int = 0
    fewer_tries: int = 0
    came_only_there: int = 0
    came_from_elsewhere: int = 0
    moved_in: int = 0
    more_tries: int = 0

    @property
    def change(self) -> int:
        """The change that the parts add up to."""
        less = self.never_came + self.went_elsewhere + self.moved_out + self.fewer_tries
        return self.came_only_there + self.came_from_elsewhere + self.moved_in + self.more_tries - less

    def __add__(self, other: Split) -> Split:
        return Split(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Split)))


def split_of(before: Tries | None, after: Tries | None) -> Split:
    """The parts of one group's change; None where the group did not come.

    What a group tries less here and more elsewhere in the window went elsewhere;
    then what it tries more outside the window moved; the rest is tries that were not made.
    The same the other way round.

    >>> split_of(Tries(8, 0, 0), Tries(2, 4, 1))  # doctest: +NORMALIZE_WHITESPACE
    Split(never_came=0, went_elsewhere=4, moved_out=1, fewer_tries=1, came_only_there=0,
    came_from_elsewhere=0, moved_in=0, more_tries=0)
    """
    # Who came in one scenario arm alone is a part of its own: with common random numbers a group that comes
    # in both has one key.
    if before is None:
        return Split(came_only_there=after.here if after else 0)
    if after is None:
        return Split(never_came=before.here)
    lost = before.here - after.here
    if lost >= 0:
        # In this order, first elsewhere, then outside the window: the parts must be disjoint, and a group may
        # have done both.
        elsewhere = min(lost, max(0, after.elsewhere - before.elsewhere))
        moved = min(lost - elsewhere, max(0, after.outside - before.outside))
        return Split(went_elsewhere=elsewhere, moved_out=moved, fewer_tries=lost - elsewhere - moved)
    elsewhere = min(-lost, max(0, before.elsewhere - after.elsewhere))
    moved = min(-lost - elsewhere, max(0, before.outside - after.outside))
    return Split(came_from_elsewhere=elsewhere, moved_in=moved, more_tries=-lost - elsewhere - moved)


def _rows(events: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    return zip(*(events[column].tolist() for column in COLUMNS), strict=True)


def tries_of(events: pd.DataFrame, where: Iterable[str], from_h: float, to_h: float) -> dict[int, Tries]:
    """Tries by root group of one replication; groups that came and tried nowhere are there with none."""
    # Once, as a set: the loop below asks it for every attempt of a log.
    wanted = frozenset(where)
    root: dict[int, int] = {}
    rows: dict[int, int] = {}
    tries: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for kind, group, persons, country, sector, time_h, cause, number in _rows(events):
        rows[number] = group
        if kind == "split":
            parent = rows[cause]
            # A part of a part counts with the group that came: keys of parts differ between scenario arms,
            # those of groups that came are common.
            root[group] = root.get(parent, parent)
        elif kind in ("arrived", "was_present"):
            # Entered without tries: a group that came and did not try is another thing than one that never
            # came.
            _ = tries[group]
        elif kind == "attempt":
            inside = from_h <= time_h < to_h
            here = not wanted or country in wanted or sector in wanted
            place = 2 if not inside else 0 if here else 1
            tries[root.get(group, group)][place] += persons
    return {group: Tries(*counted) for group, counted in tries.items()}


def split_between(before: dict[int, Tries], after: dict[int, Tries]) -> Split:
    """The parts of the change between two worlds' tries."""
    whole = Split()
    for group in sorted(set(before) | set(after)):
        whole += split_of(before.get(group), after.get(group))
    return whole


def split(
    comparison: Comparison,
    world: str,
    *,
    where: Iterable[str] = (),
    start: date | None = None,
    end: date | None = None,
) -> pd.DataFrame:
    """The parts by replication: columns replication, each part, change. `where`: countries or sectors, none:
    everywhere.

    Raises `UsageError` where people tried and no log was kept.
    """
    import pandas as pd

    base, other = comparison.results[comparison.base], comparison.results[world]
    for name, result in ((comparison.base, base), (world, other)):
        _check_log(name, result)
    from_h, to_h = _hours(base, start, end)
    rows = []
    # From the totals: a replication without an event has no row in the log, and its zeros belong to the mean.
    for replication in sorted(set(base.totals["replication"]) & set(other.totals["replication"])):
        a, b = (
            tries_of(r.events[r.events["replication"] == replication], where, from_h, to_h)
            for r in (base, other)
        )
        parts = split_between(a, b)
        rows.append(
            {
                "replication": replication,
                **{f.name: getattr(parts, f.name) for f in fields(Split)},
                "change": parts.change,
            }
        )
    return pd.DataFrame(rows)


def _check_log(name: str, result: Result) -> None:
    totals = result.totals
    tried = totals.loc[totals["measure"] == "attempts", "value"].sum()
    # An arm in which nobody tried has an empty log, too, and splits into nothing.
    if tried and not len(result.events):
        raise UsageError(f"{name} was run without its log: a split needs it; run it with --log")


def _hours(result: Result, start: date | None, end: date | None) -> tuple[float, float]:
    begins = result.scenario.scenario.start
    return (
        24.0 * (start - begins).days if start else 0.0,
        24.0 * (end - begins).days if end else result.scenario.end_h,
    )
