"""A plan of a sweep: which scenario, what varies, how points are chosen, how often each is run.

scenario = "riverland"
seed = 1
replications = 10
design = "grid"                      # or latin-hypercube, sobol, list
samples = 64                         # latin-hypercube and sobol
points = "points.csv"                # list: one column a key
outcomes = ["attempts", "died"]
by_sector = true                     # keep some measures sector by sector, too
posterior = "posterior.parquet"      # each replication takes a parameter set from it

[levers]                             # what somebody could decide
"levers.embargo.sizes.pressure" = [0.2, 0.6, 1.0]

[uncertainties]                      # what nobody knows
"sectors.*.restraint" = { low = 0.2, high = 1.0, values = 3 }
"""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from sim.core.bounds import MOST_JOBS, MOST_POINTS, MOST_REPLICATIONS, MOST_SEED, in_digits
from sim.core.errors import InputError, ScenarioError, UsageError
from sim.record.measures import DESCRIBED, may_be_of_extension
from sim.scenario.files.changes import in_toml, takes_whole_numbers
from sim.scenario.files.scenario_files import label_of, shown
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.inputs.input_file import Reading, beside, is_of_the_name, read_input
from sim.scenario.inputs.plan_file import Design, PlanFile, Range
from sim.scenario.inputs.points_file import Listed, read_points
from sim.scenario.load import load, unknown_keys

DESIGNS: tuple[str, ...] = get_args(Design)
RANDOM = ("latin-hypercube", "sobol")
Role = Literal["lever", "uncertainty"]
TABLES: dict[Role, str] = {"lever": "levers", "uncertainty": "uncertainties"}
"""In which table of a plan a key stands."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One key of a scenario that varies: named values, or a range (with how many values of it in a grid).

    A key that holds a whole number takes whole numbers alone, each of a range as often as the others.
    """

    key: str
    values: tuple[str, ...] = ()
    low: float = math.nan
    high: float = math.nan
    count: int = 0
    role: Role = "lever"

    @property
    def is_whole(self) -> bool:
        """Whether it is a range of whole numbers."""
        return not self.values and takes_whole_numbers(self.key)

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last whole number of the range."""
        return math.ceil(self.low), math.floor(self.high)

    def at(self, u: float) -> str:
        """The value at a share of the range, or of the list of values.

        >>> teams = Axis("sectors.*.teams", low=1, high=9)
        >>> restraint = Axis("sectors.*.restraint", low=0.0, high=1.0)
        >>> teams.at(0.5), restraint.at(0.5)
        ('5', '0.5')
        """
        if self.values:
            # u may be 1 after rounding.
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        if self.is_whole:
            low, high = self.ends
            # Cut into equal cells and not rounded: rounding would give the two ends half the share of the
            # others.
            return str(min(low + int(u * (high - low + 1)), high))
        return repr(self.low + u * (self.high - self.low))

    def nearest(self, value: float) -> str:
        """A value of the range as a scenario file writes it, whole where the key is."""
        if not self.is_whole:
            return repr(value)
        low, high = self.ends
        # Not `round`, which takes halves to the even number; kept in the range, whose ends need not be whole.
        return str(min(max(math.floor(value + 0.5), low), high))

    @property
    def size(self) -> int:
        """How many values a grid takes of it."""
        return len(self.values) or self.count

    @property
    def grid(self) -> tuple[str, ...]:
        """The values of a grid."""
        if self.values:
            return self.values
        step = (self.high - self.low) / (self.count - 1)
        return tuple(_plain(self.low + i * step) for i in range(self.count))


def _plain(value: float) -> str:
    # From 2**53 (9e15) on a float does not hold every whole number: its digits would promise more than it
    # has.
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
    listed: Listed = ()
    outcomes: tuple[str, ...] = ()
    by_sector: bool = False
    posterior: str = ""

    def points(self) -> Iterator[Point]:
        """The points of the design, each once: a value, as a scenario file writes it, for every key."""
        keys = [axis.key for axis in self.axes]
        if self.design == "list":
            yield from (dict(point) for point in self.listed)
        elif self.design == "grid":
            for values in itertools.product(*(axis.grid for axis in self.axes)):
                yield dict(zip(keys, values, strict=True))
        else:
            yield from (dict(zip(keys, values, strict=True)) for values in self._drawn())

    def _drawn(self) -> Counter[tuple[str, ...]]:
        """The values of a random design, and how often each point comes:
        listed values and whole numbers may come again."""
        # From the plan's seed: a store that is gone on with must find the same points.
        shares = _sample(self.design, len(self.axes), self.samples, self.seed)
        # In the order of their first draw, so that the number of a point stays when the design is drawn
        # again.
        return Counter(
            tuple(axis.at(float(u)) for axis, u in zip(self.axes, row, strict=True)) for row in shares
        )

    @property
    def weights(self) -> list[int]:
        """How often the design takes each point: 1 but in a random design of few values."""
        return list(self._drawn().values()) if self.design in RANDOM else [1] * self.size

    @property
    def size(self) -> int:
        """How many points there are."""
        if self.design == "grid":
            return math.prod(axis.size for axis in self.axes)
        if self.design == "list":
            return len(self.listed)
        # Points of a continuous range are all different; a million need not be drawn to be counted.
        return len(self._drawn()) if any(axis.values or axis.is_whole for axis in self.axes) else self.samples

    def text(self) -> str:
        """The plan as JSON, as a store keeps it."""
        return json.dumps(asdict(self), indent=1) + "\n"


def _sample(design: str, axes: int, samples: int, seed: int) -> Any:
    """Points of the unit cube by SciPy's quasi-Monte Carlo, scrambled by the plan's seed."""
    from scipy.stats import qmc

    kind = qmc.Sobol if design == "sobol" else qmc.LatinHypercube
    return kind(axes, rng=seed).random(samples)


class PlanFault(NamedTuple):
    """Why a plan cannot be carried out: the key of the plan, what is wrong, what was found,
    what is allowed, the nearest name."""

    path: KeyPath
    problem: str
    found: str = ""
    allowed: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        said = [f"found {self.found}"] if self.found else []
        said += [f"allowed: {self.allowed}"] if self.allowed else []
        key = next(step for step in reversed(self.path) if isinstance(step, str))
        nearest = [f"did you mean '{self.nearest}'?"] if self.nearest else []
        return f"{key}: " + "; ".join(
            [*([self.problem] if self.problem else []), ", ".join(said), *nearest]
        ).strip("; ")


def faults_of(plan: Plan, broken: AbstractSet[str] = frozenset()) -> list[PlanFault]:
    """Why a plan cannot be carried out, if it cannot;
    `broken` are keys of its file whose faults are reported already."""
    faults = [*_wrong_numbers(plan)]
    if "design" not in broken:
        # A faulty table leaves the plan without axes: that nothing varies is then no second fault.
        tables = broken & {"levers", "uncertainties"}
        faults += [
            f
            for f in _wrong_design(plan)
            if f.path[0] not in broken and not (tables and f.path[0] == "levers")
        ]
    for axis in plan.axes:
        faults += _wrong_range(axis) or ([] if "design" in broken else _wrong_axis(plan, axis))
    keys = [axis.key for axis in plan.axes]
    for axis in {a.key: a for a in plan.axes if keys.count(a.key) > 1}.values():
        faults.append(PlanFault((TABLES[axis.role], axis.key), "varies twice", allowed="each key once"))
    for n, name in enumerate(plan.outcomes):
        if name not in DESCRIBED and not may_be_of_extension(name):
            nearest = next(iter(get_close_matches(name[:100], DESCRIBED, 1)), "")
            faults.append(
                PlanFault(("outcomes", n), "is no measure", shown(name), "names of measures", nearest)
            )
    # Last: a size is made of numbers that may themselves be faults, and drawing a faulty design may not end.
    if not faults and not broken:
        faults += _too_much(plan)
    return faults


def _wrong_numbers(plan: Plan) -> Iterator[PlanFault]:
    if not 0 <= plan.seed <= MOST_SEED:
        yield PlanFault(("seed",), "", in_digits(plan.seed), "0 to 2**64 - 1")
    if not 1 <= plan.replications <= MOST_REPLICATIONS:
        yield PlanFault(("replications",), "", in_digits(plan.replications), f"1 to {MOST_REPLICATIONS:,}")


def _wrong_design(plan: Plan) -> Iterator[PlanFault]:
    """A design that there is not, or that lacks what it needs, or is given what belongs to another."""
    if plan.design not in DESIGNS:
        yield PlanFault(("design",), "", repr(shown(plan.design)), ", ".join(DESIGNS))
    elif plan.design in RANDOM and not 1 <= plan.samples <= MOST_POINTS:
        yield PlanFault(("samples",), "", in_digits(plan.samples), f"1 to {MOST_POINTS:,}")
    elif plan.design not in RANDOM and plan.samples:
        yield PlanFault(("samples",), f"belongs to design = {' or '.join(RANDOM)}", in_digits(plan.samples))
    # Only the first 2^m points of a Sobol sequence fill the cube evenly.
    elif plan.design == "sobol" and plan.samples & (plan.samples - 1):
        yield PlanFault(("samples",), "a Sobol sequence needs a power of two", in_digits(plan.samples))
    if plan.design == "list" and plan.axes:
        yield PlanFault((TABLES[plan.axes[0].role],), "has no place where points are listed")
    elif plan.design == "list" and not plan.listed:
        yield PlanFault(("points",), "is missing", allowed="a CSV file, one column a key (in a plan)")
    elif plan.design != "list" and not plan.axes:
        yield PlanFault(
            ("levers",), "nothing varies", allowed="at least one key under [levers] or [uncertainties]"
        )


def _wrong_range(axis: Axis) -> list[PlanFault]:
    """A range that is none, whatever the design."""
    # The difference of two finite ends may be infinite, and so every value between.
    if axis.values or (math.isfinite(axis.high - axis.low) and axis.low < axis.high):
        return []
    path, found = (TABLES[axis.role], axis.key), f"{axis.low:g} to {axis.high:g}"
    return [PlanFault(path, "the range does not end above its beginning", found, "low below high")]


def _wrong_axis(plan: Plan, axis: Axis) -> Iterator[PlanFault]:
    """A range that has no values for its design."""
    path = (TABLES[axis.role], axis.key)
    if axis.values or plan.design == "list":
        return
    if plan.design == "grid" and not 2 <= axis.count <= MOST_POINTS:
        found = in_digits(axis.count) if axis.count else ""
        yield PlanFault(
            path,
            "a grid needs how many values of the range",
            found,
            f"2 to {MOST_POINTS:,}, as in {axis.key}=2:8:4 or values = 4",
        )
    elif axis.is_whole and axis.ends[0] >= axis.ends[1]:
        yield PlanFault(
            path, "the range holds fewer than two whole numbers", f"{axis.low:g} to {axis.high:g}"
        )
    elif (
        axis.is_whole
        and plan.design == "grid"
        and not all(value.lstrip("-").isdecimal() for value in axis.grid)
    ):
        yield PlanFault(
            path,
            "the key takes whole numbers, and the steps of this grid are not whole",
            ", ".join(axis.grid[:4]),
        )


def _too_much(plan: Plan) -> Iterator[PlanFault]:
    if plan.size > MOST_POINTS:
        yield PlanFault(("points",), "the design has too many", in_digits(plan.size), f"{MOST_POINTS:,}")
    elif plan.size * plan.replications > MOST_JOBS:
        found = f"{plan.size:,} points of {plan.replications:,} replications"
        yield PlanFault(("replications",), "too many runs in all", found, f"{MOST_JOBS:,}")


def checked(plan: Plan) -> Plan:
    """The plan, if it can be carried out. Raises `UsageError` with every fault."""
    if faults := faults_of(plan):
        raise UsageError("\n".join(["the plan cannot be carried out", *(f"  {fault}" for fault in faults)]))
    return plan


def axis_of(text: str) -> Axis:
    """An axis as the command line writes it: key=a,b,c (values), key=low:high:n (a grid),
    key=low:high (a range).

    >>> axis_of("sectors.*.teams=2:8:4").grid
    ('2', '4', '6', '8')
    """
    key, equals, values = text.partition("=")
    if not equals or not key.strip() or not values.strip():
        raise UsageError(f"--vary {shown(text)}: allowed: KEY=a,b,c or KEY=low:high:n or KEY=low:high")
    parts = values.split(":")
    numbers = [_number(part) for part in parts]
    if len(parts) not in (2, 3) or None in numbers:
        return Axis(key.strip(), tuple(value.strip() for value in values.split(",")))
    low, high, count = (*(n for n in numbers if n is not None), 0.0)[:3]
    if not (low < high and math.isfinite(high - low)):
        raise UsageError(f"--vary {shown(text)}: the range begins at {low:g} and ends at {high:g}")
    if len(parts) == 3 and not (2 <= count <= MOST_POINTS and count == int(count)):
        raise UsageError(f"--vary {shown(text)}: found {parts[2]} values, allowed: 2 to {MOST_POINTS:,}")
    return Axis(key.strip(), low=low, high=high, count=int(count))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def read_plan(path: Path) -> Plan:
    """A plan from a TOML file. Raises `InputError` with every fault, `UsageError` for a scenario."""
    reading = read_input(path, "plan", PlanFile)
    # Both files are TOML and have `scenario`: in a plan it is a name, in a scenario a table.
    if isinstance(reading.where.layers[0].table.get("scenario"), dict):
        raise UsageError(
            f"{reading.where.label} is a scenario: say what varies, as in --vary KEY=values, or name a plan"
        )
    # What can be read is checked even where an entry is faulty: one report has all faults.
    content = reading.content or reading.whole()
    plan = _plan_in(content, path, reading)
    broken = {fault.key.partition(".")[0] for fault in reading.faults}
    broken |= {"points"} if any(fault.file != reading.where.label for fault in reading.faults) else set()
    for fault in faults_of(plan, broken):
        problem = fault.problem or "out of range"
        reading.fault(fault.path, problem, found=fault.found, allowed=fault.allowed, nearest=fault.nearest)
    _check_scenario(reading, plan, path.parent / (content.points or ""))
    reading.close()
    return plan


def _check_scenario(reading: Reading[PlanFile], plan: Plan, points: Path) -> None:
    """That the scenario is there and has the keys that vary. What else is wrong with it, or with a point,
    is reported when the points are tried: values of one point may need one another."""
    try:
        scenario = load(plan.scenario)
    except ScenarioError as error:
        about_the_name = [fault for fault in error.faults if is_of_the_name(fault, plan.scenario)]
        if about_the_name:
            reading.refused(("scenario",), ScenarioError(tuple(about_the_name)), plan.scenario)
        return
    for axis in plan.axes:
        # Only whether the key is there: whether a value fits is asked point by point.
        value = axis.values[0] if axis.values else "1"
        for fault in unknown_keys(scenario, axis.key, value):
            path = (TABLES[axis.role], axis.key)
            reading.fault(
                path, fault.problem, found=fault.found, allowed=fault.allowed, nearest=fault.nearest
            )
    for n, (key, value) in enumerate(plan.listed[0] if plan.listed else (), 1):
        for fault in unknown_keys(scenario, key, value):
            reading.faults.append(replace(fault, file=label_of(points), key=f"column {n}", line=1))


def _plan_in(file: PlanFile, path: Path, reading: Reading[PlanFile]) -> Plan:
    """The plan that a file's content makes."""
    listed: Listed = ()
    if file.points is not None and file.design != "list":
        reading.fault(("points",), 'belongs to design = "list"', found=file.points)
    elif file.points is not None:
        try:
            listed = read_points(path.parent / file.points)
        except InputError as error:
            reading.refused(("points",), error, str(path.parent / file.points))
    axes = [_axis_in(key, value, "lever") for key, value in file.levers.items()]
    axes += [_axis_in(key, value, "uncertainty") for key, value in file.uncertainties.items()]
    return Plan(
        scenario=beside(path.parent, file.scenario), axes=tuple(axes), seed=file.seed,
        replications=file.replications,
        design=file.design, samples=file.samples or 0, listed=listed, outcomes=file.outcomes,
        by_sector=file.by_sector,
        posterior=beside(path.parent, file.posterior) if file.posterior else "",
    )  # fmt: skip


def _axis_in(key: str, value: Any, role: Role) -> Axis:
    if isinstance(value, Range):
        return Axis(key, low=value.low, high=value.high, count=value.values or 0, role=role)
    return Axis(key, tuple(in_toml(each) for each in value), role=role)


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
