"""The page of commands, made from the command line itself.

Typer's own writer cuts summaries short and lists hidden commands;
this one keeps to what every version knows of a command.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.cli.app import app
from sim.scenario.describe.schema_reference import markdown

INTRODUCTION = """\
# Commands

*Made by `python -m tools reference --write`; do not edit by hand.*

`borderflow COMMAND --help` says the same in a terminal. \
Faults are told in one report on standard error, with [an exit code](results.md#exit-codes).
An option that may be given more than once says *repeat*.
"""


def command_page() -> str:
    """Every command that `--help` shows, in its order: what it does, its arguments and options."""
    import typer.main

    # From the command that Typer makes of ours: arguments, options and defaults are then those of --help.
    commands: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    shown = {name: command for name, command in commands.items() if not command.hidden}
    contents = [(f"[`{name}`](#{name})", _paragraph(command)) for name, command in shown.items()]
    sections = [_section(name, command) for name, command in shown.items()]
    return "\n".join([INTRODUCTION, markdown(("command", "what it does"), contents) + "\n", *sections])


def _paragraph(command: Any) -> str:
    return " ".join(str(command.help or "").split("\n\n")[0].split())


def _section(name: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    usage = " ".join([f"borderflow {name}", *(_argument(p) for p in arguments), "[OPTIONS]"])
    words = "\n\n".join(" ".join(each.split()) for each in str(command.help or "").split("\n\n"))
    rows = list(_rows(command))
    table = f"\n{markdown(('argument or option', 'default', 'meaning'), rows)}\n" if rows else ""
    return f"## {name}\n\n`{usage}`\n\n{words}\n{table}"


def _argument(argument: Any) -> str:
    name = str(argument.name).upper() + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _rows(command: Any) -> Iterator[tuple[str, str, str]]:
    for p in command.params:
        if p.param_type_name == "argument":
            yield f"`{_argument(p).strip('[]')}`", "required" if p.required else "", str(p.help or "")
        else:
            names = " ".join(f"`{name}`" for name in (*p.opts, *p.secondary_opts))
            yield (
                names,
                _default(p),
                " ".join(str(p.help or "").split()) + (" *repeat*" if p.multiple else ""),
            )


def _default(option: Any) -> str:
    if option.required:
        return "required"
    if isinstance(option.default, bool):
        both = (*option.opts, *option.secondary_opts)
        # A switch has two names, and the default is one of them.
        return f"`{both[0]}`" if option.default else f"`{both[-1]}`" if option.secondary_opts else ""
    return "" if option.default in (None, "", [], ()) else f"`{option.default}`"
