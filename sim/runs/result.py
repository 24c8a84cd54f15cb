"""A result: the tidy frames of a run's replications, from memory or from a folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.core.errors import ResultError
from sim.core.plain_text import plain
from sim.record.frames import STOCK
from sim.record.measures import Described
from sim.runs.manifest import Failed
from sim.runs.statistics import summarise
from sim.scenario.checks.extension_checks import measures_of
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

HUMAN = ("died", "harmed", "stranded", "person_days_stranded", "claims_lodged", "claims_heard")
FLOW = ("attempts", "stopped", "entered_unseen", "summary_returns")


class TableSource(Protocol):
    """Where the tables of a result come from."""

    def read(self, table: str) -> pa.Table: ...


class SomeReplications:
    """Tables of some replications of others."""

    def __init__(self, tables: TableSource, replications: frozenset[int]) -> None:
        self._tables, self._replications = tables, sorted(replications)

    def read(self, table: str) -> pa.Table:
        """One table, of these replications alone."""
        return of_replications(self._tables.read(table), self._replications)


def of_replications(table: pa.Table, replications: Collection[int]) -> pa.Table:
    """The rows of a table that are of some replications."""
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = table["replication"]
    return table.filter(pc.is_in(numbers, pa.array(sorted(replications), numbers.type)))


class Result:
    """What a run left: frames with one row an event, a day, a report, a measure.

    - `daily`: replication, day, date, country, sector, measure, value: counts by day;
      `stock_*` people at midnights
    - `events`: the log, empty where none was kept; `witness` as in `sim.record.events.Row`
    - `fates`: replication, compartment, persons: where people are at the end
    - `accounts`: replication, day, date, party, country, sector, measure, value: what each party says
    - `totals`: replication, measure, value: the whole run
    - `summary`: measure, label, unit, family, mean, low, high, method, replications, runs_for_10_percent:
      95 % intervals
    - `measures`: what each measure of `summary` is called and counted in, by name,
      those of extensions among them
    - `scenario`, `seed`, `replications`: what was run; `folder` where it is kept, or None
    - `failed`: replications that broke, with the reason of each
    - `plot`: one method a figure, where the result was made by `sim.run` or `sim.open_result`

    Frames are read when they are first asked for. Raises `ResultError` where no replication has finished,
    or a table is damaged.
    """

    def __init__(
        self, scenario: Scenario, seed: int, replications: int, tables: TableSource, *,
        folder: Path | None = None,
        failed: list[Failed] | None = None,
    ) -> None:  # fmt: skip
        self.scenario = scenario
        self.seed = seed
        self.replications = replications
        self.folder = folder
        self.failed = failed or []
        self.plot: Any = None
        self._tables = tables

    @property
    def measures(self) -> Mapping[str, Described]:
        """Every measure of the summary by name, those of the scenario's extensions among them."""
        return measures_of(self.scenario)

    def _frame(self, table: str) -> pd.DataFrame:
        if self.replications == 0:
            raise ResultError("no replication has finished: there is nothing to show")
        # Arrow keeps notes for pandas as JSON in a footer that no checksum covers: columns alone say what is
        # there.
        return self._tables.read(table).to_pandas(ignore_metadata=True)

    def only(self, replications: Collection[int]) -> Result:
        """The same result, of some of its replications."""
        # The same object, with the frames that it has read already.
        if set(replications) == set(self.totals["replication"]):
            return self
        tables = SomeReplications(self._tables, frozenset(replications))
        return Result(
            self.scenario, self.seed, len(replications), tables, folder=self.folder, failed=self.failed
        )

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Counts by day and sector, and stocks at midnights by country, in the unit of the measure;
        an absent cell is nobody."""
        return self._frame("daily")

    @cached_property
    def events(self) -> pd.DataFrame:
        """The log, one row an event: times in hours since the first midnight, persons,
        the row that caused it."""
        return self._frame("events")

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """What each party reports, by day and place, in persons (incidents in events)."""
        return self._frame("accounts")

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Every measure of every replication over the whole run, in its unit;
        NaN for a ratio with an empty denominator."""
        return self._frame("totals")

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Means over replications with 95 % intervals: Student's t, the jackknife for ratios of totals, exact
        Poisson (Garwood 1936) for rare counts; `method` says which."""
        return summarise(self.totals, self.measures)

    @cached_property
    def fates(self) -> pd.DataFrame:
        """People by compartment at the end of each replication;
        they add up to everybody who was there or came."""
        daily = self.daily
        # The midnight after the last day is day `days`: stocks have one more entry than there are days.
        last = daily[
            (daily["day"] == self.scenario.days) & daily["measure"].astype(str).str.startswith(STOCK)
        ]
        fates = last.groupby(["replication", "measure"], observed=True)["value"].sum().reset_index()
        fates["compartment"] = fates["measure"].astype(str).str.removeprefix(STOCK)
        # Stocks share the value column of counts and ratios, which is of floats; people are whole.
        fates["persons"] = fates["value"].astype("int64")
        return fates[["replication", "compartment", "persons"]]

    def __repr__(self) -> str:
        runs = f"{self.replications} replication{'s' if self.replications != 1 else ''}"
        broke = f", {len(self.failed)} failed" if self.failed else ""
        return (
            f"<Result {plain(self.scenario.name)}, seed {self.seed}, {runs}{broke}; {self.scenario.days} "
            f"days>"
        )

    def _repr_html_(self) -> str:
        """A short table for a notebook: what flowed, and what it did to people, side by side."""
        from html import escape

        summary = self.summary.set_index("measure")
        rows = "".join(_html_row(summary.loc[name]) for name in (*FLOW, *HUMAN) if name in summary.index)
        title = escape(self.scenario.scenario.title)
        return (
            f"<p><b>{title}</b> · seed {self.seed} · {self.replications} replications · {self.scenario.days} "
            f"days</p>"
            f"<table><thead><tr><th>measure</th><th>mean a run</th><th>95 % "
            f"interval</th><th>unit</th></tr></thead>"
            f"<tbody>{rows}</tbody></table><p><i>Simulated, not observed.</i></p>"
        )


def _html_row(row: Any) -> str:
    # NaN is the one value that differs from itself: one run has no interval.
    band = "" if row["low"] != row["low"] else f"{row['low']:,.0f} to {row['high']:,.0f}"
    return f"<tr><td>{row['label']}</td><td>{row['mean']:,.1f}</td><td>{band}</td><td>{row['unit']}</td></tr>"
