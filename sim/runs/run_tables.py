"""One replication's tables, made from its record: what is written, merged and read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engines.engine_choice import Engine, player
from sim.model.branching import simulate_branch
from sim.model.simulate import Tick
from sim.record.accounts import MEASURES, account_columns
from sim.record.frames import daily_frame, dates_of, event_table, named, totals_of
from sim.record.labels import Places, Speaker
from sim.record.log import RunRecord
from sim.scenario.checks.extension_checks import counted_by, kind_names
from sim.scenario.schema import Party, Scenario

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

TABLES = ("events", "daily", "accounts", "totals")


@dataclass(frozen=True, slots=True)
class ReplicationTables:
    """The tables of one replication; `events` is empty where no log was kept."""

    replication: int
    tables: dict[str, pa.Table]


def places_of(scenario: Scenario) -> Places:
    """The names that a record of a scenario stands for."""
    countries = tuple(scenario.countries)
    return Places(
        sectors=tuple(scenario.sectors),
        countries=countries,
        country_of=tuple(countries.index(s.country) for s in scenario.sectors.values()),
        start=scenario.scenario.start,
        parties=tuple(_speaker(name, party) for name, party in scenario.parties.items()),
        kinds=kind_names(scenario),
        measures=counted_by(scenario),
    )


def _speaker(name: str, party: Party) -> Speaker:
    # Of several countries an invented incident could not be placed in one: it is placed in none.
    return Speaker(
        name, party.side, party.invents_per_day, party.countries[0] if len(party.countries) == 1 else ""
    )


@dataclass(frozen=True, slots=True)
class Branch:
    """A world that was another until a date: its scenario until that midnight."""

    before: Scenario
    at: date

    def day(self, scenario: Scenario) -> int:
        """The day of the run that begins at the branch."""
        return (self.at - scenario.scenario.start).days


def play(
    scenario: Scenario,
    seed: int,
    replication: int,
    *,
    log: bool,
    tick: Tick | None = None,
    branch: Branch | None = None,
    engine: Engine = "simpy",
) -> ReplicationTables:
    """Run one replication and keep its tables; with a branch,
    the scenario holds from its date on (SimPy plays it)."""
    if branch is None:
        run = player(engine, scenario)(scenario, seed=seed, replication=replication, keep_rows=log, tick=tick)
    else:
        run = simulate_branch(
            branch.before,
            scenario,
            branch.day(scenario),
            seed=seed,
            replication=replication,
            keep_rows=log,
            tick=tick,
        )
    return part_of(run, places_of(scenario))


def part_of(run: RunRecord, places: Places) -> ReplicationTables:
    """The tables of a record, each with its replication in the first column."""
    import pandas as pd
    import pyarrow as pa

    totals = totals_of(run, extra=places.measures)
    frames = {
        "daily": daily_frame(run, places),
        "accounts": _accounts(run, places),
        "totals": pd.DataFrame({"measure": list(totals), "value": list(totals.values())}),
    }
    for frame in frames.values():
        # Merged tables are filtered by it when a folder is gone on with.
        frame.insert(0, "replication", run.replication)
    tables = {name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in frames.items()}
    return ReplicationTables(run.replication, {"events": event_table(run, places), **tables})


def _accounts(run: RunRecord, places: Places) -> pd.DataFrame:
    """What each party reports, in rows.

    Categories are fixed by the scenario, never none at all: tables of all replications have one schema.
    """
    import pandas as pd

    columns = account_columns(run, places)
    measures: Any = list(MEASURES)
    day = columns.day.astype(np.int32)
    return pd.DataFrame(
        {
            "day": day,
            "date": dates_of(day, places),
            "party": named(columns.party, [p.name for p in places.parties]),
            "country": named(columns.country, places.countries),
            "sector": named(columns.sector, places.sectors),
            "measure": pd.Categorical.from_codes(columns.measure, measures),
            "value": columns.value,
        }
    )
