"""Who says what: each party's account beside what happened in the model,
and recorded figures beside the account they match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.observations.recorded_series import GRADES, KINDS
from sim.record.measures import DESCRIBED
from sim.reporting.figures.account_figure import SHOWN
from sim.reporting.figures.recorded_figure import simulated
from sim.reporting.report.report_blocks import CaptionedTable, Words, band, number
from sim.reporting.style.binned_counts import spread
from sim.runs.recorded_counterparts import bound_series, window_in_words
from sim.runs.result import Result
from sim.runs.statistics import interval_of

if TYPE_CHECKING:
    import pandas as pd

# The figure's measures with harms before deaths: a table has room for one more.
COUNTED: tuple[tuple[str, str, str], ...] = (*SHOWN[:-1], ("harms", "harmed", "Harms"), SHOWN[-1])
"""A measure of an account, what it is in the log, and its heading."""
SIDES = (("people", "people"), ("transit_state", "escort"), ("guard", "guard"))
"""A side as accounts name it, and as the log names who took the step."""
ABOUT = (
    "The log holds what happened in the model. An account is a view of it: what a party could see, what it "
    "admits of its own side, "
    "and what it ascribes to others. A guard of one country speaks of that country, and stands beside what "
    "happened there. "
    "Who did what on the ground in the world outside is somebody's claim; the model decides none of these "
    "claims."
)


def account_tables(result: Result) -> list[Any]:
    """What every party reports of each measure, and whom it blames for incidents."""
    if not result.scenario.parties:
        return [Words("The scenario names no party that gives an account.")]
    tables = [_said(result), _ascribed(result)]
    return [Words(ABOUT), *tables]


def _said(result: Result) -> CaptionedTable:
    rows: list[tuple[str, ...]] = []
    for measure, log, words in COUNTED:
        rows.append((f"{words} ({DESCRIBED[log].unit})",))
        for name, party in result.scenario.parties.items():
            said, happened = _reported(result, name, measure), _happened(result, log, party.countries)
            rows.append(
                (
                    party.label or name,
                    _places(result, party.countries),
                    *_mean(log, said),
                    *_mean(log, happened),
                )
            )
    columns = (
        "party",
        "speaks of",
        "reports, mean a run",
        "95 % interval",
        "in the model there, mean a run",
        "95 % interval of that",
    )
    return CaptionedTable(
        "What each party reports, beside what happened in the model in the places it speaks of",
        columns,
        tuple(rows),
    )


def _places(result: Result, countries: Sequence[str]) -> str:
    named = (
        result.scenario.countries[name].label or name
        for name in countries
        if name in result.scenario.countries
    )
    return ", ".join(named) or "the whole line"


def _mean(measure: str, values: list[float]) -> tuple[str, str]:
    """Mean and interval of a count, by the interval that suits the measure."""
    found = interval_of(DESCRIBED[measure], {measure: values})
    return number(found.mean), band(found.low, found.high)


def _reported(result: Result, party: str, measure: str) -> list[float]:
    frame = result.accounts
    return _by_run(result, frame[(frame["party"] == party) & (frame["measure"] == measure)])


def _happened(result: Result, measure: str, countries: Sequence[str]) -> list[float]:
    frame = result.daily
    rows = frame[frame["measure"] == measure]
    # Where the party speaks of: a guard's total beside that of the whole line would look like silence.
    return _by_run(result, rows[rows["country"].isin(list(countries))] if countries else rows)


def _by_run(result: Result, rows: pd.DataFrame) -> list[float]:
    """Sums by replication; one without a row has none."""
    sums = rows.groupby("replication", observed=True)["value"].sum()
    # From the totals: a run without any such row has none, and counts in the mean.
    runs = sorted(set(result.totals["replication"]))
    return [float(sums.get(run, 0.0)) for run in runs]


def _ascribed(result: Result) -> CaptionedTable:
    rows = []
    for name, party in result.scenario.parties.items():
        whole = number(_mean_of(_reported(result, name, "incidents")))
        sides = (number(_mean_of(_reported(result, name, f"incidents_by_{side}"))) for side, _ in SIDES)
        rows.append((party.label or name, whole, *sides))
    if len(result.events):
        rows.append(("in the model, who took the step", *_who_stepped(result)))
    columns = (
        "party",
        "incidents reported",
        "ascribed to people on the move",
        "to the transit state's forces",
        "to the guards",
    )
    return CaptionedTable(
        "Whom each party names as having acted, in stand-offs that reached objects thrown or more (mean a "
        "run)",
        columns,
        tuple(rows),
    )


def _mean_of(values: list[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def _who_stepped(result: Result) -> tuple[str, ...]:
    # Level 2, objects thrown or more, is what accounts call an incident.
    steps = result.events[result.events["kind"] == "reached_level_2"]
    by_side = [float((steps["actor"] == actor).sum()) for _, actor in SIDES]
    return tuple(number(value / max(1, result.replications)) for value in (float(len(steps)), *by_side))


def recorded_tables(result: Result) -> list[Any]:
    """Every recorded figure of the run's days beside the account of the party that counted it."""
    bound = bound_series(result.scenario)
    if not bound:
        return [Words("The scenario is laid beside no recorded figure.")]
    rows: list[tuple[str, ...]] = []
    for each in bound:
        party = each.binding.party
        whose = (
            "what happened in the model" if party is None else result.scenario.parties[party].label or party
        )
        rows.append(
            (f"{each.series.label}, {each.series.unit}. Counts: {each.series.counts}. Simulated: {whose}",)
        )
        drawn = spread(simulated(result, each))
        for place, point in enumerate(each.points):
            low, high = float(drawn.low[place]), float(drawn.high[place])
            rows.append(
                (
                    window_in_words(point.start, point.end), number(point.value), point.grade,
                    KINDS[point.kind],
                    number(float(drawn.mean[place])), band(low, high) if result.replications > 1 else "-",
                    "-" if result.replications < 2 else "inside" if low <= point.value <= high else "outside",
                    point.source,
                )
            )  # fmt: skip
    grades = "; ".join(f"{grade}: {words}" for grade, words in GRADES.items())
    columns = (
        "days",
        "recorded",
        "grade",
        "how quoted",
        "simulated, mean",
        "5th to 95th percentile over runs",
        "recorded figure in the band",
        "source",
    )
    return [
        Words(
            f"A recorded figure is one party's count, and is compared with that party's account and never "
            f"with what happened. Grades: {grades}."
        ),
        CaptionedTable("Recorded figures, and the same count in the model", columns, tuple(rows)),
    ]
