"""The commands in groups, in the order `--help` shows them, and what they share."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.models import CommandInfo

from sim.core.plain_text import plain

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


TOOLS = ("pairing", "reference", "bench")
"""Commands that left the product for `python -m tools`; asked for here, they say so."""


class Stoppable(TyperGroup):
    """The commands; one that is stopped by Ctrl-C says so and ends with the exit code of that,
    wherever it was."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] in TOOLS:
            ctx.fail(f"{args[0]} is a tool of the maintainers: python -m tools {args[0]}, in a checkout")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            # Around every command at once: some have no words of their own for Ctrl-C, and Typer's exit code
            # would be 1.
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say("\nStopped. What is finished is kept; the same command goes on from there.", err=True)
            raise typer.Exit(STOPPED) from None


app = typer.Typer(
    name="borderflow",
    cls=Stoppable,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Simulate migration flow across a contested border, compare policies, and see what they do to "
    "people.",
)


# 128 and the number of SIGINT, as shells have it.
STOPPED = 130
"""The exit code of a command that was stopped; what is finished is kept."""
GROUPS: dict[str, tuple[str, ...]] = {
    "Begin": ("scenarios", "show", "new", "check", "diff"),
    "Run and read": ("run", "explain", "plot", "animate", "report"),
    "Compare policies": ("compare", "follow", "attribute"),
    "Ask what matters": ("sweep", "results", "sensitivity", "breakpoint", "levers"),
    "Hold against theory and the record": ("verify", "calibrate", "validate", "accounts", "study"),
    "Teach": ("panel", "class"),
}


def say(text: object, *, err: bool = False) -> None:
    """Print text, and nothing but text: what would control the terminal is shown by its number."""
    # Flushed: a path must be there when a script that reads the pipe goes on.
    print(plain(str(text)), file=sys.stderr if err else sys.stdout, flush=True)


def say_size(scenario: Scenario, *, log: bool) -> None:
    """Say before work begins that a scenario is large, if it is: with which size."""
    from sim.scenario.checks.run_size import size_in_words

    words = size_in_words(scenario, log=log)
    if words:
        say(words, err=True)


def _show_version(asked: bool) -> None:
    if asked:
        from sim import __version__
        from sim.model.version import MODEL_VERSION

        say(f"borderflow {__version__} (model version {MODEL_VERSION})")
        raise typer.Exit()


@app.callback()
def _every_command(
    # Eager: it must answer without a command, which Typer asks for otherwise.
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the versions of program and model."
        ),
    ] = False,
    trust: Annotated[
        bool,
        typer.Option(
            "--trust", help="Allow the Python files of a scenario's extensions to run: read them first."
        ),
    ] = False,
) -> None:
    """What the program takes before a command."""
    if trust:
        from sim.model.extensions.extended import TRUST

        # By the environment, which workers of a sweep inherit.
        os.environ[TRUST] = "yes"


def arrange() -> None:
    """Put the commands that were defined into their groups, in the order of the table."""
    order = [name for names in GROUPS.values() for name in names]
    group_of = {name: group for group, names in GROUPS.items() for name in names}
    for command in app.registered_commands:
        # A command without a group raises here, and not in a reader's help.
        command.rich_help_panel = group_of[name_of(command)]
        command.help = flowing(command.callback.__doc__ or "")
    # Typer lists commands in the order of import; a reader needs them in the order of work.
    app.registered_commands.sort(key=lambda command: order.index(name_of(command)))


def name_of(command: CommandInfo) -> str:
    """What a command is called."""
    return command.name or str(getattr(command.callback, "__name__", ""))


def flowing(docstring: str) -> str:
    """A docstring with each paragraph on one line: the terminal breaks it, and not the width of the source.

    >>> flowing("Run it.\\n\\n    It stops\\n    at once.\\n    ")
    'Run it.\\n\\nIt stops at once.'
    """
    return "\n\n".join(" ".join(part.split()) for part in docstring.strip().split("\n\n"))
