"""What a sweep left: points, rows, and a summary by point with the people always in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import ResultError, damaged
from sim.core.plain_text import plain
from sim.explore.row_filter import rows_where
from sim.explore.sweep_store import (
    NEW_STORE,
    PLAN,
    ROWS,
    SECTORS,
    SweepStore,
    once_each,
)
from sim.record.measures import DESCRIBED, HUMAN, Described, check_measures
from sim.runs.jobs import FAILED
from sim.runs.statistics import estimate, interval_of
from sim.runs.store.job_table import rows_schema, sector_schema

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ("attempts", "stopped", "entered_unseen")


class SweepResult:
    """What a sweep left in its store, as frames.

    - `points`: one row a point: its number, and the value of every key that varies
    - `rows`: one row a job: point, replication, seed, status, reason, and every measure in its unit,
      over the whole run
    - `sectors`: point, replication, sector, and some measures, where the plan asked for it
    - `plan`: what was asked for
    - `measures`: what each measure is called and counted in, by name, those of extensions among them

    Raises `ResultError` where the folder holds no sweep.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plot: Any = None
        self._store = SweepStore(path)
        self.plan: dict[str, Any] = self._store.plan().content()

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row a point: its number, and the value of every key that varies (numbers where all are)."""
        import pandas as pd

        frame = self._store.points().to_pandas()
        for key in frame.columns.drop("point"):
            # As a scenario file writes them, values are texts: numbers only where all of a key are, so that
            # no column is mixed.
            numbers = pd.to_numeric(frame[key], errors="coerce")
            frame[key] = frame[key] if numbers.isna().any() else numbers
        return frame

    @property
    def measures(self) -> Mapping[str, Described]:
        """Every measure of the rows by name, those of the scenario's extensions among them."""
        return self._store.measures

    @property
    def weights(self) -> list[int]:
        """How often the design takes each point: once,
        but where a random design has few values to choose from."""
        return self._store.plan().weights

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row a job, by point and replication: status, reason, every measure.
        A sweep under way shows what is there."""
        import pandas as pd

        schema = rows_schema(self.measures)
        tables = [self._store.read_jobs(path, schema) for path in self._store.files()]
        if not tables:
            raise ResultError(f"{self.path} holds no finished job yet")
        frame = once_each(pd.concat([table.to_pandas() for table in tables], ignore_index=True))
        # A plan.json that was copied from another store would give its keys to these rows.
        if not frame["point"].isin(self.points["point"]).all() or (frame["seed"] != self.plan["seed"]).any():
            raise damaged(self.path, f"{PLAN} and {ROWS} are of two sweeps", NEW_STORE)
        return frame.reset_index(drop=True)

    @cached_property
    def sectors(self) -> pd.DataFrame:
        """One row a job and sector, with some measures, of a finished sweep whose plan asked for it.
        Raises `ResultError` else."""
        if not (self.path / SECTORS).exists():
            raise ResultError(f"{self.path} has nothing by sector: sweep with --by-sector, and to the end")
        return self._store.read_jobs(self.path / SECTORS, sector_schema()).to_pandas()

    def summary(self, measures: Sequence[str] = (), where: str = "") -> pd.DataFrame:
        """Mean and 95 % interval by point: the measures asked for, and always those of people.

        Columns: the keys that vary, point, measure, mean, low, high, method, replications, failed;
        in the measure's unit. `where` chooses points, as in "`sectors.*.restraint` > 0.5". Raises
        `UsageError` for a measure or key that is not there.
        """
        import pandas as pd

        wanted = [*(measures or self.plan["outcomes"] or SHOWN), *HUMAN]
        check_measures(wanted, known=self.measures)
        points = self.chosen(where)
        found = []
        for number, rows in self.rows[self.rows["point"].isin(points["point"])].groupby("point"):
            # Failed runs have no measures; how many there are stands in a column beside the interval.
            good = rows[rows["status"] != FAILED]
            totals = totals_of_rows(good, self.measures)
            # A measure of people may have been asked for, too: once each.
            for name in dict.fromkeys(wanted):
                interval = interval_of(self.measures[name], totals)
                found.append((number, name, *interval, len(good), len(rows) - len(good)))
        columns = ["point", "measure", "mean", "low", "high", "method", "replications", "failed"]
        return points.merge(pd.DataFrame(found, columns=columns), on="point")

    def chosen(self, where: str) -> pd.DataFrame:
        """The points for which a condition on the keys holds; a key with dots stands in backticks."""
        return rows_where(self.points, where) if where else self.points

    def __repr__(self) -> str:
        return (
            f"<sweep of {plain(self.plan['scenario'])}: {len(self.points)} points, "
            f"{self.plan['replications']} replications each>"
        )


def totals_of_rows(
    rows: pd.DataFrame, measures: Mapping[str, Described] = DESCRIBED
) -> dict[str, list[float]]:
    """Values of every measure by replication, of some rows of a sweep."""
    return {name: list(rows[name]) for name in measures}


def mean_of_rows(rows: Any, measure: Described) -> float:
    """A measure over the runs of some rows, as `summary` has it: a ratio is a ratio of totals."""
    return estimate(measure, rows)


def means_by_point(rows: pd.DataFrame, measure: Described) -> pd.Series[float]:
    """`mean_of_rows` of each point."""
    import pandas as pd

    found = {point: mean_of_rows(part, measure) for point, part in rows.groupby("point")}
    return pd.Series(found, name=measure.name, dtype=float).rename_axis("point")


def open_store(path: str | Path) -> SweepResult:
    """A sweep's results. Raises `ResultError` where there is none."""
    return SweepResult(Path(path))
