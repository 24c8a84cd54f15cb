"""The commands in groups, in the order `--help` shows them, and what they share."""

from __future__ import annotations

import typer
from typer.models import CommandInfo

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
GROUPS: dict[str, tuple[str, ...]] = {
    "Begin": ("scenarios", "show", "new", "check", "diff"),
    "Run and read": ("run", "explain", "plot", "animate", "report"),
    "Compare policies": ("compare", "follow", "attribute"),
    "Ask what matters": ("sweep", "results", "sensitivity", "breakpoint"),
    "Hold against theory and the record": ("verify", "calibrate", "validate", "accounts", "study"),
    "Teach": ("panel", "class"),
    "Keep the project": ("levers", "pairing", "reference", "bench"),
}


def arrange() -> None:
    """Put the commands that were defined into their groups, in the order of the table."""
    order = [name for names in GROUPS.values() for name in names]
    group_of = {name: group for group, names in GROUPS.items() for name in names}
    for command in app.registered_commands:
        command.rich_help_panel = group_of[name_of(command)]
    app.registered_commands.sort(key=lambda command: order.index(name_of(command)))


def name_of(command: CommandInfo) -> str:
    """What a command is called."""
    return command.name or str(getattr(command.callback, "__name__", ""))
