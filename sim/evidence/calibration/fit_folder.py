"""The folder of a fit: whose fit it is, and whether its tables are those that it ended with.

fit.json says which calibration, scenario and model version the folder is of. Its last field,
the hash of every table, is filled in when all of them are written: a fit that was stopped has none, and a
table that was changed afterwards is noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from sim.core.durable import UNDER_WAY, clear_under_way, raising_result_error, write_whole
from sim.core.errors import ResultError
from sim.evidence.calibration.calibration_problem import Calibration
from sim.model.version import MODEL_VERSION
from sim.runs.store.folder_lock import holds_something
from sim.scenario.files.stored_json import FileName, read_stored
from sim.scenario.load import digest

FIT, RUNS, BANK = "fit.json", "runs", "bank"
POSTERIOR, GENERATIONS, RECOVERY, FIGURES = (
    "posterior.parquet",
    "generations.csv",
    "recovery.csv",
    "figures.csv",
)
OURS = (FIT, RUNS, BANK, POSTERIOR, GENERATIONS, RECOVERY, FIGURES)
ALWAYS = (POSTERIOR, GENERATIONS)
"""Tables that every fit leaves."""
MOST_BYTES = 300_000_000
"""More than any table of a fit takes."""
CALIBRATE_AGAIN = "give the same calibrate command again"
WORDS = {
    "scenario": "the scenario's values",
    "calibration": "the calibration",
    "model_version": "the model version",
}


@dataclass(frozen=True, slots=True)
class FitRecord:
    """What a fit is of, as hashes, and the hashes of its tables by their names:
    none while it is under way."""

    scenario: str
    calibration: str
    model_version: int
    tables: dict[FileName, str] = field(default_factory=dict)

    def write(self, out: Path) -> None:
        """Keep it in the folder."""
        write_whole(out / FIT, json.dumps(asdict(self), indent=2) + "\n")


def record_of(calibration: Calibration) -> FitRecord:
    """The record of a fit that is about to begin."""
    return FitRecord(digest(calibration.scenario), calibration.digest, MODEL_VERSION)


def begin_fit(calibration: Calibration, out: Path) -> None:
    """Say whose fit the folder is. Raises `ResultError` where it is of another one, or of somebody else."""
    asked = record_of(calibration)
    known = (out / FIT).exists()
    # Before anything is removed: hidden files of another fit are its own.
    if known:
        refuse_other(asked, out)
    elif holds_something(out) and not _is_ours({path.name for path in out.iterdir()}):
        raise ResultError(f"{out} is not empty and holds no fit: choose another with --out")
    if out.is_dir():
        with raising_result_error(out):
            clear_under_way(out)
    if not known:
        asked.write(out)


def _is_ours(names: set[str]) -> bool:
    """Whether a folder without its record is one of a fit: it holds nothing else, or a posterior. `runs`
    alone is a name of many folders."""
    return POSTERIOR in names or {name for name in names if not name.startswith(UNDER_WAY)} <= set(OURS)


def refuse_other(asked: FitRecord, out: Path) -> FitRecord:
    """The record of the folder. Raises `ResultError` where it is missing,
    or of another calibration than the one asked for."""
    if not (out / FIT).exists():
        raise ResultError(f"{out} holds no fit: {FIT} is missing; {CALIBRATE_AGAIN}")
    there = read_stored(out / FIT, FitRecord, f"remove it, and {CALIBRATE_AGAIN}")
    differ = [words for name, words in WORDS.items() if getattr(there, name) != getattr(asked, name)]
    if differ:
        raise ResultError(
            f"{out} holds another fit, which differs in {', '.join(differ)}: choose another folder"
        )
    return there


def leave_tables(calibration: Calibration, out: Path, tables: Mapping[str, bytes]) -> None:
    """Write the tables of a fit; the record promises them when the last one is on the disk."""
    under_way = record_of(calibration)
    # Without hashes first: a kill between two tables leaves a fit that has not ended, not new tables beside
    # old ones.
    under_way.write(out)
    for name, content in tables.items():
        write_whole(out / name, content)
    replace(under_way, tables={name: _hash(content) for name, content in tables.items()}).write(out)


def tables_left(calibration: Calibration, fit: Path) -> set[str]:
    """The names of the tables of a fit that came to its end. Raises `ResultError` where it did not,
    or one was changed."""
    there = refuse_other(record_of(calibration), fit)
    if not there.tables:
        raise ResultError(f"{fit} holds a fit that has not ended: {CALIBRATE_AGAIN}")
    # A record with fewer tables than a fit leaves was changed: hashes of those that are there would all
    # agree.
    for name in ALWAYS:
        if name not in there.tables:
            raise ResultError(f"{fit / FIT} is damaged: tables: {name} is missing; {CALIBRATE_AGAIN}")
    for name, wanted in there.tables.items():
        path = fit / name
        if not _is_as_left(path, wanted):
            raise ResultError(f"{path} is damaged: it is not as the fit left it; {CALIBRATE_AGAIN}")
    return set(there.tables)


def _is_as_left(path: Path, wanted: str) -> bool:
    """Whether a table has the hash that its record promises; one that cannot be read has not."""
    try:
        # Size first: the hash reads the whole file into memory.
        return path.is_file() and path.stat().st_size <= MOST_BYTES and _hash(path.read_bytes()) == wanted
    except OSError:
        return False


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
