"""Commands that hold the model against something else: verify (theory)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import ENGINE, app
from sim.experiments.engines import Engine

if TYPE_CHECKING:
    from sim.experiments.verify import Check

WIDTH_OF_WORDS = 30
DISAGREES = 4
"""The exit code where a row of the table fails: a law of the model is broken."""


@app.command()
def verify(
    scenario: Annotated[str, typer.Argument(help="A scenario, by name or file.")] = "belarus-eu-2021",
    seed: Annotated[int, typer.Option(help="The luck of all cases.")] = 0,
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=5, help="Runs of each case.")
    ] = 100,
    sets: Annotated[
        list[str] | None, typer.Option("--set", help="Change one value of the scenario first.")
    ] = None,
    engine: Annotated[Engine, ENGINE] = "compiled",
    write: Annotated[Path | None, typer.Option(help="Write the table as a page to this file, too.")] = None,
) -> None:
    """Hold a scenario's posts, patrols, trials and flows against theory: queues, search, Little's law."""
    from rich.console import Console

    from sim.experiments.manifest import write_whole
    from sim.experiments.verify import verify as check
    from sim.experiments.verify import verify_page
    from sim.scenario.load import load

    world = load(scenario, sets=sets or ())
    console = Console(stderr=True)
    with console.status("verifying") as status:
        checks = check(world, seed=seed, replications=replications, engine=engine, tell=status.update)
    print_checks(checks)
    if write is not None:
        write_whole(write, verify_page(world, checks, seed, replications))
    if not all(row.holds for row in checks):
        raise typer.Exit(DISAGREES)


def print_checks(checks: list[Check]) -> None:
    """The table of a verification, and what it may be wrong about."""
    from rich.console import Console
    from rich.table import Table

    from sim.cli.running import number
    from sim.experiments.verify import verdict_in_words

    console = Console()
    for case in dict.fromkeys(row.case for row in checks):
        table = Table(title=case, title_justify="left", box=None, pad_edge=False)
        table.add_column("", width=WIDTH_OF_WORDS)
        for name in ("theory", "simulated", "interval", "notices", ""):
            table.add_column(name, justify="right", no_wrap=True)
        for row in (row for row in checks if row.case == case):
            interval = "exact" if row.exact else f"{number(row.low)} to {number(row.high)}"
            notices = "any" if row.exact else f"{row.notices:.1%}"
            verdict = "[green]pass[/]" if row.holds else "[red]fail[/]"
            table.add_row(row.what, number(row.theory), number(row.simulated), interval, notices, verdict)
        console.print(table, "")
    console.print(verdict_in_words(checks), soft_wrap=True)
