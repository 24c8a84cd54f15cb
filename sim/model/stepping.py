"""The world held in the hand: step it event by event, or to a date, and look at its state."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from sim.core.errors import UsageError
from sim.core.plain_text import plain
from sim.core.units import date_of, hour_of
from sim.model.simulate import build, finish
from sim.model.state.entities import Group, Post
from sim.model.state.world import World
from sim.record.events import Compartment, Row
from sim.record.labels import kind_name
from sim.record.log import RunRecord
from sim.scenario.checks.extension_checks import kind_names
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


class Stepper:
    """One replication, played as slowly as you like. Nothing that is looked at changes what happens.

    It is played by the SimPy engine, and ends as `sim.run` would have ended it: same scenario,
    seed and replication, same rows.
    """

    def __init__(self, scenario: Scenario, *, seed: int = 0, replication: int = 0) -> None:
        self.scenario = scenario
        self._world = build(scenario, seed=seed, replication=replication)
        self._record: RunRecord | None = None
        self._shown = 0

    @property
    def now(self) -> datetime:
        """The date and time in the world."""
        return date_of(self.scenario.scenario.start, self._world.now)

    @property
    def is_over(self) -> bool:
        """Whether the scenario's end has been reached."""
        return self._record is not None

    @property
    def record(self) -> RunRecord:
        """The record so far."""
        run: RunRecord = self._world.run
        run.groups = self._world.made
        return run

    def step(self, events: int = 1) -> list[Row]:
        """Go on until so many rows have been written, or the end; the rows.
        Raises `UsageError` for fewer than one."""
        if events < 1:
            raise UsageError(f"events: found {events}, allowed: 1 or more")
        wanted = self._shown + events
        while len(self.record.rows) < wanted and not self.is_over:
            self._advance()
        rows = self.record.rows[self._shown : wanted]
        self._shown += len(rows)
        return [Row(*row) for row in rows]

    def to(self, when: date | datetime | float) -> Stepper:
        """Go on to a date, or to so many hours from the start; nothing at or after it has happened then.
        Raises `UsageError` for the past."""
        until = float(when) if isinstance(when, int | float) else hour_of(self.scenario.scenario.start, when)
        if math.isnan(until) or until < self._world.now:
            raise UsageError(f"the world is at {self.now:%Y-%m-%d %H:%M} and cannot go back to {when}")
        while not self.is_over and self._world.env.peek() < until:
            self._advance()
        if not self.is_over and until < self._world.params.end_h:
            self._world.env._now = until
        self._shown = len(self.record.rows)
        return self

    def _advance(self) -> None:
        if self._world.env.peek() >= self._world.params.end_h:
            self._record = finish(self._world)
        else:
            self._world.env.step()

    @property
    def state(self) -> pd.DataFrame:
        """Where people are now: one row a compartment, persons in the transit state and in each country."""
        import pandas as pd

        stride = self.record.countries + 1
        stock = self._world.stock
        names = [
            self.scenario.transit_state.label,
            *(c.label or n for n, c in self.scenario.countries.items()),
        ]
        rows = {c.name.lower(): stock[c * stride : (c + 1) * stride] for c in Compartment}
        return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("compartment")

    @property
    def posts(self) -> pd.DataFrame:
        """The posts now: teams on duty, out, free, and calls waiting."""
        import pandas as pd

        rows = [(p.on_duty, p.out, p.free, _calls_waiting(p)) for p in self._world.sectors]
        columns = ["teams_on_duty", "teams_out", "teams_free", "calls_waiting"]
        return pd.DataFrame(rows, index=list(self.scenario.sectors), columns=columns).rename_axis("sector")

    @property
    def groups(self) -> pd.DataFrame:
        """The groups on their way now, one row each: key, persons, where they are, attempts made, health
        reserve (1 well, 0 none)."""
        import pandas as pd

        names = list(self.scenario.sectors)
        rows = [
            (f"{g.key:016x}", g.persons, Compartment(g.compartment).name.lower(),
                names[g.sector] if g.sector >= 0 else "",
             g.attempts, g.reserve)
            for g in on_their_way(self._world)
        ]  # fmt: skip
        return pd.DataFrame(
            rows, columns=["group", "persons", "compartment", "sector", "attempts", "reserve"]
        )

    def control(self, name: str, place: str | None = None) -> float:
        """The value of a control now, in its unit, at a place (the first one if none is named). Raises
        `UsageError` for an unknown one."""
        from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS
        from sim.scenario.levers.lever_targets import names_of_scope

        if name not in CONTROL_INDEX:
            raise UsageError(f"control: found {name!r}, allowed: {', '.join(CONTROL_INDEX)}")
        places = names_of_scope(self.scenario, CONTROLS[CONTROL_INDEX[name]].scope)
        if place is not None and place not in places:
            raise UsageError(f"place of {name}: found {place!r}, allowed: {', '.join(places)}")
        return self._world.value[CONTROL_INDEX[name]][places.index(place) if place is not None else 0]

    def __repr__(self) -> str:
        rows = len(self.record.rows)
        last = f", last: {kind_name(self.record.rows[-1][2], kind_names(self.scenario))}" if rows else ""
        return (
            f"<{plain(self.scenario.name)} at {self.now:%Y-%m-%d %H:%M}: {self._world.people} people, "
            f"{rows} events{last}>"
        )


def on_their_way(world: World) -> Iterator[Group]:
    """The groups that have not come to an end, in the order in which they were made."""
    g = world.first_group
    while g is not None:
        yield g
        g = g.made_after


def _calls_waiting(post: Post) -> int:
    waiting, call = 0, post.queue
    while call is not None:
        waiting, call = waiting + 1, call.after
    return waiting
