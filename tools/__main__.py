"""The maintainers' tools: `python -m tools COMMAND`, in a checkout. They measure and document the product,
and are no part of it."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import say
from sim.cli.options import EngineName, KeptRunsFolder, PageFile, RunsOfEachWorld, Seed, Workers
from sim.core.errors import BorderflowError

# An app of its own and no commands of borderflow: a user's help lists what users need, and the wheel has no
# tools.
app = typer.Typer(name="tools", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def reference(
    write: Annotated[
        bool, typer.Option("--write", help="Write the pages and the JSON Schema into the checkout.")
    ] = False,
) -> None:
    """Print the generated pages of the documentation, or write them and the JSON Schema."""
    from sim.core.durable import write_whole
    from tools.reference_pages import generated

    for path, text in generated().items():
        if write:
            write_whole(path, text)
            say(f"wrote {path}")
        # Printed are pages; the JSON Schema would bury them.
        elif path.suffix == ".md":
            say(text)


@app.command()
def pairing(
    *,
    seed: Seed = 0,
    replications: RunsOfEachWorld = 10,
    workers: Workers = 1,
    engine: EngineName = "compiled",
    out: KeptRunsFolder = None,
    write: PageFile = None,
) -> None:
    """Show what the same luck gains for every shipped difference scenario."""
    from sim.cli.sweep_commands import SweepBar
    from sim.cli.terminal import Terminal
    from sim.core.durable import write_whole
    from tools.pairing_gains import pairing_gains, pairing_page

    with SweepBar(Terminal(stderr=True)) as watch:
        gains = pairing_gains(
            seed=seed, replications=replications, workers=workers, out=out, progress=watch, engine=engine
        )
    page = pairing_page(gains, seed, replications)
    if write is None:
        say(page)
    else:
        write_whole(write, page)


@app.command()
def bench() -> None:
    """Measure the engine against bare SimPy, in one run on this machine; prints ratios."""
    from tools.bench import bench as measure

    for line in measure():
        say(line)


def main() -> None:
    """Run a tool; a fault the user can mend is told in words, with the error's own exit code."""
    try:
        app()
    except BorderflowError as error:
        say(error, err=True)
        raise SystemExit(error.exit_code) from None


if __name__ == "__main__":
    main()
