"""Commands that hold the model against something else: verify (theory),
calibrate and validate (the record)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import STOPPED, app, say
from sim.cli.options import (
    CalibrationFile,
    Candidates,
    Cluster,
    Crises,
    EngineName,
    FolderGoneOnFrom,
    PageFile,
    PredictionRuns,
    ScenarioName,
    Seed,
    Sets,
    SetsOfFit,
    Truths,
    WorkersOfCluster,
    runs_of,
)
from sim.core.shipped_files import FOUNDING_CASE

if TYPE_CHECKING:
    import pandas as pd

    from sim.evidence.calibration.abc_smc import Fit
    from sim.evidence.calibration.calibration_problem import Calibration
    from sim.evidence.calibration.prior_bank import Recovery
    from sim.evidence.verify import Check

# One width for all cases, so that their numbers stand below one another.
WIDTH_OF_WORDS = 30
DISAGREES = 4
"""The exit code where a row of the table fails: a law of the model is broken."""


@app.command()
def verify(
    scenario: ScenarioName = FOUNDING_CASE,
    *,
    seed: Seed = 0,
    replications: Annotated[int, runs_of("each case", least=5)] = 100,
    sets: Sets = None,
    engine: EngineName = "compiled",
    write: PageFile = None,
) -> None:
    """Hold a scenario's posts, patrols, trials and flows against theory: queues, search, Little's law."""
    from sim.cli.terminal import Terminal
    from sim.core.durable import write_whole
    from sim.evidence.verify import verify as check
    from sim.evidence.verify import verify_page
    from sim.scenario.load import load

    world = load(scenario, sets=sets or ())
    console = Terminal(stderr=True)
    with console.working("verifying") as status:
        checks = check(world, seed=seed, replications=replications, engine=engine, tell=status.now)
    print_checks(checks)
    if write is not None:
        write_whole(write, verify_page(world, checks, seed, replications))
    # After the page: a table that disagrees is what a reader most needs to see.
    if not all(row.holds for row in checks):
        raise typer.Exit(DISAGREES)


def print_checks(checks: list[Check]) -> None:
    """The table of a verification, and what it may be wrong about."""
    from rich.table import Table
    from rich.text import Text

    from sim.cli.run_commands import number
    from sim.cli.terminal import Terminal
    from sim.evidence.verify import verdict_in_words

    console = Terminal()
    for case in dict.fromkeys(row.case for row in checks):
        table = Table(title=case, title_justify="left", box=None, pad_edge=False)
        table.add_column("", width=WIDTH_OF_WORDS)
        for name in ("theory", "simulated", "interval", "notices", ""):
            table.add_column(name, justify="right", no_wrap=True)
        for row in (row for row in checks if row.case == case):
            # An exact law has no sampling error: any difference at all is a fault.
            interval = "exact" if row.exact else f"{number(row.low)} to {number(row.high)}"
            notices = "any" if row.exact else f"{row.notices:.1%}"
            verdict = Text("pass", "green") if row.holds else Text("fail", "red")
            table.add_row(row.what, number(row.theory), number(row.simulated), interval, notices, verdict)
        console.print(table, "")
    # The terminal breaks it; Rich would break it at 80 columns in a pipe.
    console.print(verdict_in_words(checks), soft_wrap=True)


@app.command()
def calibrate(
    file: CalibrationFile,
    *,
    out: FolderGoneOnFrom,
    scenario: Annotated[
        str | None, typer.Option(help="Another scenario of the same shape than the file's.")
    ] = None,
    sets: SetsOfFit = None,
    bank: Annotated[
        int, typer.Option(min=64, help="Runs of the prior, for recovery and a first look.")
    ] = 2048,
    truths: Truths = 100,
    budget: Candidates = 20_000,
    minutes: Annotated[
        float | None, typer.Option(help="Stop the fit after so long; the same command goes on.")
    ] = None,
    workers: WorkersOfCluster = 1,
    cluster: Cluster = None,
    engine: EngineName = "compiled",
) -> None:
    """Fit a scenario's free numbers to the record, and say what could be learned at all.

    Leaves posterior.parquet, generations.csv, recovery.csv and figures.csv (recorded beside simulated).
    Stopped or killed at any moment, the same command goes on, and ends with the same posterior.
    """
    from sim.cli.sweep_commands import SweepBar
    from sim.cli.terminal import Terminal
    from sim.evidence.calibration.calibration_problem import read_calibration
    from sim.evidence.calibration.calibration_run import fit_and_recover

    console = Terminal(stderr=True)
    found = read_calibration(file, scenario, sets or ())
    try:
        with SweepBar(console) as bar:
            fitted = fit_and_recover(
                found, out, bank=bank, truths=truths, budget=budget, minutes=minutes, workers=workers,
                cluster=cluster,
                engine=engine, filling=bar.about("runs of the prior"),
                tell=lambda t, tried,
                share: bar.about(f"generation {t + 1}: {tried:,} candidates tried")(round(100 * share), 100,
                    0),
            )  # fmt: skip
    except KeyboardInterrupt:
        console.print(f"\nStopped. Finished runs are kept in {out}; the same command goes on from there.")
        raise typer.Exit(STOPPED) from None
    print_fit(found, fitted.recovery, fitted.fit)
    say(out)


def print_fit(calibration: Calibration, recovery: Recovery | None, fitted: Fit) -> None:
    """What was known before, what is known now, and whether the fit could have told."""
    from rich.table import Table

    from sim.cli.run_commands import number
    from sim.cli.terminal import Terminal

    console = Terminal()
    last = fitted.generations[-1]
    console.print(
        f"{len(fitted.generations)} generations, the last at a tolerance of {last.tolerance:.2f} standard "
        f"deviations of the "
        f"error model; {fitted.ended}. Its {last.accepted} parameter sets say as much as "
        f"{last.effective:.0f} of equal weight."
    )
    table = Table(title="free numbers: median and 90 % before and after", title_justify="left")
    for name in ("", "before", "after", "recovered"):
        table.add_column(name, justify="left" if not name else "right")
    quantiles = fitted.posterior.quantiles()
    for i, free in enumerate(calibration.free):
        # Between these normal quantiles lie 90 %, as in the columns beside.
        low, middle, high = (free.prior.value(z) for z in (-1.645, 0.0, 1.645))
        told = (
            "" if recovery is None else f"{recovery.covered[i]:.0%} in 90 %, width x {recovery.shrunk[i]:.2f}"
        )
        after = "{1} ({0} to {2})".format(*(number(float(x)) for x in quantiles[i]))
        table.add_row(free.label, f"{number(middle)} ({number(low)} to {number(high)})", after, told)
    console.print(table)
    console.print(
        "A statement about the model: which of its numbers go with the record, under the priors and the "
        "error model of the file.",
        soft_wrap=True,
    )


@app.command()
def validate(
    file: CalibrationFile,
    *,
    fit: Annotated[Path, typer.Option(help="The folder that calibrate left.")],
    scenario: Annotated[str | None, typer.Option(help="The scenario of the fit, if not the file's.")] = None,
    sets: SetsOfFit = None,
    runs: PredictionRuns = 400,
    workers: WorkersOfCluster = 1,
    cluster: Cluster = None,
    engine: EngineName = "compiled",
    write: PageFile = None,
) -> None:
    """Score a fit on figures it was not fitted to, beside naive forecasts.

    Leaves predictions.csv, scores.csv and figures in the folder of the fit.
    """
    from sim.cli.sweep_commands import SweepBar
    from sim.cli.terminal import Terminal
    from sim.core.durable import write_whole
    from sim.evidence.calibration.calibration_problem import read_calibration
    from sim.evidence.validate import validate as hold
    from sim.evidence.validation_page import validation_page
    from sim.reporting.figures.fit_figures import save_validation

    calibration = read_calibration(file, scenario, sets or ())
    try:
        with SweepBar(Terminal(stderr=True)) as bar:
            found = hold(
                calibration, fit, bar.about, runs=runs, workers=workers, cluster=cluster, engine=engine
            )
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None
    save_validation(found, fit / "figures")
    print_scores(found.scored)
    if write is not None:
        write_whole(write, validation_page(found))
    say(fit)


def print_scores(scored: pd.DataFrame) -> None:
    """Scores of every series over the figures it was not fitted to."""
    from rich.table import Table

    from sim.cli.terminal import Terminal

    table = Table(title="predicted figures: the fitted model against the record", title_justify="left")
    for name in scored.columns:
        table.add_column(str(name), justify="left" if name == "binding" else "right")
    for row in scored.itertuples(index=False):
        table.add_row(*(f"{x:.2f}" if isinstance(x, float) else str(x) for x in row))
    console = Terminal()
    console.print(table)
    console.print(
        "Skill: 1 is perfect, 0 as good as the naive forecast, below 0 worse. A statement about the model "
        "under the dates of "
        "levers, which the naive forecasts were given too.",
        soft_wrap=True,
    )


@app.command()
def accounts(
    file: CalibrationFile,
    scenarios: Annotated[list[str], typer.Argument(help="Two scenarios or more, one a hypothesis.")],
    *,
    out: FolderGoneOnFrom,
    bank: Annotated[
        int, typer.Option(min=200, help="Runs of the prior for each scenario and width of priors.")
    ] = 2048,
    crises: Crises = 100,
    workers: WorkersOfCluster = 1,
    cluster: Cluster = None,
    engine: EngineName = "compiled",
    write: PageFile = None,
) -> None:
    """Say which scenario goes best with the record, and whether such a record could tell at all."""
    from sim.cli.sweep_commands import SweepBar
    from sim.cli.terminal import Terminal
    from sim.core.durable import write_whole
    from sim.evidence.calibration.calibration_problem import read_calibration
    from sim.evidence.hypotheses import accounts_page, weigh
    from sim.scenario.files.scenario_files import by_stem

    console = Terminal(stderr=True)
    # One file for all hypotheses: the same data, free numbers and error model, or they could not be compared.
    worlds = {stem: read_calibration(file, name) for stem, name in by_stem(scenarios).items()}
    try:
        with SweepBar(console) as bar:
            verdicts = weigh(
                worlds,
                out,
                tell=bar.about,
                runs=bank,
                crises=crises,
                workers=workers,
                cluster=cluster,
                engine=engine,
            )
    except KeyboardInterrupt:
        console.print(f"\nStopped. Finished runs are kept in {out}; the same command goes on from there.")
        raise typer.Exit(STOPPED) from None
    page = accounts_page(verdicts, crises, bank)
    say(page)
    if write is not None:
        write_whole(write, page)
