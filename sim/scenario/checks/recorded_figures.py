"""What a run is compared with: recorded series that come with the program,
and figures in a file of one's own.

`FIGURES` reads the files that a scenario names, so that the figures travel with it;
`recorded_faults` judges a comparison by the scenario it stands in: is this country here, does this party
count that, do the days meet?
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sim.core.errors import Fault
from sim.core.shipped_files import shipped_folder
from sim.observations import recorded_series
from sim.observations.own_figures import DEFAULTS, REQUIRED, read_figures
from sim.observations.recorded_series import RecordedPoint, RecordedSeries
from sim.scenario.checks.reference_checks import Checked, listed
from sim.scenario.files.companion_files import Beside, names_beside, place_of
from sim.scenario.files.scenario_files import label_of, shown
from sim.scenario.files.schema_faults import Where
from sim.scenario.files.toml_lines import KeyPath
from sim.scenario.schema import Scenario
from sim.scenario.schema.policy import RecordedBinding

SUFFIX = ".csv"
REPORTED = ("attempts", "entries", "incidents", "deaths", "returns")
"""Measures that a party's account holds; without a party, every measure but incidents can be compared."""
UNIT_OF = {"attempts": "person-attempts", "incidents": "incidents"}
"""Units of measures where they are not persons."""
BEYOND = "onward"
"""Counted in a country behind the border, which the scenario does not hold."""
OWN_KEYS = ("label", "unit", "counts", "country")
HOW_TO_NAME = (
    f'a file of your own such as series = "my-count.csv" (columns {",".join(REQUIRED)}, and where known '
    f"{','.join(DEFAULTS)}), a relative path inside the folder of the scenario"
)


def is_file(series: str) -> bool:
    """Whether a series is named by a path, as a file of one's own is."""
    return series.endswith(SUFFIX) or "/" in series or "\\" in series


def _figures(
    path: KeyPath, series: str, where: Where, asked: Path
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The figures of one file."""
    target, problem = place_of(path, series, where, asked)
    if problem:
        return [], [where.fault(path, problem, found=series, allowed=HOW_TO_NAME)]
    points, faults = read_figures(target, label_of(target))
    # A file that is not there is a fault of the key that names it, with the line of the scenario.
    if any(fault.problem == "does not exist" for fault in faults):
        nearest = next(iter(get_close_matches(target.name, names_beside(target, SUFFIX), 1)), "")
        allowed = f"{HOW_TO_NAME}; or one of the recorded series {', '.join(recorded_series.names())}"
        return [], [
            where.fault(path, "the file does not exist", found=series, allowed=allowed, nearest=nearest)
        ]
    return [_figure(point) for point in points], list(faults)


FIGURES = Beside("recorded", "series", "figures", HOW_TO_NAME, is_file, _figures)
"""Recorded figures of one's own."""


def _figure(point: RecordedPoint) -> dict[str, Any]:
    return {
        "start": point.start, "end": point.end, "value": point.value, "grade": point.grade,
        "kind": point.kind,
        "source": point.source,
    }  # fmt: skip


def series_of(name: str, binding: RecordedBinding) -> RecordedSeries:
    """The series that a comparison names. Raises `UsageError` for one that there is not."""
    if not is_file(binding.series):
        return recorded_series.series(binding.series)
    unit = binding.unit or UNIT_OF.get(binding.measure, "persons")
    points = tuple(RecordedPoint(f.start, f.end, f.value, f.grade, f.kind, f.source) for f in binding.figures)
    return RecordedSeries(
        binding.series, binding.label or name, unit,
        binding.counts or f"{binding.measure}, as {binding.series} counts them",
        binding.country or "", binding.cumulative, (binding.measure,), points,
    )  # fmt: skip


def recorded_faults(checked: Checked) -> None:
    """Everything that makes a comparison with recorded figures senseless."""
    for name, binding in checked.scenario.recorded.items():
        path: KeyPath = ("recorded", name)
        _measure(checked, path, binding)
        if is_file(binding.series):
            if binding.country is not None and binding.measure != BEYOND:
                checked.known((*path, "country"), binding.country, "countries")
        elif binding.series in recorded_series.names():
            _shipped(checked, path, binding)
        else:
            _unknown(checked, path, binding.series)
            continue
        series = series_of(name, binding)
        _place(checked, path, binding, series)
        _days(checked, path, series)


def _unknown(checked: Checked, path: KeyPath, series: str) -> None:
    known = recorded_series.names()
    # `x` stands for any file of the folder.
    beside = [file for folder in _folders(checked) for file in names_beside(folder / "x", SUFFIX)]
    own = series + SUFFIX
    # The likeliest slip: a file of one's own without its ending.
    nearest = own if own in beside else next(iter(get_close_matches(series, known, 1)), "")
    allowed = f"one of {', '.join(known)}; or {HOW_TO_NAME}"
    checked.fault(
        (*path, "series"),
        "no recorded series has this name",
        found=shown(series),
        allowed=allowed,
        nearest=nearest,
    )


def _folders(checked: Checked) -> list[Path]:
    """The folders of the files that a scenario is made of, without that of the shipped ones."""
    files = [layer.document.path for layer in checked.where.layers if layer.document is not None]
    return [path.parent for path in files if path.parent != shipped_folder()]


def _measure(checked: Checked, path: KeyPath, binding: RecordedBinding) -> None:
    """A party's account holds some measures, what happened in the model holds others."""
    if binding.party is None and binding.measure == "incidents":
        problem = "is compared with what a party reports: incidents are in no other count"
        checked.fault(
            (*path, "party"), problem, found="", allowed=listed(checked.names("parties")) or "a party"
        )
    if binding.party is not None and binding.measure not in REPORTED:
        problem = "is in no party's account: leave party out, or name another measure"
        checked.fault((*path, "measure"), problem, found=binding.measure, allowed=", ".join(REPORTED))


def _shipped(checked: Checked, path: KeyPath, binding: RecordedBinding) -> None:
    """What a scenario says of a series that comes with the program agrees with the series."""
    series = recorded_series.series(binding.series)
    for key in OWN_KEYS:
        if getattr(binding, key):
            problem = "has its place with a file of your own: what this series counts is known"
            checked.fault((*path, key), problem, found=getattr(binding, key))
    if binding.cumulative != series.cumulative:
        word = "is a running total" if series.cumulative else "is no running total"
        found = "true" if binding.cumulative else "false"
        checked.fault(
            (*path, "cumulative"),
            f"{series.name} {word}",
            found=found,
            allowed="true" if series.cumulative else "false",
        )
    if binding.measure not in series.measures:
        allowed = (
            ", ".join(series.measures) or "none: the model counts nothing by day that this series counts"
        )
        checked.fault(
            (*path, "measure"), f"{series.name} counts something else", found=binding.measure, allowed=allowed
        )


def _place(checked: Checked, path: KeyPath, binding: RecordedBinding, series: RecordedSeries) -> None:
    """A count of one country is compared with that country: it is in the scenario, the party speaks of it,
    `where` holds it."""
    country = series.country
    if not country or binding.measure == BEYOND:
        return
    countries = checked.names("countries")
    if country not in countries:
        if not is_file(binding.series):
            own = [n for n in recorded_series.names() if recorded_series.series(n).country in countries]
            allowed = f"one of {', '.join(own)}; or {HOW_TO_NAME}" if own else HOW_TO_NAME
            problem = f"counts {country}, which the scenario does not have"
            checked.fault((*path, "series"), problem, found=series.name, allowed=allowed)
        return
    party = checked.scenario.parties.get(binding.party or "")
    if party is not None and party.countries and country not in party.countries:
        found = f"{binding.party}, which speaks of {listed(party.countries)}"
        checked.fault((*path, "party"), f"does not count in {country}, as the series does", found=found)
    if not {country, "*"} & set(_countries(checked.scenario, binding.where)):
        checked.fault(
            (*path, "where"), f"lies outside {country}, which the series counts", found=binding.where
        )


def _countries(scenario: Scenario, where: tuple[str, ...]) -> Iterator[str]:
    """The countries that names of countries, sectors and fronts lie in;
    a name that is unknown passes for any."""
    for name in where:
        for place in scenario.fronts[name].where if name in scenario.fronts else (name,):
            if place in scenario.sectors:
                yield scenario.sectors[place].country
            else:
                yield place if place in scenario.countries else "*"


def _days(checked: Checked, path: KeyPath, series: RecordedSeries) -> None:
    """Some figure lies in the run's days, unless a later file or a `--set` chose fewer days than the
    comparison was made for."""
    start, end = checked.scenario.scenario.start, checked.scenario.scenario.end
    if not series.points or start >= end or series.comparable(start, end) or series.increments(start, end):
        return
    if _chosen_later(checked.where, path):
        return
    found = f"{min(p.start for p in series.points)} up to {max(p.end for p in series.points)}"
    allowed = f"days from {start} up to {end}, or no [{'.'.join(map(str, path))}]"
    checked.fault(
        (*path, "series"), "no figure of it lies whole in the days of the run", found=found, allowed=allowed
    )


def _chosen_later(where: Where, path: KeyPath) -> bool:
    """Whether the run's days are said in a layer above the one that names the series;
    a resolved scenario has no layers any more."""
    layers = list(where.layers)
    if not layers:
        return True
    named = where.layer((*path, "series"))
    dated = [where.layer(("scenario", key)) for key in ("start", "end")]
    if named is None:
        return False
    return any(layer is not None and layers.index(layer) > layers.index(named) for layer in dated)


def outside(scenario: Scenario) -> list[str]:
    """The comparisons of a scenario that have no figure in its days."""
    start, end = scenario.scenario.start, scenario.scenario.end
    series = {name: series_of(name, binding) for name, binding in scenario.recorded.items()}
    return [n for n, s in series.items() if not (s.comparable(start, end) or s.increments(start, end))]
