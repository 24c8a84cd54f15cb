"""Options and arguments that commands share, each declared once: a command says the default, if any.

An option of one command alone stands in that command.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.engines.engine_choice import Engine

# what is run

ScenarioName = Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")]
CalibrationFile = Annotated[Path, typer.Argument(help="A calibration file, or the name of a shipped one.")]
# Once for all commands: declared in each, --seed had six help texts and --replication two ranges.
Sets = Annotated[
    list[str] | None, typer.Option("--set", help="Change one value: sectors.post.teams=6; * matches all.")
]
SetsOfWorlds = Annotated[list[str] | None, typer.Option("--set", help="Change one value in every world.")]
SetsOfFit = Annotated[
    list[str] | None,
    typer.Option("--set", help="Change one value of the scenario first, in fit and predictions alike."),
]
Without = Annotated[list[str] | None, typer.Option(help="Switch off a lever or a mechanism by name.")]
Override = Annotated[list[str] | None, typer.Option(help="Apply an override block of the file, in order.")]
Posterior = Annotated[
    Path | None,
    typer.Option(help="A posterior that calibrate left: each replication takes a parameter set from it."),
]

# how often, with which numbers, by what

Seed = Annotated[int, typer.Option(help="Random seed: the same seed gives the same result.")]


def runs_of(what: str, *, least: int | None = 2, most: int | None = None) -> Any:
    """The option that says how many replications: of what, and how many there may be."""
    # Two at least by default: one run has no interval.
    return typer.Option("--replications", "-n", min=least, max=most, help=f"Runs of {what}.")


RunsOfEachWorld = Annotated[int, runs_of("each world")]
PredictionRuns = Annotated[
    int, typer.Option(min=50, help="Runs of the prediction, each of its own parameter set.")
]
Truths = Annotated[int, typer.Option(min=0, help="Made-up truths to recover from the bank.")]
Crises = Annotated[int, typer.Option(min=10, help="Made-up crises of each hypothesis.")]
Candidates = Annotated[int, typer.Option(min=100, help="Most candidates of a fit.")]
Workers = Annotated[int, typer.Option(help="Processes.")]
WorkersOfCluster = Annotated[int, typer.Option(help="Processes, here or of a local cluster.")]
"""Where the command has `--cluster` too."""
Cluster = Annotated[str | None, typer.Option(help="Address of a Dask scheduler, or 'local'.")]
EngineName = Annotated[
    Engine, typer.Option(help="compiled, or simpy: the same result, by the model that people read.")
]

# what is read, and where the result goes

ResultFolder = Annotated[Path, typer.Argument(help="The folder of a result.")]
Replication = Annotated[int, typer.Option(min=0, help="Which replication.")]
FolderGoneOnFrom = Annotated[
    Path, typer.Option(help="Folder for runs and results; the same command goes on from it.")
]
KeptRunsFolder = Annotated[Path | None, typer.Option(help="Keep finished runs here, and go on from them.")]
PageFile = Annotated[Path | None, typer.Option(help="Write the result as a page to this file.")]
CsvFile = Annotated[Path | None, typer.Option(help="Write the table to this file.")]
Plots = Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the figures.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only the path of the result.")]
