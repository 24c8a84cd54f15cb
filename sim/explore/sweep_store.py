"""The store of a sweep: a folder that holds every finished job, whatever stops the sweep.

    plan.json       what was asked for
    points.parquet  point, and the value of every key that varies
    parts/          results as they come, a file a chunk, each whole or not at all
    rows.parquet    when all is done: every job, by point and replication
    timings.parquet CPU seconds of each job, apart, since no two runs have the same
    sectors.parquet where the plan asks for it: point, replication, sector, and some measures

Rows are keyed by content (scenario as resolved, seed, replication, model version): nothing is computed twice.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.durable import write_table, write_whole
from sim.core.errors import ResultError, UsageError, damaged
from sim.explore.plan import Plan, Point, checked
from sim.model.version import MODEL_VERSION
from sim.record.measures import BY_SECTOR, DESCRIBED, Described, may_be_of_extension
from sim.runs.jobs import FAILED, Row
from sim.runs.store.finished_runs import FinishedRuns, MergedTable
from sim.runs.store.folder_lock import holds_something, refuse_file
from sim.runs.store.job_table import (
    REMOVE_PART,
    SECTOR_COLUMNS,
    TIMED,
    JobRows,
    columns_of,
    rows_schema,
    schema_of,
    sector_schema,
)
from sim.runs.store.stored_tables import exactly, read_table
from sim.scenario.files.stored_json import read_stored

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PLAN, POINTS, ROWS, TIMINGS, SECTORS = (
    "plan.json", "points.parquet", "rows.parquet", "timings.parquet", "sectors.parquet",
)  # fmt: skip
BLOCK = 50_000
"""Rows merged at a time: memory stays flat."""
GROWS = ("replications",)
"""What of a plan may grow from one run of a sweep to the next."""
NAMED = ("scenario", "posterior")
"""What of a plan names a file: its content decides, not where it lies."""
NEW_STORE = "sweep into another folder with --out"
REMOVE_ROWS = f"remove {ROWS}, and the same command runs its jobs again"
KeyAt = Callable[[int, int], str]
"""The key of the job of a point and a replication."""

Window = tuple[tuple[int, int], tuple[int, int]]
"""Points [from, to) and replications [from, to)."""


def _windows(points: int, replications: int) -> Iterator[Window]:
    """Windows of about `BLOCK` rows, in the order of rows."""
    # Of many replications a block holds one point, and of very many a part of one.
    at_once = max(1, BLOCK // replications)
    for first in range(0, points, at_once):
        for r in range(0, replications, BLOCK):
            yield (first, first + at_once), (r, min(r + BLOCK, replications))


@dataclass(frozen=True, slots=True)
class Swept(Plan):
    """A plan as a store has it: with hashes of the scenarios of its points and of its posterior,
    and the model version."""

    scenario_digest: str = ""
    posterior_digest: str = ""
    model_version: int = 0
    measures: tuple[Described, ...] = ()
    """Those of the scenario's extensions: whoever reads the store need not have the scenario."""

    def text(self) -> str:
        """The plan as JSON; measures of extensions where there are any."""
        return json.dumps(self.content(), indent=1) + "\n"

    def content(self) -> dict[str, Any]:
        """The plan as a dictionary; measures of extensions where there are any."""
        content = asdict(self)
        if not self.measures:
            del content["measures"]
        return content


def swept(
    plan: Plan, scenario_digest: str, posterior_digest: str, measures: Mapping[str, Described] = DESCRIBED
) -> Swept:
    """A plan with what it was made of; `measures` are all those of its scenario."""
    fields = {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
    return Swept(
        **fields,
        scenario_digest=scenario_digest,
        posterior_digest=posterior_digest,
        model_version=MODEL_VERSION,
        measures=tuple(measure for name, measure in measures.items() if name not in DESCRIBED),
    )


MADE_OF = {
    "scenario_digest": "the scenario's values",
    "posterior_digest": "the posterior",
    "model_version": "the model version",
}
"""What the rows of a store were made of, and what it is called where it differs."""


class NamedByJob(JobRows):
    """Rows in a part that is called after the point and replication of the first of them."""

    def name(self, runs: Sequence[Row]) -> str:
        """The place of the first job in the plan, and letters that no other part has."""
        point, replication = int(runs[0]["point"]), int(runs[0]["replication"])
        # The letters: a job that is tried again begins at the same place, and must not replace the part of
        # the first try.
        return f"{point:08d}-{replication:05d}-{uuid.uuid4().hex[:8]}.parquet"


class SweepStore:
    """A folder that holds, or will hold, the results of one plan."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._runs = FinishedRuns(
            folder=path, form=NamedByJob(lambda: self.measures), writer="sweep", parts_in="parts", mark=ROWS,
            part_remedy=REMOVE_PART, merged_remedy=REMOVE_ROWS,
        )  # fmt: skip

    @cached_property
    def measures(self) -> Mapping[str, Described]:
        """Every measure of its jobs by name, those of the scenario's extensions among them."""
        return {**DESCRIBED, **{measure.name: measure for measure in self.plan().measures}}

    def writing(self) -> AbstractContextManager[None]:
        """Lock the store while writing; a second writer is refused."""
        return self._runs.writing()

    def plan(self) -> Swept:
        """The plan of the store. Raises `ResultError` where there is none, or it is damaged."""
        path = self.path / PLAN
        if not path.exists():
            raise ResultError(f"{self.path} holds no sweep: {PLAN} is missing or damaged")
        plan = read_stored(path, Swept, NEW_STORE)
        try:
            # Damage, not a usage error: only a plan that can be carried out was ever written.
            checked(plan)
        except UsageError as error:
            raise damaged(path, str(error), NEW_STORE) from None
        for measure in plan.measures:
            if not may_be_of_extension(measure.name) or measure.ratio is not None:
                found = ascii(measure.name[:60])
                raise damaged(path, f"measures: {found} is none of an extension", NEW_STORE)
        return plan

    def check(self, plan: Swept) -> None:
        """Whether the store is of this plan and of what it was made of, or empty.
        Raises `ResultError` in words."""
        refuse_file(self.path)
        if not (self.path / PLAN).exists():
            if holds_something(self.path):
                raise ResultError(f"{self.path} is not empty and holds no sweep: choose another with --out")
            return
        there = self.plan()
        if differ := differences(there, plan):
            raise ResultError(
                f"{self.path} holds another sweep, which differs in {', '.join(differ)}: choose another with "
                f"--out"
            )
        # Merged tables hold every job of the plan: fewer would leave rows in no table, or throw them away.
        if there.replications > plan.replications:
            raise ResultError(
                f"{self.path} holds {there.replications} replications a point: ask for no fewer"
            )

    def begin(self, plan: Swept, points: list[Point]) -> None:
        """Write what is asked for; the plan comes first, since it says whose the folder is."""
        import pyarrow as pa

        # Killed between the two, the other order left a folder that was neither empty nor a sweep, and no
        # command took it.
        write_whole(self.path / PLAN, plan.text())
        self._runs.clear_interrupted()
        schema = points_schema({key for point in points for key in point})
        columns: dict[str, Any] = {key: [point.get(key, "") for point in points] for key in schema.names[1:]}
        write_table(pa.table({"point": range(len(points)), **columns}, schema=schema), self.path / POINTS)

    def points(self) -> pa.Table:
        """The points of the plan, by number. Raises `ResultError` where they are damaged."""
        plan = self.plan()
        keys = {axis.key for axis in plan.axes} | {key for point in plan.listed for key, _ in point}
        path, remedy = self.path / POINTS, "the same sweep command writes it again"
        table = read_table(path, exactly(points_schema(keys)), remedy)
        if table["point"].to_pylist() != list(range(plan.size)):
            raise damaged(path, f"its points are not 0 to {plan.size - 1}", remedy)
        return table

    def files(self) -> list[Path]:
        """Every table of jobs: the merged one first, then parts."""
        return self._runs.files()

    def read_jobs(self, path: Path, schema: pa.Schema, *, filters: Any = None) -> pa.Table:
        """Columns of a part, or of a merged table. Raises `ResultError` where it is damaged."""
        return read_table(path, exactly(schema), self._runs.remedy(path), filters=filters)

    def finished(self, key_at: KeyAt | None = None) -> set[str]:
        """Keys of the jobs that are there; failed ones are tried again by the next sweep.

        Raises `ResultError` for a job whose key is another than that of its point and replication:
        it is of another sweep.
        """
        known: set[str] = set()
        merged = {name: exactly(schema) for name, schema in self._merged(self.plan().by_sector).items()}
        # Everything is read before a job runs: damage that only the merge met was found after every job had
        # been run.
        self._runs.check(self._runs.parts(), merged)
        for path in self.files():
            for job in self._runs.keys_in(path):
                # The hash in plan.json is not enough: parts may have been copied in, and older stores have no
                # hash.
                if key_at is not None and job.key != key_at(job.point, job.replication):
                    raise ResultError(
                        f"{path} holds runs of another sweep (its scenario, posterior or model version is "
                        f"not the "
                        "one asked for): choose another folder with --out, or remove this one"
                    )
                if job.status != FAILED:
                    known.add(job.key)
        return known

    def _merged(self, by_sector: bool) -> dict[str, pa.Schema]:
        """The merged tables in the order of their naming, the mark last, and the columns of each."""
        return {
            TIMINGS: columns_of(schema_of(), TIMED),
            **({SECTORS: sector_schema()} if by_sector else {}),
            ROWS: rows_schema(self.measures),
        }

    def add(self, rows: list[Row]) -> None:
        """Write a chunk of results, whole or not at all."""
        self._runs.add(rows)

    def merge(self, points: int, replications: int, *, by_sector: bool = False) -> None:
        """Bring all results into whole tables, by point and replication, block by block."""
        jobs = points * replications
        self._runs.merge(
            {
                name: MergedTable(
                    self._blocks(name, schema, list(_windows(points, replications))),
                    schema,
                    # Failed jobs have no sectors, so that the number of those rows is not known beforehand.
                    None if name == SECTORS else jobs,
                )
                for name, schema in self._merged(by_sector).items()
            }
        )

    def _blocks(self, name: str, schema: pa.Schema, windows: list[Window]) -> Iterator[pa.Table]:
        """The blocks of a merged table, of the one that is there and of parts."""
        # Without the mark, tables of a merge that was killed are passed over: the parts still hold
        # everything.
        merged = [self.path / name] if self._runs.is_merged else []
        parts = self._runs.parts()
        for window in windows:
            yield (self._sector_block if name == SECTORS else self._block)(merged, parts, schema, window)

    def _block(self, there: list[Path], parts: list[Path], schema: pa.Schema, window: Window) -> pa.Table:
        """The rows of a block of points, once each: of a job tried again the row that succeeded."""
        import pyarrow as pa

        read = self._read([*there, *parts], schema, window)
        frame = pa.concat_tables(read, promote_options="default").to_pandas()
        frame = once_each(frame)
        return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)

    def _sector_block(
        self, there: list[Path], parts: list[Path], schema: pa.Schema, window: Window
    ) -> pa.Table:
        """The rows by sector of a block of points: lists of parts opened,
        sectors in the order of the scenario."""
        import pandas as pd
        import pyarrow as pa

        known = [table.to_pandas() for table in self._read(there, schema, window)]
        lists = columns_of(schema_of(), ["point", "replication", "sectors", *SECTOR_COLUMNS])
        for table in self._read(parts, lists, window):
            # Lists of measures are as long as that of the sectors, and are opened together. A failed job has
            # none.
            opened = table.to_pandas().dropna(subset="sectors").explode(["sectors", *SECTOR_COLUMNS])
            opened.columns = pd.Index(schema.names)
            known.append(opened)
        frame = pd.concat(known, ignore_index=True).astype(dict.fromkeys(BY_SECTOR, float))
        # A kill between a merge and the removal of parts leaves rows in both.
        frame = frame.drop_duplicates(["point", "replication", "sector"])
        frame = frame.sort_values(["point", "replication"], kind="stable")
        return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)

    def _read(self, paths: Sequence[Path], schema: pa.Schema, window: Window) -> list[pa.Table]:
        """Some columns of tables, of the rows in a window."""
        names = ("point", "replication")
        within = [
            (name, sign, bound)
            for name, bounds in zip(names, window, strict=True)
            for sign, bound in zip((">=", "<"), bounds, strict=True)
        ]
        # The filter is pushed into Parquet: of each part only the rows of the window are held.
        return [self.read_jobs(path, schema, filters=within) for path in paths]


def differences(there: Swept, asked: Swept) -> list[str]:
    """In what two sweeps differ, in words; none where the jobs of one are jobs of the other.

    A store of before the hashes were written has none: there the keys of its jobs decide.
    """
    # As JSON text: an axis of listed values has NaN for its ends, and NaN equals nothing.
    left, right = (json.loads(plan.text()) for plan in (there, asked))
    skipped = {*GROWS, *MADE_OF, "measures", *(NAMED if there.scenario_digest else ())}
    asked_for = [
        name for name in right if name not in skipped and json.dumps(left[name]) != json.dumps(right[name])
    ]
    # What the plan says differs is named first: an edited plan mostly has other points, too.
    made = [words for name, words in MADE_OF.items() if left[name] and left[name] != right[name]]
    return asked_for or made


def points_schema(keys: Iterable[str]) -> pa.Schema:
    """Columns of the table of points: its number, and the value of every key that varies,
    as a scenario file writes it."""
    import pyarrow as pa

    names = [("point", pa.int64()), *((key, pa.string()) for key in sorted(keys))]
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in names])


def once_each(frame: pd.DataFrame) -> pd.DataFrame:
    """Jobs by point and replication, once each: of a job tried again the row that succeeded."""
    # Failed rows last, so that the one that is kept is one that succeeded.
    frame = frame.assign(_failed=frame["status"] == FAILED)
    frame = frame.sort_values(["point", "replication", "_failed"], kind="stable")
    return frame.drop_duplicates(["point", "replication"]).drop(columns="_failed")
