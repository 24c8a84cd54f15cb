"""What each lever kind changes, alone and on the same luck:
a table of paired differences beside expected signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.core.bounds import check_runs, check_seed
from sim.engines.engine_choice import Engine, player
from sim.record.frames import totals_of
from sim.record.measures import DESCRIBED
from sim.runs.statistics import Interval, interval_of_mean
from sim.scenario.levers.expected_signs import MEASURES, Expected, expected
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS, LEVER_KINDS, LeverKindRow
from sim.scenario.levers.lever_targets import effects_of, names_of_scope
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

ALONE = "alone"
COLUMN_PERSONS = 200
BEGINS = 0.2
Totals = list[dict[str, float]]


class Change(NamedTuple):
    """The paired difference that a lever kind makes to a measure, a run."""

    kind: str
    measure: str
    before: float
    difference: Interval
    expected: Expected

    @property
    def verdict(self) -> str:
        """What the interval says of the expected sign: as expected, against it, not shown;
        contested ones are reported."""
        low, high = self.difference.low, self.difference.high
        # "0" only where no run differs: an interval around zero shows nothing.
        shown = "+" if low > 0 else "-" if high < 0 else "0" if low == high == 0 else ""
        if self.expected.sign == "?":
            return "reported"
        if not shown or (shown == "0" and self.expected.sign != "0"):
            return "not shown"
        return "as expected" if shown == self.expected.sign else "against it"


def without_levers(scenario: Scenario) -> Scenario:
    """The scenario with no lever at all: what every lever kind is measured against."""
    return scenario.model_copy(update={"levers": {}})


def with_kind(scenario: Scenario, kind: LeverKindRow, strength: float = 1.0) -> Scenario:
    """The same scenario with one lever of a kind, everywhere it can act, from a fifth of the run on,
    at its default sizes."""
    begins = scenario.scenario.start + timedelta(days=max(1, int(BEGINS * scenario.days)))
    lever: dict[str, Any] = {"kind": kind.name, "start": begins, "strength": strength}
    if kind.name == "mass_column":
        lever["persons"] = COLUMN_PERSONS
    levers = {"levers": {ALONE: lever}}
    # Validated anew and not copied: levers take defaults and sizes of their kind there.
    return Scenario.model_validate({**scenario.model_dump(exclude={"levers"}), **levers})


def applies(scenario: Scenario, kind: LeverKindRow) -> bool:
    """Whether a kind finds anything to act on in a scenario (a site to open, a crossing point to close)."""
    changed = with_kind(scenario, kind)
    # A kind without anything to act on would show a row of exact zeros, as if it did not work.
    scopes = {CONTROLS[CONTROL_INDEX[e.control]].scope for e in effects_of(changed, changed.levers[ALONE])}
    return all(scope == "world" or names_of_scope(scenario, scope) for scope in scopes)


def totals(scenario: Scenario, seed: int, replications: int, engine: Engine = "compiled") -> Totals:
    """Every measure of each replication; no log is kept."""
    simulate = player(engine, scenario)
    return [
        totals_of(simulate(scenario, seed=seed, replication=r, keep_rows=False)) for r in range(replications)
    ]


def measure_levers(
    scenario: Scenario, *, seed: int = 0, replications: int = 20, kinds: Iterable[LeverKindRow] = LEVER_KINDS,
    tell: Callable[[str], None] = lambda _: None, engine: Engine = "compiled",
) -> list[Change]:  # fmt: skip
    """Each lever kind against no lever, on the same luck: changes of every flow,
    incident and human measure."""
    check_runs(replications)
    check_seed(seed)
    # The scenario's own levers would interact with the one that is measured, and some act on the same
    # control.
    bare = without_levers(scenario)
    before = totals(bare, seed, replications, engine)
    changes = []
    for kind in kinds:
        if applies(bare, kind):
            tell(kind.name)
            after = totals(with_kind(bare, kind), seed, replications, engine)
            changes += [_change(kind.name, measure, before, after) for measure in MEASURES]
    return changes


def _change(kind: str, measure: str, before: Totals, after: Totals) -> Change:
    # Paired by replication: the same people come with the same random numbers in both.
    differences = [b[measure] - a[measure] for a, b in zip(before, after, strict=True)]
    mean = sum(a[measure] for a in before) / len(before)
    return Change(kind, measure, mean, interval_of_mean(differences), expected(kind, measure))


def lever_page(
    scenario: Scenario, changes: list[Change], *, seed: int, replications: int, sets: Sequence[str] = ()
) -> str:
    """The table as a page of the documentation."""
    lines = [
        "# What each lever kind changes",
        "",
        f"Scenario `{scenario.name}`{_with(sets)} ({scenario.days} days) without any lever, against the same "
        f"with one lever of each kind at its default",
        f"sizes, everywhere it can act, from a fifth of the run on. {replications} replications on the same "
        f"luck, seed {seed}; change a run with",
        "its 95 % interval (Student's t over paired differences). Made by `borderflow levers`.",
        "",
        "The sign is what the named source, or the model's construction, leads one to expect; *contested* "
        "ones are",
        "reported and neither pass nor fail. These are properties of the model at assumed values, not "
        "findings",
        "about the world.",
    ]
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    for kind, rows in by_kind.items():
        lines += [
            "",
            f"## {kind}",
            "",
            "| measure | without | change | 95 % interval | expected | source | verdict |",
            "|---|--:|--:|--:|:-:|---|---|",
        ]
        lines += [_line(row) for row in rows]
    return "\n".join(lines) + "\n"


def _with(sets: Sequence[str]) -> str:
    return " with " + ", ".join(f"`{change}`" for change in sets) if sets else ""


def _line(change: Change) -> str:
    d = change.difference
    label = DESCRIBED[change.measure].label
    sign = "" if change.expected.sign == "?" else change.expected.sign
    return (
        f"| {label} | {change.before:,.1f} | {d.mean:+,.2f} | {d.low:+,.2f} to {d.high:+,.2f} | {sign} "
        f"| {change.expected.source} | {change.verdict} |"
    )


def verdicts(changes: list[Change]) -> Mapping[str, int]:
    """How many changes came as expected, against it, were not shown, or were only reported."""
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.verdict] = counts.get(change.verdict, 0) + 1
    return counts
