"""Commands that ask which assumption matters and where it breaks: sensitivity, breakpoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import app, say
from sim.cli.options import (
    Cluster,
    EngineName,
    Plots,
    ScenarioName,
    Seed,
    Sets,
    Workers,
    WorkersOfCluster,
    runs_of,
)

if TYPE_CHECKING:
    from sim.explore.breaking_point import Breakpoint


@app.command()
def sensitivity(
    scenario: ScenarioName,
    *,
    out: Annotated[Path, typer.Option(help="The store of the runs: stopped, the same command goes on.")],
    of: Annotated[list[str], typer.Option(help="A measure; those of people are always beside it.")],
    vary: Annotated[
        list[str] | None, typer.Option(help="KEY=low:high; none: every assumed number, by 25 %.")
    ] = None,
    method: Annotated[str, typer.Option(help="morris (screening) or sobol (indices).")] = "morris",
    samples: Annotated[int, typer.Option(help="Morris trajectories, or Sobol samples (a power of two).")] = 8,
    seed: Seed = 0,
    replications: Annotated[int, runs_of("each point")] = 5,
    workers: WorkersOfCluster = 1,
    cluster: Cluster = None,
    engine: EngineName = "compiled",
    plots: Plots = True,
) -> None:
    """Rank assumptions by their influence on a measure, by Morris screening or Sobol indices."""
    from sim.cli.sweep_commands import SweepBar
    from sim.cli.terminal import Terminal
    from sim.core.durable import write_whole
    from sim.core.errors import UsageError
    from sim.core.plain_text import csv_of
    from sim.explore.plan import axis_of
    from sim.explore.sensitivity import analyse, assumed_axes

    if method not in ("morris", "sobol"):
        raise UsageError(f"--method: found {method!r}, allowed: morris, sobol")
    chosen: Any = method
    axes = [axis_of(text) for text in vary] if vary else assumed_axes(scenario)
    with SweepBar(Terminal(stderr=True)) as watch:
        found = analyse(
            scenario, axes, of, method=chosen, samples=samples, replications=replications, seed=seed, out=out,
            workers=workers, cluster=cluster, progress=watch, engine=engine,
        )  # fmt: skip
    write_whole(out / "indices.csv", csv_of(found.indices))
    write_whole(out / "noise.csv", csv_of(found.noise))
    _print_ranks(found)
    if plots:
        from sim.reporting.figures.sensitivity_figures import figures_of
        from sim.reporting.style.figure_files import save_figures

        save_figures(figures_of(found, out, of), out / "figures")
    say(out)


def _print_ranks(found: Any) -> None:
    from rich.table import Table

    from sim.cli.run_commands import number
    from sim.cli.terminal import Terminal

    noise = dict(zip(found.noise["measure"], found.noise["noise"], strict=True))
    for measure in dict.fromkeys(found.indices["measure"]):
        luck = noise[measure]
        # Where randomness makes much of the spread, ranks of keys are ranks of noise: the title says how
        # much.
        words = "" if luck != luck else f"; {luck:.0%} of the spread of means is luck"
        table = Table(
            title=f"{measure}: {found.points} points, {found.replications} replications each{words}"
        )
        for name in ("key", "influence", "+-"):
            table.add_column(name)
        for row in found.ranked(measure).head(12).to_dict("records"):
            table.add_row(row["key"], number(row["value"]), number(row["confidence"]))
        Terminal().print(table)


@app.command()
# The command has this name for users; nothing in this module calls Python's own.
def breakpoint(  # noqa: A001
    scenario: ScenarioName,
    *,
    vary: Annotated[str, typer.Option(help="KEY=low:high.")],
    until: Annotated[str, typer.Option(help="A condition on a measure, such as 'died > 3'.")],
    seed: Seed = 0,
    replications: Annotated[int, runs_of("each value", least=6)] = 20,
    sets: Sets = None,
    workers: Workers = 1,
    engine: EngineName = "compiled",
    out: Annotated[
        Path | None,
        typer.Option(help="Keep finished runs, the curve and its figure here, and go on from them."),
    ] = None,
) -> None:
    """Find the value of a key at which a condition holds in half of the runs, with its interval."""
    from sim.cli.sweep_commands import SweepBar
    from sim.cli.terminal import Terminal
    from sim.explore.breaking_point import find_breakpoint
    from sim.explore.objectives import condition_of
    from sim.explore.plan import axis_of
    from sim.runs.store.folder_contents import check_no_result

    condition, axis = condition_of(until), axis_of(vary)
    if out is not None:
        # Here too, since runs go to a folder below: curve and figure would be written among another command's
        # tables.
        check_no_result(out)
    with SweepBar(Terminal(stderr=True)) as watch:
        found = find_breakpoint(
            scenario, axis, condition, seed=seed, replications=replications, sets=sets or (), workers=workers,
            out=None if out is None else out / "runs", progress=watch, engine=engine,
        )  # fmt: skip
    if out is not None:
        _leave_curve(found, out)
    say(found)


def _leave_curve(found: Breakpoint, out: Path) -> None:
    from sim.core.durable import write_whole
    from sim.core.plain_text import csv_of
    from sim.reporting.figures.sensitivity_figures import breaking_point
    from sim.reporting.style.figure_files import save_figures

    write_whole(out / "curve.csv", csv_of(found.curve()))
    save_figures({"breakpoint": lambda: breaking_point(found)}, out / "figures")
