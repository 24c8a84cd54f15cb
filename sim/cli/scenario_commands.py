"""Commands about scenario files: check, show, diff, scenarios, new, reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import app, say
from sim.cli.options import Override, ScenarioName, Sets, Without

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal
    from sim.scenario.describe.scenario_text import Table
    from sim.scenario.schema import Scenario

FAULTY = 2
WIDE_OUTPUT = 200


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="Scenario files, or names of shipped ones.")],
    sets: Sets = None,
    without: Without = None,
    override: Override = None,
) -> None:
    """Check scenario files, with all they extend and every override block; exit code 2 if one has a fault."""
    from sim.core.errors import ScenarioError
    from sim.scenario import load
    from sim.scenario.checks.recorded_figures import outside

    faulty = False
    for file in files:
        try:
            found = load.check(file, overrides=override or (), sets=sets or (), without=without or ())
        except ScenarioError as error:
            # Goes on to the next file: all faults of all files come in one report.
            faulty = True
            say(f"{file}: {error}", err=True)
            continue
        levers = sum(lever.on for lever in found.levers.values())
        counts = (
            _counted(found.days, "day"),
            _counted(len(found.sectors), "sector"),
            _counted(levers, "lever"),
        )
        say(f"{file}: no fault; {', '.join(counts)}")
        if unseen := outside(found):
            say(f"{file}: no recorded figure lies in the days of the run: {', '.join(unseen)}")
    if faulty:
        raise typer.Exit(FAULTY)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


@app.command()
def show(
    scenario: ScenarioName,
    *,
    sets: Sets = None,
    without: Without = None,
    override: Override = None,
    every: Annotated[
        bool, typer.Option("--all", help="Each assumed value by itself, with its meaning.")
    ] = False,
) -> None:
    """Show a scenario in words: its world, its forces, its levers by date, and every assumed value."""
    from sim.scenario.describe import scenario_text
    from sim.scenario.load import assumed_values, load, sources

    found = load(scenario, overrides=override or (), sets=sets or (), without=without or ())
    console = _console()
    console.print(scenario_text.heading(found), highlight=False)
    _show_sources(console, sources(scenario), override or [])
    _print(console, [*scenario_text.world_tables(found), *scenario_text.calendar_tables(found)])
    assumed = assumed_values(found)
    _print(console, [scenario_text.assumed_rows(assumed)] if every else scenario_text.assumed_tables(assumed))
    if not every:
        console.print(f"{len(assumed)} assumed values; --all shows each with its meaning")


def _show_sources(console: Terminal, found: object, applied: Sequence[str]) -> None:
    from sim.scenario.load import Sources

    assert isinstance(found, Sources)
    if len(found.files) > 1:
        console.print(f"Files, each over the one before: {', '.join(found.files)}", highlight=False)
    if found.overrides:
        used = f"; applied: {', '.join(applied)}" if applied else ""
        console.print(f"Override blocks: {', '.join(found.overrides)}{used}", highlight=False)


@app.command()
def diff(
    first: ScenarioName,
    second: Annotated[str, typer.Argument(help="Another one, or the same with changes.")],
    *,
    sets: Sets = None,
    without: Without = None,
    override: Override = None,
) -> None:
    """Show what differs between two scenarios, with units. Changes asked for apply to the second."""
    from sim.scenario.describe.scenario_differences import differences
    from sim.scenario.load import load

    a = load(first)
    b = load(second, overrides=override or (), sets=sets or (), without=without or ())
    console = _console()
    tables = differences(a, b, _names(a, b, bool(sets or without or override)))
    _print(console, tables)
    if not tables:
        console.print("No difference.")


def _names(a: Scenario, b: Scenario, is_changed: bool) -> tuple[str, str]:
    """What the two are called, told apart."""
    # Two columns of one name could not be distinguished.
    second = f"{b.name}, changed" if is_changed else b.name
    return a.name, second if second != a.name else f"{b.name} (second)"


@app.command()
def scenarios() -> None:
    """List the shipped scenarios: name, title, length, and what each extends."""
    from sim.core.errors import ScenarioError
    from sim.scenario.describe.scenario_text import Table
    from sim.scenario.load import load, shipped, sources

    rows = []
    for name in shipped():
        try:
            found = load(name)
            parents = [file.removesuffix(".toml") for file in sources(name).files[:-1]]
            rows.append((name, found.scenario.title, str(found.days), parents[-1] if parents else "-"))
        # A shipped file that somebody has edited must not hide the others.
        except ScenarioError as error:
            rows.append((name, f"has {len(error.faults)} faults: borderflow check {name}", "-", "-"))
    _print(_console(), [Table("Shipped scenarios", ("name", "title", "days", "extends"), tuple(rows))])


@app.command()
def new(file: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")]) -> None:
    """Write a commented scenario to begin with, which passes check and runs."""
    from sim.scenario.describe.starter import write_starter

    write_starter(file)
    say(f"wrote {file}; next: borderflow check {file}")


def _console() -> Terminal:
    """The terminal; into a file or pipe, lines wide enough that tables keep their words whole."""
    from sim.cli.terminal import Terminal

    console = Terminal()
    # Into a pipe Rich takes 80 columns, where tables of seven columns fall apart.
    return console if console.is_terminal else Terminal(width=WIDE_OUTPUT)


def _print(console: Terminal, tables: Iterable[Table]) -> None:
    from rich import box
    from rich.table import Table as RichTable

    for table in tables:
        drawn = RichTable(title=table.title, title_style="bold", title_justify="left", box=box.SIMPLE_HEAD)
        for n, column in enumerate(table.columns):
            is_number = all(_is_number(row[n]) for row in table.rows)
            # Folded and never cut: a key or source must be read to its end.
            drawn.add_column(column, justify="right" if is_number else "left", overflow="fold")
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace("-", "").isdigit() or text == "-"
