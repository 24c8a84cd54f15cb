"""The command for a class: a world, a seed and a sheet for each student, and a page for whoever teaches."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import ENGINE, STOPPED, app, say
from sim.engines.player import Engine


@app.command("class")
def class_kit(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")],
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
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=2, help="Runs of each world for the solutions.")
    ] = 20,
    engine: Annotated[Engine, ENGINE] = "compiled",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the folder's name.")] = False,
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
