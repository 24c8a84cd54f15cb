"""The list of commands, in the order `--help` shows them."""

from __future__ import annotations

import typer

app = typer.Typer(
    name="borderflow",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Simulate migration flow across a contested border, compare policies, and see what they do to people.",
)
ENGINE = typer.Option(help="compiled, or simpy: the same result, by the model that people read.")
"""The option of every command that plays many runs."""
POSTERIOR = typer.Option(
    help="A posterior that calibrate left: each replication takes a parameter set from it."
)
STOPPED = 130
"""The exit code of a command that was stopped; what is finished is kept."""
