"""The command line: `borderflow COMMAND`. Heavy imports happen inside the commands that need them."""

from __future__ import annotations

import warnings
from typing import Any

from sim.cli import (
    animate_command,
    compare_commands,
    evidence_commands,
    lever_command,
    report_command,
    run_commands,
    scenario_commands,
    sensitivity_commands,
    study_command,
    sweep_commands,
    teaching_commands,
)
from sim.cli.app import app, arrange, say
from sim.core.errors import BorderflowError, ResultError

__all__ = [
    "animate_command",
    "compare_commands",
    "evidence_commands",
    "lever_command",
    "main",
    "report_command",
    "run_commands",
    "scenario_commands",
    "sensitivity_commands",
    "study_command",
    "sweep_commands",
    "teaching_commands",
]

# After the imports above, which define the commands: importing a module is what registers them.
arrange()


def _say_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any
) -> None:
    """A warning of a library may quote a text of a scenario (a glyph that a font lacks):
    it is printed as text, too."""
    say(warnings.formatwarning(message, category, filename, lineno).rstrip(), err=True)


def main() -> None:
    """Run a command; a fault the user can mend is told in words, with the error's own exit code."""
    # Here and not on import: whoever imports this package keeps Python's own warnings.
    warnings.showwarning = _say_warning
    try:
        app()
    except BorderflowError as error:
        say(error, err=True)
        raise SystemExit(error.exit_code) from None
    # Whoever read the pipe has gone (head, less): the next clause would call it a file that cannot be
    # written.
    except BrokenPipeError:
        raise
    except OSError as error:
        # A write that no other place speaks for, such as to a terminal that is a full disk.
        say(f"{error.filename or 'output'}: {error.strerror or error}", err=True)
        raise SystemExit(ResultError.exit_code) from None
    # A traceback of it names the line that came last, which is not what was too large.
    except MemoryError:
        say("there is not enough memory for this: take fewer people, days or runs", err=True)
        raise SystemExit(ResultError.exit_code) from None
