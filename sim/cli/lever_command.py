"""The command that tries each lever kind alone: levers."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import app, say
from sim.cli.options import EngineName, PageFile, RunsOfEachWorld, Seed, Sets


@app.command()
def levers(
    scenario: Annotated[
        str, typer.Argument(help="The scenario in which each lever kind is tried alone.")
    ] = "riverland",
    *,
    seed: Seed = 0,
    replications: RunsOfEachWorld = 20,
    sets: Sets = None,
    engine: EngineName = "compiled",
    write: PageFile = None,
) -> None:
    """Show what each lever kind changes alone, on common random numbers, beside the sign that is expected."""
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
