"""The command that carries out a whole study: study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import STOPPED, app, say
from sim.cli.options import (
    Candidates,
    Cluster,
    Crises,
    EngineName,
    FolderGoneOnFrom,
    PredictionRuns,
    Truths,
    WorkersOfCluster,
)

if TYPE_CHECKING:
    from sim.evidence.study import Studied


@app.command()
def study(
    file: Annotated[Path, typer.Argument(help="A study file, or the name of a shipped one.")],
    *,
    out: FolderGoneOnFrom,
    write: Annotated[
        Path | None, typer.Option(help="Folder for the pages and pictures; if none is given, OUT/pages.")
    ] = None,
    bank: Annotated[
        int, typer.Option(min=64, help="Runs of the prior, for each fit and width of priors.")
    ] = 2048,
    truths: Truths = 100,
    crises: Crises = 100,
    budget: Candidates = 20_000,
    runs: PredictionRuns = 400,
    checks: Annotated[int, typer.Option(min=5, help="Runs of each case of theory.")] = 100,
    workers: WorkersOfCluster = 1,
    cluster: Cluster = None,
    engine: EngineName = "compiled",
) -> None:
    """Verify, fit, validate and compare a scenario from one study file, on one page.

    Stopped or killed at any moment, the same command goes on, and ends with the same tables.
    """
    from sim.cli.sweep_commands import SweepBar
    from sim.cli.terminal import Terminal
    from sim.evidence.study import Effort, carry_out_study, read_study

    console = Terminal(stderr=True)
    plan = read_study(file)
    effort = Effort(bank, truths, crises, budget, runs, checks)
    try:
        with SweepBar(console) as bar:
            found = carry_out_study(
                plan, out, bar.about, effort=effort, workers=workers, cluster=cluster, engine=engine
            )
    except KeyboardInterrupt:
        console.print(f"\nStopped. Finished runs are kept in {out}; the same command goes on from there.")
        raise typer.Exit(STOPPED) from None
    folder = write or out / "pages"
    leave_pages(found, folder)
    say(folder)


def leave_pages(found: Studied, folder: Path) -> None:
    """Write the pictures of a study, and then every page: the first of them names the others,
    and comes last."""
    from sim.core.durable import raising_result_error, write_whole
    from sim.evidence.study_page import PICTURES, pages
    from sim.reporting.figures.counterfactual_figure import save_counterfactuals
    from sim.reporting.figures.fit_figures import save_validation

    pictures = folder / PICTURES
    drawn = save_validation(found.fits[found.study.reference], pictures)
    if found.comparison is not None:
        drawn += save_counterfactuals(found.comparison, pictures)
    with raising_result_error(pictures):
        for path in drawn:
            # The pages show the PNG of a figure alone.
            if path.suffix == ".svg":
                path.unlink()
        (pictures / "record-and-predictions.png").replace(pictures / "validation.png")
    for name, text in reversed(pages(found).items()):
        write_whole(folder / name, text)
