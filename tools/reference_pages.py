"""The generated pages of the documentation: lever kinds, commands, result folders, notebooks,
the maintainers' map; made from what they describe."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.core.shipped_files import shipped_folder
from sim.record.accounts import KINDS_OF
from sim.record.events import MOVES_TO, Actor, Compartment, Kind
from sim.record.measures import COUNTED, DESCRIBED, INTEGRALS, RARE, RATIOS
from sim.scenario.describe.input_reference import generated_inputs
from sim.scenario.describe.scenario_text import number
from sim.scenario.describe.schema_reference import generated as of_scenarios
from sim.scenario.describe.schema_reference import markdown
from sim.scenario.levers.expected_signs import EXPECTED, MEASURES
from sim.scenario.levers.lever_kinds import CONTROL_INDEX, CONTROLS, LEVER_KINDS
from sim.scenario.levers.lever_kinds import LeverKindRow as LeverKind
from tools.command_page import command_page
from tools.map_page import map_files

MADE = "*Made by `python -m tools reference --write`; do not edit by hand.*"
OPERATIONS = {"set": "set to", "add": "add", "scale": "times"}
SIGNS = {"+": "up", "-": "down", "0": "unchanged"}
# By hand: frames have names and types, and nowhere a unit or a meaning. A test compares names and order with
# a run.
COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "events": {
        "replication": ("", "which run"),
        "number": ("", "the row's number in its run, from 0"),
        "time_h": ("h", "since the scenario's first midnight"),
        "date": ("local time", "the same as a date, in the scenario's fixed offset"),
        "kind": ("", "what happened; the list is below"),
        "group": ("", "the 64-bit key of a group, column or stand-off; 0 for none"),
        "persons": ("persons", "how many it is about"),
        "sector": ("", "where on the line; empty for nowhere there"),
        "country": ("", "the destination state of the sector; empty for none"),
        "actor": ("", "who acted in the model: " + ", ".join(actor.name.lower() for actor in Actor)),
        "value": ("", "as the kind says: number of the attempt, hours, teams, km, level, index of the lever"),
        "cause": ("", "number of the row that caused this one; -1 where nothing in the run did"),
        "witness": (
            "",
            "bits 0-7 the parties that know, 8-15 that report, 16-23 that ascribe it to another side",
        ),
    },
    "daily": {
        "replication": ("", "which run"),
        "day": ("days", "since the start"),
        "date": ("date", "the same as a date"),
        "country": ("", "destination state; empty for the transit state"),
        "sector": ("", "where on the line; empty for stocks"),
        "measure": ("", "a counted measure, `team_hours_out`, or `stock_` and a compartment"),
        "value": (
            "of the measure",
            "over the day; a stock is of the midnight that begins the day. Zero has no row",
        ),
    },
    "accounts": {
        "replication": ("", "which run"),
        "day": ("days", "since the start"),
        "date": ("date", "the same as a date"),
        "party": ("", "who says so"),
        "country": ("", "destination state"),
        "sector": ("", "where on the line; empty where the party does not say"),
        "measure": (
            "",
            ", ".join(f"`{name}`" for name in KINDS_OF)
            + ", and `incidents_by_...`, by the side they are ascribed to",
        ),
        "value": (
            "person-attempts, person-episodes (returns, harms), persons (deaths), events (incidents)",
            "what the party reports",
        ),
    },
    "totals": {
        "replication": ("", "which run"),
        "measure": ("", "any measure"),
        "value": ("of the measure", "over the whole run; NaN for a ratio with an empty denominator"),
    },
    "summary": {
        "measure": ("", "any measure"),
        "label": ("", "in words"),
        "unit": ("", "of mean, low and high"),
        "family": ("", "flow, enforcement, human, incident or post"),
        "mean": ("of the measure", "over replications; a rate of rare things is of all runs together"),
        "low": ("of the measure", "lower end of the 95 % interval"),
        "high": ("of the measure", "upper end"),
        "method": ("", "how the interval was made"),
        "replications": ("runs", "finished"),
        "runs_for_10_percent": ("runs", "about how many would bring the half-width to a tenth of the mean"),
    },
}
"""Every column of a result's tables: its unit and what it says."""
TABLE_HEADS = {
    "events": "One row an event: `events.parquet`, `Result.events`.",
    "daily": "Counts by day and place: `daily.parquet`, `Result.daily`.",
    "accounts": "What each party says: `accounts.parquet`, `Result.accounts`.",
    "totals": "Every measure of every replication: `totals.parquet`, `Result.totals`.",
    "summary": "Means with intervals: `summary.csv`, `summary.json` (under `measures`), `Result.summary`.",
}


def generated() -> dict[Path, str]:
    """Every generated file of the checkout, with its text."""
    checkout = shipped_folder().parent
    docs = checkout / "docs"
    return {
        **of_scenarios(),
        **generated_inputs(),
        docs / "reference" / "levers.md": levers_page(),
        docs / "reference" / "cli.md": command_page(),
        docs / "reference" / "results.md": results_page(),
        docs / "notebooks.md": notebooks_page(checkout / "notebooks"),
        **map_files(),
    }


# lever kinds


def levers_page() -> str:
    """Every lever kind: what it moves, its numbers, and the signs that are expected."""
    head = (
        f"# Lever kinds\n\n{MADE}\n\nA lever names its kind, where and when it acts, and how strongly "
        "([its keys](scenario.md#leversname)). Sizes are those at strength 1; a lever gives its own in "
        "`sizes`, by control: "
        "`sizes = { teams = 2.0 }`. They are assumed unless the lever says otherwise. What a kind moves is a "
        "[control](scenario.md#controls); a scenario can define [a kind of its "
        "own](scenario.md#lever_kindsname).\n\n"
        "An expected sign is of one lever of the kind alone, at its default sizes. *By construction* says "
        "that the rules leave no other way while "
        "the rest stays equal; it is no evidence about the world. A measure that is not named is contested "
        "or open. What came out is in "
        "[what each lever kind changes](../levers.md), and [where the transit state is "
        "coercive](../levers-coercive.md).\n"
    )
    return "\n".join([head, *(_kind(kind) for kind in LEVER_KINDS)])


def _kind(kind: LeverKind) -> str:
    columns = ("control", "for each", "by default", "unit", "range", "when", "meaning")
    text = (
        f"## {kind.name}\n\n{kind.about[0].upper()}{kind.about[1:]}.\n\n"
        f"{markdown(columns, list(_effects(kind)))}\n"
    )
    signs = [
        (DESCRIBED[measure].label, SIGNS[EXPECTED[kind.name, measure].sign],
            EXPECTED[kind.name, measure].source)
        for measure in MEASURES
        # Contested and open ones have no sign: the page does not list them as unchanged.
        if (kind.name, measure) in EXPECTED and EXPECTED[kind.name, measure].sign in SIGNS
    ]  # fmt: skip
    if signs:
        return f"{text}\n{markdown(('expected', 'sign', 'source'), signs)}\n"
    return f"{text}\nNo sign is expected: contested or open.\n"


def _effects(kind: LeverKind) -> Iterator[tuple[str, ...]]:
    for effect in kind.effects:
        control = CONTROLS[CONTROL_INDEX[effect.control]]
        yield (
            f"`{control.name}`", control.scope.replace("_", " "),
            f"{OPERATIONS[effect.op]} {number(effect.size)}",
            "factor" if effect.op == "scale" else control.unit, f"{control.low:g} to {control.high:g}",
            effect.phase.replace("_", " "), control.about,
        )  # fmt: skip


# results


def results_page() -> str:
    """The files of a result folder: tables, columns with units, measures, kinds of rows, compartments."""
    head = (
        f"# Results\n\n{MADE}\n\n`borderflow run ... --out FOLDER` leaves a folder; "
        f"`sim.open_result(FOLDER)` and `sim.run` give a "
        "[`Result`](api.md) with the same tables as pandas frames. Names are categories; an absent cell is "
        "nobody. `manifest.json` holds the scenario as resolved, its hash, seed, "
        "versions, platform, start, duration, which replications finished or failed, and why. Units stand in "
        "the Parquet files' metadata, under `units`.\n\n"
        "While a run is under way, `parts/00003.zip` holds replication 3 with its four tables, until they "
        "are merged, and `.writing` keeps a second command out. Files "
        "whose names begin with a dot and end in `.new` or `.gone` are what a kill left; the same command "
        "removes them.\n"
    )
    tables = [_table(name) for name in COLUMNS]
    return "\n".join(
        [head, *tables, _sweeps(), _spreadsheets(), _exit_codes(), _measures(), _kinds(), _compartments()]
    )


def _table(name: str) -> str:
    rows = [(f"`{column}`", unit, about) for column, (unit, about) in COLUMNS[name].items()]
    return f"## {name}\n\n{TABLE_HEADS[name]}\n\n{markdown(('column', 'unit', 'meaning'), rows)}\n"


def _sweeps() -> str:
    return (
        "## Stores of sweeps\n\nThe tables of a sweep's folder are on [its "
        "page](../how-to/sweeps.md#read-it).\n"
    )


def _spreadsheets() -> str:
    return (
        "## CSV files and spreadsheets\n\nA text cell or a heading that begins with `=`, `+`, `-`, `@`, a "
        "tab or a line end gets an apostrophe "
        "before it in every CSV file that a command writes, so that a spreadsheet shows it and does not "
        "compute it; titles, labels, names "
        "and values of keys come from files that others may have written. Numbers stay as they are. Parquet "
        "and JSON files hold the texts unchanged.\n\n"
        "In a terminal and in pages, control characters and bidirectional marks are shown by their number, "
        "as in `[U+001B]`.\n"
    )


def _exit_codes() -> str:
    rows = [
        ("0", "done"),
        ("2", "a fault in a scenario, another file that you wrote, or a command; no output is written"),
        ("3", "a folder or table that cannot be used or written, or too little memory"),
        ("4", "a replication broke a law of the model; the others are kept"),
        ("130", "stopped; what is finished is kept, and the same command goes on"),
    ]
    return f"## Exit codes\n\n{markdown(('code', 'meaning'), rows)}\n"


def _measures() -> str:
    counted = {m.name: ", ".join(f"`{Kind(kind).name.lower()}`" for kind in m.kinds) for m in COUNTED}
    counted |= {
        r.name: f"`{r.numerator}` / `{r.denominator}`" + (f" x {r.per:g}" if r.per != 1.0 else "")
        for r in RATIOS
    }
    counted |= {d.name: "time integral over the run" for d in INTEGRALS}
    rows = [
        (f"`{d.name}`", d.unit, d.family, "rare" if d.name in RARE else "", d.label, counted[d.name])
        for d in DESCRIBED.values()
    ]
    columns = ("measure", "unit", "family", "interval", "meaning", "made of")
    text = (
        "*Rare* counts have an interval that is right for small counts. A ratio is total over total, all "
        "runs together, in every table, figure and "
        "page; its interval is the jackknife's over runs, and of rare things that of their count. Units: "
        "*persons* counts a person once in a run; "
        "*person-attempts* one person and one try; *person-episodes* one person and one time, so that a "
        "person who is stranded three times counts "
        "three times."
    )
    return f"## Measures\n\n{text}\n\n{markdown(columns, rows)}\n"


def _kinds() -> str:
    moved = {kind: Compartment(place).name.lower() for kind, place in MOVES_TO.items()}
    rows = [(str(int(kind)), f"`{kind.name.lower()}`", moved.get(kind, "")) for kind in Kind]
    return (
        f"## Kinds of rows\n\nNumbers are frozen. A kind that moves its group says where "
        f"to.\n\n{markdown(('number', 'kind', 'moves to'), rows)}\n"
    )


def _compartments() -> str:
    rows = [(str(int(c)), f"`stock_{c.name.lower()}`") for c in Compartment]
    return (
        f"## Compartments\n\nEvery person is in exactly one at any "
        f"time.\n\n{markdown(('number', 'stock'), rows)}\n"
    )


# notebooks


def notebooks_page(folder: Path) -> str:
    """The notebooks by their own first words."""
    head = (
        f"# Notebooks\n\n{MADE}\n\nIn `notebooks/` of the checkout; each is run in CI from its first cell "
        f"to its last. `pip install -e '.[notebook]'`, then `jupyter lab notebooks`.\n"
    )
    # Sorted: folders list files in another order on each system, and the page must be the same.
    return "\n".join([head, *(_notebook(path) for path in sorted(folder.glob("*.ipynb")))])


def _notebook(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    words = next(("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"), "")
    paragraphs = [each.strip() for each in words.split("\n\n") if each.strip()]
    title = next(
        (each.lstrip("# ").splitlines()[0] for each in paragraphs if each.startswith("#")), path.stem
    )
    first: Sequence[str] = [each for each in paragraphs if not each.startswith("#")][:1]
    return f"## {title}\n\n`notebooks/{path.name}`\n\n" + "".join(f"{each}\n" for each in first)
