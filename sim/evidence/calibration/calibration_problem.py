"""A calibration file: which numbers of a scenario are free, what was known of them before,
and which figures they are fitted to.

scenario = "my-river.toml"
fit_until = 2030-04-01     # figures whose days end by then are fitted; later ones are out of sample
level_shift = 2030-04-10   # a date that the naive forecasts are given; without it the end of the fit
seed = 1
population = 200           # parameter sets of a generation
tolerance = 1.0            # a typical miss, in standard deviations of the error model, that is let pass

[free.arrivals]            # KEY sets a number, KEY* multiplies the scenario's own
key = "routes.*.people_per_day*"
prior = { dist = "lognormal", median = 1.0, log_sd = 0.5 }
label = "arrivals, times the scenario's"
source = "..."

[series.ministry]          # a [recorded.*] table of the scenario
log_sd = 0.15              # how far an account may be off, as a standard deviation of its logarithm
floor = 20.0               # counts of this order and below are compared by difference, not by ratio
source = "..."

[evidence]                 # by which series scenarios are told apart (borderflow accounts), by name
uncontested = ["ministry"]

sequences = "my-sequences.toml"   # above the first table: what was recorded before and after a measure, shown

[shares.spring]            # recorded shares of sectors in the attempts that a party counts: shown, not fitted
party = "norrow_watch"
start = 2030-03-01
end = 2030-05-01
recorded = { old-town = 0.38 }
source = "..."
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError, ScenarioError, UsageError
from sim.evidence.before_after import RecordedSequence, read_sequences, sequences_of
from sim.runs.recorded_counterparts import Figure, Gauge
from sim.scenario.files.layers import Layer
from sim.scenario.files.scenario_files import named_file, shown
from sim.scenario.files.schema_faults import Where
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.inputs.calibration_file import CalibrationFile, Even, FreeTable, LogNormal, SharesTable
from sim.scenario.inputs.input_file import Reading, beside, read_input, reading_of
from sim.scenario.load import digest, load, unknown_keys, varied
from sim.scenario.schema import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KIND = "calibration"
# One draw in 16,000 lies further out: such a run breaks, and is counted.
FAR = 4.0
"""How many standard deviations of a prior are tried as a scenario when a file is read."""
NEVER_FITTED = "D"
"""A party to the dispute, or an outlet close to one: a claim."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What was known of a number: lognormal (a = median, b = log_sd), uniform (a = low, b = high),
    logitnormal (median, logit_sd)."""

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
            # The normal probability of z, by erfc: exact in the tail where 1 + erf(z) loses its digits.
            return self.a + (self.b - self.a) * 0.5 * math.erfc(-z / math.sqrt(2.0))
        return 1.0 / (1.0 + (1.0 - self.a) / self.a * math.exp(-self.b * z))

    def narrower(self, factor: float) -> Prior:
        """The same median, the width times a factor."""
        if self.dist == "uniform":
            middle, half = (self.a + self.b) / 2.0, factor * (self.b - self.a) / 2.0
            return Prior(self.dist, middle - half, middle + half)
        # Narrower on the logarithm or logit, where the median stays what it is.
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

    `figures` are all figures that the scenario is laid beside, `errors` (figures, 2)
    their log_sd and floor (NaN where no error model is given), `fitted` the indices of those that are fitted.
    `sequences` are shown beside whole runs; they move no result.
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
    sequences: tuple[RecordedSequence, ...] = ()

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
        # Accounts err by a factor, so that logarithms are compared; the floor keeps counts of none finite and
        # small ones from deciding the fit.
        return (np.log(simulated[..., chosen] + floor) - np.log(aim + floor)) / log_sd

    def distance(self, simulated: Floats, recorded: Floats | None = None, of: Ints | None = None) -> Floats:
        """The root mean square of the misses: 1 is an account as far off as the error model expects."""
        # A mean and not a sum: a tolerance means the same whatever the number of figures.
        return np.sqrt((self.misses(simulated, recorded, of) ** 2).mean(axis=-1))

    def figures_of(self, bindings: Sequence[str]) -> Ints:
        """The indices of all figures of some series, fitted or not, that are no party's claim (grade D).

        Raises `UsageError` for a series without an error model.
        """
        unknown = [name for name in bindings if name not in {s.binding for s in self.series}]
        if unknown:
            raise UsageError(
                f"series: {', '.join(unknown)} has no error model; there are: "
                f"{', '.join(s.binding for s in self.series)}"
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
        """What a party might report that misses the account as the error model says:
        drawn for every figure that has one."""
        # Without an error model both are 0: the account is reported as it is.
        log_sd, floor = np.nan_to_num(self.errors).T
        drawn = (simulated + floor) * np.exp(log_sd * luck.standard_normal(simulated.shape)) - floor
        # The floor is taken off again, and may be more than what was drawn.
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
    """A calibration from a TOML file, or the shipped one of that name,
    for its own scenario or another of the same shape.

    Raises `InputError` with every fault.
    """
    path = named_file(KIND, path)
    reading = read_input(path, KIND, CalibrationFile)
    content = reading.content or reading.whole()
    named = scenario or beside(path.parent, content.scenario)
    try:
        world = load(named, sets=[*content.sets, *sets])
    except ScenarioError as error:
        reading.refused(("scenario",), error, "" if scenario else named, ("sets",))
        reading.close()
        raise
    return _calibration(reading, world, path.parent)


def checked(content: Mapping[str, Any], world: Scenario, name: str) -> Calibration:
    """The calibration that a file's content makes for a scenario. Raises `InputError` with every fault."""
    tables = {"scenario": world.name, **content}
    where = Where(name, (Layer(name, tables),), CalibrationFile)
    return _calibration(reading_of(tables, KIND, CalibrationFile, where), world, Path())


def _calibration(reading: Reading[CalibrationFile], world: Scenario, folder: Path) -> Calibration:
    """What a file of a folder says, once it agrees with its scenario."""
    file = reading.content or reading.whole()
    free = [_free(reading, name, table) for name, table in file.free.items()]
    series = [Fitted(name, table.log_sd, table.floor, table.source) for name, table in file.series.items()]
    shares = [_shares(reading, name, table, world) for name, table in file.shares.items()]
    sequences = _sequences(reading, file.sequences, world, folder)
    _check_names(reading, file, world)
    for f in free:
        for fault in unknown_keys(world, f.key, "1"):
            reading.fault(
                ("free", f.name, "key"),
                fault.problem,
                found=f.key,
                allowed=fault.allowed,
                nearest=fault.nearest,
            )
    # Only then: a wrong key would make a second fault at each of three places.
    if not reading.faults:
        # One number at a time, the others as they are in the scenario.
        for z in (-FAR, 0.0, FAR):
            for f in free:
                _try(reading, world, f, z)
    reading.close()
    fit_until = file.fit_until or world.scenario.end
    figures, errors, fitted = _laid_beside(world, series, fit_until)
    if not len(fitted):
        reading.fault(("series",), f"no figure of them lies in days up to {fit_until}")
        reading.close()
    return Calibration(
        world, fit_until, file.level_shift or fit_until, file.seed, file.population, file.tolerance,
        tuple(free), tuple(series),
        tuple(file.evidence.items()) or (("all series", tuple(file.series)),), tuple(shares), figures, errors,
        fitted, sequences,
    )  # fmt: skip


def _free(reading: Reading[CalibrationFile], name: str, table: FreeTable) -> Free:
    prior = table.prior
    if isinstance(prior, Even):
        if not (prior.low < prior.high and math.isfinite(prior.high - prior.low)):
            found = f"{prior.low!r} to {prior.high!r}"
            reading.fault(
                ("free", name, "prior", "low"),
                "the range does not end above its beginning",
                found=found,
                allowed="low below high",
            )
        made = Prior(prior.dist, prior.low, prior.high)
    elif isinstance(prior, LogNormal):
        made = Prior(prior.dist, prior.median, prior.log_sd)
    else:
        made = Prior(prior.dist, prior.median, prior.logit_sd)
    return Free(name, table.key, made, table.label or name, table.source)


def _shares(reading: Reading[CalibrationFile], name: str, table: SharesTable, world: Scenario) -> Shares:
    _one_of(reading, ("shares", name, "party"), table.party, world.parties)
    for sector in table.recorded:
        _one_of(reading, ("shares", name, "recorded", sector), sector, world.sectors)
    start, end = table.start or world.scenario.start, table.end or world.scenario.end
    if not start < end:
        reading.fault(
            ("shares", name, "end"), "is not after the start", found=end, allowed=f"a date after {start}"
        )
    return Shares(table.party, start, end, tuple(table.recorded.items()), table.source)


def _sequences(
    reading: Reading[CalibrationFile], named: str | None, world: Scenario, folder: Path
) -> tuple[RecordedSequence, ...]:
    """The recorded sequences that a file names, or those that are shipped for the scenario's case."""
    if named is None:
        return sequences_of(world)
    try:
        return read_sequences(Path(beside(folder, named)), world)
    except InputError as error:
        reading.refused(("sequences",), error)
        return ()


def _check_names(reading: Reading[CalibrationFile], file: CalibrationFile, world: Scenario) -> None:
    """Every series is recorded in the scenario, and evidence is made of series of the file."""
    for name in file.series:
        _one_of(reading, ("series", name), name, world.recorded)
    for kind, names in file.evidence.items():
        for n, name in enumerate(names):
            _one_of(reading, ("evidence", kind, n), name, file.series)


def _one_of(reading: Reading[CalibrationFile], path: KeyPath, name: str, known: Collection[str]) -> None:
    """Note a name that is not there, with those that are."""
    if name not in known:
        nearest = next(iter(get_close_matches(name, known, 1)), "")
        reading.fault(
            path,
            "is not there",
            found=shown(name),
            allowed=", ".join(list(known)[:12]) or "none",
            nearest=nearest,
        )


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
        # By the last day: a figure whose days reach beyond the fit's end is known only after it.
        if f.binding in by_binding and f.point.end <= fit_until and f.point.grade != NEVER_FITTED
    ]
    return figures, errors, np.array(fitted, np.int64)


def _try(reading: Reading[CalibrationFile], world: Scenario, free: Free, z: float) -> None:
    """Note what a scenario at an end of a prior is refused for."""
    try:
        varied(world, [f"{free.key}={free.prior.value(z)!r}"])
    except ScenarioError as error:
        first = error.faults[0]
        problem = f"the prior reaches {free.prior.value(z):.4g}: {first.key}: {first.problem}"
        reading.fault(
            ("free", free.name, "key" if z == 0.0 else "prior"),
            problem,
            found=first.found,
            allowed=first.allowed,
            nearest=first.nearest,
        )
