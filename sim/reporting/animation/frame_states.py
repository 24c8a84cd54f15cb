"""From the log to frames: what is where at each moment. The log is read once, in its order;
nothing is run again.

A frame at hour t holds everything written before t; the frame at the end of the run holds the whole log.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.core.errors import UsageError
from sim.record.events import DEAD, LEVEL_REACHED, MOVES_TO, Compartment, Kind
from sim.record.measures import MEASURE_BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from sim.scenario.schema import Scenario

ENFORCEMENT = ("attempts", "prevented", "apprehended", "entered_unseen", "summary_returns")
HUMAN = ("stranded", "harmed", "died", "claims_lodged", "claims_heard")
COUNTS: dict[int, tuple[str, ...]] = {
    kind: tuple(name for name in (*ENFORCEMENT, *HUMAN) if kind in MEASURE_BY_NAME[name].kinds)
    for kind in Kind
}
"""Which counts a kind of row adds its persons to."""
KIND_BY_NAME = {kind.name.lower(): kind for kind in Kind}
RESERVE = "destination_state"


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment: persons by (compartment, sector), teams on duty and out, stand-offs, barriers, levers,
    counts so far.

    Sector "" is none. `reserve_out` counts teams of the mobile reserve by the sector they were called to;
    `standoffs` holds (sector, level, persons); `levers` the places of levers in force.
    """

    time_h: float
    persons: dict[tuple[int, str], int]
    on_duty: dict[str, int]
    out: dict[str, int]
    reserve_out: dict[str, int]
    standoffs: tuple[tuple[str, int, int], ...]
    barrier_km: dict[str, float]
    levers: tuple[int, ...]
    counts: dict[str, int]


@dataclass(slots=True)
class _State:
    """What the rows read so far add up to."""

    scenario: Scenario
    groups: dict[int, tuple[int, str, int]] = field(default_factory=dict)
    persons: Counter[tuple[int, str]] = field(default_factory=Counter)
    on_duty: dict[str, int] = field(default_factory=dict)
    out: Counter[str] = field(default_factory=Counter)
    reserve_out: Counter[str] = field(default_factory=Counter)
    standoffs: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    barrier_km: dict[str, float] = field(default_factory=dict)
    levers: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    keys: dict[int, int] = field(default_factory=dict)

    def read(self, row: Any) -> None:
        """Take in one row."""
        kind = KIND_BY_NAME.get(row.kind)
        # A change of posture names its front where others name a group.
        if row.group and kind != Kind.STANCE_CHANGED:
            self.keys[row.number] = row.group
        if kind is None:  # a row of an extension, which moves nobody
            return
        for name in COUNTS[kind]:
            self.counts[name] += row.persons
        self._move(kind, row)
        self._patrol(kind, row)
        self._confront(kind, row)

    def _move(self, kind: Kind, row: Any) -> None:
        if kind == Kind.WAS_PRESENT:
            self._put(row.group, int(row.value), row.sector, row.persons)
        elif kind == Kind.SPLIT:
            self._split(row)
        elif kind in MOVES_TO and MOVES_TO[kind] in DEAD:
            self._bury(row.group, MOVES_TO[kind], row.sector, row.persons)
        elif kind in MOVES_TO:
            self._put(row.group, MOVES_TO[kind], row.sector, row.persons)

    def _put(self, group: int, compartment: int, sector: str, persons: int) -> None:
        self._take(group)
        self.groups[group] = (compartment, sector, persons)
        self.persons[compartment, sector] += persons

    def _take(self, group: int) -> None:
        if group in self.groups:
            compartment, sector, persons = self.groups.pop(group)
            self.persons[compartment, sector] -= persons

    def _split(self, row: Any) -> None:
        # The row names the part that leaves; whom it leaves is the group of the row that caused it.
        parent = self.keys[row.cause]
        compartment, sector, persons = self.groups[parent]
        self._put(parent, compartment, sector, persons - row.persons)
        self._put(row.group, compartment, sector, row.persons)

    def _bury(self, group: int, compartment: int, sector: str, persons: int) -> None:
        was, at, before = self.groups[group]
        self._put(group, was, at, before - persons)
        self.persons[compartment, sector] += persons

    def _patrol(self, kind: Kind, row: Any) -> None:
        # Apart: teams of the reserve are out at a sector without being on its post's duty.
        whose = self.reserve_out if row.actor == RESERVE else self.out
        if kind == Kind.TEAMS_ON_DUTY:
            self.on_duty[row.sector] = int(row.value)
        elif kind == Kind.TEAMS_SENT:
            whose[row.sector] += int(row.value)
        elif kind == Kind.TEAMS_BACK:
            whose[row.sector] -= int(row.value)
        elif kind == Kind.BARRIER_BUILT:
            # The longest of three: nothing is placed more finely than a sector, so that lengths of coils,
            # fence and wall do not add up.
            self.barrier_km[row.sector] = max(self.barrier_km.get(row.sector, 0.0), row.value)
        elif kind == Kind.LEVER_BEGAN:
            self.levers.add(int(row.value))
        elif kind == Kind.LEVER_ENDED:
            self.levers.discard(int(row.value))

    def _confront(self, kind: Kind, row: Any) -> None:
        if kind == Kind.STANDOFF_ENDED:
            self.standoffs.pop(row.group, None)
        elif kind in (Kind.STANDOFF_BEGAN, Kind.STEPPED_DOWN, *LEVEL_REACHED):
            level = LEVEL_REACHED.index(kind) + 1 if kind in LEVEL_REACHED else int(row.value)
            self.standoffs[row.group] = (row.sector, level, row.persons)

    def frame(self, time_h: float) -> Frame:
        """The state now, as a frame."""
        return Frame(
            time_h, {place: n for place, n in self.persons.items() if n}, dict(self.on_duty),
            {s: n for s, n in self.out.items() if n}, {s: n for s, n in self.reserve_out.items() if n},
            tuple(sorted(self.standoffs.values())), dict(self.barrier_km), tuple(sorted(self.levers)),
            {name: self.counts[name] for name in (*ENFORCEMENT, *HUMAN)},
        )  # fmt: skip


def frames_of(
    events: pd.DataFrame, scenario: Scenario, times_h: Sequence[float], replication: int = 0
) -> list[Frame]:
    """The frames of one replication at rising hours.
    Raises `UsageError` where the result has no log of it."""
    # By number: rows of one instant have an order, too, which their times do not show.
    rows = events[events["replication"] == replication].sort_values("number")
    if rows.empty:
        held = (
            ", ".join(str(r) for r in sorted(events["replication"].unique()))
            or "none (nothing happened, or it was run with --no-log)"
        )
        raise UsageError(f"animate: no log of replication {replication}; the result holds logs of: {held}")
    state = _State(scenario)
    for name, sector in scenario.sectors.items():
        state.barrier_km[name] = max(sector.coil_km, sector.fence_km, sector.wall_km)
    columns = ["number", "time_h", "kind", "group", "persons", "sector", "actor", "value", "cause"]
    walk: Iterator[Any] = (
        rows[columns].astype({"kind": str, "sector": str, "actor": str}).itertuples(index=False)
    )
    row = next(walk, None)
    frames = []
    for time_h in times_h:
        while row is not None and (row.time_h < time_h or time_h >= scenario.end_h):
            state.read(row)
            row = next(walk, None)
        frames.append(state.frame(time_h))
    return frames


def people_in(frame: Frame, compartments: Sequence[int | Compartment], sector: str | None = None) -> int:
    """Persons in some compartments, at a sector or anywhere."""
    return sum(
        n for (at, where), n in frame.persons.items() if at in compartments and sector in (None, where)
    )
