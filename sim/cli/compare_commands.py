"""Commands that set worlds against one another on the same luck: compare, follow, attribute."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import STOPPED, app, say, say_size
from sim.cli.options import (
    CsvFile,
    EngineName,
    KeptRunsFolder,
    Plots,
    Posterior,
    Replication,
    RunsOfEachWorld,
    ScenarioName,
    Seed,
    SetsOfWorlds,
    Workers,
    runs_of,
)

if TYPE_CHECKING:
    from sim.comparison.paired_runs import Comparison
    from sim.scenario.schema import Scenario


@app.command()
def compare(
    scenarios: Annotated[list[str], typer.Argument(help="Two scenarios or more; the first is the base.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the worlds, tables and figures.")],
    seed: Seed = 0,
    replications: RunsOfEachWorld = 20,
    sets: SetsOfWorlds = None,
    log: Annotated[
        bool, typer.Option("--log/--no-log", help="Keep every event (follow and --split need it).")
    ] = True,
    split: Annotated[
        str | None, typer.Option(help="Countries or sectors, or '*': split the change of attempts there.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day of the split's window.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="First day after the window.")
    ] = None,
    engine: EngineName = "compiled",
    posterior: Posterior = None,
    plots: Plots = True,
) -> None:
    """Compare policies on common random numbers: paired differences, people beside enforcement."""
    from sim.cli.run_commands import ProgressBar
    from sim.cli.terminal import Terminal
    from sim.comparison.paired_runs import compare as compare_worlds
    from sim.scenario.files.scenario_files import by_stem
    from sim.scenario.load import load

    console = Terminal(stderr=True)
    # A file stem that comes twice is refused: tables and folders are named by it.
    worlds = {stem: load(name, sets=sets or ()) for stem, name in by_stem(scenarios).items()}
    for world in worlds.values():
        say_size(world, log=log)
    try:
        with ProgressBar(console, replications) as watch:
            found = compare_worlds(
                worlds,
                seed=seed,
                replications=replications,
                log=log,
                out=out,
                progress=lambda _, p: watch(p),
                engine=engine,
                posterior=posterior,
            )
    except KeyboardInterrupt:
        console.print(
            f"\nStopped. Finished replications are kept in {out}; the same command goes on from there."
        )
        raise typer.Exit(STOPPED) from None
    print_differences(found)
    if split is not None:
        print_split(found, [] if split == "*" else split.split(","), start, end)
    if plots:
        from sim.reporting.figures.comparison_figure import save_comparison

        save_comparison(found, out / "figures")
    say(out)


def print_differences(found: Comparison) -> None:
    """The table of paired differences: flow, enforcement and people in one."""
    from rich.table import Table

    from sim.cli.run_commands import number
    from sim.cli.terminal import Terminal

    for world in found.others:
        rows = found.differences[found.differences["world"] == world]
        table = Table(
            title=f"{world} less {found.base}, a run, on the same luck",
            caption="Simulated, not observed. 95 % intervals, paired; what is told apart from noise after "
            "Holm's adjustment.",
        )
        for name in ("measure", found.base, "difference", "95 % interval", "told apart", "pairing x"):
            table.add_column(name)
        for row in rows.to_dict("records"):
            band = f"{number(row['low'])} to {number(row['high'])}"
            # Where a measure does not vary, pairing has nothing to gain.
            gained = "-" if row["gain"] != row["gain"] else f"{row['gain']:.1f}"
            table.add_row(
                row["label"], number(row["base"]), number(row["difference"]), band, row["verdict"], gained
            )
        Terminal().print(table)
    for note in found.notes:
        say(f"note: {note}")


def print_split(found: Comparison, where: list[str], start: str | None, end: str | None) -> None:
    """Deterred, diverted, delayed: the parts of the change of attempts."""
    from rich.table import Table

    from sim.cli.run_commands import number
    from sim.cli.terminal import Terminal
    from sim.comparison.decomposition import split
    from sim.runs.statistics import interval_of_mean

    for world in found.others:
        parts = split(found, world, where=where, start=_date(start), end=_date(end))
        table = Table(
            title=f"person-attempts {'at ' + ', '.join(where) if where else 'everywhere'}: {world} less "
            f"{found.base}"
        )
        for name in ("part", "mean a run", "95 % interval"):
            table.add_column(name)
        for name in parts.columns.drop("replication"):
            mean, low, high, _ = interval_of_mean([float(v) for v in parts[name]])
            table.add_row(str(name).replace("_", " "), number(mean), f"{number(low)} to {number(high)}")
        Terminal().print(table)


def _date(text: str | None) -> date | None:
    from sim.core.errors import UsageError

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"found {text!r}, allowed: a date such as 2030-01-01") from None


@app.command()
def follow(
    comparison: Annotated[Path, typer.Argument(help="The folder of a comparison.")],
    group: Annotated[str, typer.Argument(help="Key of a group.")],
    replication: Replication = 0,
) -> None:
    """Tell one group's story in every world of a comparison, side by side."""
    from rich.table import Table

    from sim.cli.terminal import Terminal
    from sim.comparison.followed_groups import stories
    from sim.comparison.paired_runs import open_comparison

    found = stories(open_comparison(comparison), group, replication)
    table = Table(*found, title=f"group {group}", show_lines=False)
    # One row of whole stories: their lines are of different moments and do not pair.
    table.add_row(*("\n".join(lines) for lines in found.values()))
    Terminal().print(table)


@app.command()
def attribute(
    scenario: ScenarioName,
    *,
    levers: Annotated[str, typer.Option(help="Up to six: a,b,c or name=a+b for levers taken together.")],
    measure: Annotated[
        list[str] | None, typer.Option(help="A measure to attribute, beside those of people.")
    ] = None,
    seed: Seed = 0,
    replications: Annotated[int, runs_of("each combination")] = 20,
    sets: SetsOfWorlds = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Count from this day on.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Count until before this day.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE:DATE", help="Attribute the change from these days to those of --from and --to."
        ),
    ] = None,
    workers: Workers = 1,
    engine: EngineName = "compiled",
    posterior: Posterior = None,
    out: KeptRunsFolder = None,
    csv: CsvFile = None,
) -> None:
    """Say which lever changed what, in the model: every on-off combination on the same luck."""
    from rich.table import Table

    from sim.cli.run_commands import number
    from sim.cli.sweep_commands import SweepBar
    from sim.cli.terminal import Terminal
    from sim.comparison.attribution import attribute as attribute_to
    from sim.core.durable import write_whole
    from sim.core.plain_text import csv_of
    from sim.record.measures import check_measures
    from sim.runs.posterior import posterior_of
    from sim.scenario.checks.extension_checks import measures_of
    from sim.scenario.load import load

    groups = dict(_group(text) for text in levers.split(","))
    world = load(scenario, sets=sets or ())
    # Before up to 64 combinations are run.
    check_measures(measure or (), "--measure", measures_of(world))
    how: Any = {"seed": seed, "replications": replications, "workers": workers, "out": out, "engine": engine,
                      "posterior": posterior_of(posterior)}  # fmt: skip
    with SweepBar(Terminal(stderr=True)) as watch:
        found = attribute_to(
            world, groups, days=_days(world, _date(start), _date(end)), progress=watch, **how
        )
        if since is not None:
            before = _window(world, since)
            # Run again, counted over other days: a row holds the counts of one window.
            found = found.less(attribute_to(world, groups, days=before, progress=watch, **how))
    effects = found.table(measure or ["attempts"])
    if csv is not None:
        write_whole(csv, csv_of(effects))
    table = Table(title=f"{scenario}: what levers change, {replications} runs of each combination",
                  caption="A statement about the model, not about the world. 95 % intervals over "
                          "replications.")  # fmt: skip
    for name in effects.columns:
        table.add_column(str(name))
    for row in effects.to_dict("records"):
        table.add_row(
            row["measure"],
            row["effect"],
            row["lever"],
            number(row["mean"]),
            number(row["low"]),
            number(row["high"]),
        )
    Terminal().print(table)


def _days(scenario: Scenario, start: date | None, end: date | None) -> tuple[int, int] | None:
    begins = scenario.scenario.start
    if start is None and end is None:
        return None
    # Half-open, as everywhere: `--to` is the first day that does not count.
    return ((start - begins).days if start else 0, (end - begins).days if end else scenario.days)


def _window(scenario: Scenario, text: str) -> tuple[int, int] | None:
    from sim.core.errors import UsageError

    start, colon, end = text.partition(":")
    if not colon:
        raise UsageError(f"--since: found {text!r}, allowed: two dates, as in 2030-01-01:2030-02-01")
    return _days(scenario, _date(start), _date(end))


def _group(text: str) -> tuple[str, tuple[str, ...]]:
    name, equals, members = text.partition("=")
    return (
        (name.strip(), tuple(m.strip() for m in members.split("+")))
        if equals
        else (name.strip(), (name.strip(),))
    )
