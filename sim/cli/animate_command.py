"""`borderflow animate`: a replication as a page to play and as a GIF, from its log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import app, say
from sim.cli.options import Replication, ResultFolder


@app.command()
def animate(
    result: ResultFolder,
    *,
    replication: Replication = 0,
    begin: Annotated[
        str | None, typer.Option("--from", metavar="MOMENT", help="As in 2030-01-01T18:00.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="MOMENT", help="As --from.")] = None,
    step: Annotated[
        float | None,
        typer.Option(metavar="HOURS", help="Between frames; if none is given, by the length of time."),
    ] = None,
    gif: Annotated[bool, typer.Option("--gif/--no-gif", help="Write player.gif beside the page.")] = True,
    out: Annotated[
        Path | None, typer.Option(help="Folder for both; if none is given, RESULT/animation.")
    ] = None,
) -> None:
    """Make a page that plays one replication, and a GIF, from its log alone.

    The page is one file that works offline. Needs a result that was run with its log.
    """
    import sim
    from sim.reporting.animation import animate as make

    animation = make(sim.open_result(result), replication=replication, begin=begin, end=end, step_h=step)
    folder = out or result / "animation"
    # The page first, since the GIF is drawn frame by frame.
    say(animation.save(folder / "player.html"))
    if gif:
        say(animation.gif(folder / "player.gif"))
