"""Commands that run many scenarios: sweep, results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import STOPPED, app, say, say_size
from sim.cli.options import Cluster, CsvFile, EngineName, Posterior, Quiet, Seed, WorkersOfCluster, runs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.cli.terminal import Terminal
    from sim.explore.plan import Plan
    from sim.explore.sweep_results import SweepResult


IN_A_PLAN = {
    "design": "--design", "samples": "--samples", "seed": "--seed", "replications": "--replications",
    "by_sector": "--by-sector", "posterior": "--posterior",
}  # fmt: skip
"""What a plan says itself, and the option for a sweep without one."""


@app.command()
def sweep(
    ctx: typer.Context,
    scenario: Annotated[str, typer.Argument(help="A plan (TOML), or a scenario with --vary.")],
    *,
    out: Annotated[Path, typer.Option(help="The store: a folder that keeps every finished job.")],
    vary: Annotated[
        list[str] | None, typer.Option(help="KEY=a,b,c or KEY=low:high:n or KEY=low:high.")
    ] = None,
    design: Annotated[str, typer.Option(help="grid, latin-hypercube or sobol.")] = "grid",
    samples: Annotated[int, typer.Option(help="Points of a latin-hypercube or sobol design.")] = 0,
    seed: Seed = 0,
    replications: Annotated[int, runs_of("each point", least=None)] = 10,
    workers: WorkersOfCluster = 1,
    cluster: Cluster = None,
    by_sector: Annotated[bool, typer.Option(help="Keep some measures sector by sector, too.")] = False,
    engine: EngineName = "compiled",
    posterior: Posterior = None,
    quiet: Quiet = False,
) -> None:
    """Run a scenario at many points; stopped in any way, the same command goes on where it was."""
    from sim.cli.terminal import Terminal, counted
    from sim.core.bounds import check_workers
    from sim.explore.sweep import check_points, chunk_for, scenario_at, seconds_a_job
    from sim.explore.sweep import sweep as run_sweep

    console = Terminal(stderr=True, quiet=quiet)
    check_workers(workers)
    _check_plan_alone(ctx, scenario, vary)
    plan = _plan(
        scenario,
        vary or [],
        design=design,
        samples=samples,
        seed=seed,
        replications=replications,
        by_sector=by_sector,
        posterior=posterior,
    )
    # Every point is loaded first: a fault of the last one must not show after hours.
    points = check_points(plan)
    # Of the first point, as an example: points may differ in size, and a sweep keeps no log.
    say_size(scenario_at(plan, points[0].point), log=False)
    jobs = len(points) * plan.replications
    # Measured before the sweep: it decides how many jobs a worker takes at a time, and how long to expect.
    seconds = seconds_a_job(plan, points, engine)
    if not quiet:
        minutes = jobs * seconds / workers / 60.0
        long = f"about {counted(max(1, round(minutes)), 'minute')}"
        size = f"{counted(len(points), 'point')}, {counted(jobs, 'job')}"
        console.print(f"{size}, {long} with {counted(workers, 'worker')}")
    try:
        with SweepBar(console) as watch:
            store = run_sweep(
                plan,
                out,
                workers=workers,
                cluster=cluster,
                progress=watch,
                chunk=chunk_for(seconds),
                engine=engine,
            )
    except KeyboardInterrupt:
        console.print(f"\nStopped. Finished jobs are kept in {out}; the same command goes on from there.")
        raise typer.Exit(STOPPED) from None
    say(store.path)


def _check_plan_alone(ctx: typer.Context, scenario: str, vary: list[str] | None) -> None:
    """Refuse options beside a plan that would be passed over, since the plan says them."""
    from sim.core.errors import UsageError

    given = [
        option
        for name, option in IN_A_PLAN.items()
        # By where a value comes from: a default that equals what was typed cannot be seen in the value.
        if getattr(ctx.get_parameter_source(name), "name", "") == "COMMANDLINE"
    ]
    if given and not vary and scenario.endswith(".toml"):
        raise UsageError(f"{', '.join(given)}: the plan says this; change it in {scenario}")


def _plan(
    scenario: str,
    vary: list[str],
    *,
    design: str,
    samples: int,
    seed: int,
    replications: int,
    by_sector: bool,
    posterior: Path | None,
) -> Plan:
    from sim.core.errors import UsageError
    from sim.explore.plan import plan_of, read_plan

    if not vary and scenario.endswith(".toml"):
        return read_plan(Path(scenario))
    if not vary:
        raise UsageError("nothing varies: give a plan, or --vary KEY=values")
    chosen: Any = design
    return plan_of(
        scenario,
        vary,
        seed=seed,
        replications=replications,
        design=chosen,
        samples=samples,
        by_sector=by_sector,
        posterior=str(posterior or ""),
    )


class SweepBar:
    """Jobs finished of all, time left, and failures."""

    def __init__(self, console: Terminal) -> None:
        from rich.progress import MofNCompleteColumn

        from sim.cli.terminal import progress_bar

        self._progress = progress_bar(console, MofNCompleteColumn())
        self._what = "jobs"

    def __enter__(self) -> SweepBar:
        self._progress.start()
        # How many jobs there are is known once what is kept has been read.
        self._task = self._progress.add_task(self._what, total=None)
        return self

    def about(self, what: str) -> SweepBar:
        """The same bar for what comes next."""
        self._what = what
        self._progress.reset(self._task, total=None, description=what)
        return self

    def __call__(self, done: int, total: int, failed: int) -> None:
        words = f"{self._what} ({failed} failed)" if failed else self._what
        self._progress.update(self._task, completed=done, total=total, description=words)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


@app.command()
def results(
    store: Annotated[Path, typer.Argument(help="The store of a sweep.")],
    *,
    measure: Annotated[
        list[str] | None, typer.Option(help="A measure to show beside those of people.")
    ] = None,
    where: Annotated[
        str, typer.Option(help="A condition on the keys that vary, e.g. '`sectors.a.teams` > 4'.")
    ] = "",
    csv: CsvFile = None,
    plots: Annotated[Path | None, typer.Option(help="Draw the figures that apply into this folder.")] = None,
) -> None:
    """Summarise a sweep by point: means with intervals, people always beside."""
    from rich.table import Table

    from sim.cli.run_commands import number
    from sim.cli.terminal import Terminal, counted
    from sim.core.durable import write_whole
    from sim.core.plain_text import csv_of
    from sim.explore.sweep_results import open_store

    found = open_store(store)
    summary = found.summary(measure or (), where)
    if csv is not None:
        write_whole(csv, csv_of(summary))
    keys = [str(key) for key in found.points.columns.drop("point")]
    if summary.empty:
        say(f"no point meets --where; the sweep has {counted(len(found.points), 'point')}", err=True)
    title = repr(found).strip("<>")
    table = Table(title=title, caption="Simulated, not observed. 95 % intervals over replications.")
    # Folded: keys of a scenario are long, and Rich would cut them.
    for column in (*keys, "measure", "mean", "95 % interval", "runs"):
        table.add_column(column, overflow="fold")
    for row in summary.to_dict("records"):
        runs = f"{row['replications']}" + (f" ({row['failed']} failed)" if row["failed"] else "")
        band = "" if row["low"] != row["low"] else f"{number(row['low'])} to {number(row['high'])}"
        table.add_row(*(str(row[key]) for key in keys), row["measure"], number(row["mean"]), band, runs)
    Terminal().print(table)
    if plots is not None:
        _draw(found, measure or (), plots)


def _draw(found: SweepResult, measures: Sequence[str], folder: Path) -> None:
    from sim.reporting.figures.sweep_figures import applying
    from sim.reporting.style.figure_files import save_figures

    for path in save_figures(applying(found, measures), folder):
        say(path)
