"""A plan of a sweep: which scenario, what varies, how points are chosen, how often each is run.

scenario = "night-3-november"
seed = 1
replications = 10
design = "grid"                      # or latin-hypercube, sobol, list
samples = 64                         # latin-hypercube and sobol
points = "points.csv"                # list: one column a key
outcomes = ["attempts", "died"]
by_sector = true                     # keep some measures sector by sector, too
posterior = "posterior.parquet"      # each replication takes a parameter set from it

[levers]                             # what somebody could decide
"levers.column-250.persons" = [100, 250, 500]

[uncertainties]                      # what nobody knows
"sectors.*.restraint" = { low = 0.2, high = 1.0, values = 3 }
"""

from __future__ import annotations

import csv
import itertools
import json
import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sim.foundation.errors import UsageError
from sim.record.measures import DESCRIBED

Design = Literal["grid", "latin-hypercube", "sobol", "list"]
DESIGNS = ("grid", "latin-hypercube", "sobol", "list")
MOST_POINTS = 1_000_000
KEYS = {
    "scenario",
    "seed",
    "replications",
    "design",
    "samples",
    "points",
    "outcomes",
    "by_sector",
    "posterior",
    "levers",
    "uncertainties",
}


@dataclass(frozen=True, slots=True)
class Axis:
    """One key of a scenario that varies: named values, or a range (with how many values of it in a grid)."""

    key: str
    values: tuple[str, ...] = ()
    low: float = math.nan
    high: float = math.nan
    count: int = 0
    role: Literal["lever", "uncertainty"] = "lever"

    def at(self, u: float) -> str:
        """The value at a share of the range, or of the list of values."""
        if self.values:
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        return repr(self.low + u * (self.high - self.low))

    @property
    def grid(self) -> tuple[str, ...]:
        """The values of a grid. Raises `UsageError` for a range that does not say how many."""
        if self.values:
            return self.values
        if self.count < 2:
            raise UsageError(f"{self.key}: a grid needs how many values of the range, as in {self.key}=2:8:4")
        step = (self.high - self.low) / (self.count - 1)
        return tuple(_plain(self.low + i * step) for i in range(self.count))


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


Point = dict[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that says which jobs a sweep consists of."""

    scenario: str
    axes: tuple[Axis, ...]
    seed: int = 0
    replications: int = 10
    design: Design = "grid"
    samples: int = 0
    listed: tuple[tuple[tuple[str, str], ...], ...] = ()
    outcomes: tuple[str, ...] = ()
    by_sector: bool = False
    posterior: str = ""

    def points(self) -> Iterator[Point]:
        """The points of the design: a value, as a scenario file writes it, for every key."""
        if self.design == "list":
            yield from (dict(point) for point in self.listed)
        elif self.design == "grid":
            for values in itertools.product(*(axis.grid for axis in self.axes)):
                yield dict(zip((axis.key for axis in self.axes), values, strict=True))
        else:
            for shares in _sample(self.design, len(self.axes), self.samples, self.seed):
                yield {axis.key: axis.at(float(u)) for axis, u in zip(self.axes, shares, strict=True)}

    @property
    def size(self) -> int:
        """How many points there are."""
        if self.design == "grid":
            return math.prod(len(axis.grid) for axis in self.axes)
        return len(self.listed) if self.design == "list" else self.samples

    def text(self) -> str:
        """The plan as JSON, as a store keeps it."""
        return json.dumps(asdict(self), indent=1) + "\n"


def _sample(design: str, axes: int, samples: int, seed: int) -> Any:
    """Points of the unit cube by SciPy's quasi-Monte Carlo, scrambled by the plan's seed."""
    from scipy.stats import qmc

    kind = qmc.Sobol if design == "sobol" else qmc.LatinHypercube
    return kind(axes, rng=seed).random(samples)


def checked(plan: Plan) -> Plan:
    """The plan, if it can be carried out. Raises `UsageError` with every fault."""
    faults = []
    if plan.design not in DESIGNS:
        faults.append(f"design: found {plan.design!r}, allowed: {', '.join(DESIGNS)}")
    if not plan.axes and plan.design != "list":
        faults.append("nothing varies: name at least one key")
    if plan.design in ("latin-hypercube", "sobol") and not 1 <= plan.samples <= MOST_POINTS:
        faults.append(f"samples: found {plan.samples}, allowed: 1 to {MOST_POINTS:,}")
    if plan.design == "sobol" and plan.samples & (plan.samples - 1):
        faults.append(f"samples: found {plan.samples}; a Sobol sequence needs a power of two")
    if plan.replications < 1:
        faults.append(f"replications: found {plan.replications}, allowed: 1 or more")
    keys = [axis.key for axis in plan.axes]
    faults += [f"{key} varies twice" for key in sorted(set(keys)) if keys.count(key) > 1]
    faults += [
        f"outcomes: found {name!r}, which is no measure" for name in plan.outcomes if name not in DESCRIBED
    ]
    if not faults and plan.size > MOST_POINTS:
        faults.append(f"{plan.size:,} points, allowed: {MOST_POINTS:,}")
    if faults:
        raise UsageError("\n".join(["the plan cannot be carried out", *(f"  {fault}" for fault in faults)]))
    return plan


def axis_of(text: str) -> Axis:
    """An axis as the command line writes it: key=a,b,c (values), key=low:high:n (a grid), key=low:high (a range).

    >>> axis_of("sectors.*.teams=2:8:4").grid
    ('2', '4', '6', '8')
    """
    key, equals, values = text.partition("=")
    if not equals or not key.strip() or not values.strip():
        raise UsageError(f"--vary {text}: allowed: KEY=a,b,c or KEY=low:high:n or KEY=low:high")
    parts = values.split(":")
    if len(parts) in (2, 3) and all(_number(part) is not None for part in parts):
        low, high = float(parts[0]), float(parts[1])
        count = int(float(parts[2])) if len(parts) == 3 else 0
        if not low < high:
            raise UsageError(f"--vary {text}: the range begins at {low:g} and ends at {high:g}")
        return Axis(key.strip(), low=low, high=high, count=count)
    return Axis(key.strip(), tuple(value.strip() for value in values.split(",")))


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def read_plan(path: Path) -> Plan:
    """A plan from a TOML file. Raises `UsageError` with what is wrong."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as a plan: {error}") from None
    if isinstance(content.get("scenario"), dict):
        raise UsageError(f"{path} is a scenario: say what varies, as in --vary KEY=values, or name a plan")
    unknown = sorted(set(content) - KEYS)
    if unknown:
        raise UsageError(f"{path}: unknown {', '.join(unknown)}; allowed: {', '.join(sorted(KEYS))}")
    if not isinstance(content.get("scenario"), str):
        raise UsageError(f"{path}: scenario is missing: the name of a shipped one, or a file")
    roles: tuple[tuple[Any, Any], ...] = (("levers", "lever"), ("uncertainties", "uncertainty"))
    axes = tuple(
        _axis_of_table(str(key), value, role, path)
        for table, role in roles
        for key, value in content.get(table, {}).items()
    )
    listed = _listed(path.parent / content["points"]) if content.get("design") == "list" else ()
    return checked(
        Plan(
            scenario=_beside(path, content["scenario"]), axes=axes, seed=content.get("seed", 0),
            replications=content.get("replications", 10), design=content.get("design", "grid"),
            samples=content.get("samples", 0), listed=listed, outcomes=tuple(content.get("outcomes", ())),
            by_sector=content.get("by_sector", False), posterior=_posterior(path, content.get("posterior", "")),
        )
    )  # fmt: skip


def _posterior(path: Path, name: str) -> str:
    return _beside(path, name) if name else ""


def _beside(path: Path, scenario: str) -> str:
    beside = path.parent / scenario
    return str(beside) if beside.is_file() else scenario


def _axis_of_table(key: str, value: Any, role: Any, path: Path) -> Axis:
    if isinstance(value, list) and value:
        return Axis(key, tuple(_toml(v) for v in value), role=role)
    if (
        isinstance(value, dict)
        and {"low", "high"} <= set(value) <= {"low", "high", "values"}
        and value["low"] < value["high"]
    ):
        return Axis(
            key,
            low=float(value["low"]),
            high=float(value["high"]),
            count=int(value.get("values", 0)),
            role=role,
        )
    raise UsageError(f"{path}: {key}: allowed: a list of values, or {{ low = ..., high = ..., values = n }}")


def _toml(value: Any) -> str:
    """A value of a plan as `--set` takes it."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _listed(path: Path) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Points from a CSV, one column a key."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [tuple(row.items()) for row in csv.DictReader(file)]
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read as points: {error}") from None
    if not rows or any(key is None or value is None for row in rows for key, value in row):
        raise UsageError(
            f"{path}: every row needs a value for every key of the header, and there must be a row"
        )
    return tuple(rows)


def plan_of(
    scenario: str, vary: Sequence[str], *, seed: int, replications: int, design: Design, samples: int,
    by_sector: bool = False, posterior: str = "",
) -> Plan:  # fmt: skip
    """A plan from the command line."""
    axes = tuple(axis_of(text) for text in vary)
    return checked(
        Plan(
            scenario, axes, seed=seed, replications=replications, design=design, samples=samples,
            by_sector=by_sector, posterior=posterior,
        )
    )  # fmt: skip
