"""A group to follow: what happened to the same people, with the same luck, in both worlds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sim.comparison.explain import explain_group
from sim.comparison.followed_groups import DID_NOT_COME
from sim.core.errors import UsageError
from sim.record.events import Kind
from sim.record.frames import event_table
from sim.runs.run_tables import places_of
from sim.scenario.load import digest

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

MOST_GROUPS = 40
OF_A_CROWD = re.compile(r"(?<=\d\d:\d\d  )\. ")
"""How a story in a terminal marks what a whole column or stand-off did; a list needs no mark."""
OF_A_GROUP = (
    "attempt",
    "prevented",
    "apprehended",
    "summary_return",
    "entered_unseen",
    "claim_heard",
    "stranded",
    "harmed_exposure",
    "harmed_return",
    "harmed_violence",
    "harmed_barrier",
    "died_exposure",
    "died_after_return",
    "died_violence",
)


class Stories:
    """Logs of one replication of the worlds looked at last."""

    def __init__(self, seed: int) -> None:
        from sim.engines.engine_choice import player

        simulate = player("compiled")

        # Inside, so that the cache ends with this object; on a method it would keep every session alive.
        @lru_cache(maxsize=4)
        def played(world: _World) -> pd.DataFrame:
            run = simulate(world.scenario, seed=seed, replication=0, keep_rows=True)
            return event_table(run, places_of(world.scenario)).to_pandas()

        self._events = played

    def groups(self, scenario: Scenario) -> list[dict[str, str]]:
        """Groups to choose from, those to whom most happened first: key and words."""
        events = self._events(_World(scenario))
        rows = events[(events["group"] != 0) & events["kind"].isin(OF_A_GROUP)]
        attempts = rows[rows["kind"] == Kind.ATTEMPT.name.lower()].groupby("group").agg(
            persons=("persons", "max"), tries=("persons", "size")
        )  # fmt: skip
        attempts["events"] = rows.groupby("group").size()
        # Stable, so that groups alike come in the same order each time.
        top: Any = attempts.sort_values(["events", "persons"], ascending=False, kind="stable").head(
            MOST_GROUPS
        )
        return [
            {"key": f"{int(key):016x}", "label": _group_words(int(row.persons), int(row.tries), int(key))}
            for key, row in top.iterrows()
        ]

    def of(self, scenario: Scenario, key: str) -> list[str]:
        """The story of a group, line by line; that it did not come, where it did not."""
        try:
            lines = explain_group(self._events(_World(scenario)), scenario, key)
        # A group that a policy kept from coming has no row in the log of that scenario.
        except UsageError:
            return [DID_NOT_COME]
        return [OF_A_CROWD.sub("", line) for line in lines]


class _World:
    """A scenario that is the same key as another with the same content."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.digest = scenario, digest(scenario)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _World) and self.digest == other.digest


def _group_words(persons: int, tries: int, key: int) -> str:
    who = "1 person" if persons == 1 else f"{persons} people"
    return f"{who}, {tries} {'try' if tries == 1 else 'tries'} ({key:016x})"
