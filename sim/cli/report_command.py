"""The command that tells of a result in one page: report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import STOPPED, app, say
from sim.cli.options import Quiet


@app.command()
def report(
    result: Annotated[
        Path, typer.Argument(help="The folder of a run, a comparison, or the store of a sweep.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="The file to write; if not given, report.html in the folder.")
    ] = None,
    purpose: Annotated[
        str, typer.Option(help="What your study is for, in your words; the reporting forms ask for it.")
    ] = "",
    quiet: Quiet = False,
) -> None:
    """Write one self-contained HTML page of a result: for a browser without network, and for paper.

    The scenario in words, figures, tables, differences, accounts, every value with its status and source,
    the STRESS-DES form and an ODD description. It holds no script and fetches nothing.
    Print it from a browser to get a PDF.
    """
    from sim.cli.terminal import Terminal
    from sim.reporting.report import write_report

    console = Terminal(stderr=True, quiet=quiet)
    try:
        with console.working("reading") as status:
            written = write_report(
                result, out, purpose=purpose, tell=lambda words: status.now(f"report: {words}")
            )
    except KeyboardInterrupt:
        # The page is written whole at the end, so that nothing is there to keep.
        console.print("\nStopped. Nothing was written.")
        raise typer.Exit(STOPPED) from None
    console.print(f"{written.stat().st_size / 1e6:.1f} MB; open it in a browser, print it from there")
    say(written)
