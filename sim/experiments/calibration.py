"""A calibration file: which numbers of a scenario are free, what was known of them before, and which figures they are fitted to.

scenario = "belarus-eu-2021"
fit_until = 2021-11-01               # figures whose days end by then are fitted; later ones are out of sample
level_shift = 2021-11-13             # a date that the naive forecasts are given; without it the end of the fit
seed = 1
population = 200                     # parameter sets of a generation
tolerance = 1.0                      # a typical miss, in standard deviations of the error model, that is let pass

[free.arrivals]                      # KEY sets a number, KEY* multiplies the scenario's own
key = "routes.*.people_per_day*"
prior = { dist = "lognormal", median = 1.0, log_sd = 0.5 }
label = "arrivals, times the scenario's"
source = "..."

[series.poland-attempts]             # a [recorded.*] table of the scenario
log_sd = 0.15                        # how far an account may be off, as a standard deviation of its logarithm
floor = 20.0                         # counts of this order and below are compared by difference, not by ratio
source = "..."

[evidence]                           # by which series scenarios are told apart (borderflow accounts), by name
uncontested = ["germany-entries", "deaths-all"]

[shares.poland-2021]                 # recorded shares of sectors in the attempts that a party counts: shown, not fitted
party = "poland_guard"
start = 2021-07-01
end = 2022-01-01
recorded = { michalowo = 0.138 }
source = "..."
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.observed import Figure, Gauge
from sim.foundation.errors import ScenarioError, UsageError
from sim.scenario.files import shipped_calibration
from sim.scenario.load import digest, load, varied
from sim.scenario.schema import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_FREE = 12
FAR = 4.0
"""How many standard deviations of a prior are tried as a scenario when a file is read."""
NEVER_FITTED = "D"
"""A party to the dispute, or an outlet close to one: a claim."""
KEYS = {
    "scenario",
    "fit_until",
    "level_shift",
    "seed",
    "population",
    "tolerance",
    "sets",
    "free",
    "series",
    "evidence",
    "shares",
}


@dataclass(frozen=True, slots=True)
class Prior:
    """What was known of a number: lognormal (a = median, b = log_sd), uniform (a = low, b = high), logitnormal (median, logit_sd)."""

    dist: str
    a: float
    b: float

    def value(self, z: float) -> float:
        """The quantile at the normal probability of `z`: a standard normal `z` gives a draw.

        >>> Prior("lognormal", 2.0, 0.5).value(0.0), Prior("uniform", 1.0, 3.0).value(0.0)
        (2.0, 2.0)
        """
        if self.dist == "lognormal":
            return self.a * math.exp(self.b * z)
        if self.dist == "uniform":
            return self.a + (self.b - self.a) * 0.5 * math.erfc(-z / math.sqrt(2.0))
        return 1.0 / (1.0 + (1.0 - self.a) / self.a * math.exp(-self.b * z))

    def narrower(self, factor: float) -> Prior:
        """The same median, the width times a factor."""
        if self.dist == "uniform":
            middle, half = (self.a + self.b) / 2.0, factor * (self.b - self.a) / 2.0
            return Prior(self.dist, middle - half, middle + half)
        return Prior(self.dist, self.a, factor * self.b)

    def __str__(self) -> str:
        low, middle, high = (self.value(z) for z in (-1.96, 0.0, 1.96))
        return f"{self.dist}, {middle:.3g} ({low:.3g} to {high:.3g})"


@dataclass(frozen=True, slots=True)
class Free:
    """A number that is free: its key (one that ends in `*` multiplies), and its prior with the source."""

    name: str
    key: str
    prior: Prior
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """A binding of the scenario that is fitted, and how far the account may be off."""

    binding: str
    log_sd: float
    floor: float
    source: str


@dataclass(frozen=True, slots=True)
class Shares:
    """Recorded shares of sectors in the attempts that a party counts over the days [start, end)."""

    party: str
    start: date
    end: date
    recorded: tuple[tuple[str, float], ...]
    source: str


@dataclass(frozen=True)
class Calibration:
    """What a calibration file says, checked against its scenario.

    `figures` are all figures that the scenario is laid beside, `errors` (figures, 2) their log_sd and floor (NaN where no
    error model is given), `fitted` the indices of those that are fitted.
    """

    scenario: Scenario
    fit_until: date
    level_shift: date
    seed: int
    population: int
    tolerance: float
    free: tuple[Free, ...]
    series: tuple[Fitted, ...]
    evidence: tuple[tuple[str, tuple[str, ...]], ...]
    shares: tuple[Shares, ...]
    figures: tuple[Figure, ...]
    errors: Floats
    fitted: Ints

    def sets_at(self, z: Sequence[float] | Floats) -> tuple[str, ...]:
        """The changes of the scenario at a point in standard normal coordinates, one for each free number."""
        return tuple(f"{f.key}={f.prior.value(float(x))!r}" for f, x in zip(self.free, z, strict=True))

    def values_at(self, z: Floats) -> Floats:
        """Free numbers at points, of shape (points, free)."""
        return np.array([[f.prior.value(float(x)) for f, x in zip(self.free, row, strict=True)] for row in z])

    @property
    def recorded(self) -> Floats:
        """What was recorded, for every figure."""
        return np.array([figure.point.value for figure in self.figures])

    def misses(self, simulated: Floats, recorded: Floats | None = None, of: Ints | None = None) -> Floats:
        """By how many standard deviations of the error model each figure is missed, of shape (..., figures).

        Those of the fit, or figures `of` some indices, all of which need an error model.
        """
        chosen = self.fitted if of is None else of
        log_sd, floor = self.errors[chosen].T
        aim = (self.recorded if recorded is None else recorded)[..., chosen]
        return (np.log(simulated[..., chosen] + floor) - np.log(aim + floor)) / log_sd

    def distance(self, simulated: Floats, recorded: Floats | None = None, of: Ints | None = None) -> Floats:
        """The root mean square of the misses: 1 is an account as far off as the error model expects."""
        return np.sqrt((self.misses(simulated, recorded, of) ** 2).mean(axis=-1))

    def figures_of(self, bindings: Sequence[str]) -> Ints:
        """The indices of all figures of some series, fitted or not, that are no party's claim (grade D).

        Raises `UsageError` for a series without an error model.
        """
        unknown = [name for name in bindings if name not in {s.binding for s in self.series}]
        if unknown:
            raise UsageError(
                f"series: {', '.join(unknown)} has no error model; there are: {', '.join(s.binding for s in self.series)}"
            )
        return np.array(
            [
                i
                for i, f in enumerate(self.figures)
                if f.binding in bindings and f.point.grade != NEVER_FITTED
            ],
            np.int64,
        )

    def narrower(self, factor: float) -> Calibration:
        """The same with priors whose widths are multiplied by a factor, about the same medians."""
        return replace(self, free=tuple(replace(f, prior=f.prior.narrower(factor)) for f in self.free))

    def reported(self, simulated: Floats, luck: np.random.Generator) -> Floats:
        """What a party might report that misses the account as the error model says: drawn for every figure that has one."""
        log_sd, floor = np.nan_to_num(self.errors).T
        drawn = (simulated + floor) * np.exp(log_sd * luck.standard_normal(simulated.shape)) - floor
        return np.maximum(0.0, drawn)

    def short(self) -> Calibration:
        """The same with a scenario that ends where the fit does: the same past, in less time."""
        world = varied(self.scenario, [f"scenario.end={min(self.fit_until, self.scenario.scenario.end)}"])
        figures, errors, fitted = _laid_beside(world, self.series, self.fit_until)
        return replace(self, scenario=world, figures=figures, errors=errors, fitted=fitted)

    @property
    def digest(self) -> str:
        """A hash of everything that moves a result, for naming what belongs together."""
        words = [digest(self.scenario), str(self.fit_until), str(self.seed), str(self.population)]
        words += [repr((f.key, f.prior)) for f in self.free] + [repr(s) for s in self.series]
        return hashlib.sha256("|".join(words).encode()).hexdigest()


def read_calibration(path: Path, scenario: str | None = None, sets: Sequence[str] = ()) -> Calibration:
    """A calibration from a TOML file, or the shipped one of that name, for its own scenario or another of the same shape.

    Raises `UsageError` with every fault.
    """
    path = path if path.suffix else shipped_calibration(path.name) or path
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as a calibration: {error}") from None
    told = content.get("scenario")
    if (
        not isinstance(told, str)
        or not isinstance(content.get("free"), dict)
        or not isinstance(content.get("series"), dict)
    ):
        raise UsageError(
            f"{path} is no calibration: it needs scenario, at least one [free.NAME] and one [series.NAME]"
        )
    beside = path.parent / told
    named = scenario or (str(beside) if beside.is_file() else told)
    return checked(content, load(named, sets=[*content.get("sets", ()), *sets]), path.name)


def checked(content: Mapping[str, Any], world: Scenario, name: str) -> Calibration:
    """The calibration that a file's content makes for a scenario. Raises `UsageError` with every fault."""
    faults = [f"{key}: unknown; allowed: {', '.join(sorted(KEYS))}" for key in sorted(set(content) - KEYS)]
    fit_until = _day(content, "fit_until", world.scenario.end, faults)
    level_shift = _day(content, "level_shift", fit_until, faults)
    seed = _whole(content, "seed", 0, 0, 2**63, faults)
    population = _whole(content, "population", 200, 10, 100_000, faults)
    tolerance = _number(content, "tolerance", 1.0, "tolerance", faults)
    free = [_free(key, table, faults) for key, table in content["free"].items()]
    series = [_fitted(key, table, world, faults) for key, table in content["series"].items()]
    evidence = _evidence(content.get("evidence", {}), [s.binding for s in series], faults)
    shares = [_shares(key, table, world, faults) for key, table in content.get("shares", {}).items()]
    if not 1 <= len(free) <= MOST_FREE:
        faults.append(f"free: found {len(free)} numbers, allowed: 1 to {MOST_FREE}")
    if not faults:
        for z in (-FAR, 0.0, FAR):
            for f in free:
                faults += _tried(world, f, z)
    if faults:
        raise UsageError(
            "\n".join([f"{name} cannot be used", *(f"  {fault}" for fault in dict.fromkeys(faults))])
        )
    figures, errors, fitted = _laid_beside(world, series, fit_until)
    if not len(fitted):
        raise UsageError(f"{name} cannot be used\n  series: no figure of them lies in days up to {fit_until}")
    return Calibration(
        world, fit_until, level_shift, seed, population, tolerance, tuple(free), tuple(series), evidence, tuple(shares),
        figures, errors, fitted,
    )  # fmt: skip


def _laid_beside(
    world: Scenario, series: Sequence[Fitted], fit_until: date
) -> tuple[tuple[Figure, ...], Floats, Ints]:
    """The figures that a scenario is laid beside, their error models, and which of them are fitted."""
    figures = Gauge(world).figures
    by_binding = {s.binding: (s.log_sd, s.floor) for s in series}
    errors = np.array([by_binding.get(f.binding, (math.nan, math.nan)) for f in figures]).reshape(-1, 2)
    fitted = [
        i
        for i, f in enumerate(figures)
        if f.binding in by_binding and f.point.end <= fit_until and f.point.grade != NEVER_FITTED
    ]
    return figures, errors, np.array(fitted, np.int64)


def _tried(world: Scenario, free: Free, z: float) -> list[str]:
    """What a scenario at an end of a prior is refused for."""
    try:
        varied(world, [f"{free.key}={free.prior.value(z)!r}"])
    except ScenarioError as error:
        return [
            f"free.{free.name}: the prior reaches {free.prior.value(z):.4g}: {fault}"
            for fault in error.faults[:1]
        ]
    return []


def _evidence(
    table: Any, series: Sequence[str], faults: list[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Series that scenarios are told apart by, by name; all of them where nothing is said."""
    if not table:
        return (("all series", tuple(series)),)
    if not isinstance(table, dict) or not all(
        isinstance(v, list) and v and set(v) <= set(series) for v in table.values()
    ):
        faults.append(f"evidence: found {table!r}, allowed: names, each with a list of {', '.join(series)}")
        return ()
    return tuple((str(name), tuple(v)) for name, v in table.items())


def _shares(name: str, table: Any, world: Scenario, faults: list[str]) -> Shares:
    where = f"shares.{name}"
    table = table if isinstance(table, dict) else {}
    recorded = table.get("recorded")
    if table.get("party") not in world.parties:
        faults.append(
            f"{where}.party: found {table.get('party')!r}, allowed: {', '.join(world.parties) or 'none'}"
        )
    if not isinstance(recorded, dict) or not all(
        sector in world.sectors and isinstance(share, float) and 0.0 <= share <= 1.0
        for sector, share in recorded.items()
    ):
        faults.append(
            f"{where}.recorded: found {recorded!r}, allowed: sectors of the scenario, each with a share"
        )
        recorded = {}
    start = _day(table, "start", world.scenario.start, faults)
    end = _day(table, "end", world.scenario.end, faults)
    source = _words(table, "source", where, faults)
    return Shares(str(table.get("party")), start, end, tuple(recorded.items()), source)


def _day(content: Mapping[str, Any], key: str, default: date, faults: list[str]) -> date:
    value = content.get(key, default)
    if not isinstance(value, date):
        faults.append(f"{key}: found {value!r}, allowed: a date such as 2021-11-01")
        return default
    return value


def _whole(content: Mapping[str, Any], key: str, default: int, low: int, high: int, faults: list[str]) -> int:
    value = content.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        faults.append(f"{key}: found {value!r}, allowed: a whole number from {low} to {high}")
        return default
    return value


def _number(
    table: Mapping[str, Any], key: str, default: float | None, where: str, faults: list[str]
) -> float:
    """A number above zero."""
    value = table.get(key, default)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not (math.isfinite(value) and value > 0)
    ):
        faults.append(f"{where}: found {value!r}, allowed: a number above 0")
        return 1.0
    return float(value)


def _words(table: Mapping[str, Any], key: str, where: str, faults: list[str]) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or not value.strip():
        faults.append(f"{where}.{key}: is missing; allowed: some words")
        return ""
    return value


PRIORS = {
    "lognormal": ("median", "log_sd"),
    "uniform": ("low", "high"),
    "logitnormal": ("median", "logit_sd"),
}


def _free(name: str, table: Any, faults: list[str]) -> Free:
    where = f"free.{name}"
    table = table if isinstance(table, dict) else {}
    faults += [
        f"{where}.{key}: unknown; allowed: key, prior, label, source"
        for key in sorted(set(table) - {"key", "prior", "label", "source"})
    ]
    return Free(
        name, _words(table, "key", where, faults), _prior(table.get("prior"), where, faults),
        table.get("label", name), _words(table, "source", where, faults),
    )  # fmt: skip


def _prior(table: Any, where: str, faults: list[str]) -> Prior:
    dist = table.get("dist") if isinstance(table, dict) else None
    if dist not in PRIORS or set(table) != {"dist", *PRIORS[dist]}:
        allowed = "; ".join(f'{{ dist = "{d}", {a} = ..., {b} = ... }}' for d, (a, b) in PRIORS.items())
        faults.append(f"{where}.prior: found {table!r}, allowed: {allowed}")
        return Prior("uniform", 0.0, 1.0)
    first, second = PRIORS[dist]
    if dist == "uniform":
        low, high = (table[key] for key in (first, second))
        if (
            not all(
                isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x)
                for x in (low, high)
            )
            or low >= high
        ):
            faults.append(f"{where}.prior: found {low!r} to {high!r}, allowed: two numbers, the lower first")
            return Prior("uniform", 0.0, 1.0)
        return Prior(dist, float(low), float(high))
    a, b = (_number(table, key, None, f"{where}.prior.{key}", faults) for key in (first, second))
    if dist == "logitnormal" and not 0.0 < a < 1.0:
        faults.append(f"{where}.prior.median: found {a!r}, allowed: a share between 0 and 1")
        a = 0.5
    return Prior(dist, a, b)


def _fitted(name: str, table: Any, world: Scenario, faults: list[str]) -> Fitted:
    where = f"series.{name}"
    table = table if isinstance(table, dict) else {}
    faults += [
        f"{where}.{key}: unknown; allowed: log_sd, floor, source"
        for key in sorted(set(table) - {"log_sd", "floor", "source"})
    ]
    if name not in world.recorded:
        known = ", ".join(world.recorded) or "none"
        faults.append(f"{where}: the scenario has no [recorded.{name}]; it has: {known}")
    return Fitted(
        name, _number(table, "log_sd", None, f"{where}.log_sd", faults), _number(table, "floor", 1.0, f"{where}.floor", faults),
        _words(table, "source", where, faults),
    )  # fmt: skip
