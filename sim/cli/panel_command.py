"""The command that opens a panel as a web page."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import app


@app.command()
def panel(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario's name, or a file.")],
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of this machine (0: a free one).")] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=2, max=1000, help="Runs of each world.")
    ] = 20,
    seed: Annotated[int, typer.Option(min=0, help="The luck that both worlds share.")] = 0,
) -> None:
    """Open a panel of sliders and switches as a web page of this machine."""
    from sim.engines.player import prepare
    from sim.reporting.panel.web.serve import serve
    from sim.scenario.load import load

    load(scenario)
    prepare()
    serve(scenario, port=port, browser=browser, replications=replications, seed=seed)
