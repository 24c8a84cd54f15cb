"""A posterior that any command can use: parameter sets with weights, from which each replication takes one.

The set of a replication does not depend on the seed or on how many replications there are:
a low-discrepancy sequence (the golden ratio's) over the cumulative weights, so that few replications cover
the posterior evenly, and worlds of a comparison share it as they share their luck.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.bounds import as_float
from sim.core.durable import write_whole
from sim.core.errors import UsageError
from sim.scenario.files.scenario_files import shown
from sim.scenario.load import varied
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]
# Multiples of the golden ratio leave gaps of three lengths at most, whatever their number: more replications
# fill in and move none that are there.
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
WEIGHT = "weight"
ABOUT = b"borderflow"
MOST_SETS, MOST_KEYS = 1_000_000, 1_000
"""Parameter sets and keys of a posterior that is read: far more than a fit leaves."""


@dataclass(frozen=True)
class Posterior:
    """Keys of a scenario, their values (sets, keys), weights that sum to one, and what it rests on."""

    keys: tuple[str, ...]
    values: Floats
    weights: Floats
    about: dict[str, Any]

    def row(self, replication: int) -> int:
        """Which parameter set a replication takes."""
        # By number alone, with no random stream: scenario arms of a comparison take the same set, whatever
        # the seed and the engine.
        u = (0.5 + replication * GOLDEN) % 1.0
        # Rounding may end the sum of the weights just below 1.
        return min(int(np.searchsorted(np.cumsum(self.weights), u, side="right")), len(self.weights) - 1)

    def sets(self, replication: int) -> tuple[str, ...]:
        """The changes of the scenario that a replication is played with."""
        values = self.values[self.row(replication)]
        # repr gives back the same float to the bit, so that the key of a job is that of its values.
        return tuple(f"{key}={float(value)!r}" for key, value in zip(self.keys, values, strict=True))

    @property
    def digest(self) -> str:
        """A hash of keys, values and weights."""
        told = repr(self.keys).encode() + self.values.tobytes() + self.weights.tobytes()
        return hashlib.sha256(told).hexdigest()

    def quantiles(self, shares: Sequence[float] = (0.05, 0.5, 0.95)) -> Floats:
        """Weighted quantiles, of shape (keys, shares)."""
        return np.array([weighted_quantiles(column, self.weights, shares) for column in self.values.T])

    def content(self) -> bytes:
        """It as a Parquet table: one column a key, one of weights."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns: dict[str, Any] = {key: self.values[:, i] for i, key in enumerate(self.keys)}
        table = pa.table({**columns, WEIGHT: self.weights})
        table = table.replace_schema_metadata({ABOUT: json.dumps(self.about).encode()})
        buffer = pa.BufferOutputStream()
        # Checksums: a changed byte in a value would be another parameter set and no error.
        pq.write_table(table, buffer, write_page_checksum=True)
        return bytes(buffer.getvalue())

    def write(self, path: Path) -> None:
        """Keep it in a file, whole or not at all."""
        write_whole(path, self.content())


def weighted_quantiles(values: Floats, weights: Floats, shares: Sequence[float]) -> Floats:
    """Quantiles of values with weights, at the middle of each weight's step, linear between."""
    order = np.argsort(values, kind="stable")
    # The middle of each step treats both tails alike; with equal weights the median is the usual one.
    upto = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.interp(shares, upto / weights.sum(), values[order])


def posterior_of(given: Posterior | str | Path | None) -> Posterior | None:
    """A posterior, or the one of a file, or none."""
    return given if given is None or isinstance(given, Posterior) else read_posterior(given)


def sets_of(posterior: Posterior | None, replication: int) -> tuple[str, ...]:
    """The changes that a replication is played with: none without a posterior."""
    return () if posterior is None else posterior.sets(replication)


def worlds_of(scenario: Scenario, posterior: Posterior | None) -> Callable[[int], Scenario]:
    """The scenario that each replication is played with.

    Raises `ScenarioError` where the posterior is of numbers that the scenario does not have.
    """
    if posterior is None:
        return lambda _: scenario
    # One set is tried before anything is run or written: all of them set the same keys.
    varied(scenario, posterior.sets(0))
    return lambda replication: varied(scenario, posterior.sets(replication))


def read_posterior(path: str | Path) -> Posterior:
    """A posterior that a calibration wrote. Raises `UsageError` for a file that is none."""

    try:
        table = _table(Path(path))
        columns = {str(name): np.array(table[name].to_pylist(), np.float64) for name in table.column_names}
        about = _about((table.schema.metadata or {}).get(ABOUT, b"{}"))
    # Arrow raises errors of many kinds on bytes that are no Parquet: all of them say the same.
    except Exception as error:
        reason = shown(" ".join(str(error).split()), 300)
        raise UsageError(
            f"--posterior {shown(path, 300)}: is no posterior that borderflow wrote ({reason})"
        ) from None
    weights = columns.pop(WEIGHT)
    values = np.array(list(columns.values()), np.float64).T.reshape(len(weights), len(columns))
    # The file may come from anybody: NaN or a negative weight would choose sets without an error.
    sound = np.isfinite(values).all() and (weights >= 0).all() and 0 < weights.sum() < math.inf
    if not (len(weights) and columns and sound):
        raise UsageError(
            f"--posterior {shown(path, 300)}: allowed: finite values and weights of 0 and more, some above"
        )
    return Posterior(tuple(columns), values, weights / weights.sum(), about)


def _about(notes: bytes) -> dict[str, Any]:
    """What a posterior says of itself: texts, numbers that a float holds, and lists of texts. Raises
    `ValueError` for anything else."""
    about = json.loads(notes)
    if not isinstance(about, dict) or not all(map(_is_note, about.values())):
        raise ValueError("what it says of itself is no table of texts and numbers")
    return about


def _is_note(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    if isinstance(value, int):
        return math.isfinite(as_float(value))
    return isinstance(value, str | float)


def _table(path: Path) -> pa.Table:
    """The columns of a Parquet file of a sane size, all of them numbers. Raises `ValueError` for another."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise ValueError("it is not a file" if path.exists() else "it does not exist")
    with pq.ParquetFile(path) as file:
        # From the footer, before any row is read: a table too large is refused before it fills the memory.
        said, schema = file.metadata, file.schema_arrow
        if said.num_rows > MOST_SETS or said.num_columns > MOST_KEYS:
            found = f"{said.num_rows:,} rows of {said.num_columns:,} columns"
            raise ValueError(f"it holds {found}; allowed: {MOST_SETS:,} rows of {MOST_KEYS:,} columns")
        numbers = (pa.types.is_floating, pa.types.is_integer)
        if other := [f.name for f in schema if not any(is_number(f.type) for is_number in numbers)]:
            raise ValueError(f"the column {shown(other[0])} holds no numbers")
        if schema.names.count(WEIGHT) != 1 or len(set(schema.names)) < len(schema.names):
            raise ValueError(f"it needs one column called {WEIGHT}, and each key once")
        return file.read()
