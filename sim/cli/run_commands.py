"""Commands that run scenarios and read results: run, explain, plot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import STOPPED, app, say, say_size
from sim.cli.options import (
    EngineName,
    Override,
    Plots,
    Posterior,
    Quiet,
    Replication,
    ResultFolder,
    ScenarioName,
    Seed,
    Sets,
    Without,
    runs_of,
)

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal
    from sim.runs.replicate import Progress
    from sim.runs.result import Result
    from sim.runs.run_tables import Branch
    from sim.scenario.schema import Scenario

FAILED_RUNS = 4
SHOWN = ("flow", "enforcement", "incident", "human", "post")
FAMILY_WORDS = {
    "flow": "Flow", "enforcement": "Enforcement", "incident": "Incidents", "human": "People", "post": "Posts",
}  # fmt: skip


@app.command()
def run(
    scenario: ScenarioName,
    *,
    seed: Seed = 0,
    replications: Annotated[int, runs_of("the scenario", least=None)] = 1,
    precision: Annotated[
        str | None, typer.Option(help="Add runs until --of is known this well, as in 5%.")
    ] = None,
    of: Annotated[str, typer.Option(help="The measure that --precision is about.")] = "attempts",
    budget: Annotated[int, typer.Option(help="Most runs that --precision may take.")] = 500,
    sets: Sets = None,
    without: Without = None,
    override: Override = None,
    branch_at: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Changes hold from this date on; the past is shared to the bit."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the result; if none is given, runs/SCENARIO-seed-SEED.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace another result in that folder.")
    ] = False,
    engine: EngineName = "simpy",
    posterior: Posterior = None,
    log: Annotated[bool, typer.Option("--log/--no-log", help="Keep every event.")] = True,
    plots: Plots = True,
    quiet: Quiet = False,
) -> None:
    """Run a scenario and leave tables, a summary and figures in a folder.

    Finished replications of the same run are reused; Ctrl-C keeps them, and the same command goes on.
    Exit codes: 0 done, 2 a fault in the scenario or the command, 3 a folder that cannot be used,
    4 a replication broke, 130 stopped.
    """
    from sim.cli.terminal import Terminal
    from sim.explore.precision import run_to_precision
    from sim.runs.replicate import run as run_scenario
    from sim.scenario.load import load

    # Progress and remarks to the error stream: standard output holds the table and, last, the path that a
    # script reads.
    console = Terminal(stderr=True, quiet=quiet)
    world = load(scenario, overrides=override or (), sets=sets or (), without=without or ())
    say_size(world, log=log)
    branch = _branch(scenario, branch_at) if branch_at else None
    # A changed scenario has the hash of its content in the name, or it would meet the folder of the unchanged
    # one.
    folder = out or Path("runs") / _folder_name(
        world, seed, bool(sets or without or override or posterior), branch
    )
    try:
        with ProgressBar(console, replications) as watch:
            how: Any = {
                "seed": seed, "log": log, "out": folder, "overwrite": overwrite, "progress": watch,
                "branch": branch,
                "engine": engine, "posterior": posterior,
            }  # fmt: skip
            if precision is None:
                result = run_scenario(world, replications=replications, **how)
            else:
                wanted = _share(precision)
                result, reached = run_to_precision(world, measure=of, precision=wanted, budget=budget, **how)
                console.print(str(reached))
    except KeyboardInterrupt:
        console.print(
            f"\nStopped. Finished replications are kept in {folder}; the same command goes on from there."
        )
        raise typer.Exit(STOPPED) from None
    if not quiet and result.replications:
        print_summary(Terminal(), result)
    # A folder may hold more replications from an earlier command, and means are of all that it holds.
    if precision is None and result.replications > replications and not quiet:
        say(
            f"{folder} holds {result.replications} replications, more than were asked for: the result is of "
            f"all",
            err=True,
        )
    if plots and result.replications:
        _draw(result, folder, console)
    # Last but for failures, so that a script can take the last line.
    say(folder)
    # After all that is whole has been written: what finished is a result, with an exit code that says it is
    # not all.
    _tell_failures(result, console)


def _share(text: str) -> float:
    """A precision such as 5% or 0.05."""
    from sim.core.errors import UsageError

    try:
        return float(text.rstrip("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        raise UsageError(f"--precision: found {text!r}, allowed: as in 5% or 0.05") from None


def _branch(scenario: str, at: str) -> Branch:
    """The scenario without the changes asked for holds until the date."""
    from datetime import date

    from sim.core.errors import UsageError
    from sim.runs.run_tables import Branch
    from sim.scenario.load import load

    try:
        # Loaded without the changes: it is the past, which the changed scenario shares.
        return Branch(load(scenario), date.fromisoformat(at))
    except ValueError:
        raise UsageError(f"--branch-at: found {at!r}, allowed: a date such as 2030-01-01") from None


def _folder_name(scenario: Scenario, seed: int, changed: bool, branch: Branch | None) -> str:
    name = f"{scenario.name}-seed-{seed}"
    if changed:
        from sim.scenario.load import digest

        name += f"-{digest(scenario)[:8]}"
    return name + (f"-from-{branch.at}" if branch else "")


def _tell_failures(result: Result, console: Terminal) -> None:
    for failure in result.failed:
        console.print(f"replication {failure['replication']} broke: {failure['reason']}", style="bold")
    if result.failed:
        raise typer.Exit(FAILED_RUNS)


class ProgressBar:
    """A progress bar with time left, fed by days simulated."""

    def __init__(self, console: Terminal, replications: int) -> None:
        from rich.progress import TaskProgressColumn

        from sim.cli.terminal import progress_bar

        self._progress = progress_bar(console, TaskProgressColumn())
        self._replications = replications

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        self._task = self._progress.add_task("simulating", total=1.0)
        return self

    def __call__(self, progress: Progress) -> None:
        # The number after the last finished one; at the end there is no next.
        words = f"replication {min(progress.finished + 1, progress.replications)} of {progress.replications}"
        self._progress.update(self._task, completed=progress.share, description=words)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def print_summary(console: Terminal, result: Result) -> None:
    """The table of measures: flow and enforcement first, people always with them."""
    from rich.table import Table

    from sim.cli.terminal import counted
    from sim.record.measures import RATIOS
    from sim.runs.statistics import RARE_ENOUGH, runs_to_settle

    scenario = result.scenario
    table = Table(title=f"{scenario.scenario.title}\n{counted(result.replications, 'run')} of "
                        f"{counted(scenario.days, 'day')}, seed {result.seed}",
                  caption="Simulated, not observed. Intervals: 95 %, over runs; for rare counts exact "
                          "Poisson.")  # fmt: skip
    for name, justify in (
        ("measure", "left"),
        ("mean a run", "right"),
        ("95 % interval", "right"),
        ("unit", "left"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    summary = result.summary
    # In one table: enforcement is never shown without people, nor people without it.
    for family in SHOWN:
        rows = summary[summary["family"] == family]
        table.add_section()
        table.add_row(FAMILY_WORDS[family], style="bold")
        for row in rows.to_dict("records"):
            table.add_row(
                f"  {row['label']}", number(row["mean"]), _band(row["low"], row["high"]), row["unit"]
            )
    console.print(table)
    none_seen = summary["method"].str.startswith("none in")
    counted_alone = ~summary["measure"].isin([ratio.name for ratio in RATIOS])  # a rate has no bound a run
    never = summary[none_seen & counted_alone]
    if len(never):
        console.print(
            f"None seen in any run: {', '.join(never['label'])}. Their intervals are upper bounds; "
            f"{runs_to_settle()} runs "
            f"without any would put them below {RARE_ENOUGH:g} a run."
        )


def _band(low: float, high: float) -> str:
    return "" if low != low or high != high else f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    """A number for a table: thousands with a comma, three digits for small ones.

    >>> number(12345.6), number(0.01234), number(float("nan"))
    ('12,346', '0.0123', 'n/a')
    """
    if value != value:
        return "n/a"
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"


def _draw(result: Result, folder: Path, console: Terminal) -> None:
    from sim.reporting.result_figures import save_all

    with console.working("drawing figures"):
        written = save_all(result, folder / "figures")
    console.print(f"{len(written)} figure files in {folder / 'figures'}")


@app.command()
def explain(
    result: ResultFolder,
    group: Annotated[str | None, typer.Option(help="Key of a group: its whole story.")] = None,
    event: Annotated[int | None, typer.Option(help="Number of an event: its causes, walked back.")] = None,
    replication: Replication = 0,
) -> None:
    """Tell the story of a group, or why an event happened, in words with dates."""
    import sim

    say(sim.explain(sim.open_result(result), group=group, number=event, replication=replication))


@app.command()
def plot(
    result: ResultFolder,
) -> None:
    """Draw the figures of a result again."""
    import sim
    from sim.reporting.result_figures import save_all

    for path in save_all(sim.open_result(result), result / "figures"):
        say(path)
