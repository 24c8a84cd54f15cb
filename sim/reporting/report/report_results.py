"""What came out: the numbers in sentences, and the tables of measures with people beside enforcement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from sim.reporting.report.report_blocks import FAMILIES, CaptionedTable, Listing, Words, band, counted, number
from sim.reporting.report.report_subject import ReportSubject, axes_of
from sim.runs.result import Result

MOST_POINTS = 300
"""Points of a sweep that a page shows one by one."""
Row = Mapping[str, Any]
# For sweeps, whose measures differ from plan to plan: enforcement and people in every report.
SPREAD = ("attempts", "stopped", "entered_unseen", "person_days_stranded", "harmed", "died", "claims_heard")


def rows_of(result: Result) -> dict[str, Row]:
    """The summary by measure."""
    rows: Any = result.summary.to_dict("records")
    return {str(row["measure"]): row for row in rows}


def mean_words(row: Row) -> str:
    """A mean with its interval, in words that say where there is none."""
    # NaN is the one value that is not equal to itself: a ratio whose denominator is empty.
    if row["mean"] != row["mean"]:
        return "not defined"
    # Not seen is not impossible: the bound says what so many runs can exclude.
    if str(row["method"]).startswith("none in"):
        return f"none in any run (at most {number(row['high'])} a run at 95 %)"
    interval = band(row["low"], row["high"])
    return number(row["mean"]) if interval == "-" else f"{number(row['mean'])} (95 % interval {interval})"


def in_short(study: ReportSubject) -> list[Any]:
    """A few exact sentences: what was run, what came out, for people as for enforcement."""
    found: list[Any] = [Words(_what_was_run(study))]
    for name, result in study.results.items():
        found.append(Listing(tuple(_sentences(result, name if study.kind == "comparison" else ""))))
        # Of a comparison the base alone; the others follow as differences from it.
        if study.kind == "comparison":
            break
    if study.kind == "comparison":
        from sim.reporting.report.report_differences import difference_sentences

        found += difference_sentences(study)
    if study.sweep is not None:
        found.append(Listing(tuple(over_points(study))))
    return [*found, Words(_whose_numbers(study))]


def _what_was_run(study: ReportSubject) -> str:
    runs = counted(study.replications, "run")
    if study.sweep is not None:
        keys = "; ".join(f"{key} at {values}" for key, values in axes_of(study))
        points = counted(len(study.sweep.points), "point")
        return f"A sweep of {points}, {runs} of each, all on the luck of seed {study.seed}: {keys}."
    assert study.scenario is not None
    meta = study.scenario.scenario
    when = f"{counted(study.scenario.days, 'day')}, from {meta.start} up to {meta.end} (not included)"
    if study.kind == "comparison":
        names = ", ".join(study.results)
        return (
            f"A comparison of {len(study.results)} worlds ({names}) on the same luck: {runs} of each, "
            f"seed {study.seed}, {when}."
        )
    return f"{runs} of one scenario, seed {study.seed}: {when}." + _unfinished(study)


def _unfinished(study: ReportSubject) -> str:
    """What is missing of what was asked for."""
    manifest = study.manifest
    assert manifest is not None and study.base is not None
    words = ""
    if not manifest.complete:
        words += f" The run was stopped: {study.replications} of {manifest.replications} runs are finished."
    if study.base.failed:
        reasons = "; ".join(f"run {f['replication']}: {f['reason']}" for f in study.base.failed)
        words += (
            f" {counted(len(study.base.failed), 'run')} broke and "
            f"{'is' if len(study.base.failed) == 1 else 'are'} not in the means ({reasons})."
        )
    return words


def _sentences(result: Result, world: str) -> Iterator[str]:
    found = rows_of(result)
    of = {name: mean_words(found[name]) for name in found}
    where = f"{world}, " if world else ""
    each = "mean a run" if result.replications > 1 else "in this one run"
    yield (
        f"Person-attempts to cross ({where}{each}): {of['attempts']}. Prevented at the line: "
        f"{of['prevented']}; "
        f"apprehended: {of['apprehended']}; entered unseen: {of['entered_unseen']}; summarily returned: "
        f"{of['summary_returns']}."
    )
    yield (
        f"People in the same runs: became stranded between the lines: {of['stranded']}; harmed: "
        f"{of['harmed']}; "
        f"claims lodged: {of['claims_lodged']} (each time that it happens to a person counts). "
        f"Persons who died: {of['died']}; whose claim was heard: {of['claims_heard']}."
    )
    yield (
        f"Stand-offs: {of['standoffs']}; of them reached a threat of arms: {of['incidents_3']}; "
        f"reached a violent clash: {of['incidents_5']}."
    )
    if result.replications == 1:
        yield "This is one run. One run is one story: how far another would differ is not known from it."


def over_points(study: ReportSubject) -> Iterator[str]:
    """The span of means over the points of a sweep, for people as for enforcement."""
    assert study.sweep is not None
    summary = study.sweep.summary(SPREAD)
    for name in SPREAD:
        rows = summary[(summary["measure"] == name) & summary["mean"].notna()]
        if not len(rows):
            continue
        # Stable: of equal points the first is named, whatever pandas' sort does.
        ordered = rows.sort_values("mean", kind="stable").to_dict("records")
        low, high = ordered[0], ordered[-1]
        label, unit = study.sweep.measures[name].label, study.sweep.measures[name].unit
        if low["mean"] == high["mean"]:
            yield f"{label}: {number(low['mean'])} {unit} a run at every point."
        else:
            yield (
                f"{label}: from {number(low['mean'])} (point {low['point']}) to {number(high['mean'])} "
                f"{unit} "
                f"a run (point {high['point']}), means of points."
            )


def _whose_numbers(study: ReportSubject) -> str:
    words = "These are numbers of a model and no observations."
    if study.scenario is None:
        return words
    from sim.scenario.describe.assumptions import numbers

    values = numbers(study.scenario)
    assumed = sum(value.status == "assumed" for value in values)
    return (
        f"{words} Of {len(values):,} values of the scenario {assumed:,} are assumed. Intervals are about "
        f"luck inside the model, not about whether the model is right."
    )


def summary_table(result: Result, world: str = "") -> CaptionedTable:
    """Every measure of a world: mean, interval, unit, and how the interval was made."""
    found = result.summary
    rows: list[tuple[str, ...]] = []
    for family, words in FAMILIES.items():
        rows.append((words,))
        rows += [
            (row["label"], number(row["mean"]), band(row["low"], row["high"]), row["unit"], row["method"])
            for row in found[found["family"] == family].to_dict("records")
        ]
    caption = (
        f"Measures of {world + ', ' if world else ''}{counted(result.replications, 'run')}: means over "
        f"runs, people right below enforcement"
    )
    return CaptionedTable(caption, ("measure", "mean a run", "95 % interval", "unit", "method"), tuple(rows))


def points_table(study: ReportSubject) -> CaptionedTable:
    """The points of a sweep: every key's value, then mean and interval of each measure,
    people always among them."""
    assert study.sweep is not None
    summary = study.sweep.summary(study.sweep.plan["outcomes"] or SPREAD)
    measures = list(dict.fromkeys(summary["measure"]))
    keys = [str(key) for key in study.sweep.points.columns.drop("point")]
    # Thousands of rows make a page that browsers are slow with; the caption says how many are left out.
    rows = [_point(cells, keys, measures) for _, cells in islice(summary.groupby("point"), MOST_POINTS)]
    known = study.sweep.measures
    labels = (f"{known[name].label} ({known[name].unit})" for name in measures)
    left_out = len(study.sweep.points) - len(rows)
    more = (
        f"; {left_out:,} further points are left out here, and in borderflow results --csv"
        if left_out
        else ""
    )
    caption = f"Points of the sweep: mean a run, with 95 % intervals{more}"
    return CaptionedTable(caption, ("point", *keys, *labels, "runs"), tuple(rows))


def _point(cells: Any, keys: list[str], measures: list[str]) -> tuple[str, ...]:
    first, by_measure = cells.iloc[0], cells.set_index("measure")
    broke = f" ({first['failed']} broke)" if first["failed"] else ""
    return (
        str(first["point"]), *(value_words(first[key]) for key in keys),
        *(_cell(by_measure.loc[name]) for name in measures), f"{first['replications']}{broke}",
    )  # fmt: skip


def value_words(value: Any) -> str:
    """The value of a key that varies."""
    return value if isinstance(value, str) else f"{value:g}"


def _cell(row: Any) -> str:
    interval = band(row["low"], row["high"])
    return number(row["mean"]) if interval == "-" else f"{number(row['mean'])} ({interval})"
