"""Tables for reading: names with units, rounded numbers, an interval in one cell, the people in every table.

What a table holds is decided where it is computed; here it is only made fit for a page.
`tidy_frame` gives plain words in a frame, `styled` its looks in a notebook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.comparison.paired_runs import Comparison
from sim.core.errors import UsageError
from sim.evidence.calibration.calibration_run import Fitting
from sim.evidence.hypotheses import Verdict
from sim.evidence.verify import Check
from sim.explore.breaking_point import Breakpoint
from sim.explore.sensitivity import Sensitivity
from sim.explore.sweep_results import SweepResult
from sim.record.measures import DESCRIBED, HUMAN, Described, check_measures
from sim.runs.result import FLOW, Result
from sim.runs.result import HUMAN as PEOPLE

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

# VERMILION itself has a contrast of 3.9 to 1 on white, too little for text; this has 6.5.
HUMAN_INK = "#A23E00"
"""The colour that figures give to people, dark enough for text."""
MISSING = ""
NUMBER = r"[-+]?[\d,]+(\.\d+)?(e[-+]?\d+)?%?"
NUMBERS = re.compile(rf"{NUMBER}( to {NUMBER})?(\s\({NUMBER}( to {NUMBER})?\))?( \*)?")
"""A number, an interval, or a number with its interval in brackets."""
HUMAN_LABELS = {d.label for d in DESCRIBED.values() if d.family == "human"} | set(HUMAN)
LOOKS = (
    {"selector": "th", "props": "text-align: left; border-bottom: 1px solid #888; vertical-align: bottom"},
    {"selector": "td", "props": "text-align: left; vertical-align: top; padding: 0.25em 0.8em"},
)
HEADINGS = {
    "interval": "95 % interval",
    "label": "measure",
    "mean": "mean a run",
    "share_luck": "of the spread is luck",
    "verdict": "told apart",
}
BOUNDS = ("low", "high")


def table(found: Any, measures: Sequence[str] = ()) -> Styler:
    """Anything that was found, as a table for a notebook; `measures` chooses rows or columns,
    people are always among them."""
    people = {measure.label for measure in _measures_in(found).values() if measure.family == "human"}
    return styled(tidy_frame(found, measures), people | HUMAN_LABELS)


def tidy_frame(found: Any, measures: Sequence[str] = ()) -> pd.DataFrame:
    """The same as a frame of words. Raises `UsageError` for a measure that there is not,
    or a thing without a table."""
    import pandas as pd

    # Before any table: a misspelt measure is named with its nearest, and no column silently missing.
    check_measures(measures, known=_measures_in(found))
    if isinstance(found, pd.DataFrame | pd.Series):
        return in_words(pd.DataFrame(found))
    if isinstance(found, list) and found and all(isinstance(row, Check) for row in found):
        return _checks(found)
    for kind, make in MAKERS.items():
        if isinstance(found, kind):
            return make(found, measures)
    raise UsageError(
        f"table: found {type(found).__name__}, allowed: a result, a comparison, a sweep or a frame"
    )


def _measures_in(found: Any) -> Mapping[str, Described]:
    """The measures of what was found; those of the model alone where it has no scenario."""
    if isinstance(found, Comparison):
        return {
            name: measure for result in found.results.values() for name, measure in result.measures.items()
        }
    if isinstance(found, Result | SweepResult | Sensitivity):
        return DESCRIBED | dict(found.measures)
    return DESCRIBED


def _result(found: Result, measures: Sequence[str]) -> pd.DataFrame:
    wanted = list(dict.fromkeys((*(measures or FLOW), *PEOPLE)))
    rows = found.summary.set_index("measure")
    return in_words(
        rows.loc[[n for n in wanted if n in rows.index], ["label", "mean", *BOUNDS, "unit"]], index=False
    )


def _comparison(found: Comparison, measures: Sequence[str]) -> pd.DataFrame:
    """One other world: its mean, the difference and its interval. Several: a column of differences each,
    * where told apart."""
    wanted = list(dict.fromkeys((*(measures or FLOW), *PEOPLE)))
    every = found.differences.set_index("measure")
    rows = every.loc[[name for name in wanted if name in every.index]]
    if len(found.others) == 1:
        names = {"base": found.base, "mean": found.others[0]}
        chosen = rows[["label", "base", "mean", "difference", *BOUNDS, "unit", "verdict"]]
        return in_words(chosen.rename(columns=names), index=False)
    first = rows[rows["world"] == found.others[0]]
    words = in_words(first[["label", "unit", "base"]].rename(columns={"base": found.base}), index=False)
    for world in found.others:
        words[world] = [_difference(row) for row in rows[rows["world"] == world].to_dict("records")]
    return words


def _difference(row: Mapping[Any, Any]) -> str:
    star = " *" if row["verdict"] in ("more", "less") else ""
    return f"{in_word(row['difference'])} ({_band(row['low'], row['high'])}){star}"


def _sweep(found: SweepResult, measures: Sequence[str]) -> pd.DataFrame:
    rows = in_words(found.summary(measures), index=False, known=found.measures)
    keys = [str(key) for key in found.points.columns if key != "point"]
    names = list(dict.fromkeys(rows["measure"]))
    rows["cell"] = rows["mean a run"] + "\n(" + rows["95 % interval"] + ")"
    wide = rows.pivot_table(
        index=["point", *keys], columns="measure", values="cell", aggfunc="first", sort=False
    )
    wide = wide[names].reset_index().drop(columns="point")
    wide.columns.name = None
    return wide.set_axis([str(name) for name in wide.columns], axis=1)


def _screening(found: Sensitivity, measures: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    names = list(dict.fromkeys(measures)) or list(dict.fromkeys(found.indices["measure"]))
    rows = pd.concat([found.ranked(name).head(5) for name in names])
    luck = dict(zip(found.noise["measure"], found.noise["noise"], strict=True))
    rows = rows.assign(share_luck=[luck[name] for name in rows["measure"]])
    chosen = rows[["measure", "key", "value", "confidence", "share_luck"]]
    chosen = chosen.rename(columns={"value": "influence", "confidence": "+-"})
    return in_words(chosen, index=False, known=_measures_in(found))


def _breaking(found: Breakpoint, _: Sequence[str]) -> pd.DataFrame:
    return in_words(found.curve(), index=False)


def _fitting(found: Fitting, _: Sequence[str]) -> pd.DataFrame:
    return in_words(found.free_numbers, index=False)


def _verdict(found: Verdict, _: Sequence[str]) -> pd.DataFrame:
    """Confusion: a row for what a made-up crisis came from, under each setting."""
    import pandas as pd

    rows = [
        {"came_from": name, "nearest": f"{s.tolerance:.0%}", "width_of_priors": s.width}
        | {f"taken for {other}": int(n) for other, n in zip(found.names, s.confusion[i], strict=True)}
        | {"share_recognised": float(s.recognised[i])}
        for s in found.settings
        for i, name in enumerate(found.names)
    ]
    return in_words(pd.DataFrame(rows), index=False)


def _checks(found: Sequence[Check]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (row.case, row.what, row.theory, row.simulated,
            *((row.simulated, row.simulated) if row.exact else (row.low, row.high)),
         "agrees" if row.holds else "DIFFERS")
        for row in found
    ]  # fmt: skip
    return in_words(
        pd.DataFrame(rows, columns=["case", "what", "theory", "simulated", *BOUNDS, "verdict"]), index=False
    ).rename(columns={"told apart": "", "95 % interval": "interval"})


MAKERS: dict[type, Callable[[Any, Sequence[str]], pd.DataFrame]] = {
    Result: _result,
    Comparison: _comparison,
    SweepResult: _sweep,
    Sensitivity: _screening,
    Breakpoint: _breaking,
    Fitting: _fitting,
    Verdict: _verdict,
}


def in_words(
    frame: pd.DataFrame, *, index: bool = True, known: Mapping[str, Described] = DESCRIBED
) -> pd.DataFrame:
    """A frame of words: an index with a name as columns, low and high as one interval, numbers rounded,
    headings without underscores.

    `known` are the measures whose labels stand for their names.
    """
    # An index with a name holds keys of the finding; one without is pandas' own count.
    frame = frame.reset_index() if index and any(frame.index.names) else frame.reset_index(drop=True)
    frame.columns = [str(name) for name in frame.columns]
    for low in [name for name in frame.columns if name == "low" or name.endswith("_low")]:
        stem = low.removesuffix("low")
        if f"{stem}high" in frame.columns:
            band = [_band(a, b) for a, b in zip(frame[low], frame[f"{stem}high"], strict=True)]
            frame[low] = band
            frame = frame.drop(columns=f"{stem}high").rename(columns={low: f"{stem}interval"})
    for name in frame.columns:
        frame[name] = _words_of(name, frame[name], known)
    return frame.rename(
        columns={
            name: HEADINGS.get(name, name.replace("_", " ")) for name in frame.columns if "." not in name
        }
    )


def _words_of(name: str, column: pd.Series, known: Mapping[str, Described]) -> list[str]:
    if name == "measure":
        return [known[str(v)].label if str(v) in known else str(v) for v in column]
    if column.dtype.kind == "M":
        # Midnights in all rows are days, and need no hours.
        is_day = bool((column == column.dt.normalize()).all())
        return list(column.dt.strftime("%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M"))
    if name.startswith("share_") and column.dtype.kind == "f":
        return [MISSING if v != v else f"{v:.0%}" for v in column]
    return [in_word(v) for v in column]


def _band(low: float, high: float) -> str:
    return MISSING if low != low else in_word(low) if low == high else f"{in_word(low)} to {in_word(high)}"


def in_word(value: Any) -> str:
    """A value for a cell: thousands with a comma, three digits for small numbers,
    nothing for what is missing.

    >>> in_word(12345.6), in_word(0.012345), in_word(float("nan")), in_word(7), in_word("waiting")
    ('12,346', '0.0123', '', '7', 'waiting')
    """
    import numbers

    if value is None or value != value:
        return MISSING
    # A bool is a number to Python, and would be shown as 0 or 1.
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return str(value)
    number = float(value)
    if abs(number) >= 100 or number == round(number):
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.3g}"


def styled(words: pd.DataFrame, people: AbstractSet[str] = HUMAN_LABELS) -> Styler:
    """Words with the looks of a table: numbers to the right, people in the colour that figures give them,
    no index."""
    rules: list[Any] = [*LOOKS]
    # By what stands in the cells: headings say nothing of whether a column holds numbers.
    for place, name in enumerate(words.columns):
        if any(words[name]) and all(_is_number(cell) for cell in words[name]):
            rules.append({"selector": f".col{place}", "props": "text-align: right"})
            # An interval must not be broken across lines, but keeps the line end before it.
            rules.append({"selector": f"td.col{place}", "props": "white-space: pre"})
    # Names come from files that others may have written; a notebook would run what is in them.
    plain = words.style.format(escape="html").format_index(escape="html", axis=1)
    looks = plain.hide(axis="index").set_table_styles(rules)
    return looks.apply(partial(_people, people), axis=1).apply_index(
        partial(_heading_of_people, people), axis=1
    )


def _is_number(text: str) -> bool:
    return not text or bool(NUMBERS.fullmatch(text))


def _people(people: AbstractSet[str], row: pd.Series) -> list[str]:
    return [
        f"color: {HUMAN_INK}" if str(value) in people and name == "measure" else ""
        for name, value in row.items()
    ]


def _heading_of_people(people: AbstractSet[str], labels: pd.Series) -> list[str]:
    return [f"color: {HUMAN_INK}" if str(label) in people else "" for label in labels]
