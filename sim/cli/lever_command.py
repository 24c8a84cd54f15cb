"""The command that tries each lever kind alone: levers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import ENGINE, app, say
from sim.engines.player import Engine


@app.command()
def levers(
    scenario: Annotated[
        str, typer.Argument(help="The scenario in which each lever kind is tried alone.")
    ] = "riverland",
    *,
    seed: Annotated[int, typer.Option(help="The luck that all worlds share.")] = 0,
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=2, help="Runs of each world.")
    ] = 20,
    sets: Annotated[
        list[str] | None, typer.Option("--set", help="Change one value of the scenario first.")
    ] = None,
    engine: Annotated[Engine, ENGINE] = "compiled",
    write: Annotated[Path | None, typer.Option(help="Write the table as a page to this file.")] = None,
) -> None:
    """Show what each lever kind changes, alone and on the same luck, beside the sign that is expected."""
    from sim.cli.terminal import Terminal
    from sim.comparison.lever_table import lever_page, measure_levers, verdicts
    from sim.core.durable import write_whole
    from sim.scenario.load import load

    world = load(scenario, sets=sets or ())
    console = Terminal(stderr=True)
    changes = measure_levers(world, seed=seed, replications=replications, tell=console.print, engine=engine)
    page = lever_page(world, changes, seed=seed, replications=replications, sets=sets or ())
    if write is None:
        say(page)
    else:
        write_whole(write, page)
    console.print(", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts(changes).items())))
