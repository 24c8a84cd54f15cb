"""A posterior that any command can use: parameter sets with weights, from which each replication takes one.

The set of a replication does not depend on the seed or on how many replications there are: a low-discrepancy sequence
(the golden ratio's) over the cumulative weights, so that few replications cover the posterior evenly, and worlds of a
comparison share it as they share their luck.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.foundation.errors import ResultError, UsageError
from sim.scenario.load import varied
from sim.scenario.schema import Scenario

Floats = NDArray[np.float64]
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
WEIGHT = "weight"
ABOUT = b"borderflow"


@dataclass(frozen=True)
class Posterior:
    """Keys of a scenario, their values (sets, keys), weights that sum to one, and what it rests on."""

    keys: tuple[str, ...]
    values: Floats
    weights: Floats
    about: dict[str, Any]

    def row(self, replication: int) -> int:
        """Which parameter set a replication takes."""
        u = (0.5 + replication * GOLDEN) % 1.0
        return min(int(np.searchsorted(np.cumsum(self.weights), u, side="right")), len(self.weights) - 1)

    def sets(self, replication: int) -> tuple[str, ...]:
        """The changes of the scenario that a replication is played with."""
        values = self.values[self.row(replication)]
        return tuple(f"{key}={float(value)!r}" for key, value in zip(self.keys, values, strict=True))

    @property
    def digest(self) -> str:
        """A hash of keys, values and weights."""
        told = repr(self.keys).encode() + self.values.tobytes() + self.weights.tobytes()
        return hashlib.sha256(told).hexdigest()

    def quantiles(self, shares: Sequence[float] = (0.05, 0.5, 0.95)) -> Floats:
        """Weighted quantiles, of shape (keys, shares)."""
        return np.array([weighted_quantiles(column, self.weights, shares) for column in self.values.T])

    def write(self, path: Path) -> None:
        """Keep it as a Parquet table: one column a key, one of weights."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns: dict[str, Any] = {key: self.values[:, i] for i, key in enumerate(self.keys)}
        table = pa.table({**columns, WEIGHT: self.weights})
        table = table.replace_schema_metadata({ABOUT: json.dumps(self.about).encode()})
        beside = path.with_name(f".{path.name}.new")
        try:
            pq.write_table(table, beside)
            os.replace(beside, path)
        except OSError as error:
            raise ResultError(f"{path} could not be written: {error}") from error


def weighted_quantiles(values: Floats, weights: Floats, shares: Sequence[float]) -> Floats:
    """Quantiles of values with weights, at the middle of each weight's step, linear between."""
    order = np.argsort(values, kind="stable")
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
    varied(scenario, posterior.sets(0))
    return lambda replication: varied(scenario, posterior.sets(replication))


def read_posterior(path: str | Path) -> Posterior:
    """A posterior that a calibration wrote. Raises `UsageError` for a file that is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        keys = tuple(name for name in table.column_names if name != WEIGHT)
        weights = np.array(table[WEIGHT].to_pylist(), np.float64)
        values = np.array([table[key].to_pylist() for key in keys], np.float64).T.reshape(
            len(weights), len(keys)
        )
        about = json.loads((table.schema.metadata or {}).get(ABOUT, b"{}"))
    except (OSError, KeyError, ValueError, TypeError, pa.ArrowException) as error:
        raise UsageError(f"--posterior {path}: is no posterior that borderflow wrote ({error})") from None
    sound = (
        len(weights)
        and len(keys)
        and np.isfinite(values).all()
        and (weights >= 0).all()
        and weights.sum() > 0
    )
    if not sound:
        raise UsageError(f"--posterior {path}: allowed: finite values and weights of 0 and more, some above")
    return Posterior(keys, values, weights / weights.sum(), about)
