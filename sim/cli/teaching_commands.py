"""Commands for a class: class (a world, a seed and a sheet for each student, a page for whoever teaches) and
panel (sliders in a browser)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import STOPPED, app, say
from sim.cli.options import EngineName, Quiet, ScenarioName, runs_of


@app.command("class")
def class_kit(
    scenario: ScenarioName,
    *,
    students: Annotated[
        str,
        typer.Option(
            help="A text file with a name a line, a CSV file with a column of names, or how many there are."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for sheets, worlds and the teacher's page.")],
    seed: Annotated[
        int, typer.Option(help="The luck of the class: students' seeds and the solutions follow from it.")
    ] = 0,
    replications: Annotated[int, runs_of("each world for the solutions")] = 20,
    engine: EngineName = "compiled",
    quiet: Quiet = False,
) -> None:
    """Make a class kit: sheets to print, a small world and a seed for each student, a page for teachers.

    Sheets never ask to guess at harm or death. The same command with names added at the end of
    the list changes nobody else's.
    """
    from sim.cli.sweep_commands import SweepBar
    from sim.cli.terminal import Terminal
    from sim.reporting.classroom import write_kit

    console = Terminal(stderr=True, quiet=quiet)
    try:
        with SweepBar(console) as watch:
            written = write_kit(
                scenario, students, out, seed=seed, replications=replications, engine=engine, progress=watch
            )
    except KeyboardInterrupt:
        console.print("\nStopped. The same command makes the kit anew.")
        raise typer.Exit(STOPPED) from None
    console.print(f"begin with {written / 'teacher.html'}: content note, timetable, solutions")
    say(written)


@app.command()
def panel(
    scenario: ScenarioName,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of this machine (0: a free one).")] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    replications: Annotated[int, runs_of("each world", most=1000)] = 20,
    seed: Annotated[int, typer.Option(min=0, help="The luck that both worlds share.")] = 0,
) -> None:
    """Open a panel of sliders and switches as a web page of this machine."""
    from sim.engines.engine_choice import prepare
    from sim.reporting.panel.web.serve import serve
    from sim.scenario.load import load

    # Faults of the scenario are said here, in the terminal, and not on a page that a kernel could not render.
    load(scenario)
    # Compiled before the page opens: each kernel then takes the code from the disk.
    prepare()
    serve(scenario, port=port, browser=browser, replications=replications, seed=seed)
