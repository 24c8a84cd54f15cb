"""Recorded sequences: what came before and after a measure, recorded and simulated side by side.

A sequence has no control: other things changed at the same time, on both sides of it. That a run shows the
same turn says that the model can produce it, not that the measure was its cause; for that, run the scenario
without the lever.

    python -m sim.evidence.sequences RESULT PAGE.md [FILE.toml]

The sequences are those of the file, or the shipped ones of the scenario's case.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sim.core.durable import write_whole
from sim.core.errors import UsageError
from sim.evidence.before_after import (
    BeforeAfter,
    RecordedSequence,
    Window,
    bindings_of,
    read_sequences,
    recorded_points,
    recorded_value,
    sequences_of,
)
from sim.runs.recorded_counterparts import IN_DAILY, places_named
from sim.runs.statistics import interval_of_mean
from sim.scenario.schema import RecordedBinding, Scenario

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "sequence", "what", "unit", "before", "after", "recorded_before", "recorded_after", "recorded_change",
    "simulated_before", "simulated_after", "after_low", "after_high", "simulated_change", "change_low",
    "change_high", "method", "replications", "status", "grades",
)  # fmt: skip


class Simulated(Protocol):
    """What is read of a result."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def daily(self) -> pd.DataFrame: ...
    @property
    def accounts(self) -> pd.DataFrame: ...


# the run


def simulated_values(result: Simulated, window: Window, stock: str = "") -> list[float]:
    """The same over a run's days, one value a replication; nobody where the frame is silent."""
    # From the daily counts: a party that reported nothing in a replication has no row there, and counts as
    # zero.
    replications = sorted(int(r) for r in result.daily["replication"].unique())
    if stock:
        # The midnight that ends the window's last day, as a recorded stock is of the end of its day.
        rows = result.daily[(result.daily["measure"] == stock) & (_dates(result.daily) == _stamp(window.end))]
    else:
        rows = bound_rows(result, binding_of(result.scenario, window.series))
        rows = rows[(_dates(rows) >= _stamp(window.start)) & (_dates(rows) < _stamp(window.end))]
    sums = rows.groupby("replication")["value"].sum()
    return [float(sums.get(replication, 0.0)) for replication in replications]


def binding_of(scenario: Scenario, name: str) -> RecordedBinding:
    """What of a run the scenario compares a recorded series with."""
    for _, binding in bindings_of(scenario, name):
        return binding
    raise UsageError(
        f"scenario '{scenario.name}' compares nothing with {name}: add a [recorded.*] table that names it"
    )


def bound_rows(result: Simulated, binding: RecordedBinding) -> pd.DataFrame:
    """The rows of a run that a recorded series is compared with: a party's account, or the daily counts."""
    # A party's figure beside that party's account: what happened is known to the model alone.
    frame = result.daily if binding.party is None else result.accounts
    if binding.party is not None:
        frame = frame[(frame["party"] == binding.party) & (frame["measure"] == binding.measure)]
    else:
        frame = frame[frame["measure"].isin(IN_DAILY[binding.measure])]
    if "*" in binding.where:
        return frame
    places = places_named(result.scenario, binding.where)
    inside = frame["country"].isin(places)
    return frame[inside | frame["sector"].isin(places)] if "sector" in frame else frame[inside]


def _dates(frame: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    import pandas as pd

    return pd.to_datetime(frame["date"])


def _stamp(day: date) -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(day)


# side by side


def sequence_table(result: Simulated, sequences: tuple[RecordedSequence, ...]) -> pd.DataFrame:
    """One row a comparison, columns `COLUMNS`: before, after and change, recorded and simulated.

    Counts are per day, so that windows of unequal length compare; stocks are persons. The interval is
    Student's t over replications, of the change within each. Comparisons outside the run's days are left
    out. `status` as in `BeforeAfter`.
    """
    import pandas as pd

    rows = [
        {"sequence": sequence.name, **_compare(result, comparison)}
        for sequence in sequences
        for comparison in sequence.comparisons
        if covered(result.scenario, comparison)
    ]
    if not rows:
        raise UsageError(f"scenario '{result.scenario.name}' holds none of the recorded sequences' days")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def covered(scenario: Scenario, comparison: BeforeAfter) -> bool:
    """Whether a scenario holds the days of a comparison, and lays its series beside a run."""
    bound = {binding.series for binding in scenario.recorded.values()}
    # A series that the scenario binds to nothing has no simulated counterpart; a stock names its own.
    if not comparison.stock and any(w.series not in bound for w in comparison.windows):
        return False
    start, end = scenario.scenario.start, scenario.scenario.end
    return all(start <= w.start and w.end <= end for w in comparison.windows)


def _compare(result: Simulated, comparison: BeforeAfter) -> dict[str, object]:
    before = rates(result, comparison.before, comparison.stock)
    after = rates(result, comparison.after, comparison.stock)
    level = interval_of_mean(after.simulated)
    changes = (
        # Within each replication: before and after share a run, and most of what differs between runs falls
        # out.
        [a - b for a, b in zip(after.simulated, before.simulated, strict=True)] if comparison.before else []
    )
    change = interval_of_mean(changes)
    points = [p for w in comparison.windows for p in recorded_points(result.scenario, w)]
    return {
        "what": comparison.what,
        "unit": "persons" if comparison.stock else "per day",
        "before": str(comparison.before or ""),
        "after": str(comparison.after),
        "recorded_before": before.recorded,
        "recorded_after": after.recorded,
        "recorded_change": after.recorded - before.recorded,
        "simulated_before": interval_of_mean(before.simulated).mean,
        "simulated_after": level.mean,
        "after_low": level.low,
        "after_high": level.high,
        "simulated_change": change.mean,
        "change_low": change.low,
        "change_high": change.high,
        "method": level.method,
        "replications": len(after.simulated),
        "status": comparison.status,
        "grades": "".join(sorted({p.grade for p in points})),
    }


class Rates(NamedTuple):
    """Recorded, and simulated by replication: per day, or as they are for a stock."""

    recorded: float
    simulated: list[float]


def rates(result: Simulated, window: Window | None, stock: str) -> Rates:
    """What was recorded and simulated over a window; nothing where there is none."""
    if window is None:
        return Rates(math.nan, [])
    # A stock is persons at one time, and has no rate.
    days = 1 if stock else window.days
    recorded = recorded_value(result.scenario, window) / days
    return Rates(recorded, [v / days for v in simulated_values(result, window, stock)])


# the page


def sequences_page(result: Simulated, sequences: tuple[RecordedSequence, ...]) -> str:
    """The table as a page in Markdown, with what it does and does not say."""
    table = sequence_table(result, sequences)
    replications = int(table["replications"].iloc[0])
    runs = "1 replication" if replications == 1 else f"{replications} replications"
    lines = [
        "# Recorded sequences, and what the model does there",
        "",
        f"Scenario `{result.scenario.name}`, {runs}. Made by `python -m sim.evidence.sequences`.",
        "",
        "A sequence is what came before and after a measure in the record. It has no control: other things",
        "changed at the same time. That a run turns the same way says that the model can produce the turn,",
        "not that the measure caused it. Counts are per day; intervals are 95 %, over replications, of the",
        "mean of the model (its uncertain parameters are not in them). A figure is compared with the account",
        (
            "of the party that counted it. "
            "*Seen*: the figure was looked at when values were chosen; *predicted*:"
        ),
        "it was not; *input*: what came after was put into the run as a dated measure.",
    ]
    for sequence in sequences:
        rows = table[table["sequence"] == sequence.name]
        if len(rows):
            lines += ["", f"## {sequence.title}", "", *_markdown(rows)]
    return "\n".join(lines) + "\n"


def _markdown(rows: pd.DataFrame) -> Iterator[str]:
    yield "| what | days before | days after | recorded | recorded change | simulated | simulated change | |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows.to_dict("records"):
        unit = "" if row["unit"] == "persons" else " a day"
        recorded = f"{_arrow(row['recorded_before'], row['recorded_after'])}{unit} (grade {row['grades']})"
        band = _band(row["after_low"], row["after_high"])
        simulated = f"{_arrow(row['simulated_before'], row['simulated_after'])}{unit}{band}"
        change = (
            f"{_signed(row['simulated_change'])}{_band(row['change_low'], row['change_high'], signed=True)}"
        )
        cells = (
            row["what"], row["before"] or "none recorded", row["after"], recorded,
            _signed(row["recorded_change"]), simulated, change, row["status"],
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _arrow(before: float, after: float) -> str:
    return _plain(after) if math.isnan(before) else f"{_plain(before)} to {_plain(after)}"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.1f}"


def _signed(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{'-' if value < 0 else '+'}{_plain(abs(value))}"


def _band(low: float, high: float, *, signed: bool = False) -> str:
    if math.isnan(low):
        return ""
    show = _signed if signed else _plain
    return f" ({show(low)} to {show(high)})"


def write_page(result: Simulated, path: Path, file: Path | None = None) -> None:
    """Write the page, of the sequences of a file or of the scenario's case."""
    sequences = read_sequences(file, result.scenario) if file else sequences_of(result.scenario)
    write_whole(path, sequences_page(result, sequences))


def main() -> None:
    """Write the page from a result's folder."""
    from sim.runs.replicate import open_result

    folder, page, *file = sys.argv[1:]
    write_page(open_result(folder), Path(page), Path(file[0]) if file else None)


if __name__ == "__main__":
    main()
